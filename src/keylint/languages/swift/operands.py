"""What operators are applied to: names, literals, collections, closures, and if/switch expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from keylint.languages.swift.conditions import Group
from keylint.languages.swift.context import EXTRAS, Context, span, split
from keylint.languages.swift.literals import StringStyle, number
from keylint.languages.swift.operators import INFIX
from keylint.languages.swift.types import NODES as TYPES
from keylint.languages.swift.types import path, type_name
from keylint.program.nodes import (
    Argument,
    Call,
    CompileCondition,
    Conditional,
    Dict,
    Entry,
    Expression,
    Lambda,
    ListDisplay,
    Literal,
    Member,
    Name,
    Opaque,
    Span,
    Spread,
    Template,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_COLLECTIONS = frozenset(("Array", "Set", "ContiguousArray"))


def operand(context: Context, node: Node) -> Expression:
    """The value of a node that is not made of operators."""
    kind = node.type
    handler = _HANDLERS.get(kind)
    if handler is not None:
        return handler(context, node)
    if kind in TYPES:
        return _type(context, node)
    return _opaque(context, node)


def _opaque(context: Context, node: Node) -> Expression:
    """A construct that is not modelled, with the expressions in it."""
    from keylint.languages.swift.expressions import expression, value_arguments

    children: list[Expression] = []
    for child in node.named_children:
        if child.type in ("call_suffix", "constructor_suffix"):
            for part in child.named_children:
                arguments: list[Argument] = []
                if part.type == "value_arguments":
                    value_arguments(context, part, arguments)
                    children.extend(argument.value for argument in arguments)
                elif part.type == "lambda_literal":
                    children.append(expression(context, part))
        elif child.type in _EXPRESSIONS:
            children.append(expression(context, child))
    return Opaque(span(node), tuple(children), node.type)


def _name(context: Context, node: Node) -> Expression:
    text = context.identifier(node)
    if text.startswith("$") and text[1:].isdecimal() and len(text) < 4 and context.anonymous:
        context.anonymous[-1] = max(context.anonymous[-1], int(text[1:]) + 1)
    elif text == "fallthrough" and context.falls:
        context.falls[-1] = True
    return Name(span(node), text)


def _number(context: Context, node: Node) -> Expression:
    value = number(context.text(node))
    return Opaque(span(node), (), node.type) if value is None else Literal(span(node), value)


def _boolean(context: Context, node: Node) -> Expression:
    return Literal(span(node), context.text(node) == "true")


def _nil(context: Context, node: Node) -> Expression:
    return Literal(span(node), None)


def _string(context: Context, node: Node) -> Expression:
    from keylint.languages.swift.expressions import expression

    # The text between interpolations is cut out of the source: the tree drops white space after an escape.
    style = StringStyle(context.text(node))
    segments: list[str] = []
    values: list[list[Expression]] = []
    position = node.start_byte + style.opening
    for child in node.children:
        kind = child.type
        if kind == "interpolated_expression":
            values[-1].append(expression(context, *_unlabelled(child))) if values else None
        elif kind == "raw_str_interpolation":
            inner = [part for part in child.children if part.type == "interpolated_expression"]
            segments.append(_slice(context, position, child.start_byte))
            values.append([expression(context, *_unlabelled(part)) for part in inner])
            position = child.end_byte
        elif kind == "\\(":
            segments.append(_slice(context, position, child.start_byte))
            values.append([])
        elif kind == ")":
            position = child.end_byte
    segments.append(_slice(context, position, node.end_byte - style.closing))
    texts = style.parts(segments)
    if not values:
        return Literal(span(node), texts[0])
    parts: list[Expression] = []
    for index, text in enumerate(texts):
        if text:
            parts.append(Literal(span(node), text))
        if index < len(values):
            parts.extend(values[index])
    return Template(span(node), tuple(parts))


def _unlabelled(node: Node) -> list[Node]:
    """The value of an interpolation without its label."""
    children = [child for child in node.children if child.type not in EXTRAS]
    if len(children) > 2 and children[0].type == "value_argument_label":
        return children[2:]
    return children or [node]


def _slice(context: Context, start: int, end: int) -> str:
    return context.data[start : max(start, end)].decode("utf-8", "replace")


def _tuple(context: Context, node: Node) -> Expression:
    arguments = tuple_arguments(context, node)
    if len(arguments) == 1 and arguments[0].label is None:
        return arguments[0].value
    return ListDisplay(span(node), tuple(argument.value for argument in arguments))


def tuple_arguments(context: Context, node: Node) -> tuple[Argument, ...]:
    """The elements of a tuple as arguments."""
    from keylint.languages.swift.expressions import expression

    arguments: list[Argument] = []
    for part in split([child for child in node.children[1:-1] if child.type not in EXTRAS], ","):
        label = None
        if len(part) > 2 and part[1].type == ":":
            label = context.identifier(part[0])
            part = part[2:]
        part = [child for child in part if child.end_byte > child.start_byte]
        if part:
            at = Span(part[0].start_byte, part[-1].end_byte)
            arguments.append(Argument(at, expression(context, *part), label))
    return tuple(arguments)


def _group(context: Context, node: Node) -> Expression:
    """Parentheses behind an operator, which the grammar takes for arguments."""
    from keylint.languages.swift.expressions import call_arguments

    values = [argument.value for argument in call_arguments(context, node)[0]]
    return values[0] if len(values) == 1 else ListDisplay(span(node), tuple(values))


def _array(context: Context, node: Node) -> Expression:
    from keylint.languages.swift.expressions import expression, stray

    items: list[Expression | Spread] = []
    for part in split([child for child in node.children if child.type not in EXTRAS and child.type not in ("[", "]")], ","):
        errors = [child for child in part if child.is_error]
        items.extend(Spread(span(child), stray(context, child)) for child in errors)
        part = [child for child in part if not child.is_error]
        if part:
            items.append(expression(context, *part))
    return ListDisplay(span(node), tuple(items))


def _dictionary(context: Context, node: Node) -> Expression:
    from keylint.languages.swift.expressions import expression, stray

    conditions = context.conditions
    base = len(conditions.path(node.start_byte)) if conditions else 0
    placed: list[tuple[tuple[tuple[Group, int], ...], Entry | Spread | Conditional]] = []
    for part in split([child for child in node.children if child.type not in EXTRAS and child.type not in ("[", "]")], ","):
        items: list[Entry | Spread | Conditional] = []
        for child in part:
            if child.is_error:
                items.append(Spread(span(child), stray(context, child)))
        part = [child for child in part if not child.is_error]
        colon = next((index for index, child in enumerate(part) if child.type == ":"), -1)
        if 0 < colon < len(part) - 1:
            key = expression(context, *part[:colon])
            value = expression(context, *part[colon + 1 :])
            items.append(Entry(Span(part[0].start_byte, part[-1].end_byte), key, value))
        elif named := [child for child in part if child.is_named]:
            at = Span(part[0].start_byte, part[-1].end_byte)
            items.append(Spread(at, Opaque(at, tuple(expression(context, child) for child in named), "ERROR")))
        for item in items:
            placed.append((conditions.path(item.span.start)[base:] if conditions else (), item))
    return Dict(span(node), _conditional(placed, 0))


def _conditional(
    placed: list[tuple[tuple[tuple[Group, int], ...], Entry | Spread | Conditional]], level: int
) -> tuple[Entry | Spread | Conditional, ...]:
    """The entries, those of one `#if` group gathered in a `Conditional`."""
    out: list[Entry | Spread | Conditional] = []
    index = 0
    while index < len(placed):
        where, item = placed[index]
        if len(where) <= level:
            out.append(item)
            index += 1
            continue
        group = where[level][0]
        end = index
        while end < len(placed) and len(placed[end][0]) > level and placed[end][0][level][0] is group:
            end += 1
        branches = tuple(
            _conditional([entry for entry in placed[index:end] if entry[0][level][1] == number], level + 1)
            for number in range(len(group.branches))
        )
        if group.branches[-1].condition:
            branches = (*branches, ())
        out.append(Conditional(Span(group.start, group.end), compile_condition(group, 0), branches))
        index = end
    return tuple(out)


def compile_condition(group: Group, number: int) -> CompileCondition:
    """The condition of a branch."""
    branch = group.branches[number]
    end = branch.condition_start + len(branch.condition.encode())
    return CompileCondition(Span(branch.condition_start, end), branch.condition)


def _constructor(context: Context, node: Node) -> Expression:
    from keylint.languages.swift.expressions import value_arguments

    constructed = node.children[0]
    arguments: list[Argument] = []
    for suffix in node.children[1:]:
        label: str | None = None
        for part in suffix.children:
            if part.type == "value_arguments":
                value_arguments(context, part, arguments)
            elif part.type == "lambda_literal":
                arguments.append(trailing_closure(context, part, label))
                label = None
            elif part.type == "simple_identifier":
                label = context.text(part)
    callee = _type(context, constructed)
    name = callee.name if isinstance(callee, Name) else ""
    if not arguments:
        if name == "Dictionary":
            return Dict(span(node), ())
        if name in _COLLECTIONS:
            return ListDisplay(span(node), ())
    return Call(span(node), callee, tuple(arguments))


def _type(context: Context, node: Node) -> Expression:
    """A type used as a value."""
    if node.type == "dictionary_type":
        return Name(span(node), "Dictionary")
    if node.type == "array_type":
        return Name(span(node), "Array")
    if node.type != "user_type":
        return Name(span(node), type_name(node) or "")
    parts = [child for child in node.children if child.type == "type_identifier"]
    names = path(node)
    if not names:
        return Opaque(span(node), (), node.type)
    value: Expression = Name(span(parts[0]), names[0])
    for part, name in zip(parts[1:], names[1:], strict=True):
        value = Member(Span(node.start_byte, part.end_byte), value, name, span(part))
    return value


def trailing_closure(context: Context, node: Node, label: str | None) -> Argument:
    """A closure behind the parentheses of a call."""
    from keylint.languages.swift.expressions import expression

    return Argument(span(node), expression(context, node), label, trailing=True)


def _closure(context: Context, node: Node) -> Expression:
    from keylint.languages.swift.functions import closure

    return Lambda(span(node), closure(context, node))


def _branching(context: Context, node: Node) -> Expression:
    from keylint.languages.swift.statements import branching_expression

    return branching_expression(context, node)


def _key_path(context: Context, node: Node) -> Expression:
    return Opaque(span(node), (), "key_path_expression")


_HANDLERS: dict[str, Callable[[Context, Node], Expression]] = {
    "simple_identifier": _name,
    "self_expression": _name,
    "super_expression": _name,
    "integer_literal": _number,
    "hex_literal": _number,
    "oct_literal": _number,
    "bin_literal": _number,
    "real_literal": _number,
    "boolean_literal": _boolean,
    "nil_literal": _nil,
    "line_string_literal": _string,
    "multi_line_string_literal": _string,
    "raw_string_literal": _string,
    "tuple_expression": _tuple,
    "call_suffix": _group,
    "array_literal": _array,
    "dictionary_literal": _dictionary,
    "constructor_expression": _constructor,
    "lambda_literal": _closure,
    "if_statement": _branching,
    "switch_statement": _branching,
    "key_path_expression": _key_path,
}

_EXPRESSIONS = frozenset(_HANDLERS) | INFIX | {
    "prefix_expression",
    "postfix_expression",
    "as_expression",
    "check_expression",
    "navigation_expression",
    "call_expression",
    "ternary_expression",
    "try_expression",
    "await_expression",
    "macro_invocation",
    "selector_expression",
}


def is_expression(node: Node) -> bool:
    """Whether `node` has a value."""
    return node.type in _EXPRESSIONS or node.type in TYPES
