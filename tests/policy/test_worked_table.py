"""Author, finding and approvals against level and verdict: the table that a team would agree on."""

import pytest
from msgspec.structs import replace

from aicheck.model.decision import Decision
from aicheck.model.rule import Severity
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.participants import lowest_author_rank
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import load_policy
from aicheck.readers.owners import parse_owners
from aicheck.readers.ownership import Owners

from .cases import KNOWN, found
from .people import EARLIER, approved, people

POLICY: Policy = load_policy(b'schema = 1\n[groups]\nops = ["@acme/sre"]\n', KNOWN)


def judge(author: str, severity: Severity | None, *approvals: tuple[str, str], **facts: object) -> Decision:
    company = people(author, *(approved(by, commit) for by, commit in approvals))
    rank = lowest_author_rank(company.commits, company.review, company.roster)
    summary = replace(ChangeSummary("marked", author_rank=rank, paths=("app.py",)), **facts)
    return decide(summary, (found(severity),) if severity else (), POLICY, company)


HEAD = "a" * 40
JO, MI, SE = "jo@acme.example", "mi@acme.example", "se@acme.example"


@pytest.mark.parametrize(
    ("author", "severity", "approvals", "level", "verdict"),
    [
        (JO, None, [], "none", "satisfied"),
        (JO, "medium", [], "ack", "pending"),
        (JO, "high", [], "senior", "pending"),
        (JO, "high", [("@mi", HEAD)], "senior", "pending"),
        (JO, "high", [("@se", HEAD)], "senior", "satisfied"),
        (JO, "high", [("@se", EARLIER)], "senior", "pending"),
        (SE, "high", [], "peer", "pending"),
        (SE, "high", [("@mi", HEAD)], "peer", "satisfied"),
        (SE, "high", [("@jo", HEAD)], "peer", "pending"),
        (SE, "critical", [("@op", HEAD)], "dual", "pending"),
        (SE, "critical", [("@op", HEAD), ("@ops", HEAD)], "dual", "satisfied"),
        (SE, "critical", [("@ops", HEAD)], "dual", "pending"),
        (MI, "critical", [("@se", HEAD), ("@op", HEAD)], "dual", "pending"),
    ],
)
def test_who_must_look(author: str, severity: Severity | None, approvals: list[tuple[str, str]], level: str, verdict: str) -> None:
    decision = judge(author, severity, *approvals)
    assert (decision.level, decision.verdict) == (level, verdict), decision


@pytest.mark.parametrize("state", ["unknown", "declared-none"])
def test_an_undeclared_change_and_one_declared_human_count_as_assisted(state: str) -> None:
    assert judge(MI, "high", state=state).level == "senior"


def test_an_agent_alone_needs_an_owner_and_its_operator_is_none() -> None:
    company = people("198982749+copilot@users.noreply.github.com", approved("@se"), message="Change\n\nOn-behalf-of: @se")
    summary = ChangeSummary(state="marked", agent=True, author_kind="bot", paths=("app.py",))
    refused = decide(summary, (found("medium"),), POLICY, company)
    assert (refused.level, refused.verdict) == ("owner", "pending")
    assert [entry.reason for entry in refused.not_counted] == ["is of the person who drove the agent"]
    other = people("198982749+copilot@users.noreply.github.com", approved("@op"), message="Change\n\nOn-behalf-of: @se")
    assert decide(summary, (found("medium"),), POLICY, other).verdict == "satisfied"


def test_changed_rules_need_an_owner_whoever_wrote_them() -> None:
    decision = judge(SE, None, ("@op", HEAD), judge_paths=("CODEOWNERS",))
    assert (decision.level, decision.verdict) == ("owner", "satisfied")


def test_a_file_that_could_not_be_read_needs_a_senior() -> None:
    assert judge(SE, None, incomplete=True, unread=("app.py",)).level == "senior"


def test_what_is_missing_is_named_with_the_people_who_can_give_it() -> None:
    need = judge(SE, "critical", ("@op", HEAD)).needs[0]
    assert need.missing == ("a senior of the group ops",)
    assert need.candidates == ("@ops",)


def test_whoever_owned_a_moved_file_must_look_too() -> None:
    rules = load_policy(b'schema = 1\n[[escalate]]\nid = "own"\nwhen = { severity = "high" }\nto = "owner"\nwhy = "x"\n', KNOWN)
    finding = found("high", path="scratch/app.py")
    summary = ChangeSummary(
        "marked", author_rank="junior", paths=("infra/app.py", "scratch/app.py"), moves=(("scratch/app.py", "infra/app.py"),)
    )
    owners = Owners(parse_owners("/infra/ @se\n/scratch/ @op\n"))
    alone = replace(people(JO, approved("@op")), owners=owners)
    decision = decide(summary, (finding,), rules, alone)
    assert [need.missing for need in decision.needs if need.level == "owner"] == [("a senior who owns infra/app.py",)]
    both = replace(people(JO, approved("@op"), approved("@se")), owners=owners)
    assert decide(summary, (finding,), rules, both).verdict == "satisfied"
