"""The decision. Pure and deterministic: the same values give the same decision, whatever their order.

Raise-only: each escalation that applies adds its need, and nothing here takes one away.
"""

from typing import Final

from msgspec.structs import replace

from aicheck.model.decision import LEVELS, Because, Decision, Level, Need, Verdict
from aicheck.model.finding import Finding
from aicheck.model.path import path_bytes
from aicheck.model.provenance import State
from aicheck.model.review import Review
from aicheck.policy.acknowledge import Acknowledgement
from aicheck.policy.condition import Case, find_trigger, places_of
from aicheck.policy.explain import COVERED, Clearing, causes_of, cheapest_way, explain_why, list_some, summarize_decision
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.levels import describe_reviewer, fallback_note, highest
from aicheck.policy.override import judge_override
from aicheck.policy.people import NOBODY, Panel, People, seat_panel
from aicheck.policy.policy import Escalation, Policy
from aicheck.policy.seats import seats_of, unfilled

Trigger = tuple[Escalation, tuple[Finding, ...]]
"""An escalation that applied and the findings that caused it (none for other causes)."""

_UNDECLARED_NOTES: dict[State, str] = {
    "unknown": "nothing shows who or what wrote the change, so it counts as AI-assisted",
    "declared-none": "a claim that no AI took part changes nothing, so the change counts as AI-assisted",
}
OBJECTION: Final = "changes-requested"
"""Stands for an escalation id where a reviewer's request for changes is the cause."""
_REVIEWS: tuple[Level, ...] = ("peer", "senior", "owner", "dual")


def decide(summary: ChangeSummary, findings: tuple[Finding, ...], policy: Policy, people: People = NOBODY) -> Decision:
    """Who must look at the change, and who of them has. `findings` are those that `apply_policy` returned, in any order."""
    panel = seat_panel(people, policy)
    off = policy.switched_off()
    counting = tuple(sorted((finding for finding in findings if finding.counts and finding.rule not in off), key=_order))
    case = Case(summary, counting, policy.undeclared == "assisted", policy.ranks, dict(summary.moves), people.review)
    triggers = tuple((entry, found) for entry in policy.escalations if (found := find_trigger(entry.when, case)) is not None)
    because = tuple(
        Because(entry.id, entry.to, explain_why(entry, summary), tuple(sorted({finding.fingerprint for finding in found})))
        for entry, found in triggers
    )
    because += tuple(Because(OBJECTION, "peer", f"{login} asked for changes") for login in panel.counted.objecting)
    needs, stand_ins = _collect_needs(triggers, summary, panel)
    level = highest(entry.level for entry in because)
    pending = tuple(need.level for need in needs if not need.met)
    verdict = _verdict(pending)
    override, said = judge_override(panel, policy.break_glass)
    is_overridden = override is not None and verdict != "satisfied"
    return Decision(
        level=level,
        verdict="satisfied" if is_overridden else verdict,
        because=because,
        needs=needs,
        summary=summarize_decision(level, because, pending),
        notes=(
            *_notes(summary, findings, policy, triggers),
            *_unknown_notes(triggers, people.review),
            *stand_ins,
            *_people_notes(panel),
            *([said] if said else []),
        ),
        counted=tuple(reviewer.login for reviewer in panel.counted.reviewers),
        not_counted=panel.counted.not_counted,
        override=override if is_overridden else None,
        observed=policy.mode == "observe",
    )


def _order(finding: Finding) -> tuple[bytes, int, int, str, str, str]:
    at = finding.location
    return path_bytes(at.path), at.span.line, at.span.column, finding.rule, finding.fingerprint, at.side


def _verdict(pending: tuple[Level, ...]) -> Verdict:
    if "stop" in pending:
        return "blocked"
    return "pending" if pending else "satisfied"


def _people_notes(panel: Panel) -> list[str]:
    return [_STALE_ROSTER] if panel.stale else []


_STALE_ROSTER = "the roster is older than the policy allows, so it gives nobody a rank; confirm it and set its date"


def _collect_needs(triggers: tuple[Trigger, ...], summary: ChangeSummary, panel: Panel) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    """One need for each level that was asked for, the highest first, and what had to stand in for what.

    Each finding is dealt with once, at the highest level that an escalation asks for it: who reviews it at that level
    does more than the lower levels ask.
    """
    dealt: set[int] = set()  # by identity: all triggers hold the same findings, and their hash takes long
    needs: list[Need] = []
    notes: list[str] = []
    for level in reversed(LEVELS):
        asking = _asking(triggers, level, dealt)
        dealt.update(id(finding) for _, found in asking for finding in found)
        if asking:
            covered = level in _REVIEWS and any(need.level in _REVIEWS for need in needs)
            need = _need(level, asking, summary, covered)
            if level in _REVIEWS:
                need, said = _seat(need, _paths_of(asking, summary), panel)
                notes += said
            elif level == "ack" and not need.met:
                need = replace(need, met=_is_reviewed(panel))
            needs.append(need)
    needs += [_answer_objection(login) for login in panel.counted.objecting]
    return tuple(needs), tuple(dict.fromkeys(notes))


def _paths_of(asking: tuple[Trigger, ...], summary: ChangeSummary) -> tuple[str, ...]:
    """The paths that a level is asked for, in the order of the findings; every changed path where nothing narrower is the cause.

    What moved counts under both names: whoever owned it must know.
    """
    paths: dict[str, None] = {}
    moved_from = dict(summary.moves)
    seen: set[int] = set()
    for entry, found in asking:
        for finding in found:
            if id(finding) not in seen:
                seen.add(id(finding))
                paths.update(dict.fromkeys(places_of(finding, moved_from)))
        if not found:
            paths.update(dict.fromkeys(causes_of(entry.when, summary) or summary.paths))
    return tuple(paths)


def _seat(need: Need, paths: tuple[str, ...], panel: Panel) -> tuple[Need, tuple[str, ...]]:
    """The need with who fills it; without roster and owners as the built-in words say it."""
    if not panel.knows_ranks:
        seats, _ = seats_of(need.level, (), panel.bench)
        missing = unfilled(seats, panel.counted.reviewers, known=False)
        return replace(need, met=not missing, missing=tuple(seat.who for seat in missing)), tuple(filter(None, [fallback_note(need.level)]))
    seats, notes = seats_of(need.level, panel.owner_sets(paths), panel.bench)
    missing = unfilled(seats, panel.counted.reviewers, known=True)
    candidates = panel.bench.present(missing[0]) if missing else ()
    who = list_some(seat.who for seat in seats)
    return replace(need, who=who, met=not missing, missing=tuple(seat.who for seat in missing), candidates=candidates), notes


def _is_reviewed(panel: Panel) -> bool:
    """Whether somebody who could review at level peer has approved: that is more than the author's own word."""
    seats, _ = seats_of("peer", (), panel.bench)
    return not unfilled(seats, panel.counted.reviewers, known=panel.knows_ranks)


def _answer_objection(login: str) -> Need:
    who, way = f"{login}, who asked for changes", f"Answer {login} until they approve."
    return Need("peer", who, met=False, cheapest=way, escalations=(OBJECTION,), missing=(f"the approval of {login}",), candidates=(login,))


def _asking(triggers: tuple[Trigger, ...], level: Level, dealt: set[int]) -> tuple[Trigger, ...]:
    """The triggers that ask for this level, each with the findings that no higher level deals with (`dealt`, by identity)."""
    asking = []
    for entry, found in triggers:
        if entry.to == level:
            left = tuple([item for item in found if id(item) not in dealt]) if dealt else found
            if left or not found:
                asking.append((entry, left))
    return tuple(asking)


def _need(level: Level, asking: tuple[Trigger, ...], summary: ChangeSummary, covered: bool) -> Need:
    """`covered`: who meets a higher need meets this one too."""
    found = tuple({id(finding): finding for _, findings in asking for finding in findings}.values())
    wanted = _names_to_acknowledge(asking) if level == "ack" else set()
    named = {line.rule for line in summary.acknowledgements if not line.problem}
    return Need(
        level=level,
        who=describe_reviewer(level),
        met=level == "ack" and not summary.agent and wanted <= named,  # an agent cannot acknowledge for a person
        cheapest=COVERED
        if covered
        else cheapest_way(Clearing(level, found, tuple(entry for entry, _ in asking), tuple(sorted(wanted))), summary),
        escalations=tuple(entry.id for entry, _ in asking),
    )


def _names_to_acknowledge(asking: tuple[Trigger, ...]) -> set[str]:
    """The rules of the findings, and the ids of the escalations that no finding caused."""
    return {name for entry, found in asking for name in ({finding.rule for finding in found} or {entry.id})}


def _notes(summary: ChangeSummary, findings: tuple[Finding, ...], policy: Policy, triggers: tuple[Trigger, ...]) -> tuple[str, ...]:
    notes: list[str] = []
    if any(entry.when.author_below or entry.when.author_at_least for entry, _ in triggers) and not summary.author_rank:
        notes.append(f"the author's rank is not known and counts as {policy.ranks[0]}")
    if any(entry.when.provenance for entry, _ in triggers) and not summary.agent:
        notes.append(_UNDECLARED_NOTES.get(summary.state, ""))
    notes += _off_notes(findings, policy)
    notes += _acknowledgement_notes(summary, triggers)
    return tuple(dict.fromkeys(note for note in notes if note))


def _unknown_notes(triggers: tuple[Trigger, ...], review: Review) -> list[str]:
    """What a condition asked for and nobody told."""
    asked = [entry.when for entry, _ in triggers]
    notes = []
    if not review.branch and any(condition.branch for condition in asked):
        notes.append("the branch that the change goes to is not known and counts as one that the policy watches")
    if not review.now and any(condition.hours for condition in asked):
        notes.append("the time is not known and counts as one that the policy watches")
    return notes


def _off_notes(findings: tuple[Finding, ...], policy: Policy) -> list[str]:
    notes, silent = [], []
    for rule, setting in sorted(policy.switched_off().items()):
        hits = sum(finding.rule == rule and finding.state == "new" for finding in findings)
        if hits:
            notes.append(f"the policy switches {rule} off ({setting.reason}): {hits} new finding{'' if hits == 1 else 's'} not counted")
        else:
            silent.append(rule)
    return [*notes, *([f"the policy switches off {list_some(silent)}, without effect here"] if silent else [])]


def _acknowledgement_notes(summary: ChangeSummary, triggers: tuple[Trigger, ...]) -> list[str]:
    wanted = _names_to_acknowledge(tuple(trigger for trigger in triggers if trigger[0].to == "ack"))
    return [note for line in summary.acknowledgements if (note := _acknowledgement_note(line, wanted, summary.agent))]


def _acknowledgement_note(line: Acknowledgement, wanted: set[str], agent: bool) -> str:
    place = f"the Aicheck-Ack line of commit {line.commit[:12]}"
    if line.problem:
        return f"{place} {line.problem}; write Aicheck-Ack: RULE; risk; rollback"
    if line.rule not in wanted:
        return f"{place} names nothing that an acknowledgement can clear here"
    return f"{place} does not count: no person committed to this change" if agent else ""
