"""Joins what two paths left behind where they meet: a value that either may be, a record whose keys only one may have."""

from __future__ import annotations

from keylint.interpret.events import MAY, MUST, Condition, Place
from keylint.interpret.values import MAX_SHAPES, NIL, Entry, Handle, Instance, Key, Record, Shape, Union, Unknown, Value, same_value, union


def join_values(first: Value, second: Value, why: tuple[Condition, ...], why_not: tuple[Condition, ...]) -> Value:
    """The value after two paths meet. `why` explains the first path against the second, `why_not` the reverse."""
    if isinstance(first, Union) and any(option is second for option in first.options):
        return first
    if same_value(first, second):
        return first
    if isinstance(first, Record) and isinstance(second, Record):
        return join_records(first, second, why, why_not)
    if isinstance(first, Handle) and isinstance(second, Handle) and (first.store, first.kind) == (second.store, second.kind):
        if not first.settings.open and not second.settings.open:  # of two unseen ones it would be forgotten which is which
            return first.told(join_records(first.settings, second.settings, why, why_not))
    if isinstance(first, Instance) and isinstance(second, Instance) and first.info is second.info:
        return _join_instances(first, second, why, why_not)
    return union((first, second))


def join_records(first: Record, second: Record, why: tuple[Condition, ...], why_not: tuple[Condition, ...]) -> Record:
    """A record of which either is true: keys of only one become `may`."""
    entries: dict[Key, Entry] = {}
    for key in [*first.entries, *(key for key in second.entries if key not in first.entries)]:
        mine, theirs = first.entries.get(key), second.entries.get(key)
        if mine is not None and theirs is not None:
            if mine == theirs:
                entries[key] = mine
                continue
            entries[key] = Entry(
                join_values(mine.value, theirs.value, why, why_not),
                MUST if mine.presence == theirs.presence == MUST else MAY,
                _merged(mine.places, theirs.places),
                _merged(
                    mine.conditions or (why if mine.presence == MUST != theirs.presence else ()),
                    theirs.conditions or (why_not if theirs.presence == MUST != mine.presence else ()),
                ),
            )
        elif mine is not None:
            entries[key] = Entry(mine.value, MAY, mine.places, mine.conditions or why)
        elif theirs is not None:
            entries[key] = Entry(theirs.value, MAY, theirs.places, theirs.conditions or why_not)
    base = first.base if first.base == second.base else None
    return Record(entries, first.open or second.open, base, first.place, _joined_shapes(first, second, why, why_not))


def _joined_shapes(first: Record, second: Record, why: tuple[Condition, ...], why_not: tuple[Condition, ...]) -> tuple[Shape, ...] | None:
    mine, theirs = first.ways(), second.ways()
    if mine is None or theirs is None:
        return None
    found: dict[frozenset[Key], bool] = {}
    for ways, conditions in ((mine, why), (theirs, why_not)):
        macos = any(condition.macos for condition in conditions)
        for way in ways:
            found[way.keys] = found.get(way.keys, True) and (way.macos or macos)
    for key in [*first.entries, *second.entries]:
        if len(found) <= MAX_SHAPES:
            break
        if not all(key in keys for keys in found):
            found = _forgetting(key, found)
    return tuple(Shape(*item) for item in found.items())


def _forgetting(key: Key, found: dict[frozenset[Key], bool]) -> dict[frozenset[Key], bool]:
    """The shapes without what they say of a key: it may be missing in each."""
    fewer: dict[frozenset[Key], bool] = {}
    for keys, macos in found.items():
        fewer[keys - {key}] = fewer.get(keys - {key}, True) and macos
    return fewer


def _join_instances(first: Instance, second: Instance, why: tuple[Condition, ...], why_not: tuple[Condition, ...]) -> Instance:
    if first.fields == second.fields:
        return first
    fields = {}
    for name in [*first.fields, *(name for name in second.fields if name not in first.fields)]:
        mine, theirs = first.fields.get(name), second.fields.get(name)
        if mine is not None and theirs is not None:
            fields[name] = join_values(mine, theirs, why, why_not)
        else:
            fields[name] = union((mine or theirs or NIL, Unknown(("field", first.token, name))))
    return Instance(first.info, fields, first.token)


def _merged(first: tuple[Place, ...] | tuple[Condition, ...], second: tuple[Place, ...] | tuple[Condition, ...]) -> tuple:  # type: ignore[type-arg]
    return first + tuple(item for item in second if item not in first)
