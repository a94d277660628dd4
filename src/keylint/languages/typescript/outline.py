"""The top level of a file: what stands there, what it is called, and which bytes decide whether it matters."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from keylint.languages.relevance import Unit
from keylint.languages.typescript.classes import CLASSES, FIELD, members
from keylint.languages.typescript.context import EXTRAS, first, parts, span, unwrap
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

FUNCTIONS = ("function_declaration", "generator_function_declaration", "function_expression", "generator_function", "arrow_function")
VARIABLES = ("lexical_declaration", "variable_declaration")
_DROPPED = frozenset(
    (
        *EXTRAS,
        "interface_declaration",
        "type_alias_declaration",
        "function_signature",
        "empty_statement",
        "debugger_statement",
    )
)
_COMPOUND = frozenset(
    (
        "if_statement",
        "try_statement",
        "statement_block",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "do_statement",
        "switch_statement",
        "labeled_statement",
        "with_statement",
    )
)
_ASSIGNED = re.compile(rb"(?<![\w$\x80-\xff])([\w$\x80-\xff]+)\s*(?:[-+*/%|&?]{0,2}=[^=>]|:)|(?:function|class)\s*\*?\s*([\w$\x80-\xff]+)")
_FIELD_SET = re.compile(rb"\bthis\s*\.\s*#?([\w$\x80-\xff]+)\s*[+?|&]{0,2}=[^=>]")
_FIELD_PARAMETER = re.compile(rb"(?:private|public|protected|readonly)\s+([\w$\x80-\xff]+)\s*[?:,)=]")
_WORD = re.compile(rb"[\w$\x80-\xff]+")


class Item(NamedTuple):
    """Something at the top level. `node` is the declaration or statement itself, `export` what exports it."""

    kind: str
    """import, export, function, class, enum, namespace, statement, error."""
    node: Node
    export: Node | None
    units: tuple[Unit, ...]
    """One for most; for a class its head and then its members; none for what is always lowered."""


def outline(data: bytes, top: Sequence[Node]) -> list[Item]:
    """What stands at the top level of a file, given the nodes there, in order. Types that do not exist at run time are left out."""
    items: list[Item] = []
    pending = list(reversed(top))
    while pending:
        node = pending.pop()
        if node.type in _DROPPED:
            continue
        if node.is_error:
            # What leads an error stands where it seems to; of the rest, only declarations do.
            leading = list(takewhile(_stands, node.named_children)) if node.child_count and _stands(node.children[0]) else []
            inner = [*leading, *(child for child in node.named_children[len(leading) :] if _declares(child))]
            if inner:
                pending.extend(reversed(inner))
            items.append(Item("error", node, None, () if inner else (_unit(node, _assigned(data, span(node))),)))
        elif (item := _item(data, node)) is not None:
            items.append(item)
    return _with_writers(data, items)


def _with_writers(data: bytes, items: list[Item]) -> list[Item]:
    """`items`, with each function and method also called by the variables of the file that it may give values to."""
    variables = {
        name
        for item in items
        if item.kind == "statement" and item.node.type in VARIABLES and item.node.children[0].type != "const"
        for name in item.units[0].names
    }
    if not variables:
        return items
    return [
        item._replace(units=tuple([_with_names(unit, _assigned(data, unit.span) & variables) for unit in item.units]))
        if item.kind in ("function", "class")
        else item
        for item in items
    ]


def _with_names(unit: Unit, names: set[bytes]) -> Unit:
    return unit._replace(names=(*unit.names, *sorted(names - set(unit.names)))) if names else unit


def _stands(node: Node) -> bool:
    """Whether `node` is a whole statement."""
    return node.type in EXTRAS or node.type.endswith(("_statement", "_declaration"))


def _declares(node: Node) -> bool:
    """Whether `node` is a declaration that stays one wherever the error around it comes from."""
    return node.type in ("import_statement", "export_statement", *FUNCTIONS[:2], *CLASSES[:2])


def _item(data: bytes, node: Node, export: Node | None = None) -> Item | None:
    kind = node.type
    if kind == "import_statement":
        return Item("import", node, None, (_unit(node, _imported(data, node)),))
    if kind == "export_statement":
        declared = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        if declared is None:
            return Item("export", node, None, ())
        return None if declared.type in _DROPPED else _item(data, declared, node)
    whole = node if export is None else export
    if kind in FUNCTIONS:
        name = node.child_by_field_name("name")
        names = {b"default"} if name is None else {_bytes(data, name)}
        return Item("function", node, export, (_unit(whole, names),))
    if kind in CLASSES:
        return Item("class", node, export, _class_units(data, node, whole))
    if kind == "enum_declaration":
        return Item("enum", node, export, ())
    if kind == "ambient_declaration":
        return Item("statement", node, export, ())
    inner = first(node) if kind == "expression_statement" else None
    if kind in ("internal_module", "module") or (inner is not None and inner.type == "internal_module"):
        namespace = node if inner is None else inner
        return Item("namespace", namespace, export, (_unit(whole, _names(data, namespace)),))
    if kind in VARIABLES:
        bound: set[bytes] = set()
        for declarator in parts(node):
            place = declarator.child_by_field_name("name")
            if place is not None:
                bound |= _bound(data, place)
        return Item("statement", node, export, (_unit(whole, bound)._replace(holds=True),))
    if kind == "import_alias":
        return Item("statement", node, export, (_unit(whole, _words(data, node)),))
    if export is not None:
        return Item("export", node, export, (_unit(whole, {b"default"})._replace(holds=True),))
    if kind in _COMPOUND:
        return Item("statement", node, None, (_unit(node, _assigned(data, span(node))),))
    assigns = inner is not None and inner.type == "assignment_expression"
    return Item("statement", node, None, (_unit(node, _touched(data, inner))._replace(holds=assigns),))


def _imported(data: bytes, node: Node) -> set[bytes]:
    """The names that an import statement binds here."""
    names: set[bytes] = set()
    pending = list(parts(node))
    while pending:
        part = pending.pop()
        if part.type == "import_specifier":
            local = part.child_by_field_name("alias") or part.child_by_field_name("name")
            names |= set() if local is None else _words(data, local)
        elif part.type == "identifier":
            names.add(_bytes(data, part))
        elif part.type in ("import_clause", "named_imports", "namespace_import", "import_require_clause"):
            pending.extend(parts(part))
    return names


def _unit(node: Node, names: set[bytes]) -> Unit:
    return Unit(span(node), tuple(sorted(names)))


def _class_units(data: bytes, node: Node, whole: Node) -> tuple[Unit, ...]:
    name = node.child_by_field_name("name")
    own = b"default" if name is None else _bytes(data, name)
    body = node.child_by_field_name("body")
    if body is None:
        return (_unit(whole, {own}),)
    units = [Unit(Span(whole.start_byte, body.start_byte), (own,))]
    for member, marks in members(body):
        named = member.child_by_field_name("name")
        names = {own} if named is None else _names(data, member)
        start = min((mark.start_byte for mark in marks), default=member.start_byte)
        place = Span(min(start, member.start_byte), member.end_byte)
        # What a member puts into fields, others read from there. Whoever makes an object may call it, or hand the object to who does.
        names |= {*_FIELD_SET.findall(data, *place), b"new " + own}
        if named is not None and _bytes(data, named) == b"constructor":
            names |= {b"super", own, *_FIELD_PARAMETER.findall(data, *place)}
        units.append(Unit(place, tuple(sorted(names)), owner=own, holds=member.type == FIELD))
    return tuple(units)


def _names(data: bytes, node: Node) -> set[bytes]:
    """The words of the name of `node`."""
    name = node.child_by_field_name("name")
    return set() if name is None else _words(data, name)


def _words(data: bytes, node: Node) -> set[bytes]:
    return set(_WORD.findall(data, node.start_byte, node.end_byte))


def _assigned(data: bytes, within: Span) -> set[bytes]:
    """Names that the code `within` may give values to."""
    return {one or other for one, other in _ASSIGNED.findall(data, *within)}


def _touched(data: bytes, expression: Node | None) -> set[bytes]:
    """Names whose values a top-level expression may change: what it assigns, and what it calls a method of."""
    if expression is None:
        return set()
    expression = unwrap(expression)
    if expression.type in ("assignment_expression", "augmented_assignment_expression", "update_expression"):
        place = expression.child_by_field_name("left") or expression.child_by_field_name("argument")
        return set() if place is None else _words(data, place)
    if expression.type in ("function_expression", "call_expression", "await_expression", "sequence_expression"):
        callee = expression.child_by_field_name("function")
        if callee is not None and callee.type == "member_expression" and callee.end_byte - callee.start_byte < 200:
            names = _words(data, callee)
            arguments = expression.child_by_field_name("arguments")
            changed = None if arguments is None else first(arguments)
            return names | (_words(data, changed) if changed is not None and changed.type == "identifier" else set())
        if callee is not None and callee.type == "identifier":
            return set()
        return _assigned(data, span(expression))
    return _assigned(data, span(expression))


def _bound(data: bytes, place: Node) -> set[bytes]:
    """The names that a declarator's name or pattern binds."""
    if place.type == "identifier":
        return {_bytes(data, place)}
    return _words(data, place)


def _bytes(data: bytes, node: Node) -> bytes:
    return data[node.start_byte : node.end_byte]
