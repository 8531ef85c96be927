"""Where a path expression can point: what anchors it, and which parts below the anchor are fixed.

Values are followed through local and module-level assignments; what cannot be followed is `unknown`, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from aicheck.authoring.deferred import cst
from aicheck.readers.python.arguments import arguments_of
from aicheck.readers.python.region import Region
from aicheck.readers.python.scopes import Binding, dotted_text, identifier
from aicheck.regex import regex

Anchor = Literal["root", "home", "working", "file", "temporary", "given", "unknown", "text"]
"""root: `/`; home: the user's; working: the current directory; file: beside this source file; temporary: made by
tempfile or a test fixture; given: an argument, parameter, environment variable, request or setting; text: a piece
of fixed text that is not a whole path yet."""

DEPTH = 25
PASSING = frozenset(
    """
            str os.fspath os.fsdecode os.path.abspath os.path.realpath os.path.normpath os.path.expandvars os.path.normcase
            pathlib.Path pathlib.PurePath pathlib.PosixPath pathlib.WindowsPath anyio.Path os.path.expanduser sorted list tuple
            set reversed iter copy.copy upath.UPath
            """.split()  # noqa: SIM905
)
"""Calls whose result points where their first argument points (or holds what it holds)."""
PASSING_METHODS = frozenset(
    ["resolve", "absolute", "expanduser", "as_posix", "strip", "rstrip", "lstrip", "lower", "__str__", "__fspath__", "copy"]
)
PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.WindowsPath", "anyio.Path", "upath.UPath"})
LISTING = frozenset({"os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob"})
LISTING_METHODS = frozenset({"iterdir", "glob", "rglob", "walk"})
TEMPORARY = regex(r"^(tempfile\.(mkdtemp|mkstemp|gettempdir|TemporaryDirectory|NamedTemporaryFile|mktemp)|pytest\.|py\.path\.)")
TEMPORARY_NAMES = regex(
    r"^(tmp|temp)(_?(path|dir|directory|folder|root|path_factory))?\d*$|(^|_)te?mp_?(dir|directory|path|folder)?$|^scratch", re.IGNORECASE
)
GIVEN_CALLS = regex(
    r"^(os\.environ\.get|os\.getenv|os\.environ\.pop|input|.*\.(parse_args|parse_known_args)|sys\.argv\.pop|click\.prompt|typer\.prompt)$"
)
GIVEN_BASES = regex(
    r"^(args?|argv|opts?|options|params?|parameters|kwargs|config|cfg|conf|configuration|settings?|request|req|event|payload|namespace|ns|flags|FLAGS|body|form|query|env|environ)$"
)
HOME_VARIABLES = frozenset({"HOME", "USERPROFILE"})


class Origin(msgspec.Struct, frozen=True):
    """One place that a path can point to."""

    anchor: Anchor
    parts: tuple[str, ...] = ()
    """Below the anchor; `*` for a part that is not fixed."""
    source: str = ""
    """For `given`: what gives it, as it should be named in a message."""

    def below(self, text: str) -> Origin:
        """What lies at this place, then the relative path `text`; an absolute one replaces it."""
        if text.startswith(("/", "~")):
            return parse_path(text)
        parts = list(self.parts)
        for part in text.replace("\\", "/").split("/"):
            if part == ".." and parts:
                parts.pop()
            elif part not in {"", ".", ".."}:
                parts.append(part)
        return Origin(self.anchor, tuple(parts), self.source)

    @property
    def up(self) -> Origin:
        """Its parent directory."""
        return Origin(self.anchor, self.parts[:-1], self.source)

    @property
    def ends_fixed(self) -> bool:
        """Whether the last part is fixed text, so that only a directory of that name can be meant."""
        return bool(self.parts) and "*" not in self.parts[-1]


UNKNOWN = Origin("unknown")


def parse_path(text: str) -> Origin:
    """The place that a fixed text names; `~` counts as the home directory only at its start."""
    if re.match(r"^[A-Za-z]:[\\/]", text):
        return Origin("root").below(text[3:])
    if text.startswith(("/", "\\")):
        return Origin("root").below(text.lstrip("/\\"))
    if text == "~" or text.startswith("~/"):
        return Origin("home").below(text[2:])
    expanded = re.match(r"^\$\{?HOME\}?(/|$)", text)
    return Origin("home").below(text[expanded.end() :]) if expanded else Origin("working").below(text)


class PathReader:
    """Reads path expressions of one region."""

    def __init__(self, region: Region) -> None:
        self.region = region

    def origins(self, node: cst.BaseExpression) -> frozenset[Origin]:
        """Every place the expression can point to, as far as assignments tell; {UNKNOWN} when nothing is known."""
        return frozenset(self._read(node, DEPTH)) or frozenset({UNKNOWN})

    def _read(self, node: cst.CSTNode, depth: int) -> set[Origin]:  # noqa: C901, PLR0911, PLR0912  one branch for each kind of expression
        if depth <= 0:
            return {UNKNOWN}
        if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
            value = node.evaluated_value
            return {parse_path(value if isinstance(value, str) else (value or b"").decode("latin-1"))}
        if isinstance(node, cst.FormattedString):
            return self._read_pieces(list(_pieces(node)), depth)
        if isinstance(node, cst.Name):
            return self._read_name(node, depth)
        if isinstance(node, cst.BinaryOperation):
            return self._read_operation(node, depth)
        if isinstance(node, cst.BooleanOperation):
            return self._read(node.left, depth - 1) | self._read(node.right, depth - 1)
        if isinstance(node, cst.IfExp):
            return self._read(node.body, depth - 1) | self._read(node.orelse, depth - 1)
        if isinstance(node, cst.Call):
            return self._read_call(node, depth)
        if isinstance(node, cst.Attribute):
            return self._read_attribute(node, depth)
        if isinstance(node, cst.Subscript):
            return self._read_subscript(node, depth)
        if isinstance(node, (cst.Await, cst.NamedExpr)):
            return self._read(node.expression if isinstance(node, cst.Await) else node.value, depth - 1)
        if isinstance(node, (cst.List, cst.Tuple, cst.Set)):
            return {origin for element in node.elements for origin in self._read(element.value, depth - 1)}
        if isinstance(node, (cst.ListComp, cst.GeneratorExp, cst.SetComp)):
            return self._read(node.elt, depth - 1)
        return {UNKNOWN}

    # -- names

    def _read_name(self, node: cst.Name, depth: int) -> set[Origin]:
        name = identifier(node)
        bindings = self._reaching(node)
        if not bindings:
            if name == "__file__":
                return {Origin("file", ("this",))}
            value = self.region.constant(name)
            return self._read(value, depth - 1) if value is not None else {UNKNOWN}
        found: set[Origin] = set()
        for binding in bindings:
            found |= self._read_binding(binding, depth - 1)
        return found

    def _reaching(self, node: cst.Name) -> list[Binding]:
        """The bindings that can hold at `node`: those before it, from the last one that surely ran."""
        here = self.region.position(node)
        around = set(self.region.ancestors(node))
        found: list[Binding] = []
        bindings = self.region.bindings(node)
        if not any(binding.node not in around and self.region.position(binding.node) < here for binding in bindings):
            return [binding for binding in bindings if binding.node not in around or binding.kind in {"for", "with"}]
        for binding in reversed(bindings):
            inside_own = binding.node in around and binding.kind not in {"for", "with"}
            if self.region.position(binding.node) > here or inside_own:
                continue
            found.append(binding)
            block = next((one for one in self.region.ancestors(binding.node) if isinstance(one, (cst.BaseSuite, cst.Module))), None)
            if binding.kind != "augment" and (block in around or binding.kind == "parameter"):
                break
        return found

    def _read_binding(self, binding: Binding, depth: int) -> set[Origin]:  # noqa: PLR0911  one return for each kind
        if binding.kind == "parameter":
            if TEMPORARY_NAMES.search(binding.name):
                return {Origin("temporary")}
            if binding.name in {"self", "cls"}:
                return {UNKNOWN}
            return {Origin("given", (), f"parameter `{binding.name}`")}
        if binding.value is None:
            return {UNKNOWN}
        if binding.kind == "for":
            return self._read_items(binding.value, depth)
        if binding.kind == "assign" or (binding.kind == "with" and isinstance(binding.value, cst.Call)):
            return self._read(binding.value, depth)
        return {UNKNOWN}

    def _read_items(self, iterable: cst.BaseExpression, depth: int) -> set[Origin]:
        """Where the items of an iterable point: below what is listed, or what the container holds."""
        if (
            isinstance(iterable, cst.Call)
            and self.region.resolve(iterable.func) in {"sorted", "list", "reversed", "set", "tuple", "enumerate", "iter"}
            and iterable.args
        ):
            return self._read_items(iterable.args[0].value, depth - 1)
        if isinstance(iterable, cst.Call):
            name = self.region.resolve(iterable.func)
            if name in LISTING and iterable.args:
                return (
                    self._read(iterable.args[0].value, depth - 1)
                    if name == "os.walk"
                    else self._listed(self._read(iterable.args[0].value, depth - 1))
                )
            if isinstance(iterable.func, cst.Attribute) and iterable.func.attr.value in LISTING_METHODS:
                found = self._listed(self._read(iterable.func.value, depth - 1))
                pattern = _pattern(iterable)
                fixed = pattern and pattern.strip("*/") and iterable.func.attr.value != "walk"
                return {origin.up.below(pattern) for origin in found} if fixed else found
        return {origin.below("*") if origin.anchor == "given" else origin for origin in self._read(iterable, depth - 1)}

    def _listed(self, folders: set[Origin]) -> set[Origin]:
        return {folder.below("*") for folder in folders}

    # -- operations and calls

    def _read_operation(self, node: cst.BinaryOperation, depth: int) -> set[Origin]:
        if isinstance(node.operator, cst.Divide):
            return self._join([node.left, node.right], depth)
        if isinstance(node.operator, cst.Add):
            return self._read_pieces([node.left, node.right], depth)
        if isinstance(node.operator, cst.Modulo):
            return self._read_pieces([node.left], depth)
        return {UNKNOWN}

    def _join(self, nodes: list[cst.BaseExpression], depth: int) -> set[Origin]:
        found = self._read(nodes[0], depth - 1)
        for node in nodes[1:]:
            text = self.fixed_text(node)
            if text is not None:
                found = {origin.below(text) for origin in found}
                continue
            tails = self._read(node, depth - 1)
            found = {self._append(origin, tail) for origin in found for tail in tails}
        return found

    def _append(self, origin: Origin, tail: Origin) -> Origin:
        if tail.anchor in {"root", "home", "temporary", "file"} and not origin.parts:
            return tail
        if tail.anchor == "working":
            return origin.below("/".join(tail.parts))
        if origin.anchor in {"working", "file", "unknown"} and tail.anchor == "given":
            return Origin("given", (*origin.parts, "*", *tail.parts), tail.source)
        return Origin(origin.anchor, (*origin.parts, "*", *tail.parts), origin.source)

    def _read_pieces(self, pieces: list[cst.BaseExpression | str], depth: int) -> set[Origin]:
        """Text put together from pieces (`f"{root}/build"`, `root + "/build"`)."""
        first, rest = pieces[0] if pieces else "", pieces[1:]
        found = {parse_path(first)} if isinstance(first, str) else self._read(first, depth - 1)
        for piece in rest:
            text = piece if isinstance(piece, str) else self.fixed_text(piece)
            if text is None and not isinstance(piece, str):
                found = {self._append(origin, tail) for origin in found for tail in self._read(piece, depth - 1)}
            else:
                found = {_extend(origin, text or "") for origin in found}
        return found

    def _read_call(self, node: cst.Call, depth: int) -> set[Origin]:  # noqa: PLR0911  one return for each kind
        arguments = arguments_of(self.region, node)
        name, values = arguments.callee, list(arguments.positional)
        if TEMPORARY.match(name):
            return {Origin("temporary")}
        if name == "pathlib.Path.home":
            return {Origin("home")}
        if name in {"os.getcwd", "os.getcwdb", "pathlib.Path.cwd"}:
            return {Origin("working")}
        if GIVEN_CALLS.match(name):
            return self._read_environment(name, arguments.get("key", 0), arguments.get("default", 1), depth)
        if name == "os.path.dirname" and values:
            return {origin.up for origin in self._read(values[0], depth - 1)}
        if (name == "os.path.join" or name in PATHS) and values:
            return self._join(values, depth)
        if name in PATHS:
            return {Origin("working")}
        if name in LISTING and values:
            return self._listed(self._read(values[0], depth - 1))
        if name in PASSING and values:
            return self._read(values[0], depth - 1)
        return self._read_method(node, depth)

    def _read_method(self, node: cst.Call, depth: int) -> set[Origin]:  # noqa: PLR0911  one return for each kind
        if not isinstance(node.func, cst.Attribute):
            return {UNKNOWN}
        method, receiver = node.func.attr.value, node.func.value
        if method in PASSING_METHODS:
            return self._read(receiver, depth - 1)
        if method in LISTING_METHODS:
            return self._listed(self._read(receiver, depth - 1))
        if method == "joinpath":
            return self._join([receiver, *(argument.value for argument in node.args)], depth)
        if method in {"with_name", "with_suffix"}:
            text = self.fixed_text(node.args[0].value) if node.args else None
            return {origin.up.below(text or "*") if method == "with_name" else origin for origin in self._read(receiver, depth - 1)}
        if method in {"get", "pop", "getlist", "get_option"} and self._is_given(receiver):
            default = node.args[1].value if len(node.args) > 1 else None
            return {
                Origin("given", (), f"`{_short(self.region.text(node))}`"),
                *(self._read(default, depth - 1) if default is not None else ()),
            }
        return {UNKNOWN}

    def _read_environment(self, name: str, key: cst.BaseExpression | None, default: cst.BaseExpression | None, depth: int) -> set[Origin]:
        variable = self.fixed_text(key) if key is not None else None
        if variable in HOME_VARIABLES:
            return {Origin("home")}
        found = {
            Origin(
                "given",
                (),
                f"environment variable {variable}" if variable and "environ" in name + "environ" and name != "input" else "input",
            )
        }
        if default is not None and name.startswith("os."):
            found |= {origin for origin in self._read(default, depth - 1) if origin.anchor != "unknown"}
        return found

    def _read_attribute(self, node: cst.Attribute, depth: int) -> set[Origin]:
        name = node.attr.value
        if name == "parent":
            return {origin.up for origin in self._read(node.value, depth - 1)}
        if name in {"path", "name"}:
            inner = self._read(node.value, depth - 1)
            if not inner <= {UNKNOWN} and not self._is_given(node.value) and not _is_parameter(self.region, node.value):
                return inner
        if self._is_given(node.value):
            return {Origin("given", (), f"`{_short(dotted_text(node))}`")}
        return {UNKNOWN}

    def _read_subscript(self, node: cst.Subscript, depth: int) -> set[Origin]:
        name = self.region.resolve(node.value)
        if name == "os.environ":
            index = node.slice[0].slice
            return self._read_environment("os.environ.get", index.value if isinstance(index, cst.Index) else None, None, depth)
        if name == "sys.argv" or self._is_given(node.value) or _is_parameter(self.region, node.value):
            return {Origin("given", (), f"`{_short(self.region.text(node))}`")}
        if isinstance(node.value, cst.Attribute) and node.value.attr.value == "parents":
            return {origin.up for origin in self._read(node.value.value, depth - 1)}
        return {origin for origin in self._read(node.value, depth - 1) if origin.anchor == "given"} or {UNKNOWN}

    def _is_given(self, node: cst.BaseExpression) -> bool:
        """Whether an object holds arguments, settings or a request, by its name or by how it was made."""
        dotted = dotted_text(node)
        if not dotted:
            return isinstance(node, cst.Call) and bool(GIVEN_CALLS.match(self.region.resolve(node.func) or dotted_text(node.func)))
        if isinstance(node, cst.Name):
            for binding in self.region.bindings(node):
                if isinstance(binding.value, cst.Call) and re.search(r"parse_(known_)?args$", dotted_text(binding.value.func)):
                    return True
        return any(GIVEN_BASES.match(part) for part in dotted.split(".")) and self.region.resolve(node) != "sys.argv"

    def fixed_text(self, node: cst.BaseExpression) -> str | None:
        """The value of an expression that is one fixed text, names followed; else None."""
        if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
            value = node.evaluated_value
            return value if isinstance(value, str) else None
        if isinstance(node, cst.Name):
            bindings = self.region.bindings(node)
            if not bindings:
                constant = self.region.constant(identifier(node))
                return self.fixed_text(constant) if constant is not None and not isinstance(constant, cst.Name) else None
            if len(bindings) == 1 and bindings[0].kind == "assign" and isinstance(bindings[0].value, cst.SimpleString):
                return self.fixed_text(bindings[0].value)
        return None


def _extend(origin: Origin, text: str) -> Origin:
    """The place after `text` was put directly behind it: a part grows, or new parts follow a slash."""
    if text.startswith(("/", "\\")):
        return origin.below(text.lstrip("/\\"))
    head, slash, tail = text.replace("\\", "/").partition("/")
    last = origin.parts[-1] + head if origin.parts else head
    grown = Origin(origin.anchor, (*origin.parts[:-1], last) if last else origin.parts, origin.source)
    return grown.below(tail) if slash else grown


def _pieces(node: cst.FormattedString) -> Iterator[cst.BaseExpression | str]:
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            yield part.value
        elif isinstance(part, cst.FormattedStringExpression):
            yield part.expression


def _pattern(call: cst.Call) -> str:
    value = call.args[0].value if call.args else None
    text = value.evaluated_value if isinstance(value, cst.SimpleString) else ""
    return text if isinstance(text, str) else ""


def _is_parameter(region: Region, node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and any(
        binding.kind == "parameter" and binding.name not in {"self", "cls"} for binding in region.bindings(node)
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else line[:27] + "..."
