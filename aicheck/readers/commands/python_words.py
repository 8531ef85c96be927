"""The words of a command from the Python expressions that make them up. Literals are read, nothing is evaluated."""

import ast
import shlex
from bisect import bisect_left
from dataclasses import dataclass, field

from aicheck.readers.commands.python_scope import DEPTH, Change, Site, text_of_node
from aicheck.readers.commands.templates import FORMAT, Expressions
from aicheck.readers.source_text import SourceText
from aicheck.readers.unreadable import Unreadable

MAX_STEPS = 5_000
"""Expressions looked at for one call: names that hold lists of names multiply."""
MAX_FILE_STEPS = 500_000
"""The same for all calls of a file."""
MAX_CHANGES = 200
"""Of one list; later ones are left out."""
SAME_TEXT = frozenset(
    {"str", "os.fspath", "os.fsdecode", "shlex.quote", "pipes.quote", "textwrap.dedent", "inspect.cleandoc", "shutil.which"}
)
"""Functions that give back the text they are given."""
SAME_METHODS = frozenset({"strip", "lstrip", "rstrip", "encode", "decode"})
KNOWN_TEXTS = {"sys.executable": "python"}


@dataclass(slots=True)
class Budget:
    """The expressions that may still be looked at in one file."""

    left: int = MAX_FILE_STEPS

    def spend(self) -> None:
        """Takes one. Raises Unreadable when none is left."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("commands made of too many parts")


@dataclass(slots=True)
class WordReader:
    """Reads the arguments of one call. Unknown parts become `{source}`, hidden in `hidden` until the words are parsed."""

    site: Site
    source: SourceText
    budget: "Budget"
    hidden: Expressions = field(default_factory=lambda: Expressions(FORMAT))
    caller: "WordReader | None" = None
    """Reads the arguments of the call that this one runs for, when it stands in a function of the same file."""
    bindings: dict[str, ast.expr] = field(default_factory=dict)
    """Parameter -> the caller's argument."""
    steps: int = 0

    def word(self, node: ast.expr, depth: int = DEPTH) -> str:
        """The text of an expression, or its source in braces."""
        text = self.text(node, depth)
        return self._unknown(node) if text is None else text

    def text(self, node: ast.expr, depth: int = DEPTH) -> str | None:  # noqa: PLR0911  one way out for each kind of expression
        """The text of an expression; None when none of it is known."""
        self.steps += 1
        self.budget.spend()
        if depth <= 0 or self.steps > MAX_STEPS:
            return None
        if isinstance(node, ast.Constant):
            return self._constant(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(self._part(part, depth) for part in node.values)
        if isinstance(node, ast.BinOp):
            return self._joined_text(node, depth)
        if isinstance(node, ast.Call):
            return self._call_text(node, depth)
        if isinstance(node, ast.Name):
            return self._named_text(node.id, depth)
        if isinstance(node, ast.Attribute):
            return KNOWN_TEXTS.get(self.site.scope.dotted(node))
        return None

    def words(self, node: ast.expr, depth: int = DEPTH) -> list[str] | None:  # noqa: PLR0911  as above
        """The words of an expression that is a list; None when it is none or none of it is known."""
        self.steps += 1
        self.budget.spend()
        if depth <= 0 or self.steps > MAX_STEPS:
            return None
        if isinstance(node, ast.List | ast.Tuple):
            return [word for item in node.elts for word in self.items(item, depth)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.words(node.left, depth - 1), self.words(node.right, depth - 1)
            if left is None and right is None:
                return None
            return (left or [self._unknown(node.left, "*")]) + (right or [self._unknown(node.right, "*")])
        if isinstance(node, ast.Call):
            return self._call_words(node, depth)
        if isinstance(node, ast.Name):
            return self._named_words(node.id, depth)
        return None

    def items(self, item: ast.expr, depth: int = DEPTH) -> list[str]:
        """The words of one item of a list or argument of a call, which may be unpacked."""
        if not isinstance(item, ast.Starred):
            return [self.word(item, depth - 1)]
        words = self.words(item.value, depth - 1)
        return [self._unknown(item.value, "*")] if words is None else words

    def _constant(self, value: object) -> str | None:
        if isinstance(value, bytes):
            return value.decode(errors="replace")
        if isinstance(value, str):
            return value.encode(errors="replace").decode()
        return str(value) if isinstance(value, int | float) and abs(value) < 10**18 else None

    def _part(self, part: ast.expr, depth: int) -> str:
        if not isinstance(part, ast.FormattedValue):
            return self.text(part, depth - 1) or ""
        return self.word(part.value, depth - 1)

    def _joined_text(self, node: ast.BinOp, depth: int) -> str | None:
        left = self.text(node.left, depth - 1)
        if isinstance(node.op, ast.Mod):
            return left if left is None else self.hidden.hide(left)
        if not isinstance(node.op, ast.Add):
            return None
        right = self.text(node.right, depth - 1)
        if left is None and right is None:
            return None
        return (self._unknown(node.left) if left is None else left) + (self._unknown(node.right) if right is None else right)

    def _call_text(self, node: ast.Call, depth: int) -> str | None:
        if len(node.args) == 1 and self.site.scope.dotted(node.func) in SAME_TEXT:
            return self.text(node.args[0], depth - 1)
        if not isinstance(node.func, ast.Attribute):
            return None
        if node.func.attr == "join" and len(node.args) == 1:
            separator, words = self.text(node.func.value, depth - 1), self.words(node.args[0], depth - 1)
            is_command = self.site.scope.dotted(node.func) == "shlex.join"
            return None if words is None or (separator is None and not is_command) else (separator or " ").join(words)
        text = self.text(node.func.value, depth - 1) if node.func.attr in SAME_METHODS | {"format"} else None
        return text if text is None or node.func.attr != "format" else self.hidden.hide(text)

    def _call_words(self, node: ast.Call, depth: int) -> list[str] | None:
        name = self.site.scope.dotted(node.func)
        if len(node.args) == 1 and name in {"list", "tuple"}:
            return self.words(node.args[0], depth - 1)
        if node.args and name == "shlex.split":
            return self._split(self.text(node.args[0], depth - 1))
        if isinstance(node.func, ast.Attribute) and node.func.attr == "split" and not node.args:
            text = self.text(node.func.value, depth - 1)
            return text.split() if text else None
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            return self.words(node.func.value, depth - 1)
        return None

    def _split(self, text: str | None) -> list[str] | None:
        try:
            return shlex.split(text) if text else None
        except ValueError:
            return None

    def _named_text(self, name: str, depth: int) -> str | None:
        changes = self._changes(name)
        if self._is_bound(name, changes) and self.caller is not None:
            return self.caller.text(self.bindings[name], depth - 1)
        if not changes or changes[0].value is None:
            return None
        text = self.text(changes[0].value, depth - 1)
        if text is None or any(change.kind != "extend" for change in changes[1:]):
            return None
        return text + "".join(self.word(change.value, depth - 1) for change in changes[1:] if change.value is not None)

    def _named_words(self, name: str, depth: int) -> list[str] | None:
        changes = self._changes(name)
        if self._is_bound(name, changes) and self.caller is not None:
            return self.caller.words(self.bindings[name], depth - 1)
        if not changes or changes[0].value is None:
            return None
        words = self.words(changes[0].value, depth - 1)
        for change in changes[1:] if words is not None else ():
            words = self._changed(words or [], change, depth)
        return words

    def _changed(self, words: list[str], change: Change, depth: int) -> list[str]:
        value = change.value
        if value is None:
            return words
        if change.kind == "extend":
            return [*words, *(self.words(value, depth - 1) or [self._unknown(value, "*")])]
        word = self.word(value, depth - 1)
        return [word, *words] if change.kind == "prepend" else [*words, word]

    def _changes(self, name: str) -> list[Change]:
        """What made the value of a name at the call, its assignment first; empty when that cannot be told."""
        owner = self.site.scope.owner(name)
        if owner is None or name in owner.imports:
            return []
        changes, assigned = owner.changes[name], owner.assigned[name]
        if owner is not self.site.scope:
            return changes[:MAX_CHANGES] if len(assigned) == 1 and changes[0] is assigned[0] else []
        end = bisect_left(changes, self.site.order, key=_order)
        last = bisect_left(assigned, self.site.order, key=_order) - 1
        if last < 0 or not assigned[last].block.encloses(self.site.block):
            return []
        start = bisect_left(changes, assigned[last].order, hi=end, key=_order)
        found = changes[start : min(end, start + MAX_CHANGES)]
        return found if found and found[0] is assigned[last] else []

    def _is_bound(self, name: str, changes: list[Change]) -> bool:
        return name in self.bindings and len(changes) == 1 and changes[0].order == 0

    def _unknown(self, node: ast.expr, star: str = "") -> str:
        source = " ".join(text_of_node(self.source, node).split())
        return self.hidden.add(f"{{{star}{source}}}")


def _order(change: Change) -> int:
    return change.order
