"""Decides whether a declared value (`Assisted-by: Claude Opus 4.5 via Crush`) names an AI tool.

Every word must be known: `Claude Dupont` is a person. The words are data in `signatures.toml`.
"""

import re

import msgspec

from aicheck.regex import regex

_LINK = regex(r"\[([^\[\]]{1,80})\]\([^()]{0,200}\)")
_PART_BREAK = regex(r"[,;+&]|\s/\s|\sand\s", re.IGNORECASE)
_AGENT_AND_MODEL = regex(r"([a-z0-9][\w. -]{0,40}):(?!//)(\S.*)")
_WORD = regex(r"[a-z0-9.]+")
_PLACEHOLDER = regex(
    r"<[^<>@]*>|\[[^\[\]@]*\]$|\{|\$|\.\.\.|[A-Z0-9]+_[A-Z0-9_]+\b|AGENT\b|TOOL\b|MODEL\b"
    r"|(?i:yes|true|y)\s{0,3}[/|]|(?i:no|false|n)\s{0,3}[/|]|(?i:todo|tbd|your)\b"
)
_NEGATIVES = frozenset(
    {"no", "none", "false", "n", "nothing", "nobody", "never", "no ai", "none used", "not used", "no tools", "n a", "human", "human only"}
)
_NEGATIONS = frozenset({"no", "not", "none", "never", "without", "nothing", "nobody", "isn", "didn", "wasn", "non", "zero", "hardly"})
_LONGEST_PHRASE = 3


class Vocabulary(msgspec.Struct, frozen=True):
    """The words that may stand in a declaration."""

    names: tuple[tuple[tuple[str, ...], str], ...]
    """(words, tool): `(("claude", "code"), "claude")`; the tool is empty for generic words such as `llm`."""
    unmistakable: frozenset[tuple[str, ...]]
    """Those of `names` that cannot be a person's name; any words may follow them."""
    qualifiers: frozenset[str]
    """Words that may stand around a name: vendors, model sizes, `via`."""


class Named(msgspec.Struct, frozen=True):
    """An AI tool that a value names."""

    tool: str
    """Empty when the value says AI but not which."""
    unmistakable: bool
    """False for a name that a person may bear (`Claude`)."""


def is_placeholder(value: str) -> bool:
    """True for what a template left behind: `AGENT_NAME:MODEL_VERSION`, `<tool>`, `yes/no`."""
    return bool(_PLACEHOLDER.match(value.strip("`*_ ")))


def is_negative(value: str) -> bool:
    """True when the whole value denies: `none`, `No.`, `false (all by hand)`."""
    words = re.findall(r"[a-z]+", value.partition("(")[0].lower()[:60])
    return " ".join(words) in _NEGATIVES


def name_tool(value: str, vocabulary: Vocabulary) -> Named | None:
    """The first AI tool that a part of the value (split at commas and `and`) names; None when none does."""
    names = dict(vocabulary.names)
    for part in _PART_BREAK.split(_LINK.sub(r"\1", value.lower())):
        text = part.partition("(")[0].partition("[")[0].strip("`*_\"' ")
        if match := _AGENT_AND_MODEL.match(text):
            named = _name_words(_words(match[1]), names, vocabulary) or _name_words(_words(match[2]), names, vocabulary)
            named = named and Named(named.tool, unmistakable=True)
        else:
            named = _name_words(_words(text), names, vocabulary)
        if named:
            return named
    return None


def _words(text: str) -> list[str]:
    bare = " ".join(word for word in text.split() if "@" not in word)
    return [word.strip(".") for word in _WORD.findall(bare) if word.strip(".")]


def _name_words(words: list[str], names: dict[tuple[str, ...], str], vocabulary: Vocabulary) -> Named | None:
    if not _NEGATIONS.isdisjoint(words):
        return None
    tool: str | None = None
    sure = False
    position = 0
    while position < len(words):
        phrase = _phrase_at(words, position, names)
        if phrase:
            tool = tool or names[phrase]
            sure = sure or phrase in vocabulary.unmistakable
        elif words[position] not in vocabulary.qualifiers:
            versioned = any(char.isdigit() for char in words[position])
            if not versioned and not sure:
                return None
            sure = sure or (versioned and tool is not None)
        position += max(len(phrase), 1)
    return None if tool is None else Named(tool, sure)


def _phrase_at(words: list[str], position: int, names: dict[tuple[str, ...], str]) -> tuple[str, ...]:
    """The longest known name at `position`; a version may be glued to its last word (`qwen3.7`)."""
    for length in range(_LONGEST_PHRASE, 0, -1):
        phrase = tuple(words[position : position + length])
        if phrase in names:
            return phrase
    glued = (words[position].rstrip("0123456789."),)
    return glued if glued in names else ()
