"""Tells in microseconds which lines of a message can show something, in most messages none: matches need certain words.

May say yes in vain, never no: what a signature matches holds one of its gates, and one of the words behind that gate.
"""

import copy
import functools
import re
from collections.abc import Callable, Iterable, Iterator

from aicheck.provenance.identity import FORGE_DOMAIN
from aicheck.provenance.message import CREDIT_KEYS
from aicheck.provenance.signatures import Signature

_VERBS = ("generated", "made", "created", "written", "built")
"""Of the lines that are footers."""
_AUTHOR_GATES = ("author", "developed")
"""In every spelling of the keys that name a co-author."""
_SHORT = 3


def _beginning(key: str) -> str:
    """The first part of a key, where that is long enough to be rare: several keys share it."""
    first = key[: key.find("-") + 1]
    return first if len(first) > _SHORT else key


class _Words:
    """Some words that stand in a text, the short ones only at the start of a word: `ai` is not in `main`."""

    def __init__(self, words: Iterable[str]) -> None:
        found = sorted(words)
        self._always = "" in found
        self._plain = tuple(word for word in found if len(word) > _SHORT)
        self._short = tuple(re.compile(rf"{re.escape(word)}(?<![a-z0-9]{re.escape(word)})") for word in found if len(word) <= _SHORT)

    def any_in(self, text: str) -> bool:
        """Whether one of them does."""
        for word in self._plain:  # a generator would take twice the time, and this runs for every commit
            if word in text:
                return True
        return self._always or any(word.search(text) for word in self._short)


_ANY = _Words([""])


class Prescan:
    """The words of some signatures."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        behind: dict[str, set[str]] = {}
        for signature in signatures:
            for gate, word in _needs(signature):
                behind.setdefault(gate.casefold(), set()).add(word.casefold())
        self._gates = tuple((gate, _Words(words)) for gate, words in sorted(behind.items()))

    def narrowed(self, messages: Iterable[str]) -> "Prescan":
        """The same for these messages only: what stands in none of them need not be looked for in each."""
        text = "\n".join(messages).casefold()
        narrowed = copy.copy(self)
        narrowed._gates = tuple((gate, words) for gate, words in self._gates if gate in text)
        return narrowed

    def find_test(self, message: str, *, with_authors: bool = False) -> Callable[[str], bool] | None:
        """None when no line of the message can match any of the signatures; else what is false for lines that cannot.

        `with_authors`: it is true also for lines that may name a co-author, whoever that is.
        """
        text = message.casefold()
        gates = [(gate, words) for gate, words in self._gates if gate in text and words.any_in(text)]
        if with_authors:
            gates += [(gate, _ANY) for gate in _AUTHOR_GATES if gate in text]
        return functools.partial(_holds_any, gates) if gates else None


def _holds_any(gates: Iterable[tuple[str, _Words]], line: str) -> bool:
    text = line.casefold()
    for gate, words in gates:  # noqa: SIM110
        if gate in text and words.any_in(text):
            return True
    return False


def _needs(signature: Signature) -> Iterator[tuple[str, str]]:
    """(gate, word): both of one of these pairs stand in every line that the signature matches; an empty one always does."""
    if signature.keys:
        names = signature.vocabulary.names if signature.vocabulary else ()
        for key in signature.keys:
            word = key.removesuffix("-by").removeprefix("co-") if key in CREDIT_KEYS else key  # also written with blanks, or as one word
            yield from ((word, name[0]) for name, _ in names)
            if not names:
                yield _beginning(word), word
    elif signature.match == "footer":
        yield from ((verb, value.split()[0]) for verb in _VERBS for value in signature.values)
    elif signature.match in ("login", "account"):
        yield from ((FORGE_DOMAIN, f"{value}{FORGE_DOMAIN}") for value in signature.values)
        yield from ((FORGE_DOMAIN, f"{number}+") for number in signature.ids)
    elif signature.match == "email":
        yield from (("@", value) for value in signature.values)
    else:
        yield from ((value, "") for value in signature.values or ("",))
