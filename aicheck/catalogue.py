"""The one catalogue: Python checks, Semgrep YAML and adopted ruff codes as the same `Rule` value.

Reads the rule files that ship with aicheck and, when asked, a trusted folder of further Semgrep rules. Runs nothing.
"""

import hashlib
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

import aicheck
from aicheck.authoring import ChangeCheck, Check, DifferentialCheck, PythonCheck, RuffCode
from aicheck.errors import RuleError
from aicheck.model.rule import Rule
from aicheck.plugins import collect_checks
from aicheck.rule_files import ParsedRule, RuleFile, SemgrepRule, find_rule_files, parse_rule_file


class Catalogue(msgspec.Struct, frozen=True):
    """All rules in force, and what runs them."""

    rules: tuple[Rule, ...]
    """Sorted by id, one per id; languages of all implementations together, examples of all when it was loaded whole."""
    checks: tuple[type[Check], ...]
    files: tuple[RuleFile, ...]
    """Of Semgrep rules, sorted within each folder."""
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

    def semgrep(self, languages: Collection[str] | None = None) -> tuple[SemgrepRule, ...]:
        """The Semgrep rules over any of these languages (None: all), in the order of their files."""
        wanted = [file for file in self.files if languages is None or file.may_read(languages)]
        return tuple(parse_rule_file(file).implementation for file in wanted)


def load_catalogue(trusted_plugins: tuple[str, ...] = (), rule_folders: Sequence[Path] = (), *, whole: bool = False) -> Catalogue:
    """The built-in rules, those of trusted plugins, and the Semgrep rules in trusted `rule_folders`.

    Unless `whole`, a built-in file that adds a language to a rule is parsed when that language is scanned.
    Raises RuleError naming the file of a rule that is incomplete, extends nothing or takes an id that exists.
    """
    checks = collect_checks(trusted_plugins)
    rules = {check.id: check.rule() for check in checks}
    files = find_rule_files(built_in_rules(), is_built_in=True)
    files += tuple(file for folder in rule_folders for file in find_rule_files(folder, is_built_in=False))
    hasher = hashlib.sha256(aicheck.__version__.encode())
    for check in checks:
        hasher.update(Path(sys.modules[check.__module__].__file__ or "").read_bytes())
    for file in files:
        hasher.update(file.data)
    later, extensions = [], []
    for file in files:
        if not whole and file.is_built_in and file.named_rule in rules and file.named_languages:
            later.append(file)
            continue
        parsed = parse_rule_file(file)
        if parsed.rule is None:
            extensions.append(parsed)
        else:
            _define(rules, parsed.rule)
    for parsed in extensions:
        _extend(rules, parsed)
    for file in later:
        rules[file.named_rule] = _spoken(rules[file.named_rule], file.named_languages)
    return Catalogue(tuple(sorted(rules.values(), key=lambda rule: rule.id)), checks, files, hasher.hexdigest())


def built_in_rules() -> Path:
    """The folder of the Semgrep rules that ship with aicheck (in the wheel, or beside the package in a checkout)."""
    packed = Path(aicheck.__file__).parent / "rules"
    return packed if packed.is_dir() else Path(aicheck.__file__).parent.parent / "rules"


def _define(rules: dict[str, Rule], rule: Rule) -> None:
    if rule.id in rules:
        raise RuleError(f"rule file {rule.source} defines {rule.id} again; use `extends` to add a language")
    rules[rule.id] = rule


def _extend(rules: dict[str, Rule], parsed: ParsedRule) -> None:
    rule, implementation = rules.get(parsed.implementation.rule), parsed.implementation
    if rule is None:
        raise RuleError(f"rule file {implementation.source} extends {implementation.rule}, which does not exist")
    rules[rule.id] = replace(_spoken(rule, implementation.languages), examples=rule.examples + parsed.examples)


def _spoken(rule: Rule, languages: Sequence[str]) -> Rule:
    return replace(rule, languages=tuple(sorted({*rule.languages, *languages})))
