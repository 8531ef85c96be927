"""The line hash by which GitHub code scanning recognises an alert again (`primaryLocationLineHash`).

The definition is that of GitHub's upload action (github/codeql-action, `src/fingerprints.ts`): white space within
lines does not count, every line end is one line feed, and the hash of a line covers the next 100 UTF-16 units from its
start, beyond its end. An action that uploads our log computes the same value and warns when it differs.
"""

import re
import struct
from collections.abc import Collection
from functools import reduce

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_END_OF_FILE = 0xFFFF
_LINE_FEED = 10


def line_hashes(data: bytes, wanted: Collection[int]) -> dict[int, str]:
    """`hash:ordinal` of each wanted line (1-based) that the file has. The ordinal counts equal hashes from the top."""
    text = re.sub(r"[ \t]", "", re.sub(r"\r\n?", "\n", data.decode("utf-8", "replace")))
    raw = text.encode("utf-16-le")
    units = (*struct.unpack(f"<{len(raw) // 2}H", raw), _END_OF_FILE, *(0,) * _WINDOW)
    starts = (0, *(index + 1 for index, unit in enumerate(units) if unit == _LINE_FEED))
    seen: dict[int, int] = {}
    hashes: dict[int, str] = {}
    for line, start in enumerate(starts[: max(wanted, default=0)], start=1):
        value = reduce(lambda total, unit: (total * _BASE + unit) & _MASK, units[start : start + _WINDOW], 0)
        seen[value] = seen.get(value, 0) + 1
        if line in wanted:
            hashes[line] = f"{value:x}:{seen[value]}"
    return hashes
