"""JSON and TOML in other layouts, and settings in another format."""

import json
from collections.abc import Callable
from pathlib import PurePosixPath

from aicheck.readers import dotenv_tree
from aicheck.readers.place import place_of
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import MapNode, Node
from tests.metamorphic.formats import as_ini, as_json, as_toml, as_variables
from tests.metamorphic.transformation import REPLACED, REREAD, Files, Rewrite, Transformation, language, rewriting, with_lines
from tests.metamorphic.trees import NotExpressibleError, leaves, meaning, nested, read, reversed_maps
from tests.metamorphic.yaml import is_format
from tests.metamorphic.yaml_styles import Style, written

OWN_NAMES = frozenset({"package.json", "pyproject.toml", "serverless.yaml", "serverless.json", "codecov.yaml"})
"""Files that a tool looks for under this very name."""


def _json(write: Callable[[Node], str]) -> Rewrite:
    def rewrite(path: str, text: str) -> str | None:
        try:
            (document,) = documents = read("json", text)
            made = write(document)
        except (NotExpressibleError, ValueError):
            return None
        assert meaning(read("json", made)) == meaning(documents), f"another meaning, in {path}:\n{made}"
        return made

    return rewrite


def _escaped(node: Node) -> str:
    """With the first letter of every text as an escape."""
    plain = json.loads(as_json(node))
    return json.dumps(plain).replace('"a', '"\\u0061').replace('"t', '"\\u0074').replace('"m', '"\\u006d').replace('"r', '"\\u0072')


def _toml(write: Callable[[Node], str]) -> Rewrite:
    def rewrite(path: str, text: str) -> str | None:
        try:
            (document,) = documents = read("toml", text)
            made = write(document)
        except (NotExpressibleError, ValueError):
            return None
        assert meaning(read("toml", made)) == meaning(documents), f"another meaning, in {path}:\n{made}"
        return made

    return rewrite


def _toml_remarked(path: str, text: str) -> str | None:
    try:
        found = [leaf for document in read("toml", text) for leaf in leaves(document)]
    except NotExpressibleError:
        return None
    single = {leaf.span.line for leaf in found if leaf.span.line == leaf.span.end_line}
    return with_lines(text, single, lambda pad: f"\n{pad}# a remark = none\n") if "[\n" not in text and '"""' not in text else None


def _json_beside(path: str, text: str) -> str | None:
    return '{"unrelated": {"colour": "blue"}, ' + text[1:] if text.startswith('{"') else None


def _json_nested(path: str, text: str) -> str | None:
    if PurePosixPath(path).name in OWN_NAMES or path.startswith("."):
        return None
    try:
        (document,) = read("json", text)
        return as_json(nested(document, "platform", "shop"), 4)
    except (NotExpressibleError, ValueError):
        return None


def _reformatted(suffix: str, write: Callable[[Node], str]) -> Callable[[Files], Files | None]:
    """Every file of settings under another suffix, in that format."""

    def apply(files: Files) -> Files | None:
        made: dict[str, str] = {}
        for path, text in files.items():
            try:
                made[str(_renamed(path, suffix))] = write(_settings(path, text))
            except NotExpressibleError:
                return None
        return made if made.keys() != files.keys() else None

    return apply


def _settings(path: str, text: str) -> Node:
    """The one mapping of a file of settings that no tool wants in this format. Raises NotExpressibleError."""
    known = language(path, text)
    if known == "dotenv":
        documents: tuple[Node, ...] = dotenv_tree.read_dotenv(SourceText(text.encode()))
    elif known in {"json", "toml", "yaml"}:
        documents = read(known, text)
    else:
        raise NotExpressibleError("no such format")
    is_own = PurePosixPath(path).name in OWN_NAMES or path.startswith(".") or place_of(path) == "workflow"
    if is_own or len(documents) != 1 or is_format(path, documents) or not isinstance(documents[0], MapNode):
        raise NotExpressibleError("a tool wants this format")
    return documents[0]


def _renamed(path: str, suffix: str) -> PurePosixPath:
    at = PurePosixPath(path)
    return at.with_name((at.name.removeprefix(".").rpartition(".")[0] or at.name.strip(".")) + suffix)


TRANSFORMATIONS = (
    rewriting("json indented", ("json",), _json(lambda node: as_json(node, 4) + "\n")),
    rewriting("json with escapes", ("json",), _json(_escaped), REREAD),
    rewriting("json with keys reversed", ("json",), _json(lambda node: as_json(reversed_maps(node), 2))),
    rewriting("json beside another block", ("json",), _json_beside),
    rewriting("json nested deeper", ("json",), _json_nested, REPLACED),
    rewriting("toml in sections", ("toml",), _toml(lambda node: as_toml(node, inline=False))),
    rewriting("toml in braces", ("toml",), _toml(lambda node: as_toml(node, inline=True)), REREAD),
    rewriting("toml with keys reversed", ("toml",), _toml(lambda node: as_toml(reversed_maps(node), inline=False))),
    rewriting("toml with remarks", ("toml",), _toml_remarked),
    Transformation("settings as yaml", _reformatted(".yaml", lambda node: written((node,), Style())), REPLACED),
    Transformation("settings as json", _reformatted(".json", lambda node: as_json(node, 2)), REPLACED),
    Transformation("settings as env", _reformatted(".env", as_variables), REPLACED),
    Transformation("settings as ini", _reformatted(".ini", as_ini), REPLACED),
    Transformation("settings as toml", _reformatted(".toml", lambda node: as_toml(node, inline=False)), REPLACED),
)
