"""deploy-config/package-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command, Setting
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.regex import regex

MODULES = frozenset(
    """
    apt yum dnf package apt_repository yum_repository pacman apk zypper mount postgresql_db mysql_db docker_volume lvol
    filesystem postgresql_user rabbitmq_vhost rabbitmq_queue ufw iptables win_package helm k8s route53 s3_bucket
    ec2_instance rds_instance
    """.split()  # noqa: SIM905
)
"""Ansible modules whose `state: absent` takes something away that others use."""
ABSENT = regex(r"(?:^|\s)state=[\"']?(?:absent|removed|purged)\b")
REMOVERS = {
    "apt-get": ("remove", "purge", "autoremove"),
    "apt": ("remove", "purge", "autoremove"),
    "yum": ("remove", "erase", "autoremove"),
    "dnf": ("remove", "erase", "autoremove"),
    "apk": ("del",),
    "zypper": ("remove", "rm"),
    "brew": ("uninstall", "remove"),
    "snap": ("remove",),
    "dpkg": (),
    "rpm": (),
    "pacman": (),
}


class PackageRemoved(CommandCheck):
    """Finds a host's provisioning that uninstalls a package, repository, user or volume."""

    id = "deploy-config/package-removed"
    title = "Provisioning removes a package or another part of a running host"
    why = "The next run takes it from every host at once, with the services that need it, and the replacement may not come."
    instead = "Install the replacement first, in a change of its own; remove the old one host by host."
    severity = "medium"
    confidence = "medium"
    cwe = (1188,)
    examples = (
        bad_change(
            "- name: repository\n  become: yes\n  apt_repository: repo='ppa:nginx/stable' state=present\n",
            "- name: repository\n  become: yes\n  apt_repository: repo='ppa:nginx/stable' state=absent\n",
            "where the web server came from",
            path="roles/nginx/tasks/install.yml",
        ),
        bad_change(
            "- name: web server\n  ansible.builtin.apt:\n    name: nginx\n    state: present\n",
            "- name: web server\n  ansible.builtin.apt:\n    name: nginx-common\n    state: absent\n    purge: true\n",
            "the web server itself",
            path="roles/nginx/tasks/main.yml",
        ),
        bad_change(
            "#!/bin/sh\nsystemctl reload nginx\n",
            "#!/bin/sh\napt-get purge -y nginx-common\nsystemctl reload nginx\n",
            "in a script that a deployment runs",
            path="deploy/host.sh",
        ),
        good_change(
            "- name: web server\n  apt: name=nginx state=present\n",
            "- name: web server\n  apt: name=nginx state=latest\n",
            "stays",
            path="roles/nginx/tasks/main.yml",
        ),
        good_change(
            "FROM debian\nRUN apt-get install -y gcc\n",
            "FROM debian\nRUN apt-get install -y gcc && make && apt-get purge -y gcc\n",
            "tools of an image's build",
            path="Dockerfile",
        ),
        good_change(
            "- name: file\n  file: path=/tmp/x state=present\n",
            "- name: file\n  file: path=/tmp/x state=absent\n",
            "a file",
            path="roles/a/tasks/main.yml",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Commands, then the tasks of Ansible roles."""
        yield from super().compare(pair, change)
        if pair.language == "yaml" and pair.before is not None:
            known = {_said(setting) for setting in pair.facts("before").settings if _is_removal(setting)}
            for setting in pair.facts("after").settings:
                if _is_removal(setting) and _said(setting) not in known:
                    name = next((part.removeprefix("name=") for part in setting.key if part.startswith("name=")), setting.key[-1])
                    yield self.match(
                        Location(pair.path, "after", setting.span), f"{clip(name, 60)}: absent", symbol=".".join(setting.key), text="absent"
                    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New commands that uninstall on a host."""
        for before, command in steps.gained():
            if before is None and command.where in {"deploy", "start-up"} and _removes(command) and not is_throwaway(command):
                yield self.match_command(pair, command, f"`{shown(command)}`")


def _removes(command: Command) -> bool:
    words = take_apart(command.argv)
    verbs = REMOVERS.get(words.program)
    return verbs is not None and bool(set(words.positionals[:1]) & set(verbs)) and len(words.positionals) > 1


def _is_removal(setting: Setting) -> bool:
    if not setting.key or setting.type != "string":
        return False
    modules = {part.rpartition(".")[2] for part in setting.key[-2:]}
    if not modules & MODULES:
        return False
    return (
        setting.key[-1] == "state" and setting.value in {"absent", "removed", "purged"}
        if setting.key[-1] == "state"
        else bool(ABSENT.search(setting.value))
    )


def _said(setting: Setting) -> tuple[tuple[str, ...], str]:
    return setting.key[-3:], setting.value
