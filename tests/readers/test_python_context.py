"""What a region means beyond its own text."""

import pytest

from aicheck.readers.python.source import PythonSource, RegionKey

BASE = """\
from shutil import rmtree as clear
from tempfile import mkdtemp
import os
ROOT = mkdtemp()
PLACE = ROOT
class Store:
    def __init__(self):
        self.root = mkdtemp()
    def wipe(self):
        clear(self.root)
def wipe():
    clear(PLACE)
def other():
    return 1
"""


def keys(code: str) -> dict[str, RegionKey | None]:
    source = PythonSource(code.encode())
    return {outline.symbol: source.key(outline) for outline in source.outlines()}


@pytest.mark.parametrize(
    ("changed", "affected"),
    [
        (BASE.replace("from tempfile", "\nfrom tempfile"), {""}),
        (BASE.replace("shutil import rmtree", "os import remove"), {"", "wipe", "Store.wipe"}),
        (BASE.replace("ROOT = mkdtemp()", "ROOT = os.sep"), {"", "wipe"}),
        (BASE.replace("from tempfile", "from mine"), {"", "wipe", "Store.wipe", "Store.__init__"}),
        (BASE.replace("self.root = mkdtemp()", "self.root = os.sep"), {"Store.wipe", "Store.__init__"}),
        (BASE.replace("return 1", "return 2"), {"other"}),
        (BASE.replace("import os", "from os import *"), {"", "wipe", "other", "Store.wipe", "Store.__init__"}),
        (BASE.replace("def other():", "def clear():\n    return 2\ndef other():"), {"", "clear"}),
        (BASE + "clear = print\n", {"", "wipe", "Store.wipe"}),
        (BASE.replace("import os", "import os\n\f"), {"", "wipe", "other", "Store.wipe", "Store.__init__"}),
    ],
)
def test_a_region_is_another_where_a_name_in_it_means_something_else(changed: str, affected: set[str]) -> None:
    before, after = keys(BASE), keys(changed)
    assert {symbol for symbol, key in after.items() if before.get(symbol) != key} == affected


def test_no_key_where_a_region_leads_to_too_many_names() -> None:
    chain = "".join(f"name{number} = name{number - 1}\n" for number in range(1, 400))
    found = keys(f"name0 = 1\n{chain}def f():\n    return name399\ndef g():\n    return name5\n")
    assert found["f"] is None
    assert found["g"] is not None
