"""What the names of modules mean in a project, in every language, for files called by the paths that people see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from keylint.languages import language_of

if TYPE_CHECKING:
    from keylint.project.python import PythonModules
    from keylint.project.swift import SwiftModules
    from keylint.project.typescript import TypeScriptModules
    from keylint.project.units import Project


class ProjectModules:
    """The modules of the project at `root`, whose files are the keys of `places`, each with its path relative to `root`.

    `read` gives the bytes of a manifest by such a path; without it, manifests are read from the disk.
    """

    def __init__(self, root: str, places: Mapping[str, str], read: Callable[[str], bytes | None] | None = None) -> None:
        self._root = root
        self._places = places
        self._read = read
        self._scopes: dict[frozenset[str], frozenset[str]] = {}

    @cached_property
    def _shown(self) -> dict[str, str]:
        return {place: path for path, place in self._places.items()}

    @cached_property
    def project(self) -> Project:
        """The project's units."""
        from keylint.project.units import Project

        return Project(self._root, sorted(self._shown), self._read)

    @cached_property
    def _typescript(self) -> TypeScriptModules:
        from keylint.project.typescript import TypeScriptModules

        return TypeScriptModules(self.project)

    @cached_property
    def _python(self) -> PythonModules:
        from keylint.project.python import PythonModules

        return PythonModules(self.project)

    @cached_property
    def _swift(self) -> SwiftModules:
        from keylint.project.swift import SwiftModules

        return SwiftModules(self.project)

    def module(self, importer: str, specifier: str) -> str | None:
        """The file that `specifier` means in `importer`; `None` for a library, or when it could be several files."""
        place = self._places.get(importer)
        if place is None:
            return None
        modules = self._typescript if language_of(importer) == "typescript" else self._python
        return self._path(modules.resolve(place, specifier))

    def submodule(self, importer: str, specifier: str, name: str) -> str | None:
        """The file that `name` is as a module inside the package `specifier`."""
        place = self._places.get(importer)
        if place is None or language_of(importer) == "typescript":
            return None
        return self._path(self._python.submodule(place, specifier, name))

    def scopes(self, path: str) -> Sequence[frozenset[str]]:
        """Groups of files whose top-level names the file at `path` sees without naming them, nearest first."""
        place = self._places.get(path)
        if place is None or language_of(path) != "swift":
            return ()
        return [self._paths(scope) for scope in self._swift.scopes(place)]

    def imported(self, path: str, name: str) -> frozenset[str]:
        """The files whose names the file at `path` sees once it imports the module `name` as a whole."""
        place = self._places.get(path)
        return self._paths(self._swift.imported(place, name)) if place is not None else frozenset()

    def share_app(self, first: str, second: str) -> bool:
        """Whether some app contains both files."""
        places = self._places.get(first), self._places.get(second)
        return first == second or (places[0] is not None and places[1] is not None and self.project.share_app(places[0], places[1]))

    def _path(self, place: str | None) -> str | None:
        return self._shown.get(place) if place is not None else None

    def _paths(self, places: frozenset[str]) -> frozenset[str]:
        known = self._scopes.get(places)
        if known is None:
            known = self._scopes[places] = frozenset(path for place in places if (path := self._shown.get(place)) is not None)
        return known
