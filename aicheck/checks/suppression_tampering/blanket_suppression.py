"""A comment silences a checker for everything on its line."""

from types import MappingProxyType

from aicheck.authoring import RuffCode, bad, good


class BlanketSuppression(RuffCode):
    """Adopts ruff's PGH003 and PGH004."""

    id = "suppression-tampering/blanket-suppression"
    codes = ("PGH003", "PGH004")
    found = "a comment silences every message on its line"
    title = "A comment silences every message of a checker on its line"
    why = "It hides the message that was meant and all that come later, so the next real error on this line reaches production unseen."
    instead = "Name what is silenced (`# type: ignore[arg-type]`, `# noqa: F401`) and say why."
    severity = "medium"
    severities = MappingProxyType({"PGH003": "low"})
    cwe = (1164,)
    references = (
        "https://docs.astral.sh/ruff/rules/blanket-type-ignore/",
        "https://docs.astral.sh/ruff/rules/blanket-noqa/",
    )
    examples = (
        bad("def total(order):\n    return order.total + order.shipping  # type: ignore\n", "every type error"),
        bad("from shop.models import *  # noqa\n", "every message of the linter"),
        good("def total(order):\n    return order.total + order.shipping  # type: ignore[operator]\n", "one kind of type error"),
        good("from shop.models import *  # noqa: F403\n", "one message"),
    )
