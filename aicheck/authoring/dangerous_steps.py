"""The ways in which a setting may change for the worse. Each says which steps it means and how to call them."""

import re
from fractions import Fraction

import msgspec

from aicheck.authoring.setting_tree import SettingStep, is_position
from aicheck.authoring.wording import clip
from aicheck.model.facts import Setting
from aicheck.model.rule import Severity
from aicheck.readers.quantity import Quantity, parse_quantity

UNLIMITED_WORDS = frozenset(
    {"", "disabled", "false", "infinite", "infinity", "inf", "never", "nil", "no", "none", "null", "off", "undefined", "unlimited"}
)
ON = frozenset({"true", "yes", "on", "enabled", "enable", "1"})
OFF = frozenset({"false", "no", "off", "disabled", "disable", "0"})
VALUE_WIDTH = 24


class DangerousStep(msgspec.Struct, frozen=True):
    """One way; subclasses say which steps they mean."""

    severity: Severity

    def describe(self, step: SettingStep) -> str:
        """What the step does, for a message; empty when the step is not of this way."""
        raise NotImplementedError


class Falls(DangerousStep, frozen=True):
    """An amount falls by a factor, and not to zero."""

    by: int = 5

    def describe(self, step: SettingStep) -> str:
        """As in `falls 6-fold: 6 -> 1`."""
        factor = _factor(step.old, step.new)
        return f"falls {int(factor):,}-fold: {_shown(step)}" if factor is not None and factor >= self.by else ""


class Rises(DangerousStep, frozen=True):
    """An amount rises by a factor."""

    by: int = 5

    def describe(self, step: SettingStep) -> str:
        """As in `rises 50-fold: 20 -> 1000`."""
        factor = _factor(step.new, step.old)
        return f"rises {int(factor):,}-fold: {_shown(step)}" if factor is not None and factor >= self.by else ""


class ToZero(DangerousStep, frozen=True):
    """A positive amount becomes zero."""

    def describe(self, step: SettingStep) -> str:
        """As in `falls to zero: 6 -> 0`."""
        before, after = _amount(step.old), _amount(step.new)
        is_fall = before is not None and before.amount > 0 and after is not None and after.amount == 0
        return f"falls to zero: {_shown(step)}" if is_fall else ""


class FromZero(DangerousStep, frozen=True):
    """An amount that was zero or off, which meant never, becomes positive."""

    def describe(self, step: SettingStep) -> str:
        """As in `comes into force: 0 -> 5m`."""
        before, after = _amount(step.old), _amount(step.new)
        was_off = step.old is not None and (step.old.value.lower() in UNLIMITED_WORDS if before is None else before.amount <= 0)
        return f"comes into force: {_shown(step)}" if was_off and after is not None and after.amount > 0 else ""


class Unlimited(DangerousStep, frozen=True):
    """An amount becomes no limit: null, off, a negative number, and zero where `zero` says that it means none."""

    zero: bool = False

    def describe(self, step: SettingStep) -> str:
        """As in `loses its limit: 30 -> none`."""
        before = _amount(step.old)
        if before is None or before.amount <= 0 or step.new is None:
            return ""
        after = _amount(step.new)
        if after is None:
            is_none = step.new.type in {"null", "string", "boolean", "expression"} and step.new.value.lower() in UNLIMITED_WORDS
        else:
            is_none = after.amount < 0 or (self.zero and after.amount == 0)
        return f"loses its limit: {_shown(step)}" if is_none else ""


class Removed(DangerousStep, frozen=True):
    """The setting or block goes while what it stood in stays."""

    def describe(self, step: SettingStep) -> str:
        """As in `is removed (was 30s)`."""
        if step.after or not step.before or is_position(step.key[-1]):
            return ""
        return f"is removed (was {clip(step.old.value, VALUE_WIDTH)})" if step.old else "is removed"


class Added(DangerousStep, frozen=True):
    """The setting or block is new in something that stood there before."""

    def describe(self, step: SettingStep) -> str:
        """As in `is added: 15m`."""
        if step.before or not step.after or is_position(step.key[-1]):
            return ""
        return f"is added: {clip(step.new.value, VALUE_WIDTH)}" if step.new else "is added"


class Becomes(DangerousStep, frozen=True):
    """The value becomes one of `values` (compared in lower case) and was another one, or nothing where `added` says so."""

    values: frozenset[str] = frozenset()
    added: bool = False
    pattern: str = ""
    """Or the value matches this expression as a whole."""

    def describe(self, step: SettingStep) -> str:
        """As in `becomes Recreate (was RollingUpdate)`."""
        if step.new is None or not self._is_meant(step.new.value) or (step.old is None and (step.before or not self.added)):
            return ""
        if step.old is None:
            return f"is added: {clip(step.new.value, VALUE_WIDTH)}"
        return "" if self._is_meant(step.old.value) else f"becomes {clip(step.new.value, VALUE_WIDTH)} (was {_text(step.old)})"

    def _is_meant(self, value: str) -> bool:
        return value.strip().lower() in self.values or bool(self.pattern and re.fullmatch(self.pattern, value.strip()))


class Leaves(DangerousStep, frozen=True):
    """The value was one of `values` and becomes another one, or goes where `removed` says so."""

    values: frozenset[str] = frozenset()
    removed: bool = True

    def describe(self, step: SettingStep) -> str:
        """As in `was true, is false`."""
        if step.old is None or step.old.value.lower() not in self.values:
            return ""
        if step.new is None:
            return f"is removed (was {_text(step.old)})" if self.removed and not step.after else ""
        return "" if step.new.value.lower() in self.values else f"was {_text(step.old)}, is {_text(step.new)}"


class Changes(DangerousStep, frozen=True):
    """The value becomes any other one; the same amount in other units is no change."""

    def describe(self, step: SettingStep) -> str:
        """As in `changes: a -> b`."""
        if step.old is None or step.new is None or step.old.value.strip() == step.new.value.strip():
            return ""
        before, after = _amount(step.old), _amount(step.new)
        return "" if before is not None and before == after else f"changes: {_shown(step)}"


class ItemLost(DangerousStep, frozen=True):
    """A value goes from a list, others stay."""

    def describe(self, step: SettingStep) -> str:
        """As in `loses the item main`."""
        is_item = bool(step.key) and is_position(step.key[-1]) and not step.after
        return f"loses the item {_text(step.old)}" if is_item and step.old else ""


class ItemGained(DangerousStep, frozen=True):
    """A value that matches `pattern` as a whole comes into a list."""

    pattern: str = ".*"

    def describe(self, step: SettingStep) -> str:
        """As in `gains the item 0.0.0.0/0`."""
        is_item = bool(step.key) and is_position(step.key[-1]) and not step.before
        return f"gains the item {_text(step.new)}" if is_item and step.new and re.fullmatch(self.pattern, step.new.value) else ""


def turned_off(severity: Severity, *, removed: bool = False) -> Leaves:
    """A switch that was on is off, or gone where `removed` says so."""
    return Leaves(severity, ON, removed)


def turned_on(severity: Severity, *, added: bool = False) -> Becomes:
    """A switch that was off is on, or comes on where `added` says so."""
    return Becomes(severity, ON, added)


def _amount(setting: Setting | None) -> Quantity | None:
    return parse_quantity(setting.value, _name(setting)) if setting is not None else None


def _name(setting: Setting) -> str:
    return setting.key[-1] if setting.key else ""


def _factor(larger: Setting | None, smaller: Setting | None) -> Fraction | None:
    """How many times the larger amount holds the smaller one; None when they are not two positive amounts of one kind."""
    one, other = _amount(larger), _amount(smaller)
    if one is None or other is None or one.kind != other.kind or one.amount <= 0 or other.amount <= 0:
        return None
    return one.amount / other.amount


def _text(setting: Setting) -> str:
    return clip(setting.value, VALUE_WIDTH) or "nothing"


def _shown(step: SettingStep) -> str:
    return " -> ".join(_text(setting) for setting in (step.old, step.new) if setting is not None)
