"""Files that hold one Semgrep rule each, with ours in its `metadata.aicheck`: the same for built-in and trusted folders.

Most changes are in one or two languages, and a built-in file says its language in its name: it is parsed when a file in
that language is scanned.
"""

import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from aicheck.authoring import bad, bad_change, good, good_change
from aicheck.errors import RuleError
from aicheck.model.rule import SEVERITIES, Example, Rule

SEMGREP_LANGUAGES = {
    "go": "go",
    "golang": "go",
    "java": "java",
    "javascript": "javascript",
    "js": "javascript",
    "py": "python",
    "python": "python",
    "ts": "typescript",
    "typescript": "typescript",
}
"""Semgrep's language names and ours."""

OWN_KEYS = frozenset(
    {
        "extends",
        "title",
        "why",
        "instead",
        "severity",
        "confidence",
        "needles",
        "when",
        "cwe",
        "since",
        "references",
        "security",
        "examples",
        "fixed",
        "leaves",
        "covers",
        "follows",
        "texts",
        "same",
    }
)
REQUIRED_KEYS = ("title", "why", "instead", "severity")
LANGUAGES_NAMED = {"go": ("go",), "java": ("java",), "javascript": ("javascript", "typescript")}
"""What the last part of a built-in file's name says."""


class SemgrepRule(msgspec.Struct, frozen=True):
    """One Semgrep implementation of a rule."""

    rule: str
    """The id of the rule it implements."""
    languages: tuple[str, ...]
    needles: tuple[tuple[str, ...], ...]
    definition: dict[str, Any]
    """The plain Semgrep rule, without our metadata."""
    source: str
    """Family and file name, for messages."""
    texts: tuple[str, ...] = ()
    """Regular expressions (linear), each of which a file must match somewhere before the rule is run on it."""
    is_removal: bool = False
    """Whether it is about what the change takes away (`when: removed`)."""
    leaves: dict[str, Any] = {}
    """Of a removal: the pattern of what the safeguard guards, with or without the safeguard; empty: none."""
    covers: dict[str, Any] = {}
    """Of a removal: the pattern of a safeguard that guards from elsewhere; empty: none."""
    follows: bool = False
    """Of a removal: whether a safeguard that binds none of `same` guards all that follows it in its function."""
    same: tuple[str, ...] = ()
    """Of a removal: the variables that tell two places of one function apart, such as a route's path."""


class RuleFile(msgspec.Struct, frozen=True):
    """A file as it stands."""

    source: str
    """Family and file name, for messages."""
    data: bytes
    is_built_in: bool

    @property
    def named_rule(self) -> str:
        """The rule that the name tells of, `family/rule`."""
        return self.source.partition(".")[0]

    @property
    def named_languages(self) -> tuple[str, ...]:
        """The languages that the name tells of; empty when it tells of none."""
        return LANGUAGES_NAMED.get(self.source.partition(".")[2].removesuffix(".yaml"), ())

    def may_read(self, languages: Collection[str]) -> bool:
        """Whether its rule may be over one of these languages, by its name."""
        return not self.is_built_in or not self.named_languages or bool(set(languages) & set(self.named_languages))


class ParsedRule(msgspec.Struct, frozen=True):
    """What a file holds."""

    implementation: SemgrepRule
    rule: Rule | None
    """None: the file adds languages to a rule that stands elsewhere (`extends`)."""
    examples: tuple[Example, ...]


def find_rule_files(folder: Path, *, is_built_in: bool) -> tuple[RuleFile, ...]:
    """The files `family/*.yaml` of a folder, sorted."""
    return tuple(RuleFile(f"{file.parent.name}/{file.name}", file.read_bytes(), is_built_in) for file in sorted(folder.glob("*/*.yaml")))


@cache
def parse_rule_file(file: RuleFile) -> ParsedRule:
    """Raises RuleError naming the file."""
    import yaml  # only when a rule file is read: it costs more than the file

    source = file.source
    try:
        document = yaml.load(file.data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  a safe loader
        (definition,) = document["rules"]
        own = definition.pop("metadata")["aicheck"]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleError(f"rule file {source} is not one Semgrep rule with `metadata.aicheck`: {str(error).splitlines()[0]}") from error
    unknown = sorted(set(own) - OWN_KEYS)
    if unknown:
        raise RuleError(f"rule file {source} has the unknown key `metadata.aicheck.{unknown[0]}`")
    identifier = own.get("extends") or definition["id"].replace(".", "/", 1)
    languages = _languages(definition, source)
    is_removal = own.get("when") == "removed"
    if misplaced := [] if is_removal else sorted({"leaves", "covers", "follows", "same"} & set(own)):
        raise RuleError(f"rule file {source} has `metadata.aicheck.{misplaced[0]}` without `when: removed`")
    texts = tuple(own.get("texts", ()))
    try:
        for text in texts:
            re.compile(text)
    except (re.error, TypeError) as error:
        raise RuleError(f"rule file {source} has no regular expression in `metadata.aicheck.texts`: {error}") from error
    implementation = SemgrepRule(
        rule=identifier,
        languages=languages,
        needles=tuple(tuple(group) for group in own.get("needles", ())),
        definition=definition,
        source=source,
        texts=texts,
        is_removal=is_removal,
        leaves=own.get("leaves", {}),
        covers=own.get("covers", {}),
        follows=own.get("follows", False),
        same=tuple(own.get("same", ())),
    )
    examples = _examples(own.get("examples", ()), source)
    rule = None if "extends" in own else _own_rule(identifier, languages, own, examples, source)
    return ParsedRule(implementation, rule, examples)


def _languages(definition: dict[str, Any], source: str) -> tuple[str, ...]:
    names = definition.get("languages", ())
    unknown = [name for name in names if name not in SEMGREP_LANGUAGES]
    if unknown or not names:
        raise RuleError(f"rule file {source} names {'the unknown language ' + unknown[0] if unknown else 'no language'}")
    return tuple(sorted({SEMGREP_LANGUAGES[name] for name in names}))


def _own_rule(identifier: str, languages: tuple[str, ...], own: dict[str, Any], examples: tuple[Example, ...], source: str) -> Rule:
    missing = [key for key in REQUIRED_KEYS if not own.get(key)]
    if missing:
        raise RuleError(f"rule file {source} has no `metadata.aicheck.{missing[0]}`")
    if own["severity"] not in SEVERITIES:
        raise RuleError(f"rule file {source} has the unknown severity {own['severity']!r}")
    return Rule(
        id=identifier,
        title=own["title"],
        why=own["why"].strip(),
        instead=own["instead"].strip(),
        severity=own["severity"],
        confidence=own.get("confidence", "high"),
        engine="semgrep",
        kind="differential" if own.get("when") == "removed" else "snapshot",
        languages=languages,
        needles=tuple(tuple(group) for group in own.get("needles", ())),
        when=own.get("when", "added"),
        cwe=tuple(own.get("cwe", ())),
        since=own.get("since", "0.1.0"),
        references=tuple(own.get("references", ())),
        examples=examples,
        security=bool(own.get("security", False)),
        fixed=bool(own.get("fixed", False)),
        source=source,
    )


def _examples(entries: Sequence[dict[str, Any]], source: str) -> tuple[Example, ...]:
    """Each entry has a `path`, a `note`, and `bad` or `good`: the text of a file that comes, or its `before` and `after`.

    In place of a text a side may be a mapping of paths to texts.
    """
    made = []
    for entry in entries:
        if len({"bad", "good"} & set(entry)) != 1 or "path" not in entry:
            raise RuleError(f"rule file {source} has an example without a `path` and one of `bad` and `good`")
        is_bad = "bad" in entry
        code, note, path = entry["bad" if is_bad else "good"], entry.get("note", ""), entry["path"]
        if isinstance(code, str):
            made.append((bad if is_bad else good)(code, note, path=path))
        elif set(code) == {"before", "after"}:
            made.append((bad_change if is_bad else good_change)(code["before"], code["after"], note, path=path))
        else:
            raise RuleError(f"rule file {source} has an example that is neither a text nor a `before` and an `after`")
    return tuple(made)
