"""The formats that findings can be reported in. A format is a module here with `report(run) -> str`, imported when it is asked for.

A module may have `warning(run)` too: what the user should know of the report, or nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from keylint.reports.run import Run

FORMATS = {
    "full": "source, reasons and remedy",
    "concise": "one line a finding",
    "json": "ruff's shape and more",
    "json-lines": "the same, one finding a line",
    "sarif": "SARIF 2.1.0, for code scanning",
    "github": "GitHub workflow annotations",
    "gitlab": "GitLab code quality",
    "junit": "JUnit XML",
    "rdjson": "for reviewdog",
    "checkstyle": "Checkstyle XML",
    "azure": "Azure Pipelines logging commands",
    "xcode": "lines that an Xcode build phase shows",
}
"""Every format with what it is."""

FOR_PEOPLE = ("full", "concise")
"""Those that end with a sentence that sums up."""

COUNTED = (*FOR_PEOPLE, "json")
"""Those that can show how often each rule reports instead of the findings."""


class Format(Protocol):
    """What a module of a format offers."""

    def report(self, run: Run) -> str:
        """The report of a run."""


def rendered(name: str, run: Run) -> str:
    """The report of `run` in the format called `name`."""
    return _module(name).report(run)


def warning(name: str, run: Run) -> str | None:
    """What the user should know of the report of `run` in the format called `name`, if there is something."""
    say = getattr(_module(name), "warning", None)
    return None if say is None else say(run)


def _module(name: str) -> Format:
    return cast(Format, import_module(f"keylint.reports.{name.replace('-', '_')}"))
