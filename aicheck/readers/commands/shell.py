"""Shell text to commands: every command in a position where a shell executes it, and nothing else.

Comments, heredoc texts, messages, patterns and the text of quotes hold no commands; substitutions inside them do.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec
from msgspec.structs import replace
from tree_sitter import Node

from aicheck.readers.commands.shell_words import Variables, Word, read_variables, words_of
from aicheck.readers.commands.wrappers import SHELLS, Inner, find_inner
from aicheck.readers.syntax_tree import parse, text_of
from aicheck.readers.unreadable import Unreadable

MAX_BYTES = 2 << 20
MAX_DEPTH = 300
"""Of the syntax tree."""
MAX_NESTED = 6
"""Scripts inside the words of scripts."""
MOST_COMMANDS = 20_000
CONDITION_WIDTH = 200
HOLD_NOTHING = frozenset({"comment", "heredoc_content", "raw_string", "regex"})
NOTHING = re.compile(r"(?:true|:|echo\b.*|printf\b.*|exit 0|return 0|warn\w*\b.*)", re.DOTALL)
"""What stands after `||` where a failure is passed over."""


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


class _Around(msgspec.Struct, frozen=True):
    """What holds for the commands below a node."""

    function: str = ""
    masked: bool = False
    conditions: tuple[str, ...] = ()
    feeds: str = ""
    depth: int = 0

    def under(self, condition: str) -> "_Around":
        line = " ".join(condition.split())[:CONDITION_WIDTH]
        return replace(self, conditions=(*self.conditions, line)) if line else self


def parse_shell(text: str) -> tuple[ShellCommand, ...]:
    """The commands of a shell text in source order; around a syntax error those that can be read.

    Raises Unreadable beyond the limits of this module.
    """
    return _parse(text, 0)


def split_argv(words: Sequence[str]) -> tuple[ShellCommand, ...]:
    """What a list of words runs: several commands where it hands a script to a shell. All offsets are 0.

    Raises Unreadable as `parse_shell` does.
    """
    return tuple(_open(ShellCommand((), 0, 0), [Word(word) for word in words], 0)) if words else ()


def program_name(word: str) -> str:
    """The file name of a program given by path; what holds an expansion stays."""
    return word.rstrip("/").rsplit("/", 1)[-1] if "/" in word and "$" not in word.rsplit("/", 1)[-1] else word


def _parse(text: str, nested: int) -> tuple[ShellCommand, ...]:
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"a script larger than {MAX_BYTES >> 20} MiB")
    reader = _Reader(parse("shell", data), data, nested)
    return tuple(reader.read())


class _Reader:
    """Walks one syntax tree."""

    def __init__(self, root: Node, data: bytes, nested: int) -> None:
        self._root = root
        self._variables: Variables = read_variables(root)
        self._nested = nested
        self._offsets = None if data.isascii() else array("L", [0, *accumulate((byte & 0xC0) != 0x80 for byte in data)])
        self._count = 0

    def read(self) -> Iterator[ShellCommand]:
        yield from self._visit(self._root, _Around())

    def _visit(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        if around.depth > MAX_DEPTH:
            raise Unreadable(f"a script nested deeper than {MAX_DEPTH}")
        inside = replace(around, depth=around.depth + 1)
        if node.type in HOLD_NOTHING:
            return
        visit = {
            "command": self._command,
            "list": self._list,
            "pipeline": self._pipeline,
            "redirected_statement": self._redirected,
            "if_statement": self._if,
            "elif_clause": self._if,
            "while_statement": self._while,
            "case_statement": self._case,
            "function_definition": self._function,
            "declaration_command": self._declaration,
            "unset_command": self._declaration,
        }.get(node.type, self._children)
        yield from visit(node, inside)

    def _function(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        name = text_of(node.child_by_field_name("name"))
        yield from self._children(node, replace(around, function=name, conditions=()))

    def _declaration(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        yield from self._made(node, [Word(text_of(node.children[0]))], around)
        yield from self._children(node, around)

    def _children(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        for child in node.named_children:
            yield from self._visit(child, around)

    def _command(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        words: list[Word] = []
        environment: list[tuple[str, str]] = []
        for child in node.children:
            if child.type == "variable_assignment":
                value = words_of(child.child_by_field_name("value") or child, self._variables)
                environment.append((text_of(child.child_by_field_name("name")), " ".join(word.text for word in value)))
            elif child.type not in {"file_redirect", "herestring_redirect", "heredoc_redirect", "<", "comment"}:
                words.extend(words_of(child, self._variables))
        yield from self._made(node, words, around, tuple(environment))
        yield from self._children(node, replace(around, feeds="", masked=False))

    def _made(
        self, node: Node, words: Sequence[Word], around: _Around, environment: tuple[tuple[str, str], ...] = ()
    ) -> Iterator[ShellCommand]:
        start, end = self._offset(node.start_byte), self._offset(node.end_byte)
        base = ShellCommand(
            (),
            start,
            end,
            function=around.function,
            masked=around.masked,
            condition=" && ".join(around.conditions),
            environment=environment,
            feeds=around.feeds,
        )
        for command in _open(base, words, self._nested):
            self._count += 1
            if self._count > MOST_COMMANDS:
                raise Unreadable(f"more than {MOST_COMMANDS:,} commands")
            yield command

    def _list(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        left, *_ = node.named_children
        right = node.named_children[-1]
        operator = next((child.type for child in node.children if child.type in {"&&", "||"}), "&&")
        if operator == "&&":
            yield from self._visit(left, around)
            yield from self._visit(right, around.under(text_of(left)))
            return
        is_masked = NOTHING.fullmatch(text_of(right).strip()) is not None
        yield from self._visit(left, replace(around, masked=around.masked or is_masked))
        yield from self._visit(right, around.under(f"! ({text_of(left)})"))

    def _pipeline(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        stages = [child for child in node.named_children if child.type != "comment"]
        for stage, following in zip(stages, [*stages[1:], None], strict=True):
            feeds = self._first_program(following) if following is not None else around.feeds
            yield from self._visit(stage, replace(around, feeds=feeds))

    def _redirected(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if body is None or child.id != body.id]
        piped = next((part for child in redirects for part in child.named_children if part.type == "pipeline"), None)
        feeds = self._first_program(piped) if piped is not None else around.feeds
        program = self._first_program(body) if body is not None else ""
        if body is not None:
            yield from self._visit(body, replace(around, feeds=feeds))
        for child in redirects:
            if child.type == "heredoc_redirect" and program in {*SHELLS, "ssh"}:
                yield from self._heredoc(child, around, program)
            yield from self._children(child, replace(around, feeds=""))

    def _heredoc(self, node: Node, around: _Around, program: str) -> Iterator[ShellCommand]:
        body = next((child for child in node.named_children if child.type == "heredoc_body"), None)
        if body is None or self._nested >= MAX_NESTED:
            return
        start = self._offset(body.start_byte)
        for command in _parse(text_of(body), self._nested + 1):
            yield replace(
                command,
                start=start + command.start,
                end=start + command.end,
                function=around.function,
                condition=" && ".join(filter(None, (*around.conditions, command.condition))),
                wrapper=(program, *command.wrapper),
            )

    def _if(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        conditions = [child for child in node.children_by_field_name("condition") if child.is_named]
        if not conditions:  # an `elif`, whose condition has no name in the grammar
            conditions = node.named_children[:1]
        tested = " ".join(text_of(child) for child in conditions)
        ids = {child.id for child in conditions}
        for child in node.named_children:
            if child.id in ids:
                yield from self._visit(child, around)
            elif child.type in {"elif_clause", "else_clause"}:
                yield from self._visit(child, around.under(f"! ({tested})"))
            else:
                yield from self._visit(child, around.under(tested))

    def _while(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        body = node.child_by_field_name("body")
        tested = " ".join(text_of(child) for child in node.children_by_field_name("condition") if child.is_named)
        for child in node.named_children:
            is_body = body is not None and child.id == body.id
            yield from self._visit(child, around.under(tested) if is_body else around)

    def _case(self, node: Node, around: _Around) -> Iterator[ShellCommand]:
        value = text_of(node.child_by_field_name("value"))
        for item in (child for child in node.named_children if child.type == "case_item"):
            patterns = item.children_by_field_name("value")
            ids = {pattern.id for pattern in patterns}
            inside = around.under(f"{value} = {'|'.join(text_of(pattern) for pattern in patterns)}")
            for child in item.named_children:
                if child.id not in ids:
                    yield from self._visit(child, inside)

    def _first_program(self, node: Node) -> str:
        """The program of the first command at or below a node."""
        pending, seen = [node], 0
        while pending and seen < MAX_DEPTH:
            current = pending.pop()
            seen += 1
            if current.type == "command":
                found = list(self._command(current, _Around()))
                return found[0].argv[0] if found and found[0].argv else ""
            pending += reversed(current.named_children)
        return ""

    def _offset(self, byte: int) -> int:
        return byte if self._offsets is None else self._offsets[byte]


def _open(base: ShellCommand, words: Sequence[Word], nested: int) -> Iterator[ShellCommand]:
    """The command of these words, or what it starts."""
    wrapper, environment = base.wrapper, base.environment
    while words:
        words = [Word(program_name(words[0].text), words[0].unquoted), *words[1:]]
        texts = [word.text for word in words]
        inner = find_inner(texts)
        if inner is None or inner.visible or len(wrapper) >= MAX_NESTED:
            yield replace(
                base,
                argv=tuple(texts),
                environment=environment,
                unquoted=tuple(number for number, word in enumerate(words) if word.unquoted),
                wrapper=wrapper,
            )
        if inner is None or len(wrapper) >= MAX_NESTED:
            return
        wrapper, environment = (*wrapper, inner.wrapper), environment + inner.environment
        if inner.script:
            yield from _scripted(replace(base, wrapper=wrapper, environment=environment), texts, inner, nested)
            return
        words = words[inner.start : inner.end]


def _scripted(base: ShellCommand, texts: Sequence[str], inner: Inner, nested: int) -> Iterator[ShellCommand]:
    if nested >= MAX_NESTED:
        return
    trapped = f"trap {' '.join(texts[2:])}" if inner.wrapper == "trap" else ""
    for command in _parse(" ".join(texts[inner.start : inner.end]), nested + 1):
        yield replace(
            command,
            start=base.start,
            end=base.end,
            function=base.function,
            masked=base.masked or command.masked,
            condition=" && ".join(filter(None, (base.condition, trapped, command.condition))),
            environment=base.environment + command.environment,
            feeds=command.feeds or base.feeds,
            wrapper=base.wrapper + command.wrapper,
        )
