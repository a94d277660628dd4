"""A file's declarations, found without looking into them, and which of them matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.languages.relevance import Unit, relevant_units
from keylint.languages.swift.context import EXTRAS, MAX_DEPTH, span
from keylint.languages.swift.declarations import FUNCTION_KINDS, PROPERTY_NODES, TYPE_NODES

if TYPE_CHECKING:
    from tree_sitter import Node

_WORD = re.compile(rb"\w+")
_BODIES = ("class_body", "enum_class_body", "protocol_body")


def skipped(data: bytes, roots: Sequence[Node], words: Sequence[bytes]) -> frozenset[int]:
    """Where the declarations and top-level statements begin that cannot matter."""
    units: list[Unit] = []
    wanted = frozenset(words)
    for root in roots:
        _top_level(data, root.children, units, wanted, 0)
    relevant = relevant_units(data, units, words)
    return frozenset(unit.span.start for index, unit in enumerate(units) if index not in relevant)


def _top_level(data: bytes, nodes: list[Node], units: list[Unit], words: frozenset[bytes], depth: int) -> None:
    for node in nodes:
        kind = node.type
        if kind in TYPE_NODES:
            _members(data, node, units, words, depth)
        elif node.is_error:
            if depth < MAX_DEPTH:
                _top_level(data, node.children, units, words, depth + 1)
        elif kind == "statements":
            _top_level(data, node.children, units, words, depth)
        elif kind in FUNCTION_KINDS:
            units.append(Unit(span(node), _function_names(data, node, b"")))
        elif kind in PROPERTY_NODES:
            units.append(Unit(span(node), _property_names(data, node), holds=True))
        elif kind not in EXTRAS and kind not in ("import_declaration", "typealias_declaration") and node.is_named:
            units.append(Unit(span(node), ()))


def _members(data: bytes, node: Node, units: list[Unit], words: frozenset[bytes], depth: int, matters: bool = False) -> None:
    name = node.child_by_field_name("name")
    own = data[name.start_byte : name.end_byte].split(b"<")[0].rpartition(b".")[2] if name is not None else b""
    for child in node.children:
        if child.type in _BODIES and depth < MAX_DEPTH // 2:
            head = _WORD.findall(data, node.start_byte, child.start_byte)
            _body(data, child.children, own, units, words, depth + 1, matters or not words.isdisjoint(head))


def _body(data: bytes, nodes: list[Node], own: bytes, units: list[Unit], words: frozenset[bytes], depth: int, matters: bool) -> None:
    for node in nodes:
        kind = node.type
        if kind in FUNCTION_KINDS:
            units.append(Unit(span(node), _function_names(data, node, own), matters, own))
        elif kind in PROPERTY_NODES:
            names = _property_names(data, node)
            # What a property wrapper keeps names its type, not this member.
            names = (*names, own) if b"wrappedValue" in names else names
            units.append(Unit(span(node), names, matters, own, holds=True))
        elif kind == "subscript_declaration":
            units.append(Unit(span(node), (b"subscript", own), matters, own))
        elif kind in TYPE_NODES:
            _members(data, node, units, words, depth, matters)
        elif node.is_error and depth < MAX_DEPTH:
            _body(data, node.children, own, units, words, depth + 1, matters)


def _function_names(data: bytes, node: Node, own: bytes) -> tuple[bytes, ...]:
    if node.type == "init_declaration":
        return (b"init", own) if own else (b"init",)
    if node.type == "deinit_declaration":
        return (own,) if own else ()
    name = node.child_by_field_name("name")
    if name is None or name.type != "simple_identifier":
        return ()
    return (data[name.start_byte : name.end_byte].strip(b"`"),)


def _property_names(data: bytes, node: Node) -> tuple[bytes, ...]:
    names: list[bytes] = []
    for pattern in node.children_by_field_name("name"):
        if pattern.type != "pattern":
            continue
        pending = [pattern]
        while pending:
            part = pending.pop()
            if part.type == "simple_identifier":
                names.append(data[part.start_byte : part.end_byte].strip(b"`"))
            else:
                pending.extend(part.named_children)
    return tuple(names)
