"""The patterns of `match`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from keylint.languages.python.context import Context
from keylint.languages.python.expressions import expression
from keylint.program.nodes import Block, Case, Expression, Literal, Name, Opaque, Span

_MAX_NESTING = 60


def case(context: Context, node: ast.match_case, block: Callable[[Context, Sequence[ast.stmt], Span], Block]) -> Case:
    """Lowers one `case`."""
    start = context.span(node.pattern)
    patterns = _alternatives(context, node.pattern)
    binds = _binds(context, node.pattern)
    guard = None if node.guard is None else expression(context, node.guard)
    body = block(context, node.body, start)
    return Case(Span(start.start, max(start.end, body.span.end)), patterns or (), body, guard, binds)


def _alternatives(context: Context, node: ast.pattern, depth: int = 0) -> tuple[Expression, ...] | None:
    """What the subject is compared with; `None` when anything matches."""
    if depth > _MAX_NESTING:
        return (Opaque(context.span(node), (), "depth"),)
    if isinstance(node, ast.MatchOr):
        result: list[Expression] = []
        for part in node.patterns:
            alternatives = _alternatives(context, part, depth + 1)
            if alternatives is None:
                return None
            result.extend(alternatives)
        return tuple(result)
    if isinstance(node, ast.MatchAs):
        return None if node.pattern is None else _alternatives(context, node.pattern, depth + 1)
    if isinstance(node, ast.MatchValue):
        return (expression(context, node.value),)
    if isinstance(node, ast.MatchSingleton):
        return (Literal(context.span(node), node.value),)
    children: list[Expression] = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.MatchValue):
            children.append(expression(context, inner.value))
        elif isinstance(inner, ast.MatchClass):
            children.append(expression(context, inner.cls))
        elif isinstance(inner, ast.MatchMapping):
            children.extend([expression(context, key) for key in inner.keys])
    return (Opaque(context.span(node), tuple(children), type(node).__name__),)


def _binds(context: Context, node: ast.pattern) -> tuple[Name, ...]:
    names: dict[str, Name] = {}
    for part in ast.walk(node):
        if isinstance(part, (ast.MatchAs, ast.MatchMapping, ast.MatchStar)):
            name = part.rest if isinstance(part, ast.MatchMapping) else part.name
            if name is not None:
                names.setdefault(name, Name(context.span(part), name))
    return tuple(names.values())
