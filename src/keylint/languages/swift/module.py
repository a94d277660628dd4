"""A whole file: its declarations, its imports, and its top-level code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.languages.swift.context import EXTRAS, MAX_DEPTH, Context, span
from keylint.languages.swift.declarations import TYPE_NODES, alias, local_declaration, type_declaration
from keylint.languages.swift.functions import function
from keylint.languages.swift.parsing import Parsed, gaps
from keylint.languages.swift.statements import statements
from keylint.program.module import Function, Import, Module, TypeDeclaration
from keylint.program.nodes import Block, Define, Span, Statement

if TYPE_CHECKING:
    from tree_sitter import Node


class _Parts:
    """What a file is made of, while it is gathered."""

    __slots__ = ("code", "functions", "imports", "types")

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self.types: list[TypeDeclaration] = []
        self.imports: list[Import] = []
        self.code: list[Node] = []


def module(context: Context, parsed: Parsed) -> Module:
    """The file that was parsed."""
    parts = _Parts()
    for root in parsed.roots:
        _gather(context, root.children, parts, 0)
    body = statements(context, parts.code, 0)
    return Module(
        "swift",
        Block(Span(0, len(context.data)), tuple(body)),
        tuple(parts.functions),
        tuple(parts.types),
        tuple(parts.imports),
        (),
        (*gaps(parsed), *context.lost),
    )


def _gather(context: Context, nodes: list[Node], parts: _Parts, depth: int) -> None:
    for node in nodes:
        kind = node.type
        if kind in TYPE_NODES:
            parts.types.append(type_declaration(context, node, ""))
        elif kind == "typealias_declaration":
            if (other := alias(context, node, "")) is not None:
                parts.types.append(other)
        elif kind == "function_declaration" or kind == "protocol_function_declaration":
            parts.functions.append(function(context, node, "function"))
        elif kind == "init_declaration" or kind == "deinit_declaration":
            # Only where the parser lost the type around it.
            parts.functions.append(function(context, node, "initializer" if kind == "init_declaration" else "deinitializer"))
        elif kind == "import_declaration":
            parts.imports.extend(_imports(context, node))
        elif kind == "property_declaration" and any(child.type == "computed_property" for child in node.children):
            defined: list[Statement] = []
            if node.start_byte not in context.skipped:
                local_declaration(context, node, defined)
            for each in defined:
                if isinstance(each, Define) and isinstance(each.declaration, Function):
                    parts.functions.append(each.declaration)
        elif node.is_error or kind == "statements":
            if depth < MAX_DEPTH:
                _gather(context, node.children, parts, depth + 1)
            else:
                context.too_deep(span(node))
        elif kind in ("statement_label", "throw_keyword") or (
            node.is_named and kind not in EXTRAS and node.start_byte not in context.skipped
        ):
            parts.code.append(node)


def _imports(context: Context, node: Node) -> list[Import]:
    names: list[str] = []
    selective = False
    for child in node.children:
        if child.type == "identifier":
            names = [context.identifier(part) for part in child.children if part.type == "simple_identifier"]
        elif child.type in ("typealias", "struct", "class", "enum", "protocol", "let", "var", "func"):
            selective = True
    if not names:
        return []
    if selective and len(names) > 1:
        return [Import(span(node), ".".join(names[:-1]), names[-1], names[-1])]
    return [Import(span(node), ".".join(names), "*", None, True)]
