"""A `finally` block that makes the error disappear."""

from aicheck.authoring import RuffCode, bad, good


class JumpInFinally(RuffCode):
    """Adopts ruff's B012."""

    id = "swallowed-errors/jump-in-finally"
    codes = ("B012",)
    found = "a jump out of `finally` makes the error disappear"
    title = "A jump out of `finally` makes the error disappear"
    why = "The exception on its way out is dropped, the signal to stop included, and the caller is told that all went well."
    instead = "Clean up in `finally` and leave the block by its end; return after it."
    severity = "low"
    cwe = (584,)
    references = ("https://docs.astral.sh/ruff/rules/jump-statement-in-finally/",)
    examples = (
        bad(
            "def settle(order):\n    try:\n        order.charge()\n    finally:\n        order.close()\n        return True\n",
            "charged or not",
        ),
        bad(
            "def deliver(mails):\n    for mail in mails:\n        try:\n            mail.send()\n        finally:\n            continue\n",
            "sent or not",
        ),
        good(
            "def settle(order):\n    try:\n        order.charge()\n    finally:\n        order.close()\n    return True\n",
            "only when charged",
        ),
        good(
            "def close(files):\n    try:\n        files.flush()\n    finally:\n        for file in files:\n"
            "            if file.closed:\n                continue\n            file.close()\n",
            "a loop of its own inside the block",
        ),
    )
