"""The summary of `aicheck provenance` as text with bars, laid out by rich."""

from collections.abc import Sequence

from aicheck.cli.output import Terminal
from aicheck.provenance.summary import Share, Summary
from aicheck.report.encode import cut, guard_lines, visible
from aicheck.report.page import Page

MOST_ROWS = 12
MOST_WEEKS = 26
NAME_WIDTH = 32
_BAR, _ASCII_BAR = "█", "#"


def draw(summary: Summary, terminal: Terminal) -> str:
    """The text, without a line end after the last line."""
    page = Page(terminal.colour, terminal.width, terminal.ascii)
    bar = _ASCII_BAR if terminal.ascii else _BAR
    states = ", ".join(f"{count} {state}" for state, count in summary.states)
    page.line((f"{_share(summary.assisted, summary.commits)} of {summary.commits} commits show AI assistance", "bold"))
    page.line(f"{states}{f'; {summary.bots} by automation' if summary.bots else ''}")
    tools = [Share(name, count, summary.assisted) for name, count in summary.tools]
    _table(page, "by tool", tools[:MOST_ROWS], len(tools) - MOST_ROWS, bar)
    _table(page, "by week", summary.weeks[-MOST_WEEKS:], len(summary.weeks) - MOST_WEEKS, bar)
    _table(page, "by author", summary.authors[:MOST_ROWS], len(summary.authors) - MOST_ROWS, bar)
    page.line()
    page.line(("A commit without a sign is not thereby the work of a person: many tools leave none.", "dim"))
    text = guard_lines(page.text()).rstrip("\n")
    return text.encode("ascii", "backslashreplace").decode("ascii") if terminal.ascii else text


def _table(page: Page, title: str, rows: Sequence[Share], left: int, bar: str) -> None:
    if not rows:
        return
    names = [cut(visible(row.name), NAME_WIDTH) for row in rows]
    name_width, number_width = max(map(len, names)), len(str(max(row.commits for row in rows)))
    room = max(page.width - name_width - 2 * number_width - 16, 8)
    page.line()
    page.line((title, "bold"))
    for name, row in zip(names, rows, strict=True):
        length = row.assisted * room // max(row.commits, 1)
        counts = f"{row.assisted:>{number_width}} of {row.commits:<{number_width}} {_share(row.assisted, row.commits)}"
        page.line(f"  {name:<{name_width}} {counts} ", (bar * max(length, row.assisted > 0), "magenta"))
    if left > 0:
        page.line(f"  and {left} more")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):3.0f} %"
