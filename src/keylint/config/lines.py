"""Which line of a TOML text a value stands on. The standard parser does not say, and an error without a line sends people searching.

The text has been parsed already: what is told of one that is no TOML means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Path = tuple["str | int", ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|\n"
    r"|[\[\]{},=]"
    r"|[^\s\[\]{},=#\"']+",
    re.DOTALL,
)
_HEADER, _KEY, _VALUE, _REST = range(4)
"""What comes next: a table's header, a key, the value of one, or nothing that says where something begins."""


_DEEPEST = 16
"""How many names and indices lead to a place that is told: more than any key of ours has. A text must not take time by its depth."""


class _Open(NamedTuple):
    """An array or an inline table that has not ended. `position` is that of the element that comes next, `None` in a table."""

    path: Path
    position: int | None


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) on which each table, key and element of an array begins."""
    return dict(_lines(text))


def line_of(lines: Mapping[Path, int], path: Sequence[str | int]) -> int | None:
    """The line on which the value at `path` begins, or else the nearest table or array around it."""
    for length in range(len(path), 0, -1):
        if (line := lines.get(tuple(path[:length]))) is not None:
            return line
    return None


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """Every table, key and element with its line; of one that is stated in pieces, the last piece comes last."""
    counts: dict[Path, int] = {}
    table: Path = ()
    names: list[str] = []
    path: Path = ()
    opened: list[_Open] = []
    next_is = _KEY
    double = False
    for piece, line in _pieces(text):
        if piece == "\n":
            if not opened:
                names, next_is = [], _KEY
        elif next_is == _HEADER:
            if piece == "[":
                double = True
            elif piece == "]":
                yield from (found := _Table.of(names, double, counts, line)).lines
                table, next_is = found.path, _REST
            else:
                names += _named(piece)
        elif next_is == _KEY:
            if piece == "[" and not opened:
                names, next_is, double = [], _HEADER, False
            elif piece == "=":
                path = opened[-1].path if opened else table
                for name in names[:_DEEPEST]:
                    path = (*path, name)
                    yield path, line
                next_is = _VALUE
            elif piece in ("]", "}"):
                next_is = _closed(opened)
            else:
                names += _named(piece)
        elif piece == "," and opened:
            around = opened.pop()
            opened.append(_Open(around.path, None if around.position is None else around.position + 1))
            names, next_is = [], _KEY if around.position is None else _VALUE
        elif piece in ("]", "}"):
            next_is = _closed(opened)
        elif next_is == _VALUE:
            if opened and opened[-1].position is not None and len(path) < _DEEPEST:
                path = (*opened[-1].path, opened[-1].position)
                yield path, line
            if piece == "[":
                opened.append(_Open(path, 0))
            elif piece == "{":
                opened.append(_Open(path, None))
                names, next_is = [], _KEY
            else:
                next_is = _REST


def _closed(opened: list[_Open]) -> int:
    if opened:
        opened.pop()
    return _REST


class _Table(NamedTuple):
    """What a header means: the table whose keys follow, and what begins on the header's line."""

    path: Path
    lines: tuple[tuple[Path, int], ...]

    @classmethod
    def of(cls, names: Sequence[str], double: bool, counts: dict[Path, int], line: int) -> _Table:
        """`counts` has the index of the last table of each array of tables, and is kept up."""
        if not double or not names:
            path = _place(names, counts)
            return cls(path, ((path, line),))
        array = (*_place(names[:-1], counts), names[-1])
        counts[array] = counts.get(array, -1) + 1
        path = (*array, counts[array])
        return cls(path, ((path, line),) if counts[array] else ((array, line), (path, line)))


def _place(names: Sequence[str], counts: dict[Path, int]) -> Path:
    """The path that a header's names mean: of an array of tables, its last."""
    path: Path = ()
    for name in names[:_DEEPEST]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Texts, marks, line ends and runs of anything else, with their lines; no comments."""
    line = 1
    for found in _TOKEN.finditer(text):
        piece = found[0]
        if piece[0] != "#":
            yield piece, line
        line += piece.count("\n")


def _named(piece: str) -> list[str]:
    """The parts of a key that a piece holds: one that is quoted, or some that dots part."""
    return [piece[1:-1]] if piece[0] in "\"'" else [part for part in piece.split(".") if part]
