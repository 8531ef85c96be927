"""Regular expressions that are compiled when they are first used."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import aicheck
from aicheck.regex import _Late, regex


def late_in(value: object) -> Iterator[_Late]:
    if isinstance(value, _Late):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from late_in(item)
    elif isinstance(value, dict):
        for item in value.items():
            yield from late_in(item)


def test_it_is_compiled_at_its_first_use_and_then_is_the_real_thing() -> None:
    found = regex(r"a(b+)", re.IGNORECASE)
    assert found.pattern == r"a(b+)"
    assert "search" not in vars(found)
    assert found.search("xABB")[1] == "BB"  # type: ignore[index]
    assert vars(found)["search"]("xab") is not None
    assert regex(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_a_mistake_is_told_at_the_first_use() -> None:
    broken = regex("(")
    with pytest.raises(re.error):
        broken.search("")


def test_every_expression_of_the_package_compiles() -> None:
    modules = [found.name for found in pkgutil.walk_packages(aicheck.__path__, "aicheck.") if not found.name.endswith("__main__")]
    found = [late for name in modules for value in vars(importlib.import_module(name)).values() for late in late_in(value)]
    for late in found:
        late.search(b"" if isinstance(late.pattern, bytes) else "")
    assert len(found) > 500
