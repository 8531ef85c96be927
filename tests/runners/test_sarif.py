"""Other tools' results as matches of both sides."""

from aicheck.model.coverage import Failure
from aicheck.model.location import WHOLE_FILE, Span
from tests.changesets import change_set
from tests.runners.sarif_logs import Json, imported, one_file, result, run

CHANGE = one_file("one\ntwo\n", "one\ntwo\nthree\n")


def test_results_in_changed_files_become_matches() -> None:
    found = imported(CHANGE, run(result(line=3), result("other.py"), result(line=None, rule="R2")))
    assert [(match.rule, match.location.span, match.engine) for match in found.matches] == [
        ("imported/lint.R1", Span(3, 1, 3, 6), "sarif"),
        ("imported/lint.R2", WHOLE_FILE, "sarif"),
    ]
    assert [rule.id for rule in found.rules] == ["imported/lint.R1", "imported/lint.R2"]
    assert found.notes == ("Lint (after.sarif): 3 results, 2 in changed files",)
    assert found.alone == {"imported/lint.R1", "imported/lint.R2"}


def test_a_file_that_the_change_removed_has_no_after_results() -> None:
    found = imported(one_file("one\n", ""), run(result()), run(result()))
    assert [match.location.side for match in found.matches] == ["before"]


def test_results_without_a_place_are_counted() -> None:
    found = imported(CHANGE, run({"message": {}}, {"message": {}, "locations": []}, {"message": {}, "locations": [{}]}))
    assert not found.matches
    assert found.notes == ("Lint (after.sarif): 3 results, 0 in changed files",)


def test_results_that_say_that_all_is_well_are_no_problems() -> None:
    fine = [result(kind="pass"), result(kind="notApplicable"), result(baselineState="absent")]
    assert not imported(CHANGE, run(*fine)).matches


def test_the_first_place_in_a_changed_file_counts() -> None:
    both = result("generated.py")
    both["locations"] += result(line=2)["locations"]
    (match,) = imported(CHANGE, run(both)).matches
    assert (match.location.path, match.location.span.line) == ("app.py", 2)


def test_several_runs_of_several_tools() -> None:
    after, before = run(result(), tool="A"), run(result(), tool="B")
    found = imported(CHANGE, after, before)
    assert [match.rule for match in found.matches] == ["imported/a.R1"]
    assert found.notes[1] == "B: its log of before the change is not used, because none after it was given"


def test_before_matches_come_from_a_tool_that_has_both_logs() -> None:
    found = imported(CHANGE, run(result(line=2)), run(result(line=1)))
    assert [(match.location.side, match.location.span.line) for match in found.matches] == [("before", 1), ("after", 2)]
    assert found.alone == frozenset()


def test_text_is_the_line_without_layout() -> None:
    change = one_file("", "x = 1\n    x   =  1\n")
    first, second = imported(change, run(result(line=1), result(line=2))).matches
    assert first.text == second.text != ""


def test_a_fingerprint_of_the_tool_pairs_a_line_that_was_rewritten() -> None:
    change = one_file("call(one)\n", "call(one, two=2)\n")
    mark: Json = {"partialFingerprints": {"primaryLocationLineHash": "abc:1"}}
    before, after = imported(change, run(result(**mark)), run(result(**mark))).matches
    assert before.text == after.text
    before, after = imported(change, run(result(**mark)), run(result())).matches
    assert before.text != after.text


def test_a_fingerprint_follows_a_moved_file() -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    change = change_set({"old.py": "call(one)\n" + text}, {"new.py": "call(two, 2)\n" + text})
    mark: Json = {"fingerprints": {"id": "7"}}
    before, after = imported(change, run(result("new.py", **mark)), run(result("old.py", **mark))).matches
    assert before.text == after.text


def test_a_fingerprint_that_all_results_share_pairs_nothing() -> None:
    change = one_file("call(one)\nsecond()\n", "call(one, two=2)\nthird()\n")
    mark: Json = {"fingerprints": {"matchBasedId/v1": "requires login"}}
    both = run(result(line=1, **mark), result(line=2, **mark))
    texts = [match.text for match in imported(change, both, both).matches]
    assert len(set(texts)) == 4


def test_suppressed_results_come_along_marked() -> None:
    suppressed = [
        [{"kind": "inSource", "justification": "made\nby us"}],
        [{"kind": "external", "status": "accepted"}],
        [{"kind": "external", "status": "rejected"}],
        [{"kind": "inSource"}, {"kind": "external", "status": "underReview"}],
        [],
    ]
    found = imported(CHANGE, run(*(result(suppressions=given) for given in suppressed))).matches
    marks = [(one.suppression.reason, one.suppression.added, one.suppression.covers) if one.suppression else None for one in found]
    assert marks == [("made by us", True, 1), ("suppressed in Lint", False, 0), None, None, None]


def test_a_tool_that_did_not_finish_is_a_failure() -> None:
    broken = [{"executionSuccessful": False}]
    assert imported(CHANGE, run(invocations=broken)).failures == (Failure("", "after", "sarif", "Lint says that it did not finish"),)
    assert imported(CHANGE, run(invocations=[{"executionSuccessful": True}, {}])).failures == ()
    assert imported(CHANGE, run(), run(invocations=broken)).failures == ()


def test_an_error_of_the_tool_on_a_file() -> None:
    def notes(*places: str, level: str = "error") -> tuple[Failure, ...]:
        notification = {
            "level": level,
            "message": {"text": "x"},
            "locations": [place for path in places for place in result(path)["locations"]],
        }
        return imported(CHANGE, run(invocations=[{"executionSuccessful": True, "toolExecutionNotifications": [notification]}])).failures

    assert [failure.path for failure in notes("app.py", "other.py")] == ["app.py"]
    assert [failure.path for failure in notes("other.py")] == []
    assert [failure.path for failure in notes()] == [""]
    assert notes("app.py", level="warning") == ()


def test_null_for_everything_that_may_be_missing() -> None:
    empty = {"results": None, "artifacts": None, "originalUriBaseIds": None, "invocations": None, "columnKind": None}
    nothing = dict.fromkeys(["ruleId", "ruleIndex", "level", "kind", "locations", "suppressions", "fingerprints", "partialFingerprints"])
    assert imported(CHANGE, {**run(), **empty}).matches == ()
    assert imported(CHANGE, run({"message": {"text": None}, **nothing})).matches == ()
