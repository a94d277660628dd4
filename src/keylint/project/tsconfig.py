"""Aliases that `tsconfig.json` and `jsconfig.json` give to modules: `baseUrl` and `paths`, with what they inherit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from keylint.project.formats import table, texts
from keylint.project.npm import Packages
from keylint.project.tree import Tree, inside, join, resolved_down

_NAMES = ("tsconfig.json", "jsconfig.json")
_LAST_RESORT = "tsconfig.base.json"
_DEEPEST = 12
_MOST_PATTERNS = 1000
_OWN_DIRECTORY = "${configDir}"


class Aliases(Struct, frozen=True):
    """`base` is where bare names are looked up. `exact` and `patterns` (text before `*`, text after it, targets; longest before first)
    lead to paths relative to the tree's root, in which `*` stands for what matched."""

    base: str | None = None
    exact: dict[str, tuple[str, ...]] = {}
    patterns: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def targets(self, specifier: str) -> Iterator[str]:
        """The places, without guessed suffixes, at which `specifier` may lie."""
        if specifier in self.exact:
            yield from self.exact[specifier]
        else:
            for before, after, targets in self.patterns:
                if specifier.startswith(before) and specifier.endswith(after) and len(specifier) >= len(before) + len(after):
                    star = specifier[len(before) : len(specifier) - len(after)]
                    for target in targets:
                        if (place := inside("", target.replace("*", star))) is not None:
                            yield place
                    break
        if self.base is not None and (place := inside(self.base, specifier)) is not None:
            yield place


class _Options(Struct):
    base: str | None = None
    paths: dict[str, Any] | None = None
    paths_at: str = ""


class TsConfigs:
    """The configurations of a tree."""

    def __init__(self, tree: Tree, packages: Packages) -> None:
        self._tree = tree
        self._packages = packages
        self._aliases: dict[str, Aliases | None] = {}

    def aliases(self, directory: str) -> Aliases | None:
        """The aliases for the files in `directory`: those of the nearest configuration at or above it."""
        if not self._aliases:
            self._aliases[""] = self._at("")
        return resolved_down(directory, self._aliases, lambda place, outer: self._at(place) or outer)

    def _at(self, directory: str) -> Aliases | None:
        names = _NAMES if directory else (*_NAMES, _LAST_RESORT)
        name = next((name for name in names if self._tree.has(directory, name)), None)
        if name is None:
            return None
        path = join(directory, name)
        options = self._options(path, directory, ())
        if options.base is None and options.paths is None:
            for reference in self._references(path):
                options = self._options(reference, directory, ())
                if options.base is not None or options.paths is not None:
                    break
            else:
                # A package's own configuration that says nothing leaves the word to one further out, but in the same package.
                return None if self._packages.at(directory) is None else Aliases()
        return _compiled(options)

    def _references(self, path: str) -> list[str]:
        """The configurations beside the one at `path` that it splits itself into."""
        directory = path.rpartition("/")[0]
        listed = self._tree.json(path).get("references")
        found = []
        for item in listed if isinstance(listed, list) else ():
            for named in texts(table(item).get("path")):
                place = inside(directory, named)
                if place is not None and place.endswith(".json") and place.rpartition("/")[0] == directory:
                    found.append(place)
        return found[:_DEEPEST]

    def _options(self, path: str, configured: str, above: tuple[str, ...]) -> _Options:
        """What the configuration at `path` says, on behalf of the one in the directory `configured`."""
        options = _Options()
        if path in above or len(above) >= _DEEPEST:
            return options
        content = self._tree.json(path)
        directory = path.rpartition("/")[0]
        for extended in texts(content.get("extends"))[:_DEEPEST]:
            if (parent := self._extended(directory, extended)) is not None:
                inherited = self._options(parent, configured, (*above, path))
                options.base = options.base if inherited.base is None else inherited.base
                if inherited.paths is not None:
                    options.paths, options.paths_at = inherited.paths, inherited.paths_at
        own = table(content.get("compilerOptions"))
        for base in texts(own.get("baseUrl"))[:1]:
            options.base = _placed(directory, configured, base)
        paths = own.get("paths")
        if isinstance(paths, dict):
            # Without a base they are relative to the file that has them.
            options.paths, options.paths_at = paths, directory
        if options.paths is not None and above == ():
            options = _Options(options.base, _absolute(options, configured), "")
        return options

    def _extended(self, directory: str, extended: str) -> str | None:
        if extended.startswith("."):
            place = inside(directory, extended)
        else:
            parts = extended.split("/")
            count = 2 if extended.startswith("@") else 1
            package = self._packages.named(directory, "/".join(parts[:count]))
            place = None if package is None else inside(package.directory, "/".join(parts[count:]) or "tsconfig.json")
        if place is None:
            return None
        candidates = (place, f"{place}.json", join(place, "tsconfig.json"))
        return next((one for one in candidates if one.endswith(".json") and self._tree.json(one)), None)


def _placed(directory: str, configured: str, path: str) -> str | None:
    if path.startswith(_OWN_DIRECTORY):
        return inside(configured, path[len(_OWN_DIRECTORY) :].lstrip("/"))
    return inside(directory, path)


def _absolute(options: _Options, configured: str) -> dict[str, Any]:
    base = options.paths_at if options.base is None else options.base
    found: dict[str, Any] = {}
    for pattern, targets in list((options.paths or {}).items())[:_MOST_PATTERNS]:
        places = (_placed(base, configured, target) for target in texts(targets))
        found[pattern] = [place for place in places if place is not None]
    return found


def _compiled(options: _Options) -> Aliases:
    exact: dict[str, tuple[str, ...]] = {}
    patterns: list[tuple[str, str, tuple[str, ...]]] = []
    for pattern, targets in (options.paths or {}).items():
        before, mark, after = pattern.partition("*")
        if mark:
            patterns.append((before, after, tuple(targets)))
        else:
            exact[pattern] = tuple(targets)
    return Aliases(options.base, exact, tuple(sorted(patterns, key=lambda item: -len(item[0]))))
