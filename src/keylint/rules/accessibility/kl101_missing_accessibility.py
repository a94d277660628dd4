"""A secret is stored without anyone choosing when it is readable and whether it leaves the device.

## What it does

Reports a call that adds or writes an item when no path to it names an accessibility class, neither directly nor by an
access-control object. A key that is generated into the keychain counts as well. Certificates are public data and do
not, nor does a store whose default is the strictest class there is. A dictionary whose origin cannot be seen is never
taken for one without a class.

## Why is this bad?

The store then picks its default. Defaults favour convenience: the item is restored onto other devices from an encrypted
backup, and depending on the store it is readable while the device is locked, or unreadable for work in the background
that needs it. Nothing fails, so nobody notices.

## Example

```swift
let item: [String: Any] = [
    kSecClass as String: kSecClassGenericPassword,
    kSecAttrAccount as String: "token",
    kSecValueData as String: data,
]
SecItemAdd(item as CFDictionary, nil)
```

Use instead:

```swift
let item: [String: Any] = [
    kSecClass as String: kSecClassGenericPassword,
    kSecAttrAccount as String: "token",
    kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
    kSecValueData as String: data,
]
SecItemAdd(item as CFDictionary, nil)
```

## Fix safety

Which class is right depends on when the item is read, so there is no automatic fix. A class that is added reaches new
items only: items that exist keep theirs unless the store replaces it on overwrite.

## References

- Apple, Keychain services: Restricting keychain item accessibility
- expo-secure-store 57.0.4: `SecureStoreOptions.keychainAccessible`
- react-native-keychain 10.0.0: `ACCESSIBLE`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.findings import Related
from keylint.interpret.events import ABSENT, MAY, MUST, UNKNOWN, Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import presence, protectable
from keylint.rules.evidence import callers, related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call that names no class on any path."""
    for call in observations.calls():
        events = [event for event in call if protectable(event) and not _defaults_to_strictest(event)]
        presences = {presence(event) for event in events}
        if ABSENT in presences and not presences & {MUST, MAY}:
            absent = [event for event in events if presence(event) == ABSENT]
            yield _draft(absent, partly_seen=UNKNOWN in presences)


def _defaults_to_strictest(event: StoreEvent) -> bool:
    """What applies when nobody chooses could not be stricter, so nobody need choose."""
    default = wording.default_class(event.store, event.item_class)
    return default is not None and default.when == "when-passcode-set"


def _draft(absent: Sequence[StoreEvent], partly_seen: bool) -> Draft:
    first = absent[0]
    store = first.store
    reasons = [f"no path that reaches {wording.called(first)} sets {_keys(first)}"]
    confidence = sureness(absent)
    if partly_seen:
        confidence = sureness(absent, at_most="medium")
        reasons.append("on other paths the dictionary comes from where it cannot be seen")
    if telling := [name for name in store.told_by if first.options.get(name).possible]:
        reasons.append(f"`{telling[0]}` is an option of {store.title}")
    if _kind_unseen(absent):
        confidence = sureness(absent, at_most="medium")
        reasons.append(f"`{store.item_class_key}` cannot be seen; a certificate would be public data")
    also = f", and set `{store.class_needs_on_macos}` to true" if wording.in_file_keychain(first) else ""
    return Draft(
        first.place,
        f"{wording.called(first)} stores {wording.item(absent)} {_what_happens(absent)}",
        f"Name a class {_where(first)}: {wording.device_only_choice(store)}{also}.{wording.keeps_class(absent)}",
        confidence,
        tuple(reasons),
        _dictionaries(absent) + callers(absent),
    )


def _what_happens(absent: Sequence[StoreEvent]) -> str:
    store = absent[0].store
    if all(wording.in_file_keychain(event) for event in absent):
        return f"without an accessibility class: macOS keeps it in the file-based keychain unless `{store.class_needs_on_macos}` is set"
    default = wording.default_class(store, absent[0].item_class)
    if default is None:
        return "without an accessibility class, so the store decides when it is readable and whether it leaves the device"
    return f"with the default class {wording.spelled_class(store, default)}: {wording.consequence(default)}"


def _keys(event: StoreEvent) -> str:
    keys = [*event.store.class_keys[:1], *event.store.access_control_keys[:1]]
    return " or ".join(f"`{key}`" for key in keys)


def _where(event: StoreEvent) -> str:
    key = event.store.class_keys[0]
    in_words = event.operation.class_by or event.store.class_by
    return in_words or (f"in `{key}`" if event.operation.options is None else f"in the `{key}` option")


def _kind_unseen(absent: Sequence[StoreEvent]) -> bool:
    """The item may be of a public kind on every path."""
    return all(
        event.store.item_class_key is not None and event.item_class is None and event.operation.permanent is None for event in absent
    )


def _dictionaries(absent: Sequence[StoreEvent]) -> tuple[Related, ...]:
    call = absent[0].place
    places = {event.options.place for event in absent if event.options.place is not None}
    apart = (place for place in places if place.path != call.path or not call.span.start <= place.span.start < call.span.end)
    return related(apart, "this dictionary names no class")


RULE = Rule("KL101", "missing-accessibility", "error", DEFAULT, ("swift", "typescript", "python"), check)
