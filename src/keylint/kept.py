"""What one check of a project leaves to the next, for a process that checks it again after every keystroke.

Nothing is taken on trust: a file that was read once more and has the bytes it had is not lowered again, and that is all. Which files
there are is the one thing that is remembered without looking; who keeps it says when to forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from keylint.scan import NotRead

if TYPE_CHECKING:
    from keylint.lowering import Lowered, Order
    from keylint.select import Candidate


class Kept:
    """For one project and language, checked with one configuration. `listed` are its files, `None` when they must be listed again."""

    def __init__(self) -> None:
        self.listed: Sequence[Candidate] | None = None
        self._context: object = None
        self._lowered: dict[Order, tuple[bytes, Lowered]] = {}
        self._used: dict[Order, tuple[bytes, Lowered]] = {}

    def within(self, context: object) -> None:
        """What comes of lowering depends on `context` too: what was kept in an unequal one is dropped."""
        if context != self._context:
            self._context = context
            self._lowered = {}
        self._used = {}

    def lowered(self, order: Order, read: Callable[[Candidate], bytes]) -> Lowered | None:
        """What came of `order` before, if the file still has the same bytes."""
        known = self._lowered.get(order) or self._used.get(order)
        if known is None:
            return None
        try:
            if read(order.candidate) != known[0]:
                return None
        except (NotRead, OSError):
            return None
        self._used[order] = known
        return known[1]

    def keep(self, item: Lowered) -> None:
        """Remembers what came of an order. A failure is not worth it: it may pass."""
        if item.source is not None and item.module is not None and item.source.encoding == "utf-8":
            self._lowered[item.order] = self._used[item.order] = (item.source.data, item)

    def settle(self) -> None:
        """The check is complete: what it had no use for is dropped."""
        self._lowered, self._used = self._used, {}
