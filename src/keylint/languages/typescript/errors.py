"""What is left of source that the parser did not manage: the pieces it did understand, and the gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import EXTRAS, Lowering, span
from keylint.program.module import Gap
from keylint.program.nodes import Block, Case, Evaluate, Opaque, Span, Statement, Switch

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from tree_sitter import Node

_TYPES = frozenset(
    (
        "type_annotation",
        "type_arguments",
        "type_parameters",
        "type_alias_declaration",
        "interface_declaration",
        "object_type",
        "function_type",
        "union_type",
        "intersection_type",
        "generic_type",
        "array_type",
        "tuple_type",
        "conditional_type",
        "literal_type",
        "lookup_type",
        "function_signature",
        "method_signature",
        "interface_body",
        "ambient_declaration",
    )
)
"""Nodes whose inside is never lowered."""

_SEPARATORS = b" \t\r\n;,"
"""Nothing is lost with these alone."""

_BARE = frozenset(
    ("identifier", "number", "string", "this", "super", "null", "undefined", "true", "false", "regex", "private_property_identifier")
)
"""Values that do nothing where they stand."""

_RUN_BREAKS = frozenset(("{", "}", "=>", "function", "formal_parameters", "class", "else", "catch", "case", "default"))
"""Between two statements these tell that one need not follow the other."""


def surviving(context: Lowering, error: Node, handled: Container[str] = ()) -> list[Statement]:
    """What the error node `error` still tells: statements that may run.

    Whether they run, and whether one run of them follows another, is lost with the tokens around them; so each run is
    a case of a choice that nobody knows. Nodes of the `handled` types were lowered elsewhere.
    """
    runs: list[list[Statement]] = [[]]
    for child in _pieces(context, error, handled):
        if child is None:
            if runs[-1]:
                runs.append([])
        elif context.is_statement(child):
            context.statement(child, runs[-1])
        else:
            value = context.expression(child)
            runs[-1].append(Evaluate(value.span, value))
    at = span(error)
    cases = tuple([Case(_cover(run), (Opaque(at, (), "ERROR"),), Block(_cover(run), tuple(run))) for run in runs if run])
    return [Switch(at, Opaque(at, (), "ERROR"), cases)] if cases else []


def _cover(run: list[Statement]) -> Span:
    return Span(run[0].span.start, run[-1].span.end)


def _pieces(context: Lowering, error: Node, handled: Container[str]) -> list[Node | None]:
    """Statements and expressions directly in `error` or in fragments of syntax there; `None` where a run of them breaks off."""
    found: list[Node | None] = []
    pending = list(reversed(error.children))
    while pending:
        child = pending.pop()
        kind = child.type
        if kind in _RUN_BREAKS:
            found.append(None)
        if kind in _BARE or kind in _TYPES or kind in EXTRAS or kind in handled or child.id in context.top_level:
            continue
        if child.is_named and (context.is_statement(child) or context.is_expression(child)):
            found.append(child)
        elif child.child_count:
            pending.extend(reversed(child.children))
    return found


def gaps(context: Lowering, roots: Sequence[Node]) -> tuple[Gap, ...]:
    """What the parser lost, in order: the tokens of error nodes that belong to nothing that was lowered."""
    lost: list[Span] = []
    pending = [root for root in roots if root.has_error]
    while pending:
        node = pending.pop()
        if node.is_error:
            pending.extend(_lost(context, node, lost))
        elif node.type in _TYPES:
            lost.extend(_errors_below(node))
        elif node.has_error:
            pending.extend(reversed(node.children))
    return tuple(Gap(place) for place in _merged(sorted(lost)) if context.data[place.start : place.end].strip(_SEPARATORS))


def _lost(context: Lowering, error: Node, lost: list[Span]) -> list[Node]:
    """Adds the lost tokens of `error` to `lost`; gives the children that were lowered and may hold errors of their own."""
    if not error.child_count:
        lost.append(span(error))
        return []
    kept: list[Node] = []
    pending = list(reversed(error.children))
    while pending:
        child = pending.pop()
        kind = child.type
        if kind in EXTRAS or child.start_byte == child.end_byte:
            continue
        valued = child.is_named and kind not in _BARE and (context.is_statement(child) or context.is_expression(child))
        if valued or child.id in context.top_level:
            kept.append(child)
        elif child.child_count and kind not in _TYPES:
            pending.extend(reversed(child.children))
        else:
            lost.append(span(child))
    return kept


def _errors_below(node: Node) -> list[Span]:
    """Every error node below one that is not lowered."""
    found: list[Span] = []
    pending = [node]
    while pending:
        below = pending.pop()
        if below.is_error:
            found.append(span(below))
        elif below.has_error:
            pending.extend(below.children)
    return found


def _merged(places: list[Span]) -> list[Span]:
    """`places` with those joined that only white space can separate: the ones that touch or nearly do."""
    joined: list[Span] = []
    for place in places:
        if joined and place.start <= joined[-1].end + 1:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return joined
