"""Which calls in Python reach a language model, told by their resolved and written names."""

import re

from aicheck.regex import regex

MODEL_CALLS = regex(
    r"(^|\.)((beta\.)?messages\.(create|stream|parse)|(beta\.)?chat\.completions\.(create|parse|stream)|completions\.create|responses\.(create|parse|stream)|"
    r"chat\.complete(_async)?|generate_content(_async)?|models\.generate_content|invoke_model\w*|ChatCompletion\.a?create)$"
)
"""Ends of call chains that reach a language model whatever object they start from."""
MODEL_FUNCTIONS = regex(
    r"^(litellm\.a?completion|litellm\.a?responses|ollama\.(\w+\.)?(chat|generate)|anthropic\..*\.create|openai\..*\.create|instructor\..*\.create)$"
)
MODEL_METHODS = frozenset(
    """
            invoke ainvoke predict apredict generate agenerate chat achat complete acomplete converse converse_stream call acall
            run_sync send_message send_message_async
            """.split()  # noqa: SIM905
)
MODEL_RECEIVERS = regex(
    r"(^|[._])(llm|chat_?model|language_model|model|chat|claude|gpt|gemini|openai|anthropic|bedrock|bedrock_runtime|agent|chain|lm)(_client|_with_tools|_client)?$",
    re.IGNORECASE,
)
MODEL_TYPES = regex(
    r"^(langchain|langgraph|anthropic|openai|litellm|google\.gen|vertexai|mistralai|cohere|ollama|llama_index|groq|together|dspy|boto3)"
)


def reaches_model(resolved: str, written: str, made: str) -> bool:
    """Whether a call reaches a model: `resolved` is its callee through imports, `written` as it stands, both dotted or empty.

    `made` is what made the object that the method is called on; empty when unknown.
    """
    if MODEL_FUNCTIONS.match(resolved) or MODEL_CALLS.search(resolved) or MODEL_CALLS.search(written):
        return True
    receiver, _, method = written.rpartition(".")
    if not receiver or method not in MODEL_METHODS:
        return False
    return bool(MODEL_TYPES.match(made) if made else MODEL_RECEIVERS.search(receiver))
