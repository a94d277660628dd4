"""Azure Pipelines logging commands: issues of a build. There are errors and warnings only, so `info` is a warning here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.reports.regions import region
from keylint.reports.terminal import printable
from keylint.reports.wording import said

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.reports.run import Run


def report(run: Run) -> str:
    """The findings, one command a line."""
    return "".join(f"{_command(finding, run)}\n" for finding in run.told)


def _command(finding: Finding, run: Run) -> str:
    where = region(run.result.sources.get(finding.path), finding.span)
    properties = {
        "type": "error" if finding.severity == "error" else "warning",
        "sourcepath": printable(run.places.relative(finding.path)),
        "linenumber": "1" if where is None else str(where.start.row),
        "columnnumber": "1" if where is None else str(where.start.column),
        "code": finding.code,
    }
    listed = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {listed}]{_data(printable(said(finding)))}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
