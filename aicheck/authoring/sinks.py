"""Calls that cannot be taken back or that somebody must be allowed to make, told by their names."""

import re
from typing import Literal

from aicheck.model.routines import Act
from aicheck.regex import regex

SinkKind = Literal["destroys", "pays", "grants", "runs", "writes"]

_DESTROYING_CALLS = frozenset(
    {
        *("shutil.rmtree", "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.kill", "os.killpg", "shutil.move", "os.replace"),
        *("os.rename", "os.truncate", "distutils.dir_util.remove_tree"),
    }
)
_RUNNING_CALLS = regex(
    r"^(?:subprocess\.(?:run|call|check_call|check_output|Popen|getoutput)|os\.(?:system|popen|exec\w+|spawn\w+)|exec|eval)$"
)
_DESTROYING = regex(
    r"^(?:rmtree|unlink|rmdir|delete|adelete|destroy|purge|wipe|truncate|terminate|erase|flushall|flushdb|nuke|drop|drop_all|shred|"
    r"decommission|deprovision|revoke|expire|reset)(?:_|$)|_(?:delete|destroy|purge|wipe|terminate)$|^(?:bulk_|soft_|hard_|force_)delete|"
    r"^remove_(?:all|tree|user|member|account|bucket|file|dir|folder|tenant|org|volume|container|database|table|index|record|node|instance)"
)
_PAYING = regex(
    r"^(?:a?refund|charge|capture|transfer|withdraw|payout|pay|debit|credit|disburse|send_money|issue_refund|process_payment|submit_order|"
    r"place_order|mint|burn|settle)(?:_|$)|_(?:refund|payout|charge|transfer|withdrawal)$"
)
_GRANTING = regex(
    r"^(?:grant|set_password|change_password|reset_password|make_admin|promote_user|add_role|assign_role|set_role|add_permission|impersonate|"
    r"login_user|login_as|issue_token|create_token|create_access_token|create_api_key|assume_role|approve|set_admin|invite)(?:_|$)"
)
_RUNNING = regex(
    r"^(?:deploy|publish|release|rollout|rollback|apply_migrations?|run_migrations?|migrate|promote|failover|execute_command|run_command|shutdown|reboot|restart|scale_down)(?:_|$)"
)
_WRITING = frozenset(
    {"write_text", "write_bytes", "shutil.copyfile", "shutil.copytree", "os.chmod", "os.chown", "put_object", "upload_file", "bulk_update"}
)
_HARMLESS_RECEIVERS = regex(
    r"(?:^|[._])(?:\w*cache\w*|\w*redis\w*|memcached?|session|cookies?|headers|response|environ|monkeypatch|mock|patch|widget|canvas|ax|plt|df|frame|driver|logger|log|timer|signal|tokenizer|parser)(?:\.|$)",
    re.IGNORECASE,
)
_HARMLESS_NAMES = regex(
    r"^(?:delete_cookie|delete_first_lines|reset_index|truncate_(?:text|string|words?)|drop_duplicates|dropna|drop_na|reset_mock|reset_queries|transfer_to|credit_to|pay_attention|charge_state|expire_on_commit|reset_state|reset_parameters|release_(?:lock|connection))$"
)
_STATEMENT = regex(r"\b(?:delete\s+from|drop\s+(?:table|database|schema|index)|truncate\b|update\s+[\w.\"]+\s+set)\b", re.IGNORECASE)
_EXECUTING = frozenset({"execute", "executemany", "executescript", "raw", "fetch", "query"})
_LOCAL = regex(r"^\.(?:rows?|items?|data|df|frame|lines|words|parts)\.")


def sink_kind(act: Act) -> SinkKind | None:  # noqa: PLR0911  one return for each kind
    """What a call does that a guard before it is meant to hold back; None for ordinary calls."""
    name = act.name
    if act.callee in _DESTROYING_CALLS:
        return "destroys"
    if _RUNNING_CALLS.match(act.callee):
        return "runs"
    if name in _EXECUTING and any(_STATEMENT.search(text) for _, text in act.arguments[:1]):
        return "destroys"
    receiver = act.callee.rpartition(".")[0]
    if _HARMLESS_NAMES.match(name) or _HARMLESS_RECEIVERS.search(receiver) or _LOCAL.match(act.callee):
        return None
    if _PAYING.search(name):
        return "pays"
    if _GRANTING.search(name):
        return "grants"
    if _DESTROYING.search(name):
        return None if name in {"reset", "expire"} else "destroys"
    if _RUNNING.search(name):
        return "runs" if name != "release" else None
    return "writes" if name in _WRITING or act.callee in _WRITING or _opens_for_writing(act) else None


def _opens_for_writing(act: Act) -> bool:
    mode = next((text for key, text in act.arguments if key in {"1", "mode"}), "")
    return act.callee in {"open", "io.open"} and mode[1:2] in {"w", "x"}
