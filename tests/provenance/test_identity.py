import pytest

from aicheck.provenance.identity import Account, Class, IdentityIndex, parse_account
from aicheck.provenance.signatures import Signature, load_signatures
from tests.provenance.commits import make_identity

INDEX = IdentityIndex(load_signatures())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace <ada@example.org>", "person"),
        ("Claude Dupont <claude@dupont.example>", "person"),
        ("Devin Smith <1+devin@users.noreply.github.com>", "person"),
        ("theagenticguy <1+theagenticguy@users.noreply.github.com>", "person"),
        ("Dhairya <77039476+TheRAWagent@users.noreply.github.com>", "person"),
        ("upodroid <1+upodroid@users.noreply.github.com>", "person"),
        ("jane-ant <1+jane-ant@users.noreply.github.com>", "person"),
        ("jo-oai <1+jo-oai@users.noreply.github.com>", "person"),
        ("Jane <jane@anthropic.com>", "person"),
        ("Robert <robert@all-hands.dev>", "person"),
        ("Cline Evaluation <cline@example.com>", "person"),
        ("Ada (aider) <ada@example.org>", "person"),
        ("robot <robot[bot]@example.org>", "person"),
        ("nobody <>", "person"),
        ("Claude <noreply@anthropic.com>", "ai"),
        ("claude[bot] <41898282+claude[bot]@users.noreply.github.com>", "ai"),
        ("Copilot <198982749+Copilot@users.noreply.github.com>", "ai"),
        ("coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>", "ai"),
        ("GitHub <noreply@github.com>", "bot"),
        ("github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>", "bot"),
        ("dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "bot"),
        ("renamed <49699333+renamed[bot]@users.noreply.github.com>", "bot"),
        ("2i2c <1+2i2c-ci-cd-agent[bot]@users.noreply.github.com>", "bot"),
        ("unlisted <1+some-ai-agent[bot]@users.noreply.github.com>", "bot"),
        ("stainless <bot@stainlessapi.com>", "bot"),
    ],
)
def test_class(text: str, expected: Class) -> None:
    assert INDEX.classify(make_identity(text)) == expected


@pytest.mark.parametrize("number", ["41898282", "49699333"])
def test_a_shared_id_names_no_tool(number: str) -> None:
    careless = Signature("careless", ("author",), "login", "structured", "a plugin", ids=(number,))
    assert IdentityIndex([careless]).find(make_identity(f"x <{number}+someone@users.noreply.github.com>"), "author") is None


def test_the_login_outranks_the_id() -> None:
    found = INDEX.find(make_identity("x <198982749+claude[bot]@users.noreply.github.com>"), "author")
    assert found is not None
    assert found.tool == "claude"


def test_a_role_that_the_signature_does_not_cover() -> None:
    bot = make_identity("coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>")
    assert INDEX.find(bot, "author") is None
    assert INDEX.find(bot, "co-author") is not None


@pytest.mark.parametrize(
    ("email", "account"),
    [
        ("12+Ada@users.noreply.github.com", Account("12", "ada")),
        ("ada@users.noreply.github.com", Account("", "ada")),
        ("1+x[bot]@users.noreply.github.com", Account("1", "x[bot]")),
        ("ada@users.noreply.github.com.example", None),
        ("a+b+c@users.noreply.github.com", None),
        ("", None),
    ],
)
def test_account(email: str, account: Account | None) -> None:
    assert parse_account(email) == account
