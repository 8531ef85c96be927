"""What in a CODEOWNERS file does not mean what its author hopes.

A line that a forge cannot read counts for nothing there, and nobody is told: the paths that it was written for fall to an earlier
line. Rules as GitHub and GitLab document them (the addresses stand in `aicheck.readers.owners`).
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from aicheck.policy.problem import Problem
from aicheck.policy.roster import Roster
from aicheck.readers.owners import MOST_CHARACTERS, MOST_LINES, OWNER, SECTION, OwnerLine, parse_owners, words_of_line
from aicheck.readers.ownership import Owners
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

Forge = Literal["", "github", "gitlab"]
SIZE_LIMIT = 3 << 20
"""Bytes; GitHub loads no larger file."""
JUDGING = (".aicheck/policy.toml", ".aicheck/people.toml")
"""Whoever may change these unseen may change who must look."""
_EVERYTHING = frozenset({"*", "**", "/**", "/"})
_NOTHING_ELSE = regex(r"[\[\]{}]")
_MANY = 3


class OwnersFile(msgspec.Struct, frozen=True):
    """One file, as it is to be checked."""

    path: str
    text: str
    roster: Roster

    @property
    def forge(self) -> Forge:
        """Which forge alone looks there; empty where both do."""
        return "github" if self.path.startswith(".github/") else "gitlab" if self.path.startswith(".gitlab/") else ""


def lint_owners(file: OwnersFile) -> tuple[Problem, ...]:
    """The problems, by line."""
    if len(file.text.encode("utf-8", "surrogateescape")) > SIZE_LIMIT:
        return (Problem(file.path, 0, f"is larger than {SIZE_LIMIT >> 20} MiB; GitHub reads nothing of it"),)
    lines = parse_owners(file.text)
    owners = Owners(lines)
    found = [Problem(file.path, number, text, serious) for number, text, serious in _lint_lines(file)]
    found += [Problem(file.path, line.span.line, text, serious) for line, text, serious in _lint_owner_lines(lines, file.roster)]
    found += [
        Problem(file.path, 0, f"names nobody who owns {path}: give it owners, or any senior may change who must look", serious=False)
        for path in JUDGING
        if not owners.owners_of(path)
    ]
    return tuple(sorted(found))


def _lint_lines(file: OwnersFile) -> Iterator[tuple[int, str, bool]]:
    """What can be told from the lines as they stand."""
    every = split_lines(file.text.removeprefix("\ufeff"))
    if len(every) > MOST_LINES:
        yield MOST_LINES + 1, f"lines from here on are not read: there are more than {MOST_LINES}", True
    has_sections = any(SECTION.fullmatch(line.strip()) for line in every[:MOST_LINES])
    is_told = False
    for number, line in enumerate(every[:MOST_LINES], 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if SECTION.fullmatch(stripped):
            if file.forge != "gitlab" and not is_told:
                is_told = True
                yield (
                    number,
                    "begins a section, which only GitLab knows; GitHub takes the line for an invalid pattern",
                    file.forge == "github",
                )
            yield from ((number, text, True) for text in _lint_words(stripped[stripped.rindex("]") + 1 :].split()))
            continue
        pattern, *owners = words_of_line(stripped)
        for text in _lint_pattern(pattern, is_gitlab=file.forge == "gitlab" or has_sections):
            yield number, text, True
        yield from ((number, text, True) for text in _lint_words(owners))


def _lint_pattern(pattern: str, *, is_gitlab: bool) -> Iterator[str]:
    if len(pattern) > MOST_CHARACTERS:
        yield f"has a pattern of more than {MOST_CHARACTERS} characters, which matches nothing"
    elif pattern.startswith("!") and not is_gitlab:
        yield f"has the pattern {pattern!r}: GitHub knows no exceptions with '!' and passes the line by"
    elif pattern.startswith(("[", "^[")):
        yield f"begins like a section and is none: {pattern!r}"
    elif _NOTHING_ELSE.search(pattern):
        yield f"has the pattern {pattern!r}: brackets and braces choose nothing here; write one line for each alternative"
    elif pattern.startswith("\\#") and not is_gitlab:
        yield f"has the pattern {pattern!r}: GitHub cannot escape a leading '#' and passes the line by"
    elif pattern.startswith("./") or "/../" in f"/{pattern}/":
        yield f"has the pattern {pattern!r}, which matches no path; write it from the top of the repository: '/{pattern.lstrip('./')}'"


def _lint_words(owners: Sequence[str]) -> Iterator[str]:
    for word in owners:
        if word.startswith("#"):
            return
        if not OWNER.fullmatch(word):
            yield f"has {word[:60]!r} as an owner, which is no @person, @team or e-mail address: nobody is asked"


def _lint_owner_lines(lines: Sequence[OwnerLine], roster: Roster) -> Iterator[tuple[OwnerLine, str, bool]]:
    """What can be told from what the lines mean."""
    seniors = roster.at_least("senior")
    covering: dict[tuple[str, str], int] = {}
    for line in reversed(lines):
        later = covering.get((line.section, line.pattern)) or covering.get((line.section, "*"))
        if later is not None:
            yield line, f"never counts: line {later} matches all that it matches, and the last match counts", True
        covering.setdefault((line.section, "*" if line.pattern in _EVERYTHING else line.pattern), line.span.line)
        if line.excludes:
            continue
        if not line.owners:
            yield line, f"gives {line.pattern} no owner, and so takes it from the lines above", False
        elif roster.people:
            unknown = [name for name in line.owners if not roster.knows(name) and not name.startswith("@@")]
            if unknown:
                yield line, f"names {_list(unknown)}, whom the roster does not know", False
            elif not seniors & roster.members(line.owners):
                yield line, f"names no senior among the owners of {line.pattern}, so another senior stands in for them", False


def _list(names: Sequence[str]) -> str:
    more = len(names) - _MANY
    return ", ".join(names[:_MANY]) + (f" and {more} more" if more > 0 else "")
