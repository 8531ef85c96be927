"""access-broadening/privileged-workload."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import COMMAND_LANGUAGES, placed, shown
from aicheck.authoring.dangerous_steps import Becomes, Leaves, turned_on
from aicheck.authoring.host_access import STRONG, capability_of, mounted, started_with
from aicheck.authoring.setting_names import named, words_of_part
from aicheck.authoring.setting_tree import Key, SettingStep, is_position
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command, Setting
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity

HOST = frozenset({"host"})
CONTEXT = ("security context", "pod security context", "container security context")
POD = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        securityContext: {context}
{volumes}"""
VOLUME = "      volumes:\n      - name: host\n        hostPath: {{path: {path}}}\n"
COMPOSE = "services:\n  agent:\n    image: agent:1\n    volumes:\n    - data:/data\n{more}volumes:\n  data: {{}}\n"


class PrivilegedWorkload(ValueDelta):
    """Finds containers that get the rights, the namespaces or the folders of their host.

    `high` for privileged ones, the host's processes, its root, the socket of its container engine and the home of a user;
    `medium` where a restriction goes or a folder is only read.
    """

    id = "access-broadening/privileged-workload"
    title = "A container gets the rights of its host"
    why = "Whoever breaks into this container, or whatever it runs by mistake, owns the machine and all that runs or is stored on it."
    instead = "Give the one capability or the one folder (read only) that it needs, and run as a user of its own."
    severity = "high"
    confidence = "high"
    languages = tuple(sorted({*CONFIGURATION, *COMMAND_LANGUAGES}))
    cwe = (250,)
    security = True
    looks_into_new = True
    rows = (
        Row((named("privileged", whole=True),), (turned_on("high", added=True),)),
        Row((named("host pid", "host ipc", whole=True),), (turned_on("high", added=True),)),
        Row((named("host network", whole=True),), (turned_on("medium"),)),
        Row((named("pid", "userns mode", whole=True, within=("services",)),), (Becomes("high", HOST, added=True),)),
        Row((named("network mode", whole=True, within=("services",)),), (Becomes("medium", HOST),)),
        Row((named("run as user", whole=True),), (Becomes("medium", frozenset({"0"})),)),
        Row((named("run as non root", whole=True),), (Leaves("medium", frozenset({"true"})),)),
        Row((named("allow privilege escalation", whole=True),), (turned_on("medium"),)),
        Row((named("user", whole=True, within=("services",)),), (Becomes("medium", frozenset({"root", "0", "0:0", "root:root"})),)),
        Row((named("type", whole=True, within=("seccomp profile",)),), (Becomes("medium", frozenset({"unconfined"}), added=True),)),
        Row((named("pod security kubernetes io enforce"),), (Becomes("high", frozenset({"privileged"})),)),
    )
    examples = (
        bad_change(
            POD.format(context="{privileged: false}", volumes=""),
            POD.format(context="{privileged: true}", volumes=""),
            "privileged",
            path="k8s/web.yaml",
        ),
        bad(POD.format(context="{}", volumes=VOLUME.format(path="/var/run/docker.sock")), "the engine's socket", path="k8s/web.yaml"),
        bad(POD.format(context="{capabilities: {add: [SYS_ADMIN]}}", volumes=""), "a strong capability", path="k8s/web.yaml"),
        bad_change(COMPOSE.format(more=""), COMPOSE.format(more="    - ${HOME}:/work\n"), "the home of a user", path="compose.yaml"),
        bad_change(COMPOSE.format(more=""), COMPOSE.format(more="    cap_add: [ALL]\n"), "every capability", path="compose.yaml"),
        bad_change(
            POD.format(context="{runAsNonRoot: true, runAsUser: 1000}", volumes=""),
            POD.format(context="{runAsUser: 1000}", volumes=""),
            "root is allowed",
            path="k8s/web.yaml",
        ),
        bad(
            'resource "kubernetes_pod" "web" {\n  spec {\n    host_pid = true\n    container {\n      name = "web"\n    }\n  }\n}\n',
            "the host's processes",
            path="infra/pod.tf",
        ),
        bad_change(
            "#!/bin/sh\n", "#!/bin/sh\ndocker run -d \\\n  --privileged -v /:/host agent:1\n", "by a command", path="deploy/agent.sh"
        ),
        good(
            POD.format(context="{runAsNonRoot: true, capabilities: {drop: [ALL]}}", volumes=""), "capabilities dropped", path="k8s/web.yaml"
        ),
        good_change(COMPOSE.format(more=""), COMPOSE.format(more="    - config:/config:ro\n"), "a named volume", path="compose.yaml"),
        good_change(COMPOSE.format(more=""), COMPOSE.format(more="    - ./src:/app\n"), "a folder of its own", path="compose.yaml"),
        good(POD.format(context="{}", volumes=VOLUME.format(path="/var/lib/web/cache")), "a folder of its own", path="k8s/web.yaml"),
        good(POD.format(context="{capabilities: {add: [NET_BIND_SERVICE]}}", volumes=""), "a small capability", path="k8s/web.yaml"),
        good_change(
            POD.format(context="{privileged: true}", volumes=""),
            POD.format(context="{privileged: false}", volumes=""),
            "taken away",
            path="k8s/web.yaml",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\ndocker run -d -v data:/data agent:1\n", "a named volume", path="deploy/agent.sh"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, then folders and capabilities, then commands."""
        yield from super().compare(pair, change)
        for step in change.setting_steps.get(pair.path, ()):
            before = {_reach(setting)[0] for setting in step.before}
            for setting in step.after:
                text, severity = _reach(setting)
                if severity is not None and text not in before:
                    place = Location(pair.path, "after", setting.span)
                    yield self.match(place, f"{text} of the host", symbol=".".join(setting.key), text=text, severity=severity)
        commands = change.command_steps.get(pair.path)
        for earlier, command in commands.gained() if commands is not None else ():
            severity = _judge_command(command)
            if severity is not None and not (earlier is not None and _judge_command(earlier)):
                place = Location(pair.path, "after", command.span)
                text = " ".join(command.argv)[:200]
                yield self.match(place, f"`{shown(command, 70)}`", symbol=command.symbol, text=text, severity=severity)

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not where a policy only says what it knows of (`privileged` of a cluster's own admission policy)."""
        return not step.key[0].startswith(("PodSecurityPolicy/", "ClusterPolicy/", "SecurityContextConstraints/"))


def _reach(setting: Setting) -> tuple[str, Severity | None]:
    """(what the setting gives of the host, how bad that is)."""
    severity = mounted(setting)
    if severity is not None:
        return f"mounts {clip(setting.value, 48)}", severity
    if _adds_capability(setting.key) and capability_of(setting.value) in STRONG:
        return f"capability {clip(setting.value, 24)}", "high"
    if _names(setting.key)[-1:] == ["security_opt"] and setting.value.replace("=", ":") in {"seccomp:unconfined", "apparmor:unconfined"}:
        return clip(setting.value, 32), "medium"
    return "", None


def _adds_capability(key: Key) -> bool:
    names = _names(key)
    return names[-1:] == ["cap_add"] or (
        names[-1:] == ["add"] and words_of_part(names[-2]) == ("capabilities",) if len(names) > 1 else False
    )


def _names(key: Key) -> list[str]:
    return [part for part in key if not is_position(part)]


def _judge_command(command: Command) -> Severity | None:
    severity = started_with(take_apart(command.argv))
    return placed(severity, command) if severity is not None else None
