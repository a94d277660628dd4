"""What library functions make of their arguments: dictionaries, lists, native constants, joined promises."""

from __future__ import annotations

from keylint.interpret import (
    binding,
    library,
    records,
)
from keylint.interpret.events import MUST, Place
from keylint.interpret.scope import State
from keylint.interpret.values import (
    NIL,
    Const,
    Entry,
    External,
    Failure,
    Items,
    Promise,
    Record,
    Ref,
    Unknown,
    Value,
    alternatives,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World


def make_container(world: World, callee: External, name: str, arguments: list[Passed], state: State, place: Place) -> Value | None:
    if name == "CFDictionaryCreate" or callee.path[-1:] == ("CFDictionaryCreate",):
        if len(arguments) >= 3 and isinstance(arguments[1].value, Items) and isinstance(arguments[2].value, Items):
            record = Record({}, not (arguments[1].value.exact and arguments[2].value.exact), None, place)
            for key, value in zip(arguments[1].value.items, arguments[2].value.items, strict=False):
                record = records.put(world, record, key, value, place, state)
            return record
        return Record(
            {},
            True,
            ("made", key_of(arguments[1].value) if len(arguments) > 1 else (), key_of(arguments[2].value) if len(arguments) > 2 else ()),
            place,
        )
    if name in world.platform.process_types:
        return world.allocate(state, Record({}, False, None, place))
    if name in world.platform.record_makers:
        record = Record({}, False, None, place)
        for argument in arguments:
            if argument.label in (None, "dictionary", "uniqueKeysWithValues", "_") and argument.spread == "":
                if isinstance(argument.value, Const) and not argument.value.value:
                    continue
                if callee.path[-1:] == ("CFDictionaryCreateMutable",):
                    continue
                record = records.merge(world, record, argument.value, state)
            elif argument.spread == "**":
                record = records.merge(world, record, argument.value, state)
            elif argument.label in ("objects", "forKeys"):
                record = zip_labelled(world, record, arguments, state, place)
                break
            elif argument.label in ("capacity", "minimumCapacity"):
                continue
            elif argument.label is not None and world.file.language == "python":
                record = record.with_entry(
                    ("name", binding.world_key(world, argument.label)), Entry(argument.value, MUST, (argument.place,))
                )
            else:
                record = Record(record.entries, True, record.base, place)
        immutable = world.platform.value_dictionaries and "Mutable" not in name
        return record if immutable else world.allocate(state, record)
    if name in world.platform.list_makers or name == "array":
        if len(arguments) == 1 and isinstance(arguments[0].value, Items) and name != "array":
            return arguments[0].value
        return Items(
            tuple(argument.value for argument in arguments), (name == "array" and not any(a.spread for a in arguments)) or not arguments
        )
    return None


def zip_labelled(world: World, record: Record, arguments: list[Passed], state: State, place: Place) -> Record:
    given = {argument.label: argument.value for argument in arguments}
    values, keys = given.get("objects"), given.get("forKeys")
    if isinstance(values, Items) and isinstance(keys, Items):
        for key, value in zip(keys.items, values.items, strict=False):
            record = records.put(world, record, key, value, place, state)
        return record
    return Record(record.entries, True, record.base, place)


def native_constant(world: World, callee: External, arguments: list[Passed], place: Place) -> Value:
    """`c_void_p.in_dll(library, "kSecClass")`: the constant of that name."""
    if len(arguments) >= 2:
        results: list[Value] = []
        for option in alternatives(arguments[1].value):
            if isinstance(option, Const) and isinstance(option.value, (str, bytes)):
                name = option.value.decode() if isinstance(option.value, bytes) else option.value
                results.append(
                    External("ctypes", (name,), option.place or place) if world.catalogue.native(name) else External("", (name,), place)
                )
            else:
                results.append(Unknown(("native", key_of(option))))
        return union(results)
    return Unknown(("native", world.fresh()))


def object_assign(world: World, arguments: list[Passed], state: State) -> Value:
    target = arguments[0].value
    held = library.plain(target, state)
    record = held if isinstance(held, Record) else Record({}, True, key_of(target))
    for argument in arguments[1:]:
        record = records.merge(world, record, argument.value, state)
    if isinstance(target, Ref):
        state.memory[target.address] = record
        return target
    return world.allocate(state, record)


def all_of(world: World, arguments: list[Passed], state: State) -> Value:
    """What `Promise.all` gives: the values, or any of the failures."""
    items: list[Value] = []
    exact = True
    for argument in arguments:
        value = argument.value
        if isinstance(value, Items):
            items += value.items
            exact = exact and value.exact
        elif argument.label is None:
            items.append(value)
    failures: list[Failure] = []
    outcomes: list[object] = []
    values: list[Value] = []
    for item in items:
        if isinstance(item, Promise):
            failures += item.failures
            outcomes += item.outcomes
            values.append(item.value)
        else:
            values.append(item)
    return Promise(Items(tuple(values), exact), tuple(failures[:8]), None, tuple(outcomes))  # type: ignore[arg-type]


def selected(world: World, keys: tuple[str, ...], value: Value, state: State) -> Value:
    """The entry that the platform picks."""
    record = library.plain(value, state)
    if isinstance(record, Record):
        for key in keys:
            entry = record.entries.get(("name", key))
            if entry is not None:
                return entry.value
        return Unknown(("selected", world.fresh())) if record.open else NIL
    return Unknown(("selected", key_of(value)))
