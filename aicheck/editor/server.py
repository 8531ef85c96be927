"""The language server: messages in, messages out. What is judged and when is the session's business."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

import aicheck
from aicheck.catalogue import load_catalogue
from aicheck.editor.actions import Menu
from aicheck.editor.options import read_options
from aicheck.editor.session import Session
from aicheck.editor.show import EXPLAIN, EXPLAIN_DECISION, SOURCE, decision_text, diagnostics, hover, lens, overlapping, rule_text

WATCHED = ("**/.git/HEAD", "**/.git/refs/heads/**", "**/.git/packed-refs")
"""Settings and policy are those of the commit: they are read again when it moves."""


class Server(LanguageServer):
    """One client's server."""

    def __init__(self) -> None:
        super().__init__("aicheck", aicheck.__version__, types.TextDocumentSyncKind.Incremental)
        self.session = Session(self.show, self._log)
        self.pulls = False
        """Whether the client asks for diagnostics; it is sent none then, or it would show each twice."""

    def show(self, uri: str, asked: bool) -> None:
        """Tell the client that what is known of a document has changed; a client that pulls asks by itself after an edit."""
        workspace = self.client_capabilities.workspace
        if self.pulls:
            if not asked and workspace is not None and workspace.diagnostics is not None and workspace.diagnostics.refresh_support:
                self.workspace_diagnostic_refresh(None)
        else:
            self._publish(uri)
        if workspace is not None and workspace.code_lens is not None and workspace.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    def clear(self, uri: str) -> None:
        """Take the diagnostics of a closed document away."""
        if not self.pulls:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _publish(self, uri: str) -> None:
        document = self.session.documents.get(uri)
        if document is not None and document.view is not None and document.view.version == document.version:
            found = diagnostics(document.view)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, document.view.version))

    def _log(self, sentence: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, f"aicheck: {sentence}"))


def make_server() -> Server:
    """A server with all its features, ready to be started."""
    server = Server()
    for name, handler in _HANDLERS.items():
        server.feature(name)(handler)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))(code_action)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))(code_lens)
    server.command(EXPLAIN)(explain)
    server.command(EXPLAIN_DECISION)(explain_decision)
    return server


def initialize(server: Server, params: types.InitializeParams) -> None:
    """Look at what the client can do."""
    capabilities = params.capabilities
    server.pulls = capabilities.text_document is not None and capabilities.text_document.diagnostic is not None
    if server.pulls:
        options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE)
        server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(pull)
    server.session.encoding = server.workspace.position_encoding or types.PositionEncodingKind.Utf16
    server.session.options = read_options(params.initialization_options)


async def initialized(server: Server, params: types.InitializedParams) -> None:  # noqa: ARG001  the protocol's signature
    """Ask for settings and for news of the repository, where the client offers them."""
    workspace = server.client_capabilities.workspace
    if workspace is None:
        return
    if workspace.did_change_watched_files is not None and workspace.did_change_watched_files.dynamic_registration:
        watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("aicheck-commits", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await server.client_register_capability_async(types.RegistrationParams([registration]))
    if workspace.configuration:
        await _ask_for_options(server)


async def _ask_for_options(server: Server) -> None:
    items = [types.ConfigurationItem(section="aicheck")]
    answer = await server.workspace_configuration_async(types.ConfigurationParams(items))
    if answer and answer[0]:
        server.session.configure(read_options(_plain(answer[0])))


def did_open(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A document that is a file is judged at once."""
    document = params.text_document
    path = to_fs_path(document.uri) if document.uri.startswith("file:") else None
    if path is not None:
        server.session.open(document.uri, Path(path), document.version, document.text)


def did_change(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    """An edit."""
    server.session.change(params.text_document.uri, params.text_document.version, list(params.content_changes))


async def did_save(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    """Judge the whole change, and say that this is going on."""
    uri = params.text_document.uri
    if uri not in server.session.documents:
        return
    window = server.client_capabilities.window
    token = f"aicheck-save-{uri}" if window is not None and window.work_done_progress else ""
    if token and token not in server.work_done_progress.tokens:
        await server.work_done_progress.create_async(token)
        server.work_done_progress.begin(token, types.WorkDoneProgressBegin("aicheck: judging the change"))
        await server.session.save(uri)
        server.work_done_progress.end(token, types.WorkDoneProgressEnd())
        server.work_done_progress.tokens.pop(token, None)
    else:
        await server.session.save(uri)


def did_close(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    """Nothing is shown of a document that is not open."""
    server.session.close(params.text_document.uri)
    server.clear(params.text_document.uri)


def did_change_watched_files(server: Server, params: types.DidChangeWatchedFilesParams) -> None:  # noqa: ARG001
    """A commit was made or checked out."""
    server.session.configure(server.session.options)


async def did_change_configuration(server: Server, params: types.DidChangeConfigurationParams) -> None:
    """Other settings: those in the message, else those that the client tells when asked."""
    workspace = server.client_capabilities.workspace
    if params.settings:
        server.session.configure(read_options(_plain(params.settings)))
    elif workspace is not None and workspace.configuration:
        await _ask_for_options(server)


async def pull(server: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """The diagnostics of the newest version, as soon as they are known."""
    view = await server.session.view(params.text_document.uri)
    found = diagnostics(view) if view is not None else []
    return types.RelatedFullDocumentDiagnosticReport(items=found)


async def hover_at(server: Server, params: types.HoverParams) -> types.Hover | None:
    """Why, and what to do instead."""
    view = await server.session.view(params.text_document.uri)
    return hover(view, params.position) if view is not None else None


async def code_lens(server: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """The decision."""
    view = await server.session.view(params.text_document.uri)
    return lens(view, params.text_document.uri) if view is not None else []


async def code_action(server: Server, params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
    """Fixes that were tried and hold, then the ways to accept and to learn more.

    Found by place and not by what the client sends back of a diagnostic, which some leave out.
    """
    uri = params.text_document.uri
    view = await server.session.view(uri)
    if view is None or (params.context.only and types.CodeActionKind.QuickFix not in params.context.only):
        return []
    here = list(overlapping(view, params.range))
    holding = await server.session.holding(uri, here)
    workspace = server.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace is not None else None
    menu = Menu(uri, view, versioned=bool(edits is not None and edits.document_changes))
    return [*menu.fixes(holding), *menu.others(here)]


def explain(server: Server, rule: str) -> None:
    """Show what a rule is about."""
    known = load_catalogue().by_id()
    text = rule_text(known[rule]) if rule in known else f"There is no rule {rule} here."
    server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))


async def explain_decision(server: Server, uri: str) -> None:
    """Show who must look at the change, and why."""
    view = await server.session.view(uri)
    text = decision_text(view.decision) if view is not None and view.decision is not None else "Nothing is known of this document."
    server.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))


def shutdown(server: Server, params: None) -> None:  # noqa: ARG001  the protocol's signature
    """End workers."""
    server.session.end()


def _plain(value: Any) -> Any:
    """A message's settings, which may come as objects, as dicts and lists."""
    fields = getattr(value, "_asdict", None)
    return {name: _plain(item) for name, item in fields().items()} if fields is not None else value


_HANDLERS: dict[str, Callable[..., Any]] = {
    types.INITIALIZE: initialize,
    types.INITIALIZED: initialized,
    types.SHUTDOWN: shutdown,
    types.TEXT_DOCUMENT_DID_OPEN: did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: did_change,
    types.TEXT_DOCUMENT_DID_SAVE: did_save,
    types.TEXT_DOCUMENT_DID_CLOSE: did_close,
    types.TEXT_DOCUMENT_HOVER: hover_at,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: did_change_configuration,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: did_change_watched_files,
}
