"""Packages of npm in a tree: where they are, which of them a name means to an importer, and which files they offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from msgspec import Struct

from keylint.project.formats import table, text_of, texts, yaml_list
from keylint.project.tree import Tree, inside, is_below, join, resolved_down

RUNTIME = ("dependencies", "peerDependencies", "optionalDependencies")
"""What ships with a package."""
DEVELOPMENT = "devDependencies"

_LOCAL_PREFIXES = ("file:", "link:", "portal:")
_WORKSPACE_PREFIX = "workspace:"
_ACTIVE = frozenset({"react-native", "ios", "native", "import", "default"})
_DEEPEST = 8
_MOST_PATTERNS = 200
_MOST_TARGETS = 64
_STUB_FIELDS = frozenset({"name", "type", "main", "module", "types", "typings", "react-native", "source", "browser", "sideEffects"})


class Package(Struct, frozen=True):
    """A directory with a `package.json`."""

    directory: str
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """The name it is imported by; empty when it has none."""
        return text_of(self.manifest.get("name"))

    @property
    def is_whole(self) -> bool:
        """It is a package of its own and not a directory that only gets a name, a main file or a kind of module."""
        return bool(self.name) and not _STUB_FIELDS.issuperset(self.manifest)

    def wanted(self, name: str) -> str | None:
        """The version of `name` that it asks for."""
        for kind in (*RUNTIME, DEVELOPMENT):
            version = table(self.manifest.get(kind)).get(name)
            if isinstance(version, str):
                return version
        return None

    def wants(self, kinds: Iterable[str] = RUNTIME) -> list[str]:
        """The names of what it depends on."""
        return [name for kind in kinds for name in table(self.manifest.get(kind))]


class Workspace:
    """The packages that are installed together: the one at the root, and those that its patterns match."""

    def __init__(self, packages: Packages, root: str, patterns: list[str]) -> None:
        self._packages = packages
        self._root = root
        self._patterns = patterns

    @cached_property
    def members(self) -> frozenset[str]:
        """The directories of the packages, the root's included."""
        wanted = [pattern for pattern in self._patterns if not pattern.startswith("!")]
        unwanted = [_segments(pattern[1:]) for pattern in self._patterns if pattern.startswith("!")]
        found = {self._root}
        for pattern in wanted:
            for directory in self._packages.matching(self._root, _segments(pattern)):
                below = directory[len(self._root) :].strip("/").split("/")
                if not any(_matches(below, one) for one in unwanted) and self._packages.at(directory) is not None:
                    found.add(directory)
        return frozenset(found)

    @cached_property
    def by_name(self) -> dict[str, Package | None]:
        """The packages by name; `None` for a name that several have."""
        found: dict[str, Package | None] = {}
        for directory in sorted(self.members):
            package = self._packages.at(directory)
            if package is not None and package.name:
                found[package.name] = None if package.name in found else package
        return found


class Packages:
    """The packages of a tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._at: dict[str, Package | None] = {}
        self._workspaces: dict[str, Workspace | None] = {}
        self._above: dict[str, tuple[Package, ...]] = {}
        self._named: dict[tuple[str, str], Package | None] = {}

    def at(self, directory: str) -> Package | None:
        """The package whose root is `directory`."""
        if directory not in self._at:
            found = self._tree.json(join(directory, "package.json")) if self._tree.has(directory, "package.json") else {}
            self._at[directory] = Package(directory, found) if found else None
        return self._at[directory]

    def above(self, directory: str) -> tuple[Package, ...]:
        """The packages that hold `directory`, innermost first."""
        if not self._above:
            root = self.at("")
            self._above[""] = () if root is None else (root,)
        return resolved_down(directory, self._above, self._with_outer)

    def _with_outer(self, directory: str, outer: tuple[Package, ...]) -> tuple[Package, ...]:
        here = self.at(directory)
        return outer if here is None else (here, *outer)

    def nearest(self, directory: str) -> Package | None:
        """The package of its own that holds `directory`."""
        return next((package for package in self.above(directory) if package.is_whole), None)

    def named(self, directory: str, name: str) -> Package | None:
        """The package of this tree that a file in `directory` imports by `name`; `None` for one from elsewhere and for several."""
        key = (self.home(directory), name)
        if key not in self._named:
            self._named[key] = self._find(*key)
        return self._named[key]

    def home(self, directory: str) -> str:
        """The innermost directory around with a `package.json`: files with one home import the same packages."""
        above = self.above(directory)
        return above[0].directory if above else ""

    def _find(self, home: str, name: str) -> Package | None:
        above = self.above(home)
        own = next((package for package in above if package.is_whole), None)
        holder, wanted = next(((package, version) for package in above if (version := package.wanted(name)) is not None), (None, None))
        if holder is not None and wanted is not None and (place := _local_place(wanted)) is not None:
            target = inside(holder.directory, place)
            return None if target is None else self.at(target)
        declared = None if own is None else own.wanted(name)
        roots = [package.directory for package in above]
        for root in roots if "" in roots else [*roots, ""]:
            workspace = self._workspace(root)
            if workspace is None or (own is not None and declared is not None and own.directory not in workspace.members):
                continue
            if name in workspace.by_name:
                return workspace.by_name[name]
        for package in above:
            if package.name == name:
                return package
        return None if wanted is not None else self._called_like_its_directory(roots, name)

    def _called_like_its_directory(self, roots: list[str], name: str) -> Package | None:
        for place in roots:
            target = inside(place, name)
            if target is not None and target in self._tree.directories:
                package = self.at(target)
                if package is not None and package.name == name:
                    return package
        return None

    def _workspace(self, root: str) -> Workspace | None:
        if root not in self._workspaces:
            patterns = self._patterns(root)
            self._workspaces[root] = Workspace(self, root, patterns) if patterns else None
        return self._workspaces[root]

    def _patterns(self, root: str) -> list[str]:
        package = self.at(root)
        listed = None if package is None else package.manifest.get("workspaces")
        found = texts(listed.get("packages") if isinstance(listed, dict) else listed)
        if self._tree.has(root, "pnpm-workspace.yaml"):
            found += yaml_list(self._tree.text(join(root, "pnpm-workspace.yaml")), "packages")
        if not found and self._tree.has(root, "lerna.json"):
            found = texts(self._tree.json(join(root, "lerna.json")).get("packages"))
        return found[:_MOST_PATTERNS]

    def matching(self, root: str, pattern: list[str]) -> Iterator[str]:
        """The directories below `root` that a pattern of path segments matches."""
        literal = 0
        while literal < len(pattern) and not _is_wild(pattern[literal]):
            literal += 1
        start = inside(root, "/".join(pattern[:literal]))
        if start is None:
            return
        if literal == len(pattern):
            yield start
            return
        pending = [start]
        depth = len(start.split("/")) if start else 0
        bounded = "**" not in pattern
        while pending:
            directory = pending.pop()
            for child in self._tree.children.get(directory, ()):
                below = child.split("/")[depth:]
                if _matches(below, pattern[literal:]):
                    yield child
                if not bounded or len(below) < len(pattern) - literal:
                    pending.append(child)


def _segments(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part not in ("", ".")]


def _is_wild(segment: str) -> bool:
    return any(mark in segment for mark in "*?[{")


def _matches(path: list[str], pattern: list[str]) -> bool:
    """A path matches a pattern in which `**` stands for any number of segments."""
    states = {0}
    for segment in path:
        reached: set[int] = set()
        for state in _without_stars(states, pattern):
            if state < len(pattern):
                if pattern[state] == "**":
                    reached.add(state)
                elif _segment_matches(segment, pattern[state]):
                    reached.add(state + 1)
        states = reached
    return len(pattern) in _without_stars(states, pattern)


def _without_stars(states: set[int], pattern: list[str]) -> set[int]:
    """The states from which `**` standing for nothing was also followed."""
    found = set(states)
    for state in states:
        while state < len(pattern) and pattern[state] == "**":
            state += 1
            found.add(state)
    return found


def _segment_matches(segment: str, pattern: str) -> bool:
    start, end = pattern.find("{"), pattern.find("}")
    if 0 <= start < end:
        return any(fnmatchcase(segment, pattern[:start] + one + pattern[end + 1 :]) for one in pattern[start + 1 : end].split(","))
    return fnmatchcase(segment, pattern)


def _local_place(version: str) -> str | None:
    """The relative directory that a version leads to, if it names one."""
    for prefix in _LOCAL_PREFIXES:
        if version.startswith(prefix):
            return version[len(prefix) :]
    version = version.removeprefix(_WORKSPACE_PREFIX)
    return version if version.startswith(("./", "../")) else None


def offered(package: Package, subpath: str) -> list[str] | None:
    """The files, relative to the tree's root, that `exports` offers for `"."` or `"./sub/path"`, likeliest first.

    `None` when there is no `exports`, an empty list when `exports` does not offer it.
    """
    exports = package.manifest.get("exports")
    if exports is None:
        return None
    if not isinstance(exports, dict) or not any(key.startswith(".") for key in exports):
        exports = {".": exports}
    return _mapped(package.directory, exports, subpath)


def internal(package: Package, specifier: str) -> tuple[list[str], list[str]]:
    """What `imports` of a package gives for `#…`: files relative to the tree's root, and names of packages."""
    values = list(_values(table(package.manifest.get("imports")), specifier))
    files = [path for value in values if value.startswith("./") and (path := inside(package.directory, value)) is not None]
    return files, [value for value in values if not value.startswith((".", "/", "#"))]


def _mapped(directory: str, mapping: dict[str, Any], subpath: str) -> list[str]:
    found = []
    for value in _values(mapping, subpath):
        path = inside(directory, value)
        if path is not None and is_below(path, directory) and value.startswith("./"):
            found.append(path)
    return found


def _values(mapping: dict[str, Any], key: str) -> Iterator[str]:
    target: Any = None
    star = ""
    if key in mapping and "*" not in key:
        target = mapping[key]
    else:
        longest = -1
        for pattern, value in mapping.items():
            before, mark, after = pattern.partition("*")
            if not mark and pattern.endswith("/"):
                before, value = pattern, _each_with_star(value, 0)
            elif not mark:
                continue
            if len(before) > longest and len(key) >= len(before) + len(after) and key.startswith(before) and key.endswith(after):
                longest, target, star = len(before), value, key[len(before) : len(key) - len(after)]
    seen: set[str] = set()
    for active in (True, False):
        for value in _targets(target, active, 0):
            if value not in seen and len(seen) < _MOST_TARGETS:
                seen.add(value)
                yield value.replace("*", star)


def _each_with_star(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value + "*"
    if isinstance(value, dict) and depth < _DEEPEST:
        return {key: _each_with_star(inner, depth + 1) for key, inner in value.items()}
    return None


def _targets(value: Any, active: bool, depth: int) -> Iterator[str]:
    """The texts in a target, in order; with `active` only those whose conditions hold on iOS."""
    if isinstance(value, str):
        yield value
    elif depth >= _DEEPEST:
        return
    elif isinstance(value, list):
        for item in value[:_MOST_TARGETS]:
            yield from _targets(item, active, depth + 1)
    elif isinstance(value, dict):
        for condition, inner in value.items():
            if not active or condition in _ACTIVE:
                yield from _targets(inner, active, depth + 1)
