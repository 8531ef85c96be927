"""Which document is judged when: debounced, one at a time, the last change never lost. Knows nothing of messages."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from lsprotocol import types

from aicheck.changes.git import open_repository
from aicheck.editor.documents import Saved, View, look
from aicheck.editor.options import Options
from aicheck.editor.root import Judgement, Root
from aicheck.editor.text import Encoding, Text
from aicheck.errors import AicheckError, ChangeError
from aicheck.model.finding import Finding
from aicheck.runners.isolation import StandingWorkers

Result = TypeVar("Result")
MOST_OFFERS = 8
"""Fixes tried for one menu; each costs a scan."""


class Place(msgspec.Struct, frozen=True):
    """Where a document lies."""

    root: Path
    """The top folder of its repository."""
    path: str
    """Relative to it."""


class Document:
    """One open document."""

    def __init__(self, file: Path, version: int, text: Text) -> None:
        self.file = file
        self.version = version
        self.text = text
        self.place: Place | None = None
        self.due = 0.0
        """When it is to be judged, by the monotonic clock."""
        self.work: asyncio.Task[None] | None = None
        """Runs while the view is behind the text."""
        self.edited = True
        """Whether an edit made it run."""
        self.view: View | None = None


class Session:
    """The open documents of one client."""

    def __init__(self, changed: Callable[[str, bool], None], tell: Callable[[str], None]) -> None:
        """`changed` is called with a URI whose view is new and whether an edit was the cause, `tell` once with each sentence."""
        self._changed = changed
        self._tell = tell
        self.options = Options()
        self.encoding: Encoding = types.PositionEncodingKind.Utf16
        self.documents: dict[str, Document] = {}
        self._roots: dict[Path, Root] = {}
        self._saved: dict[Path, Saved] = {}
        self._told: set[str] = set()
        self._standing = StandingWorkers()
        self._thread = ThreadPoolExecutor(1, "judge")

    def open(self, uri: str, file: Path, version: int, source: str) -> None:
        """A document is shown; it is judged at once."""
        self.close(uri)
        self.documents[uri] = Document(file, version, Text(source, self.encoding))
        self._judge_in(uri, 0)

    def change(self, uri: str, version: int, changes: list[types.TextDocumentContentChangeEvent]) -> None:
        """A document was edited; it is judged when nobody has typed for a while."""
        document = self.documents.get(uri)
        if document is not None:
            document.text, document.version = document.text.edited(changes), version
            document.edited = True
            self._judge_in(uri, self.options.debounce)

    def close(self, uri: str) -> None:
        """A document is not shown any more."""
        document = self.documents.pop(uri, None)
        if document is not None and document.work is not None:
            document.work.cancel()

    def configure(self, options: Options) -> None:
        """Take other options, and judge everything anew."""
        self.options = options
        self._roots.clear()
        self._saved.clear()
        self._told.clear()
        for uri, document in self.documents.items():
            document.edited = False
            self._judge_in(uri, 0)

    async def view(self, uri: str) -> View | None:
        """What is known of the newest version of a document, as soon as it is known; None for one that is not open."""
        while (document := self.documents.get(uri)) is not None:
            if document.work is None:
                return document.view
            await asyncio.wait([document.work])
        return None

    async def save(self, uri: str) -> None:
        """A document was saved: judge the whole change of its repository by all rules, and show it in all open documents."""
        await self.view(uri)
        document = self.documents.get(uri)
        if document is None or document.place is None or not self.options.on_save:
            return
        root = document.place.root
        here = {one.place.path: one.text.source for one in self.documents.values() if one.place is not None and one.place.root == root}
        buffers = {path: _encode(text) for path, text in here.items()}
        try:
            judgement = await self._run(lambda: self._root(root).judge_all(buffers))
        except AicheckError as error:
            self._tell_once(str(error))
            return
        self._saved[root] = Saved(judgement, tuple(sorted(here.items())))
        for name, one in self.documents.items():
            if one.place is not None and one.place.root == root:
                one.edited = False
                self._judge_in(name, 0)

    async def holding(self, uri: str, findings: list[Finding]) -> list[Finding]:
        """Those of a document's findings whose fixes hold, judged again with each; findings of the slower rules are left out."""
        document = self.documents.get(uri)
        view = await self.view(uri)
        if document is None or document.place is None or view is None or view.judgement is None:
            return []
        root, judgement = self._root(document.place.root), view.judgement
        own = {finding.fingerprint: finding for finding in judgement.report.findings if finding.fix is not None}
        wanted = [finding for finding in findings if finding.fix is not None and finding.fingerprint in own][:MOST_OFFERS]
        return [finding for finding in wanted if await self._run(partial(root.offers, judgement, own[finding.fingerprint]))]

    def end(self) -> None:
        """Stop all work and all processes."""
        for uri in list(self.documents):
            self.close(uri)
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._standing.close()

    def _judge_in(self, uri: str, milliseconds: int) -> None:
        document = self.documents[uri]
        document.due = time.monotonic() + milliseconds / 1000
        document.view = None
        if document.work is None:
            document.work = asyncio.get_running_loop().create_task(self._work(uri, document))

    async def _work(self, uri: str, document: Document) -> None:
        """Judge until the view is that of the newest text, then tell."""
        due = -1.0
        try:
            while due != document.due:
                while (left := document.due - time.monotonic()) > 0:
                    await asyncio.sleep(left)
                due, version, text = document.due, document.version, document.text
                document.view = await self._look(document, version, text)
        except AicheckError as error:
            self._tell_once(str(error))
            document.view = View(document.version, document.text, "")  # nothing is known: an old finding would stand at a wrong place
        finally:
            document.work = None
        self._changed(uri, document.edited)

    async def _look(self, document: Document, version: int, text: Text) -> View:
        judgement, place = await self._run(lambda: self._judge(document.file, _encode(text.source)))
        document.place = place
        return look(version, text, place.path, judgement, self._saved.get(place.root))

    def _judge(self, file: Path, data: bytes) -> tuple[Judgement, Place]:
        """Runs in the thread. Raises AicheckError."""
        place = self._find(file)
        return self._root(place.root).judge_buffer(place.path, data), place

    def _find(self, file: Path) -> Place:
        """Where a file lies, links on the way to it resolved, itself as it is named."""
        folder = Path(os.path.realpath(file.parent))
        existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
        git = open_repository(existing)
        top = git.repository.work_tree
        if top is None:
            raise ChangeError(f"{file.name} lies in a bare repository; aicheck judges what is in a work tree")
        if top not in self._roots:
            self._roots[top] = Root(git, self.options.base, self._standing)
        return Place(top, (folder / file.name).relative_to(os.path.realpath(top)).as_posix())

    def _root(self, top: Path) -> Root:
        if top not in self._roots:
            self._roots[top] = Root(open_repository(top), self.options.base, self._standing)
        return self._roots[top]

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)


def _encode(text: str) -> bytes:
    """Lone surrogates, which an editor may hold in place of half a character, become question marks."""
    return text.encode("utf-8", "replace")
