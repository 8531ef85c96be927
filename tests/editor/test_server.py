"""The server as a process, behind a client that pulls and one that is pushed to."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.cli.test_main import git
from tests.editor.conftest import CLEAN, CONFIG, RETRY, WITHOUT_TIMEOUT, Client, capabilities, make_repository, rules, start

pytestmark = pytest.mark.asyncio
LOOP = """\
export async function load(url) {
  while (true) {
    try {
      return await fetch(url);
    } catch (e) {}
  }
}
"""
RETRY_RULE = "unbounded-retry/retry-without-stop"
TIMEOUT_RULE = "safeguard-removal/timeout-setting-removed"


async def test_what_an_unsaved_edit_does_is_shown(pulling: Client) -> None:
    pulling.open("load.py", CLEAN)
    assert await pulling.pull("load.py") == []
    pulling.write("load.py", RETRY)
    (found,) = await pulling.pull("load.py")
    assert (found.code, found.source, found.severity) == (RETRY_RULE, "aicheck", types.DiagnosticSeverity.Error)
    assert (found.range.start.line, found.range.start.character) == (3, 0)
    pulling.write("load.py", CLEAN)
    assert await pulling.pull("load.py") == []


async def test_a_client_that_pulls_is_pushed_nothing(pulling: Client) -> None:
    pulling.open("app.yaml", WITHOUT_TIMEOUT)
    assert rules(await pulling.pull("app.yaml")) == [TIMEOUT_RULE]
    pulling.save("app.yaml")
    await asyncio.sleep(1)
    assert pulling.sent("app.yaml") == []


async def test_a_client_that_cannot_pull_is_pushed_each_version_once(pushed_to: Client) -> None:
    pushed_to.open("app.yaml", CONFIG)
    assert await pushed_to.pushed("app.yaml", 1) == []
    pushed_to.write("app.yaml", WITHOUT_TIMEOUT)
    assert rules(await pushed_to.pushed("app.yaml", 2)) == [TIMEOUT_RULE]
    assert [one.version for one in pushed_to.sent("app.yaml")] == [1, 2]
    pushed_to.lsp.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(pushed_to.uri("app.yaml"))))
    for _ in range(50):
        if len(pushed_to.sent("app.yaml")) == 3:
            break
        await asyncio.sleep(0.1)
    assert list(pushed_to.sent("app.yaml")[-1].diagnostics) == []


async def test_only_the_last_of_many_edits_is_judged(pushed_to: Client) -> None:
    pushed_to.open("load.py", CLEAN)
    await pushed_to.pushed("load.py", 1)
    for _ in range(20):
        pushed_to.write("load.py", RETRY)
        pushed_to.write("load.py", CLEAN)
    pushed_to.write("load.py", RETRY)
    assert rules(await pushed_to.pushed("load.py", 42)) == [RETRY_RULE]
    assert len(pushed_to.sent("load.py")) < 10


async def test_a_cancelled_request_does_not_keep_the_next_one(pulling: Client) -> None:
    pulling.open("load.py", CLEAN)
    asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(pulling.uri("load.py")))
    send = pulling.lsp.protocol.send_request_async
    waiting = asyncio.ensure_future(send(types.TEXT_DOCUMENT_DIAGNOSTIC, asked, "first"))  # type: ignore[no-untyped-call]
    await asyncio.sleep(0)
    pulling.lsp.cancel_request(types.CancelParams("first"))
    with pytest.raises(JsonRpcException):
        await waiting
    pulling.write("load.py", RETRY)
    assert rules(await pulling.pull("load.py")) == [RETRY_RULE]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 16), ("utf-16", 12), ("utf-32", 11)])
async def test_columns_are_those_of_the_negotiated_encoding(tmp_path: Path, encoding: str, column: int) -> None:
    folder = make_repository(tmp_path / "wide", {"load.py": "import requests\n"})
    client = await start(folder, capabilities(pull=True, encodings=[encoding]), debounce=0)
    client.open("load.py", "import requests\n'ä𝄞é'; x = requests.get('https://a.example')\n")
    (found,) = await client.pull("load.py")
    assert found.range.start == types.Position(1, column)
    await client.lsp.shutdown_session()


async def test_incremental_edits_after_wide_characters(pulling: Client) -> None:
    pulling.open("load.py", "x = '𝄞'\n" + CLEAN)
    await pulling.pull("load.py")
    place = types.Range(types.Position(0, 7), types.Position(0, 7))
    pulling.change("load.py", types.TextDocumentContentChangePartial(range=place, text="; y = 1"))
    here = types.Range(types.Position(3, 0), types.Position(4, 0))
    pulling.change("load.py", types.TextDocumentContentChangePartial(range=here, text="\n@tenacity.retry\n"))
    (found,) = await pulling.pull("load.py")
    assert found.range.start == types.Position(4, 0)


async def test_hover_says_why_and_what_instead(pulling: Client) -> None:
    pulling.open("app.yaml", WITHOUT_TIMEOUT)
    (found,) = await pulling.pull("app.yaml")
    where = types.TextDocumentIdentifier(pulling.uri("app.yaml"))
    shown = await pulling.lsp.text_document_hover_async(types.HoverParams(where, found.range.start))
    assert shown is not None and isinstance(shown.contents, types.MarkupContent)
    assert "**Instead:**" in shown.contents.value and "Before the change: `timeout: 30s`" in shown.contents.value
    nothing = await pulling.lsp.text_document_hover_async(types.HoverParams(where, types.Position(0, 0)))
    assert nothing is None


async def actions(client: Client, path: str, at: types.Range) -> tuple[list[types.CodeAction], list[types.Command]]:
    asked = types.CodeActionParams(types.TextDocumentIdentifier(client.uri(path)), at, types.CodeActionContext([]))
    answer = await client.lsp.text_document_code_action_async(asked)
    made = list(answer or ())
    return [one for one in made if isinstance(one, types.CodeAction)], [one for one in made if isinstance(one, types.Command)]


async def test_the_fix_puts_back_what_stood_there(pulling: Client) -> None:
    pulling.open("app.yaml", WITHOUT_TIMEOUT)
    (found,) = await pulling.pull("app.yaml")
    (fix, accept), (explain,) = await actions(pulling, "app.yaml", found.range)
    assert (fix.title, fix.is_preferred) == ("Put db.timeout back to 30s", True)
    assert list(fix.diagnostics or ()) == [found]
    assert fix.edit is not None and fix.edit.document_changes is not None
    (document,) = fix.edit.document_changes
    assert isinstance(document, types.TextDocumentEdit) and document.text_document.version == 1
    (edit,) = document.edits
    assert isinstance(edit, types.TextEdit)
    pulling.change("app.yaml", types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text))
    assert await pulling.pull("app.yaml") == []
    assert accept.title.startswith(f"Accept {TIMEOUT_RULE}")
    assert list(explain.arguments or ()) == [TIMEOUT_RULE]


async def test_accepting_needs_a_reason(pushed_to: Client) -> None:
    """The comment accepts nothing until it says why, and then what it accepts is itself a finding of this change."""
    pushed_to.open("load.py", RETRY)
    (found,) = await pushed_to.pushed("load.py", 1)
    accept = next(one for one in (await actions(pushed_to, "load.py", found.range))[0] if one.title.startswith("Accept"))
    assert accept.edit is not None and accept.edit.changes is not None
    (edit,) = accept.edit.changes[pushed_to.uri("load.py")]
    assert edit.new_text == f"# aicheck: ignore[{RETRY_RULE}] \n"
    pushed_to.change("load.py", types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text))
    assert rules(await pushed_to.pushed("load.py", 2)) == [RETRY_RULE]
    end = types.Range(types.Position(3, 200), types.Position(3, 200))
    pushed_to.change("load.py", types.TextDocumentContentChangePartial(range=end, text="the caller gives up"))
    assert "suppression-tampering/suppression-added" in rules(await pushed_to.pushed("load.py", 3))


async def test_the_lens_tells_the_decision(pulling: Client) -> None:
    pulling.open("load.py", RETRY)
    asked = types.CodeLensParams(types.TextDocumentIdentifier(pulling.uri("load.py")))
    (shown,) = await pulling.lsp.text_document_code_lens_async(asked) or ()
    assert shown.command is not None and shown.command.title == "aicheck: needs a senior: 1 finding here"
    await pulling.lsp.workspace_execute_command_async(types.ExecuteCommandParams(shown.command.command, shown.command.arguments))
    assert "senior" in pulling.lsp.messages[-1].message
    pulling.write("load.py", CLEAN)
    assert not await pulling.lsp.text_document_code_lens_async(asked)


async def test_saving_judges_the_whole_change_by_every_rule(pushed_to: Client) -> None:
    """Semgrep's rules and rules over several files speak when a document is saved."""
    code = LOOP
    pushed_to.open("load.js", code)
    assert await pushed_to.pushed("load.js", 1) == []
    (pushed_to.root / "load.js").write_text(code)
    pushed_to.save("load.js")
    for _ in range(300):
        found = pushed_to.sent("load.js")[-1].diagnostics
        if found:
            break
        await asyncio.sleep(0.1)
    assert found
    first = found[0].range.start.line
    above = types.Range(types.Position(0, 0), types.Position(0, 0))
    pushed_to.change("load.js", types.TextDocumentContentChangePartial(range=above, text="// a comment\n"))
    moved = await pushed_to.pushed("load.js", 2)
    assert moved[0].range.start.line == first + 1


async def test_what_moved_to_another_open_file_is_no_loss(pulling: Client) -> None:
    pulling.open("app.yaml", WITHOUT_TIMEOUT)
    assert rules(await pulling.pull("app.yaml")) == [TIMEOUT_RULE]
    pulling.open("gateway.yaml", "db:\n  timeout: 30s\n")
    await pulling.pull("gateway.yaml")
    pulling.write("app.yaml", WITHOUT_TIMEOUT + "x: 1\n")
    assert await pulling.pull("app.yaml") == []


async def test_each_repository_has_its_own_settings(tmp_path: Path) -> None:
    strict = make_repository(tmp_path / "a", {"load.py": CLEAN})
    excluding = make_repository(tmp_path / "b", {"load.py": CLEAN, "aicheck.toml": 'exclude = ["load.py"]\n'})
    client = await start(tmp_path, capabilities(pull=True), debounce=0)
    client.open("a/load.py", RETRY)
    client.open("b/load.py", RETRY)
    assert rules(await client.pull("a/load.py")) == [RETRY_RULE]
    assert await client.pull("b/load.py") == []
    assert strict != excluding
    await client.lsp.shutdown_session()


async def test_settings_follow_the_commit(repository: Path) -> None:
    client = await start(repository, capabilities(pull=True), debounce=0)
    client.open("load.py", RETRY)
    assert rules(await client.pull("load.py")) == [RETRY_RULE]
    (repository / "aicheck.toml").write_text('exclude = ["load.py"]\n')
    client.write("load.py", RETRY + "\n")
    assert rules(await client.pull("load.py")) == [RETRY_RULE]
    git(repository, "add", "aicheck.toml")
    git(repository, "commit", "-q", "-m", "Exclude")
    client.write("load.py", RETRY)
    assert await client.pull("load.py") == []
    await client.lsp.shutdown_session()


async def test_the_base_branch_is_an_option(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "agent/work")
    (repository / "load.py").write_text(RETRY)
    git(repository, "commit", "-q", "-a", "-m", "Retry")
    client = await start(repository, capabilities(pull=True), debounce=0)
    client.open("load.py", RETRY)
    assert await client.pull("load.py") == []
    client.lsp.workspace_did_change_configuration(types.DidChangeConfigurationParams({"aicheck": {"base": "main", "debounce": 0}}))
    assert rules(await client.pull("load.py")) == [RETRY_RULE]
    await client.lsp.shutdown_session()


async def test_a_file_outside_of_any_repository_is_left_alone(tmp_path: Path) -> None:
    client = await start(tmp_path, capabilities(pull=True), debounce=0)
    client.open("load.py", RETRY)
    assert await client.pull("load.py") == []
    assert any("not in a git repository" in one.message for one in client.lsp.log_messages)
    await client.lsp.shutdown_session()


async def test_what_could_not_be_judged_is_said(pulling: Client) -> None:
    pulling.open("load.py", CLEAN + "def (:\n")
    found = await pulling.pull("load.py")
    assert [one.code for one in found] == ["not-judged"]
    assert found[0].severity == types.DiagnosticSeverity.Information
