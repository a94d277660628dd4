"""What makes two operations touch the same item."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from keylint.interpret.values import Const, EnumCase, External, Key, Record, Text, Unknown, Value, alternatives, is_nil, key_of
from keylint.interpret.world import World
from keylint.stores.catalogue import Store

SAME, DIFFERENT, UNSEEN = "same", "different", "unseen"


class Part(Struct, frozen=True):
    """One part of an identity. `key` is `None` for "any" (left out of a search). `known` is false for what cannot be compared."""

    name: str
    key: Key | None
    known: bool
    text: str = ""
    noun: str = ""
    searched: bool = False
    origin: str = ""


class Identity(Struct, frozen=True):
    """An item, or in a search the set of items it matches. `origin` is the unseen dictionary the rest comes from, if any."""

    store: str
    kind: str | None
    parts: dict[str, Part]
    origin: Key | None = None
    wide: bool = False

    def describe(self) -> str:
        """The item for people: the parts whose text is known."""
        return ", ".join(f"{part.noun} {part.origin}`{part.text}`" for part in self.parts.values() if part.text and part.noun)

    def fingerprint(self) -> tuple[object, ...]:
        """A hashable form, equal for equal identities."""
        return (
            self.store,
            self.kind,
            tuple(sorted((name, part.key) for name, part in self.parts.items() if part.key is not None and part.known)),
            self.origin,
        )


def compare(search: Identity, item: Identity) -> str:
    """Whether what `search` matches includes `item`."""
    if search.store != item.store:
        return DIFFERENT
    if search.kind is not None and item.kind is not None and search.kind != item.kind:
        return DIFFERENT
    if search.origin is not None and search.origin != item.origin:
        return UNSEEN
    result = SAME
    for name, part in search.parts.items():
        if part.key is None:
            continue
        other = item.parts.get(name)
        if other is None or other.key is None:
            if item.origin is not None and item.origin != search.origin:
                result = UNSEEN
            elif name == "synchronizable" and part.text in ("false", ""):
                continue
            else:
                return DIFFERENT
        elif part.key != other.key:
            if part.known and other.known:
                return DIFFERENT
            result = UNSEEN
    if search.kind is None and item.kind is None and search.origin is None and not search.wide and not search.parts:
        return UNSEEN
    return result


_NO_TRUTHS: Mapping[str, bool] = {}


def part_of(
    name: str,
    value: Value | None,
    noun: str,
    default: str | None,
    any_values: tuple[str, ...] = (),
    truths: Mapping[str, bool] = _NO_TRUTHS,
) -> Part:
    """The part that a value gives an identity. `truths` are the store's names of true and false."""
    if value is None or is_nil(value):
        if default is None:
            return Part(name, None, True)
        return Part(name, ("const", "str", default), True, default)
    if isinstance(value, External) and value.path and value.path[-1] in any_values:
        return Part(name, None, True)
    known = all(_is_known(option) for option in alternatives(value))
    text = ""
    if isinstance(value, Const):
        text = str(value.value)
        if isinstance(value.value, bool):
            text = "true" if value.value else "false"
            return Part(name, ("const", "str", text), True, text, noun)
    elif isinstance(value, External) and value.path:
        if value.path[-1] in truths:
            text = "true" if truths[value.path[-1]] else "false"
            return Part(name, ("const", "str", text), True, text, noun)
        text = value.dotted
    elif isinstance(value, Text):
        if any(isinstance(piece, Const) and str(piece.value).strip(_SEPARATORS) for piece in value.parts):
            text = _GAPS.sub("…", "".join(str(piece.value) if isinstance(piece, Const) else "…" for piece in value.parts))
    elif isinstance(value, Unknown) and value.parameter:
        text = str(value.token[-1])
    origin = "" if known or isinstance(value, Text) else "from "  # a name of the program's, not the value itself
    return Part(name, key_of(value), known, text[:60], noun, origin=origin)


def _is_known(value: Value) -> bool:
    if isinstance(value, EnumCase):
        return value.info is None and not value.payload
    return isinstance(value, Const) or (isinstance(value, External) and bool(value.module))


_GAPS = re.compile("…{2,}")
_SEPARATORS = " .:_-/|#"
"""Text of which nothing else is known tells people nothing."""
_NOT_IDENTITY = ("kSecMatch", "kSecReturn", "kSecUse", "kSecValue")


def of_dictionary(world: World, store: Store, record: Record | None, origin: Key | None, item_class: str | None) -> Identity:
    """The identity that a keychain dictionary describes."""
    parts: dict[str, Part] = {}
    if record is None:
        return Identity(store.base or store.name, item_class, parts, origin)
    kind = world.catalogue.item_class(store, item_class) if item_class is not None else None
    fields = {field.option: field for field in (*store.identity, *(kind.identity if kind else ()))}
    skip = {*store.class_keys, *store.access_control_keys, *store.value_keys, *store.return_keys, store.item_class_key}
    for key, entry in record.entries.items():
        if key[0] != "name" or not isinstance(key[1], str) or key[1] in skip:
            continue
        name = key[1]
        field = fields.get(name)
        if field is not None:
            parts[field.name] = part_of(field.name, entry.value, field.noun or "", field.default, field.any_values, store.truths)
        elif kind is None and not name.startswith(_NOT_IDENTITY):
            parts[name] = part_of(name, entry.value, "", None)
    for field in fields.values():
        if field.name not in parts and field.default is not None:
            parts[field.name] = part_of(field.name, None, "", field.default)
    rest = record.base if record.open else None
    if record.open and rest is None:
        rest = origin or ("unseen", world.number_of(record))
    return Identity(store.base or store.name, item_class, parts, rest)
