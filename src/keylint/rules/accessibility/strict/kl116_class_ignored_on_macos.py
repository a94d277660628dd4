"""On macOS an item is added with a class to the keychain that has no classes.

## What it does

Reports an add that runs on macOS only and names an accessibility class, without `kSecUseDataProtectionKeychain`. An access-control
object or a synchronizable item goes to the data-protection keychain anyway and is not reported.

## Why is this bad?

Without `kSecUseDataProtectionKeychain`, `SecItemAdd` stores the item in macOS's file-based keychain. That one knows no accessibility
classes: it drops the attribute silently. The code reads as if the secret were kept on this device and locked with it, and neither
holds.

## Example

```swift
let item: [String: Any] = [ // compiled for macOS
    kSecClass as String: kSecClassGenericPassword,
    kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
    kSecValueData as String: data,
]
let status = SecItemAdd(item as CFDictionary, nil)
```

Use instead:

```swift
    kSecUseDataProtectionKeychain as String: true,
```

## Fix safety

Adding the key is unsafe: it moves the item to another keychain. What is stored already has to be read without the key once, and the
program needs an entitlement, without which the call fails with `errSecMissingEntitlement`.

## References

- Apple, Security-61901: `OSX/libsecurity_keychain/lib/SecItem.cpp:4815-4820` (the attributes that are removed), `:5023-5050` (adds go to
  the file-based keychain)
- Apple, TN3137: On Mac keychain APIs and implementations
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import ABSENT, MUST, Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import CREATES, may_synchronize
from keylint.rules.evidence import callers, related, sureness
from keylint.rules.rule import STRICT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft an add."""
    for call in observations.calls():
        on_macos = [event.on_macos or event for event in call]
        dropped = [event for event in on_macos if event.verb in CREATES and _drops_class(event)]
        if dropped:
            yield _draft(dropped)


def _drops_class(event: StoreEvent) -> bool:
    if not event.macos_only or not event.store.class_needs_on_macos or event.operation.permanent is not None:
        return False
    if event.accessibility.access_control != ABSENT or may_synchronize(event):
        return False
    return event.accessibility.presence == MUST and _stays_out(event)


def _stays_out(event: StoreEvent) -> bool:
    """Whether the add does not ask for the keychain that has classes: the key is left out, or known to be false."""
    asked = event.options.get(event.store.class_needs_on_macos)
    return asked.presence == ABSENT or (asked.presence == MUST and bool(asked.values) and all(one.truth is False for one in asked.values))


def _draft(events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    key = wording.code(first.store.class_needs_on_macos)
    return Draft(
        first.place,
        f"macOS drops the class that {wording.called(first)} names for {wording.item(events)}: without {key} the item goes to the "
        "file-based keychain, which has no classes",
        f"Set {key} to true for every call about the item; the data-protection keychain needs an entitlement.",
        sureness(events),
        (),
        related((entry for event in events for entry in event.accessibility.entries), "this class has no effect") + callers(events),
    )


RULE = Rule("KL116", "class-ignored-on-macos", "info", STRICT, ("swift", "python"), check)
