"""SQL texts that Python expressions make up: literals are read, what only a run knows gets a name."""

import ast

from aicheck.readers.statements.python_scopes import Scope
from aicheck.readers.statements.words import Unknowns

DEPTH = 6
"""Names, calls and operators that are followed."""
_WRAPPERS = frozenset({"SQL", "dedent", "strip", "text", "cleandoc", "literal_column", "format", "substitute"})
MOST_PARTS = 200


class TextReader:
    """Reads the texts of one scope."""

    def __init__(self, scope: Scope, unknowns: Unknowns) -> None:
        self._scope = scope
        self._unknowns = unknowns
        self._left = MOST_PARTS
        self.optional = ""
        """What only some runs append to it."""

    def read(self, node: ast.expr, depth: int = DEPTH) -> str | None:  # noqa: PLR0911  one way out for each kind of expression
        """The text of an expression that holds a literal; None where there is none."""
        self._left -= 1
        if self._left < 0 or depth < 0:
            return None
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return "".join(self._part(part, depth) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left = self.read(node.left, depth - 1)
            return None if left is None else left + self._or_unknown(node.right, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return self.read(node.left, depth - 1)
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        if isinstance(node, ast.IfExp):
            return self.read(node.body, depth - 1)
        return self._named(node, depth)

    def _called(self, node: ast.Call, depth: int) -> str | None:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
        if name not in _WRAPPERS:
            return None
        own = self.read(function.value, depth - 1) if isinstance(function, ast.Attribute) else None
        return own if own is not None else (self.read(node.args[0], depth - 1) if node.args else None)

    def _named(self, node: ast.expr, depth: int) -> str | None:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.attr if node.value.id in {"self", "cls"} else ""
        else:
            name = node.id if isinstance(node, ast.Name) else ""
        bindings = [binding for binding in self._scope.lookup(name) if binding.kind in {"set", "append"}] if name else []
        starts = [index for index, binding in enumerate(bindings) if binding.kind == "set"]
        if not starts:
            return None
        text = self.read(bindings[starts[-1]].value, depth - 1)
        for binding in bindings[starts[-1] + 1 :] if text is not None else ():
            part = self._or_unknown(binding.value, depth)
            if binding.optional:
                self.optional += part
            else:
                text = (text or "") + part
        return text

    def _part(self, part: ast.expr, depth: int) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        value = part.value if isinstance(part, ast.FormattedValue) else part
        return self._or_unknown(value, depth)

    def _or_unknown(self, node: ast.expr, depth: int) -> str:
        text = self.read(node, depth - 1)
        return self._unknowns.add(ast.unparse(node)) if text is None else text
