import pytest

from aicheck.provenance.signatures import load_signatures
from aicheck.provenance.vocabulary import Named, Vocabulary, is_negative, is_placeholder, name_tool

VOCABULARY = next(signature.vocabulary for signature in load_signatures() if signature.vocabulary)


@pytest.mark.parametrize(
    ("value", "tool", "unmistakable"),
    [
        ("Claude", "claude", False),
        ("Claude Opus 4.5 (1M context)", "claude", True),
        ("`Claude Code`", "claude", True),
        ("[Claude Code](https://example.org)", "claude", True),
        ("Devin", "devin", False),
        ("qwen3.7-max", "qwen", True),
        ("zed:claude-sonnet-4", "claude", True),
        ("Ada Lovelace, Gemini 3 Flash (Preview)", "gemini", True),
        ("AI", "", False),
        ("GitHub Copilot for the test scaffolding", "copilot", True),
    ],
)
def test_names_a_tool(value: str, tool: str, unmistakable: bool) -> None:
    assert name_tool(value, VOCABULARY) == Named(tool, unmistakable)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Claude Dupont",
        "Devin Smith",
        "Jules Verne",
        "Ada",
        "text cursor",
        "protoc 3.2",
        "not Claude Code",
        "Claude Code was not used",
        "Copilot: none",
        "no Copilot",
        "Ai Weiwei",
        "opus",
        "https://claude.example",
        "4.5",
        "Max Pro",
    ],
)
def test_names_no_tool(value: str) -> None:
    assert name_tool(value, VOCABULARY) is None


@pytest.mark.parametrize("value", ["none", "None.", "NO", "false", "no AI", "none (all by hand)", "N/A"])
def test_negative(value: str) -> None:
    assert is_negative(value)


@pytest.mark.parametrize("value", ["", "Nonette", "no idea", "Claude", "none but Claude", "42"])
def test_not_negative(value: str) -> None:
    assert not is_negative(value)


@pytest.mark.parametrize(
    "value", ["AGENT_NAME:MODEL_VERSION", "AGENT:MODEL", "<tool>", "[tool and version]", "yes/no", "true|false", "${TOOL}", "...", "TODO"]
)
def test_placeholder(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value", ["Claude Code", "yes", "GPT-5", "Crush:glm-5.2", "[Claude Code](https://claude.example)", "AI", "<a@b.example>"]
)
def test_no_placeholder(value: str) -> None:
    assert not is_placeholder(value)


def test_a_vocabulary_is_a_value() -> None:
    words = Vocabulary(((("acme",), "acme"),), frozenset(), frozenset({"pro"}))
    assert name_tool("Acme Pro 3", words) == Named("acme", unmistakable=True)
    assert name_tool("Claude Code", words) is None
