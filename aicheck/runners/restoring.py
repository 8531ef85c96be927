"""Offers what a change took away back to the matches of rules for which that is a cure."""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from aicheck.authoring import ChangeFacts, FilePair
from aicheck.authoring.restoring import line_span, restore
from aicheck.catalogue import Catalogue
from aicheck.model.finding import Excerpt, Match
from aicheck.regex import regex

FIRST_WORD = regex(r"[\w.]+")
REACH = 10
"""Lines in which the quoted text is looked for."""


def restoring_rules(catalogue: Catalogue, languages: Collection[str]) -> frozenset[str]:
    """The rules over these languages that can be cured so: those that say it, and Semgrep rules about what is gone."""
    says = {check.id for check in catalogue.differential_checks() if check.restores}
    return frozenset(says | {rule.rule for rule in catalogue.semgrep(languages) if rule.is_removal})


def offer_restoring(matches: Iterable[Match], change: ChangeFacts, rules: frozenset[str]) -> tuple[Match, ...]:
    """The matches, in order; those of `rules` that name a lost line and have no fix of their own with the one that puts it back."""
    pairs = {pair.path: pair for pair in change.pairs}
    offered = []
    for match in matches:
        at, before = match.location, match.before
        if match.rule in rules and match.fix is None and before is not None and before.path == at.path in pairs and at.side == "after":
            pair = pairs[at.path]
            line = _find_line(before, pair)
            offered.append(replace(match, fix=restore(pair, [line_span(line, pair.line("before", line))]) if line else None))
        else:
            offered.append(match)
    return tuple(offered)


def _find_line(before: Excerpt, pair: FilePair) -> int:
    """Where the quoted text starts, 0 if nowhere: some rules know only the first line of the definition that it stood in."""
    word = FIRST_WORD.search(before.text)
    lines = range(before.line, before.line + REACH)
    return next((line for line in lines if word and word[0] in pair.line("before", line)), 0)
