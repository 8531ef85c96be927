"""When git last saw each file of the work tree: the stat data in `.git/index`, which no plumbing command on our list prints.

It only saves hashing, and tells a file that was announced (`git add -N`) from an empty one; whatever is unclear here
means that the file is read and compared. Format: gitformat-index, versions 2 to 4.
"""

import struct
from pathlib import Path

import msgspec

EXTENDED = 0x4000
INTENT_TO_ADD = 0x2000
SECOND_NS = 1_000_000_000
_STAT = struct.Struct(">10I")
"""ctime, mtime (seconds and nanoseconds each), device, inode, mode, user, group, size."""


class Seen(msgspec.Struct, frozen=True):
    """A file as git last saw it."""

    ctime_ns: int
    mtime_ns: int
    inode: int
    """Modulo 2^32."""
    size: int
    """Bytes modulo 2^32."""
    announced: bool
    """Added with intent to add: the index holds no content of it."""
    settled: bool
    """False when the file may have changed in the same instant after it was seen."""


def read_index_file(index: Path, id_bytes: int) -> dict[bytes, Seen]:
    """Path bytes -> what git saw; empty when the file cannot be read or is of another form."""
    try:
        data = index.read_bytes()
        return _entries(data, id_bytes, index.stat().st_mtime_ns)
    except (OSError, ValueError, IndexError, struct.error):
        return {}


def _entries(data: bytes, id_bytes: int, written_ns: int) -> dict[bytes, Seen]:
    version = _number(data, 4)
    if data[:4] != b"DIRC" or version not in {2, 3, 4}:
        raise ValueError("not an index")
    found: dict[bytes, Seen] = {}
    offset, previous = 12, b""
    for _ in range(_number(data, 8)):
        start = offset
        flags_at = start + 40 + id_bytes
        is_extended = version >= 3 and bool(_short(data, flags_at) & EXTENDED)
        is_announced = is_extended and bool(_short(data, flags_at + 2) & INTENT_TO_ADD)
        offset = flags_at + (4 if is_extended else 2)
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
        changed, changed_ns, modified, modified_ns, _, inode, _, _, _, size = _STAT.unpack_from(data, start)
        mtime_ns = modified * SECOND_NS + modified_ns
        found[path] = Seen(changed * SECOND_NS + changed_ns, mtime_ns, inode, size, is_announced, mtime_ns < written_ns)
    return found


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 4], "big")


def _short(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "big")


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    """Git's variable-width number (each further byte adds one before shifting)."""
    byte = data[offset]
    value = byte & 0x7F
    while byte & 0x80:
        offset += 1
        byte = data[offset]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, offset + 1
