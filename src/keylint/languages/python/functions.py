"""Functions and methods."""

from __future__ import annotations

import ast
import re

from keylint.languages.python.context import Context, Scope, dotted
from keylint.languages.python.expressions import expressions, parameters
from keylint.languages.python.statements import block
from keylint.languages.python.types import type_text
from keylint.program.module import Function
from keylint.program.nodes import Block, Span

_BEFORE_NAME = re.compile(rb"(?:async(?:[ \t\f]|\\\r?\n)+)?(?:def|class)(?:[ \t\f]|\\\r?\n)+")
_IMPLICIT_CLASS_METHODS = frozenset(("__class_getitem__", "__init_subclass__", "__new__"))
_NO_CODE = frozenset(("abstractmethod", "abstractproperty", "overload"))


def function(context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef, member: bool = False, kind: str = "") -> Function:
    """Lowers a function; `member` when it stands in a class. `kind` overrides what the name and the decorators say."""
    span = context.span(node)
    skipped = id(node) in context.skipped
    decorators = frozenset(decorator_names(node))
    is_static = member and "staticmethod" in decorators
    is_class_method = member and not is_static and ("classmethod" in decorators or node.name in _IMPLICIT_CLASS_METHODS)
    attributes = () if skipped else expressions(context, node.decorator_list)
    declared = parameters(context, node.args, brief=skipped)
    body, yields = (None, False) if skipped else _body(context, node, span, bare=bool(decorators & _NO_CODE))
    first = node.args.posonlyargs[:1] or node.args.args[:1]
    initializer = member and node.name == "__init__"
    return Function(
        span=span,
        name="init" if initializer else node.name,
        name_span=name_span(context, span, node.name),
        parameters=declared,
        body=body,
        kind=kind or ("initializer" if initializer else "method" if member else "function"),
        is_static=is_static,
        is_class_method=is_class_method,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=yields,
        skipped=skipped,
        visibility=visibility(node.name),
        attributes=attributes,
        self_name=first[0].arg if member and not is_static and first else None,
        return_type=None if skipped else type_text(node.returns).name,
    )


def decorator_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[str]:
    """The last parts of the decorators' names, without arguments: `property` for `@builtins.property`."""
    names = []
    for decorator in node.decorator_list:
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        names.append(dotted(callee).rpartition(".")[2])
    return names


def visibility(name: str) -> str:
    """A leading underscore means private, unless the name is one of Python's own (`__call__`)."""
    if name.startswith("_") and not (name.startswith("__") and name.endswith("__")):
        return "private"
    return "public"


def name_span(context: Context, span: Span, name: str) -> Span:
    """Where a function or class whose text is `span` has its name."""
    match = _BEFORE_NAME.match(context.data, span.start, span.end)
    start = match.end() if match else span.start
    return Span(start, min(span.end, start + len(name.encode())))


def is_stub(body: list[ast.stmt]) -> bool:
    """Whether a body is only a docstring, `...` or `pass`."""
    return all(isinstance(part, ast.Pass) or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)) for part in body)


def _body(context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef, span: Span, bare: bool) -> tuple[Block | None, bool]:
    if is_stub(node.body) and (bare or _is_ellipsis(node.body[-1])):
        return None, False
    outer, context.scope = context.scope, Scope("function", _outer_names(context, node))
    body = block(context, node.body, span)
    yields = context.scope.yields
    context.scope = outer
    return body, yields


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis


def _outer_names(context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The names that a function declares `global` or `nonlocal`."""
    span = context.span(node)
    if context.data.find(b"global", *span) < 0 and context.data.find(b"nonlocal", *span) < 0:
        return frozenset()
    names: set[str] = set()
    pending: list[ast.AST] = list(node.body)
    while pending:
        part = pending.pop()
        if isinstance(part, (ast.Global, ast.Nonlocal)):
            names.update(part.names)
        elif not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            pending.extend(ast.iter_child_nodes(part))
    return frozenset(names)


