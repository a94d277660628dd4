"""Which lines a comment that stands alone is about: the next one with code, and those that this only decorates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from keylint.languages import Comment
    from keylint.source import Source

_LONGEST = 30
"""Lines that decorators may take."""

_ATTRIBUTE = rb"@[\w.]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?"
_NO_WORDS = rb"(?!)"
_MODIFIERS = {
    "swift": rb"(?:public|private|fileprivate|internal|open|package|static|class|final|override|mutating|nonmutating|lazy|weak|unowned"
    rb"|dynamic|required|convenience|nonisolated|isolated|distributed|indirect|optional|borrowing|consuming|async)(?:\([a-z]+\))?",
    "typescript": rb"(?:export|default|public|private|protected|static|readonly|abstract|declare|override|async|accessor)",
}
_DECORATES = rb"(?:%s|%s)(?:\s+(?:%s|%s))*"
_OPENS = re.compile(rb"@[\w.]+\(")
_STRING = re.compile(rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`")
_SLASHES, _HASH = re.compile(rb"//[^\r\n]*|/\*.*?\*/"), re.compile(rb"#[^\r\n]*")


class Rows(NamedTuple):
    """The lines of a comment; for one in JSX's braces, those of the braces."""

    first: int
    last: int
    alone: bool


def rows(source: Source, comment: Comment) -> Rows:
    """Where `comment` stands, and whether nothing but white space and JSX's braces shares its lines."""
    first, last = lines(source, *comment.span)
    if comment.holder is not None:
        held = lines(source, *comment.holder)
        return Rows(*held, _alone(source, *comment.holder, *held))
    if comment.alone:
        return Rows(first, last, True)
    before, after = _beside(source, *comment.span, first, last)
    return Rows(first, last, before == b"{" and after == b"}")


def lines(source: Source, start: int, end: int) -> tuple[int, int]:
    """First and last line of what stands between two offsets."""
    return source.position(start).row, source.position(max(start, end - 1)).row


def covered(source: Source, language: str, places: Sequence[Rows]) -> list[tuple[int, ...]]:
    """For each of all comments of a file the lines that it is about because it stands above them: none where it shares its line with code.

    Comment lines between do not matter, nor do lines that hold only decorators, attributes or modifiers: these are covered, and what they
    belong to.
    """
    found: list[tuple[int, ...]] = [()] * len(places)
    by_row: dict[int, tuple[int, ...]] = {}
    # From the end, since a comment above another is about what that one is about.
    for index in range(len(places) - 1, -1, -1):
        place = places[index]
        if place.alone:
            found[index] = by_row[place.first] = _below(source, language, place.last + 1, by_row)
    return found


def _below(source: Source, language: str, row: int, comments: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    found: list[int] = []
    while row <= len(source.line_starts) and len(found) < _LONGEST:
        if row in comments:
            return (*found, *comments[row])[:_LONGEST]
        found.append(row)
        following = _after_decorators(source, language, row, row + _LONGEST)
        if following == row:
            break
        row = following
    return tuple(found)


def _after_decorators(source: Source, language: str, row: int, limit: int) -> int:
    """The line after the decorators that stand on line `row` and nothing else with them; `row` itself if that is not all there is."""
    words = _MODIFIERS.get(language, _NO_WORDS)
    decorates = re.compile(_DECORATES % (_ATTRIBUTE, words, _ATTRIBUTE, words))
    text = b""
    following = row
    while following < min(limit, len(source.line_starts)):
        text += _code(source, language, following) + b"\n"
        following += 1
        if decorates.fullmatch(text.strip()):
            return following
        if not _OPENS.match(text.lstrip()) or text.count(b"(") <= text.count(b")"):
            break
    return row


def _code(source: Source, language: str, row: int) -> bytes:
    """Line `row` without strings' contents and comments, as far as one line can tell."""
    end = source.line_starts[row] if row < len(source.line_starts) else len(source.data)
    note = _HASH if language == "python" else _SLASHES
    return note.sub(b"", _STRING.sub(b'""', source.data[source.line_starts[row - 1] : end])).strip()


def _alone(source: Source, start: int, end: int, first: int, last: int) -> bool:
    return _beside(source, start, end, first, last) == (b"", b"")


def _beside(source: Source, start: int, end: int, first: int, last: int) -> tuple[bytes, bytes]:
    """What shares the first and the last line."""
    stop = source.line_starts[last] if last < len(source.line_starts) else len(source.data)
    return source.data[source.line_starts[first - 1] : start].strip(), source.data[end:stop].strip()
