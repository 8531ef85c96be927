"""Where reports go: standard output, or files that are replaced whole."""

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import Literal, TextIO

import click
import msgspec

from aicheck.errors import UsageError
from aicheck.model.decision import Decision, Report

Format = Literal["text", "concise", "json", "sarif", "github"]
DEFAULT_WIDTH = 100
"""Columns where standard output is no terminal and COLUMNS is not set."""
FORMATS: tuple[Format, ...] = ("text", "concise", "json", "sarif", "github")


class Output(msgspec.Struct, frozen=True):
    """One wanted projection of the result."""

    format: Format
    file: Path | None
    """None: standard output."""


class Terminal(msgspec.Struct, frozen=True):
    """How text may be laid out."""

    colour: bool
    width: int
    ascii: bool


def parse_outputs(wanted: tuple[str, ...]) -> tuple[Output, ...]:
    """`FORMAT` or `FORMAT=FILE`, each; none: text on standard output.

    Raises UsageError for an unknown format, a folder that is missing, or two formats on one stream.
    """
    outputs = tuple(_parse_output(item) for item in wanted) or (Output("text", None),)
    if sum(output.file is None for output in outputs) > 1:
        raise UsageError("two formats cannot share standard output; give one of them a file: --format sarif=FILE")
    files = [output.file.absolute() for output in outputs if output.file is not None]
    if len(set(files)) < len(files):
        raise UsageError("two formats cannot share one file; give each its own")
    return outputs


def _parse_output(item: str) -> Output:
    name, equals, file = item.partition("=")
    for known in FORMATS:
        if name == known:
            path = Path(file) if equals else None
            if equals and not file:
                raise UsageError(f"the folder of the file in --format {item} does not exist; create it first")
            if path is not None:
                check_target(path)
            return Output(known, path)
    raise UsageError(f"there is no format {name}; choose one of {', '.join(FORMATS)}")


def check_target(file: Path) -> None:
    """Raises UsageError for a file that cannot be written because of where it is."""
    if not file.absolute().parent.is_dir():
        raise UsageError(f"the folder of {file} does not exist; create it first")
    if file.is_dir():
        raise UsageError(f"{file} is a folder; name a file in it")


def look_at_terminal(color: str) -> Terminal:
    """What standard output can show. `color` is auto, always or never; NO_COLOR and FORCE_COLOR decide for auto."""
    stream: TextIO | None = sys.stdout  # None where the caller has closed it
    is_terminal = stream is not None and stream.isatty()
    by_default = is_terminal and os.environ.get("TERM") != "dumb"
    wanted = bool(os.environ.get("FORCE_COLOR")) or by_default
    colour = color == "always" or (color == "auto" and wanted and not os.environ.get("NO_COLOR"))
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    width = max(40, shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns)
    return Terminal(colour, width, encoding != "utf8")


def prepare(outputs: tuple[Output, ...]) -> None:
    """Remove what an earlier run left, so that no crash can leave an old answer in place."""
    for output in outputs:
        if output.file is not None and not _is_device(output.file):
            try:
                output.file.unlink(missing_ok=True)
            except OSError as error:
                raise UsageError(f"{output.file} cannot be written: {error.strerror}") from error


def write_outputs(outputs: tuple[Output, ...], report: Report, decision: Decision, terminal: Terminal, exit_code: int) -> None:
    """Print or store every wanted projection."""
    for output in outputs:
        text = _render(output, report, decision, terminal, exit_code)
        if output.file is None:
            click.echo(text, nl=not text.endswith("\n"), color=True)
        else:
            replace_file(output.file, text)


def replace_file(file: Path, text: str) -> None:
    """Write a file so that it is either whole or absent. Raises UsageError when it cannot be written.

    A device or a FIFO is written to; a link is replaced, so that a tree cannot point the report at another file.
    """
    text = text if text.endswith("\n") else f"{text}\n"
    try:
        if _is_device(file):
            file.write_text(text, encoding="utf-8")
        else:
            _replace(file, text)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error


def _replace(file: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    made = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        made.chmod(0o644)
        made.replace(file)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def _is_device(file: Path) -> bool:
    """True for what cannot be replaced: everything in /dev, which holds links to the standard streams, and any FIFO or device."""
    if file.absolute().is_relative_to("/dev"):
        return True
    try:
        mode = file.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISLNK(mode)


def _render(output: Output, report: Report, decision: Decision, terminal: Terminal, exit_code: int) -> str:
    """Imports only the reporter that is wanted."""
    if output.format == "json":
        from aicheck.report import json_report

        return json_report.render(report, decision)
    if output.format == "sarif":
        from aicheck.report import sarif

        return sarif.render(report, decision, sarif.SarifOptions(exit_code=exit_code))
    if output.format == "github":
        from aicheck.report import github

        return github.render(report, decision)
    if output.format == "concise":
        from aicheck.report import concise

        return concise.render(report, decision)
    from aicheck.report import text

    if output.file is not None:
        return text.render(report, decision, text.TextOptions())
    return text.render(report, decision, text.TextOptions(terminal.colour, terminal.width, terminal.ascii))
