"""How an option of a checker may change for the worse: which of its steps let more through, and how bad that is."""

import re
from collections import Counter
from collections.abc import Iterator

from aicheck.authoring.checker_options import PER_FILE, Option, squeeze
from aicheck.authoring.dangerous_steps import OFF, ON
from aicheck.authoring.wording import clip
from aicheck.model.rule import Severity
from aicheck.regex import regex

SELECTING = frozenset({"select", "extendselect", "enable", "tests", "extendselectrules", "enabledrules"})
IGNORING = frozenset({"ignore", "extendignore", "disable", "disableerrorcode", "skips", "skipcheck", "ignorerules", "excludedrules"})
EXCLUDING = frozenset(
    {"exclude", "extendexclude", "omit", "exclusions", "excludedirs", "skipdirs", "ignorepatterns", "coverageexclusions", "skippath"}
)
FLOORS = frozenset({"failunder", "target", "lines", "branches", "functions", "statements", "fail-under", "minscore", "minimumcoverage"})
STRICT = frozenset(
    """
    strict disallowuntypeddefs disallowincompletedefs checkuntypeddefs disallowanygenerics disallowuntypedcalls disallowuntypeddecorators
    disallowsubclassingany warnreturnany warnunreachable strictoptional strictequality noimplicitany strictnullchecks strictfunctiontypes
    strictbindcallapply strictpropertyinitialization noimplicitthis alwaysstrict nouncheckedindexedaccess noimplicitreturns
    useunknownincatchvariables exactoptionalpropertytypes nofallthroughcasesinswitch checkjs strictconcurrency wait recommended
    strictlistinference strictdictionaryinference checkcoverage failonerror
    """.split()  # noqa: SIM905
)
LAX = frozenset({"ignoreerrors", "ignorebuilderrors", "ignoreduringbuilds", "exitzero", "softfail", "allowjsonlyerrors", "noerrors"})
MODES = {"off": 0, "basic": 1, "standard": 2, "recommended": 3, "strict": 3, "all": 3}
LEVELS = {"off": 0, "0": 0, "allow": 0, "none": 0, "warn": 1, "1": 1, "warning": 1, "info": 1, "error": 2, "2": 2, "deny": 2, "forbid": 2}
SECURITY = regex(
    r"S(?:[1-7]\d?)?|S(?!101$|311$|404$|603$|607$)\d{3}|B[1-7]\d\d|gosec|bandit|.*security.*|.*secret.*|DUO\d*|no-(?:eval|implied-eval|new-func)"
    r"|no-unsanitized/.*|react/no-danger|CKV\w*|AVD\w*|CVE-.*|gitleaks|trufflehog|Security/.*|semgrep|zizmor|detect-private-key|checkov|tfsec"
)
BUGS = regex(
    r"ALL|all|F\d*|E9\d*|B(?:0\d*|9\d*)?|BLE\d*|PLE\d*|PL|ASYNC\d*|RUF|TRY|DTZ|E|PLW|errcheck|staticcheck|govet|gosimple|ineffassign|bodyclose"
    r"|sqlclosecheck|rowserrcheck|contextcheck|noctx|.*no-floating-promises|.*no-misused-promises|no-undef|no-unreachable|no-unsafe-\w+"
    r"|.*no-unsafe-.*|.*no-explicit-any|.*exhaustive-deps|.*rules-of-hooks|eqeqeq|no-unused-vars|Lint/.*|correctness|suspicious|unwrap_used"
    r"|unsafe_code|panic|mypy|pyright|tsc|typecheck|ruff|ruff-check|flake8|eslint|golangci-lint|clippy|pylint|nilerr|exhaustive|copyloopvar"
)
HARMLESS_PATH = regex(
    r"test|spec|mock|fixture|vendor|node_modules|generated|\bgen\b|_pb2|\.pb\.|migrations?|docs?\b|examples?|build|dist|venv|third_party"
    r"|__pycache__|\.git\b|cache|setup\.py|conftest|stub|typings|scripts?|benchmark|out\b|target|static|assets|template|e2e|stories|coverage"
    r"|\.(?:md|json|js|mjs|cjs|css|html|ipynb|txt|lock|min\.\w+|d\.ts|config\.\w+)\b|__main__|__init__|\.eggs?|tmp|legacy|worktree|\.\w+$|\.\w+/",
    re.IGNORECASE,
)
EVERYTHING = regex(r"(?:\*\*/)?\*?\*|\.|\./|src|src/\*\*|\*\.py|\*\.go|\*\*/\*\.\w+|\.\*|/.*")
FLOOR_OPTION = regex(r"--cov-fail-under[= ](\d{1,3}(?:\.\d+)?)")
NARROW_FALL = 2
Step = tuple[str, Severity]


def steps_of_option(before: Option, after: Option | None) -> Iterator[Step]:
    """What the change of an option lets through, in words that follow the option's name, and how bad that is.

    `after` is None where the option is gone while its checker is still configured.
    """
    name = before.name
    if before.scope == ("rules",):
        yield from _rule_level(before, after)
    elif name in SELECTING:
        yield from _lost_items(before, after)
    elif name in STRICT | LAX:
        yield from _switch(before, after)
    elif name in FLOORS or name == "addopts":
        yield from _floor(before, after)
    elif name == "typecheckingmode" and after is not None:
        if MODES.get(after.text, 9) < MODES.get(before.text, -1):
            yield f"{before.text} -> {after.text}", "high" if after.text == "off" else "medium"
    elif name in PER_FILE | IGNORING | EXCLUDING and after is not None:
        yield from _gained_items(before.items, after)


def steps_of_new_option(after: Option) -> Iterator[Step]:
    """The same for an option that a checker which was configured before has now."""
    if after.scope == ("rules",):
        return
    if after.name in IGNORING | EXCLUDING | PER_FILE:
        yield from _gained_items((), after)
    elif after.name in LAX and any(setting.value.lower() in ON for setting in after.settings):
        yield "is on", "high" if after.name != "ignoreerrors" or not after.scope else "medium"
    elif after.name in STRICT and after.text.lower() in OFF and after.name != "recommended":
        yield "is off", "medium"


def _rule_level(before: Option, after: Option | None) -> Iterator[Step]:
    one, other = (LEVELS.get(option.text.lower(), -1) if option else -1 for option in (before, after))
    if after is None or not 0 <= other < one:
        return
    if SECURITY.fullmatch(before.name):
        yield f"{before.text} -> {after.text}", "high"
    elif BUGS.fullmatch(before.name):
        yield f"{before.text} -> {after.text}", "medium" if other == 0 else "low"


def _lost_items(before: Option, after: Option | None) -> Iterator[Step]:
    kept = set(after.items) if after else {"E", "F"} if before.checker in {"ruff", "flake8"} else set()
    if "ALL" in kept or (after is None and before.checker == "golangci-lint"):
        return
    lost = [item for item in before.items if not any(item.startswith(prefix) for prefix in kept)]
    lost = [item for item in lost if not any(other.startswith(item) for other in kept)]
    grave = [item for item in lost if SECURITY.fullmatch(item) or item in {"B", "ALL", "F"}]
    bugs = [item for item in lost if BUGS.fullmatch(item)]
    if grave:
        yield f"lost {clip(', '.join(grave), 30)}", "high"
    elif bugs:
        yield f"lost {clip(', '.join(bugs), 30)}", "medium"
    elif lost:
        yield f"lost {clip(', '.join(lost), 30)}", "low"


def _gained_items(known: tuple[str, ...], after: Option) -> Iterator[Step]:
    gained = list((Counter(after.items) - Counter(known)).elements())
    if after.name in EXCLUDING:
        wide = [item for item in gained if EVERYTHING.fullmatch(item)]
        named = [item for item in gained if not HARMLESS_PATH.search(item) and re.search(r"\w", item)]
        if wide or named:
            yield f"gained {clip((wide or named)[0], 30)}", "high" if wide else "medium"
        return
    if after.name in PER_FILE:
        glob = "/".join(after.scope)
        if not glob or (HARMLESS_PATH.search(glob) and not EVERYTHING.fullmatch(glob)):
            return
        gained = [item for item in gained if len(item) <= 1 or item == "ALL" or SECURITY.fullmatch(item)]
    grave = [item for item in gained if item in {"ALL", "S", "B", "F", "all", "gosec", "bandit"}]
    bugs = [item for item in gained if SECURITY.fullmatch(item) or BUGS.fullmatch(item) or after.name == "disableerrorcode"]
    if grave and after.name not in PER_FILE:
        yield f"gained {clip(', '.join(grave), 30)}", "high"
    elif grave or bugs:
        yield f"gained {clip(', '.join(grave or bugs), 30)}", "medium"


def _switch(before: Option, after: Option | None) -> Iterator[Step]:
    wrong = OFF if before.name in STRICT else ON
    right = ON if before.name in STRICT else OFF
    worse = sum(setting.value.lower() in wrong for setting in (after.settings if after else ())) - sum(
        setting.value.lower() in wrong for setting in before.settings
    )
    grave = before.name in {"strict", "strictnullchecks", "noimplicitany", "ignorebuilderrors", "wait", "checkcoverage", "softfail"}
    if worse > 0:
        yield f"is {'off' if before.name in STRICT else 'on'}", "high" if grave and not before.scope else "medium"
    elif after is None and before.name in STRICT and before.text.lower() in right:
        yield "is gone", "high" if grave and not before.scope else "medium"


def _floor(before: Option, after: Option | None) -> Iterator[Step]:
    one, other = _number(before), _number(after) if after else None
    if one is None or one <= 0 or (squeeze(before.name) == "target" and before.checker != "codecov"):
        return
    if other is None:
        if after is None or before.name == "addopts":
            yield f"is gone (was {one:g})", "high"
    elif other < one:
        yield f"falls: {one:g} -> {other:g}", "high" if one - other > NARROW_FALL else "medium"


def _number(option: Option) -> float | None:
    text = option.text
    if option.name == "addopts":
        found = FLOOR_OPTION.search(" ".join(setting.value for setting in option.settings))
        return float(found[1]) if found else None
    text = text.rstrip("%")
    return float(text) if re.fullmatch(r"\d{1,3}(?:\.\d{1,4})?", text) else None
