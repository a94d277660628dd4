"""Where a suppression comment for one finding goes, so that it counts for that finding and the code means what it meant.

Several places are tried. One is right if the comment, read as it will be read, silences the finding, so nothing here has to know what
strings, markup or continued lines look like in a language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from keylint.findings import Edit
from keylint.program.nodes import Span
from keylint.settle.suppressions import suppressing, suppressions
from keylint.source import Source

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.languages import Comment

Comments = Callable[[Source], Sequence["Comment"]]
"""Reads the comments of a text."""

_LISTED = re.compile(rb"keylint[ \t]*:[ \t]*ignore\[[^\]\r\n]*(?=\])", re.IGNORECASE)
_PREAMBLE = re.compile(rb"#!|[ \t\f]*#.*?coding[:=]|[ \t]*//[ \t]*swift-tools-version")
"""Lines that mean something only where they stand: at the top."""
_CONTINUED = b"\\"


def beside(finding: Finding, source: Source, language: str, comments: Comments) -> Edit | None:
    """The edit of `source` that silences `finding` where it is; `None` where no comment can."""
    return _first(finding, source, language, comments, _places(finding, source, language))


def at_the_top(finding: Finding, source: Source, language: str, comments: Comments) -> Edit | None:
    """The edit of `source` that silences the rule of `finding` in the whole file."""
    row = 1
    while row < len(source.line_starts) and _PREAMBLE.match(source.line(row).encode()):
        row += 1
    start = source.line_starts[row - 1]
    text = f"{_opening(language)} keylint: ignore-file[{finding.code}]{_line_end(source)}"
    return _first(finding, source, language, comments, iter((Edit(Span(start, start), text),)))


def _first(finding: Finding, source: Source, language: str, comments: Comments, edits: Iterator[Edit]) -> Edit | None:
    already = len(comments(source))
    for edit in edits:
        added = edit.content.encode()
        edited = Source(source.path, source.data[: edit.span.start] + added + source.data[edit.span.end :], source.encoding)
        moved = len(added) if edit.span.start <= finding.span.start else 0
        there = replace(finding, span=Span(finding.span.start + moved, finding.span.end + moved))
        found = comments(edited)
        suppression = suppressing(there, edited, suppressions(edited, found, language))
        # More comments would mean that something has come apart. One of several lines that had been begun has no room for a line comment.
        if already <= len(found) <= already + 1 and suppression is not None and suppression.first == suppression.last:
            return edit
    return None


def _places(finding: Finding, source: Source, language: str) -> Iterator[Edit]:
    first = source.position(finding.span.start).row
    last = source.position(max(finding.span.start, finding.span.end - 1)).row
    start, end = _ends(source, first)
    opening, directive = _opening(language), f"keylint: ignore[{finding.code}]"
    if listed := _LISTED.search(source.data, start, end):
        yield Edit(Span(listed.end(), listed.end()), f", {finding.code}")
    rows = (first, last) if last != first else (first,)
    gap = "  " if language == "python" else " "
    for row in rows:
        _, at = _ends(source, row)
        if not source.data[:at].endswith(_CONTINUED):
            yield Edit(Span(at, at), f"{gap}{opening} {directive}")
    indent = source.line(first)[: len(source.line(first)) - len(source.line(first).lstrip())]
    for text in (f"{opening} {directive}", f"{{/* {directive} */}}"):
        if language == "typescript" or not text.startswith("{"):
            yield Edit(Span(start, start), f"{indent}{text}{_line_end(source)}")


def _ends(source: Source, row: int) -> tuple[int, int]:
    """Where a row begins and where it ends, without white space at its end and the line end."""
    start = source.line_starts[row - 1]
    return start, start + len(source.line(row).rstrip().encode())


def _opening(language: str) -> str:
    return "#" if language == "python" else "//"


def _line_end(source: Source) -> str:
    """The line end that the text uses."""
    if len(source.line_starts) < 2:
        return "\n"
    at = source.line_starts[1]
    return "\r\n" if source.data[:at].endswith(b"\r\n") else source.data[at - 1 : at].decode()
