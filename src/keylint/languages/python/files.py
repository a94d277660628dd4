"""A whole file: its declarations, its imports and its top-level code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from keylint.languages.python.classes import declaration, definition
from keylint.languages.python.context import Context
from keylint.languages.python.functions import decorator_names, function
from keylint.languages.python.imports import aliases, top_level
from keylint.languages.python.statements import lowered
from keylint.languages.python.units import skip_irrelevant
from keylint.program.module import Function, Gap, Module, TypeDeclaration
from keylint.program.nodes import Block, Span, Statement


def file(
    data: bytes, tree: ast.Module, starts: list[int], ends: list[int] | None, gaps: Iterable[Gap], words: Sequence[bytes]
) -> Module:
    """Lowers a syntax tree; see `Context` for `starts` and `ends`."""
    context = Context(data, starts, ends, gaps, definition)
    imports, types_only = top_level(context, tree.body)
    context.aliases = aliases(imports)
    skip_irrelevant(context, tree.body, words)
    functions: list[Function] = []
    types: list[TypeDeclaration] = []
    statements: list[Statement] = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if "overload" not in decorator_names(node):
                functions.append(function(context, node))
        elif isinstance(node, ast.ClassDef):
            types.append(declaration(context, node))
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            # A name bound under a condition belongs to the file all the same, not to the block it stands in.
            simple = isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr))
            context.scope.assign = "block" if simple else "function"
            statements.extend(lowered(context, node))
    return Module(
        language="python",
        body=Block(Span(0, len(data)), tuple(statements)),
        functions=tuple(functions),
        types=tuple(types),
        imports=tuple(imports),
        type_imports=tuple(types_only),
        gaps=tuple(sorted(context.gaps, key=lambda gap: gap.span)),
    )
