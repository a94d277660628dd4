"""What makes two operations touch the same item."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import product

from msgspec import Struct

from keylint.interpret.events import MUST, IdentityPart, ItemKey
from keylint.interpret.values import Const, External, Key, Partial, Record, Text, Unknown, Value, alternatives, is_nil, key_of
from keylint.interpret.world import World
from keylint.stores.catalogue import Store

SAME, DIFFERENT, UNSEEN = "same", "different", "unseen"


class Part(Struct, frozen=True):
    """One part of an identity. `key` is `None` for "any" (left out of a search). `known` is false for what cannot be compared.

    `texts` are the constants that it may be, `None` among them where it may be left out, and none when it cannot be seen.
    """

    name: str
    key: Key | None
    known: bool
    text: str = ""
    noun: str = ""
    searched: bool = False
    origin: str = ""
    texts: tuple[str | None, ...] = ()

    def maybe(self, default: str | None) -> Part:
        """The same part where it is said on some paths only."""
        texts = (*self.texts, default) if self.texts and default not in self.texts else self.texts
        return Part(self.name, self.key, self.known, self.text, self.noun, self.searched, self.origin, texts)


class Identity(Struct, frozen=True):
    """An item, or in a search the set of items it matches. `origin` is the unseen dictionary the rest comes from, if any; `keys` are as
    in `StoreEvent.item_keys`."""

    store: str
    kind: str | None
    parts: dict[str, Part]
    origin: Key | None = None
    wide: bool = False
    keys: tuple[ItemKey, ...] = ()

    def visible(self) -> tuple[IdentityPart, ...]:
        """The parts that something is said about."""
        return tuple(
            IdentityPart(part.name, part.noun, part.text, part.known and bool(part.texts))
            for part in self.parts.values()
            if part.key is not None
        )

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
    constants: Collection[str] = (),
) -> Part:
    """The part that a value gives an identity. `truths` are the store's names of true and false, `constants` its other names."""
    if value is None or is_nil(value):
        if default is None:
            return Part(name, None, True, texts=(None,))
        return Part(name, ("const", "str", default), True, default, texts=(default,))
    if isinstance(value, External) and value.path and value.path[-1] in any_values:
        return Part(name, None, True, texts=(None,))
    texts = _texts(value, default, any_values, truths, constants)
    known = all(
        isinstance(option, (Const, External)) and not (isinstance(option, External) and not option.module) for option in alternatives(value)
    )
    text = ""
    if isinstance(value, Const):
        text = str(value.value)
        if isinstance(value.value, bool):
            text = "true" if value.value else "false"
            return Part(name, ("const", "str", text), True, text, noun, texts=texts)
    elif isinstance(value, External) and value.path:
        if value.path[-1] in truths:
            text = "true" if truths[value.path[-1]] else "false"
            return Part(name, ("const", "str", text), True, text, noun, texts=texts)
        text = value.dotted
    elif isinstance(value, Text):
        if any(isinstance(piece, Const) and str(piece.value).strip(_SEPARATORS) for piece in value.parts):
            text = _GAPS.sub("…", "".join(str(piece.value) if isinstance(piece, Const) else "…" for piece in value.parts))
    elif isinstance(value, Unknown) and value.parameter:
        text = str(value.token[-1])
    origin = "" if known or isinstance(value, Text) else "from "  # a name of the program's, not the value itself
    return Part(name, key_of(value), known, text[:60], noun, origin=origin, texts=texts)


def _texts(
    value: Value, default: str | None, any_values: tuple[str, ...], truths: Mapping[str, bool], constants: Collection[str]
) -> tuple[str | None, ...]:
    """The constants that a part may be; none as soon as one of its values is not a constant."""
    found: list[str | None] = []
    for option in alternatives(value):
        if isinstance(option, Partial) and option.name == "utf8":  # the bytes of a text are spelled like the text
            option = option.receiver
        if isinstance(option, Const):
            found.append(default if option.value is None else _spelled(option.value))
        elif isinstance(option, External) and option.path:
            name = option.path[-1]
            if name in any_values:
                found.append(None)
            elif name in truths:
                found.append("true" if truths[name] else "false")
            elif option.module or name in constants:
                found.append(name if name in constants else f"{option.module}:{option.dotted}")
            else:
                return ()
        else:
            return ()
    return tuple(dict.fromkeys(found))


def _spelled(value: str | bytes | float | bool) -> str:
    """A constant as text: bytes and the text they encode are one, a number and its digits are one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


ITEMS = 16
"""Of a call that may be about more items than this, none is told."""


def item_keys(family: str, kind: str | None, parts: Collection[Part], naming: Collection[str], searches: bool) -> tuple[ItemKey, ...]:
    """The items that parts describe, or the searches. `naming` are the parts of which an item that is added needs one at least."""
    ways = [[(part.name, text) for text in part.texts] for part in parts]
    count = 1
    for way in ways:
        count *= len(way)
    if not 0 < count <= ITEMS:
        return ()
    found = []
    for chosen in product(*ways):
        said = tuple(sorted((name, text) for name, text in chosen if text))
        wide = not any(name in naming for name, _ in said)
        if searches or not wide:
            found.append(ItemKey(family, kind or "", said, wide))
    return tuple(dict.fromkeys(found))


SEARCHES = ("read", "exists", "list", "update", "delete", "clear")
"""Verbs for which a part that is left out means any."""


_GAPS = re.compile("…{2,}")
_SEPARATORS = " .:_-/|#"
"""Text of which nothing else is known tells people nothing."""
_NOT_IDENTITY = ("kSecMatch", "kSecReturn", "kSecUse", "kSecValue")


def of_dictionary(world: World, store: Store, record: Record | None, origin: Key | None, item_class: str | None, verb: str) -> Identity:
    """The identity that a keychain dictionary describes."""
    family = store.base or store.name
    parts: dict[str, Part] = {}
    if record is None:
        everything = (ItemKey(family, "", (), True),) if verb in ("clear", "list") and origin is None else ()
        return Identity(family, item_class, parts, origin, keys=everything)
    kind = world.catalogue.item_class(store, item_class) if item_class is not None else None
    fields = {field.option: field for field in (*store.identity, *(kind.identity if kind else ()))}
    skip = {*store.class_keys, *store.access_control_keys, *store.value_keys, *store.return_keys, store.item_class_key}
    for key, entry in record.entries.items():
        if key[0] != "name" or not isinstance(key[1], str) or key[1] in skip:
            continue
        name = key[1]
        field = fields.get(name)
        if field is not None:
            part = part_of(field.name, entry.value, field.noun or "", field.default, field.any_values, store.truths, store.constants)
            parts[field.name] = part if entry.presence == MUST else part.maybe(field.default)
        elif kind is None and not name.startswith(_NOT_IDENTITY):
            parts[name] = part_of(name, entry.value, "", None)
    for field in fields.values():
        if field.name not in parts and field.default is not None:
            parts[field.name] = part_of(field.name, None, "", field.default)
    rest = record.base if record.open else None
    if record.open and rest is None:
        rest = origin or ("unseen", world.number_of(record))
    keys: tuple[ItemKey, ...] = ()
    if kind is not None and rest is None:
        said = [part for part in parts.values() if part.name in {field.name for field in fields.values()}]
        keys = item_keys(family, item_class, said, {field.name for field in kind.identity}, verb in SEARCHES)
    return Identity(family, item_class, parts, rest, keys=keys)
