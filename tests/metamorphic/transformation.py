"""What a transformation is: files in, the same meaning in another form out."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from aicheck.readers.language import language_of

Files = Mapping[str, str]
Rewrite = Callable[[str, str], str | None]
"""(path, text) -> another text; None where it does not apply."""
Edit = tuple[int, int, str]
"""(first byte, byte behind the last one, what takes their place)."""


class Transformation(msgspec.Struct, frozen=True):
    """One way to write files in another form."""

    name: str
    apply: Callable[[Files], Files | None]
    """None where it does not apply."""
    keeps_meaning: bool = True
    """Whether one side alone may take it: it adds and loses nothing, and a reader of the file sees no difference."""
    is_deep: bool = False
    """Whether it says more on both sides than on one: another place, another format, a form that a reader may not know."""


def rewriting(name: str, languages: Iterable[str], rewrite: Rewrite, *, keeps_meaning: bool = True, is_deep: bool = False) -> Transformation:
    """A transformation of each file in some languages (`*`: in all), one at a time, under its own path."""
    wanted = frozenset(languages)

    def apply(files: Files) -> Files | None:
        made = dict(files)
        for path, text in files.items():
            if text and ("*" in wanted or language(path, text) in wanted):
                made[path] = rewrite(path, text) or text
        return made if made != files else None

    return Transformation(name, apply, keeps_meaning, is_deep)


def language(path: str, text: str) -> str:
    """The language of a file."""
    return language_of(path, text[:200].encode())


def edited(text: str, edits: Iterable[Edit]) -> str | None:
    """The text with pieces replaced; None without an edit. Edits are of bytes and do not overlap."""
    data = text.encode()
    ordered = sorted(set(edits), reverse=True)
    for start, end, replacement in ordered:
        data = data[:start] + replacement.encode() + data[end:]
    return data.decode() if ordered else None


def with_lines(text: str, lines: Iterable[int], inserted: Callable[[str], str]) -> str | None:
    """The text with something (made from a line's indentation) before each of some lines, 1-based; None without any."""
    wanted = set(lines)
    made = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if number in wanted:
            made.append(inserted(line[: len(line) - len(line.lstrip())]))
        made.append(line)
    return "".join(made) if wanted else None
