"""A shell fills in the names for a `*`."""

from aicheck.authoring import RuffCode, bad, good


class WildcardArgument(RuffCode):
    """Adopts ruff's S609."""

    id = "command-injection/wildcard-argument"
    codes = ("S609",)
    found = "a `*` in a command that reads options from its arguments"
    title = "A shell fills in file names that the command may read as options"
    why = "A file named `--reference=x` or `--checkpoint-action=exec=sh x` becomes an option of `chown`, `rsync` or `tar` and runs."
    instead = "List the files in Python and pass them behind `--`, or write `./*`."
    severity = "medium"
    security = True
    cwe = (88, 155)
    references = ("https://docs.astral.sh/ruff/rules/unix-command-wildcard-injection/",)
    examples = (
        bad("import subprocess\n\nsubprocess.run('chown shop *', shell=True, check=True)\n", "names become options of chown"),
        bad("import os\n\nos.system('tar cf uploads.tar *')\n", "names become options of tar"),
        good("import subprocess\n\nsubprocess.run(['chown', '-R', 'shop', 'uploads'], check=True)\n", "the folder itself"),
        good("import os\n\nos.system('ls *')\n", "a command whose options do no harm"),
    )
