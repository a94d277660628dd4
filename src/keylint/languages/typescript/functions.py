"""Functions of every kind: declarations, expressions, arrows, methods, accessors, and their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import Lowering, first, parts, span
from keylint.languages.typescript.literals import string_value
from keylint.languages.typescript.patterns import target
from keylint.languages.typescript.types import annotated
from keylint.program.module import Function, Parameter
from keylint.program.nodes import Assign, Block, Evaluate, Expression, Lambda, Member, Name, Return, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

_PARAMETERS = ("required_parameter", "optional_parameter")
_FIELD_MARKS = ("accessibility_modifier", "override_modifier", "readonly")
_ACCESSORS = {"get": "getter", "set": "setter"}


def make_function(
    context: Lowering,
    node: Node,
    name: str,
    name_span: Span,
    kind: str,
    *,
    binds_this: bool = True,
    is_static: bool = False,
    visibility: str = "private",
    attributes: tuple[Expression, ...] = (),
    implicit_self: bool = False,
    lowered: bool = True,
) -> Function:
    """The function that `node` spells. Without `lowered`, its body is skipped."""
    is_async = is_generator = False
    for child in node.children:
        mark = child.type
        if mark == "async":
            is_async = True
        elif mark == "*":
            is_generator = True
        elif mark == "formal_parameters" or mark == "=>":
            break
    parameters, fields = _parameters(context, node)
    body_node = node.child_by_field_name("body")
    body = _body(context, body_node, fields) if lowered and body_node is not None else None
    return_type, _ = annotated(context, node.child_by_field_name("return_type"))
    return Function(
        span(node),
        name,
        name_span,
        parameters,
        body,
        kind=kind,
        is_static=is_static,
        is_async=is_async,
        is_generator=is_generator,
        skipped=not lowered and body_node is not None,
        visibility=visibility,
        attributes=attributes,
        implicit_self=implicit_self,
        binds_this=binds_this,
        return_type=return_type,
    )


def _body(context: Lowering, node: Node, fields: list[Statement]) -> Block:
    at = span(node)
    if node.type != "statement_block":
        outer, context.hoisted = context.hoisted, []
        value = context.expression(node)
        found: list[Statement] = [*context.hoisted, Return(at, value)]
        context.hoisted = outer
        return Block(at, tuple(found))
    block = context.block(node, at)
    return Block(at, (*fields, *block.statements)) if fields else block


def _parameters(context: Lowering, node: Node) -> tuple[tuple[Parameter, ...], list[Statement]]:
    """The parameters, and the assignments that parameter properties (`private key: string`) stand for."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        return (Parameter(span(single), context.text(single)),), []
    listed = node.child_by_field_name("parameters")
    if listed is None:
        return (), []
    found: list[Parameter] = []
    fields: list[Statement] = []
    for child in listed.named_children:
        if child.type not in _PARAMETERS:
            continue
        parameter = _parameter(context, child)
        if parameter is None:
            continue
        found.append(parameter)
        if any(mark.type in _FIELD_MARKS for mark in child.children):
            at = parameter.span
            field = Member(at, Name(at, "self"), parameter.name, at)
            fields.append(Evaluate(at, Assign(at, field, Name(at, parameter.name))))
    return tuple(found), fields


def _parameter(context: Lowering, node: Node) -> Parameter | None:
    place = node.child_by_field_name("pattern") or node.child_by_field_name("name")
    if place is None or place.type == "this":
        return None
    rest = ""
    if place.type == "rest_pattern":
        rest = "*"
        inner = first(place)
        if inner is None:
            return None
        place = inner
    type_name, optional = annotated(context, node.child_by_field_name("type"))
    pattern: Expression | None = None
    if place.type in ("identifier", "undefined"):
        name = context.text(place)
    else:
        name, pattern = f"<pattern@{place.start_byte}>", target(context, place)
    return Parameter(
        span(node),
        name,
        default=context.optional_expression(node.child_by_field_name("value")),
        rest=rest,
        optional=optional or node.type == "optional_parameter",
        type_name=type_name,
        pattern=pattern,
    )


def arrow_function(context: Lowering, node: Node) -> Expression:
    """`(a) => b`."""
    return Lambda(span(node), make_function(context, node, "", _empty(node), "closure", binds_this=False, visibility="internal"))


def function_expression(context: Lowering, node: Node) -> Expression:
    """`function (a) { … }` where a value stands."""
    return Lambda(span(node), make_function(context, node, "", _empty(node), "closure", visibility="internal"))


def _empty(node: Node) -> Span:
    return Span(node.start_byte, node.start_byte)


def method(
    context: Lowering,
    node: Node,
    *,
    visibility: str = "public",
    attributes: tuple[Expression, ...] = (),
    lowered: bool = True,
    initializes: bool = False,
) -> Function:
    """A method or accessor of a class or an object literal. With `initializes`, one called `constructor` is the initializer."""
    name, name_span = member_name(context, node)
    kind = "method"
    is_static = False
    for child in node.children:
        mark = child.type
        if mark == "static":
            is_static = True
        elif mark in _ACCESSORS:
            kind = _ACCESSORS[mark]
        elif child.is_named and mark.endswith(("_identifier", "_name")):
            break
    if initializes and name == "constructor" and not is_static:
        name, kind = "init", "initializer"
    return make_function(
        context,
        node,
        name,
        name_span,
        kind,
        is_static=is_static,
        visibility=visibility,
        attributes=attributes,
        lowered=lowered,
    )


def member_name(context: Lowering, node: Node) -> tuple[str, Span]:
    """The name of a class or object member; a computed one that is no plain text keeps its brackets."""
    name = node.child_by_field_name("name")
    if name is None:
        return "", _empty(node)
    if name.type == "string":
        return string_value(context, name), span(name)
    if name.type == "computed_property_name":
        inner = first(name)
        if inner is not None and inner.type == "string":
            return string_value(context, inner), span(inner)
    return context.text(name), span(name)


def decorators(context: Lowering, nodes: list[Node]) -> tuple[Expression, ...]:
    """Decorators as the expressions they apply."""
    return tuple([context.operand(node) for node in nodes])


def decorators_of(context: Lowering, node: Node) -> tuple[Expression, ...]:
    """The decorators that the grammar puts inside `node`."""
    return decorators(context, [child for child in parts(node) if child.type == "decorator"])
