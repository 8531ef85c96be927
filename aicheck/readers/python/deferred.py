"""LibCST under the name `cst`, imported on first use: it costs twenty bare interpreters to import."""

import importlib
from typing import TYPE_CHECKING, Any


class Deferred:
    """Stands for a module and imports it when an attribute is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)  # the next access does not come here
        return value


if TYPE_CHECKING:
    import libcst as cst
else:
    cst = Deferred("libcst")

__all__ = ["cst"]
