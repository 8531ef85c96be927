"""config-rewrite/keys-lost."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.settings_loss import FEWEST_LOST, Key, SectionSizes, general_key, measure_loss
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.readers.place import Place, place_of
from aicheck.regex import regex

SHARE_OF_FILE = 0.6
FEWEST_IN_SECTION = 12
SHARE_OF_SECTION = 0.75
MOST_LEFT = 0.5
"""A file or section that keeps more than this share of its former size was rewritten, not cut down."""
TOOL_FILES = frozenset({".pre-commit-config.yaml", ".pre-commit-config.yml"})
"""They configure what developers run, as the tables of `tool` do; what checks lose has rules of its own."""
SILENT_PLACES: frozenset[Place] = frozenset({"test", "translation", "workflow"})
GENERATED = regex(r"(?i)\b(?:auto-?generated|do not edit|generated (?:by|from|with))\b")
HEAD_LINES = 5
OBJECT = regex(r"[A-Z]\w*/")
"""The first key part of a Kubernetes object."""


class KeysLost(DifferentialCheck):
    """Finds a file or section of settings that loses most of its values, none of which turn up elsewhere in the change.

    Values are compared by key without regard to order, layout or the spelling of words (`max-size`, `maxSize`); list
    items without a natural key count by number. A value that appears under another parent, in this or another file,
    moved. One block that goes as a whole is a feature given up, and a Kubernetes object that goes a removed resource:
    neither is a cut-down configuration.
    """

    id = "config-rewrite/keys-lost"
    title = "Existing configuration lost most of its keys"
    why = (
        "A configuration file that was written anew instead of edited silently loses the settings its author did not know about, "
        "and the service falls back to defaults or stops finding its routes."
    )
    instead = "Edit the existing file and keep every key that is not meant to go; where keys should go, say which and why."
    severity = "high"
    confidence = "medium"
    languages = ("json", "toml", "yaml")
    cwe = (1188,)
    examples = (
        bad_change(
            "server:\n  host: 0.0.0.0\n  port: 8080\n  workers: 8\n  backlog: 512\nlimits:\n  body: 10MB\n  rate: 100\n  burst: 200\n"
            "tls:\n  cert: /etc/tls/crt\n  key: /etc/tls/key\n  ciphers: modern\nupstreams:\n  orders: http://orders\n  stock: http://stock\n",
            "server:\n  host: 0.0.0.0\n  port: 9090\n",
            "13 settings become 2",
            path="config/gateway.yaml",
        ),
        bad_change(
            '{"listen": 80, "routes": [' + ", ".join(f'{{"path": "/r{n}", "to": "svc{n}"}}' for n in range(10)) + "]}",
            '{"listen": 80, "routes": [{"path": "/r1", "to": "svc1"}]}',
            "ten routes become one",
            path="routes.json",
        ),
        bad_change("\n".join(f"key_{n} = {n}" for n in range(16)), "key_1 = 1\nkey_2 = 5\n", "16 keys become 2", path="settings.toml"),
        good_change(
            "a: {b: 1, c: 2, d: 3, e: 4, f: 5}\ng: {h: 6, i: 7, j: 8, k: 9, l: 10}\n",
            "# kept in order\ng:\n  l: 10\n  k: 9\n  j: 8\n  i: 7\n  h: 6\na:\n  f: 5\n  e: 4\n  d: 3\n  c: 2\n  b: 1\n",
            "reordered, in block style",
            path="config.yaml",
        ),
        good_change(
            {"config.yaml": "db:\n" + "".join(f"  key{n}: {n}\n" for n in range(12)) + "name: shop\n"},
            {"config.yaml": "name: shop\n", "db.yaml": "".join(f"key{n}: {n}\n" for n in range(12))},
            "moved to a file of its own",
        ),
        good_change(
            '{"old_name": {' + ", ".join(f'"key{n}": {n}' for n in range(12)) + "}}",
            '{"newName": {' + ", ".join(f'"key{n}": {n}' for n in range(12)) + "}}",
            "a renamed parent",
            path="config.json",
        ),
        good_change(
            "[project]\nname = 'shop'\n\n[tool.mypy]\n" + "".join(f"option_{n} = true\n" for n in range(20)),
            "[project]\nname = 'shop'\n\n[tool.mypy]\npretty = true\n",
            "of a checker, which has a rule of its own",
            path="pyproject.toml",
        ),
        good_change("".join(f"message{n}: text {n}\n" for n in range(20)), "message1: text 1\n", "translations", path="locales/de.yaml"),
        good_change(
            "".join(f"key_{n} = {n}\n" for n in range(20)),
            "".join(f"key_{n} = {n}\n" for n in range(9, 20)),
            "fewer than most",
            path="a.toml",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for the file, or one for each outermost section that was cut down."""
        name = PurePosixPath(pair.path).name
        if pair.before is None or pair.after is None or place_of(pair.path) in SILENT_PLACES or name in TOOL_FILES or _is_generated(pair):
            return
        sizes = measure_loss(pair, change)
        found: list[Key] = []
        for section in sorted(sizes.lost, key=lambda key: (len(key), key)):
            is_tool = name == "pyproject.toml" and section[:1] in {(), ("tool",)}
            if not is_tool and not any(section[: len(outer)] == outer for outer in found) and _is_cut_down(section, sizes):
                found.append(section)
                yield self._match(pair, section, sizes)

    def _match(self, pair: FilePair, section: Key, sizes: SectionSizes) -> Match:
        first = next(setting for setting in pair.facts("before").settings if general_key(setting.key)[: len(section)] == section)
        spans = [setting.span for setting in pair.facts("after").settings if general_key(setting.key)[: len(section)] == section]
        where = clip_key(first.key[: len(section)], 30) if section else clip(PurePosixPath(pair.path).name, 30)
        return self.match(
            Location(pair.path, "after", spans[0] if section and spans else WHOLE_FILE),
            f"{where} lost {sizes.lost[section]:,} of {sizes.before[section]:,} values; {sizes.after[section]:,} are left",
            symbol=".".join(section),
            text="keys lost",
            before=Excerpt(pair.before_path, first.span.line, clip(pair.line("before", first.span.line), 200)),
        )


def _is_cut_down(section: Key, sizes: SectionSizes) -> bool:
    return _has_few_left(section, sizes) and not _is_one_block(section, sizes)


def _is_one_block(section: Key, sizes: SectionSizes) -> bool:
    """Whether all that the section lost is one block that went as a whole, as a feature that is given up does."""
    while True:
        inner = [key for key, lost in sizes.lost.items() if key[:-1] == section and key and lost == sizes.lost[section]]
        if not inner or (inner[0][-1] == "[]" and not sizes.after[inner[0]]):
            return False
        (section,) = inner
        if not sizes.after[section]:
            return True


def _has_few_left(section: Key, sizes: SectionSizes) -> bool:
    had, lost, has = sizes.before[section], sizes.lost[section], sizes.after[section]
    if has > had * MOST_LEFT:
        return False
    if not section:
        holds_objects = any(len(key) == 1 and OBJECT.match(key[0]) for key in sizes.before)
        return lost >= max(FEWEST_LOST, had * SHARE_OF_FILE) and not holds_objects
    return bool(has) and had >= FEWEST_IN_SECTION and lost >= had * SHARE_OF_SECTION


def _is_generated(pair: FilePair) -> bool:
    head = (pair.before_source or "").splitlines()[:HEAD_LINES]
    return any(GENERATED.search(line[:500]) for line in head)
