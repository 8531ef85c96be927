"""Calls that run, open or unpack what they are given, and the argument that must not be tainted."""

from __future__ import annotations

import ast
import re
from typing import Literal

import msgspec

from aicheck.readers.python.local_names import LocalNames
from aicheck.regex import regex

SinkOf = Literal["code", "shell", "SQL", "template", "path", "pickle"]
CODE = frozenset({"exec", "eval", "compile", "builtins.exec", "builtins.eval", "runpy.run_path", "importlib.import_module", "__import__"})
SHELL = frozenset(
    {
        "os.system",
        "os.popen",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "asyncio.create_subprocess_shell",
        "pexpect.spawn",
        "pexpect.run",
    }
)
PROCESS = frozenset(
    {
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")),
        *("asyncio.create_subprocess_exec", "os.execv", "os.execvp", "os.spawnv", "anyio.run_process"),
    }
)
INTERPRETERS = regex(
    r"^(?:.*/)?(?:ba|z|da|k|)sh$|^(?:.*/)?(?:python[\d.]*|node|perl|ruby|php|powershell|pwsh|cmd(?:\.exe)?|ssh|osascript|psql|mysql|sqlite3)$"
)
EXECUTING = frozenset(
    {
        "execute",
        "executemany",
        "executescript",
        "execute_sql",
        "raw",
        "read_sql",
        "read_sql_query",
        "query",
        "sql",
        "exec_driver_sql",
        "run_sql",
    }
)
DATABASES = regex(
    r"(?:^|[._])(?:cur|cursor|conn|connection|con|db|database|sess|session|engine|sql|cnx|pool|tx|transaction|duckdb|pandas|pd|bq|bigquery|objects|spark|store|warehouse|snowflake|sqlite3?|\w*_(?:conn|db|cursor|session|engine))$|"
    r"sqlite3\.|psycopg|sqlalchemy|asyncpg|pymysql|duckdb|cursor|connect",
    re.IGNORECASE,
)
TEMPLATES = regex(r"(?:^|\.)(?:render_template_string|from_string)$|^(?:jinja2|mako\.template)\.Template$")
OPENING = frozenset(
    {"open", "io.open", "os.remove", "os.unlink", "os.rmdir", "shutil.rmtree", "os.makedirs", "os.chmod", "aiofiles.open", "codecs.open"}
)
RUNNING = frozenset({"exec_command", "exec_run", "run_command", "execute_command", "run_code", "run_cell"})
"""Methods of sandboxes, remote shells and kernels."""
PATH_METHODS = frozenset({"write_text", "write_bytes", "unlink", "rmdir", "read_text", "read_bytes", "open"})
UNPACKING = regex(
    r"^(?:pickle|cPickle|dill|cloudpickle|marshal|jsonpickle|joblib)\.(?:loads?|decode)$|^yaml\.(?:unsafe_load|load|full_load)$"
)


class Sink(msgspec.Struct, frozen=True):
    """One dangerous argument of a call."""

    kind: SinkOf
    arguments: tuple[ast.expr, ...]
    """Any of them tainted is the hazard."""


def may_be_sink(call: ast.Call) -> bool:
    """Whether the last part of what is called is the name of a sink; under an alias it may be any plain name."""
    return isinstance(call.func, ast.Name) or (isinstance(call.func, ast.Attribute) and call.func.attr in _LAST_NAMES)


_LAST_NAMES = (
    {name.rpartition(".")[2] for name in (*CODE, *SHELL, *PROCESS, *OPENING)}
    | EXECUTING
    | PATH_METHODS
    | RUNNING
    | {"from_string", "render_template_string"}
    | {"Template", "load", "loads", "decode", "unsafe_load", "full_load"}
)


def sink_of(call: ast.Call, names: LocalNames) -> Sink | None:  # noqa: PLR0911  one return for each kind
    """What a call does with its arguments; None for a call that does no harm with them."""
    name = names.callee(call.func)
    first = call.args[:1]
    if name in CODE:
        return Sink("code", tuple(first))
    if name in SHELL:
        return Sink("shell", tuple(first or _given(call, "cmd", "command")))
    if name in PROCESS:
        return _process(call, name)
    if TEMPLATES.search(name):
        return Sink("template", tuple(first or _given(call, "source")))
    if UNPACKING.match(name) and not _loads_safely(call):
        return Sink("pickle", tuple(first))
    if name in OPENING:
        return Sink("path", tuple(first or _given(call, "file", "path")))
    return _method(call, name, names)


def _method(call: ast.Call, name: str, names: LocalNames) -> Sink | None:
    if not isinstance(call.func, ast.Attribute):
        return None
    receiver, _, method = name.rpartition(".")
    if method in EXECUTING and DATABASES.search(receiver):
        return Sink("SQL", tuple(call.args[:1] or _given(call, "sql", "query", "statement")))
    if method in RUNNING and call.args:
        return Sink("shell", (call.args[0],))
    if method == "from_string":
        return Sink("template", tuple(call.args[:1]))
    if method in PATH_METHODS and _is_path(call.func.value, names):
        return Sink("path", (call.func.value,))
    return None


def _is_path(node: ast.expr, names: LocalNames) -> bool:
    """Whether a receiver is a `Path` for sure: made here, or joined with `/`."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    made = names.callee(node.func) if isinstance(node, ast.Call) else names.instance(node)
    return made.endswith("Path")


def _process(call: ast.Call, name: str) -> Sink | None:
    """A shell line; an argv whose program is tainted or is an interpreter. A tainted word for a fixed program is none."""
    argv = call.args[0] if call.args else next(iter(_given(call, "args")), None)
    if argv is None:
        return None
    shell = any(
        keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value) for keyword in call.keywords
    )
    words = call.args if name == "asyncio.create_subprocess_exec" else argv.elts if isinstance(argv, ast.List | ast.Tuple) else None
    if shell or words is None:
        return Sink("shell", (argv,))
    if not words:
        return None
    program = words[0].value if isinstance(words[0], ast.Constant) else None
    runs_text = isinstance(program, str) and INTERPRETERS.match(program) is not None
    started = isinstance(words[0], ast.Attribute) and words[0].attr == "executable"
    return Sink("shell", tuple(words) if runs_text or started else (words[0],))


def _given(call: ast.Call, *keywords: str) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg in keywords]


def _loads_safely(call: ast.Call) -> bool:
    return any(
        isinstance(one, ast.Attribute | ast.Name) and ast.unparse(one).endswith("SafeLoader")
        for one in [*call.args, *(k.value for k in call.keywords)]
    )
