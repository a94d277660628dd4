"""Lines that Xcode shows beside the code when a build phase prints them: absolute paths, and the severity in compilers' words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from keylint.reports.regions import region
from keylint.reports.terminal import printable
from keylint.reports.wording import said

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.program.nodes import Span
    from keylint.reports.run import Run

_WORDS = {"error": "error", "warning": "warning", "info": "note"}


def report(run: Run) -> str:
    """The findings, one line each, and below each a line for every place that it relates to."""
    return "".join(f"{line}\n" for finding in run.told for line in _lines(finding, run))


def _lines(finding: Finding, run: Run) -> list[str]:
    own = f"{_place(finding.path, finding.span, run)}: {_WORDS[finding.severity]}: {printable(said(finding))} [{finding.code}]"
    # A note that follows no error or warning stands by itself in Xcode, so what relates to one is left out.
    related = finding.related if finding.severity != "info" else ()
    return [own, *(f"{_place(item.path, item.span, run)}: note: {printable(item.message)} [{finding.code}]" for item in related)]


def _place(path: str, span: Span, run: Run) -> str:
    where = region(run.result.sources.get(path), span)
    start = "1:1" if where is None else f"{where.start.row}:{where.start.column}"
    return f"{printable(os.path.abspath(path))}:{start}"
