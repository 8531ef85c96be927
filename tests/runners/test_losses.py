"""What a rule with `when: removed` takes for a loss, and what only moved."""

import json
from typing import Any

import pytest

from aicheck.catalogue import Catalogue
from aicheck.config import DEFAULTS
from aicheck.model.rule import Rule
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.rule_files import RuleFile
from aicheck.scan import Request, scan
from tests.changesets import Files, catalogue, change_set, new_findings

RULE = "lost/guard"
GUARDED = "function load(a) {\n  return guarded(a, work(a));\n}\n"
BARE = "function load(a) {\n  return work(a);\n}\n"
OTHER = "function other(b) {\n  return b;\n}\n"


def with_rule(**options: Any) -> Catalogue:
    definition = {"id": "x", "languages": ["javascript"], "severity": "ERROR", "message": "lost", "pattern": "guarded(...)"}
    own = {"extends": RULE, "when": "removed", "needles": [["guarded"]], **options}
    rule = definition | dict(own.pop("pattern", {})) | {"metadata": {"aicheck": own}}
    about = Rule(RULE, "Lost", "It is gone.", "Keep it.", "high", "high", "semgrep", "differential", ("javascript",))
    return Catalogue((about,), (), (RuleFile("lost/guard.yaml", json.dumps({"rules": [rule]}).encode(), is_built_in=False),), "")


def found(before: Files, after: Files, **options: Any) -> list[tuple[str, str, int, int]]:
    """(path, side, line, line before) of each loss."""
    request = Request(change_set(before, after), attribute_change(()), with_rule(**options), DEFAULTS, default_policy(), 1)
    report, _ = scan(request)
    assert not report.failures
    losses = [finding for finding in new_findings(report) if finding.before is not None]
    assert len(losses) == len(report.findings)
    return [(one.location.path, one.location.side, one.location.span.line, one.before.line) for one in losses if one.before]


LEFT: dict[str, Any] = {"leaves": {"pattern": "work(...)"}}


@pytest.mark.parametrize("options", [{}, LEFT], ids=["the function is left", "the work is left"])
def test_a_safeguard_that_went_is_a_loss(options: dict[str, Any]) -> None:
    assert [loss[0] for loss in found({"a.js": GUARDED}, {"a.js": BARE}, **options)] == ["a.js"]


def test_a_loss_stands_where_the_work_stands_now_and_quotes_what_stood_there() -> None:
    assert found({"a.js": GUARDED}, {"a.js": f"// moved down\n{BARE}"}, **LEFT) == [("a.js", "after", 3, 2)]


@pytest.mark.parametrize("options", [{}, LEFT], ids=["the function is left", "the work is left"])
@pytest.mark.parametrize(
    "after",
    [
        {"a.js": GUARDED.replace("(a, ", "(a, 5, ")},
        {"a.js": f"{OTHER}\n{GUARDED}"},
        {"a.js": OTHER},
        {"b.js": GUARDED},
        {"a.js": BARE + "function caller(a) {\n  return guarded(a, load(a));\n}\n"},
        {"a.js": "// load\n", "b.js": GUARDED},
    ],
    ids=["another argument", "pushed down", "the function went", "the file moved", "the caller guards", "the function moved"],
)
def test_what_changed_moved_or_went_as_a_whole_is_no_loss(after: Files, options: dict[str, Any]) -> None:
    assert found({"a.js": GUARDED}, after, **options) == []


def test_fewer_in_one_function_is_a_loss_although_another_one_has_it_still() -> None:
    both = GUARDED + GUARDED.replace("load", "save")
    after = BARE + GUARDED.replace("load", "save")
    assert len(found({"a.js": both}, {"a.js": after}, **LEFT)) == 1


def test_a_function_that_lost_it_while_it_was_renamed_is_found() -> None:
    assert len(found({"a.js": GUARDED}, {"a.js": BARE.replace("load", "load_all")}, **LEFT)) == 1


def test_values_tell_two_places_of_one_function_apart() -> None:
    options: dict[str, Any] = {
        "pattern": {"pattern": "route($PATH, guard, ...)"},
        "leaves": {"pattern": "route($PATH, ...)"},
        "same": ("$PATH",),
    }
    before = 'route("/a", guard, guarded);\nroute("/b", guarded);\n'
    assert len(found({"a.js": before}, {"a.js": 'route("/a", guarded);\nroute("/b", guarded);\n'}, **options)) == 1
    assert found({"a.js": before}, {"a.js": "route('/b', guarded);\nroute('/a', guard,  guarded);\n"}, **options) == []
    swapped = 'route("/a", guarded);\nroute("/b", guard, guarded);\n'
    assert len(found({"a.js": before}, {"a.js": swapped}, **options)) == 1


def test_a_safeguard_that_came_elsewhere_covers_all() -> None:
    options: dict[str, Any] = {**LEFT, "covers": {"pattern": "everywhere(...)"}}
    assert found({"a.js": GUARDED}, {"a.js": f"everywhere(guarded);\n{BARE}"}, **options) == []
    assert len(found({"a.js": f"everywhere(guarded);\n{GUARDED}"}, {"a.js": f"everywhere(guarded);\n{BARE}"}, **options)) == 1


def test_what_follows_a_guard_in_its_function_is_guarded() -> None:
    text = "function a(x) {\n  guarded(x);\n  work(x);\n}\nfunction b(x) {\n  work(x);\n}\n"
    after = text.replace("  guarded(x);\n", "")
    assert found({"a.js": text}, {"a.js": after}, **LEFT, follows=True) == [("a.js", "after", 2, 2)]
    assert found({"a.js": text}, {"a.js": after}, **LEFT) == []


def test_every_built_in_removal_says_what_is_left_and_asks_for_its_needles() -> None:
    removals = [rule for rule in catalogue().semgrep() if rule.is_removal]
    assert len(removals) >= 15
    assert all(rule.leaves and rule.needles for rule in removals)
