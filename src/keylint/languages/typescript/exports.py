"""Imports and exports in every form, and what the exported names make public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.typescript.context import Lowering, first, parts, span, unwrap
from keylint.languages.typescript.literals import string_value
from keylint.program.module import Export, Import
from keylint.program.nodes import Assign, Call, Dict, Entry, Expression, Literal, Member, Name, Span, Spread

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPE_ONLY = ("type", "typeof")


def imports(context: Lowering, node: Node) -> list[Import]:
    """The bindings of an import statement. Type-only ones, and Flow's `typeof`, are none."""
    if _only_types(context, node):
        return []
    at = span(node)
    source = node.child_by_field_name("source")
    found: list[Import] = []
    bound = False
    module = "" if source is None else string_value(context, source)
    for clause in parts(node):
        if clause.type == "import_require_clause":
            required = clause.child_by_field_name("source")
            name = first(clause)
            if name is not None and required is not None:
                found.append(Import(at, string_value(context, required), "*", context.text(name)))
            return found
        if clause.type != "import_clause" or source is None:
            continue
        bound = True
        for part in parts(clause):
            if part.type == "identifier":
                found.append(Import(span(part), module, "default", context.text(part)))
            elif part.type == "namespace_import" and (name := first(part)) is not None:
                found.append(Import(span(part), module, "*", context.text(name)))
            elif part.type == "named_imports":
                found.extend(_named_imports(context, part, module))
    if not bound and source is not None:
        found.append(Import(at, module, "*", None))
    return found


def _named_imports(context: Lowering, node: Node, module: str) -> list[Import]:
    found: list[Import] = []
    for part in parts(node):
        name = part.child_by_field_name("name")
        if part.type != "import_specifier" or name is None or _only_types(context, part):
            continue
        local = part.child_by_field_name("alias") or name
        found.append(Import(span(part), module, _written(context, name), context.text(local)))
    return found


def _only_types(context: Lowering, node: Node) -> bool:
    """Whether `type` or `typeof` stands before what is imported or exported."""
    for child in node.children:
        if child.is_error:
            if context.text(child).strip() in _TYPE_ONLY:
                return True
        elif not child.is_named and child.type in _TYPE_ONLY:
            return True
    return False


def _written(context: Lowering, node: Node) -> str:
    return string_value(context, node) if node.type == "string" else context.text(node)


def clause_exports(context: Lowering, node: Node) -> list[Export]:
    """`export { a as b }`, `export … from 'x'`, `export = x`."""
    if _only_types(context, node):
        return []
    at = span(node)
    source = node.child_by_field_name("source")
    module = None if source is None else string_value(context, source)
    found: list[Export] = []
    for part in parts(node):
        if part.type == "export_clause":
            for one in parts(part):
                name = one.child_by_field_name("name")
                if one.type != "export_specifier" or name is None or _only_types(context, one):
                    continue
                alias = one.child_by_field_name("alias") or name
                found.append(Export(span(one), _written(context, alias), _written(context, name), module))
        elif part.type == "namespace_export" and (name := first(part)) is not None:
            found.append(Export(at, _written(context, name), "*", module))
        elif part.type == "identifier" and module is None:
            found.append(Export(at, "default", context.text(part)))
    if module is not None and any(child.type == "*" for child in node.children):
        found.append(Export(at, "*", None, module))
    return found


def value_export(at: Span, name: str, value: Expression) -> Export:
    """An exported value; one that only names something exports that."""
    if isinstance(value, Name) and value.name != "self":
        return Export(at, name, value.name)
    return Export(at, name, None, None, value)


def commonjs_place(context: Lowering, place: Node) -> str | None:
    """What an assignment to `place` exports: a name, `"="` for the whole module, or `None` for nothing."""
    start = context.data[place.start_byte : place.start_byte + 8]
    if (start != b"module.e" and start[:7] != b"exports") or place.type not in ("member_expression", "subscript_expression"):
        return None
    text = context.text(place)
    if text == "module.exports":
        return "="
    for prefix in ("module.exports.", "exports."):
        if text.startswith(prefix) and text[len(prefix) :].isidentifier():
            return text[len(prefix) :]
    if place.type == "subscript_expression":
        receiver, index = place.child_by_field_name("object"), place.child_by_field_name("index")
        if receiver is not None and index is not None and index.type == "string":
            return string_value(context, index) if context.text(receiver) in ("exports", "module.exports") else None
    return None


def commonjs_locals(context: Lowering, statement: Node) -> set[str]:
    """The names that a statement like `module.exports = { a, b: c }` exports, without lowering it."""
    value = first(statement)
    exporting = False
    while value is not None and value.type == "assignment_expression":
        left = value.child_by_field_name("left")
        exporting = exporting or (left is not None and commonjs_place(context, left) is not None)
        value = value.child_by_field_name("right")
        value = None if value is None else unwrap(value)
    if not exporting or value is None:
        return set()
    if value.type == "identifier":
        return {context.text(value)}
    found: set[str] = set()
    for child in value.named_children if value.type == "object" else ():
        if child.type == "shorthand_property_identifier":
            found.add(context.text(child))
        elif child.type == "pair" and (held := child.child_by_field_name("value")) is not None and held.type == "identifier":
            found.add(context.text(held))
    return found


def commonjs_exports(value: Expression) -> list[Export]:
    """The exports that an already lowered top-level expression makes."""
    found: list[Export] = []
    places: list[tuple[Span, str]] = []
    while isinstance(value, Assign) and value.value is not None:
        name = _exported_name(value.target)
        if name is not None:
            places.append((value.span, name))
        value = value.value
    for at, name in places:
        if name != "=":
            found.append(value_export(at, name, value))
            continue
        found.append(value_export(at, "default", value))
        if (module := _required(value)) is not None:
            found.append(Export(at, "*", None, module))
        for item in value.items if isinstance(value, Dict) else ():
            if isinstance(item, Entry) and isinstance(item.key, Literal) and isinstance(item.key.value, str):
                if item.key.value != "default":
                    found.append(value_export(item.span, item.key.value, item.value))
            elif isinstance(item, Spread) and (module := _required(item.value)) is not None:
                found.append(Export(item.span, "*", None, module))
    return found


def _exported_name(place: Expression) -> str | None:
    if not isinstance(place, Member):
        return None
    if isinstance(place.object, Name):
        if place.object.name == "exports":
            return place.name
        return "=" if place.object.name == "module" and place.name == "exports" else None
    if isinstance(place.object, Member) and place.object.name == "exports":
        inner = place.object.object
        return place.name if isinstance(inner, Name) and inner.name == "module" else None
    return None


def _required(value: Expression) -> str | None:
    if isinstance(value, Call) and isinstance(value.callee, Name) and value.callee.name == "require" and value.arguments:
        module = value.arguments[0].value
        if isinstance(module, Literal) and isinstance(module.value, str):
            return module.value
    return None
