"""What a value can be put into: names, members, destructuring patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import Lowering, first, span, unwrap
from keylint.languages.typescript.literals import property_key
from keylint.program.nodes import (
    Expression,
    ListDisplay,
    Literal,
    Name,
    Opaque,
    RecordPattern,
    RecordPatternItem,
    Span,
    Spread,
    WithDefault,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_LISTS = ("array_pattern", "array")
_RECORDS = ("object_pattern", "object")
_WITH_DEFAULT = ("assignment_pattern", "object_assignment_pattern", "assignment_expression")
_NAMES = ("identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier", "undefined")


def target(context: Lowering, node: Node) -> Expression:
    """`node` as a place that takes a value."""
    node = unwrap(node)
    kind = node.type
    if kind in _NAMES:
        return Name(span(node), context.text(node) or "_")
    if not context.deeper(1):
        return context.too_deep(node)
    if kind in _LISTS or kind in _RECORDS or kind in _WITH_DEFAULT:
        context.depth += 1
        try:
            if kind in _LISTS:
                return _list(context, node)
            if kind in _RECORDS:
                return _record(context, node)
            return _with_default(context, node)
        finally:
            context.depth -= 1
    return context.expression(node)


def _with_default(context: Lowering, node: Node) -> Expression:
    left = node.child_by_field_name("left")
    if left is None:
        return Opaque(span(node), (), "missing")
    return WithDefault(span(node), target(context, left), context.field(node, "right"))


def _list(context: Lowering, node: Node) -> Expression:
    items: list[Expression | Spread] = []
    hole = True
    for child in node.children:
        if child.type == ",":
            if hole:
                items.append(Name(Span(child.start_byte, child.start_byte), "_"))
            hole = True
        elif child.type in ("rest_pattern", "spread_element"):
            rest = first(child)
            if rest is not None:
                items.append(Spread(span(child), target(context, rest)))
            hole = False
        elif child.is_named and child.type != "comment" and not child.is_error:
            items.append(target(context, child))
            hole = False
    return ListDisplay(span(node), tuple(items))


def _record(context: Lowering, node: Node) -> Expression:
    items: list[RecordPatternItem] = []
    rest: Expression | None = None
    for child in node.named_children:
        kind = child.type
        if kind in _NAMES:
            items.append(RecordPatternItem(span(child), Literal(span(child), context.text(child)), target(context, child)))
        elif kind in _WITH_DEFAULT:
            name = child.child_by_field_name("left")
            if name is not None:
                key = Literal(span(name), context.text(name))
                items.append(RecordPatternItem(span(child), key, target(context, child)))
        elif kind in ("pair_pattern", "pair"):
            name = child.child_by_field_name("key")
            value = child.child_by_field_name("value")
            if name is not None and value is not None:
                items.append(RecordPatternItem(span(child), property_key(context, name), target(context, value)))
        elif kind in ("rest_pattern", "spread_element") and (inner := first(child)) is not None:
            rest = target(context, inner)
    return RecordPattern(span(node), tuple(items), rest)
