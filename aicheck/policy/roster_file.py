"""The roster file of a repository into a `Roster`: `.aicheck/people.toml`. Strict, as the policy file is."""

import datetime
from typing import Final

from aicheck.config import Section, did_you_mean, open_document
from aicheck.errors import PolicyError
from aicheck.policy.levels import RANKS
from aicheck.policy.roster import NO_ROSTER, Person, Roster, normal_identity

ROSTER_FILE: Final = ".aicheck/people.toml"
SCHEMA: Final = 1


def load_roster(data: bytes | None, source: str = ROSTER_FILE) -> Roster:
    """The people of a roster file; nobody when there is none (None).

    ```toml
    schema = 1
    updated = 2026-11-01
    away = ["@bob"]
    [rank]
    senior = ["@alice", "@acme/staff"]      # people, or teams of the file
    [identity]
    "@alice" = ["alice@acme.example", "SHA256:..."]
    [team]
    "@acme/staff" = ["@alice", "@bob"]
    ```

    A person's own entry outweighs a team's; between teams the highest rank wins. Raises PolicyError for an unknown key or
    rank, a name without `@`, a team that is not in the file, or an identity that two people claim.
    """
    if data is None:
        return NO_ROSTER
    root = open_document(source, data, PolicyError)
    root.allow("schema", "updated", "away", "rank", "identity", "team")
    if root.count("schema", 1_000) != SCHEMA:
        root.fail("schema", f"must begin with schema = {SCHEMA}")
    teams = _read_teams(root.table("team", "[team]"))
    ranks = _read_ranks(root.table("rank", "[rank]"), teams)
    identities = _read_identities(root.table("identity", "[identity]"))
    away = {_name(root, "away", text) for text in root.texts("away")}
    logins = sorted({*ranks, *identities, *(login for members in teams.values() for login in members)})
    if unknown := sorted(away.difference(logins)):
        root.fail("away", f"names {unknown[0]!r}, who is nowhere else in the file{did_you_mean(unknown[0], logins)}")
    people = tuple(Person(login, ranks.get(login, ""), identities.get(login, ()), login in away) for login in logins)
    return Roster(people, tuple(sorted(teams.items())), source, _read_date(root))


def _read_teams(section: Section) -> dict[str, tuple[str, ...]]:
    teams = {}
    for key in section.values:
        members = tuple(sorted({_name(section, key, text) for text in section.texts(key)}))
        teams[_name(section, key, key)] = members
    for team, members in teams.items():
        if nested := sorted(set(members) & teams.keys()):
            section.fail(team, f"has the team {nested[0]!r} as a member; name its people")
    return teams


def _read_ranks(section: Section, teams: dict[str, tuple[str, ...]]) -> dict[str, str]:
    section.allow(*RANKS)
    own: dict[str, str] = {}
    through_team: dict[str, str] = {}
    for rank in RANKS:  # ascending, so that the highest of several teams stays
        for text in section.texts(rank):
            name = _name(section, rank, text)
            if name in teams:
                through_team.update(dict.fromkeys(teams[name], rank))
            elif "/" in name:
                section.fail(rank, f"names the team {text!r}, which [team] does not list")
            elif own.setdefault(name, rank) != rank:
                section.fail(rank, f"names {text!r} a second time, as {own[name]} and as {rank}")
    return through_team | own


def _read_identities(section: Section) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    owner: dict[str, str] = {}
    for key in section.values:
        login = _name(section, key, key)
        found[login] = tuple(normal_identity(text) for text in section.texts(key))
        for name in found[login]:
            if owner.setdefault(name, login) != login:
                section.fail(key, f"claims {name!r}, which belongs to {owner[name]!r} too")
    return found


def _name(section: Section, key: str, text: str) -> str:
    if not text.startswith("@") or len(text) < len("@x"):
        section.fail(key, f"has the name {text!r}; write people and teams with an @: '@{text}'")
    return normal_identity(text)


def _read_date(root: Section) -> int:
    value = root.values.get("updated")
    if value is None:
        return 0
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        root.fail("updated", "must have a date as 'updated': updated = 2026-11-01")
    moment = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    return int(moment.timestamp())
