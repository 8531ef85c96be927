"""What stays equal of a definition when it is moved, renamed, reformatted, commented, or its local names change."""

import ast
import hashlib

from aicheck.readers.python_tree import children

POSITIONS = frozenset({"lineno", "col_offset", "end_lineno", "end_col_offset", "type_comment", "ctx", "kind", "type_ignores"})
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def digest_definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    """32 hexadecimal digits over the definition's structure. Raises RecursionError for absurdly deep code."""
    hasher = hashlib.blake2b(digest_size=16)
    names = {name: str(position) for position, name in enumerate(local_names(node))}
    names[node.name] = "itself"
    pieces: list[str] = []
    _write(node, names, pieces, top=True)
    hasher.update(b"".join(piece.encode("utf-8", "surrogatepass") + b"\0" for piece in pieces))
    return hasher.hexdigest()


def local_names(node: ast.AST) -> list[str]:
    """Parameters and names bound inside functions, in order of appearance, unique. Class attributes are not local."""
    found: dict[str, None] = {}
    inside = [(node, isinstance(node, Function))]
    while inside:
        current, local = inside.pop()
        if isinstance(current, ast.arg):
            found[current.arg] = None
        elif local and isinstance(current, ast.Name) and isinstance(current.ctx, (ast.Store, ast.Del)):
            found[current.id] = None
        elif (local and isinstance(current, ast.ExceptHandler) and current.name) or (
            local and current is not node and isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ):
            found[str(current.name)] = None
        deeper = isinstance(current, Function) or (local and not isinstance(current, ast.ClassDef))
        inside += [(child, deeper) for child in reversed(children(current))]
    return list(found)


def _write(value: object, names: dict[str, str], pieces: list[str], *, top: bool = False) -> None:
    if isinstance(value, ast.AST):
        pieces.append(type(value).__name__)
        for name in value._fields:
            if name in POSITIONS:
                continue
            child = getattr(value, name, None)
            if isinstance(child, str) and _names_something(value, name):
                pieces.append("itself" if top and name == "name" else names.get(child, "'" + child))
            else:
                _write(child, names, pieces)
    elif isinstance(value, list):
        pieces.append(f"[{len(value)}")
        for item in value:
            _write(item, names, pieces)
    else:
        pieces.append(repr(value))


def _names_something(node: ast.AST, field: str) -> bool:
    """Whether the text in this field is a variable's name (and not an attribute, a keyword or a literal)."""
    return (field == "id") or (field == "arg" and isinstance(node, ast.arg)) or (field == "name" and not isinstance(node, ast.alias))
