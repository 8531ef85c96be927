"""Loads the signatures of AI tools and automation accounts from `signatures.toml`. Says what they are, not what they match."""

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from aicheck.errors import ConfigError
from aicheck.model.provenance import Extent
from aicheck.provenance.vocabulary import Vocabulary
from aicheck.regex import regex

Where = Literal["author", "committer", "co-author", "trailer", "body-line", "branch", "label"]
MatchKind = Literal["email", "login", "account", "name-suffix", "trailer", "declaration", "footer", "link", "branch-prefix", "label"]
Weight = Literal["structured", "probable", "weak", "denial", "bot", "ignore"]

ADDING = frozenset({"structured", "probable", "bot"})
"""What signatures that aicheck does not bring may be: none of them takes evidence away."""
SIGNATURES_FILE = ".aicheck/signatures.toml"
"""Where a repository keeps signatures of its own."""
SHARED_IDS = frozenset({"41898282", "49699333"})
"""Numeric ids of general automation accounts that AI tools borrow; they never name an AI on their own."""

_IDENTITY: frozenset[str] = frozenset({"author", "committer", "co-author"})
_PLACES: Mapping[str, frozenset[str]] = {
    "email": _IDENTITY,
    "login": _IDENTITY,
    "account": _IDENTITY,
    "name-suffix": _IDENTITY,
    "trailer": frozenset({"trailer"}),
    "declaration": frozenset({"trailer"}),
    "footer": frozenset({"body-line"}),
    "link": frozenset({"body-line"}),
    "branch-prefix": frozenset({"branch"}),
    "label": frozenset({"label"}),
}
_TEXT_KEYS = ("id", "match", "tool", "strength", "extent", "since", "until", "source", "pattern")
_LIST_KEYS = ("where", "values", "ids", "names", "keys")
_REQUIRED = ("id", "where", "match", "strength", "source")
PATTERN_FLAGS = re.IGNORECASE | re.DOTALL
_ID = regex(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = regex(r"20\d\d-\d\d(-\d\d)?")


class Signature(msgspec.Struct, frozen=True, eq=False):
    """One way in which a tool leaves its mark. Compared by identity: a process loads each entry once."""

    id: str
    where: tuple[Where, ...]
    match: MatchKind
    """`email`: an exact address. `login`: a forge login, any numeric id before it. `account`: numeric id and login.
    `name-suffix`: the end of the author's name. `trailer`: a key, and a pattern for the value. `declaration`: a key whose
    value names an AI tool. `footer`: a line that only says `Generated with NAME`. `link`: a line that is only a link.
    `branch-prefix`: how the name of a pull request's branch begins. `label`: a label of a pull request."""
    strength: Weight
    """`denial` says that no AI was used, `bot` is automation without AI, `ignore` is known to prove nothing."""
    source: str
    """Where the format is documented or was seen."""
    tool: str = ""
    extent: Extent = "unspecified"
    since: str = ""
    """`YYYY-MM` or `YYYY-MM-DD` of its first appearance; information only."""
    until: str = ""
    values: tuple[str, ...] = ()
    """Lower case: addresses, logins, accounts, suffixes, footer names or link prefixes."""
    ids: tuple[str, ...] = ()
    """Numeric ids of the account, tried after all logins because applications are renamed."""
    names: tuple[str, ...] = ()
    """When not empty, the display name must be one of these too (for shared addresses); lower case."""
    keys: tuple[str, ...] = ()
    """Trailer keys in lower case."""
    pattern: str = ""
    """Regular expression that the whole value of a `trailer` (or what follows the prefix of a `link`) must match, ignoring case."""
    bare: bool = False
    """For a `declaration`: only values without an address, and only names that no person bears."""
    vocabulary: Vocabulary | None = None
    """The words of a `declaration`."""

    @property
    def is_evidence(self) -> bool:
        """Whether it says anything about AI; automation and what is ignored do not."""
        return self.strength not in ("bot", "ignore")


@functools.cache
def load_signatures() -> tuple[Signature, ...]:
    """The signatures that aicheck brings, in file order; among several that match, the first one counts."""
    text = Path(__file__).with_name("signatures.toml").read_text(encoding="utf-8")  # importlib.resources costs more than the reading
    return parse_signatures(text, "signatures.toml")


@functools.cache
def extend_signatures(further: tuple[tuple[str, str], ...]) -> tuple[Signature, ...]:
    """The signatures that aicheck brings, and after them those of trusted files and plugins, each as (text, origin).

    Those can only add: evidence that AI took part, or that an account is automation. Raises ConfigError.
    """
    signatures = load_signatures()
    for text, origin in further:
        known = {signature.id for signature in signatures}
        added = parse_signatures(text, origin)
        for signature in added:
            if signature.id in known:
                raise ConfigError(f"{origin}: signature {signature.id!r} is defined already; give it another id")
            if signature.strength not in ADDING:
                raise ConfigError(f"{origin}: signature {signature.id!r}: `strength` must be one of {', '.join(sorted(ADDING))}")
        signatures += added
    return signatures


def parse_signatures(text: str, origin: str) -> tuple[Signature, ...]:
    """The signatures of a file. Raises ConfigError that names `origin`, the entry and the key."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{origin} is not valid TOML: {error}") from None
    if unknown := sorted(set(document) - {"signature", "vocabulary"}):
        raise ConfigError(f"{origin}: unknown key `{unknown[0]}`; use `signature` and `vocabulary`")
    vocabulary = _vocabulary(document["vocabulary"], origin) if "vocabulary" in document else None
    entries = document.get("signature", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"{origin}: `signature` must be a list of tables; write [[signature]]")
    places = [f"{origin}: signature {entry.get('id', number)!r}" for number, entry in enumerate(entries, 1)]
    signatures = tuple(_signature(entry, place, vocabulary) for entry, place in zip(entries, places, strict=True))
    names = [signature.id for signature in signatures]
    if double := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"{origin}: signature {double!r} is defined twice; give one of them another id")
    return signatures


def _signature(entry: dict[str, Any], place: str, vocabulary: Vocabulary | None) -> Signature:
    _check_shape(entry, place)
    _check_words(entry, place)
    _check_match(entry, place)
    declares = entry["match"] == "declaration" and entry["strength"] != "denial"
    if declares and vocabulary is None:
        raise ConfigError(f"{place}: a declaration needs a [vocabulary] in the same file")
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Signature(**fields, vocabulary=vocabulary if declares else None)


def _check_shape(entry: dict[str, Any], place: str) -> None:
    known = {*_TEXT_KEYS, *_LIST_KEYS, "bare"}
    if unknown := sorted(set(entry) - known):
        raise ConfigError(f"{place}: unknown key `{unknown[0]}`; known are {', '.join(sorted(known))}")
    if missing := [key for key in _REQUIRED if not entry.get(key)]:
        raise ConfigError(f"{place}: `{missing[0]}` is missing or empty")
    for key, value in entry.items():
        if key in _TEXT_KEYS and not isinstance(value, str):
            raise ConfigError(f"{place}: `{key}` must be a text")
        if key in _LIST_KEYS and not (isinstance(value, list) and all(isinstance(item, str) and item for item in value)):
            raise ConfigError(f"{place}: `{key}` must be a list of texts")
        if key == "bare" and not isinstance(value, bool):
            raise ConfigError(f"{place}: `bare` must be true or false")


def _check_words(entry: dict[str, Any], place: str) -> None:
    for key, allowed in (("match", MatchKind), ("strength", Weight), ("extent", Extent)):
        if key in entry and entry[key] not in get_args(allowed):
            raise ConfigError(f"{place}: `{key}` is {entry[key]!r}; use one of {', '.join(get_args(allowed))}")
    if not _ID.fullmatch(entry["id"]):
        raise ConfigError(f"{place}: `id` must be lower-case words joined by hyphens")
    for key in ("since", "until"):
        if key in entry and not _DATE.fullmatch(entry[key]):
            raise ConfigError(f"{place}: `{key}` must be YYYY-MM or YYYY-MM-DD")
    for key in ("values", "names", "keys"):
        if wrong := [item for item in entry.get(key, ()) if item != item.lower()]:
            raise ConfigError(f"{place}: {wrong[0]!r} in `{key}` must be in lower case")


def _check_match(entry: dict[str, Any], place: str) -> None:
    match = entry["match"]
    allowed = _PLACES[match]
    if wrong := [item for item in entry["where"] if item not in allowed]:
        raise ConfigError(f"{place}: {wrong[0]!r} in `where` does not go with `match` {match!r}; use {', '.join(sorted(allowed))}")
    needed = "keys" if "trailer" in allowed else "values"
    if not entry.get(needed) and not (match == "login" and entry.get("ids")):
        raise ConfigError(f"{place}: `{needed}` is missing or empty")
    if shared := SHARED_IDS.intersection(entry.get("ids", ())):
        raise ConfigError(f"{place}: the id {min(shared)} is shared with ordinary automation; name the login instead")
    if match == "email" and (wrong := [value for value in entry["values"] if value.count("@") != 1]):
        raise ConfigError(f"{place}: {wrong[0]!r} in `values` is not an exact e-mail address")
    try:
        re.compile(entry.get("pattern", ""), PATTERN_FLAGS)  # remembered by `re`, so that using it later compiles nothing
    except re.error as error:
        raise ConfigError(f"{place}: `pattern` is not a regular expression: {error}") from None


def _vocabulary(table: Any, origin: str) -> Vocabulary:
    """Reads `[vocabulary]`: `names` maps a tool (`-` for none) to its names; `unmistakable` and `qualifiers` are lists."""
    place = f"{origin}: vocabulary"
    if not isinstance(table, dict) or set(table) != {"names", "unmistakable", "qualifiers"}:
        raise ConfigError(f"{place} must have exactly `names`, `unmistakable` and `qualifiers`")
    names = table["names"]
    lists = [*names.values(), table["unmistakable"], table["qualifiers"]] if isinstance(names, dict) else [None]
    if not all(isinstance(items, list) and all(isinstance(item, str) and item == item.lower() for item in items) for items in lists):
        raise ConfigError(f"{place}: `names` maps tools to lists, and all words are texts in lower case")
    phrases = {tuple(name.split()): "" if tool == "-" else tool for tool, items in names.items() for name in items}
    unmistakable = frozenset(tuple(name.split()) for name in table["unmistakable"])
    if unknown := sorted(unmistakable - set(phrases)):
        raise ConfigError(f"{place}: {' '.join(unknown[0])!r} in `unmistakable` is not among the `names`")
    return Vocabulary(tuple(sorted(phrases.items())), unmistakable, frozenset(table["qualifiers"]))
