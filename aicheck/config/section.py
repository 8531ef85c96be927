"""Strict reading of aicheck's own TOML files: every mistake is an error that names file, line and entry."""

import difflib
from collections.abc import Collection
from typing import Any, NoReturn

import msgspec

from aicheck.config.document import Document, parse_toml
from aicheck.errors import AicheckError


class Section(msgspec.Struct, frozen=True):
    """One table of a document, read key by key; a value of the wrong type is an error, never a default."""

    document: Document
    path: tuple[str | int, ...]
    where: str
    """How messages call the table (`escalate 'no-friday'`); empty for the root."""
    values: dict[str, Any]

    def fail(self, key: str, problem: str) -> NoReturn:
        """Raise the document's error about one key."""
        self.document.fail((*self.path, key), self.where, problem)

    def allow(self, *keys: str) -> None:
        """Refuse every other key, naming the nearest allowed one."""
        for key in self.values:
            if key not in keys:
                self.fail(key, f"has the unknown key {key!r}{did_you_mean(key, keys)}")

    def text(self, key: str) -> str:
        """A string, stripped; empty when the key is absent. An empty string in the file is an error."""
        if key not in self.values:
            return ""
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            self.fail(key, f"must have a non-empty string as {key!r}")
        return value.strip()

    def required(self, key: str) -> str:
        """A string that must be there."""
        if key not in self.values:
            self.document.fail(self.path, self.where, f"needs the key {key!r}")
        return self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings (or one string); empty when the key is absent. An empty list in the file is an error."""
        if key not in self.values:
            return ()
        value = self.values[key]
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not items or not all(isinstance(item, str) and item.strip() for item in items):
            self.fail(key, f"must have a non-empty list of strings as {key!r}")
        return tuple(item.strip() for item in items)

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of the allowed strings; empty when the key is absent."""
        value = self.text(key)
        if value:
            self.check_choice(key, value, allowed)
        return value

    def check_choice(self, key: str, value: str, allowed: Collection[str]) -> None:
        """Refuse a value of `key` that is not among the allowed ones."""
        if value not in allowed:
            shown = ", ".join(allowed) if len(allowed) <= 8 else f"one of {len(allowed)}"
            self.fail(key, f"has the unknown {key} {value!r}{did_you_mean(value, allowed) or f'; allowed: {shown}'}")

    def count(self, key: str, highest: int) -> int | None:
        """A whole number from 1 to `highest`; None when the key is absent."""
        if key not in self.values:
            return None
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= highest:
            self.fail(key, f"must have a whole number from 1 to {highest} as {key!r}")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A boolean; the default when the key is absent."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fail(key, f"must have true or false as {key!r}")
        return value

    def table(self, key: str, where: str) -> "Section":
        """A nested table; an empty one when the key is absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.fail(key, f"must have a table as {key!r}")
        return Section(self.document, (*self.path, key), where, value)

    def tables(self, key: str) -> tuple["Section", ...]:
        """The items of an array of tables, each called by its `id` or its position."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(key, f"must have tables [[{key}]] as {key!r}")
        named = [item.get("id") for item in value]
        calls = [f"{key} {name!r}" if isinstance(name, str) else f"{key} number {index}" for index, name in enumerate(named, 1)]
        return tuple(Section(self.document, (*self.path, key, at), calls[at], item) for at, item in enumerate(value))


def open_document(name: str, data: bytes, error: type[AicheckError]) -> Section:
    """The root table of a settings file. Raises `error` when it is not readable TOML."""
    try:
        root = parse_toml(data)
    except ValueError as problem:
        raise error(f"{name} cannot be read: {problem}") from None
    return Section(Document(name, data.decode("utf-8-sig"), error), (), "", root)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A clause with the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
