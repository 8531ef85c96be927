"""safeguard-removal/rollback-dropped."""

from collections.abc import Iterator, Sequence

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

NETS = {
    "helm": ("atomic", "wait", "cleanup-on-fail", "rollback-on-failure", "wait-for-jobs"),
    "kubectl": ("wait",),
    "aws": ("rollback-configuration", "enable-rollback", "circuit-breaker"),
    "gcloud": ("no-traffic",),
    "docker": ("update-failure-action", "update-order"),
    "fly": ("wait-timeout",),
    "argocd": ("wait",),
    "flux": ("wait",),
    "kamal": ("hooks",),
}
"""Program -> options that stop or undo a bad rollout."""
ANTINETS = {"aws": ("disable-rollback",), "helm": ("no-hooks",), "sam": ("disable-rollback",), "cdk": ("no-rollback",), "fly": ("detach",)}
RISKY = ("migrate", "database", "environment", "apply")


class RollbackDropped(CommandCheck):
    """Finds a deployment that lost its way back: the wait, the automatic rollback, the backup before a migration."""

    id = "safeguard-removal/rollback-dropped"
    title = "A deployment lost its way back"
    why = "A bad version stays in place half rolled out, or a migration that went wrong has no copy to return to."
    instead = "Keep `--atomic` or `--wait` and the backup step; when they are too slow, raise their time limit."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (693,)
    examples = (
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: helm upgrade shop ./chart --atomic --timeout 5m\n",
            "jobs:\n  deploy:\n    steps:\n      - run: helm upgrade shop ./chart --timeout 5m\n",
            "no rollback when it fails",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/sh\nset -e\npg_dump shop > before.sql\nalembic upgrade head\n",
            "#!/bin/sh\nset -e\nalembic upgrade head\n",
            "no copy before the migration",
            path="deploy/migrate.sh",
        ),
        bad_change(
            "deploy:\n\tkubectl apply -f shop.yaml\n\tkubectl rollout status deploy/shop --timeout 2m\n",
            "deploy:\n\tkubectl apply -f shop.yaml\n",
            "nobody looks whether it came up",
            path="Makefile",
        ),
        good_change(
            "jobs:\n  deploy:\n    steps:\n      - run: helm upgrade shop ./chart --wait\n",
            "jobs:\n  deploy:\n    steps:\n      - run: helm upgrade shop ./chart --atomic\n",
            "waits and rolls back",
            path=".github/workflows/deploy.yml",
        ),
        good_change(
            "#!/bin/sh\npg_dump shop > before.sql\nalembic upgrade head\n",
            "#!/bin/sh\nheroku pg:backups:capture\nalembic upgrade head\n",
            "another backup",
            path="deploy/migrate.sh",
        ),
        good_change(
            {"deploy/a.sh": "#!/bin/sh\npg_dump shop > before.sql\n", "deploy/b.sh": "#!/bin/sh\ndate\n"},
            {"deploy/a.sh": "#!/bin/sh\ndate\n", "deploy/b.sh": "#!/bin/sh\npg_dump shop > before.sql\n"},
            "moved to another script",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Options lost by a rollout; backup and rollout commands lost."""
        for step in steps.changed:
            text = _option_lost(step.before, step.after)
            if text and step.after.where != "test":
                usual: Severity = "high" if step.after.where in UNATTENDED else "medium"
                severity: Severity = "low" if is_throwaway(step.after) else usual
                yield self.match_command(pair, step.after, f"`{shown(step.after)}` {text}", severity=severity, before=step.before)
        for table, guarded in (("backup", RISKY), ("rollback", (*RISKY, "deploy"))):
            if not any(kind_of(table, command) is not None for _, command in steps.gained()):
                yield from self._judge_lost(pair, steps, table, guarded)

    def _judge_lost(self, pair: FilePair, steps: CommandSteps, table: str, guarded: Sequence[str]) -> Iterator[Match]:
        """Each lost command of a table whose host still does what it guarded."""
        hosts: dict[str, bool] = {}
        for command in pair.facts("after").commands:
            if not hosts.get(command.symbol):
                hosts[command.symbol] = any(kind_of(name, command) is not None for name in guarded)
        for lost in steps.lost:
            if lost.where == "test" or is_throwaway(lost) or kind_of(table, lost) is None or lost.symbol not in hosts:
                continue
            works, is_backup = hosts[lost.symbol], table == "backup"
            if works or (is_backup and lost.where in UNATTENDED):
                severity = _weigh_lost(lost, is_backup=is_backup, works=works)
                yield self.match_lost(pair, lost, f"`{shown(lost)}` is gone", severity=severity)


def _weigh_lost(lost: Command, *, is_backup: bool, works: bool) -> Severity:
    """Worst where a job goes on to migrate without its backup."""
    if lost.where not in UNATTENDED:
        return "medium" if works else "low"
    return "high" if is_backup and works else "medium"


def _option_lost(before: Command, after: Command) -> str:
    first, second = take_apart(before.argv), take_apart(after.argv)
    nets = NETS.get(second.program, ())
    if first.has(*nets) and not second.has(*nets):
        return "lost `--" + next(name for name in nets if first.has(name)) + "`"
    against = ANTINETS.get(second.program, ())
    if second.has(*against) and not first.has(*against):
        return "no longer rolls back"
    return ""
