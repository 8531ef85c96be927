"""The policy, people and owners of a repository as they stand in its work tree, for whoever is editing them."""

from pathlib import Path

import msgspec

from aicheck.changes.git import Git, open_repository
from aicheck.changes.sources import read_trusted
from aicheck.policy.accepted_file import ACCEPTED_FILE
from aicheck.policy.judges import OWNERS_FILES
from aicheck.policy.policy_file import POLICY_FILE
from aicheck.policy.roster_file import ROSTER_FILE
from aicheck.trusted import SHOWN_ID, TrustedFiles


class OwnFiles(msgspec.Struct, frozen=True):
    """Where they were read, and what they hold."""

    git: Git
    trusted: TrustedFiles
    """Never used for a decision about a change."""


def read_own_files(repo: Path) -> OwnFiles:
    """Those of the work tree; in a bare repository those of HEAD. Raises ChangeError outside of a repository."""
    git = open_repository(repo)
    names = (POLICY_FILE, ROSTER_FILE, ACCEPTED_FILE, *OWNERS_FILES)
    tree = git.repository.work_tree
    if tree is not None:
        return OwnFiles(git, TrustedFiles(read_trusted(None, str(tree), names), "the work tree", git))
    head = git.head()
    return OwnFiles(git, TrustedFiles(read_trusted(git, head, names), head[:SHOWN_ID], git))
