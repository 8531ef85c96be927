"""The mail around a patch, as git format-patch writes it: author and message of the commit it was made from."""

import re
from binascii import a2b_base64, a2b_qp
from email.errors import HeaderParseError
from email.header import decode_header, make_header

import msgspec

from aicheck.changes.hunks import split_lines
from aicheck.model.change import Commit, Identity
from aicheck.regex import regex

_SEPARATOR = regex(rb"From \S+ +\w{3} \w{3} +\d+ [\d:]{8} \d{4}\s*")
_HEADER = regex(rb"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)", re.DOTALL)
_KNOWN = {b"from", b"subject", b"date"}
_MARK = regex(r"\s*(?:\[[^\]]*\]|[Rr]e:)\s*")
_ADDRESS = regex(r"\s*\"?(?P<name>[^<\"]*?)\"?\s*<(?P<email>[^<>]*)>\s*")
MOST_HEADER_LINES = 500


class Mail(msgspec.Struct, frozen=True):
    """One mail of a patch."""

    commit: Commit
    """Its id is empty; author and committer are the sender."""
    end: int
    """The index of the line at which the patch begins."""


def starts_mail(lines: list[bytes], at: int) -> bool:
    """Whether a mail begins here: at a line that separates mails, or at the very beginning with headers alone."""
    if _SEPARATOR.fullmatch(lines[at]):
        return bool(_read_headers(lines, at + 1)[0].keys() & _KNOWN)
    headers = _read_headers(lines, at)[0] if at == 0 and _HEADER.fullmatch(lines[at]) else {}
    return {b"from", b"subject"} <= headers.keys()


def read_mail(lines: list[bytes], at: int) -> Mail:
    """The mail that begins here. Its body is decoded in place where the transport encoded it."""
    headers, body = _read_headers(lines, at + 1 if _SEPARATOR.fullmatch(lines[at]) else at)
    _decode_body(lines, body, headers.get(b"content-transfer-encoding", b"").strip().lower())
    author = _identity(_text(headers.get(b"from", b"")))
    subject = _text(headers.get(b"subject", b""))
    while found := _MARK.match(subject):
        subject = subject[found.end() :]
    end = body
    while end < len(lines) and not _ends_message(lines, end):
        end += 1
    message = b"".join(lines[body:end]).decode("utf-8", "surrogateescape").strip("\n")
    first, _, rest = message.partition("\n")
    if first.startswith("From: "):
        author, message = _identity(first.removeprefix("From: ")), rest.strip("\n")
    text = f"{subject.strip()}\n\n{message}\n" if message else f"{subject.strip()}\n"
    return Mail(Commit("", (), author, author, text), end)


def _ends_message(lines: list[bytes], at: int) -> bool:
    line = lines[at].rstrip(b"\r\n")
    is_file = line.startswith(b"--- ") and at + 1 < len(lines) and lines[at + 1].startswith(b"+++ ")
    return line == b"---" or line.startswith((b"diff --git ", b"diff -")) or is_file or _SEPARATOR.fullmatch(lines[at]) is not None


def _read_headers(lines: list[bytes], at: int) -> tuple[dict[bytes, bytes], int]:
    """Headers by their names in lower case, and the index of the first line of the body."""
    headers: dict[bytes, bytes] = {}
    name = b""
    for number in range(at, min(len(lines), at + MOST_HEADER_LINES)):
        line = lines[number]
        if not line.strip():
            return headers, number + 1
        found = _HEADER.fullmatch(line)
        if line[:1] in {b" ", b"\t"} and name:
            headers[name] += b" " + line.strip()
        elif found:
            name = found[1].lower()
            headers[name] = found[2].strip()
        else:
            return {}, at
    return headers, min(len(lines), at + MOST_HEADER_LINES)


def _decode_body(lines: list[bytes], body: int, encoding: bytes) -> None:
    if encoding not in {b"quoted-printable", b"base64"}:
        return
    end = body
    while end < len(lines) and not _SEPARATOR.fullmatch(lines[end]):
        end += 1
    raw = b"".join(lines[body:end])
    try:
        decoded = a2b_qp(raw) if encoding == b"quoted-printable" else a2b_base64(raw)
    except ValueError:
        return  # the lines stay as they are and will hold no patch
    lines[body:end] = split_lines(decoded.replace(b"\r\n", b"\n"))


def _text(raw: bytes) -> str:
    """A header as text, its encoded words decoded; one that cannot be decoded as it stands."""
    text = raw.decode("utf-8", "surrogateescape")
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, HeaderParseError):
        return text


def _identity(text: str) -> Identity:
    found = _ADDRESS.fullmatch(text)
    return Identity(found["name"], found["email"]) if found else Identity(text.strip(), "")
