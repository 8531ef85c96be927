"""A task asks again and again instead of waiting."""

from aicheck.authoring import RuffCode, bad, good


class BusyWait(RuffCode):
    """Adopts ruff's ASYNC110."""

    id = "event-loop/busy-wait"
    codes = ("ASYNC110",)
    found = "a loop sleeps until its condition changes"
    title = "A task sleeps in a loop until something changes"
    why = "Each such task wakes up for nothing all day, and when the change never comes it waits for ever without a trace."
    instead = "Wait for an `asyncio.Event` or a condition, with a timeout around it."
    severity = "medium"
    cwe = (835,)
    references = ("https://docs.astral.sh/ruff/rules/async-busy-wait/",)
    examples = (
        bad(
            "import asyncio\n\n\nasync def until_ready(server):\n    while not server.ready:\n        await asyncio.sleep(0.1)\n",
            "asks ten times a second",
        ),
        bad(
            "import anyio\n\n\nasync def drain(queue):\n    while queue.size:\n        await anyio.sleep(1)\n",
            "never ends when the consumer is gone",
        ),
        good(
            "import asyncio\n\n\nasync def until_ready(server):\n    async with asyncio.timeout(30):\n        await server.ready.wait()\n",
            "is woken, or gives up",
        ),
        good(
            "import asyncio\n\n\nasync def beat(server):\n    while server.running:\n"
            "        await server.ping()\n        await asyncio.sleep(5)\n",
            "does its work in between",
        ),
    )
