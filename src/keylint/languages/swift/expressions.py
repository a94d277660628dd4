"""Expressions: tokens put together by precedence, and the operands that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.swift.context import EXTRAS, MAX_DEPTH, Context, span
from keylint.languages.swift.operands import operand, trailing_closure, tuple_arguments
from keylint.languages.swift.operators import (
    ASSIGNMENT,
    CAST,
    COMPOUND,
    DEFAULT,
    OPERATIONS,
    PRECEDENCE,
    TERNARY,
    Token,
    is_assignment,
    tokens,
)
from keylint.languages.swift.types import type_name
from keylint.program.nodes import (
    Argument,
    Assign,
    Attempt,
    Await,
    Call,
    Choice,
    Dict,
    Expression,
    Index,
    ListDisplay,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Span,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_RIGHT_ASSOCIATIVE = frozenset(("??",))


def expression(context: Context, *nodes: Node) -> Expression:
    """The value of the sibling `nodes`, which spell one expression."""
    if len(nodes) == 1 and nodes[0].type not in COMPOUND:
        return _operand(context, nodes[0])
    row = tokens(list(nodes))
    if not row:
        return Opaque(Span(nodes[0].start_byte, nodes[-1].end_byte) if nodes else Span(0, 0), (), "missing")
    return _assembled(context, row)


def argument_value(context: Context, nodes: list[Node]) -> tuple[Expression, bool]:
    """The value that `nodes` spell in an argument list, and whether it is handed over `inout` (`&x`)."""
    if nodes and nodes[0].type == "prefix_expression":
        row = tokens(nodes)
        if row[0].kind == "prefix" and row[0].text == "&" and len(row) > 1:
            return _assembled(context, row[1:]), True
    return expression(context, *nodes), False


def _operand(context: Context, node: Node) -> Expression:
    if context.depth >= MAX_DEPTH:
        return context.too_deep(span(node))
    context.depth += 1
    try:
        return operand(context, node)
    finally:
        context.depth -= 1


def _assembled(context: Context, row: list[Token]) -> Expression:
    errors = [token for token in row if token.kind == "error"]
    if errors:
        row = [token for token in row if token.kind != "error"]
    at = Span(row[0].start, row[-1].end) if row else Span(errors[0].start, errors[-1].end)
    if context.depth + len(row) > MAX_DEPTH:
        return _flat(context, row, at)
    strays: list[Expression] = [stray(context, token.node) for token in errors]
    if not row:
        return Opaque(at, tuple(strays), "ERROR")
    reader = _Reader(context, row)
    value = reader.expression(ASSIGNMENT)[0]
    rest: list[Expression] = []
    while reader.index < len(row):
        reached = reader.index
        rest.append(reader.expression(ASSIGNMENT)[0])
        if reader.index == reached:
            reader.index += 1
    if strays or rest:
        return Opaque(Span(min(at.start, *(s.span.start for s in strays)), at.end) if strays else at, (*strays, value, *rest), "ERROR")
    return value


def stray(context: Context, error: Node) -> Expression:
    """The error node `error` where a value is expected: unknown, with what it still tells inside."""
    from keylint.program.module import Function
    from keylint.program.nodes import Block, Lambda

    at = span(error)
    if context.depth >= MAX_DEPTH:
        return context.too_deep(at)
    context.depth += 1
    body = context.lower_statements(context, error.children, error.start_byte)
    context.depth -= 1
    if not body:
        return Opaque(at, (), "ERROR")
    # A closure that nobody is seen to call: what stands there may run, in an order that nobody knows.
    closure = Function(at, "", at, (), Block(at, tuple(body)), kind="closure", implicit_self=context.in_type)
    return Opaque(at, (Lambda(at, closure),), "ERROR")


def _flat(context: Context, row: list[Token], at: Span) -> Expression:
    """An unknown value that still holds the operands and arguments of a chain that is too long to nest."""
    if context.depth + 2 > MAX_DEPTH:
        return context.too_deep(at)
    context.depth += 1
    children: list[Expression] = []
    for token in row:
        if token.kind == "operand":
            children.append(_operand(context, token.node))
        elif token.kind == "ternary":
            children.append(expression(context, token.node))
        elif token.kind == "call":
            children.extend(argument.value for argument in call_arguments(context, token.node)[0])
    context.depth -= 1
    return Opaque(at, tuple(children), "depth")


class _Reader:
    """Puts a row of tokens together. Each method yields an expression and where its text starts, parentheses included."""

    __slots__ = ("base", "context", "index", "row")

    def __init__(self, context: Context, row: list[Token]) -> None:
        self.context = context
        self.row = row
        self.index = 0
        self.base = context.depth

    def expression(self, floor: int) -> tuple[Expression, int]:
        """Reads operators that bind at least as tightly as `floor`."""
        left, start = self.unary(floor)
        row = self.row
        while self.index < len(row):
            token = row[self.index]
            kind = token.kind
            if kind == "infix":
                text = token.text
                if is_assignment(text):
                    if floor > ASSIGNMENT:
                        break
                    self.index += 1
                    left = self._assign(left, start, text)
                    continue
                precedence = PRECEDENCE.get(text, DEFAULT)
                if precedence < floor:
                    break
                self.index += 1
                right = self.expression(precedence if text in _RIGHT_ASSOCIATIVE else precedence + 1)[0]
                at = Span(start, self._end())
                operator = OPERATIONS.get(text)
                left = Operation(at, operator, (left, right)) if operator else Opaque(at, (left, right), text)
            elif kind == "cast":
                if floor > CAST:
                    break
                self.index += 1
                left = _cast(left, token, start)
            elif kind == "ternary":
                if floor > TERNARY:
                    break
                self.index += 1
                then = self._nested(token.node)
                otherwise = self.expression(TERNARY)[0]
                left = Choice(Span(start, self._end()), left, then, otherwise)
            else:
                break
        return left, start

    def unary(self, floor: int) -> tuple[Expression, int]:
        """Reads prefixes, an operand, and its suffixes."""
        row = self.row
        if self.index >= len(row):
            end = row[-1].end
            return Opaque(Span(end, end), (), "missing"), end
        token = row[self.index]
        kind = token.kind
        if kind in ("try", "await", "prefix", "infix", "postfix"):
            self.index += 1
        if kind == "try":
            value, _ = self.expression(min(floor, DEFAULT) if floor > ASSIGNMENT else ASSIGNMENT)
            if token.text == "try?":
                return Attempt(Span(token.start, self._end()), value), token.start
            return value, token.start
        if kind == "await":
            value, _ = self.expression(min(floor, DEFAULT) if floor > ASSIGNMENT else ASSIGNMENT)
            return Await(Span(token.start, self._end()), value), token.start
        if kind == "prefix" and token.text == ".":
            return self._suffixes(*self._implicit_member(token))
        if kind in ("prefix", "infix", "postfix", "!"):
            if kind == "!":
                self.index += 1
            value, _ = self.unary(CAST + 1)
            return _prefixed(token, value, self._end()), token.start
        if kind == "operand":
            return self._suffixes(*self._operand(token))
        # A suffix without anything before it: what it holds is kept.
        self.index += 1
        at = Span(token.start, token.end)
        if kind == "call":
            return Opaque(at, tuple(argument.value for argument in call_arguments(self.context, token.node)[0]), "ERROR"), token.start
        return Opaque(at, (), "ERROR"), token.start

    def _end(self) -> int:
        return self.row[self.index - 1].end

    def _nested(self, node: Node) -> Expression:
        """The value of `node`, as deep as it will stand once the tokens to come are put around it."""
        self.context.depth = self.base + len(self.row) - self.index + 1
        try:
            return expression(self.context, node)
        finally:
            self.context.depth = self.base

    def _assign(self, target: Expression, start: int, text: str) -> Expression:
        value = self.expression(ASSIGNMENT)[0]
        operator = text[:-1]
        return Assign(Span(start, self._end()), target, value, operator=OPERATIONS.get(operator, operator))

    def _implicit_member(self, dot: Token) -> tuple[Expression, int]:
        if self.index < len(self.row) and self.row[self.index].kind == "operand":
            token = self.row[self.index]
            self.index += 1
            at = Span(token.start, token.end)
            return Member(Span(dot.start, token.end), None, self.context.identifier(token.node), at), dot.start
        return Opaque(Span(dot.start, dot.end), (), "ERROR"), dot.start

    def _operand(self, token: Token) -> tuple[Expression, int]:
        self.index += 1
        node = token.node
        if node.type in ("dictionary_literal", "array_literal") and self._calls():
            suffix = self.row[self.index]
            self.index += 1
            return self._constructed(node, suffix), token.start
        value = self._nested(node)
        if node.type == "key_path_expression":
            while self.index < len(self.row) and self.row[self.index].kind in ("member", "call", "?", "!"):
                self.index += 1
        return value, token.start

    def _calls(self) -> bool:
        """Whether the next token is a call with parentheses."""
        if self.index >= len(self.row) or self.row[self.index].kind != "call":
            return False
        first = self.row[self.index].node.children[0]
        return first.type == "value_arguments" and bool(first.children) and first.children[0].type == "("

    def _constructed(self, node: Node, suffix: Token) -> Expression:
        """`[K: V](…)` and `[T](…)`."""
        at = Span(node.start_byte, suffix.end)
        arguments, _ = self._call_arguments(suffix)
        if arguments:
            name = "Dictionary" if node.type == "dictionary_literal" else "Array"
            return Call(at, Name(span(node), name), arguments)
        return Dict(at, ()) if node.type == "dictionary_literal" else ListDisplay(at, ())

    def _end_of_generic_arguments(self, token: Token) -> int:
        """Where the `<B>` of `A<B>.c` and `A<B>(c)` ends, which the grammar takes for comparisons; 0 if it is none."""
        row, index = self.row, self.index
        if token.text != "<" or token.start != row[index - 1].end:
            return 0
        close = next((at for at in range(index + 1, min(index + 12, len(row) - 1)) if row[at].text == ">"), 0)
        if not close or row[close].start != row[close - 1].end or row[close + 1].start != row[close].end:
            return 0
        following = row[close + 1]
        if following.kind == "prefix" and following.text == "." and close + 2 < len(row):
            return close + 1
        return close + 1 if following.node.type == "tuple_expression" else 0

    def _construct(self, value: Expression, start: int) -> Expression:
        """The call of `A<B>(c)`, whose arguments the grammar takes for a tuple."""
        token = self.row[self.index]
        self.index += 1
        self.context.depth = self.base + len(self.row) - self.index + 1
        try:
            arguments = tuple_arguments(self.context, token.node)
        finally:
            self.context.depth = self.base
        return Call(Span(start, token.end), value, arguments)

    def _call_arguments(self, token: Token) -> tuple[tuple[Argument, ...], str]:
        self.context.depth = self.base + len(self.row) - self.index + 1
        try:
            return call_arguments(self.context, token.node)
        finally:
            self.context.depth = self.base

    def _suffixes(self, value: Expression, start: int) -> tuple[Expression, int]:
        row = self.row
        optional = False
        while self.index < len(row):
            token = row[self.index]
            kind = token.kind
            if kind == "member":
                self.index += 1
                value = self._member(value, start, token, optional)
            elif kind == "call":
                self.index += 1
                value = self._call(value, start, token, optional)
            elif kind == "?":
                self.index += 1
                optional = True
                continue
            elif kind == "!":
                self.index += 1
            elif kind == "postfix":
                self.index += 1
                value = Opaque(Span(start, token.end), (value,), token.text)
            elif kind == "infix" and (following := self._end_of_generic_arguments(token)):
                self.index = following
                if row[following].kind == "operand":
                    value = self._construct(value, start)
            elif kind == "prefix" and token.text == "." and self.index + 1 < len(row):
                name = row[self.index + 1]
                self.index += 2
                value = Member(Span(start, name.end), value, self.context.text(name.node), Span(name.start, name.end))
            else:
                break
            optional = False
        return value, start

    def _member(self, value: Expression, start: int, token: Token, optional: bool) -> Expression:
        name = next((child for child in token.node.children if child.is_named and child.type not in EXTRAS), token.node)
        return Member(Span(start, token.end), value, self.context.identifier(name), span(name), optional)

    def _call(self, value: Expression, start: int, token: Token, optional: bool) -> Expression:
        at = Span(start, token.end)
        arguments, bracket = self._call_arguments(token)
        if bracket == "reference":
            return value
        if bracket == "[":
            if len(arguments) == 1 and arguments[0].label is None and not arguments[0].trailing:
                return Index(at, value, arguments[0].value, optional)
            callee = Member(at, value, "subscript", Span(token.start, token.start), optional)
            return Call(at, callee, arguments)
        if isinstance(value, Call) and arguments and all(argument.trailing for argument in arguments):
            # the grammar gives `f(x) { … }` as a call of a call
            return Call(at, value.callee, (*value.arguments, *arguments), value.optional)
        return Call(at, value, arguments, optional)


def _cast(value: Expression, token: Token, start: int) -> Expression:
    at = Span(start, token.end)
    if token.text == "as?":
        return Attempt(at, value, "cast")
    if token.text == "is":
        return Operation(at, "is", (value, Name(span(token.node), type_name(token.node) or "")))
    return value


def _prefixed(token: Token, value: Expression, end: int) -> Expression:
    at = Span(token.start, end)
    text = token.text
    if text == "!":
        return Operation(at, "not", (value,))
    if text in ("&", "+"):
        return value
    if text == "-":
        if isinstance(value, Literal) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
            return Literal(at, -value.value)
        return Operation(at, "-", (value,))
    return Opaque(at, (value,), text)


def call_arguments(context: Context, suffix: Node) -> tuple[tuple[Argument, ...], str]:
    """The arguments of a call suffix, and the bracket they stand in; `reference` for `f(a:b:)`, which calls nothing."""
    out: list[Argument] = []
    bracket = "("
    label: str | None = None
    for child in suffix.children:
        kind = child.type
        if kind == "value_arguments":
            bracket = value_arguments(context, child, out)
        elif kind == "lambda_literal":
            out.append(trailing_closure(context, child, label))
            label = None
        elif kind == "simple_identifier":
            label = context.text(child)
        elif child.is_error:
            out.append(Argument(span(child), stray(context, child), spread="*"))
    return tuple(out), bracket


def value_arguments(context: Context, node: Node, out: list[Argument]) -> str:
    """Adds the arguments in parentheses or brackets to `out`; yields the bracket, or `reference`."""
    children = node.children
    bracket = children[0].type if children else "("
    conditions = context.conditions
    base = len(conditions.path(node.start_byte)) if conditions else 0
    for child in children:
        if child.is_error:
            out.append(Argument(span(child), stray(context, child), spread="*"))
        if child.type != "value_argument":
            continue
        if conditions and any(branch for _, branch in conditions.path(child.start_byte)[base:]):
            # Alternatives of one argument: the first branch stands for all.
            continue
        parts = [part for part in child.children if part.type not in EXTRAS and part.type != "type_modifiers"]
        label = None
        if len(parts) > 1 and parts[0].type == "value_argument_label" and parts[1].type == ":":
            label = context.identifier(parts[0])
            parts = parts[2:]
            if not parts or parts[0].type == "value_argument_label":
                return "reference"
        value, inout = argument_value(context, parts)
        out.append(Argument(span(child), value, label, inout=inout))
    return bracket
