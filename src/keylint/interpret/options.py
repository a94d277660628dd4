"""Dictionaries as rules see them, and the accessibility classes in them."""

from __future__ import annotations

from collections.abc import Sequence

from keylint.interpret.events import (
    ABSENT,
    MAY,
    MUST,
    UNKNOWN,
    Accessibility,
    ClassChoice,
    Condition,
    Fact,
    Options,
    Place,
    Setting,
)
from keylint.interpret.scope import State
from keylint.interpret.values import (
    AccessControl,
    Const,
    Entry,
    EnumCase,
    External,
    Items,
    Key,
    Record,
    Ref,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    truth,
)
from keylint.interpret.world import World
from keylint.stores.catalogue import Store

TABLE = 3
"""From so many classes on, what chooses among them is a table of them all."""

Choices = dict[str, list[tuple[Value, Entry]]]


class Seen:
    """An options value taken apart: what rules see of it, the records behind it, and the raw values of each key."""

    __slots__ = ("options", "origin", "raw", "record")

    def __init__(self, options: Options, record: Record | None, origin: Key | None, raw: Choices) -> None:
        self.options = options
        self.record = record
        self.origin = origin
        self.raw = raw


def look(world: World, store: Store, value: Value | None, state: State, place: Place) -> Seen:
    """Takes the dictionary argument `value` (`None`: no argument) apart."""
    if value is None:
        return Seen(Options(ABSENT, {}, False, place), None, None, {})
    records: list[tuple[Record | None, Condition | None, Value]] = []
    for option in alternatives(value):
        held = state.memory.get(option.address) if isinstance(option, Ref) else option
        if isinstance(held, Record):
            records.append((held, None, option))
        elif isinstance(option, Const) and (not option.value or isinstance(option.value, str)):  # text has no entries
            why = _nil_condition(option, place)
            records.append((Record({}), why, option))
        else:
            records.append((None, None, option))
    given = _given(records)
    unseen = [option for record, _, option in records if record is None]
    keys: list[Key] = []
    for record, _, _ in records:
        keys += [key for key in (record.entries if record else ()) if key not in keys]
    settings: dict[str, Setting] = {}
    raw: Choices = {}
    for key in keys:
        if key[0] == "name" and isinstance(key[1], str):
            settings[key[1]], raw[key[1]] = _setting(world, store, key, records, unseen, place)
    if unseen and all(isinstance(option, Unknown) and option.parameter for option in unseen):
        lacking = [record for record, _, _ in records if record is not None and not record.open]
        for name in (*store.class_keys, *store.access_control_keys):
            if lacking and name not in settings and not any(("name", name) in record.entries for record in lacking):
                settings[name], raw[name] = Setting(name, MAY, (), (), _passed_by_callers(records, unseen, place)), []
    open_ = bool(unseen) or any(record is not None and record.open for record, _, _ in records)
    only = records[0][0] if len(records) == 1 else _single([record for record, _, option in records if not is_nil(option)])
    return Seen(Options(given, settings, open_, place), only, key_of(unseen[0]) if len(unseen) == 1 else None, raw)


def _passed_by_callers(
    records: Sequence[tuple[Record | None, Condition | None, Value]], unseen: Sequence[Value], place: Place
) -> tuple[Condition, ...]:
    """The class is there only if a caller passes options that name one."""
    known = tuple(why for _, why, _ in records if why is not None)
    if known:
        return known
    return tuple(
        Condition(option.place or place, f"if a caller passes `{option.token[-1]}`") for option in unseen if isinstance(option, Unknown)
    )


def _single(records: Sequence[Record | None]) -> Record | None:
    return records[0] if len(records) == 1 else None


def _nil_condition(option: Value, place: Place) -> Condition | None:
    if isinstance(option, Const) and option.why_nil:
        return Condition(option.place or place, option.why_nil)
    return None


def _given(records: Sequence[tuple[Record | None, Condition | None, Value]]) -> str:
    states = {ABSENT if is_nil(option) else UNKNOWN if record is None else MUST for record, _, option in records}
    if len(states) == 1:
        return states.pop()
    return MAY if ABSENT in states else MUST


def _setting(
    world: World,
    store: Store,
    key: Key,
    records: Sequence[tuple[Record | None, Condition | None, Value]],
    unseen: Sequence[Value],
    place: Place,
) -> tuple[Setting, list[tuple[Value, Entry]]]:
    presences: list[str] = []
    values: list[tuple[Value, Entry]] = []
    entries: list[Place] = []
    conditions: list[Condition] = []
    for record, why, _ in records:
        if record is None:
            presences.append(UNKNOWN)
            continue
        entry = record.entries.get(key)
        if entry is None:
            presences.append(UNKNOWN if record.open else ABSENT)
            if why is not None:
                conditions.append(why)
            continue
        options = alternatives(entry.value)
        nils = [option for option in options if is_nil(option)]
        presence = entry.presence
        if len(nils) == len(options):
            presence = ABSENT
        elif nils:
            presence = MAY
        presences.append(presence)
        entries += [where for where in entry.places if where not in entries]
        conditions += [why for why in entry.conditions if why not in conditions]
        conditions += [found for nil in nils if (found := _nil_condition(nil, entry.places[0])) is not None and found not in conditions]
        values += [(option, entry) for option in options if not is_nil(option)]
    presence = combine(presences)
    facts = tuple(fact_of(world, store, value, entry.places[0]) for value, entry in values)
    name = key[1] if isinstance(key[1], str) else ""
    return Setting(name, presence, facts, tuple(entries), tuple(conditions)), values


def combine(presences: Sequence[str]) -> str:
    """The presence of a key over alternatives that may each be the case."""
    found = set(presences)
    if len(found) == 1:
        return found.pop()
    if MAY in found or (MUST in found and ABSENT in found):
        return MAY
    if UNKNOWN in found and ABSENT in found:
        return MAY if MUST in found else UNKNOWN
    return UNKNOWN


def fact_of(world: World, store: Store, value: Value, place: Place) -> Fact:
    """What a rule is told of a value."""
    if isinstance(value, Const):
        text = value.value.decode("utf-8", "replace") if isinstance(value.value, bytes) else str(value.value)
        constant = None
        if isinstance(value.value, (str, int)) and not isinstance(value.value, bool):
            found = world.catalogue.access_class(store, value.value)
            constant = found.constant if found is not None else world.catalogue.value(store, value.value)
        return Fact(value.place or place, text, constant, bool(value.value), True, value.value is None, True)
    if isinstance(value, External):
        symbol = world.symbol(value)
        if symbol is not None:
            constant = world.catalogue.constant(symbol.store, symbol.name)
            known = world.catalogue.truth(symbol.store, symbol.name)
            if any(symbol.name in field.any_values for field in symbol.store.identity):
                known = False  # "any" widens a search; written, it is "no"
            return Fact(value.place or place, None, constant, known if known is not None else True, constant is not None)
        return Fact(value.place or place, known=False)
    if isinstance(value, AccessControl):
        return Fact(value.place, truth=True)
    if isinstance(value, EnumCase):
        found = world.catalogue.access_class(store, value.name) if value.info is None else None
        return Fact(value.place or place, constant=found.constant if found is not None else None, known=found is not None)
    return Fact(place, truth=truth(value), known=False)


def accessibility(world: World, store: Store, seen: Seen) -> Accessibility:
    """How a dictionary names a class."""
    decided = _overridden(store, seen)
    if decided is not None:
        return decided
    presences: list[str] = []
    choices: list[ClassChoice] = []
    entries: list[Place] = []
    conditions: list[Condition] = []
    control = ABSENT
    for key in (*store.class_keys, *store.access_control_keys):
        setting = seen.options.get(key)
        is_control = key in store.access_control_keys
        if is_control and setting.presence != ABSENT:
            control = setting.presence
        presences.append(setting.presence)
        entries += setting.entries
        conditions += setting.conditions
        found = [
            choice for value, entry in seen.raw.get(key, ()) for choice in choices_of(world, store, value, entry.places[0], is_control)
        ]
        choices += _callers_choice(found)
    if MUST in presences or (MAY in presences and _on_every_path(store, seen)):
        presence = MUST
    elif MAY in presences:
        presence = MAY
    elif UNKNOWN in presences:
        presence = UNKNOWN
    else:
        presence = ABSENT
    return Accessibility(presence, tuple(choices), tuple(entries), tuple(conditions), control)


def _overridden(store: Store, seen: Seen) -> Accessibility | None:
    """The class that an option gives the item whatever else is named; out of sight when it cannot be told whether it does."""
    for key, constant in store.class_overrides.items():
        setting = seen.options.get(key)
        if setting.presence == ABSENT or (setting.possible and all(fact.truth is False for fact in setting.values)):
            continue
        if setting.presence != MUST or any(fact.truth is not True for fact in setting.values):
            return Accessibility(UNKNOWN)
        cls = next(cls for cls in store.classes if cls.constant == constant)
        choices = tuple(ClassChoice(fact, cls, fact.place, setting.entries[0]) for fact in setting.values)
        return Accessibility(MUST, choices, setting.entries, setting.conditions)
    return None


def _on_every_path(store: Store, seen: Seen) -> bool:
    """Whether each path sets one of the keys that name a class, though not always the same one. A path to macOS's file-based
    keychain, which has no classes, need not."""
    record = seen.record
    ways = record.ways() if record is not None and seen.options.given == MUST else None
    if record is None or ways is None:
        return False
    keys: set[Key] = {("name", name) for name in (*store.class_keys, *store.access_control_keys)}
    keys = {key for key in keys if (entry := record.entries.get(key)) and not any(is_nil(option) for option in alternatives(entry.value))}
    lacking = [way for way in ways if not keys & way.keys]
    needed = store.class_needs_on_macos
    if not lacking or not needed:
        return not lacking
    return len(lacking) < len(ways) and all(way.macos for way in lacking) and seen.options.get(needed).presence != MUST


def _callers_choice(choices: list[ClassChoice]) -> list[ClassChoice]:
    """A table of classes that somebody else picks from chooses none of them."""
    classes = {choice.cls.constant for choice in choices if choice.cls is not None}
    if len(classes) < TABLE:
        return choices
    return [ClassChoice(choice.fact, None, choice.place, choice.entry, choice.via_access_control) for choice in choices]


def choices_of(world: World, store: Store, value: Value, entry: Place, is_control: bool) -> list[ClassChoice]:
    """The classes that `value` may be."""
    if isinstance(value, AccessControl):
        found: list[ClassChoice] = []
        for option in alternatives(value.protection):
            for choice in choices_of(world, store, option, entry, False):
                found.append(ClassChoice(choice.fact, choice.cls, choice.place, entry, True, choice.problem))
        return found
    fact = fact_of(world, store, value, entry)
    if is_control:
        return [ClassChoice(fact, None, fact.place, entry, True)]
    if isinstance(value, Const) and not isinstance(value.value, (bytes, float, type(None))):
        cls = world.catalogue.access_class(store, value.value)
        if cls is not None and value.value not in cls.raw:
            cls = None
        problem = "" if cls is not None else _wrong_literal(store, value)
        return [ClassChoice(fact, cls, fact.place, entry, problem=problem)]
    if isinstance(value, EnumCase):
        cls = world.catalogue.access_class(store, value.name) if value.info is None else None
        return [ClassChoice(fact, cls, fact.place, entry)]
    if isinstance(value, External):
        symbol = world.symbol(value)
        if symbol is None:
            borrowed = world.catalogue.access_class(store, value.dotted) if store.borrows_classes and not value.module else None
            return [ClassChoice(fact, borrowed, fact.place, entry)]
        constant = world.catalogue.constant(symbol.store, symbol.name)
        cls = world.catalogue.access_class(symbol.store, constant) if constant is not None else None
        problem = ""
        if cls is not None and symbol.store.class_keys != store.class_keys:
            cls = None
            problem = f"`{symbol.name}` is a class of {symbol.store.title}, not of {store.source or store.title}"
        elif cls is None and store.class_type != "case":
            problem = f"`{symbol.name}` is not an accessibility class of {store.source or store.title}"
        return [ClassChoice(fact, cls, fact.place, entry, problem=problem)]
    if isinstance(value, Items):
        return [ClassChoice(fact, None, fact.place, entry, problem="a list is not an accessibility class")]
    return [ClassChoice(fact, None, fact.place, entry)]


def _wrong_literal(store: Store, value: Const) -> str:
    given = "a string" if isinstance(value.value, str) else "a boolean" if isinstance(value.value, bool) else "a number"
    if store.class_type == "number" and not (isinstance(value.value, int) and not isinstance(value.value, bool)):
        return f"{given} is not an accessibility class of {store.source or store.title}, whose classes are numbers"
    if store.class_type == "string" and not isinstance(value.value, str):
        return f"{given} is not an accessibility class of {store.source or store.title}, whose classes are strings"
    return f"`{value.value!s}` is not an accessibility class of {store.source or store.title}"
