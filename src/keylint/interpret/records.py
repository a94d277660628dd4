"""Dictionaries: their keys in one spelling, setting, merging, iterating."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeGuard

from keylint.interpret import expressions, members
from keylint.interpret.events import MAY, MUST, Condition, Place
from keylint.interpret.frame import Frame
from keylint.interpret.joining import join_records
from keylint.interpret.scope import State
from keylint.interpret.values import (
    MAX_SHAPES,
    Const,
    Entry,
    EnumCase,
    External,
    Items,
    Key,
    Record,
    Ref,
    Shape,
    TypeValue,
    Value,
    alternatives,
    is_nil,
    key_of,
    union,
)
from keylint.interpret.world import World
from keylint.program import nodes


def record_key(world: World, key: Value) -> tuple[object, ...] | None:
    """The identity of a dictionary key, one for all spellings of a store's key; `None` when it cannot be seen."""
    if isinstance(key, External):
        symbol = world.symbol(key)
        if symbol is None or world.catalogue.constant(symbol.store, symbol.name) is None:
            return None
        return ("name", world.catalogue.key(symbol.store, symbol.name))
    if isinstance(key, Const):
        if isinstance(key.value, str):
            for store in world.catalogue.stores:
                if store.in_scope:
                    return ("name", world.catalogue.key(store, key.value))
            return ("name", key.value)
        return key_of(key)
    if isinstance(key, EnumCase) and key.info is not None:
        return key_of(key)
    return None


def resolve_key(world: World, key: Value, place: Place, state: State, frame: Frame) -> Value:
    """Swift's `.name` as a key: a static member of an extension of String, when this file has one."""
    if isinstance(key, EnumCase) and key.info is None:
        info = world.file.type_named("String")
        if info is not None and world.file.property_of(info, key.name) is not None:
            return members.member_of(world, TypeValue(info), key.name, place, state, frame)
    return key


def put(world: World, record: Record, key: Value, value: Value, place: Place, state: State) -> Record:
    """`record` with `key` set to `value`. A key that cannot be seen may be any key. Setting nil in Swift removes the key."""
    keys = [record_key(world, option) for option in alternatives(key)]
    if any(found is None for found in keys):
        return record.loosened(("set", record.base, key_of(key), key_of(value)))
    if len(keys) == 1:
        only = keys[0]
        if only is None:
            return record
        if is_nil(value) and world.platform.value_dictionaries:
            return record.without(only)
        return record.with_entry(only, Entry(value, MUST, (place,)))
    for one in keys:
        if one is None:
            continue
        before = record.entries.get(one)
        record = record.with_entry(
            one,
            Entry(
                union((before.value, value)) if before else value,
                before.presence if before else MAY,
                ((*before.places, place) if before else (place,)),
            ),
        )
    return record


def merge(world: World, record: Record, other: Value, state: State, keep: bool = False) -> Record:
    """`record` with everything of `other`; `keep` lets existing keys win."""
    results: list[Record] = []
    conditions: list[tuple[Condition, ...]] = []
    for option in alternatives(other):
        value = state.memory.get(option.address) if isinstance(option, Ref) else option
        if isinstance(value, Record):
            merged = dict(record.entries)
            for key, entry in value.entries.items():
                mine = merged.get(key)
                if mine is not None and keep and mine.presence == MUST:
                    continue
                if entry.presence == MUST or mine is None:
                    merged[key] = entry
                else:
                    merged[key] = Entry(union((mine.value, entry.value)), mine.presence, mine.places + entry.places, mine.conditions)
            base = record.base or (value.base if not record.entries else None)
            shapes = merged_shapes(record, value)
            results.append(Record(merged, record.open or value.open, base, record.place, shapes))
        elif isinstance(value, Const) and not value.value:
            results.append(record)
        else:
            base = key_of(option) if not record.entries else record.base
            results.append(Record(dict(record.entries), True, base, record.place))
        place = getattr(option, "place", None)
        conditions.append((Condition(place, "when it is not nil"),) if place is not None and not is_nil(option) else ())
    joined = results[0]
    for index, result in enumerate(results[1:], 1):
        joined = join_records(joined, result, conditions[0], conditions[index])
    return joined


def merged_shapes(record: Record, other: Record) -> tuple[Shape, ...] | None:
    """The shapes of a dictionary with the keys of both."""
    mine, theirs = record.ways(), other.ways()
    if mine is None or theirs is None or len(mine) * len(theirs) > MAX_SHAPES:
        return None
    if not record.shapes and not other.shapes:
        return ()
    return tuple(dict.fromkeys(Shape(a.keys | b.keys, a.macos or b.macos) for a in mine for b in theirs))


def fill(world: World, record: Record, items: Iterable[Any], state: State, frame: Frame) -> Record:
    for item in items:
        if isinstance(item, nodes.Entry):
            key = resolve_key(world, expressions.evaluate(world, item.key, state, frame), frame.place(item.key), state, frame)
            value = expressions.evaluate(world, item.value, state, frame)
            world.recorder.handed_in_entry(world, value, frame.place(item.value), item.key)
            if isinstance(item.key, nodes.Literal) and isinstance(item.key.value, str):
                world.call_closure(value, item.key.value, frame.place(item.key))
            record = put(world, record, key, value, frame.place(item), state)
        elif isinstance(item, nodes.Spread):
            record = merge(world, record, expressions.evaluate(world, item.value, state, frame), state)
        else:
            text = frame.text(item.test)
            expressions.evaluate(world, item.test, state, frame)
            filled = [fill(world, record, branch, state, frame) for branch in item.branches]
            joined = filled[0]
            for other in filled[1:]:
                place = frame.place(item.test)
                condition = "".join(text.split())
                joined = join_records(
                    joined,
                    other,
                    (Condition(place, f"under `#if {text}`", condition == "os(macOS)"),),
                    (Condition(place, f"outside `#if {text}`", condition == "!os(macOS)"),),
                )
            record = joined
    return record


def elements_of(world: World, iterable: Value, state: State) -> Value:
    """What iterating over a value goes through: a list's items, a Python dictionary's keys, a Swift dictionary's pairs."""
    held = state.memory.get(iterable.address, iterable) if isinstance(iterable, Ref) else iterable
    if isinstance(held, Record) and world.file.language == "python":
        keys = tuple(Const(key[1]) for key in held.entries if key[0] == "name" and isinstance(key[1], str))
        return Items(keys, not held.open and len(keys) == len(held.entries))
    if isinstance(held, Record) and world.platform.value_dictionaries:
        pairs = tuple(Items((Const(key[1]), entry.value), labels=("key", "value")) for key, entry in held.entries.items() if _is_text(key))
        sure = all(entry.presence == MUST for entry in held.entries.values())
        return Items(pairs, sure and not held.open and len(pairs) == len(held.entries))
    return held


def _is_text(key: Key) -> TypeGuard[tuple[str, str]]:
    return len(key) == 2 and key[0] == "name" and isinstance(key[1], str)
