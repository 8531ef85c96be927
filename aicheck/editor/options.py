"""What a client may ask of the server."""

from typing import Any

import msgspec

MOST_DEBOUNCE = 10_000


class Options(msgspec.Struct, frozen=True):
    """The settings of one client, under `aicheck`. Unknown keys are left alone: they may be another version's."""

    base: str = ""
    """The branch whose merge base with HEAD is the before side; empty: HEAD."""
    debounce: int = 300
    """Milliseconds without a change before a document is judged."""
    on_save: bool = msgspec.field(default=True, name="onSave")
    """Whether the whole change is judged when a document is saved, with the rules that need longer."""


def read_options(value: Any) -> Options:
    """The options in a client's message; the defaults where it sends nothing of use."""
    section = value.get("aicheck", value) if isinstance(value, dict) else {}
    try:
        options = msgspec.convert(section, Options)
    except msgspec.ValidationError:
        return Options()
    return Options(options.base, min(max(options.debounce, 0), MOST_DEBOUNCE), options.on_save)
