"""Finds what Python code deletes, and where its targets can point."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from aicheck.authoring.deferred import cst
from aicheck.authoring.paths import Origin, PathReader
from aicheck.readers.python.region import Region
from aicheck.readers.python.scopes import dotted_text
from aicheck.readers.python.walk import descend

TREE_CALLS = frozenset({"shutil.rmtree", "os.removedirs", "distutils.dir_util.remove_tree", "setuptools._shutil.rmtree"})
"""Delete everything below their first argument."""
FILE_CALLS = frozenset({"os.remove", "os.unlink"})
FILE_METHODS = frozenset({"unlink"})
_TREES = ("rmtree", "removedirs", "remove_tree")
DELETION_NEEDLES = ((*_TREES, "unlink", "os.remove"), (*_TREES, "walk", "glob"))
"""Single files are deleted everywhere; a tree of them must be walked."""


class Deletion(msgspec.Struct, frozen=True):
    """One call that deletes a whole tree, alone or file by file."""

    call: cst.Call
    target: cst.BaseExpression
    origins: frozenset[Origin]
    """Of the tree's root."""


def find_deletions(region: Region) -> Iterator[Deletion]:
    """Every deletion of a tree in the region, in source order."""
    reader = PathReader(region)
    for call in region.walk(cst.Call):
        target = _tree_target(region, call)
        if target is not None:
            yield Deletion(call, target, reader.origins(target))
            continue
        swept = _swept_tree(region, call)
        if swept is not None:
            yield Deletion(call, swept, reader.origins(swept))


def _tree_target(region: Region, call: cst.Call) -> cst.BaseExpression | None:
    name = region.resolve(call.func)
    if name in TREE_CALLS:
        for argument in call.args:
            if not argument.star and (argument.keyword is None or argument.keyword.value in {"path", "name", "directory"}):
                return argument.value
    passed = call.args[0].value if call.args else None
    hands_over = name in {"functools.partial", "asyncio.to_thread", "anyio.to_thread.run_sync"} or dotted_text(call.func).endswith(
        "run_in_executor"
    )
    if hands_over and passed is not None:
        values = [argument.value for argument in call.args]
        for position, value in enumerate(values[:-1]):
            if region.resolve(value) in TREE_CALLS:
                return values[position + 1]
    return None


def _swept_tree(region: Region, call: cst.Call) -> cst.BaseExpression | None:
    """The root of the tree that a loop walks whole to delete each file of it, unless something filters the files."""
    method = isinstance(call.func, cst.Attribute) and call.func.attr.value in FILE_METHODS
    if not method and region.resolve(call.func) not in FILE_CALLS:
        return None
    inner: cst.CSTNode = call
    for outer in region.ancestors(call):
        if isinstance(outer, cst.If) and inner is not outer.test and not _only_kind(outer.test):
            return None
        if isinstance(outer, cst.For):
            root = _walked_root(region, outer)
            if root is not None:
                return None if _filters(outer) else root
        if isinstance(outer, (cst.FunctionDef, cst.Lambda)):
            return None
        inner = outer
    return None


def _walked_root(region: Region, loop: cst.For) -> cst.BaseExpression | None:
    walked = loop.iter
    while isinstance(walked, cst.Call) and region.resolve(walked.func) in {"sorted", "list", "reversed", "tuple", "set"} and walked.args:
        walked = walked.args[0].value
    if not isinstance(walked, cst.Call):
        return None
    if region.resolve(walked.func) == "os.walk" and walked.args:
        return walked.args[0].value
    if isinstance(walked.func, cst.Attribute) and walked.func.attr.value in {"rglob", "glob"} and walked.args:
        pattern = walked.args[0].value
        text = pattern.evaluated_value if isinstance(pattern, cst.SimpleString) else None
        if text == "**/*" or (text == "*" and walked.func.attr.value == "rglob"):
            return walked.func.value
    return None


def _only_kind(test: cst.BaseExpression) -> bool:
    """Whether a test asks only for the kind of entry, which filters nothing that matters."""
    calls = [dotted_text(node.func).rpartition(".")[2] for node in descend(test, cst.Call) if isinstance(node, cst.Call)]
    kinds = {"is_file", "is_dir", "is_symlink", "exists", "isfile", "isdir", "islink"}
    return bool(calls) and all(name in kinds for name in calls) and not any(True for _ in descend(test, cst.Comparison))


def _filters(loop: cst.For) -> bool:
    """Whether some turns of the loop are skipped for another reason than the kind of entry."""
    for node in descend(loop.body, cst.If):
        if isinstance(node, cst.If) and any(True for _ in descend(node.body, cst.Continue)) and not _only_kind(node.test):
            return True
    return False
