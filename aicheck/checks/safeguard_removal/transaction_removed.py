"""safeguard-removal/transaction-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.critical_sections import protections_of
from aicheck.authoring.routine_check import RoutineCheck
from aicheck.authoring.routine_steps import RoutineStep, RoutineSteps
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.routines import Act
from aicheck.readers.place import place_of
from aicheck.regex import regex

WRITING = regex(
    r"^(?:a?save|a?create|bulk_create|bulk_update|a?update|a?delete|add|add_all|merge|insert\w*|execute\w*|commit|flush|set|put\w*|write\w*|append|incr\w*|decr\w*|"
    r"transfer|debit|credit|charge|refund|pay\w*|withdraw\w*|deposit\w*|reserve\w*|send\w*|publish\w*|enqueue|get_or_create|update_or_create|post|request|dump|replace|pop|remove|"
    r"[a-z]+_(?:save|update|insert|write|create|charge|debit|credit))$"
)


class TransactionRemoved(RoutineCheck):
    """Finds functions that still write but lost what made their steps one.

    A transaction, a lock, a locked row, a conflict clause or an idempotency key. Silent where the change puts one of the kind
    around the caller, on the function as a decorator, or into a helper.
    """

    id = "safeguard-removal/transaction-removed"
    title = "Steps that were one are no longer"
    why = "A crash or a second request between the steps leaves half of them done: money debited and not credited, an order sent twice."
    instead = "Keep the transaction, lock or key around all steps, or move it to the caller in the same change."
    severity = "high"
    confidence = "medium"
    cwe = (362, 667)
    examples = (
        bad_change(
            """\
from django.db import transaction

def transfer(source, target, amount):
    with transaction.atomic():
        source.debit(amount)
        target.credit(amount)
""",
            """\
def transfer(source, target, amount):
    source.debit(amount)
    target.credit(amount)
""",
            "the transaction around two writes",
        ),
        bad_change(
            """\
from django.db.transaction import atomic as one

class Stock:
    @one
    def reserve(self, number):
        item = Item.objects.select_for_update().get(pk=number)
        item.left -= 1
        item.save()
""",
            """\
class Stock:
    def reserve(self, number):
        item = Item.objects.get(pk=number)
        item.left -= 1
        item.save()
""",
            "the decorator and the locked row",
        ),
        bad_change(
            """\
async def count(self, key):
    async with self.write_lock:
        value = await self.store.get(key)
        await self.store.set(key, value + 1)
""",
            """\
async def count(self, key):
    value = await self.store.get(key)
    await self.store.set(
        key, value + 1
    )
""",
            "a lock around read and write",
        ),
        bad_change(
            """\
def charge(client, order):
    client.charges.create(amount=order.total, idempotency_key=order.number)
""",
            """\
def charge(client, order):
    client.charges.create(amount=order.total)
""",
            "the idempotency key of a charge",
        ),
        bad_change(
            "def note(cur, row):\n    cur.execute('INSERT INTO seen VALUES (%s) ON CONFLICT DO NOTHING', row)\n",
            "def note(cur, row):\n    cur.execute('INSERT INTO seen VALUES (%s)', row)\n",
            "the conflict clause",
        ),
        good_change(
            """\
from django.db import transaction

def transfer(source, target, amount):
    with transaction.atomic():
        source.debit(amount)
        target.credit(amount)
""",
            """\
from django.db import transaction

@transaction.atomic
def transfer(source, target, amount):
    source.debit(amount)
    target.credit(amount)
""",
            "as a decorator",
        ),
        good_change(
            """\
def count(self, key):
    with self.lock:
        self.store.set(key, self.store.get(key) + 1)

def run(self):
    self.count('a')
""",
            """\
def count(self, key):
    self.store.set(key, self.store.get(key) + 1)

def run(self):
    with self.lock:
        self.count('a')
""",
            "moved to the caller",
        ),
        good_change(
            """\
def show(self, key):
    with self.lock:
        return self.rows[key]
""",
            """\
def show(self, key):
    return self.rows[key]
""",
            "only reads",
        ),
        good_change(
            "def note(cur, row):\n    cur.execute('INSERT INTO seen VALUES (%s) ON CONFLICT DO NOTHING', row)\n",
            "def note(cur, row):\n    cur.execute('INSERT INTO seen VALUES (%s) ON CONFLICT (id) DO UPDATE SET n = 1', row)\n",
            "another conflict clause",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each function that lost one."""
        if place_of(pair.path) == "test":
            return
        steps = change.routine_steps
        for step in steps.of(pair.path):
            if step.after.kind != "function":
                continue
            after = protections_of(step.after)
            for kind, (text, line) in protections_of(step.before).items():
                if not after and _kept_writes(step, kind) and not _moved(step, steps):
                    message = f"`{clip(step.after.name, 30)}` still writes but lost its {kind}: `{clip(text, 35)}`"
                    yield self.match_step(step, message, lost=text, line=line, severity=None if kind != "lock" else "medium")
                    break


def _kept_writes(step: RoutineStep, kind: str) -> bool:
    """Whether the function still makes a write that it made: within the block where there was one."""
    before = [act for act in step.before.acts if _writes(act)]
    if kind in {"lock", "transaction"} and any(guard.form == "block" for guard in step.before.guards):
        inside = [act for act in before if any(step.before.guards[one].form == "block" for one in act.guards)]
        before = inside or before
    names = {act.name for act in step.after.acts if _writes(act)}
    return any(act.name in names for act in before) and (len(before) > 1 or kind != "lock" or len(step.before.acts) > 1)


def _writes(act: Act) -> bool:
    return WRITING.match(act.name) is not None and act.callee not in {"set", "dict.update"} and "[:]" not in act.callee


def _moved(step: RoutineStep, steps: RoutineSteps) -> bool:
    """Whether another function of the change gained something of the kind, or this one calls a new helper that has it."""
    for other in steps.steps:
        if other.after is not step.after and set(protections_of(other.after)) - set(protections_of(other.before)):
            return True
    return any(protections_of(routine) for _, routine in steps.arrived)
