"""YAML in other styles, in JSON's, with anchors, reordered, nested deeper, beside something else."""

from collections.abc import Callable

from aicheck.readers.place import place_of
from aicheck.readers.template import is_template
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from tests.metamorphic.formats import as_json
from tests.metamorphic.transformation import REFORMATTED, REPLACED, REREAD, Rewrite, Transformation, Trial, rewriting, with_lines
from tests.metamorphic.trees import NotExpressibleError, leaves, meaning, nested, read, reversed_maps
from tests.metamorphic.yaml_styles import Style, written

ORDERED = frozenset({"steps", "tasks", "pre_tasks", "post_tasks", "handlers", "initContainers", "rules", "jobs", "strategies", "routes"})
"""Lists whose order is part of what they say."""
KNOWN_FORMS = frozenset({"apiVersion", "jobs", "services", "Resources", "on", "stages", "image"})
"""Top keys of formats that mean nothing below another key."""


def is_format(path: str, documents: tuple[Node, ...]) -> bool:
    """Whether a tool's own format says where each key must stand."""
    if place_of(path) == "workflow" or path.startswith("roles/") or "compose" in path:
        return True
    return any(not isinstance(document, MapNode) or KNOWN_FORMS & document.items.keys() for document in documents)


def _written(style: Style, change: Callable[[Node], Node] = lambda node: node) -> Rewrite:
    """A rewrite through the tree, which must mean the same when it is read again."""

    def rewrite(path: str, text: str) -> str | None:
        try:
            documents = read("yaml", text)
            made = written(tuple(change(document) for document in documents), style)
        except NotExpressibleError:
            return None
        if is_template(text) and meaning(read("yaml", made)) != meaning(documents):
            return None
        assert meaning(read("yaml", made)) == meaning(documents), f"another meaning, in {path}:\n{text}\n{made}"
        return made

    return rewrite


def _as_json(path: str, text: str) -> str | None:
    try:
        (document,) = read("yaml", text)
        return as_json(document) + "\n"
    except (NotExpressibleError, ValueError):
        return None


def _reversed_items(node: Node, name: str = "") -> Node:
    """Named items of lists without an order, the other way round."""
    if isinstance(node, MapNode):
        return MapNode({key: _reversed_items(child, key) for key, child in node.items.items()}, node.span)
    if isinstance(node, Leaf):
        return node
    items = [_reversed_items(child) for child in node.items]
    names = [child.items.get("name") for child in items if isinstance(child, MapNode)]
    is_named = len({child.value for child in names if isinstance(child, Leaf)}) == len(items)
    return ListNode(items[::-1] if is_named and name and name not in ORDERED else items, node.span)


def _nested(path: str, text: str) -> str | None:
    try:
        documents = read("yaml", text)
        if is_format(path, documents):
            return None
        return written(tuple(nested(document, "platform", "shop") for document in documents), Style())
    except NotExpressibleError:
        return None


def _long(path: str, text: str) -> str | None:
    try:
        (document,) = read("yaml", text)
    except (NotExpressibleError, ValueError):
        return None
    filler = "".join(f"  shade_{number}: {number}\n" + "  # a remark\n" * 9 for number in range(50))
    is_open = isinstance(document, MapNode) and not text.startswith(("{", "%", "---"))
    return f"unrelated:\n  colour: blue\n  shapes:\n    - round\n    - square\n{filler}{text}" if is_open else None


def _remarked(path: str, text: str) -> str | None:
    try:
        documents = read("yaml", text)
    except NotExpressibleError:
        return None
    found = [leaf for document in documents for leaf in leaves(document)]
    inside = {line for leaf in found for line in range(leaf.span.line + 1, leaf.span.end_line + (leaf.span.end_column > 1))}
    made = with_lines(text, {leaf.span.line for leaf in found} - inside, lambda pad: f"\n{pad}# a remark: none\n")
    assert made is None or meaning(read("yaml", made)) == meaning(documents), f"another meaning, in {path}:\n{made}"
    return made


def _yaml(name: str, rewrite: Rewrite, trials: frozenset[Trial] = REFORMATTED) -> Transformation:
    return rewriting(f"yaml {name}", ("yaml",), rewrite, trials)


TRANSFORMATIONS = (
    _yaml("indented by four, in single quotes", _written(Style(indent=4, quote="'"))),
    _yaml("with lists indented, in double quotes", _written(Style(quote='"', hang=True))),
    _yaml("on one line", _as_json, REREAD),
    _yaml("with anchors and aliases", _written(Style(anchors=True)), REREAD),
    _yaml("with merge keys", _written(Style(merge=True)), REREAD),
    _yaml("with keys reversed", _written(Style(), reversed_maps)),
    _yaml("with named items reversed", _written(Style(), _reversed_items)),
    _yaml("with remarks", _remarked),
    _yaml("nested deeper", _nested, REPLACED),
    _yaml("after 500 other lines", _long, REREAD),
)
