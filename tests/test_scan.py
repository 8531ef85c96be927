"""The whole pipeline over changes given as text."""

import msgspec
import pytest

from aicheck.authoring import ChangeCheck
from aicheck.model.change import ChangeSet, Commit, Content, FileChange, Identity
from aicheck.model.coverage import Coverage, Failure
from aicheck.report import json_report, sarif
from aicheck.runners.results import Results
from aicheck.scan import _settle
from tests.changesets import catalogue, change_set, content, new_findings, scan_files

BOUNDED = """\
import time

import requests

ATTEMPTS = 5


def fetch(url: str) -> bytes:
    attempt = 0
    while True:
        try:
            return requests.get(url, timeout=5).content
        except requests.RequestException:
            attempt += 1
            if attempt >= ATTEMPTS:
                raise
            time.sleep(1)


def other() -> int:
    return 1
"""
UNBOUNDED = BOUNDED.replace("            if attempt >= ATTEMPTS:\n                raise\n", "")
PERSON = Identity("Jo Doe", "jo@example.com")


def rules(before: dict[str, str], after: dict[str, str]) -> list[str]:
    report, _ = scan_files(before, after)
    assert not report.failures
    return [finding.rule for finding in new_findings(report)]


def test_deleting_the_raise_that_bounded_a_retry_is_one_new_finding() -> None:
    assert rules({"app.py": BOUNDED}, {"app.py": UNBOUNDED}) == ["unbounded-retry/loop-without-exit"]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(
            {
                "app.py": UNBOUNDED.replace(
                    "requests.get(url, timeout=5)", "requests.get(\n                url,\n                timeout=5,\n            )"
                )
            },
            id="reformatted",
        ),
        pytest.param({"app.py": UNBOUNDED.replace("attempt", "tries")}, id="local renamed"),
        pytest.param({"app.py": UNBOUNDED.replace("def fetch", "def download")}, id="function renamed"),
        pytest.param({"app.py": UNBOUNDED.replace("import time\n", "import time\n\n# a comment\nVERSION = 2\n")}, id="moved down"),
        pytest.param({"app.py": UNBOUNDED.replace("            time.sleep(1)", "            time.sleep(2)")}, id="body changed"),
        pytest.param({"lib/client.py": UNBOUNDED}, id="file renamed"),
        pytest.param({"lib/client.py": UNBOUNDED.replace("return 1", "return 2")}, id="file renamed and changed elsewhere"),
        pytest.param({"app.py": UNBOUNDED.replace("\n", "\r\n")}, id="line ends"),
    ],
)
def test_what_only_looks_different_is_not_new(after: dict[str, str]) -> None:
    assert rules({"app.py": UNBOUNDED}, after) == []


def test_a_moved_function_is_not_new() -> None:
    head, _, rest = UNBOUNDED.partition("def fetch")
    function, _, tail = rest.partition("def other")
    assert rules({"app.py": UNBOUNDED}, {"app.py": f"{head}def other{tail}\n\ndef fetch{function.rstrip()}\n"}) == []
    moved = {"app.py": f"def other{tail}", "fetching.py": f"{head}def fetch{function.rstrip()}\n"}
    assert rules({"app.py": UNBOUNDED}, moved) == []


def test_moving_it_from_a_test_to_production_is_new() -> None:
    assert rules({"tests/helper.py": UNBOUNDED}, {"shop/client.py": UNBOUNDED}) == ["unbounded-retry/loop-without-exit"]


def test_a_second_equal_hazard_is_new() -> None:
    second = UNBOUNDED.partition("def fetch")[2].partition("def other")[0].replace("(url: str)", "_again(url: str)")
    assert rules({"app.py": UNBOUNDED}, {"app.py": f"{UNBOUNDED}\n\ndef fetch{second}"}) == ["unbounded-retry/loop-without-exit"]


def test_removing_a_hazard_leaves_it_marked_absent() -> None:
    report, decision = scan_files({"app.py": UNBOUNDED}, {"app.py": BOUNDED})
    assert [(finding.rule, finding.state) for finding in report.findings] == [("unbounded-retry/loop-without-exit", "absent")]
    assert decision.verdict == "satisfied"


def test_the_fingerprint_survives_a_rename_and_new_lines_above() -> None:
    first, _ = scan_files({}, {"app.py": UNBOUNDED})
    second, _ = scan_files({}, {"lib/other.py": f"# one\n# two\n{UNBOUNDED}"})
    assert [finding.fingerprint for finding in first.findings] == [finding.fingerprint for finding in second.findings]


def test_the_before_side_with_a_syntax_error_counts_as_nothing() -> None:
    report, decision = scan_files({"app.py": "def broken(:\n"}, {"app.py": BOUNDED})
    rows = {(row.path, row.side): row for row in report.coverage}
    assert rows["app.py", "before"].outcome == "not-applicable"
    assert rows["app.py", "after"] == Coverage("app.py", "after", "analyzed")
    assert decision.verdict == "satisfied"


NEWEST = """\
import shutil, sys

name = t"{sys.argv[1]}"


def f[T: int = int](x: T):
    try:
        shutil.rmtree(x)
    except ValueError, OSError:
        raise
"""
OUTCOMES = {
    "broken.py": ("unanalyzed", "syntax error at line 1"),
    "big.py": ("unanalyzed", "larger than 1 MiB"),
    "huge.yaml": ("unanalyzed", "larger than 5 MiB"),
    "picture.png": ("not-applicable", "no rule reads this kind of file"),
    "empty.py": ("analyzed", ""),
    "new_syntax.py": ("analyzed", ""),
    "link": ("not-applicable", "symbolic link: only its target changed"),
    "vendor/lib": ("not-applicable", "submodule: only its commit changed"),
    "README.md": ("not-applicable", "no rule reads text"),
    "pipe.py": ("unanalyzed", "not a regular file"),
}


def test_every_kind_of_file_has_its_outcome() -> None:
    texts: dict[str, str | bytes] = {
        "broken.py": "def f(:\n",
        "big.py": "x = 1\n" * 600_000,
        "picture.png": b"\x89PNG\r\n\0\0",
        "empty.py": "",
        "new_syntax.py": NEWEST,
        "README.md": "# hello\n",
    }
    special = {
        "huge.yaml": Content("file", executable=False, size=6 << 20, data=None, unread="larger than 5 MiB"),
        "link": Content("symlink", executable=False, size=4, data=b"here"),
        "vendor/lib": Content("submodule", executable=False, size=0, data=b"0" * 40),
        "pipe.py": Content("special", executable=False, size=0, data=None, unread="not a regular file"),
    }
    files = [FileChange(path, None, found) for path, found in [*((path, content(text)) for path, text in texts.items()), *special.items()]]
    files.append(FileChange("gone.py", content("x = 1\n"), None))
    report, decision = scan_change(ChangeSet(tuple(sorted(files, key=lambda file: file.path)), "before", "after", ""))
    rows = {(row.path, row.side): (row.outcome, row.reason) for row in report.coverage}
    assert rows == {**{(path, "after"): outcome for path, outcome in OUTCOMES.items()}, ("gone.py", "before"): ("analyzed", "")}
    assert decision.level == "senior"
    assert [because.escalation for because in decision.because if not because.findings] == ["not-fully-read"]


def scan_change(change: ChangeSet):  # type: ignore[no-untyped-def]
    from aicheck.config import DEFAULTS
    from aicheck.policy.policy_file import default_policy
    from aicheck.provenance.attribute import attribute_change
    from aicheck.scan import Request, scan

    return scan(Request(change, attribute_change(()), catalogue(), DEFAULTS, default_policy(), 1))


def test_new_syntax_is_judged_not_only_read() -> None:
    code = 'import shutil, sys\n\n\ndef clean():\n    name = t"{sys.argv[1]}"\n    shutil.rmtree(sys.argv[1])\n'
    assert rules({}, {"app.py": code}) == ["broad-deletion/unproven-path"]


def test_a_crash_costs_one_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: object, change: object) -> object:
        raise RuntimeError("bug")

    broken = next(check for check in catalogue().checks if issubclass(check, ChangeCheck))
    monkeypatch.setattr(broken, "judge", crash)
    report, decision = scan_files({"app.py": BOUNDED}, {"app.py": UNBOUNDED})
    assert [(failure.rule, failure.reason) for failure in report.failures] == [(broken.id, "the rule failed: RuntimeError")]
    assert [finding.rule for finding in new_findings(report)] == ["unbounded-retry/loop-without-exit"]
    assert decision.level == "senior"


def test_a_suppression_that_stood_there_accepts_and_a_new_one_does_not() -> None:
    line = "    while True:"
    comment = f"{line}  # aicheck: ignore[unbounded-retry/loop-without-exit] the supervisor restarts it\n"
    quiet, silenced = BOUNDED.replace(f"{line}\n", comment), UNBOUNDED.replace(f"{line}\n", comment)
    report, decision = scan_files({"app.py": quiet}, {"app.py": silenced})
    assert [(finding.rule, finding.suppression is not None) for finding in new_findings(report)] == [
        ("unbounded-retry/loop-without-exit", True)
    ]
    assert decision.level == "none"
    report, decision = scan_files({"app.py": BOUNDED}, {"app.py": silenced})
    assert {finding.rule for finding in new_findings(report) if finding.counts} == {
        "unbounded-retry/loop-without-exit",
        "suppression-tampering/suppression-added",
    }
    assert decision.level == "senior"


def test_a_suppression_does_not_follow_into_a_riskier_place() -> None:
    line = "    while True:"
    silenced = UNBOUNDED.replace(f"{line}\n", f"{line}  # aicheck: ignore[unbounded-retry/loop-without-exit] only a probe\n")
    report, decision = scan_files({"lib/client.py": silenced}, {"shop/client.py": silenced})
    assert [(finding.state, finding.suppression is not None) for finding in report.findings] == [("unchanged", True)]
    report, decision = scan_files({"tests/client.py": silenced}, {"shop/client.py": silenced})
    assert [finding.rule for finding in new_findings(report) if finding.counts] == ["unbounded-retry/loop-without-exit"]
    assert decision.level == "senior"


def test_a_real_failure_stands_in_the_ledger_beside_a_syntax_error() -> None:
    failures = tuple(
        Failure("a.js", "before", engine, reason) for engine, reason in (("read", "syntax error at line 1"), ("semgrep", "timeout"))
    )
    rows, kept = _settle(ChangeSet((), "", "", ""), (Coverage("a.js", "before", "analyzed"),), Results(failures=failures))
    assert rows == (Coverage("a.js", "before", "unanalyzed", "timeout"),)
    assert kept == failures[1:]


SCRIPT = "function a() {{ return {value}; }}\n\n\n{broken}\n\n\nfunction c() {{ return 3; }}\n"


@pytest.mark.parametrize(
    ("before", "after", "outcome", "level"),
    [
        (SCRIPT.format(value=1, broken="let b = = 2;"), SCRIPT.format(value=2, broken="let b = = 2;"), "analyzed", "none"),
        (SCRIPT.format(value=1, broken="let b = 2;"), SCRIPT.format(value=1, broken="let b = = 2;"), "unanalyzed", "senior"),
    ],
)
def test_lines_that_cannot_be_read_count_where_the_change_touches_them(before: str, after: str, outcome: str, level: str) -> None:
    report, decision = scan_files({"a.js": before}, {"a.js": after})
    (row,) = (row for row in report.coverage if row.side == "after")
    assert (row.outcome, decision.level) == (outcome, level)
    assert row.reason.startswith("syntax error at line 4")


def test_provenance_reaches_findings_and_decision() -> None:
    marked = Commit("1" * 40, (), PERSON, PERSON, "Simplify\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n")
    report, decision = scan_files({"app.py": BOUNDED}, {"app.py": UNBOUNDED}, (marked,))
    assert report.provenance.state == "marked"
    assert report.provenance.tools == ("claude",)
    assert [finding.provenance for finding in report.findings] == ["marked"]
    assert (decision.level, decision.verdict) == ("senior", "pending")


def test_an_acknowledgement_clears_a_medium_finding_only() -> None:
    before, after = (
        {"app.py": "def f():\n    return 1\n"},
        {"app.py": "def f():\n    try:\n        return 1\n    except:\n        return 0\n"},
    )
    _, decision = scan_files(before, after)
    assert (decision.level, decision.verdict) == ("ack", "pending")
    ack = Commit(
        "1" * 40, (), PERSON, PERSON, "x\n\nAicheck-Ack: swallowed-errors/bare-except; a failed probe counts as down; revert this commit\n"
    )
    _, decision = scan_files(before, after, (ack,))
    assert (decision.level, decision.verdict) == ("ack", "satisfied")


def test_the_number_of_workers_changes_nothing() -> None:
    after = {f"pkg/m{number}.py": UNBOUNDED.replace("other", f"other{number}") for number in range(30)}
    one, two = scan_files({}, after, workers=1), scan_files({}, after, workers=2)
    assert msgspec.json.encode(one) == msgspec.json.encode(two)
    assert sarif.render(*one) == sarif.render(*two)
    assert json_report.render(*one) == json_report.render(*two)


def test_a_change_set_of_nothing_needs_nobody() -> None:
    assert change_set({"a.py": "x = 1\n"}, {"a.py": "x = 1\n"}).files == ()
    _, decision = scan_files({}, {})
    assert (decision.level, decision.verdict) == ("none", "satisfied")


def test_a_long_name_in_the_change_shortens_the_message() -> None:
    call = "import urllib.request\n\n\ndef fetch(address):\n    urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS_OF_THE_UPSTREAM)\n"
    report, _ = scan_files({"app.py": call}, {"app.py": call.replace(", timeout=TIMEOUT_SECONDS_OF_THE_UPSTREAM", "")})
    (finding,) = new_findings(report)
    assert finding.rule == "safeguard-removal/timeout-removed"
    assert len(finding.message) <= 100
    assert not report.failures
