"""Recursive deletion of the home directory, the root, or the current directory."""

from __future__ import annotations

from collections.abc import Iterator

from aicheck.authoring import DELETION_NEEDLES, Hit, Origin, PythonCheck, bad, find_deletions, good, is_guarded
from aicheck.readers.python import Region

SAFE_DEPTH = 2
"""Fixed parts below the home directory that make a deletion narrow enough (`~/.cache/app`)."""
SYSTEM = frozenset(
    """
            bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys usr var Users Library System Windows
            """.split()  # noqa: SIM905
)
HOMES = frozenset({"home", "Users"})


class HomeOrRoot(PythonCheck):
    """A whole tree is deleted whose root can be `/`, the home directory, or the working directory or above."""

    id = "broad-deletion/home-or-root"
    title = "A deletion whose target can be the home, root or current directory"
    why = "It deletes a person's files or a whole machine, beyond what version control or a backup of the project brings back."
    instead = "Delete a fixed directory at least two levels below the home directory, or one that the program itself created."
    severity = "critical"
    cwe = (73,)
    needles = DELETION_NEEDLES
    examples = (
        bad(
            """\
import os
import shutil

def reset():
    shutil.rmtree(os.path.expanduser('~'))
""",
            "the home directory",
        ),
        bad(
            """\
import os
import shutil

def reset():
    root = os.environ.get('APP_ROOT', os.path.expanduser('~'))
    for name in os.listdir(root):
        shutil.rmtree(os.path.join(root, name))
""",
            "home when the variable is not set",
        ),
        bad(
            """\
from pathlib import Path
from shutil import rmtree as drop

class Store:
    def wipe(self):
        drop(
            Path.home() / '.config',
        )
""",
            "all settings of a person",
        ),
        bad(
            """\
import shutil
from pathlib import Path

async def clean():
    shutil.rmtree(path=Path.cwd())
""",
            "wherever it was started",
        ),
        bad(
            """\
import shutil

shutil.rmtree('..', ignore_errors=True)
""",
            "above the current directory",
        ),
        good(
            """\
import os
import shutil

def reset():
    shutil.rmtree(os.path.expanduser('~/.cache/app/index'))
""",
            "a directory of its own",
        ),
        good(
            """\
from pathlib import Path
import shutil

def clean():
    shutil.rmtree(Path.cwd() / 'build')
""",
            "a fixed subdirectory",
        ),
        good(
            """\
def hint():
    print('to start over: shutil.rmtree(os.path.expanduser("~"))')
""",
            "printed text",
        ),
        good(
            """\
import shutil
import tempfile

def clean():
    shutil.rmtree(tempfile.mkdtemp(dir='/'))
""",
            "a new directory",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each deletion."""
        for deletion in find_deletions(region):
            found = next((words for words in map(describe, sorted(deletion.origins, key=repr)) if words), "")
            if found and not is_guarded(region, deletion.call, deletion.target):
                yield Hit(region.span(deletion.call), f"Can delete everything in {found}")


def describe(origin: Origin) -> str:
    """What is lost when all below this place is deleted, in words; empty when the place is narrow enough."""
    fixed = [part for part in origin.parts if "*" not in part]
    if origin.anchor == "home" and len(fixed) < SAFE_DEPTH:
        return "the home directory" + (f" under {fixed[0]}"[:40] if fixed else "")
    if origin.anchor == "working" and not fixed:
        return "the current directory or above it"
    if origin.anchor == "root":
        if not fixed:
            return "the root of the file system"
        if fixed[0] in SYSTEM and len(fixed) == 1 and fixed[0] not in {"root", "home"} | HOMES:
            return f"/{fixed[0]}"
        if (fixed[0] == "root" and len(fixed) < SAFE_DEPTH + 1) or (fixed[0] in HOMES and len(fixed) < SAFE_DEPTH + 2):
            return "a home directory"
    return ""
