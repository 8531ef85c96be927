"""Reading source to settings, for the tests of this folder."""

from aicheck.model.facts import Setting
from aicheck.readers.constants import read_constants

PATHS = {"python": "app/settings.py", "javascript": "src/app.js", "typescript": "src/app.ts", "go": "pkg/app.go"}


def settings(language: str, text: str) -> tuple[Setting, ...]:
    return read_constants(PATHS[language], language, text.encode())


def values(language: str, text: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """Key -> (value, type), without what only names a callee."""
    return {one.key: (one.value, one.type) for one in settings(language, text) if one.key[-1] != "()"}
