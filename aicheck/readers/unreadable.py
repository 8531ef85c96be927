"""Why a reader could not turn a file into facts."""


class Unreadable(Exception):  # noqa: N818  a result of reading, not a mistake of the program
    """One side of a file from which no facts can be had.

    `reason` is one clause without a full stop (`syntax error at line 3`) for the coverage ledger. `applicable` is False
    when a written rule says that nothing in such a file is judged (a template that is not plain YAML); otherwise the
    file counts as not analyzed.
    """

    def __init__(self, reason: str, *, applicable: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.applicable = applicable
