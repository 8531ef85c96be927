"""Tells in microseconds that a message shows nothing, which is so for most: it lacks the words that every match needs.

May say yes in vain, never no: what a signature matches holds one of its gates, and one of the words behind that gate.
"""

import re
from collections.abc import Iterable, Iterator

from aicheck.provenance.message import CREDIT_KEYS
from aicheck.provenance.signatures import Signature

_FORGE_DOMAIN = "@users.noreply.github.com"
_VERBS = ("generated", "made", "created", "written", "built")
"""Of the lines that are footers."""


class Prescan:
    """The words of some signatures."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        behind: dict[str, set[str]] = {}
        for signature in signatures:
            for gate, word in _needs(signature):
                behind.setdefault(gate.casefold(), set()).add(word.casefold())
        self._gates = tuple(sorted((gate, re.compile(_any_word(words))) for gate, words in behind.items()))

    def may_match(self, message: str) -> bool:
        """False when no line of the message can match any of the signatures."""
        text = message.casefold()
        return any(gate in text and words.search(text) for gate, words in self._gates)


def _needs(signature: Signature) -> Iterator[tuple[str, str]]:
    """(gate, word): both of one of these pairs stand in every line that the signature matches; an empty one always does."""
    if signature.keys:
        names = signature.vocabulary.names if signature.vocabulary else ()
        for key in signature.keys:
            gate = key.removesuffix("-by").removeprefix("co-") if key in CREDIT_KEYS else key  # also written with blanks, or as one word
            yield from ((gate, name[0]) for name, _ in names)
            if not names:
                yield gate, ""
    elif signature.match == "footer":
        yield from ((verb, value.split()[0]) for verb in _VERBS for value in signature.values)
    elif signature.match in ("login", "account"):
        yield from ((_FORGE_DOMAIN, f"{value}{_FORGE_DOMAIN}") for value in signature.values)
        yield from ((_FORGE_DOMAIN, f"{number}+") for number in signature.ids)
    elif signature.match == "email":
        yield from (("@", value) for value in signature.values)
    else:
        yield from ((value, "") for value in signature.values or ("",))


def _any_word(words: Iterable[str]) -> str:
    """A pattern for any of the words, at the start of a word so that `ai` is not found in `main`."""
    found = sorted(words)
    return "" if "" in found else rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, found))})"
