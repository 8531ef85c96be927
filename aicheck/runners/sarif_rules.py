"""The rules of another tool as rules of aicheck: made for one scan, from what the log says about them."""

import math
import re

from aicheck.model.rule import IMPORTED_FAMILY, Rule, Severity
from aicheck.regex import regex
from aicheck.runners.sarif_log import Descriptor, Message, Result, Run

MOST: Severity = "medium"
"""Another tool's finding is never worse unless the policy says so: aicheck cannot tell how often that tool cries wolf."""
TITLE_LIMIT = 80
_TEXT_LIMIT = 400
_NAME_LIMIT = 60
_MEDIUM_SCORE = 4.0
"""From here on, code scanning calls a security severity medium."""
_SERIOUS = frozenset({"error", "warning"})
_UNSAFE = regex(r"[^A-Za-z0-9._-]+")
_CWE = regex(r"(?:external/cwe/)?cwe[-_:]?0{0,5}([1-9][0-9]{0,4})(?![0-9])", re.IGNORECASE)
_ADDRESS = regex(r"https://[A-Za-z0-9.-]{1,200}(?:/[A-Za-z0-9._~/#?&=%+,@:-]{0,300})?")
_HEADING = regex(r"^#{1,6} .*$", re.MULTILINE)
_LINK = regex(r"\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")


class Rules:
    """The rules that one run describes."""

    def __init__(self, run: Run) -> None:
        components = (run.tool.driver, *(run.tool.extensions or ()))
        self.tool = clean(run.tool.driver.name or "", _NAME_LIMIT) or "unnamed"
        self.version = clean(run.tool.driver.version or run.tool.driver.semantic_version or "", _NAME_LIMIT)
        self._lists = [component.rules or () for component in components]
        self._by_id: dict[str, Descriptor] = {}
        for rules in self._lists:
            for rule in rules:
                self._by_id.setdefault(rule.id or "", rule)

    def describe(self, result: Result) -> tuple[str, Descriptor]:
        """The tool's own id of the result's rule and what the log says about it: nothing, an empty descriptor, where it is silent."""
        reference = result.rule
        identifier = result.rule_id or (reference.id if reference else None) or ""
        descriptor = self._by_id.get(identifier) or self._at_index(result) if identifier else self._at_index(result)
        if descriptor is None:  # `CA1000/1` is a case of the rule `CA1000`, section 3.27.5
            descriptor = self._by_id.get(identifier.rpartition("/")[0]) or Descriptor()
        return identifier or descriptor.id or "unnamed", descriptor

    def _at_index(self, result: Result) -> Descriptor | None:
        reference = result.rule
        index = result.rule_index
        component = -1
        if reference is not None:
            index = reference.index if index is None else index
            if reference.tool_component is not None and reference.tool_component.index is not None:
                component = reference.tool_component.index
        if index is None or index < 0 or not -1 <= component < len(self._lists) - 1:
            return None
        rules = self._lists[component + 1]
        return rules[index] if index < len(rules) else None


def rule_id(tool: str, rule: str) -> str:
    """`imported/TOOL.RULE` in letters, digits, `.`, `_` and `-` only, whatever the names hold."""
    return f"{IMPORTED_FAMILY}/{_safe(tool).lower()}.{_safe(rule)}"


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name[: 2 * _NAME_LIMIT]).strip("-.") or "unnamed"


def make_rule(identifier: str, rules: Rules, descriptor: Descriptor) -> Rule:
    """The catalogue's value of a rule of another tool. Its texts are one line each and hold no links."""
    title = _text(descriptor.short_description, TITLE_LIMIT) or clean(descriptor.name or descriptor.id or "", TITLE_LIMIT)
    tags = (descriptor.properties.tags if descriptor.properties else None) or ()
    address = descriptor.help_uri or ""
    return Rule(
        id=identifier,
        title=title.rstrip(".") or f"A finding of {rules.tool}",
        why=_text(descriptor.full_description, _TEXT_LIMIT) or f"{rules.tool} reports it.",
        instead=f"Do what the documentation of {rules.tool} says about this rule.",
        severity=severity_of(descriptor, None),
        confidence="medium",
        engine="sarif",
        kind="snapshot",
        languages=(),
        cwe=tuple(sorted({int(found[1]) for tag in tags[:50] if (found := _CWE.fullmatch(tag))})),
        references=(address,) if _ADDRESS.fullmatch(address) else (),
        security=_score(descriptor) is not None or "security" in tags,
        most=MOST,
        source=f"{rules.tool} {rules.version}".strip(),
    )


def severity_of(descriptor: Descriptor, result: Result | None) -> Severity:
    """Medium for an error, a warning or a security severity from 4.0 on, else low. A result that asks for a look only is low."""
    if result is not None and (result.kind or "fail") != "fail":
        return "low"
    default = descriptor.default_configuration
    level = (result.level if result else None) or (default.level if default else None) or "warning"
    return "medium" if level in _SERIOUS or (_score(descriptor) or 0) >= _MEDIUM_SCORE else "low"


def _score(descriptor: Descriptor) -> float | None:
    written = descriptor.properties.security_severity if descriptor.properties else None
    try:
        score = float(written) if written is not None else math.nan
    except ValueError:
        return None
    return score if math.isfinite(score) else None


def message_of(result: Result, descriptor: Descriptor) -> str:
    """What the result says, in one line without links; empty when it says nothing."""
    message = result.message
    if message.text or not message.id:
        return _text(message, _TEXT_LIMIT)
    text = _text((descriptor.message_strings or {}).get(message.id), _TEXT_LIMIT)
    for number, argument in enumerate((message.arguments or ())[:10]):
        text = text.replace(f"{{{number}}}", clean(argument, TITLE_LIMIT))
    return clean(text, _TEXT_LIMIT)


def _text(message: Message | None, limit: int) -> str:
    return clean(message.text or "", limit) if message is not None else ""


def clean(text: str, limit: int) -> str:
    """The text as one line of at most `limit` characters, without Markdown's headings, links reduced to their words.

    Reporters encode what is hidden in it.
    """
    words = _LINK.sub(r"\1", _HEADING.sub("", text[: 5 * limit])).replace("](", "] (")
    line = " ".join(words.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
