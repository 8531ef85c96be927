"""access-broadening/untrusted-checkout."""

import re
from collections.abc import Iterator, Sequence

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.commands import shown
from aicheck.authoring.setting_tree import is_position
from aicheck.model.facts import Command, Facts, Setting
from aicheck.model.finding import Match
from aicheck.model.location import Location, Span
from aicheck.readers.place import place_of
from aicheck.regex import regex

EVENTS = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
"""Events that run with the repository's secrets and that a stranger can cause."""
HEAD = regex(
    r"github\.event\.(?:pull_request\.head\.(?:sha|ref|repo\.full_name)|workflow_run\.head_(?:sha|branch|repository\.full_name))"
    r"|github\.head_ref|refs/pull/\$\{\{[^}]*\}\}/(?:head|merge)|\bpull/\$\{\{[^}]*\}\}/(?:head|merge)|steps\.[\w-]+\.outputs\.[\w-]*(?:head|sha|ref)",
    re.IGNORECASE,
)
FETCHES = regex(r"\bpull/\S*/(?:head|merge)|\bhead[_.](?:ref|sha)", re.IGNORECASE)
SAME_REPOSITORY = regex(r"head\.repo\.(?:full_name|fork|id)|author_association|head_repository|\.fork\s*==\s*false", re.IGNORECASE)
WORKFLOW = """on:
  {event}:
jobs:
  check:
    runs-on: ubuntu-24.04
{guard}    steps:
    - uses: actions/checkout@v4
{ref}    - run: make check
"""
REF = "      with:\n        ref: ${{ github.event.pull_request.head.sha }}\n"
PATH = ".github/workflows/check.yml"


class UntrustedCheckout(DifferentialCheck):
    """Finds workflows that run with the repository's secrets and fetch the code of a stranger's pull request."""

    id = "access-broadening/untrusted-checkout"
    title = "A workflow with secrets fetches a stranger's code"
    why = "Whoever opens a pull request runs what they like with the repository's token and secrets: build scripts, hooks, dependencies."
    instead = "Check it on `pull_request`, which has no secrets; act on the result in a second workflow that fetches no code."
    severity = "high"
    confidence = "high"
    languages = ("yaml",)
    cwe = (250, 829)
    security = True
    references = ("https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/",)
    examples = (
        bad(WORKFLOW.format(event="pull_request_target", ref=REF, guard=""), "the head of the pull request", path=PATH),
        bad_change(
            WORKFLOW.format(event="pull_request", ref=REF, guard=""),
            WORKFLOW.format(event="pull_request_target", ref=REF, guard=""),
            "the event changes, the checkout stays",
            path=PATH,
        ),
        bad_change(
            WORKFLOW.format(event="pull_request_target", ref="", guard=""),
            WORKFLOW.format(event="pull_request_target", ref="    - run: gh pr checkout ${{ github.event.number }}\n", guard=""),
            "by a command",
            path=PATH,
        ),
        bad(
            WORKFLOW.format(event="workflow_run", ref="      with: {ref: '${{ github.event.workflow_run.head_sha }}'}\n", guard=""),
            "after another workflow",
            path=PATH,
        ),
        good(WORKFLOW.format(event="pull_request", ref=REF, guard=""), "without secrets", path=PATH),
        good(WORKFLOW.format(event="pull_request_target", ref="", guard=""), "the base's own code", path=PATH),
        good(
            WORKFLOW.format(
                event="pull_request_target",
                ref=REF,
                guard="    if: github.event.pull_request.head.repo.full_name == github.repository\n",
            ),
            "only from the same repository",
            path=PATH,
        ),
        good_change(
            WORKFLOW.format(event="pull_request_target", ref=REF, guard=""),
            WORKFLOW.format(event="pull_request", ref=REF, guard=""),
            "the other way",
            path=PATH,
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:  # noqa: ARG002
        """One match for each job that fetches a stranger's code now and did not before."""
        if place_of(pair.path) != "workflow":
            return
        before = {job for job, _, _ in _fetches(pair.facts("before"))}
        for job, text, span in _fetches(pair.facts("after")):
            if job not in before:
                before.add(job)
                yield self.match(Location(pair.path, "after", span), text, symbol=job, text="fetches a stranger's code")


def _fetches(facts: Facts) -> Iterator[tuple[str, str, Span]]:
    """(job, what was found, where) for each fetch in a job without a guard; nothing where no event of EVENTS starts it."""
    events = sorted(_events(facts.settings))
    if not events:
        return
    guarded = {setting.key[1] for setting in facts.settings if _is_guard(setting)}
    for setting in facts.settings:
        is_checkout = len(setting.key) > 3 and setting.key[0] == "jobs" and setting.key[-2:] in {("with", "ref"), ("with", "repository")}
        if is_checkout and setting.key[1] not in guarded and HEAD.search(setting.value):
            yield setting.key[1], f"on `{events[0]}`, a job checks out the head of the pull request", setting.span
    for command in facts.commands:
        job = command.symbol.removeprefix("job ").partition(" / ")[0]
        if job not in guarded and _fetches_head(command) and not SAME_REPOSITORY.search(command.condition):
            yield job, f"on `{events[0]}`: `{shown(command, 56)}`", command.span


def _events(settings: Sequence[Setting]) -> set[str]:
    found = set()
    for setting in settings:
        if setting.key[:1] == ("on",):
            name = setting.value if len(setting.key) == 1 or is_position(setting.key[1]) else setting.key[1]
            found |= {name} & EVENTS
    return found


def _is_guard(setting: Setting) -> bool:
    return len(setting.key) == 3 and setting.key[0] == "jobs" and setting.key[2] == "if" and bool(SAME_REPOSITORY.search(setting.value))


def _fetches_head(command: Command) -> bool:
    words = command.argv
    if words[:3] == ("gh", "pr", "checkout"):
        return True
    return (
        words[0] == "git"
        and len(words) > 1
        and words[1] in {"fetch", "checkout", "pull", "merge"}
        and bool(FETCHES.search(" ".join(words)))
    )
