"""The facts that escalations ask about."""

from aicheck.model.change import ChangeSet, Commit, Content, FileChange, Hunk, Identity
from aicheck.model.coverage import Coverage, Failure
from aicheck.model.provenance import UNKNOWN, Attribution
from aicheck.policy.facts import summarize


def content(text: str) -> Content:
    return Content("file", False, len(text), text.encode())


def change(*files: FileChange, commits: tuple[Commit, ...] = ()) -> ChangeSet:
    return ChangeSet(files, "a", "b", "a", commits)


def test_a_plain_change() -> None:
    edited = FileChange("b.py", content("1\n2\n"), content("1\n"), (Hunk(2, 1, 1, 0),))
    jo = Identity("Jo", "jo@example.com")
    commit = Commit("c0ffee", (), jo, jo, "x\n\nAicheck-Ack: a/b; c; d")
    ledger = (Coverage("b.py", "after", "analyzed"),)
    summary = summarize(change(edited, FileChange("CODEOWNERS", None, content("* @a")), commits=(commit,)), UNKNOWN, ledger, (), "mid")
    assert summary.paths == ("CODEOWNERS", "b.py")
    assert (summary.lines_removed, summary.files, summary.author_rank, summary.author_kind) == (1, 2, "mid", "person")
    assert summary.judge_paths == ("CODEOWNERS",)
    assert [line.rule for line in summary.acknowledgements] == ["a/b"]
    assert not summary.incomplete


def test_unanalyzed_paths_and_failures_make_it_incomplete() -> None:
    ledger = (Coverage("b.py", "after", "unanalyzed", "syntax"), Coverage("c.py", "after", "not-applicable", "excluded"))
    failures = (Failure("a.py", "after", "cst", "crashed", "a/b"),)
    assert summarize(change(), UNKNOWN, ledger, failures).unread == ("a.py", "b.py")
    whole_engine = summarize(change(), UNKNOWN, (), (Failure("", "after", "semgrep", "did not start"),))
    assert whole_engine.incomplete
    assert whole_engine.unread == ()


def test_bots_and_agents() -> None:
    assert summarize(change(), Attribution("unknown", bot=True), (), ()).author_kind == "bot"
    agent = summarize(change(), Attribution("attested", agent=True), (), ())
    assert (agent.state, agent.agent, agent.author_kind) == ("attested", True, "bot")


def moved(before: str, after: str) -> ChangeSet:
    lines = len(before.splitlines())
    gone = FileChange("deploy/a.py", content(before), None, (Hunk(1, lines, 0, 0),))
    came = FileChange("lib/a.py", None, content(after), (Hunk(0, 0, 1, len(after.splitlines())),), moved_from="deploy/a.py")
    return change(gone, came)


def test_a_move_removes_no_lines_and_keeps_both_paths() -> None:
    summary = summarize(moved("1\n2\n3\n", "1\n2\n3\n"), UNKNOWN, (), ())
    assert summary.lines_removed == 0
    assert summary.paths == ("deploy/a.py", "lib/a.py")
    assert summary.moves == (("lib/a.py", "deploy/a.py"),)


def test_lines_lost_on_the_way_count() -> None:
    assert summarize(moved("1\n2\n3\n4\n", "1\n4\n5\n"), UNKNOWN, (), ()).lines_removed == 2
