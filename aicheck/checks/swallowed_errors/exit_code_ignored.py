"""A command that fails is taken for one that worked."""

from aicheck.authoring import RuffCode, bad, good


class ExitCodeIgnored(RuffCode):
    """Adopts ruff's PLW1510."""

    id = "swallowed-errors/exit-code-ignored"
    codes = ("PLW1510",)
    argument = "check=True"
    found = "subprocess.run without `check`"
    title = "A command is run without a word on its exit code"
    why = "When the command fails the program goes on: it deletes the dump that was never restored, or deploys what was never built."
    instead = "Pass `check=True`; or `check=False`, and look at `returncode`."
    severity = "medium"
    confidence = "medium"
    cwe = (252,)
    references = ("https://docs.astral.sh/ruff/rules/subprocess-run-without-check/",)
    examples = (
        bad(
            "import subprocess\n\n\ndef restore(dump):\n    subprocess.run(['pg_restore', '-d', 'shop', str(dump)])\n    dump.unlink()\n",
            "the dump is deleted either way",
        ),
        bad("from subprocess import run\n\nrun(['make', 'image'])\nrun(['make', 'push'])\n", "an image that was not built is pushed"),
        good(
            "import subprocess\n\n\ndef restore(dump):\n"
            "    subprocess.run(['pg_restore', '-d', 'shop', str(dump)], check=True)\n    dump.unlink()\n",
            "a failure ends it",
        ),
        good(
            "import subprocess\n\n\ndef is_clean():\n    return subprocess.run(['git', 'diff', '--quiet'], check=False).returncode == 0\n",
            "the exit code is the answer",
        ),
        good(
            "import subprocess\n\n\ndef is_clean():\n"
            "    done = subprocess.run(['git', 'diff', '--quiet'])\n    return done.returncode == 0\n",
            "what came of it is kept",
        ),
    )

    @classmethod
    def adopts(cls, message: str, line: str, column: int) -> bool:  # noqa: ARG003
        """Only a call whose result nobody looks at, and whose options are all in sight."""
        return not line[: column - 1].strip() and "**" not in line
