"""The blanket rule, as a policy to copy and as what others are compared with."""

from pathlib import Path

import pytest

import aicheck.policy
from aicheck.model.decision import Level
from aicheck.policy.blanket import blanket_instead_of
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.policy_file import default_policy, load_policy

from .cases import KNOWN, found


@pytest.mark.parametrize(
    ("summary", "level"),
    [
        (ChangeSummary("marked", author_rank="junior"), "senior"),
        (ChangeSummary("marked", author_rank="mid"), "senior"),
        (ChangeSummary("marked", author_rank="senior"), "none"),
        (ChangeSummary("marked"), "senior"),
        (ChangeSummary("unknown", author_rank="mid"), "senior"),
        (ChangeSummary("declared-none", author_rank="mid"), "senior"),
        (ChangeSummary("marked", author_rank="principal", incomplete=True, judge_paths=("CODEOWNERS",)), "none"),
    ],
)
def test_whom_it_asks_for(summary: ChangeSummary, level: Level) -> None:
    blanket = blanket_instead_of(default_policy())
    assert decide(summary, (), blanket).level == level
    assert decide(summary, (found("critical"),), blanket).level == level, "it does not look at findings"


def test_it_takes_over_which_changes_count_as_assisted() -> None:
    declared = load_policy(b'schema = 1\n[provenance]\nundeclared = "report"\n', KNOWN)
    assert decide(ChangeSummary("unknown"), (), blanket_instead_of(declared)).level == "none"
    assert decide(ChangeSummary("probable"), (), blanket_instead_of(declared)).level == "senior"


def test_the_file_adds_to_the_built_in_policy() -> None:
    file = Path(aicheck.policy.__file__).with_name("blanket.toml")
    policy = load_policy(file.read_bytes(), KNOWN)
    assert [entry.id for entry in policy.escalations] == [*(entry.id for entry in default_policy().escalations), "blanket"]
