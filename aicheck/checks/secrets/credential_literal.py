"""A password or token stands in the code."""

import re

from aicheck.authoring import RuffCode, bad, good
from aicheck.regex import regex

LITERAL = regex(r"""=\s*[rbuRBU]{0,2}(?P<mark>["'])(?P<text>[^"'\\]*)(?P=mark)""")
"""The value after the first sign of equality; also of a comparison."""
NAME = regex(
    r"(?-i:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"
    r"|[a-z_.-]*(?:token|secret|password|passwd|passphrase|pwd|key|credential|authorization|bearer|cookie)s?[a-z_.-]*",
    re.IGNORECASE,
)
"""What names a credential (a variable, a header, a field) and is none."""
FILLED_IN = regex(r"[{}<>$%\s]|://|^[./~]|^(?:xxx+|\*+|dummy|example|test|none|null|changeme)$", re.IGNORECASE)
"""A format, an address, a path, a sentence, or what stands where a value goes."""
SHORTEST = 6


class CredentialLiteral(RuffCode):
    """Adopts ruff's S105, S106 and S107."""

    id = "secrets/credential-literal"
    codes = ("S105", "S106", "S107")
    title = "A password or token is written into the code"
    why = "Everybody who can read the repository, its copies or the built image can use it, also after it has been deleted here."
    instead = "Read it from the environment or a secret store. A real one that was committed has to be replaced, not only removed."
    severity = "medium"
    confidence = "low"
    security = True
    cwe = (798,)
    references = (
        "https://docs.astral.sh/ruff/rules/hardcoded-password-string/",
        "https://docs.astral.sh/ruff/rules/hardcoded-password-func-arg/",
        "https://docs.astral.sh/ruff/rules/hardcoded-password-default/",
    )
    examples = (
        bad("DB_PASSWORD = 'kestrel-4711'\n", "a constant"),
        bad("def connect(driver):\n    return driver.connect(user='shop', password='kestrel-4711')\n", "an argument"),
        bad("def connect(user, password='kestrel-4711'):\n    return user, password\n", "a default"),
        bad("DB_PASSWORD = 'password_4711'\n", "one that says what it is"),
        good("import os\n\nDB_PASSWORD = os.environ['DB_PASSWORD']\n", "from the environment"),
        good("def connect(user, password=None):\n    return user, password\n", "left to the caller"),
        good("PASSWORD_FIELD_LENGTH = 40\nTOKEN_KINDS = ['api', 'session']\n", "about passwords, but none"),
        good("SECRET_VARIABLE = 'SHOP_CLIENT_SECRET'\nTOKEN_HEADER = 'X-Shop-Token'\n", "what it is called"),
        good("TOKEN_URL = 'https://shop.example/oauth/token'\nTOKEN_SEPARATOR = '.'\n", "where it comes from, and how it is cut"),
    )

    @classmethod
    def adopts(cls, message: str, line: str, column: int) -> bool:  # noqa: ARG003
        """Not the name of a credential, an address or a sign; what cannot be told apart counts."""
        found = LITERAL.search(line, max(column - 1, 0)) or LITERAL.search(line)
        text = found["text"] if found else ""
        return found is None or not (len(text) < SHORTEST or NAME.fullmatch(text) or FILLED_IN.search(text))
