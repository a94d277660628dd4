"""What the code around a place is called: the part of a finding's identity that survives edits elsewhere in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from keylint.program.module import Export, Function, Module, Property, TypeDeclaration
from keylint.program.nodes import Assign, Entry, Literal, Member, Name, Node, Span


def enclosing(module: Module, span: Span) -> str:
    """The types and functions around `span`, outermost first: `TokenStore.save`. Empty at the top level of the file.

    A function without a name goes by what it is assigned to, or by its key in an object literal.
    """
    code = [child for child in _children(module) if not isinstance(child, Export)]
    return ".".join(_names(code, span) or _names(module.exports, span))


def _names(pending: Sequence[Node], span: Span) -> list[str]:
    names: list[str] = []
    assigned = ""
    # Declarations are not repeated among the statements whose span they lie in, so of several nodes the smallest is the way.
    while around := [child for child in pending if _contains(child, span)]:
        node = min(around, key=lambda child: child.span.end - child.span.start)
        if isinstance(node, TypeDeclaration):
            names = [node.name]
        elif isinstance(node, Function):
            names.append(node.name or assigned)
            assigned = ""
        else:
            assigned = _target(node) or assigned
        pending = list(_children(node))
    return list(filter(None, names))


def _children(node: Struct) -> Iterator[Node]:
    for field in node.__struct_fields__:
        yield from _nodes(getattr(node, field))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple) and not isinstance(value, Span):
        for item in value:
            yield from _nodes(item)


def _contains(node: Node, span: Span) -> bool:
    return node.span.start <= span.start and span.end <= node.span.end


def _target(node: Node) -> str:
    """What a function in `node` would be known by."""
    if isinstance(node, Property):
        return node.name
    if isinstance(node, Entry) and isinstance(node.key, Literal):
        return str(node.key.value)
    if isinstance(node, Assign) and isinstance(node.target, Name | Member):
        return node.target.name
    return ""
