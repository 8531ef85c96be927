"""What adding up asks about a scanned commit, and what the blanket rule would have said of it."""

from collections.abc import Mapping

from msgspec.structs import replace

from aicheck.model.decision import Because, Decision, Report
from aicheck.policy.blanket import blanket_instead_of
from aicheck.policy.participants import lowest_author_rank
from aicheck.replay.outcome import About, Reason
from aicheck.report.encode import json_text
from aicheck.scan import Request, judge

SUBJECT_CHARACTERS = 100


def describe(request: Request, report: Report, decision: Decision, standards: str) -> About:
    """The commit of a finished scan. `standards` is the digest of what all commits were held against."""
    commits = request.change.commits
    people = replace(request.people, commits=commits)
    last = commits[-1]
    rules = {finding.fingerprint: finding.rule for finding in report.findings}
    return About(
        committed=last.committed,
        subject=json_text(last.message.strip().partition("\n")[0][:SUBJECT_CHARACTERS]),
        author_rank=lowest_author_rank(commits, people.review, people.roster),
        provenance=request.attribution.state,
        blanket=judge(report, blanket_instead_of(request.policy), people).level,
        because=tuple(_reason(one, rules) for one in decision.because),
        standards=standards,
    )


def _reason(because: Because, rules: Mapping[str, str]) -> Reason:
    return Reason(because.escalation, because.level, tuple(sorted({rules[fingerprint] for fingerprint in because.findings})))
