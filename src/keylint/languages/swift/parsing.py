"""Source text to a syntax tree, and what the parser could not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import tree_sitter_swift
from tree_sitter import Language, Parser, Point, Range

from keylint.languages.swift.conditions import Conditions, separate
from keylint.languages.swift.context import EXTRAS
from keylint.languages.swift.mending import mended
from keylint.languages.swift.scanning import scan, without_unclosed_comment
from keylint.program.module import Gap
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


_OPERATOR_NAMES = re.compile(rb"(?<![\w.])(?:copy|consume|borrow)(?=[.\[])")
"""Variables called like operators: the grammar reads `copy.x` as the operator on `.x`.

Another name of that length parses; names are read from the source.
"""


class Parsed(NamedTuple):
    """What was parsed: the text that the parser saw, the roots of its trees in source order, and the conditional compilation."""

    text: bytes
    roots: list[Node]
    conditions: Conditions | None


def parse(data: bytes) -> Parsed:
    """Parses `data`. All offsets are those of `data`."""
    text, conditions = separate(without_unclosed_comment(data))
    text = _OPERATOR_NAMES.sub(lambda match: b"_" * len(match[0]), text)
    parser = Parser(Language(tree_sitter_swift.language()))
    root = parser.parse(text).root_node
    if root.has_error:
        again = mended(text, root)
        if again != text:
            text = again
            root = parser.parse(text).root_node
    if not root.is_error:
        return Parsed(text, [root], conditions)
    # The grammar keeps several readings of ambiguous code, and may run out of them over a long file: its parts are shorter.
    pieces = [tree.root_node for tree in _trees(parser, text)]
    return Parsed(text, pieces if len(pieces) > 1 else [root], conditions)


def _trees(parser: Parser, text: bytes) -> list[Tree]:
    trees = []
    start = 0
    ends = scan(text).tops
    for end in [*ends, len(text)]:
        if text[start:end].strip():
            parser.included_ranges = [Range(Point(0, 0), Point(0xFFFFFFFF, 0xFFFFFFFF), start, end)]
            trees.append(parser.parse(text))
        start = end
    return trees


def gaps(parsed: Parsed) -> list[Gap]:
    """The tokens that stand in error nodes without belonging to anything, adjacent ones joined.

    A missing token loses no text, so it is no gap.
    """
    spans: list[Span] = []
    text = parsed.text
    pending = [root for root in parsed.roots if root.has_error]
    while pending:
        node = pending.pop()
        children = node.children
        if node.is_error:
            position = node.start_byte
            for child in children:
                if child.child_count or child.type in EXTRAS:
                    spans.append(_trimmed(text, position, child.start_byte))
                    position = max(position, child.end_byte)
            spans.append(_trimmed(text, position, node.end_byte))
        pending.extend(child for child in children if child.has_error and not child.is_missing)
    spans.sort()
    return [Gap(span) for span in _outermost(spans)]


def _trimmed(text: bytes, start: int, end: int) -> Span:
    """A range without the white space around it."""
    lost = text[start:end]
    return Span(start + len(lost) - len(lost.lstrip()), start + len(lost.rstrip()) if lost.strip() else start)


def _outermost(spans: list[Span]) -> list[Span]:
    result: list[Span] = []
    for span in spans:
        if span.start >= span.end:
            continue
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result
