"""Semgrep rule files, and what their names promise."""

import pytest

from aicheck.catalogue import built_in_rules, load_catalogue
from aicheck.errors import RuleError
from aicheck.rule_files import RuleFile, find_rule_files, parse_rule_file

BUILT_IN = find_rule_files(built_in_rules(), is_built_in=True)


NAMED = [file for file in BUILT_IN if file.named_rule in load_catalogue().by_id()]
"""The others are parsed at once: their names promise nothing."""


def test_most_names_tell_of_a_rule() -> None:
    assert len(NAMED) > len(BUILT_IN) * 0.9


@pytest.mark.parametrize("file", NAMED, ids=lambda file: file.source)
def test_a_built_in_file_is_what_its_name_says(file: RuleFile) -> None:
    implementation = parse_rule_file(file).implementation
    assert implementation.rule == file.named_rule
    assert implementation.languages == file.named_languages


def test_a_catalogue_knows_the_same_rules_and_languages_however_it_was_loaded() -> None:
    late, whole = load_catalogue(), load_catalogue(whole=True)
    assert [(rule.id, rule.languages, rule.severity) for rule in late.rules] == [
        (rule.id, rule.languages, rule.severity) for rule in whole.rules
    ]
    assert late.digest == whole.digest
    assert late.semgrep() == whole.semgrep()


def test_only_files_in_the_languages_at_hand_are_read() -> None:
    found = load_catalogue().semgrep({"go", "yaml"})
    assert found
    assert {rule.languages for rule in found} == {("go",)}
    assert load_catalogue().semgrep({"yaml"}) == ()
    assert load_catalogue().semgrep(()) == ()


def test_a_file_that_is_no_rule_is_named() -> None:
    with pytest.raises(RuleError, match=r"lost/guard\.yaml is not one Semgrep rule"):
        parse_rule_file(RuleFile("lost/guard.yaml", b"rules: []", is_built_in=False))
