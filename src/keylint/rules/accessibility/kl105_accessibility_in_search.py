"""A search names an accessibility class, so it misses the item when that is stored under another.

## What it does

Reports a read, an existence check, an update or a delete whose search dictionary carries an accessibility class, in
stores where a class in a search is a filter. An entry that is there on some paths only counts as well.

## Why is this bad?

The class is no part of what identifies an item, but it narrows the search. An item that was stored under another class
(by an older version of the app, by a path with another flag, by the default) is "not found", although it is there. The
add that follows then fails as a duplicate, and a delete leaves the old secret behind. The app asks its user to sign in
again, every time.

## Example

```swift
let query: [String: Any] = [
    kSecClass as String: kSecClassGenericPassword,
    kSecAttrAccount as String: "token",
    kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlock,
    kSecReturnData as String: true,
]
SecItemCopyMatching(query as CFDictionary, &result)
```

Use instead: the same dictionary without `kSecAttrAccessible`, which belongs into what is added or updated.

## Fix safety

Removing the entry is unsafe: the search then finds items that it did not find before, which is the purpose.

## References

- Apple, Security-61901: `keychain/securityd/SecDbQuery.c` (a class in a query becomes part of the WHERE clause)
- Apple, Security-61901: `keychain/securityd/SecItemSchema.c` (the class is not part of the primary key)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import MAY, Observations, Setting, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import searched
from keylint.rules.evidence import callers, related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule

_MISSES = {
    "read": "does not find",
    "exists": "does not find",
    "update": "does not update",
    "delete": "does not delete",
}


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a search that may name a class."""
    for call in observations.calls():
        events = [event for event in call if event.store.class_in_search == "filter"]
        found = [(event, setting) for event in events for setting in searched(event)]
        if found:
            yield _draft([event for event, _ in found], [setting for _, setting in found], len(call))


def _draft(events: Sequence[StoreEvent], settings: Sequence[Setting], paths: int) -> Draft:
    first = events[0]
    store = first.store
    classes = {value.constant for setting in settings for value in setting.values if value.constant is not None}
    than = " or ".join(f"`{name}`" for name in sorted(classes)) if 0 < len(classes) <= 2 else "the one named here"
    absent = wording.status_name(store, store.absent)
    duplicate = wording.status_name(store, store.duplicate)
    reports = f"reports {absent}" if absent else "reports that there is none"
    fails = f"an add that follows fails with {duplicate}" if duplicate else "an add that follows fails as a duplicate"
    if any(operation.verb == "write" and operation.overwrite == "fails" for operation in store.operations):
        fails = "a write that names another class than the item has fails"
    names = "the search dictionary" if first.operation.query is not None else "the call"
    reasons = [f"{names} sets `{settings[0].key}`, which filters by class and is no part of an item's identity"]
    if all(setting.presence == MAY for setting in settings) or len(events) < paths:
        reasons.append("the entry is there on some paths only, so one item is looked up in two ways")
        reasons.extend(f"the class is set only {wording.short(condition.why)}" for condition in settings[0].conditions)
    return Draft(
        first.place,
        f"{wording.called(first)} {_MISSES[first.verb]} {wording.item(events)} when it is stored under another class than {than}: "
        f"it {reports}, and {fails}",
        f"Leave `{settings[0].key}` out of {names}{_instead(first)}",
        sureness(events),
        tuple(reasons),
        related((entry for setting in settings for entry in setting.entries), "the class enters the search here") + callers(events),
    )


def _instead(event: StoreEvent) -> str:
    if event.operation.query is not None:
        return "; name it only in what is added or in the attributes of an update."
    return ", which then finds the item whatever its class."


RULE = Rule("KL105", "accessibility-in-search", "warning", DEFAULT, ("swift", "python"), check)
