"""Bytes of a Python file to text, as CPython reads them, and text to lines, as CPython counts them."""

import codecs

from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

UTF8 = frozenset({"utf-8", "utf8", "u8", "utf-8-sig", "utf", "cp65001"})
SINGLE_BYTE = {
    "ascii": "ascii",
    "us-ascii": "ascii",
    "646": "ascii",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "latin": "latin-1",
    "l1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso8859-1": "latin-1",
    "iso-latin-1": "latin-1",
    "8859": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "iso8859-15": "iso-8859-15",
    "latin-9": "iso-8859-15",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
}
"""Cookie name (lower case, hyphens) -> codec. Others (utf-7, unicode-escape, ...) could hide code from a reader."""

COOKIE = regex(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""PEP 263."""
BLANK = regex(rb"^[ \t\f]*(?:#.*)?$")
LINE_END = regex(r"\r\n?|\n")
BYTES_LINE_END = regex(rb"\r\n?|\n")


def decode(data: bytes) -> str:
    """The text of a source file, without a byte order mark. Raises Unreadable."""
    if b"\0" in data:
        raise Unreadable("holds a NUL byte, which Python refuses")
    marked = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if marked else data
    cookie = _cookie(body)
    name = cookie.lower().replace("_", "-")
    try:
        if not cookie or name in UTF8 or name.startswith("utf-8-"):
            return body.decode("utf-8")
        if marked or name not in SINGLE_BYTE:
            raise Unreadable(f"source encoding {cookie[:40]} is not supported")
        return body.decode(SINGLE_BYTE[name])
    except UnicodeDecodeError:
        raise Unreadable(f"is not valid {cookie[:40] or 'UTF-8'}") from None


def split_lines(text: str) -> tuple[str, ...]:
    """The lines without their ends; only LF, CRLF and CR end a line (not form feeds, not U+2028)."""
    return tuple(LINE_END.split(text))


def _cookie(body: bytes) -> str:
    lines = BYTES_LINE_END.split(body[:4096], maxsplit=2)[:2]
    for line in lines:
        found = COOKIE.match(line)
        if found:
            return found.group(1).decode("ascii", "replace")
        if not BLANK.match(line):
            return ""
    return ""
