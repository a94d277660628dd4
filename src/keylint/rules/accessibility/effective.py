"""The class that an item gets from a write: the one it names, or the one it gets for naming none."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from keylint.interpret.events import ABSENT, MUST, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import is_public, presence
from keylint.stores.model import AccessClass


class Given(Struct, frozen=True):
    """The class that a write gives its item. `place` is the constant, or the call where none is named; `named` says which."""

    event: StoreEvent
    access: AccessClass
    place: Place
    named: bool


def given(event: StoreEvent) -> Given | None:
    """The class of what a call stores on this path, where it is one and can be seen."""
    if is_public(event) or event.operation.legacy or wording.in_file_keychain(event):
        return None
    named = presence(event)
    if named == ABSENT:
        default = wording.default_class(event.store, event.item_class)
        return Given(event, default, event.place, False) if default is not None and event.verb != "update" else None
    choices = event.accessibility.choices
    classes = {choice.cls for choice in choices}
    first = choices[0].cls if choices else None
    if named != MUST or len(classes) != 1 or first is None or any(choice.problem for choice in choices):
        return None
    return Given(event, first, choices[0].place, True)


def all_given(events: Iterable[StoreEvent]) -> list[Given] | None:
    """The classes of what several calls store; `None` when one of them cannot be seen."""
    found = []
    for event in events:
        one = given(event)
        if one is None:
            return None
        found.append(one)
    return found
