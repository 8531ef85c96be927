"""Puts file sides into a private folder under generated names for engines that only read files.

No name of the change ever reaches a file system or a command line: `f000001.py` stands for it.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from aicheck.model.location import Side

KEPT_SUFFIXES = (".pyi", ".tsx", ".jsx")
"""Suffixes that change how an engine reads the file."""
SUFFIXES = {"python": ".py", "javascript": ".js", "typescript": ".ts", "go": ".go", "java": ".java"}


class Source(msgspec.Struct, frozen=True):
    """One side of one file in a language that an engine reads."""

    path: str
    side: Side
    language: str
    data: bytes
    """Decodable UTF-8; other encodings have been recoded, so that every engine reads what the interpreter would."""


class Stage(msgspec.Struct, frozen=True):
    """A private folder and what stands in it."""

    folder: Path
    names: dict[str, Source]
    """Generated file name -> what it stands for, in order."""


@contextmanager
def staged(sources: Sequence[Source]) -> Iterator[Stage]:
    """The sources under generated names in a fresh folder that only this user can enter, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="aicheck-") as folder:
        names: dict[str, Source] = {}
        for number, source in enumerate(sources):
            name = f"f{number:06}{_suffix(source)}"
            (Path(folder) / name).write_bytes(source.data)
            names[name] = source
        yield Stage(Path(folder), names)


def _suffix(source: Source) -> str:
    return next((suffix for suffix in KEPT_SUFFIXES if source.path.lower().endswith(suffix)), SUFFIXES[source.language])
