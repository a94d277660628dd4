"""Text to syntax tree, by `ast`, with repair where it refuses."""

from __future__ import annotations

import ast
import warnings
from typing import NamedTuple

from keylint.languages import NotParsed
from keylint.program.module import Gap
from keylint.program.nodes import Span
from keylint.source import Source

REFUSALS = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError, SystemError)
"""What the parser raises: besides errors of syntax, its own limits on nesting and on numbers."""


class Parsed(NamedTuple):
    """`starts` are the byte offsets that columns of each line count from. `ends`, only for repaired text, are where the real lines end."""

    tree: ast.Module
    starts: list[int]
    ends: list[int] | None
    gaps: tuple[Gap, ...]


def parse(source: Source) -> Parsed:
    """Parses `source`, leaving out what cannot be parsed. Raises `NotParsed` when that is everything."""
    try:
        text = source.data.decode()
    except UnicodeDecodeError as error:
        raise NotParsed(f"not valid UTF-8: {error}") from error
    gaps: list[Gap] = []
    if "\0" in text:
        gaps = [Gap(span) for span in _zeros(source.data)]
        text = text.replace("\0", " ")
    # Invalid escapes in the code under analysis are not ours to warn about, and must not raise under `-W error`.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Parsed(ast.parse(text), source.line_starts, None, tuple(gaps))
        except REFUSALS:
            from keylint.languages.python.recovery import recover

            recovered = recover(text, source.line_starts, len(source.data))
    return recovered._replace(gaps=(*gaps, *recovered.gaps))


def _zeros(data: bytes) -> list[Span]:
    spans: list[Span] = []
    start = data.find(b"\0")
    while start >= 0:
        end = start + 1
        while end < len(data) and data[end] == 0:
            end += 1
        spans.append(Span(start, end))
        start = data.find(b"\0", end)
    return spans
