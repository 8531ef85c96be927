"""A call that stops the whole event loop."""

from aicheck.authoring import RuffCode, bad, good


class BlockingCall(RuffCode):
    """Adopts ruff's ASYNC210 and ASYNC251."""

    id = "event-loop/blocking-call"
    codes = ("ASYNC210", "ASYNC251")
    title = "A coroutine makes a call that blocks the event loop"
    why = "While it waits, nothing else in the process runs: every other request, health check and heartbeat waits with it."
    instead = "Await the asynchronous counterpart, or move the call to a thread with `asyncio.to_thread`."
    severity = "medium"
    cwe = (1322,)
    references = (
        "https://docs.astral.sh/ruff/rules/blocking-http-call-in-async-function/",
        "https://docs.astral.sh/ruff/rules/blocking-sleep-in-async-function/",
    )
    examples = (
        bad(
            "import requests\n\n\nasync def rates(url):\n    return requests.get(url, timeout=5).json()\n",
            "one slow answer stops them all",
        ),
        bad("import time\n\n\nasync def retry(job):\n    await job()\n    time.sleep(5)\n    await job()\n", "five seconds for everybody"),
        good(
            "import asyncio\nimport requests\n\n\nasync def rates(url):\n"
            "    return await asyncio.to_thread(requests.get, url, timeout=5)\n",
            "in a thread",
        ),
        good("import time\n\n\ndef retry(job):\n    job()\n    time.sleep(5)\n    job()\n", "an ordinary function"),
    )
