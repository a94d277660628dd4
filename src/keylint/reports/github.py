"""GitHub workflow commands: annotations on a commit and its pull request.

Columns are left out: GitHub refuses them for a range of several lines and shows them nowhere. The place stands in the message too, since
the log of a step shows nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.reports.regions import region
from keylint.reports.terminal import printable
from keylint.reports.wording import sentence

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.reports.run import Run

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def report(run: Run) -> str:
    """The findings, one command a line."""
    return "".join(f"{_command(finding, run)}\n" for finding in run.told)


def _command(finding: Finding, run: Run) -> str:
    where = region(run.result.sources.get(finding.path), finding.span)
    path = printable(run.places.relative(finding.path))
    first, last = (1, 1) if where is None else (where.start.row, where.end.row)
    column = 1 if where is None else where.start.column
    properties = {"title": f"{finding.code} {finding.name}", "file": path, "line": str(first), "endLine": str(last)}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [f"{path}:{first}:{column}: {finding.code} {sentence(printable(finding.message))}", printable(finding.remedy)]
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(chr(10).join(filter(None, lines)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
