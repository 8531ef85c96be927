"""However a text came about: what the editor shows at the end is what a fresh scan of that text says."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest
from lsprotocol import types

from aicheck.editor.text import Text
from tests.cli.test_main import SOURCE
from tests.editor.conftest import Client

EDITS = 1000
PIECES = (
    "@tenacity.retry\n",
    "def load(fetch):\n    return fetch()\n",
    "import requests\nrequests.get('https://a.example')\n",
    "subprocess.run(['make'])\n",
    "# aicheck: ignore[unbounded-retry/retry-without-stop] no\n",
    "x = '𝄞ä'\n",
    "import tenacity\n",
    "(",
    "\n",
    "\r\n",
    "    ",
    "'''",
)


def random_edits(chance: random.Random, source: str) -> Iterator[tuple[types.TextDocumentContentChangeEvent, str]]:
    """Edits as a client makes them, and the text after each, worked out on the plain text."""
    for number in range(EDITS):
        text = Text(source)
        start = chance.randint(0, len(source))
        end = min(len(source), start + (chance.randint(0, 60) if chance.random() < 0.5 else 0))
        new = chance.choice(PIECES) if len(source) < 4000 else ""
        if number == EDITS - 1:
            start, end, new = 0, len(source), "import tenacity\nimport requests\n" + "".join(chance.choices(PIECES[:7], k=12))
        if source[start - 1 : start + 1] == "\r\n" or source[end - 1 : end + 1] == "\r\n":
            start = end = len(source)  # no client puts a position inside of a line end
        source = source[:start] + new + source[end:]
        yield types.TextDocumentContentChangePartial(range=types.Range(text.position(start), text.position(end)), text=new), source


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_thousand_edits_end_as_a_fresh_scan(pulling: Client, seed: int) -> None:
    chance = random.Random(seed)
    source = ""
    pulling.open("load.py", source)
    for number, (edit, after) in enumerate(random_edits(chance, source)):
        source = after
        pulling.change("load.py", edit)
        if number % 100 == 50:
            await pulling.pull("load.py")
    shown = [(one.code, one.range.start.line + 1, one.message) for one in await pulling.pull("load.py") if one.code != "not-judged"]
    command = [sys.executable, "-m", "aicheck", "scan", "--stdin-filename", "load.py", "--format", "json"]
    done = subprocess.run(
        command,
        input=source.encode(),
        capture_output=True,
        cwd=pulling.root,
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    fresh = [one for one in json.loads(done.stdout)["findings"] if one["state"] == "new" and one["suppression"] is None]
    assert sorted(shown) == sorted((one["rule"], one["line"], one["message"]) for one in fresh)
    assert shown
