"""An editor for tests: a real client of the protocol that starts the real server in a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest_lsp
from lsprotocol import types as lsp
from pygls.protocol import default_converter
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

import keylint

SECONDS = 30
COMMAND = (sys.executable, "-m", "keylint", "server")


class Editor:
    """A client, and what it was told."""

    def __init__(self) -> None:
        self.client = pytest_lsp.LanguageClient(converter_factory=default_converter)
        self.published: list[lsp.PublishDiagnosticsParams] = []
        self.shown: list[str] = []
        self.registered: list[lsp.Registration] = []
        self.result: lsp.InitializeResult | None = None
        self._versions: dict[str, int] = {}
        self._news = asyncio.Event()
        own: dict[str, Callable[..., Any]] = {
            lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: lambda params: self._tell(self.published, params),
            lsp.WINDOW_SHOW_MESSAGE: lambda params: self._tell(self.shown, params.message),
            lsp.CLIENT_REGISTER_CAPABILITY: lambda params: self._tell(self.registered, *params.registrations),
        }
        register_lsp_features(self.client, {**DEFAULT_CLIENT_FEATURES, **own})

    def _tell(self, log: list[Any], *news: Any) -> None:
        log.extend(news)
        self._news.set()

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Waits until something holds, and returns it."""

        async def waited() -> Any:
            while not (found := holds()):
                self._news.clear()
                await self._news.wait()
            return found

        return await asyncio.wait_for(waited(), SECONDS)

    def open(self, uri: str, text: str, language: str) -> None:
        self._versions[uri] = 1
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, language, 1, text)))

    def type(self, uri: str, text: str) -> int:
        """Replaces the text, and returns its version."""
        version = self._versions[uri] = self._versions[uri] + 1
        named = lsp.VersionedTextDocumentIdentifier(version, uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(named, [lsp.TextDocumentContentChangeWholeDocument(text)]))
        return version

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def touched(self, path: Path, kind: lsp.FileChangeType = lsp.FileChangeType.Changed) -> None:
        self.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([lsp.FileEvent(path.as_uri(), kind)]))

    def last(self, uri: str) -> lsp.PublishDiagnosticsParams | None:
        return next((params for params in reversed(self.published) if params.uri == uri), None)

    async def diagnostics(self, uri: str, codes: list[str] | None = None) -> list[lsp.Diagnostic]:
        """What is published for the newest text; with `codes`, once it is these."""

        def there() -> lsp.PublishDiagnosticsParams | None:
            params = self.last(uri)
            if params is None or (uri in self._versions and params.version != self._versions[uri]):
                return None
            return params if codes is None or [item.code for item in params.diagnostics] == codes else None

        return list((await self.until(there)).diagnostics)

    async def actions(self, uri: str, diagnostic: lsp.Diagnostic, only: list[str] | None = None) -> dict[str, lsp.CodeAction]:
        context = lsp.CodeActionContext([diagnostic], only=only)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), diagnostic.range, context)
        found = await self.client.text_document_code_action_async(params)
        return {action.title: action for action in found or () if isinstance(action, lsp.CodeAction)}

    async def hover(self, uri: str, line: int, character: int) -> str:
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(line, character))
        found = await self.client.text_document_hover_async(params)
        return found.contents.value if found is not None and isinstance(found.contents, lsp.MarkupContent) else ""

    async def pull(self, uri: str, previous: str | None = None) -> lsp.DocumentDiagnosticReport:
        params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri), previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), SECONDS)


def environment() -> dict[str, str]:
    """One in which Python finds the keylint of this checkout."""
    return {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(keylint.__file__))}


def capable(
    encodings: list[str] | None = None, pulls: bool = False, refreshes: bool = True, watches: bool = True, versioned: bool = True
) -> lsp.ClientCapabilities:
    """What a client can do."""
    return lsp.ClientCapabilities(
        general=lsp.GeneralClientCapabilities(position_encodings=encodings),
        text_document=lsp.TextDocumentClientCapabilities(
            diagnostic=lsp.DiagnosticClientCapabilities() if pulls else None,
            hover=lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown]),
        ),
        workspace=lsp.WorkspaceClientCapabilities(
            diagnostics=lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=refreshes),
            did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches),
            workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=versioned),
        ),
    )


@asynccontextmanager
async def editing(
    root: Path,
    capabilities: lsp.ClientCapabilities | None = None,
    options: Any = None,
    extra: Mapping[str, str] | None = None,
    command: tuple[str, ...] = COMMAND,
) -> AsyncIterator[Editor]:
    """An editor with the folder `root` open, which it leaves as one should."""
    editor = Editor()
    await editor.client.start_io(*command, cwd=root, env={**environment(), **(extra or {})})
    params = lsp.InitializeParams(
        capabilities or capable(),
        root_uri=root.as_uri(),
        workspace_folders=[lsp.WorkspaceFolder(root.as_uri(), root.name)],
        initialization_options=options,
    )
    editor.result = await asyncio.wait_for(editor.client.initialize_session(params), SECONDS)
    try:
        yield editor
        await asyncio.wait_for(editor.client.shutdown_session(), SECONDS)
        process = editor.client._server
        assert process is not None
        assert process.returncode == 0
    finally:
        process = editor.client._server
        if process is not None and process.returncode is None:
            process.kill()
        await asyncio.wait_for(editor.client.stop(), SECONDS)  # type: ignore[no-untyped-call]


def applied(text: str, edit: lsp.WorkspaceEdit | None, encoding: str = "utf-16") -> str:
    """`text` after the only document's edits."""
    assert edit is not None
    if edit.document_changes:
        (change,) = edit.document_changes
        assert isinstance(change, lsp.TextDocumentEdit)
        edits = [item for item in change.edits if isinstance(item, lsp.TextEdit)]
    else:
        assert edit.changes is not None
        edits = [item for items in edit.changes.values() for item in items]
    for item in sorted(edits, key=lambda item: (item.range.start.line, item.range.start.character), reverse=True):
        start, end = (_index(text, at, encoding) for at in (item.range.start, item.range.end))
        text = text[:start] + item.new_text + text[end:]
    return text


def _index(text: str, position: lsp.Position, encoding: str) -> int:
    lines = text.splitlines(keepends=True)
    before = sum(map(len, lines[: position.line]))
    units = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    line = lines[position.line] if position.line < len(lines) else ""
    return before + len(line.encode(units)[: position.character * size].decode(units))
