"""env-recreate/delete-then-create."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, placed, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.regex import regex

DELETES = regex(r"^(?:delete|destroy|remove|rm|uninstall|drop|undeploy|terminate)(?:-|$)|^dropdb$|:(?:drop|destroy)$")
CREATES = regex(r"^(?:create|apply|install|deploy|add|up|upgrade|new|run|restore|replace)(?:-|$)|^createdb$|:(?:create|setup)$")
STATELESS = regex(
    r"^(?:jobs?|pods?|po|cm|configmaps?|secrets?|deploy(?:ments?)?|ds|daemonsets?|cronjobs?|events?|replicasets?|rs|sa|serviceaccounts?|"
    r"images?|release|tag|label|cache|key|certificate|user|group|role|rolebinding|clusterrole(?:binding)?|runner|webhook\w*|"
    r"(?:validating|mutating)webhook\w*|hpa|pdb|netpol|networkpolic(?:y|ies)|container|containers|context|remote|worktree|builder|alias)(?:/|$)"
)
"""What is made anew without a loss."""
PROGRAMS = frozenset(
    """
    kubectl oc helm aws gcloud az terraform terragrunt pulumi cdk docker heroku fly eksctl kops dropdb createdb rails
    rake sam serverless sls doctl nomad consul rabbitmqadmin kafka-topics kafka-topics.sh linode-cli hcloud openstack
    juju bq mysqladmin zfs zpool lvremove lvcreate
    """.split()  # noqa: SIM905
)
PARTNERS = {"dropdb": "createdb", "lvremove": "lvcreate"}
NEAR = 8
"""How many commands may stand between the two."""
TOO_COMMON = regex(r"^(?:true|false|yes|json|text|default|all|-)$|^\d{1,2}$")


class DeleteThenCreate(CommandCheck):
    """Finds a deletion followed by the creation of the same thing, one of the two new."""

    id = "env-recreate/delete-then-create"
    title = "Something is deleted and created again"
    why = "Between the two nothing serves, and when the creation fails nothing comes back; data, addresses and permissions do not survive."
    instead = "Update in place, or create the new one beside the old one, switch over, and delete the old one last."
    severity = "high"
    cwe = (284,)
    examples = (
        bad_change(
            "#!/bin/sh\naws cloudformation deploy --stack-name shop --template-file shop.yaml\n",
            "#!/bin/sh\naws cloudformation delete-stack --stack-name shop\n"
            "aws cloudformation wait stack-delete-complete --stack-name shop\n"
            "aws cloudformation deploy --stack-name shop --template-file shop.yaml\n",
            "the whole stack",
            path="deploy/stack.sh",
        ),
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -f shop.yaml\n",
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl delete -f shop.yaml && kubectl apply -f shop.yaml\n",
            "everything in a manifest",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "- name: db\n  shell: createdb shop || true\n",
            "- name: db\n  shell: dropdb --if-exists shop && createdb shop\n",
            "a database",
            path="roles/db/tasks/main.yml",
        ),
        good_change(
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -f migrate.yaml\n",
            "jobs:\n  deploy:\n    steps:\n      - run: |\n          kubectl delete job migrate --ignore-not-found\n"
            "          kubectl create job migrate --image shop\n",
            "a job that cannot be changed",
            path=".github/workflows/deploy.yml",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\nhelm upgrade --install blue ./chart\nhelm uninstall green\n",
            "the new one first, then another is deleted",
            path="deploy/switch.sh",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\naws cloudformation delete-stack --stack-name old-shop\naws cloudformation deploy --stack-name shop\n",
            "another name",
            path="deploy/stack.sh",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Pairs of commands of one host, near each other, at least one of them new."""
        fresh = {id(command) for _, command in steps.gained()}
        commands = pair.facts("after").commands
        for number, command in enumerate(commands):
            if not fresh or command.argv[:1] == () or not _deletes(command):
                continue
            for other in commands[number + 1 : number + 1 + NEAR]:
                if other.symbol == command.symbol and {id(command), id(other)} & fresh and _recreates(command, other):
                    severity = placed(self.severity, command)
                    if severity is not None:
                        yield self.match_command(pair, command, f"`{shown(command)}`, then created again", severity=severity)
                    break


def _deletes(command: Command) -> bool:
    words = take_apart(command.argv)
    if words.program not in PROGRAMS or words.has("dry-run", "help"):
        return False
    if words.program == "docker" and words.positionals[:1] not in {("volume",), ("stack",), ("service",), ("network",), ("swarm",)}:
        return False
    verbs = (words.program, *words.positionals[:3])
    return any(DELETES.search(verb) for verb in verbs) and not any(STATELESS.match(word) for word in words.positionals)


def _recreates(command: Command, other: Command) -> bool:
    first, second = take_apart(command.argv), take_apart(other.argv)
    if second.program != PARTNERS.get(first.program, first.program):
        return False
    if not any(CREATES.search(verb) for verb in (second.program, *second.positionals[:3])):
        return False
    targets = _targets(first)
    return bool(targets & _targets(second)) or (not targets and first.program in {"terraform", "terragrunt", "pulumi", "cdk"})


def _targets(words: Words) -> set[str]:
    """Names of what the command works on: words behind the verb, and values of options that name it."""
    verb = next((n for n, word in enumerate(words.positionals) if DELETES.search(word) or CREATES.search(word)), -1)
    named = {value for name, value in words.options if name in NAMING}
    return {word for word in (*words.positionals[verb + 1 :], *named) if word and not TOO_COMMON.match(word)}


NAMING = frozenset(
    """
    stack-name name f -f filename db-instance-identifier cluster-name function-name table-name bucket topic stack -s
    """.split()  # noqa: SIM905
)
