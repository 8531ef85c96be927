"""TLS certificates are no longer verified."""

from aicheck.authoring import RuffCode, bad, good


class TlsVerificationOff(RuffCode):
    """Adopts ruff's S501."""

    id = "safeguard-removal/tls-verification-off"
    codes = ("S501",)
    words = (r"verify\s*=\s*False", "verify=True")
    title = "An HTTP client no longer verifies TLS certificates"
    why = "Anyone between the two machines can read and change the traffic, credentials included, and nothing will report it."
    instead = "Name the certificate authority to trust (`verify='/etc/ssl/our-ca.pem'`), also in tests and inside a private network."
    severity = "high"
    security = True
    cwe = (295,)
    references = ("https://docs.astral.sh/ruff/rules/request-with-no-cert-validation/",)
    examples = (
        bad(
            "import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5, verify=False).content\n",
            "requests",
        ),
        bad("import httpx as h\n\nclient = h.Client(verify=False)\n", "httpx under another name, for every request of a client"),
        good(
            'import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5, verify="/etc/ssl/our-ca.pem").content\n',
            "a certificate authority of one's own",
        ),
        good(
            "def check(url: str, verify: bool) -> None: ...\n\n\ncheck('x', verify=False)\n", "another function's argument of the same name"
        ),
    )
