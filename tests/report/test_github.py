from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.location import Location, Span
from aicheck.report import github
from tests.report.golden import check
from tests.report.sample import CLEAN_DECISION, CLEAN_REPORT, DECISION, FINDINGS, REPORT


def test_the_sample_as_a_whole() -> None:
    check("github.txt", github.render(REPORT, DECISION))


def test_the_worst_comes_first_and_the_decision_last() -> None:
    lines = github.render(REPORT, DECISION).splitlines()
    names = [line.split(" ")[0] for line in lines]
    assert names == ["::error"] * 4 + ["::warning"] * 3 + ["::notice"] + ["::warning"] * 3 + ["::error"]
    assert lines[-1].startswith("::error title=aicheck%3A owner%2C pending::An owner of infra/db.tf")


def test_only_findings_that_count_are_annotated() -> None:
    text = github.render(REPORT, DECISION)
    assert "line=11" not in text
    assert "line=12" in text
    assert "`old`" not in text
    assert "a test went" not in text


def test_a_satisfied_decision_is_a_notice() -> None:
    assert github.render(CLEAN_REPORT, CLEAN_DECISION) == "::notice title=aicheck%3A none%2C satisfied::Nobody needs to look: no finding.\n"


@given(st.text(), st.text(), st.text())
def test_every_line_is_a_command_of_ours(path: str, message: str, line_text: str) -> None:
    finding = replace(FINDINGS[0], location=Location(path, "after", Span(1, 1, 2, 1)), message=message, line_text=line_text)
    report = replace(REPORT, findings=(finding,), failures=(replace(REPORT.failures[0], path=path, reason=message),))
    lines = github.render(report, replace(DECISION, summary=message)).split("\n")
    assert [line.split(" ")[0] for line in lines] == ["::warning", "::warning", "::error", ""]
    assert all(line[2:].split("::", 1)[0].count(",") <= 4 for line in lines)
