"""Which added file continues which removed one, by the lines that they share."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from aicheck.model.path import path_bytes

LEAST_SHARE = 0.5
MOST_LINES = 2_000_000
"""Lines looked at for all comparisons of one change; files of the same name are compared first."""
MOST_BYTES = 1 << 20
"""A larger file is recognised by its whole content only."""

Lines = Counter[bytes]


def find_moves(removed: Mapping[str, bytes], added: Mapping[str, bytes]) -> dict[str, str]:
    """Added path -> the removed path that it most resembles (at least half of the lines of the larger one). One to one."""
    moves: dict[str, str] = {}
    by_content: dict[bytes, list[str]] = defaultdict(list)
    for path in sorted(removed, key=path_bytes, reverse=True):
        if removed[path]:
            by_content[removed[path]].append(path)
    for path in sorted(added, key=path_bytes):
        same = by_content.get(added[path])
        if same:
            named_alike = next((source for source in same if _name(source) == _name(path)), same[-1])
            same.remove(named_alike)
            moves[path] = named_alike
    _match_similar(_countable(removed, set(moves.values())), _countable(added, set(moves)), moves)
    return moves


def _countable(files: Mapping[str, bytes], done: set[str]) -> dict[str, Lines]:
    return {
        path: Counter(line.strip() for line in files[path].split(b"\n") if line.strip())
        for path in sorted(files, key=path_bytes)
        if path not in done and 0 < len(files[path]) <= MOST_BYTES
    }


def _match_similar(sources: Mapping[str, Lines], targets: Mapping[str, Lines], moves: dict[str, str]) -> None:
    scored = []
    budget = MOST_LINES
    totals = {path: lines.total() for group in (sources, targets) for path, lines in group.items()}
    for source, target in _pairs(sources, targets):
        budget -= 1
        smaller, larger = sorted((totals[source], totals[target]))
        if smaller and smaller >= LEAST_SHARE * larger:
            budget -= min(len(sources[source]), len(targets[target]))
            share = _common(sources[source], targets[target]) / larger
            if share >= LEAST_SHARE:
                scored.append((-share, path_bytes(target), path_bytes(source), target, source))
        if budget < 0:
            break
    taken: set[str] = set()
    for *_, target, source in sorted(scored):
        if target not in moves and source not in taken:
            moves[target] = source
            taken.add(source)


def _pairs(sources: Mapping[str, Lines], targets: Mapping[str, Lines]) -> Iterator[tuple[str, str]]:
    """All pairs, those of the same file name first."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        by_name[_name(source)].append(source)
    for target in targets:
        yield from ((source, target) for source in by_name.get(_name(target), ()))
    for target in targets:
        yield from ((source, target) for source in sources if _name(source) != _name(target))


def _common(first: Lines, second: Lines) -> int:
    fewer, more = sorted((first, second), key=len)
    return sum(min(number, more[line]) for line, number in fewer.items())


def _name(path: str) -> str:
    return path.rpartition("/")[2]
