"""Which file a Python module name means: what an importer's `sys.path` would most plausibly lead to."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from keylint.project.tree import at_and_above, is_below, join, resolved_down

if TYPE_CHECKING:
    from keylint.project.units import Project

_FORMS = ("/__init__.py", ".py", "/__init__.pyi", ".pyi")
_PACKAGE_FORMS = ("/__init__.py", "/__init__.pyi")
_STANDARD = sys.stdlib_module_names
_APPLICATION_MARKS = ("requirements.txt", "Pipfile")
_MOST_PARTS = 64


class PythonModules:
    """Resolves module names in a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._tree = project.tree
        self._known: dict[tuple[str, str], str | None] = {}
        self._tops: dict[str, str] = {"": ""}
        self._roots: dict[str, tuple[str, ...]] = {}

    def resolve(self, importer: str, module: str) -> str | None:
        """The file of the project that `module`, with leading dots if relative, means in the file `importer`.

        A package is its `__init__.py`. `None` for a namespace package, a module from elsewhere, and one that several files could be.
        """
        directory = importer.rpartition("/")[0]
        key = (directory, module)
        if key not in self._known:
            self._known[key] = self._resolve(directory, module)
        found = self._known[key]
        # A file beside which a library's name leads back to the file itself wraps that library.
        return None if found == importer and not module.startswith(".") and "." not in module else found

    def submodule(self, importer: str, module: str, name: str) -> str | None:
        """The file that `name` is in `from module import name`, if it is a module of the package `module`."""
        return self.resolve(importer, module + name if module.endswith(".") else f"{module}.{name}")

    def _resolve(self, directory: str, module: str) -> str | None:
        name = module.lstrip(".")
        parts = name.split(".") if name else []
        if not all(parts) or len(parts) > _MOST_PARTS or "/" in module:
            return None
        if len(name) < len(module):
            return self._relative(directory, len(module) - len(name), parts)
        return self._absolute(directory, parts) if parts else None

    def _relative(self, directory: str, dots: int, parts: list[str]) -> str | None:
        for _ in range(dots - 1):
            if not directory:
                return None
            directory = directory.rpartition("/")[0]
        return self._find(directory, parts)

    def _absolute(self, directory: str, parts: list[str]) -> str | None:
        top = self._top(directory)
        found = self._find(top, parts)
        if parts[0] in _STANDARD and not self._shadows(directory, top, parts[0]):
            return None
        if len(parts) == 1 and found is not None:
            # A namespace package may hold a module of its own name; which of the two is meant depends on how the program is started.
            return None if parts[0] == top.rpartition("/")[2] and not found.endswith(_PACKAGE_FORMS) else found
        if found is not None or self._is_package(join(top, parts[0])):
            return found
        for roots in (self._roots_of(directory), self._roots_around(directory, parts[0])):
            files = {path for root in roots if (path := self._find(root, parts)) is not None}
            if files:
                return files.pop() if len(files) == 1 else None
        files = {path for root in self._roots_by_name.get(parts[0], ()) if (path := self._find(root, parts)) is not None}
        return files.pop() if len(files) == 1 else None

    def _find(self, root: str, parts: list[str]) -> str | None:
        """The file of a module below `root`."""
        place = join(root, "/".join(parts)) if parts else root
        paths = self._tree.paths
        for form in _FORMS if parts else _PACKAGE_FORMS:
            path = place + form if place else form.lstrip("/")
            if path in paths:
                return path
        return None

    def _top(self, directory: str) -> str:
        """The directory that the outermost package around `directory` lies in; `directory` itself when it is no package."""
        return resolved_down(directory, self._tops, lambda place, above: above if self._is_package(place) else place)

    def _is_package(self, directory: str) -> bool:
        return any(directory + form in self._tree.paths for form in _PACKAGE_FORMS)

    def _shadows(self, directory: str, top: str, name: str) -> bool:
        """A file in `directory` gets its own module called `name`, though the standard library has one."""
        if is_below(directory, join(top, name)):
            return True
        unit = self._project.unit_of(join(directory, "__init__.py"))
        return directory == top and (unit.kind == "folder" or directory in self._roots_of(directory))

    def _roots_of(self, directory: str) -> tuple[str, ...]:
        """Where the modules of the unit around `directory` are imported from."""
        known = self._roots.get(directory)
        if known is None:
            unit = self._project.unit_of(join(directory, "__init__.py"))
            distribution = self._project.distributions.at(unit.root) if unit.kind == "python" else None
            found = [unit.root, join(unit.root, "src")] if distribution is None else list(distribution.roots)
            for place in at_and_above(directory):
                if place == unit.root:
                    break
                if join(place, "manage.py") in self._tree.paths or any(self._tree.has(place, mark) for mark in _APPLICATION_MARKS):
                    found.append(place)
            known = self._roots[directory] = tuple(dict.fromkeys(found))
        return known

    def _roots_around(self, directory: str, name: str) -> Iterator[str]:
        """Directories above that hold a `name` on the way to `directory`, and the top of the project."""
        for place in at_and_above(directory):
            parent, _, base = place.rpartition("/")
            if base == name:
                yield parent
        yield ""
        yield "src"

    @cached_property
    def _roots_by_name(self) -> dict[str, list[str]]:
        """Where the distributions of the project have a top-level module or package of a name."""
        found: dict[str, set[str]] = {}
        directories = {place for path in self._tree.paths if path.endswith(".py") for place in _around(path)}
        units = {place for place in directories if not self._is_package(place) and self._project.distributions.is_at(place)}
        roots = {root for unit in units for root in self._distribution_roots(unit)}
        for path in self._tree.paths if roots else ():
            if path.endswith(".py"):
                for root in roots.intersection(_around(path)):
                    name, slash, _ = path[len(root) :].lstrip("/").partition("/")
                    if slash or root not in units:  # What lies loose beside a manifest is a script more often than a module.
                        found.setdefault(name.removesuffix(".py"), set()).add(root)
        return {name: sorted(places) for name, places in found.items()}

    def _distribution_roots(self, directory: str) -> Iterable[str]:
        distribution = self._project.distributions.at(directory)
        return () if distribution is None else distribution.roots


def _around(path: str) -> Iterator[str]:
    return at_and_above(path.rpartition("/")[0])
