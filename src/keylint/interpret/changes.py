"""What code assigns or changes in place: found in one walk of each function, kept for whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from keylint.program.nodes import Assign, Call, Expression, Index, Member, Name, Node

if TYPE_CHECKING:
    from keylint.program.module import Function
    from keylint.program.nodes import Span

_MUTATORS = frozenset(("update", "setdefault", "merge", "assign", "set", "setObject", "updateValue", "addEntries", "pop", "clear"))


def walk(node: object) -> Iterator[Node]:
    """`node` and every node below it, in no particular order."""
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if type(item) is tuple:
            pending += item
            continue
        if not isinstance(item, Node):
            continue
        yield item
        kind = type(item)
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = tuple(_holding_nodes(kind))
        for field in fields:
            value = getattr(item, field)
            if value:
                pending.append(value)


_FIELDS: dict[type[Node], tuple[str, ...]] = {}
"""The fields of each kind of node that may hold others."""
_WORD = re.compile(r"\w+")
_PLAIN = frozenset(("Span", "bool", "bytes", "float", "int", "None", "str", "tuple"))


def _holding_nodes(kind: type[Node]) -> Iterator[str]:
    declared = {name: said for base in kind.__mro__ for name, said in getattr(base, "__annotations__", {}).items()}
    return (field for field in kind.__struct_fields__ if not _PLAIN.issuperset(_WORD.findall(declared[field])))


class Changes:
    """What the functions of one file change."""

    def __init__(self, functions: Iterator[Function]) -> None:
        self._functions = tuple(functions)
        self._found: dict[Span, tuple[tuple[Assign, ...], tuple[Call, ...]]] = {}

    def of(self, function: Function) -> tuple[Assign, ...]:
        """Every assignment in `function`."""
        return self._in(function)[0]

    def _in(self, function: Function) -> tuple[tuple[Assign, ...], tuple[Call, ...]]:
        found = self._found.get(function.span)
        if found is None:
            assigns: list[Assign] = []
            calls: list[Call] = []
            for item in walk(function.body):
                if isinstance(item, Assign):
                    assigns.append(item)
                elif isinstance(item, Call) and isinstance(item.callee, Member) and item.callee.name in _MUTATORS:
                    calls.append(item)
            found = self._found[function.span] = (tuple(assigns), tuple(calls))
        return found

    def members(self) -> frozenset[str]:
        """Names of members and outer variables that code other than an initializer assigns or changes in place."""
        found: set[str] = set()
        for function in self._functions:
            if function.kind == "initializer":
                continue
            for item in self.of(function):
                if item.scope == "outer" or not isinstance(item.target, Name):
                    target: Expression | None = item.target
                    while target is not None and not isinstance(target, (Member, Name)):
                        target = getattr(target, "object", None)
                    if target is not None:
                        found.add(target.name)
        return frozenset(found)

    def reassigned(self) -> frozenset[str]:
        """Of `members`, those that are assigned themselves, and not only an element or a member of theirs."""
        targets = [item.target for function in self._functions if function.kind != "initializer" for item in self.of(function)]
        return frozenset(target.name for target in targets if isinstance(target, (Member, Name)))

    def filled_variables(self) -> frozenset[str]:
        """Names of outer variables whose content a function changes: `options.x = …`, `options[x] = …`, `options.update(…)`."""
        found: set[str] = set()
        for function in self._functions:
            assigns, calls = self._in(function)
            targets = [item.target.object for item in assigns if isinstance(item.target, (Member, Index))]
            targets += [item.callee.object for item in calls if isinstance(item.callee, Member)]
            for target in targets:
                while isinstance(target, (Member, Index)):
                    target = target.object
                if isinstance(target, Name):
                    found.add(target.name)
        return frozenset(found)


def reassigns(assign: Assign) -> bool:
    """Whether an assignment reaches beyond the names of its own block."""
    return assign.scope == "outer" or not isinstance(assign.target, Name)
