"""Which files a Swift file sees: those of its own target without an import, those of a local module by its name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from keylint.project.swift_package import module_name
from keylint.project.tree import join

if TYPE_CHECKING:
    from keylint.project.units import Project, Unit

_POD = ".podspec"
_TEST_ENDINGS = ("Tests", "Test", "Specs", "Spec")

Scopes = list[frozenset[str]]


class SwiftModules:
    """Knows the modules of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folders: dict[Unit, dict[str, frozenset[str]]] = {}
        self._folder_scopes: dict[tuple[Unit, str], Scopes] = {}
        self._target_scopes: dict[tuple[Unit, tuple[str, ...]], Scopes] = {}
        self._imported: dict[tuple[Unit, str], frozenset[str]] = {}

    @cached_property
    def _by_unit(self) -> dict[tuple[Unit, bool], frozenset[str]]:
        """The files of each unit; for packages those in a target and those in none, whose unit may look the same."""
        found: dict[tuple[Unit, bool], list[str]] = {}
        for path in self._project.tree.below("", ".swift"):
            unit = self._project.unit_of(path)
            found.setdefault((unit, self._is_target(unit, path)), []).append(path)
        return {key: frozenset(paths) for key, paths in found.items()}

    def scopes(self, path: str) -> Scopes:
        """The files whose names the file at `path` sees without an import, itself among them, nearest first.

        Each scope holds those before it. A name that one scope has twice is ambiguous there.
        """
        unit = self._project.unit_of(path)
        if self._is_target(unit, path):
            return _distinct([self._by_unit.get((unit, True), frozenset())])
        if unit.kind == "xcode" and (scopes := self._by_target(unit, path)):
            return scopes
        return self._by_folder(unit, _folder(path, unit))

    def imported(self, path: str, module: str) -> frozenset[str]:
        """The files of the local module that `import module` means in the file at `path`; none when it is not local or could be several."""
        unit = self._project.unit_of(path)
        key = (unit, module)
        if key not in self._imported:
            found = self._modules_beside(unit).get(module)
            if found is None:
                others = {files for other in self._project.reachable(unit) if (files := self._modules_of(other).get(module))}
                found = others.pop() if len(others) == 1 else frozenset()
            self._imported[key] = found
        return self._imported[key]

    def _is_target(self, unit: Unit, path: str) -> bool:
        package = self._project.swift_packages.around(unit.root) if unit.kind == "swift-package" else None
        return package is not None and package.target_of(path) is not None

    def _by_target(self, unit: Unit, path: str) -> Scopes:
        """What an Xcode project says: the files that are in all targets that the file is in, and those in any of them."""
        project = self._project.xcode_projects.at(unit.root)
        targets = [] if project is None else project.targets_of(path)
        targets = [target for target in targets if not target.test] or targets
        if not targets:
            return []
        key = (unit, tuple(target.name for target in targets))
        if key not in self._target_scopes:
            files = [target.files for target in targets]
            self._target_scopes[key] = _distinct([frozenset.intersection(*files), frozenset.union(*files)])
        return self._target_scopes[key]

    def _by_folder(self, unit: Unit, folder: str) -> Scopes:
        """When nothing better is known: the files of the same folder, and those of the unit's other folders except for tests."""
        key = (unit, folder)
        if key not in self._folder_scopes:
            folders = self._folders_of(unit)
            own = folders.get(folder, frozenset())
            pod = self._pod_in(unit, folder) is not None
            rest = [files for name, files in folders.items() if not (pod or _is_test(name) or self._pod_in(unit, name))]
            self._folder_scopes[key] = _distinct([own, own.union(*rest)])
        return self._folder_scopes[key]

    def _folders_of(self, unit: Unit) -> dict[str, frozenset[str]]:
        if unit not in self._folders:
            found: dict[str, list[str]] = {}
            for path in self._by_unit.get((unit, False), ()):
                found.setdefault(_folder(path, unit), []).append(path)
            self._folders[unit] = {name: frozenset(paths) for name, paths in sorted(found.items())}
        return self._folders[unit]

    def _modules_beside(self, unit: Unit) -> dict[str, frozenset[str]]:
        """The modules that are built together with `unit`."""
        if unit.kind != "swift-package":
            return self._modules_of(unit)
        beside = self._project.targets_in(unit)
        return {name: files for one in beside for name, files in self._modules_of(one).items()}

    def _modules_of(self, unit: Unit) -> dict[str, frozenset[str]]:
        """The modules that `unit` is or has, with their files."""
        if unit.kind == "swift-package":
            files = self._by_unit.get((unit, True)) if unit in self._project.targets_in(unit) else None
            return {module_name(unit.name): files} if files else {}
        project = self._project.xcode_projects.at(unit.root) if unit.kind == "xcode" else None
        if project is None:
            return {}
        folders = self._folders_of(unit)
        pods = {pod: files for name, files in folders.items() if (pod := self._pod_in(unit, name)) is not None}
        return {**pods, **(project.modules or {module_name(name): files for name, files in folders.items() if name})}

    def _pod_in(self, unit: Unit, folder: str) -> str | None:
        """The module that a folder of a project is of its own, as it has a CocoaPods specification."""
        names = self._project.tree.names(join(unit.root, folder)) if unit.kind == "xcode" and folder else ()
        return next((module_name(name.removesuffix(_POD)) for name in sorted(names) if name.endswith(_POD)), None)


def _folder(path: str, unit: Unit) -> str:
    """The first folder below the unit's root on the way to `path`."""
    first, slash, _ = path[len(unit.root) :].lstrip("/").partition("/")
    return first if slash else ""


def _is_test(folder: str) -> bool:
    return folder.endswith(_TEST_ENDINGS)


def _distinct(scopes: Iterable[frozenset[str]]) -> Scopes:
    found: Scopes = []
    for scope in scopes:
        if scope and scope not in found:
            found.append(scope)
    return found
