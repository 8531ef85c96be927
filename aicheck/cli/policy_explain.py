"""`aicheck policy explain RECORD.json`: a stored decision in words."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from aicheck.errors import UsageError
from aicheck.model.decision import Decision
from aicheck.report.decision_words import Cause, describe_decision
from aicheck.trusted import read_argument

SIZE_LIMIT = 64 << 20
"""Bytes."""


@click.command("explain", short_help="Say in words what a decision rests on.")
@click.argument("record", type=click.Path(path_type=Path), metavar="RECORD.json")
def command(record: Path) -> None:
    """Say in words which need of a decision comes from which escalation and finding, and which approvals count.

    RECORD.json is what `aicheck scan --format json` printed, or any JSON object with the same `decision` and `findings`.
    """
    decision, causes = read_record(read_argument(record), str(record))
    click.echo(describe_decision(decision, causes))


def read_record(data: bytes, name: str) -> tuple[Decision, dict[str, Cause]]:
    """The decision of a record, and its findings by fingerprint. Raises UsageError."""
    if len(data) > SIZE_LIMIT:
        raise UsageError(f"{name} is larger than {SIZE_LIMIT >> 20} MiB")
    try:
        value = json.loads(data)
        found = dict(value["decision"])
        approvals = found.pop("approvals", {})
        decision = msgspec.convert({**found, **approvals}, Decision)
        return decision, {one["fingerprint"]: msgspec.convert(one, Cause) for one in _dicts(value.get("findings", []))}
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.ValidationError) as error:
        raise UsageError(f"{name} holds no decision that can be read: {type(error).__name__}: {error}") from None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
