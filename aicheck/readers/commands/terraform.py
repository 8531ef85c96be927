"""Commands in Terraform: what provisioners and hooks run, and scripts that a machine runs at its first start."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from aicheck.model.facts import Command
from aicheck.model.location import Span
from aicheck.readers.commands.host import Host, Locate, commands_of_text, commands_of_words, in_file_order
from aicheck.readers.commands.placement import Placer
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_valid, text_of, walk
from aicheck.readers.terraform import MAX_NODES_DEEP
from aicheck.regex import regex

NEEDLES = regex(rb"provisioner|user_data|startup[-_]script|custom_data|(?:before|after|error)_hook")
"""A file without any of these holds no command."""
SCRIPT_KEYS = frozenset({"user_data", "user_data_base64", "custom_data", "startup_script", "metadata_startup_script", "startup-script"})
HOOKS = frozenset({"after_hook", "before_hook", "error_hook"})
"""Blocks of Terragrunt whose `execute` is a list of words."""
INTERPOLATION = regex(r'\$\$\{[^{}]*\}|[$%]\{(?:[^{}"]|"[^"]*"|\{[^{}]*\})*+\}')
"""`${var.name}`, filled in before a shell sees it, and `$${name}`, which is the shell's own."""
SHELL = regex(r"(?:.*/)?(?:ba|da|a|k|z)?sh$")
SHELL_SCRIPT = regex(r"\s*#!\s*\S*?(?:/env\s+)?(?:ba|da|a|k|z)?sh\b")
TEXTS = frozenset({"heredoc_template", "quoted_template", "string_lit"})
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\"}
_ESCAPE = regex(r"\\.")


@dataclass(frozen=True, slots=True)
class _Block:
    depth: int
    kind: str
    labels: tuple[str, ...]
    attributes: dict[str, Node]


def read_terraform_commands(path: str, data: bytes) -> tuple[Command, ...]:
    """The commands of a file in file order. Symbols: `aws_instance.web provisioner local-exec`, `aws_instance.web user_data`.

    `path` is not looked at: where they run follows from the block. Raises Unreadable.
    """
    del path
    if NEEDLES.search(data) is None:
        return ()
    source = SourceText(data)
    placer = Placer(source)
    found: list[Command] = []
    blocks: list[_Block] = []
    for depth, node in walk(parse_valid("terraform", source, MAX_NODES_DEEP)):
        while blocks and blocks[-1].depth >= depth:
            blocks.pop()
        if node.type == "block":
            blocks.append(_block(depth, node))
        elif node.type in {"attribute", "object_elem"} and blocks and node.named_children:
            for literals, host in _scripts(blocks, node):
                found += _commands(literals, host, placer, source)
            found += _hook(blocks, node, source)
    return in_file_order(found)


def _block(depth: int, node: Node) -> _Block:
    names = [text_of(child).strip('"') for child in node.named_children if child.type in {"identifier", "string_lit"}]
    body = next((child for child in node.named_children if child.type == "body"), None)
    attributes = {text_of(child.named_children[0]): child for child in (body.named_children if body else ()) if child.type == "attribute"}
    return _Block(depth, names[0], tuple(names[1:]), attributes)


def _scripts(blocks: list[_Block], attribute: Node) -> Iterator[tuple[list[Node], Host]]:
    """(literals, host) of each script of an attribute; the lines of `inline` are one script."""
    block, key = blocks[-1], text_of(attribute.named_children[0]).strip('"')
    address = ".".join(blocks[0].labels)
    if block.kind == "provisioner":
        host = _provisioner(block, address)
        literals = list(_literals(attribute))
        kind = " ".join(block.labels)
        if kind == "remote-exec" and key == "inline":
            yield literals, host
        elif kind == "local-exec" and key == "command" and _is_shell(block):
            yield from (([literal], host) for literal in literals)
    elif key in SCRIPT_KEYS:
        for literal in _literals(attribute):
            if SHELL_SCRIPT.match(_raw(literal)[1]):
                yield [literal], Host(f"{address} {key}", "start-up", template=INTERPOLATION)


def _provisioner(block: _Block, address: str) -> Host:
    kind = " ".join(block.labels)
    when, failure = (_value(block.attributes.get(name)) for name in ("when", "on_failure"))
    return Host(
        f"{address} provisioner {kind}".strip(),
        "deploy",
        failure == "continue",
        f"when = {when}" if when else "",
        wrapper=("ssh",) if kind == "remote-exec" else (),
        template=INTERPOLATION,
    )


def _is_shell(block: _Block) -> bool:
    interpreter = block.attributes.get("interpreter")
    words = [_raw(literal)[1] for literal in _literals(interpreter)] if interpreter is not None else []
    return not words or SHELL.match(words[0]) is not None


def _hook(blocks: list[_Block], attribute: Node, source: SourceText) -> list[Command]:
    block = blocks[-1]
    if block.kind not in HOOKS or text_of(attribute.named_children[0]) != "execute":
        return []
    words = [_raw(literal)[1] for literal in _literals(attribute)]
    host = Host(" ".join((block.kind, *block.labels)), "deploy", template=INTERPOLATION)
    return commands_of_words(words, source.node_span(attribute), host)


def _commands(literals: list[Node], host: Host, placer: Placer, source: SourceText) -> list[Command]:
    places: list[Locate] = []
    starts: list[int] = []
    texts: list[str] = []
    for literal in literals:
        text, place = _placed(literal, placer, source)
        starts.append(starts[-1] + len(texts[-1]) + 1 if texts else 0)
        texts.append(text)
        places.append(place)

    def locate(start: int, end: int) -> Span:
        number = max(bisect_right(starts, start) - 1, 0)
        return places[number](start - starts[number], min(end - starts[number], len(texts[number])))

    return commands_of_text("\n".join(texts), locate, host) if texts else []


def _placed(literal: Node, placer: Placer, source: SourceText) -> tuple[str, Locate]:
    """The text of a literal and where its parts stand: in a text with escapes nowhere but in the whole."""
    offset, text = _raw(literal)
    span = source.node_span(literal)
    base = placer.offset(span) + offset
    if literal.type != "heredoc_template" and "\\" in text:
        return _ESCAPE.sub(lambda found: ESCAPES.get(found.group(), found.group()), text), lambda _start, _end: span
    return text, lambda start, end: source.span(base + start, base + end)


def _literals(attribute: Node) -> Iterator[Node]:
    """The outermost texts of an attribute's value, those inside interpolations left out."""
    inside: int | None = None
    for depth, node in walk(attribute):
        if inside is not None and depth > inside:
            continue
        inside = depth if node.type in TEXTS else None
        if inside is not None:
            yield node


def _raw(literal: Node) -> tuple[int, str]:
    """(offset in the literal, text) between the quotes or the marks of a heredoc."""
    text = text_of(literal)
    if literal.type != "heredoc_template":
        return 1, text[1:-1]
    start = text.find("\n") + 1
    return start, text[start : text.rfind("\n") + 1]


def _value(attribute: Node | None) -> str:
    return text_of(attribute.named_children[-1]).strip('"') if attribute is not None else ""
