"""Tells which messages and which lines of them can show something, in most none: matches need certain words.

May say yes in vain, never no: what a signature matches holds one of its gates, and one of the words behind that gate.
"""

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from aicheck.provenance.identity import FORGE_DOMAIN
from aicheck.provenance.message import CREDIT_KEYS, without_comments
from aicheck.provenance.signatures import Signature
from aicheck.regex import regex

REMEMBERED = 2000
"""Lines that are not looked through again, for each gate: trailers are alike in many commits."""
REMEMBERED_LENGTH = 200
"""Characters of the longest of them."""

_VERBS = ("generated", "made", "created", "written", "built")
"""Of the lines that are footers."""
_AUTHOR_WORDS = ("author", "developed")
"""In every spelling of the keys that name a co-author."""
_IN_MESSAGES = frozenset({"co-author", "trailer", "body-line"})
_SHORT = 3


def _beginning(key: str) -> str:
    """The first part of a key: several keys share it."""
    first = key[: key.find("-") + 1]
    return first if len(first) >= _SHORT else key


class _Words:
    """Some words that stand in a line, the short ones only at the start of a word: `ai` is not in `main`."""

    def __init__(self, words: Iterable[str]) -> None:
        found = sorted(words)
        self._always = "" in found
        self._plain = tuple(word for word in found if len(word) > _SHORT)
        short = "|".join(re.escape(word) for word in found if 0 < len(word) <= _SHORT)
        self._short = regex(rf"(?<![a-z0-9])(?:{short})") if short else None
        self._remembered = functools.lru_cache(maxsize=REMEMBERED)(self._search)

    def any_in(self, text: str) -> bool:
        """Whether one of them does."""
        return self._always or (self._remembered(text) if len(text) <= REMEMBERED_LENGTH else self._search(text))

    def _search(self, text: str) -> bool:
        for word in self._plain:  # a generator would take twice the time
            if word in text:
                return True
        return self._short is not None and self._short.search(text) is not None


_AUTHOR_GATES = tuple((word, _Words([""])) for word in _AUTHOR_WORDS)


class Prescan:
    """The words of some signatures."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        needs = {(gate.casefold(), word.casefold()) for signature in signatures for gate, word in _needs(signature)}
        self._gates = tuple((gate, _Words(words)) for gate, words in sorted(_behind(needs).items()))

    def find_lines(self, messages: Sequence[str]) -> dict[int, frozenset[int]]:
        """Index of a message -> numbers (from 0) of those of its lines that may match; none but these can.

        Messages without any are not in it. The more messages at once, the less each costs.
        """
        return _find_lines(self._gates, messages)


def find_authors(message: str) -> frozenset[int]:
    """Numbers (from 0) of the lines that may name a co-author, whoever that is."""
    return _find_lines(_AUTHOR_GATES, (message,)).get(0, frozenset())


def _find_lines(gates: Iterable[tuple[str, _Words]], messages: Sequence[str]) -> dict[int, frozenset[int]]:
    folded = [without_comments(message).casefold() for message in messages]
    text = "\n".join(folded)
    lines = {line for gate, words in gates for line in _lines_with(text, gate, words)}
    if not lines:
        return {}
    firsts = list(accumulate((message.count("\n") + 1 for message in folded), initial=0))
    found: dict[int, list[int]] = {}
    for line in lines:
        index = bisect_right(firsts, line) - 1
        found.setdefault(index, []).append(line - firsts[index])
    return {index: frozenset(numbers) for index, numbers in found.items()}


def _lines_with(text: str, gate: str, words: _Words) -> Iterator[int]:
    """Numbers of the lines that hold a gate and one of its words, ascending. Looks at no line twice, however often it holds the gate."""
    at, line, counted = text.find(gate), 0, 0
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        if words.any_in(text[start : end if end >= 0 else len(text)]):
            line += text.count("\n", counted, start)
            counted = start
            yield line
        at = text.find(gate, end + 1) if end >= 0 else -1


def _behind(needs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Gate -> the words behind it. What stands behind a gate that holds another one goes behind that one: there is less to look for."""
    needs = set(needs)
    gates = sorted({gate for gate, _ in needs}, key=len)
    behind: dict[str, set[str]] = {}
    for gate, word in needs:
        shortest = next(other for other in gates if other in gate)
        behind.setdefault(shortest, set()).add(word if shortest == gate else max(word, gate, key=len))
    return behind


def _needs(signature: Signature) -> Iterator[tuple[str, str]]:
    """(gate, word): both of one of these pairs stand in every line that the signature matches; an empty one always does."""
    if _IN_MESSAGES.isdisjoint(signature.where):
        return
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
        yield from (("@", f"{value}{FORGE_DOMAIN}") for value in signature.values)
        yield from (("@", f"{number}+") for number in signature.ids)
    elif signature.match == "email":
        yield from (("@", value) for value in signature.values)
    else:
        yield from ((value, "") for value in signature.values or ("",))
