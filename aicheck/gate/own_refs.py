"""What may stand below refs/aicheck/: approvals of people who are known, each where it belongs, and nothing else."""

from collections.abc import Sequence

from aicheck.changes.git import Git
from aicheck.gate.approval_tag import APPROVALS, TAG_LIMIT, SignedApproval, approval_ref, read_approval
from aicheck.gate.approvals import MOST_APPROVALS, Signers
from aicheck.gate.keyring import name_signer
from aicheck.gate.signature import SignatureError
from aicheck.gate.updates import Update

OWN_REFS = "refs/aicheck/"
REPLACEMENTS = "refs/replace/"
"""Where git looks for objects to show in place of others (git-replace), whatever the branches say."""


def pushed_approvals(updates: Sequence[Update]) -> dict[str, str]:
    """Ref -> new object of the approvals that come with a push."""
    return {update.ref: update.after for update in updates if update.ref.startswith(APPROVALS) and not update.deletes}


def own_ref_problem(git: Git, update: Update, signers: Signers) -> str:
    """Why an update below refs/aicheck/ is refused; empty when it may be made. An approval may always be taken back."""
    if not update.ref.startswith(APPROVALS):
        return f"only approvals may be pushed to {OWN_REFS}"
    if update.deletes:
        return ""
    if not update.creates:
        return "an approval cannot be replaced by another"
    data = git.tags([update.after], TAG_LIMIT).get(update.after)
    if data is None:
        return "it is no signed tag; make one with aicheck gate git approve"
    try:
        return _place_problem(git, update, read_approval(data), signers)
    except SignatureError as error:
        return f"it {error}"


def _place_problem(git: Git, update: Update, approval: SignedApproval, signers: Signers) -> str:
    if update.ref != approval_ref(approval.head, update.after):
        return f"it belongs at {approval_ref(approval.head, update.after)}"
    if not _is_known(approval.fingerprint, signers):
        return f"nobody here is known by the key {approval.fingerprint}"
    if len(git.refs(f"{APPROVALS}{approval.head}/")) >= MOST_APPROVALS:
        return f"there are already {MOST_APPROVALS} for this commit"
    return ""


def _is_known(fingerprint: str, signers: Signers) -> bool:
    """Whether a key is somebody's, so that nobody else can fill the gate with signatures."""
    who = name_signer(fingerprint, signers.roster, signers.listed)
    return bool(who) and (not signers.roster.people or signers.roster.find(who) is not None)
