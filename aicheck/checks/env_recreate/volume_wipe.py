"""env-recreate/volume-wipe."""

import re
from collections.abc import Iterator

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.change_facts import FilePair
from aicheck.authoring.command_patterns import Kind
from aicheck.authoring.commands import CommandOfKind, CommandSteps, is_throwaway, placed, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

DEVICE = regex(r"of=/dev/(?!null|stdout|stderr|zero|shm|tty)")
IMAGE_WORDS = regex(r"\.(?:img|iso|raw|qcow2)\b|loop|image", re.IGNORECASE)


class VolumeWipe(CommandOfKind):
    """Finds commands that erase disks, file systems and the volumes of containers."""

    id = "env-recreate/volume-wipe"
    table = "volume"
    does = "wipes"
    title = "A command that wipes volumes or disks"
    why = "Volumes hold what the containers were there for; without a backup elsewhere nothing brings the data back."
    instead = "Remove containers and networks only; name the one volume that is meant, and check that it is not in use."
    severity = "high"
    cwe = (284,)
    examples = (
        bad_change(
            "#!/bin/sh\ndocker compose down\ndocker compose up -d\n",
            "#!/bin/sh\ndocker compose down -v\ndocker compose up -d\n",
            "volumes go with the containers",
            path="deploy/restart.sh",
        ),
        bad_change(
            "jobs:\n  cleanup:\n    steps:\n      - run: docker image prune -f\n",
            "jobs:\n  cleanup:\n    steps:\n      - run: docker system prune -af --volumes\n",
            "all volumes of a build host",
            path=".github/workflows/cleanup.yml",
        ),
        bad_change(
            "- name: prepare\n  command: lsblk\n",
            "- name: prepare\n  command: wipefs -a /dev/sdb\n",
            "a disk of every host",
            path="roles/storage/tasks/main.yml",
        ),
        good_change(
            "#!/bin/sh\ndocker compose down -v\n",
            "#!/bin/sh\ndocker compose down --remove-orphans\n",
            "volumes stay",
            path="deploy/restart.sh",
        ),
        good_change(
            "jobs:\n  e2e:\n    steps:\n      - run: docker compose up -d\n",
            "jobs:\n  e2e:\n    steps:\n      - run: docker compose up -d\n      - run: docker compose down -v\n",
            "a test's own stack",
            path=".github/workflows/e2e-tests.yml",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\ndd if=/dev/zero of=/dev/null count=1\n", "writes to nothing", path="deploy/restart.sh"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """The table's kinds, and `dd` onto a device."""
        yield from super().judge(pair, steps)
        for before, command in steps.gained():
            if command.argv[0] == "dd" and (before is None or before.argv[0] != "dd") and DEVICE.search(" ".join(command.argv)):
                severity = placed("critical", command)
                if severity is not None:
                    yield self.match_command(pair, command, f"`{shown(command)}` overwrites a device", severity=severity)

    def judge_place(self, kind: Kind, command: Command) -> Severity | None:
        """Volumes on a developer's machine are a note; a file system made inside an image file is none."""
        if kind.name == "disk" and IMAGE_WORDS.search(" ".join(command.argv)):
            return None
        severity = placed(kind.severity, command)
        if kind.name == "disk" and command.where == "developer" and severity is not None and not is_throwaway(command):
            return "medium"
        return severity
