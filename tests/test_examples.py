"""Every rule's examples, through the whole scan: the bad ones are found, the look-alikes are not."""

from collections import defaultdict
from functools import cache

import pytest

from aicheck.catalogue import SemgrepRule
from aicheck.model.rule import Example, Rule
from tests.changesets import catalogue, new_findings, scan_files

RULES = catalogue().rules
EXAMPLES = [(rule, number, example) for rule in RULES for number, example in enumerate(rule.examples)]


def label(rule: Rule, number: int, example: Example) -> str:
    return f"{rule.id}-{number}-{'bad' if example.bad else 'good'}"


def is_plain(rule: Rule, example: Example) -> bool:
    """True for examples that can share one scan: a file of a snapshot rule says the same whatever stands beside it."""
    return rule.kind == "snapshot" and not example.before


@cache
def shared_scan() -> dict[str, set[str]]:
    """Folder of the example -> rules found in it, and `FAILED` where something could not be read."""
    after = {
        f"x{index}/{path}": text
        for index, (rule, _, example) in enumerate(EXAMPLES)
        if is_plain(rule, example)
        for path, text in example.after
    }
    report, _ = scan_files({}, after)
    found: dict[str, set[str]] = defaultdict(set)
    for finding in new_findings(report):
        found[finding.location.path.partition("/")[0]].add(finding.rule)
    for failure in report.failures:
        found[failure.path.partition("/")[0]].add("FAILED")
    return found


def rules_found(index: int, rule: Rule, example: Example) -> set[str]:
    if is_plain(rule, example):
        return shared_scan()[f"x{index}"]
    report, _ = scan_files(dict(example.before), dict(example.after))
    return {finding.rule for finding in new_findings(report)} | ({"FAILED"} if report.failures else set())


@pytest.mark.parametrize(
    ("index", "rule", "example"),
    [pytest.param(index, rule, example, id=label(rule, number, example)) for index, (rule, number, example) in enumerate(EXAMPLES)],
)
def test_example(index: int, rule: Rule, example: Example) -> None:
    found = rules_found(index, rule, example)
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


@pytest.mark.parametrize("implementation", catalogue().semgrep, ids=lambda implementation: implementation.source)
def test_every_language_of_a_rule_has_examples(implementation: SemgrepRule) -> None:
    """An implementation for another language brings its own two bad and two good examples."""
    suffixes = {"go": (".go",), "javascript": (".js", ".jsx"), "typescript": (".ts", ".tsx"), "java": (".java",)}
    languages = implementation.languages
    wanted = tuple(suffix for language in languages for suffix in suffixes[language])
    rule = catalogue().by_id()[implementation.rule]
    own = [example for example in rule.examples if any(path.endswith(wanted) for path, _ in example.after)]
    assert len([example for example in own if example.bad]) >= 2
    assert len([example for example in own if not example.bad]) >= 2
