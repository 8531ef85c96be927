"""Turns the messages and identities of commits into an attribution: a state, and the evidence for it.

The absence of a marker proves nothing, and a declaration that no AI was used never outweighs a marker.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from aicheck.model.change import Commit, Identity
from aicheck.model.provenance import STATES, UNKNOWN, Attribution, Evidence, Extent, State, Strength
from aicheck.provenance.identity import Class
from aicheck.provenance.matching import People, SignatureIndex, index_signatures
from aicheck.provenance.message import CO_AUTHOR_KEYS, Line, parse_message
from aicheck.provenance.prescan import find_authors
from aicheck.provenance.signatures import Signature, Weight, load_signatures

Declared = Literal["auto", "assisted", "agent", "human"]

NOTHING_ATTESTED: Mapping[str, tuple[Evidence, ...]] = MappingProxyType({})
NO_LINES: frozenset[int] = frozenset()

SHORT_ID = 12
"""Characters of a commit id in an evidence source."""
CHUNK = 100
"""Commits whose messages are looked through at once."""
_TEXT_LIMIT = 200
_EXTENTS: tuple[Extent, ...] = ("authored", "unspecified", "suggestion", "consulted")
_SHOWN: tuple[State, ...] = ("attested", "marked", "probable")
_STRENGTHS: dict[Weight, Strength] = {"structured": "structured", "probable": "probable", "weak": "weak", "denial": "declared"}
"""How a signature's strength appears in evidence; the others (`bot`, `ignore`) are no evidence."""


class _Reading(msgspec.Struct, frozen=True):
    """What one commit shows."""

    evidence: tuple[Evidence, ...]
    author: Class
    has_person: bool
    """A person is its author, committer or co-author."""


_SILENT: Mapping[Class, _Reading] = MappingProxyType({kind: _Reading((), kind, has_person=True) for kind in get_args(Class)})
"""The reading of a commit that shows nothing, by its author's class; a person is author or committer."""


def attribute_commit(commit: Commit, signatures: tuple[Signature, ...], attested: tuple[Evidence, ...] = ()) -> Attribution:
    """The provenance of one commit: evidence of the author first, then by line; each kind once per tool, at its first place.

    `attested` is what records of its lines show (`lines.attest`); it comes last.
    """
    index = index_signatures(signatures)
    return _attribution((_read(commit, index, attested, _lines_of(commit, index)),))


def attribute_change(
    commits: tuple[Commit, ...],
    *,
    declared: Declared = "auto",
    signatures: tuple[Signature, ...] | None = None,
    attested: Mapping[str, tuple[Evidence, ...]] = NOTHING_ATTESTED,
    of_request: tuple[Evidence, ...] = (),
) -> Attribution:
    """The strongest state over all commits and the pull request; evidence in the order of the commits, a declaration first.

    `declared-none` holds only when every commit, or `declared`, says so. By default with the packaged signatures.
    `attested` is what records of lines show, by commit id; that of the empty id belongs to a change without commits.
    """
    index = index_signatures(load_signatures() if signatures is None else signatures)
    readings = tuple(_read(commit, index, attested.get(commit.id, ()), _lines_of(commit, index)) for commit in commits)
    found = _attribution(readings or _without_commits(attested.get("", ())))
    if of_request:
        found = _with_request(found, of_request)
    if declared == "auto":
        return found
    evidence = (Evidence("declared", "flag", "declared", declared), *found.evidence)
    shown = _is_shown(found.state)
    state: State = found.state
    if declared == "human":
        state = found.state if shown else "declared-none"
    elif found.state != "attested":
        state = "marked"
    extent: Extent = "authored" if declared == "agent" else found.extent
    return Attribution(state, found.bot, found.agent or declared == "agent", found.tools, extent, evidence)


def _with_request(found: Attribution, evidence: tuple[Evidence, ...]) -> Attribution:
    """What the commits show, raised to what the pull request shows. It says nothing about who committed."""
    state = min(found.state, _state(evidence), key=STATES.index)
    supporting = _supporting(evidence) if _is_shown(state) else ()
    tools = {*found.tools, *(entry.tool for entry in supporting if entry.tool)}
    return Attribution(state, found.bot, found.agent, tuple(sorted(tools)), found.extent, (*found.evidence, *evidence))


def attribute_each(
    commits: Iterable[Commit], signatures: tuple[Signature, ...], attested: Mapping[str, tuple[Evidence, ...]] = NOTHING_ATTESTED
) -> Iterator[tuple[Commit, Attribution]]:
    """Each commit with what `attribute_commit` says of it; quick for the many that show nothing."""
    index = index_signatures(signatures)
    unmarked: dict[tuple[Identity, Identity], Attribution | None] = {}
    waiting = iter(commits)
    while chunk := tuple(islice(waiting, CHUNK)):
        suspects = index.prescan.find_lines([commit.message for commit in chunk])
        for number, commit in enumerate(chunk):
            key = commit.author, commit.committer
            found = unmarked[key] if key in unmarked else unmarked.setdefault(key, _unmarked(index.people(*key)))
            of_lines = attested.get(commit.id, ())
            if found is None or of_lines or number in suspects:
                found = _attribution((_read(commit, index, of_lines, suspects.get(number, NO_LINES)),))
            yield commit, found


def _unmarked(people: People) -> Attribution | None:
    """What holds of a commit by these people that nothing else marks; None when they themselves show something."""
    return None if people.shown else Attribution("unknown", bot=people.author == "bot")


def _without_commits(attested: tuple[Evidence, ...]) -> tuple[_Reading, ...]:
    return (_Reading(attested, "person", has_person=True),) if attested else ()


def _lines_of(commit: Commit, index: SignatureIndex) -> frozenset[int]:
    return index.prescan.find_lines((commit.message,)).get(0, NO_LINES)


def _read(commit: Commit, index: SignatureIndex, attested: tuple[Evidence, ...], wanted: frozenset[int]) -> _Reading:
    """`wanted`: the numbers of the lines that may match."""
    people = index.people(commit.author, commit.committer)
    if not people.known_person:
        wanted |= find_authors(commit.message)
    lines = parse_message(commit.message, wanted) if wanted else ()
    if not lines and not attested and people.known_person and not people.shown:
        return _SILENT[people.author]
    first: dict[tuple[str, str], Evidence] = {}
    for evidence in (*_identity_evidence(commit, people), *_line_evidence(commit, lines, index), *attested):
        first.setdefault((evidence.kind, evidence.tool), evidence)
    co_authors = [Identity("", email) for line in lines if line.key in CO_AUTHOR_KEYS for email in line.emails]
    has_person = people.known_person or any(index.identities.classify(identity) == "person" for identity in dict.fromkeys(co_authors))
    return _Reading(tuple(first.values()), people.author, has_person)


def _identity_evidence(commit: Commit, people: People) -> Iterator[Evidence]:
    if people.author_signature is not None:
        signature = people.author_signature
        yield from _evidence(signature, signature.tool, f"{commit.id[:SHORT_ID]}:author", _spell(commit.author))
    if people.committer_signature is not None:
        signature = people.committer_signature
        yield from _evidence(signature, signature.tool, f"{commit.id[:SHORT_ID]}:committer", _spell(commit.committer))


def _line_evidence(commit: Commit, lines: tuple[Line, ...], index: SignatureIndex) -> Iterator[Evidence]:
    for line in lines:
        matched = index.match_line(line)
        if matched is not None:
            signature, tool = matched
            yield from _evidence(signature, tool, f"{commit.id[:SHORT_ID]}:message:{line.number}", line.text)


def _evidence(signature: Signature, tool: str, source: str, text: str) -> Iterator[Evidence]:
    strength = _STRENGTHS.get(signature.strength)
    if strength is not None:
        yield Evidence(signature.id, source, strength, text[:_TEXT_LIMIT], tool, signature.extent)


def _spell(identity: Identity) -> str:
    return f"{identity.name} <{identity.email}>"


def _attribution(readings: tuple[_Reading, ...]) -> Attribution:
    if not readings:
        return UNKNOWN
    states = [_state(reading.evidence) for reading in readings]
    everything = tuple(evidence for reading in readings for evidence in reading.evidence)
    state: State = next((strong for strong in _SHOWN if strong in states), "unknown")
    if all(each == "declared-none" for each in states):
        state = "declared-none"
    supporting = _supporting(everything) if _is_shown(state) else ()
    return Attribution(
        state=state,
        bot=all(reading.author == "bot" for reading in readings),
        agent=_is_shown(state) and not any(reading.has_person for reading in readings),
        tools=tuple(sorted({evidence.tool for evidence in supporting if evidence.tool})),
        extent=min((evidence.extent for evidence in supporting), key=_EXTENTS.index, default="unspecified"),
        evidence=everything,
    )


def _state(evidence: tuple[Evidence, ...]) -> State:
    """The state of one commit. One weak sign proves nothing; two of different kinds make it probable."""
    strengths = {item.strength for item in evidence}
    if "attested" in strengths:
        return "attested"
    if "structured" in strengths:
        return "marked"
    if "probable" in strengths or len({item.kind for item in evidence if item.strength == "weak"}) > 1:
        return "probable"
    return "declared-none" if "declared" in strengths else "unknown"


def _supporting(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The evidence that tools and extent are read from: weak signs only where there is nothing better."""
    better = tuple(item for item in evidence if item.strength in ("attested", "structured", "probable"))
    return better or tuple(item for item in evidence if item.strength == "weak")


def _is_shown(state: State) -> bool:
    return state in _SHOWN
