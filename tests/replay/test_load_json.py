"""A comparison as JSON."""

import json

from msgspec.structs import replace

from aicheck.replay.add_up import add_up
from aicheck.replay.cost import Terms, compare
from aicheck.replay.load_json import comparison_value
from aicheck.replay.outcome import Hit
from tests.replay.samples import HISTORY, RETRY, judged, reason


def test_costs_shares_and_sums() -> None:
    value = json.loads(json.dumps(comparison_value(compare(add_up(HISTORY), Terms("acme A..B", "built-in", seniors=2, minutes=30)))))
    assert set(value) == {"with", "terms", "assumptions", "policy", "blanket", "saved", "load"}
    assert (value["with"], value["saved"], value["policy"]["per_week"], value["policy"]["hours_per_week_and_senior"]) == (
        "blanket",
        0.2,
        1.3333,
        0.3333,
    )
    assert value["terms"]["minutes"] == 30
    load = value["load"]
    assert load["total"]["policy"]["to_senior"] == 3
    assert load["levels"][3] == {"level": "senior", "blanket": 5, "policy": 1}
    assert [row["name"] for row in load["ranks"]] == ["junior", "mid", "senior", "unknown"]
    assert load["causes"][0] == {"name": RETRY, "asked": 3, "to_senior": 2, "alone": 1}
    assert load["periods"][0] == {"start": "2026-03-02", "blanket": 3, "policy": 2}


def test_paths_and_names_that_are_not_utf_8() -> None:
    outcome = replace(judged("a", "senior", reason("senior", RETRY)), rules=(Hit(RETRY, "high", "caf\udce9.py", 1),))
    value = comparison_value(compare(add_up([outcome]), Terms("\udce9 A..B", "p\udce9")))
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    assert value["load"]["sent"][0]["path"] == "caf%E9.py"
