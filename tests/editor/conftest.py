"""Real repositories, and the real server as a process of its own behind a client."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from tests.cli.test_main import SOURCE, git

CONFIG = "db:\n  host: a.example\n  timeout: 30s\n  pool: 5\n"
WITHOUT_TIMEOUT = "db:\n  host: a.example\n  pool: 5\n"
CLEAN = "import tenacity\n\n\ndef load(fetch):\n    return fetch()\n"
RETRY = "import tenacity\n\n\n@tenacity.retry\ndef load(fetch):\n    return fetch()\n"


class Client:
    """A client and the files that it has open."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.lsp = client
        self.root = root
        self.versions: dict[str, int] = {}

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str) -> None:
        self.versions[path] = 1
        self.lsp.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(self.uri(path), "", 1, text)))

    def change(self, path: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        self.versions[path] += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(path), version=self.versions[path])
        self.lsp.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))

    def write(self, path: str, text: str) -> None:
        self.change(path, types.TextDocumentContentChangeWholeDocument(text))

    def save(self, path: str) -> None:
        self.lsp.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(path))))

    async def pull(self, path: str) -> list[types.Diagnostic]:
        asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(self.uri(path)))
        report = await self.lsp.text_document_diagnostic_async(asked)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)

    async def pushed(self, path: str, version: int | None = None) -> list[types.Diagnostic]:
        """The diagnostics that were sent for a version, when they are there."""
        for _ in range(300):
            known = self.lsp.diagnostics.get(self.uri(path))
            sent = self.sent(path)
            if known is not None and (version is None or (sent and sent[-1].version == version)):
                return list(known)
            await asyncio.sleep(0.1)
        raise AssertionError("no diagnostics were sent")

    def sent(self, path: str) -> list[types.PublishDiagnosticsParams]:
        return [one for one in SENT if one.uri == self.uri(path)]


SENT: list[types.PublishDiagnosticsParams] = []


def rules(found: list[types.Diagnostic]) -> list[object]:
    return [one.code for one in found]


def make_repository(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Start")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop", {"app.yaml": CONFIG, "load.py": CLEAN})


def capabilities(*, pull: bool, encodings: list[types.PositionEncodingKind | str] | None = None) -> types.ClientCapabilities:
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=encodings),
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities() if pull else None),
        workspace=types.WorkspaceClientCapabilities(workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=pull)),
    )


async def start(root: Path, wanted: types.ClientCapabilities, **options: object) -> Client:
    client = make_test_lsp_client()
    SENT.clear()

    def keep(params: types.PublishDiagnosticsParams) -> None:
        SENT.append(params)
        client.diagnostics[params.uri] = params.diagnostics

    client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = keep  # the client's own drops the version
    await client.start_io(sys.executable, "-m", "aicheck", "lsp", env={**os.environ, "PYTHONPATH": str(SOURCE)}, cwd=str(root))
    folders = [types.WorkspaceFolder(root.as_uri(), root.name)]
    await client.initialize_session(
        types.InitializeParams(capabilities=wanted, root_uri=root.as_uri(), workspace_folders=folders, initialization_options=options)
    )
    return Client(client, root)


@pytest_asyncio.fixture
async def pulling(repository: Path) -> AsyncIterator[Client]:
    client = await start(repository, capabilities(pull=True), debounce=20)
    yield client
    await client.lsp.shutdown_session()


@pytest_asyncio.fixture
async def pushed_to(repository: Path) -> AsyncIterator[Client]:
    client = await start(repository, capabilities(pull=False), debounce=20)
    yield client
    await client.lsp.shutdown_session()
