"""A read that fails because the device is locked is taken for "there is no item", and the secret is destroyed.

## What it does

Reports a delete or an overwrite of an item, and a call that signs its owner out, on a path that a failed read leads to
when the code cannot tell why it failed: every status but success is treated alike, every exception is caught, the
failure became `nil`, `null`, `None` or an empty text.

## Why is this bad?

A read fails for many reasons, and most pass: the device is locked, the user declined, the backend is not running. The
item is still there. Deleting it, replacing it by a fresh one or signing the user out turns a passing failure into a
lost secret. Of the defects in code that keeps secrets, this is the one that is seen most in production.

## Example

```swift
guard SecItemCopyMatching(query as CFDictionary, &result) == errSecSuccess else {
    SecItemDelete(query as CFDictionary)
    return nil
}
```

Use instead:

```swift
let status = SecItemCopyMatching(query as CFDictionary, &result)
if status == errSecItemNotFound { return nil }
guard status == errSecSuccess else { throw KeychainFailure(status) }
```

## Fix safety

There is no automatic fix: what to do while the item cannot be read is a decision.

## References

- Apple, Security-61901: `base/SecBase.h:326-392` (`errSecInteractionNotAllowed`: the item exists and cannot be read
  now)
- expo-secure-store 57.0.4: `ios/SecureStoreModule.swift` (`null` for "not found", rejects otherwise)
- keyring 25.7.0: `get_password` returns `None` for "not found" and raises otherwise
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import LostFailure, Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.evidence import related, strongest, weakest
from keylint.rules.rule import DEFAULT, Draft, Rule

_DESTROYS = {
    "delete": "deletes",
    "clear": "deletes",
    "write": "overwrites",
    "update": "overwrites",
}


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a destructive call. The write of a delete-then-add is the same defect as its delete and is left to it."""
    deleted: set[Place] = {event.place for event in observations.events if event.lost and event.verb in ("delete", "clear")}
    for call in observations.calls():
        events = [event for event in call if event.lost and event.verb in _DESTROYS]
        if events and not any(pending.delete.place in deleted for event in events for pending in event.pending):
            yield _stored(events)
    calls: dict[Place, list[LostFailure]] = {}
    spelled: dict[Place, tuple[str, list[str]]] = {}
    for call_ in observations.destructive_calls:
        if call_.lost:
            calls.setdefault(call_.place, []).extend(call_.lost)
            spelled.setdefault(call_.place, (call_.spelled, []))[1].append(_confidence(call_.confidence, call_.lost))
    for place, lost in calls.items():
        name, confidences = spelled[place]
        yield _draft(place, f"{wording.code(name)} ends the user's session", lost, strongest(confidences))


def _stored(events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    lost = [failure for event in events for failure in event.lost]
    happens = f"{wording.called(first)} {_DESTROYS[first.verb]} {wording.item(events)}"
    return _draft(first.place, happens, lost, strongest(_confidence(event.confidence, event.lost) for event in events))


def _confidence(own: str, lost: Sequence[LostFailure]) -> str:
    return weakest((own, strongest(failure.read.confidence for failure in lost)))


def _draft(place: Place, happens: str, lost: Sequence[LostFailure], confidence: str) -> Draft:
    read = lost[0].read
    absent = f"`{read.store.absent[0]}`" if read.store.absent and read.operation.absence == "status" else "that there is no such item"
    locked = wording.status_name(read.store, read.store.unreadable)
    reads = (
        f"{wording.called(read)} also fails when access is denied or the store is locked or unavailable{f': {locked}' if locked else ''}"
    )
    remedy = f"Go on here only when the read says {absent}; on every other failure leave the item alone and try again later."
    if read.operation.hides_failures:
        remedy = f"{wording.called(read)} never says why it gives nothing: leave the item alone then, or use a store that says why."
    return Draft(
        place,
        f"{happens} when a read fails for whatever reason: an item that is only locked is taken for a missing one",
        remedy,
        confidence,
        (reads, *dict.fromkeys(wording.short(failure.how) for failure in lost)),
        related((failure.read.place for failure in lost), "this read can fail although the item is there")
        + related((failure.place for failure in lost), "here the reason of the failure is lost"),
    )


RULE = Rule("KL304", "read-failure-destroys", "error", DEFAULT, ("swift", "typescript", "python"), check)
