"""Types as the neutral program names them: paths of identifiers, without generics and optionality."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

NODES = frozenset(
    (
        "user_type",
        "tuple_type",
        "function_type",
        "array_type",
        "dictionary_type",
        "optional_type",
        "metatype",
        "bracket_qualified_type",
        "opaque_type",
        "existential_type",
        "protocol_composition_type",
        "type_parameter_pack",
        "type_pack_expansion",
        "suppressed_constraint",
    )
)
"""Node types that are types."""

_WRAPPERS = frozenset(("optional_type", "opaque_type", "existential_type", "tuple_type_item", "type_parameter_pack", "type_pack_expansion"))


def unwrapped(node: Node) -> Node:
    """`node` without `?`, `some`, `any` and the like."""
    while node.type in _WRAPPERS:
        inner = next((child for child in node.named_children if child.type in NODES), None)
        if inner is None:
            break
        node = inner
    return node


def is_optional(node: Node) -> bool:
    """Whether the type admits nil."""
    return node.type == "optional_type"


def path(node: Node) -> list[str]:
    """The identifiers of a `user_type`, without generic arguments."""
    return [_text(child).strip("`") for child in node.children if child.type == "type_identifier"]


def type_name(node: Node | None) -> str | None:
    """The name of the type that `node` stands for."""
    if node is None:
        return None
    node = unwrapped(node)
    return (".".join(path(node)) if node.type == "user_type" else "") or _text(node)


def extended_name(node: Node) -> str:
    """The name of the type that `extension` adds to; `[T]` and `[K: V]` are spelled out."""
    if node.type == "array_type":
        return "Array"
    if node.type == "dictionary_type":
        return "Dictionary"
    return type_name(node) or ""


def type_after(children: list[Node], marker: str) -> Node | None:
    """The first type after the token `marker`."""
    seen = False
    for child in children:
        if seen and child.type in NODES:
            return child
        seen = seen or child.type == marker
    return None


def _text(node: Node) -> str:
    return " ".join((node.text or b"").decode("utf-8", "replace").split())
