"""Whether two changes do the same: a digest of what each file was before and is after."""

import hashlib

from aicheck.model.change import ChangeSet, Content
from aicheck.model.path import path_bytes


def change_digest(change: ChangeSet) -> str:
    """A digest of every path with both sides in full; empty when one could not be read, which is the same as nothing.

    Stricter than `git patch-id`, which ignores white space and what surrounds a hunk.
    """
    total = hashlib.sha256()
    for file in change.files:
        sides = [_side(file.before), _side(file.after)]
        if not all(sides):
            return ""
        total.update(b"\0".join((hashlib.sha256(path_bytes(file.path)).digest(), *sides)))
    return total.hexdigest()


def _side(content: Content | None) -> bytes:
    """One side in a fixed number of words; empty when it was not read."""
    if content is None:
        return b"-"
    if content.data is None:
        return b""
    kind = f"{content.kind} {content.executable} ".encode()
    return kind + hashlib.sha256(content.data).digest()
