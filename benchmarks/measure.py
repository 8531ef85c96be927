"""CPU time of whole process trees."""

import os
import resource
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec


class Command(msgspec.Struct, frozen=True):
    """A command to measure."""

    arguments: tuple[str, ...]
    folder: Path
    codes: frozenset[int] = frozenset({0, 1})
    """Exit codes that mean that it did its work."""
    expects: bytes = b""
    """What its output must hold: a program that failed to start is fast."""


def cpu_seconds(command: Command) -> float:
    """User and system time of one run, all its waited-for descendants included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command.arguments, cwd=command.folder, capture_output=True, check=False, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in command.codes or command.expects not in done.stdout:
        raise SystemExit(f"{' '.join(command.arguments)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(ours: Command, peer: Command, rounds: int) -> tuple[float, float]:
    """Median CPU seconds of both, measured in turns after one run of each that does not count."""
    samples: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for command, found in zip((ours, peer), samples, strict=True):
            seconds = cpu_seconds(command)
            if number:
                found.append(seconds)
    return statistics.median(samples[0]), statistics.median(samples[1])


def show(name: str, seconds: Sequence[float], limit: float) -> bool:
    """Print one line; True when the ratio keeps its limit."""
    ours, peer = seconds
    ratio = ours / peer
    print(f"{name:<58} {ours:7.2f} s {peer:7.2f} s   ratio {ratio:5.2f}   limit {limit:.2f}   {'ok' if ratio <= limit else 'TOO SLOW'}")
    return ratio <= limit
