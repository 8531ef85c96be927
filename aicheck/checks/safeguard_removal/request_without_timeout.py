"""A request that waits for ever."""

from aicheck.authoring import RuffCode, bad, good


class RequestWithoutTimeout(RuffCode):
    """Adopts ruff's S113."""

    id = "safeguard-removal/request-without-timeout"
    codes = ("S113",)
    words = (r"timeout\s*=\s*None", "timeout=10")
    argument = "timeout=10"
    title = "An HTTP request has no timeout"
    why = "When the other side hangs, the call waits for ever; workers fill up with waiting calls until nothing answers."
    instead = "Pass `timeout=` with the seconds that the caller can wait."
    severity = "medium"
    cwe = (1088,)
    references = ("https://docs.astral.sh/ruff/rules/request-without-timeout/",)
    examples = (
        bad("import requests\n\n\ndef rates(url):\n    return requests.get(url).json()\n", "the library has no timeout of its own"),
        bad("import httpx\n\nclient = httpx.Client(timeout=None)\n", "the library's timeout taken away"),
        good("import requests\n\n\ndef rates(url):\n    return requests.get(url, timeout=5).json()\n", "five seconds"),
        good("import httpx\n\n\ndef rates(url):\n    return httpx.get(url).json()\n", "a library with a timeout of its own"),
    )
