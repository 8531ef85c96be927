"""JavaScript, TypeScript, Go, Java and SQL: remarks between statements, other quotes, another letter case, far down in a long file."""

import re

from aicheck.readers.syntax_tree import parse, text_of, walk
from tests.metamorphic.transformation import Edit, Rewrite, edited, language, rewriting, with_lines

SCRIPTS = ("javascript", "typescript")
BLOCKS = frozenset({"program", "source_file", "statement_block", "statement_list", "class_body", "block"})
_SQL_PARTS = re.compile(r"""('(?:[^']|'')*'|"[^"]*"|\$(\w*)\$.*?\$\2\$|--[^\n]*|/\*.*?\*/)""", re.DOTALL)


def _remarked(path: str, text: str) -> str | None:
    root = parse(language(path, text), text.encode())
    lines = {
        child.start_point.row + 1
        for _, node in walk(root)
        if node.type in BLOCKS
        for child in node.named_children
        if child.start_point.row > (node.start_point.row if node.parent is not None else -1)
    }
    return with_lines(text, lines, lambda pad: f"\n{pad}// a remark; none()\n{pad}/* another = one */\n") if not root.has_error else None


def _requoted(path: str, text: str) -> str | None:
    swap = {"'": '"', '"': "'"}
    edits: list[Edit] = []
    for _, node in walk(parse(language(path, text), text.encode())):
        inner = text_of(node)[1:-1]
        mark = swap.get(text_of(node)[:1])
        if node.type == "string" and mark and not set(inner) & set("\\'\""):
            edits.append((node.start_byte, node.end_byte, mark + inner + mark))
    return edited(text, edits)


def _long_script(path: str, text: str) -> str | None:
    return None if text.startswith("#!") else "".join(f"function filler{number}() {{ return {number}; }}\n" for number in range(500)) + text


def _long_go(path: str, text: str) -> str | None:
    return text + "\n" + "".join(f"func filler{number}() int {{ return {number} }}\n" for number in range(500))


def _long_java(path: str, text: str) -> str | None:
    return text + "\n" + "".join(f"class Filler{number} {{ int count() {{ return {number}; }} }}\n" for number in range(500))


def _sql_case(*, upper: bool) -> Rewrite:
    def rewrite(path: str, text: str) -> str | None:
        parts = _SQL_PARTS.split(text)
        pieces, texts = parts[::3], [*parts[1::3], ""]
        return "".join((piece.upper() if upper else piece.lower()) + kept for piece, kept in zip(pieces, texts, strict=True))

    return rewrite


def _sql_broken(path: str, text: str) -> str | None:
    parts = _SQL_PARTS.split(text)
    pieces, texts = parts[::3], [*parts[1::3], ""]
    return "".join(re.sub(r"(?<=[\w)]) (?=\w)", "\n    ", piece) + kept for piece, kept in zip(pieces, texts, strict=True))


def _sql_remarked(path: str, text: str) -> str | None:
    parts = _SQL_PARTS.split(text)
    pieces, texts = parts[::3], [*parts[1::3], ""]
    return "".join(re.sub(r"(?<=\w) (?=\w)", " /* a; remark */ ", piece) + kept for piece, kept in zip(pieces, texts, strict=True))


TRANSFORMATIONS = (
    rewriting("source with remarks", (*SCRIPTS, "go", "java"), _remarked),
    rewriting("source requoted", SCRIPTS, _requoted),
    rewriting("source after 500 other lines", SCRIPTS, _long_script),
    rewriting("source before 500 other lines", ("go",), _long_go),
    rewriting("source before 500 other classes", ("java",), _long_java),
    rewriting("sql in upper case", ("sql",), _sql_case(upper=True)),
    rewriting("sql in lower case", ("sql",), _sql_case(upper=False)),
    rewriting("sql with a line for each word", ("sql",), _sql_broken),
    rewriting("sql with remarks", ("sql",), _sql_remarked),
)
