"""Where a span begins and ends, counted as each consumer counts. Rows and columns are 1-based, ends exclusive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from keylint.source import Position

if TYPE_CHECKING:
    from keylint.program.nodes import Span
    from keylint.source import Source


class Region(NamedTuple):
    """From where to where."""

    start: Position
    end: Position


Counting = Callable[["Source", int], Position]
"""Gives the position of a byte of a source."""


def code_points(source: Source, offset: int) -> Position:
    """Columns in code points, as people count."""
    return source.position(offset)


def code_units(source: Source, offset: int) -> Position:
    """Columns in UTF-16 code units."""
    row, start, offset = _line(source, offset)
    return Position(row, len(source.text(start, offset).encode("utf-16-le")) // 2 + 1)


def octets(source: Source, offset: int) -> Position:
    """Columns in bytes of UTF-8."""
    row, start, offset = _line(source, offset)
    return Position(row, offset - start + 1)


def region(source: Source | None, span: Span, count: Counting = code_points) -> Region | None:
    """The region of `span`, or nothing where there is no text to point at: the file as a whole is meant."""
    if source is None or span.end <= span.start:
        return None
    return Region(count(source, span.start), count(source, span.end))


def _line(source: Source, offset: int) -> tuple[int, int, int]:
    """The row of `offset`, where the row starts, and the offset within the file."""
    offset = min(max(offset, 0), len(source.data))
    row = source.position(offset).row
    return row, source.line_starts[row - 1], offset
