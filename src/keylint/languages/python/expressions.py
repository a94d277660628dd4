"""Python expressions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from typing import Any, cast

from keylint.languages.python.context import MAX_DEPTH, Context, Scope
from keylint.languages.python.types import type_text
from keylint.program.module import Function, Parameter
from keylint.program.nodes import (
    Argument,
    Assign,
    Await,
    Block,
    Call,
    Choice,
    Comprehension,
    Dict,
    Entry,
    Expression,
    Index,
    Lambda,
    ListDisplay,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Return,
    Span,
    Spread,
    Template,
    Yield,
)

_BINARY: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "==",
    ast.IsNot: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_NO_FORMAT = -1
_AS_TEXT = 115
_LONG_CHAIN = 24
_MAX_INTEGER_BITS = 1024


def expression(context: Context, node: ast.expr) -> Expression:
    """Lowers one expression."""
    kind = type(node)
    if kind is ast.Name:
        return Name(context.span(node), cast(ast.Name, node).id)
    depth = context.depth
    if depth >= MAX_DEPTH:
        span = context.span(node)
        context.lose(span)
        return Opaque(span, (), "depth")
    context.depth = depth + 1
    handler = _HANDLERS.get(kind)
    result = handler(context, node) if handler else _opaque(context, node)
    context.depth = depth
    return result


def expressions(context: Context, nodes: Sequence[ast.expr]) -> tuple[Expression, ...]:
    """Lowers several, in order."""
    return tuple([expression(context, node) for node in nodes])


def target(context: Context, node: ast.expr) -> Expression:
    """Lowers what an assignment assigns to."""
    return expression(context, node)


def assign_scope(context: Context, node: ast.expr) -> str:
    """Where the names in an assignment's target go."""
    if isinstance(node, ast.Name):
        return context.scope.of(node.id)
    if isinstance(node, (ast.Tuple, ast.List)):
        names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
        return context.scope.of(names[0]) if names else "outer"
    return "outer"


def binary(context: Context, span: Span, operator: ast.operator, left: Expression, right: Expression) -> Expression:
    """`left operator right`, also as the value of an augmented assignment."""
    if name := _BINARY.get(type(operator)):
        return Operation(span, name, (left, right))
    if isinstance(operator, ast.BitOr) and (isinstance(left, Dict) or isinstance(right, Dict)):
        # Only a mapping can be joined with a dict display, so this is `{**left, **right}`.
        items = [side.items if isinstance(side, Dict) else (Spread(side.span, side),) for side in (left, right)]
        return Dict(span, (*items[0], *items[1]))
    return Opaque(span, (left, right), type(operator).__name__)


def parameters(context: Context, arguments: ast.arguments, brief: bool = False) -> tuple[Parameter, ...]:
    """Lowers a parameter list; `brief` leaves out defaults and types."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults.extend(arguments.defaults)
    unlabelled = len(arguments.posonlyargs)
    result = [
        _parameter(context, node, None if brief else default, "", index >= unlabelled, False, brief)
        for index, (node, default) in enumerate(zip(positional, defaults, strict=False))
    ]
    if arguments.vararg:
        result.append(_parameter(context, arguments.vararg, None, "*", False, False, brief))
    for node, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
        result.append(_parameter(context, node, None if brief else keyword_default, "", True, True, brief))
    if arguments.kwarg:
        result.append(_parameter(context, arguments.kwarg, None, "**", False, False, brief))
    return tuple(result)


def _parameter(
    context: Context, node: ast.arg, default: ast.expr | None, rest: str, labelled: bool, keyword_only: bool, brief: bool
) -> Parameter:
    annotation = type_text(None if brief else node.annotation)
    return Parameter(
        span=context.span(node),
        name=node.arg,
        label=node.arg if labelled else None,
        default=None if default is None else expression(context, default),
        rest=rest,
        optional=annotation.optional or (isinstance(default, ast.Constant) and default.value is None),
        type_name=annotation.name,
        keyword_only=keyword_only,
    )


def _constant(context: Context, node: ast.Constant) -> Expression:
    span = context.span(node)
    value = node.value
    if value is Ellipsis or isinstance(value, complex):
        return Opaque(span, (), "Constant")
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > _MAX_INTEGER_BITS:
        # Python refuses to print such a number, and no option is one.
        return Opaque(span, (), "Constant")
    if isinstance(value, str) and not value.isascii():
        # A lone surrogate, written as an escape, cannot be written out again.
        value = value.encode("utf-8", "replace").decode("utf-8")
    return Literal(span, value)


def _attribute(context: Context, node: ast.Attribute) -> Expression:
    value = expression(context, node.value)
    span = context.span(node)
    name = node.attr
    length = len(name) if name.isascii() else len(name.encode())
    return Member(span, value, name, Span(max(span.start, span.end - length), span.end))


def _call(context: Context, node: ast.Call) -> Expression:
    span = context.span(node)
    callee = node.func
    if isinstance(callee, ast.Name) and callee.id == "isinstance" and len(node.args) == 2 and not node.keywords:
        return Operation(span, "is", expressions(context, node.args))
    function = expression(context, callee)
    arguments: list[Argument] = []
    for positional in node.args:
        if isinstance(positional, ast.Starred):
            arguments.append(Argument(context.span(positional), expression(context, positional.value), None, "*"))
        else:
            value = expression(context, positional)
            arguments.append(Argument(value.span, value))
    for keyword in node.keywords:
        value = expression(context, keyword.value)
        arguments.append(Argument(context.span(keyword), value, keyword.arg, "" if keyword.arg else "**"))
    return Call(span, function, tuple(arguments))


def _subscript(context: Context, node: ast.Subscript) -> Expression:
    value = expression(context, node.value)
    return Index(context.span(node), value, expression(context, node.slice))


def _slice(context: Context, node: ast.Slice) -> Expression:
    bounds = [bound for bound in (node.lower, node.upper, node.step) if bound is not None]
    return Opaque(context.span(node), expressions(context, bounds), "Slice")


def _binary(context: Context, node: ast.BinOp) -> Expression:
    if isinstance(node.op, ast.Add) and isinstance(node.left, ast.BinOp):
        terms = [node.right]
        left: ast.expr = node.left
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            terms.append(left.right)
            left = left.left
        if len(terms) > _LONG_CHAIN:
            terms.append(left)
            terms.reverse()
            return _balanced("+", expressions(context, terms))
    left_value = expression(context, node.left)
    return binary(context, context.span(node), node.op, left_value, expression(context, node.right))


def _balanced(operator: str, operands: Sequence[Expression]) -> Expression:
    """An associative operator over many operands, as shallow as it can be."""
    if len(operands) == 1:
        return operands[0]
    if len(operands) == 2:
        left, right = operands
    else:
        # A short chain leans right, as it is evaluated; a long one is halved.
        middle = len(operands) // 2 if len(operands) > _LONG_CHAIN else 1
        left, right = _balanced(operator, operands[:middle]), _balanced(operator, operands[middle:])
    return Operation(Span(left.span.start, max(left.span.end, right.span.end)), operator, (left, right))


def _boolean(context: Context, node: ast.BoolOp) -> Expression:
    return _balanced("and" if isinstance(node.op, ast.And) else "or", expressions(context, node.values))


def _unary(context: Context, node: ast.UnaryOp) -> Expression:
    span = context.span(node)
    operand = expression(context, node.operand)
    if isinstance(node.op, ast.Not):
        return Operation(span, "not", (operand,))
    if isinstance(operand, Literal) and isinstance(operand.value, (int, float)) and not isinstance(operand.value, bool):
        if isinstance(node.op, ast.USub):
            return Literal(span, -operand.value)
        if isinstance(node.op, ast.UAdd):
            return Literal(span, operand.value)
    return Opaque(span, (operand,), type(node.op).__name__)


def _compare(context: Context, node: ast.Compare) -> Expression:
    operands = expressions(context, [node.left, *node.comparators])
    if len(operands) == 2:
        return Operation(context.span(node), _COMPARE[type(node.ops[0])], operands)
    pairs: list[Expression] = []
    for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
        pairs.append(Operation(Span(left.span.start, max(left.span.end, right.span.end)), _COMPARE[type(operator)], (left, right)))
    return _balanced("and", pairs)


def _choice(context: Context, node: ast.IfExp) -> Expression:
    test = expression(context, node.test)
    then = expression(context, node.body)
    return Choice(context.span(node), test, then, expression(context, node.orelse))


def _lambda(context: Context, node: ast.Lambda) -> Expression:
    span = context.span(node)
    declared = parameters(context, node.args)
    outer, context.scope = context.scope, Scope("function")
    value = expression(context, node.body)
    yields = context.scope.yields
    context.scope = outer
    body = Block(value.span, (Return(value.span, value),))
    name_span = Span(span.start, min(span.end, span.start + len("lambda")))
    return Lambda(span, Function(span, "", name_span, declared, body, kind="closure", is_generator=yields))


def _dict(context: Context, node: ast.Dict) -> Expression:
    items: list[Entry | Spread] = []
    for key_node, value_node in zip(node.keys, node.values, strict=False):
        if key_node is None:
            spread = expression(context, value_node)
            items.append(Spread(spread.span, spread))
            continue
        key = expression(context, key_node)
        value = expression(context, value_node)
        items.append(Entry(Span(key.span.start, max(key.span.end, value.span.end)), key, value))
    return Dict(context.span(node), tuple(items))


def _display(context: Context, node: ast.List | ast.Tuple | ast.Set) -> Expression:
    items: list[Expression | Spread] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            items.append(Spread(context.span(element), expression(context, element.value)))
        else:
            items.append(expression(context, element))
    return ListDisplay(context.span(node), tuple(items))


def _comprehension(context: Context, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Expression:
    kind = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator"}[type(node)]
    return _loops(context, context.span(node), kind, node.generators, None, node.elt)


def _dict_comprehension(context: Context, node: ast.DictComp) -> Expression:
    return _loops(context, context.span(node), "dict", node.generators, node.key, node.value)


def _loops(
    context: Context, span: Span, kind: str, generators: Sequence[ast.comprehension], key: ast.expr | None, element: ast.expr
) -> Expression:
    if len(generators) > MAX_DEPTH // 2:
        context.lose(span)
        return Opaque(span, (), "depth")
    heads = []
    for generator in generators:
        iterable = expression(context, generator.iter)
        if generator.is_async:
            iterable = Await(iterable.span, iterable)
        heads.append((target(context, generator.target), iterable, expressions(context, generator.ifs)))
    lowered_key = None if key is None else expression(context, key)
    result = expression(context, element)
    for variable, iterable, conditions in reversed(heads):
        result = Comprehension(span, kind, variable, iterable, conditions, result, lowered_key)
        # What an outer `for` collects is the inner comprehension as a whole, which has no key of its own.
        kind, lowered_key = ("list" if kind == "dict" else kind), None
    return result


def _await(context: Context, node: ast.Await) -> Expression:
    return Await(context.span(node), expression(context, node.value))


def _yield(context: Context, node: ast.Yield | ast.YieldFrom) -> Expression:
    context.scope.yields = True
    return Yield(context.span(node), None if node.value is None else expression(context, node.value))


def _walrus(context: Context, node: ast.NamedExpr) -> Expression:
    value = expression(context, node.value)
    return Assign(context.span(node), expression(context, node.target), value, assign_scope(context, node.target))


def _joined(context: Context, node: ast.JoinedStr) -> Expression:
    span = context.span(node)
    outer = context.fixed
    if not _PLACES_IN_TEMPLATES:
        context.fixed = span
    parts = expressions(context, node.values)
    context.fixed = outer
    return Template(span, parts)


def _formatted(context: Context, node: ast.FormattedValue) -> Expression:
    value = expression(context, node.value)
    if node.format_spec is None and node.conversion in (_NO_FORMAT, _AS_TEXT):
        return value
    # A format or `!r` changes the text: what comes out is no longer the value that went in.
    extra = () if node.format_spec is None else (expression(context, node.format_spec),)
    return Opaque(context.span(node), (value, *extra), "FormattedValue")


def _starred(context: Context, node: ast.Starred) -> Expression:
    return Opaque(context.span(node), (expression(context, node.value),), "Starred")


def _opaque(context: Context, node: ast.AST) -> Expression:
    """Keeps the expressions inside a construct that is not modelled."""
    placed = cast(ast.expr, node)
    children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return Opaque(context.span(placed), expressions(context, children), type(node).__name__)


_PLACES_IN_TEMPLATES = sys.version_info >= (3, 12)
"""Whether the parser places what stands in an f-string: older ones count its lines and columns from elsewhere."""

_HANDLERS: dict[type[ast.expr], Callable[[Context, Any], Expression]] = {
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _dict_comprehension,
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _choice,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.List: _display,
    ast.ListComp: _comprehension,
    ast.NamedExpr: _walrus,
    ast.Set: _display,
    ast.SetComp: _comprehension,
    ast.Slice: _slice,
    ast.Starred: _starred,
    ast.Subscript: _subscript,
    ast.Tuple: _display,
    ast.UnaryOp: _unary,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
}
