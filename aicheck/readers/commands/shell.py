"""Shell text to commands: every command in a position where a shell executes it, and nothing else.

Takes off what only starts another program and opens the scripts that are handed to shells.
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.readers.commands.allowance import MAX_BYTES, Allowance
from aicheck.readers.commands.shell_simple import Input, SimpleCommand
from aicheck.readers.commands.shell_text import LINE_ENDS, Stretch, leave_out
from aicheck.readers.commands.shell_tree import TreeWalker
from aicheck.readers.commands.shell_variables import EVERYTHING, Use, Variables
from aicheck.readers.commands.shell_word import Word
from aicheck.readers.commands.wrappers import Inner, find_inner, reads_commands
from aicheck.readers.syntax_tree import parse
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MAX_NESTED = 6
"""Scripts inside the words of scripts, and programs that start programs."""
KEYWORDS = frozenset({"!", "{", "}"})
"""Words that the grammar takes for a program behind `time`."""
SAME_SHELL = frozenset({"eval", "trap"})
"""What runs its script with the variables of the script around it."""
_EXPANSION = regex(r"\$\((?:[^()]|\([^()]*\))*+\)|`[^`]*+`|\$\{[^{}]*+\}")


class ShellCommand(msgspec.Struct, frozen=True):
    """One command of a shell text. The fields mean what those of `aicheck.model.facts.Command` mean."""

    argv: tuple[str, ...]
    start: int
    """Offset of its first code point in the text."""
    end: int
    function: str = ""
    """The shell function that it stands in."""
    masked: bool = False
    condition: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    unquoted: tuple[int, ...] = ()
    feeds: str = ""
    wrapper: tuple[str, ...] = ()


class _Origin(msgspec.Struct, frozen=True):
    """What a command and all that it starts have in common."""

    variables: Variables
    use: Use
    inputs: tuple[Input, ...] = ()
    feeds: tuple[Word, ...] = ()
    substitutions: frozenset[str] = frozenset()


def parse_shell(text: str) -> tuple[ShellCommand, ...]:
    """The commands of a shell text in source order; around a syntax error those that can be read.

    Raises Unreadable beyond the limits of this module.
    """
    whole = leave_out(text, 0, LINE_ENDS) if "\r" in text else Stretch(text, 0)
    return tuple(_place(command, whole) for command in _Opener().read(whole.text, Variables()))


def split_argv(words: Sequence[str]) -> tuple[ShellCommand, ...]:
    """What a list of words runs: several commands where it hands a script to a shell. All offsets are 0.

    Raises Unreadable as `parse_shell` does.
    """
    origin = _Origin(Variables(), EVERYTHING)
    return tuple(_Opener().open(ShellCommand((), 0, 0), [Word(word) for word in words], origin)) if words else ()


def program_name(word: str) -> str:
    """The file name of a program given by path; an expansion at its end stays whole."""
    path = word.rstrip("/")
    blanked = _EXPANSION.sub(lambda found: "_" * len(found[0]), path) if "$" in path or "`" in path else path
    return path[blanked.rfind("/") + 1 :] or word


def _place(command: ShellCommand, stretch: Stretch) -> ShellCommand:
    """A command of a stretch with its offsets in the text around it."""
    if stretch.start == 0 and not stretch.gaps:
        return command
    start = stretch.outside(command.start)
    return replace(command, start=start, end=max(start, stretch.outside(command.end - 1) + 1))


class _Opener:
    """Reads one text and the scripts nested in it, within one allowance."""

    def __init__(self) -> None:
        self._allowance = Allowance()
        self._nested = 0
        self._programs: dict[tuple[Word, ...], tuple[str, ...]] = {}

    def read(self, text: str, variables: Variables, skipped: frozenset[str] = frozenset()) -> list[ShellCommand]:
        """The commands of a text. `skipped`: sources of substitutions that are commands of the text around it."""
        data = text.encode("utf-8", "replace")
        if len(data) > MAX_BYTES:
            raise Unreadable(f"a script larger than {MAX_BYTES >> 20} MiB")
        root = parse("shell", data)
        self._allowance.spend_nodes(root.descendant_count)
        walker = TreeWalker(root, data, variables, self._allowance, skipped)
        return [command for simple in walker.read() for command in self._opened(simple, variables)]

    def _opened(self, simple: SimpleCommand, variables: Variables) -> Iterator[ShellCommand]:
        around = simple.around
        feeds = self._chain(around.feeds, variables)[-1:]
        base = ShellCommand(
            (),
            simple.start,
            simple.end,
            function=around.function,
            masked=around.masked,
            condition=" && ".join(around.conditions),
            environment=simple.environment,
            feeds=feeds[0] if feeds else "",
        )
        yield from self.open(base, simple.words, _Origin(variables, simple.use, around.inputs, around.feeds, simple.substitutions))

    def open(self, base: ShellCommand, words: Sequence[Word], origin: _Origin) -> Iterator[ShellCommand]:
        """The command of these words, or what it starts."""
        words = _named(words)
        if not words:
            return
        texts = tuple(word.text for word in words)
        inners = find_inner(texts) if len(base.wrapper) < MAX_NESTED else ()
        if base.wrapper:
            self._allowance.spend_words(len(texts), sum(map(len, texts)))
        if not inners or inners[0].visible:
            self._allowance.spend_command()
            yield replace(base, argv=texts, unquoted=tuple(number for number, word in enumerate(words) if word.unquoted))
        for inner in inners:
            wrapped = replace(base, wrapper=(*base.wrapper, inner.wrapper), environment=base.environment + inner.environment)
            part = words[inner.start : inner.end]
            yield from self._scripted(wrapped, inner, words, origin) if inner.script else self.open(wrapped, part, origin)
        if not inners and origin.inputs:
            yield from self._fed(base, texts, origin)

    def _scripted(self, base: ShellCommand, inner: Inner, words: Sequence[Word], origin: _Origin) -> Iterator[ShellCommand]:
        """The commands of a script among the words."""
        part = words[inner.start : inner.end]
        stretch = part[0].stretch if len(part) == 1 else Stretch(" ".join(word.text for word in part))
        is_trap = inner.wrapper == "trap"
        condition = f"trap {' '.join(word.text for word in words[inner.start + 1 :])}" if is_trap else ""
        use = Use(EVERYTHING.at, origin.use.scope) if is_trap else origin.use
        variables = Variables(origin.variables, use) if inner.wrapper in SAME_SHELL else Variables()
        yield from self._nest(replace(base, condition=_both(base.condition, condition)), stretch, variables, origin.substitutions)

    def _fed(self, base: ShellCommand, texts: Sequence[str], origin: _Origin) -> Iterator[ShellCommand]:
        """The commands that a shell reads from its standard input, be it through `cat`."""
        if reads_commands(texts):
            wrapper = (*base.wrapper, texts[0])
        elif texts[0] == "cat" and all(word == "-" for word in texts[1:]):
            wrapper = self._chain(origin.feeds, origin.variables)
            wrapper = wrapper if wrapper and self._reads_commands(origin.feeds) else ()
        else:
            return
        for text in origin.inputs if wrapper else ():
            variables = Variables(origin.variables, text.use) if text.use is not None else Variables()
            yield from self._nest(replace(base, wrapper=wrapper, feeds=""), text.text, variables, text.substitutions)

    def _nest(self, base: ShellCommand, stretch: Stretch, variables: Variables, skipped: frozenset[str]) -> Iterator[ShellCommand]:
        if self._nested >= MAX_NESTED:
            return
        self._nested += 1
        for command in self.read(stretch.text, variables, skipped):
            placed = _place(command, stretch) if stretch.start >= 0 else replace(command, start=base.start, end=base.end)
            yield replace(
                placed,
                function=base.function or command.function,
                masked=base.masked or command.masked,
                condition=_both(base.condition, command.condition),
                environment=base.environment + command.environment,
                feeds=command.feeds or base.feeds,
                wrapper=base.wrapper + command.wrapper,
            )
        self._nested -= 1

    def _chain(self, words: tuple[Word, ...], variables: Variables) -> tuple[str, ...]:
        """The programs that these words start, the last one last."""
        found = self._programs.get(words)
        if found is None and words:
            command = next(self.open(ShellCommand((), 0, 0), words, _Origin(variables, EVERYTHING)), None)
            found = (*command.wrapper, command.argv[0]) if command is not None else ()
            self._programs[words] = found
        return found or ()

    def _reads_commands(self, words: Sequence[Word]) -> bool:
        """Whether what these words start runs what it reads."""
        command = next(self.open(ShellCommand((), 0, 0), words, _Origin(Variables(), EVERYTHING)), None)
        return command is not None and reads_commands(command.argv)


def _both(outer: str, inner: str) -> str:
    return f"{outer} && {inner}" if outer and inner else outer or inner


def _named(words: Sequence[Word]) -> Sequence[Word]:
    """The words with the name of the program in front."""
    start = next((number for number, word in enumerate(words) if word.text not in KEYWORDS), len(words))
    if start == len(words):
        return ()
    first = words[start]
    name = program_name(first.text)
    return [first if name == first.text else Word(name, first.unquoted), *words[start + 1 :]]
