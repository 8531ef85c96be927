"""How risky the place of a file is, from its path alone. A place shifts a severity or silences a rule; it never triggers one."""

import functools
from typing import Literal

from aicheck.regex import regex

Place = Literal["test", "example", "docs", "translation", "workflow", "migration", "development", "staging", "script", "production"]
"""`production` is every other place: code that runs and configuration that no word marks as harmless."""

WORDS: tuple[tuple[Place, frozenset[str]], ...] = (
    (
        "test",
        frozenset(
            {"test", "tests", "testing", "testdata", "spec", "specs", "e2e", "fixture", "fixtures", "mocks", "benchmarks", "conftest"}
        ),
    ),
    ("example", frozenset({"example", "examples", "sample", "samples", "demo", "demos", "playground", "tutorial", "tutorials"})),
    ("docs", frozenset({"changelog", "doc", "docs", "documentation", "readme"})),
    ("translation", frozenset({"i18n", "l10n", "lang", "locale", "locales", "messages", "translations"})),
    ("migration", frozenset({"migration", "migrations", "alembic"})),
    (
        "development",
        frozenset({"dev", "develop", "development", "local", "localhost", "sandbox", "preview", "kind", "minikube", "override"}),
    ),
    ("staging", frozenset({"stage", "staging", "stg", "qa", "uat", "preprod", "nonprod"})),
    ("script", frozenset({"script", "scripts", "bin", "hack", "tools"})),
)
"""Words of folder and file names, the first row that fits. Words are what lies between `/`, `.`, `-` and `_`."""
WORKFLOW_FOLDERS = ((".github", "workflows"), (".github", "actions"), (".circleci",), (".buildkite",), (".gitlab",))
FORM_FOLDERS = ((".github", "issue_template"), (".github", "discussion_template"), (".gitlab", "issue_templates"))
"""What people fill in, of which no machine takes notice."""
WORKFLOW_NAMES = frozenset(
    {".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "jenkinsfile", "cloudbuild.yaml"}
)
ENVIRONMENT_WORDS = frozenset(
    {"dev", "develop", "development", "local", "prod", "production", "qa", "sandbox", "staging", "stg", "test", "testing", "uat"}
)
"""Words that name an environment in a key path, where the others have too many meanings (`spec`, `stage`, `kind`)."""
PRODUCTION_WORDS = frozenset({"prod", "production", "prd", "live"})
"""Where they stand, the words for development and staging do not count (`dev-tools/prod.yaml`)."""

_SEPARATORS = regex(r"[/._\-\s=]+")
_FOLDER_ONLY = frozenset({"spec", "specs", "lang", "messages", "kind", "bin", "tools", "doc", "live"})
"""Words that mean something else in a file name (`openapi-spec.yaml`, `bin.py`)."""
_TEST_NAME = regex(r"(?:^test_.*|.*_tests?|.*\.(?:test|spec)|.*_spec)$")


@functools.lru_cache(maxsize=16_384)
def place_of(path: str) -> Place:
    """The place of a file, for example `test` for `tests/app.py` and `pkg/app_test.go`."""
    parts = tuple(part for part in path.lower().split("/") if part not in {"", "."})
    if not parts:
        return "production"
    folders, name = parts[:-1], parts[-1]
    if any(_holds(folders, wanted) for wanted in FORM_FOLDERS):
        return "docs"
    if name in WORKFLOW_NAMES or any(_holds(folders, wanted) for wanted in WORKFLOW_FOLDERS):
        return "workflow"
    stem = name.rpartition(".")[0] or name
    if _TEST_NAME.match(stem):
        return "test"
    words = words_of("/".join(folders)) | {word for word in words_of(stem) if word not in _FOLDER_ONLY}
    return _by_words(words | ({"test"} if "__tests__" in folders else set()))


def environment_of(words: frozenset[str]) -> Place:
    """The environment that words of a key path name: `development`, `staging` or `test`, else `production`."""
    place = _by_words(words & ENVIRONMENT_WORDS)
    return place if place in {"development", "staging", "test"} else "production"


def words_of(text: str) -> frozenset[str]:
    """The lower-case words between separators."""
    return frozenset(_SEPARATORS.split(text.lower())) - {""}


def _by_words(words: frozenset[str] | set[str]) -> Place:
    is_production = bool(words & PRODUCTION_WORDS)
    for place, wanted in WORDS:
        if words & wanted and not (is_production and place in {"development", "staging"}):
            return place
    return "production"


def _holds(folders: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(folders[start : start + len(wanted)] == wanted for start in range(len(folders)))
