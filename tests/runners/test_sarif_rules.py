"""Rules of other tools: their ids, severities and texts, whatever the log holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.model.rule import Rule, is_imported
from aicheck.runners.sarif_rules import rule_id
from tests.runners.sarif_logs import Json, imported, one_file, result, run

CHANGE = one_file("", "a\nb\n")


def only_rule(one: Json, *rules: Json, **more: Any) -> Rule:
    (rule,) = imported(CHANGE, run(one, rules=rules, **more)).rules
    return rule


def severity(one: Json, *rules: Json) -> str | None:
    (match,) = imported(CHANGE, run(one, rules=rules)).matches
    return match.severity


@pytest.mark.parametrize(
    ("tool", "rule", "identifier"),
    [
        ("Bandit", "B101", "imported/bandit.B101"),
        ("Semgrep OSS", "python.lang.eval", "imported/semgrep-oss.python.lang.eval"),
        ("CodeQL", "py/sql-injection", "imported/codeql.py-sql-injection"),
        ("ESLint", "@typescript-eslint/no-explicit-any", "imported/eslint.typescript-eslint-no-explicit-any"),
        ("", "", "imported/unnamed.unnamed"),
        ("é", "../..", "imported/unnamed.unnamed"),
    ],
)
def test_ids(tool: str, rule: str, identifier: str) -> None:
    assert rule_id(tool, rule) == identifier


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_names_give_an_id_that_is_safe_everywhere(tool: str, rule: str) -> None:
    identifier = rule_id(tool, rule)
    assert is_imported(identifier)
    assert len(identifier) < 260
    assert ".." not in identifier or ".." in tool + rule


def test_a_rule_that_the_log_describes() -> None:
    described = {
        "id": "R1",
        "name": "SomeRule",
        "shortDescription": {"text": "A thing is wrong."},
        "fullDescription": {"text": "## What it does\nIt breaks\nat night."},
        "helpUri": "https://example.com/rules/R1",
        "defaultConfiguration": {"level": "note"},
        "properties": {"tags": ["security", "external/cwe/cwe-089", "cwe-x", "other"], "security-severity": "8.1"},
    }
    rule = only_rule(result(), described)
    assert (rule.id, rule.title, rule.why, rule.engine) == ("imported/lint.R1", "A thing is wrong", "It breaks at night.", "sarif")
    assert (rule.cwe, rule.references, rule.security, rule.severity) == ((89,), ("https://example.com/rules/R1",), True, "medium")


def test_a_rule_that_the_log_says_nothing_about() -> None:
    rule = only_rule(result())
    assert (rule.title, rule.why, rule.references, rule.cwe) == ("A finding of Lint", "Lint reports it.", (), ())


def test_rules_by_index_in_the_driver_and_in_an_extension() -> None:
    tool = {"driver": {"name": "Lint", "rules": [{"id": "D0"}, {"id": "D1"}]}, "extensions": [{"name": "x", "rules": [{"id": "E0"}]}]}
    places: list[Json] = [
        {"ruleIndex": 1},
        {"rule": {"index": 0}},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"ruleIndex": 9},
        {"ruleIndex": -1},
    ]
    results = [{**{key: value for key, value in result().items() if key != "ruleId"}, **place} for place in places]
    found = imported(CHANGE, {"tool": tool, "results": results})
    assert [match.rule.rpartition(".")[2] for match in found.matches] == ["D1", "D0", "E0", "unnamed", "unnamed"]


def test_a_case_of_a_rule_has_its_description() -> None:
    assert only_rule(result(rule="CA1000/1"), {"id": "CA1000", "shortDescription": {"text": "Known"}}).title == "Known"


@pytest.mark.parametrize(
    ("one", "rule", "expected"),
    [
        ({}, {}, "medium"),
        ({"level": "error"}, {}, "medium"),
        ({"level": "warning"}, {}, "medium"),
        ({"level": "note"}, {}, "low"),
        ({"level": "none"}, {}, "low"),
        ({"level": "critical"}, {}, "low"),
        ({}, {"defaultConfiguration": {"level": "note"}}, "low"),
        ({"level": "note"}, {"properties": {"security-severity": "9.8"}}, "medium"),
        ({"level": "note"}, {"properties": {"security-severity": 4}}, "medium"),
        ({"level": "note"}, {"properties": {"security-severity": "2.1"}}, "low"),
        ({"level": "note"}, {"properties": {"security-severity": "banana"}}, "low"),
        ({"level": "note"}, {"properties": {"security-severity": "nan"}}, "low"),
        ({"level": "note"}, {"properties": {"security-severity": "inf"}}, "low"),
        ({"level": "error", "kind": "review"}, {}, "low"),
    ],
)
def test_severity_is_medium_at_most(one: Json, rule: Json, expected: str) -> None:
    assert severity(result(**one), {"id": "R1", **rule}) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "calls [eval](1) in\n[this file](https://example.com/x)"}, "calls eval in this file"),
        ({"text": "![x](https://example.com/x.png)"}, "!x"),
        ({"id": "default", "arguments": ["eval", "{1}"]}, "eval is used {1} times"),
        ({"id": "missing"}, "The rule's title"),
        ({}, "The rule's title"),
        ({"text": "a" * 10_000_000}, "a" * 99 + "…"),
    ],
)
def test_messages(message: Json, expected: str) -> None:
    rule = {"id": "R1", "shortDescription": {"text": "The rule's title"}, "messageStrings": {"default": {"text": "{0} is used {1} times"}}}
    (match,) = imported(CHANGE, run({**result(), "message": message}, rules=(rule,))).matches
    assert match.message == expected


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://example.com", "https://example.com/\x1b[31m", "https://a b", "https://x/>y"]
)
def test_an_address_that_is_none_is_not_linked(address: str) -> None:
    assert only_rule(result(), {"id": "R1", "helpUri": address}).references == ()


def test_texts_hold_no_links_and_end() -> None:
    text = {"text": "[[[[" * 50_000 + "](https://example.com/x)" + "`" * 1000}
    rule = only_rule(result(), {"id": "R1", "shortDescription": text, "fullDescription": text})
    assert len(rule.title) <= 80
    assert len(rule.why) <= 400
    assert "](" not in rule.why
