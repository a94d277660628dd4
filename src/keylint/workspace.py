"""Which projects the named paths belong to, and the files of those.

What a file's findings are does not depend on which files were named: its project is always looked at whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.analysis import Project
from keylint.project.modules import ProjectModules
from keylint.project.roots import project_root
from keylint.select import BY_SHEBANG, Candidate, select

if TYPE_CHECKING:
    from keylint.kept import Kept
    from keylint.select import Selection


class Share(Struct, frozen=True):
    """A project, and the candidates in it that were named."""

    project: Project
    named: tuple[Candidate, ...]


LeavesOut = Callable[[str], bool]
"""Whether a configuration excludes the file at a path."""


def shares(paths: Sequence[str], selection: Selection, excludes: Sequence[str], leaves_out: LeavesOut) -> list[Share]:
    """The projects that the candidates of `selection`, which is what `paths` gave, belong to."""
    named: dict[str, list[Candidate]] = {}
    roots: dict[str, str] = {}
    for candidate in selection.candidates:
        directory = os.path.dirname(candidate.path)
        root = roots.get(directory)
        if root is None:
            root = roots[directory] = project_root(directory or os.curdir)
        named.setdefault(root, []).append(candidate)
    whole = {os.path.abspath(path) for path in paths if os.path.isdir(path)}
    found = []
    for root, candidates in sorted(named.items()):
        others = () if root in whole else [other for other in _all(root, excludes) if not leaves_out(other.path)]
        found.append(Share(_project(root, candidates, others, {}), tuple(candidates)))
    return found


def whole(root: str, language: str) -> Share:
    """The files in one language of the project at `root`, all of them named."""
    candidates = [candidate for candidate in _all(root, ()) if candidate.language in (language, BY_SHEBANG)]
    return Share(_project(root, candidates, (), {}), tuple(candidates))


def with_texts(
    texts: Mapping[str, bytes], language: str, excludes: Sequence[str], leaves_out: LeavesOut, kept: Kept | None = None
) -> Share:
    """The project of the files that are the keys of `texts`, which hold these bytes, all of them named. They share project and language.

    Its other files are listed again unless `kept` has them.
    """
    named = [Candidate(path, language, "") for path in sorted(texts)]
    root = project_root(os.path.dirname(named[0].path) or os.curdir)
    known = (language, BY_SHEBANG)
    listed = kept.listed if kept is not None else None
    if listed is None:
        listed = [other for other in _all(root, excludes) if other.language in known and not leaves_out(other.path)]
        if kept is not None:
            kept.listed = listed
    return Share(_project(root, named, listed, texts), tuple(named))


def in_memory(sources: Sequence[tuple[str, str, bytes]], manifests: Mapping[str, bytes] = {}) -> Share:
    """A project of nothing but `sources` (path, language and bytes) and its `manifests`, by path."""
    texts = {path: data for path, _, data in sources}
    candidates = tuple(sorted(Candidate(path, language, "") for path, language, _ in sources))
    places = {candidate.path: candidate.path.replace(os.sep, "/") for candidate in candidates}
    return Share(Project(candidates, ProjectModules("", places, manifests.get), texts), candidates)


def _all(root: str, excludes: Sequence[str]) -> Sequence[Candidate]:
    """Every file of the project at `root`, and of no project inside it; below the current directory, called as seen from there."""
    here = os.path.join(os.getcwd(), "")
    found = []
    roots: dict[str, str] = {}
    for candidate in select([root], excludes).candidates:
        directory = os.path.dirname(candidate.path)
        if (home := roots.get(directory)) is None:
            home = roots[directory] = project_root(directory)
        if home == root:
            path = candidate.path
            shown = path[len(here) :] if path.startswith(here) else path
            found.append(Candidate(shown, candidate.language, candidate.root))
    return found


def _project(root: str, named: Sequence[Candidate], others: Sequence[Candidate], texts: Mapping[str, bytes]) -> Project:
    """A file that was named is called as it was."""
    by_place = {os.path.abspath(candidate.path): candidate for candidate in others}
    known = frozenset(by_place)
    by_place.update((os.path.abspath(candidate.path), candidate) for candidate in named)
    top = os.path.join(root, "")
    paths = {candidate.path: place[len(top) :].replace(os.sep, "/") for place, candidate in by_place.items() if place.startswith(top)}
    modules = ProjectModules(root, paths)
    if others:
        together = modules.sharing(candidate.path for candidate in named)
        by_place = {place: item for place, item in by_place.items() if item.path in together or place not in known}
    return Project(tuple(sorted(by_place.values())), modules, texts)
