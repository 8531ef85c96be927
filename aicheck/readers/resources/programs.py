"""Python programs that declare infrastructure to resources: Pulumi and the AWS CDK. Nothing runs."""

import ast

from msgspec.structs import replace

from aicheck.model.facts import Platform, Resource, Setting
from aicheck.readers.constants.folding import written
from aicheck.readers.constants.python_fold import fold
from aicheck.readers.constants.python_values import CALLEE, PythonValues, dotted, last_name
from aicheck.readers.python.names import ModuleNames, imported_names, read_names
from aicheck.readers.python_text import decode
from aicheck.readers.python_tree import parse_tree
from aicheck.readers.resources.naming import Names, attributes_of
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import MapNode, Node
from aicheck.regex import regex

CDK_NAMES = ("id", "construct_id")
PULUMI_NAMES = ("resource_name",)
STACK_SETTINGS = frozenset({"env", "termination_protection"})
"""What only a stack is given, also one of a class that the file imports from another one."""
NOT_RESOURCES = ("Args", "ArgsDict", "Options", "Output")
LATER = frozenset({"deletion_policy", "deletion_protection", "removal_policy", "termination_protection", "update_replace_policy"})
"""Attributes that a program may set on a resource after it was made."""
_MEMBER = regex(r"(?:\w+\.){0,8}[A-Z]\w*\.([A-Z][A-Z0-9_]*)")
"""The member of an enumeration: `RemovalPolicy.RETAIN`."""


def read_program(data: bytes) -> tuple[Resource, ...]:
    """The resources that a file makes, in the order in which their calls end; none for a file that Python itself cannot read.

    `opts` of Pulumi's resources stands below `opts`; the fields of an `...Args` object are attributes of the resource.
    What a variable of the module holds, and what is set on the resource later, counts.
    """
    text = decode(data)
    try:
        tree = parse_tree(text)
    except (SyntaxError, MemoryError, RecursionError, ValueError):
        return ()
    return _Program(tree, text).read()


class _Program:
    def __init__(self, tree: ast.Module, text: str) -> None:
        self._nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.Call | ast.Import | ast.ImportFrom)]
        self._nodes.sort(key=_order)
        self._names = self._read_names(tree)
        self._values = PythonValues(SourceText(text.encode()))
        self._addresses = Names()
        self._found: list[Resource] = []
        self._calls: dict[ast.Call, int] = {}
        """Calls that made a resource -> its position."""
        self._variables: dict[str, int] = {}

    def _read_names(self, tree: ast.Module) -> ModuleNames:
        """With the imports inside of functions."""
        names = read_names(tree)
        for node in self._nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for local, name in imported_names(node):
                    names.imports.setdefault(local, name)
        return names

    def read(self) -> tuple[Resource, ...]:
        for node in self._nodes:
            if isinstance(node, ast.Call):
                self._read_call(node)
            elif isinstance(node, ast.Assign):
                self._read_assignment(node)
        return tuple(self._found)

    def _read_call(self, call: ast.Call) -> None:
        name = self._names.dotted(call.func) or dotted(call.func)
        package, _, rest = name.partition(".")
        if package.startswith("pulumi_") and rest.rpartition(".")[2][:1].isupper() and not name.endswith(NOT_RESOURCES):
            self._add(call, f"{package.removeprefix('pulumi_')}.{rest}", _argument(call, 0, PULUMI_NAMES))
        elif package == "aws_cdk" and rest.rpartition(".")[2][:1].isupper():
            self._add(call, rest, _argument(call, 1, CDK_NAMES))
        elif any(keyword.arg in STACK_SETTINGS for keyword in call.keywords):
            self._add(call, last_name(call.func), _argument(call, 1, CDK_NAMES))
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "apply_removal_policy" and (call.args or call.keywords):
            self._set(dotted(call.func.value), "removal_policy", call.args[0] if call.args else call.keywords[0].value)

    def _read_assignment(self, node: ast.Assign) -> None:
        for target in node.targets:
            if isinstance(node.value, ast.Call) and node.value in self._calls:
                self._variables[dotted(target)] = self._calls[node.value]
            elif isinstance(target, ast.Attribute) and target.attr in LATER:
                self._set(dotted(target.value).removesuffix(".cfn_options"), target.attr, node.value)

    def _add(self, call: ast.Call, kind: str, named: ast.expr | None) -> None:
        if named is None:
            return
        known = self._values.literal(named)
        label = known.value if known is not None else f"{{{self._values.expression(named).value}}}"
        self._calls[call] = len(self._found)
        platform: Platform = "pulumi" if self._names.dotted(call.func).startswith("pulumi_") else "cdk"
        tree = MapNode(self._given(call, named), self._values.span(call))
        attributes = tuple(self._plain(setting) for setting in attributes_of(tree))
        self._found.append(Resource(self._addresses.unique(f"{kind}/{label}"), kind, attributes, tree.span, platform))

    def _given(self, call: ast.Call, named: ast.expr) -> dict[str, Node]:
        """What a call is given, without its name, by the names of its keywords; `**` for what only a run could tell."""
        items: dict[str, Node] = {}
        for name, value in [
            *(("", argument) for argument in call.args),
            *((keyword.arg or "**", keyword.value) for keyword in call.keywords),
        ]:
            if value is named:
                continue
            node = self._values.read(value)
            if isinstance(value, ast.Call) and last_name(value.func) == "ResourceOptions":
                items["opts"] = node
            elif isinstance(node, MapNode) and name in {"", "**", "args"}:
                items.update(node.items)
            elif name:
                items[name] = node
        items.pop(CALLEE, None)
        return items

    def _plain(self, setting: Setting) -> Setting:
        """With the value of a variable of the module, and an enumeration's member, as a literal."""
        if setting.type != "expression":
            return setting
        member = _MEMBER.fullmatch(setting.value)
        if member is not None:
            return replace(setting, value=member[1], type="string")
        bound = self._names.values.get(setting.value, [])
        value = fold(bound[0]) if len(bound) == 1 and bound[0] is not None else None
        if value is None:
            return setting
        text, kind = written(value)
        return replace(setting, value=text, type=kind)

    def _set(self, owner: str, name: str, value: ast.expr) -> None:
        """An attribute that is set after the resource was made: it takes the place of what the call was given."""
        position = self._variables.get(owner)
        if position is None:
            return
        leaf = self._values.literal(value) or self._values.expression(value)
        setting = self._plain(Setting((name,), leaf.value, leaf.type, leaf.span))
        resource = self._found[position]
        others = (other for other in resource.attributes if other.key != setting.key)
        self._found[position] = replace(resource, attributes=(*others, setting))


def _order(node: ast.stmt | ast.expr) -> tuple[int, int, bool]:
    """By where a node ends: a call comes before the assignment of what it makes."""
    return (node.end_lineno or 0, node.end_col_offset or 0, isinstance(node, ast.Assign))


def _argument(call: ast.Call, position: int, names: tuple[str, ...]) -> ast.expr | None:
    by_name = next((keyword.value for keyword in call.keywords if keyword.arg in names), None)
    return call.args[position] if len(call.args) > position else by_name
