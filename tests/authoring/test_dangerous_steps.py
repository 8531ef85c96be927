"""Which steps of a value are meant, and how they are called."""

import pytest

from aicheck.authoring.dangerous_steps import (
    Added,
    Becomes,
    Changes,
    DangerousStep,
    Falls,
    FromZero,
    ItemGained,
    ItemLost,
    Leaves,
    Removed,
    Rises,
    ToZero,
    Unlimited,
    turned_off,
    turned_on,
)
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_steps import steps_of
from aicheck.model.facts import Facts
from aicheck.readers.settings import read_settings


def describe(dangerous: DangerousStep, before: str, after: str) -> str:
    sides = [Facts(settings=read_settings("a.yaml", "yaml", f"kept: 1\n{text}\n".encode())) for text in (before, after)]
    return next((text for step in steps_of(*sides) if (text := dangerous.describe(step))), "")


@pytest.mark.parametrize(
    ("dangerous", "before", "after", "text"),
    [
        (Falls("high"), "n: 6", "n: 1", "falls 6-fold: 6 -> 1"),
        (Falls("high"), "n: 30s", "n: 500ms", "falls 60-fold: 30s -> 500ms"),
        (Falls("high"), "n: 6", "n: 2", ""),
        (Falls("high"), "n: 6", "n: 0", ""),
        (Falls("high"), "n: 1Gi", "n: 30s", ""),
        (Rises("high", by=4), "n: 20", "n: 1000", "rises 50-fold: 20 -> 1000"),
        (Rises("high", by=4), "n: 30s", "n: 30000ms", ""),
        (ToZero("high"), "n: 6", "n: 0", "falls to zero: 6 -> 0"),
        (ToZero("high"), "n: 0", "n: 0", ""),
        (FromZero("high"), "n: 0", "n: 5m", "comes into force: 0 -> 5m"),
        (FromZero("high"), "n: never", "n: 5m", "comes into force: never -> 5m"),
        (FromZero("high"), "n: 1m", "n: 5m", ""),
        (FromZero("high"), "", "n: 5m", ""),
        (Unlimited("high"), "n: 30", "n: null", "loses its limit: 30 -> nothing"),
        (Unlimited("high"), "n: 30", "n: -1", "loses its limit: 30 -> -1"),
        (Unlimited("high"), "n: 30", "n: 0", ""),
        (Unlimited("high", zero=True), "n: 30", "n: 0", "loses its limit: 30 -> 0"),
        (Removed("high"), "n: 30s", "", "is removed (was 30s)"),
        (Removed("high"), "n: {a: 1, b: 2}", "", "is removed"),
        (Removed("high"), "n: [a, b]", "n: [a]", ""),
        (Added("high"), "", "n: 15m", "is added: 15m"),
        (Becomes("high", frozenset({"recreate"})), "n: RollingUpdate", "n: Recreate", "becomes Recreate (was RollingUpdate)"),
        (Becomes("high", frozenset({"recreate"})), "", "n: Recreate", ""),
        (Becomes("high", frozenset({"recreate"}), added=True), "", "n: Recreate", "is added: Recreate"),
        (Becomes("high", pattern=r".*:latest"), "n: a:1.2", "n: a:latest", "becomes a:latest (was a:1.2)"),
        (Leaves("high", frozenset({"retain"})), "n: Retain", "n: Delete", "was Retain, is Delete"),
        (Leaves("high", frozenset({"retain"})), "n: Retain", "", "is removed (was Retain)"),
        (turned_off("high"), "n: true", "n: false", "was true, is false"),
        (turned_off("high"), "n: true", "", ""),
        (turned_on("high"), "n: false", "n: true", "becomes true (was false)"),
        (Changes("high"), "n: a", "n: b", "changes: a -> b"),
        (Changes("high"), "n: 60s", "n: 1m", ""),
        (ItemLost("high"), "n: [a, b]", "n: [b]", "loses the item a"),
        (ItemGained("high", r"0\.0\.0\.0/0"), "n: [10.0.0.0/8]", "n: [10.0.0.0/8, 0.0.0.0/0]", "gains the item 0.0.0.0/0"),
        (ItemGained("high", r"0\.0\.0\.0/0"), "n: [10.0.0.0/8]", "n: [10.0.0.0/8, 10.1.0.0/16]", ""),
    ],
)
def test_steps(dangerous: DangerousStep, before: str, after: str, text: str) -> None:
    assert describe(dangerous, before, after) == text


@pytest.mark.parametrize(
    ("key", "fits"),
    [
        (("http", "readTimeoutMs"), True),
        (("HTTP_TIMEOUT",), True),
        (("variable.timeout", "default"), True),
        (("env", "name=TIMEOUT", "value"), True),
        (("timeouts",), False),
        (("timeout", "unit"), False),
        (("test", "timeout"), False),
        (("Deployment/timeout",), False),
        ((), False),
    ],
)
def test_names(key: tuple[str, ...], fits: bool) -> None:
    assert named("timeout", outside=("test",)).fits(key) == fits


def test_a_name_within_a_block() -> None:
    memory = named("memory", within=("limits",))
    assert memory.fits(("containers", "name=web", "resources", "limits", "memory"))
    assert not memory.fits(("containers", "name=web", "resources", "requests", "memory"))
