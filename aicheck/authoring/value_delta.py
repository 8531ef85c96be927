"""Rules that are a row of a table: which settings, and which steps of theirs are dangerous."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from aicheck.authoring.base import DifferentialCheck
from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.restoring import restore
from aicheck.authoring.setting_names import Named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.finding import Excerpt, Match
from aicheck.model.fix import Fix
from aicheck.model.location import WHOLE_FILE, Location, Span

CONFIGURATION = ("dotenv", "ini", "json", "terraform", "toml", "yaml")
"""Languages of configuration files."""
COMMANDS = ("crontab", "dockerfile", "makefile", "procfile", "shell", "systemd")
"""Languages whose settings are the options of their commands."""
SOURCE = ("go", "javascript", "python", "typescript")
"""Languages whose settings are constants and keyword arguments."""
KEY_WIDTH = 40


class Row(msgspec.Struct, frozen=True):
    """Settings of one kind and what is dangerous for them."""

    settings: tuple[Named, ...]
    steps: tuple[DangerousStep, ...]
    """The first one that fits counts."""


class ValueDelta(DifferentialCheck):
    """Rows of the table. A subclass says which settings it means and which steps; the comparison is here."""

    languages: ClassVar[tuple[str, ...]] = (*CONFIGURATION, *COMMANDS, *SOURCE)
    restores: ClassVar[bool] = True
    settings: ClassVar[tuple[Named, ...]] = ()
    steps: ClassVar[tuple[DangerousStep, ...]] = ()
    """The first one that fits counts."""
    rows: ClassVar[tuple[Row, ...]] = ()
    """In place of the two above, where kinds of settings have steps of their own: the first step of the first row that fits."""
    looks_into_blocks: ClassVar[bool] = False
    """Whether each new setting of a block that takes another one's place counts as added."""
    looks_into_new: ClassVar[bool] = False
    """Whether each setting of a block or a file that is new counts as added."""
    meaning: ClassVar[str] = ""
    """What the step does to the running system, in a few words, added to the message."""

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each step of the file that a row of the table means."""
        rows = self.rows or (Row(self.settings, self.steps),)
        for step in self._steps(change.setting_steps.get(pair.path, ())):
            found = next(self._dangers(step, rows), None) if step.key else None
            if found is not None and self.is_meant(step, pair, change):
                text, dangerous = found
                yield self.match_step(step, pair, text, dangerous)

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002  for subclasses
        """A further condition of the rule; look-alikes that the table cannot tell apart return False."""
        return True

    def _steps(self, steps: tuple[SettingStep, ...]) -> Iterator[SettingStep]:
        yield from steps
        for step in steps if self.looks_into_new else ():
            if step.block and not step.before:
                yield from (SettingStep(setting.key, (), (setting,)) for setting in step.after)
        lost = [step for step in steps if step.block and not step.after and step.key] if self.looks_into_blocks else []
        parents = {step.key[:-1] for step in lost}
        known = {(setting.key[-1], setting.value) for step in lost for setting in step.before}
        for step in steps if lost else ():
            if step.block and not step.before and step.key[:-1] in parents:
                fresh = (setting for setting in step.after if (setting.key[-1], setting.value) not in known)
                yield from (SettingStep(setting.key, (), (setting,)) for setting in fresh)

    @staticmethod
    def _dangers(step: SettingStep, rows: tuple[Row, ...]) -> Iterator[tuple[str, DangerousStep]]:
        for row in rows:
            if any(named.fits(step.key) for named in row.settings):
                yield from ((text, dangerous) for dangerous in row.steps if (text := dangerous.describe(step)))

    def match_step(self, step: SettingStep, pair: FilePair, text: str, dangerous: DangerousStep) -> Match:
        """The match of a step: where it stands now, or at the file's first line when it is gone."""
        before = step.before[0] if step.before else None
        span = step.after[0].span if step.after else self._span_nearby(step, pair)
        meaning = f" ({self.meaning})" if self.meaning else ""
        match = self.match(
            Location(pair.path, "after", span),
            f"{clip_key(step.key, KEY_WIDTH)} {text}{meaning}",
            symbol=".".join(step.key),
            text=text,
            before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)) if before else None,
            severity=dangerous.severity,
        )
        return replace(match, fix=self._put_back(step, pair)) if self.restores else match

    @staticmethod
    def _put_back(step: SettingStep, pair: FilePair) -> Fix | None:
        title = f"Put {clip_key(step.key, KEY_WIDTH)} back" + (f" to {clip(step.old.value, KEY_WIDTH)}" if step.old else "")
        return restore(pair, [one.span for one in step.before], [one.span for one in step.after], title)

    def _span_nearby(self, step: SettingStep, pair: FilePair) -> Span:
        """Of the first setting that still stands in the innermost block that the lost one stood in."""
        after = pair.facts("after").settings
        for depth in range(len(step.key) - 1, 0, -1):
            found = next((setting.span for setting in after if setting.key[:depth] == step.key[:depth]), None)
            if found is not None:
                return found
        return WHOLE_FILE
