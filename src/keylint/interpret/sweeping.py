"""Forgets what a function that has returned leaves behind: its variables, and objects that nothing refers to any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from keylint.interpret.values import (
    AccessControl,
    Closure,
    EnumCase,
    Handle,
    Instance,
    Items,
    Partial,
    Product,
    Promise,
    Record,
    Ref,
    Text,
    Union,
    Value,
)

if TYPE_CHECKING:
    from keylint.interpret.scope import Scope, State

WORTHWHILE = 150
"""A function that left fewer cells behind is not worth looking through."""


def sweep(state: State, since: int, *kept: Value | None, names: Iterable[int] = ()) -> None:
    """Drops the cells numbered after `since` that neither `kept`, nor the cells of `names`, nor older cells lead to."""
    memory = state.memory
    reached: set[int] = {cell for cell in names if cell in memory}
    pending: list[Value] = [value for value in kept if value is not None]
    pending += [value for cell, value in memory.items() if cell <= since or cell in reached]
    while pending:
        for found in _refers_to(pending.pop()):
            if isinstance(found, int):
                if found > since and found not in reached and found in memory:
                    reached.add(found)
                    pending.append(memory[found])
            else:
                pending.append(found)
    state.memory = {cell: value for cell, value in memory.items() if cell <= since or cell in reached}


def _refers_to(value: Value) -> Iterator[Value | int]:
    """The cells and values that a value leads to at once."""
    match value:
        case Ref():
            yield value.address
        case Record():
            for entry in value.entries.values():
                yield entry.value
        case Items():
            yield from value.items
        case Union():
            yield from value.options
        case Instance():
            yield from value.fields.values()
        case Promise():
            yield value.value
            for failure in value.failures:
                yield failure.error
        case Text():
            yield from value.parts
        case Product():
            for _, argument in value.arguments:
                yield argument
        case Handle():
            yield value.settings
        case Partial():
            yield value.receiver
        case AccessControl():
            yield value.protection
        case EnumCase():
            if value.value is not None:
                yield value.value
        case Closure():
            if value.receiver is not None:
                yield value.receiver
            scope: Scope | None = value.scope
            while scope is not None:
                yield from scope.names.values()
                scope = scope.parent
