"""One Python file: its text, its index, and where its outermost functions stand.

Parses with `ast` only, unless `ast` cannot read the file.
"""

import ast
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from aicheck.model.facts import Definition
from aicheck.model.location import Span
from aicheck.readers.python.context import Context, ModuleContext
from aicheck.readers.python.digest import digest_definition
from aicheck.readers.python.names import ModuleNames, inner_statements, read_names
from aicheck.readers.python_text import decode, split_lines
from aicheck.readers.python_tree import parse_tree
from aicheck.readers.unreadable import Unreadable

if TYPE_CHECKING:
    import libcst

DefinitionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
BRACKET_DEPTH = 200
"""CPython refuses deeper nesting; LibCST's parser dies of it."""
TOO_DEEP = "nested too deeply"


class Outline(msgspec.Struct, frozen=True):
    """One outermost function or method, or (symbol empty, node the module) all code outside of them."""

    symbol: str
    text: str
    """What LibCST is to read: lines joined with LF, other code blanked so that line numbers stay."""
    searched: str
    """What needles are looked for in: NFKC-normalised, without module-level imports."""
    line: int
    """1-based line of the file at which `text` begins."""
    indented: bool
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module


class RegionKey(msgspec.Struct, frozen=True):
    """Equal for two regions, of any files, in which a rule finds the same at the same distance from the first line."""

    symbol: str
    text: str
    indented: bool
    context: Context


class PythonSource:
    """An indexed file. `tree` is None when only LibCST can read it; `whole` is LibCST's tree then."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable."""
        self.text = decode(data)
        self.lines = split_lines(self.text)
        self.tree: ast.Module | None = None
        self.whole: libcst.Module | None = None
        try:
            self.tree = parse_tree(self.text)
            self.names = read_names(self.tree)
        except SyntaxError as error:
            self._read_whole(error)
        except (RecursionError, MemoryError):
            raise Unreadable(TOO_DEEP) from None
        self._outlines: tuple[Outline, ...] | None = None
        self._context = ModuleContext(self.names)

    @property
    def needs_whole(self) -> bool:
        """Whether the file holds syntax newer than the running Python."""
        return self.tree is None

    def _read_whole(self, error: SyntaxError) -> None:
        if "too many" in (error.msg or "") or _bracket_depth(self.text) > BRACKET_DEPTH:
            raise Unreadable(TOO_DEEP) from None
        import libcst  # rarely needed here, and costly

        try:
            self.whole = libcst.parse_module("\n".join(map(flatten_indent, self.lines)))
        except libcst.ParserSyntaxError:
            raise Unreadable(f"syntax error at line {error.lineno or 1}") from None
        except (RecursionError, MemoryError):
            raise Unreadable(TOO_DEEP) from None
        self.names = ModuleNames()

    def outlines(self) -> tuple[Outline, ...]:
        """All regions of a file that `ast` could read, functions in source order, the module-level code last."""
        if self._outlines is None:
            self._outlines = tuple(self._find_outlines()) if self.tree is not None else ()
        return self._outlines

    def _find_outlines(self) -> Iterator[Outline]:
        assert self.tree is not None
        self._renamed = self.names.renamed()
        functions = [
            (symbol, node) for symbol, node, outermost in walk_definitions(self.tree) if outermost and not isinstance(node, ast.ClassDef)
        ]
        lines = self.lines if "\f" not in self.text else tuple(map(flatten_indent, self.lines))
        module = list(lines)
        for symbol, node in functions:
            first, last = first_line(node), node.end_lineno or node.lineno
            text = "\n".join(lines[first - 1 : last])
            yield Outline(symbol, text, self._searchable(text), first, node.col_offset > 0, node)
            indent = self.lines[first - 1][: len(self.lines[first - 1]) - len(self.lines[first - 1].lstrip(" \t\f"))]
            module[first - 1 : last] = [flatten_indent(indent + "pass"), *[""] * (last - first)]
        searched = list(module)
        for statement in self.tree.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                searched[statement.lineno - 1 : statement.end_lineno] = [""] * ((statement.end_lineno or 0) - statement.lineno + 1)
        yield Outline("", "\n".join(module) + "\n", self._searchable("\n".join(searched)), 1, False, self.tree)

    def _searchable(self, text: str) -> str:
        """NFKC text, followed by the real names of what it uses under another name (`from shutil import rmtree as rm`)."""
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        hidden = [dotted for alias, dotted in self._renamed if alias in plain]
        return "\n".join([plain, *hidden])

    def key(self, outline: Outline) -> RegionKey | None:
        """All that a region's meaning depends on but for the line it begins at; None when that cannot be told cheaply."""
        if "\f" in self.text:  # what LibCST reads of its lines is not what stands in them
            return None
        context = self._context.of(outline.symbol, outline.text)
        return None if context is None else RegionKey(outline.symbol, outline.text, outline.indented, context)

    def definitions(self, around: frozenset[int] | None = None) -> tuple[Definition, ...]:
        """Every function, method and class in source order; with `around`, those that hold one of these lines.

        Of the latter only the innermost around a line have a digest: it takes a walk through all that they hold.
        Raises Unreadable for absurdly deep code.
        """
        if self.tree is None:
            from aicheck.readers.python.whole import whole_definitions  # brings LibCST in

            return whole_definitions(self)
        try:
            found = [(symbol, node) for symbol, node, _ in walk_definitions(self.tree)]
            if around is None:
                return tuple(Definition(symbol, self.span(node), digest_definition(node)) for symbol, node in found)
            holding = [(symbol, node, around.intersection(_lines(node))) for symbol, node in found]
            innermost = {line: node for _, node, lines in holding for line in lines}
            digested = set(innermost.values())
            return tuple(
                Definition(symbol, self.span(node), digest_definition(node) if node in digested else "")
                for symbol, node, lines in holding
                if lines
            )
        except RecursionError:
            raise Unreadable(TOO_DEEP) from None

    def span(self, node: DefinitionNode) -> Span:
        """From the first decorator to the end, in code points."""
        line, last = first_line(node), node.end_lineno or node.lineno
        start = self.lines[line - 1]
        column = len(start) - len(start.lstrip(" \t\f")) + 1
        end = self.lines[last - 1].encode()[: node.end_col_offset].decode("utf-8", "ignore")
        return Span(line, column, last, len(end) + 1)


def walk_definitions(tree: ast.Module) -> Iterator[tuple[str, DefinitionNode, bool]]:
    """(qualified name, node, whether it is an outermost function) of every definition, in source order."""
    stack: list[tuple[ast.AST, str, bool]] = [(tree, "", False)]
    while stack:
        node, prefix, inside = stack.pop()
        if isinstance(node, DefinitionNode):
            prefix = f"{prefix}.{node.name}" if prefix else node.name
            function = not isinstance(node, ast.ClassDef)
            yield prefix, node, function and not inside
            inside = inside or function
        stack.extend((child, prefix, inside) for child in reversed(inner_statements(node)))


def _lines(node: DefinitionNode) -> range:
    return range(first_line(node), (node.end_lineno or node.lineno) + 1)


def first_line(node: DefinitionNode) -> int:
    """The 1-based line of the first decorator, or of the definition."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def holds(text: str, needles: Sequence[Sequence[str]]) -> bool:
    """Whether each group has a member in `text`."""
    return all(any(needle in text for needle in group) for group in needles)


def flatten_indent(line: str) -> str:
    """The line as LibCST should see it: a form feed in the indentation starts the count anew, as in CPython."""
    if "\f" not in line:
        return line
    body = line.lstrip(" \t\f")
    return line[: len(line) - len(body)].rpartition("\f")[2] + body


def _bracket_depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth = max(0, depth - 1)
    return deepest
