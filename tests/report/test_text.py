import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.finding import Excerpt
from aicheck.model.location import Location, Span
from aicheck.report.text import TextOptions, render
from tests.report.golden import check
from tests.report.sample import CLEAN_DECISION, CLEAN_REPORT, DECISION, FINDINGS, REPORT, RETRY

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 120])
def test_the_sample_as_a_whole(width: int) -> None:
    check(f"text-{width}.txt", render(REPORT, DECISION, TextOptions(width=width)))


def test_a_clean_change() -> None:
    check("text-clean.txt", render(CLEAN_REPORT, CLEAN_DECISION))


def test_colour_adds_codes_and_nothing_else() -> None:
    coloured = render(REPORT, DECISION, TextOptions(colour=True))
    assert COLOUR.search(coloured)
    stripped = "\n".join(line.rstrip() for line in COLOUR.sub("", coloured).split("\n"))
    assert stripped == render(REPORT, DECISION)


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, coloured = render(REPORT, DECISION), render(REPORT, DECISION, TextOptions(colour=True))
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb", "TTY_COMPATIBLE": "1"}.items():
        monkeypatch.setenv(name, value)
    assert render(REPORT, DECISION) == plain
    assert render(REPORT, DECISION, TextOptions(colour=True)) == coloured


def test_advice_stands_once_per_rule() -> None:
    text = render(REPORT, DECISION, TextOptions(width=200))
    assert text.count("unbounded-retry/retry-without-stop\n") >= 3
    assert text.count("Bound the attempts or the time") == 1


@pytest.mark.parametrize(
    ("line", "span", "carets"),
    [("\tx = 日本(y)", Span(1, 6, 1, 8), "^^^^"), ("😀 = eval(x)", Span(1, 5, 1, 9), "^^^^"), ("a\x1bb", Span(1, 2, 1, 3), "^^^^")],
)
def test_markers_stand_under_the_span(line: str, span: Span, carets: str) -> None:
    from rich.cells import cell_len

    finding = replace(FINDINGS[4], location=Location("a.py", "after", span), line_text=line)
    lines = render(replace(REPORT, findings=(finding,)), DECISION).split("\n")
    source = next(index for index, text in enumerate(lines) if text.startswith("  1 │ "))
    marked = line[span.column - 1 : span.end_column - 1].replace("\x1b", "\\x1b")
    indent = cell_len(lines[source][: lines[source].index(marked)])
    assert lines[source + 1] == "    │ ".ljust(indent) + carets


def test_a_marker_far_to_the_right_is_still_seen() -> None:
    finding = replace(FINDINGS[4], location=Location("a.py", "after", Span(1, 150, 1, 154)), line_text="x" * 149 + "eval" + "y" * 40)
    lines = render(replace(REPORT, findings=(finding,)), DECISION).split("\n")
    source = next(index for index, text in enumerate(lines) if text.startswith("  1 │ …"))
    assert lines[source][lines[source + 1].index("^") :][:4] == "eval"
    assert len(lines[source]) <= 80


def test_many_places_of_one_rule_are_counted() -> None:
    findings = tuple(
        replace(FINDINGS[4], fingerprint=f"f{number}", location=Location("a.py", "after", Span(number, 1, number, 3)))
        for number in range(1, 31)
    )
    text = render(replace(REPORT, findings=findings), DECISION)
    assert text.count("a.py:") == 20
    assert f"and 10 more places of {RETRY.id}" in text


def test_gone_and_old_findings_are_counted_only() -> None:
    text = render(REPORT, DECISION)
    assert "1 finding resolved, 1 finding there before" in text
    assert "`old`" not in text


def test_ascii_terminals_get_ascii() -> None:
    text = render(REPORT, DECISION, TextOptions(ascii=True))
    assert text.isascii()
    assert "+- owner review, pending -" in text


hostile = st.text(st.characters(), max_size=30) | st.text(":#[]\\/ \n\x1b\u3000error", max_size=20)


@settings(max_examples=40, deadline=None)
@given(hostile, hostile, hostile, st.booleans())
def test_no_control_byte_and_no_log_command_gets_out(path: str, message: str, line: str, colour: bool) -> None:
    finding = replace(
        FINDINGS[4], location=Location(path, "after", Span(1, 2, 1, 5)), message=message, line_text=line, before=Excerpt(path, 1, line)
    )
    report = replace(
        REPORT,
        findings=(finding, replace(finding, state="new", suppression=replace(FINDINGS[6].suppression, reason=line, path=path))),  # type: ignore[type-var]
        failures=(replace(REPORT.failures[0], path=path, reason=message),),
        coverage=(replace(REPORT.coverage[6], path=path, reason=message),),
        provenance=replace(REPORT.provenance, evidence=(replace(REPORT.provenance.evidence[0], text=line, source=message),)),
    )
    decision = replace(DECISION, summary=message, notes=(line,), needs=(replace(DECISION.needs[0], who=line, cheapest=path),))
    plain = COLOUR.sub("", render(report, decision, TextOptions(colour=colour, width=40)))
    assert not CONTROL.search(plain)
    assert "##[" not in plain
    assert not any(text.lstrip().startswith(("::", "##")) for text in plain.split("\n"))


def test_other_formats_do_not_load_rich() -> None:
    code = "import sys; from aicheck.report import github, json_report, rule_page, sarif, text; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
