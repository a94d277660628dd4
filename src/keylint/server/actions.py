"""What the client offers to do about a diagnostic: repairs that findings carry, and suppression comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types as lsp

from keylint.findings import Edit, Finding
from keylint.languages import NotParsed
from keylint.program.nodes import Span
from keylint.server.documents import Document
from keylint.server.messages import Change, Report
from keylint.server.positions import offset, point
from keylint.server.translating import SOURCE, between
from keylint.settle.placing import at_the_top, beside
from keylint.source import Source

_WHOLE_FILE_ONLY = "KL900"
_ABOUT_SUPPRESSIONS = ("KL901", "KL902", "KL903")


class Context:
    """The document that actions are for, with its text addressed as the client does."""

    def __init__(self, document: Document, encoding: str, versioned: bool) -> None:
        self.document = document
        text = document.as_text()
        self.source = Source.decode(document.path, text.data, document.group.language)
        self._shift = text.shift
        self._encoding = encoding
        self._versioned = versioned

    def span(self, place: lsp.Range) -> Span:
        """The bytes of a range."""
        ends = ((at.line, at.character) for at in (place.start, place.end))
        start, end = (offset(self.source, at, self._encoding, self._shift) for at in ends)
        return Span(start, end)

    def change(self, edit: Edit) -> Change:
        """An edit of bytes as the client reads it."""
        start, end = (point(self.source, at, self._encoding, self._shift) for at in edit.span)
        return Change(start, end, edit.content)

    def workspace_edit(self, changes: Iterable[Change]) -> lsp.WorkspaceEdit:
        """The edit of the document, of this version of it if the client can hold on to that."""
        edits = [lsp.TextEdit(between(change.start, change.end), change.content) for change in changes]
        if not self._versioned:
            return lsp.WorkspaceEdit(changes={self.document.uri: edits})
        named = lsp.OptionalVersionedTextDocumentIdentifier(self.document.uri, self.document.version)
        return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(named, list(edits))])


def actions(context: Context, diagnostics: Sequence[lsp.Diagnostic], reports: Sequence[Report]) -> list[lsp.CodeAction]:
    """What can be done about `diagnostics`, which are the client's; `reports` are those of the text as it is now, if they are known."""
    ours = [diagnostic for diagnostic in diagnostics if diagnostic.source == SOURCE and diagnostic.code is not None]
    return [action for diagnostic in ours for action in _actions(context, diagnostic, reports)]


def _actions(context: Context, diagnostic: lsp.Diagnostic, reports: Sequence[Report]) -> Iterator[lsp.CodeAction]:
    for report in reports:
        if report.repair is not None and report.code == diagnostic.code and between(report.start, report.end) == diagnostic.range:
            edit = context.workspace_edit(report.repair.changes)
            yield lsp.CodeAction(
                report.repair.message, kind=lsp.CodeActionKind.QuickFix, diagnostics=[diagnostic], is_preferred=True, edit=edit
            )
    for title, found in _suppressions(context, diagnostic):
        yield lsp.CodeAction(
            title, kind=lsp.CodeActionKind.QuickFix, diagnostics=[diagnostic], edit=context.workspace_edit([context.change(found)])
        )


def _suppressions(context: Context, diagnostic: lsp.Diagnostic) -> Iterator[tuple[str, Edit]]:
    code = str(diagnostic.code)
    if code in _ABOUT_SUPPRESSIONS:
        return
    finding = Finding(code, "", "", "", context.document.path, context.span(diagnostic.range), "")
    language = context.document.group.language
    places = [(f"Suppress {code} in this file", at_the_top)]
    if code != _WHOLE_FILE_ONLY:
        places.insert(0, (f"Suppress {code} here", beside))
    for title, placed in places:
        try:
            edit = placed(finding, context.source, language)
        except NotParsed:
            continue
        if edit is not None:
            yield title, edit
