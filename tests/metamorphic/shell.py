"""Shell scripts: continued lines, quotes around plain words, `sudo`, a function around all, and as part of other files."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from aicheck.readers.syntax_tree import parse, text_of, walk
from tests.metamorphic.transformation import REPLACED, REREAD, Edit, Files, Rewrite, Transformation, edited, language, rewriting, with_lines

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+-][A-Za-z0-9_./:=@%+-]*")
BUILT_IN = frozenset(
    {
        *("alias", "break", "builtin", "case", "cd", "command", "continue", "declare", "done", "echo", "eval", "exec", "exit", "export"),
        *("false", "function", "getopts", "local", "printf", "pwd", "read", "return", "set", "shift", "source", "test", "trap", "true"),
        *("type", "ulimit", "umask", "unset", "wait", ":", ".", "[", "fail", "warn", "die", "log", "sudo"),
    }
)
"""What the shell itself runs, and names that scripts give their own functions."""


def _commands(text: str) -> Iterator[Node]:
    root = parse("shell", text.encode())
    return (node for _, node in walk(root) if node.type == "command") if not root.has_error else iter(())


def _quoted(mark: str) -> Rewrite:
    def rewrite(path: str, text: str) -> str | None:
        words = (
            part
            for command in _commands(text)
            for part in command.named_children
            if part.type in {"word", "number"} and _PLAIN.fullmatch(text_of(part))
        )
        return edited(text, ((part.start_byte, part.end_byte, f"{mark}{text_of(part)}{mark}") for part in words))

    return rewrite


def _continued(path: str, text: str) -> str | None:
    return edited(text, (edit for command in _commands(text) for edit in _breaks(command)))


def _breaks(command: Node) -> Iterator[Edit]:
    parts = [part for part in command.children if part.type != "heredoc_redirect"]
    for one, other in pairwise(parts):
        gap = other.start_byte - one.end_byte
        if gap == 1 and one.type != "variable_assignment" and other.type != "variable_assignment":
            yield one.end_byte, other.start_byte, " \\\n    "


def _with_sudo(path: str, text: str) -> str | None:
    names = (command.child_by_field_name("name") for command in _commands(text))
    found = (name for name in names if name is not None and re.fullmatch(r"[a-z][\w-]*", text_of(name)) and text_of(name) not in BUILT_IN)
    return edited(text, ((name.start_byte, name.start_byte, "sudo ") for name in found))


def _remarked(path: str, text: str) -> str | None:
    root = parse("shell", text.encode())
    lines = {child.start_point.row + 1 for child in root.named_children if child.type != "comment" and child.start_point.column == 0}
    return with_lines(text, lines, lambda pad: f"\n{pad}# a remark; true\n")


def _shebang(text: str) -> tuple[str, str]:
    first, line_end, rest = text.partition("\n")
    return (first + line_end, rest) if first.startswith("#!") else ("", text)


def _in_function(path: str, text: str) -> str | None:
    first, rest = _shebang(text)
    return f'{first}main() {{\n{rest.rstrip()}\n}}\nmain "$@"\n' if rest.strip() and "<<" not in rest else None


def _in_group(path: str, text: str) -> str | None:
    first, rest = _shebang(text)
    return f"{first}{{\n{rest.rstrip()}\n}}\n" if rest.strip() and "<<" not in rest else None


def _in_bash_c(path: str, text: str) -> str | None:
    first, rest = _shebang(text)
    return f"{first}bash -c '\n{rest.rstrip()}\n'\n" if rest.strip() and "'" not in rest and "<<" not in rest else None


def _long(path: str, text: str) -> str | None:
    first, rest = _shebang(text)
    return first + "".join(f"echo 'line {number}'\n" + "# a remark\n" * 19 for number in range(25)) + rest


def _indented(text: str, pad: str) -> str:
    return "".join(f"{pad}{line}\n" for line in _shebang(text)[1].splitlines())


def _as_workflow(files: Files) -> Files | None:
    """Each script of a deployment as a step of a workflow's job."""
    made = {}
    for path, text in files.items():
        if language(path, text) != "shell" or not path.startswith("deploy/") or "$1" in text or "$*" in text:
            return None
        body = _indented(text, " " * 10) or "          true\n"
        name = path.removeprefix("deploy/").removesuffix(".sh")
        head = f"on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: {name}\n"
        made[f".github/workflows/deploy-{name}.yml"] = f"{head}        run: |\n{body}"
    return made or None


SCRIPTS = ("shell",)
TRANSFORMATIONS = (
    rewriting("shell in double quotes", SCRIPTS, _quoted('"')),
    rewriting("shell in single quotes", SCRIPTS, _quoted("'")),
    rewriting("shell continued", SCRIPTS, _continued, REREAD),
    rewriting("shell with remarks", SCRIPTS, _remarked),
    rewriting("shell with sudo", SCRIPTS, _with_sudo, REPLACED),
    rewriting("shell in a function", SCRIPTS, _in_function, REREAD),
    rewriting("shell in a group", SCRIPTS, _in_group, REREAD),
    rewriting("shell in bash -c", SCRIPTS, _in_bash_c, REPLACED),
    rewriting("shell after 500 other lines", SCRIPTS, _long, REREAD),
    Transformation("shell as a workflow", _as_workflow, REPLACED),
)
