"""Text that a language model wrote, as a source of taint."""

from __future__ import annotations

import ast

from aicheck.authoring.model_calls import MODEL_TYPES, reaches_model
from aicheck.authoring.taint.engine import Taint
from aicheck.readers.python.local_names import LocalNames
from aicheck.regex import regex

MODELS = tuple(
    """
    openai anthropic litellm langchain langgraph genai generativeai vertexai bedrock ollama mistralai cohere llama_index groq dspy
    crewai autogen transformers huggingface_hub instructor smolagents agents pydantic_ai llm Llm LLM chat.completions .choices[
    .function.arguments tool_call generate_content claude gpt
    """.split()  # noqa: SIM905
)
"""A file that has to do with models holds one of these."""
REPLY_NAMES = regex(
    r"^(?:llm|ai|gpt|claude|gemini|model|assistant|agent)_(?:reply|response|output|answer|text|message|code|sql|command|result)$|^generated_(?:code|sql|query|command|script|text)$",
)
MESSAGE_NAMES = regex(r"^(?:msg|message|reply|response|resp|completion|ai_message|ai_msg|assistant_message|answer|output|choice)$")
TOOL_DECORATOR = regex(r"(?:^|\.)(?:tool|function_tool|tool_plain|beta_tool|ai_function|kernel_function|llm_tool)$")
LAST_PARTS = {"output_text", "completion_text", "generated_text"}
MODEL_MADE = regex(r"^(?:transformers\.pipeline|langchain.*|dspy\..*)")


class ModelReplies:
    """Replies of clients (by call and by shape), what a model puts into a tool call, and names that say so."""

    def of_expression(self, node: ast.expr, names: LocalNames) -> Taint | None:
        """A call that reaches a model, or `.choices[0].message.content` and its like on anything."""
        if isinstance(node, ast.Call):
            return Taint("the model's reply", node.lineno) if is_model_call(node, names) else None
        if isinstance(node, ast.Attribute) and _is_reply_shape(node):
            return Taint("the model's reply", node.lineno)
        if isinstance(node, ast.Name) and REPLY_NAMES.match(node.id) and node.id not in names.values:
            return Taint("the model's reply", node.lineno)
        return None

    def of_parameter(self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, names: LocalNames) -> Taint | None:
        """A parameter that is named as a model's reply."""
        del names
        return Taint(f"`{name}`", function.lineno) if REPLY_NAMES.match(name) else None


def is_tool(function: ast.FunctionDef | ast.AsyncFunctionDef, names: LocalNames) -> bool:
    """Whether a decorator hands the function to a model as a tool."""
    return any(
        TOOL_DECORATOR.search(names.callee(one.func if isinstance(one, ast.Call) else one)) is not None for one in function.decorator_list
    )


def is_model_call(node: ast.Call, names: LocalNames) -> bool:
    """Whether a call reaches a model: by what it resolves to, by how it is written, or by what made the object."""
    resolved, written = names.dotted(node.func), names.callee(node.func).lstrip(".")
    made = names.instance(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if made and not MODEL_TYPES.match(made) and made[:1].islower() and "." not in made:
        made = ""
    if reaches_model(resolved, _written(node.func) or written, made):
        return True
    return isinstance(node.func, ast.Name) and MODEL_MADE.match(names.instance(node.func)) is not None


def _written(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "()", *reversed(parts)])


def _is_reply_shape(node: ast.Attribute) -> bool:
    if node.attr in LAST_PARTS:
        return True
    value = node.value
    if node.attr == "content" and isinstance(value, ast.Attribute) and value.attr == "message" and isinstance(value.value, ast.Subscript):
        return True
    if (
        node.attr == "text"
        and isinstance(value, ast.Subscript)
        and isinstance(value.value, ast.Attribute)
        and value.value.attr in {"content", "choices"}
    ):
        return True
    if node.attr == "arguments" and isinstance(value, ast.Attribute) and value.attr == "function":
        return True  # what the model wants a tool to be called with
    return node.attr == "content" and isinstance(value, ast.Name) and MESSAGE_NAMES.match(value.id) is not None
