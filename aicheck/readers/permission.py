"""Permissions: file modes, actions of a cloud's policy, and words like `read` and `admin`."""

import re

import msgspec

from aicheck.regex import regex

RANKS: dict[str, int] = {
    **dict.fromkeys(("none", "no", "deny", "denied", "private", "false", "disabled"), 0),
    **dict.fromkeys(("read", "readonly", "read-only", "reader", "ro", "get", "list", "view", "viewer", "watch", "public-read", "pull"), 1),
    **dict.fromkeys(("write", "readwrite", "read-write", "rw", "writer", "editor", "edit", "push", "create", "update", "patch"), 2),
    **dict.fromkeys(("delete", "maintain", "maintainer", "public-read-write", "contributor"), 2),
    **dict.fromkeys(("admin", "administrator", "owner", "root", "superuser", "cluster-admin", "write-all", "all", "full", "*"), 3),
    "read-all": 1,
}
"""Nothing, read, change, all."""
_MODE = regex(r"0?o?[0-7]{3,4}")
_ACTION = regex(r"(?:\*|[a-z][a-z0-9-]{1,40}:(?:\*|[A-Za-z*?][A-Za-z0-9*?]{0,60}))")
_READING = regex(r"(?:Get|List|Describe|Head|Read|View|BatchGet|Lookup)[A-Za-z0-9*]*")


class Permission(msgspec.Struct, frozen=True):
    """What one value allows."""

    grants: tuple[str, ...]
    """Its parts, sorted, in lower case (actions as written); one for a file mode: its four octal digits."""
    rank: int
    """0 nothing, 1 read, 2 change, 3 everything; of several parts the highest; 2 for a part that is not known."""
    is_open: bool
    """Everything (`*`, `s3:*`), or a file that everybody may write."""


def read_mode(text: str) -> Permission | None:
    """A file mode in octal digits (`0644`, `0o755`); None for another text."""
    if not _MODE.fullmatch(text):
        return None
    digits = text.replace("o", "").rjust(4, "0")[-4:]
    bits = int(digits, 8)
    rank = 2 if bits & 0o222 else 1
    return Permission((digits,), rank if bits else 0, is_open=bool(bits & 0o002))


def read_actions(text: str) -> Permission | None:
    """Actions of a policy (`s3:GetObject`, `s3:*`), parted by commas or spaces; None for another text."""
    parts = [part for part in re.split(r"[\s,]+", text.strip()) if part]
    if not parts or len(parts) > 200 or not all(_ACTION.fullmatch(part) for part in parts):
        return None
    ranks = []
    for part in parts:
        action = part.partition(":")[2] or part
        is_reading = _READING.fullmatch(action) is not None
        ranks.append(1 if is_reading else 2)
        if action == "*":
            ranks[-1] = 3
    return Permission(tuple(sorted(set(parts))), max(ranks), is_open=3 in ranks)


def read_grants(text: str) -> Permission | None:
    """Words of access (`read`, `read|write`, `contents: write` without the name); None when one is not known."""
    parts = [part for part in re.split(r"[\s,|+]+", text.strip().lower()) if part]
    if not parts or len(parts) > 50 or not all(part in RANKS for part in parts):
        return None
    rank = max(RANKS[part] for part in parts)
    return Permission(tuple(sorted(set(parts))), rank, is_open="*" in parts or "public-read-write" in parts)
