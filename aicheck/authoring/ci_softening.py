"""How a check that still stands lets through what it stopped before."""

import re
from collections.abc import Iterator
from fractions import Fraction

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.ci_checks import STRONG, action_checks, category_of, is_off
from aicheck.authoring.ci_losses import is_pipeline
from aicheck.authoring.command_steps import CommandSteps
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import shown
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command
from aicheck.model.location import Span
from aicheck.model.rule import Severity
from aicheck.regex import regex

SOFT_OPTIONS = (
    "exit-zero", "no-error", "soft-fail", "no-fail", "no-fail-on-errors", "passWithNoTests", "pass-with-no-tests", "warn-only",
    "allow-failure", "no-exit-code", "skip-tests", "fail-never", "continue-on-collection-errors", "ignore-failures", "suppress-tests",
    "nofail", "exit-0", "no-fail-fast-exit", "forceExit-zero", "allow-failures", "skip-checks", "hide-error", "failOnError-false",
)  # fmt: skip
"""Options with which a check ends well whatever it finds."""
STRICT_OPTIONS = (
    "strict", "Werror", "error", "error-on-warnings", "check", "check-only", "list-different", "fail-on-warnings", "fail-on-issues",
    "exit-code", "deny-warnings", "fail-under", "cov-fail-under", "max-warnings", "fail-on", "fail-on-severity", "warnings-as-errors",
    "fail-on-violations", "error-exitcode", "exit-non-zero-on-fix", "check-coverage", "failOnViolation", "fail", "require-hashes-check",
)  # fmt: skip
"""Options without which a check only reports."""
FLOORS = (
    "fail-under", "cov-fail-under", "min-coverage", "coverage-threshold", "threshold", "lines", "branches", "functions", "statements",
    "min", "minimum-coverage", "min-score", "fail-under-score",
)  # fmt: skip
CEILINGS = ("max-warnings", "max-violations", "max-issues", "max-complexity", "maxfail-allowed")
LEVELS = (
    "audit-level",
    "severity",
    "severity-threshold",
    "fail-on",
    "fail-on-severity",
    "min-severity",
    "minimum-severity",
    "severity-level",
)
RANKS = {
    "info": 0,
    "unknown": 0,
    "low": 1,
    "minor": 1,
    "medium": 2,
    "moderate": 2,
    "warning": 2,
    "high": 3,
    "error": 3,
    "critical": 4,
    "none": 5,
}
NARROWING = ("deselect", "ignore", "ignore-glob", "skip", "exclude", "testPathIgnorePatterns", "exclude-task")
SKIPPED = regex(r"(?<!\S)(?:-DskipTests(?!=false)|-Dmaven\.test\.(?:skip|failure\.ignore)(?!=false)|-x (?:test|check)\b|-DskipITs)")
NEGATED = regex(r"(?<!\S)-(?:k|m) [\"']?not\b")
DENIED = regex(r"(?<!\S)-D ?warnings\b|-Werror\b")
NARROW_STEP = 2
"""Percentage points by which a floor may fall for the author alone to say why."""


class Softening(msgspec.Struct, frozen=True):
    """One check that lets more through."""

    pair: FilePair
    label: str
    what: str
    """What happened to it, to complete `LABEL ...`."""
    severity: Severity
    symbol: str
    span: Span
    before: Span


def softened_checks(change: ChangeFacts) -> Iterator[Softening]:
    """Checks whose failure is passed over, that do not run, or whose options let more through, in file order."""
    for pair in change.pairs:
        steps = change.command_steps.get(pair.path)
        for before, after in _pairs(steps) if steps is not None and pair.language != "python" else ():
            category = category_of(before)
            found = _soften(before, after, category, in_pipeline=is_pipeline(pair)) if category else None
            if found is not None:
                what, severity = found
                yield Softening(pair, shown(after, 50), what, severity, after.symbol, after.span, before.span)
        if is_pipeline(pair):
            yield from _softened_actions(pair)


def _pairs(steps: CommandSteps) -> Iterator[tuple[Command, Command]]:
    """Commands on both sides; one that lost or gained an option before its first target is still the same."""
    yield from ((step.before, step.after) for step in (*steps.kept, *steps.changed))
    waiting = {(command.symbol, take_apart(command.argv).program): command for command in steps.lost}
    for command in steps.new:
        before = waiting.pop((command.symbol, take_apart(command.argv).program), None) if waiting else None
        if before is not None:
            yield before, command


def _softened_actions(pair: FilePair) -> Iterator[Softening]:
    before = {(check.symbol, check.label): check for check in action_checks(pair.facts("before"))}
    for check in action_checks(pair.facts("after")):
        was = before.get((check.symbol, check.label))
        if was is None or was.masked or was.off or not (check.masked or check.off):
            continue
        what = "may fail unnoticed" if check.masked else "never runs"
        yield Softening(pair, clip(check.label, 50), what, _weigh(check.category), check.symbol, check.span, was.span)


def _weigh(category: str) -> Severity:
    return "high" if category in STRONG or category == "coverage" else "medium"


def _soften(before: Command, after: Command, category: str, *, in_pipeline: bool) -> tuple[str, Severity] | None:
    if before.masked or is_off(before):
        return None
    if in_pipeline and after.masked:
        return "may fail unnoticed", _weigh(category)
    if in_pipeline and is_off(after):
        return "never runs by itself", _weigh(category)
    if before.argv == after.argv:
        return None
    return _compare_options(take_apart(before.argv), take_apart(after.argv), before, after, category)


def _compare_options(first: Words, second: Words, before: Command, after: Command, category: str) -> tuple[str, Severity] | None:  # noqa: PLR0911
    level = _weigh(category)
    soft = next((name for name in SOFT_OPTIONS if second.has(name) and not first.has(name)), "")
    if soft:
        return f"gained --{soft}", level
    texts = [" ".join(command.argv) for command in (before, after)]
    skipped = SKIPPED.search(texts[1])
    if skipped and not SKIPPED.search(texts[0]):
        return f"gained {skipped[0]}", "high"
    if second.value("exit-code") == "0" and first.value("exit-code") not in {"", "0"}:
        return "reports, but no longer fails", level
    number = _number_step(first, second)
    if number is not None:
        name, fall = number
        return f"{name}: {first.value(name)} -> {second.value(name)}", level if fall > NARROW_STEP else "medium"
    laxer = next((name for name in LEVELS if _rank(second.value(name)) > _rank(first.value(name)) >= 0), "")
    if laxer:
        return f"{laxer}: {clip(first.value(laxer), 16)} -> {clip(second.value(laxer), 16)}", "medium"
    lost = next((name for name in STRICT_OPTIONS if first.has(name) and not second.has(name)), "")
    if lost and not second.has(*STRICT_OPTIONS):
        return f"lost --{lost}", level
    if DENIED.search(texts[0]) and not DENIED.search(texts[1]):
        return "no longer fails on warnings", level
    narrowed = [name for name in NARROWING if _times(second, name) > _times(first, name)]
    if category == "test" and (narrowed or (NEGATED.search(texts[1]) and not NEGATED.search(texts[0]))):
        return "runs fewer tests", "medium"
    return None


def _number_step(first: Words, second: Words) -> tuple[str, Fraction] | None:
    """(option, how far) of a floor that fell or a ceiling that rose."""
    for names, sign in ((FLOORS, 1), (CEILINGS, -1)):
        for name in names:
            one, other = _number(first.value(name)), _number(second.value(name))
            if one is not None and other is not None and (one - other) * sign > 0:
                return name, abs(one - other)
    return None


def _number(text: str) -> Fraction | None:
    text = text.rstrip("%")
    return Fraction(text) if re.fullmatch(r"-?\d{1,9}(?:\.\d{1,9})?", text) else None


def _rank(text: str) -> int:
    """The lowest severity that a list names; -1 when it names none."""
    return min((RANKS[word] for word in re.split(r"[,\s]+", text.lower()) if word in RANKS), default=-1)


def _times(words: Words, name: str) -> int:
    return sum(option == name for option, _ in words.options)
