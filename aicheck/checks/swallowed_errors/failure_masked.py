"""swallowed-errors/failure-masked."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.ci_checks import category_of
from aicheck.authoring.ci_losses import is_pipeline
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

STOPS = regex(r"^-[a-zA-Z]*e|^errexit$|^pipefail$")
QUERY = regex(
    r"\b(?:get|list|describe|show|status|wait|delete|rm|remove|down|stop|prune|destroy|drop|undo|create|create-\w+|lint|rollout)\b|--ignore-not-found|--if-exists"
)
"""What may fail because the thing is there already, or is not there."""
WORK = ("migrate", "backup", "publish", "deploy", "test")


class FailureMasked(CommandCheck):
    """Finds a migration, deployment or test whose failure is passed over from now on."""

    id = "swallowed-errors/failure-masked"
    title = "The failure of a migration, deployment or test is passed over"
    why = "The job goes on and ends green: new code runs on the old schema, or is released without its tests."
    instead = "Let it fail. Where one failure is expected, test for exactly that one."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (252,)
    examples = (
        bad_change(
            "#!/bin/sh\nset -e\nalembic upgrade head\nexec gunicorn app\n",
            "#!/bin/sh\nset -e\nalembic upgrade head || true\nexec gunicorn app\n",
            "starts on a schema that may be the old one",
            path="docker-entrypoint.sh",
        ),
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -f shop.yaml\n",
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -f shop.yaml\n        continue-on-error: true\n",
            "green whatever happens",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/bash\nset -euo pipefail\npython manage.py migrate\nkubectl apply -f shop.yaml\n",
            "#!/bin/bash\nset -u\npython manage.py migrate\nkubectl apply -f shop.yaml\n",
            "no command stops the script any more",
            path="deploy/rollout.sh",
        ),
        bad_change("test:\n\tpytest\n", "test:\n\t-pytest\n", "make goes on", path="Makefile"),
        good_change(
            "#!/bin/sh\nset -e\n",
            "#!/bin/sh\nset -e\ngrep -q shop /etc/hosts || true\nkill $PID || true\n",
            "may well fail",
            path="deploy/rollout.sh",
        ),
        good_change(
            "#!/bin/sh\nkubectl apply -f shop.yaml\n",
            "#!/bin/sh\nkubectl delete job migrate || true\nkubectl apply -f shop.yaml\n",
            "a deletion of what may be gone",
            path="deploy/rollout.sh",
        ),
        good_change(
            "#!/bin/sh\nset -e\nalembic upgrade head || true\n",
            "#!/bin/sh\nset -e\nalembic upgrade head\n",
            "fails again",
            path="docker-entrypoint.sh",
        ),
        good_change(
            "#!/bin/bash\nset -e\nkubectl apply -f shop.yaml\n",
            "#!/bin/bash\nset -euo pipefail\nkubectl apply -f shop.yaml\n",
            "stops at more",
            path="deploy/rollout.sh",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Commands that were not masked before; scripts that no longer stop."""
        was = {id(step.after): step.before for step in (*steps.kept, *steps.changed)}
        for command in (*(step.after for step in steps.kept), *(command for _, command in steps.gained())):
            before = was.get(id(command))
            if not command.masked or (before is not None and (before.masked or _is_gate(pair, before))):
                continue
            severity = _weigh(command, is_new=before is None)
            if severity is not None:
                yield self.match_command(pair, command, f"`{shown(command)}` may fail unnoticed", severity=severity, before=before)
        yield from self._judge_script(pair)

    def _judge_script(self, pair: FilePair) -> Iterator[Match]:
        """A `set -e` that is gone, where work that may fail still stands."""
        before, after = ([c for c in pair.facts(side).commands if _sets_stop(c)] for side in ("before", "after"))
        if not before or after:
            return
        lost = before[0]
        work = next((command for command in pair.facts("after").commands if command.symbol == lost.symbol and _work(command)), None)
        if work is not None and not any(
            command.argv[:1] == ("set",) and "e" in "".join(command.argv[1:2]) for command in pair.facts("after").commands
        ):
            severity: Severity = "high" if work.where in UNATTENDED and _work(work) != "test" else "medium"
            yield self.match_lost(pair, lost, f"`{shown(lost)}` is gone: `{shown(work, 30)}` may fail unnoticed", severity=severity)


def _is_gate(pair: FilePair, before: Command) -> bool:
    """Whether it is a check of a pipeline that stands there already: that is `safeguard-removal/ci-gate-softened`."""
    return is_pipeline(pair) and bool(category_of(before))


def _sets_stop(command: Command) -> bool:
    return command.argv[0] == "set" and any(STOPS.match(word) for word in command.argv[1:])


def _work(command: Command) -> str:
    """The kind of work that must not fail unnoticed; empty for anything else."""
    name = next((name for name in WORK if kind_of(name, command) is not None), "")
    return "" if name == "deploy" and QUERY.search(" ".join(command.argv[1:4])) else name


def _weigh(command: Command, *, is_new: bool) -> Severity | None:
    work = _work(command)
    if not work or (work == "test" and command.where == "developer") or "trap" in command.condition:
        return None
    if work != "test" and (command.where == "test" or is_throwaway(command)):
        return "low"
    if is_new:
        return "medium" if work in {"migrate", "backup", "deploy"} and command.where in UNATTENDED else "low"
    return "high" if work in {"migrate", "deploy", "backup"} and command.where in UNATTENDED else "medium"
