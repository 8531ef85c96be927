"""dependency/source-switched."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import COMMAND_LANGUAGES, shown
from aicheck.authoring.dependencies import COMMIT, Dependency, dependencies_of
from aicheck.authoring.setting_names import named
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.facts import Command
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location, Span
from aicheck.model.rule import Severity
from aicheck.readers.requirements import read_requirements
from aicheck.regex import regex

PUBLIC = regex(
    r"(?:^|\.)(?:pypi|pythonhosted|anaconda|npmjs|yarnpkg|crates|rubygems|golang|pytorch|nvidia|wheels\.vllm|npm\.pkg\.github|jsr"
    r"|maven\.apache)\.(?:org|com|io|ai)$"
)
"""Hosts of registries that everybody uses, and of well-known additions to them."""
ADDRESS = regex(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*):)?(?://)?(?:[^/@\s]*@)?(?P<host>[^/:?#\s]*)", re.IGNORECASE)
LONGEST_ADDRESS = 500
INDEX_OPTIONS = (
    "extra-index-url",
    "index-url",
    "find-links",
    "trusted-host",
    "registry",
    "index",
    "default-index",
    "extra-index",
    "allow-insecure-host",
)
INSTALLERS = frozenset({"pip", "pip3", "uv", "npm", "pnpm", "yarn", "bun", "poetry", "pdm", "gem", "cargo", "go", "pipx", "conda"})
INDEX_SETTINGS = (
    named(
        "index url", "extra index url", "find links", "trusted host", "allow insecure host", "registry", "npm registry server", "goproxy"
    ),
    named("url", whole=True, within=("index", "source", "sources", "registries")),
    named("replace with", whole=True, within=("source", "crates io")),
)
CHECKS_OFF = named(
    "strict ssl", "gosumdb", "goflags", "gonosumdb", "gonosumcheck", "goinsecure", "enable strict ssl", "unsafe http whitelist"
)
CHECKS_OFF_VALUES = regex(r"false|off|0|.*-insecure.*|\*", re.IGNORECASE)
BARE_URL = regex(r"(?:git\+|git:|hg\+)\S+|https?://\S+\.(?:tar\.gz|tgz|zip|whl)\S*|git@\S+", re.IGNORECASE)
REQUIREMENTS = "--index-url https://wheels.pytorch.org/whl\nflask==3.0.3\n"
GO = "module shop.example/shop\n\ngo 1.23\n\nrequire github.com/pay/client v1.4.0\n"
PACKAGE = '{{"dependencies": {{"express": "{express}", "zod": "3.23.8"}}}}\n'
REVISION = "9a3f" * 10


class SourceSwitched(DifferentialCheck):
    """Finds packages that come from another place from now on: another registry, a branch, a fork, a bare address."""

    id = "dependency/source-switched"
    title = "Packages come from another source"
    why = "Whoever runs that registry, branch or fork decides what the next build runs; a second registry may answer for any name."
    instead = "Take the package from the registry that is in use. Where it must be a repository, name a commit of your own copy."
    severity = "high"
    confidence = "medium"
    security = True
    languages = tuple(sorted({*COMMAND_LANGUAGES, "dotenv", "go-module", "ini", "requirements"}))
    cwe = (829,)
    examples = (
        bad_change(
            REQUIREMENTS, "--extra-index-url http://pypi.shop.example/simple\n" + REQUIREMENTS, "a second registry", path="requirements.txt"
        ),
        bad_change(REQUIREMENTS, REQUIREMENTS + "--trusted-host pypi.shop.example\n", "no check of who it is", path="requirements.txt"),
        bad_change(
            REQUIREMENTS, REQUIREMENTS.replace("==3.0.3", " @ git+https://github.com/me/flask@main"), "a branch", path="requirements.txt"
        ),
        bad_change(PACKAGE.format(express="4.21.2"), PACKAGE.format(express="github:me/express#fix"), "a branch", path="package.json"),
        bad_change("save-exact=true\n", "save-exact=true\nregistry=http://npm.shop.example/\n", "another registry", path=".npmrc"),
        bad_change(GO, GO + "\nreplace github.com/pay/client => github.com/me/client v1.4.1\n", "a fork", path="go.mod"),
        bad_change(
            "FROM python:3.12\nRUN pip install shop==1.2\n",
            "FROM python:3.12\nRUN pip install --extra-index-url https://pypi.shop.example/simple shop==1.2\n",
            "in an image",
            path="Dockerfile",
        ),
        bad_change(
            '[package]\nname = "shop"\n\n[dependencies]\nserde = "1.0"\n',
            '[package]\nname = "shop"\n\n[dependencies]\nserde = { git = "https://github.com/me/serde", branch = "main" }\n',
            "a branch",
            path="Cargo.toml",
        ),
        good_change(
            REQUIREMENTS,
            REQUIREMENTS.replace("==3.0.3", f" @ git+https://github.com/shop/flask@{REVISION}"),
            "a commit",
            path="requirements.txt",
        ),
        good_change(REQUIREMENTS, REQUIREMENTS.replace("3.0.3", "3.0.4"), "another version", path="requirements.txt"),
        good_change(
            "registry=http://npm.shop.example/\n", "registry=https://npm.pkg.github.com/\n", "back to the public registry", path=".npmrc"
        ),
        good_change(GO, GO + "\nreplace github.com/pay/client => ../client\n", "a folder beside it", path="go.mod"),
        good_change(PACKAGE.format(express="4.21.2"), PACKAGE.format(express="workspace:*"), "of the same workspace", path="package.json"),
        good_change("a: 1\nb: 2\n", "a: 1\nb: 2\nregistry: https://images.shop.example\n", "where images are", path="values.yaml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Sources of packages, then options of requirements files, settings and commands."""
        if pair.change.after is None:
            return
        yield from self._judge_packages(pair)
        if pair.language == "requirements":
            yield from self._judge_options(pair)
        if pair.language in {"ini", "toml", "yaml", "dotenv"}:
            yield from self._judge_settings(pair, change)
        steps = change.command_steps.get(pair.path)
        for before, command in steps.gained() if steps is not None else ():
            found = _index_of(command)
            if found and (before is None or _index_of(before) != found) and command.where != "test":
                yield self._at(
                    pair, command.span, (f"`{shown(command, 50)}` installs from {clip(found, 24)}", _weigh(found)), command.symbol
                )

    def _judge_packages(self, pair: FilePair) -> Iterator[Match]:
        before = {(one.name, one.group): one.source for one in dependencies_of(pair, "before")}
        for now in dependencies_of(pair, "after"):
            was = before.get((now.name, now.group))
            severity = _weigh_source(now) if now.source and now.source != was else None
            if severity is not None and not (was and _repository(was) == _repository(now.source) and COMMIT.search(was) is None):
                text = f"{clip(now.name, 30)} comes from {clip(now.source, 50)}"
                yield self._at(pair, now.span, (text, severity), now.name)

    def _judge_options(self, pair: FilePair) -> Iterator[Match]:
        known = {(option.name, option.value) for option in read_requirements(pair.before_source or "")[1]}
        for option in read_requirements(pair.after_source or "")[1]:
            if option.name in INDEX_OPTIONS and (option.name, option.value) not in known and _weigh(option.value) != "low":
                text = f"--{option.name} {clip(option.value, 60)}"
                yield self._at(pair, option.span, (text, _weigh(option.value)), option.name)

    def _judge_settings(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        for step in change.setting_steps.get(pair.path, ()):
            for now in step.after:
                was = next((one.value for one in step.before if one.key == now.key), None)
                if was == now.value or (now.key[:1] and now.key[0].startswith("$ ")):
                    continue
                is_index = any(one.fits(now.key) for one in INDEX_SETTINGS) and _is_of_packages(pair.path, now.key)
                is_off = CHECKS_OFF.fits(now.key) and CHECKS_OFF_VALUES.fullmatch(now.value) is not None
                if (is_index and "/" in now.value and _weigh(now.value) != "low") or is_off:
                    text = f"{clip('.'.join(now.key), 40)} is {clip(now.value, 50)}"
                    yield self._at(pair, now.span, (text, "high" if is_off else _weigh(now.value)), ".".join(now.key), was)

    def _at(self, pair: FilePair, span: Span, said: tuple[str, Severity], symbol: str, was: str | None = None) -> Match:
        text, severity = said
        excerpt = Excerpt(pair.before_path, span.line, clip(was, EXCERPT_LIMIT)) if was else None
        return self.match(Location(pair.path, "after", span), text, symbol=symbol, text=text, before=excerpt, severity=severity)


def _is_of_packages(path: str, key: tuple[str, ...]) -> bool:
    """Whether a setting is one of a package manager: by its file, or by a name that only those use."""
    name = path.rpartition("/")[2].lower()
    if name in {".npmrc", "pip.conf", ".yarnrc.yml", ".yarnrc", "uv.toml", "bunfig.toml", ".pypirc", "config.toml", ".condarc", "pip.ini"}:
        return True
    own = re.compile(r"PIP_|UV_|NPM_CONFIG_|GOPROXY|YARN_", re.IGNORECASE)
    return any(own.match(part) for part in key) or (name == "pyproject.toml" and key[:1] == ("tool",) and key[1] in {"uv", "poetry", "pdm"})


def _weigh(address: str) -> Severity:
    """`low` for well-known registries over an encrypted line and for what stays on the machine."""
    parts = ADDRESS.match(address if "//" in address else f"//{address}") if len(address) < LONGEST_ADDRESS else None
    host = (parts["host"] if parts else "").lower()
    if parts is not None and (parts["scheme"] or "").lower() in {"", "https", "sparse+https"} and PUBLIC.search(host):
        return "low"
    return "low" if address.startswith((".", "/", "file:", "$")) or host in {"localhost", "127.0.0.1"} else "high"


def _weigh_source(dependency: Dependency) -> Severity | None:
    """How bad a source is that a package is taken from; None for a folder or a commit."""
    source = dependency.source
    if dependency.group == "replace":
        return "high" if not source.startswith((".", "/")) else None
    if re.match(r"file:|link:|workspace:|catalog:|portal:|patch:|\.{0,2}/|[A-Za-z]:\\", source) or COMMIT.search(source):
        return None
    if not re.search(r"://|^git|^github:|^gitlab:|^bitbucket:|^npm:|^[\w-]+/[\w.-]+|@", source):
        return None
    if source.startswith("npm:"):
        return "medium"
    is_release = re.search(r"@v?\d[\w.]*(?:#.*)?$|#(?:semver:|v?\d)|/releases/download/|/archive/refs/tags/", source) is not None
    encrypted = not re.match(r"(?:git\+)?http://|git://", source)
    if dependency.is_for_development:
        return "low" if encrypted else "medium"
    return "medium" if is_release and encrypted else "high"


def _repository(source: str) -> str:
    return re.split(r"[#?]|@(?=[^/]*$)", source)[0].removesuffix(".git")


def _index_of(command: Command) -> str:
    """Where a command installs from when it is not the usual place; empty otherwise."""
    words = take_apart(command.argv)
    if words.program not in INSTALLERS:
        return ""
    for name in INDEX_OPTIONS:
        value = words.value(name)
        if re.search(r"[./]", value) and _weigh(value) != "low":
            return value
    if words.positionals[:2] in {("config", "set"), ("set", "registry")} or words.positionals[:1] == ("config",):
        address = next((word for word in words.positionals if "://" in word), "")
        is_index = any(re.search(r"registry|index-url|trusted-host", word) for word in words.positionals)
        return address if is_index and address and _weigh(address) != "low" else ""
    if words.positionals[:1] and words.positionals[0] in {"install", "add", "i", "pip"}:
        urls = (found[0] for word in words.positionals[1:] if (found := BARE_URL.match(word)) is not None)
        return next((url for url in urls if COMMIT.search(url) is None and "$" not in url), "")
    return ""
