"""What any file can take: other line ends, a byte order mark, a remark at its top, another name, its blocks in two files."""

from pathlib import PurePosixPath

from aicheck.readers.place import place_of
from aicheck.readers.tree import MapNode
from tests.metamorphic.transformation import Files, Transformation, language, rewriting
from tests.metamorphic.trees import NotExpressible, Style, read, written
from tests.metamorphic.yaml import is_format

MARKS = {"go": "//", "javascript": "//", "sql": "--", "typescript": "//"} | dict.fromkeys(
    ("crontab", "dockerfile", "dotenv", "ini", "makefile", "python", "shell", "systemd", "terraform", "toml", "yaml"), "#"
)
"""How a remark begins."""
TOOLS_NAMES = frozenset({"Dockerfile", "Makefile", "Procfile", "package.json", "compose.yaml", "pyproject.toml", ".env"})


def _crlf(path: str, text: str) -> str | None:
    return text.replace("\n", "\r\n")


def _byte_order_mark(path: str, text: str) -> str | None:
    return None if text.startswith("#!") else "\ufeff" + text


def _remark(path: str, text: str) -> str | None:
    mark = MARKS.get(language(path, text))
    if mark is None:
        return None
    remark = f"{mark} a remark\n\n"
    first, line_end, rest = text.partition("\n")
    return first + line_end + remark + rest if first.startswith("#!") else remark + text


def _remark_last(path: str, text: str) -> str | None:
    mark = MARKS.get(language(path, text))
    return None if mark is None else f"{text.rstrip(chr(10))}\n\n{mark} a remark\n\n\n"


def _no_final_newline(path: str, text: str) -> str | None:
    return text.rstrip("\n")


def _moved(files: Files) -> Files | None:
    """Every file under another name in its folder."""
    made = {}
    for path, text in files.items():
        at = PurePosixPath(path)
        if at.name in TOOLS_NAMES or "." not in at.name or not text or at.name.startswith("."):
            return None
        name = f"moved_{at.name}" if at.name.endswith(("_test.go", ".test.js", ".test.ts")) else f"{at.stem}_moved{at.suffix}"
        made[str(at.with_name(name))] = text
    return made


def _split(files: Files) -> Files | None:
    """The last top block of a YAML file in a file of its own, which is included."""
    made = dict(files)
    for path, text in files.items():
        if language(path, text) != "yaml" or place_of(path) == "workflow":
            continue
        try:
            documents = read("yaml", text)
            document = documents[0] if len(documents) == 1 else None
            if not isinstance(document, MapNode) or is_format(path, documents) or len(document.items) < 2:
                continue
            last = next(reversed(document.items))
            kept = {name: node for name, node in document.items.items() if name != last}
            made[path] = written((MapNode(kept, document.span),), Style())
            made[path.replace(".y", "_more.y")] = written((MapNode({last: document.items[last]}, document.span),), Style())
        except NotExpressible:
            continue
    return made if len(made) > len(files) else None


TRANSFORMATIONS = (
    rewriting("any with CRLF", ("*",), _crlf, is_deep=True),
    rewriting("any with a byte order mark", ("*",), _byte_order_mark, is_deep=True),
    rewriting("any with a remark first", ("*",), _remark),
    rewriting("any with a remark last", ("*",), _remark_last),
    rewriting("any without the last line end", ("*",), _no_final_newline),
    Transformation("any under another name", _moved),
    Transformation("any split into two files", _split),
)
