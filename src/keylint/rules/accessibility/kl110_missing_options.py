"""A read, an existence check or a delete is called without the options that every other call of the store is given.

## What it does

Reports a read, an existence check or a delete without an options argument, in stores whose every call takes one.

## Why is this bad?

Part of the options belongs to an item's identity: a service that a write was given and a read was not makes the read
find nothing and the delete leave the secret behind. Which class an item gets is decided by writes alone, so a read
without options reads it all the same; but a team that keeps one options value for every call has no call that can
drift, and none to copy that stores without a class.

## Example

```ts
const token = await SecureStore.getItemAsync('auth.token')
```

Use instead:

```ts
const OPTIONS = { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY }
const token = await SecureStore.getItemAsync('auth.token', OPTIONS)
```

## Fix safety

Passing the options value that the file already has is unsafe where it names a service that the item was not stored
under.

## References

- expo-secure-store 57.0.4: `SecureStoreOptions`, `keychainService`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import ABSENT, UNKNOWN, Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.evidence import callers, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule

_MISSES = {
    "read": "a read without it finds nothing",
    "exists": "a check without it finds nothing",
    "delete": "a delete without it leaves the secret behind",
}


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call that is reached without options."""
    for call in observations.calls():
        events = [event for event in call if event.operation.options_expected and event.verb in _MISSES]
        given = {event.options.given for event in events}
        if ABSENT in given and UNKNOWN not in given:
            yield _draft([event for event in events if event.options.given == ABSENT])


def _draft(events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    parts = [field.option for field in first.operation.identity if field.option is not None]
    drift = f": where a write names a `{parts[0]}`, {_MISSES[first.verb]}" if parts else ""
    return Draft(
        first.place,
        f"{wording.called(first)} is called for {wording.item(events)} without options{drift}",
        f"Keep one options value with a class ({wording.device_only_choice(first.store)}) and pass it to every call.",
        sureness(events),
        ("no path to this call passes an options argument",) if all(event.options.given == ABSENT for event in events) else (),
        callers(events),
    )


RULE = Rule("KL110", "missing-options", "warning", DEFAULT, ("typescript",), check)
