"""The hooks that a plugin may implement."""

from collections.abc import Iterable

import pluggy

from aicheck.authoring import Check

hookspec = pluggy.HookspecMarker("aicheck")
hookimpl = pluggy.HookimplMarker("aicheck")


@hookspec
def aicheck_checks() -> Iterable[type[Check]]:
    """Return the check classes that the plugin adds to the catalogue."""
    raise NotImplementedError


@hookspec
def aicheck_signatures() -> str:
    """Return further signatures of AI tools and automation accounts, as TOML in the form of `aicheck/provenance/signatures.toml`."""
    raise NotImplementedError
