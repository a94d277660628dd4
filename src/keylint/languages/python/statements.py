"""Python statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from keylint.languages.python.context import MAX_DEPTH, Context
from keylint.languages.python.expressions import assign_scope, binary, expression, expressions, target
from keylint.languages.python.imports import executed, for_type_checkers
from keylint.languages.python.patterns import case
from keylint.languages.python.types import type_text
from keylint.program.nodes import (
    Assign,
    Block,
    Break,
    Call,
    Continue,
    Evaluate,
    Expression,
    Handler,
    If,
    Loop,
    Name,
    Opaque,
    Operation,
    Raise,
    Region,
    Return,
    Span,
    Statement,
    Switch,
    Try,
)

_AUGMENTED: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}


def block(context: Context, nodes: Sequence[ast.stmt], at: Span) -> Block:
    """Lowers a suite; `at` is its place when it is empty."""
    statements: list[Statement] = []
    for node in nodes:
        statements.extend(lowered(context, node))
    if nodes:
        at = Span(context.span(nodes[0]).start, max(context.span(nodes[0]).start, context.span(nodes[-1]).end))
    return Block(at, tuple(statements))


def lowered(context: Context, node: ast.stmt) -> list[Statement]:
    """Lowers one statement to none, one or several."""
    if id(node) in context.skipped:
        return []
    depth = context.depth
    if depth >= MAX_DEPTH:
        span = context.span(node)
        context.lose(span)
        return [Evaluate(span, Opaque(span, (), "depth"))]
    context.depth = depth + 1
    handler = _HANDLERS.get(type(node))
    result = list(handler(context, node)) if handler else [_unknown(context, node)]
    context.depth = depth
    return result


def _expression(context: Context, node: ast.Expr) -> Iterator[Statement]:
    if not isinstance(node.value, ast.Constant):
        yield Evaluate(context.span(node), expression(context, node.value))


def _assign(context: Context, node: ast.Assign) -> Iterator[Statement]:
    span = context.span(node)
    value = expression(context, node.value)
    for left in reversed(node.targets):
        value = Assign(span, target(context, left), value, assign_scope(context, left))
    yield Evaluate(span, value)


def _annotated(context: Context, node: ast.AnnAssign) -> Iterator[Statement]:
    if node.value is None and not isinstance(node.target, ast.Name):
        return
    span = context.span(node)
    value = None if node.value is None else expression(context, node.value)
    annotation = type_text(node.annotation)
    yield Evaluate(
        span, Assign(span, target(context, node.target), value, assign_scope(context, node.target), type_name=annotation.name)
    )


def _augmented(context: Context, node: ast.AugAssign) -> Iterator[Statement]:
    span = context.span(node)
    left = target(context, node.target)
    scope = assign_scope(context, node.target)
    value = expression(context, node.value)
    if operator := _AUGMENTED.get(type(node.op)):
        yield Evaluate(span, Assign(span, left, value, scope, operator))
    else:
        yield Evaluate(span, Assign(span, left, binary(context, span, node.op, left, value), scope))


def _delete(context: Context, node: ast.Delete) -> Iterator[Statement]:
    for left in node.targets:
        span = context.span(left)
        parts = left.elts if isinstance(left, (ast.Tuple, ast.List)) else [left]
        for part in expressions(context, parts):
            yield Evaluate(span, Operation(span, "delete", (part,)))


def _if(context: Context, node: ast.If) -> Iterator[Statement]:
    span = context.span(node)
    if for_type_checkers(node.test):
        for statement in node.orelse:
            yield from lowered(context, statement)
        return
    test = expression(context, node.test)
    then = block(context, node.body, span)
    yield If(span, test, then, block(context, node.orelse, span) if node.orelse else None)


def _while(context: Context, node: ast.While) -> Iterator[Statement]:
    span = context.span(node)
    test = expression(context, node.test)
    body = block(context, node.body, span)
    yield Loop(span, body, test=test, otherwise=block(context, node.orelse, span) if node.orelse else None)


def _for(context: Context, node: ast.For | ast.AsyncFor) -> Iterator[Statement]:
    span = context.span(node)
    iterable = expression(context, node.iter)
    variable = target(context, node.target)
    body = block(context, node.body, span)
    otherwise = block(context, node.orelse, span) if node.orelse else None
    yield Loop(span, body, variable, iterable, awaits=isinstance(node, ast.AsyncFor), otherwise=otherwise)


def _with(context: Context, node: ast.With | ast.AsyncWith) -> Iterator[Statement]:
    span = context.span(node)
    awaits = isinstance(node, ast.AsyncWith)
    if len(node.items) > MAX_DEPTH // 2:
        context.lose(span)
        yield Evaluate(span, Opaque(span, (), "depth"))
        return
    heads: list[tuple[Span, tuple[Expression, ...] | None, Expression, Expression | None]] = []
    for item in node.items:
        start = context.span(item.context_expr).start if heads else span.start
        suppressed = None if awaits else _suppressed(context, item.context_expr)
        manager = Opaque(span) if suppressed is not None else expression(context, item.context_expr)
        variable = None if item.optional_vars is None else target(context, item.optional_vars)
        heads.append((Span(start, max(start, span.end)), suppressed, manager, variable))
    body = block(context, node.body, span)
    result: Statement = body
    for place, suppressed, manager, variable in reversed(heads):
        inner = result if isinstance(result, Block) else Block(result.span, (result,))
        if suppressed is None:
            result = Region(place, manager, inner, variable, awaits)
        elif suppressed:
            result = Try(place, inner, (Handler(place, suppressed, None, Block(Span(place.end, place.end), ())),))
        else:
            result = inner
    yield result


def _suppressed(context: Context, manager: ast.expr) -> tuple[Expression, ...] | None:
    """What `contextlib.suppress(...)` suppresses: it is a `try` whose handler does nothing."""
    if not isinstance(manager, ast.Call) or manager.keywords or any(isinstance(part, ast.Starred) for part in manager.args):
        return None
    return expressions(context, manager.args) if context.origin(manager.func) == "contextlib.suppress" else None


def _try(context: Context, node: Any) -> Iterator[Statement]:
    span = context.span(node)
    body = block(context, node.body, span)
    handlers = tuple([_handler(context, handler) for handler in node.handlers])
    otherwise = block(context, node.orelse, span) if node.orelse else None
    yield Try(span, body, handlers, otherwise, block(context, node.finalbody, span) if node.finalbody else None)


def _handler(context: Context, node: ast.ExceptHandler) -> Handler:
    types: tuple[Expression, ...] = ()
    if isinstance(node.type, ast.Tuple):
        types = expressions(context, node.type.elts)
    elif node.type is not None:
        types = (expression(context, node.type),)
    span = context.span(node)
    return Handler(span, types, node.name, block(context, node.body, span))


def _return(context: Context, node: ast.Return) -> Iterator[Statement]:
    yield Return(context.span(node), None if node.value is None else expression(context, node.value))


def _raise(context: Context, node: ast.Raise) -> Iterator[Statement]:
    yield Raise(context.span(node), None if node.exc is None else expression(context, node.exc))


def _assert(context: Context, node: ast.Assert) -> Iterator[Statement]:
    span = context.span(node)
    failure = Raise(span, Call(span, Name(span, "AssertionError"), ()))
    yield If(span, expression(context, node.test), Block(span, ()), Block(span, (failure,)))


def _match(context: Context, node: ast.Match) -> Iterator[Statement]:
    span = context.span(node)
    subject = expression(context, node.subject)
    yield Switch(span, subject, tuple([case(context, part, block) for part in node.cases]))


def _import(context: Context, node: ast.Import | ast.ImportFrom) -> Iterator[Statement]:
    return executed(context, node)


def _break(context: Context, node: ast.Break) -> Iterator[Statement]:
    yield Break(context.span(node))


def _continue(context: Context, node: ast.Continue) -> Iterator[Statement]:
    yield Continue(context.span(node))


def _define(context: Context, node: ast.stmt) -> Iterator[Statement]:
    return context.define(context, node)


def _nothing(context: Context, node: ast.stmt) -> Iterator[Statement]:
    return iter(())


def _unknown(context: Context, node: ast.stmt) -> Statement:
    span = context.span(node)
    children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return Evaluate(span, Opaque(span, expressions(context, children), type(node).__name__))


_HANDLERS: dict[type[ast.stmt], Callable[[Context, Any], Iterator[Statement]]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _define,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.Break: _break,
    ast.ClassDef: _define,
    ast.Continue: _continue,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: _for,
    ast.FunctionDef: _define,
    ast.Global: _nothing,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Match: _match,
    ast.Nonlocal: _nothing,
    ast.Pass: _nothing,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Try: _try,
    ast.While: _while,
    ast.With: _with,
}

# `except*` came with Python 3.11; a type alias (3.12) is evaluated lazily, if ever.
for _name, _handler_of in (("TryStar", _try), ("TypeAlias", _nothing)):
    if _kind := getattr(ast, _name, None):
        _HANDLERS[_kind] = cast("Callable[[Context, Any], Iterator[Statement]]", _handler_of)
