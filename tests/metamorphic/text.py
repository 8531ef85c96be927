"""What any file can take: other line ends, a byte order mark, a remark at its top, another name, its blocks in two files."""

from pathlib import PurePosixPath

from aicheck.readers.place import place_of
from aicheck.readers.tree import MapNode
from tests.metamorphic.transformation import MOVED, REREAD, Files, Transformation, language, rewriting
from tests.metamorphic.trees import NotExpressibleError, read
from tests.metamorphic.yaml import is_format
from tests.metamorphic.yaml_styles import Style, written

MARKS = {"go": "//", "java": "//", "javascript": "//", "sql": "--", "typescript": "//"} | dict.fromkeys(
    ("crontab", "dockerfile", "dotenv", "ini", "makefile", "python", "shell", "systemd", "terraform", "toml", "yaml"), "#"
)
"""How a remark begins."""
TOOLS_NAMES = frozenset({"Dockerfile", "Makefile", "Procfile", "package.json", "compose.yaml", "pyproject.toml", ".env"})


def _as_windows_writes(path: str, text: str) -> str | None:
    """With CRLF line ends, and a byte order mark where no `#!` begins the file."""
    return ("" if text.startswith("#!") else "\ufeff") + text.replace("\n", "\r\n")


def _remarked(path: str, text: str) -> str | None:
    """With remarks as its first and its last line, and without the last line end."""
    mark = MARKS.get(language(path, text))
    if mark is None:
        return text.rstrip("\n")
    remark = f"{mark} a remark\n\n"
    first, line_end, rest = text.partition("\n")
    begun = first + line_end + remark + rest if first.startswith("#!") else remark + text
    return f"{begun.rstrip()}\n\n{mark} a remark"


def _moved(files: Files) -> Files | None:
    """Every file under another name in its folder."""
    made = {}
    for path, text in files.items():
        at = PurePosixPath(path)
        if at.name in TOOLS_NAMES or "." not in at.name or not text or at.name.startswith("."):
            return None
        name = f"moved_{at.name}" if at.name.endswith(("_test.go", ".test.js", ".test.ts")) else f"{at.stem}_moved{at.suffix}"
        made[str(at.with_name(name))] = text
    return made or None


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
        except NotExpressibleError:
            continue
    return made if len(made) > len(files) else None


TRANSFORMATIONS = (
    rewriting("any as Windows writes it", ("*",), _as_windows_writes, REREAD),
    rewriting("any between remarks", ("*",), _remarked),
    Transformation("any under another name", _moved, MOVED),
    Transformation("any split into two files", _split, MOVED),
)
