"""A command line taken apart: what is really run, its subcommands, options and targets."""

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from aicheck.regex import regex

INTERPRETERS = regex(r"(?:python|pypy|php|ruby|node|deno|perl|tsx|ts-node|bun)[\d.]*$")
KNOWN_TOOLS = frozenset(
    "prisma drizzle-kit typeorm sequelize sequelize-cli knex supabase wrangler cdk sst serverless turbo vercel".split()  # noqa: SIM905
)
"""Programs that `yarn NAME` and `pnpm NAME` start from the packages of a project."""
SYNONYMS = {
    "podman-compose": "docker-compose",
    "nerdctl": "docker",
    "podman": "docker",
    "tofu": "terraform",
    "flyctl": "fly",
    "mongo": "mongosh",
}
LONG_WITH_ONE_DASH = frozenset(
    "terraform terragrunt packer consul vault nomad find java openssl tmpreaper".split()  # noqa: SIM905
)
VALUE_LETTERS = {
    "aws": "",
    "docker": "fpHct",
    "docker-compose": "fp",
    "fly": "ac",
    "git": "Cc",
    "heroku": "ar",
    "helm": "nfo",
    "kubectl": "nflocs",
    "oc": "nfloc",
    "make": "Cfj",
    "psql": "cdhUpfv",
    "pulumi": "sC",
    "rsync": "e",
}
"""Program -> short options that take the next word."""
VALUE_OPTIONS = frozenset(
    """
    namespace context kube-context kubeconfig file chdir config env environment profile region project stage stack account
    app url cluster cluster-name target workspace cwd directory filename selector subscription schema database-url
    """.split()  # noqa: SIM905
)
"""Long options that take the next word, whatever the program."""


class Words(msgspec.Struct, frozen=True):
    """A command line taken apart."""

    program: str
    positionals: tuple[str, ...]
    """Words that are neither options nor values of options known to take one: subcommands, then targets."""
    certain: tuple[str, ...]
    """Those of them that cannot be the value of any option."""
    options: tuple[tuple[str, str], ...]
    """(name, value) in order. Names as `normal_name` makes them; a value is what follows `=`, else the next word when it is not
    an option, else empty."""

    def has(self, *names: str) -> bool:
        """Whether one of the options is given, in any spelling, and not switched off by `=false`."""
        wanted = {normal_name(name) for name in names}
        return any(name in wanted and value.lower() not in {"false", "none", "0"} for name, value in self.options)

    def value(self, *names: str) -> str:
        """The value of the first of the options that is given; empty when none is."""
        wanted = {normal_name(name) for name in names}
        return next((value for name, value in self.options if name in wanted), "")


def normal_name(option: str) -> str:
    """`auto-approve` for `-auto-approve` and `--auto-approve`; `-v` for a single letter."""
    name = option.lstrip("-")
    return name if len(name) > 1 else f"-{name}"


@lru_cache(maxsize=4096)
def take_apart(argv: tuple[str, ...]) -> Words:
    """The parts of a command."""
    argv = started(argv)
    program = argv[0] if argv else ""
    options = tuple(_options(program, argv[1:]))
    positionals, certain = [], []
    before = ""
    for word in argv[1:]:
        if word == "--":
            before = ""
        elif _is_option(word):
            before = "" if "=" in word else word
        else:
            if not before or not _takes_value(program, before):
                positionals.append(word)
            if not before:
                certain.append(word)
            before = ""
    return Words(program, tuple(positionals), tuple(certain), options)


def started(argv: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the program that is really run, its name first: scripts of interpreters and of package managers, synonyms replaced."""
    if not argv:
        return argv
    program, words = SYNONYMS.get(argv[0], argv[0]), argv[1:]
    if program == "docker" and words[:1] == ("compose",):
        return ("docker-compose", *words[1:])
    if INTERPRETERS.fullmatch(program) and words:
        return _interpreted(program, words)
    if program in {"yarn", "pnpm"}:
        rest = words[1:] if words[:1] == ("run",) else words
        if rest and rest[0] in KNOWN_TOOLS:
            return rest
    return (program, *words)


def _interpreted(program: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if words[0] == "-m" and len(words) > 1:
        return words[1:]
    if words[0].startswith(("-", "$", "{")) or not re.search(r"\.(?:py|php|rb|js|ts|mjs|cjs|pl)$|^artisan$|/", words[0]):
        return (program, *words)
    return (words[0].rpartition("/")[2], *words[1:])


def _is_option(word: str) -> bool:
    return len(word) > 1 and word[0] == "-" and not word[1].isdigit()


def _takes_value(program: str, option: str) -> bool:
    name = option.lstrip("-")
    return name in VALUE_OPTIONS or (len(name) == 1 and name in VALUE_LETTERS.get(program, ""))


def _options(program: str, words: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    for number, word in enumerate(words):
        if not _is_option(word) or word == "--":
            continue
        name, equals, value = word.partition("=")
        if not equals:
            following = words[number + 1] if number + 1 < len(words) else ""
            value = "" if _is_option(following) else following
        yield normal_name(name), value
        letters = name[1:]
        if not name.startswith("--") and len(letters) > 1 and letters.isalpha() and program not in LONG_WITH_ONE_DASH:
            yield from ((f"-{letter}", "") for letter in letters)
