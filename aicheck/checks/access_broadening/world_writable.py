"""Every user of the machine may write to a file."""

from aicheck.authoring import RuffCode, bad, good
from aicheck.regex import regex

_EVERYBODY_WRITES = regex(r"`0o[0-7]*[2367]`")


class WorldWritable(RuffCode):
    """Adopts ruff's S103 where the mode lets everybody write."""

    id = "access-broadening/world-writable"
    codes = ("S103",)
    title = "A file or folder becomes writable for everybody"
    why = "Any program on the machine, a broken-into one included, can now replace what this one reads or runs."
    instead = "Give it to the user or group that needs it (`0o750`, `0o640`, `chown`)."
    severity = "high"
    security = True
    cwe = (732,)
    references = ("https://docs.astral.sh/ruff/rules/bad-file-permissions/",)
    examples = (
        bad("import os\n\nos.chmod('/srv/uploads', 0o777)\n", "a folder that everybody may fill"),
        bad("from os import chmod\n\n\ndef share(path):\n    chmod(path, 0o666)\n", "a file that everybody may change"),
        good("import os\n\nos.chmod('/srv/uploads', 0o750)\n", "for the group"),
        good("import os\n\nos.chmod('run.sh', 0o755)\n", "everybody may run it, its owner may change it"),
        good("import os\nimport stat\n\nos.chmod('run.sh', os.stat('run.sh').st_mode | stat.S_IXUSR)\n", "made a program"),
    )

    @classmethod
    def adopts(cls, message: str, line: str, column: int) -> bool:  # noqa: ARG003
        """Ruff also reports the mode of every ordinary program, `0o755`."""
        return _EVERYBODY_WRITES.search(message) is not None
