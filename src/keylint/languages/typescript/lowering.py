"""A whole file: which of its parts matter, and what they become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from keylint.languages import NotParsed
from keylint.languages.relevance import relevant_units
from keylint.languages.typescript import classes, errors, exports, expressions, jsx, statements
from keylint.languages.typescript.context import EXTRAS, Lowering, first, parts, span
from keylint.languages.typescript.functions import decorators_of, make_function, member_name
from keylint.languages.typescript.outline import VARIABLES, Item, outline
from keylint.languages.typescript.parse import parse
from keylint.languages.typescript.patterns import target
from keylint.program.module import Export, Function, Import, Module, TypeDeclaration
from keylint.program.nodes import Block, Define, Evaluate, Name, Opaque, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

    from keylint.source import Source

_EXPRESSIONS = {**expressions.EXPRESSIONS, **classes.EXPRESSIONS, **jsx.EXPRESSIONS}
_STATEMENTS = {**statements.STATEMENTS, **classes.STATEMENTS}


def lower(source: Source, words: Sequence[bytes]) -> Module:
    """The neutral program of a file. Code that cannot matter given the trigger `words` is skipped.

    Raises `NotParsed` when the parser made nothing of the file.
    """
    roots = parse(source)
    top = [child for root in roots for child in ((root,) if root.is_error else root.named_children)]
    items = outline(source.data, top)
    if any(root.has_error for root in roots) and not any(map(_understood, top)):
        raise NotParsed("no syntax was recognised")
    context = Lowering(source.data, _EXPRESSIONS, _STATEMENTS, errors.surviving)
    context.top_level.update(item.node.id for item in items)
    context.top_level.update(item.export.id for item in items if item.export is not None)
    units = sorted((unit, index, place) for index, item in enumerate(items) for place, unit in enumerate(item.units))
    chosen = relevant_units(source.data, [unit for unit, _, _ in units], words)
    matters = {(index, place) for number, (_, index, place) in enumerate(units) if number in chosen}
    file = _File(context, _exported_locals(context, items))
    for index, item in enumerate(items):
        file.add(item, [not item.units or (index, place) in matters for place in range(max(len(item.units), 1))])
    return Module(
        "typescript",
        Block(Span(0, len(source.data)), tuple(file.body)),
        tuple(file.functions),
        tuple(file.types),
        tuple(file.imports),
        tuple(file.exports),
        (*errors.gaps(context, roots), *context.lost),
    )


def _understood(node: Node) -> bool:
    """Whether something of a top-level node is more than lost tokens."""
    return any(child.child_count for child in node.children) if node.is_error else node.is_named and node.type not in EXTRAS


def _exported_locals(context: Lowering, items: list[Item]) -> set[str]:
    """Names at the top level that are exported apart from their declaration."""
    names: set[str] = set()
    for item in items:
        if item.kind == "export":
            if item.export is None:
                names.update(export.local for export in exports.clause_exports(context, item.node) if export.local and not export.module)
            elif item.node.type == "identifier":
                names.add(context.text(item.node))
        elif item.kind == "statement" and item.node.type == "expression_statement":
            names |= exports.commonjs_locals(context, item.node)
    return names


class _File:
    """A module being put together."""

    def __init__(self, context: Lowering, exported: set[str]) -> None:
        self.context = context
        self.exported = exported
        self.body: list[Statement] = []
        self.functions: list[Function] = []
        self.types: list[TypeDeclaration] = []
        self.imports: list[Import] = []
        self.exports: list[Export] = []

    def add(self, item: Item, matters: list[bool]) -> None:
        """Lowers `item`; `matters` says so for each of its units, or once if it has none."""
        handlers = {
            "import": self._add_import,
            "export": self._add_export,
            "function": self._add_function,
            "class": self._add_class,
            "enum": self._add_enum,
            "namespace": self._add_namespace,
            "statement": self._add_statement,
            "error": self._add_error,
        }
        handlers[item.kind](item, matters)
        self._place_hoisted()

    def _place_hoisted(self) -> None:
        """Classes met in expressions outside any statement: they are declared by the file."""
        for define in self.context.hoisted:
            if isinstance(define.declaration, TypeDeclaration):
                self.types.append(define.declaration)
            else:
                self.functions.append(define.declaration)
        self.context.hoisted.clear()

    def _add_import(self, item: Item, matters: list[bool]) -> None:
        self.imports.extend(exports.imports(self.context, item.node))

    def _add_export(self, item: Item, matters: list[bool]) -> None:
        if item.export is None:
            self.exports.extend(exports.clause_exports(self.context, item.node))
            return
        at = span(item.export)
        node = item.node
        if node.type == "identifier" or matters[0]:
            self.exports.append(exports.value_export(at, "default", self.context.expression(node)))
        else:
            self.exports.append(Export(at, "default", None, None, Opaque(span(node), (), "skipped")))

    def _declared(self, item: Item) -> tuple[str, Span, str]:
        """Name, its place and the visibility of a declaration; notes its export."""
        name, name_span = member_name(self.context, item.node)
        name = name or "default"
        if item.export is not None:
            default = any(child.type == "default" for child in item.export.children)
            self.exports.append(Export(span(item.export), "default" if default else name, name))
        public = item.export is not None or name in self.exported
        return name, name_span, "public" if public else "private"

    def _add_function(self, item: Item, matters: list[bool]) -> None:
        name, name_span, visibility = self._declared(item)
        self.functions.append(
            make_function(
                self.context,
                item.node,
                name,
                name_span,
                "function",
                binds_this=item.node.type != "arrow_function",
                visibility=visibility,
                lowered=matters[0],
            )
        )

    def _add_class(self, item: Item, matters: list[bool]) -> None:
        name, _, visibility = self._declared(item)
        body = item.node.child_by_field_name("body")
        listed = [] if body is None else classes.members(body)
        lowered = {member.id for (member, _), wanted in zip(listed, matters[1:], strict=False) if wanted}
        self.types.append(
            classes.class_declaration(
                self.context,
                item.node,
                name,
                visibility=visibility,
                outer_decorators=() if item.export is None else decorators_of(self.context, item.export),
                matters=lambda member: member.id in lowered,
            )
        )

    def _add_enum(self, item: Item, matters: list[bool]) -> None:
        _, _, visibility = self._declared(item)
        self.types.append(classes.enum_declaration(self.context, item.node, visibility=visibility))

    def _add_namespace(self, item: Item, matters: list[bool]) -> None:
        if not matters[0]:
            return
        declared = classes.namespace_declaration(self.context, item.node, visibility="private" if item.export is None else "public")
        if declared is not None:
            self.types.append(declared)
            if item.export is not None:
                self.exports.append(Export(span(item.export), declared.name, declared.name))

    def _add_statement(self, item: Item, matters: list[bool]) -> None:
        context, node = self.context, item.node
        if item.export is not None:
            self._export_variables(node)
        commonjs = node.type == "expression_statement" and self._exports_commonjs(node)
        if not matters[0] and not commonjs:
            return
        mark = len(self.body)
        context.statement(node, self.body)
        kept: list[Statement] = []
        for statement in self.body[mark:]:
            if isinstance(statement, Define) and isinstance(statement.declaration, TypeDeclaration):
                declared = statement.declaration
                public = item.export is not None or declared.name in self.exported
                self.types.append(replace(declared, visibility="public") if public else declared)
                continue
            kept.append(statement)
            if commonjs and isinstance(statement, Evaluate):
                self.exports.extend(exports.commonjs_exports(statement.value))
        self.body[mark:] = kept

    def _exports_commonjs(self, node: Node) -> bool:
        value = first(node)
        while value is not None and value.type == "assignment_expression":
            left = value.child_by_field_name("left")
            if left is not None and exports.commonjs_place(self.context, left) is not None:
                return True
            value = value.child_by_field_name("right")
        return False

    def _export_variables(self, node: Node) -> None:
        for declarator in parts(node) if node.type in VARIABLES else (node,):
            place = first(declarator) if declarator.type == "import_alias" else declarator.child_by_field_name("name")
            if place is None:
                continue
            if place.type == "identifier":
                bound = [Name(span(place), self.context.text(place))]
            else:
                bound = classes.pattern_names(target(self.context, place))
            self.exports.extend(Export(span(declarator), name.name, name.name) for name in bound)

    def _add_error(self, item: Item, matters: list[bool]) -> None:
        if matters[0]:
            self.context.statement(item.node, self.body)
