"""What functions do: declarations of variables, branches, loops, exits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.classes import hoist_class, pattern_names
from keylint.languages.typescript.context import Lowering, StatementHandler, first, parts, span, unwrap
from keylint.languages.typescript.expressions import sequence_items, step_assignment
from keylint.languages.typescript.functions import make_function, member_name
from keylint.languages.typescript.patterns import target
from keylint.languages.typescript.types import annotated
from keylint.program.nodes import (
    Argument,
    Assign,
    Block,
    Break,
    Call,
    Case,
    Continue,
    Define,
    Evaluate,
    Expression,
    Handler,
    If,
    Literal,
    Loop,
    Member,
    Name,
    Opaque,
    Raise,
    Return,
    Statement,
    Switch,
    Try,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = ("for_statement", "for_in_statement", "while_statement", "do_statement")


def _evaluate(context: Lowering, node: Node, out: list[Statement]) -> None:
    value = first(node)
    if value is not None:
        _effect(context, value, out)


def _effect(context: Lowering, node: Node, out: list[Statement]) -> None:
    """`node` for what it does; the items of a sequence one after the other."""
    for item in sequence_items(node):
        if item.type == "internal_module":
            context.expression(item)
        elif item.type == "update_expression":
            out.append(Evaluate(span(item), step_assignment(context, item)))
        else:
            out.append(Evaluate(span(item), context.expression(item)))


def _result(context: Lowering, node: Node | None, out: list[Statement]) -> Expression | None:
    """The value of `node`, after the effects of what precedes it in a sequence."""
    if node is None:
        return None
    items = sequence_items(node)
    for item in items[:-1]:
        _effect(context, item, out)
    return context.expression(items[-1] if len(items) > 1 else node)


def variables(context: Lowering, node: Node, out: list[Statement]) -> None:
    """`const a = 1, { b } = c;`."""
    kind = node.children[0].type if node.child_count else "var"
    scope = "function" if kind == "var" else "block"
    for declarator in node.named_children:
        if declarator.type != "variable_declarator":
            continue
        place = declarator.child_by_field_name("name")
        if place is None:
            continue
        if declarator.has_error:
            for child in declarator.children:
                if child.is_error:
                    out.extend(context.errors(child))
        value_node = declarator.child_by_field_name("value")
        if value_node is not None and unwrap(value_node).type == "class" and place.type == "identifier":
            hoist_class(context, unwrap(value_node), context.text(place))
            continue
        type_name, _ = annotated(context, declarator.child_by_field_name("type"))
        value = context.optional_expression(value_node)
        assigned = Assign(span(declarator), target(context, place), value, scope=scope, constant=kind == "const", type_name=type_name)
        out.append(Evaluate(span(declarator), assigned))


def _define(context: Lowering, node: Node, out: list[Statement]) -> None:
    name, name_span = member_name(context, node)
    out.append(Define(span(node), make_function(context, node, name, name_span, "function")))


def _block(context: Lowering, node: Node, out: list[Statement]) -> None:
    out.append(context.block(node, span(node)))


def _if(context: Lowering, node: Node, out: list[Statement]) -> None:
    levels = [node]
    final: Node | None = None
    while True:
        clause = levels[-1].child_by_field_name("alternative")
        branch = None if clause is None else first(clause)
        if branch is None or branch.type != "if_statement" or branch.has_error:
            final = branch
            break
        levels.append(branch)
    tests: list[tuple[Node, Expression, Block]] = []
    for level in levels:
        test = context.field(level, "condition")
        tests.append((level, test, context.block(level.child_by_field_name("consequence"), span(level))))
    otherwise = None if final is None else context.block(final, span(final))
    if not context.deeper(len(levels)):
        # Too many to nest: each may run, in order, which is less than what is known and not false.
        for level, test, then in tests:
            out.append(If(span(level), Opaque(span(level), (test,), "depth"), then))
        if otherwise is not None:
            out.append(If(otherwise.span, Opaque(otherwise.span, (), "depth"), otherwise))
        return
    for level, test, then in reversed(tests):
        lowered = If(span(level), test, then, otherwise)
        otherwise = Block(span(level), (lowered,))
    assert otherwise is not None
    out.extend(otherwise.statements)


def _switch(context: Lowering, node: Node, out: list[Statement]) -> None:
    subject = context.field(node, "value")
    body = node.child_by_field_name("body")
    cases: list[Case] = []
    for child in parts(body) if body is not None else ():
        if child.type not in ("switch_case", "switch_default"):
            if child.is_error:
                out.extend(context.errors(child))
            continue
        value = child.child_by_field_name("value")
        patterns = () if value is None else (context.expression(value),)
        found: list[Statement] = []
        for statement in child.named_children:
            if statement != value:
                context.statement(statement, found)
        cases.append(Case(span(child), patterns, Block(span(child), tuple(found)), falls_through=True))
    out.append(Switch(span(node), subject, tuple(cases)))


def _for(context: Lowering, node: Node, out: list[Statement], label: str | None = None) -> None:
    header: list[Statement] = []
    initializer = node.child_by_field_name("initializer")
    if initializer is not None:
        if context.is_statement(initializer):
            context.statement(initializer, header)
        elif context.is_expression(initializer):
            _effect(context, initializer, header)
    test = next((child for child in node.children_by_field_name("condition") if child.is_named), None)
    test = None if test is None else first(test) if test.type == "expression_statement" else test
    increment = node.child_by_field_name("increment")
    after: list[Statement] = []
    if increment is not None:
        _effect(context, increment, after)
    loop = Loop(
        span(node),
        context.block(node.child_by_field_name("body"), span(node)),
        test=None if test is None or test.type == "empty_statement" else context.expression(test),
        after=tuple([step.value for step in after if isinstance(step, Evaluate)]),
        label=label,
    )
    out.append(Block(span(node), (*header, loop)))


def _for_in(context: Lowering, node: Node, out: list[Statement], label: str | None = None) -> None:
    left = node.child_by_field_name("left")
    operator = node.child_by_field_name("operator")
    iterable = context.field(node, "right")
    if operator is not None and operator.type == "in":
        # `for … in` goes through the keys.
        at = iterable.span
        keys = Member(at, Name(at, "Object"), "keys", at)
        iterable = Call(at, keys, (Argument(at, iterable),))
    loop = Loop(
        span(node),
        context.block(node.child_by_field_name("body"), span(node)),
        target=Opaque(span(node), (), "missing") if left is None else target(context, left),
        iterable=iterable,
        awaits=any(child.type == "await" for child in node.children),
        label=label,
    )
    out.append(loop)


def _while(context: Lowering, node: Node, out: list[Statement], label: str | None = None) -> None:
    loop = Loop(
        span(node),
        context.block(node.child_by_field_name("body"), span(node)),
        test=context.field(node, "condition"),
        at_least_once=node.type == "do_statement",
        label=label,
    )
    out.append(loop)


def _labeled(context: Lowering, node: Node, out: list[Statement]) -> None:
    label = node.child_by_field_name("label")
    body = node.child_by_field_name("body")
    if label is None or body is None:
        return
    name = context.text(label)
    if body.type == "for_statement":
        _for(context, body, out, name)
    elif body.type == "for_in_statement":
        _for_in(context, body, out, name)
    elif body.type in _LOOPS:
        _while(context, body, out, name)
    else:
        # A labelled block is left by `break label`: a loop of one round.
        at = span(body)
        out.append(Loop(at, context.block(body, at), test=Literal(at, False), at_least_once=True, label=name))


def _try(context: Lowering, node: Node, out: list[Statement]) -> None:
    body = context.block(node.child_by_field_name("body"), span(node))
    handlers: list[Handler] = []
    clause = node.child_by_field_name("handler")
    if clause is not None:
        parameter = clause.child_by_field_name("parameter")
        name = context.text(parameter) if parameter is not None and parameter.type == "identifier" else None
        binds = () if parameter is None or name is not None else tuple(pattern_names(target(context, parameter)))
        caught = context.block(clause.child_by_field_name("body"), span(clause))
        handlers.append(Handler(span(clause), (), name, caught, binds=binds))
    finalizer = node.child_by_field_name("finalizer")
    final = None if finalizer is None else context.block(finalizer.child_by_field_name("body"), span(finalizer))
    out.append(Try(span(node), body, tuple(handlers), final=final))


def _return(context: Lowering, node: Node, out: list[Statement]) -> None:
    value = _result(context, first(node), out)
    out.append(Return(span(node), value))


def _throw(context: Lowering, node: Node, out: list[Statement]) -> None:
    value = _result(context, first(node), out)
    out.append(Raise(span(node), value))


def _label(context: Lowering, node: Node) -> str | None:
    label = node.child_by_field_name("label")
    return None if label is None else context.text(label)


def _break(context: Lowering, node: Node, out: list[Statement]) -> None:
    out.append(Break(span(node), _label(context, node)))


def _continue(context: Lowering, node: Node, out: list[Statement]) -> None:
    out.append(Continue(span(node), _label(context, node)))


def _with(context: Lowering, node: Node, out: list[Statement]) -> None:
    scope = context.field(node, "object")
    out.append(Evaluate(scope.span, scope))
    out.append(context.block(node.child_by_field_name("body"), span(node)))


def _import_alias(context: Lowering, node: Node, out: list[Statement]) -> None:
    """`import A = B.C`."""
    pieces = list(parts(node))
    if len(pieces) == 2:
        name, value = pieces
        assigned = Assign(span(node), Name(span(name), context.text(name)), context.expression(value), scope="block", constant=True)
        out.append(Evaluate(span(node), assigned))


def _export(context: Lowering, node: Node, out: list[Statement]) -> None:
    """An export where only a part of the file was understood: what it declares, without being exported."""
    declared = node.child_by_field_name("declaration") or node.child_by_field_name("value")
    if declared is None:
        return
    if context.is_statement(declared):
        context.statement(declared, out)
    elif context.is_expression(declared):
        _effect(context, declared, out)


def _nothing(context: Lowering, node: Node, out: list[Statement]) -> None:
    pass


STATEMENTS: dict[str, StatementHandler] = {
    "expression_statement": _evaluate,
    "lexical_declaration": variables,
    "variable_declaration": variables,
    "function_declaration": _define,
    "generator_function_declaration": _define,
    "statement_block": _block,
    "if_statement": _if,
    "switch_statement": _switch,
    "for_statement": _for,
    "for_in_statement": _for_in,
    "while_statement": _while,
    "do_statement": _while,
    "labeled_statement": _labeled,
    "try_statement": _try,
    "return_statement": _return,
    "throw_statement": _throw,
    "break_statement": _break,
    "continue_statement": _continue,
    "with_statement": _with,
    "import_alias": _import_alias,
    "export_statement": _export,
    "empty_statement": _nothing,
}
