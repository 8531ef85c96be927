import html
import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aicheck.report.encode import quote, visible
from aicheck.report.markdown_text import code_block, code_span, escape_text, prose

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
TEXT = st.text(st.characters(), max_size=40) | st.text("`|\\ <>[]()!*_\n@#", max_size=20)


@given(TEXT)
@example("``a`")
@example("` `")
def test_a_code_span_holds_its_text_and_nothing_else(text: str) -> None:
    shown = MARKDOWN.render(code_span(text))
    match = re.fullmatch(r"<p><code>(.*)</code></p>\n", shown, re.DOTALL)
    assert match
    assert html.unescape(match[1]).strip() == (quote(text) or " ").strip()


@given(TEXT)
def test_a_code_span_stays_in_its_table_cell(text: str) -> None:
    shown = MARKDOWN.render(f"| a | b |\n| - | - |\n| {code_span(text, in_table=True)} | end |\n")
    assert shown.count("<td>") == 2
    assert shown.count("<code>") == 1


@given(TEXT)
@example("```\n<script>")
def test_a_code_block_holds_its_text_and_nothing_else(text: str) -> None:
    shown = MARKDOWN.render(code_block(text, "python"))
    match = re.fullmatch(r'<pre><code class="language-python">(.*)</code></pre>\n', shown, re.DOTALL)
    assert match
    lines = [visible(line.replace("\t", "    ")) for line in text.rstrip("\n").split("\n")]
    assert html.unescape(match[1]) == "\n".join(lines) + "\n"


@given(TEXT)
@example("<img src=x onerror=alert(1)>")
@example("[a](https://example.org) ![b](c)")
def test_escaped_text_makes_no_element(text: str) -> None:
    shown = MARKDOWN.render(f"x{escape_text(text)}x")
    assert re.fullmatch(r"<p>[^<>]*</p>\n", shown)


def test_escaped_text_breaks_mentions_references_and_links() -> None:
    shown = html.unescape(MARKDOWN.render(escape_text("@admin org/repo#1 https://example.org www.example.org a@b.org")))
    assert "@a" not in shown
    assert "#1" not in shown
    assert "://" not in shown
    assert "www.e" not in shown
    assert "@b" not in shown


def test_prose_keeps_code_spans_and_shows_html() -> None:
    shown = MARKDOWN.render(prose("Use `stop=<n>` & never <script>alert(1)</script>.\nSecond line."))
    assert shown == "<p>Use <code>stop=&lt;n&gt;</code> &amp; never &lt;script&gt;alert(1)&lt;/script&gt;. Second line.</p>\n"


@given(TEXT)
def test_prose_holds_no_html(text: str) -> None:
    shown = MARKDOWN.render("x " + prose(text))
    assert not re.search(r"<(?!/?(p|code|em|strong|a|img|br|h\d|ul|li)\b)", shown)
