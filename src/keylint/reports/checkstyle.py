"""Checkstyle's XML, which many viewers and bots read. Paths are from the working directory."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from keylint.reports.regions import region
from keylint.reports.wording import said
from keylint.reports.xml import legal

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.reports.run import Run

_VERSION = "4.3"
"""Of the format, as other linters write it; it has not changed since."""


def report(run: Run) -> str:
    """The findings."""
    root = ElementTree.Element("checkstyle", version=_VERSION)
    for path, findings in groupby(run.told, key=lambda finding: finding.path):
        file = ElementTree.SubElement(root, "file", name=legal(run.places.from_here(path)))
        for finding in findings:
            ElementTree.SubElement(file, "error", _attributes(finding, run))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _attributes(finding: Finding, run: Run) -> dict[str, str]:
    where = region(run.result.sources.get(finding.path), finding.span)
    return {
        "line": "1" if where is None else str(where.start.row),
        "column": "1" if where is None else str(where.start.column),
        "severity": finding.severity,
        "message": legal(said(finding)),
        "source": f"keylint.{finding.code}",
    }
