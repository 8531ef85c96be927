"""The base of differential rules over Python routines."""

from __future__ import annotations

from typing import ClassVar

from aicheck.authoring.base import DifferentialCheck
from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.routine_steps import RoutineStep
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location, Span
from aicheck.model.rule import Severity


class RoutineCheck(DifferentialCheck):
    """A differential rule over the functions and classes of one Python file."""

    languages: ClassVar[tuple[str, ...]] = ("python",)

    def match_step(
        self, step: RoutineStep, message: str, *, lost: str, line: int, span: Span | None = None, severity: Severity | None = None
    ) -> Match:
        """The match of what a routine lost: `lost` is its source and `line` where it stood before; `span` on the after side."""
        return self.match(
            Location(step.path, "after", span or step.after.span),
            message,
            symbol=step.after.symbol,
            text=lost,
            before=Excerpt(step.before_path, line, clip(lost, EXCERPT_LIMIT)),
            severity=severity,
        )


__all__ = ["ChangeFacts", "FilePair", "RoutineCheck", "RoutineStep"]
