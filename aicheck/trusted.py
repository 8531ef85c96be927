"""Settings and policy from the trusted side, so that a change cannot switch off its own check."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from aicheck.catalogue import Catalogue
from aicheck.changes.git import Git
from aicheck.changes.sources import read_trusted
from aicheck.config import DEFAULTS, Config, load_config
from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import load_policy
from aicheck.policy.roster import Roster
from aicheck.policy.roster_file import ROSTER_FILE, load_roster

POLICY_FILE = ".aicheck/policy.toml"
CONFIG_FILES = ("aicheck.toml", "pyproject.toml")
SHOWN_ID = 12


class TrustedFiles(msgspec.Struct, frozen=True):
    """The files of the trusted side that steer the run, by name; missing ones are not in it."""

    files: dict[str, bytes]
    place: str
    """How messages call the trusted side: a short commit id, or `the before folder`."""

    def config(self, file: Path | None) -> Config:
        """The settings of the run: from `file` when the command line names one, else from the trusted side."""
        if file is not None:
            data = read_argument(file)
            is_pyproject = file.name == "pyproject.toml"
            config = load_config(None if is_pyproject else data, data if is_pyproject else None)
            return replace(config, source=str(file))
        config = load_config(self.files.get("aicheck.toml"), self.files.get("pyproject.toml"))
        return config if config.source == DEFAULTS.source else replace(config, source=f"{config.source} at {self.place}")

    def policy(self, file: Path | None, catalogue: Catalogue) -> Policy:
        """The policy of the run, likewise."""
        known = catalogue.by_id().keys()
        if file is not None:
            return load_policy(read_argument(file), known, str(file))
        data = self.files.get(POLICY_FILE)
        return load_policy(data, known, f"{POLICY_FILE} at {self.place}" if data is not None else POLICY_FILE)

    def roster(self, file: Path | None) -> Roster:
        """The people of the run, likewise."""
        if file is not None:
            return load_roster(read_argument(file), str(file))
        return load_roster(self.files.get(ROSTER_FILE), f"{ROSTER_FILE} at {self.place}")


def read_trusted_files(git: Git | None, change: ChangeSet, *, isolated: bool) -> TrustedFiles:
    """What the trusted side says; nothing at all when the run is isolated."""
    return TrustedFiles({}, "") if isolated else read_trusted_side(git, change.trusted)


def read_trusted_side(git: Git | None, side: str) -> TrustedFiles:
    """What a commit (its full id) says, or without git a folder."""
    place = side[:SHOWN_ID] if git is not None else "the before folder"
    return TrustedFiles(read_trusted(git, side, (POLICY_FILE, ROSTER_FILE, *CONFIG_FILES)), place)


def read_argument(file: Path) -> bytes:
    """The bytes of a file that the command line names. Raises UsageError."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
