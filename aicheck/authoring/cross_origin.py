"""Which blocks of settings let the pages of every site use a visitor's credentials."""

import re
from collections import defaultdict
from collections.abc import Sequence

from aicheck.authoring.setting_names import words_of_part
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Setting
from aicheck.model.location import Span
from aicheck.regex import regex

ORIGINS = frozenset(
    {
        *(("origin",), ("origins",), ("allow", "origin"), ("allow", "origins"), ("allowed", "origins"), ("allow", "origin", "regex")),
        *(("access", "control", "allow", "origin"), ("cors", "allow", "origin"), ("cors", "allowed", "origins"), ("cors", "origins")),
        *(("cors", "allow", "all", "origins"), ("cors", "origin", "allow", "all"), ("allow", "any", "origin"), ("allow", "all", "origins")),
    }
)
CREDENTIALS = frozenset(
    {
        *(("credentials",), ("allow", "credentials"), ("supports", "credentials"), ("cors", "allow", "credentials")),
        *(("access", "control", "allow", "credentials"), ("cors", "supports", "credentials"), ("allowed", "credentials")),
    }
)
ANY_ORIGIN = regex(r"\*|true|\.\*|\^?https\?://\.\*\$?|\^?\.\*\$?", re.IGNORECASE)


def open_to_every_origin(settings: Sequence[Setting]) -> dict[Key, Span]:
    """Key of each block that allows credentials from every origin -> where it names the origins."""
    origins: dict[Key, Span] = {}
    credentials: dict[Key, str] = defaultdict(str)
    for setting in settings:
        depth = _depth(setting.key)
        words = _words(setting.key[depth - 1]) if depth else ()
        if words in CREDENTIALS and setting.value.lower() in {"true", "include"}:
            credentials[setting.key[: depth - 1]] = setting.value
        elif words in ORIGINS and ANY_ORIGIN.fullmatch(setting.value.strip()):
            origins.setdefault(setting.key[: depth - 1], setting.span)
    return {
        key: span
        for key, span in origins.items()
        if any(key[: len(block)] == block and len(key) <= len(block) + 2 for block in credentials)
    }


def _depth(key: Key) -> int:
    depth = len(key)
    while depth and is_position(key[depth - 1]):
        depth -= 1
    return depth


def _words(part: str) -> tuple[str, ...]:
    """Of an annotation the part after its domain: `nginx.ingress.kubernetes.io/cors-allow-origin`."""
    return words_of_part(part.rpartition("/")[2])
