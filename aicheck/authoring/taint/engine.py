"""A walk over the statements of one function that knows, at each call and condition, which expressions hold tainted text.

Works on the standard library's `ast`. Branches are joined, loops are walked twice, functions of the same file are entered
one call deep: for what they return, and for what their callers hand them. What is not understood counts as clean.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Protocol

import msgspec

from aicheck.readers.python.local_names import Function, LocalNames, own_nodes
from aicheck.readers.python.region import Region
from aicheck.readers.python.source import PythonSource
from aicheck.readers.routines.acts import leaving_text, parts_of
from aicheck.regex import regex

BUDGET = 60_000
"""Expressions and statements looked at for one function."""
TWICE = 3
"""Loops inside each other that are walked twice."""
CLEANING = regex(
    r"(?:^|\.)(?:int|float|bool|len|hash|ord|round|sum|min|max|abs|isinstance|type|id|range|uuid\w*|sha\d+|md5|quote|quote_plus|literal_eval|"
    r"escape|secure_filename|basename|hexdigest|digest|isdigit|isalnum|isidentifier|startswith|endswith|count|find|index|print|"
    r"model_validate(?:_json)?|parse_obj|parse_raw|validate_python|validate_json|TypeAdapter)$|"
    r"sanit|redact|mask|scrub|anonymi|escape|whitelist|allow_?list|validated|quote_identifier|safe_join",
    re.IGNORECASE,
)
"""Calls whose result is harmless whatever they are given."""
VALIDATING = regex(r"(?:^|[._])(?:validate|check|ensure|verify|assert|require|reject|is_safe|is_allowed|guard)(?:_\w+)?$", re.IGNORECASE)
"""Calls that raise, or answer, when what they are given is not fine."""
APPROVING = regex(r"fullmatch$|\.match$|(?:^|[._])is_|allowed|valid|safe|confirm|approve|isdigit|isalnum", re.IGNORECASE)
"""Calls that, where they are true, prove what they were asked about."""
PASSING = regex(
    r"(?:^|\.)(?:str|repr|bytes|list|tuple|set|dict|sorted|reversed|iter|next|enumerate|zip|map|filter|loads|dumps|dedent|indent|unescape|unquote|"
    r"search|match|fullmatch|findall|finditer|sub|split|compile|format|render|join|Path|PurePath|fspath|abspath|expanduser|realpath|normpath|text|"
    r"b64decode|decode|encode|deepcopy|copy|cast|StringIO|BytesIO|Template|from_string|parse|ast\.parse|to_thread|wait_for|gather|run|SQL)$|"
    r"extract|strip|clean|unwrap|get_code|parse_\w*(?:code|command|sql|reply|response|output)|code_block|fence|normali[sz]e|dedent|trim|remove_",
    re.IGNORECASE,
)
"""Calls whose result holds what they were given."""
HARMLESS_ATTRIBUTES = frozenset(
    """
    usage id model stop_reason finish_reason role created status status_code type total_tokens input_tokens output_tokens
    index logprobs headers method user is_authenticated name __class__
    """.split()  # noqa: SIM905
)


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Taint(msgspec.Struct, frozen=True):
    """Where a tainted value came from."""

    origin: str
    """How to name it in a message: `the model's reply`."""
    line: int


class Sources(Protocol):
    """Which expressions bring tainted text in."""

    def of_expression(self, node: ast.expr, names: LocalNames) -> Taint | None:
        """The taint that an expression brings by itself."""

    def of_parameter(self, name: str, function: FunctionNode, names: LocalNames) -> Taint | None:
        """The taint of a parameter, told by its name or by the decorators of its function."""


class Moment:
    """One call or condition as the walk reaches it."""

    def __init__(self, walk: _Walk, call: ast.Call | None = None, branch: ast.If | None = None) -> None:
        self.call = call
        self.branch = branch
        """The `if` whose condition was just reached."""
        self.names = walk.names
        self._walk = walk

    def taint(self, node: ast.expr) -> Taint | None:
        """The taint of an expression at this moment; ask before the walk goes on."""
        return self._walk.taint(node)


def follow(region: Region, sources: Sources) -> Iterator[Moment]:
    """Every call and `if` of a region, in the order they run; nothing where only LibCST can read the file."""
    tree, node = region.source.tree, region.index
    if tree is None or node is None:
        return
    module = _Module(region, sources)
    parameters: dict[str, Taint] = {}
    if isinstance(node, Function):
        parameters = module.given(node)
    body = node.body if isinstance(node, ast.Module | Function) else []
    yield from _Walk(module, node, parameters, depth=1).run(body)


class _Calls:
    """The functions of one file by name, and where each is called. Made once for all regions of the file."""

    def __init__(self, source: PythonSource) -> None:
        assert source.tree is not None
        self._source = source
        self._functions: dict[str, list[tuple[bool, FunctionNode]]] = {}
        """Name -> (whether it is a method, node)."""
        self._callers: dict[int, list[ast.Module | FunctionNode]] = {}
        self._outer: dict[int, FunctionNode | None] = {}
        self._names: dict[int, LocalNames] = {}
        stack: list[tuple[ast.AST, bool, FunctionNode | None]] = [(one, False, None) for one in source.tree.body]
        while stack:
            node, in_class, around = stack.pop()
            if isinstance(node, Function):
                self._functions.setdefault(node.name, []).append((in_class, node))
                self._outer[id(node)] = around
                stack.extend((one, False, node) for one in node.body)
            elif not isinstance(node, ast.expr):
                stack.extend((one, in_class or isinstance(node, ast.ClassDef), around) for one in ast.iter_child_nodes(node))
        for holder in (source.tree, *(node for group in self._functions.values() for _, node in group)):
            entered = {
                id(found) for node in own_nodes(holder.body) if isinstance(node, ast.Call) and (found := self.called(node)) is not None
            }
            for key in entered - {id(holder)}:
                self._callers.setdefault(key, []).append(holder)

    def names(self, node: ast.AST) -> LocalNames:
        """The names of a function, those of the functions around it included."""
        found = self._names.get(id(node))
        if found is None:
            around = self._outer.get(id(node))
            found = self._names[id(node)] = LocalNames(self._source.names, node, self.names(around) if around is not None else None)
        return found

    def called(self, call: ast.Call) -> FunctionNode | None:
        """The function of this file that a call enters: by name, or as a method of `self`."""
        if isinstance(call.func, ast.Name):
            return next((node for is_method, node in self._functions.get(call.func.id, ()) if not is_method), None)
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in {"self", "cls"}:
            return next((node for is_method, node in self._functions.get(call.func.attr, ()) if is_method), None)
        return None

    def callers(self, function: FunctionNode) -> list[ast.Module | FunctionNode]:
        """The functions, and the module, that call it themselves."""
        return self._callers.get(id(function), [])


@lru_cache(maxsize=2)
def _read_calls(source: PythonSource) -> _Calls:
    return _Calls(source)


class _Module:
    """What the walks of one region share."""

    def __init__(self, region: Region, sources: Sources) -> None:
        self.region = region
        self.sources = sources
        self.left = BUDGET
        self._calls = _read_calls(region.source)
        self.called = self._calls.called
        self.names = self._calls.names
        self._is_giving = False
        self._returns: dict[tuple[int, tuple[str, ...]], Taint | None] = {}
        self._entered: set[int] = set()

    def given(self, function: FunctionNode) -> dict[str, Taint]:
        """The parameters that are tainted by themselves, or because a function of the file hands tainted text over."""
        names = self.names(function)
        found: dict[str, Taint] = {}
        for argument in _parameters(function):
            taint = self.sources.of_parameter(argument.arg, function, names)
            if taint is not None:
                found[argument.arg] = taint
        if self._is_giving:
            return found  # a caller's own callers are not asked
        self._is_giving = True
        for caller in self._calls.callers(function):
            for moment in _Walk(self, caller, {}, depth=1).run(caller.body):
                if moment.call is not None and self.called(moment.call) is function:
                    handed = [(parameter, moment.taint(value)) for parameter, value in bound_arguments(function, moment.call)]
                    found = {**{parameter: taint for parameter, taint in handed if taint is not None}, **found}
        self._is_giving = False
        return found

    def returned(self, function: FunctionNode, given: Mapping[str, Taint]) -> Taint | None:
        """The taint of what a function returns when it is called with these tainted arguments; entered one deep."""
        key = (id(function), tuple(sorted(given)))
        if key not in self._returns:
            if id(function) in self._entered:
                return None
            self._entered.add(id(function))
            walk = _Walk(self, function, dict(given), depth=0)
            for _ in walk.run(function.body):
                pass
            self._entered.discard(id(function))
            self._returns[key] = walk.result
        return self._returns[key]


class _Walk:
    """The state of one walk: which names hold tainted values now."""

    def __init__(self, module: _Module, node: ast.AST, parameters: dict[str, Taint], depth: int) -> None:
        self.module = module
        self.names = module.names(node)
        self._node = node
        self._loops = 0
        self.state: dict[str, Taint] = dict(parameters)
        self.depth = depth
        """How many functions of the file may still be entered."""
        self.result: Taint | None = None

    def run(self, body: list[ast.stmt]) -> Iterator[Moment]:
        """Walk the statements; each call and condition is a moment."""
        for statement in body:
            yield from self._statement(statement)

    def _statement(self, node: ast.stmt) -> Iterator[Moment]:  # noqa: C901  one branch for each kind of statement
        self.module.left -= 1
        if self.module.left < 0:
            return
        if isinstance(node, ast.If):
            yield from self._branch(node)
        elif isinstance(node, Function | ast.ClassDef):
            if not isinstance(self._node, ast.Module):
                yield from self._inside(node)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield from self._loop(node)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                yield from self._moments(item.context_expr)
                if item.optional_vars is not None:
                    self._assign(item.optional_vars, self.taint(item.context_expr))
            yield from self.run(node.body)
        elif isinstance(node, ast.Try | ast.TryStar):
            for block in (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody):
                yield from self.run(block)
        elif isinstance(node, ast.Match):
            yield from self._match(node)
        else:
            yield from self._moments(node)
            self._simple(node)

    def _inside(self, node: FunctionNode | ast.ClassDef) -> Iterator[Moment]:
        """A function inside sees what is tainted around it, and leaves nothing behind."""
        names, state, result = self.names, self.state, self.result
        self.state = dict(state)
        if isinstance(node, Function):
            self.names = self.module.names(node)
            self._clear({argument.arg for argument in _parameters(node)})
            self.state.update(self.module.given(node))
        yield from self.run(node.body)
        self.names, self.state, self.result = names, state, result

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> Iterator[Moment]:
        """The body twice, so that what a turn leaves reaches the next one; once where loops are nested deep."""
        yield from self._moments(node.test if isinstance(node, ast.While) else node.iter)
        self._loops += 1
        for _ in range(2 if self._loops <= TWICE else 1):
            if not isinstance(node, ast.While):
                self._assign(node.target, self.taint(node.iter))
            yield from self.run(node.body)
        self._loops -= 1
        yield from self.run(node.orelse)

    def _simple(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            taint = self.taint(node.value)
            for target in node.targets:
                self._assign(target, taint)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, self.taint(node.value))
        elif isinstance(node, ast.AugAssign):
            taint = self.taint(node.value) or self.taint(node.target)
            self._assign(node.target, taint)
        elif isinstance(node, ast.Return) and node.value is not None:
            self.result = self.result or self.taint(node.value)
        elif isinstance(node, ast.Assert):
            self._clear(self._proven(node.test, holds=True))
        elif isinstance(node, ast.Expr):
            self._effect(node.value)

    def _effect(self, node: ast.expr) -> None:
        """A call for its effect: one that validates clears its arguments; `parts.append(text)` taints the list."""
        call = node.value if isinstance(node, ast.Await) else node
        if isinstance(call, ast.Yield) and call.value is not None:
            self.result = self.result or self.taint(call.value)
        if not isinstance(call, ast.Call):
            return
        written = self.names.callee(call.func)
        if VALIDATING.search(written):
            self._clear({key for argument in call.args for key in _keys(argument)})
        elif isinstance(call.func, ast.Attribute) and call.func.attr in {"append", "extend", "add", "insert", "update", "write"}:
            taint = next((found for argument in call.args if (found := self.taint(argument)) is not None), None)
            key = _key(call.func.value)
            if taint is not None and key:
                self.state[key] = taint

    def _branch(self, node: ast.If) -> Iterator[Moment]:
        yield from self._moments(node.test)
        yield Moment(self, branch=node)
        before = dict(self.state)
        self._clear(self._proven(node.test, holds=True))
        yield from self.run(node.body)
        after_body = self.state
        self.state = before
        self._clear(self._proven(node.test, holds=False))
        yield from self.run(node.orelse)
        if leaving_text(node.body):
            return
        if node.orelse and leaving_text(node.orelse):
            self.state = after_body
            return
        self.state = {**after_body, **self.state}

    def _match(self, node: ast.Match) -> Iterator[Moment]:
        yield from self._moments(node.subject)
        before, ends = dict(self.state), []
        for case in node.cases:
            self.state = dict(before)
            if isinstance(case.pattern, ast.MatchValue | ast.MatchOr | ast.MatchSingleton):
                self._clear(_keys(node.subject))
            yield from self.run(case.body)
            ends.append(self.state)
        self.state = {key: taint for state in [before, *ends] for key, taint in state.items()}

    def _moments(self, node: ast.AST) -> Iterator[Moment]:
        for one in _in_order(node):
            if isinstance(one, ast.Call):
                yield Moment(self, call=one)
            elif isinstance(one, ast.NamedExpr):
                self._assign(one.target, self.taint(one.value))
            elif isinstance(one, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
                self._bind_comprehension(one.generators)

    def _assign(self, target: ast.expr, taint: Taint | None) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for item in target.elts:
                self._assign(item, taint)
            return
        if isinstance(target, ast.Starred):
            target = target.value
        if isinstance(target, ast.Subscript):
            if taint is None:
                return
            target = target.value
        key = _key(target)
        if key and taint is not None:
            self.state[key] = taint
        elif key:
            self._clear({key})

    def _clear(self, keys: set[str]) -> None:
        for key in [one for one in self.state if one in keys or any(one.startswith(f"{key}.") for key in keys)]:
            del self.state[key]

    def _proven(self, test: ast.expr, *, holds: bool) -> set[str]:
        """The names that a condition proves harmless when it comes out as `holds`: members of a fixed list, equal to a constant."""
        found: set[str] = set()
        for part in parts_of(test, holds=holds):
            one, positive = part, holds
            while isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.Not):
                one, positive = one.operand, not positive
            if isinstance(one, ast.Compare) and len(one.ops) == 1:
                wanted = (ast.In, ast.Eq) if positive else (ast.NotIn, ast.NotEq)
                if isinstance(one.ops[0], wanted) and self.taint(one.comparators[0]) is None:
                    found |= _keys(one.left)
            elif isinstance(one, ast.Call) and positive:
                name = self.names.callee(one.func)
                if VALIDATING.search(name) or APPROVING.search(name):
                    found |= {key for argument in [*one.args, one.func] for key in _keys(argument)}
        return found

    # -- expressions

    def taint(self, node: ast.expr) -> Taint | None:  # noqa: C901, PLR0911, PLR0912  one branch for each kind of expression
        """The taint of an expression in the present state."""
        self.module.left -= 1
        if self.module.left < 0:
            return None
        if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            brought = self.module.sources.of_expression(node, self.names)
            if brought is not None:
                return brought
        if isinstance(node, ast.Name):
            return self.state.get(node.id)
        if isinstance(node, ast.Attribute):
            known = self.state.get(_key(node))
            return known or (None if node.attr in HARMLESS_ATTRIBUTES else self.taint(node.value))
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Subscript):
            return self.taint(node.value)
        if isinstance(node, ast.Await | ast.Starred | ast.FormattedValue | ast.NamedExpr | ast.YieldFrom):
            return self.taint(node.value)
        if isinstance(node, ast.BinOp):
            return self._first([node.left, node.right])
        if isinstance(node, ast.BoolOp | ast.JoinedStr):
            return self._first(node.values)
        if isinstance(node, ast.IfExp):
            return self._first([node.body, node.orelse])
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._first(node.elts)
        if isinstance(node, ast.Dict):
            return self._first(node.values)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self._comprehension(node)
        return None

    def _bind_comprehension(self, generators: list[ast.comprehension]) -> None:
        for generator in generators:
            self._assign(generator.target, self.taint(generator.iter))
            for test in generator.ifs:
                self._clear(self._proven(test, holds=True))

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Taint | None:
        self._bind_comprehension(node.generators)
        return self.taint(node.elt)

    def _first(self, nodes: list[ast.expr]) -> Taint | None:
        return next((found for node in nodes if (found := self.taint(node)) is not None), None)

    def _call(self, node: ast.Call) -> Taint | None:
        name = self.names.callee(node.func)
        if CLEANING.search(name):
            return None
        handed = [*node.args, *(keyword.value for keyword in node.keywords)]
        entered = self.module.called(node)
        if entered is not None and self.depth > 0:
            given = {parameter: found for parameter, argument in bound_arguments(entered, node) if (found := self.taint(argument))}
            return self.module.returned(entered, given)
        if isinstance(node.func, ast.Attribute):
            receiver = self.taint(node.func.value)
            if receiver is not None:
                return receiver
        if PASSING.search(name):
            return self._first(handed)
        return None


def bound_arguments(function: FunctionNode, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """(parameter, argument) of a call of this function; `self` and what is unpacked left out."""
    positional = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    if isinstance(call.func, ast.Attribute) and positional[:1] in (["self"], ["cls"]):
        positional = positional[1:]
    for name, argument in zip(positional, call.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        yield name, argument
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None)


def _parameters(function: FunctionNode) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(ast.iter_child_nodes(current))))


def _key(node: ast.expr) -> str:
    """`a.b` of a chain of names; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _keys(node: ast.expr) -> set[str]:
    """The names that an expression is made of: `cmd` for `cmd.strip().lower()` and `cmd[0]`."""
    while isinstance(node, ast.Call | ast.Subscript | ast.Await):
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Attribute):
                return {key for argument in node.args for key in _keys(argument)}
            node = node.func.value
        else:
            node = node.value
    key = _key(node)
    return {key} if key else set()
