"""Notes and traces of a real repository, down to the lines of a change and to what a finding says."""

import json
from pathlib import Path

import pytest

from aicheck.attribution import Claimed, Written, attribute
from aicheck.changes.sources import from_commit, from_range, from_work_tree
from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet
from aicheck.model.finding import BaselineState, Finding
from aicheck.model.location import Location, Side, Span
from aicheck.model.provenance import State
from tests.changes.conftest import Repo, make_repo, repo
from tests.provenance.test_notes import make_note

__all__ = ["make_repo", "repo"]

LINES = "".join(f"line {number}\n" for number in range(1, 9))
CLAUDE = "Change\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
AI, HUMAN = "s_00000000000001::t_1", "h_00000000000002"


def annotate(repo: Repo, commit: str, attestations: str, **changed: object) -> None:
    note = repo.text("hash-object", "-w", "--stdin", given=make_note(attestations, **changed))
    repo.git("notes", "--ref=ai", "add", "-f", "-C", note, commit)


def finding(path: str, first: int, last: int | None = None, side: Side = "after", state: BaselineState = "new") -> Finding:
    span = Span(first, 1, last or first, 9)
    return Finding("a/b", Location(path, side, span), "", "high", "high", state, "", "cst")


def states(written: Written, path: str, lines: range, side: Side = "after") -> list[State]:
    assert written.lines is not None
    return [written.lines.of(finding(path, line, side=side)) for line in lines]


def test_only_lines_that_the_commit_added_are_attested(repo: Repo) -> None:
    repo.commit({"a.py": LINES})
    head = repo.commit({"a.py": LINES.replace("line 2\n", "new 2\n").replace("line 4\n", "new 4\n") + "new 9\n"})
    annotate(repo, head, f"a.py\n  {AI} 1-3\n  {HUMAN} 4\nother.py\n  {AI} 1\n")
    git = repo.open()
    written = attribute(git, from_commit(git, head))
    assert (written.attribution.state, written.attribution.tools) == ("attested", ("claude",))
    (evidence,) = written.attribution.evidence
    assert (evidence.source, evidence.text) == (f"{head[:12]}:notes/ai:2", "a.py 2")
    assert [states(written, "a.py", range(line, line + 1))[0] for line in (2, 4, 9)] == ["attested", "declared-none", "unknown"]


def test_a_note_about_lines_of_others_attests_nothing(repo: Repo) -> None:
    repo.commit({"a.py": LINES})
    head = repo.commit({"a.py": LINES + "new\n"})
    annotate(repo, head, f"a.py\n  {AI} 1-8\nb.py\n  {AI} 1-9\n")
    git = repo.open()
    assert attribute(git, from_commit(git, head)).attribution.state == "unknown"


def test_each_line_of_a_range_has_the_state_of_its_own_commit(repo: Repo) -> None:
    base = repo.commit({"a.py": LINES})
    repo.commit({"a.py": "person\n" + LINES})
    repo.commit({"a.py": "person\n" + LINES.replace("line 5\n", "") + "marked\n"}, CLAUDE)
    attested = repo.commit({"a.py": "top\nperson\n" + LINES.replace("line 5\n", "") + "marked\n"})
    annotate(repo, attested, f"a.py\n  {AI} 1\n")
    git = repo.open()
    written = attribute(git, from_range(git, base, "HEAD"))
    assert states(written, "a.py", range(1, 3)) + states(written, "a.py", range(10, 11)) == ["attested", "unknown", "marked"]
    assert states(written, "a.py", range(5, 6), side="before") == ["marked"]
    assert written.lines is not None
    assert written.lines.of(finding("a.py", 4, 7)) == "marked", "what was deleted between its lines counts"
    assert written.lines.of(finding("a.py", 4, state="unchanged")) == "unknown"
    assert written.lines.of(finding("a.py", 4)) == "attested", "without lines of its own the whole file counts"
    assert written.lines.of(finding("elsewhere", 1)) == "attested"


def test_a_claim_for_the_whole_change_holds_for_every_line(repo: Repo) -> None:
    base = repo.commit({"a.py": LINES})
    repo.commit({"a.py": LINES + "1\n"})
    repo.commit({"a.py": LINES + "1\n2\n"}, CLAUDE)
    git = repo.open()
    change = from_range(git, base, "HEAD")
    assert states(attribute(git, change, Claimed("assisted")), "a.py", range(9, 11)) == ["marked", "marked"]
    assert states(attribute(git, change, Claimed("human")), "a.py", range(9, 11)) == ["declared-none", "marked"]


def test_unusable_notes_are_named_and_passed_by(repo: Repo) -> None:
    repo.commit({"a.py": "1\n"})
    head = repo.commit({"a.py": "2\n"}, CLAUDE)
    git = repo.open()
    for attestations, version, words in (("  s_1 1\n", "authorship/3.0.0", "line 1"), ("", "authorship/4.0.0", "unknown version")):
        annotate(repo, head, attestations, schema_version=version)
        written = attribute(git, from_commit(git, head))
        assert written.attribution.state == "marked"
        assert len(written.problems) == 1
        assert words in written.problems[0]
        assert head[:12] in written.problems[0]


def write_trace(path: Path, revision: str | None) -> Path:
    talk = {"contributor": {"type": "ai"}, "ranges": [{"start_line": 1, "end_line": 99}]}
    trace = {"version": "0.1.0", "tool": {"name": "cursor"}, "files": [{"path": "a.py", "conversations": [talk]}]}
    path.write_text(json.dumps(trace | ({"vcs": {"type": "git", "revision": revision}} if revision else {})))
    return path


@pytest.mark.parametrize("named", ["head", "base", "nothing"])
def test_a_trace_counts_for_the_commit_that_it_names(repo: Repo, tmp_path: Path, named: str) -> None:
    base = repo.commit({"a.py": LINES})
    head = repo.commit({"a.py": LINES + "new\n"})
    trace = write_trace(tmp_path / "t.json", {"head": head, "base": base}.get(named))
    git = repo.open()
    written = attribute(git, from_commit(git, head), Claimed(traces=(trace,)))
    if named == "head":
        assert (written.attribution.state, written.attribution.tools, written.problems) == ("attested", ("cursor",), ())
        assert written.attribution.evidence[0].text == "a.py 9"
    else:
        assert written.attribution.state == "unknown"
        assert "t.json" in written.problems[0]


def test_a_trace_of_work_that_is_not_committed(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit({"a.py": LINES})
    repo.write({"a.py": LINES + "new\n"})
    git = repo.open()
    change: ChangeSet = from_work_tree(git)
    for revision in (head, None):
        assert attribute(git, change, Claimed(traces=(write_trace(tmp_path / "t.json", revision),))).attribution.state == "attested"
    with pytest.raises(UsageError, match=r"missing\.json"):
        attribute(git, change, Claimed(traces=(tmp_path / "missing.json",)))
