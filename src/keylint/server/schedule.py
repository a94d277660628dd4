"""When which documents are analyzed, and who hears of it.

A change makes the group of its document due a little later, and what is being done for that group useless at once. One group is analyzed
at a time, the one that changed last first. Results for texts that have changed since are dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from keylint.server.messages import Answer, Check, Checked, Failed, Misconfigured, Report, Stopped, Wanted

if TYPE_CHECKING:
    from keylint.server.documents import Document, Group

PAUSE = 0.25
"""Seconds without a keystroke after which an analysis begins."""
STALE = 5.0
"""Seconds after which configuration and lists of files are looked at again, where the client does not tell of changes to files."""


class Checker(Protocol):
    """What analyzes."""

    async def check(self, asked: Check) -> Answer:
        """The answer to a check."""

    def abandon(self) -> None:
        """The check that is under way has become useless."""


class Outcome:
    """What the last analysis said of a document: `reports`, for the text of `version`, or what is in the way of them."""

    def __init__(self, version: int | None, reports: tuple[Report, ...], problem: str = "") -> None:
        self.version = version
        self.reports = reports
        self.problem = problem


class _State:
    """A group: `changed` counts what happened to it, `done` is the count that the last analysis knew of."""

    def __init__(self) -> None:
        self.changed = 0
        self.done = 0
        self.due = 0.0
        self.fresh = True
        self.looked = 0.0


class Schedule:
    """Analyzes groups of documents as they change.

    `documents` gives the open ones, by URI. `heard` is told of outcomes that are new, by URI; `misconfigured` of what is wrong with the
    configuration of a group, or that nothing is.
    """

    def __init__(
        self,
        checker: Checker,
        documents: Mapping[str, Document],
        heard: Callable[[dict[str, Outcome]], None],
        misconfigured: Callable[[Group, Misconfigured | None], None],
    ) -> None:
        self.wanted = Wanted()
        self.encoding = "utf-16"
        self.watched = False
        self._checker = checker
        self._documents = documents
        self._heard = heard
        self._misconfigured = misconfigured
        self._states: dict[Group, _State] = {}
        self._running: Group | None = None
        self._outcomes: dict[str, Outcome] = {}
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()

    def touch(self, group: Group, pause: float = 0.0, fresh: bool = False) -> None:
        """Something in `group` has changed: it is analyzed in `pause` seconds, unless it changes again."""
        state = self._states.setdefault(group, _State())
        now = asyncio.get_running_loop().time()
        state.changed += 1
        state.due = now + pause
        state.fresh = state.fresh or fresh or (not self.watched and now - state.looked > STALE)
        if self._running == group:
            self._checker.abandon()
        self._wake.set()

    def touch_all(self, fresh: bool) -> None:
        """Every group is analyzed again."""
        for group in {document.group for document in self._documents.values()}:
            self.touch(group, fresh=fresh)

    def forget(self, uri: str, group: Group) -> None:
        """The document at `uri` is not open any more."""
        self._outcomes.pop(uri, None)
        if any(document.group == group for document in self._documents.values()):
            self.touch(group, PAUSE)
        elif self._states.pop(group, None) is not None:
            self._misconfigured(group, None)
            if self._running == group:
                self._checker.abandon()
        self._let_go()

    def last(self, uri: str) -> Outcome | None:
        """The last outcome for a document, which need not be about the text that it has now."""
        return self._outcomes.get(uri)

    async def outcome(self, uri: str) -> Outcome | None:
        """The outcome for a document as it is when nothing in its group is due any more; `None` when it is not open."""
        while (document := self._documents.get(uri)) is not None:
            state = self._states.get(document.group)
            if state is None or state.done == state.changed:
                return self._outcomes.get(uri)
            await self._settled.wait()
        return None

    async def run(self) -> None:
        """Analyzes what is due, until it is cancelled."""
        while True:
            self._wake.clear()
            due = [(state.due, group) for group, state in self._states.items() if state.done != state.changed]
            now = asyncio.get_running_loop().time()
            ready = [item for item in due if item[0] <= now]
            if ready:
                await self._analyze(max(ready)[1])
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), min(due)[0] - now if due else None)
            except asyncio.TimeoutError:
                pass

    async def _analyze(self, group: Group) -> None:
        state = self._states[group]
        changed = state.changed
        if state.fresh:
            state.looked = asyncio.get_running_loop().time()
        documents = [document for document in self._documents.values() if document.group == group]
        texts = tuple(document.as_text() for document in documents)
        asked = Check(group.root, group.language, texts, self.wanted, self.encoding, state.fresh)
        fresh, state.fresh = state.fresh, False
        self._running = group
        try:
            answer = await self._checker.check(asked)
        finally:
            self._running = None
        if self._states.get(group) is not state:
            return
        if state.changed != changed or isinstance(answer, Stopped):
            state.fresh = state.fresh or fresh
            return
        state.done = changed
        outcomes = {document.uri: _outcome(document, answer) for document in documents}
        self._outcomes.update(outcomes)
        self._misconfigured(group, answer if isinstance(answer, Misconfigured) else None)
        self._heard(outcomes)
        self._let_go()

    def _let_go(self) -> None:
        """Has everybody who waits look again."""
        settled, self._settled = self._settled, asyncio.Event()
        settled.set()


def _outcome(document: Document, answer: Answer) -> Outcome:
    if isinstance(answer, Checked):
        return Outcome(document.version, answer.reports.get(document.path, ()))
    if isinstance(answer, Misconfigured):
        where = f"{answer.file}:{answer.line}: " if answer.line else f"{answer.file}: " if answer.file else ""
        return Outcome(document.version, (), f"{where}{answer.message}")
    assert isinstance(answer, Failed)
    return Outcome(document.version, (), answer.message)
