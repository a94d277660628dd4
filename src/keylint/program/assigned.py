"""Which variables top-level code gives a value."""

from __future__ import annotations

from collections.abc import Iterator

from keylint.program.nodes import (
    Assign,
    Block,
    Define,
    Evaluate,
    Expression,
    If,
    ListDisplay,
    Loop,
    Name,
    RecordPattern,
    Region,
    Spread,
    Statement,
    Try,
    WithDefault,
)


def assigned_by(statement: Statement) -> Iterator[str]:
    """Names of the variables that a top-level statement declares or assigns, in its branches too."""
    pending: list[Statement] = [statement]
    while pending:
        item = pending.pop()
        if isinstance(item, Evaluate):
            if isinstance(item.value, Assign):
                yield from _targets(item.value.target)
        elif isinstance(item, Block):
            pending.extend(item.statements)
        elif isinstance(item, If):
            pending.extend(part for part in (item.then, item.otherwise) if part is not None)
        elif isinstance(item, Try):
            pending.extend(part for part in (item.body, item.otherwise, item.final) if part is not None)
            pending.extend(handler.body for handler in item.handlers)
        elif isinstance(item, (Region, Loop)):
            pending.append(item.body)
        elif isinstance(item, Define):
            yield item.declaration.name


def _targets(target: Expression | Spread) -> Iterator[str]:
    if isinstance(target, Name):
        yield target.name
    elif isinstance(target, Spread):
        yield from _targets(target.value)
    elif isinstance(target, WithDefault):
        yield from _targets(target.target)
    elif isinstance(target, ListDisplay):
        for item in target.items:
            yield from _targets(item)
    elif isinstance(target, RecordPattern):
        for part in target.items:
            yield from _targets(part.target)
