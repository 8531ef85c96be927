"""`aicheck scan`: judge a change."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

import aicheck
from aicheck.cli.change import Options, find_change
from aicheck.cli.fixes import FixOptions, apply_fixes, check_fix_options
from aicheck.cli.output import Output, look_at_terminal, parse_outputs, prepare, replace_file, write_outputs
from aicheck.cli.progress import ProgressBar
from aicheck.errors import EXIT_INCOMPLETE, EXIT_PENDING, EXIT_SATISFIED, AicheckError, UsageError
from aicheck.model.decision import Decision, Report
from aicheck.model.location import Side
from aicheck.trusted import read_trusted_files

if TYPE_CHECKING:
    from aicheck.runners.isolation import Progress
    from aicheck.scan import Request


@click.command("scan", short_help="Judge a change.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option("--staged", is_flag=True, help="Judge what is staged, against HEAD.")
@click.option("--commit", metavar="REV", help="Judge one commit against its first parent.")
@click.option("--base", metavar="REV", help="Judge what --head adds since it left this branch, as a pull request does.")
@click.option("--head", metavar="REV", help="The other end of --base; HEAD by default.")
@click.option("--before", type=click.Path(path_type=Path), metavar="DIR", help="With --after: compare two folders, no git.")
@click.option("--after", type=click.Path(path_type=Path), metavar="DIR", help="See --before.")
@click.option("--patch", metavar="FILE", help="Judge a patch applied in memory to HEAD or --base; - reads standard input.")
@click.option("--all", "whole", is_flag=True, help="Judge every given file as if it were new: the classic lint of a whole tree.")
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help="text (default), concise, json, sarif or github; repeatable."
)
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="Use this policy instead of the repository's.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="Use these people instead of the repository's.")
@click.option("--author", default="", metavar="NAME", help="Who wrote the change, as the roster names them; by default the commits say.")
@click.option("--review", type=click.Path(path_type=Path), metavar="FILE", help="Approvals and what else is known of the review, as JSON.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Use these settings instead of the repository's.")
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A trusted folder of further Semgrep rules (DIR/FAMILY/RULE.yaml).",
)
@click.option("--trust-plugin", multiple=True, metavar="NAME[==VERSION]", help="Load the rules of this installed distribution.")
@click.option(
    "--import",
    "imports",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="SARIF",
    help="Another tool's log of the files after the change; its findings on changed code count, as medium at most; repeatable.",
)
@click.option(
    "--import-before",
    "imports_before",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="SARIF",
    help="The same tool's log of the files before the change: only what that log lacks counts; repeatable.",
)
@click.option(
    "--provenance",
    type=click.Choice(["auto", "assisted", "agent", "human"]),
    default="auto",
    show_default=True,
    envvar="AICHECK_PROVENANCE",
    help="Who or what wrote the change; a marker in it still counts. Also read from AICHECK_PROVENANCE.",
)
@click.option(
    "--trace",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="An Agent Trace file (JSON or JSON lines): which lines AI wrote, for the commits that it names; repeatable.",
)
@click.option("--event", type=click.Path(path_type=Path), metavar="FILE", help="The payload of a GitHub or GitLab webhook.")
@click.option("--isolated", is_flag=True, help="Use no settings and no policy of the repository at all.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Judge standard input as this file, against HEAD or the merge base with --base; for editors.",
)
@click.option("--fix", is_flag=True, help="Put back what safe fixes put back, in the work tree; then report what is left.")
@click.option("--diff", is_flag=True, help="Print what --fix would do, as a unified diff; write nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that write something new.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 where 1 or 3 would say that somebody must look.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="How many files to read at once; by default one per processor.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="Whether to colour the text."
)
def command(**arguments: Any) -> int:
    """Judge a change: what in it has caused outages elsewhere, and who must review it.

    Without a source option the change is your work tree (staged, unstaged and untracked files) against HEAD. PATHS narrow
    the change to some files or folders.
    """
    options = Options(**arguments)
    outputs = parse_outputs(options.formats)
    prepare(outputs)
    try:
        check_fix_options(options.fix, options.diff, options.unsafe_fixes, options.formats)
        request = prepare_request(options)
        report, decision = _judge(request)
        if options.fix or options.diff:
            report, decision = apply_fixes(request, (report, decision), FixOptions(options.repo, options.diff, options.unsafe_fixes))
        code = exit_code(report, decision, exit_zero=options.exit_zero)
        if options.diff:
            outputs = tuple(output for output in outputs if output.file is not None)
        write_outputs(outputs, report, decision, look_at_terminal(options.color), code)
    except AicheckError:
        raise
    except Exception as error:
        _record_failure(outputs, f"{type(error).__name__}: {error}")
        raise
    return code


def exit_code(report: Report, decision: Decision, *, exit_zero: bool) -> int:
    """The exit code of a finished scan."""
    if exit_zero or decision.lets_pass:
        return EXIT_SATISFIED
    incomplete = bool(report.failures) or any(row.outcome == "unanalyzed" for row in report.coverage)
    return EXIT_INCOMPLETE if incomplete else EXIT_PENDING


def _judge(request: "Request") -> tuple[Report, Decision]:
    from aicheck.scan import scan

    with ProgressBar() as progress:
        return scan(replace(request, progress=progress))


def prepare_request(options: Options, progress: "Progress | None" = None) -> "Request":
    """Everything that the scan of the options needs, read from git, the trusted side and the named files."""
    git, change = find_change(options)
    from aicheck.attribution import Claimed, attribute
    from aicheck.catalogue import load_catalogue  # after the change is established: a wrong revision should cost nothing
    from aicheck.cli.imports import read_imports
    from aicheck.cli.review import read_event, read_review
    from aicheck.policy.people import People
    from aicheck.scan import Request

    imports = read_imports(git, options.imports, options.imports_before, _folders(options))
    trusted = read_trusted_files(git, change, isolated=options.isolated)
    config = trusted.config(options.config)
    catalogue = load_catalogue((*config.plugins, *options.trust_plugin), _rule_folders(options.rules))
    policy = trusted.policy(options.policy, catalogue)
    event = read_event(options.event, change)
    signatures = trusted.signatures((*config.plugins, *options.trust_plugin))
    written = attribute(git, change, Claimed(options.provenance, options.trace, event.request, policy.labels), signatures)
    change = replace(change, notes=(*change.notes, *event.notes, *written.problems))
    review = read_review(options, change, event.request)
    if git is not None and options.base is not None and not review.branch:
        review = replace(review, branch=git.branch_of(options.base))
    people = People(trusted.roster(options.roster), review, owners=trusted.owners())
    workers = options.jobs or config.jobs or os.cpu_count() or 1
    how = (workers, options.whole, progress, imports)
    return Request(change, written.attribution, catalogue, config, policy, *how, written.lines, trusted.accepted(), people)


def _folders(options: Options) -> dict[Side, Path]:
    """Both sides, where they are folders."""
    return {"before": options.before, "after": options.after} if options.before and options.after else {}


def _rule_folders(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"the rule folder {folder} does not exist")
    return folders


def _record_failure(outputs: tuple[Output, ...], message: str) -> None:
    """Leave a SARIF log that says that the run failed, wherever one was wanted."""
    from aicheck.report.sarif import failed_run  # only after an internal error

    for output in outputs:
        if output.format == "sarif":
            text = failed_run(message, aicheck.__version__)
            if output.file is None:
                click.echo(text)
            else:
                replace_file(output.file, text)
