"""Adding a file, a finding, a failure, a marker or a suppression to a change never lowers its level.

Files that move are left out: a definition or test that reappears elsewhere was not lost, and that is meant to lower it.
"""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.change import Commit, Identity
from aicheck.model.decision import level_rank
from tests.changesets import Files, scan_files

NO_FILES: Files = {}
PERSON = Identity("Jo Doe", "jo@example.com")
AGENT = Identity("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")


@dataclass(frozen=True)
class Piece:
    """A part of a change: files, or a commit."""

    name: str
    before: Files
    after: Files
    message: str = ""
    author: Identity = PERSON


RETRY = """\
import time


def retry(job):
    while True:{comment}
        try:
            return job()
        except OSError:
            time.sleep(1)
"""
IGNORE = "  # aicheck: ignore[unbounded-retry/loop-without-exit] the supervisor restarts it"
SWALLOW = "def probe(job):\n    try:\n        return job()\n    except:\n        return None\n"
PIECES = (
    Piece("harmless", {"docs/a.md": "# a\n", "lib/a.py": "A = 1\n"}, {"docs/a.md": "# b\n", "lib/a.py": "A = 2\n"}),
    Piece("high finding", NO_FILES, {"lib/clean.py": "import shutil\nimport sys\n\n\ndef clean():\n    shutil.rmtree(sys.argv[1])\n"}),
    Piece("medium finding", NO_FILES, {"lib/probe.py": SWALLOW}),
    Piece("known finding", {"lib/old.py": SWALLOW + "X = 1\n"}, {"lib/old.py": SWALLOW + "X = 2\n"}),
    Piece("finding taken away", {"lib/new.py": SWALLOW + "Y = 3\n"}, {"lib/new.py": "Y = 3\n"}),
    Piece("suppression added", {"lib/retry.py": "R = 1\n"}, {"lib/retry.py": RETRY.format(comment=IGNORE)}),
    Piece(
        "suppression that stood", {"lib/kept.py": RETRY.format(comment=IGNORE)}, {"lib/kept.py": RETRY.format(comment=IGNORE) + "K = 1\n"}
    ),
    Piece("value collapsed", {"deploy/web.yaml": "web:\n  replicas: 6\n"}, {"deploy/web.yaml": "web:\n  replicas: 0\n"}),
    Piece("after not read", NO_FILES, {"lib/broken.py": "def f(:\n"}),
    Piece("before not read", {"lib/fixed.py": b"x = '\0'\n"}, {"lib/fixed.py": "x = 0\n"}),
    Piece("test removed", {"tests/test_a.py": "from lib.a import A\n\n\ndef test_a():\n    assert A == 1\n"}, NO_FILES),
    Piece("judge changed", {}, {".aicheck/policy.toml": 'schema = 1\n\n[rules."*"]\noff = true\nreason = "quiet"\n'}),
    Piece("marker", NO_FILES, NO_FILES, "Tidy\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"),
    Piece("agent's commit", NO_FILES, NO_FILES, "Tidy\n", AGENT),
    Piece("claim of a person", NO_FILES, NO_FILES, "Tidy\n\nAssisted-by: none\n"),
    Piece("incomplete acknowledgement", NO_FILES, NO_FILES, "Tidy\n\nAicheck-Ack: swallowed-errors/bare-except\n"),
)


def level(pieces: set[int]) -> int:
    chosen = [PIECES[index] for index in sorted(pieces)]
    before = {path: text for piece in chosen for path, text in piece.before.items()}
    after = {path: text for piece in chosen for path, text in piece.after.items()}
    commits = tuple(
        Commit(f"{number:040x}", (), piece.author, piece.author, piece.message) for number, piece in enumerate(chosen) if piece.message
    )
    _, decision = scan_files(before, after, commits)
    assert (decision.verdict == "satisfied") == (decision.level == "none")
    return level_rank(decision.level)


@settings(max_examples=14, deadline=None, derandomize=True)
@given(st.sets(st.integers(0, len(PIECES) - 1), max_size=6), st.integers(0, len(PIECES) - 1))
def test_more_in_a_change_never_lowers_the_level(pieces: set[int], more: int) -> None:
    assert level(pieces) <= level(pieces | {more})


def test_the_pieces_reach_different_levels() -> None:
    reached = {piece.name: level({index}) for index, piece in enumerate(PIECES)}
    assert {name for name, rank in reached.items() if rank == 0} == {
        "harmless",
        "known finding",
        "finding taken away",
        "suppression that stood",
        "marker",
        "agent's commit",
        "claim of a person",
        "incomplete acknowledgement",
        "test removed",
    }
    assert len(set(reached.values())) >= 4
