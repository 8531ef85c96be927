"""What a transformation is: files in, the same meaning in another form out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from aicheck.readers.language import language_of

Files = Mapping[str, str]
Rewrite = Callable[[str, str], str | None]
"""(path, text) -> another text; None where it does not apply."""
Edit = tuple[int, int, str]
"""(first byte, byte behind the last one, what takes their place)."""


Trial = Literal["both", "one", "silent"]
"""both: an example with both sides in the other form; one: with only its after side in it; silent: any side against itself in it."""
REFORMATTED: frozenset[Trial] = frozenset({"one", "silent"})
"""For what every reader of the format takes for the same."""
REREAD: frozenset[Trial] = frozenset({"both", "silent"})
"""For what means the same and is read in another way."""
REPLACED: frozenset[Trial] = frozenset({"both"})
"""For what means something alike: another place, another format."""
MOVED: frozenset[Trial] = frozenset({"silent"})
"""For what only moves."""


class Transformation(msgspec.Struct, frozen=True):
    """One way to write files in another form."""

    name: str
    apply: Callable[[Files], Files | None]
    """None where it does not apply."""
    trials: frozenset[Trial] = REFORMATTED


def rewriting(name: str, languages: Iterable[str], rewrite: Rewrite, trials: frozenset[Trial] = REFORMATTED) -> Transformation:
    """A transformation of each file in some languages (`*`: in all), one at a time, under its own path."""
    wanted = frozenset(languages)

    def apply(files: Files) -> Files | None:
        made = dict(files)
        for path, text in files.items():
            if text and ("*" in wanted or language(path, text) in wanted):
                made[path] = rewrite(path, text) or text
        return made if made != files else None

    return Transformation(name, apply, trials)


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
