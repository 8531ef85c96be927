"""What the values of a resource's attributes stand for, and whether two of them are sure to differ."""

import re

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.resource_steps import folder_of
from aicheck.model.facts import Setting
from aicheck.model.location import Side
from aicheck.regex import regex

_VALUE = regex(r"(?:\$\{)?((?:var|local)\.\w+)\}?")
_NAMED = regex(r"\$\{((?:var|local)\.\w+)\}")
_FILLED_IN = regex(r"\$\{[^{}]{0,300}\}|\{\{.{0,300}?\}\}|%\{[^{}]{0,300}\}|\{[^{}\"':]{0,300}\}")
"""What only a run could tell inside of a text."""
_REFERENCE = regex(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){2,3}")
"""One resource's attribute: `aws_kms_key.main.arn`."""
MOST_TEXT = 500


def resolve(setting: Setting, pair: FilePair, change: ChangeFacts, side: Side) -> Setting:
    """The value behind `var.name` or `local.name` where a file of the same folder in the change holds it; else as it is."""
    if "." not in setting.value or len(setting.value) > MOST_TEXT or pair.language not in {"terraform", "json"}:
        return setting
    folder = folder_of(pair.before_path if side == "before" else pair.path)
    found = _VALUE.fullmatch(setting.value)
    if found is not None and setting.type == "expression":
        return change.terraform_values.get((side, folder, found[1]), setting)

    def fill_in(named: re.Match[str]) -> str:
        known = change.terraform_values.get((side, folder, named[1]))
        return known.value if known is not None and known.type != "expression" else named[0]

    text = _NAMED.sub(fill_in, setting.value)
    return setting if text == setting.value else Setting(setting.key, text, setting.type, setting.span)


def surely_differ(before: Setting, after: Setting) -> bool:
    """Whether no run could make the two values equal: literals, texts with the same parts to be filled in, two resources' attributes."""
    if before.value.strip() == after.value.strip() or "null" in {before.type, after.type}:
        return False
    if "expression" in {before.type, after.type}:
        is_reference = before.type == after.type and all(_REFERENCE.fullmatch(setting.value[:MOST_TEXT]) for setting in (before, after))
        return is_reference and not before.value.startswith(("data.", "each.", "local.", "module.", "var."))
    one, other = (setting.value[:MOST_TEXT] for setting in (before, after))
    return _FILLED_IN.findall(one) == _FILLED_IN.findall(other) and _plain(one) != _plain(other)


def _plain(text: str) -> str:
    """As providers compare names of places: `West Europe` is `westeurope`."""
    return text.lower().replace(" ", "").strip("\"'")
