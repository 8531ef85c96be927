"""What may be done about a finding, as edits and commands of the protocol. Pure."""

from collections.abc import Iterable

from lsprotocol import types

from aicheck.editor.documents import View
from aicheck.editor.show import EXPLAIN, diagnostics
from aicheck.model.finding import Finding
from aicheck.model.fix import Fix
from aicheck.model.location import Span
from aicheck.readers.language import language_of
from aicheck.readers.suppressions import write_comment
from aicheck.report.encode import visible


class Menu:
    """The actions for some findings of one document."""

    def __init__(self, uri: str, view: View, *, versioned: bool) -> None:
        """`versioned`: the client can refuse an edit of another version of the document than this one."""
        self._uri = uri
        self._view = view
        self._versioned = versioned
        self._shown = {(one.code, one.data): one for one in diagnostics(view)}

    def fixes(self, findings: Iterable[Finding]) -> list[types.CodeAction]:
        """The fixes of these findings, of equal ones only the first."""
        made = {finding.fix: self._fix(finding, finding.fix) for finding in findings if finding.fix is not None}
        return list(made.values())

    def others(self, findings: Iterable[Finding]) -> list[types.CodeAction | types.Command]:
        """To accept each finding, and to have its rule explained."""
        accepting: dict[tuple[str, int], types.CodeAction] = {}
        explaining: dict[str, types.Command] = {}
        for finding in findings:
            action = self._accept(finding)
            if action is not None:
                accepting.setdefault((finding.rule, finding.location.span.line), action)
            explaining.setdefault(finding.rule, types.Command(f"Explain {finding.rule}", EXPLAIN, arguments=[finding.rule]))
        return [*accepting.values(), *explaining.values()]

    def _fix(self, finding: Finding, fix: Fix) -> types.CodeAction:
        edits = [types.TextEdit(self._view.text.range(edit.span), edit.text) for edit in fix.edits]
        return types.CodeAction(
            title=visible(fix.title),
            kind=types.CodeActionKind.QuickFix,
            diagnostics=self._diagnostics(finding),
            is_preferred=fix.safe,
            edit=self._edit(edits),
        )

    def _accept(self, finding: Finding) -> types.CodeAction | None:
        """A comment over the finding's line that accepts it as soon as a reason is written after the bracket."""
        line = finding.location.span.line
        language = language_of(self._view.path, self._view.text.line(1).encode("utf-8", "replace"))
        comment = write_comment(language, f"aicheck: ignore[{finding.rule}] ")
        if not comment or finding.location.side != "after":
            return None
        text = self._view.text.line(line)
        indent = text[: len(text) - len(text.lstrip())]
        place = self._view.text.range(Span(line, 1, line, 1))
        edit = types.TextEdit(place, f"{indent}{comment}\n")
        return types.CodeAction(
            title=f"Accept {finding.rule} here: write the reason into a comment",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=self._diagnostics(finding),
            edit=self._edit([edit]),
        )

    def _diagnostics(self, finding: Finding) -> list[types.Diagnostic]:
        shown = self._shown.get((finding.rule, finding.fingerprint))
        return [shown] if shown is not None else []

    def _edit(self, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
        if not self._versioned:
            return types.WorkspaceEdit(changes={self._uri: edits})
        document = types.OptionalVersionedTextDocumentIdentifier(uri=self._uri, version=self._view.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])
