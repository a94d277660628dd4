"""From byte offsets to the protocol's positions and back, in the units that client and server agreed on."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.server.messages import Point
    from keylint.source import Source

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
"""What a character of a position counts: bytes, UTF-16 code units (unless something else was agreed on), code points."""


def point(source: Source, offset: int, encoding: str, shift: int = 0) -> Point:
    """Where the byte at `offset` is. `shift` is added on the first line."""
    offset = min(max(offset, 0), len(source.data))
    row = bisect_right(source.line_starts, offset) - 1
    before = source.data[source.line_starts[row] : offset]
    return row, _units(before, encoding) + (0 if row else shift)


def row_of(source: Source, line: int) -> int:
    """The 1-based row of `Source` for the protocol's `line`, within the text."""
    return min(max(line, 0), len(source.line_starts) - 1) + 1


def offset(source: Source, place: Point, encoding: str, shift: int = 0) -> int:
    """The byte offset of a position; one past the end of its line is the end of the line, without its line end."""
    row = row_of(source, place[0])
    text = source.line(row)
    wanted = place[1] - (shift if row == 1 else 0)
    start = source.line_starts[row - 1]
    if encoding == UTF8:
        return start + min(max(wanted, 0), len(text.encode()))
    taken = 0
    for index, char in enumerate(text):
        if taken >= wanted:
            return start + len(text[:index].encode())
        taken += 2 if encoding == UTF16 and char > "\uffff" else 1
    return start + len(text.encode())


def _units(before: bytes, encoding: str) -> int:
    if encoding == UTF8 or before.isascii():
        return len(before)
    text = before.decode("utf-8", "replace")
    return len(text) if encoding == UTF32 else len(text) + sum(char > "\uffff" for char in text)
