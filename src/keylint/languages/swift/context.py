"""What every part of the front end shares while one file is lowered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from keylint.program.module import Gap
from keylint.program.nodes import Opaque, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

    from keylint.languages.swift.conditions import Conditions

MAX_DEPTH = 110
"""How deep the neutral program nests before meaning is given up. Readers of the program recurse, too."""

EXTRAS = frozenset(("comment", "multiline_comment", "directive", "diagnostic", "shebang_line"))
"""Nodes that may stand anywhere and mean nothing."""

StatementsHandler = Callable[["Context", "list[Node]", int], list[Statement]]


def span(node: Node) -> Span:
    """Where `node` stands."""
    return Span(node.start_byte, node.end_byte)


def significant(nodes: Iterable[Node]) -> list[Node]:
    """`nodes` without comments and directives."""
    return [node for node in nodes if node.type not in EXTRAS]


def split(nodes: list[Node], separator: str) -> list[list[Node]]:
    """`nodes` between the tokens of type `separator`; brackets among `nodes` keep theirs together."""
    parts: list[list[Node]] = [[]]
    depth = 0
    for node in nodes:
        kind = node.type
        if kind == separator and depth == 0:
            parts.append([])
            continue
        if kind == "(":
            depth += 1
        elif kind == ")":
            depth -= 1
        parts[-1].append(node)
    return parts


class Context:
    """One file on its way to the neutral program."""

    __slots__ = ("actors", "anonymous", "conditions", "data", "depth", "falls", "in_type", "lost", "lower_statements", "skipped")

    def __init__(self, data: bytes, conditions: Conditions | None, actors: frozenset[str], lower_statements: StatementsHandler) -> None:
        self.data = data
        self.lost: list[Gap] = []
        """What nests too deep to be lowered."""
        self.conditions = conditions
        self.actors = actors
        """Names of the global actors that the file declares."""
        self.lower_statements = lower_statements
        """Lowers the children of a block; handed in because closures stand in expressions, which stand in statements."""
        self.depth = 0
        self.anonymous: list[int] = []
        """For each closure being lowered, how many anonymous parameters it was seen to use."""
        self.falls: list[bool] = []
        """For each switch case being lowered, whether a `fallthrough` was met."""
        self.in_type = False
        """Whether a bare name may be a member of `self`."""
        self.skipped: frozenset[int] = frozenset()
        """Start offsets of the declarations that cannot matter."""

    def too_deep(self, at: Span) -> Opaque:
        """What stands `at` where it nests too deep to be looked into: unknown, and noted as lost."""
        self.lost.append(Gap(at))
        return Opaque(at, (), "depth")

    def text(self, node: Node) -> str:
        """The source text of `node`."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def identifier(self, node: Node) -> str:
        """The name that `node` spells, without back-ticks."""
        return self.text(node).strip("`")
