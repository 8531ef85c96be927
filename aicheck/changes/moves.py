"""Which added file continues which removed one, by the lines that they share."""

from collections import Counter
from collections.abc import Mapping

LEAST_SHARE = 0.5
MOST_PAIRS = 4000
"""Comparisons of one change; beyond them only identical contents are recognised."""
MOST_BYTES = 1 << 20


def find_moves(removed: Mapping[str, bytes], added: Mapping[str, bytes]) -> dict[str, str]:
    """Added path -> the removed path that it most resembles (at least half of the lines of the larger one). One to one."""
    moves: dict[str, str] = {}
    by_content: dict[bytes, list[str]] = {}
    for path in sorted(removed, reverse=True):
        if removed[path]:
            by_content.setdefault(removed[path], []).append(path)
    for path in sorted(added):
        same = by_content.get(added[path])
        if same:
            moves[path] = same.pop()
    sources = _countable(removed, set(moves.values()))
    targets = _countable(added, set(moves))
    if len(sources) * len(targets) <= MOST_PAIRS:
        _match_similar(sources, targets, moves)
    return moves


def _countable(files: Mapping[str, bytes], done: set[str]) -> dict[str, Counter[bytes]]:
    return {
        path: Counter(line.strip() for line in data.split(b"\n") if line.strip())
        for path, data in files.items()
        if path not in done and 0 < len(data) <= MOST_BYTES
    }


def _match_similar(sources: Mapping[str, Counter[bytes]], targets: Mapping[str, Counter[bytes]], moves: dict[str, str]) -> None:
    scored = []
    for target, lines in targets.items():
        for source, others in sources.items():
            larger = max(lines.total(), others.total())
            if larger and min(lines.total(), others.total()) >= LEAST_SHARE * larger:
                share = (lines & others).total() / larger
                if share >= LEAST_SHARE:
                    scored.append((-share, target, source))
    taken: set[str] = set()
    for _, target, source in sorted(scored):
        if target not in moves and source not in taken:
            moves[target] = source
            taken.add(source)
