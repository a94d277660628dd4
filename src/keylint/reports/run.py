"""What a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.reports.places import Places

if TYPE_CHECKING:
    from keylint.check import Result
    from keylint.findings import Finding, Silenced
    from keylint.settle.identity import Identity


class Run(NamedTuple):
    """A run that is over: its `result`, the exit `status` that it has, and what paths are relative to.

    `colours`: a terminal will show it. `beside`: standard error is read with it, where what could not be analyzed is said as well.
    """

    result: Result
    places: Places
    status: int = 0
    colours: bool = False
    beside: bool = False

    @property
    def told(self) -> Sequence[Finding]:
        """The findings, and with them what says that the run is incomplete even though nobody selected it: who reads only the report
        must not take it for clean."""
        findings = self.result.findings
        missing = [finding for finding in self.result.incomplete if finding not in findings]
        return sorted((*findings, *missing), key=_order) if missing else findings


class Known(NamedTuple):
    """A finding with its identity, and why it is not reported if it is not."""

    finding: Finding
    identity: Identity
    silenced: Silenced | None


def identified(run: Run) -> list[Known]:
    """All that was found, silenced or not, by place: what is silenced counts among its equals, so that silencing one renames no other."""
    from keylint.settle.identity import identities

    found = [(finding, None) for finding in run.told] + [(item.finding, item) for item in run.result.silenced]
    found.sort(key=lambda pair: _order(pair[0]))
    names = identities([finding for finding, _ in found], run.result.sources, lambda path: readable_place(run, path))
    return [Known(finding, name, silenced) for (finding, silenced), name in zip(found, names, strict=True)]


def readable_place(run: Run, path: str) -> str:
    """The file at `path` as identities and most reports name it."""
    from keylint.reports.places import readable

    return readable(run.places.relative(path))


def _order(finding: Finding) -> tuple[str, object, str]:
    return finding.path, finding.span, finding.code
