"""The options of linters, type checkers, scanners and coverage tools, whatever file they stand in."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from aicheck.authoring.change_facts import FilePair
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Setting
from aicheck.model.location import Side
from aicheck.regex import regex

FILES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (regex(pattern), checker)
    for pattern, checker in (
        (r"\.?ruff\.toml", "ruff"),
        (r"\.flake8", "flake8"),
        (r"\.?mypy\.ini", "mypy"),
        (r"\.?pylintrc(?:\.toml)?", "pylint"),
        (r"\.coveragerc", "coverage"),
        (r"\.bandit|bandit\.ya?ml|\.bandit\.ya?ml", "bandit"),
        (r"pyrightconfig\.json", "pyright"),
        (r"pyrefly\.toml", "pyrefly"),
        (r"ty\.toml", "ty"),
        (r"\.?oxlintrc\.json", "oxlint"),
        (r"pytest\.ini", "pytest"),
        (r"tsconfig[\w.-]*\.\w+", "typescript"),
        (r"\.eslintrc(?:\.\w+)?|eslint\.config\.\w+", "eslint"),
        (r"biome\.jsonc?", "biome"),
        (r"\.golangci\.(?:ya?ml|toml|json)", "golangci-lint"),
        (r"\.?codecov\.ya?ml", "codecov"),
        (r"sonar-project\.properties", "sonar"),
        (r"\.rubocop\.ya?ml", "rubocop"),
        (r"clippy\.toml", "clippy"),
        (r"\.?checkov\.ya?ml", "checkov"),
        (r"\.?semgrep\.ya?ml", "semgrep"),
        (r"\.?tflint\.hcl", "tflint"),
        (r"\.?trivy\.ya?ml", "trivy"),
        (r"\.?gitleaks\.toml", "gitleaks"),
        (r"jest\.config\.\w+", "jest"),
        (r"vitest\.config\.\w+|vite\.config\.\w+", "vitest"),
        (r"\.nycrc(?:\.\w+)?|\.c8rc(?:\.\w+)?", "nyc"),
        (r"next\.config\.\w+", "next"),
    )
)
SECTIONS = {
    "coverage:report": "coverage",
    "coverage:run": "coverage",
    "tool:pytest": "pytest",
    "pytest": "pytest",
    "flake8": "flake8",
    "mypy": "mypy",
    "pylint": "pylint",
    "bandit": "bandit",
    "pycodestyle": "flake8",
}
"""Sections of `setup.cfg` and `tox.ini`."""
TOOLS = frozenset(
    {"ruff", "flake8", "mypy", "pylint", "coverage", "bandit", "pyright", "basedpyright", "pytest", "ty", "pyrefly", "interrogate"}
)
"""Tables of `pyproject.toml` below `tool`."""
PACKAGE_KEYS = {"jest": "jest", "eslintConfig": "eslint", "nyc": "nyc", "c8": "nyc", "vitest": "vitest"}
PER_FILE = frozenset({"perfileignores", "extendperfileignores"})
_SEPARATORS = regex(r"[,\s]+")
_SQUEEZED = regex(r"[-_]")
MOST_ITEMS = 500
"""Of one value; what is longer is text."""


class Option(msgspec.Struct, frozen=True):
    """One option of one checker on one side of one file."""

    checker: str
    scope: tuple[str, ...]
    """What it is limited to: sections, a glob, a module."""
    name: str
    """In lower case without `-` and `_`; the rule's name where it is the level of a rule."""
    settings: tuple[Setting, ...]
    """Its values, in file order."""

    @property
    def items(self) -> tuple[str, ...]:
        """Its values as a list: those of a list, and the parts of a text."""
        return tuple(part for setting in self.settings for part in _SEPARATORS.split(setting.value)[:MOST_ITEMS] if part)

    @property
    def text(self) -> str:
        """Its first value."""
        return self.settings[0].value if self.settings else ""

    @property
    def key(self) -> tuple[str, tuple[str, ...], str]:
        """What makes it the same option on both sides."""
        return self.checker, self.scope, self.name


def options_of(pair: FilePair, side: Side) -> dict[tuple[str, tuple[str, ...], str], Option]:
    """The options of all checkers that one side of a file sets."""
    path = pair.path if side == "after" else pair.before_path
    found: dict[tuple[str, tuple[str, ...], str], list[Setting]] = defaultdict(list)
    for setting in pair.facts(side).settings:
        named = _option(PurePosixPath(path).name.lower(), setting.key)
        if named is not None:
            found[named].append(setting)
    return {key: Option(*key, tuple(settings)) for key, settings in found.items()}


def hooks_of(pair: FilePair, side: Side) -> Iterator[Setting]:
    """The `id` of each hook of a pre-commit configuration."""
    if PurePosixPath(pair.path).name in {".pre-commit-config.yaml", ".pre-commit-config.yml"}:
        yield from (setting for setting in pair.facts(side).settings if setting.key[-1:] == ("id",) and "hooks" in setting.key)


def squeeze(name: str) -> str:
    """A name in lower case without `-` and `_`."""
    return _SQUEEZED.sub("", name.lower())


def _option(name: str, key: Key) -> tuple[str, tuple[str, ...], str] | None:
    checker, parts = _place(name, tuple(part for part in key if not is_position(part)))
    if not checker or not parts:
        return None
    if "rules" in parts[:-1]:
        at = parts.index("rules")
        return checker, ("rules",), parts[-1] if checker == "biome" else parts[at + 1]
    squeezed = tuple(map(squeeze, parts))
    for number, part in enumerate(squeezed[:-1]):
        if part in PER_FILE:
            return checker, parts[number + 1 :], part
    scope = tuple(part for part in squeezed[:-1] if part not in {"lint", "report", "run", "compileroptions", "overrides"})
    return checker, scope, squeezed[-1]


def _place(name: str, parts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The checker that a key of a file is about, and what of the key its options are."""
    if name == "pyproject.toml":
        return (parts[1], parts[2:]) if parts[:1] == ("tool",) and parts[1:2] and parts[1] in TOOLS else ("", ())
    if name in {"setup.cfg", "tox.ini"}:
        section = parts[0] if parts else ""
        return (SECTIONS.get(section) or ("mypy" if section.startswith("mypy-") else "")), parts[1:]
    if name == "package.json":
        return PACKAGE_KEYS.get(parts[0] if parts else "", ""), parts[1:]
    if name == "cargo.toml":
        return ("clippy", ("rules", *parts[-1:])) if "lints" in parts[:2] else ("", ())
    checker = next((checker for pattern, checker in FILES if pattern.fullmatch(name)), "")
    return checker, parts[1:] if checker in {"flake8", "mypy", "coverage", "bandit", "pytest"} and len(parts) > 1 else parts
