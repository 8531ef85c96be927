"""The process in which all parsing of untrusted bytes happens.

It reads jobs from standard input and writes answers to standard output. A parser may overflow its stack, eat memory or
never end: the limits below turn that into this process's death, which the parent survives and records.
"""

import contextlib
import gc
import resource
import sys
import threading
from functools import cached_property
from typing import IO

from msgspec.structs import replace

from aicheck.authoring import DifferentialCheck, PythonCheck
from aicheck.model.coverage import Failure
from aicheck.model.facts import NO_FACTS, Definition
from aicheck.model.location import Side
from aicheck.plugins import collect_checks, compares_calls, load_check
from aicheck.readers.place import place_of
from aicheck.readers.suppressions import read_suppressions
from aicheck.readers.unreadable import Unreadable
from aicheck.runners import protocol
from aicheck.runners.protocol import Answer, Hello, Job, SideAnswer

MEMORY_BYTES = 3 << 30
STACK_BYTES = 512 << 20
CPU_SECONDS = 10
"""For one file; the soft limit moves on with each job."""
REMEMBERED = 64
"""Sides whose answers are kept; a history comes back to the same files soon or never."""
GARBAGE_THRESHOLD = 100_000
"""Objects between collections: syntax trees are many objects and little garbage."""
RECURSION_LIMIT = 100_000


class _Checks:
    """The checks that jobs name. Most files need few of them, so built-in ones are loaded one by one."""

    def __init__(self, hello: Hello) -> None:
        self._hello = hello
        plugged = collect_checks(hello.plugins) if hello.plugins else ()
        self._python = {check.id: check for check in plugged if issubclass(check, PythonCheck)}
        self._plugged = tuple(check for check in plugged if compares_calls(check))

    def python(self, rule: str) -> type[PythonCheck]:
        """The LibCST check with this id."""
        found = self._python.get(rule)
        if found is None:
            loaded = load_check(self._hello.python[rule])
            assert issubclass(loaded, PythonCheck)
            found = self._python[rule] = loaded
        return found

    @cached_property
    def comparing(self) -> tuple[type[DifferentialCheck], ...]:
        """Those that compare calls in Python."""
        return self._plugged or tuple(check for module in self._hello.comparing if compares_calls(check := load_check(module)))


class Worker:
    """Serves jobs until its input ends."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source = source
        self._sink = sink
        self._known: dict[tuple[object, ...], SideAnswer] = {}
        self._checks = _Checks(protocol.read_hello(source))

    def serve(self) -> None:
        """Answer each job; never raises for anything that a job holds."""
        while True:
            try:
                job = protocol.read_job(self._source)
            except EOFError:
                return
            _allow_cpu(CPU_SECONDS)
            answer = Answer(tuple(self._answer(job)))
            try:
                protocol.write(self._sink, answer)
            except UnicodeEncodeError:
                protocol.write(self._sink, refuse(job, "read", "it holds text that is not Unicode"))

    def _answer(self, job: Job) -> list[SideAnswer]:
        sides = [self._side(job, side, data) for side, data in present(job)]
        if job.language != "python" or not job.facts or any(answer.facts is None for answer in sides):
            return sides
        try:
            return self._with_calls(job, sides)
        except Unreadable as error:
            reason = error.reason
        except Exception as error:  # noqa: BLE001  a reader's own bug must cost this file, not the run
            reason = f"the reader failed: {type(error).__name__}"
        return [replace(answer, failures=(*answer.failures, Failure(job.path, answer.side, "facts", reason))) for answer in sides]

    def _side(self, job: Job, side: Side, data: bytes) -> SideAnswer:
        """As `_read_side`, remembered: in a history what a commit leaves is what the next one finds."""
        if job.around:
            return self._read_side(job, side, data)
        key = (job.path, job.language, job.checks, job.facts, job.suppressions, data)
        known = self._known.pop(key, None)
        if known is None:
            known = self._read_side(job, side, data)
        self._known[key] = known
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return known if known.side == side else _turn(known, side)

    def _read_side(self, job: Job, side: Side, data: bytes) -> SideAnswer:
        answer = SideAnswer(side, None, (), ())
        try:
            if job.suppressions:
                answer = replace(answer, suppressions=read_suppressions(job.path, job.language, data))
            if job.checks:
                answer = self._with_matches(answer, job, data)
            if job.facts:
                answer = _with_facts(answer, job, data)
            if job.around:
                answer = replace(answer, facts=replace(answer.facts or NO_FACTS, definitions=_definitions(job, side, data)))
        except Unreadable as error:
            if not error.applicable:
                return replace(answer, not_applicable=error.reason)
            return replace(answer, failures=(*answer.failures, Failure(job.path, side, "read", error.reason)))
        except Exception as error:  # noqa: BLE001  as above
            reason = f"the reader failed: {type(error).__name__}"
            return replace(answer, failures=(*answer.failures, Failure(job.path, side, "read", reason)))
        return answer

    def _with_matches(self, answer: SideAnswer, job: Job, data: bytes) -> SideAnswer:
        from aicheck.runners.cst import check_python  # brings LibCST in: only when a needle was found

        matches, failures = check_python(job.path, answer.side, data, [self._checks.python(check) for check in job.checks])
        return replace(answer, matches=matches, failures=(*answer.failures, *failures))

    def _with_calls(self, job: Job, sides: list[SideAnswer]) -> list[SideAnswer]:
        """Add the calls and routines that differential Python rules compare; both sides are needed to know which matter."""
        from aicheck.readers.routines import read_routines

        before, after = read_routines(job.before, job.after, is_test=place_of(job.path) == "test")
        routines = {"before": before, "after": after}
        sides = [replace(answer, facts=replace(answer.facts or NO_FACTS, routines=routines[answer.side])) for answer in sides]
        comparing = self._checks.comparing
        if not comparing:
            return sides
        from aicheck.readers.python import read_calls

        needles = tuple(tuple(tuple(group) for group in check.needles) for check in comparing)
        found = read_calls(job.before, job.after, needles, lambda call: any(check.concerns(call) for check in comparing))
        calls = dict(zip(("before", "after"), found, strict=True))
        return [replace(answer, facts=replace(answer.facts or NO_FACTS, calls=calls[answer.side])) for answer in sides]


def _turn(answer: SideAnswer, side: Side) -> SideAnswer:
    """The same answer about the same bytes as the other side of a change."""
    matches = tuple(replace(match, location=replace(match.location, side=side)) for match in answer.matches)
    return replace(answer, side=side, matches=matches, failures=tuple(replace(failure, side=side) for failure in answer.failures))


def present(job: Job) -> list[tuple[Side, bytes]]:
    """The sides that the job has."""
    sides: list[tuple[Side, bytes | None]] = [("before", job.before), ("after", job.after)]
    return [(side, data) for side, data in sides if data is not None]


def refuse(job: Job, engine: str, reason: str) -> Answer:
    """An answer that says of each side that it could not be read."""
    return Answer(tuple(SideAnswer(side, None, (), (Failure(job.path, side, engine, reason),)) for side, _ in present(job)))


def _with_facts(answer: SideAnswer, job: Job, data: bytes) -> SideAnswer:
    from aicheck.readers.facts import read_facts  # brings parsers in: only when facts are wanted
    from aicheck.readers.outline import syntax_errors

    errors = syntax_errors(job.language, data)  # Semgrep passes over what it cannot read, and over what no pattern could match
    if errors:
        failure = Failure(job.path, answer.side, "read", f"syntax error at line {errors[0][0]}", lines=errors)
        answer = replace(answer, failures=(*answer.failures, failure))
    return replace(answer, facts=read_facts(job.path, job.language, data))


def _definitions(job: Job, side: Side, data: bytes) -> tuple[Definition, ...]:
    lines = frozenset(line for of, line in job.around if of == side)
    if not lines:
        return ()
    if job.language == "python":
        from aicheck.readers.python import read_regions

        return read_regions(data).source.definitions(lines)
    from aicheck.readers.outline import read_definitions

    return read_definitions(job.language, data)


def _allow_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def _limit(kind: int, amount: int) -> None:
    _, hard = resource.getrlimit(kind)
    wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    with contextlib.suppress(ValueError, OSError):  # a platform may refuse one limit; the others and the parent's clock remain
        resource.setrlimit(kind, (wanted, wanted))


def main() -> None:
    """Run one worker on standard input and output, inside a thread with a big stack and under limits."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    gc.enable()  # off while modules are loaded
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not corrupt the answers
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    sys.setrecursionlimit(RECURSION_LIMIT)
    threading.stack_size(STACK_BYTES)

    def serve() -> None:
        _limit(resource.RLIMIT_NPROC, 0)  # after this thread has started: 0 refuses threads too, to everyone but root
        Worker(source, sink).serve()

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
