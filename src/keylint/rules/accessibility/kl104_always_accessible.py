"""A deprecated class leaves a secret readable while the device is locked.

## What it does

Reports the constant of a deprecated `Always` class wherever it reaches a store call, in a search as well.

## Why is this bad?

An item of such a class is readable at any time, also while the device is locked and before it was unlocked after a
restart, so the passcode protects nothing. Apple deprecated both classes in iOS 12 and macOS 10.14.

## Fix safety

Replacing the constant is unsafe: code that reads the item while the device is locked no longer gets it. Work in the
background needs an after-first-unlock class. Items that exist keep their class unless the store replaces it on
overwrite.

## References

- Apple, Security framework: `SecItem.h`, `kSecAttrAccessibleAlways` and `kSecAttrAccessibleAlwaysThisDeviceOnly`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from keylint.interpret.events import Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import CHOOSES, is_public, searched
from keylint.rules.evidence import related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule

if TYPE_CHECKING:
    from keylint.stores.model import AccessClass


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a constant, whichever calls it reaches."""
    found: dict[Place, tuple[AccessClass, list[StoreEvent]]] = {}
    for event in observations.events:
        if not is_public(event):
            for place, access in _named(event):
                if access.deprecated:
                    found.setdefault(place, (access, []))[1].append(event)
    for place, (access, events) in found.items():
        yield _draft(place, access, events)


def _named(event: StoreEvent) -> Iterator[tuple[Place, AccessClass]]:
    for choice in event.accessibility.choices:
        if choice.cls is not None and not choice.problem:
            yield choice.place, choice.cls
    by_name = {access.constant: access for access in event.store.classes}
    for setting in searched(event):
        for value in setting.values:
            if value.constant in by_name:
                yield value.place, by_name[value.constant]


def _draft(place: Place, access: AccessClass, events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    store = first.store
    storing = [event for event in events if event.verb in CHOOSES]
    constant = f"`{wording.spelled_class(store, access)}`"
    happens = (
        f"leaves {wording.item(storing)} readable while the device is locked"
        if storing
        else "names items that are readable while the device is locked"
    )
    return Draft(
        place,
        f"{constant} {happens}, also before it was first unlocked after a restart",
        f"Use {wording.device_only_choice(store)}.{wording.keeps_class(storing)}",
        sureness(events),
        (f"{constant} is deprecated",),
        related((event.place for event in events), "the class reaches this call"),
    )


RULE = Rule("KL104", "always-accessible", "error", DEFAULT, ("swift", "typescript", "python"), check)
