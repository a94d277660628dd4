"""What the names of modules mean in a project, in every language, for files called by the paths that people see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from keylint.languages import language_of

if TYPE_CHECKING:
    from keylint.project.python import PythonModules
    from keylint.project.swift import SwiftModules
    from keylint.project.typescript import TypeScriptModules
    from keylint.project.units import Project, Unit


_KINDS = ("xcode", "npm", "python", "swift-package", "folder")
"""Which of two units that hold the same files gives an app its name."""


class ProjectModules:
    """The modules of the project at `root`, whose files are the keys of `places`, each with its path relative to `root`.

    `read` gives the bytes of a manifest by such a path, `names` what is in a directory; without `read`, both are asked of the disk. Of a
    file that is alone, no manifest says anything.
    """

    def __init__(
        self,
        root: str,
        places: Mapping[str, str],
        read: Callable[[str], bytes | None] | None = None,
        names: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        self._root = root
        self._places = places
        self._read = read
        self._names = names
        self._scopes: dict[frozenset[str], frozenset[str]] = {}
        self._alone = len(places) == 1

    @property
    def root(self) -> str:
        """The project's directory."""
        return self._root

    @property
    def places(self) -> Mapping[str, str]:
        """The project's files by the paths that people see, each with its path relative to the root."""
        return self._places

    @cached_property
    def _shown(self) -> dict[str, str]:
        return {place: path for path, place in self._places.items()}

    @cached_property
    def project(self) -> Project:
        """The project's units."""
        from keylint.project.units import Project

        return Project(self._root, sorted(self._shown), self._read, self._names)

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

    def spelled(self, path: str) -> Sequence[str]:
        """Specifiers for the file at `path` that need not be like its path."""
        place = self._places.get(path)
        return self._typescript.spelled(place) if place is not None and language_of(path) == "typescript" else ()

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
        if self._alone:
            return [frozenset((path,))]
        return [self._paths(scope) for scope in self._swift.scopes(place)]

    def imported(self, path: str, name: str) -> frozenset[str]:
        """The files whose names the file at `path` sees once it imports the module `name` as a whole."""
        place = self._places.get(path)
        return self._paths(self._swift.imported(place, name)) if place is not None and not self._alone else frozenset()

    def sharing(self, paths: Iterable[str]) -> frozenset[str]:
        """The files that some app contains together with one of those at `paths`, these included."""
        if self._alone:
            return frozenset(self._places)
        samples = {self.project.unit_of(place): place for path in paths if (place := self._places.get(path)) is not None}
        shares: dict[Unit, bool] = {}
        found = set()
        for path, place in self._places.items():
            unit = self.project.unit_of(place)
            if unit not in shares:
                shares[unit] = any(self.project.share_app(sample, place) for sample in samples.values())
            if shares[unit]:
                found.add(path)
        return frozenset(found)

    def apps(self, paths: Iterable[str]) -> dict[str, frozenset[str]]:
        """The apps that each of the files at `paths` is part of, where not all of them are part of the same ones.

        What is part of a larger one, as far as these files go, is no app: a package, a target of tests.
        """
        parts: dict[Unit, set[str]] = {}
        for path in () if self._alone else paths:
            if (place := self._places.get(path)) is not None:
                for unit in self.project.apps_with(self.project.unit_of(place)):
                    parts.setdefault(unit, set()).add(path)
        found: dict[str, set[str]] = {}
        whole: list[set[str]] = []
        for unit in sorted(parts, key=lambda unit: (-len(parts[unit]), _KINDS.index(unit.kind), unit.root, unit.name)):
            files = parts[unit]
            if not any(files <= larger for larger in whole):
                whole.append(files)
                for path in files:
                    found.setdefault(path, set()).add(" ".join(filter(None, (unit.kind, unit.name, unit.root))))
        return {path: frozenset(apps) for path, apps in found.items()} if len(whole) > 1 else {}

    def _path(self, place: str | None) -> str | None:
        return self._shown.get(place) if place is not None else None

    def _paths(self, places: frozenset[str]) -> frozenset[str]:
        known = self._scopes.get(places)
        if known is None:
            known = self._scopes[places] = frozenset(path for place in places if (path := self._shown.get(place)) is not None)
        return known
