"""What kind of setting a key names: words, whatever the spelling (`maxConns`, `max_conns`, `MAX-CONNS`)."""

from functools import lru_cache

import msgspec

from aicheck.authoring.setting_tree import Key, is_position
from aicheck.readers.quantity import key_words
from aicheck.readers.tree import NATURAL_KEYS

Phrase = tuple[str, ...]
_ITEM_KEYS = tuple(f"{key}=" for key in NATURAL_KEYS)
GENERIC = frozenset({"value", "values", "default", "content", "data", "current"})
"""Last parts that only hold the value of what the part before names (`variable.size.default`, `env.name=SIZE.value`)."""


class Named(msgspec.Struct, frozen=True):
    """Settings known by words that stand side by side in their name. Make one with `named`."""

    phrases: tuple[Phrase, ...]
    within: tuple[Phrase, ...] = ()
    """One of these must stand in a part of the key before the name; empty: anywhere."""
    outside: tuple[Phrase, ...] = ()
    """None of these may stand in the name or in a part before it."""
    whole: bool = False
    """Whether the phrase must be the whole name."""
    first_words: frozenset[str] = frozenset()
    """Of the phrases: a name without any of them is passed over at once."""

    def fits(self, key: Key) -> bool:
        """Whether the key names such a setting."""
        depth = name_depth(key)
        if depth == 0:
            return False
        words = words_of_part(key[depth - 1])
        if self.first_words.isdisjoint(words):
            return False
        if not any(words == phrase if self.whole else _holds(words, phrase) for phrase in self.phrases):
            return False
        parents = key[: depth - 1]
        if any(_stands_in(phrase, key[:depth]) for phrase in self.outside):
            return False
        return not self.within or any(_stands_in(phrase, parents) for phrase in self.within)


def named(*phrases: str, within: tuple[str, ...] = (), outside: tuple[str, ...] = (), whole: bool = False) -> Named:
    """Settings whose name holds one of the phrases: lower-case words, as in `"min replicas"`."""
    return Named(_split(phrases), _split(within), _split(outside), whole, frozenset(phrase.split()[0] for phrase in phrases))


def name_depth(key: Key) -> int:
    """How many parts of the key lead to and include its name: positions and generic last parts do not name anything."""
    depth = len(key)
    while depth > 1 and (is_position(key[depth - 1]) or key[depth - 1].lower() in GENERIC):
        depth -= 1
    return depth


@lru_cache(maxsize=20_000)
def words_of_part(part: str) -> Phrase:
    """The words of one part of a key, without the `name=` of a list item. None for the name of an object (`Deployment/web`)."""
    if "/" in part and part.partition("/")[0].isalpha() and part[0].isupper():
        return ()
    return key_words(part.partition("=")[2] if part.startswith(_ITEM_KEYS) else part)


def _split(phrases: tuple[str, ...]) -> tuple[Phrase, ...]:
    return tuple(tuple(phrase.split()) for phrase in phrases)


def _holds(words: Phrase, phrase: Phrase) -> bool:
    return any(words[start : start + len(phrase)] == phrase for start in range(len(words) - len(phrase) + 1))


def _stands_in(phrase: Phrase, parts: Key) -> bool:
    return any(_holds(_all_words(part), phrase) for part in parts)


@lru_cache(maxsize=20_000)
def _all_words(part: str) -> Phrase:
    return key_words(part)
