"""The parent's side of the worker: starts it, feeds it one job at a time, and outlives whatever it dies of."""

import atexit
import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

import aicheck
from aicheck.plugins import built_in_modules
from aicheck.runners import protocol
from aicheck.runners.protocol import Answer, Hello, Job, SideAnswer
from aicheck.runners.worker import CPU_SECONDS, present, refuse

WALL_SECONDS = 60.0
"""For one file; only reached when a worker waits instead of working, since the CPU limit stops it earlier."""
JOBS_PER_WORKER = 12
"""Starting another worker costs as much as this many ordinary files."""

BOOTSTRAP = "import gc, json, sys; gc.disable(); sys.path[:] = json.loads(sys.argv[1]); from aicheck.runners.worker import main; main()"

NOT_REACHED = "not reached"

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


class Death(msgspec.Struct, frozen=True):
    """How a worker ended that did not answer."""

    reason: str


class WorkerProcess:
    """One worker; replaced by a new process when it dies."""

    def __init__(self, plugins: tuple[str, ...]) -> None:
        self._plugins = plugins
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def ask(self, job: Job) -> Answer | Death:
        """Send a job and wait for its answer. A worker that dies, hangs or answers nonsense is killed."""
        if self._closed:
            return Death(NOT_REACHED)
        try:
            process = self._running()
            _send(process, job)
            answer = self._receive(process, time.monotonic() + WALL_SECONDS)
            if [found.side for found in answer.sides] != [side for side, _ in present(job)]:
                raise msgspec.DecodeError("a side is missing")
            return answer
        except (BrokenPipeError, EOFError):
            return Death(_cause(self._stop()))
        except TimeoutError:
            self._stop()
            return Death(f"no answer within {WALL_SECONDS:.0f} seconds")
        except msgspec.DecodeError:
            self._stop()
            return Death("the worker's answer could not be read")

    def close(self) -> None:
        """End the worker for good: a thread that still serves starts no other one."""
        self._closed = True
        self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", BOOTSTRAP, json.dumps(_import_path())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
                start_new_session=True,
            )
            _send(self._process, Hello(self._plugins, *built_in_modules()))
        return self._process

    def _receive(self, process: subprocess.Popen[bytes], deadline: float) -> Answer:
        header = _read_exactly(process, protocol.LENGTH_BYTES, deadline)
        size = int.from_bytes(header, "big")
        if size > protocol.ANSWER_LIMIT:
            raise msgspec.DecodeError("answer too large")
        return protocol.read_answer(_read_exactly(process, size, deadline))

    def _stop(self) -> int:
        """Kill the worker's whole session; its return code (negative for a signal)."""
        process, self._process = self._process, None
        if process is None:
            return 0
        assert process.stdin is not None and process.stdout is not None
        try:
            code = process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
        for stream in (process.stdin, process.stdout):
            try:
                stream.close()
            except BrokenPipeError:  # bytes of the last job that a dead worker never read
                continue
        return code


class StandingWorkers:
    """Workers that outlive one call of `run_jobs`, for as many calls as follow with the same plugins."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, ...], list[WorkerProcess]] = {}
        atexit.register(self.close)

    def take(self, plugins: tuple[str, ...], count: int) -> list[WorkerProcess]:
        """So many workers, started when they are first asked."""
        idle = self._idle.setdefault(plugins, [])
        return [idle.pop() if idle else WorkerProcess(plugins) for _ in range(count)]

    def give_back(self, plugins: tuple[str, ...], workers: Sequence[WorkerProcess]) -> None:
        """Keep the workers for the next call."""
        self._idle.setdefault(plugins, []).extend(workers)

    def close(self) -> None:
        """End them all."""
        for workers in self._idle.values():
            for worker in workers:
                worker.close()
        self._idle.clear()


def run_jobs(
    jobs: Sequence[Job],
    plugins: tuple[str, ...],
    workers: int,
    progress: Progress | None = None,
    standing: StandingWorkers | None = None,
) -> list[Answer]:
    """Answers in the order of `jobs`. A file whose worker died has a failure on each side, never a missing answer.

    Without `standing` the workers end with the call.
    """
    wanted = max(1, min(workers, -(-len(jobs) // JOBS_PER_WORKER)))
    processes = standing.take(plugins, wanted) if standing else [WorkerProcess(plugins) for _ in range(wanted)]
    finished = False
    try:
        answers = _serve_all(jobs, processes, progress)
        finished = True
    finally:
        if standing is not None and finished:
            standing.give_back(plugins, processes)
        else:
            for process in processes:
                process.close()
    return answers


def _serve_all(jobs: Sequence[Job], processes: Sequence[WorkerProcess], progress: Progress | None) -> list[Answer]:
    answers: list[Answer | None] = [None] * len(jobs)
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(jobs)):
        waiting.put(index)
    errors: list[OSError] = []
    done = 0

    def serve(process: WorkerProcess) -> None:
        nonlocal done
        try:
            while True:
                try:
                    index = waiting.get_nowait()
                except queue.Empty:
                    return
                answers[index] = _answer(process, jobs[index])
                done += 1
                if progress:
                    progress(done, len(jobs))
        except OSError as error:  # the worker could not even be started
            errors.append(error)

    threads = [threading.Thread(target=serve, args=(process,), daemon=True) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reason = f"the worker could not be started: {errors[0].strerror}" if errors else NOT_REACHED
    return [answer or _lost(job, Death(reason)) for answer, job in zip(answers, jobs, strict=True)]


def _send(process: subprocess.Popen[bytes], message: Hello | Job) -> None:
    assert process.stdin is not None
    protocol.write(process.stdin, message)


def _answer(process: WorkerProcess, job: Job) -> Answer:
    answer = process.ask(job)
    if isinstance(answer, Answer):
        return answer
    lost = _lost(job, answer)
    if not job.checks or not job.facts:
        return lost
    facts = process.ask(replace(job, checks=()))  # the parser died of the code; the cheaper readers may not
    if isinstance(facts, Death):
        return lost
    return Answer(tuple(_merge(side, lost) for side in facts.sides))


def _merge(side: SideAnswer, lost: Answer) -> SideAnswer:
    failures = next((answer.failures for answer in lost.sides if answer.side == side.side), ())
    return replace(side, failures=side.failures + failures)


def _lost(job: Job, death: Death) -> Answer:
    return refuse(job, "cst" if job.checks else "read", death.reason)


def _cause(code: int) -> str:
    if code == -signal.SIGXCPU:
        return f"needs more than {CPU_SECONDS} seconds of CPU time"
    if code in {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT}:
        return "nested too deeply or too large for the parser"
    return f"the parser was ended by signal {-code}" if code < 0 else f"the parser ended with status {code}"


def _read_exactly(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    parts: list[bytes] = []
    while size:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _import_path() -> list[str]:
    """The import path of this process, as far as it does not depend on the current directory; this very aicheck is on it."""
    here, own_root = Path.cwd().resolve(), Path(aicheck.__file__).resolve().parent.parent
    path = [Path(entry).resolve() for entry in sys.path if entry and Path(entry).is_absolute()]
    kept = [str(entry) for entry in path if entry == own_root or entry != here]
    return kept if str(own_root) in kept else [*kept, str(own_root)]
