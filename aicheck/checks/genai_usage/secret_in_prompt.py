"""genai-usage/secret-in-prompt."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.taint import MODELS, Taint, follow
from aicheck.authoring.taint.model_replies import is_model_call
from aicheck.readers.python.local_names import LocalNames
from aicheck.readers.routines.acts import expression_span
from aicheck.regex import regex

SECRET = regex(
    r"(?:^|_)(?:secret(?:s|_key)?|passw(?:or)?d|passphrase|private_key|access_key|api_key|apikey|credentials?|token|database_url|db_url|dsn|connection_string|"
    r"ssn|social_security(?:_number)?|card_number|cvv|iban|client_secret|jwt_secret|webhook_secret|signing_key)$",
    re.IGNORECASE,
)
HOLDERS = regex(r"^(?:settings|config|cfg|conf|env|environ|app_config|secrets?|credentials?|user|customer|patient|account|os\.environ)$")
CONTENT = frozenset(
    {
        "messages",
        "prompt",
        "input",
        "contents",
        "system",
        "instructions",
        "prompts",
        "inputs",
        "text",
        "content",
        "user_prompt",
        "query",
        "message",
    }
)
"""Arguments of a model call that the model reads."""


class Secrets:
    """Environment as a whole, and values that are named like a secret."""

    def of_expression(self, node: ast.expr, names: LocalNames) -> Taint | None:
        """`os.environ` itself, `os.environ['DB_PASSWORD']`, `settings.SECRET_KEY`, `user.password`."""
        if isinstance(node, ast.Attribute):
            if names.dotted(node) == "os.environ":
                return Taint("the environment", node.lineno)
            holder = node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id if isinstance(node.value, ast.Name) else ""
            return Taint(f"`{node.attr}`", node.lineno) if SECRET.search(node.attr) and HOLDERS.match(holder) else None
        key = _key_of(node, names)
        return None if not key else Taint(f"`{key}`", node.lineno) if SECRET.search(key) else HARMLESS

    def of_parameter(self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, names: LocalNames) -> Taint | None:
        """None: what callers hand over is followed."""
        del name, function, names
        return None


HARMLESS = Taint("", 0)
"""One variable of the environment that is no secret; it hides the taint of the environment as a whole."""


class SecretInPrompt(PythonCheck):
    """The environment, a password, a key or a connection string becomes a part of what a model is asked."""

    id = "genai-usage/secret-in-prompt"
    title = "A secret becomes a part of a prompt"
    why = "It leaves for another company's servers and logs, and the model repeats it to whoever asks for it."
    instead = "Leave it out, or hand the model a label and let the code that runs the tool look the secret up."
    severity = "high"
    confidence = "medium"
    cwe = (200, 532)
    security = True
    needles = (
        (
            "environ",
            "getenv",
            "settings",
            "secret",
            "SECRET",
            "passw",
            "PASSW",
            "api_key",
            "API_KEY",
            "token",
            "TOKEN",
            "credential",
            "URL",
            "dsn",
            "DSN",
            "ssn",
            "card_number",
            "config",
        ),
    )
    anywhere = MODELS
    examples = (
        bad(
            """\
import os
from openai import OpenAI

def diagnose(error):
    text = f'Environment: {dict(os.environ)} Error: {error}'
    return OpenAI().chat.completions.create(model='m', messages=[{'role': 'user', 'content': text}])
""",
            "the whole environment",
        ),
        bad(
            """\
import anthropic as ai
from django.conf import settings as config

class Helper:
    async def ask(self, question):
        prompt = 'Database: ' + config.DATABASE_URL + question
        return await ai.AsyncAnthropic().messages.create(
            model='m',
            messages=[{'role': 'user', 'content': prompt}],
        )
""",
            "a connection string",
        ),
        bad(
            """\
import os
from litellm import completion

def ask(question):
    key = os.getenv('PAYMENT_SECRET')
    return completion('m', messages=[{'role': 'user', 'content': '%s %s' % (key, question)}])
""",
            "a key of the environment",
        ),
        good(
            """\
import os
from openai import OpenAI

def ask(question):
    client = OpenAI(api_key=os.environ['OPENAI_API_KEY'])
    return client.chat.completions.create(model=os.environ['MODEL'], messages=[{'role': 'user', 'content': question}])
""",
            "the key goes to the client, the model's name to the call",
        ),
        good(
            """\
import os
from openai import OpenAI

def ask(error):
    text = f'Environment: {os.environ["ENVIRONMENT"]} Error: {error}'
    return OpenAI().chat.completions.create(model='m', messages=[{'role': 'user', 'content': text}])
""",
            "a label of the environment",
        ),
        good(
            """\
import os
from openai import OpenAI

def ask(error):
    text = f'Environment: {redact(dict(os.environ))} Error: {error}'
    return OpenAI().chat.completions.create(model='m', messages=[{'role': 'user', 'content': text}])
""",
            "redacted",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call of a model."""
        seen: set[int] = set()
        for moment in follow(region, Secrets()):
            call = moment.call
            if call is None or id(call) in seen or not is_model_call(call, moment.names):
                continue
            read = [keyword.value for keyword in call.keywords if keyword.arg in CONTENT] + (
                call.args if not call.keywords else call.args[:1]
            )
            taint = next((found for one in read if (found := moment.taint(one)) is not None and found.origin), None)
            if taint is not None:
                seen.add(id(call))
                yield Hit(
                    expression_span(region.source, call), f"{taint.origin[0].upper()}{taint.origin[1:]} is a part of this prompt"[:100]
                )


def _key_of(node: ast.expr, names: LocalNames) -> str:
    """The variable that an expression reads from the environment or from settings; empty for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        holder, key = names.dotted(node.value) or (node.value.id if isinstance(node.value, ast.Name) else ""), node.slice.value
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        name = names.dotted(node.func)
        holder, key = "os.environ" if name in {"os.getenv", "os.environ.get", "environ.get"} else "", node.args[0].value
    else:
        return ""
    return str(key) if isinstance(key, str) and HOLDERS.match(holder) else ""
