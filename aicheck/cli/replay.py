"""`aicheck replay`: what the rules and the policy would have done over history."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from aicheck.changes.git import Which, open_repository
from aicheck.cli.load_chart import draw
from aicheck.cli.output import check_target, look_at_terminal, replace_file
from aicheck.cli.progress import ProgressBar
from aicheck.cli.replay_load import adds_up_reviews, read_standards
from aicheck.errors import UsageError
from aicheck.replay.add_up import add_up
from aicheck.replay.cost import DEFAULT_MINUTES, Comparison, compare
from aicheck.replay.load_json import comparison_value
from aicheck.replay.outcome import Outcome, Target, read_targets
from aicheck.replay.run import locate, replay
from aicheck.replay.standards import Standards
from aicheck.replay.summary import LabelSummary, Share, summarize
from aicheck.report.encode import json_path, json_text, visible

MOST_RULES = 12
MINUTES = click.FloatRange(0, 100_000, min_open=True)


@click.command("replay", short_help="Scan past commits, and add up who would have had to look.")
@click.argument("revisions", required=False, metavar="[A..B]")
@click.option(
    "--commits",
    "table",
    type=click.Path(path_type=Path),
    metavar="FILE.tsv",
    help="A table of commits: repo, sha, label, separated by tabs.",
)
@click.option("--repos", metavar="TEMPLATE", help="Where the repositories of --commits are: 'DIR/{owner}+{name}/repo'.")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository of A..B, when it is not the current folder.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json prints one object a commit, then the summary.",
)
@click.option(
    "--resume", type=click.Path(path_type=Path), metavar="FILE", help="Keep outcomes here, and pass by the commits that it already holds."
)
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="Hold every commit against this policy.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="Hold every commit against these people.")
@click.option(
    "--first-parent", is_flag=True, help="Only the commits of the main line; a merge is one change with all the commits that it brought."
)
@click.option(
    "--compare",
    type=click.Choice(["blanket"]),
    help="Add up the reviews, next to the rule that every AI-assisted change by a junior or mid-level engineer needs a senior.",
)
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Also write a page with charts about the reviews.")
@click.option(
    "--minutes-per-review", "minutes", type=MINUTES, default=DEFAULT_MINUTES, show_default=True, metavar="N", help="What a review takes."
)
@click.option("--seniors", type=click.IntRange(1, 1_000_000), metavar="N", help="How many there are, where the roster does not say.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="How many commits to scan at once; by default one per processor.")
def command(**arguments: Any) -> None:
    """Scan each commit against its first parent, and add up per label who would have had to look.

    Give a table of commits (--commits and --repos), or a range A..B of one repository. With --compare or --html, policy and
    roster of a range are those at its end, and merges are left out: their commits are counted.
    """
    if arguments["html"] is not None:
        check_target(arguments["html"])  # now, not after the scans
    targets, folders = _find_targets(arguments)
    standards, terms = read_standards(arguments, next(iter(folders.values()), arguments["repo"]))
    outcomes = _replay(targets, folders, standards, arguments)
    comparison = compare(add_up(outcomes), terms) if adds_up_reviews(arguments) else None
    if comparison is not None and arguments["html"] is not None:
        from aicheck.replay.load_page import render  # jinja2 is for this page only

        replace_file(arguments["html"], render(comparison))
    if arguments["output"] == "json":
        click.echo(_json(outcomes, comparison))
    elif comparison is not None and comparison.terms.compared:
        click.echo(draw(comparison, look_at_terminal("auto")), color=True)
    else:
        click.echo(_text(summarize(outcomes)))


def _replay(targets: tuple[Target, ...], folders: dict[str, Path], standards: Standards, arguments: dict[str, Any]) -> list[Outcome]:
    """The outcomes, sorted; those that an earlier run left are taken over where they were held against the same."""
    known = {target: outcome for target, outcome in _read_known(arguments["resume"]).items() if _is_current(outcome, standards)}
    outcomes = [known[target] for target in targets if target in known]
    missing = [target for target in targets if target not in known]
    with ProgressBar() as progress:
        for outcome in _kept(replay(missing, folders, arguments["jobs"] or os.cpu_count() or 1, standards), arguments["resume"]):
            outcomes.append(outcome)
            progress(len(outcomes), len(targets))
    return sorted(outcomes, key=lambda outcome: outcome.target)


def _is_current(outcome: Outcome, standards: Standards) -> bool:
    return outcome.about is not None and outcome.about.standards == standards.digest


def _find_targets(arguments: dict[str, Any]) -> tuple[tuple[Target, ...], dict[str, Path]]:
    table, revisions = arguments["table"], arguments["revisions"]
    if (table is None) == (revisions is None):
        raise UsageError("give either --commits FILE.tsv or a range A..B")
    if table is not None:
        if arguments["repos"] is None:
            raise UsageError("--commits needs --repos, which says where the repositories are")
        if arguments["first_parent"]:
            raise UsageError("--first-parent is for a range A..B")
        try:
            with table.open(encoding="utf-8", newline="") as lines:
                targets = read_targets(lines, str(table))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{table} cannot be read: {error}") from error
        return targets, locate(targets, arguments["repos"])
    first, dots, last = revisions.partition("..")
    if not dots:
        raise UsageError("give a range A..B")
    git = open_repository(arguments["repo"])
    which: Which = "first-parent" if arguments["first_parent"] else "no-merges" if adds_up_reviews(arguments) else "all"
    ids = git.commit_ids(git.resolve(first), git.resolve(last or "HEAD"), which)
    name = str(arguments["repo"])
    return tuple(Target(name, identifier, "") for identifier in ids), {name: arguments["repo"]}


def _read_known(file: Path | None) -> dict[Target, Outcome]:
    """Outcomes of an earlier run; a last line that was cut off is passed by."""
    if file is None or not file.exists():
        return {}
    known: dict[Target, Outcome] = {}
    for line in file.read_bytes().splitlines():
        try:
            outcome = msgspec.json.decode(line, type=Outcome)
        except msgspec.DecodeError:
            continue
        known[outcome.target] = outcome
    return known


def _kept(outcomes: Iterable[Outcome], file: Path | None) -> Iterator[Outcome]:
    """The outcomes, each written to the file as it comes."""
    if file is None:
        yield from outcomes
        return
    with file.open("ab") as stream:
        for outcome in outcomes:
            stream.write(msgspec.json.encode(_plain(outcome)) + b"\n")
            stream.flush()
            yield outcome


def _plain(outcome: Outcome) -> Outcome:
    """The outcome with paths that JSON can hold."""
    hits = tuple(msgspec.structs.replace(hit, path=json_path(hit.path)) for hit in outcome.rules)
    return msgspec.structs.replace(outcome, rules=hits, failures=tuple(json_text(reason) for reason in outcome.failures))


def _json(outcomes: list[Outcome], comparison: Comparison | None) -> str:
    lines = [json.dumps(msgspec.to_builtins(_plain(outcome))) for outcome in outcomes]
    labels = {summary.label: _label_value(summary) for summary in summarize(outcomes)}
    compared = {"comparison": comparison_value(comparison)} if comparison is not None and comparison.terms.compared else {}
    return "\n".join([*lines, json.dumps({"summary": {"commits": len(outcomes), "labels": labels, **compared}})])


def _label_value(summary: LabelSummary) -> dict[str, Any]:
    shares = {level: {**msgspec.to_builtins(share), "share": round(share.share, 4)} for level, share in summary.at_least}
    counts = {name: dict(getattr(summary, name)) for name in ("rules", "families", "findings_by_rule", "failures")}
    return {**msgspec.to_builtins(summary), "at_least": shares, **counts}


def _text(summaries: tuple[LabelSummary, ...]) -> str:
    blocks = []
    for summary in summaries:
        head = (
            f"{visible(summary.label) or 'commits'}: {summary.commits} judged, {summary.findings} findings, {summary.incomplete} incomplete"
        )
        lines = [head + (f", {summary.errors} could not be established" if summary.errors else "")]
        lines += [f"  {level:<7} or more  {_percent(share)}" for level, share in summary.at_least]
        for title, counts in (("by family", summary.families), ("by rule", summary.rules), ("not read", summary.failures)):
            lines += [f"  commits {title}"] * bool(counts) + [f"  {count:5}  {visible(name)}" for name, count in counts[:MOST_RULES]]
            lines += [f"         and {len(counts) - MOST_RULES} more"] * (len(counts) > MOST_RULES)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) or "no commits"


def _percent(share: Share) -> str:
    return f"{share.count:4} of {share.of:<4} {share.share:6.1%}   95 % interval {share.low:.1%} to {share.high:.1%}"
