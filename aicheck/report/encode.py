"""One encoder per sink: whatever a name or a quoted line holds, it stays text where it is shown.

Nothing else in this package writes text that came from a change. The sinks: a terminal or CI log (`visible`, `quote`,
`guard_lines`), workflow commands (`command_data`, `command_property`), JSON and SARIF (`dump_json`, `json_path`, `uri`).
Markdown has its own module.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote as percent_encode

from aicheck.regex import regex

QUOTE_LIMIT = 200
"""Longest quotation of a scanned file, in characters of the output."""

HIDDEN_RANGES = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: cursor movement, colours, window titles
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"  # no width
    "\u2028\u2029"  # line and paragraph separators
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags and annotation marks
    "\ud800-\udfff"  # lone surrogates; those of `os.fsdecode` stand for single bytes
)
"""A regular expression class body of every character that is shown as an escape. Written out, because the general
categories of `unicodedata` change with the Python version and equal inputs must give equal bytes."""

_HIDDEN = regex(f"[{HIDDEN_RANGES}]")
_SURROGATE = regex("[\ud800-\udfff]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LOG_COMMAND = regex(r"##(?=[A-Za-z0-9_.-]*\[)")
"""`##[error]`, `##vso[...]`, `##teamcity[...]`: CI systems obey these anywhere in a line."""
_LINE_COMMAND = regex(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*)(::|##)", re.MULTILINE)
"""`::error::`: obeyed at the start of a line, white space before it notwithstanding."""
_HEX_PERCENT = regex(r"%(?=[0-9A-Fa-f]{2})")


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str) -> str:
    r"""The text as one line in which nothing is hidden.

    Control, bidirectional, zero-width and surrogate characters become `\x1b` or `\u202e`, line ends `\n`; log commands
    are broken. Not reversible; for reading only.
    """
    return _LOG_COMMAND.sub(r"#\\x23", _HIDDEN.sub(_escape, text))


def cut(text: str, limit: int) -> str:
    """The text, or its start and an ellipsis: at most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quote(text: str, limit: int = QUOTE_LIMIT) -> str:
    """A visible quotation of at most `limit` characters, ellipsis included."""
    return cut(visible(text[: limit + 1]), limit)


def guard_lines(text: str) -> str:
    """The text with every line disarmed that a CI log would read as a command; colour codes are allowed in it."""
    text = _LOG_COMMAND.sub(r"#\\x23", text)
    return _LINE_COMMAND.sub(lambda match: f"{match[1]}\\x{ord(match[2][0]):02x}{match[2][1]}", text)


def command_data(text: str) -> str:
    """Text for the part after the last `::` of a workflow command. Line feeds survive; all else hidden is visible."""
    return "%0A".join(visible(line).replace("%", "%25") for line in text.split("\n"))


def command_property(text: str) -> str:
    """Text for a property (`file=`, `title=`) of a workflow command, on one line."""
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def path_bytes(path: str) -> bytes:
    """The bytes git knows the path by; the inverse of `os.fsdecode` under UTF-8, whatever the locale."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that no file name decodes to
        return path.encode("utf-8", "surrogatepass")


def uri(path: str) -> str:
    """The path as a relative URI reference, percent-encoded from its bytes."""
    return percent_encode(path_bytes(path.lstrip("/")), safe="/")


def json_path(path: str) -> str:
    """The path with the bytes that are not UTF-8 percent-encoded (`caf%E9.py`).

    A `%` that two hexadecimal digits follow becomes `%25`; other paths stay as they are.
    `urllib.parse.unquote_to_bytes` gives the bytes back.
    """
    return _SURROGATE.sub(lambda match: percent_encode(path_bytes(match.group())), _HEX_PERCENT.sub("%25", path))


def json_text(text: str) -> str:
    """The text without lone surrogates, which no JSON reader has to accept; they become visible escapes."""
    return _SURROGATE.sub(_escape, text)


def dump_json(value: Mapping[str, Any]) -> str:
    """The value as indented JSON in plain ASCII, keys in the order given, with a final line feed.

    A log command inside a string is broken by an escape that JSON readers undo.
    """
    return json.dumps(_clean(value), indent=2, allow_nan=False).replace("##", "#\\u0023") + "\n"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return json_text(value)
    if isinstance(value, Mapping):
        return {json_text(key): _clean(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_clean(item) for item in value]
    return value
