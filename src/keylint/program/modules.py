"""What a project tells of the names of modules, asked by whoever links its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Modules(Protocol):
    """What the names of modules mean in a project. Paths are those of `Source`."""

    def module(self, importer: str, specifier: str) -> str | None:
        """The file that `specifier` means in `importer`; `None` for a library, or when it could be several files."""

    def spelled(self, path: str) -> Sequence[str]:
        """Specifiers for the file at `path` that need not be like its path."""

    def submodule(self, importer: str, specifier: str, name: str) -> str | None:
        """The file that `name` is as a module inside the package `specifier`."""

    def scopes(self, path: str) -> Sequence[frozenset[str]]:
        """Groups of files whose top-level names the file at `path` sees without naming them, nearest first."""

    def imported(self, path: str, name: str) -> frozenset[str]:
        """The files whose names the file at `path` sees once it imports the module `name` as a whole."""


class Alone:
    """Files that know nothing of one another."""

    def module(self, importer: str, specifier: str) -> str | None:
        """None is known."""
        return None

    def spelled(self, path: str) -> Sequence[str]:
        """None is known."""
        return ()

    def submodule(self, importer: str, specifier: str, name: str) -> str | None:
        """None is known."""
        return None

    def scopes(self, path: str) -> Sequence[frozenset[str]]:
        """The file sees itself."""
        return ()

    def imported(self, path: str, name: str) -> frozenset[str]:
        """None is known."""
        return frozenset()
