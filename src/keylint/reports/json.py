"""Findings for programs: an array of diagnostics in ruff's shape, plus confidence, reasons, remedy and related places."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keylint.reports.terminal import COMMAND_MARK

if TYPE_CHECKING:
    from keylint.findings import Finding, Fix
    from keylint.program.nodes import Span
    from keylint.reports.run import Run
    from keylint.source import Source


def report(run: Run) -> str:
    """The findings."""
    return diagnostics(run.told, run.result.sources)


def diagnostics(findings: Sequence[Finding], sources: Mapping[str, Source]) -> str:
    """The findings as a JSON array. Rows and columns are 1-based, columns count code points, ends are exclusive, paths absolute."""
    return dumped(described(findings, sources))


def described(findings: Sequence[Finding], sources: Mapping[str, Source]) -> list[dict[str, Any]]:
    """The findings as values that JSON can hold."""
    return [_diagnostic(finding, sources.get(finding.path), sources) for finding in findings]


def dumped(value: object) -> str:
    """`value` as indented ASCII JSON with a line end."""
    return unremarkable(json.dumps(value, indent=2)) + "\n"


def unremarkable(document: str) -> str:
    """JSON with nothing in it that a CI system takes for a command. It means the same."""
    return COMMAND_MARK.sub(r"\\u0023", document)


def _diagnostic(finding: Finding, source: Source | None, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {
        "cell": None,
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "filename": _filename(finding.path),
        **_range(finding.span, source),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "fix": _fix(finding.fix, source),
        "noqa_row": None if source is None else source.position(finding.span.start).row,
        "url": None,
        "reasons": list(finding.reasons),
        "remedy": finding.remedy,
        "related": [
            {"filename": _filename(related.path), **_range(related.span, sources.get(related.path)), "message": related.message}
            for related in finding.related
        ],
    }


def _filename(path: str) -> str:
    # A name that is not valid text has lone surrogates, which strict parsers reject.
    return os.path.abspath(path).encode("utf-8", "replace").decode()


def _range(span: Span, source: Source | None) -> dict[str, dict[str, int]]:
    return {"location": _location(span.start, source), "end_location": _location(span.end, source)}


def _location(offset: int, source: Source | None) -> dict[str, int]:
    if source is None:
        return {"row": 1, "column": 1}
    position = source.position(offset)
    return {"row": position.row, "column": position.column}


def _fix(fix: Fix | None, source: Source | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [{"content": edit.content, **_range(edit.span, source)} for edit in fix.edits]
    return {"applicability": fix.applicability, "message": fix.message, "edits": edits}
