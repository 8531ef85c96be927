"""A temporary file has a name that anybody can guess."""

from aicheck.authoring import RuffCode, bad, good


class PredictableTemporaryFile(RuffCode):
    """Adopts ruff's S108."""

    id = "access-broadening/predictable-temporary-file"
    codes = ("S108",)
    found = "a fixed name in a folder that everybody may write to"
    title = "A temporary file has a fixed name in a folder that everybody may write to"
    why = "Another user can put a link or a file of theirs under the name first; two runs at once write over each other."
    instead = "Use `tempfile.TemporaryDirectory` or `tempfile.NamedTemporaryFile`."
    severity = "low"
    security = True
    cwe = (377,)
    references = ("https://docs.astral.sh/ruff/rules/hardcoded-temp-file/",)
    examples = (
        bad("def dump(rows):\n    with open('/tmp/orders.csv', 'w') as file:\n        file.writelines(rows)\n", "a file"),
        bad("from pathlib import Path\n\nCACHE = Path('/var/tmp/shop')\n", "a folder"),
        good(
            "import tempfile\n\n\ndef dump(rows):\n    with tempfile.NamedTemporaryFile('w') as file:\n        file.writelines(rows)\n",
            "a fresh name that nobody else can open",
        ),
        good("def dump(rows, folder):\n    (folder / 'tmp' / 'orders.csv').write_text(''.join(rows))\n", "a folder of the program"),
    )
