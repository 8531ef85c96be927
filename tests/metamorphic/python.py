"""Python: written anew from its tree, requoted, with tabs, nested, with other names for imports, far down in a long file."""

import ast
import io
import tokenize
from collections.abc import Iterator

from tests.metamorphic.transformation import REFORMATTED, REPLACED, REREAD, Edit, Rewrite, edited, rewriting, with_lines


def _unparsed(path: str, text: str) -> str | None:
    return ast.unparse(ast.parse(text)) + "\n"


def _offsets(text: str) -> list[int]:
    """Where each line begins, in bytes."""
    offsets = [0]
    for line in text.encode().splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


def _requoted(path: str, text: str) -> str | None:
    if not text.isascii():
        return None
    offsets = _offsets(text)
    swap = {"'": '"', '"': "'"}
    edits: list[Edit] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        mark = token.string[-1:]
        inner = token.string.removesuffix(mark)
        if token.type == tokenize.STRING and token.string[0] == mark and not set(inner[1:]) & set("\\'\"\n{"):
            start = offsets[token.start[0] - 1] + token.start[1]
            edits.append((start, start + len(token.string), swap[mark] + inner[1:] + swap[mark]))
    return edited(text, edits)


def _lines_in_strings(text: str) -> set[int]:
    """The lines that begin inside a string."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {line for token in tokens if token.type == tokenize.STRING for line in range(token.start[0] + 1, token.end[0] + 1)}


def _with_tabs(path: str, text: str) -> str | None:
    inside = _lines_in_strings(text)
    made = []
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        width = len(line) - len(line.lstrip(" "))
        made.append(line if number in inside else "\t" * (width // 4) + " " * (width % 4) + line[width:])
    return "".join(made)


def _indented(text: str) -> str:
    inside = _lines_in_strings(text)
    lines = enumerate(text.splitlines(keepends=True), start=1)
    return "".join(line if number in inside or not line.strip() else "    " + line for number, line in lines)


def _under_if(path: str, text: str) -> str | None:
    return None if "__future__" in text else "if True:\n" + _indented(text)


def _under_try(path: str, text: str) -> str | None:
    return None if "__future__" in text else "try:\n" + _indented(text).rstrip("\n") + "\nfinally:\n    pass\n"


def _imports_apart(text: str) -> tuple[str, str] | None:
    """The imports at the top, and the rest; None where imports stand elsewhere."""
    body = ast.parse(text).body
    first = next((node for node in body if not isinstance(node, ast.Import | ast.ImportFrom)), None)
    if first is None or any(isinstance(node, ast.Import | ast.ImportFrom) for node in body[body.index(first) :]):
        return None
    decorators = getattr(first, "decorator_list", [])
    line = min(first.lineno, *(node.lineno for node in decorators)) if decorators else first.lineno
    lines = text.splitlines(keepends=True)
    return "".join(lines[: line - 1]), "".join(lines[line - 1 :])


def _in_function(head: str) -> Rewrite:
    def rewrite(path: str, text: str) -> str | None:
        parts = _imports_apart(text)
        return f"{parts[0]}\n{head}:\n{_indented(parts[1])}" if parts else None

    return rewrite


def _aliased(path: str, text: str) -> str | None:
    """Imported modules and names under names of one's own, where each is used as nothing but an imported name."""
    tree = ast.parse(text)
    formatted = {id(node) for outer in ast.walk(tree) if isinstance(outer, ast.JoinedStr) for node in ast.walk(outer)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    taken = {node.id for node in names if id(node) in formatted or not isinstance(node.ctx, ast.Load)}
    taken |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    plain = [(node, alias) for node in imports for alias in node.names if not alias.asname and alias.name.isidentifier()]
    chosen = [(node, alias) for node, alias in plain if alias.name not in taken]
    if "__future__" in text or not text.isascii():
        return None
    offsets = _offsets(text)
    renamed = {alias.name: f"{alias.name}_own" for _, alias in chosen}
    return edited(text, _alias_edits(chosen, [node for node in names if id(node) not in formatted], renamed, offsets))


def _alias_edits(
    chosen: list[tuple[ast.Import | ast.ImportFrom, ast.alias]], names: list[ast.Name], renamed: dict[str, str], offsets: list[int]
) -> Iterator[Edit]:
    for _, alias in chosen:
        end = offsets[(alias.end_lineno or 1) - 1] + (alias.end_col_offset or 0)
        yield end, end, f" as {renamed[alias.name]}"
    for node in names:
        if node.id in renamed:
            start = offsets[node.lineno - 1] + node.col_offset
            yield start, start + len(node.id), renamed[node.id]


def _remarked(path: str, text: str) -> str | None:
    lines = {node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)}
    return with_lines(text, lines - _lines_in_strings(text), lambda pad: f"\n{pad}# a remark: none\n")


def _long(path: str, text: str) -> str | None:
    filler = "".join(f"def filler_{number}():\n    return {number}\n" + "\n# a remark\n" * 9 for number in range(25))
    return None if "__future__" in text else filler + text


def _functions_reversed(path: str, text: str) -> str | None:
    """Functions of a module that has nothing but imports and functions, the other way round."""
    parts = _imports_apart(text)
    if parts is None:
        return None
    body = ast.parse(parts[1]).body
    if len(body) < 2 or any(not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list for node in body):
        return None
    lines = parts[1].splitlines(keepends=True)
    pieces = ["".join(lines[node.lineno - 1 : node.end_lineno]).rstrip("\n") for node in reversed(body)]
    return parts[0] + "\n\n\n".join(pieces) + "\n"


def _checked(rewrite: Rewrite) -> Rewrite:
    """A rewrite of files that can be parsed, whose result can be parsed."""

    def check(path: str, text: str) -> str | None:
        try:
            ast.parse(text)
        except SyntaxError:
            return None
        made = rewrite(path, text)
        if made is not None:
            ast.parse(made)
        return made

    return check


PYTHON = ("python",)
TRANSFORMATIONS = tuple(
    rewriting(f"python {name}", PYTHON, _checked(rewrite), trials)
    for name, rewrite, trials in (
        ("written anew", _unparsed, REFORMATTED),
        ("requoted", _requoted, REFORMATTED),
        ("with tabs", _with_tabs, REFORMATTED),
        ("with remarks", _remarked, REFORMATTED),
        ("with functions reversed", _functions_reversed, REFORMATTED),
        ("after 500 other lines", _long, REREAD),
        ("under if True", _under_if, REPLACED),
        ("under try and finally", _under_try, REPLACED),
        ("in a function", _in_function("def build()"), REPLACED),
        ("in a class", _in_function("class Outer"), REPLACED),
        ("in an async function", _in_function("async def build()"), REPLACED),
        ("with other names for imports", _aliased, REPLACED),
    )
)
