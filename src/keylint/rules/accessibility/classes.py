"""What the accessibility rules share: which calls a class applies to, and which classes a program chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from keylint.interpret.events import MAY, UNKNOWN, ClassChoice, Fact, Options, Place, Setting, StoreEvent

CREATES = ("add", "write")
"""Verbs that make items."""

CHOOSES = ("add", "write", "update")
"""Verbs whose class is the item's from then on."""

SEARCHES = ("read", "exists", "update", "delete")
"""Verbs that look an item up."""


def is_public(event: StoreEvent) -> bool:
    """What the call stores is no secret (a certificate)."""
    return event.item_class is not None and event.item_class in event.store.public_item_classes


def protectable(event: StoreEvent) -> bool:
    """The call makes an item that a class can and should protect."""
    operation = event.operation
    takes_class = operation.attributes is not None or operation.options is not None or bool(event.store.objects)
    return event.verb in CREATES and takes_class and bool(event.store.class_keys) and not operation.legacy and not is_public(event)


def presence(event: StoreEvent) -> str:
    """Whether the call names a class. Options that a caller may leave out, and that cannot be seen otherwise, name one only sometimes."""
    if event.accessibility.presence == UNKNOWN and event.options.given == MAY:
        return MAY
    return event.accessibility.presence


class Use(NamedTuple):
    """A class constant and a call that it reaches."""

    choice: ClassChoice
    event: StoreEvent


def choices(events: Iterable[StoreEvent]) -> dict[Place, list[Use]]:
    """Where classes are chosen, each with the calls that the constant reaches as the class of an item."""
    found: dict[Place, list[Use]] = {}
    for event in events:
        if event.verb in CHOOSES:
            for choice in event.accessibility.choices:
                found.setdefault(choice.place, []).append(Use(choice, event))
    return found


def searched(event: StoreEvent) -> Iterator[Setting]:
    """The class entries of a call's search dictionary."""
    if event.query is not None and event.verb in SEARCHES:
        for key in event.store.class_keys:
            setting = event.query.get(key)
            if setting.possible:
                yield setting


def synchronization(event: StoreEvent) -> tuple[Setting, ...]:
    """The call's synchronization option, in each dictionary that can carry it, where it is or may be set."""
    sync = event.store.sync
    if sync is None:
        return ()
    dictionaries: list[Options] = [event.options] if event.query is None else [event.options, event.query]
    return tuple(setting for dictionary in dictionaries if (setting := dictionary.get(sync.key)).possible)


def switches_on(event: StoreEvent, value: Fact) -> bool | None:
    """Whether a value of the synchronization option turns it on; `None` when that cannot be seen."""
    if event.store.sync is not None and event.store.sync.test == "presence":
        return True
    return value.truth


def may_synchronize(event: StoreEvent) -> bool:
    """The item is, or on some path may be, declared synchronizable."""
    return any(
        not setting.values or any(switches_on(event, value) is not False for value in setting.values) for setting in synchronization(event)
    )
