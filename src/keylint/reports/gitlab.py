"""GitLab code quality: the report that a merge request's widget compares with the target branch's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keylint.reports.json import dumped
from keylint.reports.regions import region
from keylint.reports.run import identified
from keylint.reports.wording import said

if TYPE_CHECKING:
    from keylint.reports.run import Known, Run

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}
_INCOMPLETE = "blocker"
"""Of a file that was not analyzed nothing is known, which is worse than any finding."""


def report(run: Run) -> str:
    """The findings. GitLab keeps the first of those with equal fingerprints, so they are identities, which are unique."""
    return dumped([_issue(known, run) for known in identified(run) if known.silenced is None])


def _issue(known: Known, run: Run) -> dict[str, Any]:
    finding = known.finding
    where = region(run.result.sources.get(finding.path), finding.span)
    first, last = (1, 1) if where is None else (where.start.row, where.end.row)
    return {
        "description": f"{finding.code}: {said(finding)}",
        "check_name": finding.code,
        "fingerprint": known.identity.digest,
        "severity": _INCOMPLETE if finding in run.result.incomplete else _SEVERITIES[finding.severity],
        "location": {"path": known.identity.path, "lines": {"begin": first, "end": last}},
    }
