"""What in a policy or a roster can never work, or adds nothing: said before a change has to wait for it."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from aicheck.config import did_you_mean, open_document
from aicheck.errors import PolicyError
from aicheck.model.decision import Level, level_rank
from aicheck.policy.implication import implies, never_holds
from aicheck.policy.levels import RANKS
from aicheck.policy.policy import Escalation, Policy
from aicheck.policy.policy_file import default_policy
from aicheck.policy.problem import Problem
from aicheck.policy.roster import Roster

_REVIEWED: tuple[Level, ...] = ("peer", "senior", "owner", "dual")
_SECONDS_A_DAY = 86_400


class Linted(msgspec.Struct, frozen=True):
    """A policy with all that it is checked against."""

    policy: Policy
    roster: Roster
    known_rules: tuple[str, ...]
    policy_lines: Mapping[tuple[str, str], int]
    """(`escalate`, its id), (`groups`, its name), (`break_glass`, `who`) -> line."""
    source: str
    """How messages call the policy file."""

    def problem(self, table: str, name: str, text: str, *, serious: bool = True) -> Problem:
        """A problem of an entry of the policy file."""
        return Problem(self.source, self.policy_lines.get((table, name), 0), text, serious)


def entry_lines(data: bytes, source: str) -> dict[tuple[str, str], int]:
    """The line of each escalation, group and list of a policy file that can be read."""
    root = open_document(source, data, PolicyError)
    lines = {("escalate", section.text("id")): section.document.line_of(section.path) for section in root.tables("escalate")}
    for table in ("groups", "break_glass"):
        section = root.table(table, table)
        lines |= {(table, name): section.document.line_of((table, name)) for name in section.values}
    return lines


def lint_policy(linted: Linted) -> tuple[Problem, ...]:
    """The problems of the policy, by line."""
    found = [*_lint_escalations(linted), *_lint_names(linted)]
    if linted.roster.people:
        found += _lint_levels(linted)
    else:
        found.append(Problem(linted.source, 0, "no roster says who works here, so whoever may approve counts as a senior", serious=False))
    return tuple(sorted(set(found)))


def _lint_escalations(linted: Linted) -> Iterator[Problem]:
    policy = linted.policy
    inherited = len(default_policy().escalations)
    counting = [rule for rule in linted.known_rules if rule not in policy.switched_off()]
    for at, entry in enumerate(policy.escalations):
        if at < inherited:
            continue
        call = f"escalate {entry.id!r}"
        if problem := never_holds(entry.when, counting):
            yield linted.problem("escalate", entry.id, f"{call} can never hold: {problem}")
        elif (other := _covering(entry, at, policy.escalations, linted.known_rules)) is not None:
            yield linted.problem("escalate", entry.id, f"{call} adds nothing: {other.id!r} asks for {other.to} whenever it holds")
        elif linted.roster.people and entry.when.author_at_least and not linted.roster.at_least(entry.when.author_at_least):
            rank = entry.when.author_at_least
            yield linted.problem(
                "escalate", entry.id, f"{call} never holds now: nobody on the roster ranks as {rank} or above", serious=False
            )


def _covering(entry: Escalation, at: int, escalations: tuple[Escalation, ...], known_rules: Collection[str]) -> Escalation | None:
    """Another one that asks for as much whenever this one holds. Of two that hold together the first one stays."""
    for position, other in enumerate(escalations):
        if position == at or level_rank(other.to) < level_rank(entry.to) or not implies(entry.when, other.when, known_rules):
            continue
        is_same = other.to == entry.to and implies(other.when, entry.when, known_rules)
        if not is_same or position < at:
            return other
    return None


def _lint_names(linted: Linted) -> Iterator[Problem]:
    policy, roster = linted.policy, linted.roster
    listed = [("groups", name, name, people) for name, people in policy.groups]
    listed.append(("break_glass", "who", "[break_glass]", policy.break_glass.who))
    known = [*(team for team, _ in roster.teams), *(person.login for person in roster.people)]
    for table, key, call, people in listed:
        for name in people if roster.people else ():
            if not roster.knows(name):
                text = f"{call} names {name}, whom the roster does not know{did_you_mean(name.lower(), known)}"
                yield linted.problem(table, key, text)
    for name in ("ops", "owners"):
        members = roster.members(dict(policy.groups).get(name, ()))
        if members and not members & roster.at_least("senior"):
            yield linted.problem("groups", name, f"no senior is in the group {name}, so any senior stands in for it")


def _lint_levels(linted: Linted) -> Iterator[Problem]:
    """Levels that nobody could satisfy. Whoever wrote the change does not count, so one person is not enough."""
    asked: dict[Level, Escalation] = {}
    for entry in reversed(linted.policy.escalations):
        asked[entry.to] = entry
    present = {person.login for person in linted.roster.people}
    for level in _REVIEWED:
        if level not in asked:
            continue
        rank, needed = ("mid", 1) if level == "peer" else ("senior", 2 if level == "dual" else 1)
        able = linted.roster.at_least(rank) & present
        call = f"level {level}, which {asked[level].id!r} asks for,"
        people = f"{needed} {'person' if needed == 1 else 'different people'} of rank {rank} or above"
        if len(able) < needed:
            yield Problem(linted.roster.source, 0, f"{call} can never be met: it needs {people}, and there {_are(len(able))}")
        elif len(able) == needed:
            text = f"{call} cannot be met for changes of {' or '.join(sorted(able))}: it needs {people} who had no part in the change"
            yield Problem(linted.roster.source, 0, text, serious=False)
    if "stop" in asked and not linted.policy.break_glass.who:
        text = f"level stop, which {asked['stop'].id!r} asks for, can only be overridden, and [break_glass] names nobody who may"
        yield linted.problem("escalate", asked["stop"].id, text, serious=False)


def _are(count: int) -> str:
    return "is nobody" if not count else f"{'is' if count == 1 else 'are'} {count}"


def lint_roster(data: bytes, roster: Roster, policy: Policy, now: int) -> tuple[Problem, ...]:
    """The problems of a roster file that can be read. `now` is in seconds since 1970."""
    found = []
    root = open_document(roster.source, data, PolicyError)
    line = root.document.line_of(("updated",))
    if policy.max_age_days is not None and not roster.updated:
        found.append(
            Problem(roster.source, 0, f"has no date 'updated', and the policy lets it age {policy.max_age_days} days: it gives no ranks")
        )
    elif policy.max_age_days is not None and now - roster.updated > policy.max_age_days * _SECONDS_A_DAY:
        found.append(Problem(roster.source, line, f"is older than {policy.max_age_days} days, as the policy allows: it gives no ranks"))
    ranks = root.table("rank", "[rank]")
    named = {rank: [name.strip().lower() for name in ranks.texts(rank)] for rank in RANKS}
    own = {name for names in named.values() for name in names}
    for person in roster.people:
        through = {rank for team, logins in roster.teams if person.login in logins for rank, names in named.items() if team in names}
        if len(through) > 1 and person.login not in own:
            text = f"{person.login} is in teams of different ranks and counts as {person.rank}; give them a rank of their own"
            found.append(Problem(roster.source, root.document.line_of(("rank",)), text, serious=False))
    if roster.people and all(person.away for person in roster.people if person.rank):
        found.append(Problem(roster.source, root.document.line_of(("away",)), "everybody with a rank is away, so nobody is proposed"))
    return tuple(sorted(found))
