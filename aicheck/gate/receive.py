"""What the pre-receive hook does: judge each update of a protected branch, and let nothing else weaken the gate."""

from pathlib import Path

import msgspec

from aicheck.changes.git import Git
from aicheck.changes.repository import follow_reference, head_branch
from aicheck.errors import EXIT_PENDING, EXIT_SATISFIED, AicheckError
from aicheck.gate.answer import SHOWN_ID, Where, write_answer
from aicheck.gate.approvals import Signers
from aicheck.gate.audit import append_record
from aicheck.gate.judge import BRANCHES, Around, Judged, check_trusted_side, judge_range
from aicheck.gate.memory import MEMORY_FILE, remember, remember_branch
from aicheck.gate.own_refs import OWN_REFS, own_ref_problem
from aicheck.gate.record import describe, describe_other
from aicheck.gate.settings import GateSettings, audit_file
from aicheck.gate.split import describe_pieces, find_pieces
from aicheck.gate.updates import Update
from aicheck.model.decision import Decision, Report
from aicheck.policy.roster import NO_ROSTER
from aicheck.report.encode import visible
from aicheck.trusted import read_trusted_side


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


def receive(gate: Gate, update: Update) -> Outcome:
    """Judge one update. Raises AicheckError when it cannot be judged, which refuses the push."""
    if f"{update.ref}/".casefold().startswith(OWN_REFS):
        problem = own_ref_problem(gate.git, update, _signers(gate))
        return Outcome(visible(f"aicheck: {update.ref} is refused: {problem}"), EXIT_PENDING) if problem else Outcome("")
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


def _signers(gate: Gate) -> Signers:
    """Whose keys are known, as the default branch says."""
    tip = _trusted_tip(gate)
    return Signers(read_trusted_side(gate.git, tip).roster(None) if tip else NO_ROSTER, gate.around.signers)


def _begin(gate: Gate, update: Update, ref: str) -> Outcome:
    """The first commits that a repository ever gets: nothing could judge them, and they become what judges the next ones."""
    check_trusted_side(gate.git, update.after)
    append_record(gate.log, describe_other(gate.around, ref, (update.before, update.after), accepted=True, why="first"))
    branch = ref.removeprefix(BRANCHES)
    return Outcome(visible(f"aicheck: {branch} {update.after[:SHOWN_ID]} is accepted: it is the first, and judges what comes after it"))
