"""Commands that Python code runs: literals that reach `subprocess`, `os`, `asyncio`, fabric, invoke or sh."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aicheck.model.facts import Command, Where
from aicheck.model.location import Span
from aicheck.readers.commands.host import Host, Locate, commands_of_text, commands_of_words, in_file_order, join_conditions
from aicheck.readers.commands.placement import Placer
from aicheck.readers.commands.python_arguments import bind_arguments, environment_of, long_options, program_words
from aicheck.readers.commands.python_scope import Site, SiteReader, text_of_node
from aicheck.readers.commands.python_words import Budget, WordReader
from aicheck.readers.commands.where import where_of_script
from aicheck.readers.python_text import decode
from aicheck.readers.source_text import SourceText
from aicheck.readers.tests_python import parse_python
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

How = Literal["command", "text", "words", "program", "moded"]
"""How a function takes its command. command: text or list first; text: a shell text first; words: each argument is a word;
program: the program first, then its words including argv[0]; moded: as that behind a mode."""

NEEDLES = (
    *(
        b"subprocess",
        b"getoutput",
        b"getstatusoutput",
        b"run_process",
        b"pexpect",
        b"fabric",
        b"invoke",
        b"exec_command",
        b"import sh",
        b"from sh ",
    ),
    *(b"system", b"popen", b"execl", b"execv", b"spawnl", b"spawnv", b"psutil"),
)
CALLS = regex(
    rb"\b(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|Popen)\s*\(|\bos\.(?:system|popen|exec|spawn)|from[ \t]+os[ \t]+import|subprocess"
    rb"|getoutput|getstatusoutput|\b(?:run_process|pexpect|fabric|exec_command)\b|(?:from|import)[ \t]+(?:sh|invoke)\b"
)
"""A file without a needle, or without this, runs no command."""
FUNCTIONS: dict[str, How] = {
    **{f"subprocess.{name}": "command" for name in ("run", "call", "check_call", "check_output", "Popen")},
    **dict.fromkeys(("trio.run_process", "anyio.run_process", "pexpect.spawn", "pexpect.run", "psutil.Popen"), "command"),
    **{f"subprocess.{name}": "text" for name in ("getoutput", "getstatusoutput")},
    **{f"os.{name}": "text" for name in ("system", "popen")},
    **{f"asyncio.{prefix}create_subprocess_shell": "text" for prefix in ("", "subprocess.")},
    **{f"asyncio.{prefix}create_subprocess_exec": "words" for prefix in ("", "subprocess.")},
    **{f"os.exec{kind}": "program" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
    **{f"os.spawn{kind}": "moded" for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
    **{f"fabric.{module}.{name}": "text" for module in ("api", "operations") for name in ("run", "local", "sudo")},
    **dict.fromkeys(("invoke.run", "invoke.sudo"), "text"),
}
METHODS = {"fabric": ("local", "run", "sudo"), "invoke": ("run", "sudo"), "paramiko": ("exec_command",)}
"""Package -> methods of its connections and contexts, in files that import it."""
REMOTE = {"sudo": ("sudo",), "exec_command": ("ssh",)}


MOST_STARTS = 3
"""Of one function: one that starts more programs than that does not pass one on."""


def read_python_commands(path: str, data: bytes) -> tuple[Command, ...]:
    """The commands of a file in file order; symbols are qualified names of functions. Raises Unreadable."""
    if not any(needle in data for needle in NEEDLES) or CALLS.search(data) is None:
        return ()
    source = SourceText(decode(data).encode())  # a coding cookie may name another encoding
    try:
        return in_file_order(_PythonFile(source, SiteReader(parse_python(source.text)), where_of_script(path)).commands())
    except RecursionError:
        raise Unreadable("nested too deeply for Python itself") from None


@dataclass(frozen=True, slots=True)
class _Start:
    """A call that starts a program."""

    site: Site
    how: How
    arguments: tuple[ast.expr, ...]
    """What the command is made of."""
    wrapper: tuple[str, ...] = ()


class _PythonFile:
    def __init__(self, source: SourceText, reader: SiteReader, where: Where) -> None:
        self._source = source
        self._placer = Placer(source)
        self._budget = Budget()
        self._where = where
        self._sites = reader.sites()
        self._functions = reader.functions
        self._packages = reader.packages
        self._methods = {name for package in reader.packages for name in METHODS.get(package, ())}

    def commands(self) -> Iterator[Command]:
        starts = [start for site in self._sites if (start := self._start(site)) is not None]
        for start in starts:
            yield from self._read(start, self._words(start.site), start.site)
        yield from self._through_functions(starts)

    def _words(self, site: Site) -> WordReader:
        return WordReader(site, self._source, self._budget)

    def _through_functions(self, starts: list[_Start]) -> Iterator[Command]:
        """The commands that calls hand to a function of the file which runs its parameter."""
        inner: dict[str, list[_Start]] = {}
        for start in starts:
            names = {node.id for argument in start.arguments for node in ast.walk(argument) if isinstance(node, ast.Name)}
            if start.site.scope.parameters & names:
                inner.setdefault(start.site.scope.symbol.rpartition(".")[2], []).append(start)
        for site in self._sites:
            name = _called_here(site)
            if name not in inner or len(self._functions.get(name, ())) != 1 or len(inner[name]) > MOST_STARTS:
                continue
            ((function, scope),) = self._functions[name]
            if scope is site.scope:
                continue
            for start in inner[name]:
                caller = self._words(site)
                bound = bind_arguments(function, site.call)
                reader = WordReader(start.site, self._source, self._budget, caller.hidden, caller, bound)
                if start.site.scope is scope:
                    yield from self._read(start, reader, site)

    def _start(self, site: Site) -> _Start | None:
        call = site.call
        name = site.scope.dotted(call.func)
        how = FUNCTIONS.get(name)
        if how is None and name.startswith("sh.") and "sh" in self._packages and name.islower():
            program = [ast.copy_location(ast.Constant(part.replace("_", "-")), call) for part in name.split(".")[1:]]
            return _Start(site, "words", (*program, *call.args, *long_options(call)))
        if how is None and not name and isinstance(call.func, ast.Attribute) and call.func.attr in self._methods:
            is_own = isinstance(call.func.value, ast.Name) and call.func.value.id in {"self", "cls"}
            how = None if is_own else "text"
            return _Start(site, "text", tuple(call.args[:1]), REMOTE.get(call.func.attr, ())) if how and call.args else None
        if how is None:
            return None
        named = [keyword.value for keyword in call.keywords if keyword.arg in {"args", "cmd", "command"}]
        arguments = (*call.args, *named)[1 if how == "moded" else 0 :]
        return _Start(site, how, arguments if how in {"words", "program", "moded"} else arguments[:1]) if arguments else None

    def _read(self, start: _Start, reader: WordReader, shown: Site) -> list[Command]:
        host = self._host(start, reader, shown)
        first = start.arguments[0]
        span = self._span(shown.call)
        if start.how in {"words", "program", "moded"}:
            words = program_words(start.arguments, reader, has_name=start.how != "words")
            return commands_of_words(words, span, host, reader.hidden) if words else []
        given = reader.words(first) if start.how == "command" else None
        if given is not None:
            return commands_of_words(given, span, host, reader.hidden)
        text = reader.text(first)
        locate = self._locate(first, text, reader, span) if shown is start.site else lambda _start, _end: span
        return commands_of_text(text, locate, host, reader.hidden) if text else []

    def _host(self, start: _Start, reader: WordReader, shown: Site) -> Host:
        options = {keyword.arg: keyword.value for keyword in start.site.call.keywords if keyword.arg}
        masks = [options.get(name) for name in ("warn", "warn_only")]
        return Host(
            shown.scope.symbol,
            self._where,
            any(isinstance(value, ast.Constant) and value.value is True for value in masks),
            join_conditions(*shown.conditions(self._source)),
            environment_of(options.get("env"), reader),
            start.wrapper,
        )

    def _span(self, node: ast.expr) -> Span:
        return self._source.byte_span((node.lineno, node.col_offset), (node.end_lineno or 1, node.end_col_offset or 0))

    def _locate(self, node: ast.expr, text: str | None, reader: WordReader, call: Span) -> Locate:
        """Inside a literal that holds the text letter by letter, else the call."""
        raw = text_of_node(self._source, node)
        inside = raw.find(reader.hidden.restore(text)) if text and isinstance(node, ast.Constant | ast.JoinedStr) else -1
        if inside < 0:
            return lambda _start, _end: call
        base = self._placer.offset(self._span(node)) + inside
        return lambda start, end: self._source.span(base + start, base + end)


def _called_here(site: Site) -> str:
    """The bare name of a function or method of the same file that a call seems to reach."""
    function = site.call.func
    if isinstance(function, ast.Name):
        return function.id if site.scope.owner(function.id) is not None else ""
    is_own = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in {"self", "cls"}
    return function.attr if isinstance(function, ast.Attribute) and is_own else ""
