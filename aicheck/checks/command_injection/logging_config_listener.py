"""A server that takes logging settings, and code with them."""

from aicheck.authoring import RuffCode, bad, good


class LoggingConfigListener(RuffCode):
    """Adopts ruff's S612."""

    id = "command-injection/logging-config-listener"
    codes = ("S612",)
    found = "logging.config.listen takes settings, and code, from a port"
    title = "A process takes logging settings from a port"
    why = "Parts of such settings are evaluated as code, so any local user who reaches the port runs code in this process."
    instead = "Read the settings from a file and reload it on a signal; if it must be a port, pass `verify` and check a signature."
    severity = "medium"
    security = True
    cwe = (94,)
    references = ("https://docs.astral.sh/ruff/rules/logging-config-insecure-listen/",)
    examples = (
        bad("import logging.config\n\nlogging.config.listen(9030).start()\n", "whatever arrives is obeyed"),
        bad("from logging import config\n\nserver = config.listen()\nserver.start()\n", "on the usual port"),
        good(
            "import logging.config\n\nfrom shop.keys import verified\n\nlogging.config.listen(9030, verify=verified).start()\n",
            "a signature is checked",
        ),
        good("import logging.config\n\nlogging.config.dictConfig({'version': 1})\n", "settings of its own"),
    )
