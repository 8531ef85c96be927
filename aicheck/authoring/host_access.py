"""How far a container reaches into its host: folders it mounts, and what the options of `docker run` give it."""

from aicheck.authoring.command_words import Words
from aicheck.authoring.setting_names import words_of_part
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Setting
from aicheck.model.rule import Severity, severity_rank
from aicheck.regex import regex

SOCKET = regex(r"(?:/var)?/run/(?:docker|containerd/containerd|crio/crio|podman/podman)\.sock")
HOME = regex(r"(?:~|\$HOME|\$\{HOME\}|/root|/home(?:/[\w.-]+)?)/?(?:\.(?:ssh|aws|kube|gnupg|config/gcloud|docker)/?)?")
SYSTEM = regex(r"/(?:etc|boot|dev|var|var/lib|var/lib/(?:docker|kubelet)|usr|lib/modules|proc)/?")
MOUNT = regex(r"((?:\$\{[^}]*+\}|[^:])++):(/.*)")
STRONG = frozenset({"all", "sys_admin", "sys_module", "sys_rawio", "sys_ptrace", "dac_read_search", "bpf", "sys_boot"})
"""Capabilities with which a process leaves its container, in lower case without `cap_`."""


def judge_folder(path: str, *, read_only: bool) -> Severity | None:
    """How bad it is that a container gets a folder or socket of its host; None for folders of its own."""
    if path == "/":
        return "medium" if read_only else "high"
    if SOCKET.fullmatch(path):
        return "medium" if read_only else "high"
    if HOME.fullmatch(path):
        return "medium" if read_only else "high"
    return "medium" if SYSTEM.fullmatch(path) and not read_only else None


def judge_mount(text: str) -> Severity | None:
    """The same for `host:container[:options]`."""
    found = MOUNT.fullmatch(text)
    return judge_folder(found[1], read_only="ro" in found[2].rpartition(":")[2].split(",")) if found is not None else None


def mounted(setting: Setting) -> Severity | None:
    """How bad what a setting mounts is: an item of `volumes`, a bind's source, the path of a `hostPath`; None for other settings."""
    names = [part for part in setting.key if not is_position(part)]
    own = words_of_part(names[-1]) if names else ()
    if own == ("path",) and len(names) > 1 and words_of_part(names[-2]) == ("host", "path"):
        return judge_folder(setting.value, read_only=False)
    if own == ("volumes",) and is_position(setting.key[-1]):
        return judge_mount(setting.value)
    if own in {("source",), ("host", "path"), ("source", "path")} and _is_in(setting.key, "volumes", "volume", "mounts"):
        return judge_folder(setting.value, read_only=False)
    return None


def capability_of(text: str) -> str:
    """`sys_admin` of `CAP_SYS_ADMIN`."""
    return text.strip().lower().removeprefix("cap_")


def started_with(words: Words) -> Severity | None:
    """How bad the rights are that a command starts a container with; None for none of note."""
    if words.program != "docker" or words.positionals[:1] not in {("run",), ("create",)}:
        return None
    found: list[Severity] = []
    for name, value in words.options:
        is_host = name in {"pid", "userns"} and value == "host"
        is_strong = name == "cap-add" and capability_of(value) in STRONG
        if is_host or is_strong or (name == "privileged" and value.lower() != "false"):
            found.append("high")
        elif name in {"-v", "volume"} and (severity := judge_mount(value)) is not None:
            found.append(severity)
        elif name == "security-opt" and value.endswith("unconfined"):
            found.append("medium")
    return max(found, key=severity_rank, default=None)


def _is_in(key: Key, *names: str) -> bool:
    return any(part in names for part in key)
