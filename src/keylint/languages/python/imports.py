"""Imports: as declarations of the file, and as code where order and scope matter."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keylint.languages.python.context import Context
from keylint.program.module import Import
from keylint.program.nodes import Argument, Assign, Call, Evaluate, Expression, Literal, Member, Name, Statement

_WITHOUT_IMPORTS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)


def declared(context: Context, node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    """The bindings of an import statement."""
    for alias in node.names:
        span = context.span(alias)
        if isinstance(node, ast.ImportFrom):
            module = _module(node)
            if alias.name == "*":
                yield Import(span, module, "*", None, wildcard=True)
            else:
                yield Import(span, module, alias.name, alias.asname or alias.name)
        elif alias.asname:
            yield Import(span, alias.name, "*", alias.asname)
        else:
            root = alias.name.partition(".")[0]
            yield Import(span, root, "*", root)
            if root != alias.name:
                yield Import(span, alias.name, "*", None)


def executed(context: Context, node: ast.Import | ast.ImportFrom) -> Iterator[Statement]:
    """An import statement inside a function or under a condition, as assignments."""
    for item in declared(context, node):
        span = item.span
        loaded: Expression = Call(span, Name(span, "import"), (Argument(span, Literal(span, item.module)),))
        if item.name != "*":
            loaded = Member(span, loaded, item.name, span)
        if item.local is None:
            yield Evaluate(span, loaded)
        else:
            yield Evaluate(span, Assign(span, Name(span, item.local), loaded, context.scope.of(item.local)))


def aliases(imports: list[Import]) -> dict[str, str]:
    """Imported name to dotted origin."""
    return {
        item.local: item.module if item.name == "*" else f"{item.module}.{item.name}"
        for item in imports
        if item.local is not None
    }


def for_type_checkers(test: ast.expr) -> bool:
    """Whether `test` is `TYPE_CHECKING`, under which nothing runs."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def top_level(context: Context, body: list[ast.stmt]) -> tuple[list[Import], list[Import]]:
    """Every import that runs when the file is loaded, also under `if`, `try` and `with`, in order; and those for type checkers alone."""
    found: list[Import] = []
    types: list[Import] = []
    pending = list(reversed(body))
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.extend(declared(context, node))
        elif isinstance(node, ast.If) and for_type_checkers(node.test):
            pending.extend(reversed(node.orelse))
            for inside in node.body:
                if isinstance(inside, (ast.Import, ast.ImportFrom)):
                    types.extend(declared(context, inside))
        elif not isinstance(node, _WITHOUT_IMPORTS):
            inner: list[ast.stmt] = []
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt):
                    inner.append(child)
                elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                    inner.extend(child.body)
            pending.extend(reversed(inner))
    return found, types




def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")
