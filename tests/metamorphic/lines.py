"""Formats that are read line by line: variables, INI, images, recipes."""

import re
from collections.abc import Callable

from tests.metamorphic.transformation import REREAD, Rewrite, rewriting

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=([^\s\"'#]*)")
_DIRECTIVE = re.compile(r"(\s*[\w.-]+) (?![={])(\S.*)")


def _by_line(change: Callable[[str], str]) -> Rewrite:
    """A rewrite of each line that is whole by itself; not of files that continue lines."""

    def rewrite(path: str, text: str) -> str | None:
        return None if "\\\n" in text or "<<" in text else "".join(change(line) + "\n" for line in text.splitlines())

    return rewrite


def _quoted(mark: str) -> Callable[[str], str]:
    def change(line: str) -> str:
        found = _ASSIGNMENT.fullmatch(line)
        return f"{found[1]}={mark}{found[2]}{mark}" if found else line

    return change


def _exported(line: str) -> str:
    return f"export {line}" if _ASSIGNMENT.fullmatch(line) else line


def _spaced(line: str) -> str:
    found = _DIRECTIVE.fullmatch(line)
    return f"{found[1]}\t   {found[2]}" if found else line


def _reversed(path: str, text: str) -> str | None:
    lines = text.splitlines()
    return "\n".join(reversed(lines)) + "\n" if all(map(_ASSIGNMENT.fullmatch, lines)) else None


def _lowered(line: str) -> str:
    first, space, rest = line.partition(" ")
    return first.lower() + space + rest if first.isalpha() and first.isupper() else line


def _silenced(line: str) -> str:
    return f"\t@{line[1:]}" if line.startswith("\t") and line[1:2] not in "@-+" else line


def _remarked(line: str) -> str:
    return f"# a remark\n\n{line}" if line and not line.startswith(("#", "\t", " ", "{", "}")) else line


TRANSFORMATIONS = (
    rewriting("dotenv in double quotes", ("dotenv",), _by_line(_quoted('"'))),
    rewriting("dotenv in single quotes", ("dotenv",), _by_line(_quoted("'"))),
    rewriting("dotenv exported", ("dotenv",), _by_line(_exported), REREAD),
    rewriting("dotenv reversed", ("dotenv",), _reversed),
    rewriting("directives with wider spaces", ("ini",), _by_line(_spaced)),
    rewriting("dockerfile in lower case", ("dockerfile",), _by_line(_lowered), REREAD),
    rewriting("makefile without echo", ("makefile",), _by_line(_silenced), REREAD),
    rewriting("lines with remarks", ("crontab", "dockerfile", "dotenv", "ini", "makefile"), _by_line(_remarked)),
)
