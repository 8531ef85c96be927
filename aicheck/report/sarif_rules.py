"""The tool part of a SARIF log: rules, the weaknesses they refer to, engines and notification kinds."""

from collections.abc import Sequence
from typing import Any

from aicheck.model.decision import Report
from aicheck.model.rule import Confidence, Rule, Severity, is_imported
from aicheck.report.encode import cut, visible
from aicheck.report.markdown_text import prose
from aicheck.report.rule_page import render_example

INFORMATION_URI = "urn:aicheck"
"""The project's name as a URI; becomes its address when it has one."""
DESCRIPTION_LIMIT = 1024
"""Characters that GitHub takes of a description."""
MOST_TAGS = 10
"""Tags of a rule that GitHub shows."""

LEVELS: dict[Severity, str] = {"low": "note", "medium": "warning", "high": "error", "critical": "error"}
_PROBLEM: dict[Severity, str] = {"low": "recommendation", "medium": "warning", "high": "error", "critical": "error"}
_SECURITY: dict[Severity, str] = {"low": "2.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}
_PRECISION: dict[Confidence, str] = {"low": "low", "medium": "medium", "high": "high"}

_NOTIFICATIONS = (
    ("aicheck/not-analyzed", "NotAnalyzed", "A file could not be analyzed.", "Make the file readable, or have a person review it instead."),
    ("aicheck/engine-failed", "EngineFailed", "An engine or a rule failed.", "Run `aicheck doctor`; findings of the others stand."),
    (
        "aicheck/internal-error",
        "InternalError",
        "aicheck itself failed.",
        "Report it with the version of aicheck; the change counts as not judged.",
    ),
)
NOTIFICATION_INDEX = {notification[0]: index for index, notification in enumerate(_NOTIFICATIONS)}


def driver(version: str, rules: Sequence[Rule]) -> dict[str, Any]:
    """The tool component of aicheck itself."""
    numbers = _weaknesses(rules)
    component: dict[str, Any] = {
        "name": "aicheck",
        "version": version,
        "semanticVersion": version,
        "informationUri": INFORMATION_URI,
        "rules": [_rule(rule, numbers) for rule in rules],
        "notifications": [_notification(*notification) for notification in _NOTIFICATIONS],
    }
    if numbers:
        component["supportedTaxonomies"] = [{"name": "CWE", "index": 0}]
    return component


def extensions(report: Report) -> list[dict[str, Any]]:
    """The engines as tool components, in the report's order."""
    return [{"name": name, "version": version} for name, version in report.trusted.engines]


def taxonomies(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The weaknesses that the rules refer to; empty when there are none."""
    taxa = [{"id": str(number), "helpUri": f"https://cwe.mitre.org/data/definitions/{number}.html"} for number in _weaknesses(rules)]
    if not taxa:
        return []
    description = "Common Weakness Enumeration, a list of kinds of weakness in software."
    return [
        {
            "name": "CWE",
            "organization": "MITRE",
            "informationUri": "https://cwe.mitre.org/",
            "shortDescription": {"text": description},
            "isComprehensive": False,
            "taxa": taxa,
        }
    ]


def _weaknesses(rules: Sequence[Rule]) -> list[int]:
    return sorted({number for rule in rules for number in rule.cwe})


def _rule(rule: Rule, numbers: list[int]) -> dict[str, Any]:
    tags = [rule.family, *["security"] * rule.security, *(f"external/cwe/cwe-{number:03}" for number in rule.cwe)]
    properties = {
        "tags": tags[:MOST_TAGS],
        "precision": _PRECISION[rule.confidence],
        "problem.severity": _PROBLEM[rule.severity],
        **({"security-severity": _SECURITY[rule.severity]} if rule.security else {}),
    }
    value: dict[str, Any] = {
        "id": rule.id,
        "name": pascal_case(rule.name or rule.id),
        "shortDescription": {"text": cut(_sentence(visible(rule.title)), DESCRIPTION_LIMIT)},
        "fullDescription": {"text": cut(_sentence(visible(rule.why)), DESCRIPTION_LIMIT)},
        "help": {"text": _help_text(rule), "markdown": _help_markdown(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": properties,
    }
    addresses = [reference for reference in rule.references if reference.startswith("https://")]
    if addresses:
        value["helpUri"] = addresses[0]
    if rule.cwe:
        value["relationships"] = [
            {
                "target": {"id": str(number), "index": numbers.index(number), "toolComponent": {"name": "CWE", "index": 0}},
                "kinds": ["relevant"],
            }
            for number in rule.cwe
        ]
    return value


def _help_text(rule: Rule) -> str:
    return f"{_sentence(visible(rule.why))}\n\nInstead: {_sentence(visible(rule.instead))}\n\nMore: {_more(rule)}"


def _help_markdown(rule: Rule) -> str:
    parts = [_sentence(prose(rule.why)), f"**Instead:** {_sentence(prose(rule.instead))}"]
    for title, bad in (("Found", True), ("Not found", False)):
        example = next((example for example in rule.examples if example.bad is bad), None)
        parts += [f"### {title}", render_example(example)] if example else []
    more = _more(rule)
    return "\n\n".join((*parts, f"More: <{more}>" if more in rule.references else f"More: `{more}`"))


def _more(rule: Rule) -> str:
    """Where the rule is explained; one of another tool at the address that its log gives, if any."""
    return rule.references[0] if is_imported(rule.id) and rule.references else f"aicheck explain {rule.id}"


def _notification(identity: str, name: str, what: str, advice: str) -> dict[str, Any]:
    return {
        "id": identity,
        "name": name,
        "shortDescription": {"text": what},
        "fullDescription": {"text": f"{what} Nothing is known about what was lost, so it counts against the change."},
        "help": {"text": advice, "markdown": advice},
        "defaultConfiguration": {"level": "error"},
    }


def pascal_case(name: str) -> str:
    """`retry-without-stop` as `RetryWithoutStop`."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("/", "-").replace("_", "-").replace(".", "-").split("-"))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
