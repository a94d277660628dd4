"""Types that exist at run time: classes, enums, namespaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from keylint.languages.typescript.context import ExpressionHandler, Lowering, StatementHandler, first, parts, span
from keylint.languages.typescript.functions import decorators, decorators_of, make_function, member_name, method
from keylint.languages.typescript.patterns import target
from keylint.languages.typescript.types import annotated
from keylint.program.module import Function, Property, TypeDeclaration
from keylint.program.nodes import Block, Define, Expression, ListDisplay, Name, Opaque, RecordPattern, Span, Spread, Statement, WithDefault

if TYPE_CHECKING:
    from tree_sitter import Node

CLASSES = ("class_declaration", "abstract_class_declaration", "class")
_METHODS = ("method_definition", "abstract_method_signature")
FIELD = "public_field_definition"
MEMBERS = (*_METHODS, FIELD, "class_static_block")
"""The members that exist at run time."""

_FUNCTIONS = ("function_declaration", "generator_function_declaration")
_VARIABLES = ("lexical_declaration", "variable_declaration")
_NAMESPACES = ("internal_module", "module")


def members(body: Node) -> list[tuple[Node, list[Node]]]:
    """The members of a class body with their decorators, also those the parser left in error nodes, in source order."""
    found: list[tuple[Node, list[Node]]] = []
    marks: list[Node] = []
    pending = list(reversed(body.named_children))
    while pending:
        child = pending.pop()
        if child.type == "decorator":
            marks.append(child)
        elif child.type in MEMBERS:
            found.append((child, [*marks, *(inner for inner in child.named_children if inner.type == "decorator")]))
            marks = []
        elif child.is_error:
            pending.extend(reversed(child.named_children))
    return found


class _Accessors(NamedTuple):
    getter: Function | None
    setter: Function | None


def class_declaration(
    context: Lowering,
    node: Node,
    name: str,
    *,
    visibility: str = "private",
    outer_decorators: tuple[Expression, ...] = (),
    matters: Callable[[Node], bool] = lambda member: True,
) -> TypeDeclaration:
    """The class that `node` spells, under `name`. Members that do not matter keep their names and lose their code."""
    name_node = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    functions: list[Function] = []
    properties: list[Property] = []
    accessors: dict[tuple[str, bool], _Accessors] = {}
    for member, marks in members(body) if body is not None else ():
        lowered = matters(member)
        attributes = decorators(context, marks)
        if member.type in _METHODS:
            function = method(
                context, member, visibility=_visibility(context, member), attributes=attributes, lowered=lowered, initializes=True
            )
            if function.kind in ("getter", "setter"):
                key = (function.name, function.is_static)
                known = accessors.get(key, _Accessors(None, None))
                accessors[key] = known._replace(**{function.kind: function})
            else:
                functions.append(function)
        elif member.type == FIELD:
            properties.append(_field(context, member, attributes, lowered))
        else:
            at = Span(member.start_byte, member.start_byte + len("static"))
            functions.append(make_function(context, member, "static", at, "method", is_static=True, lowered=lowered))
    properties.extend(_accessor(pair) for pair in accessors.values())
    if body is not None and body.has_error:
        functions.extend(_strays(context, body))
    return TypeDeclaration(
        span(node),
        name,
        Span(node.start_byte, node.start_byte) if name_node is None else span(name_node),
        "class",
        inherits=_inherits(context, node),
        functions=tuple(functions),
        properties=tuple(properties),
        visibility=visibility,
        attributes=(*outer_decorators, *decorators_of(context, node)),
    )


def _strays(context: Lowering, body: Node) -> list[Function]:
    """What errors between members still tell, each as a method that nobody is seen to call."""
    found: list[Function] = []
    for error in body.children:
        rest = context.errors(error, MEMBERS) if error.is_error else []
        if rest:
            at = span(error)
            name = f"<error@{error.start_byte}>"
            found.append(Function(at, name, at, (), Block(at, tuple(rest)), kind="method", visibility="private"))
    return found


def _inherits(context: Lowering, node: Node) -> tuple[str, ...]:
    names: list[str] = []
    for heritage in node.named_children:
        if heritage.type != "class_heritage":
            continue
        for clause in parts(heritage):
            if clause.type == "extends_clause":
                value = clause.child_by_field_name("value")
                if value is not None:
                    names.append(_heir(context, value))
            elif clause.type == "implements_clause":
                for written in parts(clause):
                    named = written.child_by_field_name("name") if written.type == "generic_type" else written
                    names.append(context.text(named or written))
            elif context.is_expression(clause):
                names.append(_heir(context, clause))
    return tuple(names)


def _heir(context: Lowering, value: Node) -> str:
    """A superclass as written; of a mixin `Mixed(Base)` the call's text, which names nothing."""
    text = context.text(value)
    return text if len(text) <= 200 else ""


def _visibility(context: Lowering, member: Node) -> str:
    name = member.child_by_field_name("name")
    if name is not None and name.type == "private_property_identifier":
        return "private"
    for child in member.named_children:
        if child.type == "accessibility_modifier":
            written = context.text(child)
            return "internal" if written == "protected" else written
    return "public"


def _field(context: Lowering, member: Node, attributes: tuple[Expression, ...], lowered: bool) -> Property:
    name, name_span = member_name(context, member)
    value_node = member.child_by_field_name("value")
    value: Expression | None = None
    if value_node is not None:
        value = context.expression(value_node) if lowered else Opaque(span(value_node), (), "skipped")
    tokens = {child.type for child in member.children if not child.is_named}
    type_name, _ = annotated(context, member.child_by_field_name("type"))
    return Property(
        span(member),
        name,
        name_span,
        value,
        is_static="static" in tokens,
        mutable="readonly" not in tokens,
        visibility=_visibility(context, member),
        type_name=type_name,
        attributes=attributes,
    )


def _accessor(pair: _Accessors) -> Property:
    of = pair.getter or pair.setter
    assert of is not None
    return Property(
        of.span,
        of.name,
        of.name_span,
        None,
        getter=pair.getter,
        setter=pair.setter,
        is_static=of.is_static,
        mutable=pair.setter is not None,
        visibility=of.visibility,
        type_name=None if pair.getter is None else pair.getter.return_type,
        attributes=of.attributes,
    )


def enum_declaration(context: Lowering, node: Node, *, visibility: str = "private") -> TypeDeclaration:
    """`enum Name { A = 1, B }`."""
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    cases: list[Property] = []
    for child in parts(body) if body is not None else ():
        if child.is_error:
            continue
        assigned = child.type == "enum_assignment"
        named = child.child_by_field_name("name") if assigned else child
        value = child.child_by_field_name("value") if assigned else None
        if named is None:
            continue
        # Quoted and computed names are the same names.
        text = context.text(named).strip("[]'\"`")
        initial = context.optional_expression(value)
        cases.append(Property(span(child), text, span(named), initial, is_static=True, is_case=True, mutable=False, visibility="public"))
    at = span(node)
    return TypeDeclaration(
        at,
        "" if name is None else context.text(name),
        at if name is None else span(name),
        "enum",
        properties=tuple(cases),
        visibility=visibility,
    )


def namespace_declaration(context: Lowering, node: Node, *, visibility: str = "private", outer: str = "") -> TypeDeclaration | None:
    """`namespace A.B { … }` as nested enums whose members are static. `declare module "x"` declares nothing that runs."""
    name = node.child_by_field_name("name")
    if name is None or name.type == "string":
        return None
    steps = [step.strip() for step in context.text(name).split(".")]
    qualified = [f"{outer}.{steps[0]}" if outer else steps[0]]
    for step in steps[1:]:
        qualified.append(f"{qualified[-1]}.{step}")
    innermost = _namespace(context, node, span(name), qualified[-1], visibility)
    for wrapper in reversed(qualified[:-1]):
        innermost = TypeDeclaration(span(node), wrapper, span(name), "enum", types=(innermost,), visibility=visibility)
    return innermost


def _namespace(context: Lowering, node: Node, name_span: Span, name: str, visibility: str) -> TypeDeclaration:
    body = node.child_by_field_name("body")
    functions: list[Function] = []
    properties: list[Property] = []
    types: list[TypeDeclaration] = []
    rest: list[Statement] = []
    for child in parts(body) if body is not None else ():
        exported = child.type == "export_statement"
        declared = (child.child_by_field_name("declaration") if exported else child) or child
        if declared.type == "expression_statement" and (inner := first(declared)) is not None and inner.type in _NAMESPACES:
            declared = inner
        seen = "public" if exported else "private"
        if declared.type in _FUNCTIONS:
            own, own_span = member_name(context, declared)
            functions.append(
                make_function(context, declared, own, own_span, "function", is_static=True, visibility=seen, implicit_self=True)
            )
        elif declared.type in CLASSES:
            own, _ = member_name(context, declared)
            types.append(class_declaration(context, declared, f"{name}.{own}", visibility=seen))
        elif declared.type == "enum_declaration":
            enum = enum_declaration(context, declared, visibility=seen)
            types.append(replace(enum, name=f"{name}.{enum.name}"))
        elif declared.type in _NAMESPACES:
            if context.deeper(1):
                context.depth += 1
                inner_type = namespace_declaration(context, declared, visibility=seen, outer=name)
                context.depth -= 1
                types.extend(() if inner_type is None else (inner_type,))
            else:
                context.too_deep(declared)
        elif declared.type in _VARIABLES:
            properties.extend(_constants(context, declared, seen))
        else:
            context.statement(child, rest)
    if rest:
        at = span(node)
        run = Function(at, "static", name_span, (), Block(at, tuple(rest)), kind="method", is_static=True, implicit_self=True)
        functions.append(run)
    return TypeDeclaration(
        span(node),
        name,
        name_span,
        "enum",
        functions=tuple(functions),
        properties=tuple(properties),
        types=tuple(types),
        visibility=visibility,
    )


def _constants(context: Lowering, node: Node, visibility: str) -> list[Property]:
    found: list[Property] = []
    constant = bool(node.children) and node.children[0].type == "const"
    for declarator in parts(node):
        place = declarator.child_by_field_name("name")
        if declarator.type != "variable_declarator" or place is None:
            continue
        value = context.optional_expression(declarator.child_by_field_name("value"))
        names = [Name(span(place), context.text(place))] if place.type == "identifier" else pattern_names(target(context, place))
        type_name, _ = annotated(context, declarator.child_by_field_name("type"))
        found.extend(
            Property(
                span(declarator),
                name.name,
                name.span,
                value if len(names) == 1 and place.type == "identifier" else Opaque(span(declarator), (), "pattern"),
                is_static=True,
                mutable=not constant,
                visibility=visibility,
                type_name=type_name,
            )
            for name in names
        )
    return found


def pattern_names(pattern: Expression) -> list[Name]:
    """The names that a pattern binds, in order."""
    names: list[Name] = []
    pending: list[Expression | Spread] = [pattern]
    while pending:
        part = pending.pop()
        if isinstance(part, Name):
            names.append(part)
        elif isinstance(part, WithDefault):
            pending.append(part.target)
        elif isinstance(part, Spread):
            pending.append(part.value)
        elif isinstance(part, ListDisplay):
            pending.extend(reversed(part.items))
        elif isinstance(part, RecordPattern):
            pending.extend([part.rest] if part.rest is not None else [])
            pending.extend(item.target for item in reversed(part.items))
    return names


def _class_expression(context: Lowering, node: Node) -> Expression:
    """A class where a value stands: declared before the statement that holds it, and named there."""
    name = node.child_by_field_name("name")
    return hoist_class(context, node, f"<class@{node.start_byte}>" if name is None else context.text(name))


def hoist_class(context: Lowering, node: Node, name: str) -> Expression:
    """Declares the class expression `node` as `name` before the current statement; the name is its value."""
    declared = class_declaration(context, node, name)
    context.hoisted.append(Define(span(node), declared))
    return Name(span(node), name)


def _class_statement(context: Lowering, node: Node, out: list[Statement]) -> None:
    name, _ = member_name(context, node)
    out.append(Define(span(node), class_declaration(context, node, name)))


def _enum_statement(context: Lowering, node: Node, out: list[Statement]) -> None:
    out.append(Define(span(node), enum_declaration(context, node)))


def _namespace_statement(context: Lowering, node: Node, out: list[Statement]) -> None:
    declared = namespace_declaration(context, node)
    if declared is not None:
        out.append(Define(span(node), declared))


def _ambient_statement(context: Lowering, node: Node, out: list[Statement]) -> None:
    """Of what `declare` promises, only an enum has values."""
    for child in parts(node):
        if child.type == "enum_declaration":
            _enum_statement(context, child, out)


def _namespace_expression(context: Lowering, node: Node) -> Expression:
    out: list[Statement] = []
    _namespace_statement(context, node, out)
    context.hoisted.extend(statement for statement in out if isinstance(statement, Define))
    return Opaque(span(node), (), "namespace")


EXPRESSIONS: dict[str, ExpressionHandler] = {"class": _class_expression, "internal_module": _namespace_expression}
STATEMENTS: dict[str, StatementHandler] = {
    "class_declaration": _class_statement,
    "abstract_class_declaration": _class_statement,
    "enum_declaration": _enum_statement,
    "module": _namespace_statement,
    "ambient_declaration": _ambient_statement,
}
