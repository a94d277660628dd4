"""What a project is made of: the packages, targets and apps that are built and shipped as one, and which of them ship together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.project.tree import Names, Read, Tree, at_and_above, is_below, join

if TYPE_CHECKING:
    from keylint.project.distributions import Distributions
    from keylint.project.npm import Packages
    from keylint.project.swift_package import SwiftPackage, SwiftPackages
    from keylint.project.xcode import XcodeProject, XcodeProjects


class Unit(Struct, frozen=True):
    """What is built and shipped as one.

    `root` is its directory relative to the project's, `""` for that one itself. `kind` is `"npm"`, `"swift-package"`, `"xcode"`,
    `"python"` or `"folder"`. `name` is that of the package, target, project, or directory. A Swift package is a unit for each of its
    targets, and one more for what is in none.
    """

    root: str
    kind: str
    name: str


class Project:
    """The files below a directory, and the units that they make up.

    `paths` are source files relative to `root`, with forward slashes. `read` gives the bytes of a manifest by such a path, or `None`;
    `names` what is in a directory. Both go to the disk when there is no `read`. With only `read`, Xcode projects are not seen.
    """

    def __init__(self, root: str, paths: Sequence[str], read: Read | None = None, names: Names | None = None) -> None:
        self.tree = Tree(root, paths, read, names)
        self._places: dict[tuple[str, str], Unit | SwiftPackage] = {}
        self._dependencies: dict[Unit, frozenset[Unit]] = {}
        self._apps: dict[Unit, frozenset[Unit]] = {}

    @cached_property
    def packages(self) -> Packages:
        """The npm packages."""
        from keylint.project.npm import Packages

        return Packages(self.tree)

    @cached_property
    def swift_packages(self) -> SwiftPackages:
        """The Swift packages."""
        from keylint.project.swift_package import SwiftPackages

        return SwiftPackages(self.tree)

    @cached_property
    def xcode_projects(self) -> XcodeProjects:
        """The Xcode projects."""
        from keylint.project.xcode import XcodeProjects

        return XcodeProjects(self.tree)

    @cached_property
    def distributions(self) -> Distributions:
        """The Python distributions."""
        from keylint.project.distributions import Distributions

        return Distributions(self.tree)

    def unit_of(self, path: str) -> Unit:
        """The unit that the file at `path` is in: the innermost of a kind that fits its language, else the innermost of any."""
        directory = path.rpartition("/")[0]
        family = "swift" if path.endswith(".swift") else "python" if path.endswith((".py", ".pyi")) else "npm"
        key = (directory, family)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._place(directory, family)
        return place if isinstance(place, Unit) else self._in_package(place, path)

    def _place(self, directory: str, family: str) -> Unit | SwiftPackage:
        for only in (family, ""):
            for place in at_and_above(directory):
                if (found := self._at(place, only)) is not None:
                    return found
        return Unit("", "folder", self.tree.root.replace("\\", "/").rstrip("/").rpartition("/")[2])

    def _at(self, directory: str, family: str) -> Unit | SwiftPackage | None:
        """The unit whose root is `directory`, of a kind that fits a family of languages."""
        if family in ("swift", ""):
            if (swift := self.swift_packages.at(directory)) is not None:
                return swift
            if (unit := self._xcode_at(directory)) is not None:
                return unit
        if family in ("npm", "swift", "") and (unit := self._npm_at(directory)) is not None:
            return unit
        return self._python_at(directory) if family in ("python", "") else None

    def _npm_at(self, directory: str) -> Unit | None:
        package = self.packages.at(directory)
        return Unit(directory, "npm", package.name) if package is not None and package.is_whole else None

    def _xcode_at(self, directory: str) -> Unit | None:
        project = self.xcode_projects.at(directory)
        return None if project is None else Unit(directory, "xcode", project.name)

    def _python_at(self, directory: str) -> Unit | None:
        found = self.distributions.at(directory) if self.distributions.is_at(directory) else None
        return None if found is None else Unit(directory, "python", found.name)

    def _in_package(self, package: SwiftPackage, path: str) -> Unit:
        target = package.target_of(path)
        if target is not None:
            return Unit(target.directory, "swift-package", target.name)
        # Beside a package's manifest there may be the project of an app that holds the rest.
        return self._xcode_at(package.directory) or _whole(package)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Every unit of the project."""
        found: dict[Unit, None] = {}
        for directory in sorted(self.tree.directories):
            if (package := self.swift_packages.at(directory)) is not None:
                found[_whole(package)] = None
                found.update(dict.fromkeys(_targets(package)))
            for unit in (self._xcode_at(directory), self._npm_at(directory), self._python_at(directory)):
                if unit is not None:
                    found[unit] = None
        return tuple(found)

    def dependencies(self, unit: Unit) -> frozenset[Unit]:
        """The units of the project that `unit` ships with itself."""
        if unit not in self._dependencies:
            find = {"npm": self._of_npm, "swift-package": self._of_swift, "xcode": self._of_xcode, "python": self._of_python}.get(unit.kind)
            self._dependencies[unit] = frozenset() if find is None else frozenset(find(unit)) - {unit}
        return self._dependencies[unit]

    def reachable(self, unit: Unit) -> list[Unit]:
        """The units that `unit` depends on, directly or not, nearest first."""
        return _closure(unit, self.dependencies)

    def share_app(self, first: str, second: str) -> bool:
        """Some app contains both files: they are of one unit, or one's unit depends on the other's, or some unit depends on both."""
        one, other = self.unit_of(first), self.unit_of(second)
        if one == other or self._develops_with(one, other) or self._develops_with(other, one):
            return True
        return not self.apps_with(one).isdisjoint(self.apps_with(other))

    def apps_with(self, unit: Unit) -> frozenset[Unit]:
        """The units that contain `unit`, itself included."""
        known = self._apps.get(unit)
        if known is None:
            known = self._apps[unit] = frozenset((unit, *_closure(unit, lambda one: self._dependents.get(one, ()))))
        return known

    @cached_property
    def _dependents(self) -> dict[Unit, list[Unit]]:
        found: dict[Unit, list[Unit]] = {}
        for unit in self.units:
            for dependency in sorted(self.dependencies(unit), key=_order):
                found.setdefault(dependency, []).append(unit)
        return found

    def _develops_with(self, unit: Unit, other: Unit) -> bool:
        """`unit` depends on `other` while it is developed."""
        if unit.kind != "npm" or other.kind != "npm":
            return False
        from keylint.project.npm import DEVELOPMENT

        return other in self._npm_dependencies(unit.root, (DEVELOPMENT,))

    def _npm_dependencies(self, directory: str, kinds: Sequence[str]) -> Iterator[Unit]:
        package = self.packages.at(directory)
        for name in package.wants(kinds) if package is not None else ():
            wanted = self.packages.named(directory, name)
            if wanted is not None and wanted.is_whole:
                yield Unit(wanted.directory, "npm", wanted.name)

    def _of_npm(self, unit: Unit) -> Iterator[Unit]:
        from keylint.project.npm import RUNTIME

        yield from self._npm_dependencies(unit.root, RUNTIME)
        for name in _NATIVE_FOLDERS:
            if (native := self._xcode_at(join(unit.root, name))) is not None:
                yield native
        around = None if not unit.root else self.packages.nearest(unit.root.rpartition("/")[0])
        if around is not None and _is_example(unit.root, around.directory):
            yield Unit(around.directory, "npm", around.name)

    def _of_swift(self, unit: Unit) -> Iterator[Unit]:
        package = self.swift_packages.around(unit.root)
        if package is None:
            return
        if unit == _whole(package):
            yield from _targets(package)
        else:
            target = next((target for target in package.targets if target.name == unit.name), None)
            for other in package.targets:
                if target is not None and other.name in target.wants:
                    yield Unit(other.directory, "swift-package", other.name)
        yield from self._swift_packages_at(package.local_packages)

    def targets_in(self, unit: Unit) -> tuple[Unit, ...]:
        """The units that the targets of the Swift package around `unit` are."""
        package = self.swift_packages.around(unit.root)
        return () if package is None else _targets(package)

    def _swift_packages_at(self, directories: Iterable[str]) -> Iterator[Unit]:
        for directory in directories:
            if (package := self.swift_packages.at(directory)) is not None:
                yield _whole(package)

    def _of_xcode(self, unit: Unit) -> Iterator[Unit]:
        project = self.xcode_projects.at(unit.root)
        if project is None or project.is_workspace:
            return
        yield from self._joined(project.references)
        for target in project.targets:
            yield from {self.unit_of(path) for path in target.files if not is_below(path, unit.root)}
        yield from self._swift_packages_at(place for place in self._package_directories if self._lies_with(place, unit.root))
        for place in at_and_above(unit.root):
            if (around := self.xcode_projects.at(place)) is not None:
                yield from self._of_workspace(around)

    def _of_workspace(self, around: XcodeProject) -> Iterator[Unit]:
        """What a project shares with the others of a workspace: packages, and projects that build no app."""
        if around.is_workspace:
            yield Unit(around.directory, "xcode", around.name)
        for place in around.joined:
            other = self.xcode_projects.at(place)
            if other is None or not (other.is_app or other.is_workspace):
                yield from self._joined((place,))

    def _joined(self, directories: Iterable[str]) -> Iterator[Unit]:
        for directory in directories:
            yield from self._swift_packages_at((directory,))
            if (project := self._xcode_at(directory)) is not None:
                yield project

    @cached_property
    def _package_directories(self) -> list[str]:
        return [directory for directory in sorted(self.tree.directories) if self.swift_packages.at(directory) is not None]

    @cached_property
    def _xcode_directories(self) -> list[str]:
        found = (self.xcode_projects.at(directory) for directory in sorted(self.tree.directories))
        return [project.directory for project in found if project is not None and not project.is_workspace]

    def _lies_with(self, package: str, project: str) -> bool:
        """A Swift package lies below an Xcode project with no other between them, beside the only one there, or holds it as an example."""
        if is_below(project, package):
            return True
        if is_below(package, project):
            return next(place for place in at_and_above(package) if place in self._xcode_directories) == project
        parent = project.rpartition("/")[0]
        return is_below(package, parent) and not any(place != project and is_below(place, parent) for place in self._xcode_directories)

    def _of_python(self, unit: Unit) -> Iterator[Unit]:
        found = self.distributions.at(unit.root)
        if found is None:
            return
        for name in found.names:
            if (named := self._python_by_name.get(name)) is not None:
                yield named
        for place in found.places:
            if (placed := self._python_at(place)) is not None:
                yield placed

    @cached_property
    def _python_by_name(self) -> dict[str, Unit | None]:
        from keylint.project.distributions import normalized

        found: dict[str, Unit | None] = {}
        for unit in self.units:
            if unit.kind == "python":
                name = normalized(unit.name)
                found[name] = None if name in found else unit
        return found


_NATIVE_FOLDERS = ("ios", "macos", "visionos", "tvos")
"""Where the native half of a JavaScript app lies in its package."""

_EXAMPLES = ("example", "demo", "sample", "playground")


def _is_example(directory: str, around: str) -> bool:
    """`directory` is among the examples of the package in `around`."""
    return directory[len(around) :].lstrip("/").partition("/")[0].lower().startswith(_EXAMPLES)


def _whole(package: SwiftPackage) -> Unit:
    return Unit(package.directory, "swift-package", package.name)


def _targets(package: SwiftPackage) -> tuple[Unit, ...]:
    return tuple(Unit(target.directory, "swift-package", target.name) for target in package.targets)


def _order(unit: Unit) -> tuple[str, str, str]:
    return unit.root, unit.kind, unit.name


def _closure(start: Unit, step: Callable[[Unit], Iterable[Unit]]) -> list[Unit]:
    """What `step` leads to from `start` in any number of steps, nearest first."""
    seen = {start}
    found: list[Unit] = []
    pending = deque([start])
    while pending:
        for unit in sorted(step(pending.popleft()), key=_order):
            if unit not in seen:
                seen.add(unit)
                found.append(unit)
                pending.append(unit)
    return found
