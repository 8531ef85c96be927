"""safeguard-removal/rollback-dropped."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match

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
                severity = "low" if is_throwaway(step.after) else "high" if step.after.where in UNATTENDED else "medium"
                yield self.match_command(pair, step.after, f"`{shown(step.after)}` {text}", severity=severity, before=step.before)
        for lost in steps.lost:
            yield from self._judge_lost(pair, steps, lost)

    def _judge_lost(self, pair: FilePair, steps: CommandSteps, lost: Command) -> Iterator[Match]:
        is_backup = kind_of("backup", lost) is not None
        table = "backup" if is_backup else "rollback"
        if lost.where == "test" or is_throwaway(lost) or kind_of(table, lost) is None:
            return
        if any(kind_of(table, command) is not None for _, command in steps.gained()):
            return
        guarded = (*RISKY, "deploy") if not is_backup else RISKY
        rest = [command for command in pair.facts("after").commands if command.symbol == lost.symbol]
        works = any(kind_of(name, command) is not None for command in rest for name in guarded)
        if works or (is_backup and lost.where in UNATTENDED and rest):
            unattended = lost.where in UNATTENDED
            severity = "high" if is_backup and works and unattended else "medium" if unattended or works else "low"
            yield self.match_lost(pair, lost, f"`{shown(lost)}` is gone", severity=severity)


def _option_lost(before: Command, after: Command) -> str:
    first, second = take_apart(before.argv), take_apart(after.argv)
    nets = NETS.get(second.program, ())
    if first.has(*nets) and not second.has(*nets):
        return "lost `--" + next(name for name in nets if first.has(name)) + "`"
    against = ANTINETS.get(second.program, ())
    if second.has(*against) and not first.has(*against):
        return "no longer rolls back"
    return ""
