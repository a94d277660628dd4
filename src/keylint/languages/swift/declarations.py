"""Properties and types, in types and inside bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keylint.languages.swift.context import EXTRAS, MAX_DEPTH, Context, span
from keylint.languages.swift.expressions import expression
from keylint.languages.swift.functions import accessors, function, observers, parameters
from keylint.languages.swift.modifiers import Modifiers, modifiers
from keylint.languages.swift.patterns import target
from keylint.languages.swift.types import NODES as TYPES
from keylint.languages.swift.types import extended_name, type_after, type_name, unwrapped
from keylint.program.module import Function, Property, TypeDeclaration
from keylint.program.nodes import Assign, Define, Evaluate, Expression, ListDisplay, Name, Opaque, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

TYPE_NODES = frozenset(("class_declaration", "protocol_declaration"))
FUNCTION_KINDS = {
    "function_declaration": "method",
    "protocol_function_declaration": "method",
    "init_declaration": "initializer",
    "deinit_declaration": "deinitializer",
}
PROPERTY_NODES = frozenset(("property_declaration", "protocol_property_declaration"))
_BODIES = frozenset(("class_body", "enum_class_body", "protocol_body"))


class Declarator(NamedTuple):
    """One name, or pattern of names, of a `let` or `var`."""

    pattern: Node
    type_name: str | None
    value: list[Node]
    computed: Node | None
    observers: Node | None
    requirements: Node | None


def declarators(node: Node) -> list[Declarator]:
    """What a property declaration declares: `let a = 1, b: Int`."""
    out: list[Declarator] = []
    pattern: Node | None = None
    kind_of: str | None = None
    value: list[Node] = []
    computed: Node | None = None
    watched: Node | None = None
    required: Node | None = None
    in_value = False

    def finish() -> None:
        nonlocal pattern, kind_of, value, computed, watched, required, in_value
        if pattern is not None:
            out.append(Declarator(pattern, kind_of, value, computed, watched, required))
        pattern, kind_of, value, computed, watched, required, in_value = None, None, [], None, None, None, False

    for child in node.children:
        kind = child.type
        if kind == ",":
            finish()
        elif kind == "computed_property":
            computed = child
        elif kind == "willset_didset_block":
            watched = child
        elif kind == "protocol_property_requirements":
            required = child
        elif kind == "type_annotation" and not in_value:
            kind_of = type_name(type_after(child.children, ":"))
        elif kind == "=":
            in_value = True
        elif kind == "pattern" and not in_value:
            pattern = child
        elif in_value and kind not in EXTRAS:
            value.append(child)
    finish()
    return out


def is_constant(node: Node) -> bool:
    """Whether a property declaration says `let`."""
    for child in node.children:
        if child.type == "value_binding_pattern" or child.type == "pattern":
            if child.type == "pattern":
                child = child.children[0] if child.children else child
            return (child.text or b"").startswith(b"let")
    return False


def local_declaration(context: Context, node: Node, out: list[Statement]) -> None:
    """A declaration inside a body or at the top level, as statements."""
    kind = node.type
    if kind in TYPE_NODES:
        was, context.in_type = context.in_type, True
        declared = type_declaration(context, node, "")
        context.in_type = was
        out.append(Define(span(node), declared))
    elif kind == "property_declaration":
        _variables(context, node, out)
    else:
        out.append(Define(span(node), function(context, node, "function" if kind == "function_declaration" else "initializer")))


def _variables(context: Context, node: Node, out: list[Statement]) -> None:
    constant = is_constant(node)
    concurrent = any(child.type == "async" for child in node.children)
    found: Modifiers | None = None
    for each in declarators(node):
        bound = target(context, [each.pattern])
        at = Span(each.pattern.start_byte, each.value[-1].end_byte if each.value else each.pattern.end_byte)
        if each.computed is not None and isinstance(bound, Name):
            found = found or modifiers(context, node)
            getter, setter = accessors(context, each.computed, bound.name, bound.span, found, (), each.type_name, False)
            out.extend(Define(accessor.span, accessor) for accessor in (getter, setter) if accessor is not None)
            continue
        value = expression(context, *each.value) if each.value else None
        assigned = Assign(at, bound, value, "block", constant=constant, concurrent=concurrent, type_name=each.type_name)
        out.append(Evaluate(span(node) if len(out) == 0 else at, assigned))
        if each.observers is not None:
            found = found or modifiers(context, node)
            out.extend(Define(observer.span, observer) for observer in observers(context, each.observers, found, False))


def properties(context: Context, node: Node, functions: list[Function], visibility: str) -> list[Property]:
    """The properties of a type that one declaration declares; their observers go to `functions`."""
    found = modifiers(context, node, visibility)
    skipped = node.start_byte in context.skipped
    constant = is_constant(node)
    out: list[Property] = []
    for each in declarators(node):
        bound = target(context, [each.pattern])
        value = expression(context, *each.value) if each.value and not skipped else None
        getter: Function | None = None
        setter: Function | None = None
        mutable = not constant
        if isinstance(bound, Name) and each.computed is not None:
            getter, setter = accessors(context, each.computed, bound.name, bound.span, found, (), each.type_name, skipped)
            mutable = setter is not None
        if each.requirements is not None:
            mutable = any(child.type == "setter_specifier" for child in each.requirements.children)
        for name, part in _named(bound, value):
            out.append(
                Property(
                    span(node),
                    name.name,
                    name.span,
                    part,
                    getter,
                    setter,
                    is_static=found.is_static,
                    is_lazy=found.is_lazy,
                    mutable=mutable,
                    visibility=found.visibility,
                    isolation=found.isolation,
                    type_name=each.type_name if isinstance(bound, Name) else None,
                    attributes=found.attributes,
                    skipped=skipped and (bool(each.value) or each.computed is not None),
                )
            )
        if each.observers is not None:
            functions.extend(observers(context, each.observers, found, skipped))
    return out


def _named(bound: Expression, value: Expression | None) -> list[tuple[Name, Expression | None]]:
    """Each name of a pattern with its part of the value."""
    if isinstance(bound, Name):
        return [(bound, value)]
    if not isinstance(bound, ListDisplay):
        return []
    out: list[tuple[Name, Expression | None]] = []
    for index, item in enumerate(bound.items):
        part: Expression | None = None
        if isinstance(value, ListDisplay) and len(value.items) == len(bound.items):
            element = value.items[index]
            part = element if isinstance(element, Expression) else None
        elif value is not None:
            part = Opaque(value.span, (value,), "tuple")
        if isinstance(item, Expression):
            out.extend(_named(item, part))
    return out


def _cases(context: Context, node: Node, out: list[Property]) -> None:
    found = modifiers(context, node)
    children = [child for child in node.children if child.type not in EXTRAS]
    for index, child in enumerate(children):
        if child.type != "simple_identifier" or children[index - 1].type not in ("case", ","):
            continue
        value: Expression | None = None
        if index + 2 < len(children) and children[index + 1].type == "=":
            raw: list[Node] = []
            for following in children[index + 2 :]:
                if following.type in (",", ";"):
                    break
                raw.append(following)
            value = expression(context, *raw) if raw else None
        out.append(
            Property(
                span(child),
                context.identifier(child),
                span(child),
                value,
                is_static=True,
                is_case=True,
                mutable=False,
                attributes=found.attributes,
            )
        )


def _subscript(context: Context, node: Node, visibility: str) -> list[Function]:
    found = modifiers(context, node, visibility)
    children = node.children
    keyword = next((child for child in children if child.type == "subscript"), node)
    computed = next((child for child in children if child.type == "computed_property"), None)
    own = parameters(context, children, labelled=False)
    if computed is None:
        return []
    skipped = node.start_byte in context.skipped
    returned = type_name(type_after(children, "->"))
    pair = accessors(context, computed, "subscript", span(keyword), found, own, returned, skipped)
    return [accessor for accessor in pair if accessor is not None]


class _Members:
    """The members of a type while they are gathered."""

    __slots__ = ("functions", "properties", "types")

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self.properties: list[Property] = []
        self.types: list[TypeDeclaration] = []


def type_declaration(context: Context, node: Node, outer: str) -> TypeDeclaration:
    """A type, extension or protocol with its members. `outer` qualifies its name."""
    found = modifiers(context, node)
    kind, name, at, inherits, body = _heading(context, node)
    if outer and kind != "extension":
        name = f"{outer}.{name}"
    members = _Members()
    if body is not None and context.depth < MAX_DEPTH // 2:
        context.depth += 1
        inherited = found.visibility if kind == "extension" and found.visibility != "internal" else "internal"
        inside, context.in_type = context.in_type, True
        _gather(context, body.children, name, inherited, members)
        context.in_type = inside
        context.depth -= 1
    elif body is not None:
        context.too_deep(span(body))
    return TypeDeclaration(
        span(node),
        name,
        at,
        kind,
        inherits,
        tuple(members.functions),
        tuple(members.properties),
        tuple(members.types),
        isolation=found.isolation,
        visibility=found.visibility,
        attributes=found.attributes,
    )


def alias(context: Context, node: Node, outer: str) -> TypeDeclaration | None:
    """A `typealias` that gives a named type another name; what it says of functions and tuples nobody calls by name."""
    names = [child for child in node.children if child.type == "type_identifier"]
    target = type_after(node.children, "=")
    if not names or target is None or unwrapped(target).type != "user_type":
        return None
    name = context.identifier(names[0])
    called = f"{outer}.{name}" if outer else name
    found = modifiers(context, node)
    return TypeDeclaration(span(node), called, span(names[0]), "alias", (type_name(target) or "",), visibility=found.visibility)


def _heading(context: Context, node: Node) -> tuple[str, str, Span, tuple[str, ...], Node | None]:
    kind = "class"
    name = ""
    at = Span(node.start_byte, node.start_byte)
    inherits: list[str] = []
    body: Node | None = None
    for child in node.children:
        what = child.type
        if what in ("class", "struct", "actor", "enum", "extension", "protocol"):
            kind = what
        elif what in _BODIES:
            body = child
        elif what == "inheritance_specifier":
            of = next((part for part in child.children if part.type in TYPES), None)
            inherits.append(type_name(of) or "")
        elif not name and what == "type_identifier":
            name, at = context.identifier(child), span(child)
        elif not name and what in TYPES:
            name, at = extended_name(child), span(child)
    return kind, name, at, tuple(inherits), body


def _gather(context: Context, nodes: list[Node], name: str, visibility: str, members: _Members) -> None:
    for node in nodes:
        kind = node.type
        if kind in PROPERTY_NODES:
            members.properties.extend(properties(context, node, members.functions, visibility))
        elif kind in FUNCTION_KINDS:
            members.functions.append(function(context, node, FUNCTION_KINDS[kind], visibility))
        elif kind == "subscript_declaration":
            members.functions.extend(_subscript(context, node, visibility))
        elif kind in TYPE_NODES:
            members.types.append(type_declaration(context, node, name))
        elif kind == "typealias_declaration":
            if (other := alias(context, node, name)) is not None:
                members.types.append(other)
        elif kind == "enum_entry":
            _cases(context, node, members.properties)
        elif node.is_error and context.depth < MAX_DEPTH:
            context.depth += 1
            _gather(context, node.children, name, visibility, members)
            context.depth -= 1
        elif node.is_error:
            context.too_deep(span(node))
