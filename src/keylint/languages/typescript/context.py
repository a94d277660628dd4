"""What every part of the front end shares while one file is lowered: dispatch by node type, spans, and the bound on depth."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from keylint.program.module import Gap
from keylint.program.nodes import Block, Define, Evaluate, Expression, Lambda, Opaque, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 110
"""How deep expressions and statements nest before their meaning is given up. Readers of the program recurse, too."""

SPARE_DEPTH = 40
"""How much deeper the operands of something given up may go, so that the calls among them are still seen."""

EXTRAS = frozenset(("comment", "html_comment", "hash_bang_line"))
"""Nodes that may stand anywhere and mean nothing."""

_WRAPPERS = frozenset(
    (
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "instantiation_expression",
    )
)

_ITEM_LISTS = frozenset(("object", "array"))
"""Nodes whose handlers keep an error in its place, so that only its own part is unknown."""

_FIRST_OPERANDS = ("function", "object", "left", "condition", "constructor", "tag")

ExpressionHandler = Callable[["Lowering", "Node"], Expression]
StatementHandler = Callable[["Lowering", "Node", list[Statement]], None]


class ErrorHandler(Protocol):
    """Makes statements of what an error node still tells, apart from nodes of the `handled` types."""

    def __call__(self, context: Lowering, error: Node, handled: Container[str] = ()) -> list[Statement]: ...


_new_tuple = tuple.__new__


def span(node: Node) -> Span:
    """Where `node` stands."""
    # The commonest call of all: this is `Span(…)` without its detour through Python.
    return _new_tuple(Span, (node.start_byte, node.end_byte))


def parts(node: Node) -> Iterator[Node]:
    """The named children that mean something."""
    return (child for child in node.named_children if child.type not in EXTRAS)


def first(node: Node) -> Node | None:
    """The first named child that means something."""
    for child in node.named_children:
        if child.type not in EXTRAS and not child.is_error:
            return child
    return None


def unwrap(node: Node) -> Node:
    """`node` without the wrappers that change nothing about its value: parentheses, casts, `!`."""
    while True:
        if node.type in _WRAPPERS:
            inner = first(node)
        elif node.type == "type_assertion":
            inner = node.named_children[-1]
        else:
            return node
        if inner is None:
            return node
        node = inner


class Lowering:
    """One file on its way to the neutral program."""

    __slots__ = ("_error", "_expressions", "_limit", "_statements", "data", "depth", "hoisted", "lost", "top_level")

    def __init__(
        self,
        data: bytes,
        expressions: Mapping[str, ExpressionHandler],
        statements: Mapping[str, StatementHandler],
        error: ErrorHandler,
    ) -> None:
        self.data = data
        self.lost: list[Gap] = []
        """What nests too deep to be lowered."""
        self.hoisted: list[Define] = []
        """Classes met inside an expression; the statement that holds it is preceded by them."""
        self.top_level: set[int] = set()
        """Ids of the nodes that the file itself lists, so that an error node around them does not list them again."""
        self._expressions = expressions
        self._statements = statements
        self._error = error
        self.depth = 0
        """How many expressions, statements and patterns enclose what is being lowered."""
        self._limit = MAX_DEPTH

    def text(self, node: Node) -> str:
        """The source text of `node`."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def is_expression(self, node: Node) -> bool:
        """Whether `node` can be given to `expression` and mean something."""
        return node.type in self._expressions or node.type in _WRAPPERS or node.type == "type_assertion"

    def is_statement(self, node: Node) -> bool:
        """Whether `node` can be given to `statement` and mean something."""
        return node.type in self._statements

    def expression(self, node: Node) -> Expression:
        """The value of `node`."""
        inner = node
        handler = self._expressions.get(node.type)
        if handler is None:
            inner = unwrap(node)
            handler = self._expressions.get(inner.type)
            if handler is None:
                return Opaque(span(inner), (), inner.type)
        if not inner.child_count and inner is node:
            return handler(self, node)
        if self.depth >= self._limit:
            return self._spine(inner)
        self.depth += 1
        try:
            result = handler(self, inner)
            return self._with_errors(node, result) if node.has_error else result
        finally:
            self.depth -= 1

    def optional_expression(self, node: Node | None) -> Expression | None:
        """The value of `node` where there is one."""
        return None if node is None else self.expression(node)

    def field(self, node: Node, name: str) -> Expression:
        """The value of the child called `name`; unknown where the parser lost it."""
        child = node.child_by_field_name(name)
        return Opaque(span(node), (), "missing") if child is None else self.expression(child)

    def operand(self, node: Node) -> Expression:
        """The value of the only operand of `node`."""
        child = first(node)
        return Opaque(span(node), (), "missing") if child is None else self.expression(child)

    def statement(self, node: Node, out: list[Statement]) -> None:
        """Appends what `node` does to `out`."""
        if node.is_error:
            out.extend(self._error(self, node))
            return
        handler = self._statements.get(node.type)
        if handler is None:
            return
        if self.depth >= self._limit:
            out.append(Evaluate(span(node), self.too_deep(node)))
            return
        self.depth += 1
        try:
            if node.has_error and node.type != "statement_block":
                for child in node.children:
                    if child.is_error:
                        out.extend(self._error(self, child))
            hoisted, self.hoisted = self.hoisted, []
            mark = len(out)
            handler(self, node, out)
            if self.hoisted:
                out[mark:mark] = self.hoisted
            self.hoisted = hoisted
        finally:
            self.depth -= 1

    def block(self, node: Node | None, at: Span) -> Block:
        """`node` as a block, whether or not it has braces; an empty one at `at` where the parser lost it."""
        if node is None:
            return Block(at, ())
        out: list[Statement] = []
        if node.type == "statement_block":
            for child in node.named_children:
                self.statement(child, out)
        else:
            self.statement(node, out)
        return Block(span(node), tuple(out))

    def deeper(self, levels: int) -> bool:
        """Whether `levels` more levels may nest here: for lists that a handler folds into nesting of its own."""
        return self.depth + levels < self._limit

    def errors(self, node: Node, handled: Container[str] = ()) -> list[Statement]:
        """What the error node `node` still tells, apart from nodes of the `handled` types."""
        return self._error(self, node, handled)

    def stray(self, node: Node) -> Expression:
        """The error node `node` where a value is expected: unknown, with what it still tells inside."""
        from keylint.program.module import Function

        at = span(node)
        body = self._error(self, node)
        if not body:
            return Opaque(at, (), "ERROR")
        # A closure that nobody is seen to call: what stands there may run, in an order that nobody knows.
        closure = Function(at, "", at, (), Block(at, tuple(body)), kind="closure", binds_this=False, visibility="private")
        return Opaque(at, (Lambda(at, closure),), "ERROR")

    def _with_errors(self, node: Node, result: Expression) -> Expression:
        """`result`, unknown if the parser skipped something between its parts that may have changed it."""
        strays: list[Expression] = []
        layer: Node | None = node
        while layer is not None:
            if layer.type not in _ITEM_LISTS:
                strays.extend(self.stray(child) for child in layer.children if child.is_error and not self._is_annotation(child))
            layer = first(layer) if layer.type in _WRAPPERS else None
        return Opaque(span(node), (*strays, result), "ERROR") if strays else result

    def _is_annotation(self, error: Node) -> bool:
        """Flow's `(value: Type)`, which says nothing about the value."""
        return self.data[error.start_byte : error.start_byte + 1] == b":"

    def too_deep(self, node: Node) -> Expression:
        """`node` where it nests too deep to be looked into: unknown, and noted as lost."""
        at = span(node)
        self.lost.append(Gap(at))
        return Opaque(at, (), "depth")

    def _spine(self, node: Node) -> Expression:
        """An unknown value that still holds the operands along the spine of a long chain, in evaluation order."""
        at = span(node)
        if self._limit > MAX_DEPTH:
            return self.too_deep(node)
        spine = [node]
        while (below := _first_operand(spine[-1])) is not None:
            spine.append(unwrap(below))
        bottom = max(len(spine) - SPARE_DEPTH // 2, 1)
        self._limit += SPARE_DEPTH
        try:
            operands = [self.expression(spine[bottom])] if bottom < len(spine) else []
            for index in range(bottom - 1, -1, -1):
                below_at = spine[index + 1].start_byte if index + 1 < len(spine) else -1
                for child in spine[index].named_children:
                    if child.start_byte == below_at:
                        continue
                    if child.type == "arguments":
                        operands.extend(self.expression(argument) for argument in parts(child) if self.is_expression(argument))
                    elif self.is_expression(child):
                        operands.append(self.expression(child))
                    elif child.child_count:
                        operands.append(self.too_deep(child))
        finally:
            self._limit -= SPARE_DEPTH
        return Opaque(at, tuple(operands), "depth")


def _first_operand(node: Node) -> Node | None:
    for name in _FIRST_OPERANDS:
        child = node.child_by_field_name(name)
        if child is not None:
            return child
    return None
