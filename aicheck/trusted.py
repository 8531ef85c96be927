"""Settings and policy from the trusted side, so that a change cannot switch off its own check."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from aicheck.changes.git import Git, open_repository
from aicheck.changes.sources import read_trusted
from aicheck.config import CONFIG_FILE, DEFAULTS, PROJECT_FILE, Config, load_config
from aicheck.errors import PolicyError, UsageError
from aicheck.model.change import ChangeSet
from aicheck.plugins import collect_signatures
from aicheck.policy.accepted import Accepted
from aicheck.policy.accepted_file import ACCEPTED_FILE, load_accepted
from aicheck.policy.inheritance import Reference
from aicheck.policy.judges import OWNERS_FILES
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import load_policy
from aicheck.policy.roster import Roster
from aicheck.policy.roster_file import ROSTER_FILE, load_roster
from aicheck.provenance.signatures import SIGNATURES_FILE, Signature, extend_signatures
from aicheck.readers.owners import MOST_LINES, parse_owners
from aicheck.readers.ownership import NO_OWNERS, Owners
from aicheck.readers.python_text import split_lines

if TYPE_CHECKING:
    from aicheck.catalogue import Catalogue

POLICY_FILE = ".aicheck/policy.toml"
SHOWN_ID = 12


class TrustedFiles(msgspec.Struct, frozen=True):
    """The files of the trusted side that steer the run, by name; missing ones are not in it."""

    files: dict[str, bytes]
    place: str
    """How messages call the trusted side: a short commit id, or `the before folder`."""
    git: Git | None = None
    """Holds the policy that the policy extends; None: nothing does."""

    def config(self, file: Path | None) -> Config:
        """The settings of the run: from `file` when the command line names one, else from the trusted side."""
        if file is not None:
            data = read_argument(file)
            is_pyproject = file.name == PROJECT_FILE
            config = load_config(None if is_pyproject else data, data if is_pyproject else None)
            return replace(config, source=str(file))
        config = load_config(self.files.get(CONFIG_FILE), self.files.get(PROJECT_FILE))
        return config if config.source == DEFAULTS.source else replace(config, source=f"{config.source} at {self.place}")

    def policy(self, file: Path | None, catalogue: Catalogue) -> Policy:
        """The policy of the run, likewise."""
        known = catalogue.by_id().keys()
        fetch = partial(fetch_shared, self.git) if self.git is not None else None
        if file is not None:
            return load_policy(read_argument(file), known, str(file), fetch)
        data = self.files.get(POLICY_FILE)
        return load_policy(data, known, f"{POLICY_FILE} at {self.place}" if data is not None else POLICY_FILE, fetch)

    def roster(self, file: Path | None) -> Roster:
        """The people of the run, likewise."""
        if file is not None:
            return load_roster(read_argument(file), str(file))
        return load_roster(self.files.get(ROSTER_FILE), f"{ROSTER_FILE} at {self.place}")

    def signatures(self, plugins: tuple[str, ...]) -> tuple[Signature, ...]:
        """The signatures of AI tools of the run: aicheck's own, those of the plugins, those of the trusted side."""
        data = self.files.get(SIGNATURES_FILE)
        own = ((data.decode("utf-8", "replace"), f"{SIGNATURES_FILE} at {self.place}"),) if data is not None else ()
        return extend_signatures((*collect_signatures(plugins), *own))

    def owners(self) -> Owners:
        """Who owns which paths. Raises PolicyError for a file that is too long to be read to its end, where the last word stands."""
        name = next((name for name in OWNERS_FILES if name in self.files), None)
        if name is None:
            return NO_OWNERS
        text = self.files[name].decode("utf-8", "replace")
        if len(split_lines(text)) > MOST_LINES:
            raise PolicyError(f"{name} at {self.place} has more than {MOST_LINES} lines; shorten it")
        return Owners(parse_owners(text))

    def accepted(self) -> tuple[Accepted, ...]:
        """The findings that the trusted side accepts."""
        return load_accepted(self.files.get(ACCEPTED_FILE))


def read_trusted_files(git: Git | None, change: ChangeSet, *, isolated: bool) -> TrustedFiles:
    """What the trusted side says; nothing at all when the run is isolated."""
    return TrustedFiles({}, "", git) if isolated else read_trusted_side(git, change.trusted)


def read_trusted_side(git: Git | None, side: str) -> TrustedFiles:
    """What a commit (its full id) says, or without git a folder."""
    place = side[:SHOWN_ID] if git is not None else "the before folder"
    names = (POLICY_FILE, ROSTER_FILE, ACCEPTED_FILE, SIGNATURES_FILE, CONFIG_FILE, PROJECT_FILE, *OWNERS_FILES)
    return TrustedFiles(read_trusted(git, side, names), place, git)


def fetch_shared(git: Git, reference: Reference) -> bytes:
    """The policy that another one extends, out of the commit that it names: in this repository, or in the one beside it.

    A commit's id tells its content, so it does not matter which of them has it. Raises PolicyError.
    """
    holder = git if git.has_commit(reference.commit) else _open_beside(git, reference)
    if holder is None:
        raise PolicyError(f"{reference} is extended and not here: no such commit in this repository, nor in {reference.repository}")
    found = read_trusted(holder, reference.commit, (reference.file,))
    if reference.file not in found:
        raise PolicyError(f"{reference} is extended, but that commit has no such file")
    return found[reference.file]


def _open_beside(git: Git, reference: Reference) -> Git | None:
    folder = (git.repository.work_tree or git.repository.git_dir) / reference.repository
    if not folder.is_dir():
        return None
    beside = open_repository(folder)
    return beside if beside.has_commit(reference.commit) else None


def read_argument(file: Path) -> bytes:
    """The bytes of a file that the command line names. Raises UsageError."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
