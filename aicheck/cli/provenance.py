"""`aicheck provenance`: which commits are AI-assisted, and how we know."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from aicheck.provenance.claims import Record
    from aicheck.provenance.lines import LineRow

from aicheck.changes.commits import read_commits, read_history
from aicheck.changes.git import EMPTY_TREES, Git, open_repository
from aicheck.config import CONFIG_FILE, PROJECT_FILE
from aicheck.model.change import Commit
from aicheck.model.origin import CommitLines
from aicheck.model.provenance import Attribution, Evidence
from aicheck.provenance.attribute import attribute_commit, attribute_each
from aicheck.provenance.signatures import SIGNATURES_FILE, Signature, load_signatures
from aicheck.report.encode import json_path, json_text, visible

CHECKED_COMMITS = 100
"""In longer ranges notes are taken at their word: holding them against what each commit added costs more than all the rest."""
CHUNK = 500
"""Commits written at once."""
SHOWN_ID = 12

Told = tuple[Commit, Attribution]
Row = tuple[Commit, Attribution, "tuple[LineRow, ...]"]


@click.command("provenance", short_help="Tell which commits are AI-assisted, with the evidence.")
@click.argument("revision", default="HEAD", metavar="[REV | A..B]")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "summary"]),
    default="text",
    show_default=True,
    help="json prints one object a line; summary adds up by tool, week and author.",
)
@click.option("--lines", "with_lines", is_flag=True, help="Also list the lines that each commit added, and who wrote them.")
def command(revision: str, repo: Path, output: str, with_lines: bool) -> None:
    """Tell which commits are AI-assisted, with the evidence: one commit, or all of a range A..B, oldest first.

    Besides messages and identities, the notes of git-ai (refs/notes/ai) count for the lines that their commit added; in a
    range of more than 100 commits they are taken at their word unless --lines is given. A missing marker proves nothing:
    most AI-assisted commits of some tools carry none.
    """
    git = open_repository(repo)
    commits = _commits(git, revision)
    evidence, records = _read_records(git, commits, checked=with_lines or len(commits) <= CHECKED_COMMITS, keep=with_lines)
    signatures = _signatures(git, commits)
    told = attribute_each(commits, signatures, evidence)
    if output == "summary":
        _write_summary(told)
        return
    rows = _list_all(git, told, records, signatures) if with_lines else ((commit, attribution, None) for commit, attribution in told)
    texts = (_json(*row) if output == "json" else _text(*row) for row in rows)
    while chunk := tuple(islice(texts, CHUNK)):
        click.echo("\n".join(chunk))


def _commits(git: Git, revision: str) -> tuple[Commit, ...]:
    first, dots, last = revision.partition("..")
    if not dots:
        return read_commits(git, [git.resolve(revision)])
    return tuple(read_history(git, git.resolve(first or "HEAD"), git.resolve(last.removeprefix(".") or "HEAD")))


def _read_records(
    git: Git, commits: Sequence[Commit], *, checked: bool, keep: bool
) -> tuple[dict[str, tuple[Evidence, ...]], dict[str, "Record"]]:
    """What the notes show, by commit id, and the notes themselves where they are kept. Says on standard error what is wrong."""
    known = {commit.id: commit for commit in commits}
    notes = git.find_notes(known)
    evidence: dict[str, tuple[Evidence, ...]] = {}
    records: dict[str, Record] = {}
    if not notes:
        return evidence, records
    from aicheck.provenance.claims import RecordError  # most repositories have no notes
    from aicheck.provenance.lines import attest
    from aicheck.records import describe_problem, read_notes, shorten_problems

    problems: list[str] = []
    for commit, record in read_notes(git, notes):
        if isinstance(record, RecordError):
            problems.append(describe_problem(commit, record))
            continue
        if record.claims_ai:
            added = {one.path: one.lines for one in _added_by(git, known[commit], record)} if checked else None
            evidence[commit] = attest(commit, (record,), added)
        if keep:
            records[commit] = record
    for problem in shorten_problems(problems):
        click.echo(f"aicheck: {visible(problem)}", err=True)
    return evidence, records


def _added_by(git: Git, commit: Commit, record: "Record | None" = None) -> tuple[CommitLines, ...]:
    """What a commit added, to the files of its record only if one is given."""
    from aicheck.changes.origins import added_by  # only where lines are asked for

    if record is None:
        parent = commit.parents[0] if commit.parents else EMPTY_TREES[len(commit.id)]
        return added_by(git, commit, tuple(git.diff_trees(parent, commit.id)))
    return added_by(git, commit, [file.path for file in record.files])


def _signatures(git: Git, commits: Sequence[Commit]) -> tuple[Signature, ...]:
    """The signatures that count for the oldest commit: those that its parent holds, as for a scan of it."""
    parents = commits[0].parents if commits else ()
    if not parents or not git.has_commit(parents[0]):  # the second: a shallow clone ends here
        return load_signatures()
    settings = git.find(parents[0], (SIGNATURES_FILE, CONFIG_FILE, PROJECT_FILE))
    project = settings.pop(PROJECT_FILE, None)
    if not settings and (project is None or b"aicheck" not in git.objects([project.id]).get(project.id, b"")):
        return load_signatures()  # as in most repositories; the rest would take a third of the start
    from aicheck.trusted import read_trusted_side

    trusted = read_trusted_side(git, parents[0])
    return trusted.signatures(trusted.config(None).plugins)


def _list_all(git: Git, told: Iterable[Told], records: dict[str, "Record"], signatures: tuple[Signature, ...]) -> Iterator[Row]:
    from aicheck.provenance.lines import list_lines

    for commit, attribution in told:
        some = (records[commit.id],) if commit.id in records else ()
        yield commit, attribution, list_lines(_added_by(git, commit), some, attribute_commit(commit, signatures).state)


def _write_summary(told: Iterable[Told]) -> None:
    from aicheck.cli.output import look_at_terminal  # rich is for this format only
    from aicheck.cli.provenance_chart import draw
    from aicheck.provenance.summary import summarize

    click.echo(draw(summarize(told), look_at_terminal("auto")), color=True)


def _json(commit: Commit, attribution: Attribution, rows: "Sequence[LineRow] | None") -> str:
    if not attribution.evidence and rows is None:  # most commits of a long range
        bot = "true" if attribution.bot else "false"
        return f'{{"commit": "{commit.id}", "state": "unknown", "bot": {bot}, "tools": [], "extent": "unspecified", "evidence": []}}'
    evidence = [{"kind": item.kind, "source": item.source, "strength": item.strength, "text": item.text} for item in attribution.evidence]
    value: dict[str, Any] = {
        "commit": commit.id,
        "state": attribution.state,
        "bot": attribution.bot,
        "tools": list(attribution.tools),
        "extent": attribution.extent,
        "evidence": [{key: json_text(text) for key, text in item.items()} for item in evidence],
    }
    if rows is not None:
        value["lines"] = [
            {"path": json_path(row.path), "first": row.first, "last": row.last, "state": row.state, "tool": row.tool} for row in rows
        ]
    return json.dumps(value)


def _text(commit: Commit, attribution: Attribution, rows: "Sequence[LineRow] | None") -> str:
    subject = commit.message.partition("\n")[0]
    marks = [attribution.state, *attribution.tools, *(["bot"] if attribution.bot else [])]
    lines = [f"{commit.id[:SHOWN_ID]} {' '.join(marks):<24} {visible(subject[:72])[:72]}"]
    lines += [
        f"    {item.strength}: {visible(item.text)} ({visible(item.source.partition(':')[2] or item.source)})"
        for item in attribution.evidence
    ]
    for row in rows or ():
        stretch = str(row.first) if row.first == row.last else f"{row.first}-{row.last}"
        lines.append(f"    {visible(row.path)}:{stretch} {row.state}{f' {row.tool}' if row.tool else ''}")
    return "\n".join(lines)
