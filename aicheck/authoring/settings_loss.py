"""How much of each section of a configuration file a change loses, moves left out."""

from collections import Counter

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.model.facts import Facts, Setting
from aicheck.regex import regex

FEWEST_LOST = 8
"""With fewer lost values in a file it is not asked where they went: that costs a look at the whole change."""
POSITION = regex(r"\[\d+\]")

Key = tuple[str, ...]


class SectionSizes(msgspec.Struct, frozen=True):
    """Number of values under each section (a general key, the empty one for the whole file)."""

    before: Counter[Key]
    after: Counter[Key]
    lost: Counter[Key]
    """Those gone from here that no part of the change gained."""


def measure_loss(pair: FilePair, change: ChangeFacts) -> SectionSizes:
    """Compare the sides of a file. A value that appears under the same last key part elsewhere in the change moved."""
    before, after = _by_key(pair.facts("before")), _by_key(pair.facts("after"))
    return SectionSizes(_prefixes(before), _prefixes(after), _lost_prefixes(_lost(before, after), change))


def general_key(key: Key) -> Key:
    """The key without the positions of list items and with words spelled in one way."""
    return tuple(
        "[]" if POSITION.fullmatch(part) else part.lower().replace("-", "").replace("_", "") if "/" not in part else part for part in key
    )


def _by_key(facts: Facts) -> dict[Key, list[Setting]]:
    grouped: dict[Key, list[Setting]] = {}
    for setting in facts.settings:
        grouped.setdefault(general_key(setting.key), []).append(setting)
    return grouped


def _prefixes(grouped: dict[Key, list[Setting]]) -> Counter[Key]:
    sizes: Counter[Key] = Counter()
    for key, settings in grouped.items():
        for length in range(len(key) + 1):
            sizes[key[:length]] += len(settings)
    return sizes


def _lost(before: dict[Key, list[Setting]], after: dict[Key, list[Setting]]) -> list[tuple[Key, str]]:
    """(general key, value) of each value whose key is gone or stands less often; among equals those that are not there any more."""
    lost = []
    for key, settings in before.items():
        missing = len(settings) - len(after.get(key, ()))
        if missing > 0:
            kept = Counter(setting.value for setting in after.get(key, ()))
            gone = list((Counter(setting.value for setting in settings) - kept).elements())
            lost += [(key, value) for value in gone[:missing]]
    return lost


def _lost_prefixes(lost: list[tuple[Key, str]], change: ChangeFacts) -> Counter[Key]:
    """How many values each section lost that no part of the change gained."""
    gained: Counter[tuple[str, str]] = _gained(change) if len(lost) >= FEWEST_LOST else Counter()
    sections: Counter[Key] = Counter()
    for key, value in lost:
        leaf = (_name(key), value)
        if gained[leaf] > 0:
            gained[leaf] -= 1
        else:
            sections.update(key[:length] for length in range(len(key) + 1))
    return sections


def _gained(change: ChangeFacts) -> Counter[tuple[str, str]]:
    """(last key part, value) of each value that some file of the change has more often after than before."""
    gained: Counter[tuple[str, str]] = Counter()
    for pair in change.pairs:
        before, after = (Counter((general_key(s.key), s.value) for s in pair.facts(side).settings) for side in ("before", "after"))
        for (key, value), number in (after - before).items():
            gained[_name(key), value] += number
    return gained


def _name(key: Key) -> str:
    return next((part for part in reversed(key) if part != "[]"), "")
