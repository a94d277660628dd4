"""Functions, initializers, accessors and closures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.swift.context import EXTRAS, Context, span
from keylint.languages.swift.expressions import expression
from keylint.languages.swift.modifiers import Modifiers, attribute, global_actor, modifiers
from keylint.languages.swift.operands import compile_condition
from keylint.languages.swift.statements import block
from keylint.languages.swift.types import NODES as TYPES
from keylint.languages.swift.types import is_optional, type_after, type_name
from keylint.program.module import Function, Parameter
from keylint.program.nodes import Assign, Block, CompileCondition, Evaluate, Name, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

_VOID = frozenset((None, "Void", "()", "Swift.Void"))

NEW_VALUE = "newValue"


def function(context: Context, node: Node, kind: str, visibility: str = "internal") -> Function:
    """A `func`, `init` or `deinit`, with or without a body."""
    children = node.children
    name, at = _name(context, children, kind)
    if node.start_byte in context.skipped and any(child.type == "function_body" for child in children):
        # Nothing that matters mentions its name, so nobody will ask for its signature.
        return Function(span(node), name, at, (), None, kind=kind, skipped=True, implicit_self=context.in_type)
    found = modifiers(context, node, visibility)
    return_type = type_name(type_after(children, "->"))
    body_node = next((child for child in children if child.type == "function_body"), None)
    body: Block | None = None
    if body_node is not None:
        body = _body(context, body_node.children[1:-1], span(body_node), return_type not in _VOID)
    return Function(
        span(node),
        name,
        at,
        parameters(context, children, labelled=at.end == at.start or name[:1].isidentifier()),
        body,
        kind=kind,
        is_static=found.is_static,
        is_async=any(child.type == "async" for child in children),
        throws=any(child.type in ("throws", "throws_clause") for child in children),
        isolation=found.isolation,
        visibility=found.visibility,
        attributes=(*found.attributes, *compiled_for(context, node)),
        implicit_self=context.in_type,
        return_type=return_type,
    )


def compiled_for(context: Context, node: Node) -> tuple[CompileCondition, ...]:
    """What the `#if` groups around a declaration ask for. What an `#else` or a second branch asks for is said where it is simple."""
    found = []
    for group, number in context.conditions.path(node.start_byte) if context.conditions else ():
        condition = compile_condition(group, 0)
        if number == 0:
            found.append(condition)
        elif condition.text.replace("_", "").replace("(", "").replace(")", "").isalnum():
            found.append(CompileCondition(condition.span, f"!{condition.text}"))
    return tuple(found)


def _name(context: Context, children: list[Node], kind: str) -> tuple[str, Span]:
    if kind in ("initializer", "deinitializer"):
        keyword = next((child for child in children if child.type in ("init", "deinit")), children[-1])
        return keyword.type if keyword.type in ("init", "deinit") else "init", span(keyword)
    seen = False
    for child in children:
        if seen and child.type not in EXTRAS:
            return context.identifier(child), span(child)
        seen = seen or child.type == "func"
    end = children[0].start_byte if children else 0
    return "", Span(end, end)


def _body(context: Context, nodes: list[Node], at: Span, returns: bool) -> Block:
    """A function's own body: closures around it have nothing to do with its anonymous parameters."""
    anonymous, context.anonymous = context.anonymous, []
    falls, context.falls = context.falls, []
    try:
        return block(context, nodes, at, returns)
    finally:
        context.anonymous = anonymous
        context.falls = falls


def parameters(context: Context, children: list[Node], labelled: bool = True) -> tuple[Parameter, ...]:
    """The parameters among the children of a declaration. Those of operators and subscripts have no label of their own."""
    out: list[Parameter] = []
    for index, child in enumerate(children):
        if child.type != "parameter":
            continue
        default: list[Node] = []
        if index + 1 < len(children) and children[index + 1].type == "=":
            for following in children[index + 2 :]:
                if following.type in (",", ")"):
                    break
                if following.type not in EXTRAS:
                    default.append(following)
        out.append(_parameter(context, child, default, labelled))
    return tuple(out)


def _parameter(context: Context, node: Node, default: list[Node], labelled: bool) -> Parameter:
    names: list[str] = []
    of: Node | None = None
    inout = variadic = False
    for child in node.children:
        kind = child.type
        if kind == "simple_identifier":
            names.append(context.identifier(child))
        elif kind == "parameter_modifiers":
            inout = "inout" in context.text(child)
        elif kind == "...":
            variadic = True
        elif of is None and kind in TYPES:
            of = child
    name = names[-1] if names else "_"
    label = names[0] if names and (len(names) > 1 or labelled) else None
    return Parameter(
        span(node),
        name,
        label=None if label == "_" else label,
        default=expression(context, *default) if default else None,
        rest="*" if variadic else "",
        optional=of is not None and is_optional(of),
        inout=inout,
        type_name=type_name(of),
    )


def closure(context: Context, node: Node) -> Function:
    """A closure expression. The anonymous parameters that it uses are declared."""
    declared: list[Parameter] = []
    captures: list[Name] = []
    captured: list[Statement] = []
    inside: list[Node] = []
    isolation: str | None = None
    is_async = throws = False
    return_type: str | None = None
    typed = False
    for child in node.children[1:-1]:
        kind = child.type
        if kind == "capture_list":
            for item in child.named_children:
                if item.type == "capture_list_item":
                    _capture(context, item, captures, captured)
        elif kind == "lambda_function_type":
            typed = True
            return_type = type_name(type_after(child.children, "->"))
            is_async = any(part.type == "async" for part in child.children)
            throws = any(part.type in ("throws", "throws_clause") for part in child.children)
            for part in child.children:
                if part.type == "lambda_function_type_parameters":
                    declared.extend(_closure_parameter(context, each) for each in part.named_children if each.type == "lambda_parameter")
        elif kind == "attribute":
            isolation = global_actor(context, attribute(context, child)) or isolation
        elif kind != "in":
            inside.append(child)
    context.anonymous.append(0)
    falls, context.falls = context.falls, []
    body = _closure_body(context, inside, span(node), return_type)
    context.falls = falls
    used = context.anonymous.pop()
    if not typed and not declared:
        at = Span(node.start_byte, node.start_byte)
        declared = [Parameter(at, f"${number}") for number in range(used)]
    if captured:
        body = Block(body.span, (*captured, *body.statements))
    return Function(
        span(node),
        "",
        Span(node.start_byte, node.start_byte),
        tuple(declared),
        body,
        kind="closure",
        is_async=is_async,
        throws=throws,
        isolation=isolation,
        implicit_self=context.in_type,
        return_type=return_type,
        captures=tuple(captures),
    )


def _closure_body(context: Context, nodes: list[Node], at: Span, return_type: str | None) -> Block:
    """A lone expression is what the closure returns; a lone `if` or `switch` only where a return type says so."""
    if return_type in ("Void", "()"):
        return block(context, nodes, at)
    if return_type is None:
        inner = [child for child in nodes if child.type not in EXTRAS]
        if len(inner) == 1 and inner[0].type == "statements":
            inner = [child for child in inner[0].named_children if child.type not in EXTRAS]
        if len(inner) == 1 and inner[0].type in ("if_statement", "switch_statement"):
            return block(context, nodes, at)
    return block(context, nodes, at, True)


def _capture(context: Context, item: Node, captures: list[Name], captured: list[Statement]) -> None:
    names = [child for child in item.children if child.type in ("simple_identifier", "self_expression")]
    if not names:
        return
    name = Name(span(names[0]), context.identifier(names[0]))
    captures.append(name)
    equals = next((index for index, child in enumerate(item.children) if child.type == "="), -1)
    if equals >= 0:
        value = [child for child in item.children[equals + 1 :] if child.type not in EXTRAS]
        if value:
            assigned = Assign(span(item), name, expression(context, *value), scope="block", constant=True)
            captured.append(Evaluate(span(item), assigned))


def _closure_parameter(context: Context, node: Node) -> Parameter:
    names = [context.identifier(child) for child in node.children if child.type == "simple_identifier"]
    of = next((child for child in node.children if child.type in TYPES), None)
    inout = any(child.type == "parameter_modifiers" and "inout" in context.text(child) for child in node.children)
    optional = of is not None and is_optional(of)
    return Parameter(span(node), names[-1] if names else "_", optional=optional, inout=inout, type_name=type_name(of))


def accessors(
    context: Context,
    node: Node,
    name: str,
    at: Span,
    found: Modifiers,
    own: tuple[Parameter, ...],
    return_type: str | None,
    skipped: bool,
) -> tuple[Function | None, Function | None]:
    """The getter and setter in the braces of a computed property or subscript, whose own parameters are `own`."""

    def accessor(kind: str, where: Node, body: Block | None, parameters: tuple[Parameter, ...], marks: list[Node]) -> Function:
        return Function(
            span(where),
            name,
            at,
            parameters,
            body,
            kind=kind,
            is_static=found.is_static,
            is_async=any(mark.type == "async" for mark in marks),
            throws=any(mark.type in ("throws", "throws_clause") for mark in marks),
            skipped=skipped,
            isolation=found.isolation,
            visibility=found.visibility,
            implicit_self=context.in_type,
            return_type=return_type if kind == "getter" else None,
        )

    getter: Function | None = None
    setter: Function | None = None
    parts = [child for child in node.children if child.type in ("computed_getter", "computed_setter", "computed_modify")]
    if not parts:
        body = None if skipped else _body(context, node.children[1:-1], span(node), True)
        return accessor("getter", node, body, own, []), None
    for part in parts:
        inside, where = _braces(part)
        marks = [mark for child in part.children if child.type.endswith("_specifier") for mark in child.children]
        if part.type == "computed_getter":
            body = None if skipped or where is None else _body(context, inside, where, True)
            getter = accessor("getter", part, body, own, marks)
        elif part.type == "computed_setter" or setter is None:
            body = None if skipped or where is None else _body(context, inside, where, False)
            given = next((child for child in part.children if child.type == "simple_identifier"), None)
            value = Parameter(span(given or part), context.identifier(given) if given is not None else NEW_VALUE, type_name=return_type)
            setter = accessor("setter", part, body, (*own, value), marks)
    return getter, setter


def _braces(node: Node) -> tuple[list[Node], Span | None]:
    children = node.children
    opening = next((index for index, child in enumerate(children) if child.type == "{"), -1)
    if opening < 0:
        return [], None
    return [child for child in children[opening + 1 :] if child.type != "}"], Span(children[opening].start_byte, node.end_byte)


def observers(context: Context, node: Node, found: Modifiers, skipped: bool) -> list[Function]:
    """`willSet` and `didSet` as methods."""
    out: list[Function] = []
    for clause in node.named_children:
        if clause.type not in ("willset_clause", "didset_clause"):
            continue
        name, implied = ("willSet", NEW_VALUE) if clause.type == "willset_clause" else ("didSet", "oldValue")
        given = next((child for child in clause.children if child.type == "simple_identifier"), None)
        keyword = next((child for child in clause.children if child.type == name), clause)
        value = Parameter(span(given or keyword), context.identifier(given) if given is not None else implied)
        inside, where = _braces(clause)
        body = None if skipped or where is None else _body(context, inside, where, False)
        out.append(
            Function(
                span(clause),
                name,
                span(keyword),
                (value,),
                body,
                kind="method",
                is_static=found.is_static,
                skipped=skipped,
                isolation=found.isolation,
                visibility="private",
                implicit_self=context.in_type,
            )
        )
    return out
