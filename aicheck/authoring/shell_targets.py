"""What `rm -r` and `find -delete` are pointed at, and how much that can be when a variable is empty."""

import re
from collections.abc import Mapping
from functools import lru_cache

from aicheck.authoring.command_words import take_apart
from aicheck.model.facts import Command
from aicheck.regex import regex

SYSTEM = frozenset(
    "bin boot dev etc home lib lib64 media mnt opt proc root sbin srv sys usr var Users Library System Windows".split()  # noqa: SIM905
)
VARIABLE = regex(r"\$\{?(\w+)\}?|\$\((\w+)\)|\{\{\s*([\w.]+)\s*\}\}")
"""`$D`, `${D}`, make's `$(D)`, a template's `{{ d }}`."""
SET_ELSEWHERE = regex(
    r"^(?:GITHUB_\w+|RUNNER_\w+|CI_\w+|WORKSPACE|BUILD_\w+|TMPDIR|TEMP|TMP|CIRCLE_\w+|BUILDKITE_\w+|PREFIX|SRC_DIR|PWD|OLDPWD|TRAVIS_\w+|"
    r"srcdir|builddir|pkgdir|CURDIR|MAKEFILE_DIR|DESTDIR|AGENT_\w+|SYSTEM_\w+|PIPELINE_\w+|DEBIAN_\w+|HOME|\d|@|\*)$"
)
"""Variables that the surroundings always set, and a script's own arguments."""
ASSIGNED = regex(r"(?m)(?:^|[\s;&(])(\w+)[ \t]*(?:\?=|:?:=|=)[ \t]*(.{0,400})")
INSISTED = regex(r"\$\{(\w+):?\?")
MOST_VALUES = 20
HOME = regex(r"^(?:~|\$\{?HOME\}?|\{\{\s*ansible_env\.HOME\s*\}\})(?:/(?P<rest>.*))?$")


def is_recursive(command: Command) -> bool:
    """Whether a command deletes whole trees."""
    words = take_apart(command.argv)
    if words.program == "rm":
        return words.has("-r", "-R", "recursive")
    if words.program == "find":
        return words.has("delete") or bool(re.search(r"-exec(?:dir)? (?:sudo )?rm\b", " ".join(command.argv)))
    return False


def targets_of(command: Command) -> tuple[str, ...]:
    """The places it deletes in: of `find` those before the first test."""
    words = command.argv[1:]
    if take_apart(command.argv).program != "find":
        return tuple(word for word in words if not word.startswith("-"))
    targets: list[str] = []
    for word in words:
        if word.startswith(("-", "(", "!")) and targets:
            break
        if not word.startswith("-"):
            targets.append(word)
    return tuple(targets)


def broad_target(target: str, command: Command, source: str) -> str:
    """What can be deleted there, in words; empty when it is narrow. `source`: the file's text, for assignments of variables."""
    home = HOME.match(target)
    if home:
        rest = (home["rest"] or "").strip("/")
        return "the home directory" if rest in {"", "*", ".*", ".", "{*,.*}"} else ""
    if target in {"..", "../", "../*", "../../*", "../.."}:
        return "what is above the current directory"
    emptied = VARIABLE.sub(lambda found: "" if _may_be_empty(found, command, source) else "x", target)
    if "$" in emptied or (emptied == target and "$" in target):
        return ""
    return _root(emptied) if emptied.startswith("/") else ""


def _root(path: str) -> str:
    """In words, the root or a directory of the system; empty for everything else."""
    parts = [part for part in path.split("/") if part not in {"", ".", "*", ".*"}]
    if not parts:
        return "everything on the machine"
    is_whole = len(parts) == 1 and parts[0] in SYSTEM
    return f"/{parts[0]}" if is_whole else ""


def _may_be_empty(found: re.Match[str], command: Command, source: str) -> bool:
    name = found[1] or found[2] or found[3]
    if SET_ELSEWHERE.match(name) or found[3]:
        return False
    if dict(command.environment).get(name) or re.search(rf"\b{re.escape(name)}\b", command.condition):
        return False
    values = _assignments(source).get(name)
    return values is None or any(_value_may_be_empty(value.strip()) for value in values)


@lru_cache(maxsize=8)
def _assignments(source: str) -> Mapping[str, tuple[str, ...]]:
    """What a file's text gives each variable; nothing for those that it insists on (`${D:?}`)."""
    found: dict[str, tuple[str, ...]] = {}
    for match in ASSIGNED.finditer(source):
        if len(found.get(match[1], ())) < MOST_VALUES:
            found[match[1]] = (*found.get(match[1], ()), match[2])
    return found | dict.fromkeys(INSISTED.findall(source), ("set",))


def _value_may_be_empty(value: str) -> bool:
    """Whether an assignment can leave nothing: a command's output, an argument, a variable, nothing."""
    if re.search(r"mktemp|dirname|\bpwd\b|realpath|readlink|git rev-parse|:-[^}]", value):
        return False
    plain = VARIABLE.sub("", value.strip("\"'"))
    return plain.strip("\"' ;") == "" or value.lstrip("\"'").startswith(("$(", "`"))
