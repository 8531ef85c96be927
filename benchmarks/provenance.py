"""Provenance of a long range against the `git log` that prints the same messages; and every git-ai note of a repository.

Exits with 1 when the range costs too much, or when the reader of notes breaks.
"""

import argparse
import compileall
import subprocess
import sys
from collections import Counter
from pathlib import Path

import aicheck
from aicheck.changes.git import Git, open_repository
from aicheck.provenance.claims import RecordError
from aicheck.records import read_notes
from benchmarks.measure import Command, compare, show

LIMIT = 4.0


def main() -> None:
    """Measure and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path, help="a repository, bare or not")
    parser.add_argument("--commits", type=int, default=10_000, help="how many of the last ones")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command that count")
    parser.add_argument("--notes", action="store_true", help="read all notes of refs/notes/ai instead")
    arguments = parser.parse_args()
    kept = count_notes(open_repository(arguments.repository)) if arguments.notes else measure(arguments)
    sys.exit(0 if kept else 1)


def measure(arguments: argparse.Namespace) -> bool:
    """The ratio of CPU seconds."""
    compileall.compile_dir(Path(aicheck.__file__).parent, quiet=1)
    git = ("git", "-C", str(arguments.repository))
    listed = subprocess.run((*git, "rev-list", f"--max-count={arguments.commits + 1}", "HEAD"), capture_output=True, text=True, check=True)
    revisions = f"{listed.stdout.split()[-1]}..HEAD"
    ours = (sys.executable, "-m", "aicheck", "provenance", revisions, "--repo", str(arguments.repository), "--format", "json")
    peer = (*git, "log", revisions)
    found = compare(Command(ours, Path.cwd(), expects=b'"commit"'), Command(peer, Path.cwd(), expects=b"commit "), arguments.rounds)
    return show(f"provenance of {arguments.commits} commits / git log", found, LIMIT)


def count_notes(git: Git) -> bool:
    """Reads every note; False when one breaks the reader."""
    counts: Counter[str] = Counter()
    for _, record in read_notes(git, git.find_notes(_annotated(git))):
        counts["rejected" if isinstance(record, RecordError) else "parsed"] += 1
        if isinstance(record, RecordError):
            print(f"rejected: a note that {record}")
    print(f"{counts.total()} notes: {counts['parsed']} parsed, {counts['rejected']} rejected, none crashed")
    return counts.total() > 0


def _annotated(git: Git) -> list[str]:
    """The ids of all objects that have a note."""
    folder = ("git", f"--git-dir={git.repository.git_dir}", "notes", "--ref=ai", "list")
    listed = subprocess.run(folder, capture_output=True, text=True, check=True)
    return [line.split()[1] for line in listed.stdout.splitlines()]


if __name__ == "__main__":
    main()
