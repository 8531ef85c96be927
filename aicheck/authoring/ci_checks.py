"""The checks that a pipeline runs: commands and actions that can stop a change, what they look at, and whether they still can."""

from collections.abc import Iterator

import msgspec

from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.setting_tree import Key
from aicheck.model.facts import Command, Facts, Setting
from aicheck.model.location import Span
from aicheck.regex import regex

GENERIC = "any"
"""What runs checks that stand elsewhere: a make target, a script, another workflow."""
STRONG = frozenset({"test", "types", "scan", GENERIC})
"""Checks whose loss lets broken or unsafe code through; the others are about form."""
ACTIONS = (
    (
        "scan",
        regex(
            r"codeql|trivy|semgrep|snyk|gitleaks|trufflehog|ggshield|dependency-review|scorecard|sonar|checkov|tfsec|bandit|zizmor"
            r"|osv-scanner|grype|anchore/scan|kics|gosec|govulncheck|pip-audit|cargo-deny|cargo-audit|audit-check|fossa|veracode|zaproxy"
        ),
    ),
    (
        "lint",
        regex(
            r"golangci|super-linter|megalinter|ruff-action|eslint|reviewdog|pre-commit|prek|hadolint|actionlint|markdownlint|psf/black"
            r"|flake8|shellcheck|biome|yamllint|ansible-lint|tflint|buf-action|clippy|commitlint|semantic-pull-request|codespell"
        ),
    ),
    ("types", regex(r"pyright|mypy")),
    ("coverage", regex(r"codecov/|coveralls")),
    ("test", regex(r"cypress-io/|kind-action/test|chart-testing|playwright|pytest|junit|molecule|publish-unit-test")),
)
"""What an action's name says that it checks."""
LOCAL = regex(r"\./|.*/\.github/workflows/.*\.ya?ml|.*/\.github/actions/")
RUNNERS = frozenset(
    {"make", "just", "task", "mage", "invoke", "inv", "poe", "hatch", "pdm", "rake", "earthly", "dagger", "moon", "mise", "doit"}
)
PACKAGE_RUNNERS = frozenset({"npm", "pnpm", "yarn", "bun", "composer"})
INSTALLS = frozenset(
    {"ci", "install", "i", "add", "exec", "dlx", "create", "init", "publish", "version", "cache", "config", "login", "set"}
)
SCRIPT = regex(r"[\w.-]+\.(?:sh|bash|py|js|mjs|ts|rb)")
NAME_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("scan", frozenset({"audit", "security", "scan", "sast", "bandit", "secrets", "vuln", "trivy", "semgrep"})),
    ("types", frozenset({"types", "typecheck", "mypy", "typing", "tsc"})),
    ("lint", frozenset({"lint", "linter", "linting", "style", "eslint", "ruff", "clippy", "vet", "prettier", "lints"})),
    ("test", frozenset({"test", "tests", "testing", "unit", "e2e", "integration", "spec", "pytest", "acceptance", "regression", "smoke"})),
    (GENERIC, frozenset({"check", "checks", "ci", "verify", "validate", "validation", "quality", "qa", "precommit", "presubmit", "all"})),
)
"""What the name of a target or script says that it checks; the first row that fits."""
MANY_CHECKS = frozenset({"tox", "nox", "pre-commit", "prek", "lefthook", "pants", "bazel", "nx", "turbo"})
"""Programs that run whatever their own settings name."""
_WORD = regex(r"[a-z0-9]+")


class Check(msgspec.Struct, frozen=True):
    """One check of a pipeline."""

    category: str
    """`test`, `lint`, `types`, `scan`, `coverage` or `any`."""
    label: str
    """The command or the action, as a message quotes it."""
    symbol: str
    """`job NAME / STEP`, a make target, a script."""
    span: Span
    masked: bool = False
    """Whether its failure is passed over."""
    off: bool = False
    """Whether it never runs by itself."""


def category_of(command: Command) -> str:
    """What a command checks; empty when it is no check."""
    kind = next((kind for kind in (kind_of("check", command),) if kind is not None), None)
    if kind is not None:
        return kind.name
    words = take_apart(command.argv)
    if words.program in RUNNERS:
        return _named(words.positionals[-1] if words.positionals else "all")
    if words.program in PACKAGE_RUNNERS and words.positionals:
        runs = words.positionals[0] in {"run", "run-script"}
        return _named(words.positionals[-1]) if runs else _named(words.positionals[0]) if words.positionals[0] not in INSTALLS else ""
    return _named(words.program.partition(".")[0]) if SCRIPT.fullmatch(words.program) else ""


def is_host_of_checks(command: Command) -> bool:
    """Whether it may run checks of any kind: a target, a script or a runner with settings of its own."""
    words = take_apart(command.argv)
    if words.program in MANY_CHECKS or category_of(command) == GENERIC:
        return True
    return (words.program in RUNNERS or SCRIPT.fullmatch(words.program) is not None) and bool(category_of(command))


def is_off(command: Command) -> bool:
    """Whether a condition says that it never runs, or only when a person starts it."""
    parts = {part.strip() for part in command.condition.split(" && ")}
    return bool(parts & {"false", "when: manual", "when: never", "never()", "'false'"})


def action_checks(facts: Facts) -> Iterator[Check]:
    """The steps of a workflow that are a known action, in file order. A settings key of theirs ends in `uses`."""
    by_key = {setting.key: setting for setting in facts.settings}
    for setting in facts.settings:
        if len(setting.key) < 2 or setting.key[-1] != "uses":
            continue
        name = setting.value.partition("@")[0].lower()
        category = next((category for category, pattern in ACTIONS if pattern.search(name)), "")
        if category:
            step, job = setting.key[:-1], setting.key[:2]
            yield Check(
                category,
                setting.value.partition("@")[0],
                f"job {job[1]}" if job[0] == "jobs" else "action",
                setting.span,
                any(_says(by_key, owner, "continue-on-error", "true") for owner in (step, job)),
                any(_says(by_key, owner, "if", "false") for owner in (step, job)),
            )


def called_workflows(facts: Facts) -> frozenset[str]:
    """The workflows and local actions that a workflow hands work to."""
    found = (setting.value for setting in facts.settings if setting.key[-1:] == ("uses",))
    return frozenset(value for value in found if LOCAL.match(value))


def triggers(facts: Facts) -> frozenset[str]:
    """The events that start a workflow."""
    found = set()
    for setting in facts.settings:
        if setting.key[:1] == ("on",):
            part = setting.key[1] if len(setting.key) > 1 else ""
            found.add(setting.value if not part or part.startswith("[") else part)
    return frozenset(found)


def needed_jobs(facts: Facts) -> dict[str, frozenset[str]]:
    """Job -> the jobs that it waits for directly. Jobs that wait for none are in it too."""
    found: dict[str, set[str]] = {}
    for setting in facts.settings:
        if setting.key[:1] == ("jobs",) and len(setting.key) > 2:
            needs = found.setdefault(setting.key[1], set())
            if setting.key[2] == "needs" and setting.value:
                needs.add(setting.value)
    return {job: frozenset(needs) for job, needs in found.items()}


def waits_for(job: str, needs: dict[str, frozenset[str]]) -> frozenset[str]:
    """All jobs that end before `job` starts."""
    seen: set[str] = set()
    pending = list(needs.get(job, ()))
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            pending += needs.get(one, ())
    return frozenset(seen)


def _named(text: str) -> str:
    words = set(_WORD.findall(text.lower()))
    return next((category for category, known in NAME_WORDS if words & known), "")


def _says(by_key: dict[Key, Setting], owner: Key, name: str, value: str) -> bool:
    found = by_key.get((*owner, name))
    return found is not None and found.value.strip("${} '\"").lower() == value
