"""Retry libraries that are told to try for ever, or whose default is to."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from aicheck.authoring import Arguments, Hit, PythonCheck, Region, arguments_of, bad, cst, dotted_text, good, literal
from aicheck.authoring.rewriting import add_argument
from aicheck.model.fix import Fix


class Library(msgspec.Struct, frozen=True):
    """How one callable is told when to stop."""

    stops: tuple[str, ...]
    """Keywords any of which ends the retries, unless its value is one of `never`."""
    by_default: bool = False
    """Whether it stops without any of them."""
    positions: tuple[tuple[int, str], ...] = ()
    """Positional arguments that stand for a stop keyword."""
    bare: bool = False
    """Whether it is also a decorator without a call."""


TENACITY = Library(("stop",), bare=True)
ITERATING = Library(("stop",), positions=((1, "stop"),))
BACKOFF = Library(("max_tries", "max_time"))
URLLIB3 = Library(("total", "connect", "read", "status", "other"), by_default=True, positions=((0, "total"), (1, "connect"), (2, "read")))
LIBRARIES = {
    "tenacity.retry": TENACITY,
    "tenacity.Retrying": ITERATING,
    "tenacity.AsyncRetrying": ITERATING,
    "tenacity.asyncio.AsyncRetrying": ITERATING,
    "tenacity._asyncio.AsyncRetrying": ITERATING,
    "tenacity.tornadoweb.TornadoRetrying": ITERATING,
    "backoff.on_exception": BACKOFF,
    "backoff.on_predicate": BACKOFF,
    "retrying.retry": Library(("stop", "stop_max_attempt_number", "stop_max_delay", "stop_func"), bare=True),
    "retrying.Retrying": Library(("stop", "stop_max_attempt_number", "stop_max_delay", "stop_func")),
    "retry.retry": Library(("tries",), positions=((1, "tries"),), bare=True),
    "retry.api.retry": Library(("tries",), positions=((1, "tries"),), bare=True),
    "retry2.retry": Library(("tries",), positions=((1, "tries"),), bare=True),
    "urllib3.Retry": URLLIB3,
    "urllib3.util.Retry": URLLIB3,
    "urllib3.util.retry.Retry": URLLIB3,
    "requests.adapters.Retry": URLLIB3,
    "requests.packages.urllib3.Retry": URLLIB3,
    "requests.packages.urllib3.util.Retry": URLLIB3,
    "requests.packages.urllib3.util.retry.Retry": URLLIB3,
    "stamina.retry": Library(("attempts", "timeout"), by_default=True),
    "stamina.retry_context": Library(("attempts", "timeout"), by_default=True),
    "google.api_core.retry.Retry": Library(("timeout", "deadline"), by_default=True),
    "google.api_core.retry.AsyncRetry": Library(("timeout", "deadline"), by_default=True),
    "redis.retry.Retry": Library(("retries",), by_default=True, positions=((1, "retries"),)),
    "redis.asyncio.retry.Retry": Library(("retries",), by_default=True, positions=((1, "retries"),)),
    "celery.shared_task": Library(("max_retries",), by_default=True),
}
"""From the signatures of tenacity 9, backoff 2, retrying 1.4, retry 0.9, urllib3 2, stamina 25, google-api-core 2, redis 6, celery 5."""
STOPS = {
    "backoff": "max_tries=5",
    "retry": "tries=5",
    "retry2": "tries=5",
    "retrying": "stop_max_attempt_number=5",
    "tenacity": "stop={module}.stop_after_attempt(5)",
}
"""Package -> the argument that makes its policy give up."""
NEVER = frozenset({"tenacity.stop_never", "tenacity.stop.stop_never"})
ALL_NEEDED = frozenset({"stamina.retry", "stamina.retry_context"})
"""Those that have two bounds by default, both of which must be switched off."""


class RetryWithoutStop(PythonCheck):
    """A retry library is used without anything that makes it give up."""

    id = "unbounded-retry/retry-without-stop"
    title = "A retry policy that never gives up"
    why = "When the service stays down, callers hang for ever and their retries keep it from coming back."
    instead = "Give the policy a stop: a number of attempts or a total time, and let the last error through."
    severity = "high"
    cwe = (770,)
    needles = (("retry", "Retry", "backoff", "shared_task", "on_exception", "on_predicate", "max_retries"),)
    anywhere = (
        *("tenacity", "backoff", "retrying", "from retry", "import retry", "urllib3", "requests", "stamina", "google.api_core", "redis"),
        *("celery", "max_retries"),
    )
    examples = (
        bad(
            """\
import tenacity

@tenacity.retry(wait=tenacity.wait_fixed(2))
def load():
    return fetch()
""",
            "a wait is no stop",
        ),
        bad(
            """\
from tenacity import retry as again

class Client:
    @again
    async def load(self):
        return await self.fetch()
""",
            "the bare decorator retries for ever",
        ),
        bad(
            """\
import backoff

@backoff.on_exception(
    backoff.expo,
    OSError,
)
def load():
    return fetch()
""",
            "neither tries nor time",
        ),
        bad(
            """\
from urllib3.util.retry import Retry
from requests.adapters import HTTPAdapter

def adapter():
    return HTTPAdapter(max_retries=Retry(total=None, backoff_factor=1))
""",
            "no total",
        ),
        bad(
            """\
from tenacity import retry, wait_fixed

POLICY = {'wait': wait_fixed(1), 'reraise': True}

@retry(**POLICY)
def load():
    return fetch()
""",
            "a shared policy without a stop",
        ),
        good(
            """\
from tenacity import retry, stop_after_attempt, wait_fixed

@retry(stop=stop_after_attempt(5), wait=wait_fixed(2))
def load():
    return fetch()
""",
            "five attempts",
        ),
        good(
            """\
from tenacity import retry, stop_after_delay

POLICY = dict(stop=stop_after_delay(30))

@retry(**POLICY, reraise=True)
def load():
    return fetch()
""",
            "the shared policy holds a stop",
        ),
        good(
            """\
import functools
import tenacity

quick = functools.partial(tenacity.retry, stop=tenacity.stop_after_attempt(3))

@quick(wait=tenacity.wait_fixed(1))
def load():
    return fetch()
""",
            "a stop in a partial",
        ),
        good(
            """\
import backoff

@backoff.on_exception(backoff.expo, OSError, max_time=60)
def load():
    return fetch()
""",
            "a total time",
        ),
        good(
            """\
from tenacity import retry

def persistent(**options):
    return retry(**options)
""",
            "the caller decides",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call or bare decorator."""
        for call in region.walk(cst.Call):
            arguments = arguments_of(region, call)
            library = LIBRARIES.get(arguments.callee)
            if library is not None and _never_stops(arguments, library):
                message = f"{_short(arguments.callee)} is given nothing that makes it give up"
                yield Hit(region.span(call), message, fix=_give_stop(region, call, arguments, library))
            elif _is_endless_task(region, arguments, call):
                yield Hit(region.span(call), "max_retries=None lets this task be retried for ever")
        for decorator in region.walk(cst.Decorator):
            name = region.resolve(decorator.decorator)
            if name in LIBRARIES and LIBRARIES[name].bare:
                yield Hit(region.span(decorator), f"{_short(name)} without arguments never gives up")


def _give_stop(region: Region, call: cst.Call, arguments: Arguments, library: Library) -> Fix | None:
    """A number of attempts as a further argument; none where the policy has a stop that would be given twice."""
    stop = STOPS.get(arguments.callee.partition(".")[0], "")
    module = dotted_text(call.func).rpartition(".")[0]
    if not stop or ("{module}" in stop and not module) or any(arguments.get(name) is not None for name in library.stops):
        return None
    return add_argument(region.source.lines, region.span(call), stop.format(module=module))


def _never_stops(arguments: Arguments, library: Library) -> bool:
    if arguments.unknown:
        return False
    if library.bare and arguments.positional and not arguments.keywords and arguments.callee.startswith("tenacity"):
        return not isinstance(arguments.positional[0], cst.Call)  # `retry(function)`
    values = [arguments.get(name, next((at for at, same in library.positions if same == name), None)) for name in library.stops]
    given = [value for value in values if value is not None]
    if any(not _is_never(arguments.region, value) for value in given):
        return False
    if not library.by_default:
        return True
    if arguments.callee in ALL_NEEDED:
        return len(given) == len(values)
    return values[0] is not None or (library.stops[0] not in {"total", "max_retries"} and bool(given))


def _is_never(region: Region, value: cst.BaseExpression) -> bool:
    constant = literal(value)
    return constant is None or constant == -1 or region.resolve(value) in NEVER or region.resolve(value) == "math.inf"


def _is_endless_task(region: Region, arguments: Arguments, call: cst.Call) -> bool:
    """`@app.task(max_retries=None)` of Celery, whose application object another module makes."""
    named_task = isinstance(call.func, cst.Attribute) and call.func.attr.value == "task"
    value = arguments.get("max_retries") if named_task else None
    return value is not None and literal(value) is None and isinstance(region.parent(call), cst.Decorator)


def _short(callee: str) -> str:
    first, _, rest = callee.partition(".")
    return f"{first}.{rest.rpartition('.')[2]}"
