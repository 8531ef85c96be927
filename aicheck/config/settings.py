"""What the trusted settings may say."""

from typing import Any

import msgspec

from aicheck.config.document import parse_toml
from aicheck.config.globs import glob_problem, matches_any
from aicheck.config.section import Section, open_document
from aicheck.errors import ConfigError
from aicheck.regex import regex

CONFIG_FILE = "aicheck.toml"
PROJECT_FILE = "pyproject.toml"
MOST_JOBS = 64

_DISTRIBUTION = regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:==[A-Za-z0-9.!+_-]+)?")


class Config(msgspec.Struct, frozen=True):
    """The settings of a run."""

    exclude: tuple[str, ...] = ()
    """Path patterns whose files are not applicable; see `aicheck.config.globs`."""
    plugins: tuple[str, ...] = ()
    """Distributions (`name` or `name==version`) whose checks are trusted."""
    jobs: int | None = None
    """How many files are read at once; None: as many as the machine has processors."""
    source: str = "defaults"
    """Where they came from: `aicheck.toml`, `pyproject.toml`, `defaults`."""

    def excludes(self, path: str) -> bool:
        """True when the settings take this path out of the analysis."""
        return matches_any(self.exclude, path)


DEFAULTS = Config()


def load_config(aicheck_toml: bytes | None, pyproject: bytes | None) -> Config:
    """The settings from the bytes of both possible files (None: absent). `aicheck.toml` wins as a whole.

    Raises ConfigError for an unknown key or a value that cannot be used.
    """
    if aicheck_toml is not None:
        return _read(open_document(CONFIG_FILE, aicheck_toml, ConfigError), CONFIG_FILE)
    if pyproject is None or b"aicheck" not in pyproject:
        return DEFAULTS
    root = open_document(PROJECT_FILE, pyproject, ConfigError)
    tool = root.values.get("tool")
    if not isinstance(tool, dict) or "aicheck" not in tool:
        return DEFAULTS
    return _read(root.table("tool", "").table("aicheck", "[tool.aicheck]"), PROJECT_FILE)


def pyproject_table(data: bytes) -> Any:
    """The raw `[tool.aicheck]` table of a pyproject.toml, whatever its type; None when there is none.

    Raises ValueError when the file cannot be read. Safe for hostile bytes.
    """
    if b"aicheck" not in data:  # the same test as in load_config: an escaped spelling is nobody's settings
        return None
    tool = parse_toml(data).get("tool")
    return tool.get("aicheck") if isinstance(tool, dict) else None


def _read(section: Section, source: str) -> Config:
    section.allow("exclude", "plugins", "jobs")
    exclude = section.texts("exclude")
    for pattern in exclude:
        if problem := glob_problem(pattern):
            section.fail("exclude", f"has the pattern {pattern!r} in 'exclude', which {problem}")
    plugins = section.texts("plugins")
    for plugin in plugins:
        if not _DISTRIBUTION.fullmatch(plugin):
            section.fail("plugins", f"has {plugin!r} in 'plugins'; write the name of a distribution or name==version")
    return Config(exclude, plugins, section.count("jobs", MOST_JOBS), source)
