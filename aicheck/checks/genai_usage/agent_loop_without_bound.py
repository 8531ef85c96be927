"""Agent loops in which only the model decides when to stop."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import (
    Hit,
    PythonCheck,
    Region,
    after_failure,
    always_leaves,
    arguments_of,
    bad,
    cst,
    descend,
    dotted_text,
    good,
    is_bounded,
    is_endless,
    literal,
    loop_of,
)
from aicheck.authoring.model_calls import MODEL_CALLS, MODEL_METHODS, reaches_model
from aicheck.regex import regex

ASKING = regex(r"(^|[._])(input|prompt|ask|prompt_async|recv|receive\w*|accept|readline|get_nowait|listen)$")
QUEUES = regex(r"(^|[._])(q|queue|inbox|requests|jobs|mailbox|consumer)$", re.IGNORECASE)
LIMITS = ("max_iterations", "max_turns", "max_steps", "max_iter", "max_rounds", "recursion_limit", "max_consecutive_auto_reply")
TIME_LIMITS = ("max_execution_time", "timeout", "usage_limits", "max_cost", "max_budget")
RUNNERS = regex(r"(agent|Agent|Runner|Crew|run|initialize_agent|Executor|GroupChat|Team)", re.ASCII)
LOOP_NEEDLES = (
    "create",
    "completion",
    "invoke",
    "generate",
    "converse",
    "predict",
    "complete",
    "chat",
    "send_message",
    "run_sync",
    "parse(",
    "stream(",
    *LIMITS,
)

AI_NEEDLES = tuple(
    """
    messages chat llm LLM model Model agent Agent openai anthropic claude gemini responses completion bedrock ollama
    Runner Crew
    """.split()  # noqa: SIM905
)


class AgentLoopWithoutBound(PythonCheck):
    """A loop calls a model until the model itself says that it is done."""

    id = "genai-usage/agent-loop-without-bound"
    title = "An agent loop that only the model can end"
    why = "A model that keeps asking for tools keeps the loop running: days of calls, a five-figure bill, and repeated side effects."
    instead = "Bound the number of turns (`for _ in range(MAX_TURNS)`), or count tokens or cost, and raise when the bound is reached."
    severity = "high"
    cwe = (835, 770)
    needles = (("while", "count(", "cycle(", "repeat(", *LIMITS), LOOP_NEEDLES, AI_NEEDLES)
    anywhere = (
        *("langchain", "langgraph", "anthropic", "openai", "litellm", "genai", "generativeai", "vertexai", "mistralai", "cohere", "ollama"),
        *("llama_index", "groq", "together", "dspy", "boto3", "crewai", "autogen", "agents", "instructor", "smolagents", "pydantic_ai"),
        *("messages.", "completions.", "responses.", "chat.complete", "generate_content", "invoke_model", "ChatCompletion", *LIMITS),
        *(f".{method}" for method in sorted(MODEL_METHODS)),
    )
    examples = (
        bad(
            """\
import anthropic

def run(messages, tools):
    client = anthropic.Anthropic()
    while True:
        reply = client.messages.create(model='m', messages=messages, tools=tools)
        if reply.stop_reason == 'end_turn':
            break
        messages.append(use_tools(reply))
    return messages
""",
            "ends on the model's own stop reason",
        ),
        bad(
            """\
from openai import AsyncOpenAI as Client

class Agent:
    def __init__(self):
        self.client = Client()

    async def run(self, history):
        while True:
            reply = await self.client.chat.completions.create(
                model='m',
                messages=history,
            )
            message = reply.choices[0].message
            if not message.tool_calls:
                return message
            history.extend(await self.answer(message))
""",
            "ends when no tool is asked for",
        ),
        bad(
            """\
import litellm as llm

def run(history):
    done = False
    while not done:
        reply = llm.completion(model='m', messages=history)
        history.append(reply)
        done = reply.choices[0].finish_reason == 'stop'
""",
            "a flag that the model sets",
        ),
        bad(
            """\
from langchain.agents import AgentExecutor

def build(agent, tools):
    return AgentExecutor(agent=agent, tools=tools, max_iterations=None)
""",
            "the bound is switched off",
        ),
        good(
            """\
import anthropic

def run(messages):
    client = anthropic.Anthropic()
    for _ in range(20):
        reply = client.messages.create(model='m', messages=messages)
        if reply.stop_reason == 'end_turn':
            return reply
        messages.append(use_tools(reply))
    raise RuntimeError('too many turns')
""",
            "a range",
        ),
        good(
            """\
import openai

def run(history):
    client = openai.OpenAI()
    steps = 0
    while True:
        steps += 1
        if steps > 20:
            raise RuntimeError('too many turns')
        reply = client.responses.create(model='m', input=history)
        if not reply.output:
            return reply
        history.append(reply)
""",
            "steps are counted and raise",
        ),
        good(
            """\
import anthropic

def talk(client=anthropic.Anthropic()):
    messages = []
    while True:
        line = input('> ')
        if not line:
            break
        messages.append({'role': 'user', 'content': line})
        print(client.messages.create(model='m', messages=messages))
""",
            "a person drives it",
        ),
        good(
            """\
def drain(store, rows):
    while rows:
        store.records.create(rows.pop())
""",
            "no model",
        ),
    )

    @classmethod
    def candidate(cls, node: ast.AST) -> bool:
        """It calls something by a name that models are called by, in a loop, or sets a limit to None."""
        for one in ast.walk(node):
            if isinstance(one, ast.keyword) and one.arg in LIMITS:
                return True
            if isinstance(one, (ast.While, ast.For)):
                calls = (inner.func for inner in ast.walk(one) if isinstance(inner, ast.Call))
                if any(
                    isinstance(called, ast.Name) or (isinstance(called, ast.Attribute) and _may_be_model(ast.unparse(called)))
                    for called in calls
                ):
                    return True
        return False

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each loop, and for each limit that is switched off."""
        for loop in region.walk():
            if not isinstance(loop, (cst.While, cst.For)) or (isinstance(loop, cst.For) and not is_endless(region, loop)):
                continue
            if _is_agent_loop(region, loop) and not is_bounded(
                region, loop, [node for node in after_failure(region, loop, None, None) if not _grows(node)]
            ):
                header = loop.test if isinstance(loop, cst.While) else loop.iter
                yield Hit(
                    region.span_from(loop, header), "This loop calls a model until the model decides to stop; nothing else ends it", "loop"
                )
        for call in region.walk(cst.Call):
            for limit in LIMITS:
                if any(argument.keyword is not None and argument.keyword.value == limit for argument in call.args) and _is_lifted(
                    region, call, limit
                ):
                    yield Hit(region.span(call), f"{limit}=None lets this agent run without a limit")


def _may_be_model(dotted: str) -> bool:
    return (
        bool(MODEL_CALLS.search(dotted))
        or dotted.rpartition(".")[2] in MODEL_METHODS
        or "completion" in dotted
        or dotted.startswith("ollama")
    )


def _is_agent_loop(region: Region, loop: cst.While | cst.For) -> bool:
    calls = [node for node in descend(loop, cst.Call) if isinstance(node, cst.Call)]
    if any(_waits_for_work(region, call) for call in calls):
        return False
    return any(
        _is_model_call(region, call) and loop_of(region, call) is loop and not _returned(region, call) and not _always_ends(region, loop)
        for call in calls
    )


def _always_ends(region: Region, loop: cst.While | cst.For) -> bool:
    """A retry: whenever the call succeeds the loop ends."""
    tries = [node for node in descend(loop.body, cst.Try) if isinstance(node, cst.Try)]
    blocks = [block for one in tries for block in (one.body, one.orelse.body if one.orelse is not None else None) if block is not None]
    return any(always_leaves(region, block, loop) for block in [loop.body, *blocks])


def _returned(region: Region, call: cst.Call) -> bool:
    parent = region.parent(call)
    return isinstance(region.parent(parent) if isinstance(parent, cst.Await) else parent, cst.Return)


def _is_model_call(region: Region, call: cst.Call) -> bool:
    if isinstance(call.func, cst.Attribute):
        method = call.func.attr.value
        made = region.instance(call.func.value) if method in MODEL_METHODS else ""
        return reaches_model(region.resolve(call.func), dotted_text(call.func), made)
    return reaches_model(region.resolve(call.func), dotted_text(call.func), "")


def _waits_for_work(region: Region, call: cst.Call) -> bool:
    name = region.resolve(call.func) or dotted_text(call.func) or (call.func.attr.value if isinstance(call.func, cst.Attribute) else "")
    from_queue = isinstance(call.func, cst.Attribute) and call.func.attr.value == "get" and QUEUES.search(dotted_text(call.func.value))
    return bool(ASKING.search(name) or from_queue)


def _grows(node: cst.CSTNode) -> bool:
    """Appending to the conversation is no counter."""
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "append"


def _is_lifted(region: Region, call: cst.Call, limit: str) -> bool:
    arguments = arguments_of(region, call)
    value = arguments.get(limit)
    if value is None or literal(value) is not None or any(arguments.get(other) is not None for other in TIME_LIMITS):
        return False
    return bool(RUNNERS.search(arguments.callee or dotted_text(call.func) or region.text(call.func)))
