"""Which file a module specifier of TypeScript or JavaScript means, for code as it runs on iOS."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from keylint.project.formats import table
from keylint.project.npm import Package, internal, offered
from keylint.project.tree import inside, join

if TYPE_CHECKING:
    from keylint.project.tsconfig import Aliases, TsConfigs
    from keylint.project.units import Project

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")

_PLATFORMS = {
    "": (".ios", ".native", "", ".android", ".web"),
    ".android": (".android", ".native", "", ".ios", ".web"),
    ".web": (".web", "", ".native", ".ios", ".android"),
}
"""What is looked for, in order, on behalf of a file that is itself for a platform."""

_WRITTEN_AS = {
    ".js": (".ts", ".tsx", ".jsx"),
    ".jsx": (".tsx",),
    ".mjs": (".mts",),
    ".cjs": (".cts",),
    ".d.ts": (".ts", ".tsx"),
    ".d.mts": (".mts",),
    ".d.cts": (".cts",),
}
"""The suffixes of sources that a compiler turns into a suffix."""

_MAIN_FIELDS = ("react-native", "source", "main", "module", "types", "typings")
_BUILT = frozenset({"build", "cjs", "compiled", "dist", "es", "esm", "lib", "out", "output"})
_BUILT_VARIANTS = frozenset({"cjs", "commonjs", "es", "es5", "es6", "esm", "module", "src", "types", "typescript"})
_MOST_PARTS = 64


class TypeScriptModules:
    """Resolves module specifiers in a project."""

    def __init__(self, project: Project) -> None:
        self._tree = project.tree
        self._packages = project.packages
        self._known: dict[tuple[str, str, str], str | None] = {}
        self._known_bare: dict[tuple[str, int, tuple[str, ...], str], str | None] = {}

    @cached_property
    def _configs(self) -> TsConfigs:
        from keylint.project.tsconfig import TsConfigs

        return TsConfigs(self._tree, self._packages)

    def resolve(self, importer: str, specifier: str) -> str | None:
        """The file of the project that `specifier` means in the file `importer`; `None` when it is none of them, or not certainly one."""
        directory, _, name = importer.rpartition("/")
        platform = ".web" if ".web." in name else ".android" if ".android." in name else ""
        key = (directory, platform, specifier)
        if key not in self._known:
            self._known[key] = self._resolve(directory, specifier, _PLATFORMS[platform])
        return self._known[key]

    def spelled(self, path: str) -> list[str]:
        """Specifiers for the file at `path` that need not be like its path: the name of its package, and aliases."""
        directory = path.rpartition("/")[0]
        package = self._packages.nearest(directory)
        aliases = self._configs.aliases(directory)
        found = [] if package is None else [package.name, *(name for name in table(package.manifest, "imports") if "*" not in name)]
        found += [] if aliases is None else aliases.exact
        return [specifier for specifier in found if specifier and self.resolve(path, specifier) == path]

    def _resolve(self, directory: str, specifier: str, platforms: tuple[str, ...]) -> str | None:
        if not specifier or specifier.startswith("/") or specifier.count("/") > _MOST_PARTS:
            return None
        if specifier.startswith(("./", "../")) or specifier in (".", ".."):
            place = inside(directory, specifier)
            if place is None:
                return None
            if specifier.endswith(("/", "/.", "/..")) or specifier in (".", ".."):
                return self._in_directory(place, platforms)
            return self._at(place, platforms)
        aliases = self._configs.aliases(directory)
        key = (self._packages.home(directory), id(aliases), platforms, specifier)
        if key not in self._known_bare:
            self._known_bare[key] = self._resolve_bare(directory, specifier, platforms, aliases)
        return self._known_bare[key]

    def _resolve_bare(self, directory: str, specifier: str, platforms: tuple[str, ...], aliases: Aliases | None) -> str | None:
        if aliases is not None:
            for place in aliases.targets(specifier):
                if (found := self._at(place, platforms)) is not None:
                    return found
        if specifier.startswith("#"):
            return self._internal(directory, specifier, platforms)
        return self._bare(directory, specifier, platforms)

    def _internal(self, directory: str, specifier: str, platforms: tuple[str, ...]) -> str | None:
        package = next((package for package in self._packages.above(directory) if "imports" in package.manifest), None)
        if package is None:
            return None
        files, names = internal(package, specifier)
        found = self._first(package, files, platforms)
        if found is None:
            found = next((path for name in names if (path := self._bare(directory, name, platforms)) is not None), None)
        return found

    def _bare(self, directory: str, specifier: str, platforms: tuple[str, ...]) -> str | None:
        parts = specifier.split("/")
        count = 2 if specifier.startswith("@") else 1
        package = self._packages.named(directory, "/".join(parts[:count]))
        return None if package is None else self._from_package(package, "/".join(parts[count:]), platforms)

    def _from_package(self, package: Package, subpath: str, platforms: tuple[str, ...]) -> str | None:
        places = offered(package, f"./{subpath}" if subpath else ".")
        if places is not None and (found := self._first(package, places, platforms)) is not None:
            return found
        if not subpath:
            return self._main(package, platforms)
        place = inside(package.directory, subpath)
        if place is None:
            return None
        return self._at(place, platforms) or self._source_of(package, place, platforms)

    def _first(self, package: Package, places: list[str], platforms: tuple[str, ...]) -> str | None:
        for place in places:
            if (found := self._plain(place, platforms)) is not None:
                return found
        return next((found for place in places if (found := self._source_of(package, place, platforms)) is not None), None)

    def _main(self, package: Package, platforms: tuple[str, ...]) -> str | None:
        """The file that a package is when imported by its name alone."""
        named = [value for field in _MAIN_FIELDS if isinstance(value := package.manifest.get(field), str)]
        places = [place for value in named if (place := inside(package.directory, value)) is not None]
        found = self._first(package, places, platforms)
        return found or self._index(package.directory, platforms) or self._index(join(package.directory, "src"), platforms)

    def _source_of(self, package: Package, place: str, platforms: tuple[str, ...]) -> str | None:
        """The source of a file that a build makes and the project does not hold, by the usual layout."""
        parts = place[len(package.directory) :].strip("/").split("/")
        if len(parts) < 2 or parts[0] not in _BUILT:
            return None
        rest = parts[2:] if len(parts) > 2 and parts[1] in _BUILT_VARIANTS else parts[1:]
        for below in (["src", *rest], rest):
            if (found := self._plain(join(package.directory, "/".join(below)), platforms)) is not None:
                return found
        return None

    def _plain(self, place: str, platforms: tuple[str, ...]) -> str | None:
        """The file at a place that a manifest names; what other manifests say about that place does not count."""
        return self._file(place, platforms) or self._index(place, platforms)

    def _at(self, place: str, platforms: tuple[str, ...]) -> str | None:
        return self._file(place, platforms) or self._in_directory(place, platforms)

    def _file(self, place: str, platforms: tuple[str, ...]) -> str | None:
        """The file at a place that may lack its suffix, or have that of what it is compiled to."""
        paths = self._tree.paths
        if place in paths:
            return place
        return next((path for path in _guesses(place, platforms) if path in paths), None)

    def _in_directory(self, place: str, platforms: tuple[str, ...]) -> str | None:
        """The file that a directory is when imported."""
        if place not in self._tree.directories:
            return None
        package = self._packages.at(place)
        return self._index(place, platforms) if package is None else self._main(package, platforms)

    def _index(self, directory: str, platforms: tuple[str, ...]) -> str | None:
        return self._file(join(directory, "index"), platforms)


def _guesses(place: str, platforms: tuple[str, ...]) -> Iterator[str]:
    for platform in platforms:
        for suffix in SUFFIXES:
            yield place + platform + suffix
    for compiled, sources in _WRITTEN_AS.items():
        if place.endswith(compiled):
            stem = place[: -len(compiled)]
            for platform in platforms:
                for suffix in sources:
                    yield stem + platform + suffix
