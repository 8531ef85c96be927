"""`aicheck policy what-if`: what another author, rank or approval would make of a change."""

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from aicheck.cli.change import Options
from aicheck.cli.progress import ProgressBar
from aicheck.cli.scan import prepare_request
from aicheck.model.change import Commit, Identity
from aicheck.model.decision import Report
from aicheck.model.review import Approval, Review
from aicheck.policy.levels import RANKS
from aicheck.report.decision_words import Cause, describe_decision


@click.command("what-if", short_help="Ask what another author or approval would change.")
@click.option("--author", default="", metavar="NAME", help="Suppose that this person wrote the change.")
@click.option("--rank", type=click.Choice(RANKS), help="Suppose that the author has this rank.")
@click.option("--approve", "approvers", multiple=True, metavar="NAME", help="Suppose that this person approves the head now; repeatable.")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option("--staged", is_flag=True, help="About what is staged.")
@click.option("--commit", metavar="REV", help="About one commit.")
@click.option("--base", metavar="REV", help="About what --head adds since it left this branch.")
@click.option("--head", metavar="REV", help="The other end of --base; HEAD by default.")
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="Use this policy instead of the repository's.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="Use these people instead of the repository's.")
@click.option("--review", type=click.Path(path_type=Path), metavar="FILE", help="Approvals and what else is known of the review, as JSON.")
def command(**arguments: Any) -> None:
    """Decide about a change as it is, and as it would be with another author, rank or approvals. The change is scanned once.

    Without a source option the change is your work tree. The exit code is 0 whatever the answer: nothing is held up by a question.
    """
    from aicheck.scan import judge, scan

    author, rank, approvers = (arguments.pop(name) for name in ("author", "rank", "approvers"))
    with ProgressBar() as progress:
        request = prepare_request(Options(**arguments), progress)
        report, now = scan(request)
    people = replace(request.people, commits=request.change.commits)
    supposed = replace(people, review=_suppose(people.review, author, approvers))
    if author:
        supposed = replace(supposed, commits=_written_by(author, people.commits))
    then = judge(report, request.policy, supposed, rank or "")
    causes = _causes(report)
    wanted = [f"{author or 'the author'} wrote it{f' with rank {rank}' if rank else ''}"] * bool(author or rank)
    wanted += [f"{name} approved it" for name in approvers]
    click.echo(f"As it is: {describe_decision(now, causes)}\n")
    click.echo(f"If {' and '.join(wanted) or 'nothing were different'}: {describe_decision(then, causes)}")


def _suppose(review: Review, author: str, approvers: tuple[str, ...]) -> Review:
    given = tuple(Approval(name, review.head, review.now) for name in approvers)
    return replace(review, author=author or review.author, approvals=(*review.approvals, *given))


def _written_by(author: str, commits: tuple[Commit, ...]) -> tuple[Commit, ...]:
    """The commits as if this person had made them: whoever did is free to review then. Co-authors stay."""
    identity = Identity(author, author)
    return tuple(replace(commit, author=identity, committer=identity) for commit in commits)


def _causes(report: Report) -> dict[str, Cause]:
    return {
        one.fingerprint: Cause(one.rule, one.location.path, one.location.span.line, one.message) for one in report.findings if one.counts
    }
