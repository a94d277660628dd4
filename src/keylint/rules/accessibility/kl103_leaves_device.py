"""The class chosen for a secret lets it leave the device.

## What it does

Reports the constant of an accessibility class that is not this-device-only where it reaches a call that stores an item,
also inside an access-control object. An item that is declared synchronizable is meant to leave the device and is not
reported, nor are deprecated classes, which KL104 reports.

## Why is this bad?

An item of such a class is restored onto another device from an encrypted backup or by a device transfer. Whoever has
the backup and its password has the secret. Tokens and keys that belong to one device should not outlive it elsewhere.
The class alone does not synchronize an item; it makes an item that is declared synchronizable eligible for iCloud
Keychain.

## Fix safety

Replacing the constant by its this-device-only counterpart is unsafe: items no longer move to the user's next device.
Items that exist keep their class unless the store replaces it on overwrite.

## References

- Apple, Security framework: `SecItem.h`, accessibility constants
- Apple, Keychain services: Restricting keychain item accessibility
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.findings import Related
from keylint.interpret.events import UNKNOWN, Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import Use, choices, is_public, may_synchronize
from keylint.rules.evidence import MOST_RELATED, related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a constant, whichever calls it reaches."""
    for uses in choices(observations.events).values():
        leaving = [use for use in uses if _leaves(use)]
        if leaving:
            yield _draft(leaving)


def _leaves(use: Use) -> bool:
    access = use.choice.cls
    if access is None or use.choice.problem or access.device_only or access.deprecated:
        return False
    return not is_public(use.event) and not may_synchronize(use.event)


def _draft(uses: Sequence[Use]) -> Draft:
    choice, first = uses[0]
    assert choice.cls is not None
    store = first.store
    events = [use.event for use in uses]
    confidence, reasons = sureness(events), []
    if all(_sync_unseen(event) for event in events):
        confidence = sureness(events, at_most="medium")
        reasons.append("other keys of the dictionary cannot be seen, synchronization among them")
    if choice.via_access_control:
        reasons.append("the class is the protection of an access-control object")
    other = wording.twin(store, choice.cls)
    instead = f"Use `{wording.spelled_class(store, other)}`" if other is not None else f"Use {wording.device_only_choice(store)}"
    return Draft(
        choice.place,
        f"`{wording.spelled_class(store, choice.cls)}` lets {wording.item(events)} leave this device: "
        "it is restored onto other devices from an encrypted backup or a device transfer",
        f"{instead}, unless the secret is meant to follow the user to the next device.{wording.keeps_class(events)}",
        confidence,
        tuple(reasons),
        tuple(_stored(event) for event in {event.place: event for event in events}.values())[:MOST_RELATED],
    )


def _stored(event: StoreEvent) -> Related:
    return related([event.place], f"{wording.called(event)} stores the item with this class")[0]


def _sync_unseen(event: StoreEvent) -> bool:
    return event.store.sync is not None and event.options.get(event.store.sync.key).presence == UNKNOWN


RULE = Rule("KL103", "leaves-device", "warning", DEFAULT, ("swift", "typescript", "python"), check)
