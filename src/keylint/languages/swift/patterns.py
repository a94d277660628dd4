"""Patterns and conditions: `if let`, `if case`, `catch`, and what a switch compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.swift.context import EXTRAS, Context, span, split
from keylint.languages.swift.expressions import expression
from keylint.languages.swift.types import NODES as TYPES
from keylint.languages.swift.types import type_name
from keylint.program.nodes import (
    Argument,
    Bind,
    Call,
    CompileCondition,
    Expression,
    ListDisplay,
    Matches,
    Member,
    Name,
    Opaque,
    Operation,
    Span,
)

if TYPE_CHECKING:
    from tree_sitter import Node


class Pattern:
    """A pattern as read: `compare` is what the subject is compared with, `None` where the pattern matches anything.

    `binds` are the names it binds; `whole` the name or tuple of names that takes the subject as it is; `cast` the type of
    `is T` and `as T`; `optional` is true for `x?`.
    """

    __slots__ = ("binds", "cast", "compare", "optional", "whole")

    def __init__(self) -> None:
        self.compare: Expression | None = None
        self.binds: list[Name] = []
        self.whole: Expression | None = None
        self.cast: Name | None = None
        self.optional = False


def pattern(context: Context, nodes: list[Node], binding: bool = False) -> Pattern:
    """Reads a pattern from its nodes. Inside `let` (`binding`) a plain name binds."""
    result = Pattern()
    # A node without text is one that the grammar missed, as it does in `.success(())`.
    nodes = [node for node in nodes if node.type not in EXTRAS and node.end_byte > node.start_byte]
    if nodes and nodes[-1].type == "?" and len(nodes) > 1:
        result.optional = True
        nodes = nodes[:-1]
    while nodes and nodes[0].type in ("case", "value_binding_pattern", "async"):
        binding = binding or nodes[0].type == "value_binding_pattern"
        nodes = nodes[1:]
    if not nodes:
        return result
    at = Span(nodes[0].start_byte, nodes[-1].end_byte)
    first = nodes[0]
    kind = first.type
    if kind == "is":
        _cast(result, nodes, at)
    elif len(nodes) > 1 and any(node.type == "as" for node in nodes):
        inner = pattern(context, [first], binding)
        result.binds, result.whole = inner.binds, inner.whole
        _cast(result, nodes, at)
    elif kind == "pattern" and len(nodes) == 1:
        inner = pattern(context, first.children, binding)
        inner.optional = inner.optional or result.optional
        return inner
    elif kind == "wildcard_pattern" or context.data[at.start : at.end] == b"_":
        result.whole = Name(at, "_")
    elif kind == "simple_identifier" and len(nodes) == 1 and binding:
        name = Name(at, context.identifier(first))
        result.binds, result.whole = [name], name
    elif any(node.type == "." for node in nodes[:2]) or (kind == "user_type" and len(nodes) > 1):
        _case(context, result, nodes, binding, at)
    elif kind == "(":
        _tuple(context, result, nodes, binding, at)
    else:
        result.compare = expression(context, *nodes)
    return result


def _cast(result: Pattern, nodes: list[Node], at: Span) -> None:
    of = next((node for node in nodes if node.type in TYPES), None)
    result.cast = Name(span(of), type_name(of) or "") if of is not None else None
    result.compare = Opaque(at, (), "cast_pattern")


def _case(context: Context, result: Pattern, nodes: list[Node], binding: bool, at: Span) -> None:
    """`.success(let x)`, `A.b`: the member, and what its payload binds."""
    owner: Expression | None = None
    member: Expression | None = None
    payload: list[Node] = []
    for index, node in enumerate(nodes):
        if node.type == "user_type":
            owner = expression(context, node)
        elif node.type == "simple_identifier":
            member = Member(Span(at.start, node.end_byte), owner, context.identifier(node), span(node))
        elif node.type == "(":
            payload = nodes[index:]
            break
    if member is None:
        result.compare = Opaque(at, (), "pattern")
        return
    result.compare = member
    elements = _elements(context, payload, binding)
    for element in elements:
        result.binds.extend(element.binds)
    if any(not _matches_all(element) for element in elements):
        # The payload decides, too.
        parts = (comparison(element, at) for element in elements)
        result.compare = Call(at, member, tuple(Argument(part.span, part) for part in parts))


def _matches_all(element: Pattern) -> bool:
    if element.optional:
        return False
    return element.compare is None or (isinstance(element.compare, ListDisplay) and not element.compare.items)


def _elements(context: Context, nodes: list[Node], binding: bool) -> list[Pattern]:
    """The patterns in parentheses."""
    inner = [node for node in nodes[1:-1] if node.type not in EXTRAS]
    if not inner:
        return []
    elements = []
    for part in split(inner, ","):
        if len(part) > 2 and part[0].type == "simple_identifier" and part[1].type == ":":
            part = part[2:]
        if part:
            elements.append(pattern(context, part, binding))
    return elements


def _tuple(context: Context, result: Pattern, nodes: list[Node], binding: bool, at: Span) -> None:
    elements = _elements(context, nodes, binding)
    for element in elements:
        result.binds.extend(element.binds)
    if len(elements) == 1:
        element = elements[0]
        result.compare, result.whole, result.cast = element.compare, element.whole, element.cast
        return
    if all(element.compare is None and element.whole is not None and not element.optional for element in elements):
        result.whole = ListDisplay(at, tuple(element.whole for element in elements if element.whole is not None))
        if not elements:
            result.compare = result.whole
        return
    items = tuple(element.compare or Opaque(at, (), "pattern") for element in elements)
    if any(element.compare is None or element.optional for element in elements):
        result.compare = Opaque(at, items, "tuple_pattern")
    else:
        result.compare = ListDisplay(at, items)


def target(context: Context, nodes: list[Node]) -> Expression:
    """What `let` and `for` assign to."""
    if len(nodes) == 1 and nodes[0].type == "pattern" and nodes[0].child_count == 1:
        only = nodes[0].children[0]
        if only.type == "simple_identifier":
            return Name(span(only), context.identifier(only))
    found = pattern(context, nodes, True)
    if found.whole is not None and not found.optional:
        return found.whole
    at = Span(nodes[0].start_byte, nodes[-1].end_byte) if nodes else Span(0, 0)
    return ListDisplay(at, tuple(found.binds)) if found.binds else Name(at, "_")


def condition(context: Context, nodes: list[Node], at: Span) -> tuple[Expression, bool]:
    """The test that a comma-separated condition list spells, and whether it declares names."""
    tests: list[Expression] = []
    declares = False
    for part in split([node for node in nodes if node.type not in EXTRAS], ","):
        if not part:
            continue
        wheres = [node for node in part if node.type == "where_clause"]
        part = [node for node in part if node.type not in ("where_clause", "type_annotation")]
        kind = part[0].type if part else ""
        if kind == "value_binding_pattern" or kind == "case":
            declares = True
            tests.append(_binding(context, part))
        elif kind == "availability_condition":
            tests.append(CompileCondition(span(part[0]), context.text(part[0])))
        elif part:
            tests.append(expression(context, *part))
        tests.extend(where(context, clause) for clause in wheres)
    if not tests:
        return Opaque(at, (), "missing"), declares
    if len(tests) == 1:
        return tests[0], declares
    return Operation(Span(tests[0].span.start, tests[-1].span.end), "and", tuple(tests)), declares


def where(context: Context, clause: Node) -> Expression:
    """The test of a `where` clause."""
    return expression(context, *[child for child in clause.children if child.type not in EXTRAS and child.type != "where_keyword"])


def _binding(context: Context, part: list[Node]) -> Expression:
    """`let x = e`, `let x`, `case p = e`."""
    at = Span(part[0].start_byte, part[-1].end_byte)
    equals = next((index for index, node in enumerate(part) if node.type == "="), len(part))
    errors = [node for node in part if node.is_error]
    left = [node for node in part[:equals] if not node.is_error]
    right = [node for node in part[equals + 1 :] if not node.is_error]
    if part[0].type == "case":
        found = pattern(context, left)
        value = expression(context, *right) if right else Opaque(at, (), "missing")
        if found.optional and found.whole is not None and not isinstance(found.whole, ListDisplay):
            return Bind(at, found.whole, value)
        return Matches(at, value, comparison(found, at), tuple(found.binds))
    whole = target(context, left)
    if right:
        bound = expression(context, *right)
    elif equals < len(part) or errors:
        bound = Opaque(at, (), "missing")
    else:
        bound = whole if isinstance(whole, Name) else Opaque(at, (), "missing")
    return Bind(at, whole, bound)


def comparison(found: Pattern, at: Span) -> Expression:
    """What the subject is compared with, as an expression in every case."""
    if found.optional:
        return Opaque(at, (found.compare,) if found.compare is not None else (), "optional_pattern")
    if found.compare is not None:
        return found.compare
    return Opaque(at, (), "pattern")
