"""A shell is started by other means than the subprocess module."""

from aicheck.authoring import RuffCode, bad, good


class ShellStarted(RuffCode):
    """Adopts ruff's S604 and S605 where something is put into the command line."""

    id = "command-injection/shell-started"
    codes = ("S604", "S605")
    found = "a command line that is put together goes through a shell"
    title = "A command line that is put together goes through a shell"
    why = "A space, a quote or a semicolon in a value becomes another command, and `os.system` does not even raise when one fails."
    instead = "Use `subprocess.run` with a list of arguments and `check=True`."
    severity = "medium"
    confidence = "medium"
    security = True
    cwe = (78,)
    references = (
        "https://docs.astral.sh/ruff/rules/start-process-with-a-shell/",
        "https://docs.astral.sh/ruff/rules/call-with-shell-equals-true/",
    )
    examples = (
        bad("import os\n\n\ndef pack(name):\n    os.system(f'tar czf {name}.tgz {name}')\n", "a name inside the command line"),
        bad("def clean(context, folder):\n    context.run('rm -r ' + folder, shell=True)\n", "a runner of one's own"),
        good("import os\n\nos.system('clear')\n", "a fixed command line"),
        good(
            "import subprocess\n\n\ndef pack(name):\n    subprocess.run(['tar', 'czf', f'{name}.tgz', name], check=True)\n",
            "a list of arguments",
        ),
    )

    @classmethod
    def adopts(cls, message: str, line: str, column: int) -> bool:  # noqa: ARG003
        """Not a command line that is written out."""
        return "seems safe" not in message
