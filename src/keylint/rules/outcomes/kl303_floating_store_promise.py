"""Nobody waits for a store's promise, so its failure is lost and what comes next may run first.

## What it does

Reports a call that stores or deletes an item when its promise is neither awaited, returned, chained, nor marked with
`void`.

## Why is this bad?

A store rejects when it refuses: the device is locked, the value is invalid. Without anybody at the promise that is an
unhandled rejection, and the app goes on as if the secret were stored, or gone. A read that follows may run before the
write, and a sign-out may finish before the secret is deleted.

## Fix safety

Marking the promise with `void` is safe: it says that nobody waits, and changes nothing. Awaiting it changes the order
of things.

## References

- expo-secure-store 57.0.4: `setItemAsync`, `deleteItemAsync`
- typescript-eslint: `no-floating-promises`
"""

from __future__ import annotations

from collections.abc import Iterator

from keylint.interpret.events import Observations
from keylint.rules import wording
from keylint.rules.evidence import callers, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule

_LOST = {
    "add": "the secret may not be stored, and nobody learns",
    "write": "the secret may not be stored, and nobody learns",
    "update": "the secret may not be stored, and nobody learns",
    "delete": "the secret may still be there when the code goes on",
    "clear": "the secrets may still be there when the code goes on",
}


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call whose promise floats on some path."""
    for call in observations.calls():
        floating = [event for event in call if event.promise == "floating" and event.verb in _LOST]
        if floating:
            first = floating[0]
            yield Draft(
                first.place,
                f"The promise of {wording.called(first)} for {wording.item(floating)} floats: {_LOST[first.verb]}",
                "Await or return the promise, or mark it with `void` and handle its rejection if nothing depends on it.",
                sureness(floating),
                (),
                callers(floating),
            )


RULE = Rule("KL303", "floating-store-promise", "warning", DEFAULT, ("typescript",), check)
