"""Recursive deletion of a path that comes from outside and is not proven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicheck.authoring import DELETION_NEEDLES, Deletion, Hit, Origin, PythonCheck, bad, find_deletions, good, is_guarded
from aicheck.readers.python import Region

TEST_PATHS = re.compile(r"(^|/)(tests?|testing|conftest\.py)(/|$)|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
TEST_FUNCTIONS = re.compile(r"(^|\.)(test_\w*|setUp\w*|tearDown\w*|setup_\w+|teardown_\w+)$")


class UnprovenPath(PythonCheck):
    """A whole tree is deleted, and its root comes from an argument, a setting or a request that nothing checks."""

    id = "broad-deletion/unproven-path"
    title = "A directory tree is deleted without proof of where it is"
    why = "One wrong or empty value deletes a directory that nobody meant: a home directory, a mounted volume, the only copy."
    instead = (
        "Resolve the path and refuse it unless it lies inside a directory that the program owns, or delete a fixed subdirectory of it."
    )
    severity = "high"
    cwe = (22, 73)
    needles = ((*DELETION_NEEDLES,),)
    examples = (
        bad("import shutil\n\ndef clean(path):\n    shutil.rmtree(path)\n", "a parameter"),
        bad(
            "from shutil import rmtree as rm\nimport argparse\n\ndef main():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--out')\n"
            "    args = parser.parse_args()\n    rm(args.out, ignore_errors=True)\n",
            "a command line argument, under another name",
        ),
        bad(
            "import os\nimport shutil\n\nclass Cache:\n    async def drop(self):\n        root = os.environ['CACHE_ROOT']\n        for name in os.listdir(root):\n"
            "            shutil.rmtree(\n                path=os.path.join(root, name),\n            )\n",
            "everything below an environment variable",
        ),
        bad(
            "from pathlib import Path\n\ndef empty(folder):\n    for entry in Path(folder).rglob('*'):\n        if entry.is_file():\n            entry.unlink()\n",
            "file by file, but all of them",
        ),
        good(
            "import shutil\nfrom pathlib import Path\n\nBUILD = Path(__file__).parent / 'build'\n\ndef clean():\n    shutil.rmtree(BUILD)\n",
            "a fixed directory beside the source",
        ),
        good(
            "import shutil\nimport tempfile\n\ndef run(job):\n    folder = tempfile.mkdtemp()\n    try:\n        job(folder)\n    finally:\n        shutil.rmtree(folder)\n",
            "made by tempfile",
        ),
        good(
            "import shutil\nfrom pathlib import Path\n\ndef clean(path, root):\n    target = Path(path).resolve()\n    if not target.is_relative_to(root):\n"
            "        raise ValueError(path)\n    shutil.rmtree(target)\n",
            "a containment check",
        ),
        good("import shutil\n\ndef clean(project):\n    shutil.rmtree(project / 'node_modules')\n", "only a directory of that name"),
        good("def rmtree(path):\n    print('would delete', path)\n\ndef clean(path):\n    rmtree(path)\n", "another function of that name"),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each deletion."""
        if TEST_PATHS.search(region.source.path) or TEST_FUNCTIONS.search(region.symbol):
            return
        for deletion in find_deletions(region):
            origin = next((one for one in sorted(deletion.origins, key=repr) if is_unproven(one)), None)
            if origin is not None and not is_guarded(region, deletion.call, deletion.target):
                yield Hit(region.span(deletion.call), _message(deletion, origin))


def is_unproven(origin: Origin) -> bool:
    """Whether the place is given from outside and not narrowed to a directory of a fixed name."""
    return origin.anchor == "given" and not origin.ends_fixed


def _message(deletion: Deletion, origin: Origin) -> str:
    where = "a path below " if origin.parts else ""
    return f"Deletes everything under {where}{origin.source or 'a given path'}, which nothing checks"[:100]
