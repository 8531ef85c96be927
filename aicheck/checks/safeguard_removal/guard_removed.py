"""safeguard-removal/guard-removed."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.authorization import is_auth_guard
from aicheck.authoring.routine_check import RoutineCheck
from aicheck.authoring.routine_steps import RoutineStep, RoutineSteps, guards_of, replaces, same_act
from aicheck.authoring.sinks import SinkKind, sink_kind
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.routines import Act, Guard
from aicheck.model.rule import Severity
from aicheck.readers.routines.acts import CHECK_CALL, FILTER
from aicheck.regex import regex

EXISTENCE = regex(
    r"\b(?:exists|isfile|isdir|is_file|is_dir|islink|is_symlink|hasattr|isinstance|callable|debug|verbose|DEBUG|VERBOSE|TYPE_CHECKING|"
    r"quiet|sys\.platform|os\.name|__name__|platform|hasChanges|locals|globals)\b|isEnabledFor|\bpoll\(\)|\.closed\b|\bis_alive\b"
)
"""Conditions that ask whether there is anything to do, not whether it may be done."""
PLAIN = regex(
    r"^(?:not )?[\w.]+(?: is (?:not )?None| [=!]= (?:None|''|0|\[\]))?$|"
    r"^(?:not )?len\([\w.]+\)(?: [<>=!]=? [01])?$|^(?:not )?(?:any|all|bool)\([\w.]+\)$"
)
SAFE_CALL = regex(r"safe|sanit|secure|resolve_within|confine|jail", re.IGNORECASE)
SPEAKING = regex(
    r"dry_?run|confirm|prod|protect|lock|allow|enable|force|approved|safe|permit|limit|max|quota|threshold|balance|amount|within|relative|prefix|"
    r"count|verified|backup|expired?|age|retention|status|state|owner|exclude|keep|readonly|read_only|maintenance|live",
    re.IGNORECASE,
)
"""Words of conditions that hold an action back for a reason."""


class GuardRemoved(RoutineCheck):
    """Finds functions that still delete, pay, grant or run something but lost the condition or check that stood before it.

    Silent where the condition was changed, moved into a helper that is still called, into a filter, a decorator or the
    caller, and where it only asked whether there is anything to do. Conditions on who is calling are
    `safeguard-removal/auth-check-removed`.
    """

    id = "safeguard-removal/guard-removed"
    title = "The check before a dangerous action is gone"
    why = "The action now runs in the very case that somebody had excluded: a path outside its folder, production, a second refund."
    instead = "Keep the check before the action, or call a helper that makes it and raises."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (754,)
    examples = (
        bad_change(
            """\
import shutil
from pathlib import Path

def clean(path, root):
    target = Path(path).resolve()
    if not target.is_relative_to(root):
        raise ValueError(path)
    shutil.rmtree(target)
""",
            """\
import shutil
from pathlib import Path

def clean(path, root):
    target = Path(path).resolve()
    shutil.rmtree(target)
""",
            "a containment check",
        ),
        bad_change(
            """\
class Billing:
    async def refund_order(self, order):
        if order.refunded_amount >= order.total:
            raise AlreadyRefunded(order)
        await self.gateway.refund(order.charge, amount=order.total)
""",
            """\
class Billing:
    async def refund_order(self, order):
        await self.gateway.refund(
            order.charge,
            amount=order.total,
        )
""",
            "a second refund was refused",
        ),
        bad_change(
            """\
import os

def reset(db):
    if os.environ.get('ENV') == 'production':
        raise RuntimeError('never in production')
    db.drop_all()
    db.create_all()
""",
            """\
import os

def reset(db):
    db.drop_all()
    db.create_all()
""",
            "production was refused",
        ),
        bad_change(
            """\
from os import remove as rm

def drop(files, keep):
    for name in files:
        if name not in keep:
            rm(name)
""",
            """\
from os import remove as rm

def drop(files, keep):
    for name in files:
        rm(name)
""",
            "what was to be kept is deleted too",
        ),
        good_change(
            """\
import shutil

def clean(path, root):
    if not path.is_relative_to(root):
        raise ValueError(path)
    shutil.rmtree(path)
""",
            """\
import shutil

def check(path, root):
    if not path.is_relative_to(root):
        raise ValueError(path)

def clean(path, root):
    check(path, root)
    shutil.rmtree(path)
""",
            "extracted to a helper that is still called",
        ),
        good_change(
            """\
import shutil

def clean(path, root):
    if not path.is_relative_to(root):
        raise ValueError(path)
    shutil.rmtree(path)
""",
            """\
import shutil

def clean(path, root):
    if path.is_relative_to(root):
        # it is ours
        shutil.rmtree(
            path
        )
    else:
        raise ValueError(path)
""",
            "the same check in another form",
        ),
        good_change(
            """\
import shutil

def clean(path):
    if path.exists():
        shutil.rmtree(path)
""",
            """\
import shutil

def clean(path):
    shutil.rmtree(path, ignore_errors=True)
""",
            "asked only whether there is anything to delete",
        ),
        good_change(
            """\
def drop(client, names, keep):
    for name in names:
        if name not in keep:
            client.delete_queue(name)
""",
            """\
def drop(client, names, keep):
    doomed = [name for name in names if name not in keep]
    for name in doomed:
        client.delete_queue(name)
""",
            "a filter instead",
        ),
        good_change(
            """\
def run(db, env):
    if env == 'production':
        raise RuntimeError
    db.drop_all()
""",
            """\
def run(db, env):
    db.create_all()
""",
            "the action is gone",
        ),
        good_change(
            """\
def purge(db, days):
    if days < 30:
        raise ValueError(days)
    db.purge_before(days)
""",
            """\
def purge(db, days):
    if days < 90:
        raise ValueError(days)
    db.purge_before(days)
""",
            "another bound",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each guard that some action of a function lost."""
        steps = change.routine_steps
        for step in steps.of(pair.path):
            if step.before.kind != "function" and not step.before.guards:
                continue
            told: set[str] = set()
            for before, after, kind in _kept_sinks(step):
                for guard in guards_of(step.before, before):
                    severity = _severity(guard, before, kind)
                    if severity is None or guard.text in told or _stands(guard, after, step, steps):
                        continue
                    told.add(guard.text)
                    message = f"`{clip(guard.text, 40)}` no longer holds back `{clip(after.name, 30)}`"
                    yield self.match_step(
                        step, message, lost=f"{guard.text} -> {before.name}", line=guard.line, span=after.span, severity=severity
                    )


def _kept_sinks(step: RoutineStep) -> Iterator[tuple[Act, Act, SinkKind]]:
    for act in step.before.acts:
        kind = sink_kind(act)
        after = same_act(act, step.after.acts) if kind is not None and act.guards else None
        if kind is not None and after is not None and after.callee.lstrip(".") == act.callee.lstrip("."):
            yield act, after, kind


def _severity(guard: Guard, act: Act, kind: SinkKind) -> Severity | None:
    """How bad its loss is; None where it is no safeguard."""
    if guard.form == "block" or guard.leaves == FILTER or EXISTENCE.search(guard.text) or is_auth_guard(guard):
        return None
    is_firm = guard.leaves.startswith("raise") or guard.leaves == "assert" or guard.form == "call"
    serious = kind in {"destroys", "pays", "grants"}
    if guard.form == "test" and PLAIN.match(guard.text) and not SPEAKING.search(guard.text):
        return "medium" if is_firm and serious and set(guard.names) & set(act.names) else None
    if not serious:
        return "medium" if is_firm or SPEAKING.search(guard.text) else None
    if is_firm or SPEAKING.search(guard.text):
        return "high"
    return "medium"


def _stands(guard: Guard, act: Act, step: RoutineStep, steps: RoutineSteps) -> bool:
    """Whether something took the guard's place: in force at the call, elsewhere in the function, in a helper, decorator or caller."""
    if any(replaces(guard, other) for other in guards_of(step.after, act)):
        return True
    known = {(one.text, one.leaves) for one in step.before.guards}
    fresh = [one for one in step.after.guards if one.leaves and (one.text, one.leaves) not in known]
    if any(replaces(guard, other) for other in fresh):
        return True
    if len(step.after.decorators) > len(step.before.decorators):
        return True
    if any(symbol != step.after.symbol and _is_alike(guard, other) for symbol, other in steps.gained):
        return True
    return any(_makes_up(guard, one) for symbol, one in steps.gained_acts if symbol == step.after.symbol)


def _is_alike(guard: Guard, other: Guard) -> bool:
    """As `replaces`, where names may differ as parameters do."""
    return replaces(guard, other) or len(set(guard.names) & set(other.names)) * 2 >= len(guard.names) > 0


def _makes_up(guard: Guard, act: Act) -> bool:
    """Whether a call that is new in the function checks by its name, or takes what the guard looked at."""
    if CHECK_CALL.search(act.name) or SAFE_CALL.search(act.name):
        return True
    passed = set(act.names) - {act.name}
    return sink_kind(act) is None and len(set(guard.names) & passed) >= min(2, len(guard.names))
