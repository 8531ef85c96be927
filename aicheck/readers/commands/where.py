"""Where a command runs, told from the names of what it stands in."""

from pathlib import PurePosixPath

from aicheck.model.facts import Where
from aicheck.regex import regex


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS: tuple[tuple[Where, frozenset[str]], ...] = (
    (
        "test",
        _words(
            "test tests testing unittest unittests pytest e2e lint linter linting check checks typecheck format "
            "fmt audit coverage spec integration acceptance smoke verify validate validation benchmark bench"
        ),
    ),
    (
        "deploy",
        _words(
            "deploy deploys deployment deploying cd release releases publish publishing apply migrate migrations "
            "migration rollout rollback promote provision provisioning production prod staging ship upload "
            "terraform infra infrastructure playbook restore"
        ),
    ),
    (
        "start-up",
        _words("start startup entrypoint entry init boot bootstrap run serve server up worker web daemon"),
    ),
    (
        "build",
        _words("build builds compile image images package packages bundle dist docker container install setup"),
    ),
    ("job", _words("cron cronjob job nightly scheduled schedule cleanup backup sync purge")),
)
"""The first row that fits; a name with words for tests and for deployments is neither."""
START_FOLDERS = _words("init.d entrypoint.d docker-entrypoint.d docker-entrypoint-initdb.d rc.d cont-init.d services.d")
JOB_FOLDERS = _words("cron.d cron.daily cron.hourly cron.weekly cron.monthly")
TEST_FOLDERS = _words("test tests testing spec e2e fixtures testdata")
_WORD = regex(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def where_of_name(name: str) -> Where | None:
    """Where what a job, step, stage or target of this name runs; None when its words do not tell.

    Start-up is told by the words of a script's name alone: a job named `run` is any job.
    """
    found = _where_of_words(name)
    return None if found in {"start-up", "job"} else found


def where_of_script(path: str) -> Where:
    """Where a script or program file runs, from its folders and name; `developer` when they do not tell."""
    parts = PurePosixPath(path.lower()).parts
    folders, stem = frozenset(parts[:-1]), PurePosixPath(path).name.partition(".")[0]
    if folders & TEST_FOLDERS:
        return "test"
    if folders & START_FOLDERS:
        return "start-up"
    if folders & JOB_FOLDERS:
        return "job"
    return _where_of_words(stem) or _where_of_words(" ".join(parts[:-1])) or "developer"


def _where_of_words(text: str) -> Where | None:
    words = {word.lower() for word in _WORD.findall(text)}
    found = [where for where, known in WORDS if words & known]
    if not found or {"test", "deploy"} <= set(found):
        return None
    return found[0]
