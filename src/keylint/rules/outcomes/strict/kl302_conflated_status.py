"""A read that fails is answered like a read that found nothing.

## What it does

Reports the test, the `try?` or the handler at which a function begins to give its callers one answer (`nil`, `null`, `None`, false, an
empty text) both when there is no such item and when the item could not be read. It is silent where the failure is thrown on, told
apart by its status or error, or given to somebody who may deal with it; writing a log is not dealing with it.

## Why is this bad?

A read fails for many reasons, and most pass: the device is locked, the user declined, the backend is not running. The item is still
there. Callers who are told "nothing" take the user for signed out and show a sign-in screen, start over, or store a new secret.

## Example

```swift
guard status == errSecSuccess else { return nil }
```

Use instead:

```swift
if status == errSecItemNotFound { return nil }
guard status == errSecSuccess else { throw KeychainFailure(status) }
```

## Fix safety

There is no automatic fix: what callers do while the item cannot be read is a decision.

## References

- Apple, Security-61901: `base/SecBase.h:326-392` (`errSecInteractionNotAllowed`: the item exists and cannot be read now)
- expo-secure-store 57.0.4: `ios/SecureStoreModule.swift` (`null` for "not found", rejects otherwise)
- keyring 25.7.0: `get_password` returns `None` for "not found" and raises otherwise
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.evidence import related, sureness
from keylint.rules.rule import STRICT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a place at which the difference is lost."""
    found: dict[Place, tuple[str, list[StoreEvent]]] = {}
    for event in observations.events:
        if not event.operation.hides_failures:  # what the store itself hides, no code can tell apart
            for conflation in event.conflated:
                found.setdefault(conflation.place, (conflation.how, []))[1].append(event)
    for place in sorted(found):
        yield _draft(place, *found[place])


def _draft(place: Place, how: str, reads: Sequence[StoreEvent]) -> Draft:
    first = reads[0]
    locked = wording.status_name(first.store, first.store.unreadable)
    absent = f"`{first.store.absent[0]}`" if first.store.absent and first.operation.absence == "status" else "that there is no such item"
    return Draft(
        place,
        f"A failed {wording.called(first)} is answered like a missing item: while {wording.item(reads)} cannot be read, callers take it "
        "for missing",
        f"Answer that there is nothing only when the read says {absent}, and let callers see every other failure.",
        sureness(reads),
        (
            wording.short(how),
            f"a read also fails when access is denied or the store is locked or unavailable{f': {locked}' if locked else ''}",
        ),
        related((event.place for event in reads), "this read can fail although the item is there"),
    )


RULE = Rule("KL302", "conflated-status", "warning", STRICT, ("swift", "typescript", "python"), check)
