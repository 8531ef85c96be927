"""Replay of a repository's last commits against `git log -p` over the same ones. Exits with 1 when it costs too much."""

import argparse
import compileall
import subprocess
import sys
from pathlib import Path

import aicheck
from benchmarks.measure import Command, compare, show

LIMIT = 60.0


def main() -> None:
    """Measure and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path, help="a repository of a mid-size service, bare or not")
    parser.add_argument("--commits", type=int, default=1000, help="how many of the last ones, merges left out")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each command that count")
    arguments = parser.parse_args()
    compileall.compile_dir(Path(aicheck.__file__).parent, quiet=1)
    git = ("git", "-C", str(arguments.repository))
    listed = subprocess.run(
        (*git, "rev-list", "--no-merges", f"--max-count={arguments.commits}", "HEAD"), capture_output=True, text=True, check=True
    )
    table = Path("replay-bench.tsv").resolve()
    table.write_text("repo\tsha\tlabel\n" + "".join(f"own/er\t{sha}\tbench\n" for sha in listed.stdout.split()))
    try:
        ours = Command(
            (sys.executable, "-m", "aicheck", "replay", "--commits", str(table), "--repos", str(arguments.repository.resolve())),
            Path.cwd(),
            expects=b"judged",
        )
        peer = Command((*git, "log", "-p", "--no-merges", f"--max-count={arguments.commits}", "HEAD"), Path.cwd())
        kept = show(f"replay of {arguments.commits} commits / git log -p", compare(ours, peer, arguments.rounds), LIMIT)
    finally:
        table.unlink()
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
