"""A line on the terminal for runs that take a while."""

from __future__ import annotations

import sys
from time import monotonic

_PATIENCE = 1.0
_BETWEEN = 0.1
"""Seconds before the line first appears, and between two versions of it."""


class Progress:
    """Shows how far a run is on standard error, after a second, if that is a terminal. `clear` takes the line away again."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr is not None and sys.stderr.isatty()
        self._next = monotonic() + _PATIENCE
        self._shown = False

    def step(self, doing: str, done: int, total: int) -> None:
        """Called often; writes seldom."""
        if not self._wanted or monotonic() < self._next:
            return
        self._next = monotonic() + _BETWEEN
        self._shown = True
        sys.stderr.write(f"\r\033[K{doing} {done * 100 // total if total else 100} %")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leaves the terminal as it was."""
        if self._shown:
            self._shown = False
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
