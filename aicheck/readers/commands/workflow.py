"""Commands of GitHub workflows and composite actions."""

from pathlib import PurePosixPath

from aicheck.model.facts import Where
from aicheck.readers.commands.host import CommandList, Host, join_conditions
from aicheck.readers.commands.nodes import child, elements, is_true, members, pairs, text_at, texts
from aicheck.readers.commands.templates import WORKFLOW
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.tree import Leaf, Node
from aicheck.regex import regex

SHELL = regex(r"(?:\S*/)?(?:ba|da|a|k|z)?sh\b")
"""What a `shell:` starts with whose scripts are read; absent means bash or sh."""
INPUTS = ("script", "inlineScript", "run", "command", "args")
"""Inputs of actions that hold commands."""
PROGRAM_INPUTS = {
    "cloudflare/wrangler-action": "wrangler",
    "pulumi/actions": "pulumi",
    "superfly/flyctl-actions": "flyctl",
    "actions-hub/kubectl": "kubectl",
    "w9jds/firebase-action": "firebase",
}
"""Action -> the program whose words its inputs `command` and `args` are."""
NO_SHELL = ("actions/github-script",)
"""Actions whose `script` is in another language."""
DEPLOY_TRIGGERS = frozenset({"deployment", "release"})


def is_workflow(path: str, document: Node) -> bool:
    """Whether a document is a workflow or a composite action."""
    if ".github/workflows/" in f"/{path}":
        return bool(members(child(document, "jobs")))
    return bool(elements(child(document, "runs", "steps")))


def add_workflow(path: str, document: Node, commands: CommandList) -> None:
    """The commands of every step. Symbols: `job NAME / STEP`, `action / STEP`, where STEP is its name, id or number from 1."""
    if elements(child(document, "runs", "steps")):
        _add_steps(document, child(document, "runs"), Host("action", "job", template=WORKFLOW), commands)
    fallback = _where_of_workflow(path, document)
    for name, job in members(child(document, "jobs")):
        where: Where | None = "deploy" if child(job, "environment") is not None else where_of_name(f"{name} {text_at(job, 'name')}")
        host = Host(
            f"job {name}",
            where or fallback or "job",
            is_true(child(job, "continue-on-error")),
            _expression(text_at(job, "if")),
            template=WORKFLOW,
        )
        if "windows" not in text_at(job, "runs-on").lower() or _shell(document, job):
            _add_steps(document, job, host, commands)


def _where_of_workflow(path: str, document: Node) -> Where | None:
    on = child(document, "on")
    triggers = {name for name, _ in members(on)} | {leaf.value for leaf in texts(on)}
    if triggers and triggers <= DEPLOY_TRIGGERS:
        return "deploy"
    return where_of_name(f"{text_at(document, 'name')} {PurePosixPath(path).stem}")


def _shell(document: Node, job: Node | None) -> str:
    return text_at(job, "defaults", "run", "shell") or text_at(document, "defaults", "run", "shell")


def _add_steps(document: Node, job: Node | None, host: Host, commands: CommandList) -> None:
    for number, step in enumerate(elements(child(job, "steps")), start=1):
        name = text_at(step, "name") or text_at(step, "id") or str(number)
        where: Where = host.where if host.where in {"deploy", "test"} else where_of_name(name) or host.where
        inner = Host(
            f"{host.symbol} / {name}",
            where,
            host.masked or is_true(child(step, "continue-on-error")),
            join_conditions(host.condition, _expression(text_at(step, "if"))),
            pairs(child(step, "env")),
            template=WORKFLOW,
        )
        script = child(step, "run")
        if isinstance(script, Leaf) and SHELL.match(text_at(step, "shell") or _shell(document, job) or "bash"):
            commands.add_text(script, inner)
        _add_inputs(step, inner, commands)


def _add_inputs(step: Node, host: Host, commands: CommandList) -> None:
    action = text_at(step, "uses").partition("@")[0]
    if action.startswith(NO_SHELL):
        return
    program = PROGRAM_INPUTS.get(action.lower(), "")
    for key in INPUTS:
        script = child(step, "with", key)
        if not isinstance(script, Leaf) or script.type != "string":
            continue
        if program and key in {"args", "command"}:
            commands.add_arguments(program, script, host)
        elif key != "args":
            commands.add_text(script, host)


def _expression(text: str) -> str:
    """A condition without the `${{ }}` around it."""
    text = text.strip()
    return text[3:-2].strip() if text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1 else text
