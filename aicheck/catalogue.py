"""The one catalogue: Python checks, Semgrep YAML and adopted ruff codes as the same `Rule` value.

Reads the rule files that ship with aicheck and, when asked, a trusted folder of further Semgrep rules. Runs nothing.
"""

import hashlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

import aicheck
from aicheck.authoring import ChangeCheck, Check, DifferentialCheck, PythonCheck, RuffCode, bad, bad_change, good, good_change
from aicheck.errors import RuleError
from aicheck.model.rule import SEVERITIES, Example, Rule
from aicheck.plugins import collect_checks

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


class Catalogue(msgspec.Struct, frozen=True):
    """All rules in force, and what runs them."""

    rules: tuple[Rule, ...]
    """Sorted by id, one per id; languages and examples of all implementations together."""
    checks: tuple[type[Check], ...]
    semgrep: tuple[SemgrepRule, ...]
    digest: str
    """Of all definitions; changes whenever a rule changes."""

    def python_checks(self) -> tuple[type[PythonCheck], ...]:
        """The LibCST checks."""
        return tuple(check for check in self.checks if issubclass(check, PythonCheck))

    def differential_checks(self) -> tuple[type[DifferentialCheck], ...]:
        """The checks that compare both sides of one file."""
        return tuple(check for check in self.checks if issubclass(check, DifferentialCheck))

    def change_checks(self) -> tuple[type[ChangeCheck], ...]:
        """The checks that judge the whole change."""
        return tuple(check for check in self.checks if issubclass(check, ChangeCheck))

    def ruff_codes(self) -> dict[str, type[RuffCode]]:
        """Adopted ruff code -> the rule that adopts it."""
        return {code: check for check in self.checks if issubclass(check, RuffCode) for code in check.codes}

    def by_id(self) -> dict[str, Rule]:
        """Every rule under its id."""
        return {rule.id: rule for rule in self.rules}

    def languages(self) -> frozenset[str]:
        """Every language that some rule reads."""
        return frozenset(language for rule in self.rules for language in rule.languages)


def load_catalogue(trusted_plugins: tuple[str, ...] = (), rule_folders: Sequence[Path] = ()) -> Catalogue:
    """The built-in rules, those of trusted plugins, and the Semgrep rules in trusted `rule_folders`.

    Raises RuleError naming the file of a rule that is incomplete, extends nothing or takes an id that exists.
    """
    checks = collect_checks(trusted_plugins)
    rules = {check.id: check.rule() for check in checks}
    hasher = hashlib.sha256(aicheck.__version__.encode())
    for check in checks:
        hasher.update(Path(sys.modules[check.__module__].__file__ or "").read_bytes())
    implementations = []
    for file in sorted(file for folder in (built_in_rules(), *rule_folders) for file in folder.glob("*/*.yaml")):
        hasher.update(file.read_bytes())
        implementations.append(_load_rule_file(file))
    for implementation, rule in sorted(implementations, key=lambda pair: pair[1] is None):
        if rule is not None:
            if rule.id in rules:
                raise RuleError(f"rule file {implementation.source} defines {rule.id} again; use `extends` to add a language")
            rules[rule.id] = rule
        else:
            _extend(rules, implementation)
    semgrep = tuple(implementation for implementation, _ in implementations)
    return Catalogue(tuple(sorted(rules.values(), key=lambda rule: rule.id)), checks, semgrep, hasher.hexdigest())


def built_in_rules() -> Path:
    """The folder of the Semgrep rules that ship with aicheck (in the wheel, or beside the package in a checkout)."""
    packed = Path(aicheck.__file__).parent / "rules"
    return packed if packed.is_dir() else Path(aicheck.__file__).parent.parent / "rules"


def _load_rule_file(file: Path) -> tuple[SemgrepRule, Rule | None]:
    import yaml  # only when rules are loaded; half the cost of a bare `aicheck --version`

    source = f"{file.parent.name}/{file.name}"
    try:
        document = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  a safe loader
        (definition,) = document["rules"]
        own = definition["metadata"].pop("aicheck")
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
    if "extends" in own:
        examples = _examples(own.get("examples", ()), source)
        definition["metadata"] = {"examples": examples}
        return implementation, None
    return implementation, _own_rule(identifier, languages, own, source)


def _languages(definition: dict[str, Any], source: str) -> tuple[str, ...]:
    names = definition.get("languages", ())
    unknown = [name for name in names if name not in SEMGREP_LANGUAGES]
    if unknown or not names:
        raise RuleError(f"rule file {source} names {'the unknown language ' + unknown[0] if unknown else 'no language'}")
    return tuple(sorted({SEMGREP_LANGUAGES[name] for name in names}))


def _own_rule(identifier: str, languages: tuple[str, ...], own: dict[str, Any], source: str) -> Rule:
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
        examples=_examples(own.get("examples", ()), source),
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


def _extend(rules: dict[str, Rule], implementation: SemgrepRule) -> None:
    rule = rules.get(implementation.rule)
    if rule is None:
        raise RuleError(f"rule file {implementation.source} extends {implementation.rule}, which does not exist")
    examples = implementation.definition.pop("metadata")["examples"]
    rules[rule.id] = replace(rule, languages=tuple(sorted({*rule.languages, *implementation.languages})), examples=rule.examples + examples)
