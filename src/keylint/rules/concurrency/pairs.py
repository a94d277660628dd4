"""A delete and the write that follows it: one pair, one verdict, whichever paths lead there."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from keylint.interpret.events import Observations, Pending, Place, StoreEvent
from keylint.rules.evidence import strongest, weakest

UNSERIALIZED, SUSPENDED, INEFFECTIVE = "unserialized", "suspended", "ineffective"

WRITES = ("add", "write")


class Meeting(Struct, frozen=True):
    """A write that a delete reaches, on one path."""

    write: StoreEvent
    pending: Pending

    @property
    def confidence(self) -> str:
        """That of the less certain of the two operations."""
        return weakest((self.write.confidence, self.pending.delete.confidence))


class Pair(Struct, frozen=True):
    """A delete and a write of one item, with the paths on which nothing keeps others out between them.

    `verdict` says why: `suspended` and `ineffective` explain an unserialized pair and so come before it.
    """

    verdict: str
    meetings: Sequence[Meeting]

    @property
    def write(self) -> StoreEvent:
        """The write, as the first of the paths has it."""
        return self.meetings[0].write

    @property
    def delete(self) -> Place:
        """Where the delete stands."""
        return self.meetings[0].pending.delete.place

    @property
    def confidence(self) -> str:
        """That of the best path: one is enough."""
        return strongest(meeting.confidence for meeting in self.meetings)


def exposed_pairs(observations: Observations) -> list[Pair]:
    """Every pair that some path leaves open to others, each once."""
    met: dict[tuple[Place, Place], dict[str, list[Meeting]]] = {}
    for event in observations.events:
        if event.verb in WRITES:
            for pending in event.pending:
                verdicts = met.setdefault((event.place, pending.delete.place), {})
                verdicts.setdefault(pending.verdict, []).append(Meeting(event, pending))
    pairs = []
    for verdicts in met.values():
        for verdict in (SUSPENDED, INEFFECTIVE, UNSERIALIZED):
            if verdict in verdicts:
                pairs.append(Pair(verdict, verdicts[verdict]))
                break
    return pairs


def grouped(pairs: Sequence[Pair], verdict: str) -> list[list[Pair]]:
    """The pairs of a verdict, those of one write together."""
    groups: dict[Place, list[Pair]] = {}
    for pair in pairs:
        if pair.verdict == verdict:
            groups.setdefault(pair.write.place, []).append(pair)
    return list(groups.values())
