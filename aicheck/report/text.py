"""The report for a person at a terminal or in a CI log: findings worst first, coverage, provenance, the decision."""

import msgspec

from aicheck.model.decision import Decision, Report
from aicheck.report.encode import guard_lines


class TextOptions(msgspec.Struct, frozen=True):
    """How the text is laid out."""

    colour: bool = False
    width: int = 80
    """Columns; prose is wrapped at 100 even where there are more, paths and source lines may use all of them."""
    ascii: bool = False
    """True for a terminal or file that cannot take other characters: they are shown as escapes."""


DEFAULT = TextOptions()


def render(report: Report, decision: Decision, options: TextOptions = DEFAULT) -> str:
    """The whole report; with colour codes only if `options.colour`, whatever the environment says."""
    from aicheck.report import text_findings, text_summary  # they import rich, which other formats do not need
    from aicheck.report.page import Page

    page = Page(options.colour, options.width, options.ascii)
    text_findings.write(page, report, decision)
    text_summary.write(page, report, decision)
    text = guard_lines(page.text())
    return text.encode("ascii", "backslashreplace").decode("ascii") if options.ascii else text
