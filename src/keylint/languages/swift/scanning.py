"""Where comments, brackets and conditional-compilation directives stand, by looking at characters alone.

The grammar cannot be asked: directives in the wrong place are what it stumbles over.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# One character class each: alternatives would cost several times as much on every byte that matters to none of them.
_CODE = re.compile(rb'[/"#()\[\]{}]')
_IN_LINE = re.compile(rb'["\\\r\n]')
_IN_LINES = re.compile(rb'["\\]')
_DIRECTIVE = re.compile(rb"#(if|elseif|else|endif)\b")
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
    """How the string literal being read was opened: its number of hashes, and whether it spans lines."""

    hashes: bytes
    multi_line: bool


def scan(data: bytes) -> Scan:
    """Reads `data` once. Text that is not Swift yields something, too."""
    comments: list[tuple[int, int]] = []
    directives: list[Directive] = []
    tops: list[int] = []
    # What is open, with where it opened: brackets, and strings interrupted by an interpolation.
    open_brackets: list[tuple[bytes, int, _String | None]] = []
    find = _CODE.search
    position = 0
    while (match := find(data, position)) is not None:
        start = match.start()
        position = start + 1
        found = match.group()
        string: _String | None = None
        if found in b"([{":
            open_brackets.append((found, start, None))
        elif found in b")]}":
            string = _close(open_brackets, _OPENERS[found])
            if found == b"}" and not open_brackets:
                tops.append(position)
        elif found == b"/":
            following = data[position : position + 1]
            if following == b"/":
                position = _end_of_line(data, position)
                comments.append((start, position))
            elif following == b"*":
                position = _end_of_block_comment(data, position + 1)
                comments.append((start, position))
        elif found == b'"':
            string, position = _opened(data, start, b"")
        else:
            directive = _DIRECTIVE.match(data, start)
            if directive is not None and _begins_line(data, start):
                bracket, opened_at = open_brackets[-1][:2] if open_brackets else (b"", -1)
                kind = directive[1].decode("ascii")
                position = directive.end()
                end = _end_of_condition(data, position) if kind in ("if", "elseif") else position
                directives.append(Directive(kind, start, end, bracket, opened_at))
                position = end
            else:
                while data[position : position + 1] == b"#":
                    position += 1
                if data[position : position + 1] == b'"':
                    string, position = _opened(data, position, data[start:position])
        if string is not None:
            position, interpolated = _after_string(data, position, string)
            if interpolated:
                open_brackets.append((b"(", position - 1, string))
    return Scan(comments, directives, tops)


def _opened(data: bytes, quote: int, hashes: bytes) -> tuple[_String, int]:
    """The string literal whose first quote is at `quote`, and where its text begins."""
    multi_line = data.startswith(b'"""', quote)
    return _String(hashes, multi_line), quote + (3 if multi_line else 1)


def _after_string(data: bytes, position: int, string: _String) -> tuple[int, bool]:
    """Where code goes on after the string's text at `position`, and whether in an interpolation."""
    closing = (b'"""' if string.multi_line else b'"') + string.hashes
    escape = b"\\" + string.hashes
    find = (_IN_LINES if string.multi_line else _IN_LINE).search
    while (match := find(data, position)) is not None:
        start = match.start()
        position = start + 1
        if match.group() == b"\\":
            if data.startswith(escape, start):
                position = start + len(escape) + 1
                if data[position - 1 : position] == b"(":
                    return position, True
        elif match.group() != b'"':
            return start, False
        elif data.startswith(closing, start):
            return start + len(closing), False
    return len(data), False


def _begins_line(data: bytes, start: int) -> bool:
    index = start - 1
    while index >= 0 and data[index] in b" \t":
        index -= 1
    return index < 0 or data[index] in b"\r\n"


def _end_of_line(data: bytes, position: int) -> int:
    end = data.find(b"\n", position)
    end = len(data) if end < 0 else end
    carriage_return = data.find(b"\r", position, end)
    return end if carriage_return < 0 else carriage_return


def without_unclosed_comment(data: bytes) -> bytes:
    """`data` with a block comment that is never closed blanked out: the grammar takes minutes over it."""
    if b"/*" not in data:
        return data
    depth = 0
    position = 0
    while (position := data.find(b"*", position)) >= 0:
        if data[position - 1 : position] == b"/":
            depth += 1
            position += 1
        elif data[position + 1 : position + 2] == b"/":
            depth = max(depth - 1, 0)
            position += 2
        else:
            position += 1
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
