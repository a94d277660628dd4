"""What the rules say of an analysis, and what is said of files that could not be analyzed, which no rule can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from keylint.findings import CONFIDENCES, Finding
from keylint.lowering import failure
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from keylint.analysis import Analysis
    from keylint.lost import Lost
    from keylint.settings import Configured, Settings

NOT_ANALYZED = "KL900"
PARTLY_ANALYZED = "KL904"


class Judged(NamedTuple):
    """What rules say: `findings` as far as the settings of the file that each is in want it, and the others, `unheard`.

    `ran` are the codes of the rules that were applied to everything that could bear on a finding, none where something of the project was
    not analyzed. `partly` are the files of which that is true.
    """

    findings: list[Finding]
    unheard: list[Finding]
    ran: frozenset[str]
    partly: frozenset[str]


def judged(analysis: Analysis, settings: Configured, named: Iterable[str]) -> Judged:
    """What the rules say of an analysis that the files at `named` want."""
    from keylint.rules.registry import judge

    codes = frozenset[str]().union(*{settings.of(path).codes for path in named})
    judgement = judge(analysis.observations, codes)
    findings: list[Finding] = []
    unheard: list[Finding] = []
    for finding in judgement.findings:
        own = settings.of(finding.path)
        heard = finding.code in own.codes and _at_least(finding.confidence, own.confidence)
        (findings if heard else unheard).append(weighed(finding, own))
    for failed in judgement.failures:
        findings += [_not_judged(path, failed.code, failed.error) for path in _failing(analysis, failed.code)]
    partly = list(partly_analyzed(analysis))
    (findings if PARTLY_ANALYZED in codes else unheard).extend(weighed(finding, settings.of(finding.path)) for finding in partly)
    whole = not analysis.problems and all(item.module is not None or not item.problem for item in analysis.files.values())
    ran = codes - {failed.code for failed in judgement.failures} if whole else frozenset[str]()
    return Judged(findings, unheard, ran, frozenset(finding.path for finding in partly))


def weighed(finding: Finding, settings: Settings) -> Finding:
    """`finding` with the severity that its file's settings give its rule."""
    severity = settings.severities.get(finding.code, finding.severity)
    return finding if severity == finding.severity else replace(finding, severity=severity)


def _failing(analysis: Analysis, code: str) -> list[str]:
    """Which files the rule of `code` fails on; all, where it is none of them alone."""
    from keylint.interpret.merging import of_file
    from keylint.rules.registry import judge

    found = [path for path in analysis.files if judge(of_file(analysis.observations, path), {code}).failures]
    return found or list(analysis.files)


def partly_analyzed(analysis: Analysis) -> Iterator[Finding]:
    """A finding for each file in which lines that mention a store were skipped, or calls of one never come to."""
    from keylint.lost import GIVEN_UP, SKIPPED, rows, told

    unreached: dict[str, list[Lost]] = {}
    for place in analysis.observations.unreached:
        source = analysis.files[place.path].source if place.path in analysis.files else None
        if source is not None:
            unreached.setdefault(place.path, []).append(rows(source, place.span))
    for path, item in analysis.files.items():
        for gaps, (what, remedy) in ((item.lost, SKIPPED), (unreached.get(path, ()), GIVEN_UP)):
            if gaps:
                yield _own_finding(PARTLY_ANALYZED, path, gaps[0].span, told(gaps, what), remedy)


def by_place(finding: Finding) -> tuple[str, Span, str]:
    """Sorts findings by path, place and code."""
    return finding.path, finding.span, finding.code


def _at_least(confidence: str, least: str) -> bool:
    return CONFIDENCES.index(confidence) >= CONFIDENCES.index(least)


def not_analyzed(path: str, why: str) -> Finding:
    """Nothing, or not everything, is known of the file at `path`."""
    return _own_finding(
        NOT_ANALYZED,
        path,
        Span(0, 0),
        f"Not analyzed, so nothing is known about the secrets this file stores: {why}",
        "Repair or exclude the file; if the failure is the linter's own, please report it.",
    )


def _not_judged(path: str, code: str, error: Exception) -> Finding:
    return _own_finding(
        NOT_ANALYZED,
        path,
        Span(0, 0),
        f"The rule {code} failed, and what it would have found here is not known: {failure(error)}",
        "Please report this; the other rules' findings are complete.",
    )


def _own_finding(code: str, path: str, span: Span, message: str, remedy: str) -> Finding:
    from keylint.rules.registry import load

    rule = load(code)
    return Finding(rule.code, rule.name, rule.severity, "high", path, span, message, remedy)
