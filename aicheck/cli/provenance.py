"""`aicheck provenance`: which commits are AI-assisted, and how we know."""

import json
from pathlib import Path
from typing import Any

import click

from aicheck.changes.commits import read_commits
from aicheck.changes.git import Git, open_repository
from aicheck.model.change import Commit
from aicheck.model.provenance import Attribution
from aicheck.provenance.attribute import attribute_commit
from aicheck.provenance.signatures import load_signatures
from aicheck.report.encode import json_text, visible

SHOWN_ID = 12


@click.command("provenance", short_help="Tell which commits are AI-assisted, with the evidence.")
@click.argument("revision", default="HEAD", metavar="[REV | A..B]")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="json prints one object a line."
)
def command(revision: str, repo: Path, output: str) -> None:
    """Tell which commits are AI-assisted, with the evidence: one commit, or all of a range A..B, oldest first.

    A missing marker proves nothing: most AI-assisted commits of some tools carry none.
    """
    git = open_repository(repo)
    signatures = load_signatures()
    for commit in read_commits(git, _commit_ids(git, revision)):
        attribution = attribute_commit(commit, signatures)
        click.echo(_json(commit, attribution) if output == "json" else _text(commit, attribution))


def _commit_ids(git: Git, revision: str) -> tuple[str, ...]:
    first, dots, last = revision.partition("..")
    if not dots:
        return (git.resolve(revision),)
    return git.commit_ids(git.resolve(first or "HEAD"), git.resolve(last.removeprefix(".") or "HEAD"))


def _json(commit: Commit, attribution: Attribution) -> str:
    evidence = [{"kind": item.kind, "source": item.source, "strength": item.strength, "text": item.text} for item in attribution.evidence]
    value: dict[str, Any] = {
        "commit": commit.id,
        "state": attribution.state,
        "bot": attribution.bot,
        "tools": list(attribution.tools),
        "extent": attribution.extent,
        "evidence": [{key: json_text(text) for key, text in item.items()} for item in evidence],
    }
    return json.dumps(value)


def _text(commit: Commit, attribution: Attribution) -> str:
    subject = commit.message.partition("\n")[0]
    marks = [attribution.state, *attribution.tools, *(["bot"] if attribution.bot else [])]
    lines = [f"{commit.id[:SHOWN_ID]} {' '.join(marks):<24} {visible(subject)[:72]}"]
    lines += [
        f"    {item.strength}: {visible(item.text)} ({item.source.partition(':')[2] or item.source})" for item in attribution.evidence
    ]
    return "\n".join(lines)
