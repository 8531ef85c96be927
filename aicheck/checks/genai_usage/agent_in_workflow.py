"""genai-usage/agent-in-workflow."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.ci_losses import is_pipeline
from aicheck.authoring.wording import clip
from aicheck.authoring.workflow_agents import AgentJob, agent_jobs
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.model.rule import SEVERITIES, Severity

WORKFLOW = ".github/workflows/triage.yml"
NOTHING = "on:\n  issues:\n    types: [opened]\njobs:\n  hello:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo hello\n"
AGENT = """on:
  issues:
    types: [opened]
permissions:
  contents: {contents}
jobs:
  triage:
    runs-on: ubuntu-24.04
{gate}    steps:
      - uses: actions/checkout@v5
      - uses: openai/codex-action@v1
        with:
          openai-api-key: ${{{{ secrets.OPENAI_API_KEY }}}}
          prompt: |
            Repair what this issue says.
            ${{{{ github.event.issue.{text} }}}}
"""
SHELL = """on: issue_comment
permissions: write-all
jobs:
  answer:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - env:
          COMMENT: ${{ github.event.comment.body }}
          DEPLOY_KEY: ${{ secrets.DEPLOY_KEY }}
        run: claude -p "$COMMENT" --allowedTools Bash
"""
REVIEW = """on: {event}
permissions:
  contents: write
jobs:
  review:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
        with:
          ref: ${{{{ github.event.pull_request.head.sha }}}}
      - run: gemini -p "Review this change and repair it"
"""


class AgentInWorkflow(DifferentialCheck):
    """Finds agents in workflows that anybody can start, or whose prompt anybody can write, while they may push or use secrets."""

    id = "genai-usage/agent-in-workflow"
    title = "An agent with rights takes orders from strangers"
    why = "An issue or comment is enough to make the agent push code, publish, or send the secrets of the job away."
    instead = "Let only people with write access start it (`author_association`), with a read-only token and no other secrets."
    severity = "high"
    confidence = "medium"
    fixed = True
    security = True
    languages = ("yaml",)
    cwe = (74, 77)
    examples = (
        bad_change(NOTHING, AGENT.format(contents="write", gate="", text="body"), "an issue's text", path=WORKFLOW),
        bad_change(NOTHING, SHELL, "a comment, with a secret", path=WORKFLOW),
        bad_change(REVIEW.format(event="pull_request"), REVIEW.format(event="pull_request_target"), "a stranger's change", path=WORKFLOW),
        bad_change(
            AGENT.format(contents="read", gate="", text="title"),
            AGENT.format(contents="write", gate="", text="title"),
            "may push from now on",
            path=WORKFLOW,
        ),
        bad_change(
            AGENT.format(contents="write", gate="    if: github.event.issue.author_association == 'OWNER'\n", text="body"),
            AGENT.format(contents="write", gate="", text="body"),
            "the gate is gone",
            path=WORKFLOW,
        ),
        good_change(NOTHING, AGENT.format(contents="read", gate="", text="body"), "reads only", path=WORKFLOW),
        good_change(
            NOTHING,
            AGENT.format(contents="write", gate="    if: github.event.issue.author_association == 'MEMBER'\n", text="body"),
            "members only",
            path=WORKFLOW,
        ),
        good_change(NOTHING, REVIEW.format(event="pull_request"), "no secrets and no rights for a stranger's change", path=WORKFLOW),
        good_change(NOTHING, REVIEW.format(event="workflow_dispatch"), "started by hand", path=WORKFLOW),
        good_change(NOTHING, SHELL.replace("claude -p", "echo"), "no agent", path=WORKFLOW),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:  # noqa: ARG002
        """Jobs that are worse than the same job, or the worst one of the file, was."""
        if not is_pipeline(pair) or pair.after is None:
            return
        before = {one.job: _weigh(one) for one in agent_jobs(pair.facts("before"))}
        for job in agent_jobs(pair.after):
            severity = _weigh(job)
            was = before.get(
                job.job, "" if before.keys() & {one.job for one in agent_jobs(pair.after)} else max(before.values(), key=_rank, default="")
            )
            if severity and _rank(severity) > _rank(was):
                source = job.text or f"events of `{job.open_to}`"
                text = f"{clip(job.agent, 36)} takes {clip(source, 40)}"
                yield self.match(
                    Location(pair.path, "after", job.span),
                    text,
                    symbol=f"job {job.job}",
                    text=job.agent,
                    severity=SEVERITIES[_rank(severity) - 1],
                )


def _weigh(job: AgentJob) -> Severity | str:
    """How bad; empty where nobody without write access reaches it, or it may do nothing."""
    if not job.open_to or not job.rights:
        return ""
    return "high" if job.rights == "strong" else "medium"


def _rank(severity: str) -> int:
    """0 for nothing, then as severities ascend."""
    return SEVERITIES.index(severity) + 1 if severity in SEVERITIES else 0
