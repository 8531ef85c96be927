"""Runs differential and change rules over the facts of a change. A crash costs one rule on one file."""

from collections.abc import Sequence

from aicheck.authoring import ChangeCheck, ChangeFacts, DifferentialCheck
from aicheck.model.coverage import Failure
from aicheck.model.finding import Match


def run_differential(checks: Sequence[type[DifferentialCheck]], change: ChangeFacts) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """Matches of the rules that compare both sides of one file, for each file in a language of theirs."""
    matches: list[Match] = []
    failures: list[Failure] = []
    for check in checks:
        for pair in change.pairs:
            if pair.language not in check.languages:
                continue
            try:
                matches.extend(check().compare(pair, change))
            except Exception as error:  # noqa: BLE001  the runner around a rule: a rule's bug is a failure of that rule on that file
                failures.append(_failure(pair.path, check.id, error))
    return tuple(matches), tuple(failures)


def run_change(checks: Sequence[type[ChangeCheck]], change: ChangeFacts) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """Matches of the rules that judge the change as a whole; a crash costs the rule."""
    matches: list[Match] = []
    failures: list[Failure] = []
    for check in checks:
        try:
            matches.extend(check().judge(change))
        except Exception as error:  # noqa: BLE001  the runner around a rule
            failures.append(_failure("", check.id, error))
    return tuple(matches), tuple(failures)


def _failure(path: str, rule: str, error: Exception) -> Failure:
    return Failure(path, "after", "facts", f"the rule failed: {type(error).__name__}", rule)
