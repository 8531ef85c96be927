"""What makes several steps of Python code one: transactions, locks, and what keeps a repetition from acting twice."""

import re
from collections.abc import Iterator

from aicheck.model.routines import Act, Routine
from aicheck.regex import regex

BLOCK = regex(
    r"(?:^|[._])(?:atomic|begin|begin_nested|transaction|transactional|start_transaction|savepoint|in_transaction|unit_of_work|uow|lock|rlock|mutex|semaphore|"
    r"file_?lock|FileLock|Lock|RLock|Semaphore|advisory_lock|redlock|distributed_lock|acquire_lock|acquire|write_lock|\w+_lock|lock_\w+|\w+_mutex)$"
)
DECORATOR = regex(
    r"(?:^|\.)(?:atomic|transactional|transaction|with_transaction|synchronized|with_lock|locked|single_instance|idempotent|no_overlap|run_once|with_advisory_lock|commit_on_success)$"
)
ROW_LOCK = frozenset({"select_for_update", "with_for_update", "pg_advisory_lock", "advisory_xact_lock"})
LOCK_CALL = regex(r"^(?:fcntl\.(?:flock|lockf)|msvcrt\.locking)$|\.\w*lock\w*\.acquire$|\.acquire_lock$")
KEY = regex(r"idempoten|dedup|Idempotency|client_token|ClientRequestToken|request_token", re.IGNORECASE)
CLAUSE = regex(r"\bON\s+CONFLICT\b|\bINSERT\s+(?:OR\s+)?IGNORE\b|\bON\s+DUPLICATE\s+KEY\b", re.IGNORECASE)
LOCKED = regex(r"\bFOR\s+UPDATE\b|\bSKIP\s+LOCKED\b|\bLOCK\s+TABLE\b", re.IGNORECASE)


def protections_of(routine: Routine) -> dict[str, tuple[str, int]]:
    """What holds the routine's steps together: kind and name -> (source, line)."""
    found: dict[str, tuple[str, int]] = {}
    for guard in routine.guards:
        if guard.form == "block" and BLOCK.search(guard.callee):
            kind = "lock" if re.search(r"lock|mutex|semaphore", guard.callee, re.IGNORECASE) else "transaction"
            found.setdefault(kind, (f"with {guard.text}", guard.line))
    for decorator in routine.decorators:
        if DECORATOR.search(decorator.callee):
            kind = "lock" if re.search(r"lock|synchron|single|overlap", decorator.callee) else "transaction"
            found.setdefault(kind, (f"@{decorator.text}", routine.span.line))
    for act in routine.acts:
        for kind, source in _of_act(act):
            found.setdefault(kind, (source, act.span.line))
    return found


def _of_act(act: Act) -> Iterator[tuple[str, str]]:
    if act.name in ROW_LOCK:
        yield "row lock", f"{act.name}()"
    elif LOCK_CALL.search(act.callee):
        yield "lock", f"{act.callee.lstrip('.')}()"
    for key, text in act.arguments:
        if KEY.search(key) or (KEY.search(text) and "headers" in key):
            yield "idempotency key", f"{key}={text}"
        clause = CLAUSE.search(text)
        if clause is not None:
            yield "conflict clause", clause[0]
        locked = LOCKED.search(text)
        if locked is not None:
            yield "row lock", locked[0]
