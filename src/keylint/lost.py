"""What the parser lost of a file, as far as that mentions a store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from keylint.program.module import Module
    from keylint.program.nodes import Span
    from keylint.source import Source

_LOADS = re.compile(rb"\b(?:import|require)\b")
_QUOTED = re.compile(rb"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")
_NAME = re.compile(rb"[\w$\x80-\xff]+")
_KEYWORDS = frozenset(b"as async await const default from function import let require return try type typeof var".split())


SKIPPED = (
    "The parser skipped",
    "If the code compiles, the parser lags behind the language: spell the construct another way, or check these lines by eye.",
)
GIVEN_UP = (
    "The analysis gave up before it came to",
    "There are more paths than are followed: split the function or the file, or check these lines by eye.",
)
"""Why lines were not analyzed, and what to do."""


class Lost(NamedTuple):
    """A gap: first and last row of the lines that it is on, and where it stands."""

    first: int
    last: int
    span: Span


def rows(source: Source, span: Span) -> Lost:
    """`span` with its rows."""
    return Lost(source.position(span.start).row, source.position(max(span.start, span.end - 1)).row, span)


def lost(source: Source, module: Module, words: Sequence[bytes]) -> list[Lost]:
    """The gaps on whose lines a store is mentioned, by a trigger word or by a name that the file gives a store, in source order."""
    names = _names(source.data, module, words)
    named = re.compile(rb"(?<![\w$])(?:%s)(?![\w$])" % b"|".join(map(re.escape, sorted(names)))) if names else None
    found = []
    for gap in sorted(module.gaps, key=lambda gap: gap.span):
        item = rows(source, gap.span)
        end = source.line_starts[item.last] if item.last < len(source.line_starts) else len(source.data)
        lines = source.data[source.line_starts[item.first - 1] : end]
        if any(word in lines for word in words) or (named is not None and named.search(lines)):
            found.append(item)
    return found


def _names(data: bytes, module: Module, words: Sequence[bytes]) -> set[bytes]:
    """What the file calls the stores that it loads, and what it takes out of them."""
    texts = [(each.local, each.module.encode("utf-8", "replace")) for each in module.imports if each.local]
    names = {local.encode("utf-8", "replace") for local, text in texts if any(word in text for word in words)}
    for line in data.splitlines():
        # Loaded where it is needed, or where the parser gave up: more names than are meant is no harm.
        if any(word in line for word in words) and _LOADS.search(line):
            names.update(_NAME.findall(_QUOTED.sub(b"", line)))
    return names - _KEYWORDS


def told(gaps: Sequence[Lost], what: str) -> str:
    """A sentence about lines that went unchecked."""
    ranges: list[list[int]] = []
    for first, last, _ in gaps:
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1][1] = max(ranges[-1][1], last)
        else:
            ranges.append([first, last])
    named = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
    lines = f"line {named}, which mentions" if named.isdigit() else f"lines {named}, which mention"
    return f"{what} {lines} a store: what stands there may have gone unchecked"
