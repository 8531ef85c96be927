"""Every error is caught and nothing is done about it."""

from aicheck.authoring import RuffCode, bad, good


class ExceptionPassed(RuffCode):
    """Adopts ruff's S110 and S112."""

    id = "swallowed-errors/exception-passed"
    codes = ("S110", "S112")
    found = "every exception is caught here and passed over"
    title = "Every exception is caught and passed over"
    why = "Whatever goes wrong leaves no trace: the work is not done, nobody is told, and the next step builds on it."
    instead = "Catch the exception that is expected; write all others to the log with `logger.exception`, or let them through."
    severity = "medium"
    cwe = (390, 703)
    references = (
        "https://docs.astral.sh/ruff/rules/try-except-pass/",
        "https://docs.astral.sh/ruff/rules/try-except-continue/",
    )
    examples = (
        bad(
            "def settle(orders):\n    try:\n        orders.charge()\n    except Exception:\n        pass\n",
            "a payment that failed unseen",
        ),
        bad(
            "def deliver(mails):\n    for mail in mails:\n        try:\n            mail.send()\n"
            "        except Exception:\n            continue\n",
            "on to the next one",
        ),
        good(
            "def forget(path):\n    try:\n        path.unlink()\n    except FileNotFoundError:\n        pass\n",
            "one error that is no error",
        ),
        good(
            """\
import logging


def deliver(mails):
    for mail in mails:
        try:
            mail.send()
        except Exception:
            logging.exception("mail %s was not sent", mail.id)
            continue
""",
            "told to the log",
        ),
    )
