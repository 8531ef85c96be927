"""Finds the comments that accept a finding: `# aicheck: ignore[family/bad-pattern] reason`.

Only reads. Whether a comment counts is decided elsewhere. In Python the marker must start a real comment, not stand in
a string; in other languages it must directly follow a comment leader. One linear pass; files without the marker cost
one search.
"""

import hashlib
import re
from collections.abc import Iterator

import msgspec

from aicheck.model.rule import is_imported
from aicheck.regex import regex

_HASH = r"(?:(?<=\s)|^)#"
_SLASHES = r"//|/\*"
_MARKUP = r"<!--"
_DASHES = r"--"
_SEMICOLON = r"(?:(?<=\s)|^);"

_LEADERS = {
    "c": _SLASHES,
    "codeowners": _HASH,
    "cpp": _SLASHES,
    "csharp": _SLASHES,
    "crontab": _HASH,
    "css": _SLASHES,
    "dockerfile": r"^\s*#",
    "dnszone": _SEMICOLON,
    "dotenv": _HASH,
    "elixir": _HASH,
    "gitattributes": _HASH,
    "go": _SLASHES,
    "go-module": _SLASHES,
    "html": f"{_MARKUP}|{_SLASHES}",
    "ignore": _HASH,
    "ini": f"{_HASH}|{_SEMICOLON}",
    "instructions": _MARKUP,
    "java": _SLASHES,
    "javascript": _SLASHES,
    "json": _SLASHES,
    "json5": _SLASHES,
    "kotlin": _SLASHES,
    "makefile": _HASH,
    "php": f"{_HASH}|{_SLASHES}",
    "procfile": _HASH,
    "requirements": _HASH,
    "ruby": _HASH,
    "rust": _SLASHES,
    "shell": _HASH,
    "sql": rf"{_DASHES}|/\*",
    "swift": _SLASHES,
    "systemd": f"{_HASH}|{_SEMICOLON}",
    "terraform": f"{_HASH}|{_SLASHES}",
    "text": _MARKUP,
    "toml": _HASH,
    "typescript": _SLASHES,
    "xml": _MARKUP,
    "yaml": _HASH,
}
"""What begins a comment, by language of `aicheck.readers.language`."""
_WITHOUT_COMMENTS = frozenset({"lockfile", "notebook"})
_ANY_LEADER = "|".join((_HASH, _SLASHES, _MARKUP, _DASHES, _SEMICOLON))

_MARKER = r"[ \t]{0,8}aicheck:[ \t]{0,8}ignore\b[ \t]{0,8}(?:\[(?P<rules>[^\]\n]{0,500})\])?(?P<reason>[^\n]{0,500})"
_NEEDLE = regex(rb"aicheck:[ \t]{0,8}ignore")
_LINE_END = regex(r"\r\n|\r|\n")
_PYTHON_TOKEN = regex(
    r"(?P<string>'''(?:[^\\']|\\.?|'(?!''))*+(?:''')?|\"\"\"(?:[^\\\"]|\\.?|\"(?!\"\"))*+(?:\"\"\")?"
    r"|'(?:[^\\'\n\r]|\\\r\n|\\.?)*+'?|\"(?:[^\\\"\n\r]|\\\r\n|\\.?)*+\"?)|(?P<comment>#[^\n\r]*)",
    re.DOTALL,
)
_IN_COMMENT = regex(rf"(?:^#|[ \t]#){_MARKER}")
_RULE_ID = regex(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")
"""Of the catalogue; those of other tools have a form of their own."""
_CLOSERS = ("*/", "-->")


def write_comment(language: str, text: str) -> str:
    """`text` as a comment of a language, for a line of its own; empty where the language has none or it is not known."""
    if language == "python":
        return f"# {text}"
    leaders = _LEADERS.get(language, "") if language != "json" else ""
    if "#" in leaders:
        return f"# {text}"
    if "//" in leaders:
        return f"// {text}"
    if leaders.startswith(_DASHES):
        return f"-- {text}"
    return f"<!-- {text} -->" if _MARKUP in leaders else f"; {text}" if leaders else ""


class SuppressionComment(msgspec.Struct, frozen=True):
    """One rule named by one suppression comment, on one side of one file."""

    path: str
    line: int
    column: int
    """1-based, code points, where the comment starts."""
    covers: int
    """The line whose findings it accepts: its own, or the next one when it stands alone."""
    rule: str
    """As written; empty when the comment names none."""
    reason: str
    """At most 200 characters; empty when none is given."""
    place: str
    """A digest of the covered line and the lines that enclose it by indentation, spacing aside: equal on both sides
    when the comment still covers the same code."""

    @property
    def problem(self) -> str:
        """Why the comment cannot accept anything, or an empty string."""
        if not self.rule:
            return "names no rule; write aicheck: ignore[family/rule] and a reason"
        if not _RULE_ID.fullmatch(self.rule) and not is_imported(self.rule):
            return "names no rule id (family/rule, no patterns)"
        if not self.reason:
            return "gives no reason; write it after the bracket"
        return ""


class _Comment(msgspec.Struct, frozen=True):
    """A marker in its line, before it is split into rules."""

    line: int
    start: int
    end: int
    """0-based columns."""
    rules: str
    reason: str


def read_suppressions(path: str, language: str, data: bytes) -> tuple[SuppressionComment, ...]:
    """Every suppression comment of one file, in file order; one value for each rule a comment names."""
    if language in _WITHOUT_COMMENTS or not _NEEDLE.search(data):
        return ()
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    lines = _LINE_END.split(text)
    comments = tuple(_python_comments(text) if language == "python" else _line_comments(lines, language))
    alone = {comment.line for comment in comments if _stands_alone(comment, lines[comment.line - 1])}
    covers = {comment: _covered(comment.line, alone, len(lines)) for comment in comments}
    places = _places(lines, frozenset(covers.values()))
    return tuple(
        SuppressionComment(path, comment.line, comment.start + 1, covers[comment], rule, comment.reason, places.get(covers[comment], ""))
        for comment in comments
        for rule in _split_rules(comment.rules)
    )


def _python_comments(text: str) -> Iterator[_Comment]:
    line, line_start, counted = 1, 0, 0
    for token in _PYTHON_TOKEN.finditer(text):
        if token["comment"] is None or "aicheck" not in token["comment"]:
            continue
        for end in _LINE_END.finditer(text, counted, token.start()):
            line, line_start = line + 1, end.end()
        counted = token.start()
        if found := _IN_COMMENT.search(token["comment"]):
            start = token.start() - line_start + found.start()
            yield _comment(line, start, found)


def _line_comments(lines: list[str], language: str) -> Iterator[_Comment]:
    marker = re.compile(f"(?:{_LEADERS.get(language, _ANY_LEADER)}){_MARKER}")
    for number, line in enumerate(lines, 1):
        if "aicheck:" in line and (found := marker.search(line)):
            yield _comment(number, found.start(), found)


def _comment(line: int, start: int, found: re.Match[str]) -> _Comment:
    reason = found["reason"]
    closed = [at for closer in _CLOSERS if (at := reason.find(closer)) >= 0]
    end = start + len(found[0])
    if closed:
        end -= len(reason) - min(closed) - 2
        reason = reason[: min(closed)]
    reason = reason.strip().lstrip("-:\u2013\u2014 ").strip()[:200]
    return _Comment(line, start, end, found["rules"] or "", reason if any(map(str.isalnum, reason)) else "")


def _stands_alone(comment: _Comment, line: str) -> bool:
    """True when nothing but the comment (or the braces that JSX puts around one) is in its line."""
    rest = line[comment.end :].removeprefix(">").strip()
    return line[: comment.start].strip() in ("", "{") and rest in ("", "}")


def _covered(line: int, alone: set[int], last: int) -> int:
    """The line itself, or for a comment that stands alone the first one below that is not such a comment."""
    while line in alone and line < last:
        line += 1
    return line


def _split_rules(rules: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.strip()[:80] for rule in rules.split(",") if rule.strip())) or ("",)


def _places(lines: list[str], wanted: frozenset[int]) -> dict[int, str]:
    """The digest of each wanted line under the lines that enclose it by indentation. One pass, a stack of headers."""
    found: dict[int, str] = {}
    headers: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped:
            indent = len(line) - len(line.lstrip())
            while headers and headers[-1][0] >= indent:
                headers.pop()
            headers.append((indent, _digest(headers[-1][1] if headers else "", stripped)))
        if number in wanted:
            found[number] = headers[-1][1] if stripped else ""
    return found


def _digest(around: str, line: str) -> str:
    code = " ".join(line.partition("aicheck:")[0].split())
    return hashlib.sha256(f"{around}\n{code}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
