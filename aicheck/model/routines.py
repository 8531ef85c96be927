"""What a function, class or module does and what holds it back, as differential rules compare it across sides."""

from typing import Literal

import msgspec

from aicheck.model.location import Span

GuardForm = Literal["test", "call", "block"]
"""test: a condition that the code stands under, or that left before it; call: a check that was called before it, for its
effect; block: a `with` around it."""


class Guard(msgspec.Struct, frozen=True):
    """One thing that must be passed before what follows runs. An `and` around it, or an `or` that leaves, is several."""

    form: GuardForm
    callee: str
    """Resolved, of a call or block; empty for a test."""
    text: str
    """Its source on one line, cut; a test as it is written, whether it must hold or fail."""
    names: tuple[str, ...]
    """Identifiers in it, attributes included, sorted."""
    line: int
    leaves: str = ""
    """Of a test that left: the source of how (`raise PermissionDenied()`), `assert`, or `filter` for the condition of a
    comprehension; empty where the code stands inside of it."""


class Act(msgspec.Struct, frozen=True):
    """One call. A slice that cuts (`rows[:50]`) counts as a call of `[:]`."""

    callee: str
    """Dotted, through the file's imports; begins with a dot where only the end of it is known (`.delete`, `.self.run`)."""
    arguments: tuple[tuple[str, str], ...]
    """(keyword, source) in order; positional ones under `0`, `1`, ...; `*` and `**` for unpacked ones; sources are cut."""
    names: tuple[str, ...]
    """Identifiers in it, attributes included, sorted."""
    span: Span
    guards: tuple[int, ...] = ()
    """Positions in the routine's guards of those in force, in source order."""
    loops: tuple[tuple[str, str], ...] = ()
    """(target, iterable) sources of the loops and comprehensions around it, outermost first."""

    @property
    def name(self) -> str:
        """The last part of its callee."""
        return self.callee.rpartition(".")[2]


class Decorator(msgspec.Struct, frozen=True):
    """One decorator."""

    callee: str
    """As of an act."""
    text: str
    """Its source without the `@`, on one line, cut."""


class Check(msgspec.Struct, frozen=True):
    """One assertion of a test."""

    form: str
    """`equal`, `close`, `identical`, `contains`, `order`, `length`, `matches`, `raises`, `called with`, `called`, `type`, `unequal`,
    `one of`, `given`, `truth` or `other`."""
    subject: str
    """Source of what is looked at: the call or name, without `len(...)` around it; the exception type of `raises`."""
    expected: str
    """Source of what it is compared with; empty for `truth` and `given`."""
    tolerance: float
    """Of `close`: the allowed distance; else 0."""
    line: int
    detail: str = ""
    """Of `raises`: the text that its message must match."""


class Routine(msgspec.Struct, frozen=True):
    """One function, class or module, without what stands in the functions and classes inside of it."""

    symbol: str
    """Qualified name; empty for the module."""
    kind: Literal["function", "class", "module"]
    span: Span
    """From the first decorator to the end of its header."""
    text: str
    """Its own source on one line, cut."""
    decorators: tuple[Decorator, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    """(name, source of annotation and default)."""
    bases: tuple[str, ...] = ()
    """Sources of a class's bases."""
    values: tuple[tuple[str, str], ...] = ()
    """(name, source) of the plain assignments of a class or module, cut."""
    guards: tuple[Guard, ...] = ()
    acts: tuple[Act, ...] = ()
    checks: tuple[Check, ...] = ()
    """Of a file of tests; such a file has neither guards nor acts."""
    returns: tuple[str, ...] = ()
    """Sources of what it returns, cut."""

    @property
    def name(self) -> str:
        """Its own name without what it stands in."""
        return self.symbol.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The symbol of what it stands in."""
        return self.symbol.rpartition(".")[0]
