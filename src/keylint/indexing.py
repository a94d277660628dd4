"""Which files of a project may match a search of `search`: read once, kept as names with the files that have them.

A search then looks only at files that have one of its names. Each index is made when the first search needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from keylint.project.imports import imports_of
from keylint.scan import NotRead
from keylint.search import last_segment, may_declare

if TYPE_CHECKING:
    from keylint.search import Search
    from keylint.select import Candidate

Name = bytes | str
"""A word of a Swift file, or the last segment of a module that another file mentions."""
Found = dict[Name, list[int]]
"""Positions of files, by name."""
_CAPITALIZED = re.compile(rb"[A-Z][\w$]*")
_ITSELF = ""
"""The last segment of a relative import of a package itself: `from . import name`."""


class Named:
    """Notes the names in files: of those in one of `languages` the modules that they import, in Swift the words that may be a type's."""

    def __init__(self, languages: frozenset[str], read: Callable[[Candidate], bytes]) -> None:
        self._languages = languages
        self._read = read

    def __call__(self, files: Sequence[tuple[int, Candidate]]) -> Found:
        """The names in `files`, which come with their positions."""
        return _collected(files, self._languages, self._read, self._names)

    @staticmethod
    def _names(language: str, data: bytes) -> Iterable[Name]:
        if language == "swift":
            return set(_CAPITALIZED.findall(data))
        return {last_segment(specifier) for specifier in imports_of(language, data)}


class Declared:
    """Notes what Swift files declare."""

    def __init__(self, read: Callable[[Candidate], bytes]) -> None:
        self._read = read

    def __call__(self, files: Sequence[tuple[int, Candidate]]) -> Found:
        """The names in `files`, which come with their positions."""
        return _collected(files, frozenset(("swift",)), self._read, lambda language, data: set(may_declare(data)))


def _collected(
    files: Sequence[tuple[int, Candidate]],
    languages: frozenset[str],
    read: Callable[[Candidate], bytes],
    names: Callable[[str, bytes], Iterable[Name]],
) -> Found:
    found: Found = {}
    for position, candidate in files:
        if candidate.language not in languages:
            continue
        try:
            data = read(candidate)
        except (NotRead, OSError):
            continue
        for name in names(candidate.language, data):
            known = found.get(name)
            if known is None:
                found[name] = [position]
            else:
                known.append(position)
    return found


Note = Callable[[Callable[[Sequence[tuple[int, "Candidate"]]], Found]], list[Found]]
"""Has every file of the project noted by a `Named` or `Declared`."""


class Index:
    """What the files `candidates` of a project name and declare."""

    def __init__(self, candidates: Sequence[Candidate], read: Callable[[Candidate], bytes], note: Note) -> None:
        self._candidates = candidates
        self._read = read
        self._note = note
        self._named: dict[str, Mapping[Name, Sequence[int]]] = {}
        self._declared: Mapping[Name, Sequence[int]] | None = None

    def worth_a_look(self, search: Search) -> list[Candidate]:
        """The files that may match `search`, in the order of all."""
        return [self._candidates[position] for position in sorted(set(self._positions(search)))]

    def _positions(self, search: Search) -> Iterator[int]:
        if search.modules:
            for language in ("typescript", "python"):
                yield from _at(self._names_in(language), (*search.modules, *((_ITSELF,) if language == "python" else ())))
        if search.names:
            if all(_CAPITALIZED.match(name) for name in search.names):
                yield from _at(self._names_in("swift"), search.names)
            else:
                yield from (position for position, candidate in enumerate(self._candidates) if candidate.language == "swift")
        if search.declared:
            if self._declared is None:
                self._declared = _joined(self._note(Declared(self._read)))
            yield from _at(self._declared, search.declared)

    def _names_in(self, language: str) -> Mapping[Name, Sequence[int]]:
        if language not in self._named:
            self._named[language] = _joined(self._note(Named(frozenset((language,)), self._read)))
        return self._named[language]


def _joined(parts: Iterable[Found]) -> Found:
    joined: Found = {}
    for part in parts:
        for name, positions in part.items():
            known = joined.get(name)
            if known is None:
                joined[name] = positions
            else:
                known += positions
    return joined


def _at(index: Mapping[Name, Sequence[int]], names: Iterable[Name]) -> Iterator[int]:
    for name in names:
        yield from index.get(name, ())
