"""The items that a program has: every store call grouped by what it touches.

Two calls touch one item when constants of the source say so, and when some program has both: what two apps of a repository keep under
one name are two items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from keylint.interpret.events import ItemKey, Observations, StoreEvent, matches

WRITES, UPDATES, READS, DELETES = ("add", "write"), ("update",), ("read", "exists", "list"), ("delete", "clear")
"""Verbs by what they do to an item."""


class Item(Struct, frozen=True, eq=False):
    """One stored item, with everything that the program does to it. `app` is the program, empty where all files belong to one.

    Searches that leave parts of the identity out are among the calls on each item that they match.
    """

    app: str
    key: ItemKey
    writes: tuple[StoreEvent, ...]
    updates: tuple[StoreEvent, ...]
    reads: tuple[StoreEvent, ...]
    deletes: tuple[StoreEvent, ...]

    @property
    def events(self) -> tuple[StoreEvent, ...]:
        """All of them."""
        return self.writes + self.updates + self.reads + self.deletes


def items(observations: Observations) -> list[Item]:
    """Every item that can be told from others: those that are written, then those that are only looked for; by program and key."""
    found: list[Item] = []
    for app, events in _by_app(observations):
        written = {key for event in events if event.verb in WRITES for key in event.item_keys}
        searched = {key for event in events if event.verb not in WRITES for key in event.item_keys if not key.wide}
        alone = {key for key in searched if not any(matches(key, other) for other in written)}
        found += [_item(app, key, events) for key in sorted(written)]
        found += [_item(app, key, events) for key in sorted(alone)]
    return found


def unplaced(events: Sequence[StoreEvent], item: Item, verbs: Sequence[str]) -> list[StoreEvent]:
    """Calls of the item's store that may be about it as well as about another: nothing tells which."""
    return [
        event
        for event in events
        if event.verb in verbs and not event.item_keys and (event.store.base or event.store.name) == item.key.family and _fits(event, item)
    ]


def _fits(event: StoreEvent, item: Item) -> bool:
    """Whether what is seen of a call's identity leaves room for the item."""
    if event.item_class is not None and item.key.kind and event.item_class != item.key.kind:
        return False
    have = dict(item.key.parts)
    return all(not part.known or have.get(part.name, "") == part.text for part in event.parts if part.name in have)


def _by_app(observations: Observations) -> Iterator[tuple[str, list[StoreEvent]]]:
    apps = sorted(set().union(*observations.apps.values())) if observations.apps else []
    if not apps:
        yield "", list(observations.events)
        return
    events: dict[str, list[StoreEvent]] = {app: [] for app in apps}
    for event in observations.events:
        of = observations.apps_of(event)
        for app in apps if of is None else of:
            events[app].append(event)
    yield from events.items()


def _item(app: str, key: ItemKey, events: Sequence[StoreEvent]) -> Item:
    def among(verbs: Sequence[str]) -> tuple[StoreEvent, ...]:
        return tuple(event for event in events if event.verb in verbs and any(_touches(event, found, key) for found in event.item_keys))

    return Item(app, key, among(WRITES), among(UPDATES), among(READS), among(DELETES))


def _touches(event: StoreEvent, found: ItemKey, key: ItemKey) -> bool:
    return found == key if event.verb in WRITES else matches(found, key)
