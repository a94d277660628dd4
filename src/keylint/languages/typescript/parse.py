"""Source text to a syntax tree, by the grammar that understands it best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tree_sitter_typescript
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from tree_sitter import Node

    from keylint.source import Source

_WITHOUT_JSX = (".ts", ".mts", ".cts")


def parse(source: Source) -> Node:
    """The root of the tree. Its offsets are those of `source.data`.

    A file that does not parse is read again as the other dialect, and JavaScript without Flow's types; what loses least is kept.
    """
    plain, jsx = tree_sitter_typescript.language_typescript, tree_sitter_typescript.language_tsx
    script = not source.path.lower().endswith(_WITHOUT_JSX)
    root = _root(jsx() if script else plain(), source.data)
    if not root.has_error:
        return root
    candidates = [root]
    if script:
        from keylint.languages.typescript.flow import spells_flow, without_flow

        if spells_flow(source.data):
            candidates.append(_root(jsx(), without_flow(source.data)))
            if not candidates[-1].has_error:
                return candidates[-1]
    candidates.append(_root(plain() if script else jsx(), source.data))
    return min(candidates, key=_lost)


def _root(language: object, data: bytes) -> Node:
    return Parser(Language(language)).parse(data).root_node


def _lost(root: Node) -> int:
    """How many bytes stand in error nodes."""
    lost = 0
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error:
            lost += max(node.end_byte - node.start_byte, 1)
        elif node.is_missing:
            lost += 1
        elif node.has_error:
            pending.extend(node.children)
    return lost
