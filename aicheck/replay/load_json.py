"""A comparison as JSON."""

from typing import Any

import msgspec
from msgspec.structs import replace

from aicheck.replay.cost import Comparison, explain_terms
from aicheck.report.encode import json_path, json_text

DIGITS = 4
"""Decimals kept of rates and shares."""


def comparison_value(comparison: Comparison) -> dict[str, Any]:
    """The value: `with`, `terms`, `assumptions` (sentences), the costs `policy` and `blanket`, `saved`, and the sums in `load`."""
    load = comparison.load
    sent = tuple(replace(one, path=json_path(one.path), subject=json_text(one.subject), repo=json_path(one.repo)) for one in load.sent)
    terms = msgspec.to_builtins(comparison.terms)
    return {
        "with": "blanket",
        "terms": {key: json_text(value) if isinstance(value, str) else value for key, value in terms.items()},
        "assumptions": [json_text(sentence) for sentence in explain_terms(comparison)],
        "policy": _rounded(msgspec.to_builtins(comparison.policy)),
        "blanket": _rounded(msgspec.to_builtins(comparison.blanket)),
        "saved": _rounded({"saved": comparison.saved})["saved"],
        "load": msgspec.to_builtins(replace(load, sent=sent)),
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, DIGITS) if isinstance(value, float) else value for key, value in values.items()}
