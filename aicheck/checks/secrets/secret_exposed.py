"""secrets/secret-exposed."""

import re
from collections.abc import Iterable, Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.location import Location, Span
from aicheck.model.rule import Severity
from aicheck.readers.place import place_of
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

BUNDLED = r"(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP|NG_APP|STORYBOOK|PLASMO_PUBLIC|PUBLIC)_"
GUARDED = (
    r"(?:SECRET|SERVICE_ROLE|SERVICE_KEY|SERVICE_ACCOUNT|PRIVATE_KEY|ADMIN_KEY|ADMIN_TOKEN|PASSWORD|PASSWD|ACCESS_KEY|AUTH_TOKEN"
    r"|OPENAI_API_KEY|ANTHROPIC_API_KEY|STRIPE_SK|SIGNING_KEY|DATABASE_URL)"
)
"""Words of names that only a server may know."""
PUBLIC_NAME = regex(rf"\b{BUNDLED}(?:\w*_)?{GUARDED}\w*\b")
MEANT_FOR_ALL = regex(
    r"PUBLISHABLE|ANON|SITE_KEY|PUBLIC_KEY|CLIENT_ID|ENABLED?$|PASSWORD_(?:MIN|MAX|LENGTH|RESET|POLICY)|_URL$(?<!DATABASE_URL)|HINT|_FORM"
)
NAME = r"\w*(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|ACCESS_KEY|DATABASE_URL|CREDENTIALS?)\w*"
NAMED = regex(rf"(?:env\.|['\"])({NAME})\b", re.IGNORECASE)
LOGGED = regex(
    rf"(?:\bconsole\.(?:log|info|debug|warn|error)|\blog(?:ger|ging)?\.\w{{1,12}}|\bprint|\bfmt\.Print\w*|\bputs)\(.{{0,200}}?"
    rf"(?:process\.env\.{NAME}|process\.env\[['\"]{NAME}['\"]\]|(?:\w+\.)?environ(?:\.get)?[\[(]['\"]{NAME}['\"]|(?:\w+\.)?getenv\(['\"]{NAME}['\"]|os\.Getenv\(\"{NAME}\"\)|JSON\.stringify\(process\.env\)"
    r"|[,(]\s*(?:dict\()?\w+\.environ\)?\s*\)|[,(]\s*process\.env\s*\))",
    re.IGNORECASE,
)
HINT = regex(rf"{BUNDLED}|environ|process\.env|etenv|secrets", re.IGNORECASE)
"""Stands in every line that exposes something."""
HIDDEN = regex(
    r"\bif\b|mask|redact|len\(|\.length|Boolean\(|!!|\bbool\(|\bin os\.environ|\?\s*['\"]|slice\(|substring|\[:\d", re.IGNORECASE
)
EVERY_SECRET = regex(r"toJSON\(\s*secrets\s*\)", re.IGNORECASE)
COMMENT = regex(r"\s*(?:#|//|\*|/\*|--|<!--)")
CLIENT = "import {{ createClient }} from 'supabase';\nexport const db = createClient(process.env.NEXT_PUBLIC_URL, process.env.{name});\n"
MOST_MATCHES = 10


class SecretExposed(DifferentialCheck):
    """Finds secrets that come into what a browser loads, into a log, or all at once into a step."""

    id = "secrets/secret-exposed"
    title = "A secret reaches a browser, a log or a step that needs none"
    why = "Everybody who opens the page or reads the log can use it; it has to be replaced as soon as it was out once."
    instead = "Use it on the server only, under a name that no bundler takes along, and log that it is set, never its value."
    severity = "high"
    confidence = "medium"
    security = True
    languages = ("dockerfile", "dotenv", "go", "javascript", "json", "python", "toml", "typescript", "yaml")
    cwe = (532, 200)
    examples = (
        bad_change(
            CLIENT.format(name="NEXT_PUBLIC_SUPABASE_ANON_KEY"),
            CLIENT.format(name="NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY"),
            "in every browser",
            path="lib/db.ts",
        ),
        bad_change("PORT=80\n", "PORT=80\nVITE_STRIPE_SECRET_KEY=\n", "bundled by its name", path=".env.production"),
        bad_change("const a = 1;\n", "const a = 1;\nconsole.log('start', process.env.DB_PASSWORD);\n", "into the log", path="server.js"),
        bad_change("import os\n", "import os\n\nprint('token', os.environ['DEPLOY_TOKEN'])\n", "into the log", path="deploy.py"),
        bad_change(
            "jobs:\n  a:\n    steps:\n      - run: ./a.sh\n",
            "jobs:\n  a:\n    steps:\n      - run: ./a.sh\n        env:\n          ALL: ${{ toJSON(secrets) }}\n",
            "all secrets at once",
            path=".github/workflows/a.yml",
        ),
        good_change(
            CLIENT.format(name="NEXT_PUBLIC_URL"),
            CLIENT.format(name="NEXT_PUBLIC_SUPABASE_ANON_KEY"),
            "meant for browsers",
            path="lib/db.ts",
        ),
        good_change(
            CLIENT.format(name="NEXT_PUBLIC_URL"), CLIENT.format(name="SUPABASE_SERVICE_ROLE_KEY"), "on the server", path="lib/db.ts"
        ),
        good_change(
            "const a = 1;\n", "const a = 1;\nconsole.log('set', !!process.env.DB_PASSWORD);\n", "whether it is set", path="server.js"
        ),
        good_change("import os\n", "import os\n\n# print(os.environ['DEPLOY_TOKEN'])\n", "a comment", path="deploy.py"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:  # noqa: ARG002
        """Each line that exposes what no line exposed before."""
        found = list(_exposures(pair, pair.new_lines()))
        known = {text for text, _, _ in _exposures(pair, enumerate(split_lines(pair.before_source or ""), 1))} if found else set()
        for text, severity, span in found[:MOST_MATCHES]:
            if text not in known:
                known.add(text)
                yield self.match(Location(pair.path, "after", span), text, symbol=text, text=text, severity=severity)


def _exposures(pair: FilePair, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, Severity, Span]]:
    """(what, how bad, where) of each line that exposes a secret."""
    workflow = place_of(pair.path) == "workflow"
    for number, line in lines:
        text = line[:2_000]
        if not HINT.search(text) or COMMENT.match(text):
            continue
        span = Span(number, 1, number, len(text) + 1)
        bundled = PUBLIC_NAME.search(text)
        if bundled is not None and not MEANT_FOR_ALL.search(bundled[0]):
            yield f"{clip(bundled[0], 60)} is part of what browsers load", "high", span
        elif workflow and EVERY_SECRET.search(text):
            yield "All secrets are handed over at once", "high", span
        elif pair.language in {"go", "javascript", "python", "typescript"} and (found := LOGGED.search(text)) and not HIDDEN.search(text):
            name = NAMED.search(found[0])
            yield f"{clip(name[1], 60) if name else 'The whole environment'} goes into a log", "medium", span
