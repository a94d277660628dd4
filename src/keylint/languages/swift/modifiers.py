"""Attributes and modifiers of declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.swift.context import EXTRAS, Context, span, split
from keylint.languages.swift.expressions import expression
from keylint.languages.swift.types import path
from keylint.program.nodes import Argument, Call, Expression, Member, Name, Span

if TYPE_CHECKING:
    from tree_sitter import Node

_VISIBILITIES = {"private": "private", "fileprivate": "private", "public": "public", "open": "public"}

_ARGUMENTS_WITHOUT_VALUES = frozenset(("available", "objc", "backDeployed", "_spi", "_specialize"))
"""Attributes whose arguments are no expressions."""


class Modifiers:
    """What stands before a declaration's keyword."""

    __slots__ = ("attributes", "is_lazy", "is_static", "isolation", "visibility")

    def __init__(self, visibility: str) -> None:
        self.attributes: tuple[Expression, ...] = ()
        self.isolation: str | None = None
        self.is_static = False
        self.is_lazy = False
        self.visibility = visibility


def modifiers(context: Context, node: Node, visibility: str = "internal") -> Modifiers:
    """The modifiers among the children of a declaration; `visibility` is what it has when nothing is written."""
    found = Modifiers(visibility)
    for child in node.children:
        kind = child.type
        if kind == "modifiers":
            for part in child.children:
                _take(context, found, part)
        elif kind in _STOPS:
            break
        else:
            _take(context, found, child)
    return found


_STOPS = frozenset(("func", "init", "value_binding_pattern", "parameter", "class_body", "{", "import", "protocol", "struct", "enum"))


def _take(context: Context, found: Modifiers, part: Node) -> None:
    kind = part.type
    if kind == "attribute":
        lowered = attribute(context, part)
        found.attributes = (*found.attributes, lowered)
        actor = global_actor(context, lowered)
        if actor is not None and found.isolation is None:
            found.isolation = actor
    elif kind == "visibility_modifier":
        text = context.text(part)
        if "(" not in text:
            found.visibility = _VISIBILITIES.get(text, "internal")
    elif kind == "property_modifier":
        text = context.text(part)
        if text in ("static", "class"):
            found.is_static = True
    elif kind == "class":
        found.is_static = True
    elif kind == "member_modifier":
        if part.children and part.children[0].type == "nonisolated":
            found.isolation = "nonisolated"
    elif kind == "property_behavior_modifier":
        found.is_lazy = True


def attribute(context: Context, node: Node) -> Expression:
    """`@name` or `@name(arguments)`."""
    name: Expression = Name(span(node), "")
    inside: list[Node] = []
    called = False
    for child in node.children:
        if child.type == "user_type":
            parts = path(child)
            name = Name(span(child), parts[0] if parts else "")
            for member in parts[1:]:
                name = Member(span(child), name, member, span(child))
        elif child.type == "(":
            called = True
        elif called and child.type != ")" and child.type not in EXTRAS:
            inside.append(child)
    if not called or (isinstance(name, Name) and name.name in _ARGUMENTS_WITHOUT_VALUES):
        return name
    arguments = []
    for part in split(inside, ","):
        label = None
        if len(part) > 2 and part[0].type == "simple_identifier" and part[1].type == ":":
            label = context.identifier(part[0])
            part = part[2:]
        if part:
            at = Span(part[0].start_byte, part[-1].end_byte)
            arguments.append(Argument(at, expression(context, *part), label))
    return Call(span(node), name, tuple(arguments))


def global_actor(context: Context, attribute: Expression) -> str | None:
    """The global actor that an attribute names, if it names one."""
    if not isinstance(attribute, (Member, Name)):
        return None
    name = attribute.name
    return name if name in context.actors or (name.endswith("Actor") and name[:1].isupper()) else None
