"""Findings for people, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.reports import text

if TYPE_CHECKING:
    from keylint.reports.run import Run


def report(run: Run) -> str:
    """The findings."""
    return text.concise(run.result.findings if run.beside else run.told, run.result.sources, run.colours)
