"""How rules put things: what an item is called, and what a class means for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from keylint.interpret.events import StoreEvent

if TYPE_CHECKING:
    from keylint.stores.model import AccessClass, Store

LONGEST = 90
"""Characters of analyzed code that a message repeats at most."""

_READABLE = {
    "when-unlocked": "unreadable while the device is locked",
    "after-first-unlock": "readable while the device is locked, once it was unlocked after a restart",
    "when-passcode-set": "unreadable while the device is locked, and lost when the passcode is removed",
    "always": "readable even while the device is locked",
}


def short(text: str) -> str:
    """`text` on one line, cut to what a message can carry."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def code(text: str) -> str:
    """`text` marked as code."""
    return f"`{short(text).replace('`', chr(39))}`"


def called(event: StoreEvent) -> str:
    """The function of a call, as the source spells it."""
    return code(event.spelled)


def item(events: Iterable[StoreEvent]) -> str:
    """The item that all of `events` are about: "the item (service `app`)", or "the item" when they differ or do not say."""
    known = {event.item for event in events}
    return f"the item ({short(known.pop())})" if len(known) == 1 and "" not in known else "the item"


def within(event: StoreEvent) -> str:
    """The function that a call stands in, for "two callers of …"."""
    return code(event.within) if event.within else "this code"


def consequence(access: AccessClass) -> str:
    """What a class does to an item."""
    readable = _READABLE.get(access.when, "")
    moves = "kept on this device" if access.device_only else "restored onto other devices from an encrypted backup"
    return f"{readable}, and {moves}" if readable else moves


def spelled_class(store: Store, access: AccessClass) -> str:
    """A class as source code names it."""
    return f"{store.class_namespace}.{access.constant}" if store.class_namespace else access.constant


def default_class(store: Store, item_class: str | None = None) -> AccessClass | None:
    """The class that an item of `item_class` gets when none is named, when the store model knows it."""
    own = next((kind.default_class for kind in store.item_classes if kind.constant == item_class), None)
    return next((access for access in store.classes if access.constant == (own or store.default_class)), None)


def in_file_keychain(event: StoreEvent) -> bool:
    """The call runs on macOS and does not choose the keychain that has classes, as far as can be seen."""
    key = event.store.class_needs_on_macos
    return event.macos_only and bool(key) and not event.options.get(key).possible


def region(name: str) -> str:
    """A region as a sentence begins with it: "The actor `Tokens`", "`queue.sync`"."""
    if name.startswith(("the ", "an ", "a ")):
        return short(name[0].upper() + name[1:])
    return short(name) if name.startswith("`") else code(name)


def twin(store: Store, access: AccessClass) -> AccessClass | None:
    """The class that differs from `access` only in keeping the item on this device."""
    return next((other for other in store.classes if other.constant == access.twin), None)


def device_only_choice(store: Store) -> str:
    """The two classes to choose between, in words: for use in the foreground, and in the background."""
    choices = [
        f"`{spelled_class(store, access)}`{when}"
        for readable, when in (("when-unlocked", ""), ("after-first-unlock", " if it is read in the background"))
        for access in store.classes
        if access.when == readable and access.device_only and not access.deprecated
    ]
    return ", or ".join(choices) if choices else "a class that keeps the item on this device"


def status_name(store: Store, names: Iterable[str]) -> str:
    """The first of `names` with its number: "errSecItemNotFound (-25300)"; empty for none."""
    return next((f"{name} ({store.statuses[name]})" for name in names if name in store.statuses), "")


def keeps_class(events: Iterable[StoreEvent]) -> str:
    """What to do about items that exist already, where writing over them keeps their class; else empty."""
    if any(event.verb == "write" and event.operation.overwrite == "keeps" for event in events):
        return " This reaches new items only: existing ones keep their class until they are deleted and added again once, under a lock."
    if any(event.verb == "write" and event.operation.overwrite == "fails" for event in events):
        return " For an item that exists under another class the call then fails: delete it and add it again once, under a lock."
    return ""
