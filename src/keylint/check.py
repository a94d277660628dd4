"""One run, top to bottom: select, scan, decode, lower, link, interpret, judge, settle.

Each step takes one plain value to the next and lives in a room of its own; this module only puts them in order, and sees to it that
whatever could not be analyzed is said (KL900, KL904) rather than taken for clean.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from keylint.findings import CONFIDENCES, SEVERITIES, Finding
from keylint.languages import SUFFIXES, NotParsed, front_end, language_of
from keylint.program.nodes import Span
from keylint.scan import NotRead, mentions, read, relevant
from keylint.select import BY_SHEBANG, Candidate, is_python_shebang, select
from keylint.source import Source, UndecodableSource
from keylint.spread import spread

if TYPE_CHECKING:
    from keylint.lost import Lost
    from keylint.policy import Policy
    from keylint.stores.catalogue import Catalogue
    from keylint.stores.model import Store

NOT_ANALYZED = "KL900"
PARTLY_ANALYZED = "KL904"

_SUPPRESSION_MARKS = (b"keylint", b"noqa")
"""Without one of these, in any case, no comment need be looked for."""

_SKIPPED = (
    "The parser skipped",
    "If the code compiles, the parser lags behind the language: spell the construct another way, or check these lines by eye.",
)
_GIVEN_UP = (
    "The analysis gave up before it came to",
    "There are more paths than are followed: split the function or the file, or check these lines by eye.",
)
"""Why lines were not analyzed, and what to do."""

_SCANNED_AT_ONCE = 250
_WORTH_A_PROCESS_TO_SCAN = 5_000
_WORTH_A_PROCESS_TO_ANALYZE = 8
"""Numbers of files from which a process more is sooner done."""

Step = Callable[[str, int, int], None]
"""Told how far a run is: what is being done, how many are done, of how many."""


class Settings(Struct, frozen=True):
    """What is looked for in a file: rule `codes`, and the least `confidence` that is reported. `noqa`: Python's `# noqa` counts as a
    suppression. A finding from severity `fail_on` on fails the run. `stores` and `policies` are what the project declares.
    """

    codes: frozenset[str]
    confidence: str = "medium"
    noqa: bool = True
    fail_on: str = "warning"
    stores: tuple[Store, ...] = ()
    policies: tuple[Policy, ...] = ()

    def of(self, path: str) -> Settings:
        """These, for every file."""
        return self

    def leaves_out(self, path: str) -> bool:
        """No file is left out."""
        return False


class Configured(Protocol):
    """Settings that depend on the file."""

    def of(self, path: str) -> Settings:
        """The settings of the file at `path`, the same object for files that share a configuration."""

    def leaves_out(self, path: str) -> bool:
        """The configuration excludes the file at `path`, unless it was named."""


class FileResult(Struct, frozen=True):
    """What came of one file.

    `source` is there if the file decoded. `incomplete` are KL900 findings whether selected or not, unless the file accepts them:
    a run that has any is not clean.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    suppressed: int = 0
    source: Source | None = None
    incomplete: tuple[Finding, ...] = ()


class Result(Struct, frozen=True):
    """What came of a run. `findings` are sorted by path, place and code; `sources` are those that they point into.

    `files` were selected, `analyzed` of them mention a store; `unsupported` were named but are in no language of ours.
    `failing`: one of the findings is as severe as its file's settings say a run must not have.
    """

    findings: tuple[Finding, ...]
    sources: dict[str, Source]
    suppressed: int
    incomplete: tuple[Finding, ...]
    files: int
    analyzed: int
    unsupported: tuple[str, ...] = ()
    failing: bool = False


def check_paths(
    paths: Sequence[str],
    settings: Configured,
    excludes: Sequence[str] = (),
    force_exclude: bool = False,
    jobs: int = 1,
    step: Step | None = None,
) -> Result:
    """Checks files and directories with up to `jobs` processes. Raises `select.MissingPath`."""
    selection = select(paths, excludes, force_exclude)
    results: list[FileResult] = []
    files = analyzed = 0
    for stores, candidates in _by_stores(selection.candidates, settings, force_exclude):
        analyze = Analyzer(_catalogue((candidate.language for candidate in candidates), stores), settings)
        found = _analyzed(candidates, analyze, jobs, step)
        results += found
        files += len(candidates)
        analyzed += len(found)
    results += [
        Analyzer(_catalogue(()), settings).not_analyzed(path, f"the directory cannot be listed: {reason}")
        for path, reason in selection.unreadable
    ]
    return _result(results, settings, files, analyzed, selection.unsupported)


def _by_stores(
    candidates: Sequence[Candidate], settings: Configured, force_exclude: bool
) -> list[tuple[tuple[Store, ...], list[Candidate]]]:
    """The candidates that are not left out, by the stores that their configurations declare: these are part of what is known."""
    groups: dict[int, tuple[tuple[Store, ...], list[Candidate]]] = {}
    for candidate in candidates:
        if (candidate.root or force_exclude) and settings.leaves_out(candidate.path):
            continue
        stores = settings.of(candidate.path).stores
        groups.setdefault(id(stores), (stores, []))[1].append(candidate)
    return list(groups.values())


def _analyzed(candidates: Sequence[Candidate], analyze: Analyzer, jobs: int, step: Step | None) -> list[FileResult]:
    """What came of those candidates that mention a store."""
    chunks = [candidates[start : start + _SCANNED_AT_ONCE] for start in range(0, len(candidates), _SCANNED_AT_ONCE)]
    scan = partial(relevant, words=analyze.words)
    scanners = jobs if len(candidates) >= _WORTH_A_PROCESS_TO_SCAN else 1
    scanned = spread(scan, chunks, scanners, crashed=scan, step=_steps(step, "Reading", len(chunks)))
    wanted = [candidate for chunk in scanned for candidate in chunk]

    # Here candidates that only call into the wanted ones will join, once exported names are followed across files.
    return spread(
        analyze,
        wanted,
        jobs if len(wanted) >= _WORTH_A_PROCESS_TO_ANALYZE else 1,
        crashed=lambda candidate: analyze.not_analyzed(candidate.path, "the process that analyzed it died"),
        step=_steps(step, "Analyzing", len(wanted)),
    )


def _steps(step: Step | None, doing: str, total: int) -> Callable[[int], None] | None:
    return None if step is None else lambda done: step(doing, done, total)


def analyze_sources(sources: Sequence[tuple[str, bytes]], settings: Configured) -> Result:
    """Checks sources in memory, given as path and bytes. What is in no language of ours is `unsupported`."""
    languages = [_language(path, data) for path, data in sources]
    analyzers: dict[int, Analyzer] = {}
    results = []
    unsupported = []
    for (path, data), language in zip(sources, languages, strict=True):
        if language is None:
            unsupported.append(path)
            continue
        stores = settings.of(path).stores
        if id(stores) not in analyzers:
            analyzers[id(stores)] = Analyzer(_catalogue(filter(None, languages), stores), settings)
        analyze = analyzers[id(stores)]
        if mentions(data, analyze.words[language]):
            results.append(analyze.source(path, language, data))
    return _result(results, settings, len(sources) - len(unsupported), len(results), unsupported)


def _language(path: str, data: bytes) -> str | None:
    return language_of(path) or ("python" if is_python_shebang(data[:256]) else None)


def _catalogue(languages: Iterable[str], stores: Iterable[Store] = ()) -> Catalogue:
    from keylint.stores import catalogue

    found = {"python" if language == BY_SHEBANG else language for language in languages}
    return catalogue.load(sorted(found), stores)


class Analyzer:
    """Analyzes one file after another. Each is a program of its own."""

    def __init__(self, catalogue: Catalogue, settings: Configured) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self.words = {language: catalogue.words_for(language) for language in set(SUFFIXES.values())}

    def __call__(self, candidate: Candidate) -> FileResult:
        """Reads and analyzes a file."""
        try:
            data = read(candidate.path, bool(candidate.root))
        except FileNotFoundError:
            return FileResult(candidate.path) if candidate.root else self.not_analyzed(candidate.path, "it vanished")
        except NotRead as error:
            return self.not_analyzed(candidate.path, str(error))
        return self.source(candidate.path, candidate.language, data)

    def source(self, path: str, language: str, data: bytes) -> FileResult:
        """Analyzes a file's bytes. Raises nothing: what goes wrong is a finding."""
        try:
            source = Source.decode(path, data, language)
        except UndecodableSource as error:
            return self.not_analyzed(path, str(error))
        try:
            findings = self._findings(source, language)
        except NotParsed as error:
            findings = [_not_analyzed(path, str(error) or "the parser made nothing of it")]
        except Exception as error:
            findings = [_not_analyzed(path, _failure(error))]
        return self._settled(source, language, findings)

    def not_analyzed(self, path: str, why: str) -> FileResult:
        """The result for a file that has no text."""
        finding = _not_analyzed(path, why)
        return FileResult(path, (finding,) if NOT_ANALYZED in self._settings.of(path).codes else (), incomplete=(finding,))

    def _findings(self, source: Source, language: str) -> list[Finding]:
        from keylint.interpret.imports import declared_stores_named
        from keylint.interpret.machine import observe
        from keylint.program.link import File, link
        from keylint.rules.registry import judge

        settings = self._settings.of(source.path)
        words = self.words[language]
        module = front_end(language).lower(source, words)
        file = File(source, declared_stores_named(module, source.path, self._catalogue))
        observations = observe(link([file]), self._catalogue)
        if settings.policies:
            from keylint.policy import for_file

            observations = replace(observations, policies={source.path: for_file(settings.policies, source.path)})
        judgement = judge(observations, settings.codes)
        found = [finding for finding in judgement.findings if _at_least(finding.confidence, settings.confidence)]
        found += (_not_judged(source.path, failure.code, failure.error) for failure in judgement.failures)
        if PARTLY_ANALYZED in settings.codes and (module.gaps or observations.unreached):
            from keylint.lost import lost, rows

            if gaps := lost(source, module, words):
                found.append(_partly_analyzed(source.path, gaps, *_SKIPPED))
            if unreached := [rows(source, place.span) for place in observations.unreached]:
                found.append(_partly_analyzed(source.path, unreached, *_GIVEN_UP))
        return found

    def _settled(self, source: Source, language: str, findings: list[Finding]) -> FileResult:
        kept = findings
        settings = self._settings.of(source.path)
        if findings and mentions(source.data.lower(), _SUPPRESSION_MARKS):
            from keylint.settle.suppressions import is_suppressed, suppressions

            try:
                found = suppressions(source, front_end(language).comments(source), language, settings.noqa)
                kept = [finding for finding in findings if not is_suppressed(finding, source, found)]
            except Exception as error:
                kept = [*findings, _not_analyzed(source.path, f"its suppression comments could not be read: {_failure(error)}")]
        incomplete = tuple(finding for finding in kept if finding.code == NOT_ANALYZED)
        shown = tuple(finding for finding in kept if finding.code in settings.codes)
        return FileResult(source.path, shown, max(0, len(findings) - len(kept)), source if kept else None, incomplete)


def _at_least(confidence: str, least: str) -> bool:
    return CONFIDENCES.index(confidence) >= CONFIDENCES.index(least)


def _partly_analyzed(path: str, gaps: Sequence[Lost], what: str, remedy: str) -> Finding:
    ranges: list[list[int]] = []
    for first, last, _ in gaps:
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1][1] = max(ranges[-1][1], last)
        else:
            ranges.append([first, last])
    named = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
    lines = f"line {named}, which mentions" if named.isdigit() else f"lines {named}, which mention"
    return _own_finding(
        PARTLY_ANALYZED,
        path,
        gaps[0].span,
        f"{what} {lines} a store: what stands there may have gone unchecked",
        remedy,
    )


def _not_analyzed(path: str, why: str) -> Finding:
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
        f"The rule {code} failed, and what it would have found here is not known: {_failure(error)}",
        "Please report this; the other rules' findings are complete.",
    )


def _own_finding(code: str, path: str, span: Span, message: str, remedy: str) -> Finding:
    from keylint.rules.registry import load

    rule = load(code)
    return Finding(rule.code, rule.name, rule.severity, "high", path, span, message, remedy)


def _failure(error: Exception) -> str:
    """An internal failure in a few words, with the line of ours that raised it."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    text = str(error)[:200]
    return f"internal failure{place}: {type(error).__name__}{f': {text}' if text else ''}"


def _result(
    results: Sequence[FileResult], settings: Configured, files: int, analyzed: int, unsupported: Sequence[str]
) -> Result:
    findings = sorted((finding for result in results for finding in result.findings), key=lambda item: (item.path, item.span, item.code))
    return Result(
        tuple(findings),
        {result.path: result.source for result in results if result.source is not None},
        sum(result.suppressed for result in results),
        tuple(finding for result in results for finding in result.incomplete),
        files,
        analyzed,
        tuple(unsupported),
        any(SEVERITIES.index(finding.severity) >= SEVERITIES.index(settings.of(finding.path).fail_on) for finding in findings),
    )
