"""Which findings comments accept, and what an added comment means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.checks.suppression_tampering.suppression_added import SuppressionAdded
from aicheck.model.change import Content, FileChange
from aicheck.model.finding import Finding, Suppression
from aicheck.model.location import WHOLE_FILE, Location, Side, Span
from aicheck.model.rule import Example
from aicheck.readers.suppressions import SuppressionComment, read_suppressions
from aicheck.suppression import added_suppression_matches, apply_suppressions, compare_suppressions

RULE = "unbounded-deletion/rmtree-unguarded"
SILENT = f"def f(path):\n    rmtree(path)  # aicheck: ignore[{RULE}] mkdtemp\n"
LOUD = "def f(path):\n    rmtree(path)\n"


def read(text: str, path: str = "app.py") -> tuple[SuppressionComment, ...]:
    return read_suppressions(path, "python", text.encode())


def found(line: int = 2, rule: str = RULE, *, path: str = "app.py", side: Side = "after") -> Finding:
    return Finding(rule, Location(path, side, Span(line, 5, line, 9)), "deletes", "high", "high", "new", f"{rule}:{line}", "cst")


def apply(before: str, after: str, *findings: Finding) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    return apply_suppressions(findings, compare_suppressions(read(before), read(after)))


def test_a_comment_that_stood_there_accepts_the_finding() -> None:
    (finding,), unused = apply(SILENT, SILENT, found())
    assert finding.suppression == Suppression("app.py", 2, RULE, "mkdtemp", added=False, covers=2)
    assert not finding.counts
    assert unused == ()


@pytest.mark.parametrize(
    "before",
    [LOUD, "", SILENT.replace("mkdtemp", "another reason"), SILENT.replace("f(", "g("), SILENT.replace("path)  #", "other)  #")],
    ids=["no comment", "no file", "other reason", "other function", "other code"],
)
def test_a_comment_that_did_not_stand_over_this_code_accepts_nothing(before: str) -> None:
    (finding,), unused = apply(before, SILENT, found())
    assert finding.suppression is not None
    assert finding.suppression.added
    assert finding.counts
    assert unused == ()


def test_copies_of_a_comment_are_all_added() -> None:
    twice = LOUD.splitlines()[0] + "\n" + SILENT.splitlines()[1] + "\n" + SILENT.splitlines()[1] + "\n"
    assert [suppression.added for suppression in compare_suppressions(read(SILENT), read(twice))] == [True, True]


def test_a_moved_file_keeps_its_comments() -> None:
    file = FileChange("lib/app.py", None, Content("file", False, 1, b"x"), moved_from="app.py")
    (suppression,) = compare_suppressions(read(SILENT), read(SILENT, "lib/app.py"), (file,))
    assert not suppression.added
    (suppression,) = compare_suppressions(read(SILENT), read(SILENT, "lib/app.py"))
    assert suppression.added


def test_a_whole_tree_judged_against_itself_keeps_its_comments() -> None:
    (finding,), _ = apply(SILENT, SILENT, found())
    assert not finding.counts


@pytest.mark.parametrize(
    "finding",
    [
        found(line=1),
        found(rule="unbounded-retry/retry-without-stop"),
        found(path="other.py"),
        found(side="before"),
        replace(found(), location=Location("app.py", "after", WHOLE_FILE)),
    ],
    ids=["other line", "other rule", "other file", "before side", "whole file"],
)
def test_a_comment_accepts_only_its_rule_on_its_line(finding: Finding) -> None:
    text = f"x = 1  # aicheck: ignore[{RULE}] mkdtemp\n" if finding.location.span == WHOLE_FILE else SILENT
    (judged,), (unused,) = apply(text, text, finding)
    assert judged.counts
    assert unused.problem == f"no finding of this rule on line {unused.covers}"


def test_comments_without_a_reason_are_reported_and_accept_nothing() -> None:
    text = SILENT.replace(" mkdtemp", "")
    (finding,), (unused,) = apply(text, text, found())
    assert finding.counts
    assert finding.suppression is None
    assert "no reason" in unused.problem


def test_the_finding_about_suppressing_cannot_be_suppressed() -> None:
    text = f"x()  # aicheck: ignore[{SuppressionAdded.id}] quiet\n"
    (finding,), _ = apply(text, text, found(1, SuppressionAdded.id))
    assert finding.counts


def test_a_comment_that_stood_there_wins_over_an_added_one() -> None:
    comment = f"# aicheck: ignore[{RULE}]"
    before = f"def f(path):\n    {comment} mkdtemp\n    rmtree(path)\n"
    after = f"def f(path):\n    {comment} mkdtemp\n    {comment} mine\n    rmtree(path)\n"
    (finding,), unused = apply(before, after, found(4))
    assert not finding.counts
    assert [suppression.reason for suppression in unused] == ["mine"]


def test_findings_keep_their_order_and_number() -> None:
    findings = (found(9), found(2), found(1))
    judged, _ = apply(SILENT, SILENT, *findings)
    assert [finding.location.span.line for finding in judged] == [9, 2, 1]


COMMENTS = tuple(
    SuppressionComment("app.py", line, 1, line, rule, reason, place)
    for line in (1, 2, 3)
    for rule in (RULE, "unbounded-retry/retry-without-stop")
    for reason in ("mkdtemp", "")
    for place in ("x", "y")
)
FINDINGS = tuple(found(line, rule) for line in (1, 2, 3) for rule in (RULE, "unbounded-retry/retry-without-stop"))
some = st.lists(st.sampled_from(COMMENTS), max_size=4)


@settings(max_examples=2000, deadline=None, database=None)
@given(some, some, st.sampled_from(COMMENTS))
def test_adding_a_comment_never_takes_a_finding_away(
    before: list[SuppressionComment], after: list[SuppressionComment], extra: SuppressionComment
) -> None:
    without, _ = apply_suppressions(FINDINGS, compare_suppressions(before, after))
    with_extra, _ = apply_suppressions(FINDINGS, compare_suppressions(before, [*after, extra]))
    compared = tuple(zip(without, with_extra, strict=True))
    is_kept = _copies(extra, after) < _copies(extra, before)
    assert is_kept or all(second.counts for first, second in compared if first.counts)


def _copies(comment: SuppressionComment, among: list[SuppressionComment]) -> int:
    """How often the same words stand over the same code."""
    return sum((other.rule, other.reason, other.place) == (comment.rule, comment.reason, comment.place) for other in among)


def test_an_added_comment_is_a_match_at_its_place() -> None:
    (match,) = added_suppression_matches(read(LOUD), read(SILENT))
    assert match.rule == SuppressionAdded.id
    assert match.engine == "aicheck"
    assert match.location == Location("app.py", "after", Span(2, 19, 2, 20))
    assert RULE in match.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SILENT, SILENT),
        (SILENT, LOUD),
        (SILENT, SILENT.replace("f(", "g(")),
        (LOUD, SILENT.replace(" mkdtemp", "")),
        (SILENT, "x = 1\n" + SILENT),
    ],
    ids=["unchanged", "removed", "moved", "without a reason", "shifted"],
)
def test_what_silences_nothing_new_is_no_match(before: str, after: str) -> None:
    assert added_suppression_matches(read(before), read(after)) == ()


def test_long_rule_names_fit_the_message() -> None:
    rule = "a" * 39 + "/" + "b" * 40
    (match,) = added_suppression_matches((), read(f"x()  # aicheck: ignore[{rule}] why"))
    assert len(match.message) < 100


@pytest.mark.parametrize("example", SuppressionAdded.examples, ids=[example.note for example in SuppressionAdded.examples])
def test_the_rule_s_examples(example: Example) -> None:
    def comments(side: tuple[tuple[str, str], ...]) -> tuple[SuppressionComment, ...]:
        return tuple(
            comment
            for path, text in side
            for comment in read_suppressions(path, "python" if path.endswith(".py") else "yaml", text.encode())
        )

    assert bool(added_suppression_matches(comments(example.before), comments(example.after))) is example.bad


def test_the_rule_has_complete_metadata() -> None:
    rule = SuppressionAdded.rule()
    assert (rule.engine, rule.kind, rule.severity, rule.family) == ("aicheck", "change", "high", "suppression-tampering")
