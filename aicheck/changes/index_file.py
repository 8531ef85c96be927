"""When git last saw each file of the work tree: the stat data in `.git/index`, which no plumbing command on our list prints.

It only saves hashing; whatever is unclear here means that the file is read and compared.
"""

from dataclasses import dataclass
from pathlib import Path

FIXED = 62
"""Bytes before the path in an entry with SHA-1 ids: ten 32-bit numbers, the id, the flags."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as git last saw it."""

    mtime_ns: int
    size: int
    """Bytes modulo 2^32."""


def read_stat_data(index: Path, id_bytes: int) -> dict[bytes, Seen]:
    """Path bytes -> stat data for entries that cannot have changed unseen; empty when the index cannot be read."""
    try:
        data = index.read_bytes()
        written = index.stat().st_mtime_ns
        return {path: seen for path, seen in _entries(data, id_bytes) if seen.mtime_ns < written}
    except (OSError, ValueError, IndexError):
        return {}


def _entries(data: bytes, id_bytes: int) -> list[tuple[bytes, Seen]]:
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in {2, 3, 4}:
        raise ValueError("not an index")
    found: list[tuple[bytes, Seen]] = []
    offset, previous = 12, b""
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = offset
        seconds, nanoseconds, size = (int.from_bytes(data[start + at : start + at + 4], "big") for at in (8, 12, 36))
        flags_at = start + 40 + id_bytes
        extended = version >= 3 and bool(data[flags_at] & 0x40)
        offset = flags_at + (4 if extended else 2)
        if version == 4:
            strip, offset = _varint(data, offset)
            end = data.index(b"\0", offset)
            path = previous[: len(previous) - strip] + data[offset:end]
            offset = end + 1
        else:
            end = data.index(b"\0", offset)
            path = data[offset:end]
            offset = start + ((end - start) // 8 + 1) * 8
        previous = path
        found.append((path, Seen(seconds * 1_000_000_000 + nanoseconds, size)))
    return found


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    """Git's variable-width number (each further byte adds one before shifting)."""
    byte = data[offset]
    value = byte & 0x7F
    while byte & 0x80:
        offset += 1
        byte = data[offset]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, offset + 1
