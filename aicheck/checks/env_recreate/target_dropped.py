"""env-recreate/target-dropped."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.readers.place import environment_of, words_of
from aicheck.regex import regex

TARGETS = frozenset(
    """
    env environment context kube-context namespace profile stage stack project account subscription workspace app cluster
    """.split()  # noqa: SIM905
)
"""Options that say which environment is meant."""
SHORT = {
    "kubectl": ("-n",),
    "helm": ("-n",),
    "heroku": ("-a",),
    "fly": ("-a",),
    "pulumi": ("-s",),
    "wrangler": ("-e",),
    "serverless": ("-s",),
}
ENVIRONMENTS = {"prod", "production", "prd", "live", "staging", "stage", "stg", "dev", "development", "test", "qa", "uat", "preprod"}
VARIABLES = regex(
    r"^(?:AWS_PROFILE|KUBECONFIG|KUBE_?CONTEXT|CLOUDFLARE_ENV|PULUMI_STACK|TF_WORKSPACE|HEROKU_APP|STAGE|ENV|ENVIRONMENT|NODE_ENV|FLY_APP|PROJECT|CLOUDSDK_CORE_PROJECT)$"
)
SELECTS = regex(
    r"(?:use-context|set-context|kubectx|kubens|workspace select|stack select|config set|configure|get-credentials|update-kubeconfig)"
)
DEPENDS_ON_ONE = frozenset(
    """
    kubectl oc helm wrangler aws gcloud az heroku fly pulumi serverless sls sst cdk vercel firebase railway
    ansible-playbook supabase copilot eb manage.py rails rake
    """.split()  # noqa: SIM905
)
WORK = ("deploy", "migrate", "database", "environment", "apply", "store", "publish")


class TargetDropped(CommandCheck):
    """Finds a command that changes something shared and no longer says where, or says another place."""

    id = "env-recreate/target-dropped"
    title = "A command no longer says which environment it changes"
    why = "Without the option the tool takes its default, often the wrong environment, and reports success there."
    instead = "Name the target in each command that changes a shared environment, and check it before the first change."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (1188,)
    examples = (
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: wrangler secret put KEY --env production < key\n",
            "jobs:\n  deploy:\n    steps:\n      - run: wrangler secret put KEY < key\n",
            "goes to the default environment",
            path=".github/workflows/rotate.yml",
        ),
        bad_change(
            "#!/bin/sh\nhelm upgrade shop ./chart --kube-context prod-eu --namespace shop\n",
            "#!/bin/sh\nhelm upgrade shop ./chart --namespace shop\n",
            "to whichever cluster is selected",
            path="deploy/helm.sh",
        ),
        bad_change(
            "deploy:\n\tserverless deploy --stage production\n",
            "deploy:\n\tserverless deploy --stage dev\n",
            "another environment",
            path="Makefile",
        ),
        good_change(
            "#!/bin/sh\nhelm upgrade shop ./chart --namespace shop\n",
            "#!/bin/sh\nhelm upgrade shop ./chart -n shop\n",
            "the same in short",
            path="deploy/helm.sh",
        ),
        good_change(
            "jobs:\n  deploy:\n    steps:\n      - run: wrangler deploy --env production\n",
            "jobs:\n  deploy:\n    steps:\n      - run: wrangler deploy --env $TARGET\n",
            "still said, by a variable",
            path=".github/workflows/deploy.yml",
        ),
        good_change(
            "#!/bin/sh\nkubectl --context prod apply -f shop.yaml\n",
            "#!/bin/sh\nkubectl config use-context prod\nkubectl apply -f shop.yaml\n",
            "chosen one command before",
            path="deploy/shop.sh",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Each changed command that does work, option by option."""
        selects = any(SELECTS.search(" ".join(command.argv)) for command in steps.new)
        for step in steps.changed:
            if step.after.where == "test" or selects or not _works(step.after):
                continue
            before, after = take_apart(step.before.argv), take_apart(step.after.argv)
            for name, value in _targets(before).items():
                now = _targets(after).get(name)
                severity = _severity(value, now, step.after)
                if name == "namespace" and now is None and severity == "high":
                    severity = "medium"  # the manifests may name it
                if severity is not None and not (now is None and _supplied(step.after, value)):
                    text = f"`{shown(step.after, 40)}` " + (f"lost `{name} {value}`" if now is None else f"{name}: {value} -> {now}")
                    yield self.match_command(pair, step.after, text, severity=severity, before=step.before)
                    break


def _works(command: Command) -> bool:
    return any(kind_of(name, command) is not None for name in WORK)


def _targets(words: Words) -> dict[str, str]:
    """Option -> value, short names spelled out."""
    found = {name: value for name, value in words.options if name in TARGETS and value}
    for short in SHORT.get(words.program, ()):
        if value := words.value(short):
            found.setdefault(
                {"-n": "namespace", "-a": "app", "-s": "stack" if words.program == "pulumi" else "stage", "-e": "env"}[short], value
            )
    return found


def _severity(value: str, now: str | None, command: Command) -> Severity | None:
    if now == value:
        return None
    if now is None:
        is_one_of_many = take_apart(command.argv).program in DEPENDS_ON_ONE
        return ("high" if command.where in UNATTENDED else "medium") if is_one_of_many else "low"
    places = [words_of(text) & ENVIRONMENTS for text in (value, now)]
    if all(places) and environment_of(words_of(value)) != environment_of(words_of(now)):
        return "high" if command.where in UNATTENDED else "medium"
    return None


def _supplied(command: Command, value: str) -> bool:
    """Whether a variable of the command or another of its words still says it."""
    return any(VARIABLES.match(name) for name, _ in command.environment) or any(value in word for word in command.argv[1:])
