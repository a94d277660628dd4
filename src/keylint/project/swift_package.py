"""Swift packages in a tree: their targets, and the packages beside them that they depend on. `Package.swift` is read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from keylint.project.tree import Tree, at_and_above, inside, is_below, join

MANIFEST = "Package.swift"

_SOURCES = ("Sources", "Source", "src", "srcs")
_PLACES = {"testTarget": ("Tests", *_SOURCES), "plugin": ("Plugins", *_SOURCES)}
_KINDS = ("target", "executableTarget", "testTarget", "macro", "plugin")
_NOISE = re.compile(r'"""[\s\S]*?(?:"""|\Z)|("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)')
_DECLARATION = re.compile(r"\.\s*(target|executableTarget|testTarget|macro|plugin)\s*\(\s*name\s*:")
_LOCAL_PACKAGE = re.compile(r'\.\s*package\s*\(\s*(?:name\s*:\s*"[^"\n]*"\s*,\s*)?path\s*:\s*"([^"\n]*)"')
_PACKAGE_NAME = re.compile(r'\bPackage\s*\(\s*name\s*:\s*"([^"\n]*)"')
_LABEL = re.compile(r"\s*(\w+)\s*:\s*")
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_NAMED = re.compile(r'name\s*:\s*"([^"\n]*)"')
_MODULE_LETTER = re.compile(r"\W")
_MOST_TARGETS = 1000
_LONGEST_DECLARATION = 100_000


class Target(Struct, frozen=True):
    """A target. `directory` is where its files are, `sources` and `exclude` narrow that. `wants` are the names that it depends on."""

    name: str
    directory: str
    test: bool = False
    sources: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The name it is imported by."""
        return module_name(self.name)

    def holds(self, path: str) -> bool:
        """The file at `path` is one of the target's, unless a target further in has it."""
        if not is_below(path, self.directory) or any(is_below(path, place) for place in self.exclude):
            return False
        return not self.sources or any(is_below(path, place) for place in self.sources)


class SwiftPackage:
    """A directory with a `Package.swift`."""

    def __init__(self, tree: Tree, directory: str) -> None:
        self._tree = tree
        self.directory = directory

    @cached_property
    def _text(self) -> str:
        text = self._tree.text(join(self.directory, MANIFEST))
        return _NOISE.sub(lambda match: match[1] or ('""' if match[0].startswith('"""') else " "), text)

    @cached_property
    def name(self) -> str:
        """The package's name."""
        match = _PACKAGE_NAME.search(self._text)
        return match[1] if match else self.directory.rpartition("/")[2]

    @cached_property
    def local_packages(self) -> tuple[str, ...]:
        """The directories of the packages that it depends on by path."""
        places = (inside(self.directory, path) for path in _LOCAL_PACKAGE.findall(self._text))
        return tuple(dict.fromkeys(place for place in places if place is not None))

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets that are declared, and those that the usual layout suggests where a declaration is computed."""
        declared = list(_declarations(self._text))
        lone = sum(kind not in _PLACES for kind, _ in declared) == 1
        lone_test = sum(kind == "testTarget" for kind, _ in declared) == 1
        found: dict[str, Target] = {}
        # A dependency on a target that stands apart looks like one, with fewer arguments.
        for kind, arguments in sorted(declared, key=lambda one: -len(one[1])):
            target = self._target(kind, arguments, lone_test if kind == "testTarget" else lone)
            if target is not None:
                found.setdefault(target.name, target)
        places = {target.directory for target in found.values()}
        for kind, top in (("target", "Sources"), ("testTarget", "Tests")):
            for directory in self._tree.children.get(join(self.directory, top), ()):
                name = directory.rpartition("/")[2]
                if not any(is_below(directory, place) or is_below(place, directory) for place in places) and name not in found:
                    found[name] = Target(name, directory, kind == "testTarget")
        return tuple(found.values())

    def _target(self, kind: str, arguments: dict[str, str], lone: bool) -> Target | None:
        name = _first_text(arguments.get("name", ""))
        if not name:
            return None
        directory: str | None = None
        if "path" in arguments:
            if not arguments["path"].strip().startswith('"'):
                return None
            directory = inside(self.directory, _first_text(arguments["path"]))
        else:
            tops = _PLACES.get(kind, _SOURCES)
            places = [join(join(self.directory, top), name) for top in tops]
            if lone:
                places += [join(self.directory, top) for top in tops]
            directory = next((place for place in places if place in self._tree.directories), None)
        if directory is None:
            return None
        return Target(
            name,
            directory,
            kind == "testTarget",
            self._places(directory, arguments.get("sources", "")),
            self._places(directory, arguments.get("exclude", "")),
            _dependencies(arguments.get("dependencies", "")),
        )

    def _places(self, directory: str, listed: str) -> tuple[str, ...]:
        return tuple(place for path in _TEXT.findall(listed) if (place := inside(directory, path)) is not None)

    @cached_property
    def _by_directory(self) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        for target in self.targets:
            found.setdefault(target.directory, []).append(target)
        return found

    def target_of(self, path: str) -> Target | None:
        """The target that the file at `path` belongs to: of those that hold it the one furthest in."""
        for place in at_and_above(path):
            for target in self._by_directory.get(place, ()):
                if target.holds(path):
                    return target
        return None


class SwiftPackages:
    """The Swift packages of a tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._at: dict[str, SwiftPackage | None] = {}

    def at(self, directory: str) -> SwiftPackage | None:
        """The package whose root is `directory`."""
        if directory not in self._at:
            present = join(directory, MANIFEST) in self._tree.paths or self._tree.has(directory, MANIFEST)
            self._at[directory] = SwiftPackage(self._tree, directory) if present else None
        return self._at[directory]

    def around(self, directory: str) -> SwiftPackage | None:
        """The innermost package that holds `directory`."""
        return next((package for place in at_and_above(directory) if (package := self.at(place)) is not None), None)


def module_name(name: str) -> str:
    """What a target called `name` is imported by."""
    found = _MODULE_LETTER.sub("_", name)
    return f"_{found[1:]}" if found[:1].isdigit() else found


def _declarations(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The kind and the arguments, as text, of each target that is declared."""
    at = 0
    count = 0
    while count < _MOST_TARGETS and (match := _DECLARATION.search(text, at)):
        opening = text.find("(", match.start())
        arguments, end = _arguments(text, opening + 1)
        # A dependency on a target has a name too; the target that has it ends further on.
        at = end
        if "package" not in arguments:
            count += 1
            yield match[1], arguments


def _arguments(text: str, at: int) -> tuple[dict[str, str], int]:
    """The labelled arguments of a call whose parenthesis opened before `at`, and where it ends."""
    found: dict[str, str] = {}
    depth = 0
    start = at
    limit = min(len(text), at + _LONGEST_DECLARATION)
    while at < limit:
        letter = text[at]
        if letter == '"':
            match = _TEXT.match(text, at)
            at = match.end() if match else at + 1
            continue
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and letter == ","):
            if label := _LABEL.match(text, start, at):
                found.setdefault(label[1], text[label.end() : at])
            start = at + 1
            if depth < 0:
                return found, at + 1
        at += 1
    return found, at


def _first_text(text: str) -> str:
    match = _TEXT.match(text.strip())
    return match[1] if match else ""


def _dependencies(listed: str) -> tuple[str, ...]:
    """The names in a list of dependencies: `"A"`, `.target(name: "A")`, `.product(name: "A", package: "B")`."""
    found: list[str] = []
    at = listed.find("[") + 1
    while at < len(listed):
        letter = listed[at]
        if letter == '"':
            match = _TEXT.match(listed, at)
            if match is None:
                break
            found.append(match[1])
            at = match.end()
        elif letter == "(":
            end = listed.find(")", at)
            end = len(listed) if end < 0 else end
            if match := _NAMED.search(listed, at, end):
                found.append(match[1])
            at = end
        else:
            at += 1
    return tuple(dict.fromkeys(found))
