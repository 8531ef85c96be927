"""Settings whose value falls: which kinds there are, and how far one fell."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import msgspec

from aicheck.model.facts import Facts, Setting
from aicheck.readers.quantity import Quantity, key_words, parse_quantity

FACTOR = 5
"""A fall by this factor or more is a collapse."""
NO_LIMIT_WORDS = frozenset({"", "disabled", "false", "infinite", "infinity", "never", "none", "null", "off", "unlimited"})


class Kind(msgspec.Struct, frozen=True):
    """A kind of setting, known by words that stand side by side in the last part of its key."""

    name: str
    words: tuple[tuple[str, ...], ...]
    at_zero: str
    """What zero usually means."""
    limit: bool
    """Whether zero, a negative number or no value at all usually takes the limit away."""


KINDS = (
    Kind("timeout", (("timeout",), ("timeouts",), ("deadline",), ("grace", "period")), "no limit, or no time at all", True),
    Kind(
        "capacity",
        (
            ("replicas",),
            ("replica", "count"),
            ("num", "replicas"),
            ("number", "of", "replicas"),
            ("min", "replica", "count"),
            ("max", "replica", "count"),
            ("min", "instances"),
            ("max", "instances"),
            ("instance", "count"),
            ("desired", "count"),
            ("desired", "capacity"),
            ("min", "capacity"),
            ("max", "capacity"),
            ("min", "nodes"),
            ("max", "nodes"),
            ("node", "count"),
            ("min", "available"),
        ),
        "nothing serves any more",
        False,
    ),
)


def pair_settings(before: Facts, after: Facts) -> Iterator[tuple[Setting, Setting]]:
    """Settings with the same key; then those lost and gained with the same last part, where it is the only one of either."""
    earlier = {setting.key: setting for setting in before.settings}
    later = {setting.key: setting for setting in after.settings}
    yield from ((earlier[key], setting) for key, setting in later.items() if key in earlier)
    lost = _unique_names([setting for key, setting in earlier.items() if key not in later])
    gained = _unique_names([setting for key, setting in later.items() if key not in earlier])
    yield from ((lost[name], setting) for name, setting in gained.items() if name in lost)


def _unique_names(settings: list[Setting]) -> dict[str, Setting]:
    counts = Counter(setting.key[-1] for setting in settings if setting.key)
    return {setting.key[-1]: setting for setting in settings if setting.key and counts[setting.key[-1]] == 1}


def kind_of(key: tuple[str, ...]) -> Kind | None:
    """The kind of setting that a key names; None for one without a table row."""
    words = key_words(key[-1]) if key else ()
    for kind in KINDS:
        for wanted in kind.words:
            if any(words[start : start + len(wanted)] == wanted for start in range(len(words))):
                return kind
    return None


def find_fall(kind: Kind, before: Setting, after: Setting) -> int | str | None:
    """The factor of a fall, `zero` or `no limit`; None when the value did not collapse."""
    name = after.key[-1]
    earlier, later = parse_quantity(before.value, before.key[-1]), parse_quantity(after.value, name)
    if earlier is None or earlier.amount <= 0:
        return None
    if later is None:
        return "no limit" if kind.limit and after.type not in {"list", "map"} and after.value.lower() in NO_LIMIT_WORDS else None
    if later.amount <= 0:
        return "zero" if later.amount == 0 or not kind.limit else "no limit"
    return _factor(earlier, later)


def _factor(earlier: Quantity, later: Quantity) -> int | None:
    if earlier.kind != later.kind:
        return None
    factor = Fraction(earlier.amount, later.amount)
    return int(factor) if factor >= FACTOR else None
