"""suppression-tampering/checker-weakened."""

import re
from collections import Counter
from collections.abc import Iterator

from aicheck.authoring import ChangeCheck, ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.checker_options import Option, hooks_of, options_of
from aicheck.authoring.checker_steps import BUGS, SECURITY, STRICT, Step, steps_of_new_option, steps_of_option
from aicheck.authoring.dangerous_steps import ON
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.facts import Setting
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location

RUFF = '[tool.ruff.lint]\nselect = [{select}]\nignore = [{ignore}]\n\n[tool.ruff.lint.per-file-ignores]\n"tests/*" = [{tests}]\n'
USUAL = RUFF.format(select='"E", "F", "B", "S"', ignore='"E501"', tests="")
COVERAGE = "[tool.coverage.report]\nfail_under = {floor}\nshow_missing = true\n"
TSCONFIG = '{{"compilerOptions": {{"target": "es2022", "strict": {strict}}}}}\n'
HOOKS = (
    "repos:\n  - repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v5.0.0\n    hooks:\n      - id: end-of-file-fixer\n{more}"
)
ALIKE = (
    frozenset({"mypy", "pyright", "basedpyright", "pyrefly", "ty"}),
    frozenset({"flake8", "pylint", "ruff"}),
    frozenset({"eslint", "biome", "oxlint"}),
)
"""Checkers of which one takes the place of another."""
Key = tuple[str, tuple[str, ...], str]


class CheckerWeakened(ChangeCheck):
    """Finds settings of linters, type checkers, scanners and coverage tools that let more through than before."""

    id = "suppression-tampering/checker-weakened"
    title = "A linter, type checker, scanner or coverage floor lets more through"
    why = "Nothing shows any more what it would have stopped, in this change and in all that follow; the pipeline stays green."
    instead = "Repair what it finds, or accept that one place with a comment that says why. Raise a floor, never lower it."
    severity = "high"
    fixed = True
    languages = ("ini", "javascript", "json", "terraform", "toml", "typescript", "yaml")
    cwe = (693,)
    examples = (
        bad_change(USUAL, USUAL.replace(', "B", "S"', ""), "two kinds of rules less", path="pyproject.toml"),
        bad_change(USUAL, USUAL.replace('"E501"', '"E501", "S"'), "all security rules", path="pyproject.toml"),
        bad_change(COVERAGE.format(floor=85), COVERAGE.format(floor=20), "hardly anything is tested", path="pyproject.toml"),
        bad_change(TSCONFIG.format(strict="true"), TSCONFIG.format(strict="false"), "no strict types", path="tsconfig.json"),
        bad_change("[mypy]\nstrict = True\nfiles = shop\n", "[mypy]\nfiles = shop\n", "strict is gone", path="mypy.ini"),
        bad_change(
            "linters:\n  enable:\n    - gosec\n    - misspell\n",
            "linters:\n  enable:\n    - misspell\n",
            "no security linter",
            path=".golangci.yml",
        ),
        bad_change(
            '{"rules": {"no-eval": "error", "max-len": "error"}}\n',
            '{"rules": {"no-eval": "off", "max-len": "error"}}\n',
            "eval is fine now",
            path=".eslintrc.json",
        ),
        bad_change(
            "[tool:pytest]\naddopts = -q --cov-fail-under=90\n",
            "[tool:pytest]\naddopts = -q\n",
            "no floor for the tests",
            path="setup.cfg",
        ),
        bad_change(
            HOOKS.format(more="      - id: detect-private-key\n"), HOOKS.format(more=""), "keys may come in", path=".pre-commit-config.yaml"
        ),
        good_change(USUAL, USUAL.replace('"S"', '"S", "UP"'), "one more kind of rules", path="pyproject.toml"),
        good_change(USUAL, USUAL.replace("[]", '["S101"]'), "asserts in tests", path="pyproject.toml"),
        good_change(USUAL, USUAL.replace('"E", "F", "B", "S"', '"ALL"'), "all rules", path="pyproject.toml"),
        good_change(COVERAGE.format(floor=85), COVERAGE.format(floor=90), "a higher floor", path="pyproject.toml"),
        good_change(TSCONFIG.format(strict="false"), TSCONFIG.format(strict="true"), "strict at last", path="tsconfig.json"),
        good_change(
            {"setup.cfg": "[mypy]\nstrict = True\n", "pyproject.toml": "[project]\nname = 'shop'\n"},
            {"setup.cfg": "[metadata]\nname = shop\n", "pyproject.toml": "[project]\nname = 'shop'\n\n[tool.mypy]\nstrict = true\n"},
            "moved to another file",
        ),
        good_change(
            {"pyproject.toml": "[tool.mypy]\ndisallow_untyped_defs = true\nstrict_equality = true\n"},
            {"pyproject.toml": "[tool.mypy]\nstrict = true\n"},
            "one switch for all of them",
        ),
        good_change(
            {"pyproject.toml": "[tool.mypy]\nstrict = true\nwarn_return_any = true\n"},
            {"pyproject.toml": "[tool.mypy]\nignore_errors = true\n", "pyrefly.toml": "project-includes = ['shop']\n"},
            "another type checker takes its place",
        ),
        good_change(
            '{"app": {"strict": true, "ignore": ["a"]}}\n',
            '{"app": {"strict": false, "ignore": ["a", "S"]}}\n',
            "no checker",
            path="app.json",
        ),
    )

    def judge(self, change: ChangeFacts) -> Iterator[Match]:
        """Each option that lets more through, then checkers and hooks that are gone."""
        sides = [(pair, options_of(pair, "before"), options_of(pair, "after")) for pair in change.pairs if pair.language in self.languages]
        gained = _gained(sides)
        new_checkers = {one.checker for _, _, after in sides for one in after.values()} - {
            one.checker for _, before, _ in sides for one in before.values()
        }
        replaced = {checker for kind in ALIKE if kind & new_checkers for checker in kind} - new_checkers
        for pair, before, after in sides:
            if pair.after is not None:
                yield from self._judge_options(pair, before, after, gained, replaced)
                if pair.path == pair.before_path:
                    yield from self._judge_checkers(pair, before, sides, new_checkers)
            yield from self._judge_hooks(pair)

    def _judge_options(
        self,
        pair: FilePair,
        before: dict[Key, Option],
        after: dict[Key, Option],
        gained: Counter[tuple[str, str, str]],
        replaced: set[str],
    ) -> Iterator[Match]:
        configured = ({option.checker for option in after.values()} & {option.checker for option in before.values()}) - replaced
        for key, was in before.items():
            if was.checker in configured:
                kept = after.get(key)
                if kept is None and (
                    all(gained[was.checker, was.name, item] for item in was.items)
                    or _extends_more(was, before, after)
                    or _is_strict_now(was, before, after)
                ):
                    continue
                for step in steps_of_option(was, kept):
                    yield self._match_option(pair, was, kept, step)
        for key, new in after.items():
            if key not in before and new.checker in configured:
                for step in steps_of_new_option(new):
                    yield self._match_option(pair, None, new, step)

    def _judge_checkers(
        self, pair: FilePair, before: dict[Key, Option], sides: list[tuple[FilePair, dict[Key, Option], dict[Key, Option]]], new: set[str]
    ) -> Iterator[Match]:
        """A checker whose settings are all gone while their file stays, and that no other one replaces."""
        left = {option.checker for _, _, after in sides for option in after.values()}
        for checker in sorted({option.checker for option in before.values()} - left):
            option = next(option for option in before.values() if option.checker == checker)
            if not new:
                yield self._at(pair, (option.settings[0], None), (f"All settings of {checker} are gone", "medium"), checker)

    def _judge_hooks(self, pair: FilePair) -> Iterator[Match]:
        before, after = ({setting.value: setting for setting in hooks_of(pair, side)} for side in ("before", "after"))
        gained = after.keys() - before.keys()
        if pair.after is None:
            return
        for name in before.keys() - after.keys():
            is_grave = SECURITY.fullmatch(name) is not None
            if (is_grave and not any(map(SECURITY.fullmatch, gained))) or (BUGS.fullmatch(name) and not gained):
                step: Step = (f"Hook {clip(name, 50)} is gone", "high" if is_grave else "medium")
                yield self._at(pair, (before[name], None), step, name)

    def _match_option(self, pair: FilePair, before: Option | None, after: Option | None, step: Step) -> Match:
        option = before or after
        assert option is not None
        name = next((part for part in reversed(option.settings[0].key) if not part.startswith("[")), option.name)
        sides = (before.settings[0] if before else None, after.settings[0] if after else None)
        symbol = ".".join((option.checker, *option.scope, option.name))
        return self._at(pair, sides, (f"{option.checker}: {clip(name, 36)} {step[0]}", step[1]), symbol)

    def _at(self, pair: FilePair, sides: tuple[Setting | None, Setting | None], step: Step, symbol: str) -> Match:
        before, after = sides
        line = before.span.line if before else 0
        excerpt = Excerpt(pair.before_path, line, clip(pair.line("before", line), EXCERPT_LIMIT)) if before else None
        where = Location(pair.path, "after", after.span if after else WHOLE_FILE)
        return self.match(where, step[0], symbol=symbol, text=step[0], before=excerpt, severity=step[1])


def _gained(sides: list[tuple[FilePair, dict[Key, Option], dict[Key, Option]]]) -> Counter[tuple[str, str, str]]:
    """(checker, option, item) of what stands in a place of the change where it did not stand before."""
    found: Counter[tuple[str, str, str]] = Counter()
    for _, before, after in sides:
        for key, option in after.items():
            found.update((option.checker, option.name, item) for item in option.items if key not in before)
    return found


def _is_strict_now(was: Option, before: dict[Key, Option], after: dict[Key, Option]) -> bool:
    """Whether one switch now turns on what the option did among others."""
    if was.name not in STRICT or was.text.lower() not in ON:
        return False
    one, other = (
        any(option.checker == was.checker and option.name == "strict" and option.text.lower() in ON for option in options.values())
        for options in (before, after)
    )
    return other and not one


def _extends_more(was: Option, before: dict[Key, Option], after: dict[Key, Option]) -> bool:
    """Whether the option may come from a file that the settings extend from now on."""
    one, other = (
        {
            item
            for option in options.values()
            if option.checker == was.checker and re.fullmatch("extends?", option.name)
            for item in option.items
        }
        for options in (before, after)
    )
    return bool(other - one)
