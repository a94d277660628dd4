"""Where comments, brackets and conditional-compilation directives stand, by looking at characters alone.

The grammar cannot be asked: directives in the wrong place are what it stumbles over.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(rb'//[^\r\n]*|/\*|#*"""|#*"|[()\[\]{}]|^[ \t]*#(?:if|elseif|else|endif)\b', re.MULTILINE)
_BLOCK_COMMENT = re.compile(rb"/\*|\*/")
_TEXT = re.compile(rb"[^\r\n]")
_CONDITION_END = re.compile(rb"//|/\*|[\r\n]")

_OPENERS = {b")": b"(", b"]": b"[", b"}": b"{"}


class Directive(NamedTuple):
    """`#if`, `#elseif`, `#else` or `#endif` (`kind`, without the hash), from its hash to the end of its condition.

    `bracket` is the innermost bracket open there (empty at the top level), `opened_at` where that bracket stands.
    """

    kind: str
    start: int
    end: int
    bracket: bytes
    opened_at: int


class Scan(NamedTuple):
    """Comments as (start, end) and directives, in source order; `tops` is where braces close that stand in no bracket."""

    comments: list[tuple[int, int]]
    directives: list[Directive]
    tops: list[int]


class _String(NamedTuple):
    """A string literal being read: what closes it, and what interrupts it."""

    stops: re.Pattern[bytes]
    opener: bytes


def _string(hashes: int, multi_line: bool) -> _String:
    quote = b'"""' if multi_line else b'"'
    escape = b"\\\\" + b"#" * hashes
    ends = [quote + b"#" * hashes, escape + rb"\(", escape + rb"[^(]"]
    if not multi_line:
        ends.append(rb"[\r\n]")
    return _String(re.compile(b"|".join(ends), re.DOTALL), quote)


def scan(data: bytes) -> Scan:
    """Reads `data` once. Text that is not Swift yields something, too."""
    comments: list[tuple[int, int]] = []
    directives: list[Directive] = []
    tops: list[int] = []
    # What is open, with where it opened: brackets, and strings interrupted by an interpolation.
    open_brackets: list[tuple[bytes, int, _String | None]] = []
    position = 0
    string: _String | None = None
    while True:
        if string is not None:
            stop = string.stops.search(data, position)
            if stop is None:
                break
            position = stop.end()
            found = stop.group()
            if found.startswith(b"\\"):
                if found.endswith(b"("):
                    open_brackets.append((b"(", stop.start(), string))
                    string = None
            else:
                string = None
            continue
        match = _CODE.search(data, position)
        if match is None:
            break
        found = match.group()
        position = match.end()
        first = found[:1]
        if found.startswith(b"//"):
            comments.append(match.span())
        elif found == b"/*":
            position = _end_of_block_comment(data, position)
            comments.append((match.start(), position))
        elif found.endswith(b'"'):
            multi_line = found.endswith(b'"""')
            string = _string(len(found.rstrip(b'"')), multi_line)
        elif first in b"([{":
            open_brackets.append((found, match.start(), None))
        elif first in b")]}":
            string = _close(open_brackets, _OPENERS[found])
            if found == b"}" and not open_brackets:
                tops.append(position)
        else:
            start = match.end() - len(found.lstrip())
            end = _end_of_condition(data, position)
            bracket, opened_at = open_brackets[-1][:2] if open_brackets else (b"", -1)
            kind = data[start + 1 : match.end()].decode("ascii")
            directives.append(Directive(kind, start, end if kind in ("if", "elseif") else match.end(), bracket, opened_at))
            position = directives[-1].end
    return Scan(comments, directives, tops)


def without_unclosed_comment(data: bytes) -> bytes:
    """`data` with a block comment that is never closed blanked out: the grammar takes minutes over it."""
    depth = 0
    for match in _BLOCK_COMMENT.finditer(data):
        depth = depth + 1 if match.group() == b"/*" else max(depth - 1, 0)
    if not depth:
        return data
    # Some of them may stand in text; the scan knows.
    last = scan(data).comments[-1:]
    if not last or last[0][1] != len(data) or data[last[0][0] : last[0][0] + 2] != b"/*" or _is_closed(data, last[0][0]):
        return data
    start = last[0][0]
    return data[:start] + _TEXT.sub(b" ", data[start:])


def _is_closed(data: bytes, start: int) -> bool:
    depth = 0
    for match in _BLOCK_COMMENT.finditer(data, start):
        depth += 1 if match.group() == b"/*" else -1
    return depth <= 0


def _close(open_brackets: list[tuple[bytes, int, _String | None]], opener: bytes) -> _String | None:
    """Closes the innermost `opener`, and whatever was left open inside it; the string that goes on after an interpolation."""
    for index in range(len(open_brackets) - 1, max(len(open_brackets) - 4, -1), -1):
        if open_brackets[index][0] == opener:
            string = open_brackets[index][2]
            del open_brackets[index:]
            return string
    return None


def _end_of_block_comment(data: bytes, position: int) -> int:
    depth = 1
    while depth:
        match = _BLOCK_COMMENT.search(data, position)
        if match is None:
            return len(data)
        depth += 1 if match.group() == b"/*" else -1
        position = match.end()
    return position


def _end_of_condition(data: bytes, position: int) -> int:
    """Where the condition ends: at the end of the line, unless it ends with an operator."""
    while True:
        match = _CONDITION_END.search(data, position)
        end = match.start() if match else len(data)
        text = data[position:end].rstrip()
        if match is None or match.group() not in (b"\r", b"\n") or not text.endswith((b"&&", b"||")):
            return position + len(text)
        position = match.end() + (1 if data[match.start() : match.start() + 2] == b"\r\n" else 0)
