"""The page: complete, self-contained, and nothing in a commit can change it. Chromium reads it where there is one."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from aicheck.replay.add_up import add_up
from aicheck.replay.cost import Terms, compare
from aicheck.replay.load_page import render
from aicheck.replay.outcome import Hit, Outcome
from tests.replay.samples import HISTORY, RETRY, judged, reason

VOID = frozenset({"meta", "br", "img", "input", "link"})
HOSTILE = """</title><script>document.title='owned'</script><img src=x onerror="document.title='owned'">'"&\x1b[31m\u202e{{ 7 * 7 }}"""


class Reader(HTMLParser):
    """Collects tags, text and attributes, and notes tags that do not close what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.problems: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.said.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert (reader.problems, reader.open) == ([], [])
    return reader


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", " ".join(read(page).said))


def page_of(*outcomes: Outcome, **terms: object) -> str:
    given = {"title": "acme A..B", "policy": "built-in", "seniors": 2, "minutes": 30, **terms}
    return render(compare(add_up(outcomes), Terms(**given)))  # type: ignore[arg-type]


def test_the_numbers_are_on_the_page() -> None:
    text = text_of(page_of(*HISTORY))
    for said in (
        "20 % fewer senior sign-offs than the blanket rule",
        "3 of 6 changes pass without a senior",
        "senior sign-offs a week 1.7",
        "senior sign-offs a week 1.3",
        "a week for each senior 0.67",
        "2026-03-16 2 2",
        "dual two different senior engineers who had no part in the change 0 1 (17 %)",
        f"{RETRY} 3 2 (33 %) 1",
        "ffffffffffff 2026-03-08 owner Subject f rules-changed",
        "30 minutes a review",
    ):
        assert said in text, said


def test_without_a_comparison_the_blanket_rule_is_nowhere() -> None:
    page = page_of(*HISTORY, compared=False)
    assert "50 % of the changes go to a senior" in text_of(page)
    body = page.partition("<body>")[2]
    assert "lanket" not in body


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = page_of(*HISTORY)
    reader = read(page)
    assert reader.tags.isdisjoint({"script", "link", "img", "iframe", "object", "base", "form"})
    assert not {name for name in reader.attributes if name.startswith("on") or name in {"src", "href", "srcset"}}
    assert not re.search(r"https?://|url\(|@import", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("outcomes", [(), HISTORY[-1:], HISTORY[:1], (judged("a", blanket="none"),)])
def test_small_histories_are_pages_too(outcomes: tuple[Outcome, ...]) -> None:
    assert "How this was reckoned" in text_of(page_of(*outcomes))
    assert "How this was reckoned" in text_of(page_of(*outcomes, compared=False, seniors=0))


def hostile_page() -> str:
    outcome = judged("a", "senior", reason("senior", RETRY), reason("senior", escalation=HOSTILE))
    assert outcome.about is not None
    outcome = replace(outcome, sha=HOSTILE, about=replace(outcome.about, subject=HOSTILE), rules=(Hit(RETRY, "high", HOSTILE, 1),))
    return page_of(outcome, title=HOSTILE, policy=HOSTILE, roster=HOSTILE)


def test_hostile_names_stay_text() -> None:
    page = hostile_page()
    reader = read(page)
    assert reader.tags.isdisjoint({"script", "img"})
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", page)
    text = "".join(reader.said)
    assert text.count("<script>") >= 5
    assert r"\x1b[31m\u202e{{ 7 * 7 }}" in text


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium")
def test_a_browser_sees_the_same_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "load.html"
    file.write_text(hostile_page(), encoding="utf-8")
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run([*command, file.as_uri()], capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert "<title>owned" not in done.stdout
    assert text_of(done.stdout) == text_of(file.read_text(encoding="utf-8"))
