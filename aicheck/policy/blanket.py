"""The blanket rule: every AI-assisted change by a junior or mid-level engineer needs a senior. What policies are compared with."""

from functools import cache
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import load_policy

BLANKET: Final = "blanket"


def read_blanket() -> str:
    """The rule as the text of a policy file."""
    return Path(__file__).with_name("blanket.toml").read_text("utf-8")


@cache
def _ready_policy() -> Policy:
    return load_policy(read_blanket().encode(), (), "the blanket rule")


def blanket_instead_of(policy: Policy) -> Policy:
    """The blanket rule alone, with all else (who counts as AI-assisted, ranks, roster terms) as in `policy`."""
    escalations = tuple(entry for entry in _ready_policy().escalations if entry.id == BLANKET)
    return replace(policy, source=BLANKET, escalations=escalations, rules=())
