"""A password or token stands in the code."""

from aicheck.authoring import RuffCode, bad, good


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
        good("import os\n\nDB_PASSWORD = os.environ['DB_PASSWORD']\n", "from the environment"),
        good("def connect(user, password=None):\n    return user, password\n", "left to the caller"),
        good("PASSWORD_FIELD_LENGTH = 40\nTOKEN_KINDS = ['api', 'session']\n", "about passwords, but none"),
    )
