"""The packages that a project asks for, in every manifest that is read, and how firmly it says which version."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from aicheck.authoring.change_facts import FilePair
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Setting
from aicheck.model.location import Side, Span
from aicheck.readers.requirements import Requirement, parse_requirement, read_go_replacements, read_requirements
from aicheck.regex import regex

NODE_GROUPS = frozenset({"dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides", "resolutions"})
CARGO_GROUPS = frozenset({"dependencies", "dev-dependencies", "build-dependencies", "patch"})
GIT_KEYS = frozenset({"git", "url", "path", "branch", "rev", "tag", "version"})
COMMIT = regex(r"(?<![0-9a-f])[0-9a-f]{40}(?:[0-9a-f]{24})?(?![0-9a-f])")
EXACT, BOUNDED, FLOOR, ANY = 3, 2, 1, 0
"""How firmly a version is said: one version, a range with an end, anything from one on, anything."""
_NODE_SOURCE = regex(
    r"(?:git(?:\+\w+)?:|https?:|github:|gitlab:|bitbucket:|file:|link:|workspace:|catalog:|npm:|portal:|patch:|\.{0,2}/|[\w-]+/[\w.-]+(?:#|$))"
)
_DEVELOPMENT = regex(r"dev|test|lint|docs?|type|ci\b|example|peer", re.IGNORECASE)


class Dependency(msgspec.Struct, frozen=True):
    """One package that one side of a manifest asks for."""

    name: str
    group: str
    """The table or list it stands in; empty in a requirements file."""
    constraint: str
    source: str
    """Where it comes from in place of the registry; with the branch, tag or commit behind `@`, where the manifest names one."""
    hashed: bool
    firmness: int
    span: Span

    @property
    def is_for_development(self) -> bool:
        """Whether only developers and tests install it."""
        return _DEVELOPMENT.search(self.group) is not None


def dependencies_of(pair: FilePair, side: Side) -> tuple[Dependency, ...]:
    """The dependencies of one side of a file; none when it is no manifest."""
    name = PurePosixPath(pair.path).name.lower()
    source = pair.before_source if side == "before" else pair.after_source
    if pair.language == "requirements":
        return tuple(_of_requirement(package, "") for package in read_requirements(source or "")[0])
    if pair.language == "go-module":
        return tuple(_of_requirement(package, "replace") for package in read_go_replacements(source or ""))
    settings = pair.facts(side).settings
    if name == "package.json":
        return tuple(_node(settings))
    if name.startswith("pyproject."):
        return tuple(_python(settings))
    return tuple(_tables(settings, CARGO_GROUPS)) if name.startswith("cargo.") else ()


def firmness_of(constraint: str) -> int:
    """How firmly a constraint of Python, npm or Cargo names a version."""
    text = constraint.strip()
    if not text or text.lower() in {"*", "latest", "x", "next", ">=0", "any"}:
        return ANY
    if re.fullmatch(r"(?:===?|=)?\s*v?\d+(?:\.\d+){0,3}(?:[-+.]?[A-Za-z0-9][\w.+-]*)?", text) and "*" not in text:
        return EXACT
    if re.fullmatch(r">=?[^,<|~^]*", text):
        return FLOOR
    return BOUNDED


def _of_requirement(package: Requirement, group: str) -> Dependency:
    return Dependency(
        package.name, group, package.constraint, package.source, package.hashed, _python_firmness(package.constraint), package.span
    )


def _python_firmness(constraint: str) -> int:
    if re.match(r"===?", constraint) and "*" not in constraint and "," not in constraint:
        return EXACT
    return ANY if not constraint else FLOOR if re.fullmatch(r"(?:>=?|!=)[^,<~=]*(?:,!=[^,]*)*|!=.*", constraint) else BOUNDED


def _node(settings: tuple[Setting, ...]) -> Iterator[Dependency]:
    for setting in settings:
        if len(setting.key) > 1 and setting.key[0] in NODE_GROUPS:
            is_source = _NODE_SOURCE.match(setting.value) is not None
            constraint = "" if is_source else setting.value
            firmness = EXACT if is_source else firmness_of(constraint)
            yield Dependency(
                "/".join(setting.key[1:]), setting.key[0], constraint, setting.value if is_source else "", False, firmness, setting.span
            )


def _python(settings: tuple[Setting, ...]) -> Iterator[Dependency]:
    for setting in settings:
        key = setting.key
        is_list = (
            key[:2] == ("project", "dependencies") or key[:2] == ("project", "optional-dependencies") or key[:1] == ("dependency-groups",)
        )
        if (is_list or key[:2] == ("build-system", "requires") or key[-2:-1] == ("dev-dependencies",)) and is_position(key[-1]):
            package = parse_requirement(setting.value, setting.span)
            if package is not None:
                yield _of_requirement(package, ".".join(part for part in key[1:-1] if not is_position(part)))
    yield from _tables([setting for setting in settings if setting.key[:2] == ("tool", "poetry")], frozenset({"dependencies"}))
    yield from _tables([setting for setting in settings if setting.key[:3] == ("tool", "uv", "sources")], frozenset({"sources"}))


def _tables(settings: list[Setting] | tuple[Setting, ...], groups: frozenset[str]) -> Iterator[Dependency]:
    """Dependencies of `name = "1.2"` or `name = {version, git, branch, ...}`, below a table of one of the groups."""
    found: dict[Key, dict[str, Setting]] = {}
    for setting in settings:
        key = tuple(part for part in setting.key if not is_position(part))
        at = next((number for number, part in enumerate(key) if part in groups), -1)
        if at < 0 or len(key) < at + 2:
            continue
        at += key[at] == "patch"
        name, rest = key[: at + 2], key[at + 2 :]
        if not rest or rest[0] in GIT_KEYS:
            found.setdefault(name, {}).setdefault(rest[0] if rest else "version", setting)
    for key, parts in found.items():
        if not key[-1:] or key[-1] == "python":
            continue
        source = next((parts[name].value for name in ("git", "url", "path") if name in parts), "")
        reference = next((parts[name].value for name in ("rev", "tag", "branch") if name in parts), "")
        constraint = parts["version"].value if "version" in parts else ""
        firmness = (
            EXACT if source else BOUNDED if re.fullmatch(r"\d[\w.+-]*", constraint) and "tool" not in key else firmness_of(constraint)
        )
        where = f"{source}@{reference}" if source and reference else source
        yield Dependency(key[-1], ".".join(key[:-1]), constraint, where, False, firmness, next(iter(parts.values())).span)
