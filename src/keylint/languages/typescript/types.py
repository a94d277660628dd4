"""What an annotation tells about a value: a short name for its type and whether it may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import Lowering, parts

if TYPE_CHECKING:
    from tree_sitter import Node

_LONGEST = 100
"""Bytes. A longer type is no name of anything."""

_SHAPES = frozenset(("object_type", "function_type", "constructor_type", "conditional_type"))
_WRAPPERS = frozenset(("parenthesized_type", "readonly_type"))


def annotated(context: Lowering, annotation: Node | None) -> tuple[str | None, bool]:
    """The type's text without generics, `undefined` and `null`, and whether it admits one of the latter."""
    if annotation is None:
        return None, False
    node = next(parts(annotation), None)
    optional = False
    while node is not None:
        if node.type == "flow_maybe_type":
            optional = True
        elif node.type not in _WRAPPERS:
            break
        node = next(parts(node), None)
    if node is None:
        return None, optional
    if node.type != "union_type":
        return _name(context, node), optional
    members = _members(node)
    kept = [member for member in members if context.data[member.start_byte : member.end_byte] not in (b"undefined", b"null")]
    optional = optional or len(kept) < len(members)
    if len(kept) == 1:
        return _name(context, kept[0]), optional
    return " | ".join(filter(None, (_name(context, member) for member in kept))) or None, optional


def _members(union: Node) -> list[Node]:
    """The alternatives of a union, which the grammar nests to the left."""
    members: list[Node] = []
    pending = [union]
    while pending:
        node = pending.pop()
        if node.type == "union_type":
            pending.extend(reversed(list(parts(node))))
        else:
            members.append(node)
    return members


def _name(context: Lowering, node: Node) -> str | None:
    if node.type == "generic_type":
        named = node.child_by_field_name("name")
        return None if named is None else context.text(named)
    if node.type in _SHAPES or node.end_byte - node.start_byte > _LONGEST:
        return None
    return context.text(node)
