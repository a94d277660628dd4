"""One run, top to bottom: select, analyze, judge, settle.

`select` says which files were asked for, `workspace` which projects they belong to, `analysis` what those projects do with their stores
(scan, gather, link, interpret), the rules what is wrong with that, `settle` what of it is left. This module puts the steps in order, and
sees to it that whatever could not be analyzed is said (KL900, KL904) rather than taken for clean.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from keylint.analysis import Processes, Step, analyze
from keylint.findings import BASE, BASELINE, SEVERITIES, Finding, Silenced
from keylint.judging import NOT_ANALYZED, Judged, by_place, judged, not_analyzed, partly_analyzed, weighed
from keylint.languages import front_end, language_of
from keylint.lowering import failure
from keylint.scan import mentions
from keylint.select import Selection, is_python_shebang, select

if TYPE_CHECKING:
    from keylint.analysis import Analysis
    from keylint.interpret.events import Observations
    from keylint.kept import Kept
    from keylint.lowering import Lowered
    from keylint.project.modules import ProjectModules
    from keylint.select import Candidate
    from keylint.settings import Configured, Settings
    from keylint.settle.baseline import Stale
    from keylint.source import Source
    from keylint.workspace import Share

_SUPPRESSION_MARKS = (b"keylint", b"noqa")
"""Without one of these, in any case, no comment need be looked for."""
_NOQA_OF_OURS = re.compile(rb"noqa:[^\r\n]*kl\d")
_ABOUT_SUPPRESSIONS = frozenset(("KL901", "KL902", "KL903"))


class FileResult(Struct, frozen=True):
    """What came of one file.

    `sources` are those that its findings point into, silenced ones too, its own among them if it decoded. `incomplete` are KL900 findings
    whether selected or not, unless the file accepts them: a run that has any is not clean.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    sources: tuple[Source, ...] = ()
    incomplete: tuple[Finding, ...] = ()


class Observed(Struct, frozen=True):
    """What projects do with their stores, whatever rules say to it. `sources` are those that it points into.

    `incomplete` says what was not analyzed, and may be missing here. `files`, `analyzed` and `unsupported` are as in `Result`.
    """

    observations: Observations
    sources: dict[str, Source]
    incomplete: tuple[Finding, ...]
    files: int
    analyzed: int
    unsupported: tuple[str, ...] = ()


class Result(Struct, frozen=True):
    """What came of a run. `findings` are sorted by path, place and code, and so are `silenced`; `sources` are those that these point into.

    `files` were selected, `analyzed` of them mention a store; `unsupported` were named but are in no language of ours.
    `failing`: one of the findings is as severe as its file's settings say a run must not have. `stale` are entries of baselines that match
    nothing any more. `looked_at` are the paths of all that were selected.
    """

    findings: tuple[Finding, ...]
    sources: dict[str, Source]
    silenced: tuple[Silenced, ...]
    incomplete: tuple[Finding, ...]
    files: int
    analyzed: int
    unsupported: tuple[str, ...] = ()
    failing: bool = False
    stale: tuple[Stale, ...] = ()
    looked_at: tuple[str, ...] = ()


def check_paths(
    paths: Sequence[str],
    settings: Configured,
    excludes: Sequence[str] = (),
    force_exclude: bool = False,
    jobs: int = 1,
    step: Step | None = None,
    since: str = "",
) -> Result:
    """Checks files and directories with up to `jobs` processes. With `since`, only what is not known from the commit that the work tree's
    branch shares with that revision is reported. Raises `select.MissingPath`, and `git.GitError` where git does not know that commit.
    """
    from keylint.workspace import shares

    selection = _selected(paths, settings, excludes, force_exclude)
    processes = Processes(jobs, step)
    results: list[FileResult] = []
    for share in _by_stores(shares(paths, selection, excludes, settings.leaves_out), settings):
        if since:
            results += _introduced(share, settings, excludes, processes, since)
        else:
            results += _checked(share, settings, processes)
    results += [_unread(path, f"the directory cannot be listed: {reason}", settings) for path, reason in selection.unreadable]
    return _result(results, settings, len(selection.candidates), selection.unsupported, [item.path for item in selection.candidates])


def check_text(path: str, language: str | None, data: bytes, settings: Configured, excludes: Sequence[str] = ()) -> Result:
    """Checks the file at `path` as if it held `data`, in its project on the disk; a file that is not there yet is part of none.

    Without `language`, the suffix and the first line tell it.
    """
    language = language or _language(path, data)
    if language is None:
        return _result([], settings, 0, [path])
    return check_texts({path: data}, language, settings, excludes)


def check_texts(
    texts: Mapping[str, bytes],
    language: str,
    settings: Configured,
    excludes: Sequence[str] = (),
    processes: Processes | None = None,
    kept: Kept | None = None,
) -> Result:
    """Checks files in one language as if they held `texts`: those on the disk, which share a project, in that project, each other alone.

    `kept` spares a process that does this again and again what it did before. Nothing else depends on it, save that files which came or
    went since are not seen until it forgets.
    """
    from keylint.workspace import in_memory, with_texts

    on_disk = {path: data for path, data in texts.items() if os.path.isfile(path)}
    found: list[FileResult] = []
    processes = processes or Processes()
    if on_disk:
        for share in _by_stores([with_texts(on_disk, language, excludes, settings.leaves_out, kept)], settings):
            found += _checked(share, settings, processes, kept)
    for path, data in texts.items():
        if path not in on_disk:
            found += _checked(in_memory([(path, language, data)]), settings, processes)
    return _result(found, settings, len(texts), [])


def check_project(root: str, language: str, settings: Configured) -> tuple[Result, frozenset[str]]:
    """Checks every file in one language of the project at `root`; also returns which files those are, by absolute path."""
    from keylint.workspace import whole

    share = whole(root, language)
    places = frozenset(os.path.abspath(candidate.path) for candidate in share.named)
    return _result(_checked(share, settings, Processes()), settings, len(share.named), []), places


def analyze_sources(sources: Sequence[tuple[str, bytes]], settings: Configured) -> Result:
    """Checks sources in memory, given as path and bytes, which are a project of their own.

    What is in no language of ours is `unsupported`, but may be a manifest of the project.
    """
    from keylint.workspace import in_memory

    known = [(path, language, data) for path, data in sources if (language := _language(path, data)) is not None]
    paths = {path for path, _, _ in known}
    unsupported = [path for path, _ in sources if path not in paths]
    return _result(_checked(in_memory(known, dict(sources)), settings, Processes()), settings, len(known), unsupported)


def observe_paths(
    paths: Sequence[str],
    settings: Configured,
    excludes: Sequence[str] = (),
    force_exclude: bool = False,
    jobs: int = 1,
    step: Step | None = None,
) -> Observed:
    """What the projects of files and directories do with their stores. Raises `select.MissingPath`."""
    from keylint.interpret.merging import together, touching
    from keylint.workspace import shares

    selection = _selected(paths, settings, excludes, force_exclude)
    seen: list[Observations] = []
    sources: dict[str, Source] = {}
    incomplete = [not_analyzed(path, f"the directory cannot be listed: {reason}") for path, reason in selection.unreadable]
    analyzed = 0
    for share in _by_stores(shares(paths, selection, excludes, settings.leaves_out), settings):
        analysis = _analyzed(share, settings, Processes(jobs, step))
        named = frozenset(candidate.path for candidate in share.named)
        seen.append(touching(analysis.observations, named))
        read = (item.source for item in (*analysis.files.values(), *analysis.supplies.values()))
        sources.update((source.path, source) for source in read if source is not None)
        incomplete += [not_analyzed(path, why) for path, why in analysis.problems.items() if path in named]
        incomplete += [finding for finding in partly_analyzed(analysis) if finding.path in named]
        analyzed += len(named & analysis.files.keys())
    incomplete.sort(key=lambda finding: (finding.path, finding.span))
    return Observed(together(seen), sources, tuple(incomplete), len(selection.candidates), analyzed, tuple(selection.unsupported))


def _selected(paths: Sequence[str], settings: Configured, excludes: Sequence[str], force_exclude: bool) -> Selection:
    """The files that are asked for. Settings are asked for all of them, so that a configuration that is wrong is an error before work."""
    selection = select(paths, excludes, force_exclude)
    kept = [item for item in selection.candidates if not ((item.root or force_exclude) and settings.leaves_out(item.path))]
    for candidate in kept:
        settings.of(candidate.path)
    return selection._replace(candidates=kept)


def _language(path: str, data: bytes) -> str | None:
    return language_of(path) or ("python" if is_python_shebang(data[:256]) else None)


def _by_stores(shares: Iterable[Share], settings: Configured) -> Iterator[Share]:
    """The shares, parted by the stores that the configurations of the named files declare: these are part of what is known of a project."""
    for share in shares:
        groups: dict[int, list[Candidate]] = {}
        for candidate in share.named:
            groups.setdefault(id(settings.of(candidate.path).stores), []).append(candidate)
        for named in groups.values():
            yield replace(share, named=tuple(named))


def _analyzed(
    share: Share, settings: Configured, processes: Processes, kept: Kept | None = None, other: Analysis | None = None
) -> Analysis:
    """The project of `share`, with the stores that the configuration of its named files declares, and the policies of all; `other` is an
    analysis of the same project with other texts.
    """
    from keylint.stores import catalogue

    models = settings.of(share.named[0].path).stores if share.named else ()
    languages = sorted({candidate.language or "python" for candidate in share.project.candidates})
    known = catalogue.load(languages, models)
    if kept is not None:
        kept.within((languages, models))
    analysis = analyze(share.project, known, processes, kept, other)
    if kept is not None:
        kept.settle()
    observations = analysis.observations
    paths = sorted({event.place.path for event in observations.events})
    policies = {path: found for path in paths if (found := settings.of(path).policies)}
    if policies:
        from keylint.policy import for_file

        observations = replace(observations, policies={path: for_file(found, path) for path, found in policies.items()})
        analysis = replace(analysis, observations=observations)
    return analysis


def _checked(share: Share, settings: Configured, processes: Processes, kept: Kept | None = None) -> list[FileResult]:
    """What comes of the files that were named."""
    return _results(_analyzed(share, settings, processes, kept), share, settings)


def _results(analysis: Analysis, share: Share, settings: Configured) -> list[FileResult]:
    """What comes of the files that were named: one result each that mentions a store, leads to one, or has a finding."""
    findings: dict[str, list[Finding]] = {path: [not_analyzed(path, why)] for path, why in analysis.problems.items()}
    said = judged(analysis, settings, [candidate.path for candidate in share.named])
    for finding in said.findings:
        findings.setdefault(finding.path, []).append(finding)
    results = []
    for candidate in share.named:
        item = analysis.files.get(candidate.path)
        if item is None:
            continue
        if item.source is not None:
            result = _settled(item, findings.get(candidate.path, []), said, settings.of(candidate.path))
            results.append(replace(result, sources=tuple(_pointed_at(result, analysis))))
        elif item.problem:
            results.append(_unread(candidate.path, item.problem, settings))
    return results


def _introduced(share: Share, settings: Configured, excludes: Sequence[str], processes: Processes, since: str) -> list[FileResult]:
    """What comes of the files that were named; findings are silenced that were there at the commit which the branch shares with `since`."""
    from keylint.kept import Kept
    from keylint.past import Past
    from keylint.select import excluded
    from keylint.settle.known import Findings, known

    def findings(of: Sequence[FileResult], modules: ProjectModules, exists: Callable[[str], bool]) -> Findings:
        found = sorted((item for result in of for item in result.findings if item.code != NOT_ANALYZED), key=by_place)
        sources = {source.path: source for result in of for source in result.sources}
        return Findings(found, sources, lambda path: modules.places.get(path, path), exists)

    modules = share.project.modules
    past = Past(modules.root, since)
    kept = Kept()
    analysis = _analyzed(share, settings, processes, kept)
    results = _results(analysis, share, settings)
    now = findings(results, modules, lambda place: os.path.lexists(os.path.join(modules.root, place)))
    if not now.findings:
        return results
    before = past.share(share, lambda path: excluded(path, excludes) or settings.leaves_out(path))
    then = _results(_analyzed(before, settings, processes, kept, analysis), before, settings)
    old = {id(item) for item in known(now, findings(then, before.project.modules, past.paths.__contains__))}
    return [
        replace(
            result,
            findings=tuple(item for item in result.findings if id(item) not in old),
            silenced=(*result.silenced, *(Silenced(item, BASE) for item in result.findings if id(item) in old)),
        )
        for result in results
    ]


def _located(finding: Finding, item: Lowered) -> Finding:
    """`finding` with the name of the code around it."""
    if item.module is None or finding.span.end <= finding.span.start:
        return finding
    from keylint.program.enclosing import enclosing

    return replace(finding, symbol=enclosing(item.module, finding.span))


def _pointed_at(result: FileResult, analysis: Analysis) -> Iterator[Source]:
    heard = (*result.findings, *(item.finding for item in result.silenced))
    paths = {path for finding in heard for path in (finding.path, *(place.path for place in finding.related))}
    for path in sorted(paths):
        source = analysis.source(path)
        if source is not None:
            yield source


def _settled(item: Lowered, findings: Sequence[Finding], said: Judged, settings: Settings) -> FileResult:
    """What is left of the `findings` in a file, and what is wrong with the comments in it that suppress some."""
    source, language = item.source, item.order.candidate.language or "python"
    assert source is not None
    kept = [_located(finding, item) for finding in findings]
    silenced: list[Silenced] = []
    lower = source.data.lower() if settings.suppressions and (findings or settings.codes & _ABOUT_SUPPRESSIONS) else b""
    if mentions(lower, _SUPPRESSION_MARKS) and (findings or _SUPPRESSION_MARKS[0] in lower or _NOQA_OF_OURS.search(lower)):
        from keylint.settle.suppressions import Demands, settled

        ran = frozenset[str]() if source.path in said.partly or item.problem else said.ran & settings.codes
        demands = Demands(ran, settings.codes, settings.noqa, settings.require_reason, settings.today)
        unheard = [finding for finding in said.unheard if finding.path == source.path]
        try:
            found, silenced = settled(kept, source, front_end(language).comments(source), language, demands, unheard)
            kept = [weighed(_located(finding, item), settings) for finding in found]
        except Exception as error:
            kept = [*kept, not_analyzed(source.path, f"its suppression comments could not be read: {failure(error)}")]
    incomplete = tuple(finding for finding in kept if finding.code == NOT_ANALYZED)
    shown = tuple(finding for finding in kept if finding.code in settings.codes)
    return FileResult(source.path, shown, tuple(silenced), incomplete=incomplete)


def _unread(path: str, why: str, settings: Configured) -> FileResult:
    """The result for a file that has no text."""
    finding = not_analyzed(path, why)
    return FileResult(path, (finding,) if NOT_ANALYZED in settings.of(path).codes else (), incomplete=(finding,))


def _result(
    results: Sequence[FileResult], settings: Configured, files: int, unsupported: Sequence[str], looked_at: Sequence[str] = ()
) -> Result:
    """What `results` come to, once their baselines have been heard. At `looked_at` everything has been looked at that was asked for."""
    sources = {source.path: source for result in results for source in result.sources}
    findings = sorted((finding for result in results for finding in result.findings), key=by_place)
    silenced = [item for result in results for item in result.silenced]
    stale: list[Stale] = []
    baselines = {found.path: found for path in looked_at or sources if (found := settings.of(path).baseline) is not None}
    if baselines:
        from keylint.settle import baseline as settle

        # What could not be analyzed is never known, and what the base of a branch has may have an entry all the same.
        there = [finding for finding in findings if finding.code != NOT_ANALYZED]
        there += [item.finding for item in silenced if item.kind == BASE]
        known = settle.known(sorted(there, key=by_place), sources, lambda path: settings.of(path).baseline)
        heard = {id(finding) for finding in known.findings}
        silenced += [Silenced(finding, BASELINE) for finding in findings if id(finding) in heard]
        findings = [finding for finding in findings if id(finding) not in heard]
        for baseline in baselines.values():
            stale += settle.stale(baseline, known.used.get(baseline.path, ()), looked_at, partial(_could_report, settings))
    return Result(
        tuple(findings),
        sources,
        tuple(sorted(silenced, key=lambda item: by_place(item.finding))),
        tuple(finding for result in results for finding in result.incomplete),
        files,
        len(results),
        tuple(unsupported),
        any(SEVERITIES.index(finding.severity) >= SEVERITIES.index(settings.of(finding.path).fail_on) for finding in findings),
        tuple(stale),
        tuple(looked_at),
    )


def _could_report(settings: Configured, path: str, code: str) -> bool:
    """A finding in the file at `path` that a baseline knows would have been found."""
    own = settings.of(path)
    return code in own.codes and not own.narrowed
