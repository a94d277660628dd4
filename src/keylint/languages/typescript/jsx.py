"""JSX elements as calls of their components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import ExpressionHandler, Lowering, first, parts, span
from keylint.program.nodes import Argument, Call, Expression, ListDisplay, Literal, Name, Opaque, Spread

if TYPE_CHECKING:
    from tree_sitter import Node

_ELEMENTS = ("jsx_element", "jsx_self_closing_element")


def _element(context: Lowering, node: Node) -> Expression:
    opening = node if node.type == "jsx_self_closing_element" else node.child_by_field_name("open_tag")
    if opening is None:
        return Opaque(span(node), (), "missing")
    name = opening.child_by_field_name("name")
    if name is None:
        items: list[Expression | Spread] = []
        for child in _children(context, node):
            items.append(Spread(child.span, child.value) if child.spread else child.value)
        return ListDisplay(span(node), tuple(items))
    callee = Name(span(name), context.text(name)) if name.type == "jsx_namespace_name" else context.expression(name)
    arguments = _attributes(context, opening)
    if opening is not node:
        arguments.extend(_children(context, node))
    return Call(span(node), callee, tuple(arguments), element=True)


def _attributes(context: Lowering, opening: Node) -> list[Argument]:
    found: list[Argument] = []
    for child in opening.named_children:
        if child.type == "jsx_attribute":
            pieces = list(parts(child))
            if not pieces:
                continue
            value = _attribute_value(context, pieces[-1]) if len(pieces) > 1 else Literal(span(child), True)
            found.append(Argument(span(child), value, label=context.text(pieces[0])))
        elif child.type == "jsx_expression":
            inner = first(child)
            if inner is not None and inner.type == "spread_element":
                found.append(Argument(span(child), context.operand(inner), spread="**"))
        elif child.is_error:
            found.append(Argument(span(child), context.stray(child), spread="**"))
    return found


def _attribute_value(context: Lowering, node: Node) -> Expression:
    if node.type == "string":
        # JSX text knows character references and no escapes.
        text = context.data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace")
        if "&" in text:
            from html import unescape

            text = unescape(text)
        return Literal(span(node), text)
    if node.type == "jsx_expression":
        inner = first(node)
        return Opaque(span(node), (), "missing") if inner is None else context.expression(inner)
    return context.expression(node)


def _children(context: Lowering, node: Node) -> list[Argument]:
    found: list[Argument] = []
    for child in node.named_children:
        if child.type in _ELEMENTS:
            found.append(Argument(span(child), context.expression(child)))
        elif child.type == "jsx_expression":
            inner = first(child)
            if inner is None:
                continue
            spread = inner.type == "spread_element"
            value = context.operand(inner) if spread else context.expression(inner)
            found.append(Argument(span(child), value, spread="*" if spread else ""))
        elif child.is_error:
            found.append(Argument(span(child), context.stray(child), spread="*"))
    return found


EXPRESSIONS: dict[str, ExpressionHandler] = {"jsx_element": _element, "jsx_self_closing_element": _element}
