"""dependency/pin-loosened."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from aicheck.authoring import ChangeCheck, ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dependencies import ANY, EXACT, FLOOR, Dependency, dependencies_of
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity

LOCKS = frozenset(
    """
    uv.lock poetry.lock pdm.lock pipfile.lock pylock.toml package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb
    cargo.lock go.sum gemfile.lock composer.lock mix.lock conda-lock.yml flake.lock packages.lock.json deno.lock pubspec.lock
    .terraform.lock.hcl
    """.split()  # noqa: SIM905
)
MANIFESTS = frozenset(
    "pyproject.toml package.json cargo.toml go.mod gemfile composer.json mix.exs pipfile pubspec.yaml setup.py".split()  # noqa: SIM905
)
MOST_MATCHES = 20
"""Of one file."""
HASH = "a" * 64
HASHED = f"flask==3.0.3 \\\n    --hash=sha256:{HASH}\nrequests==2.32.3 \\\n    --hash=sha256:{HASH}\n"
PACKAGE = '{{"name": "shop", "dependencies": {{"express": "{version}", "zod": "3.23.8"}}}}\n'
PROJECT = '[project]\nname = "shop"\ndependencies = ["flask{version}", "requests==2.32.3"]\n'


class PinLoosened(ChangeCheck):
    """Finds dependencies whose version, or whose content, was fixed before and floats now, and lock files that are gone."""

    id = "dependency/pin-loosened"
    title = "A dependency is no longer pinned"
    why = "The next installation may hold another version than the one that was tested, or one that somebody else published since."
    instead = "Keep the exact version and its hash, or a lock file that holds both; let a bot propose the next one."
    severity = "medium"
    languages = ("go-module", "json", "requirements", "toml")
    cwe = (1357,)
    security = True
    examples = (
        bad_change("flask==3.0.3\nrequests==2.32.3\n", "flask\nrequests==2.32.3\n", "any version", path="requirements.txt"),
        bad_change("flask==3.0.3\n", "Flask >= 3.0\n", "any newer version", path="requirements/prod.txt"),
        bad_change(
            HASHED, HASHED.replace(f" \\\n    --hash=sha256:{HASH}\nrequests", "\nrequests"), "one hash less", path="requirements.txt"
        ),
        bad_change(PACKAGE.format(version="4.21.2"), PACKAGE.format(version="latest"), "whatever is newest", path="package.json"),
        bad_change(PROJECT.format(version="==3.0.3"), PROJECT.format(version=""), "any version", path="pyproject.toml"),
        bad_change(
            {"shop/package.json": PACKAGE.format(version="4.21.2"), "shop/package-lock.json": "{}\n"},
            {"shop/package.json": PACKAGE.format(version="4.21.2")},
            "the lock file is gone",
        ),
        good_change(
            HASHED, HASHED.replace("3.0.3", "3.0.4").replace("a" * 64, "b" * 64), "the next version, with its hash", path="requirements.txt"
        ),
        good_change("flask>=3\n", "flask==3.0.3\n", "pinned at last", path="requirements.txt"),
        good_change({"uv.lock": "version = 1\n"}, {"uv.lock": "version = 1\nrevision = 2\n"}, "made anew"),
        good_change({"poetry.lock": "a\n"}, {"uv.lock": "version = 1\n"}, "another tool's lock file"),
        good_change(
            {"old/package.json": "{}\n", "old/package-lock.json": "{}\n", "README.md": "a\n"}, {"README.md": "b\n"}, "gone with its project"
        ),
        good_change("flask==3.0.3\nlegacy==1.0\n", "flask==3.0.3\n", "one dependency less", path="requirements.txt"),
    )

    def judge(self, change: ChangeFacts) -> Iterator[Match]:
        """Each loosened dependency, then each lost lock file."""
        names = {PurePosixPath(pair.path).name.lower() for pair in change.pairs if pair.change.after is not None}
        locked = bool(names & LOCKS)
        for pair in change.pairs:
            if pair.language in self.languages and pair.change.after is not None:
                yield from list(self._judge_file(pair, locked=locked))[:MOST_MATCHES]
            if pair.change.after is None and PurePosixPath(pair.path).name.lower() in LOCKS and not _is_replaced(pair, change):
                yield self.match(Location(pair.path, "before", WHOLE_FILE), "The lock file is gone", symbol=pair.path, severity="high")

    def _judge_file(self, pair: FilePair, *, locked: bool) -> Iterator[Match]:
        before = {(one.name, one.group): one for one in dependencies_of(pair, "before")}
        after = dependencies_of(pair, "after")
        all_lose_hashes = any(one.hashed for one in before.values()) and not any(one.hashed for one in after)
        for now in after:
            was = before.get((now.name, now.group))
            found = _loosened(was, now, locked=locked) if was is not None and not was.source and not now.source else None
            if was is None or found is None:
                continue
            text, severity = found
            yield self._at(pair, was, now, text, severity)
            if all_lose_hashes and text.endswith("hash"):
                return

    def _at(self, pair: FilePair, was: Dependency, now: Dependency, text: str, severity: Severity) -> Match:
        excerpt = Excerpt(pair.before_path, was.span.line, clip(pair.line("before", was.span.line), EXCERPT_LIMIT))
        where = Location(pair.path, "after", now.span)
        return self.match(where, f"{clip(now.name, 40)} {text}", symbol=now.name, text=text, before=excerpt, severity=severity)


def _loosened(was: Dependency, now: Dependency, *, locked: bool) -> tuple[str, Severity] | None:
    """How a dependency floats from now on. A lock file in the same change holds the version in its place."""
    if was.hashed and not now.hashed:
        return "lost its hash", "high"
    shown = clip(now.constraint, 16) or "any version"
    if was.group in {"peerDependencies", "build-system", "requires"} or now.firmness >= was.firmness:
        return None
    grave = now.firmness == ANY and was.firmness == EXACT
    usual: Severity = "high" if grave and not was.group else "medium" if was.firmness == EXACT or now.firmness == ANY else "low"
    if now.firmness > FLOOR and was.group:
        usual = "low"
    severity: Severity = "low" if (locked and usual != "high") or now.is_for_development else usual
    return f"floats: {clip(was.constraint, 16)} -> {shown}", severity


def _is_replaced(pair: FilePair, change: ChangeFacts) -> bool:
    """Whether another lock file comes, or the project that it locked is gone, or a manifest above it takes over."""
    folder = PurePosixPath(pair.path).parent
    return any(_replaces(other, folder) or other.change.moved_from == pair.path for other in change.pairs)


def _replaces(other: FilePair, folder: PurePosixPath) -> bool:
    path = PurePosixPath(other.path)
    if other.change.after is None:
        return path.parent == folder and path.name.lower() in MANIFESTS
    if path.name.lower() in LOCKS:
        return path.parent in {folder, *folder.parents} or other.change.before is None
    return other.language == "requirements" and any(one.firmness == EXACT for one in dependencies_of(other, "after"))
