"""safeguard-removal/ci-gate-softened."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeCheck, ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.ci_checks import STRONG, action_checks, category_of, needed_jobs, triggers, waits_for
from aicheck.authoring.ci_losses import LostChecks, is_pipeline, lost_checks
from aicheck.authoring.ci_softening import softened_checks
from aicheck.authoring.commands import COMMAND_LANGUAGES
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location, Span
from aicheck.model.rule import Severity
from aicheck.regex import regex

AUTOMATIC = frozenset({"pull_request", "pull_request_target", "push", "merge_group"})
CALLED = frozenset({"workflow_call", "workflow_run", "schedule"})
ON_REQUEST = frozenset({"pull_request", "pull_request_target", "merge_group"})
DEPLOYS = regex(r"deploy|release|publish|promote|rollout|prod|ship|upload", re.IGNORECASE)
HARMLESS = frozenset({"echo", "true", ":", "exit", "printf", "sleep", "date"})
WORKFLOW = ".github/workflows/check.yml"
CHECKS = """on: [{on}]
jobs:
  lint:
    runs-on: ubuntu-24.04
    steps:
      - run: ruff check shop
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: pytest --cov-fail-under={floor} shop{more}
{last}"""
DEPLOY = "  deploy:\n    needs: [{needs}]\n    environment: production\n    steps:\n      - run: ./deploy.sh\n"
PLAIN = CHECKS.format(on="push, pull_request", floor=85, more="", last=DEPLOY.format(needs="lint, test"))
SCAN = """on: pull_request
jobs:
  scan:
    steps:
      - uses: actions/checkout@v5
      - uses: aquasecurity/trivy-action@0.30.0
{more}"""


class CiGateSoftened(ChangeCheck):
    """Finds pipelines in which a test, lint or scan is gone, never runs, or no longer stops what it finds."""

    id = "safeguard-removal/ci-gate-softened"
    title = "A pipeline no longer stops what it stopped before"
    why = "The next change that breaks something ends green and is deployed; nobody is told that it was never tested."
    instead = "Repair what fails. Where one check is wrong, switch off that one rule or test, and say until when."
    severity = "high"
    confidence = "medium"
    fixed = True
    languages = COMMAND_LANGUAGES
    cwe = (693,)
    examples = (
        bad_change(PLAIN, PLAIN.replace("shop\n  test", "shop\n        continue-on-error: true\n  test"), "lint may fail", path=WORKFLOW),
        bad_change(PLAIN, PLAIN.replace("=85 shop", "=85 shop || true"), "whatever the tests say", path=WORKFLOW),
        bad_change(PLAIN, PLAIN.replace("=85", "=40"), "half of the code untested", path=WORKFLOW),
        bad_change(PLAIN, PLAIN.replace("  test:\n", "  test:\n    if: false\n"), "never runs", path=WORKFLOW),
        bad_change(PLAIN, PLAIN.replace("needs: [lint, test]", "needs: [lint]"), "deploys while the tests still run", path=WORKFLOW),
        bad_change(PLAIN, re.sub(r"  test:\n(?:    .*\n)+", "", PLAIN).replace("lint, test", "lint"), "no tests at all", path=WORKFLOW),
        bad_change(PLAIN, PLAIN.replace("[push, pull_request]", "[workflow_dispatch]"), "only when somebody asks", path=WORKFLOW),
        bad_change(
            SCAN.format(more=""), SCAN.format(more="        continue-on-error: true\n"), "what the scan finds is passed over", path=WORKFLOW
        ),
        bad_change(
            "unit:\n  stage: test\n  script: [pytest]\n",
            "unit:\n  stage: test\n  script: [pytest]\n  allow_failure: true\n",
            "green whatever happens",
            path=".gitlab-ci.yml",
        ),
        bad_change("lint:\n\tflake8 shop\n", "lint:\n\tflake8 --exit-zero shop\n", "reports only", path="Makefile"),
        bad_change("check: \n\tpytest\n\nall: check\n", "check:\n\t@echo skipped\n\nall: check\n", "an empty target", path="Makefile"),
        bad_change('{"scripts": {"test": "vitest run"}}\n', '{"scripts": {"test": "echo ok"}}\n', "an empty script", path="package.json"),
        good_change(
            PLAIN,
            PLAIN.replace("      - run: pytest", "      - run: ruff format --check shop\n      - run: pytest"),
            "one more check",
            path=WORKFLOW,
        ),
        good_change(
            PLAIN,
            re.sub(r"    steps:\n      - run: pytest.*\n", "    uses: ./.github/workflows/test.yml\n", PLAIN),
            "moved to a reusable workflow",
            path=WORKFLOW,
        ),
        good_change(
            PLAIN,
            "on: [push, pull_request]\njobs:\n  checks:\n    runs-on: ubuntu-24.04\n    steps:\n"
            "      - run: pytest --cov-fail-under=85 shop\n      - run: ruff check shop\n" + DEPLOY.format(needs="checks"),
            "the same in one job, in another order",
            path=WORKFLOW,
        ),
        good_change(
            {WORKFLOW: PLAIN},
            {
                WORKFLOW: re.sub(r"  lint:\n(?:    .*\n)+", "", PLAIN).replace("lint, test", "test"),
                ".github/workflows/lint.yml": "on: pull_request\njobs:\n  lint:\n    steps:\n      - run: ruff check shop\n",
            },
            "in a workflow of its own",
        ),
        good_change(PLAIN, PLAIN.replace("=85", "=90"), "a higher floor", path=WORKFLOW),
        good_change(PLAIN, PLAIN.replace("ruff check shop", "pylint shop"), "another linter", path=WORKFLOW),
        good_change(PLAIN, PLAIN.replace("./deploy.sh", "./deploy.sh || true"), "no check", path=WORKFLOW),
        good_change(
            PLAIN, re.sub(r"  deploy:\n(?:    .*\n)+", "", PLAIN + "      - run: pytest smoke\n"), "released no more", path=WORKFLOW
        ),
        good_change(
            {WORKFLOW: PLAIN.replace("pytest", "pytest billing && pytest"), "billing/test_bill.py": "def test_bill():\n    assert 1\n"},
            {WORKFLOW: PLAIN},
            "what it tested is gone too",
        ),
    )

    def judge(self, change: ChangeFacts) -> Iterator[Match]:
        """Softened checks, then lost ones, then pipelines that start later or wait for less."""
        for one in softened_checks(change):
            yield self._at(one.pair, one.span, f"`{one.label}` {one.what}", symbol=one.symbol, before=one.before, severity=one.severity)
        for lost in lost_checks(change):
            if lost.pair.change.after is not None or any(check.category in STRONG for check in lost.checks):
                yield self._judge_lost(lost)
        for pair in change.pairs:
            if is_pipeline(pair) and pair.before is not None and pair.after is not None:
                yield from self._judge_triggers(pair, change)
                yield from self._judge_needs(pair)
            elif pair.language in {"makefile", "json"} and pair.after is not None:
                yield from self._judge_targets(pair)

    def _judge_lost(self, lost: LostChecks) -> Match:
        strong = [check for check in lost.checks if check.category in STRONG]
        first = (strong or list(lost.checks))[0]
        others = f" and {len(lost.checks) - 1} more" if len(lost.checks) > 1 else ""
        severity: Severity = "high" if strong and lost.pair.change.after is not None else "medium"
        rest = lost.pair.facts("after").commands
        near = next((command.span for command in rest if command.symbol.partition(" / ")[0] == lost.job), WHOLE_FILE)
        text = f"`{clip(first.label, 40)}`{others} no longer run" + ("" if others else "s")
        return self._at(lost.pair, near, text, symbol=first.symbol, before=first.span, severity=severity)

    def _judge_triggers(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """A pipeline with checks that no pull request or push starts any more, while no other one of the change starts now."""
        before, after = triggers(pair.facts("before")), triggers(pair.facts("after"))
        if not (before - after) & AUTOMATIC or after & CALLED or not _has_checks(pair):
            return
        others = [other for other in change.pairs if other is not pair and is_pipeline(other)]
        if any(triggers(other.facts("after")) - triggers(other.facts("before")) & AUTOMATIC for other in others):
            return
        span = next((setting.span for setting in pair.facts("after").settings if setting.key[:1] == ("on",)), WHOLE_FILE)
        was = next((setting.span for setting in pair.facts("before").settings if setting.key[:1] == ("on",)), WHOLE_FILE)
        if not after & AUTOMATIC:
            yield self._at(pair, span, "The checks no longer run by themselves", symbol="on", before=was, severity="high")
        elif before & ON_REQUEST and not after & ON_REQUEST:
            yield self._at(pair, span, "The checks no longer run on pull requests", symbol="on", before=was, severity="medium")

    def _judge_needs(self, pair: FilePair) -> Iterator[Match]:
        """A job that deploys and no longer waits for a job that checks and is still there."""
        before, after = needed_jobs(pair.facts("before")), needed_jobs(pair.facts("after"))
        checking = {
            command.symbol.partition(" / ")[0].removeprefix("job ") for command in pair.facts("after").commands if category_of(command)
        }
        checking |= {check.symbol.removeprefix("job ") for check in action_checks(pair.facts("after"))}
        for job, needs in after.items():
            if not needs or job not in before or not _deploys(job, pair):
                continue
            for lost in sorted((before[job] - waits_for(job, after)) & checking - {job}):
                spans = [s.span for s in pair.facts("after").settings if s.key[:3] == ("jobs", job, "needs")]
                was = [s.span for s in pair.facts("before").settings if s.key[:3] == ("jobs", job, "needs")]
                text = f"Job {clip(job, 30)} no longer waits for {clip(lost, 30)}"
                yield self._at(pair, spans[0], text, symbol=f"job {job}", before=was[0], severity="high")

    def _judge_targets(self, pair: FilePair) -> Iterator[Match]:
        """A target or script that ran checks and does nothing now."""
        before, after = pair.facts("before").commands, pair.facts("after").commands
        for symbol in dict.fromkeys(command.symbol for command in before if category_of(command)):
            left = [command for command in after if command.symbol == symbol]
            if any(command.argv[0] not in HARMLESS for command in left) or not (left or _is_empty_target(pair, symbol)):
                continue
            was = next(command for command in before if command.symbol == symbol and category_of(command))
            span = left[0].span if left else WHOLE_FILE
            yield self._at(pair, span, f"{clip(symbol, 40)} checks nothing any more", symbol=symbol, before=was.span, severity="high")

    def _at(self, pair: FilePair, span: Span, text: str, *, symbol: str, before: Span, severity: Severity) -> Match:
        excerpt = Excerpt(pair.before_path, before.line, clip(pair.line("before", before.line), EXCERPT_LIMIT))
        where = Location(pair.path, "after", span) if pair.change.after is not None else Location(pair.before_path, "before", before)
        return self.match(where, text, symbol=symbol, text=text, before=excerpt, severity=severity)


def _has_checks(pair: FilePair) -> bool:
    facts = pair.facts("after")
    return any(category_of(command) for command in facts.commands) or any(True for _ in action_checks(facts))


def _deploys(job: str, pair: FilePair) -> bool:
    """Whether it changes a shared environment, by its name or its commands. One that loses all it waits for is another rule's."""
    symbols = (f"job {job}", f"job {job} / ")
    return DEPLOYS.search(job) is not None or any(
        command.where == "deploy" and command.symbol.startswith(symbols) for command in pair.facts("after").commands
    )


def _is_empty_target(pair: FilePair, symbol: str) -> bool:
    """Whether a make target stands there without a recipe and without targets that it waits for."""
    if pair.language != "makefile":
        return False
    lines = re.findall(rf"^{re.escape(symbol)}[ \t]*::?(?!=)([^\n]*)$", pair.after_source or "", re.MULTILINE)
    return bool(lines) and not any(line.partition("#")[0].strip() for line in lines)
