"""The arguments of calls that start programs, and of calls to functions that pass them on."""

import ast

from aicheck.readers.commands.python_scope import Function
from aicheck.readers.commands.python_words import WordReader


def program_words(arguments: tuple[ast.expr, ...], reader: WordReader, *, has_name: bool) -> list[str]:
    """The words of `os.exec*` and the like; empty when the program's arguments are not known.

    `has_name`: the second one is what the program calls itself, and an argument may be the list of all others.
    """
    listed = reader.words(arguments[1]) if has_name and len(arguments) > 1 else None
    if listed is not None:
        return [reader.word(arguments[0]), *listed[1:]]
    words: list[str] = []
    for argument in arguments:
        words += reader.items(argument)
    return [*words[:1], *words[2:]] if has_name else words


def long_options(call: ast.Call) -> list[ast.expr]:
    """Keywords of a call in the style of the sh package as the options that they become; `_name` are its own."""
    found: list[ast.expr] = []
    for keyword in call.keywords:
        if keyword.arg and not keyword.arg.startswith("_"):
            name = ("--" if len(keyword.arg) > 1 else "-") + keyword.arg.replace("_", "-")
            found.append(ast.copy_location(ast.Constant(name), keyword.value))
            if not (isinstance(keyword.value, ast.Constant) and keyword.value.value is True):
                found.append(keyword.value)
    return found


def environment_of(node: ast.expr | None, reader: WordReader) -> tuple[tuple[str, str], ...]:
    """(name, value) of the literal names of an `env=` dictionary or `dict(...)` call."""
    if isinstance(node, ast.Dict):
        named = [(reader.text(key), value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
    elif isinstance(node, ast.Call):
        named = [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    else:
        return ()
    return tuple((reader.hidden.restore(name), reader.hidden.restore(reader.word(value))) for name, value in named if name)


def bind_arguments(function: Function, call: ast.Call) -> dict[str, ast.expr]:
    """Parameter -> argument of a call to a function of the same file; `*rest` as a tuple. Unpacked arguments end it."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(call.func, ast.Attribute):
        names = names[1:]
    given = list(call.args)
    star = next((number for number, argument in enumerate(given) if isinstance(argument, ast.Starred)), len(given))
    bound = dict(zip(names, given[:star], strict=False))
    if function.args.vararg is not None:
        rest: list[ast.expr] = given[len(names) :]
        bound[function.args.vararg.arg] = ast.copy_location(ast.Tuple(rest, ast.Load()), call)
    known = {*names, *(argument.arg for argument in function.args.kwonlyargs)}
    return bound | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in known and keyword.arg}
