"""Which changed paths judge changes: policy, roster, settings, owners, and the job that runs aicheck.

Such a change needs an owner by itself. Whatever cannot be read in full counts as touched.
"""

import re

from aicheck.config import CONFIG_FILE, matches_any, pyproject_table
from aicheck.model.change import ChangeSet, Content, FileChange
from aicheck.regex import regex

OWNERS_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look for owners, in their order: the first one that is there counts."""
OWN_FILES = (".aicheck/**", CONFIG_FILE, *OWNERS_FILES)
"""Always judge."""
JOB_FILES = (
    ".github/workflows/**",
    ".github/actions/**",
    ".gitlab-ci.yml",
    ".gitlab/ci/**",
    ".circleci/**",
    ".pre-commit-config.yaml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
)
"""Judge when they run aicheck, before or after."""
_HOLDERS = (".github", ".github/workflows", ".gitlab", "docs")
"""Folders that hold such files: one that is replaced by a link or a submodule takes them along."""
PYPROJECT = "pyproject.toml"

_RUNS_AICHECK = regex(rb"^(?![ \t]*#).*aicheck", re.IGNORECASE | re.MULTILINE)
"""Outside of whole-line comments."""


def judge_paths(change: ChangeSet) -> tuple[str, ...]:
    """The changed paths that judge changes, in the order of the change."""
    return tuple(file.path for file in change.files if _judges(file))


def _judges(file: FileChange) -> bool:
    if matches_any(OWN_FILES, file.path):
        return True
    if file.path in _HOLDERS:
        return True  # a path is never a folder: this is a link, a submodule or a file in its place
    if file.path == PYPROJECT:
        return _settings_differ(file.before, file.after)
    return matches_any(JOB_FILES, file.path) and (_runs_aicheck(file.before) or _runs_aicheck(file.after))


def _runs_aicheck(content: Content | None) -> bool:
    if content is None:
        return False
    return content.kind != "file" or content.data is None or runs_aicheck(content.data)


def runs_aicheck(job: bytes) -> bool:
    """Whether a job file runs aicheck."""
    return _RUNS_AICHECK.search(job) is not None


def _settings_differ(before: Content | None, after: Content | None) -> bool:
    try:
        return _settings(before) != _settings(after)
    except ValueError:
        return True


def _settings(content: Content | None) -> str:
    """The settings table in words, so that `1`, `1.0` and `true` differ. Raises ValueError when in doubt."""
    if content is None:
        return repr(None)
    if content.kind != "file" or content.data is None:
        raise ValueError("not a readable file")
    try:
        return repr(pyproject_table(content.data))
    except RecursionError:
        raise ValueError("nested too deeply") from None
