"""From reports to what the protocol calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types as lsp
from pygls import uris

from keylint.rules.registry import page
from keylint.server.documents import Document
from keylint.server.messages import Misconfigured, Point, Report
from keylint.server.schedule import Outcome

SOURCE = "keylint"
_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
_NOT_ANALYZED = "KL900"
_UNUSED_SUPPRESSION = "KL901"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+.!|~&-])")
_WHOLE_LINE = 1000


def position(point: Point) -> lsp.Position:
    """A position."""
    return lsp.Position(*point)


def between(start: Point, end: Point) -> lsp.Range:
    """A range."""
    return lsp.Range(position(start), position(end))


def uri_of(path: str) -> str:
    """The URI of the file at `path`; what is none stays what it is."""
    return uris.from_fs_path(path) or path


def diagnostics(document: Document, outcome: Outcome) -> list[lsp.Diagnostic]:
    """What the client is told of a document."""
    if outcome.problem:
        message = f"Not analyzed, so nothing is known about the secrets this file stores: {outcome.problem}"
        return [
            lsp.Diagnostic(between((0, 0), (0, 0)), message, severity=lsp.DiagnosticSeverity.Error, code=_NOT_ANALYZED, source=SOURCE)
        ]
    return [_diagnostic(document, report) for report in outcome.reports]


def _diagnostic(document: Document, report: Report) -> lsp.Diagnostic:
    related = []
    for place in report.related:
        uri = document.uri if place.path == document.path else uri_of(place.path)
        related.append(lsp.DiagnosticRelatedInformation(lsp.Location(uri, between(place.start, place.end)), place.message))
    return lsp.Diagnostic(
        between(report.start, report.end),
        report.message,
        severity=_SEVERITIES[report.severity],
        code=report.code,
        source=SOURCE,
        related_information=related or None,
        tags=[lsp.DiagnosticTag.Unnecessary] if report.code == _UNUSED_SUPPRESSION else None,
        data={"name": report.name, "remedy": report.remedy},
    )


def about_configuration(problem: Misconfigured) -> lsp.Diagnostic:
    """What is wrong with a configuration file, for the line it is wrong in."""
    line = max(problem.line - 1, 0)
    return lsp.Diagnostic(between((line, 0), (line, _WHOLE_LINE)), problem.message, severity=lsp.DiagnosticSeverity.Error, source=SOURCE)


def hover(reports: Sequence[Report], markdown: bool) -> str:
    """All there is to say of findings: message, reasons and remedy, and the rule's page."""
    said = (_hover(report, markdown) for report in reports)
    return ("\n\n---\n\n" if markdown else "\n\n").join(said)


def _hover(report: Report, markdown: bool) -> str:
    shown = escaped if markdown else str
    title = f"{report.code} {report.name}"
    parts = [f"**{title}**" if markdown else title, shown(report.message)]
    if report.reasons:
        parts.append("\n".join(f"- {shown(reason)}" for reason in report.reasons))
    if report.remedy:
        parts.append(f"Help: {shown(report.remedy)}")
    parts.append(page(report.code).strip())
    return "\n\n".join(parts)


def escaped(text: str) -> str:
    """`text` as Markdown that shows it as it is: names in it come from the code, and may be anything."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
