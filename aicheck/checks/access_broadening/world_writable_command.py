"""access-broadening/world-writable-command."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, placed, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.regex import regex

MODE = regex(r"^0?[0-7]?[0-7][0-7][2367]$|^(?:[ugoa]*[oa][ugoa]*)[+=][rwxX]*w[rwxX]*$")
STICKY = regex(r"^0?1[0-7]{3}$")
BROAD = regex(r"^/(?:etc|usr|var|home|opt|srv|lib|bin|root)?/?\*?$|^(?:~|\$\{?HOME\}?)/?$")
THROWN_AWAY = regex(r"^/tmp\b|^/dev/|\.sock$|/cache\b")


class WorldWritableCommand(CommandCheck):
    """Finds commands that let everybody write, or give whole parts of a machine to another owner."""

    id = "access-broadening/world-writable-command"
    title = "A command makes files writable for everybody, or hands over whole folders"
    why = "Any program on the machine, a broken-into one included, can then replace what others read or run."
    instead = "Give the one folder to the one user or group that needs it (`750`, `640`, `chown app:app /srv/app/data`)."
    severity = "medium"
    security = True
    cwe = (732,)
    examples = (
        bad_change(
            "#!/bin/sh\nmkdir -p /srv/uploads\n",
            "#!/bin/sh\nmkdir -p /srv/uploads\nchmod -R 777 /srv/uploads\n",
            "everybody may write",
            path="deploy/host.sh",
        ),
        bad_change(
            'FROM debian\nENTRYPOINT ["/run"]\n',
            'FROM debian\nENTRYPOINT ["sh", "-c", "chown -R app /var && /run"]\n',
            "everything of the system's",
            path="Dockerfile",
        ),
        good_change(
            "#!/bin/sh\n", "#!/bin/sh\nchmod 755 run\nchmod +x run\nchmod 640 key\n", "only its owner writes", path="deploy/host.sh"
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\nchmod 1777 /srv/tmp\nchown -R app:app /srv/app/data\n", "narrow", path="deploy/host.sh"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands."""
        for before, command in steps.gained():
            if _opens(command) and not (before is not None and _opens(before)):
                severity = placed("medium", command)
                if severity is not None:
                    yield self.match_command(pair, command, f"`{shown(command)}`", severity=severity, before=before)


def _opens(command: Command) -> bool:
    words = take_apart(command.argv)
    plain = [word for word in command.argv[1:] if not word.startswith("-")]
    if words.program == "chmod" and len(plain) > 1:
        return bool(MODE.match(plain[0])) and not STICKY.match(plain[0]) and not all(THROWN_AWAY.search(word) for word in plain[1:])
    if words.program in {"chown", "chgrp"} and len(plain) > 1:
        return words.has("-R", "recursive") and any(BROAD.match(word) for word in plain[1:])
    return False
