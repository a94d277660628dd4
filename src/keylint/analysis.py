"""From the files of one project to what they do with their stores: scan, gather, link, run, merge.

Spread over processes where that pays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from keylint.gather import Gathered, ProjectFiles, gather
from keylint.lowering import Lowered, Lowerer, Order, failure
from keylint.scan import mentions, relevant
from keylint.spread import spread

if TYPE_CHECKING:
    from keylint.indexing import Found, Index
    from keylint.interpret.events import Observations
    from keylint.interpret.merging import Run
    from keylint.kept import Kept
    from keylint.program.link import Program
    from keylint.project.modules import ProjectModules
    from keylint.search import Match, Search
    from keylint.select import Candidate
    from keylint.source import Source
    from keylint.stores.catalogue import Catalogue

SCANNED_AT_ONCE = 250
WORTH_A_PROCESS_TO_SCAN = 5_000
WORTH_A_PROCESS_TO_ANALYZE = 8
"""Numbers of files from which a process more is sooner done."""

DIED = "the process that analyzed it died"

Step = Callable[[str, int, int], None]
"""Told how far a run is: what is being done, how many are done, of how many."""


class Project(Struct, frozen=True):
    """The source files of a project. `texts` are those whose bytes are here, by path: an editor's, a test's, or those of another time."""

    candidates: tuple[Candidate, ...]
    modules: ProjectModules
    texts: Mapping[str, bytes] = {}

    def read(self, candidate: Candidate) -> bytes:
        """The bytes of a file. Raises as `scan.read`."""
        from keylint.scan import read

        text = self.texts.get(candidate.path)
        return text if text is not None else read(candidate.path, bool(candidate.root))


class Analysis(Struct, frozen=True):
    """What a project does with its stores.

    `files` are those that mention a store or lead to one, by path. `problems` say which of them could not be analyzed, and why. `supplies`
    are the other files that were read, for what these need of them. `modules` are the project's.
    """

    observations: Observations
    files: dict[str, Lowered]
    problems: dict[str, str]
    supplies: dict[str, Lowered] = {}
    modules: ProjectModules | None = None

    def is_of(self, project: Project, lowered: Mapping[str, Lowered]) -> bool:
        """The files of `project` that were `lowered` are all that matter here, and mean the same."""
        mine = {**self.supplies, **self.files}
        return self.modules is project.modules and (
            mine.keys() == lowered.keys()
            and all(item.order == lowered[path].order and item.module is lowered[path].module for path, item in mine.items())
        )

    def source(self, path: str) -> Source | None:
        """The text of a file that was read."""
        item = self.files.get(path) or self.supplies.get(path)
        return item.source if item is not None else None


class Processes(Struct, frozen=True):
    """How many processes may share the work, and who is told how far it is."""

    jobs: int = 1
    step: Step | None = None

    def told(self, doing: str, total: int) -> Callable[[int], None] | None:
        """What `spread` calls."""
        step = self.step
        return None if step is None else lambda done: step(doing, done, total)

    def for_files(self, count: int) -> int:
        """How many are worth starting to analyze `count` files."""
        return self.jobs if count >= WORTH_A_PROCESS_TO_ANALYZE else 1


def analyze(
    project: Project, catalogue: Catalogue, processes: Processes, kept: Kept | None = None, other: Analysis | None = None
) -> Analysis:
    """Analyzes a project. What goes wrong in a file is a problem of that file. What is `kept` need not be lowered again.

    `other` is an analysis of the project with other texts; where all that matters turns out to be the same, it is returned.
    """
    gathered = _gathered(project, catalogue, processes, kept)
    if other is not None and other.is_of(project, gathered.lowered):
        return other
    program = gathered.program(project.modules)
    roots = [path for path in sorted(gathered.roots) if program.file_at(path) is not None]
    run = Runner(program, catalogue)
    jobs = processes.for_files(len(roots))
    task = run.packed if jobs > 1 else run
    results = spread(task, roots, jobs, crashed=lambda path: DIED, step=processes.told("Analyzing", len(roots)))
    lead = {path for path, item in gathered.lowered.items() if item.order.names and item.module is not None}
    files = {path: gathered.lowered[path] for path in sorted(gathered.roots | lead)}
    problems = {path: item.problem for path, item in files.items() if item.problem}
    runs: list[Run] = []
    for path, result in zip(roots, results, strict=True):
        if isinstance(result, str):
            problems[path] = result
        else:
            runs.append(run.unpacked(result) if isinstance(result, bytes) else result)
    from keylint.interpret.merging import merged

    observations = replace(merged(runs), apps=project.modules.apps(files))
    supplies = {path: item for path, item in gathered.lowered.items() if path not in files}
    return Analysis(observations, files, dict(sorted(problems.items())), supplies, project.modules)


def _gathered(project: Project, catalogue: Catalogue, processes: Processes, kept: Kept | None) -> Gathered:
    candidates = project.candidates
    words = {language: catalogue.words_for(language) for language in ("swift", "typescript", "python")}
    chunks = [candidates[start : start + SCANNED_AT_ONCE] for start in range(0, len(candidates), SCANNED_AT_ONCE)]
    scanners = processes.jobs if len(candidates) >= WORTH_A_PROCESS_TO_SCAN else 1

    def scan(chunk: Sequence[Candidate]) -> list[Candidate]:
        on_disk = relevant([candidate for candidate in chunk if candidate.path not in project.texts], words)
        here = [item for item in chunk if item.path in project.texts and mentions(project.texts[item.path], words[item.language])]
        return sorted([*on_disk, *here]) if here else on_disk

    def lower(orders: Sequence[Order], known: Mapping[str, Lowered]) -> list[Lowered]:
        lowerer = Lowerer(catalogue, project.read)
        done: dict[str, Lowered] = {}
        for order in orders:
            before = known.get(order.candidate.path)
            if before is not None and before.problem == DIED:
                done[order.candidate.path] = before
            elif before is not None and (item := lowerer.again(order, before)) is not None:
                done[order.candidate.path] = item
            elif kept is not None and (old := kept.lowered(order, project.read)) is not None:
                done[order.candidate.path] = _with_declared_stores(old, catalogue, project.modules)
        left = [order for order in orders if order.candidate.path not in done]
        told = processes.told("Parsing", len(left))
        jobs = processes.for_files(len(left))
        fresh = spread(lowerer, left, jobs, crashed=lambda order: Lowered(order, problem=DIED), step=told)
        if kept is not None:
            for item in fresh:
                kept.keep(item)
        done.update((item.order.candidate.path, _with_declared_stores(item, catalogue, project.modules)) for item in fresh)
        return [done[order.candidate.path] for order in orders]

    def note(names: Callable[[Sequence[tuple[int, Candidate]]], Found]) -> list[Found]:
        placed = list(enumerate(candidates))
        parts = [placed[start : start + SCANNED_AT_ONCE] for start in range(0, len(placed), SCANNED_AT_ONCE)]
        return spread(names, parts, scanners, crashed=lambda part: {})

    index: Index | None = None

    def find(search: Search) -> list[Match]:
        from keylint.indexing import Index
        from keylint.search import Searcher

        nonlocal index
        index = index or Index(candidates, project.read, note)
        return Searcher(search, project.read)(index.worth_a_look(search))

    found = spread(scan, chunks, scanners, crashed=scan, step=processes.told("Reading", len(chunks)))
    by_path = {candidate.path: candidate for candidate in candidates}
    return gather([item for chunk in found for item in chunk], ProjectFiles(by_path, project.modules), lower, find)


def _with_declared_stores(item: Lowered, catalogue: Catalogue, modules: ProjectModules) -> Lowered:
    """`item`, whose imports of stores that the configuration declares name these, whichever way they lead there."""
    candidate = item.order.candidate
    if item.module is None or not catalogue.declares(candidate.language):
        return item
    from keylint.interpret.imports import declared_stores_resolved

    return replace(item, module=declared_stores_resolved(item.module, candidate.path, catalogue, modules))


class Runner:
    """Runs the files of a program, one after another. Raises nothing: a failure comes back as its description."""

    def __init__(self, program: Program, catalogue: Catalogue) -> None:
        from keylint.interpret.survey import Survey

        self._program = program
        self._catalogue = catalogue
        self._survey = Survey(catalogue)

    def __call__(self, path: str) -> Run | str:
        from keylint.interpret.machine import run

        file = self._program.file_at(path)
        assert file is not None
        try:
            return run(self._program, self._catalogue, file, self._survey)
        except Exception as error:
            return failure(error)

    def packed(self, path: str) -> bytes | str:
        """The run as bytes. The models in it are named, not copied: every event has some."""
        result = self(path)
        if isinstance(result, str):
            return result
        from keylint.packing import pack

        return pack(result, self._catalogue)

    def unpacked(self, data: bytes) -> Run:
        """The run that `packed` made; `data` comes from a process of our own."""
        from keylint.packing import unpack

        return unpack(data, self._catalogue)
