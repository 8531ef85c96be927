"""A progress bar on standard error, for a person who has waited a second."""

import sys
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_SECONDS = 1.0


class ProgressBar(AbstractContextManager["ProgressBar"]):
    """Counts files; shows nothing before a second has passed or where standard error is no terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = sys.stderr.isatty()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        """Report `done` of `total` files; called from several threads."""
        if not self._shown or time.monotonic() - self._started < PATIENCE_SECONDS:
            return
        if self._bar is None:
            from rich.console import Console  # only once a bar is really shown
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("reading files", total=total)
            self._bar.start()
        if self._task is not None:
            self._bar.update(self._task, completed=done)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
