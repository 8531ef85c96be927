"""An address that may also be a file of this machine."""

from aicheck.authoring import RuffCode, bad, good


class UrlOfAnyScheme(RuffCode):
    """Adopts ruff's S310."""

    id = "access-broadening/url-of-any-scheme"
    codes = ("S310",)
    found = "urllib opens an address of any scheme"
    title = "An address is opened whatever its scheme"
    why = "`file:///etc/passwd` is an address too: who chooses it reads files of this machine, or reaches services behind it."
    instead = "Check that it starts with `https://`, and that its host is one that you mean."
    severity = "low"
    confidence = "low"
    security = True
    cwe = (918,)
    references = ("https://docs.astral.sh/ruff/rules/suspicious-url-open-usage/",)
    examples = (
        bad("from urllib.request import urlopen\n\n\ndef fetch(url):\n    return urlopen(url, timeout=5).read()\n", "from the caller"),
        bad("import urllib.request\n\n\ndef fetch(url, path):\n    urllib.request.urlretrieve(url, path)\n", "into a file"),
        good(
            "from urllib.request import urlopen\n\n\ndef rates():\n"
            "    return urlopen('https://rates.example.com/today', timeout=5).read()\n",
            "a fixed address",
        ),
        good(
            "from urllib.request import urlopen\n\n\ndef rates(day):\n"
            "    return urlopen(f'https://rates.example.com/{day}', timeout=5).read()\n",
            "a fixed scheme and host",
        ),
    )
