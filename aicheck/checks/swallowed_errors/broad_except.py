"""Errors of every kind are caught together."""

from aicheck.authoring import RuffCode, bad, good


class BroadExcept(RuffCode):
    """Adopts ruff's BLE001. One ordinary change in twenty brings a new one, so by itself it is only worth a mention."""

    id = "swallowed-errors/broad-except"
    codes = ("BLE001",)
    title = "Errors of every kind are caught together"
    why = "A programming error is treated like the expected one, so a broken release looks like a slow network."
    instead = "Name the exceptions that the code can deal with; at the outermost edge log with `logger.exception` or raise again."
    severity = "low"
    cwe = (396,)
    references = ("https://docs.astral.sh/ruff/rules/blind-except/",)
    examples = (
        bad(
            "def price(client, item):\n    try:\n        return client.price(item)\n    except Exception:\n        return 0\n",
            "an error in the client is a price of nothing",
        ),
        bad(
            "def run(job):\n    try:\n        job()\n    except BaseException as error:\n        print(error)\n",
            "the signal to stop included",
        ),
        good(
            "def price(client, item):\n    try:\n        return client.price(item)\n    except KeyError:\n        return 0\n",
            "one expected error",
        ),
        good(
            "import logging\n\n\ndef run(job):\n    try:\n        job()\n    except Exception:\n        logging.exception('job failed')\n",
            "the outermost edge, with the whole error in the log",
        ),
    )
