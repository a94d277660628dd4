"""What annotations say: the name of a type, and whether it admits None."""

from __future__ import annotations

import ast
from typing import NamedTuple

from keylint.languages.python.context import dotted

_WRAPPERS = frozenset(("Annotated", "ClassVar", "Final", "InitVar", "Mapped", "NotRequired", "ReadOnly", "Required"))
_MAX_QUOTED = 400
_MAX_DEPTH = 20


class TypeText(NamedTuple):
    """`name` is the type without generics and None, absent where there is no one name."""

    name: str | None
    optional: bool = False


def type_text(annotation: ast.expr | None, depth: int = 0) -> TypeText:
    """Reads an annotation, also a quoted one."""
    if annotation is None or depth > _MAX_DEPTH:
        return TypeText(None)
    if isinstance(annotation, ast.Constant):
        if annotation.value is None:
            return TypeText(None, True)
        return _quoted(annotation.value, depth) if isinstance(annotation.value, str) else TypeText(None)
    if isinstance(annotation, ast.Subscript):
        return _subscript(annotation, depth)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _union([annotation.left, annotation.right], depth)
    name = dotted(annotation)
    return TypeText(None if name.rpartition(".")[2] in _WRAPPERS else name or None)


def wraps(annotation: ast.expr | None, wrapper: str) -> bool:
    """Whether the annotation is `wrapper` or `wrapper[...]`, under whatever prefix, also quoted."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.partition("[")[0].strip().rpartition(".")[2] == wrapper
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return annotation is not None and dotted(annotation).rpartition(".")[2] == wrapper


def _quoted(text: str, depth: int) -> TypeText:
    if len(text) > _MAX_QUOTED:
        return TypeText(None)
    try:
        return type_text(ast.parse(text.strip(), mode="eval").body, depth + 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return TypeText(None)


def _subscript(annotation: ast.Subscript, depth: int) -> TypeText:
    outer = dotted(annotation.value)
    last = outer.rpartition(".")[2]
    if last == "Optional":
        return TypeText(type_text(annotation.slice, depth + 1).name, True)
    if last == "Union":
        return _union(annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice], depth)
    if last in _WRAPPERS:
        inner = annotation.slice
        if isinstance(inner, ast.Tuple):
            if not inner.elts:
                return TypeText(None)
            inner = inner.elts[0]
        return type_text(inner, depth + 1)
    return TypeText(outer or None)


def _union(members: list[ast.expr], depth: int) -> TypeText:
    texts = [type_text(member, depth + 1) for member in members]
    names = {text.name for text in texts if text.name}
    return TypeText(names.pop() if len(names) == 1 else None, any(text.optional for text in texts))
