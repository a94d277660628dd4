"""SARIF 2.1.0, for code scanning services and viewers.

Columns count UTF-16 code units, as the run declares. URIs are relative to the root of the work tree, which is left to the consumer: it has
the files somewhere else. A silenced finding is a result with a suppression; one that the base has already is none.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from keylint import __version__
from keylint.findings import BASE, COMMENT
from keylint.reports.json import dumped
from keylint.reports.regions import Region, code_units, region
from keylint.reports.run import identified
from keylint.reports.sarif_rules import LEVELS, rules
from keylint.reports.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keylint.findings import Finding, Fix, Silenced
    from keylint.program.nodes import Span
    from keylint.reports.run import Known, Run
    from keylint.source import Source

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"
_KEPT = 5_000
"""Results that GitHub keeps of a run."""

_LINK = re.compile(r"\[(?=[^\]]*\]\()")

Json = dict[str, Any]


def report(run: Run) -> str:
    """A log with one run."""
    described = rules()
    index = {rule["id"]: number for number, rule in enumerate(described)}
    return dumped(
        {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "keylint", "version": __version__, "semanticVersion": __version__, "rules": described}},
                    "invocations": [_invocation(run, index)],
                    "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the work tree that was checked."}}},
                    "columnKind": "utf16CodeUnits",
                    "newlineSequences": ["\r\n", "\n", "\r"],
                    "results": [_result(known, run, index) for known in _heard(run)],
                }
            ],
        }
    )


def warning(run: Run) -> str | None:
    """GitHub silently keeps a part of a large report."""
    number = sum(1 for _ in _heard(run))
    return f"{number} results: GitHub keeps {_KEPT} of a SARIF file" if number > _KEPT else None


def _heard(run: Run) -> Iterator[Known]:
    return (known for known in identified(run) if known.silenced is None or known.silenced.kind != BASE)


def _invocation(run: Run, index: dict[str, int]) -> Json:
    invocation: Json = {"executionSuccessful": not run.result.incomplete, "exitCode": run.status}
    if run.result.incomplete:
        invocation["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": {"text": sentence(finding.message)},
                "locations": [_location(finding.path, finding.span, run)],
                "associatedRule": {"id": finding.code, "index": index[finding.code]},
            }
            for finding in run.result.incomplete
        ]
    return invocation


def _result(known: Known, run: Run, index: dict[str, int]) -> Json:
    finding = known.finding
    location = _location(finding.path, finding.span, run)
    _show(location["physicalLocation"], run.result.sources.get(finding.path), finding.span)
    if finding.symbol:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [location],
        "partialFingerprints": {"keylint/v1": known.identity.digest},
        "suppressions": [] if known.silenced is None else [_suppression(known.silenced)],
        "properties": {"confidence": finding.confidence, "reasons": list(finding.reasons)},
    }
    if finding.related:
        related = [_location(item.path, item.span, run, item.message) for item in finding.related]
        result["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(related, 1)]
        steps = [*related, _location(finding.path, finding.span, run, finding.message)]
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": step} for step in steps]}]}]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding, finding.fix, run)]
    return result


def _message(finding: Finding) -> str:
    """What happens first, since some viewers show no more than a sentence; then what to do, and links to the related places."""
    parts = [_no_link(sentence(text)) for text in (finding.message, finding.remedy) if text]
    if finding.related:
        links = (f"[{_in_link(item.message)}]({number})" for number, item in enumerate(finding.related, 1))
        parts.append(f"See {', '.join(links)}.")
    return " ".join(parts)


def _no_link(text: str) -> str:
    """`text` in which nothing is a link, as a name from the code may be meant to be."""
    return _LINK.sub(r"\\[", text)


def _in_link(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _suppression(silenced: Silenced) -> Json:
    suppression: Json = {"kind": "inSource" if silenced.kind == COMMENT else "external", "status": "accepted"}
    return {**suppression, "justification": silenced.reason} if silenced.reason else suppression


def _fix(finding: Finding, fix: Fix, run: Run) -> Json:
    source = run.result.sources[finding.path]
    replacements = [
        {
            "deletedRegion": _bounds(Region(code_units(source, edit.span.start), code_units(source, edit.span.end))),
            "insertedContent": {"text": edit.content},
        }
        for edit in sorted(fix.edits, key=lambda edit: edit.span)
    ]
    change = {"artifactLocation": _artifact(finding.path, run), "replacements": replacements}
    return {"description": {"text": sentence(fix.message)}, "artifactChanges": [change]}


def _location(path: str, span: Span, run: Run, message: str = "") -> Json:
    physical = {"artifactLocation": _artifact(path, run), "region": _region(run.result.sources.get(path), span)}
    return {"physicalLocation": physical, "message": {"text": sentence(message)}} if message else {"physicalLocation": physical}


def _show(physical: Json, source: Source | None, span: Span) -> None:
    """Adds the code that a result points at, and its lines, for viewers that do not have the file."""
    where = region(source, span)
    if source is None or where is None:
        return
    first, last = where.start.row, where.end.row
    physical["region"]["snippet"] = {"text": source.text(span.start, span.end)}
    lines = "\n".join(source.line(row) for row in range(first, last + 1))
    physical["contextRegion"] = {"startLine": first, "endLine": last, "snippet": {"text": lines}}


def _region(source: Source | None, span: Span) -> Json:
    """A finding about the file as a whole stands on its first line: GitHub wants one."""
    where = region(source, span, code_units)
    return {"startLine": 1} if where is None else _bounds(where)


def _bounds(where: Region) -> Json:
    (first, column), (last, end) = where
    return {"startLine": first, "startColumn": column, "endLine": last, "endColumn": end}


def _artifact(path: str, run: Run) -> Json:
    relative = run.places.relative(path)
    name = relative.encode("utf-8", "surrogateescape")
    if os.path.isabs(relative):
        return {"uri": f"file:///{quote(name.lstrip(b'/'), safe='/:')}"}
    return {"uri": quote(name), "uriBaseId": _ROOT}
