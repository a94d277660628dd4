"""The protocol: what the client says, and what it is told."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, BinaryIO

import msgspec
from lsprotocol import types as lsp
from pygls import uris
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from keylint import __version__
from keylint.config.finding import NAMES
from keylint.languages import SUFFIXES, language_of
from keylint.server.actions import Context, actions
from keylint.server.analyst import Analyst
from keylint.server.documents import Document, Group, document
from keylint.server.messages import Misconfigured, Wanted
from keylint.server.schedule import PAUSE, Outcome, Schedule
from keylint.server.translating import about_configuration, between, diagnostics, hover, uri_of

_MANIFESTS = (
    "package.json,tsconfig*.json,jsconfig.json,pnpm-workspace.yaml,lerna.json,Package.swift,project.yml,project.pbxproj,setup.py,setup.cfg"
)
_WATCHED = (
    f"**/{{{','.join(NAMES)},{_MANIFESTS},.gitignore}}",
    f"**/*.{{{','.join(suffix[1:] for suffix in SUFFIXES)}}}",
)
_SCHEMES = ("file", "untitled")
"""Documents of other schemes are somebody else's view of a file: a revision, a diff."""


class Options(msgspec.Struct, frozen=True, rename="camel"):
    """What a client can set, as initialization options or in its settings under `keylint`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: str | None = None
    config: str | None = None


class Server(LanguageServer):
    """The language server."""

    def __init__(self) -> None:
        # Whole texts: the library counts more characters as line ends than the protocol does, and would misplace changes after them.
        super().__init__("keylint", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.documents: dict[str, Document] = {}
        self.analyst = Analyst()
        self.schedule = Schedule(self.analyst, self.documents, self._heard, self._misconfigured)
        self._pulls = False
        self._pulled: dict[str, str] = {}
        self._problems: dict[Group, Misconfigured] = {}
        self._shown: set[str] = set()
        self._running: asyncio.Task[None] | None = None

    # what the client can do

    def can(self, path: str) -> bool:
        """The client has a capability."""
        return bool(get_capability(self.client_capabilities, path))

    def begin(self, params: lsp.InitializeParams) -> None:
        """The client has said what it can do and what it wants."""
        # A client that pulls and cannot be told to pull again would not learn of what other files and the configuration change.
        self._pulls = self.can("text_document.diagnostic") and self.can("workspace.diagnostics.refresh_support")
        if self._pulls:
            options = lsp.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="keylint")
            self.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, options)(pulled)
        self.schedule.encoding = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        self._configure(params.initialization_options)

    def _configure(self, options: Any) -> None:
        try:
            wanted = msgspec.convert(_plain(options) or {}, Options)
        except msgspec.ValidationError as error:
            self._say(f"the editor's settings for keylint are wrong and do not count: {error}")
            wanted = Options()
        config = wanted.config
        if config is not None and not os.path.isabs(config):
            root = self.workspace.root_path
            config = os.path.join(root, config) if root else config
        self.schedule.wanted = Wanted(wanted.select, wanted.ignore, wanted.min_confidence, config)

    def reconfigure(self, settings: Any) -> None:
        """The client's settings have changed."""
        plain = _plain(settings)
        if isinstance(plain, Mapping) and plain.get("keylint") is not None:
            self._configure(plain["keylint"])
            self.schedule.touch_all(fresh=True)

    def watch(self) -> None:
        """Asks the client to tell of changes to files, and starts the analysis."""
        self._running = asyncio.get_running_loop().create_task(self.schedule.run())
        if self.can("workspace.did_change_watched_files.dynamic_registration"):
            self.schedule.watched = True
            options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(pattern) for pattern in _WATCHED])
            registration = lsp.Registration("keylint-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.client_register_capability(lsp.RegistrationParams([registration]), lambda _: None)

    async def end(self) -> None:
        """Nothing more is analyzed."""
        if self._running is not None:
            self._running.cancel()
        await self.analyst.close()

    # documents

    def took(self, uri: str, language: str, pause: float, fresh: bool = False) -> None:
        """A document has the text that the workspace has of it."""
        if (uris.uri_scheme(uri) or "") not in _SCHEMES:
            return
        text = self.workspace.get_text_document(uri)
        found = document(uri, uris.to_fs_path(uri), language, text.version, text.source)
        before = self.documents.pop(uri, None)
        if found is not None:
            self.documents[uri] = found
            self.schedule.touch(found.group, pause, fresh)
        if before is not None and (found is None or found.group != before.group):
            self.schedule.forget(uri, before.group)

    def closed(self, uri: str) -> None:
        """A document is not open any more."""
        before = self.documents.pop(uri, None)
        self._pulled.pop(uri, None)
        if before is not None:
            self.schedule.forget(uri, before.group)
            self._publish(uri, None, [])

    def changed_on_disk(self, paths: list[str], created_or_deleted: bool) -> None:
        """Files have changed, or come, or gone. What is open counts as the client has it."""
        opened = {item.path for item in self.documents.values()}
        if created_or_deleted or any(path not in opened for path in paths):
            self.schedule.touch_all(fresh=True)

    # what the client is told

    def _heard(self, outcomes: dict[str, Outcome]) -> None:
        stale = False
        for uri, outcome in outcomes.items():
            known = self.documents.get(uri)
            if known is None or known.version != outcome.version:
                continue
            if self._pulls:
                stale = stale or self._pulled.get(uri) not in (None, _mark(known, outcome))
            else:
                self._publish(uri, outcome.version, diagnostics(known, outcome))
        if stale:
            self.workspace_diagnostic_refresh(None, lambda _: None)

    def _publish(self, uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    def _misconfigured(self, group: Group, problem: Misconfigured | None) -> None:
        before = self._problems.pop(group, None)
        if problem is not None:
            self._problems[group] = problem
        if problem == before:
            return
        if problem is not None:
            where = f"{problem.file}:{problem.line}: " if problem.line else f"{problem.file}: " if problem.file else ""
            self._say(f"{where}{problem.message}")
        files = {problem.file for problem in self._problems.values() if problem.file}
        for file in self._shown - files:
            self._publish(uri_of(file), None, [])
        for file in files:
            found = {about.line: about_configuration(about) for about in self._problems.values() if about.file == file}
            self._publish(uri_of(file), None, list(found.values()))
        self._shown = files

    def _say(self, message: str) -> None:
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, f"keylint: {message}"))

    async def pull(self, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        """The diagnostics of a document, as soon as they are known."""
        uri = params.text_document.uri
        outcome = await self.schedule.outcome(uri)
        known = self.documents.get(uri)
        if known is None or outcome is None:
            return lsp.RelatedFullDocumentDiagnosticReport([])
        mark = self._pulled[uri] = _mark(known, outcome)
        if mark == params.previous_result_id:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(mark)
        return lsp.RelatedFullDocumentDiagnosticReport(diagnostics(known, outcome), result_id=mark)

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        """What there is to say of the findings at a position."""
        known, outcome = self._current(params.text_document.uri)
        if known is None or outcome is None:
            return None
        at = params.position.line, params.position.character
        there = [report for report in outcome.reports if report.start <= at <= report.end]
        if not there:
            return None
        formats = get_capability(self.client_capabilities, "text_document.hover.content_format") or [lsp.MarkupKind.PlainText]
        markdown = lsp.MarkupKind.Markdown in formats
        kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
        return lsp.Hover(lsp.MarkupContent(kind, hover(there, markdown)), between(there[0].start, there[0].end))

    def actions(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """What can be done about the diagnostics that the client names."""
        known, outcome = self._current(params.text_document.uri)
        only = params.context.only
        if known is None or (only is not None and not any("quickfix".startswith(str(getattr(kind, "value", kind))) for kind in only)):
            return []
        context = Context(known, self.schedule.encoding, self.can("workspace.workspace_edit.document_changes"))
        return actions(context, params.context.diagnostics, outcome.reports if outcome is not None else ())

    def _current(self, uri: str) -> tuple[Document | None, Outcome | None]:
        """A document, and the outcome for the very text that it has."""
        known, outcome = self.documents.get(uri), self.schedule.last(uri)
        return known, outcome if known is not None and outcome is not None and outcome.version == known.version else None


async def pulled(server: Server, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    """`textDocument/diagnostic`."""
    return await server.pull(params)


def create() -> Server:
    """A server that hears what it has to hear."""
    server = Server()

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.begin(params)

    @server.feature(lsp.INITIALIZED)
    async def initialized(params: lsp.InitializedParams) -> None:
        server.watch()

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.end()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        server.took(item.uri, item.language_id, 0.0, fresh=not server.schedule.watched)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.took(uri, server.workspace.get_text_document(uri).language_id or "", PAUSE)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        path = uris.to_fs_path(params.text_document.uri)
        known = server.documents.get(params.text_document.uri)
        if path is not None and language_of(path) is None:
            server.schedule.touch_all(fresh=True)
        elif known is not None:
            # The file may be new, and then it belongs to a project from now on.
            server.took(known.uri, known.group.language, 0.0, fresh=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: lsp.DidChangeWatchedFilesParams) -> None:
        paths = [os.path.abspath(path) for change in params.changes if (path := uris.to_fs_path(change.uri)) is not None]
        server.changed_on_disk(paths, any(change.type != lsp.FileChangeType.Changed for change in params.changes))

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings(params: lsp.DidChangeConfigurationParams) -> None:
        server.reconfigure(params.settings)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        return server.hover(params)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]))
    def acted(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return server.actions(params)

    return server


def over_pipes() -> None:
    """Serves on standard input and output, and keeps everything else from them."""
    own = os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(own, os.O_BINARY)
    output: BinaryIO = os.fdopen(own, "wb")
    sys.stdout = sys.stderr
    create().start_io(sys.stdin.buffer, output)


def over_tcp(host: str, port: int) -> None:
    """Serves one client that connects to a port."""
    create().start_tcp(host, port)


def _mark(known: Document, outcome: Outcome) -> str:
    """Tells outcomes apart that look different to the client."""
    return sha256(repr([outcome.problem, outcome.reports]).encode("utf-8", "replace")).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Settings as the client sent them: the library makes objects of what it does not know."""
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
