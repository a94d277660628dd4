"""Statements, and if/switch expressions, which are statements with a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from keylint.languages.swift.conditions import Conditions, Group
from keylint.languages.swift.context import EXTRAS, MAX_DEPTH, Context, significant, span
from keylint.languages.swift.expressions import expression
from keylint.languages.swift.operands import compile_condition, is_expression
from keylint.languages.swift.patterns import comparison, condition, pattern, where
from keylint.program.module import Function
from keylint.program.nodes import (
    Block,
    Break,
    Call,
    Case,
    Choice,
    Continue,
    Defer,
    Evaluate,
    Expression,
    Handler,
    If,
    Lambda,
    Loop,
    Matches,
    Member,
    Name,
    Opaque,
    Operation,
    Raise,
    Return,
    Span,
    Statement,
    Switch,
    Try,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_BRANCHING = frozenset(("if_statement", "switch_statement"))


def statements(context: Context, nodes: list[Node], outside: int) -> list[Statement]:
    """What `nodes` do, in order. The offset `outside` is in no `#if` group that begins among them."""
    return _placed(context, nodes, False, outside)


def block(context: Context, nodes: list[Node], at: Span, returns: bool = False) -> Block:
    """The children of a block in a scope of their own. With `returns` a lone expression is the value of the function."""
    return Block(at, tuple(_placed(context, nodes, returns, at.start)))


def _placed(context: Context, nodes: list[Node], returns: bool, outside: int) -> list[Statement]:
    """Lowers `nodes`; those of one `#if` group are gathered in an `If`. The offset `outside` is in no group that begins among them."""
    rows: list[tuple[tuple[tuple[Group, int], ...], list[Statement]]] = []
    nodes = _flattened(nodes)
    if returns:
        returns = len([node for node in nodes if node.is_named]) == 1
    conditions = context.conditions
    base = len(conditions.path(outside)) if conditions else 0
    label: str | None = None
    throws = False
    for node in nodes:
        kind = node.type
        if kind == "statement_label":
            label = context.text(node).rstrip(":").strip()
            continue
        if kind == "throw_keyword":
            throws = True
            continue
        out: list[Statement] = []
        if throws and node.is_named:
            out.append(Raise(span(node), expression(context, node)))
        else:
            statement(context, node, out, returns, label)
        label = None
        throws = False
        if out:
            rows.append((conditions.path(node.start_byte)[base:] if conditions else (), out))
    if conditions is None:
        return [one for _, row in rows for one in row]
    return _conditional(conditions, rows, 0)


def is_error_directive(node: Node) -> bool:
    """Whether `node` is `#error("…")`."""
    return node.type == "diagnostic" and node.text is not None and node.text.startswith(b"#error")


def _flattened(nodes: list[Node]) -> list[Node]:
    out: list[Node] = []
    for node in nodes:
        for child in node.children if node.type == "statements" else (node,):
            if child.type not in EXTRAS or is_error_directive(child):
                out.append(child)
    return out


def _conditional(
    conditions: Conditions, rows: list[tuple[tuple[tuple[Group, int], ...], list[Statement]]], level: int
) -> list[Statement]:
    out: list[Statement] = []
    index = 0
    while index < len(rows):
        where_, row = rows[index]
        if len(where_) <= level:
            out.extend(row)
            index += 1
            continue
        group = where_[level][0]
        end = index
        while end < len(rows) and len(rows[end][0]) > level and rows[end][0][level][0] is group:
            end += 1
        branches = [
            _conditional(conditions, [entry for entry in rows[index:end] if entry[0][level][1] == number], level + 1)
            for number in range(len(group.branches))
        ]
        falls = [conditions.falls_through(branch.start, branch.end) for branch in group.branches]
        if any(falls):
            # The case falls through at its end, so a branch that does not has to leave.
            for branch, row, fall in zip(group.branches, branches, falls, strict=True):
                if not fall:
                    row.append(Break(Span(branch.end, branch.end)))
        out.append(_branches(group, branches))
        index = end
    return out


def _branches(group: Group, branches: list[list[Statement]]) -> Statement:
    """`#if`, `#elseif` and `#else` as nested `If`s."""
    otherwise: Block | None = None
    for number in range(len(branches) - 1, -1, -1):
        branch = group.branches[number]
        body = Block(Span(branch.start, branch.end), tuple(branches[number]))
        if not branch.condition and number:
            otherwise = body
            continue
        at = Span(branch.condition_start if number else group.start, group.end)
        conditional = If(at, compile_condition(group, number), body, otherwise)
        otherwise = Block(at, (conditional,))
    return conditional


def statement(context: Context, node: Node, out: list[Statement], returns: bool = False, label: str | None = None) -> None:
    """Appends what `node` does to `out`."""
    kind = node.type
    if node.is_error:
        out.extend(_placed(context, node.children, False, node.start_byte))
        return
    if is_error_directive(node):
        # What does not compile goes no further.
        out.append(Evaluate(span(node), Call(span(node), Name(span(node), "fatalError"), ())))
        return
    if not node.is_named or kind in EXTRAS:
        return
    if context.depth >= MAX_DEPTH:
        out.append(Evaluate(span(node), context.too_deep(span(node))))
        return
    context.depth += 1
    try:
        if kind == "statements":
            out.extend(_placed(context, node.children, False, node.start_byte))
        elif (handler := _HANDLERS.get(kind)) is not None:
            if node.has_error:
                for child in node.children:
                    if child.is_error:
                        out.extend(_placed(context, child.children, False, child.start_byte))
            handler(context, node, out, returns, label)
        elif kind in _DECLARATIONS:
            from keylint.languages.swift.declarations import local_declaration

            local_declaration(context, node, out)
        elif (deferred := _deferred(node)) is not None:
            out.append(Defer(span(node), _closure_block(context, deferred)))
        elif is_expression(node) or kind.endswith(("_expression", "_literal", "_invocation")):
            value = expression(context, node)
            out.append(Return(span(node), value) if returns and kind != "assignment" else Evaluate(span(node), value))
    finally:
        context.depth -= 1


def _deferred(node: Node) -> Node | None:
    """The closure of `defer { … }`, which the grammar takes for a call."""
    if node.type != "call_expression" or node.child_count != 2:
        return None
    callee, suffix = node.children
    if callee.type == "simple_identifier" and callee.text == b"defer" and suffix.child_count == 1:
        return suffix.children[0] if suffix.children[0].type == "lambda_literal" else None
    return None


def _closure_block(context: Context, node: Node) -> Block:
    return block(context, node.children[1:-1], span(node))


class _Parts:
    """A statement's header and its blocks: what stands in braces, and the else-if that follows."""

    __slots__ = ("blocks", "header", "nested")

    def __init__(self, node: Node) -> None:
        self.header: list[Node] = []
        self.blocks: list[tuple[list[Node], Span]] = []
        self.nested: Node | None = None
        inside: list[Node] | None = None
        opened = 0
        for child in node.children:
            kind = child.type
            if inside is not None:
                if kind == "}":
                    self.blocks.append((inside, Span(opened, child.end_byte)))
                    inside = None
                else:
                    inside.append(child)
            elif kind == "{":
                inside, opened = [], child.start_byte
            elif self.blocks or kind == "else":
                if kind == "if_statement":
                    self.nested = child
                elif kind != "else" and not child.is_error:
                    self.header.append(child)
            elif not child.is_error:
                self.header.append(child)
        if inside is not None:
            self.blocks.append((inside, Span(opened, node.end_byte)))

    def block(self, context: Context, number: int, node: Node, returns: bool = False) -> Block:
        """The block with this number; an empty one where the parser lost it."""
        if number < len(self.blocks):
            nodes, at = self.blocks[number]
            return block(context, nodes, at, returns)
        return Block(Span(node.end_byte, node.end_byte), ())


def _if(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    parts = _Parts(node)
    has_else = parts.nested is not None or len(parts.blocks) > 1
    returns = returns and has_else
    test, declares = condition(context, parts.header[1:], span(node))
    then = parts.block(context, 0, node, returns)
    otherwise: Block | None = None
    if parts.nested is not None:
        nested: list[Statement] = []
        statement(context, parts.nested, nested, returns)
        otherwise = Block(span(parts.nested), tuple(nested))
    elif has_else:
        otherwise = parts.block(context, 1, node, returns)
    branch = If(span(node), test, then, otherwise)
    out.append(Block(span(node), (branch,)) if declares else branch)


def _guard(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    parts = _Parts(node)
    test, _ = condition(context, parts.header[1:], span(node))
    otherwise = parts.block(context, 0, node)
    out.append(If(span(node), test, Block(Span(otherwise.span.start, otherwise.span.start), ()), otherwise))


def _while(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    parts = _Parts(node)
    test, _ = condition(context, parts.header[1:], span(node))
    out.append(Loop(span(node), parts.block(context, 0, node), test=test, label=label))


def _repeat(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    parts = _Parts(node)
    keyword = next((index for index, child in enumerate(parts.header) if child.type == "while"), 0)
    test, _ = condition(context, parts.header[keyword + 1 :], span(node))
    out.append(Loop(span(node), parts.block(context, 0, node), test=test, at_least_once=True, label=label))


def _for(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    parts = _Parts(node)
    item: list[Node] = []
    collection: list[Node] = []
    guard: Expression | None = None
    awaits = False
    past_in = False
    for child in parts.header[1:]:
        kind = child.type
        if kind == "in" and not past_in:
            past_in = True
        elif kind == "where_clause":
            guard = where(context, child)
        elif past_in:
            collection.append(child)
        elif kind == "await":
            awaits = True
        elif kind not in ("try_operator", "type_annotation"):
            item.append(child)
    at = span(node)
    body = parts.block(context, 0, node)
    iterable = expression(context, *collection) if collection else Opaque(at, (), "missing")
    found = pattern(context, item, True) if item else None
    element: Expression
    if found is not None and found.whole is not None and not found.optional and found.cast is None:
        element = found.whole
    else:
        element = Name(at, "$element")
        if found is not None:
            where_ = Span(item[0].start_byte, item[-1].end_byte)
            matches = Matches(where_, element, comparison(found, where_), tuple(found.binds))
            guard = matches if guard is None else Operation(where_, "and", (matches, guard))
    if guard is not None:
        body = Block(body.span, (If(body.span, guard, body),))
    out.append(Loop(at, body, target=element, iterable=iterable, awaits=awaits, label=label))


def _do(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    catches = [child for child in node.children if child.type == "catch_block"]
    body = _Parts(node).block(context, 0, node)
    out.append(Try(span(node), body, tuple(_handler(context, each) for each in catches)) if catches else body)


def _handler(context: Context, node: Node) -> Handler:
    parts = _Parts(node)
    guard: Expression | None = None
    patterns: list[Node] = []
    for child in parts.header[1:]:
        if child.type == "where_clause":
            guard = where(context, child)
        elif child.type not in EXTRAS:
            patterns.append(child)
    types: tuple[Expression, ...] = ()
    name = "error"
    binds: tuple[Name, ...] = ()
    lost = any(child.is_error for child in node.children)
    if patterns:
        found = pattern(context, patterns)
        binds = tuple(found.binds)
        if found.whole is not None and isinstance(found.whole, Name):
            name, binds = found.whole.name, ()
        if found.cast is not None:
            types = (found.cast,)
        elif found.compare is not None:
            types = (found.compare,)
    if lost:
        types = (*types, Opaque(span(node), (), "ERROR"))
    return Handler(span(node), types, name, parts.block(context, 0, node), guard, binds)


def _switch(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    subject: list[Node] = []
    cases: list[Case] = []
    inside = False
    for child in node.children[1:]:
        kind = child.type
        if kind == "{":
            inside = True
        elif kind == "switch_entry":
            cases.append(_case(context, child, returns))
        elif not inside and kind not in EXTRAS and not child.is_error:
            subject.append(child)
    value = expression(context, *subject) if subject else Opaque(span(node), (), "missing")
    out.append(Switch(span(node), value, tuple(cases)))


def _case(context: Context, node: Node, returns: bool) -> Case:
    patterns: list[Expression] = []
    binds: list[Name] = []
    guards: list[Expression] = []
    body: list[Node] = []
    pending: list[Node] = []
    irrefutable = falls = in_where = in_body = False

    def finish_guard() -> None:
        nonlocal pending
        if pending:
            guards.append(expression(context, *pending))
        pending = []

    for child in node.children:
        kind = child.type
        if kind == "fallthrough":
            falls = True
        elif in_body:
            body.append(child)
        elif kind == "switch_pattern":
            finish_guard()
            in_where = False
            found = pattern(context, child.children)
            binds.extend(found.binds)
            if found.compare is None and not found.optional:
                irrefutable = True
            else:
                patterns.append(comparison(found, span(child)))
        elif kind == "where_keyword":
            in_where = True
        elif kind == "default_keyword":
            irrefutable = True
        elif kind == ":":
            finish_guard()
            in_body = True
        elif in_where and child.is_named and kind not in EXTRAS:
            pending.append(child)
    start = next((child.end_byte for child in node.children if child.type in (":", "default_keyword")), node.start_byte)
    context.falls.append(falls)
    lowered = block(context, body, Span(start, node.end_byte), returns)
    falls = context.falls.pop()
    if context.conditions is not None and context.conditions.falls_through(node.start_byte, node.end_byte + 1):
        falls = True
    guard = guards[0] if len(guards) == 1 else None
    if guards and (len(guards) > 1 or len(patterns) + irrefutable > 1):
        # A `where` belongs to one pattern of several: together they are a test that nobody can decide here.
        guard = Opaque(guards[0].span, tuple(guards), "where")
    return Case(span(node), () if irrefutable else tuple(patterns), lowered, guard, tuple(binds), falls)


def _transfer(context: Context, node: Node, out: list[Statement], returns: bool, label: str | None) -> None:
    children = [child for child in node.children if child.type not in EXTRAS]
    keyword = children[0].type if children else ""
    rest = [child for child in children[1:] if not child.is_missing]
    if keyword == "throw_keyword":
        out.append(Raise(span(node), expression(context, *rest) if rest else None))
    elif keyword == "return":
        if len(rest) == 1 and rest[0].type in _BRANCHING:
            statement(context, rest[0], out, True)
        else:
            out.append(Return(span(node), expression(context, *rest) if rest else None))
    elif keyword in ("break", "continue"):
        name = context.identifier(rest[0]) if rest and rest[0].type == "simple_identifier" else None
        out.append(Break(span(node), name) if keyword == "break" else Continue(span(node), name))
    elif rest:
        out.append(Evaluate(span(node), Opaque(span(node), (expression(context, *rest),), keyword)))


_HANDLERS: dict[str, Callable[[Context, Node, list[Statement], bool, str | None], None]] = {
    "if_statement": _if,
    "guard_statement": _guard,
    "while_statement": _while,
    "repeat_while_statement": _repeat,
    "for_statement": _for,
    "do_statement": _do,
    "switch_statement": _switch,
    "control_transfer_statement": _transfer,
}

_DECLARATIONS = frozenset(("property_declaration", "function_declaration", "class_declaration", "protocol_declaration", "init_declaration"))


def branching_expression(context: Context, node: Node) -> Expression:
    """An if or switch expression: a choice where each branch is one expression, else a closure called on the spot."""
    choice = _choice_of_if(context, node) if node.type == "if_statement" else _choice_of_switch(context, node)
    if choice is not None:
        return choice
    at = span(node)
    out: list[Statement] = []
    statement(context, node, out, True)
    closure = Function(at, "", at, (), Block(at, tuple(out)), kind="closure", implicit_self=context.in_type)
    return Call(at, Lambda(at, closure), ())


def _lone(nodes: list[Node]) -> Node | None:
    """The only statement of a branch, where it is a plain expression."""
    inner = significant(_flattened(nodes))
    return inner[0] if len(inner) == 1 and (is_expression(inner[0]) or inner[0].type in _BRANCHING) else None


def _choice_of_if(context: Context, node: Node) -> Expression | None:
    parts = _Parts(node)
    if node.has_error or any(child.type in ("value_binding_pattern", "case") for child in parts.header):
        return None
    then = _lone(parts.blocks[0][0]) if parts.blocks else None
    if parts.nested is not None:
        otherwise: Node | None = parts.nested
    else:
        otherwise = _lone(parts.blocks[1][0]) if len(parts.blocks) > 1 else None
    if then is None or otherwise is None:
        return None
    test, _ = condition(context, parts.header[1:], span(node))
    return Choice(span(node), test, expression(context, then), expression(context, otherwise))


def _choice_of_switch(context: Context, node: Node) -> Expression | None:
    subject_nodes = [child for child in node.children if child.is_named and child.type not in EXTRAS and child.type != "switch_entry"]
    entries = [child for child in node.children if child.type == "switch_entry"]
    if node.has_error or len(subject_nodes) != 1 or not 1 < len(entries) < MAX_DEPTH - context.depth:
        return None
    subject = expression(context, subject_nodes[0])
    if not _is_plain(subject):
        return None
    rows: list[tuple[Expression | None, Node]] = []
    for entry in entries:
        kinds = [child.type for child in entry.children]
        value = _lone([child for child in entry.children if child.type == "statements"])
        if value is None or "where_keyword" in kinds or "fallthrough" in kinds:
            return None
        tests: list[Expression] = []
        for each in (child for child in entry.children if child.type == "switch_pattern"):
            found = pattern(context, each.children)
            if found.binds:
                return None
            if found.compare is not None:
                tests.append(Operation(span(each), "==", (subject, comparison(found, span(each)))))
        if "default_keyword" in kinds or not tests:
            rows.append((None, value))
        else:
            rows.append((tests[0] if len(tests) == 1 else Operation(span(entry), "or", tuple(tests)), value))
    # An exhaustive switch without default takes its last case when it takes no other.
    result = expression(context, rows[-1][1])
    for test, value in reversed(rows[:-1]):
        result = Choice(span(node), test, expression(context, value), result) if test is not None else expression(context, value)
    return result


def _is_plain(value: Expression) -> bool:
    """Whether evaluating `value` again changes nothing."""
    while isinstance(value, Member) and value.object is not None:
        value = value.object
    return isinstance(value, (Name, Member))
