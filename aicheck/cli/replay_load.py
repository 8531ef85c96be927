"""What `aicheck replay` adds reviews up under: policy, roster and terms from the command line or the end of the range."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from aicheck.catalogue import load_catalogue
from aicheck.changes.git import open_repository
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import load_policy
from aicheck.policy.roster import NO_ROSTER
from aicheck.policy.roster_file import ROSTER_FILE, load_roster
from aicheck.replay.cost import Terms
from aicheck.replay.standards import Given, Standards
from aicheck.trusted import POLICY_FILE, TrustedFiles, fetch_shared, read_argument, read_trusted_side

OWN_POLICY = "that of each commit's parent"
OWN_ROSTER = "the roster of each commit's parent"


def adds_up_reviews(arguments: Mapping[str, Any]) -> bool:
    """True where not only outcomes are wanted but the reviews that they cost."""
    return bool(arguments["compare"] or arguments["html"])


def read_standards(arguments: Mapping[str, Any], folder: Path) -> tuple[Standards, Terms]:
    """What the commits are held against: the files that the command line names, else for reviews those at the end of the range.

    `folder` is a repository that is replayed; it holds what the policy extends.
    Raises PolicyError, UsageError and ChangeError before any commit is scanned.
    """
    policy, roster = _named(arguments["policy"]), _named(arguments["roster"])
    plugins: tuple[str, ...] = ()
    if adds_up_reviews(arguments) and arguments["revisions"]:
        trusted = _read_end(arguments)
        plugins = trusted.config(None).plugins
        policy = policy or Given(trusted.files.get(POLICY_FILE), f"{POLICY_FILE} at {trusted.place}")
        roster = roster or Given(trusted.files.get(ROSTER_FILE), f"{ROSTER_FILE} at {trusted.place}")
    people = load_roster(roster.data, roster.source) if roster else NO_ROSTER
    judge = _load(policy, plugins, folder) if policy else None
    terms = Terms(
        title=_title(arguments),
        policy=judge.source if judge else OWN_POLICY,
        undeclared=judge.undeclared if judge else None,
        roster=(people.source if people.people else "") if roster else OWN_ROSTER,
        seniors=arguments["seniors"] or len(people.at_least("senior")),
        seniors_stated=bool(arguments["seniors"]),
        minutes=arguments["minutes"],
        changes="table" if arguments["table"] else "first-parent" if arguments["first_parent"] else "no-merges",
        compared=bool(arguments["compare"]),
    )
    return Standards(policy, roster, arguments["first_parent"]), terms


def _named(file: Path | None) -> Given | None:
    return Given(read_argument(file), str(file)) if file is not None else None


def _load(policy: Given, plugins: tuple[str, ...], folder: Path) -> Policy:
    fetch = partial(fetch_shared, open_repository(folder))
    return load_policy(policy.data, load_catalogue(plugins).by_id().keys(), policy.source, fetch)


def _read_end(arguments: Mapping[str, Any]) -> TrustedFiles:
    git = open_repository(arguments["repo"])
    return read_trusted_side(git, git.resolve(arguments["revisions"].partition("..")[2] or "HEAD"))


def _title(arguments: Mapping[str, Any]) -> str:
    if arguments["table"]:
        return str(arguments["table"].name)
    return f"{arguments['repo'].absolute().name} {arguments['revisions']}"
