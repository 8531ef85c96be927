"""Jobs of a GitHub workflow in which a coding agent runs: what may reach its prompt, what it may do, and who may start it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from aicheck.authoring.ci_checks import needed_jobs, triggers, waits_for
from aicheck.authoring.command_words import take_apart
from aicheck.model.facts import Command, Facts, Setting
from aicheck.model.location import Span
from aicheck.regex import regex

AGENT_ACTION = regex(
    r"anthropics/claude-code|openai/codex-action|run-gemini-cli|gemini-cli-action|/opencode|openhands|cursor/|cursor-agent|aider|block/goose"
    r"|sourcegraph/amp|qwen-code|copilot-(?:cli|agent|swe)|charmbracelet/crush|warp-?agent|swe-agent|agentic|claude-action|ask-bonk",
    re.IGNORECASE,
)
SELF_GUARDED = regex(r"anthropics/claude-code-action", re.IGNORECASE)
"""Actions that by themselves refuse a person without write access."""
AGENT_PROGRAMS = frozenset(
    "claude claude-code codex gemini gemini-cli aider opencode goose copilot cursor-agent amp crush qwen openhands swe-agent droid".split()  # noqa: SIM905
)
AGENT_PACKAGES = regex(
    r"@anthropic-ai/claude-code|@openai/codex|@google/gemini-cli|@github/copilot|aider-chat|opencode-ai|@sourcegraph/amp"
)
IDLE = frozenset({"--version", "--help", "version", "install", "update", "doctor", "login", "config", "mcp", "auth"})
ANYBODY = frozenset(
    {
        *("issues", "issue_comment", "pull_request_target", "pull_request_review", "pull_request_review_comment"),
        *("discussion", "discussion_comment", "workflow_run", "fork", "watch"),
    }
)
"""Events that people without write access cause, and that run with the repository's token and secrets."""
STRANGERS_TEXT = regex(
    r"github\.event\.(?:issue|comment|pull_request|review|discussion|head_commit|workflow_run|client_payload)\b[\w.\[\]*'\"-]*"
    r"\.(?:body|title|message|ref|label|head_branch|name|email|display_title)\b|github\.head_ref|toJSON\(github\.event"
    r"|github\.event\.(?:issue|comment|review|discussion)\s*[)}]",
    re.IGNORECASE,
)
FETCHED_TEXT = regex(r"\bgh (?:issue|pr|api)\b|issue_number|pull_request\.number|comment\.id", re.IGNORECASE)
GATE = regex(
    r"author_association|github\.(?:triggering_)?actor\s*(?:==|!=|\))|github\.(?:triggering_)?actor'?\)|sender\.(?:login|type)|user\.login"
    r"|head\.repo\.(?:full_name\s*==|fork)|getCollaboratorPermissionLevel|/collaborators/|check-user-permission|check-actor|permission-level"
    r"|team-membership|getMembershipForUser|MAINTAINERS|ALLOWED_USERS|is_authorized|allowlist|label\.name\s*==|github\.actor,",
    re.IGNORECASE,
)
OPEN_TO_ALL = regex(r"allowed_non_write_users|allow-users|allow_all_users|allowed_bots", re.IGNORECASE)
SECRET = regex(r"secrets\.(\w+)|secrets\[")
OWN_KEYS = regex(
    r"GITHUB_TOKEN|(?:ANTHROPIC|CLAUDE|OPENAI|GEMINI|GOOGLE|OPENROUTER|CODEX|CURSOR|OPENCODE|AZURE_OPENAI|DEEPSEEK|XAI|MISTRAL|QWEN)\w*(?:KEY|TOKEN)\w*"
)
STRONG_SCOPES = frozenset(
    {"contents", "packages", "actions", "deployments", "id-token", "workflows", "pages", "security-events", "attestations"}
)


class AgentJob(msgspec.Struct, frozen=True):
    """One job in which an agent runs."""

    job: str
    agent: str
    """The action or program."""
    span: Span
    """Of the step's action or command."""
    text: str
    """The expression that brings a stranger's text into its prompt; empty when none does so directly."""
    open_to: str
    """The event with which anybody starts it; empty when only people with write access do."""
    rights: str
    """`strong`: it may push, publish or use other secrets; `weak`: it may write comments, or nobody says what it may do; else empty."""


def agent_jobs(facts: Facts) -> Iterator[AgentJob]:
    """The jobs of a workflow with an agent, in file order."""
    jobs: dict[str, list[Setting]] = defaultdict(list)
    for setting in facts.settings:
        if setting.key[:1] == ("jobs",) and len(setting.key) > 2:
            jobs[setting.key[1]].append(setting)
    events = sorted(triggers(facts) & ANYBODY)
    needs = needed_jobs(facts)
    general = [setting for setting in facts.settings if setting.key[:1] in {("permissions",), ("env",)}]
    commands: dict[str, list[Command]] = defaultdict(list)
    for command in facts.commands:
        commands[command.symbol.partition(" / ")[0].removeprefix("job ")].append(command)
    for name, settings in jobs.items():
        found = _agent(settings, commands[name])
        if found is None:
            continue
        agent, span, step = found
        text = _strangers_text(settings, general, step)
        before = [one for job in waits_for(name, needs) for one in jobs.get(job, ())]
        is_open = bool(events) and not _is_gated([*settings, *before], agent, direct=bool(text))
        yield AgentJob(name, agent, span, text, events[0] if is_open else "", _rights(settings, general))


def _agent(settings: Sequence[Setting], commands: Sequence[Command]) -> tuple[str, Span, tuple[str, ...]] | None:
    """(name, span, key of its step, or of the job) of the first agent."""
    for setting in settings:
        if setting.key[-1] == "uses" and AGENT_ACTION.search(setting.value):
            return setting.value.partition("@")[0], setting.span, setting.key[:-1]
    for command in commands:
        words = take_apart(command.argv)
        is_agent = words.program in AGENT_PROGRAMS or any(AGENT_PACKAGES.search(word) for word in command.argv[:3])
        is_idle = bool(IDLE & set(command.argv[1:2])) or words.program in {"npm", "pip", "pnpm", "yarn", "uv", "brew"}
        if is_agent and not is_idle:
            return words.program, command.span, next((one.key[:-1] for one in settings if _holds(one, command)), settings[0].key[:2])
    return None


def _holds(setting: Setting, command: Command) -> bool:
    return setting.key[-1] == "run" and setting.span.line <= command.span.line <= max(setting.span.end_line, setting.span.line)


def _strangers_text(settings: Sequence[Setting], general: Sequence[Setting], step: tuple[str, ...]) -> str:
    """The first expression in the agent's step, or in the variables that it sees, that a stranger writes."""
    own = [one for one in settings if one.key[: len(step)] == step and one.key[-1] not in {"if", "name"}]
    shared = [one for one in (*settings, *general) if one.key[0] == "env" or one.key[2:3] == ("env",)]
    earlier = [one for one in settings if one.key[-1] == "run" and re.search(r"GITHUB_(?:OUTPUT|ENV)|prompt", one.value)]
    outer = [one for one in settings if one.key[2:3] == ("steps",) and "env" in one.key and earlier]
    for setting in (*own, *shared, *earlier, *outer):
        if "${{" in setting.value and (found := STRANGERS_TEXT.search(setting.value)) is not None:
            return found[0]
    return ""


def _is_gated(settings: Sequence[Setting], agent: str, *, direct: bool) -> bool:
    if any(OPEN_TO_ALL.search(".".join(one.key[-1:])) and one.value not in {"", "false"} for one in settings):
        return False
    if SELF_GUARDED.search(agent) and not direct:
        return True
    if any(one.key[2:3] == ("environment",) for one in settings):
        return True
    places = (one.value for one in settings if one.key[-1] in {"if", "run", "script", "uses"})
    return any(GATE.search(text) for text in places)


def _rights(settings: Sequence[Setting], general: Sequence[Setting]) -> str:
    own = [one for one in settings if one.key[2] == "permissions"]
    scopes = own or [one for one in general if one.key[0] == "permissions"]
    written = {one.key[-1] for one in scopes if one.value in {"write", "write-all"}}
    names = {name for one in (*settings, *general) for name in SECRET.findall(one.value)}
    if "permissions" in written or written & STRONG_SCOPES - {"id-token"} or any(not OWN_KEYS.fullmatch(name) for name in names):
        return "strong"
    return "weak" if written or not scopes else ""
