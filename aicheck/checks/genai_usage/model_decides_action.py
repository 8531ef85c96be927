"""genai-usage/model-decides-action."""

import ast
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.sinks import sink_kind
from aicheck.authoring.taint import MODELS, ModelReplies, Moment, follow
from aicheck.authoring.wording import clip
from aicheck.model.routines import Act
from aicheck.readers.python.local_names import own_nodes
from aicheck.readers.routines.acts import ActReader, expression_span, leaving_text
from aicheck.readers.routines.acts import parts_of as conditions

ACTING = frozenset({"pays", "grants", "destroys"})
READING = frozenset({"startswith", "endswith", "find", "lower", "strip", "upper", "search", "match", "fullmatch", "count"})


class ModelDecidesAction(PythonCheck):
    """A branch that is taken because a word stands in a model's reply pays, grants or deletes something."""

    id = "genai-usage/model-decides-action"
    title = "A word in a model's reply decides about money, rights or deletion"
    why = "Models say yes to whoever asks cleverly; a customer's message becomes a refund, an approval or a deletion."
    instead = "Parse the reply into a fixed schema, check it against the policy and a limit in code, and ask a person above it."
    severity = "high"
    confidence = "medium"
    cwe = (807,)
    security = True
    needles = (
        ("if ", "if("),
        tuple(
            """
            refund charge transfer pay withdraw payout grant approve delete remove_ destroy drop purge terminate set_password issue_
            debit credit revoke
            """.split()  # noqa: SIM905
        ),
    )
    anywhere = MODELS
    examples = (
        bad(
            """\
from openai import OpenAI

def settle(order):
    reply = OpenAI().chat.completions.create(model='m', messages=[order.complaint])
    if 'yes' in reply.choices[0].message.content.lower():
        refund(order)
""",
            "yes means money",
        ),
        bad(
            """\
import anthropic as ai

class Desk:
    async def decide(self, request):
        message = await ai.AsyncAnthropic().messages.create(
            model='m',
            messages=[request.text],
        )
        answer = message.content[0].text.strip()
        if answer != 'DENY':
            await self.access.grant_role(request.user, request.role)
""",
            "a right for whatever is not DENY",
        ),
        good(
            """\
from openai import OpenAI

def settle(order):
    reply = OpenAI().chat.completions.create(model='m', messages=[order.complaint])
    verdict = Verdict.model_validate_json(reply.choices[0].message.content)
    if verdict.decision is Decision.REFUND and order.total <= LIMIT:
        refund(order)
""",
            "a schema and a limit",
        ),
        good(
            """\
from openai import OpenAI

def sort(mail):
    reply = OpenAI().chat.completions.create(model='m', messages=[mail.text])
    if 'spam' in reply.choices[0].message.content.lower():
        mail.label('spam')
""",
            "only a label",
        ),
        good(
            """\
from openai import OpenAI

def settle(order):
    reply = OpenAI().chat.completions.create(model='m', messages=[order.complaint])
    if 'yes' in reply.choices[0].message.content.lower() and confirm_with_agent(order):
        refund(order)
""",
            "a person confirms",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each branch."""
        seen: set[int] = set()
        for moment in follow(region, ModelReplies()):
            branch = moment.branch
            if branch is None or id(branch) in seen or not _asks_model(branch.test, moment):
                continue
            seen.add(id(branch))
            act = _acting(region, moment, branch)
            if act is not None:
                yield Hit(expression_span(region.source, branch.test), f"The model's words decide about `{clip(act.name, 40)}`")


def _asks_model(test: ast.expr, moment: Moment) -> bool:
    """Whether every part of a condition that decides is the model's; a comparison with a limit or a question beside it holds back."""
    parts = list(conditions(test, holds=True))
    asked = [any(_is_tainted(one, moment) for one in ast.walk(part) if isinstance(one, ast.expr)) for part in parts]
    return all(asked) and bool(parts)


def _is_tainted(node: ast.expr, moment: Moment) -> bool:
    if isinstance(node, ast.Compare):
        return any(moment.taint(one) is not None for one in [node.left, *node.comparators])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING:
        return any(moment.taint(one) is not None for one in [node.func.value, *node.args])
    return False


def _acting(region: Region, moment: Moment, branch: ast.If) -> Act | None:
    reader = ActReader(region.source, moment.names)
    bodies = [branch.body, branch.orelse]
    for body in bodies:
        reader.read(body)
    if leaving_text(branch.body) and not branch.orelse and isinstance(region.index, ast.FunctionDef | ast.AsyncFunctionDef):
        following = [
            one for one in own_nodes(region.index.body) if isinstance(one, ast.stmt) and one.lineno > (branch.end_lineno or branch.lineno)
        ]
        reader.read([one for one in following if isinstance(one, ast.Expr | ast.Assign | ast.Return)])
    return next((act for act in reader.acts if sink_kind(act) in ACTING), None)
