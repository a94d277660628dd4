"""Which parts of a Python file are lowered as a whole, and which of them can matter."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple

from keylint.languages.python.constructors import style
from keylint.languages.python.context import Context, dotted
from keylint.languages.relevance import Unit, relevant_units
from keylint.program.nodes import Span

_MAX_NESTED_CLASSES = 40

_SELF_FIELD = re.compile(rb"\bself\.(\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
_GLOBALS = re.compile(rb"\bglobal[ \t]+([\w, \t]+)")


class _Part(NamedTuple):
    unit: Unit
    node: ast.stmt | None
    """What to leave out when the unit cannot matter; a class head never is."""


def skip_irrelevant(context: Context, body: Sequence[ast.stmt], words: Sequence[bytes]) -> None:
    """Adds to `context.skipped` the functions, class attributes and top-level statements that cannot matter."""
    parts: list[_Part] = []
    for node in body:
        _collect(context, node, parts, (), b"", 0)
    relevant = relevant_units(context.data, [part.unit for part in parts], words)
    context.skipped.update(id(part.node) for index, part in enumerate(parts) if index not in relevant and part.node is not None)


def _collect(context: Context, node: ast.stmt, parts: list[_Part], owners: tuple[bytes, ...], inside: bytes, depth: int) -> None:
    """`inside` is the class around `node`; `owners` name it where `node` is reached by that, as a field of a dataclass is."""
    start, end = context.span(node)
    if isinstance(node, ast.ClassDef) and depth < _MAX_NESTED_CLASSES:
        start = _decorated_start(context, node, start)
        name = node.name.encode()
        first = _decorated_start(context, node.body[0], context.span(node.body[0]).start)
        parts.append(_Part(Unit(Span(start, max(start, first)), (name,)), None))
        bases = [dotted(base).rpartition(".")[2] for base in node.bases]
        made = style(context, node, bases) is not None
        for member in node.body:
            names = (name,) if made or isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
            _collect(context, member, parts, names, name, depth + 1)
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        start = _decorated_start(context, node, start)
        called = (*_function_names(node.name, owners), *_supplied(context.data, start, end))
        parts.append(_Part(Unit(Span(start, end), called, owner=inside), node))
    else:
        walrus = context.data.find(b":=", start, end) >= 0
        holds = isinstance(node, (ast.Assign, ast.AnnAssign))
        parts.append(_Part(Unit(Span(start, end), (*_bound_names(node, walrus), *owners), owner=inside, holds=holds), node))


def _decorated_start(context: Context, node: ast.stmt, start: int) -> int:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.decorator_list:
        return min(start, context.span(node.decorator_list[0]).start)
    return start


def _function_names(name: str, owners: tuple[bytes, ...]) -> tuple[bytes, ...]:
    encoded = name.encode()
    if not owners:
        return (encoded,)
    if name == "__init__":
        return (*owners, b"super")
    if name.startswith("__") and name.endswith("__"):
        # Python calls it on its own for an instance: whoever has the class may run it, and by its name hardly anybody does.
        return owners
    return (encoded, b"start") if name == "run" else (encoded,)


def _supplied(data: bytes, start: int, end: int) -> set[bytes]:
    """Fields of `self` and global variables that a function fills: other functions get the store from there."""
    found = {match[1] for match in _SELF_FIELD.finditer(data, start, end)}
    for match in _GLOBALS.finditer(data, start, end):
        found.update(match[1].replace(b",", b" ").split())
    return found


def _bound_names(node: ast.stmt, walrus: bool) -> tuple[bytes, ...]:
    """Every name that a statement binds, however deep in it. Without a `walrus` its values bind none."""
    names: set[str] = set()
    pending: list[ast.AST] = [node]
    if not walrus and isinstance(node, ast.Expr):
        return ()
    if not walrus and isinstance(node, ast.Assign):
        pending = list(node.targets)
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Name):
            if isinstance(part.ctx, ast.Store):
                names.add(part.id)
        elif isinstance(part, ast.Attribute):
            if isinstance(part.ctx, ast.Store):
                names.add(part.attr)
            pending.append(part.value)
        elif isinstance(part, ast.alias):
            names.add(part.asname or part.name.partition(".")[0])
        elif isinstance(part, ast.ExceptHandler):
            if part.name:
                names.add(part.name)
            pending.extend(ast.iter_child_nodes(part))
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(part.name)
            pending.extend(part.body)
        else:
            if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store) and isinstance(part.value, ast.Name):
                # `options["x"] = y` supplies a value under the name of the whole.
                names.add(part.value.id)
            pending.extend(ast.iter_child_nodes(part))
    names.discard("*")
    return tuple(sorted(name.encode() for name in names))
