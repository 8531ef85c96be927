"""Brings the built-in checks and those of trusted, installed plugins together.

A plugin is an installed distribution with an entry point in the group `aicheck`. It is loaded only when the trusted
settings or the command line name it; nothing in the scanned tree is ever imported.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import TypeGuard

import pluggy

import aicheck.checks
from aicheck import hookspecs
from aicheck.authoring import Check, DifferentialCheck, PythonCheck
from aicheck.errors import ConfigError, RuleError


class BuiltIn:
    """The checks in `aicheck/checks/`: one module, one rule."""

    @hookspecs.hookimpl
    def aicheck_checks(self) -> Iterable[type[Check]]:
        """Every check class defined in a module below `aicheck.checks`."""
        return _built_in_checks()


@cache
def _built_in_checks() -> tuple[type[Check], ...]:
    modules = pkgutil.walk_packages(aicheck.checks.__path__, "aicheck.checks.")
    return tuple(load_check(found.name) for found in modules if not found.ispkg)


def load_check(name: str) -> type[Check]:
    """The one check that a module defines. Raises RuleError when it is not one."""
    module = importlib.import_module(name)
    checks = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Check) and value.__module__ == name]
    if len(checks) != 1:
        raise RuleError(f"module {name} defines {len(checks)} checks; one file holds one rule")
    return checks[0]


def built_in_modules() -> tuple[dict[str, str], tuple[str, ...]]:
    """Modules of the built-in checks that run in a worker: of LibCST checks by rule id, and of those that compare calls."""
    checks = _built_in_checks()
    python = {check.id: check.__module__ for check in checks if issubclass(check, PythonCheck)}
    return python, tuple(check.__module__ for check in checks if compares_calls(check))


def compares_calls(check: type[Check]) -> TypeGuard[type[DifferentialCheck]]:
    """Whether a worker has to collect calls in Python for it."""
    return issubclass(check, DifferentialCheck) and "python" in check.languages and bool(check.needles)


def load_plugins(trusted: tuple[str, ...]) -> pluggy.PluginManager:
    """The plugin manager with the built-in checks and the `trusted` distributions (`name` or `name==version`).

    Raises ConfigError for one that is not installed in that version or registers nothing.
    """
    manager = pluggy.PluginManager("aicheck")
    manager.add_hookspecs(hookspecs)
    manager.register(BuiltIn())
    for wanted in trusted:
        _load_distribution(manager, wanted)
    return manager


def _load_distribution(manager: pluggy.PluginManager, wanted: str) -> None:
    from importlib import metadata  # costs as much as the rest of a start; only plugins need it

    name, _, version = wanted.partition("==")
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise ConfigError(f"plugin {name} is trusted but not installed; install it or remove it from the settings") from None
    if version and distribution.version != version:
        raise ConfigError(f"plugin {name} is installed as {distribution.version} but trusted only as {version}")
    entry_points = [point for point in distribution.entry_points if point.group == "aicheck"]
    if not entry_points:
        raise ConfigError(f"plugin {name} has no entry point in the group `aicheck`")
    for point in entry_points:
        try:
            manager.register(point.load(), name=f"{name}:{point.name}")
        except Exception as error:  # a plugin's own import may fail in any way; it becomes one clear error
            raise ConfigError(f"plugin {name} could not be loaded: {type(error).__name__}: {error}") from error


def collect_signatures(trusted: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The signatures that the plugins bring, each as (text, name of the plugin); not parsed yet."""
    if not trusted:
        return ()
    manager = load_plugins(trusted)
    return tuple((str(found.function()), f"plugin {found.plugin_name}") for found in manager.hook.aicheck_signatures.get_hookimpls())


def collect_checks(trusted: tuple[str, ...] = ()) -> tuple[type[Check], ...]:
    """All check classes, sorted by id. Raises RuleError when two share an id."""
    manager = load_plugins(trusted)
    checks = sorted((check for group in manager.hook.aicheck_checks() for check in group), key=lambda check: check.id)
    for first, second in pairwise(checks):
        if first.id == second.id:
            raise RuleError(f"rule {first.id} is defined in both {first.__module__} and {second.__module__}")
    return tuple(checks)
