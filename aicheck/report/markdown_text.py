"""Encoders for Markdown: untrusted text goes into code spans and fences that it cannot leave.

Code spans also keep forges from turning names into mentions, links and issue references.
"""

import re

from aicheck.regex import regex
from aicheck.report.encode import quote, visible

_RUNS = regex("`+")
_SPAN = regex(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_LINK_START = regex(r"@(?=\w)|#(?=\d)|(?<=\w):(?=//)|(?<![\w.])www(?=\.)", re.IGNORECASE)
_PUNCTUATION = regex(r"([\\`*_{}\[\]()<>#+\-.!|~&$^=:])")


def _longest_run(text: str) -> int:
    return max((len(run) for run in _RUNS.findall(text)), default=0)


def code_span(text: str, *, in_table: bool = False) -> str:
    """Untrusted text as inline code with a fence longer than any run of backticks in it; at most 200 characters."""
    content = quote(text) or " "
    if in_table:
        content = content.replace("|", "\\|")  # a table is cut into cells before code spans are read
    fence = "`" * (_longest_run(content) + 1)
    pad = " " if content[0] in "` " or content[-1] in "` " else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def code_block(text: str, language: str = "") -> str:
    """Lines of code in a fence longer than any run of backticks in them; no line feed at the end."""
    lines = [visible(line.replace("\t", "    ")) for line in text.rstrip("\n").split("\n")]
    fence = "`" * max(3, max(_longest_run(line) for line in lines) + 1)
    return "\n".join((f"{fence}{language}", *lines, fence))


def escape_text(text: str) -> str:
    """Untrusted text as prose: no markup, no HTML, and mentions, references and links broken by a space.

    Prefer a code span for anything that comes from a file.
    """
    spaced = _LINK_START.sub(lambda match: match.group() + " ", quote(text))
    return _PUNCTUATION.sub(r"\\\1", spaced)


def prose(text: str) -> str:
    """A rule author's text, whose backticks are meant: HTML outside code spans is shown, not obeyed."""
    parts: list[str] = []
    position = 0
    for span in _SPAN.finditer(text):
        parts += (_escape_html(text[position : span.start()]), _one_line(span.group()))
        position = span.end()
    return "".join((*parts, _escape_html(text[position:])))


def _one_line(text: str) -> str:
    return visible(" ".join(text.split("\n")))


def _escape_html(text: str) -> str:
    return _one_line(text).replace("&", "&amp;").replace("<", "&lt;")
