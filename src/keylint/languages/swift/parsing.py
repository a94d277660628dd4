"""Source text to a syntax tree, and what the parser could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tree_sitter_swift
from tree_sitter import Language, Parser

from keylint.languages.swift.conditions import Conditions, separate
from keylint.languages.swift.scanning import without_unclosed_comment
from keylint.program.module import Gap
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from tree_sitter import Node


def parse(data: bytes) -> tuple[Node, Conditions | None]:
    """The root of the tree of `data`, and its conditional compilation. Offsets are those of `data`."""
    text, conditions = separate(without_unclosed_comment(data))
    return Parser(Language(tree_sitter_swift.language())).parse(text).root_node, conditions


def gaps(root: Node) -> list[Gap]:
    """The tokens that stand in error nodes without belonging to anything, adjacent ones joined.

    A missing token loses no text, so it is no gap.
    """
    spans: list[Span] = []
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        children = node.children
        if node.is_error:
            position = node.start_byte
            for child in children:
                if child.child_count and not child.is_error:
                    if child.start_byte > position:
                        spans.append(Span(position, child.start_byte))
                    position = max(position, child.end_byte)
            if position < node.end_byte:
                spans.append(Span(position, node.end_byte))
        pending.extend(child for child in children if child.has_error and not child.is_missing)
    spans.sort()
    return [Gap(span) for span in _outermost(spans)]


def _outermost(spans: list[Span]) -> list[Span]:
    result: list[Span] = []
    for span in spans:
        if span.start == span.end:
            continue
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result
