"""An option that reads as "do not synchronize" switches synchronization on.

## What it does

Reports a synchronization option whose value is false, in stores that test whether the option is there and not what it
says.

## Why is this bad?

The secret is stored as synchronizable and is eligible for iCloud Keychain, on every device of the account, while the
code says the opposite. Reads with the option look among synchronizable items only, so the mistake is consistent and
goes unnoticed.

## Example

```ts
await Keychain.setGenericPassword(user, password, { cloudSync: false })
```

Use instead: leave the option out.

## Fix safety

Removing the option is unsafe: items that were stored with it are synchronizable, and calls without it no longer find
them.

## References

- react-native-keychain 10.0.0: `ios/RNKeychainManager/RNKeychainManager.m:138-144` (`if (options &&
  options[@"cloudSync"])`), issue 800
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import CHOOSES
from keylint.rules.evidence import related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft an option, whichever calls it reaches."""
    found: dict[Place, list[StoreEvent]] = {}
    for event in observations.events:
        for place in _options_read_as_off(event):
            found.setdefault(place, []).append(event)
    for place, events in found.items():
        yield _draft(place, events)


def _options_read_as_off(event: StoreEvent) -> Iterator[Place]:
    sync = event.store.sync
    if sync is None or sync.test != "presence":
        return
    setting = event.options.get(sync.key)
    if setting.possible and any(value.truth is False for value in setting.values):
        if len(setting.entries) == 1:
            yield setting.entries[0]
        else:
            yield from (value.place for value in setting.values if value.truth is False)


def _draft(place: Place, events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    sync = first.store.sync
    assert sync is not None
    storing = [event for event in events if event.verb in CHOOSES]
    since = f"{first.store.title} from {sync.since} on" if sync.since else first.store.title
    happens = (
        f"stores {wording.item(storing)} as synchronizable, eligible for iCloud Keychain"
        if storing
        else "makes this call look among synchronizable items only"
    )
    return Draft(
        place,
        f"`{sync.key}` {happens}, although it says false: {since} tests whether it is there, not its value",
        f"Leave `{sync.key}` out of the options; items that were stored with it have to be deleted with it and stored again.",
        sureness(events),
        (),
        related((event.place for event in events), "the option reaches this call"),
    )


RULE = Rule("KL114", "unintended-sync", "error", DEFAULT, ("typescript",), check)
