"""Recursive deletion of a path that comes from outside and is not proven."""

from __future__ import annotations

from collections.abc import Iterator

from aicheck.authoring import DELETION_NEEDLES, Hit, Origin, PythonCheck, bad, find_deletions, good, is_guarded
from aicheck.readers.python import Region
from aicheck.regex import regex

TEST_FUNCTIONS = regex(r"(^|\.)(test_\w*|setUp\w*|tearDown\w*|setup_\w+|teardown_\w+)$")


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
    in_tests = False
    needles = DELETION_NEEDLES
    examples = (
        bad(
            """\
import shutil

def clean(path):
    shutil.rmtree(path)
""",
            "a parameter",
        ),
        bad(
            """\
from shutil import rmtree as rm
import argparse

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out')
    args = parser.parse_args()
    rm(args.out, ignore_errors=True)
""",
            "a command line argument, under another name",
        ),
        bad(
            """\
import os
import shutil

class Cache:
    async def drop(self):
        root = os.environ['CACHE_ROOT']
        for name in os.listdir(root):
            shutil.rmtree(
                path=os.path.join(root, name),
            )
""",
            "everything below an environment variable",
        ),
        bad(
            """\
from pathlib import Path

def empty(folder):
    for entry in Path(folder).rglob('*'):
        if entry.is_file():
            entry.unlink()
""",
            "file by file, but all of them",
        ),
        good(
            """\
import shutil
from pathlib import Path

BUILD = Path(__file__).parent / 'build'

def clean():
    shutil.rmtree(BUILD)
""",
            "a fixed directory beside the source",
        ),
        good(
            """\
import shutil
import tempfile

def run(job):
    folder = tempfile.mkdtemp()
    try:
        job(folder)
    finally:
        shutil.rmtree(folder)
""",
            "made by tempfile",
        ),
        good(
            """\
import shutil
from pathlib import Path

def clean(path, root):
    target = Path(path).resolve()
    if not target.is_relative_to(root):
        raise ValueError(path)
    shutil.rmtree(target)
""",
            "a containment check",
        ),
        good(
            """\
import shutil

def clean(project):
    shutil.rmtree(project / 'node_modules')
""",
            "only a directory of that name",
        ),
        good(
            """\
def rmtree(path):
    print('would delete', path)

def clean(path):
    rmtree(path)
""",
            "another function of that name",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each deletion."""
        if TEST_FUNCTIONS.search(region.symbol):
            return
        for deletion in find_deletions(region):
            origin = next((one for one in sorted(deletion.origins, key=repr) if is_unproven(one)), None)
            if origin is not None and not is_guarded(region, deletion.call, deletion.target):
                yield Hit(region.span(deletion.call), _message(origin))


def is_unproven(origin: Origin) -> bool:
    """Whether the place is given from outside and not narrowed to a directory of a fixed name."""
    return origin.anchor == "given" and not origin.ends_fixed


def _message(origin: Origin) -> str:
    where = "a path below " if origin.parts else ""
    return f"Deletes everything under {where}{origin.source or 'a given path'}, which nothing checks"[:100]
