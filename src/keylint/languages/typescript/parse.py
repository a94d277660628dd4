"""Source text to syntax trees, by the grammar that understands it best."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tree_sitter_typescript
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from keylint.source import Source

_WITHOUT_JSX = (".ts", ".mts", ".cts")
_TOP_LEVEL = re.compile(
    rb"^(?:import|export|async|function|class|abstract|const|let|var|enum|declare|namespace|module|type|interface|@[A-Za-z]"
    rb"|(?:describe|it|test|if|for|try|[\w$]+(?:\.[\w$]+)*)[ \t]*\(|module\.exports|exports\.)",
    re.MULTILINE,
)
"""A line that begins a statement at the top level, if the file is indented as usual."""


def parse(source: Source) -> tuple[Node, ...]:
    """The roots of the trees that make up the file, in order; one, unless there are errors. Offsets are those of `source.data`.

    A file that does not parse is read again in several ways, and the one that loses least is kept: as the other dialect,
    without what the grammars are known not to read, and statement by statement, so that an error ends with its own.
    """
    plain, jsx = tree_sitter_typescript.language_typescript, tree_sitter_typescript.language_tsx
    typed = source.path.lower().endswith(_WITHOUT_JSX)
    parser = Parser(Language(plain() if typed else jsx()))
    root = parser.parse(source.data).root_node
    if not root.has_error:
        return (root,)
    from keylint.languages.typescript.repairs import repaired

    best, whole, losses = parser, root, _lost((root,))
    other = Parser(Language(jsx() if typed else plain()))
    data = repaired(source.data, typed=typed)
    attempts = [(parser, data)] if data != source.data else []
    for tried, text in (*attempts, (other, source.data)):
        root = tried.parse(text).root_node
        lost = _lost((root,)) if root.has_error else 0
        if lost < losses:
            best, whole, losses = tried, root, lost
        if not lost:
            return (root,)
    pieces = _statements(best, data)
    return pieces if len(pieces) > 1 and _lost(pieces) < losses else (whole,)


def _statements(parser: Parser, data: bytes) -> tuple[Node, ...]:
    """Trees of the top-level statements, each parsed alone, as far as indentation tells them apart."""
    from tree_sitter import Range

    starts = [match.start() for match in _TOP_LEVEL.finditer(data)]
    if len(starts) < 2:
        return ()
    starts[0] = 0
    roots: list[Node] = []
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        # Rows and columns of the tree are not used.
        parser.included_ranges = [Range((0, 0), (0, end - start), start, end)]
        roots.append(parser.parse(data).root_node)
    return tuple(roots)


def _lost(roots: Sequence[Node]) -> int:
    """How many bytes stand in error nodes."""
    lost = 0
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node.is_error:
            lost += max(node.end_byte - node.start_byte, 1)
        elif node.is_missing:
            lost += 1
        elif node.has_error:
            pending.extend(node.children)
    return lost
