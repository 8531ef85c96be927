"""Words of a decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.policy.explain import list_some, show_path


@pytest.mark.parametrize(
    ("items", "expected"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c"), (("a", "b", "c", "d", "e"), "a, b, c and 2 more")],
)
def test_list_some(items: tuple[str, ...], expected: str) -> None:
    assert list_some(items) == expected


@given(st.text(max_size=300))
def test_any_path_is_shown_printable_and_short(path: str) -> None:
    shown = show_path(path)
    assert shown.isprintable()
    assert len(shown) <= 120


def test_plain_paths_are_shown_as_they_are() -> None:
    assert show_path("src/\u00e9t\u00e9/a b.py") == "src/\u00e9t\u00e9/a b.py"
