"""What the pre-receive hook does: judge each update of a protected branch, and let nothing else weaken the gate."""

from pathlib import Path

import msgspec

from aicheck.changes.git import Git
from aicheck.changes.repository import follow_reference, head_branch
from aicheck.errors import AicheckError
from aicheck.gate.answer import SHOWN_ID, Where, write_answer
from aicheck.gate.approvals import Signers
from aicheck.gate.audit import append_record
from aicheck.gate.judge import BRANCHES, Around, Judged, check_trusted_side, judge_range
from aicheck.gate.memory import MEMORY_FILE, remember, remember_branch
from aicheck.gate.own_refs import OWN_REFS, REPLACEMENTS, own_ref_problem
from aicheck.gate.record import describe, describe_other
from aicheck.gate.settings import GateSettings, audit_file
from aicheck.gate.split import describe_pieces, find_pieces
from aicheck.gate.updates import Update
from aicheck.policy.roster import NO_ROSTER
from aicheck.report.encode import visible
from aicheck.trusted import read_trusted_side

_ELSEWHERE = "something else in this push is refused, and git takes all of it or nothing"


class Outcome(msgspec.Struct, frozen=True):
    """What one update of a push comes to, before anything is said or recorded."""

    update: Update
    ref: str
    """The branch that it is about, when its name stands for another one."""
    problem: str = ""
    """Why it may not be made, whatever is signed."""
    is_guarded: bool = True
    """Whether it is about a protected branch."""
    judged: Judged | None = None
    """Only where a protected branch grows."""

    @property
    def lets_pass(self) -> bool:
        """Whether nothing speaks against this update by itself. git takes all updates of a push or none."""
        return not self.problem and (self.judged is None or self.judged.decision.lets_pass)


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


def judge_update(gate: Gate, update: Update) -> Outcome:
    """Judge one update. Raises AicheckError when it cannot be judged, which refuses the push."""
    if f"{update.ref}/".casefold().startswith(OWN_REFS):
        return Outcome(update, update.ref, own_ref_problem(gate.git, update, _signers(gate)), is_guarded=False)
    if update.ref.casefold().startswith(REPLACEMENTS) and not update.deletes:
        return Outcome(update, update.ref, "a replaced object would change what guarded branches show", is_guarded=False)
    ref = follow_reference(gate.git.repository, update.ref)
    if not gate.settings.protects(ref):
        _remember_branch(gate, update)
        return Outcome(update, ref, is_guarded=False)
    if problem := _forbidden(gate, update):
        return Outcome(update, ref, problem)
    base = _trusted_tip(gate) if update.creates else update.before
    try:
        if base:
            return Outcome(update, ref, judged=judge_range(gate.git, (base, update.after), ref, gate.around))
        check_trusted_side(gate.git, update.after)
        return Outcome(update, ref)
    except AicheckError as error:
        append_record(gate.log, describe_other(gate.around, ref, (base, update.after), accepted=False, error=str(error)))
        raise


def conclude(gate: Gate, outcome: Outcome, is_taken: bool) -> str:
    """Record an update, and say what became of it; empty when there is nothing to say. `is_taken`: the whole push is."""
    update, ref = outcome.update, outcome.ref
    branch = ref.removeprefix(BRANCHES)
    if outcome.judged is not None:
        return _conclude_judged(gate, outcome, outcome.judged, is_taken)
    if outcome.is_guarded:
        why = outcome.problem or "first"
        append_record(gate.log, describe_other(gate.around, ref, (update.before, update.after), accepted=is_taken, why=why))
    if outcome.problem:
        return visible(f"aicheck: {branch} is refused: {outcome.problem}")
    if not outcome.is_guarded:
        return ""
    said = "is accepted: it is the first, and judges what comes after it" if is_taken else f"is refused: {_ELSEWHERE}"
    return visible(f"aicheck: {branch} {update.after[:SHOWN_ID]} {said}")


def _conclude_judged(gate: Gate, outcome: Outcome, judged: Judged, is_taken: bool) -> str:
    pieces = find_pieces(gate.log, judged, gate.around.now)
    remember(gate.memory, judged.report.change, gate.around.pusher.identities, gate.around.now)
    recorded = append_record(gate.log, {**describe(judged, gate.around, outcome.ref, is_taken), "pieces": list(pieces.heads)})
    notes = [describe_pieces(pieces), _ELSEWHERE if outcome.lets_pass and not is_taken else ""]
    where = Where(outcome.ref, outcome.update.after, is_taken, recorded)
    return write_answer(judged.report, judged.decision, where, filter(None, notes))


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
    if gate.settings.require_pusher and not gate.around.pusher.identity:
        return "nobody says who pushes: sign the push (git push --signed), or push through a server that tells"
    if not update.creates and gate.git.merge_bases(update.before, update.after) != (update.before,):
        return "the push would take commits away from a protected branch; bring your change on top of it, or revert what shall go"
    return ""


def _trusted_tip(gate: Gate) -> str:
    """The tip that a new protected branch is compared with: the default branch's, else that of any other protected one."""
    tips = {ref: tip for ref, tip in gate.git.refs(BRANCHES).items() if gate.settings.protects(ref)}
    return tips.get(head_branch(gate.git.repository)) or next(iter(tips.values()), "")


def _signers(gate: Gate) -> Signers:
    """Whose keys are known, as the default branch says."""
    tip = _trusted_tip(gate)
    return Signers(read_trusted_side(gate.git, tip).roster(None) if tip else NO_ROSTER, gate.around.signers)
