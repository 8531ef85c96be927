"""The comparison as text with bars."""

from msgspec.structs import replace

from aicheck.cli.load_chart import draw
from aicheck.cli.output import Terminal
from aicheck.replay.add_up import add_up
from aicheck.replay.cost import Terms, compare
from aicheck.replay.outcome import Hit, Outcome
from tests.replay.samples import HISTORY, RETRY, judged, reason

PLAIN = Terminal(colour=False, width=80, ascii=False)
TERMS = Terms("acme A..B", "built-in", seniors=2, minutes=30)


def lines_of(*outcomes: Outcome, terminal: Terminal = PLAIN) -> list[str]:
    return draw(compare(add_up(outcomes), TERMS), terminal).split("\n")


def line(lines: list[str], start: str) -> str:
    return next(each for each in lines if each.lstrip().startswith(start))


def test_numbers_and_bars() -> None:
    lines = lines_of(*HISTORY)
    assert lines[0] == "20 % fewer senior sign-offs than the blanket rule"
    assert "1.3  0.67 h" in line(lines, "this policy ")
    assert line(lines, "blanket rule ").count("█") > line(lines, "this policy ").count("█") > 20
    assert "2 (3) " in line(lines, "2026-03-02")
    assert line(lines, "2026-03-09").endswith("0 (0)")
    first = line(lines, "2026-03-02")
    assert first.count("█") > first.count("░") > 0
    assert "100 % of 2" in line(lines, "junior (policy)")
    assert "2 (3)  33 %" in line(lines, RETRY)
    assert "dddd" not in "".join(lines)


def test_no_line_of_the_charts_is_wider_than_the_terminal() -> None:
    for width in (40, 80, 140):
        lines = lines_of(*HISTORY, terminal=Terminal(colour=False, width=width, ascii=False))
        bars = [each for each in lines if "█" in each]
        assert bars
        if width >= 80:
            assert max(map(len, bars)) <= width


def test_ascii_where_the_terminal_knows_no_more() -> None:
    text = "\n".join(lines_of(*HISTORY, terminal=Terminal(colour=False, width=80, ascii=True)))
    assert text.isascii()
    assert "####" in text


def test_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" in "\n".join(lines_of(*HISTORY, terminal=Terminal(colour=True, width=80, ascii=False)))
    assert "\x1b" not in "\n".join(lines_of(*HISTORY))


def test_hostile_subjects_and_paths_stay_visible_text() -> None:
    outcome = judged("a", "senior", reason("senior", RETRY))
    assert outcome.about is not None
    bad = "::error::\x1b[31m\u202e"
    outcome = replace(outcome, about=replace(outcome.about, subject=bad), rules=(Hit(RETRY, "high", f"{bad}.py", 1),))
    text = draw(compare(add_up([outcome]), replace(TERMS, title=f"##[group]{bad}")), PLAIN)
    assert not {"\x1b", "\u202e"} & set(text)
    assert "##[" not in text


def test_an_empty_history() -> None:
    assert lines_of()[0] == "no change could be judged"
