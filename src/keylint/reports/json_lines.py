"""Findings for programs that read line by line: what `json` has, one finding a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from keylint.reports.json import described, unremarkable

if TYPE_CHECKING:
    from keylint.reports.run import Run


def report(run: Run) -> str:
    """The findings."""
    return "".join(unremarkable(json.dumps(item)) + "\n" for item in described(run.told, run.result.sources))
