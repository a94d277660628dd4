"""Values: operators, calls, members, object and array literals, assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import EXTRAS, ExpressionHandler, Lowering, first, parts, span, unwrap
from keylint.languages.typescript.functions import arrow_function, function_expression, method
from keylint.languages.typescript.literals import number, number_value, property_key, string, template, template_parts
from keylint.languages.typescript.patterns import target
from keylint.program.nodes import (
    Argument,
    Assign,
    Await,
    Call,
    Choice,
    Dict,
    Entry,
    Expression,
    Index,
    Lambda,
    ListDisplay,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Span,
    Spread,
    Yield,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_BINARY = {
    "&&": "and",
    "||": "or",
    "??": "default",
    "==": "==",
    "===": "==",
    "!=": "!=",
    "!==": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "in": "in",
    "instanceof": "is",
    "+": "+",
    "-": "-",
    "*": "*",
    "/": "/",
    "%": "%",
}
_UNARY = {"!": "not", "void": "void", "typeof": "typeof", "delete": "delete", "-": "-"}
_INERT = ("number", "string", "identifier")
_FREEZERS = (b"Object.freeze", b"Object.seal")


def _name(context: Lowering, node: Node) -> Expression:
    name = context.text(node)
    return Name(span(node), name) if name else Opaque(span(node), (), "missing")


def _this(context: Lowering, node: Node) -> Expression:
    return Name(span(node), "self")


def _nothing(context: Lowering, node: Node) -> Expression:
    return Literal(span(node), None)


def _true(context: Lowering, node: Node) -> Expression:
    return Literal(span(node), True)


def _false(context: Lowering, node: Node) -> Expression:
    return Literal(span(node), False)


def _private_name(context: Lowering, node: Node) -> Expression:
    return Literal(span(node), context.text(node))


def _unknown(context: Lowering, node: Node) -> Expression:
    return Opaque(span(node), (), node.type)


def _member(context: Lowering, node: Node) -> Expression:
    name = node.child_by_field_name("property")
    receiver = context.field(node, "object")
    if name is None or name.is_missing:
        return Opaque(span(node), (receiver,), "missing")
    optional = node.child_by_field_name("optional_chain") is not None
    return Member(span(node), receiver, context.text(name), span(name), optional)


def _index(context: Lowering, node: Node) -> Expression:
    optional = node.child_by_field_name("optional_chain") is not None
    return Index(span(node), context.field(node, "object"), context.field(node, "index"), optional)


def _has_token(node: Node, token: str) -> bool:
    return any(child.type == token for child in node.children)


def call_arguments(context: Lowering, node: Node) -> tuple[Argument, ...]:
    """The arguments in the parentheses `node`. What the parser skipped among them stands for any number of arguments."""
    found: list[Argument] = []
    for child in node.named_children:
        if child.is_error:
            found.append(Argument(span(child), context.stray(child), spread="*"))
        elif child.type == "spread_element":
            found.append(Argument(span(child), context.operand(child), spread="*"))
        elif context.is_expression(child):
            found.append(Argument(span(child), context.expression(child)))
    return tuple(found)


def _call(context: Lowering, node: Node) -> Expression:
    callee = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if callee is None or arguments is None:
        return Opaque(span(node), (), "missing")
    if arguments.type == "template_string":
        tag = context.expression(callee)
        pieces = tuple(Argument(part.span, part) for part in template_parts(context, arguments))
        return Call(span(node), tag, pieces)
    if callee.type == "member_expression" and context.data[callee.start_byte : callee.end_byte] in _FREEZERS:
        frozen = list(parts(arguments))
        if len(frozen) == 1 and context.is_expression(frozen[0]):
            return context.expression(frozen[0])
    lowered = Name(span(callee), "import") if callee.type == "import" else context.expression(callee)
    optional = _has_token(node, "?.") or _has_token(node, "optional_chain")
    return Call(span(node), lowered, call_arguments(context, arguments), optional)


def _new(context: Lowering, node: Node) -> Expression:
    callee = context.field(node, "constructor")
    arguments = node.child_by_field_name("arguments")
    return Call(span(node), callee, () if arguments is None else call_arguments(context, arguments), constructs=True)


def _binary(context: Lowering, node: Node) -> Expression:
    spine = [node]
    while True:
        left = spine[-1].child_by_field_name("left")
        if left is None or (below := unwrap(left)).type != "binary_expression" or below.has_error:
            break
        spine.append(below)
    if not context.deeper(len(spine)):
        operands = [context.field(spine[-1], "left")]
        operands.extend(context.field(level, "right") for level in reversed(spine))
        return Opaque(span(node), tuple(operands), "chain")
    result = context.field(spine[-1], "left")
    for level in reversed(spine):
        operator = level.child_by_field_name("operator")
        written = "" if operator is None else operator.type
        operands = [result, context.field(level, "right")]
        named = _BINARY.get(written)
        if named is None:
            result = Opaque(span(level), tuple(operands), f"binary {written}")
        else:
            result = Operation(span(level), named, tuple(operands))
    return result


def _unary(context: Lowering, node: Node) -> Expression:
    operator = node.child_by_field_name("operator")
    argument = node.child_by_field_name("argument")
    written = "" if operator is None else operator.type
    if written == "-" and argument is not None and argument.type == "number":
        value = number_value(context.text(argument))
        if value is not None:
            return Literal(span(node), -value)
    operand = context.field(node, "argument")
    named = _UNARY.get(written)
    if named is None:
        return Opaque(span(node), (operand,), f"unary {written}")
    return Operation(span(node), named, (operand,))


def _update(context: Lowering, node: Node) -> Expression:
    step = step_assignment(context, node)
    argument = node.child_by_field_name("argument")
    if argument is not None and argument.start_byte == node.start_byte:
        # Its value is the one before the step.
        return Opaque(span(node), (step,), "update")
    return step


def step_assignment(context: Lowering, node: Node) -> Expression:
    """`x++` for its effect."""
    argument = node.child_by_field_name("argument")
    operator = node.child_by_field_name("operator")
    if argument is None or operator is None:
        return Opaque(span(node), (), "missing")
    return Assign(span(node), target(context, argument), Literal(span(operator), 1), operator=operator.type[0])


def _assignment(context: Lowering, node: Node) -> Expression:
    left = node.child_by_field_name("left")
    if left is None:
        return Opaque(span(node), (context.field(node, "right"),), "missing")
    value = context.field(node, "right")
    if node.children[0].type == "using":
        return Assign(span(node), target(context, left), value, scope="block", constant=True)
    return Assign(span(node), target(context, left), value)


def _augmented(context: Lowering, node: Node) -> Expression:
    left = node.child_by_field_name("left")
    operator = node.child_by_field_name("operator")
    if left is None or operator is None:
        return Opaque(span(node), (), "missing")
    written = operator.type[:-1]
    place, value = target(context, left), context.field(node, "right")
    named = _BINARY.get(written)
    if named is None:
        return Assign(span(node), place, Opaque(span(node), (place, value), f"binary {written}"))
    return Assign(span(node), place, value, operator=named)


def _choice(context: Lowering, node: Node) -> Expression:
    rest = [node]
    while True:
        after = rest[-1].child_by_field_name("alternative")
        if after is None or (below := unwrap(after)).type != "ternary_expression" or below.has_error:
            break
        rest.append(below)
    if not context.deeper(len(rest)):
        found: list[Expression] = []
        for level in rest:
            found.append(context.field(level, "condition"))
            found.append(context.field(level, "consequence"))
        return Opaque(span(node), (*found, context.field(rest[-1], "alternative")), "chain")
    result = context.field(rest[-1], "alternative")
    for level in reversed(rest):
        result = Choice(span(level), context.field(level, "condition"), context.field(level, "consequence"), result)
    return result


def _await(context: Lowering, node: Node) -> Expression:
    operand = first(node)
    if operand is not None and operand.type == "assignment_expression" and operand.children[0].type == "using":
        return context.expression(operand)
    return Await(span(node), context.operand(node))


def _yield(context: Lowering, node: Node) -> Expression:
    return Yield(span(node), context.optional_expression(first(node)))


def _sequence(context: Lowering, node: Node) -> Expression:
    items = sequence_items(node)
    if all(item.type in _INERT for item in items[:-1]):
        # `(0, module.function)(…)`, as compilers write it to call without `this`.
        return context.expression(items[-1])
    return Opaque(span(node), tuple([context.expression(item) for item in items]), "sequence")


def sequence_items(node: Node) -> list[Node]:
    """The expressions of `a, b, c`, however the grammar nests them."""
    items: list[Node] = []
    pending = [node]
    while pending:
        node = unwrap(pending.pop())
        if node.type == "sequence_expression":
            pending.extend(reversed(list(parts(node))))
        else:
            items.append(node)
    return items


def _object(context: Lowering, node: Node) -> Expression:
    items: list[Entry | Spread] = []
    for child in node.named_children:
        kind = child.type
        if kind == "pair":
            items.extend(_pair(context, child))
        elif kind == "shorthand_property_identifier":
            name = context.text(child)
            value: Expression = Literal(span(child), None) if name == "undefined" else Name(span(child), name)
            items.append(Entry(span(child), Literal(span(child), name), value))
        elif kind == "spread_element":
            items.append(Spread(span(child), context.operand(child)))
        elif kind == "method_definition":
            items.append(_method_entry(context, child))
        elif child.is_error:
            items.append(Spread(span(child), context.stray(child)))
    return Dict(span(node), tuple(items))


def _pair(context: Lowering, node: Node) -> list[Entry | Spread]:
    key = node.child_by_field_name("key")
    value = node.child_by_field_name("value")
    if key is None or value is None:
        return [Spread(span(node), Opaque(span(node), (), "missing"))]
    entry: list[Entry | Spread] = [Entry(span(node), property_key(context, key), context.expression(value))]
    if node.has_error:
        entry.extend(Spread(span(child), context.stray(child)) for child in node.children if child.is_error)
    return entry


def _method_entry(context: Lowering, node: Node) -> Entry:
    name = node.child_by_field_name("name")
    key = Opaque(span(node), (), "missing") if name is None else property_key(context, name)
    function = method(context, node)
    value: Expression = Lambda(span(node), function)
    if function.kind != "method":
        # What a getter gives is computed when the property is read.
        value = Opaque(span(node), (value,), function.kind)
    return Entry(span(node), key, value)


def _array(context: Lowering, node: Node) -> Expression:
    items: list[Expression | Spread] = []
    hole = True
    for child in node.children:
        kind = child.type
        if kind == ",":
            if hole:
                items.append(Literal(Span(child.start_byte, child.start_byte), None))
            hole = True
        elif kind == "spread_element":
            items.append(Spread(span(child), context.operand(child)))
            hole = False
        elif child.is_error:
            items.append(Spread(span(child), context.stray(child)))
        elif child.is_named and kind not in EXTRAS:
            items.append(context.expression(child))
            hole = False
    return ListDisplay(span(node), tuple(items))


def _pattern(context: Lowering, node: Node) -> Expression:
    return target(context, node)


EXPRESSIONS: dict[str, ExpressionHandler] = {
    "identifier": _name,
    "shorthand_property_identifier": _name,
    "this": _this,
    "super": _name,
    "null": _nothing,
    "undefined": _nothing,
    "true": _true,
    "false": _false,
    "number": number,
    "string": string,
    "template_string": template,
    "regex": _unknown,
    "meta_property": _unknown,
    "private_property_identifier": _private_name,
    "member_expression": _member,
    "nested_identifier": _member,
    "subscript_expression": _index,
    "call_expression": _call,
    "new_expression": _new,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "update_expression": _update,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented,
    "ternary_expression": _choice,
    "await_expression": _await,
    "yield_expression": _yield,
    "sequence_expression": _sequence,
    "object": _object,
    "array": _array,
    "object_pattern": _pattern,
    "array_pattern": _pattern,
    "arrow_function": arrow_function,
    "function_expression": function_expression,
    "generator_function": function_expression,
}
"""What each kind of expression is lowered by. The dialects' other kinds are added by their modules."""
