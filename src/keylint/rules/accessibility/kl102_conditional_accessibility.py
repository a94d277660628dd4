"""A secret is stored with an accessibility class on some paths and without one on others.

## What it does

Reports a call that adds or writes an item when a class is set only sometimes: under a flag, by a parameter that callers
may leave out, or by some callers and not by others.

## Why is this bad?

The protection of the secret then depends on a flag that defaults to off, or on whoever calls next. The path without a
class stores the item with the store's default, and it looks the same as the protected one: the same key, the same
value, no error. Two paths that store one item under different classes also make searches that name a class miss it.

## Fix safety

There is no automatic fix: which class the other path should have is a decision. Choose one class for the item and set
it on every path. Items that exist keep the class they were created with, unless the store replaces it on overwrite.

## References

- Apple, Keychain services: Restricting keychain item accessibility
- expo-secure-store 57.0.4: `SecureStoreOptions.keychainAccessible`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.findings import Related
from keylint.interpret.events import ABSENT, MAY, MUST, Condition, Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import presence, protectable
from keylint.rules.evidence import MOST_RELATED, related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call that names a class on some paths only."""
    for call in observations.calls():
        events = [event for event in call if protectable(event)]
        sometimes = [event for event in events if presence(event) == MAY]
        never = [event for event in events if presence(event) == ABSENT]
        if not all(wording.in_file_keychain(event) for event in events):
            never = [event for event in never if not wording.in_file_keychain(event)]
        always = [event for event in events if presence(event) == MUST]
        if sometimes or (never and always):
            yield _draft(events, sometimes, never, always)


def _draft(
    events: Sequence[StoreEvent], sometimes: Sequence[StoreEvent], never: Sequence[StoreEvent], always: Sequence[StoreEvent]
) -> Draft:
    first = events[0]
    store = first.store
    conditions = _conditions(sometimes)
    default = wording.default_class(store, first.item_class)
    if all(wording.in_file_keychain(event) for event in events):
        otherwise = f"macOS heeds it only where `{store.class_needs_on_macos}` is set"
    elif default is None:
        otherwise = "without one, the store decides when the item is readable and whether it leaves the device"
    else:
        otherwise = f"otherwise the default {wording.spelled_class(store, default)} applies: {wording.consequence(default)}"
    left_out = any(event.options.given == MAY for event in sometimes)
    if conditions:
        when = f" only {wording.short(conditions[0].why)}"
    else:
        when = " only if a caller passes options" if left_out else " on some paths only"
    reasons = [f"the class is set only {wording.short(condition.why)}" for condition in conditions]
    if left_out:
        reasons.append("the options argument may be nil or undefined")
    if never:
        reasons.append(f"{len(never)} of {len(events)} paths to this call set no class")
    return Draft(
        first.place,
        f"{wording.called(first)} names a class for {wording.item(events)}{when}; {otherwise}",
        f"Set one class on every path: {wording.device_only_choice(store)}.{wording.keeps_class(events)}",
        sureness([*sometimes, *never]),
        tuple(reasons),
        tuple(Related(c.place.path, c.place.span, f"a class is set only {wording.short(c.why)}") for c in conditions)
        + related((entry for event in [*sometimes, *always] for entry in event.accessibility.entries), "the class is set here")
        + related(_callers(never, always), "a caller from here sets no class"),
    )


def _conditions(events: Sequence[StoreEvent]) -> list[Condition]:
    found: dict[Place, Condition] = {}
    for event in events:
        for condition in event.accessibility.conditions:
            found.setdefault(condition.place, condition)
    return list(found.values())[:MOST_RELATED]


def _callers(never: Sequence[StoreEvent], always: Sequence[StoreEvent]) -> set[Place]:
    """The calls that the paths without a class go through and the others do not."""
    shared = {place for event in always for place in event.path}
    return {next((place for place in reversed(event.path) if place not in shared), event.path[-1]) for event in never if event.path}


RULE = Rule("KL102", "conditional-accessibility", "warning", DEFAULT, ("swift", "typescript", "python"), check)
