"""Which versions of the engines are installed, found without importing them."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

ENGINES = ("libcst", "ruff", "semgrep")


@cache
def engine_versions() -> tuple[tuple[str, str], ...]:
    """(name, version) of each engine, sorted by name; `missing` for one that is not installed."""
    return tuple((name, _version(name)) for name in ENGINES)


def _version(name: str) -> str:
    """From the name of the distribution's metadata folder: `importlib.metadata` costs as much as the rest of a start."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return "missing"
    folders = sorted(Path(spec.origin).parent.parent.glob(f"{name}-*.dist-info"))
    return folders[-1].name.removesuffix(".dist-info").partition("-")[2] if folders else "unknown"
