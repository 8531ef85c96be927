"""Requirements files of pip (https://pip.pypa.io/en/stable/reference/requirements-file-format/) and `go.mod` files, line by line."""

import re
from collections.abc import Iterator

import msgspec

from aicheck.model.location import Span
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

MOST_LINES = 50_000
_COMMENT = regex(r"(?:^|\s)#.*$")
_OPTION = regex(r"(--?[A-Za-z][\w-]*)(?:[=\s]\s*(\S+))?")
_NAMED = regex(r"([A-Za-z0-9][\w.-]*) ?(?:\[[^\]]{0,200}\] ?)?(?:@ ?(\S+)|([^;#@ ][^;#@]*))?(?: ?;.*)?")
"""Of a text with single spaces and without hashes."""
_GO_LINE = regex(r"(?:replace )?(\S+)(?: v\S+)? => (\S+)(?: (v\S+))?")


class Requirement(msgspec.Struct, frozen=True):
    """One package that a file asks for."""

    name: str
    """In lower case with `-` for `_` and `.`; as written in `go.mod`."""
    constraint: str
    """As written without spaces, for example `>=1.2,<2`; empty when any version will do."""
    source: str
    """Where it comes from in place of the registry: a URL, a folder, a repository; empty for the registry."""
    hashed: bool
    span: Span


class Option(msgspec.Struct, frozen=True):
    """One option that a requirements file gives to pip."""

    name: str
    """The long name without dashes."""
    value: str
    span: Span


SHORT = {"-i": "index-url", "-f": "find-links", "-r": "requirement", "-c": "constraint", "-e": "editable"}


def normal_package(name: str) -> str:
    """The name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_requirements(text: str) -> tuple[tuple[Requirement, ...], tuple[Option, ...]]:
    """What a requirements file asks for and the options it gives; lines that are neither are left out."""
    packages, options = [], []
    for number, end, line in _logical_lines(text):
        span = Span(number, 1, end, max(len(line), 1) + 1 if number == end else 1)
        if line.startswith("-"):
            found = _OPTION.match(line)
            if found is None:
                continue
            name = SHORT.get(found[1], found[1].lstrip("-"))
            options.append(Option(name, found[2] or "", span))
            if name == "editable" and found[2]:
                egg = re.search(r"#egg=([\w.-]+)", found[2])
                packages.append(Requirement(normal_package(egg[1]) if egg else found[2], "", found[2], hashed=False, span=span))
            continue
        if re.match(r"(?:git|hg|svn)\+|https?://|file:|\.{0,2}/", line):
            source = line.split()[0]
            egg = re.search(r"#egg=([\w.-]+)", source)
            packages.append(Requirement(normal_package(egg[1]) if egg else source, "", source, "--hash" in line, span))
            continue
        package = parse_requirement(line, span)
        if package is not None:
            packages.append(package)
    return tuple(packages), tuple(options)


def parse_requirement(text: str, span: Span) -> Requirement | None:
    """One requirement as PEP 508 and pip write it; None when it is none."""
    found = _NAMED.fullmatch(" ".join(text.partition("--hash")[0].split())[:2_000])
    if found is None:
        return None
    constraint = re.sub(r"\s+", "", found[3] or "").strip("()")
    return Requirement(normal_package(found[1]), constraint, found[2] or "", "--hash" in text, span)


def read_go_replacements(text: str) -> tuple[Requirement, ...]:
    """The `replace` directives of a `go.mod` file: name, version, what takes its place (https://go.dev/ref/mod#go-mod-file-replace)."""
    found = []
    inside = False
    for number, line in enumerate(split_lines(text)[:MOST_LINES], 1):
        body = " ".join(line.partition("//")[0].split())
        if body.startswith("replace") and body.endswith("("):
            inside = True
        elif inside and body == ")":
            inside = False
        elif inside or body.startswith("replace "):
            match = _GO_LINE.fullmatch(body)
            if match is not None:
                found.append(Requirement(match[1], match[3] or "", match[2], hashed=False, span=Span(number, 1, number, len(line) + 1)))
    return tuple(found)


def _logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """(first line, last line, text) with continued lines joined and comments gone; empty ones left out."""
    parts: list[str] = []
    start = 1
    for number, line in enumerate(split_lines(text.removeprefix("\ufeff"))[:MOST_LINES], 1):
        body = _COMMENT.sub("", line)
        if not parts:
            start = number
        if body.rstrip().endswith("\\"):
            parts.append(body.rstrip()[:-1])
            continue
        joined = " ".join((*parts, body)).strip()
        parts = []
        if joined:
            yield start, number, joined
    if parts:
        yield start, start, " ".join(parts).strip()
