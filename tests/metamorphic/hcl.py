"""Terraform laid out anew: aligned, reordered, with remarks, beside another block."""

from collections.abc import Callable

from tree_sitter import Node

from aicheck.readers.syntax_tree import parse, text_of
from tests.metamorphic.transformation import MOVED, Files, Rewrite, Transformation, rewriting

SIBLING = 'output "unrelated" {\n  value = "blue"\n}\n\n'
Arrange = Callable[[list[Node]], list[Node]]


def _body(text: str) -> Node | None:
    root = parse("terraform", text.encode())
    return next((child for child in root.named_children if child.type == "body"), None) if not root.has_error else None


def _attributes_reversed(children: list[Node]) -> list[Node]:
    """Attributes the other way round, in front of the blocks, whose order may matter."""
    attributes = [child for child in children if child.type == "attribute"]
    return attributes[::-1] + [child for child in children if child.type != "attribute"]


def _render(body: Node, pad: str, step: str, arrange: Arrange, remark: str) -> list[str]:
    lines = []
    children = [child for child in body.named_children if child.type in {"attribute", "block", "comment"}]
    width = max((len(text_of(child.named_children[0])) for child in children if child.type == "attribute"), default=0)
    for child in arrange(children) if pad else children:
        lines += [pad + remark] if remark else []
        if child.type == "comment":
            lines.append(pad + text_of(child).rstrip("\n"))
        elif child.type == "attribute":
            name, value = child.named_children[0], child.named_children[-1]
            lines.append(f"{pad}{text_of(name):<{width}} = {text_of(value)}")
        else:
            inner = next((part for part in child.named_children if part.type == "body"), None)
            header = " ".join(text_of(part) for part in child.named_children if part.type in {"identifier", "string_lit"})
            lines += [f"{pad}{header} {{", *(_render(inner, pad + step, step, arrange, remark) if inner else []), pad + "}"]
    return lines


def _laid_out(step: str, arrange: Arrange = list, remark: str = "") -> Rewrite:
    def rewrite(path: str, text: str) -> str | None:
        body = _body(text)
        return "\n".join(_render(body, "", step, arrange, remark)) + "\n" if body is not None else None

    return rewrite


def _blocks_reversed(path: str, text: str) -> str | None:
    body = _body(text)
    if body is None or any(child.type == "comment" for child in body.named_children):
        return None
    return "\n\n".join(text_of(child) for child in reversed(body.named_children)) + "\n"


def _split(files: Files) -> Files | None:
    """Each file's first block in a file of its own, in the same folder."""
    made = dict(files)
    for path, text in files.items():
        body = _body(text) if path.endswith(".tf") else None
        if body is None or len(body.named_children) < 2 or any(child.type != "block" for child in body.named_children):
            continue
        first, *others = body.named_children
        made[path] = "".join(text_of(child) + "\n" for child in others)
        made[path.replace(".tf", "_more.tf")] = text_of(first) + "\n"
    return made if len(made) > len(files) else None


TRANSFORMATIONS = (
    rewriting("hcl aligned", ("terraform",), _laid_out("    ")),
    rewriting("hcl with attributes reversed", ("terraform",), _laid_out("  ", _attributes_reversed)),
    rewriting("hcl with blocks reversed", ("terraform",), _blocks_reversed),
    rewriting("hcl with # remarks", ("terraform",), _laid_out("  ", remark="# a = remark")),
    rewriting("hcl with /* remarks", ("terraform",), _laid_out("\t", remark="/* a = {remark} */ // two")),
    rewriting("hcl beside another block", ("terraform",), lambda path, text: SIBLING + text),
    Transformation("hcl split into two files", _split, MOVED),
)
