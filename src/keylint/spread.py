"""Spreads independent work over processes, so that one that dies costs the item it died of and nothing more.

Children are forked: they need no import, inherit what they work on, and answer over a pipe of their own, which also tells them when
nobody listens any more. Where there is no `fork`, the work is done here, one item after the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_LENGTH = 8
_MOST = 64


def available_cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def spread(
    task: Callable[[T], R],
    items: Sequence[T],
    jobs: int,
    crashed: Callable[[T], R],
    step: Callable[[int], None] | None = None,
) -> list[R]:
    """`task` of every item, in the order of the items, with up to `jobs` processes.

    Where a process dies at an item, or `task` raises in it, `crashed` gives the result, here. `step` is told how many are done.
    """
    jobs = min(jobs, len(items), _MOST)
    if jobs < 2 or not hasattr(os, "fork"):
        results = []
        for index, item in enumerate(items):
            if step is not None:
                step(index)
            results.append(task(item))
        return results
    return _Forks(task, items, crashed, step).run(jobs)


class _Forks:
    """A run over several processes. Each has every n-th item, and delivers in order: what it owes first is what it died of."""

    def __init__(
        self, task: Callable[[Any], Any], items: Sequence[Any], crashed: Callable[[Any], Any], step: Callable[[int], None] | None
    ) -> None:
        self._task = task
        self._items = items
        self._crashed = crashed
        self._step = step
        self._results: dict[int, Any] = {}
        self._owed: dict[int, list[int]] = {}  # By descriptor: indices in reverse order.
        self._buffers: dict[int, bytearray] = {}
        self._pids: dict[int, int] = {}

    def run(self, jobs: int) -> list[Any]:
        """All results, in order."""
        from select import select

        try:
            for first in range(jobs):
                self._start(list(range(first, len(self._items), jobs)))
            while self._pids:
                for descriptor in select(list(self._pids), [], [])[0]:
                    self._receive(descriptor)
                if self._step is not None:
                    self._step(len(self._results))
        finally:
            self._stop()
        return [self._results[index] for index in range(len(self._items))]

    def _start(self, indices: list[int]) -> None:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work(self._task, self._items, indices, writer, (reader, *self._pids))
        os.close(writer)
        self._owed[reader] = indices[::-1]
        self._buffers[reader] = bytearray()
        self._pids[reader] = pid

    def _receive(self, descriptor: int) -> None:
        import pickle

        data = os.read(descriptor, 1 << 18)
        if not data:
            self._ended(descriptor)
            return
        buffer = self._buffers[descriptor]  # What our own child wrote: safe to unpickle.
        buffer += data
        while len(buffer) >= _LENGTH:
            end = _LENGTH + int.from_bytes(buffer[:_LENGTH], "big")
            if len(buffer) < end:
                break
            self._results[self._owed[descriptor].pop()] = pickle.loads(bytes(buffer[_LENGTH:end]))  # noqa: S301
            del buffer[:end]

    def _ended(self, descriptor: int) -> None:
        owed = self._owed.pop(descriptor)
        del self._buffers[descriptor]
        os.close(descriptor)
        os.waitpid(self._pids.pop(descriptor), 0)
        if owed:
            index = owed.pop()
            self._results[index] = self._crashed(self._items[index])
            if owed:
                self._start(owed[::-1])

    def _stop(self) -> None:
        """Ends what still runs, after an interruption."""
        if not self._pids:
            return
        from signal import SIGTERM

        for descriptor, pid in self._pids.items():
            os.close(descriptor)
            os.kill(pid, SIGTERM)
            os.waitpid(pid, 0)
        self._pids.clear()


def _work(task: Callable[[Any], Any], items: Sequence[Any], indices: Sequence[int], writer: int, foreign: Sequence[int]) -> None:
    """What a child does. It ends here, whatever happens: nothing of the parent's may run twice."""
    status = 1
    try:
        import pickle

        for descriptor in foreign:
            os.close(descriptor)
        for index in indices:
            payload = pickle.dumps(task(items[index]), pickle.HIGHEST_PROTOCOL)
            frame = memoryview(len(payload).to_bytes(_LENGTH, "big") + payload)
            while frame:
                frame = frame[os.write(writer, frame) :]
        status = 0
    finally:
        os._exit(status)
