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
