"""An item is readable while the device is locked, and only code that a user starts ever reads it.

## What it does

Reports the constant of a class that holds after the first unlock when every read of the items it reaches starts from
something that the user does on the screen: a button, a gesture, a screen that appears. A read whose caller is not
seen, or one that may be about another item as well, is no evidence, and then nothing is said.

## Why is this bad?

A secret that is readable while the device is locked can be taken from a device that was stolen after its first
unlock. When nothing reads it in the background, that window buys nothing.

## Fix safety

Choosing the stricter class is unsafe: code that reads the item in the background would fail from then on. Items that
exist keep their class unless the store replaces it on overwrite.

## References

- Apple, Security framework: `SecItem.h`, accessibility constants
- Apple, Keychain services: Restricting keychain item accessibility
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import ABSENT, FOREGROUND, Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.effective import Given, all_given
from keylint.rules.evidence import related, strongest
from keylint.rules.items import READS, Item, items, unplaced
from keylint.rules.rule import STRICT, Draft, Rule
from keylint.stores.model import AccessClass, Store


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a constant, when it is looser than needed for every item that it reaches."""
    found: dict[Place, list[tuple[Given, Item]]] = {}
    needed: set[Place] = set()
    for item in items(observations):
        classes = all_given(item.writes) or []
        loose = bool(classes) and not item.updates and not _gated(item) and _only_in_front(item, observations.events)
        for one in classes:
            if not one.named or one.access.when != "after-first-unlock":
                continue
            if loose and all(other.access.when == one.access.when for other in classes):
                found.setdefault(one.place, []).append((one, item))
            else:
                needed.add(one.place)
    elsewhere = {choice.place for event in observations.events if not event.item_keys for choice in event.accessibility.choices}
    for place, uses in found.items():
        if place not in needed and place not in elsewhere:
            yield _draft(place, uses)


def _gated(item: Item) -> bool:
    """Whether more than the class keeps the item: reading it takes the user's presence."""
    return any(
        event.accessibility.access_control != ABSENT or any(event.options.get(key).possible for key in event.store.constraint_keys)
        for event in item.writes
    )


def _only_in_front(item: Item, events: Sequence[StoreEvent]) -> bool:
    reads = [event for event in item.reads if event.verb != "list"]
    seen = all(event.root is not None and event.root.kind == FOREGROUND and event.confidence == "high" for event in item.reads)
    return bool(reads) and seen and not unplaced(events, item, READS)


def _draft(place: Place, uses: Sequence[tuple[Given, Item]]) -> Draft:
    one = uses[0][0]
    store = one.event.store
    reads = [read for _, item in uses for read in item.reads]
    roots = {read.root for read in reads if read.root is not None}
    starts = " and ".join(sorted({f"{wording.code(root.name)} ({root.title})" for root in roots})[:3])
    stricter = _stricter(store, one.access)
    instead = f"`{wording.spelled_class(store, stricter)}`" if stricter is not None else "a class that ends with the lock screen"
    stored = wording.item(use.event for use, _ in uses)
    return Draft(
        place,
        f"`{wording.spelled_class(store, one.access)}` leaves {stored} readable while the device is locked, "
        "and only what the user does on the screen ever reads it",
        f"Use {instead}, unless code that is not seen here reads it in the background.{wording.keeps_class(use.event for use, _ in uses)}",
        strongest(use.event.confidence for use, _ in uses),
        (f"every read starts from {starts}",),
        related((use.event.place for use, _ in uses), "the item is stored here")
        + related((read.place for read in reads), "it is read here"),
    )


def _stricter(store: Store, access: AccessClass) -> AccessClass | None:
    return next(
        (
            other
            for other in store.classes
            if other.when == "when-unlocked" and other.device_only == access.device_only and not other.deprecated
        ),
        None,
    )


RULE = Rule("KL113", "looser-than-needed", "info", STRICT, ("swift", "typescript"), check)
