"""What a change does to commands: which are new, changed, lost or kept, over all its files.

A command that stands elsewhere in the change, in a place that is no riskier, only moved. Lines and layout mean nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

import msgspec

from aicheck.authoring.command_words import take_apart
from aicheck.model.facts import NO_FACTS, Command, Facts, Where
from aicheck.readers.place import place_of

RISK: Mapping[Where, int] = {"deploy": 4, "start-up": 4, "job": 3, "build": 2, "developer": 1, "test": 0}
"""How much harm a command does by where it runs."""
HARMLESS_PLACES = frozenset({"test", "example", "docs"})
ALIKE = 0.5
"""Share of words that two commands must have in common to be one that was changed and moved to another file or symbol."""
SAME_SYMBOL = 2
MOST_PAIRS = 20_000
"""How many pairs of commands are compared word by word in one change."""


class CommandPair(msgspec.Struct, frozen=True):
    """One command on both sides."""

    before: Command
    after: Command
    before_path: str


class CommandSteps(msgspec.Struct, frozen=True):
    """What a change does to the commands of one file. Each in file order of the after side (lost: of the before side)."""

    new: tuple[Command, ...] = ()
    changed: tuple[CommandPair, ...] = ()
    """Same program and subcommand, other options or targets."""
    kept: tuple[CommandPair, ...] = ()
    """Same words; place, condition or masking may differ."""
    lost: tuple[Command, ...] = ()
    """Gone, while what they belonged to is still there."""

    def gained(self) -> Iterator[tuple[Command | None, Command]]:
        """(before, after) of every command that is new, changed, or has another environment or reader of its output; in file order."""
        set_up = [pair for pair in self.kept if _setting(pair.before) != _setting(pair.after)]
        pairs: list[tuple[Command | None, Command]] = [(None, command) for command in self.new]
        pairs += [(pair.before, pair.after) for pair in (*self.changed, *set_up)]
        yield from sorted(pairs, key=lambda pair: pair[1].span)


class CommandFile(msgspec.Struct, frozen=True):
    """The commands of one file."""

    path: str
    before_path: str
    before: tuple[Command, ...]
    after: tuple[Command, ...]
    exists: bool
    """Whether the file still exists."""


class _Placed(msgspec.Struct, frozen=True, eq=False):
    file: CommandFile
    command: Command
    before: bool

    @property
    def path(self) -> str:
        return self.file.before_path if self.before else self.file.path

    @property
    def risk(self) -> int:
        return 0 if place_of(self.path) in HARMLESS_PLACES else RISK[self.command.where]


def command_file(path: str, before_path: str, before: Facts | None, after: Facts | None) -> CommandFile:
    """A file of the change with the commands of both sides."""
    commands = [tuple(one for one in (facts or NO_FACTS).commands if one.argv) for facts in (before, after)]
    return CommandFile(path, before_path, commands[0], commands[1], after is not None)


def compare_commands(files: Sequence[CommandFile]) -> Mapping[str, CommandSteps]:
    """The steps of each file by its after path; files without commands are left out."""
    before = [_Placed(file, command, before=True) for file in files for command in file.before]
    after = [_Placed(file, command, before=False) for file in files for command in file.after]
    kept, before, after = _pair_equal(before, after)
    changed, before, after = _pair_alike(before, after)
    return {
        file.path: CommandSteps(
            new=tuple(one.command for one in after if one.file is file),
            changed=_pairs_of(file, changed),
            kept=_pairs_of(file, kept),
            lost=tuple(one.command for one in before if one.file is file and _has_host(one.command, file)),
        )
        for file in files
        if file.before or file.after
    }


_Pairs = list[tuple[_Placed, _Placed]]


def _pairs_of(file: CommandFile, pairs: _Pairs) -> tuple[CommandPair, ...]:
    own = [CommandPair(one.command, other.command, one.path) for one, other in pairs if other.file is file]
    return tuple(sorted(own, key=lambda pair: pair.after.span))


def _has_host(command: Command, file: CommandFile) -> bool:
    return file.exists and (not command.symbol or any(other.symbol == command.symbol for other in file.after))


def _pair_equal(before: list[_Placed], after: list[_Placed]) -> tuple[_Pairs, list[_Placed], list[_Placed]]:
    """Pairs of the same words: in the same symbol, then in the same file, then anywhere; the rest of both sides."""
    pairs: _Pairs = []
    for key in (_same_step, _same_symbol, _same_file, _same_words):
        found, before, after = _match(before, after, key, check_risk=key is not _same_step and key is not _same_symbol)
        pairs += found
    return pairs, before, after


def _same_step(one: _Placed) -> Hashable:
    return (one.file.path, one.command.symbol, one.command.argv, one.command.wrapper, one.command.condition)


def _same_symbol(one: _Placed) -> Hashable:
    return (one.file.path, one.command.symbol, one.command.argv)


def _same_file(one: _Placed) -> Hashable:
    return (one.file.path, one.command.argv)


def _same_words(one: _Placed) -> Hashable:
    return one.command.argv


def _match(
    before: Iterable[_Placed], after: Iterable[_Placed], key: Callable[[_Placed], Hashable], *, check_risk: bool
) -> tuple[_Pairs, list[_Placed], list[_Placed]]:
    waiting: dict[Hashable, list[_Placed]] = defaultdict(list)
    for one in before:
        waiting[key(one)].append(one)
    pairs: _Pairs = []
    left: list[_Placed] = []
    for other in after:
        candidates = waiting.get(key(other), [])
        number = next((n for n, one in enumerate(candidates[:8]) if not check_risk or one.risk >= other.risk), None)
        if number is None:
            left.append(other)
        else:
            pairs.append((candidates.pop(number), other))
    return pairs, [one for candidates in waiting.values() for one in candidates], left


def _pair_alike(before: list[_Placed], after: list[_Placed]) -> tuple[_Pairs, list[_Placed], list[_Placed]]:
    """Pairs of the same program and subcommand, the likest first; in other symbols and files only when they are alike enough."""
    waiting: dict[Hashable, list[_Placed]] = defaultdict(list)
    for one in before:
        waiting[_work(one.command)].append(one)
    candidates: list[tuple[int, float, int, int]] = []
    compared = 0
    for there, other in enumerate(after):
        for one in waiting.get(_work(other.command), ())[: MOST_PAIRS - compared]:
            compared += 1
            nearness, likeness = _nearness(one, other), _likeness(one.command, other.command)
            if nearness == SAME_SYMBOL or (likeness >= ALIKE and one.risk >= other.risk):
                candidates.append((nearness, likeness, -there, id(one)))
    by_id = {id(one): one for one in before}
    taken, used = set[int](), set[int]()
    pairs: _Pairs = []
    for _, _, there, origin in sorted(candidates, reverse=True):
        if origin not in taken and -there not in used:
            taken.add(origin)
            used.add(-there)
            pairs.append((by_id[origin], after[-there]))
    return pairs, [one for one in before if id(one) not in taken], [one for n, one in enumerate(after) if n not in used]


def _nearness(one: _Placed, other: _Placed) -> int:
    """SAME_SYMBOL in the same symbol of a file, 1 in the same file, 0 elsewhere."""
    if one.file is not other.file:
        return 0
    return SAME_SYMBOL if one.command.symbol == other.command.symbol else 1


def _work(command: Command) -> tuple[str, str]:
    """The program and its first subcommand, if that looks like one."""
    words = take_apart(command.argv)
    return words.program, next((word for word in words.certain[:1] if word.isidentifier() or "-" in word or ":" in word), "")


def _setting(command: Command) -> tuple[object, ...]:
    return command.environment, command.feeds


def _likeness(one: Command, other: Command) -> float:
    """The share of words that two commands have in common."""
    first, second = Counter(one.argv), Counter(other.argv)
    return (first & second).total() / max((first | second).total(), 1)
