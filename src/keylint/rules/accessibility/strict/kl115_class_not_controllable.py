"""A secret is written to a store that lets nobody choose its accessibility class.

## What it does

Reports a call that adds or writes an item to a store in which no argument, no setting and no preference chooses when the
item is readable and whether it leaves the device. The message names the class that results, where there is one. A store
that keeps plain text is KL605.

## Why is this bad?

What the library's author decided may not be what this secret needs, and code that calls it cannot say otherwise. With
most of these stores the item is restored onto other devices from an encrypted backup. On macOS the file-based keychain
has no classes at all.

## Example

```ts
import EncryptedStorage from 'react-native-encrypted-storage'

await EncryptedStorage.setItem('token', token)
```

Use instead, where the secret must stay on the device:

```ts
import * as SecureStore from 'expo-secure-store'

await SecureStore.setItemAsync('token', token, {
  keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY,
})
```

## Fix safety

There is no automatic fix: another store has to take the secret, and what is stored already has to be moved.

## References

- react-native-encrypted-storage 4.0.3: `ios/RNEncryptedStorage.m:41-45`
- capacitor-secure-storage-plugin 0.13.0: `ios/Sources/SecureStoragePlugin/SecureStoragePlugin.swift:26`
- keytar 7.9.0: `src/keytar_mac.cc:57-76`
- keyring 25.7.0: `keyring/backends/macOS/api.py:161-173`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import ABSENT, Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import CREATES
from keylint.rules.evidence import callers, sureness
from keylint.rules.rule import STRICT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call that stores something whose class nobody can choose."""
    for call in observations.calls():
        fixed = [event for event in call if _is_fixed(event)]
        if fixed:
            yield _draft(fixed)


def _is_fixed(event: StoreEvent) -> bool:
    """The class is the library's own choice, and no other option decides it either."""
    operation = event.operation
    return event.verb in CREATES and operation.class_fixed and not operation.plaintext_on and event.accessibility.presence == ABSENT


def _draft(events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    default = wording.default_class(first.store, first.item_class)
    if default is None:
        results = f"and nothing chooses its accessibility class: {first.store.no_class_note}"
        remedy = "If the item needs a class, store it where one can be chosen."
    else:
        spelled = wording.spelled_class(first.store, default)
        results = f"with the class {spelled}, and no other can be chosen: {wording.consequence(default)}"
        wants = "needs another class" if default.device_only else "must not leave this device"
        remedy = f"If the item {wants}, store it where a class can be chosen."
    return Draft(
        first.place,
        f"{wording.called(first)} stores {wording.item(events)} {results}",
        remedy,
        sureness(events),
        (),
        callers(events),
    )


RULE = Rule("KL115", "class-not-controllable", "info", STRICT, ("typescript", "python"), check)
