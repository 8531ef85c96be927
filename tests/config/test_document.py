"""Lines of entries, and bytes that must not cost more than they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.config.document import Document, parse_toml
from aicheck.errors import ConfigError

TEXT = """\
schema = 1
[rules."a/b"]
severity = "low"

[[escalate]]
id = "one"
[escalate.when]
files = 1
[[escalate]]
id = "two"
when = { files = 2 }
[ tool . 'x' ]
a.b = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("schema",), 1),
        (("rules", "a/b"), 2),
        (("rules", "a/b", "severity"), 3),
        (("escalate", 0, "id"), 6),
        (("escalate", 0, "when", "files"), 8),
        (("escalate", 0, "when", "missing"), 7),
        (("escalate", 1, "id"), 10),
        (("escalate", 1, "when", "files"), 11),
        (("escalate", 1, "missing"), 9),
        (("tool", "x", "a", "b"), 13),
        (("tool",), 12),
        (("nowhere",), 0),
    ],
)
def test_line_of(path: tuple[str | int, ...], line: int) -> None:
    assert Document("x", TEXT, ConfigError).line_of(path) == line


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_value_error(data: bytes) -> None:
    try:
        assert isinstance(parse_toml(data), dict)
    except ValueError as problem:
        assert str(problem)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert parse_toml(b"\xef\xbb\xbfa = 1") == {"a": 1}
