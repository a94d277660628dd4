"""reviewdog's diagnostic format. Paths are from the working directory, as reviewdog takes them; columns count bytes of UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keylint.reports.json import dumped
from keylint.reports.places import readable
from keylint.reports.regions import octets
from keylint.reports.wording import said

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.program.nodes import Span
    from keylint.reports.run import Run
    from keylint.source import Source

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def report(run: Run) -> str:
    """The findings. A fix is a suggestion if it is a single edit: several are alternatives to reviewdog."""
    return dumped({"source": {"name": "keylint"}, "diagnostics": [_diagnostic(finding, run) for finding in run.told]})


def _diagnostic(finding: Finding, run: Run) -> dict[str, Any]:
    diagnostic: dict[str, Any] = {
        "message": said(finding),
        "location": _location(finding.path, finding.span, run),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code},
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {"message": item.message, "location": _location(item.path, item.span, run)} for item in finding.related
        ]
    source = run.result.sources.get(finding.path)
    if finding.fix is not None and len(finding.fix.edits) == 1 and source is not None:
        [edit] = finding.fix.edits
        diagnostic["suggestions"] = [{"range": _range(source, edit.span), "text": edit.content}]
    return diagnostic


def _location(path: str, span: Span, run: Run) -> dict[str, Any]:
    source = run.result.sources.get(path)
    where = {"start": {"line": 1, "column": 1}} if source is None else _range(source, span)
    return {"path": readable(run.places.from_here(path)), "range": where}


def _range(source: Source, span: Span) -> dict[str, Any]:
    start, end = octets(source, span.start), octets(source, span.end)
    return {"start": {"line": start.row, "column": start.column}, "end": {"line": end.row, "column": end.column}}
