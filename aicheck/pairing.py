"""Subtracts the before side from the after side: every snapshot match becomes new, unchanged or absent.

"Was this line touched" is the wrong question: deleting the `raise` that bounded a loop touches another line. Matches
pair by rule and normalised text: on a line that the change left alone, then in the same symbol; across symbols or files
only when the whole definition or file moved, and never into a riskier place.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.model.change import ChangeSet
from aicheck.model.facts import Facts
from aicheck.model.finding import BaselineState, Finding, Match, Suppression
from aicheck.model.location import WHOLE_FILE, Side
from aicheck.model.rule import Rule
from aicheck.readers.place import Place, place_of
from aicheck.runners.results import DefinitionsAround
from aicheck.runners.standing import ChangedLines, StandingKey, standing_keys

FINGERPRINT_VERSION = "1"
RISK: Mapping[Place, int] = {"production": 2, "workflow": 2, "migration": 2, "script": 1, "staging": 1}
"""What reaches production, what people run by hand; every other place is 0."""


class Paired(msgspec.Struct, frozen=True):
    """A match and what the comparison made of it."""

    match: Match
    state: BaselineState


def pair_matches(change: ChangeSet, matches: Iterable[Match], rules: Mapping[str, Rule]) -> tuple[Paired, ...]:
    """State of each match. Matches that came from comparing are new by nature; so are those of `present` rules.

    An unchanged match is returned once, as its after side. Order is not specified.
    """
    paired: list[Paired] = []
    before: list[Match] = []
    after: list[Match] = []
    for match in matches:
        rule = rules[match.rule]
        if match.before is not None or (rule.kind != "snapshot" and rule.engine == match.engine):
            paired.append(Paired(match, "new"))
        elif match.location.side == "before":
            before.append(match)
        elif rule.when == "present":
            paired.append(Paired(match, "new"))
        else:
            after.append(match)
    standing = standing_keys(change.files, (*before, *after))
    moved = {file.path: file.moved_from for file in change.files if file.moved_from}
    for key in _keys(moved, standing):
        before, after, both = _pair(before, after, key)
        paired.extend(Paired(match, "unchanged") for match in both)
    paired.extend(Paired(match, "new") for match in after)
    paired.extend(Paired(match, "absent") for match in before)
    return tuple(paired)


def judge_alone(change: ChangeSet, matches: Iterable[Match], facts: Mapping[tuple[str, Side], Facts]) -> tuple[Paired, ...]:
    """State of matches of which only the after side is known: new where the change touched their lines or the definition around.

    A match of a file as a whole is new with the file.
    """
    carried = [file.path for file in change.files if file.moved_from and not is_riskier(file.path, file.moved_from)]
    changed = ChangedLines(change.files, carried)
    definitions = DefinitionsAround(facts)

    def is_new(match: Match) -> bool:
        at = match.location
        if at.span == WHOLE_FILE:
            return changed.is_new(at.path)
        around = definitions.innermost(at)
        spans = (at.span, around.span) if around is not None else (at.span,)
        return any(changed.touches(at.path, span.line, span.end_line) for span in spans)

    return tuple(Paired(match, "new" if is_new(match) else "unchanged") for match in matches)


Key = Callable[[Match], tuple[object, ...] | None]


def _keys(moved: Mapping[str, str], standing: Mapping[Match, StandingKey]) -> tuple[Key, ...]:
    """The ways to recognise a match again, from the surest to the loosest. None: this way does not apply."""

    def same_line(match: Match) -> StandingKey | None:
        return standing.get(match)

    def origin(match: Match) -> str:
        path = match.location.path
        return moved.get(path, path) if match.location.side == "after" else path

    def same_symbol(match: Match) -> tuple[str, ...]:
        return (match.rule, match.location.path, match.symbol, match.text)

    def same_symbol_in_moved_file(match: Match) -> tuple[str, ...]:
        return (match.rule, origin(match), match.symbol, match.text)

    def same_definition_in_file(match: Match) -> tuple[str, ...] | None:
        return (match.rule, origin(match), match.digest, match.text) if match.digest else None

    def same_definition(match: Match) -> tuple[str, ...] | None:
        return (match.rule, match.digest, match.text) if match.digest else None

    return same_line, same_symbol, same_symbol_in_moved_file, same_definition_in_file, same_definition


def _pair(before: Sequence[Match], after: Sequence[Match], key: Key) -> tuple[list[Match], list[Match], list[Match]]:
    """Unpaired before matches, unpaired after matches, and the after side of each pair; equals pair in file order."""
    waiting: dict[tuple[object, ...], list[Match]] = defaultdict(list)
    for match in sorted(before, key=lambda match: match.location, reverse=True):
        name = key(match)
        if name is not None:
            waiting[name].append(match)
    taken: set[int] = set()
    unpaired: list[Match] = []
    both: list[Match] = []
    for match in sorted(after, key=lambda match: match.location):
        name = key(match)
        candidates = waiting.get(name, []) if name is not None else []
        if candidates and not is_riskier(match.location.path, candidates[-1].location.path):
            taken.add(id(candidates.pop()))
            both.append(match)
        else:
            unpaired.append(match)
    return [match for match in before if id(match) not in taken], unpaired, both


def to_findings(paired: Iterable[Paired], rules: Mapping[str, Rule], line_text: Callable[[Match], str]) -> tuple[Finding, ...]:
    """Findings with fingerprints, sorted by path bytes, line, column, rule and fingerprint."""
    ordered = sorted(paired, key=lambda pair: _order(pair.match))
    ordinals: dict[tuple[str, ...], int] = defaultdict(int)
    findings = []
    for pair in ordered:
        match, rule = pair.match, rules[pair.match.rule]
        equals = (pair.match.location.path, match.location.side, match.rule, match.symbol, match.text)
        findings.append(
            Finding(
                rule=match.rule,
                location=match.location,
                message=match.message,
                severity=match.severity or rule.severity,
                confidence=rule.confidence,
                state=pair.state,
                fingerprint=fingerprint(match, ordinals[equals]),
                engine=match.engine,
                line_text=line_text(match),
                before=match.before,
                symbol=match.symbol,
                suppression=_settled(match.suppression, pair.state),
                fix=match.fix if pair.state == "new" else None,
            )
        )
        ordinals[equals] += 1
    return tuple(sorted(findings, key=lambda finding: (*_place(finding.location.path), *_span(finding), finding.rule, finding.fingerprint)))


def _settled(suppression: Suppression | None, state: BaselineState) -> Suppression | None:
    """Another tool's suppression; a comment over a finding that was there before was not added by the change."""
    return replace(suppression, added=False) if suppression is not None and state != "new" else suppression


def fingerprint(match: Match, ordinal: int) -> str:
    """A versioned hash of rule, symbol, normalised text and ordinal; neither path nor line number goes in."""
    text = "\0".join((match.rule, match.symbol, match.text, str(ordinal)))
    return f"{FINGERPRINT_VERSION}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def is_riskier(after: str, before: str) -> bool:
    """Whether code that moved from `before` to `after` does more harm there, so that nothing accepted there holds here."""
    return RISK.get(place_of(after), 0) > RISK.get(place_of(before), 0)


def _order(match: Match) -> tuple[object, ...]:
    return (*_place(match.location.path), match.location.side, match.location.span, match.rule, match.text)


def _place(path: str) -> tuple[bytes]:
    return (path.encode("utf-8", "surrogateescape"),)


def _span(finding: Finding) -> tuple[int, int]:
    return finding.location.span.line, finding.location.span.column
