"""config-rewrite/dangerous-default."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.commands import COMMAND_LANGUAGES, shown
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side, Span
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

PRODUCTION = r"(?:prod|production|prd|live)"
TARGET = r"\w*(?:ENV|ENVIRONMENT|STAGE|TARGET|CLUSTER|CONTEXT|WORKSPACE|TENANT|ACCOUNT|PROFILE|PROJECT|NAMESPACE|DATABASE|DB)\w*"
SHELL_DEFAULT = regex(rf"\$\{{{TARGET}:?[-=](?:[\w./-]{{0,60}}[-_./])?{PRODUCTION}(?:[-_./][\w./-]{{0,60}})?\}}", re.IGNORECASE)
CODE_DEFAULT = regex(
    rf"(?:environ\.get|getenv|config\.get|env(?:\.str)?)\(\s*['\"]{TARGET}['\"]\s*,\s*(?:default\s*=\s*)?['\"](?:[\w./:@-]{{0,80}}[-_./@])?{PRODUCTION}\b"
    rf"|(?:process\.env|import\.meta\.env)\.{TARGET}\s*(?:\|\||\?\?)\s*['\"](?:[\w./:@-]{{0,80}}[-_./@])?{PRODUCTION}\b",
    re.IGNORECASE,
)
ASSIGNED = regex(rf"^\s*(?:export\s+|readonly\s+|local\s+)?({TARGET})=[\"']?(\$\{{[^}}]{{1,120}}\}})", re.IGNORECASE)
LAYOUT = regex(r"[\s'\"]")
DESTRUCTIVE_KINDS = ("environment", "database", "volume", "store")
SINK = regex(
    r"\b(?:drop_all|drop_table|drop_database|truncate|flushall|flushdb|delete_many|deleteMany|dropDatabase|rmtree|destroy|wipe|purge|force_reset)\b"
    r"|\.delete\(\)|\bsync\(\{\s*force:\s*true|delete_(?:db_instance|stack|bucket|table|cluster)|terminate_instances",
)
VERBS = frozenset({"truncate", "drop table", "drop database", "drop schema"})
RESET = "import os\n\nfrom shop.db import engine, metadata\n\n\ndef reset():\n    name = {name}\n    metadata.drop_all(engine(name))\n"
SCRIPT = '#!/bin/sh\nset -e\nSTAGE={stage}\nterraform workspace select "$STAGE"\nterraform destroy -auto-approve -var stage="$STAGE"\n'


class DangerousDefault(DifferentialCheck):
    """Finds destructive programs that work on production when nobody says on what."""

    id = "config-rewrite/dangerous-default"
    title = "Without an answer, a destructive program takes production"
    why = "Whoever forgets a variable or an argument, or whose shell has none, deletes or resets production."
    instead = "Let it stop when the target is not given, or take the developer's own environment."
    severity = "high"
    confidence = "medium"
    languages = tuple(sorted({*COMMAND_LANGUAGES}))
    cwe = (1188,)
    examples = (
        bad_change(
            RESET.format(name="os.environ['APP_ENV']"),
            RESET.format(name="os.environ.get('APP_ENV', 'production')"),
            "drops production",
            path="reset.py",
        ),
        bad_change(RESET.format(name="'local'"), RESET.format(name='os.getenv("DB_TARGET", "prod")'), "drops production", path="reset.py"),
        bad_change(
            SCRIPT.format(stage="${STAGE:?}"), SCRIPT.format(stage="${STAGE:-production}"), "destroys production", path="teardown.sh"
        ),
        bad_change(
            "clean:\n\tkubectl delete namespace shop\n",
            "clean:\n\tkubectl --context $${CLUSTER:-live} delete namespace shop\n",
            "in the live cluster",
            path="Makefile",
        ),
        good_change(
            RESET.format(name="os.environ['APP_ENV']"),
            RESET.format(name="os.environ.get('APP_ENV', 'local')"),
            "a developer's own",
            path="reset.py",
        ),
        good_change(
            SCRIPT.format(stage="${STAGE:-production}"), SCRIPT.format(stage="${STAGE:?}"), "stops without one", path="teardown.sh"
        ),
        good_change(
            "import os\n\nENV = ''\n",
            "import os\n\nENV = os.environ.get('APP_ENV', 'production')\n",
            "destroys nothing",
            path="settings.py",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:  # noqa: ARG002
        """One match for each default that the before side does not have."""
        if pair.after_source is None:
            return
        known = {LAYOUT.sub("", text) for text, _, _ in _defaults(pair, "before")}
        for text, span, sink in _defaults(pair, "after"):
            if LAYOUT.sub("", text) not in known:
                known.add(LAYOUT.sub("", text))
                yield self.match(Location(pair.path, "after", span), f"{clip(text, 50)} reaches {clip(sink, 36)}", symbol=text, text=text)


def _defaults(pair: FilePair, side: Side) -> Iterator[tuple[str, Span, str]]:
    """(default, where it stands, what it reaches) of one side."""
    source = (pair.before_source if side == "before" else pair.after_source) or ""
    lines = [(number, line[:1_000]) for number, line in enumerate(split_lines(source), 1) if _names_production(line)]
    if not lines:
        return
    facts = pair.facts(side)
    destructive = [command for command in facts.commands if _destroys(command)]
    for command in destructive:
        found = SHELL_DEFAULT.search(" ".join(command.argv))
        if found is not None:
            yield found[0], command.span, f"`{shown(command, 30)}`"
    names = {name for command in destructive for word in command.argv for name in re.findall(r"\$\{?(\w+)", word)}
    given: list[tuple[str, Span]] = []
    for number, text in lines:
        found = CODE_DEFAULT.search(text) if pair.language in {"python", "javascript", "typescript"} else None
        assigned = ASSIGNED.match(text) if pair.language in {"shell", "makefile"} else None
        if assigned is not None and assigned[1] in names and SHELL_DEFAULT.search(assigned[2]):
            given.append((assigned[2], Span(number, 1, number, len(text) + 1)))
        elif found is not None and not text.lstrip().startswith(("#", "//", "*")):
            given.append((found[0], Span(number, found.start() + 1, number, found.end() + 1)))
    if given:
        sink = f"`{shown(destructive[0], 30)}`" if destructive else _sink(source, [statement.verb for statement in facts.statements])
        yield from ((text, span, sink) for text, span in given if sink)


def _names_production(line: str) -> bool:
    lowered = line.lower()
    return "prod" in lowered or "prd" in lowered or "live" in lowered


def _destroys(command: Command) -> bool:
    return command.where != "test" and any(kind_of(kind, command) is not None for kind in DESTRUCTIVE_KINDS)


def _sink(source: str, verbs: list[str]) -> str:
    """What destroys in a program: a call known for it, or a statement."""
    found = SINK.search(source)
    return found[0] if found is not None else next((verb for verb in verbs if verb in VERBS), "")
