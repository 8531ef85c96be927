"""What the pre-receive hook does: judge each update of a protected branch, and let nothing else weaken the gate."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from aicheck.changes.git import Git
from aicheck.changes.repository import follow_reference, head_branch
from aicheck.errors import EXIT_PENDING, EXIT_SATISFIED, AicheckError, UsageError
from aicheck.gate.answer import SHOWN_ID, Where, write_answer
from aicheck.gate.approval_tag import APPROVALS, TAG_LIMIT, approval_ref, read_approval
from aicheck.gate.approvals import MOST_APPROVALS
from aicheck.gate.audit import append_record
from aicheck.gate.judge import BRANCHES, Around, Judged, check_trusted_side, judge_range
from aicheck.gate.keyring import name_signer
from aicheck.gate.memory import MEMORY_FILE, remember, remember_branch
from aicheck.gate.record import describe, describe_other
from aicheck.gate.settings import GateSettings, audit_file
from aicheck.gate.signature import SignatureError
from aicheck.gate.split import describe_pieces, find_pieces
from aicheck.model.decision import Decision, Report
from aicheck.policy.roster import NO_ROSTER
from aicheck.report.encode import visible
from aicheck.trusted import read_trusted_side

OWN_REFS = "refs/aicheck/"
MOST_UPDATES = 10_000
_UPDATE = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (refs/[^\n]+)")


class Update(msgspec.Struct, frozen=True):
    """One line that git hands to the hook."""

    before: str
    """Zeros where the ref is new."""
    after: str
    """Zeros where it is deleted."""
    ref: str

    @property
    def creates(self) -> bool:
        """Whether the ref is new."""
        return not self.before.strip("0")

    @property
    def deletes(self) -> bool:
        """Whether the ref goes."""
        return not self.after.strip("0")


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of one update."""

    text: str
    """Lines for the pusher; may be empty."""
    code: int = EXIT_SATISFIED
    judged: tuple[Report, Decision] | None = None
    """Where the exit code follows from them."""


class Gate(msgspec.Struct, frozen=True):
    """The gate of one repository during one push."""

    git: Git
    settings: GateSettings
    around: Around

    @property
    def log(self) -> Path:
        """The record of decisions."""
        return audit_file(self.git.repository.git_dir)

    @property
    def memory(self) -> Path:
        """Who pushed what."""
        return self.log.with_name(MEMORY_FILE)


def parse_updates(data: bytes) -> tuple[Update, ...]:
    """The updates of a push. Raises UsageError for anything that git does not write."""
    found: list[Update] = []
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        parts = _UPDATE.fullmatch(line)
        if parts is None or len(found) >= MOST_UPDATES:
            raise UsageError("standard input does not hold the updates of a push; aicheck gate git receive is run by git")
        found.append(Update(parts[1], parts[2], parts[3]))
    return tuple(found)


def pushed_approvals(updates: Sequence[Update]) -> dict[str, str]:
    """Ref -> new object of the approvals that come with a push."""
    return {update.ref: update.after for update in updates if update.ref.startswith(APPROVALS) and not update.deletes}


def receive(gate: Gate, update: Update) -> Outcome:
    """Judge one update. Raises AicheckError when it cannot be judged, which refuses the push."""
    if update.ref.startswith(OWN_REFS):
        return _receive_own(gate, update)
    ref = follow_reference(gate.git.repository, update.ref)
    if not gate.settings.protects(ref):
        _remember_branch(gate, update)
        return Outcome("")
    if problem := _forbidden(gate, update):
        return _refuse(gate, update, ref, problem)
    if gate.settings.require_pusher and not gate.around.pusher.identity:
        return _refuse(gate, update, ref, "nobody says who pushes: sign the push (git push --signed), or push through a server that tells")
    base = update.before
    if update.creates:
        base = _trusted_tip(gate)
        if not base:
            return _begin(gate, update, ref)
    try:
        judged = judge_range(gate.git, (base, update.after), ref, gate.around)
    except AicheckError as error:
        append_record(gate.log, describe_other(gate.around, ref, (base, update.after), accepted=False, error=str(error)))
        raise
    return _conclude(gate, update, ref, judged)


def _conclude(gate: Gate, update: Update, ref: str, judged: Judged) -> Outcome:
    decision = judged.decision
    accepted = decision.verdict == "satisfied" or decision.observed
    pieces = find_pieces(gate.log, judged, gate.around.now)
    remember(gate.memory, judged.report.change, gate.around.pusher.identities, gate.around.now)
    recorded = append_record(gate.log, {**describe(judged, gate.around, ref, accepted), "pieces": list(pieces.heads)})
    notes = filter(None, [describe_pieces(pieces)])
    text = write_answer(judged.report, decision, Where(ref, update.after, accepted, recorded), notes)
    return Outcome(text, judged=(judged.report, decision))


def _remember_branch(gate: Gate, update: Update) -> None:
    """Other branches are not judged, but who pushed to them had a part in what they hold."""
    base = _trusted_tip(gate)
    if base and update.ref.startswith(BRANCHES) and not update.deletes:
        remember_branch(gate.memory, gate.git, (base, update.after), gate.around.pusher.identities, gate.around.now)


def _forbidden(gate: Gate, update: Update) -> str:
    """Why a protected branch may never be updated so; empty when it may."""
    if update.deletes:
        return "a protected branch cannot be deleted"
    if gate.git.resolve(update.after) != update.after:
        return "a branch must name a commit"
    if not update.creates and gate.git.merge_bases(update.before, update.after) != (update.before,):
        return "the push would take commits away from a protected branch; bring your change on top of it, or revert what shall go"
    return ""


def _refuse(gate: Gate, update: Update, ref: str, why: str) -> Outcome:
    append_record(gate.log, describe_other(gate.around, ref, (update.before, update.after), accepted=False, why=why))
    return Outcome(visible(f"aicheck: {ref.removeprefix(BRANCHES)} is refused: {why}"), EXIT_PENDING)


def _trusted_tip(gate: Gate) -> str:
    """The tip that a new protected branch is compared with: the default branch's, else that of any other protected one."""
    tips = {ref: tip for ref, tip in gate.git.refs(BRANCHES).items() if gate.settings.protects(ref)}
    return tips.get(head_branch(gate.git.repository)) or next(iter(tips.values()), "")


def _begin(gate: Gate, update: Update, ref: str) -> Outcome:
    """The first commits that a repository ever gets: nothing could judge them, and they become what judges the next ones."""
    check_trusted_side(gate.git, update.after)
    append_record(gate.log, describe_other(gate.around, ref, (update.before, update.after), accepted=True, why="first"))
    branch = ref.removeprefix(BRANCHES)
    return Outcome(visible(f"aicheck: {branch} {update.after[:SHOWN_ID]} is accepted: it is the first, and judges what comes after it"))


def _receive_own(gate: Gate, update: Update) -> Outcome:
    """Approvals may come and go; nothing else may stand below refs/aicheck/."""
    if not update.ref.startswith(APPROVALS):
        return Outcome(visible(f"aicheck: {update.ref} is refused: only approvals may be pushed to {OWN_REFS}"), EXIT_PENDING)
    if update.deletes:
        return Outcome("")
    problem = _approval_problem(gate, update)
    return Outcome(visible(f"aicheck: {update.ref} is refused: {problem}"), EXIT_PENDING) if problem else Outcome("")


def _approval_problem(gate: Gate, update: Update) -> str:
    if not update.creates:
        return "an approval cannot be replaced by another"
    data = gate.git.tags([update.after], TAG_LIMIT).get(update.after)
    if data is None:
        return "it is no signed tag; make one with aicheck gate git approve"
    try:
        approval = read_approval(data)
    except SignatureError as error:
        return f"it {error}"
    if update.ref != approval_ref(approval.head, update.after):
        return f"it belongs at {approval_ref(approval.head, update.after)}"
    if not _knows(gate, approval.fingerprint):
        return f"nobody here is known by the key {approval.fingerprint}"
    if len(gate.git.refs(f"{APPROVALS}{approval.head}/")) >= MOST_APPROVALS:
        return f"there are already {MOST_APPROVALS} for this commit"
    return ""


def _knows(gate: Gate, fingerprint: str) -> bool:
    """Whether a key is somebody's, so that nobody else can fill the gate with signatures."""
    tip = _trusted_tip(gate)
    roster = read_trusted_side(gate.git, tip).roster(None) if tip else NO_ROSTER
    who = name_signer(fingerprint, roster, gate.around.signers)
    return bool(who) and (not roster.people or roster.find(who) is not None)
