"""A project's files as a tree of relative paths, and the manifests in it as far as somebody asks for one.

Paths are relative to the root with forward slashes; `""` is the root. What a manifest says is not trusted: no path leaves the root,
no link is followed out of it, and what is too large or makes no sense is not there.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

Read = Callable[[str], bytes | None]
Value = TypeVar("Value")
Names = Callable[[str], Iterable[str]]

LARGEST_MANIFEST = 1 << 20
"""Bytes."""

_DEEPEST = 200
_DESCRIPTIVE = frozenset(
    {
        "Package.swift",
        "Pipfile",
        "Project.swift",
        "jsconfig.json",
        "lerna.json",
        "package.json",
        "pnpm-workspace.yaml",
        "project.yml",
        "pyproject.toml",
        "requirements.txt",
        "setup.cfg",
        "setup.py",
        "tsconfig.base.json",
        "tsconfig.json",
    }
)
_DESCRIPTIVE_SUFFIXES = (".podspec", ".xcodeproj", ".xcworkspace")


class Tree:
    """The source files of a project, and access to the manifests beside them. Everything that was read is remembered."""

    def __init__(self, root: str, paths: Iterable[str], read: Read | None = None, names: Names | None = None) -> None:
        self.root = root
        self.paths = frozenset(paths)
        disk = Disk(root) if read is None else None
        self._read: Read = disk.read if disk is not None else read or _nothing
        self._list: Names | None = disk.names if disk is not None else names
        self._names: dict[str, frozenset[str]] = {}
        self._json: dict[str, Any] = {}

    @cached_property
    def directories(self) -> frozenset[str]:
        """Every directory with a source file at or below it. A tree deeper than people make them is left out."""
        found = {""}
        for path in self.paths:
            if path.count("/") > _DEEPEST:
                continue
            directory = path.rpartition("/")[0]
            while directory not in found:
                found.add(directory)
                directory = directory.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The directories right below a directory."""
        found: dict[str, list[str]] = {}
        for directory in sorted(self.directories):
            if directory:
                found.setdefault(directory.rpartition("/")[0], []).append(directory)
        return found

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.paths)

    def below(self, directory: str, suffix: str = "") -> list[str]:
        """The source files at any depth below `directory`, sorted."""
        if not directory:
            found: Sequence[str] = self._sorted
        else:
            found = self._sorted[bisect_left(self._sorted, directory + "/") : bisect_left(self._sorted, directory + "0")]
        return [path for path in found if path.endswith(suffix)]

    def read(self, path: str, largest: int = LARGEST_MANIFEST) -> bytes | None:
        """The bytes of a manifest, if it is there and no larger than `largest`."""
        data = self._read(path)
        return None if data is None or len(data) > largest else data

    def text(self, path: str, largest: int = LARGEST_MANIFEST) -> str:
        """The text of a manifest; none when it is not there."""
        data = self.read(path, largest)
        return "" if data is None else data.decode("utf-8", "replace").removeprefix("\ufeff")

    def json(self, path: str) -> dict[str, Any]:
        """The object in a JSON manifest, in which comments and trailing commas are allowed; empty when there is none."""
        if path not in self._json:
            from keylint.project.formats import parse_json

            found = parse_json(self.text(path))
            self._json[path] = found if isinstance(found, dict) else {}
        found = self._json[path]
        assert isinstance(found, dict)
        return found

    def has(self, directory: str, name: str) -> bool:
        """There is a manifest called `name` in `directory`."""
        if self._list is None:
            return self.read(join(directory, name)) is not None
        return name in self.names(directory)

    def names(self, directory: str) -> frozenset[str]:
        """What in `directory` describes a project, by name; nothing when directories cannot be listed."""
        known = self._names.get(directory)
        if known is None:
            listed = self._list(directory) if self._list is not None else ()
            known = frozenset(name for name in listed if name in _DESCRIPTIVE or name.endswith(_DESCRIPTIVE_SUFFIXES))
            self._names[directory] = known
        return known


def join(directory: str, name: str) -> str:
    """`name` in `directory`."""
    return f"{directory}/{name}" if directory else name


def inside(base: str, relative: str) -> str | None:
    """Where `relative` leads from the directory `base`; `None` when that is out of the root."""
    if relative.startswith("/"):
        return None
    parts = base.split("/") if base else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def at_and_above(directory: str) -> Iterator[str]:
    """`directory` and those that hold it, up to the root."""
    yield directory
    while directory:
        directory = directory.rpartition("/")[0]
        yield directory


def is_below(path: str, directory: str) -> bool:
    """`path` is `directory` or lies in it."""
    return not directory or path == directory or path.startswith(directory + "/")


def resolved_down(directory: str, known: dict[str, Value], step: Callable[[str, Value], Value]) -> Value:
    """The value for `directory`, when `step` gives one from that of the directory above; `known` has the root's, and remembers."""
    missing = []
    while directory not in known:
        missing.append(directory)
        directory = directory.rpartition("/")[0]
    value = known[directory]
    for place in reversed(missing):
        value = known[place] = step(place, value)
    return value


def _nothing(path: str) -> bytes | None:
    return None


class Disk:
    """Files below a root, reached without following a link."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._homes: dict[str, bool] = {"": True}

    def read(self, path: str) -> bytes | None:
        """The bytes of the file at `path`, if it is there and can be read."""
        from keylint.scan import NotRead, read

        if not self._at_home(path.rpartition("/")[0]):
            return None
        try:
            return read(os.path.join(self._root, path), found=True)
        except (FileNotFoundError, NotRead):
            return None

    def names(self, directory: str) -> list[str]:
        """What is in `directory`."""
        try:
            return os.listdir(os.path.join(self._root, directory)) if self._at_home(directory) else []
        except (OSError, ValueError):
            return []

    def _at_home(self, directory: str) -> bool:
        """No link is on the way from the root to `directory`."""
        return resolved_down(directory, self._homes, lambda place, above: above and not self._is_link(place))

    def _is_link(self, directory: str) -> bool:
        try:
            return os.path.islink(os.path.join(self._root, directory))
        except ValueError:
            return True
