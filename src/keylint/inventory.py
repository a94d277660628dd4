"""What a program keeps at rest: one entry a stored item, with everything that was seen of it.

A view of the observations that no rule has a part in: nothing is judged, selected or suppressed. An operation stands with every item
that it certainly touches. One whose item cannot be told stands alone: nothing is merged by a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.interpret.events import MUST, UNKNOWN, CommandEvent, IdentityPart, ItemKey, Observations, Place, Root, StoreEvent, matches
from keylint.rules import wording
from keylint.rules.accessibility.classes import CHOOSES, CREATES, may_synchronize, presence, synchronization
from keylint.rules.items import DELETES, UPDATES, WRITES, items

if TYPE_CHECKING:
    from keylint.stores.model import Command

YES, NO, PARTLY, UNSEEN = "yes", "no", "partly", "unknown"

EXPLICIT, DEFAULT, NONE = "explicit", "default", "none"
"""Where a class comes from; `UNSEEN` when that is out of sight. `NONE`: the store has no classes, or none that this call could name."""

MIGRATABLE, SYNCHRONIZABLE, MAY_SYNCHRONIZE = "migratable", "synchronizable", "may be synchronizable"

_CHANGES = WRITES + UPDATES
_REENTRANT = ("actor", "global-actor", "event-loop")
"""Regions that let others in while what runs inside waits."""


class ClassSeen(Struct, frozen=True):
    """A class that an item may get. `constant` is as code spells it, empty where none is seen; `when` and `device_only` are its meaning,
    `None` where that is not known. `problem` says how what is named is no class of the store."""

    constant: str
    when: str | None
    device_only: bool | None
    origin: str
    problem: str = ""


class Use(Struct, frozen=True):
    """One store call. `within` is the function that it stands in; `roots` the entry points that lead to it, as far as the platform is known
    to call them; `serialized` whether it runs inside a region that lets in one caller at a time."""

    verb: str
    place: Place
    spelled: str
    within: str
    roots: tuple[Root, ...] = ()
    serialized: str = NO


class InventoryItem(Struct, frozen=True):
    """One stored item, or one operation whose item cannot be told.

    - `store` is the model's name, `title` what people call it; `item_class` the kind of item, where the store has kinds, `noun` in words.
    - `known`: its identity is. `parts` are the identity as far as it is seen, `description` the same for people.
    - `classes`: every class that a write may give it. `leaves_device`, with `why` (migratable, synchronizable), follows from them.
    - `contexts`: the kinds of entry points that lead to any of it (background, launch, foreground); none where no caller is seen.
    - `serialized`: one region lets in one caller at a time, for all that is done with it (yes), for some of it (partly), or for nothing.
    - `app`: the program that it belongs to, empty where there is one only, or it cannot be told.
    """

    store: str
    title: str
    item_class: str
    noun: str
    known: bool
    parts: tuple[IdentityPart, ...]
    description: str
    classes: tuple[ClassSeen, ...] = ()
    leaves_device: str = UNSEEN
    why: tuple[str, ...] = ()
    writes: tuple[Use, ...] = ()
    reads: tuple[Use, ...] = ()
    deletes: tuple[Use, ...] = ()
    contexts: tuple[str, ...] = ()
    serialized: str = UNSEEN
    app: str = ""

    @property
    def uses(self) -> tuple[Use, ...]:
        """All that is done with it: writes first, then reads, then deletes."""
        return self.writes + self.reads + self.deletes

    @property
    def place(self) -> Place:
        """The place to look at first."""
        return self.uses[0].place


def inventory(observations: Observations) -> tuple[InventoryItem, ...]:
    """Every stored item, those of known identity first, in an order that depends on nothing but what was seen."""
    unknown = _by_parameters(observations.events)
    chosen = [(_certain(group[0]), group) for group in unknown if any(event.verb in CREATES for event in group)]
    searches = [(key, event) for event in observations.events if event.verb not in CREATES for key in event.item_keys]
    known = items(observations)
    partly = [key for key, _ in chosen]
    keys: dict[str, list[ItemKey]] = {}
    for item in known:
        keys.setdefault(item.app, []).append(item.key)
    told = [_known(item.app, item.key, item.events) for item in known if item.writes or _stands_alone(item.key, keys[item.app], partly)]
    everything = [key for found in keys.values() for key in found]
    for key in sorted({key for key, _ in searches if key.wide and _stands_alone(key, everything, partly)}):
        told.append(_known("", key, [event for found, event in searches if found == key]))
    untold = [_unknown([*group, *(event for search, event in searches if matches(search, key))]) for key, group in chosen]
    untold += [_unknown(group) for group in unknown if all(group is not other for _, other in chosen)]
    return tuple(sorted((*told, *untold, *_commands(observations.commands)), key=_order))


def _order(item: InventoryItem) -> tuple[object, ...]:
    identity = tuple((part.name, part.text) for part in item.parts)
    return (not item.known, item.title, item.item_class, identity, item.app, item.place, item.description)


def _stands_alone(search: ItemKey, known: Iterable[ItemKey], partly: Iterable[ItemKey]) -> bool:
    """No other item is certainly among what a search looks for, so it has no place but its own."""
    return not any(key != search and matches(search, key) for key in known) and not any(matches(search, key) for key in partly)


def _by_parameters(events: Iterable[StoreEvent]) -> list[list[StoreEvent]]:
    """Calls whose item cannot be told: together where the same parameters choose it."""
    found: dict[object, list[StoreEvent]] = {}
    for event in events:
        if not event.item_keys:
            found.setdefault(event.symbolic_key or event.place, []).append(event)
    return list(found.values())


def _certain(event: StoreEvent) -> ItemKey:
    """What is known of an item whose identity is not."""
    parts = tuple(sorted((part.name, part.text) for part in event.parts if part.known and part.text))
    return ItemKey(event.store.base or event.store.name, event.item_class or "", parts)


def _known(app: str, key: ItemKey, events: Sequence[StoreEvent]) -> InventoryItem:
    defaults = {part.name for event in events for part in event.parts if not part.noun}
    parts = tuple(IdentityPart(name, "" if name in defaults else _noun(events[0], name), text, True) for name, text in key.parts)
    description = "every item" if key.wide else _described(parts) or _at_default(key)
    return _item(events, app, key.kind, True, parts, description)


def _noun(event: StoreEvent, name: str) -> str:
    """What people call a part of an identity."""
    kinds = (field for kind in event.store.item_classes for field in kind.identity)
    fields = (*event.operation.identity, *event.store.identity, *kinds)
    return next((field.noun for field in fields if field.name == name and field.noun), name)


def _described(parts: Iterable[IdentityPart]) -> str:
    return ", ".join(f"{part.noun} {_value(part)}" for part in parts if part.noun)


def _value(part: IdentityPart) -> str:
    if not part.text:
        return "…"
    whole = part.known or "…" in part.text  # else it is what the program calls the value
    return f"`{part.text}`" if whole else f"from `{part.text}`"


def _at_default(key: ItemKey) -> str:
    """What tells an item of which nothing is said: what it gets then."""
    return ", ".join(f"{name} `{text}`" for name, text in key.parts if text != "false")


def _unknown(events: Sequence[StoreEvent]) -> InventoryItem:
    alike = {(event.item_class or "", event.parts) for event in events if not event.item_keys}
    kind, parts = alike.pop() if len(alike) == 1 else ("", ())
    return _item(events, "", kind, False, parts, _described(parts))


def _item(
    events: Sequence[StoreEvent], app: str, kind: str, known: bool, parts: tuple[IdentityPart, ...], description: str
) -> InventoryItem:
    first = min(events, key=lambda event: (event.verb not in _CHANGES, event.place, event.path))
    classes = tuple(dict.fromkeys(seen for event in events for seen in _classes(event)))
    leaves, why = _leaves(events)
    noun = next((item.noun for item in first.store.item_classes if item.constant == kind), "")
    return InventoryItem(
        first.store.name,
        first.store.title,
        kind,
        noun,
        known,
        parts,
        description,
        tuple(sorted(classes, key=lambda seen: (seen.origin != EXPLICIT, seen.constant, seen.origin))),
        leaves,
        why,
        _uses(event for event in events if event.verb in _CHANGES),
        _uses(event for event in events if event.verb not in _CHANGES + DELETES),
        _uses(event for event in events if event.verb in DELETES),
        tuple(sorted({root.kind for root in _roots(events)})),
        _serialized(events),
        app,
    )


def _uses(events: Iterable[StoreEvent]) -> tuple[Use, ...]:
    places: dict[Place, list[StoreEvent]] = {}
    for event in events:
        places.setdefault(event.place, []).append(event)
    return tuple(
        Use(group[0].verb, place, group[0].spelled, group[0].within, _roots(group), _serialized(group))
        for place, group in sorted(places.items())
    )


def _roots(events: Iterable[StoreEvent]) -> tuple[Root, ...]:
    return tuple(sorted({event.root for event in events if event.root is not None}))


# classes


def _classes(event: StoreEvent) -> Iterator[ClassSeen]:
    """What a call makes the item's class, on each path."""
    if event.verb not in CHOOSES:
        return
    for choice in event.accessibility.choices:
        access = choice.cls
        if access is not None:
            yield ClassSeen(wording.spelled_class(event.store, access), access.when, access.device_only, EXPLICIT)
        else:
            # A constant that the store does not define, or a value out of sight.
            constant = choice.fact.constant or choice.fact.text or ""
            yield ClassSeen(constant, None, None, EXPLICIT if choice.problem else UNSEEN, choice.problem)
    chosen = presence(event)
    if chosen == UNKNOWN:
        yield ClassSeen("", None, None, UNSEEN)
    elif event.verb in CREATES and chosen != MUST:
        yield _without(event)


def _without(event: StoreEvent) -> ClassSeen:
    """The class of an item that is stored without naming one."""
    default = None if wording.in_file_keychain(event) else wording.default_class(event.store, event.item_class)
    if default is None or event.operation.legacy:
        return ClassSeen("", None, None, NONE)
    return ClassSeen(wording.spelled_class(event.store, default), default.when, default.device_only, DEFAULT)


def _leaves(events: Iterable[StoreEvent]) -> tuple[str, tuple[str, ...]]:
    """Whether the item is restored onto other devices or synchronized to them, and why."""
    reasons: set[str] = set()
    verdicts: set[str] = set()
    for event in events:
        classes = list(_classes(event))
        if not classes:
            continue
        if any(seen.device_only is False for seen in classes):
            verdicts.add(YES)
            reasons.add(MIGRATABLE)
        syncs = _synchronizes(event)
        if syncs is not None and not (_never_syncs(event) and all(seen.device_only for seen in classes)):
            verdicts.add(YES if syncs else UNSEEN)
            reasons.add(SYNCHRONIZABLE if syncs else MAY_SYNCHRONIZE)
        verdicts.add(UNSEEN if any(seen.device_only is None for seen in classes) else NO)
    verdict = next((verdict for verdict in (YES, UNSEEN, NO) if verdict in verdicts), UNSEEN)
    if SYNCHRONIZABLE in reasons:
        reasons.discard(MAY_SYNCHRONIZE)
    return verdict, tuple(sorted(reasons))


def _synchronizes(event: StoreEvent) -> bool | None:
    """Whether the call makes the item synchronizable; `False` where that depends on what cannot be seen, `None` where it does not."""
    if not may_synchronize(event):
        return None
    sync = event.store.sync
    return all(
        setting.presence == MUST and bool(setting.values) and all(value.truth for value in setting.values)
        for setting in synchronization(event)
    ) or (sync is not None and sync.test == "presence")


def _never_syncs(event: StoreEvent) -> bool:
    """In this store an item that is kept on the device never synchronizes, whatever it is declared to be."""
    return any(conflict.effect == "never-syncs" and conflict.device_only for conflict in event.store.conflicts)


# regions


def _serialized(events: Sequence[StoreEvent]) -> str:
    """Whether one region lets in one caller at a time for all of `events`."""
    held = [_regions(event) for event in events]
    exposed = any(item.verdict not in ("serialized", "unknown") for event in events for item in event.pending)
    doubtful = any(region.effective == "unknown" for event in events for region in event.regions)
    if held and not exposed and frozenset.intersection(*held):
        return YES
    if doubtful:
        return UNSEEN
    return PARTLY if any(held) else NO


def _regions(event: StoreEvent) -> frozenset[tuple[str, str, Place | None]]:
    """What serializes a call, in a form that is equal for the same region only: a lock is known by where it was made."""
    return frozenset(
        (region.kind, region.name if region.declared is None else "", region.declared)
        for region in event.regions
        if region.effective == "yes" and not (event.operation.asynchronous and region.kind in _REENTRANT)
    )


# command lines


def _commands(commands: Iterable[CommandEvent]) -> Iterator[InventoryItem]:
    """Items that are kept through a command line. Two calls are about one item only if they say the same of it."""
    groups: dict[tuple[object, ...], list[CommandEvent]] = {}
    for command in commands:
        alone = None if _told(command) else command.place
        groups.setdefault((command.store.name, _kind(command), alone, *_flags(command)), []).append(command)
    for events in groups.values():
        first, parts = events[0], _flags(events[0])
        uses = [Use(event.verb, event.place, event.subcommand, "", (), UNSEEN) for event in sorted(events, key=lambda event: event.place)]
        yield InventoryItem(
            first.store.name,
            first.store.title,
            "",
            _kind(first).replace("-", " "),
            _told(first),
            parts,
            _described(parts),
            (ClassSeen("", None, None, NONE),) if any(use.verb in CREATES for use in uses) else (),
            writes=tuple(use for use in uses if use.verb in _CHANGES),
            reads=tuple(use for use in uses if use.verb not in _CHANGES + DELETES),
            deletes=tuple(use for use in uses if use.verb in DELETES),
        )


def _kind(command: CommandEvent) -> str:
    return next((word for word in command.store.words if word in command.subcommand), "")


def _flags(command: CommandEvent) -> tuple[IdentityPart, ...]:
    """What a command line says of the item: its flags with a value, the secret's own left out."""
    model = _model(command)
    parts = []
    words = iter(command.words)
    for word in words:
        if model is not None and word.text in model.value_flags and (value := next(words, None)) is not None:
            if word.text not in model.secret_flags:
                parts.append(IdentityPart(word.text or "", word.text or "", value.text or "", value.text is not None))
    return tuple(sorted(parts, key=lambda part: part.name))


def _told(command: CommandEvent) -> bool:
    """All that the command line says of the item is seen. A value that is joined to its flag (`-aname`) is not taken apart."""
    model, parts = _model(command), _flags(command)
    secrets = model.secret_flags if model is not None else ()
    words = command.words
    seen = all(
        word.text is not None and (len(word.text) == 2 or not word.text.startswith("-"))
        for before, word in zip((None, *words), words, strict=False)
        if before is None or before.text not in secrets
    )
    return bool(parts) and command.exact and seen


def _model(command: CommandEvent) -> Command | None:
    return next((model for model in command.store.commands if model.subcommand == command.subcommand), None)
