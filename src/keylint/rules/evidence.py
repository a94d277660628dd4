"""How sure several paths to one call make a rule, and which places show it."""

from __future__ import annotations

from collections.abc import Iterable

from keylint.findings import CONFIDENCES, Related
from keylint.interpret.events import Place, StoreEvent

MOST_RELATED = 8
"""More related places of one kind than this help nobody."""


def strongest(confidences: Iterable[str]) -> str:
    """The best of several: one path seen in full is enough. `low` for none."""
    return max(confidences, key=CONFIDENCES.index, default="low")


def weakest(confidences: Iterable[str]) -> str:
    """The worst of several facts that are all needed. `high` for none."""
    return min(confidences, key=CONFIDENCES.index, default="high")


def sureness(events: Iterable[StoreEvent], at_most: str = "high") -> str:
    """The confidence of a defect that each of `events` shows alone, no higher than `at_most`."""
    return weakest((strongest(event.confidence for event in events), at_most))


def related(places: Iterable[Place], message: str) -> tuple[Related, ...]:
    """`places`, each once and in order, with what they have to do with the finding."""
    unique = sorted(set(places))
    return tuple(Related(place.path, place.span, message) for place in unique[:MOST_RELATED])


def callers(events: Iterable[StoreEvent]) -> tuple[Related, ...]:
    """Where the innermost calls that lead to `events` stand."""
    return related((event.path[-1] for event in events if event.path), "reached from here")
