"""Commands that JavaScript and TypeScript run: literals that reach `child_process`, execa, shelljs or zx."""

import re
from collections.abc import Iterator
from typing import Literal

from tree_sitter import Node

from aicheck.model.facts import Command, Where
from aicheck.readers.commands.host import Host, Locate, commands_of_text, commands_of_words, in_file_order, join_conditions
from aicheck.readers.commands.javascript_names import ScriptNames, call_arguments, read_names
from aicheck.readers.commands.javascript_scope import CallSite, walk_calls
from aicheck.readers.commands.javascript_words import ScriptWordReader
from aicheck.readers.commands.placement import Placer
from aicheck.readers.commands.where import where_of_script
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_script, text_of
from aicheck.regex import regex

How = Literal["text", "program", "node", "template", "shelljs"]
"""text: a shell text; program: a program, then an array of its words; node: as that, of a module that node runs;
template: the text of a tagged template; shelljs: a function that is called like the program."""

NEEDLES = regex(rb"""child_process|\bexeca\b|shelljs|['"](?:zx|zx/globals|bun)['"]|/env zx\b|/env -S zx\b|\bBun\.""")
"""A file without any of these runs no command."""
FUNCTIONS: dict[str, How] = {
    **{f"child_process.{name}": "text" for name in ("exec", "execSync")},
    **{f"child_process.{name}": "program" for name in ("spawn", "spawnSync", "execFile", "execFileSync")},
    "child_process.fork": "node",
    **dict.fromkeys(("execa", "execa.execa", "execa.execaSync", "execa.sync", "cross-spawn", "cross-spawn.sync"), "program"),
    **{f"execa.{name}": "text" for name in ("command", "commandSync", "execaCommand", "execaCommandSync")},
    "execa.node": "node",
    "execa.execaNode": "node",
    "shelljs.exec": "text",
    **{f"shelljs.{name}": "shelljs" for name in ("chmod", "cp", "ln", "mkdir", "mv", "rm", "sed")},
}
TEMPLATES = frozenset({"zx.$", "zx.$.sync", "bun.$", "execa.$", "execa.$.sync", "Bun.$"})
GLOBAL_TEMPLATES = frozenset({"$", "$.sync"})
"""In files that zx itself runs."""


def read_javascript_commands(path: str, language: str, data: bytes) -> tuple[Command, ...]:
    """The commands of a file in file order; symbols are qualified names of functions. Raises Unreadable."""
    if NEEDLES.search(data) is None:
        return ()
    source = SourceText(data)
    root = parse_script(language, source)
    reader = _ScriptFile(source, root, where_of_script(path))
    return in_file_order(reader.commands())


class _ScriptFile:
    def __init__(self, source: SourceText, root: Node, where: Where) -> None:
        self._source = source
        self._root = root
        self._where = where
        self._placer = Placer(source)
        self._names: ScriptNames = read_names(root)
        is_zx = re.match(rb"#![^\n]*\bzx\b", source.data) is not None or b"zx/globals" in source.data
        self._templates = TEMPLATES | (GLOBAL_TEMPLATES if is_zx else frozenset())

    def commands(self) -> Iterator[Command]:
        for site in walk_calls(self._root):
            yield from self._read(site)

    def _read(self, site: CallSite) -> list[Command]:
        call = site.node
        how = self._how(call)
        if how is None:
            return []
        host = Host(site.symbol, self._where, condition=join_conditions(*site.conditions))
        span = self._source.node_span(call)
        reader = ScriptWordReader(self._names)
        arguments = call_arguments(call)
        if how == "template":
            template = call.child_by_field_name("arguments")
            assert template is not None
            text = reader.template(template)
            return commands_of_text(text, self._locate(template, reader.hidden.restore(text), call), host, reader.hidden)
        if not arguments:
            return []
        if how == "text":
            found = reader.text(arguments[0])
            if not found:
                return []
            return commands_of_text(found, self._locate(arguments[0], reader.hidden.restore(found), call), host, reader.hidden)
        words = self._program_words(how, call, arguments, reader)
        return commands_of_words(words, span, host, reader.hidden) if words else []

    def _program_words(self, how: How, call: Node, arguments: list[Node], reader: ScriptWordReader) -> list[str]:
        if how == "shelljs":
            words = [word for argument in arguments for word in reader.words(argument) or [reader.word(argument)]]
            return [self._names.dotted(call.child_by_field_name("function")).rpartition(".")[2], *words]
        program = reader.text(arguments[0])
        listed = reader.words(arguments[1]) if len(arguments) > 1 else None
        if program is None and listed is None:
            return []
        if listed is None and len(arguments) > 1 and arguments[1].type not in _OPTIONS:
            listed = [reader.word(arguments[1])]
        first = reader.word(arguments[0])
        if how == "program" and program and " " in program:
            return [*program.split(), *(listed or ())]
        return [*(["node"] if how == "node" else []), first, *(listed or ())]

    def _how(self, call: Node) -> How | None:
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or arguments is None:
            return None
        if arguments.type == "template_string":
            inner = function.child_by_field_name("function") if function.type == "call_expression" else function
            name = text_of(inner)
            return "template" if name in self._templates or self._names.dotted(inner) in self._templates else None
        return FUNCTIONS.get(self._names.dotted(function))

    def _locate(self, node: Node, text: str, call: Node) -> Locate:
        """Inside a literal that holds the text letter by letter, else the call."""
        whole = self._source.node_span(call)
        inside = text_of(node).find(text)
        if inside < 0 or not text:
            return lambda _start, _end: whole
        base = self._placer.offset(self._source.node_span(node)) + inside
        return lambda start, end: self._source.span(base + start, base + end)


_OPTIONS = frozenset({"arrow_function", "function_expression", "object"})
