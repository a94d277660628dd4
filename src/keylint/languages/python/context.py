"""What lowering one Python file carries along: places, scopes, imported names and what was lost."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from keylint.program.module import Gap, Parameter
from keylint.program.nodes import Span, Statement

MAX_DEPTH = 160
"""Nesting of expressions and statements beyond which a part becomes opaque, so that nobody downstream has to recurse deeper."""

Placed: TypeAlias = "ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler | ast.pattern"
"""Syntax nodes that know where they are."""


class Scope:
    """The function, or the file, whose names are being assigned.

    `assign` is the `Assign.scope` of a plain name, `outer` holds the names declared `global` or `nonlocal`, and `yields` is
    set when a `yield` was met.
    """

    __slots__ = ("assign", "outer", "yields")

    def __init__(self, assign: str, outer: frozenset[str] = frozenset()) -> None:
        self.assign = assign
        self.outer = outer
        self.yields = False

    def of(self, name: str) -> str:
        """The `Assign.scope` of `name`."""
        return "outer" if name in self.outer else self.assign


class Context:
    """The state of lowering one file.

    `starts` are the byte offsets at which the parser's lines begin. `ends`, where a damaged file was repaired before parsing, are
    the bytes at which its real lines end: places in repaired text are clamped to them. `skipped` holds the `id`s of syntax
    nodes that cannot matter. `aliases` maps a top-level imported name to its dotted origin. `fields` holds
    the initializer's parameters of each dataclass met so far. `define` lowers a nested function or class.
    """

    __slots__ = ("aliases", "data", "define", "depth", "ends", "fields", "fixed", "gaps", "scope", "skipped", "starts")

    def __init__(
        self,
        data: bytes,
        starts: list[int],
        ends: list[int] | None,
        gaps: Iterable[Gap],
        define: Callable[[Context, ast.stmt], Iterator[Statement]],
    ) -> None:
        self.data = data
        self.starts = starts
        self.ends = ends
        self.gaps = list(gaps)
        self.define = define
        self.aliases: dict[str, str] = {}
        self.skipped: set[int] = set()
        self.fields: dict[str, tuple[Parameter, ...]] = {}
        self.scope = Scope("block")
        self.depth = 0
        self.fixed: Span | None = None

    def span(self, node: Placed) -> Span:
        """Where `node` is."""
        end_line, end_column = node.end_lineno, node.end_col_offset
        if end_line is None or end_column is None:
            end_line, end_column = node.lineno, node.col_offset
        if self.ends is None and self.fixed is None:
            return Span(self.starts[node.lineno - 1] + node.col_offset, self.starts[end_line - 1] + end_column)
        if self.fixed is not None:
            return self.fixed
        start = self._clamped(node.lineno, node.col_offset)
        return Span(start, max(start, self._clamped(end_line, end_column)))

    def _clamped(self, line: int, column: int) -> int:
        assert self.ends is not None
        return max(0, min(self.starts[line - 1] + column, self.ends[line - 1]))

    def lose(self, span: Span) -> None:
        """Notes that the meaning of `span` is lost."""
        self.gaps.append(Gap(span))

    def origin(self, node: ast.expr) -> str:
        """The dotted name that `node` is, its first part traced through the file's imports; empty when it is no name."""
        name = dotted(node)
        head, dot, rest = name.partition(".")
        return self.aliases.get(head, head) + dot + rest


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text, empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))
