"""safeguard-removal/rate-limit-removed."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.routine_check import RoutineCheck
from aicheck.authoring.routine_steps import RoutineStep, RoutineSteps, same_act
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.routines import Act, Decorator
from aicheck.readers.place import place_of
from aicheck.regex import regex

LIMITER = regex(
    r"(?:^|[._])(?:limiter(?:\.(?:limit|shared_limit))?|rate_?limit\w*|ratelimit\w*|throttle\w*|throttled|limits|slow_?down|sleep_and_retry|max_calls|"
    r"cooldown|dynamic_cooldown|max_concurrency|quota\w*|RateLimiter|burst_limit|concurrency_limit)$",
    re.IGNORECASE,
)
LIMIT_KEYWORD = regex(
    r"^(?:max_(?:results?|items|rows|records|size|length|tokens|bytes|depth|workers|connections|concurrency|concurrent\w*|instances|batch_size|pages|keys|"
    r"content_length|file_size|upload_size|requests?|output_tokens|completion_tokens|redirects|memory|overflow)|limit|page_size|MaxResults|MaxItems|MaxKeys|Limit|"
    r"concurrency|rate_limit|throttle_classes|batch_size|max_body_size)$"
)
SQL_LIMIT = regex(r"\bLIMIT\s+(?:\d+|%s|%\(|:|\?|\{|\$)|\bFETCH\s+FIRST\b|\bTOP\s+\(?\d", re.IGNORECASE)
BOUNDING = frozenset(
    {
        "limit",
        "first",
        "one",
        "one_or_none",
        "paginate",
        "fetchone",
        "scalar",
        "fetchmany",
        "fetch",
        "islice",
        "head",
        "count",
        "get",
        "take",
    }
)
FETCHING = frozenset({"all", "scalars", "fetchall", "execute", "to_list", "to_dicts", "stream", "iterator", "find", "collect"})
ROWS = regex(r"objects|query|select|\.all\(|order_by|filter\(")
READING = regex(r"^\s*f?['\"]+\s*(?:SELECT|WITH)\b", re.IGNORECASE)


class RateLimitRemoved(RoutineCheck):
    """Finds functions that stay but lost a limit: a limiter, LIMIT of a query, the cut of a list, a `max_...` argument.

    Silent where a limiter moves to the application, router or class, and where another limit takes the place.
    """

    id = "safeguard-removal/rate-limit-removed"
    title = "A limit on how much or how often is gone"
    why = "One caller, or one large table, can now take all the memory, connections or money that the others need."
    instead = "Keep the limit, or move it to the gateway or application in the same change."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (770,)
    examples = (
        bad_change(
            "@app.post('/login')\n@limiter.limit('5/minute')\ndef login(request):\n    return check(request)\n",
            "@app.post('/login')\ndef login(request):\n    return check(request)\n",
            "a limiter",
        ),
        bad_change(
            "class Reports:\n    @throttle(calls=2)\n    async def build(self):\n        return await self.render()\n",
            "class Reports:\n    async def build(\n        self,\n    ):\n        return await self.render()\n",
            "on a method",
        ),
        bad_change(
            "def newest(cur):\n    cur.execute('SELECT * FROM events ORDER BY id DESC LIMIT 50')\n    return cur.fetchall()\n",
            "def newest(cur):\n    cur.execute('SELECT * FROM events ORDER BY id DESC')\n    return cur.fetchall()\n",
            "LIMIT of a query",
        ),
        bad_change(
            "def newest(self):\n    return self.render(Event.objects.order_by('-id')[:50])\n",
            "def newest(self):\n    return self.render(Event.objects.order_by('-id'))\n",
            "the cut of a query",
        ),
        good_change(
            "@app.post('/login')\n@limiter.limit('5/minute')\ndef login(request):\n    return check(request)\n",
            "@app.post('/login')\n@limiter.limit('3/minute')\ndef login(request):\n    return check(request)\n",
            "another limit",
        ),
        good_change(
            "@app.post('/login')\n@limiter.limit('5/minute')\ndef login(request):\n    return check(request)\n",
            "app.add_middleware(RateLimitMiddleware, default='5/minute')\n\n@app.post('/login')\n"
            "def login(request):\n    return check(request)\n",
            "moved to the application",
        ),
        good_change(
            "def newest(self):\n    return Event.objects.order_by('-id')[:1]\n",
            "def newest(self):\n    return Event.objects.order_by('-id').first()\n",
            "one row, asked for by name",
        ),
        good_change(
            "def newest(cur):\n    cur.execute('SELECT * FROM events ORDER BY id DESC LIMIT 50')\n    return cur.fetchall()\n",
            "def newest(cur):\n    cur.execute('SELECT count(*) FROM events')\n    return cur.fetchone()\n",
            "another query",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each limit that a function lost."""
        if place_of(pair.path) == "test":
            return
        steps = change.routine_steps
        for step in steps.of(pair.path):
            yield from self._decorators(step, steps)
            yield from self._queries(step)
            yield from self._cuts(step)
            yield from self._arguments(step)

    def _decorators(self, step: RoutineStep, steps: RoutineSteps) -> Iterator[Match]:
        lost = [one for one in step.before.decorators if _limits(one)]
        if lost and not any(_limits(one) for one in step.after.decorators) and not _moved(steps):
            yield self.match_step(
                step, f"`{clip(step.after.name, 30)}` lost `@{clip(lost[0].text, 45)}`", lost=lost[0].text, line=step.before_line
            )
        for name, text in step.before.values if step.before.kind == "class" else ():
            after = dict(step.after.values)
            if name == "throttle_classes" and text not in {"[]", "()"} and after.get(name, "") in {"[]", "()", ""}:
                yield self.match_step(step, f"`{clip(step.after.name, 40)}` lost its throttle classes", lost=text, line=step.before_line)

    def _queries(self, step: RoutineStep) -> Iterator[Match]:
        after = {_without_limit(text): text for act in step.after.acts for _, text in act.arguments if READING.match(text)}
        for act in step.before.acts:
            for _, text in act.arguments:
                if not READING.match(text) or not SQL_LIMIT.search(text):
                    continue
                now = after.get(_without_limit(text))
                if now is not None and not SQL_LIMIT.search(now):
                    yield self.match_step(step, "A query lost its LIMIT", lost=text, line=act.span.line, severity="medium")

    def _cuts(self, step: RoutineStep) -> Iterator[Match]:
        """A list of rows that was cut and is handed on whole."""
        kept = {dict(act.arguments)["of"] for act in step.after.acts if act.callee == "[:]"}
        text = step.after.text.replace('"', "'")
        for act in step.before.acts:
            of = dict(act.arguments).get("of", "")
            if act.callee != "[:]" or of in kept or not ROWS.search(of):
                continue
            if of in text and not re.search(re.escape(of) + r"(?:\.first|\.last|\.count|\.exists|\.get\(|\.limit|\[)", text):
                yield self.match_step(step, f"`{clip(of, 50)}` is no longer cut", lost=of, line=act.span.line, severity="medium")

        bounding = any(act.callee == "[:]" or act.name in BOUNDING for act in step.after.acts)
        for act in step.before.acts:
            is_query = act.name == "limit" and len(act.arguments) == 1 and act.callee.startswith(".")
            if is_query and not bounding and FETCHING & {one.name for one in step.after.acts}:
                yield self.match_step(step, "A query lost its `limit`", lost="limit", line=act.span.line, severity="medium")
                return

    def _arguments(self, step: RoutineStep) -> Iterator[Match]:
        for act in step.before.acts:
            lost = next((key for key, _ in act.arguments if LIMIT_KEYWORD.match(key)), "")
            after = same_act(act, step.after.acts) if lost else None
            if after is None or after.callee != act.callee or any(LIMIT_KEYWORD.match(key) or key == "**" for key, _ in after.arguments):
                continue
            if _others(act) == _others(after):
                yield self.match_step(
                    step,
                    f"`{clip(act.name, 30)}` lost `{lost}`",
                    lost=f"{act.name} {lost}",
                    line=act.span.line,
                    span=after.span,
                    severity="low",
                )


def _limits(decorator: Decorator) -> bool:
    return LIMITER.search(decorator.callee) is not None and "exempt" not in decorator.callee


def _without_limit(text: str) -> str:
    return (
        re.sub(r"\s*\bLIMIT\b\s*\S+\s*$|\s+", " ", re.sub(r"\s*\bLIMIT\b\s*[^'\"]*", "", text, flags=re.IGNORECASE))
        .strip()
        .replace(" '", "'")
    )


def _others(act: Act) -> set[tuple[str, str]]:
    return {(key, text) for key, text in act.arguments if not LIMIT_KEYWORD.match(key)}


def _moved(steps: RoutineSteps) -> bool:
    """Whether the change puts a limiter around more than this function."""
    acts = [act for _, act in steps.gained_acts]
    if any(re.search(r"limit|throttl|quota", " ".join((act.callee, *(text for _, text in act.arguments))), re.IGNORECASE) for act in acts):
        return True
    return any(
        re.search(r"limit|throttl", name + text, re.IGNORECASE) and dict(step.before.values).get(name) != text
        for step in steps.steps
        for name, text in step.after.values
    )
