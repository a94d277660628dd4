"""How often each rule reported, instead of the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.reports.run import Run


def report(run: Run, form: str) -> str:
    """The counts, most often first, as JSON or as text."""
    from keylint.reports.text import counted, statistics

    if form != "json":
        return statistics(run.result.findings)
    from keylint.reports.json import dumped

    return dumped([{"code": code, "name": name, "count": count} for code, name, count in counted(run.result.findings)])
