"""Comments, found where their delimiters are and confirmed by the parser."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from keylint.languages import Comment
from keylint.languages.typescript.context import span
from keylint.languages.typescript.parse import parse

if TYPE_CHECKING:
    from tree_sitter import Node

    from keylint.program.nodes import Span
    from keylint.source import Source

_OPENING = re.compile(rb"//|/\*|<!--")
_LINE_BREAK = re.compile(rb"[\r\n]")


def comments(source: Source) -> list[Comment]:
    """Every comment of `source`, in order. A delimiter inside a string, template, pattern or JSX text opens none."""
    data = source.data
    opening = _OPENING.search(data)
    if opening is None:
        return []
    roots = parse(source)
    starts = [0, *(root.start_byte for root in roots[1:])]
    found: list[Comment] = []
    while opening is not None:
        root = roots[bisect_right(starts, opening.start()) - 1]
        node = root.descendant_for_byte_range(opening.start(), opening.end())
        if node is not None and node.type in ("comment", "html_comment") and node.start_byte == opening.start():
            place = span(node)
            found.append(Comment(place, source.text(*place), _alone(data, place.start, place.end), _holder(node)))
            opening = _OPENING.search(data, max(place.end, opening.end()))
        else:
            opening = _OPENING.search(data, opening.start() + 1)
    return found


def _holder(comment: Node) -> Span | None:
    around = comment.parent
    return span(around) if around is not None and around.type == "jsx_expression" and around.named_child_count == 1 else None


def _alone(data: bytes, start: int, end: int) -> bool:
    line = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
    after = _LINE_BREAK.search(data, end)
    until = len(data) if after is None else after.start()
    return not data[line:start].strip() and not data[end:until].strip()
