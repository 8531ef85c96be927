"""A subprocess runs through a shell."""

from aicheck.authoring import RuffCode, bad, good


class SubprocessShell(RuffCode):
    """Adopts ruff's S602 where something is put into the command line."""

    id = "command-injection/subprocess-shell"
    codes = ("S602",)
    title = "A command is run through a shell"
    why = "Whatever reaches the command line is read by the shell: a space, a quote or a semicolon in a file name becomes another command."
    instead = "Pass the arguments as a list and leave `shell` out; for a pipeline connect two processes or do the filtering in Python."
    severity = "medium"
    security = True
    cwe = (78,)
    references = ("https://docs.astral.sh/ruff/rules/subprocess-popen-with-shell-equals-true/",)
    examples = (
        bad(
            'import subprocess\n\n\ndef pack(name):\n    subprocess.run(f"tar czf {name}.tgz {name}", shell=True, check=True)\n',
            "a name inside the command line",
        ),
        bad(
            "from subprocess import Popen as start\n\n\ndef run(line: str) -> None:\n    start(line, shell=True)\n",
            "Popen under another name",
        ),
        good(
            'import subprocess\n\n\ndef pack(name):\n    subprocess.run(["tar", "czf", f"{name}.tgz", name], check=True)\n',
            "a list of arguments",
        ),
        good('import subprocess\n\nsubprocess.run("make clean", shell=True, check=True)\n', "a fixed command line"),
        good("def run(line: str, shell: bool) -> None: ...\n\n\nrun('x', shell=True)\n", "another function's argument of the same name"),
    )

    @classmethod
    def adopts(cls, message: str, line: str, column: int) -> bool:  # noqa: ARG003
        """Not a command line that is written out."""
        return "seems safe" not in message
