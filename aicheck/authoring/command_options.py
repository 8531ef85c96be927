"""The options of commands as settings, so that `celery -c 8` and `concurrency: 8` are judged by the same table."""

from collections import Counter
from collections.abc import Iterable, Iterator

from aicheck.model.facts import Command, Setting
from aicheck.regex import regex

NAMES = {
    ("celery", "-c"): "concurrency",
    ("celery", "-P"): "pool",
    ("gunicorn", "-w"): "workers",
    ("gunicorn", "-t"): "timeout",
    ("gunicorn", "-k"): "worker-class",
    ("uvicorn", "--limit-concurrency"): "concurrency",
    ("curl", "-m"): "max-time",
    ("helm", "-n"): "namespace",
    ("kubectl", "-n"): "namespace",
    ("docker", "-m"): "memory",
}
"""(program, short option) -> what it sets."""
PROGRAMS = frozenset(program for program, _ in NAMES)
FIRST_WORDS = 4
"""Where a known program is looked for: a script of the project may start it (`run.sh celery worker`)."""
SUBCOMMAND = regex(r"[a-z][a-z0-9:_-]*")
MOST_SUBCOMMANDS = 2
OPTION = regex(r"--?[A-Za-z][\w.-]*")


def option_settings(commands: Iterable[Command]) -> tuple[Setting, ...]:
    """One setting for each option and assignment of each command.

    Keys: (`$ symbol`, `program subcommand`, `option`), a command that stands more than once numbered. The word after an
    option is its value unless it is an option too; an option without a value is `true`.
    """
    seen: Counter[tuple[str, str]] = Counter()
    settings: dict[tuple[str, ...], Setting] = {}
    for command in commands:
        argv = _known_part(command.argv)
        if not argv:
            continue
        head = (f"$ {command.symbol}", _name(argv))
        seen[head] += 1
        base = head if seen[head] == 1 else (head[0], f"{head[1]} #{seen[head]}")
        for name, value in (*command.environment, *_options(argv)):
            key = (*base, name)
            settings[key] = Setting(key, value, "string", command.span)
    return tuple(settings.values())


def _known_part(argv: tuple[str, ...]) -> tuple[str, ...]:
    start = next((number for number, word in enumerate(argv[:FIRST_WORDS]) if word in PROGRAMS), 0)
    return argv[start:]


def _name(argv: tuple[str, ...]) -> str:
    words = [argv[0]]
    for word in argv[1 : 1 + MOST_SUBCOMMANDS]:
        if SUBCOMMAND.fullmatch(word) is None:
            break
        words.append(word)
    return " ".join(words)


def _options(argv: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    words = argv[1:]
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if OPTION.fullmatch(name) is None:
            continue
        following = words[number + 1] if number + 1 < len(words) else ""
        if not equals:
            value = following if following and not following.startswith("-") else "true"
        yield NAMES.get((argv[0], name), name.lstrip("-")), value
