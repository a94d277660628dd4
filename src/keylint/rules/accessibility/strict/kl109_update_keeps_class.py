"""Writing over an item keeps the class it was created with, so the class named here reaches new items only.

## What it does

Reports a call that overwrites an item and leaves its accessibility class alone although the code names one: `SecItemUpdate` whose
attributes name no class while its search dictionary, or the add of the same item beside it, does; and a write with a class in a store
that updates nothing but the value of an item that exists. A write that always follows a delete makes a new item and is not reported.

## Why is this bad?

Changing the class in code protects nobody who has the item already: it keeps the old class through every update, for years. Code and
device then say different things about the same secret.

## Example

```swift
var status = SecItemUpdate(query as CFDictionary, [kSecValueData as String: data] as CFDictionary)
if status == errSecItemNotFound {
    item[kSecAttrAccessible as String] = kSecAttrAccessibleWhenUnlockedThisDeviceOnly
    status = SecItemAdd(item as CFDictionary, nil)
}
```

Use instead:

```swift
let attributes: [String: Any] = [
    kSecValueData as String: data,
    kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
]
```

## Fix safety

There is no automatic fix. Naming the class in the attributes of an update is unsafe: it changes the class of items that exist.

## References

- Apple, Security-61901: `keychain/securityd/SecDbItem.c:1168-1188` (attributes that an update leaves out are copied),
  `keychain/securityd/SecItemDb.c:1363-1364` (a class among them is applied)
- expo-secure-store 57.0.4: `ios/SecureStoreModule.swift` (a duplicate is updated with the value only)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from keylint.interpret.events import ABSENT, MAY, MUST, Observations, Place, StoreEvent, matches
from keylint.rules import wording
from keylint.rules.accessibility.classes import CREATES, presence, searched
from keylint.rules.evidence import callers, related, sureness
from keylint.rules.rule import STRICT, Draft, Rule

_KEEPS = "keeps"


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call that leaves the class of an existing item alone."""
    creating = [event for event in observations.events if event.verb in CREATES and presence(event) in (MUST, MAY) and not _ignored(event)]
    for call in observations.calls():
        keeping = [event for event in call if event.operation.overwrite == _KEEPS and not _ignored(event)]
        named: list[StoreEvent] = []
        places: list[Place] = []
        for event in keeping:
            found = list(_named(event, creating))
            if found:
                named.append(event)
                places += found
        if named:
            yield _draft(named, places)


def _ignored(event: StoreEvent) -> bool:
    """Where the class has no effect anyway."""
    return wording.in_file_keychain(event)


def _named(event: StoreEvent, creating: Iterable[StoreEvent]) -> Iterator[Place]:
    """Where the code names the class that an existing item does not get."""
    if event.verb == "write":
        if presence(event) in (MUST, MAY) and not any(pending.delete.verb in ("delete", "clear") for pending in event.pending):
            yield from event.accessibility.entries
    elif event.verb == "update" and presence(event) == ABSENT:
        for setting in searched(event):
            yield from setting.entries
        for other in creating:
            if _beside(event, other):
                yield from other.accessibility.entries


def _beside(update: StoreEvent, add: StoreEvent) -> bool:
    """Whether `add` makes the item that `update` changes: the identity says so, or both stand in one function that names neither."""
    if update.store.name != add.store.name or update.item_class != add.item_class:
        return False
    if update.item_keys and add.item_keys:
        return any(matches(search, item) for search in update.item_keys for item in add.item_keys)
    return update.place.path == add.place.path and update.within == add.within and update.item == add.item


def _draft(events: Sequence[StoreEvent], places: Sequence[Place]) -> Draft:
    first = events[0]
    if first.verb == "update":
        remedy = "Name the class in the attributes of the update too: then the update gives it to items that exist."
    else:
        remedy = "Items that exist keep their class until they are deleted and added again once, under a lock."
    return Draft(
        first.place,
        f"{wording.called(first)} leaves the class of {wording.item(events)} as it was created: the one that the code names reaches new "
        "items only",
        remedy,
        sureness(events),
        (),
        related(places, "this class has no effect on an item that exists") + callers(events),
    )


RULE = Rule("KL109", "update-keeps-class", "info", STRICT, ("swift", "typescript", "python"), check)
