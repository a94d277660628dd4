"""The accessibility class that is named does not exist, so the item gets the default.

## What it does

Reports a value that is given as accessibility class although the store has no such class: a name that its module does
not define, a text that it does not know, a value of the wrong type.

## Why is this bad?

The code reads as protected and is not. A name that does not exist is `undefined` at run time, and the store then
applies its default, which lets the item be restored onto other devices from an encrypted backup.

## Fix safety

There is no automatic fix: which class was meant is a decision. Items that exist keep the class that they got unless the
store replaces it on overwrite.

## References

- expo-secure-store 57.0.4: the accessibility constants
- react-native-keychain 10.0.0: `ACCESSIBLE` (`ALWAYS_THIS_DEVICE_ONLY` exists up to 8.0.0 only)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import CHOOSES, Use
from keylint.rules.evidence import related, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a constant, whichever calls it reaches."""
    found: dict[Place, list[Use]] = {}
    for event in observations.events:
        for choice in event.accessibility.choices:
            if choice.problem:
                found.setdefault(choice.place, []).append(Use(choice, event))
    for uses in found.values():
        yield _draft(uses)


def _draft(uses: Sequence[Use]) -> Draft:
    choice, first = uses[0]
    store = first.store
    events: list[StoreEvent] = [use.event for use in uses]
    storing = any(event.verb in CHOOSES for event in events)
    means = f": {store.unknown_class_means}" if storing and store.unknown_class_means else ""
    return Draft(
        choice.place,
        f"{choice.problem[:1].upper()}{choice.problem[1:]}{means}",
        f"Use {wording.device_only_choice(store)}.{wording.keeps_class(events)}",
        sureness(events),
        (),
        related((event.place for event in events), "the value reaches this call"),
    )


RULE = Rule("KL112", "unknown-accessibility", "error", DEFAULT, ("typescript",), check)
