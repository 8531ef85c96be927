"""A call that stays but loses its timeout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.model.facts import Call
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.regex import regex

TIMEOUT_KEYWORD = regex(r"(^|_)time_?outs?(_ms|_s|_seconds|_secs)?$|^max_wait$", re.IGNORECASE)
POSITIONS = {
    "urllib.request.urlopen": 2,
    "socket.create_connection": 1,
    "asyncio.wait_for": 1,
    "select.select": 3,
    "http.client.HTTPConnection": 2,
    "http.client.HTTPSConnection": 2,
    "smtplib.SMTP": 3,
    "telnetlib.Telnet": 2,
    ".settimeout": 0,
    ".join": 0,
    ".wait": 0,
    ".result": 0,
}
"""Callee (or method, for any receiver) -> the position of its timeout."""
BOUNDED_BY_DEFAULT = regex(r"^(httpx|openai|anthropic|sqlite3|boto3|botocore|google\.cloud|mistralai|groq)\.")
"""Libraries that put a timeout of their own where none is given; only None switches it off."""
TIME_LIMITS = regex(r"(^|\.)(timeout|timeout_at|wait_for|fail_after|fail_at|move_on_after|move_on_at|time_limit|Timeout|func_timeout)$")
DANGEROUS_METHODS = frozenset(
    """
            get post put patch delete head options request send execute fetch fetchrow connect acquire wait join result
            communicate recv urlopen call invoke run open download upload publish query ping login get_object put_object create
            stream settimeout check_output check_call urlretrieve
            """.split()  # noqa: SIM905
)
"""Methods that wait for something outside, on receivers whose type is unknown."""
NOTHING = frozenset({"None", "float('inf')", 'float("inf")', "math.inf", "-1"})


class TimeoutRemoved(DifferentialCheck):
    """The timeout of a network, database, process or lock call was dropped or set to None."""

    id = "safeguard-removal/timeout-removed"
    title = "A call lost its timeout"
    why = "When the other side hangs, this call now waits for ever; workers fill up with waiting calls until nothing answers."
    instead = "Keep a timeout; change its value, or set it once on the client or session that makes the call."
    severity = "high"
    restores = True
    languages = ("python",)
    cwe = (400,)
    needles = (
        (
            "timeout",
            "time_out",
            "max_wait",
            "TIMEOUT",
            "Timeout",
            "wait_for",
            "urlopen",
            "create_connection",
            "fail_after",
            "move_on_after",
        ),
    )
    examples = (
        bad_change(
            """\
import requests

def load(url):
    return requests.get(url, timeout=(1, 3))
""",
            """\
import requests

def load(url):
    return requests.get(url)
""",
            "dropped",
        ),
        bad_change(
            """\
import subprocess as sp

class Build:
    def run(self, command):
        sp.run(command, check=True, timeout=600)
""",
            """\
import subprocess as sp

class Build:
    def run(self, command):
        sp.run(command, check=True, timeout=None)
""",
            "set to None, under another name",
        ),
        bad_change(
            """\
import requests

session = requests.Session()

def load(url):
    return session.get(
        url,
        timeout=5,
    )
""",
            """\
import requests

session = requests.Session()

def load_page(url):
    return session.get(url)
""",
            "dropped while the function was renamed",
        ),
        bad_change(
            """\
import asyncio

async def load(reader):
    return await asyncio.wait_for(reader.read(), 5)
""",
            """\
import asyncio

async def load(reader):
    return await asyncio.wait_for(reader.read(), None)
""",
            "a positional timeout",
        ),
        good_change(
            """\
import requests

def load(url):
    return requests.get(url, timeout=30)
""",
            """\
import requests

def load(url):
    return requests.get(url, timeout=5)
""",
            "another value",
        ),
        good_change(
            """\
import requests

def load(url):
    return requests.get(url, timeout=30)
""",
            """\
import functools
import requests

get = functools.partial(requests.get, timeout=30)

def load(url):
    return get(url)
""",
            "moved into a partial",
        ),
        good_change(
            """\
import aiohttp

async def load(url):
    async with aiohttp.ClientSession() as session:
        return await session.get(url, timeout=aiohttp.ClientTimeout(total=5))
""",
            """\
import aiohttp

async def load(url):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        return await session.get(url)
""",
            "moved to the session",
        ),
        good_change(
            """\
import asyncio
import aiohttp

async def load(session: aiohttp.ClientSession, url):
    return await session.get(url, timeout=5)
""",
            """\
import asyncio
import aiohttp

async def load(session: aiohttp.ClientSession, url):
    async with asyncio.timeout(5):
        return await session.get(url)
""",
            "the block has a timeout",
        ),
        good_change(
            """\
import requests

def load(url):
    requests.get(url, timeout=5)

def ping(url):
    return requests.get(url)
""",
            """\
import requests

def ping(url):
    return requests.get(url)
""",
            "the call is gone",
        ),
    )

    @classmethod
    def concerns(cls, call: Call) -> bool:
        """A call with a timeout, or one that sets it for others."""
        return _has_timeout(call) or call.callee.endswith("setdefaulttimeout")

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each call on the after side that had a timeout before, in this file or where it moved from."""
        before, after = pair.facts("before").calls, pair.facts("after").calls
        if not after or _gained_elsewhere(before, after):
            return
        sources = [(call, pair) for call in before]
        sources += [(call, other) for call, other in _moved_in(pair, change)]
        lost = [one for one in sources if _has_timeout(one[0])]
        bare_before = [call for call in before if not _has_timeout(call)]
        bare_after = _without([call for call in after if not _has_timeout(call)], bare_before)
        lost = _still_lost(lost, [call for call in after if _has_timeout(call)])
        for (old, origin), call in _pair_up(lost, bare_after):
            if _is_loss(call):
                place = Excerpt(origin.before_path, old.span.line, origin.line("before", old.span.line)[:200])
                message = f"This call of {_short(call.callee)} had a timeout before ({_timeout(old)[:30]}) and waits for ever now"
                yield self.match(
                    Location(pair.path, "after", call.span), message, symbol=call.symbol, text=f"{call.callee} {_first(call)}", before=place
                )


def _timeout_argument(call: Call) -> tuple[str, str] | None:
    for name, text in call.arguments:
        if TIMEOUT_KEYWORD.search(name):
            return name, text
    method = "." + call.callee.rpartition(".")[2]
    position = POSITIONS.get(call.callee, POSITIONS.get(method))
    for name, text in call.arguments if position is not None else ():
        if name == str(position) and not (method == ".join" and not re.match(r"^[\d.]+$|\w*timeout\w*$", text)):
            return name, text
    return None


def _has_timeout(call: Call) -> bool:
    found = _timeout_argument(call)
    return (
        (found is not None and found[1] not in NOTHING)
        or any(TIME_LIMITS.search(name) for name in call.within)
        or any(name == "**" for name, _ in call.arguments)
    )


def _timeout(call: Call) -> str:
    found = _timeout_argument(call)
    if found is None:
        return "around it"
    return f"{found[0]}={found[1]}" if not found[0].isdigit() else found[1]


def _is_loss(call: Call) -> bool:
    """Whether the call as it stands now can wait for ever."""
    explicit = _timeout_argument(call) is not None
    if BOUNDED_BY_DEFAULT.match(call.callee):
        return explicit
    if call.callee.startswith("."):
        return call.callee.count(".") > 1 and call.callee.rpartition(".")[2] in DANGEROUS_METHODS
    return True


def _first(call: Call) -> str:
    return next((text for name, text in call.arguments if name in {"0", "url", "args", "host", "dsn"}), "")


def _without(calls: list[Call], known: Iterable[Call]) -> list[Call]:
    """The calls that were not there before: those of `known` are taken off one by one."""
    spare = Counter(_identity(call) for call in known)
    left = []
    for call in calls:
        if spare[_identity(call)] > 0:
            spare[_identity(call)] -= 1
        else:
            left.append(call)
    return left


def _identity(call: Call) -> tuple[str, str, str]:
    return call.symbol, call.callee, _first(call)


Source = tuple[Call, FilePair]


def _still_lost(lost: list[Source], timed_after: list[Call]) -> list[Source]:
    """The calls that had a timeout, without those that still have one."""
    kept: list[Source] = list(lost)
    for key in KEYS:
        spare = Counter(key(call) for call in timed_after)
        left: list[Source] = []
        for source in kept:
            if spare[key(source[0])] > 0:
                spare[key(source[0])] -= 1
                timed_after = _drop_first(timed_after, key, key(source[0]))
            else:
                left.append(source)
        kept = left
    return kept


def _drop_first(calls: list[Call], key: Callable[[Call], Hashable], wanted: Hashable) -> list[Call]:
    position = next(position for position, call in enumerate(calls) if key(call) == wanted)
    return calls[:position] + calls[position + 1 :]


KEYS: tuple[Callable[[Call], Hashable], ...] = (
    _identity,
    lambda call: (call.symbol, call.callee),
    lambda call: (call.callee, _first(call)),
)
"""From the closest match to the loosest (a renamed or moved function)."""


def _pair_up(lost: list[Source], bare: list[Call]) -> Iterator[tuple[Source, Call]]:
    for key in KEYS:
        left: list[Source] = []
        for source in lost:
            found = next((call for call in bare if key(call) == key(source[0])), None)
            if found is None:
                left.append(source)
            else:
                bare = [call for call in bare if call is not found]
                yield source, found
        lost = left


def _gained_elsewhere(before: tuple[Call, ...], after: tuple[Call, ...]) -> bool:
    """Whether a client, session, partial or default got a timeout that it did not have."""
    known = Counter(call.callee for call in before if _has_timeout(call))
    for call in after:
        name = call.callee.rpartition(".")[2]
        sets_default = name[:1].isupper() or name in {"partial", "setdefaulttimeout", "setdefault", "set_timeout"}
        if sets_default and (_has_timeout(call) or name == "setdefaulttimeout") and name not in {"ClientTimeout", "Timeout", "Popen"}:
            if known[call.callee] <= 0:
                return True
            known[call.callee] -= 1
    return False


def _moved_in(pair: FilePair, change: ChangeFacts) -> Iterator[Source]:
    """Calls with a timeout whose definition left another file of the change and stands in this one now."""
    here_before = {call.symbol for call in pair.facts("before").calls}
    arrived = {call.symbol for call in pair.facts("after").calls} - here_before - {""}
    for other in change.pairs:
        if other.path != pair.path and other.language == pair.language:
            still_there = {call.symbol for call in other.facts("after").calls}
            for call in other.facts("before").calls:
                if call.symbol in arrived and call.symbol not in still_there:
                    yield call, other


def _short(callee: str) -> str:
    name = callee.lstrip(".")
    return name if len(name) <= 30 else "..." + name[-27:]
