"""Loops that try again on error and that nothing forces to end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import (
    Hit,
    PythonCheck,
    after_failure,
    always_leaves,
    bad,
    cst,
    descend,
    dotted_text,
    good,
    is_bounded,
    is_endless,
    leaves,
    loop_of,
    statements,
    walk_statements,
)
from aicheck.authoring.bounds import STOP_WORDS
from aicheck.authoring.flow import ENDLESS_ITERATORS, is_true
from aicheck.model.fix import Edit, Fix
from aicheck.model.location import Span
from aicheck.readers.python import Region
from aicheck.readers.python.names import BUILTINS
from aicheck.regex import regex

LOOP_OR_TRY = regex(rb"\n([ \t\f]*)(?:async[ \t]+)?(while|for|try)\b")
MOST_INDENTED = 1 << 20
ATTEMPTS = 10
WAITING = regex(r"sleep|backoff|back_off|^wait$|delay|pause", re.IGNORECASE)
RETRY_WORDS = regex(r"retry|retries|retrying|attempt|reconnect|back_?off|try again|trying again", re.IGNORECASE)
FETCHING = frozenset(
    """
            get_nowait recv recvfrom recv_into accept receive receive_message receive_messages poll popleft blpop brpop xread
            xreadgroup consume dequeue get_message select next_event readline get_event
            """.split()  # noqa: SIM905
)
"""Methods that take the next piece of work: a loop around one is a consumer, not a retry."""
QUEUES = regex(r"(^|_|\.)(q|queue|inbox|outbox|tasks|jobs|events|mailbox|channel|consumer|work)$|queue", re.IGNORECASE)
ASKING = frozenset({"input", "click.prompt", "typer.prompt", "getpass.getpass", "click.confirm"})
FLOW_ERRORS = regex(
    r"^(KeyError|ValueError|IndexError|LookupError|AttributeError|TypeError|NameError|StopIteration|StopAsyncIteration|FileExistsError|Unicode\w*Error|"
    r"SyntaxError|ImportError|ModuleNotFoundError|AssertionError|KeyboardInterrupt|EOFError|GeneratorExit|InterruptedError|BlockingIOError|"
    r"ProcessLookupError|ChildProcessError|FileNotFoundError|NotImplementedError|UnicodeError|RecursionError|OverflowError|ZeroDivisionError|SystemExit|"
    r"(.*\.)?(Empty|Full|QueueEmpty|QueueFull|CancelledError|DoesNotExist|NoSuchProcess|JSONDecodeError))$"
)
"""Errors that steer a loop rather than report a failing service."""


class LoopWithoutExit(PythonCheck):
    """A `while True` (or `while not done`) around a try whose handler goes on, with no bound on the failing path."""

    id = "unbounded-retry/loop-without-exit"
    title = "A retry loop that nothing forces to end"
    why = "When the service stays down, the loop keeps calling it: workers hang, and the extra load keeps the service from coming back."
    instead = "Count the attempts or set a deadline, and raise the last error when it is reached."
    severity = "high"
    cwe = (835, 770)
    needles = (("while", "count(", "cycle(", "repeat(", "itertools."), ("except",))
    examples = (
        bad(
            """\
import time
import requests

def load(url):
    while True:
        try:
            return requests.get(url, timeout=5)
        except requests.RequestException:
            time.sleep(1)
""",
            "waits and tries again for ever",
        ),
        bad(
            """\
from time import sleep as pause

def connect(open_connection):
    attempts = 0
    while True:
        try:
            connection = open_connection()
            break
        except OSError as error:
            attempts += 1
            print('attempt', attempts, error)
            pause(2)
    return connection
""",
            "the counter is never compared",
        ),
        bad(
            """\
import asyncio

class Client:
    async def start(self):
        ready = False
        while not ready:
            try:
                await self.open()
                ready = True
            except ConnectionError:
                await asyncio.sleep(
                    5,
                )
""",
            "only success ends the condition",
        ),
        bad(
            """\
import itertools

def send(post, item):
    for attempt in itertools.count():
        try:
            return post(item)
        except Exception:
            continue
""",
            "an endless iterator",
        ),
        good(
            """\
import time
import requests

def load(url):
    attempts = 0
    while True:
        try:
            return requests.get(url, timeout=5)
        except requests.RequestException:
            attempts += 1
            if attempts >= 5:
                raise
            time.sleep(1)
""",
            "the counter is compared and raises",
        ),
        good(
            """\
import time

def connect(open_connection):
    deadline = time.monotonic() + 30
    while True:
        try:
            return open_connection()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
""",
            "a deadline",
        ),
        good(
            """\
import logging

def work(queue, handle):
    while True:
        item = queue.get()
        if item is None:
            break
        try:
            handle(item)
        except Exception:
            logging.exception('item failed')
""",
            "a consumer: each turn has new work",
        ),
        good(
            """\
import time

def load(fetch):
    for attempt in range(3):
        try:
            return fetch()
        except OSError:
            time.sleep(attempt)
    raise TimeoutError
""",
            "a range ends",
        ),
        good(
            """\
import time

def load(fetch, tries):
    while True:
        try:
            return fetch()
        except OSError:
            if tries:
                tries -= 1
                time.sleep(1)
            else:
                raise
""",
            "counts down, the else raises",
        ),
    )

    @classmethod
    def worth_parsing(cls, text: bytes) -> bool:
        """Some line that begins with `try` stands deeper than a line before it that begins with a loop."""
        shallowest = MOST_INDENTED
        for line in LOOP_OR_TRY.finditer(b"\n" + text.replace(b"\r", b"\n")):
            indentation = len(line[1].expandtabs())
            if line[2] == b"try" and indentation > shallowest:
                return True
            if line[2] != b"try":
                shallowest = min(shallowest, indentation)
        return False

    @classmethod
    def candidate(cls, node: ast.AST) -> bool:
        """Some loop in it that may be endless holds a try that may go round again."""
        loops = (one for one in walk_statements(node) if isinstance(one, ast.While) or (isinstance(one, ast.For) and _may_be_endless(one)))
        return any(
            isinstance(inner, ast.Try) and not _all_leave(inner) and _may_end(loop, inner)
            for loop in loops
            for inner in walk_statements(loop)
        )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each loop."""
        for loop in region.walk():
            if not isinstance(loop, (cst.While, cst.For)) or (isinstance(loop, cst.For) and not is_endless(region, loop)):
                continue
            if any(_retries_for_ever(region, loop, attempt) for attempt in _attempts(region, loop)):
                header = loop.test if isinstance(loop, cst.While) else loop.iter
                message = "This loop tries again after an error, and no counter or deadline ends it"
                yield Hit(region.span_from(loop, header), message, "loop", fix=_count_attempts(region, loop))


def _count_attempts(region: Region, loop: cst.While | cst.For) -> Fix | None:
    """A loop over so many attempts in place of `while True`, and an error after the last one."""
    if not isinstance(loop, cst.While) or not is_true(loop.test) or loop.orelse is not None or not isinstance(loop.body, cst.IndentedBlock):
        return None
    header, whole = region.span_from(loop, loop.test), region.span(loop)
    indent = region.source.lines[header.line - 1][: header.column - 1]
    last = max(region.span(statement).end_line for statement in loop.body.body)
    end = Span(last, len(region.source.lines[last - 1]) + 1, last, len(region.source.lines[last - 1]) + 1)
    if indent.strip() or whole.line == last:
        return None
    told = f'\n{indent}else:\n{indent}    raise TimeoutError("gave up after {ATTEMPTS} attempts")'
    return Fix(f"Give up after {ATTEMPTS} attempts", (Edit(header, f"for _ in range({ATTEMPTS})"), Edit(end, told)), safe=False)


def _may_be_endless(loop: ast.For) -> bool:
    """A name that is no built-in may be another one for an endless iterator."""
    header = loop.iter
    if isinstance(header, ast.Call) and isinstance(header.func, ast.Name) and header.func.id == "enumerate" and header.args:
        header = header.args[0]
    called = header.func if isinstance(header, ast.Call) else None
    if isinstance(called, ast.Attribute):
        return any(name.endswith(f".{called.attr}") for name in ENDLESS_ITERATORS)
    return isinstance(called, ast.Name) and (called.id in ENDLESS_ITERATORS or called.id not in BUILTINS)


def _may_end(loop: ast.While | ast.For, attempt: ast.Try) -> bool:
    """Whether success may end the loop. Cheap for a condition; a loop without one is left to the syntax tree."""
    if isinstance(loop, ast.For) or isinstance(loop.test, ast.Constant):
        return True
    read = {ast.unparse(one) for one in ast.walk(loop.test) if isinstance(one, (ast.Name, ast.Attribute))}
    if any(STOP_WORDS.search(name) for name in read):
        return False
    succeeding = [inner for one in (*attempt.body, *attempt.orelse) for inner in walk_statements(one)]
    assigned = {ast.unparse(target) for one in succeeding if isinstance(one, ast.Assign) for target in one.targets}
    return bool(read & assigned) or any(isinstance(one, (ast.Return, ast.Raise, ast.Break, ast.Expr)) for one in succeeding)


def _all_leave(attempt: ast.Try) -> bool:
    return all(isinstance(handler.body[-1], (ast.Raise, ast.Return, ast.Break)) for handler in attempt.handlers)


def _attempts(region: Region, loop: cst.While | cst.For) -> Iterator[cst.Try]:
    for node in descend(loop.body, cst.Try):
        if isinstance(node, cst.Try) and loop_of(region, node) is loop:
            yield node


def _retries_for_ever(region: Region, loop: cst.While | cst.For, attempt: cst.Try) -> bool:
    if attempt.finalbody is not None and leaves(region, attempt.finalbody, loop):
        return False
    if not _is_retry(region, loop, attempt):
        return False
    for handler in attempt.handlers:
        if always_leaves(region, handler.body, loop):
            continue
        reached = after_failure(region, loop, attempt, handler)
        if not _is_error(region, loop, handler, reached) or _leaves_after(region, loop, attempt, handler):
            continue
        error = handler.name.name.value if handler.name is not None and isinstance(handler.name.name, cst.Name) else ""
        if not is_bounded(region, loop, reached, error):
            return True
    return False


def _leaves_after(region: Region, loop: cst.While | cst.For, attempt: cst.Try, handler: cst.ExceptHandler) -> bool:
    """Whether what follows the try leaves the loop, whatever happened in it."""
    if any(isinstance(one, cst.Continue) for one in descend(handler.body, cst.Continue)):
        return False
    rest = _following(loop, attempt)
    return rest is not None and always_leaves(region, rest, loop)


def _following(loop: cst.While | cst.For, attempt: cst.Try) -> cst.IndentedBlock | None:
    """What stands after the try in the loop's own block; None when nothing does."""
    body = [one for one in loop.body.body if isinstance(one, (cst.SimpleStatementLine, cst.BaseCompoundStatement))]
    rest = body[body.index(attempt) + 1 :] if attempt in body else []
    return cst.IndentedBlock(body=rest) if rest else None


def _is_retry(region: Region, loop: cst.While | cst.For, attempt: cst.Try) -> bool:
    """Whether success ends the loop: that is what makes trying again a retry, and not a server's main loop."""
    if any(_asks(region, call) for call in descend(loop.body, cst.Call) if isinstance(call, cst.Call)):
        return False
    if isinstance(loop, cst.While) and not is_true(loop.test):
        return _ended_by_success(region, loop, attempt)
    succeeding: list[cst.BaseSuite] = [attempt.body]
    if attempt.orelse is not None:
        succeeding.append(attempt.orelse.body)
    if any(always_leaves(region, block, loop) for block in succeeding):
        return True
    following = _following(loop, attempt)
    if following is not None and always_leaves(region, following, loop):
        return True
    if any(_fetches(call) for call in descend(loop.body, cst.Call) if isinstance(call, cst.Call)):
        return False
    return _waits(region, loop) and any(
        leaves(region, block, loop) for block in [*succeeding, *([following] if following is not None else [])]
    )


def _ended_by_success(region: Region, loop: cst.While, attempt: cst.Try) -> bool:
    """Whether the condition reads a name that only the succeeding path sets."""
    read = {dotted_text(node) for node in descend(loop.test, cst.Name, cst.Attribute)} - {""}
    if any(STOP_WORDS.search(name) for name in read):
        return False
    blocks: list[cst.CSTNode] = [attempt.body, *([attempt.orelse] if attempt.orelse is not None else [])]
    for block in blocks:
        for node in descend(block, cst.Assign):
            if isinstance(node, cst.Assign) and any(dotted_text(target.target) in read for target in node.targets):
                return True
    return any(always_leaves(region, block.body if isinstance(block, cst.Else) else block, loop) for block in blocks)  # type: ignore[arg-type]


def _is_error(region: Region, loop: cst.While | cst.For, handler: cst.ExceptHandler, reached: list[cst.CSTNode]) -> bool:
    """Whether the handler treats a failing service, rather than steering the loop."""
    names = _caught(region, handler)
    waits = any(isinstance(node, cst.Call) and _is_wait(region, node) for node in reached)
    if names and all(FLOW_ERRORS.match(name) for name in names):
        return waits and not all(name in {"KeyboardInterrupt", "GeneratorExit", "StopIteration"} for name in names)
    return waits or bool(RETRY_WORDS.search(region.text(loop))) or not _does_other_work(handler)


def _caught(region: Region, handler: cst.ExceptHandler) -> list[str]:
    if handler.type is None:
        return []
    types = [element.value for element in handler.type.elements] if isinstance(handler.type, cst.Tuple) else [handler.type]
    return [region.resolve(one) or dotted_text(one) for one in types]


def _does_other_work(handler: cst.ExceptHandler) -> bool:
    """Whether the handler changes anything beyond logging: it may then try something else next time."""
    for statement in statements(handler.body):
        if isinstance(statement, (cst.Pass, cst.Continue)):
            continue
        called = statement.value.func if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call) else None
        if called is None or not re.search(r"(^|\.)(print|log\w*|debug|info|warn\w*|error|exception|echo|write)$", dotted_text(called)):
            return True
    return False


def _waits(region: Region, loop: cst.While | cst.For) -> bool:
    return any(isinstance(node, cst.Call) and _is_wait(region, node) for node in descend(loop.body, cst.Call))


def _is_wait(region: Region, call: cst.Call) -> bool:
    called = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_text(call.func)
    return bool(WAITING.search(called) or WAITING.search(region.resolve(call.func).rpartition(".")[2]))


def _asks(region: Region, call: cst.Call) -> bool:
    return region.resolve(call.func) in ASKING


def _fetches(call: cst.Call) -> bool:
    if not isinstance(call.func, cst.Attribute):
        return False
    method = call.func.attr.value
    return method in FETCHING or (method == "get" and bool(QUEUES.search(dotted_text(call.func.value))))
