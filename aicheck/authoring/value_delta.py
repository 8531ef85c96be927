"""Rules that are a row of a table: which settings, and which steps of theirs are dangerous."""

from collections.abc import Iterator
from typing import ClassVar

from aicheck.authoring.base import DifferentialCheck
from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.setting_names import Named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location, Span

CONFIGURATION = ("dotenv", "ini", "json", "terraform", "toml", "yaml")
"""Languages of configuration files."""
COMMANDS = ("crontab", "dockerfile", "makefile", "procfile", "shell", "systemd")
"""Languages whose settings are the options of their commands."""
SOURCE = ("go", "javascript", "python", "typescript")
"""Languages whose settings are constants and keyword arguments."""
KEY_WIDTH = 40


class ValueDelta(DifferentialCheck):
    """A row of the table. A subclass says which settings it means and which steps; the comparison is here."""

    languages: ClassVar[tuple[str, ...]] = (*CONFIGURATION, *COMMANDS, *SOURCE)
    settings: ClassVar[tuple[Named, ...]]
    steps: ClassVar[tuple[DangerousStep, ...]]
    """The first one that fits counts."""
    meaning: ClassVar[str] = ""
    """What the step does to the running system, in a few words, added to the message."""

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each step of the file that a row of the table means."""
        for step in change.setting_steps.get(pair.path, ()):
            if step.key and any(named.fits(step.key) for named in self.settings) and self.is_meant(step, pair, change):
                yield from self._judge(step, pair)

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002  for subclasses
        """A further condition of the rule; look-alikes that the table cannot tell apart return False."""
        return True

    def _judge(self, step: SettingStep, pair: FilePair) -> Iterator[Match]:
        for dangerous in self.steps:
            if text := dangerous.describe(step):
                yield self.match_step(step, pair, text, dangerous)
                return

    def match_step(self, step: SettingStep, pair: FilePair, text: str, dangerous: DangerousStep) -> Match:
        """The match of a step: where it stands now, or at the file's first line when it is gone."""
        before = step.before[0] if step.before else None
        span = step.after[0].span if step.after else self._span_nearby(step, pair)
        meaning = f" ({self.meaning})" if self.meaning else ""
        return self.match(
            Location(pair.path, "after", span),
            f"{clip_key(step.key, KEY_WIDTH)} {text}{meaning}",
            symbol=".".join(step.key),
            text=text,
            before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)) if before else None,
            severity=dangerous.severity,
        )

    def _span_nearby(self, step: SettingStep, pair: FilePair) -> Span:
        """Of the first setting that still stands in the innermost block that the lost one stood in."""
        after = pair.facts("after").settings
        for depth in range(len(step.key) - 1, 0, -1):
            found = next((setting.span for setting in after if setting.key[:depth] == step.key[:depth]), None)
            if found is not None:
                return found
        return WHOLE_FILE
