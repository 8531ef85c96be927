from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers.quantity import Quantity, key_words, parse_quantity


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("30s", ""),
        ("30000ms", ""),
        ("30000", "timeout_ms"),
        ("30000", "timeoutMillis"),
        ("30", "timeoutSeconds"),
        ("0.5m", ""),
        ("PT30S", ""),
        ("30 seconds", ""),
    ],
)
def test_one_duration_has_many_spellings(value: str, key: str) -> None:
    assert parse_quantity(value, key) == Quantity("duration", Fraction(30))


@pytest.mark.parametrize(
    ("value", "key", "expected"),
    [
        ("1h30m", "", Quantity("duration", Fraction(5400))),
        ("-1", "timeout", Quantity("number", Fraction(-1))),
        ("1_000", "", Quantity("number", Fraction(1000))),
        ("512Mi", "", Quantity("size", Fraction(512 * 1024**2))),
        ("1GB", "", Quantity("size", Fraction(10**9))),
        ("25%", "", Quantity("percent", Fraction(25))),
        ("10", "max_mb", Quantity("size", Fraction(10**7))),
        ("10", "s", Quantity("number", Fraction(10))),
        ("500m", "cpu", Quantity("number", Fraction(1, 2))),
        ("512m", "mem_limit", Quantity("size", Fraction(512 * 10**6))),
        ("512M", "", Quantity("size", Fraction(512 * 10**6))),
        ("5M", "ttl", Quantity("duration", Fraction(300))),
        ("5m", "", Quantity("duration", Fraction(300))),
        ("1e3", "", Quantity("number", Fraction(1000))),
    ],
)
def test_kinds(value: str, key: str, expected: Quantity) -> None:
    assert parse_quantity(value, key) == expected


@pytest.mark.parametrize("value", ["", "true", "1.2.3", "30 x", "s30", "P", "1" * 31, "1h30", "٣", "1e999"])
def test_what_is_no_amount_is_none(value: str) -> None:
    assert parse_quantity(value) is None


@given(st.text(max_size=30), st.text(max_size=10))
def test_any_text_is_an_amount_or_none(value: str, key: str) -> None:
    found = parse_quantity(value, key)
    assert found is None or found.amount == found.amount + 0


def test_words_of_a_key() -> None:
    assert key_words("readTimeoutMs") == key_words("read_timeout-ms") == ("read", "timeout", "ms")
    assert key_words("HTTPTimeout") == ("http", "timeout")
