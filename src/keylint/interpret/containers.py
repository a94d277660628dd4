"""Methods of dictionaries, lists and text: the little of them that says what a dictionary holds."""

from __future__ import annotations

from keylint.interpret import assignment, binding, members, operators, records, store_calls
from keylint.interpret.events import MUST, Place
from keylint.interpret.frame import Frame
from keylint.interpret.scope import State
from keylint.interpret.values import (
    Closure,
    Const,
    Entry,
    Items,
    Key,
    Partial,
    Record,
    Ref,
    Text,
    Unknown,
    Value,
    alternatives,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World
from keylint.program import nodes
from keylint.program.nodes import Node

_SET = frozenset(
    [
        "updateValue",
        "setObject",
        "setValue",
        "set",
        "__setitem__",
        "setdefault",
        "addValue",
        "CFDictionarySetValue",
        "setObject_forKey_",
        "setValue_forKey_",
    ]
)
_REMOVE = frozenset(["removeValue", "removeObject", "pop", "delete", "removeObjectForKey_"])
_MERGE = frozenset(["merge", "addEntries", "update", "addEntriesFromDictionary_", "setDictionary", "assign"])
_MERGED = frozenset(["merging", "copy", "mutableCopy", "dict"])
_AT_THE_END = frozenset(["append", "push", "add", "addObject", "extend"])
_APPEND = _AT_THE_END | {"insert", "unshift"}


def call_container(world: World, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value | None:
    """The call, when the receiver is a dictionary, list or text and the method is known; else `None`."""
    receiver = callee.receiver
    target = state.memory.get(receiver.address) if isinstance(receiver, Ref) else receiver
    place = Place(frame.file.path, node.span)
    if isinstance(target, Record):
        return _dictionary(world, callee, target, arguments, state, frame, node, place)
    if isinstance(target, Items):
        return _list(world, callee, target, arguments, state, frame, node, place)
    if isinstance(target, (Const, Text)):
        return _text(world, callee, target, arguments, place)
    if (
        isinstance(target, Unknown)
        and callee.name in _MERGE | _SET
        and isinstance(node, nodes.Call)
        and isinstance(node.callee, nodes.Member)
    ):
        if callee.name in ("updateValue", "merge", "setObject", "addEntries", "setdefault"):
            _put_back(
                world, callee, node, _changed(world, callee.name, Record({}, True, key_of(receiver)), arguments, state, place), state, frame
            )
            return Unknown(("changed", world.fresh()))
    if isinstance(target, Unknown) and callee.name == "merging":
        return merge_all(world, Record({}, True, key_of(receiver)), arguments, state)
    return None


def _dictionary(
    world: World, callee: Partial, record: Record, arguments: list[Passed], state: State, frame: Frame, node: Node, place: Place
) -> Value | None:
    name = callee.name
    if name in ("run", "launch") and ("name", "arguments") in record.entries and not arguments:
        _run_process(world, record, state, frame, place)
        return Unknown(("process", world.fresh()))
    if name in _SET or name in _MERGE or name in _REMOVE or name in ("clear", "removeAll", "removeAllObjects", "popitem"):
        changed = _changed(world, name, record, arguments, state, place)
        before = record.entries.get(_key_of_argument(world, arguments) or ())
        _put_back(world, callee, node, changed, state, frame)
        return before.value if before is not None else Unknown(("changed", world.fresh()))
    if name in _MERGED:
        merged = merge_all(world, record, arguments, state)
        return merged if world.platform.value_dictionaries and name != "mutableCopy" else world.allocate(state, merged)
    if name in ("get", "object", "value", "objectForKey_", "valueForKey_") and arguments:
        found = members.index_of(world, callee.receiver, arguments[0].value, place, state, frame)
        if len(arguments) > 1:
            return union((found, arguments[1].value)) if found != Const(None, place) else arguments[1].value
        return found
    if name in ("keys", "allKeys"):
        return Items(tuple(_key_value(key) for key in record.entries), not record.open)
    if name in ("values", "allValues"):
        return Items(tuple(entry.value for entry in record.entries.values()), not record.open)
    if name == "items":
        pairs = [Items((_key_value(key), entry.value)) for key, entry in record.entries.items()]
        return Items(tuple(pairs), not record.open)
    if name in ("filter", "mapValues", "compactMapValues"):
        return Record(record.entries, True, None, place)
    return None


def _run_process(world: World, record: Record, state: State, frame: Frame, place: Place) -> None:
    """`process.run()`, after `process.launchPath = …` (or `executableURL`) and `process.arguments = […]`."""
    words = record.entries[("name", "arguments")].value
    for name in ("executableURL", "launchPath"):
        entry = record.entries.get(("name", name))
        if entry is not None:
            given = [Passed(entry.value, None, entry.places[0]), Passed(words, None, place)]
            store_calls.run_command(world, "program", given, state, frame, place)


def _key_value(key: Key) -> Value:
    return Const(key[1]) if key[0] == "name" and isinstance(key[1], str) else Unknown(key)


def _key_of_argument(world: World, arguments: list[Passed]) -> tuple[object, ...] | None:
    given = {argument.label: argument.value for argument in arguments}
    value = given.get("forKey", given.get(None))
    return records.record_key(world, value) if value is not None else None


def _changed(world: World, name: str, record: Record, arguments: list[Passed], state: State, place: Place) -> Record:
    if name in ("clear", "removeAll", "removeAllObjects"):
        return Record({}, False, None, record.place)
    if name in _REMOVE or name == "popitem":
        key = _key_of_argument(world, arguments)
        return record.without(key) if key is not None else record.loosened()
    if name in _MERGE:
        return merge_all(world, record, arguments, state)
    labelled = {argument.label: argument.value for argument in arguments}
    positional = [argument.value for argument in arguments if argument.label is None]
    if "forKey" in labelled and positional:
        return records.put(world, record, labelled["forKey"], positional[0], place, state)
    if name.endswith("forKey_") and len(positional) == 2:
        return records.put(world, record, positional[1], positional[0], place, state)
    if len(positional) >= 2:
        if name == "setdefault" and (key := records.record_key(world, positional[0])) in record.entries and key is not None:
            return record
        return records.put(world, record, positional[0], positional[1], place, state)
    return record.loosened()


def merge_all(world: World, record: Record, arguments: list[Passed], state: State) -> Record:
    """`record` with every dictionary and keyword among the arguments."""
    keep = _keeps_current(arguments)
    for argument in arguments:
        if any(isinstance(option, Closure) for option in alternatives(argument.value)) or argument.label == "uniquingKeysWith":
            continue
        if argument.label in (None, "from", "with", "dictionary") or argument.spread == "**":
            record = records.merge(world, record, argument.value, state, keep)
        else:
            record = record.with_entry(("name", binding.world_key(world, argument.label)), Entry(argument.value, MUST, (argument.place,)))
    return record


def _keeps_current(arguments: list[Passed]) -> bool:
    """Swift's `merge(other) { current, _ in current }`: whether existing keys win."""
    for argument in arguments:
        for option in alternatives(argument.value):
            if isinstance(option, Closure) and option.function.parameters and option.function.body is not None:
                first = option.function.parameters[0].name
                statement = option.function.body.statements[-1:] or ()
                for item in statement:
                    if isinstance(item, nodes.Return) and isinstance(item.value, nodes.Name):
                        return item.value.name == first
    return False


def _put_back(world: World, callee: Partial, node: Node, changed: Record, state: State, frame: Frame) -> None:
    if isinstance(callee.receiver, Ref):
        state.memory[callee.receiver.address] = changed
    elif isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) and node.callee.object is not None:
        assignment.assign_to(world, node.callee.object, changed, state, frame)


def _list(
    world: World, callee: Partial, items: Items, arguments: list[Passed], state: State, frame: Frame, node: Node, place: Place
) -> Value | None:
    name = callee.name
    if name in _APPEND and arguments:
        added = _added(name, arguments, state)
        exact = items.exact and added.exact and name in _AT_THE_END
        changed = Items(items.items + added.items, exact, operators.all_places(items, added))
        if isinstance(callee.receiver, Ref):
            state.memory[callee.receiver.address] = changed
        elif isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) and isinstance(node.callee.object, nodes.Name):
            assignment.assign_to(world, node.callee.object, changed, state, frame)
        return Unknown(("length", world.fresh()))
    if name == "concat" and arguments and isinstance(arguments[0].value, Items):
        return Items(items.items + arguments[0].value.items, items.exact and arguments[0].value.exact)
    if name in ("joined", "join"):
        return operators.join_text(items.items, place) if items.exact and items.items else Unknown(("joined", key_of(items)))
    if name in ("filter", "slice", "sort", "sorted", "reverse", "reversed") and not any(isinstance(a.value, Closure) for a in arguments):
        return Items(items.items, False)
    return None


def _added(name: str, arguments: list[Passed], state: State) -> Items:
    """What `append`, `push` or `extend` puts into a list."""
    first = arguments[0]
    if name == "extend" or first.label == "contentsOf":
        more = state.memory.get(first.value.address) if isinstance(first.value, Ref) else first.value
        return more if isinstance(more, Items) else Items((), False)
    given = arguments if name in ("push", "unshift") else arguments[:1]
    exact = not any(argument.spread for argument in given)
    return Items(tuple(argument.value for argument in given), exact, tuple(argument.place for argument in given))


def _text(world: World, callee: Partial, text: Const | Text, arguments: list[Passed], place: Place) -> Value | None:
    if isinstance(text, Const) and not isinstance(text.value, (str, bytes)):
        return None
    if callee.name in ("format", "appending", "concat", "join"):
        if callee.name == "join" and arguments and isinstance(arguments[0].value, Items) and arguments[0].value.exact:
            parts: list[Value] = []
            for item in arguments[0].value.items:
                parts += [text, item] if parts else [item]
            return operators.join_text(parts, place)
        return operators.join_text([text, *(argument.value for argument in arguments)], place)
    if callee.name in ("encode", "decode", "data", "toString", "trim", "strip", "utf8", "valueOf", "description") and isinstance(
        text, Const
    ):
        return text
    return None
