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
    """The root of the tree. A file whose suffix names the wrong dialect is read in the other one when that loses less."""
    dialects = (tree_sitter_typescript.language_typescript, tree_sitter_typescript.language_tsx)
    if not source.path.lower().endswith(_WITHOUT_JSX):
        dialects = dialects[::-1]
    root = Parser(Language(dialects[0]())).parse(source.data).root_node
    if not root.has_error:
        return root
    other = Parser(Language(dialects[1]())).parse(source.data).root_node
    return other if _lost(other) < _lost(root) else root


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
