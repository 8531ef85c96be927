"""Every rule's examples, through the whole scan: the bad ones are found, the look-alikes are not."""

from functools import cache

import pytest

from aicheck.config import DEFAULTS
from aicheck.model.rule import Example, Rule
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.rule_files import SemgrepRule
from aicheck.scan import Request, scan_together
from tests.changesets import catalogue, change_set, new_findings

RULES = catalogue().rules
RUN = 80
"""Examples of one run."""
EXAMPLES = [(rule, number, example) for rule in RULES for number, example in enumerate(rule.examples)]


def label(rule: Rule, number: int, example: Example) -> str:
    return f"{rule.id}-{number}-{'bad' if example.bad else 'good'}"


@cache
def shared_run(number: int) -> tuple[set[str], ...]:
    """What is found in each example of one run, every one a change of its own: starting the engines costs more than the examples."""
    examples = [example for _, _, example in EXAMPLES[number * RUN : (number + 1) * RUN]]
    changes = (change_set(dict(example.before), dict(example.after)) for example in examples)
    requests = [Request(change, attribute_change(()), catalogue(), DEFAULTS, default_policy(), 1) for change in changes]
    reports = [report for report, _ in scan_together(requests)]
    return tuple({finding.rule for finding in new_findings(report)} | ({"FAILED"} if report.failures else set()) for report in reports)


@pytest.mark.parametrize(
    ("index", "rule", "example"),
    [pytest.param(index, rule, example, id=label(rule, number, example)) for index, (rule, number, example) in enumerate(EXAMPLES)],
)
def test_example(index: int, rule: Rule, example: Example) -> None:
    found = shared_run(index // RUN)[index % RUN]
    assert "FAILED" not in found
    assert (rule.id in found) == example.bad


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_it_must(rule: Rule) -> None:
    """Metadata that the page, `explain` and SARIF need, and at least two examples of each kind."""
    assert len([example for example in rule.examples if example.bad]) >= 2
    assert len([example for example in rule.examples if not example.bad]) >= 2
    assert all(example.note for example in rule.examples), "a note says what makes an example good or bad"
    assert rule.title[0].isupper() and not rule.title.endswith(".")
    assert rule.why.endswith(".") and rule.instead.endswith(".")
    assert len(rule.title) <= 80


@pytest.mark.parametrize("implementation", catalogue().semgrep(), ids=lambda implementation: implementation.source)
def test_every_language_of_a_rule_has_examples(implementation: SemgrepRule) -> None:
    """An implementation for another language brings its own two bad and two good examples."""
    suffixes = {"go": (".go",), "javascript": (".js", ".jsx"), "typescript": (".ts", ".tsx"), "java": (".java",)}
    languages = implementation.languages
    wanted = tuple(suffix for language in languages for suffix in suffixes[language])
    rule = catalogue().by_id()[implementation.rule]
    own = [example for example in rule.examples if any(path.endswith(wanted) for path, _ in example.after)]
    assert len([example for example in own if example.bad]) >= 2
    assert len([example for example in own if not example.bad]) >= 2
