"""JUnit XML: a suite a file, a failed test a finding, an error a file that was not analyzed.

An `info` finding is a skipped test: it is told and fails nothing.
"""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from junitparser import Attr, Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from keylint.reports.regions import region
from keylint.reports.run import identified
from keylint.reports.wording import said
from keylint.reports.xml import legal
from keylint.source import Position

if TYPE_CHECKING:
    from junitparser.junitparser import FinalResult

    from keylint.findings import Finding
    from keylint.program.nodes import Span
    from keylint.reports.run import Known, Run

_NAME = "keylint"


class _Case(TestCase):
    """With the place in the attributes that GitLab and others link to."""

    file = Attr()
    line = Attr()


def report(run: Run) -> str:
    """The findings. A run without any is one test that passed: consumers take a report without tests for a broken one."""
    document = JUnitXml(_NAME)
    heard = [known for known in identified(run) if known.silenced is None]
    for path, group in groupby(heard, key=lambda known: known.identity.path):
        suite = TestSuite(legal(path))
        suite.add_testcases(_cases(list(group), run))
        document.add_testsuite(suite)
    if not heard:
        suite = TestSuite(_NAME)
        suite.add_testcase(TestCase("no findings", _NAME))
        document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    target = BytesIO()
    document.write(target, pretty=True)
    return target.getvalue().decode()


def _cases(group: list[Known], run: Run) -> list[TestCase]:
    """One test a finding. The names tell findings apart without line numbers: viewers compare them from run to run."""
    seen: Counter[str] = Counter()
    cases: list[TestCase] = []
    for known in group:
        finding = known.finding
        name = f"{finding.code} {finding.name}{f' in {finding.symbol}' if finding.symbol else ''}"
        seen[name] += 1
        path = legal(known.identity.path)
        case = _Case(legal(name if seen[name] == 1 else f"{name} ({seen[name]})"), path)
        case.file, case.line = path, str(_start(finding.path, finding.span, run).row)
        case.result = [_outcome(finding, run)]
        cases.append(case)
    return cases


def _outcome(finding: Finding, run: Run) -> FinalResult:
    kind = Error if finding in run.result.incomplete else Skipped if finding.severity == "info" else Failure
    outcome = kind(legal(finding.message), finding.severity)
    related = [f"{_place(item.path, item.span, run)}: {legal(item.message)}" for item in finding.related]
    outcome.text = "\n".join([f"{_place(finding.path, finding.span, run)}: {finding.code} {legal(said(finding))}", *related])
    return outcome


def _place(path: str, span: Span, run: Run) -> str:
    row, column = _start(path, span, run)
    return f"{legal(run.places.relative(path))}:{row}:{column}"


def _start(path: str, span: Span, run: Run) -> Position:
    where = region(run.result.sources.get(path), span)
    return Position(1, 1) if where is None else where.start
