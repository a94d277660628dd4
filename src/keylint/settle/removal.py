"""Taking suppressions out of a file: the edits that leave everything else as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.findings import Edit
from keylint.program.nodes import Span
from keylint.settle.covering import lines

if TYPE_CHECKING:
    from keylint.settle.directives import Item
    from keylint.settle.suppressions import Suppression
    from keylint.source import Source

_OPENING = re.compile(rb"(?:#+!?|//+!?|/\*+!?|<!--)?[\s*]*\Z")
_CLOSING = re.compile(rb"\s*(?:\*+/|-->)?\s*\Z")
_MARK = re.compile(rb"(?:#+|//+)[ \t]*\Z")
_MARGIN = re.compile(rb"[ \t]*\**[ \t]*\Z")
_WORD = re.compile(rb"[\w$\x80-\xff]")
_BLANK = b" \t\f\v"


def applied(data: bytes, edits: Sequence[Edit]) -> bytes:
    """`data` with `edits`, which do not overlap, made."""
    parts: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        parts += [data[position : edit.span.start], edit.content.encode()]
        position = edit.span.end
    return b"".join([*parts, data[position:]])


def fewer(source: Source, suppression: Suppression, items: Sequence[Item]) -> list[Edit]:
    """Takes `items` out of the list of a suppression that keeps others."""
    listed = suppression.directive.items or ()
    kept = [item for item in listed if item not in items]
    comment = suppression.comment
    separator = comment.text[listed[0].end : listed[1].start]
    start, end = (comment.span.start + len(comment.text[:at].encode()) for at in (listed[0].start, listed[-1].end))
    return [Edit(Span(start, end), separator.join(item.text for item in kept))]


def removal(source: Source, suppression: Suppression) -> list[Edit]:
    """Takes a suppression out: its comment, unless that says more. Empty where the code would have to be read to do so."""
    comment = suppression.comment
    start, end = suppression.span
    before = source.data[comment.span.start : start]
    after = source.data[end : comment.span.end]
    if _OPENING.match(before) and _CLOSING.match(after):
        return _without(source, comment.span if comment.holder is None else comment.holder, comment.holder is not None)
    if _OPENING.match(before) and (again := re.match(rb"\s*(?:#+|//+)", after)) and again[0].strip() == (before.strip() or b"#"):
        # Another tool is spoken to after us: its mark becomes the comment's.
        return [Edit(Span(comment.span.start, end + len(again[0]) - len(again[0].lstrip())), "")]
    line_start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    line_end = min((at for at in (after.find(b"\n"), after.find(b"\r")) if at >= 0), default=-1)
    if line_start and line_end >= 0 and _MARGIN.match(before[line_start:]) and not after[:line_end].strip():
        # It has a line of the comment to itself.
        width = 2 if after[line_end : line_end + 2] == b"\r\n" else 1
        return [Edit(Span(comment.span.start + line_start, end + line_end + width), "")]
    kept = before[: marked.start()] if (marked := _MARK.search(before)) and marked.start() else before
    if _OPENING.match(kept) or _MARGIN.match(kept[line_start:]):
        end += len(after) - len(after.lstrip(_BLANK))
    else:
        kept = kept.rstrip(_BLANK)
    return [Edit(Span(comment.span.start + len(kept), end), "")]


def _without(source: Source, span: Span, markup: bool) -> list[Edit]:
    """Takes a comment out: its lines if it has them to itself, else the white space that set it off."""
    data = source.data
    first, last = lines(source, *span)
    line = source.line_starts[first - 1]
    following = source.line_starts[last] if last < len(source.line_starts) else len(data)
    before, after = data[line : span.start], data[span.end : following]
    if not before.strip() and not after.strip():
        if following == len(data) and not after.endswith((b"\n", b"\r")):
            # The last line of a file that does not end in a line break: so it stays.
            line -= len(data[:line]) - len(_chomped(data[:line]))
        return [Edit(Span(line, following), "")]
    gap = len(after) - len(after.lstrip(_BLANK))
    if not after.strip():
        return [Edit(Span(line + len(before.rstrip(_BLANK)), span.end + gap), "")]
    if markup:
        return [Edit(span, "")]
    if last > first and before.strip():
        return []  # It may end a statement.
    if not before.strip() or gap:
        return [Edit(Span(span.start, span.end + gap), "")]
    return [Edit(span, " " if _WORD.match(before[-1:]) and _WORD.match(after[:1]) else "")]


def _chomped(data: bytes) -> bytes:
    return data[:-2] if data.endswith(b"\r\n") else data[:-1] if data.endswith((b"\n", b"\r")) else data
