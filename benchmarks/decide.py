"""What one decision costs: 50 findings, 200 people, 30 escalations, level dual, owners, approvals. Exits with 1 above the limit."""

import argparse
import gc
import sys
import time

from aicheck.model.change import Commit, Identity
from aicheck.model.finding import Finding
from aicheck.model.location import Location, Span
from aicheck.model.review import Approval, Review
from aicheck.model.rule import SEVERITIES
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.people import People
from aicheck.policy.policy import Policy, apply_policy
from aicheck.policy.policy_file import default_policy, load_policy
from aicheck.policy.roster import Roster
from aicheck.policy.roster_file import load_roster
from aicheck.readers.owners import parse_owners
from aicheck.readers.ownership import Owners

LIMIT_SECONDS = 0.001
FINDINGS, PEOPLE, ESCALATIONS = 50, 200, 30
HEAD = "a" * 40
NOW = 1_790_000_000
BATCH = 20
"""Decisions that are timed together."""


def make_roster() -> Roster:
    """200 people of all ranks in ten teams, each with two addresses."""
    ranks = ("junior", "mid", "senior", "principal")
    logins = [f"@p{number}" for number in range(PEOPLE)]
    lines = ["schema = 1", "[rank]"]
    lines += [f"{rank} = [{', '.join(repr(login) for login in logins[at::4])}]" for at, rank in enumerate(ranks)]
    lines += ["[identity]", *(f"'{login}' = ['{login[1:]}@acme.example', '{login[1:]}@home.example']" for login in logins)]
    lines += ["[team]", *(f"'@acme/t{team}' = [{', '.join(repr(login) for login in logins[team::10])}]" for team in range(10))]
    return load_roster("\n".join(lines).encode())


def make_policy() -> Policy:
    """The built-in escalations and as many more as make 30, with every kind of condition."""
    conditions = (
        'severity = "high", paths = ["src/{at}/**"]',
        'rules = ["family{at}/*"], provenance = ["assisted"]',
        'severity = "medium", target = ["production"], author_below = "senior"',
        'labels = ["label{at}"], branch = ["release/{at}/**"]',
        'hours = ["fri 15:00-24:00", "sat-sun"], lines_deleted = 5{at}',
    )
    levels = ("senior", "owner", "dual")
    text = 'schema = 1\n[groups]\nops = ["@acme/t3"]\n'
    for at in range(ESCALATIONS - len(default_policy().escalations)):
        when = conditions[at % len(conditions)].replace("{at}", str(at % 10))
        text += f'[[escalate]]\nid = "more-{at}"\nwhen = {{ {when} }}\nto = "{levels[at % len(levels)]}"\nwhy = "it matters"\n'
    return load_policy(text.encode(), known_rules())


def known_rules() -> tuple[str, ...]:
    """Rules of ten families."""
    return tuple(f"family{at}/bad" for at in range(10))


def make_findings() -> tuple[Finding, ...]:
    """50 findings in as many files, of all severities."""
    rules = known_rules()
    return tuple(
        Finding(
            rules[at % len(rules)],
            Location(f"src/{at % 10}/module_{at}.py", "after", Span(at + 1, 1, at + 1, 20)),
            "a hazard",
            SEVERITIES[at % len(SEVERITIES)],
            "high",
            "new",
            f"1:{at:032x}",
            "cst",
        )
        for at in range(FINDINGS)
    )


def seconds_per_decision(rounds: int) -> float:
    """The mean of the fastest batch: whatever else the machine does can only slow one down."""
    findings, policy, roster = make_findings(), make_policy(), make_roster()
    paths = tuple(finding.location.path for finding in findings)
    owners = parse_owners("".join(f"/{path} @acme/t{at % 5}\n" for at, path in enumerate(paths)))
    identities = [Identity("x", f"p{at}@acme.example") for at in range(5)]
    commits = tuple(Commit(f"{at:040x}", (), one, one, "Change") for at, one in enumerate(identities))
    approvals = tuple(Approval(f"@p{at}", HEAD, NOW - 60) for at in (2, 7, 10))
    review = Review(HEAD, now=NOW, approvals=approvals, load=tuple((f"@p{at}", at % 7) for at in range(PEOPLE)), branch="main")
    summary = ChangeSummary("marked", author_rank="junior", paths=paths, files=len(paths), lines_removed=300)
    judged = apply_policy(findings, policy)
    decision = decide(summary, judged, policy, People(roster, review, commits, Owners(owners)))
    if (len(findings), len(roster.people), len(policy.escalations), decision.level) != (FINDINGS, PEOPLE, ESCALATIONS, "dual"):
        raise SystemExit(f"this measures something else: {decision.level}, {len(policy.escalations)} escalations")
    gc.collect()
    samples = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(BATCH):
            decide(summary, judged, policy, People(roster, review, commits, Owners(owners)))
        samples.append((time.process_time() - started) / BATCH)
    return min(samples)


def show_decide(rounds: int) -> bool:
    """Print one line; True when the limit is kept."""
    seconds = seconds_per_decision(rounds)
    name = f"decide: {FINDINGS} findings, {PEOPLE} people, {ESCALATIONS} escalations"
    print(f"{name:<58} {seconds * 1000:7.3f} ms   limit {LIMIT_SECONDS * 1000:.2f} ms   {'ok' if seconds <= LIMIT_SECONDS else 'TOO SLOW'}")
    return seconds <= LIMIT_SECONDS


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="batches, of which the fastest counts")
    sys.exit(0 if show_decide(parser.parse_args().rounds) else 1)


if __name__ == "__main__":
    main()
