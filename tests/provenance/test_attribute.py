import pytest

from aicheck.model.change import Commit, Identity
from aicheck.model.provenance import UNKNOWN, Attribution, Evidence
from aicheck.provenance.attribute import Declared, attribute_change, attribute_commit
from aicheck.provenance.signatures import load_signatures
from tests.provenance.commits import ADA, CLAUDE, COPILOT, DEPENDABOT, WEB_FLOW, make_commit

MARKED = make_commit("Tidy up\n\nCo-Authored-By: Claude <noreply@anthropic.com>", number=2)
PROBABLE = make_commit("Tidy up\n\nCo-authored-by: Gemini <gemini@google.com>", number=3)
DENIED = make_commit("Tidy up\n\nAssisted-by: none", number=4)
PLAIN = make_commit(number=5)
WEAK = make_commit("Tidy up\n\nCo-authored-by: Copilot <copilot@github.com>", number=6)


def attribute(message: str, author: Identity = ADA) -> Attribution:
    return attribute_commit(make_commit(message, author), load_signatures())


@pytest.mark.parametrize(
    "message",
    [
        "Fix cursor position\n\nThe cursor jumped when the agent was asked to move it.",
        "Add Claude 4 support\n\nGenerated code is now valid with Copilot and Codex models.",
        "feat: copilot attribution columns",
        "ai-tools: Claude Code",
        "AI-assisted: yes",
        "Merge branch 'main' into claude/fix-login",
        'Revert "Add cache"\n\nThis reverts commit 0123456.\n\n> Co-Authored-By: Claude <noreply@anthropic.com>',
        "Tidy up\n\nNo AI was used for this change.",
        "Tidy up\n\nThis PR was made without AI.",
        "Tidy up\n\nAI disclosure: none used except to validate the wording",
        "Tidy up\n\nI didn't use Claude Code for this.",
        "Tidy up\n\n- [ ] Warp Agent Mode - Co-Authored-By: Oz <oz-agent@warp.dev>",
        "Merge pull request #1 from a/b\n\n<!-- CURSOR_SUMMARY -->\n> [!NOTE]\n> Written by [Cursor Bugbot](https://cursor.com/bugbot)",
        "Tidy up\n\nSummary by CodeRabbit\n\n* New features",
        "Tidy up\n\n[Devin review](https://app.devin.ai/review/o/r/pull/1)",
        "Tidy up\n\nAuto-generated description by cubic",
        "Tidy up\n\nReviewed-by: Copilot <175728472+Copilot@users.noreply.github.com>",
        "Tidy up\n\nAssisted-by: AGENT_NAME:MODEL_VERSION",
        "Tidy up\n\n```\nCo-Authored-By: Claude <noreply@anthropic.com>\n```",
        "Tidy up\n\nCo-authored-by: Devin Smith <devin@example.org>\nCo-authored-by: Claude Dupont <claude@dupont.example>",
        "Tidy up\n\nCo-authored-by: Jane <jane@anthropic.com>\nCo-authored-by: Jo <jo@openai.com>",
        "Tidy up\n\nUnit tests: Assisted-by: Claude Code was the old wording",
    ],
)
def test_no_false_positive(message: str) -> None:
    assert attribute(message) == UNKNOWN


@pytest.mark.parametrize(
    "author",
    [
        Identity("Devin", "devin@example.org"),
        Identity("Claude Monet", "claude@example.org"),
        Identity("theagenticguy", "1+theagenticguy@users.noreply.github.com"),
        Identity("upodroid", "1+upodroid@users.noreply.github.com"),
        Identity("Jane", "jane@anthropic.com"),
        Identity("Cline Evaluation", "cline@example.com"),
    ],
)
def test_people_never_match_by_name(author: Identity) -> None:
    assert attribute("Tidy up", author) == UNKNOWN


def test_evidence_says_where_it_stood() -> None:
    commit = make_commit("Tidy up\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n", CLAUDE, number=0xABC)
    assert attribute_commit(commit, load_signatures()) == Attribution(
        state="marked",
        agent=True,
        tools=("claude",),
        extent="authored",
        evidence=(
            Evidence("claude-author", "000000000000:author", "structured", "Claude <noreply@anthropic.com>", "claude", "authored"),
            Evidence(
                "claude-co-author",
                "000000000000:message:3",
                "structured",
                "Co-Authored-By: Claude <noreply@anthropic.com>",
                "claude",
                "authored",
            ),
        ),
    )


def test_a_marker_in_the_middle_of_a_squash_body() -> None:
    body = "* one\n\nGenerated with Claude Code\n\nCo-authored-by: Cursor <cursoragent@cursor.com>\n\n* two\n\nLast words."
    attribution = attribute(f"Squash (#1)\n\n{body}")
    assert (attribution.state, attribution.tools) == ("marked", ("claude", "cursor"))


def test_each_kind_is_listed_once() -> None:
    line = "Co-Authored-By: Claude <noreply@anthropic.com>\n"
    assert [evidence.source[-2:] for evidence in attribute("Tidy up\n\n" + line * 3).evidence] == [":3"]


def test_one_weak_sign_proves_nothing_and_two_make_it_probable() -> None:
    weak = attribute_commit(WEAK, load_signatures())
    assert (weak.state, weak.tools, len(weak.evidence)) == ("unknown", (), 1)
    both = attribute(WEAK.message, Identity("Codex", "codex@example.com"))
    assert (both.state, both.tools) == ("probable", ("codex", "copilot"))


def test_a_suggestion_stays_a_suggestion_until_something_authored_it() -> None:
    accepted = "Tidy up\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>"
    assert attribute(accepted).extent == "suggestion"
    assert attribute(f"{accepted}\nCo-authored-by: Codex <noreply@openai.com>").extent == "authored"


def test_aider_counts_as_author_only() -> None:
    aider = Identity("Ada Lovelace (aider)", "ada@example.org")
    assert attribute("Tidy up", aider).state == "marked"
    committed = make_commit("Tidy up", ADA, aider)
    assert attribute_commit(committed, load_signatures()) == UNKNOWN


def test_a_bot_may_carry_ai_work() -> None:
    attribution = attribute("Backport\n\nCo-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>", DEPENDABOT)
    assert (attribution.state, attribution.bot, attribution.agent) == ("marked", True, True)


def test_a_plain_bot() -> None:
    assert attribute("Bump x", DEPENDABOT) == Attribution("unknown", bot=True)


def test_an_agent_without_a_person() -> None:
    assert attribute_commit(make_commit("Tidy up", COPILOT, WEB_FLOW), load_signatures()).agent
    assert not attribute_commit(make_commit("Tidy up", COPILOT, ADA), load_signatures()).agent
    assert not attribute("Tidy up\n\nCo-authored-by: Ada <ada@example.org>", COPILOT).agent


def test_no_commits() -> None:
    assert attribute_change(()) == UNKNOWN


def test_the_strongest_commit_decides() -> None:
    change = attribute_change((PLAIN, DENIED, PROBABLE, MARKED))
    assert (change.state, change.tools) == ("marked", ("claude", "gemini"))
    assert [evidence.source for evidence in change.evidence] == ["000000000000:message:3"] * 3
    assert attribute_change((PLAIN, PROBABLE)).state == "probable"


def test_a_change_is_declared_free_of_ai_only_as_a_whole() -> None:
    assert attribute_change((DENIED, DENIED)).state == "declared-none"
    assert attribute_change((DENIED, PLAIN)).state == "unknown"


def test_bot_only_when_all_authors_are() -> None:
    bump = make_commit("Bump x", DEPENDABOT)
    assert attribute_change((bump, bump)).bot
    assert not attribute_change((bump, PLAIN)).bot


def test_agent_only_when_no_commit_has_a_person() -> None:
    work = make_commit("Tidy up", CLAUDE, WEB_FLOW)
    assert attribute_change((work, work)).agent
    assert not attribute_change((work, PLAIN)).agent


@pytest.mark.parametrize(("declared", "agent"), [("assisted", False), ("agent", True)])
def test_a_declared_use_marks(declared: Declared, agent: bool) -> None:
    for commits in ((), (PLAIN,), (DENIED,)):
        change = attribute_change(commits, declared=declared)
        assert (change.state, change.agent) == ("marked", agent)
        assert change.evidence[0] == Evidence("declared", "flag", "declared", declared)


@pytest.mark.parametrize(
    ("commits", "state"),
    [((), "declared-none"), ((PLAIN,), "declared-none"), ((WEAK,), "declared-none"), ((PROBABLE,), "probable"), ((MARKED,), "marked")],
)
def test_a_marker_wins_over_a_declared_human(commits: tuple[Commit, ...], state: str) -> None:
    change = attribute_change(commits, declared="human")
    assert change.state == state
    assert change.evidence[0].text == "human"
