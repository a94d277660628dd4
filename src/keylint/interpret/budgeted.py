"""What did not run because a budget was used up, so that it is said and not taken for clean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from keylint.interpret.changes import walk
from keylint.program.nodes import Call

if TYPE_CHECKING:
    from keylint.program.nodes import Node, Span


class Budgeted:
    """Which code of a file was refused for want of budget, and which calls ran, then or another time."""

    def __init__(self) -> None:
        self._refused: dict[Span, Node] = {}
        self._ran: set[Span] = set()

    def refused(self, node: Node) -> None:
        """`node` was due and did not run."""
        self._refused.setdefault(node.span, node)

    def ran(self, call: Call) -> None:
        """`call` was run, and heard."""
        self._ran.add(call.span)

    def lost(self) -> Iterator[Call]:
        """The calls that were due and never ran; one may come several times."""
        for node in self._refused.values():
            for item in walk(node):
                if isinstance(item, Call) and item.span not in self._ran:
                    yield item
