"""Abstract values: what the machine knows of a value, and no more than the rules need.

Values are immutable. Things with identity (objects, dictionaries in TypeScript and Python, class instances) are a `Ref` into
the state's memory. Two unknown values are the same value when their tokens are equal: a token says where a value came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from keylint.interpret.events import MUST, Condition, Place

if TYPE_CHECKING:
    from keylint.interpret.scope import Scope
    from keylint.program.link import File, TypeInfo
    from keylint.program.module import Function

Key: TypeAlias = tuple[object, ...]
"""A hashable identity of a value: equal keys mean the same value."""

MAX_ALTERNATIVES = 8
"""A union of more values than this is unknown."""
MAX_SHAPES = 16
"""Of a dictionary with more shapes than this it is forgotten which keys set first go together with which."""

SUCCESS, MISSING, DUPLICATE, OTHER, LOCKED, TOLD = "success", "missing", "duplicate", "other", "locked", "told"
"""What a store call may have come to. `OTHER` is every failure that is not about the item being there (locked, denied, backend down)
and that the code has not told apart by its own status. One that it has is `LOCKED` when it says that the item cannot be read now,
else `TOLD`."""
DONE, LEFT_OUT = "done", "left out"
"""What an answer says of a delete that some of the paths to it made and others did not."""


class Outcome(Struct, frozen=True):
    """What a store call (by event number) came to, as far as a path knows: `possible` is a subset of the four constants above.

    `place` and `how` tell where the path stopped telling failures apart.
    """

    event: int
    possible: frozenset[str]
    place: Place | None = None
    how: str = ""


class Const(Struct, frozen=True):
    """A known constant; `None` is nil, null and undefined. `outcomes` are what store calls came to whenever this value comes up."""

    value: str | bytes | int | float | bool | None
    place: Place | None = None
    outcomes: tuple[Outcome, ...] = ()
    why_nil: str = ""


KEY_SIZE = 40
"""Parts that one part of a token has at most. Values are made of values (`x = f(x, x)`): whole, tokens would double with every line."""


def bounded_key(key: Key) -> Key:
    """`key`, whose parts with too many parts of their own are replaced by short ones that are as good as unique."""
    for part in key:
        if isinstance(part, (tuple, frozenset)) and _is_long(part):
            return tuple([_short(part) if isinstance(part, (tuple, frozenset)) and _is_long(part) else part for part in key])
    return key


@lru_cache(maxsize=1 << 14)
def _is_long(key: Key | frozenset[object]) -> bool:
    size = 0
    pending = [key]
    while pending:
        item = pending.pop()
        size += len(item)
        if size > KEY_SIZE:
            return True
        for part in item:
            if isinstance(part, (tuple, frozenset)):
                pending.append(part)
    return False


@lru_cache(maxsize=1 << 12)
def _short(key: Key | frozenset[object]) -> Key:
    """Still tells which store failures `key` derives from."""
    pending = [key]
    failures = set()
    while pending:
        item = pending.pop()
        if isinstance(item, tuple) and len(item) == 2 and item[0] == "store-failure":
            failures.add(item)
        pending += [part for part in item if isinstance(part, (tuple, frozenset))]
    return ("deep", hash(key), *sorted(failures))


class Unknown(Struct, frozen=True):
    """A value that cannot be seen. `type_name` is its declared type, when there is one."""

    token: Key
    type_name: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    place: Place | None = None
    parameter: bool = False

    def __post_init__(self) -> None:
        short = bounded_key(self.token)
        if short is not self.token:
            force_setattr(self, "token", short)


class External(Struct, frozen=True):
    """A name of a library: `path` inside `module` (empty: the module itself). `place` is the mention."""

    module: str
    path: tuple[str, ...]
    place: Place | None = None

    @property
    def dotted(self) -> str:
        """The path as written in source."""
        return ".".join(self.path)


class Product(Struct, frozen=True):
    """What a library call or constructor returned: an object whose methods may mean something (a lock, a queue, a store's handle).

    `maker` is what was called; `arguments` what with. `identity` tells two of the same maker apart; `function` is the
    function whose body made it (`None`: made once for all, at module level, in a type's declaration or initializer).
    """

    maker: External
    arguments: tuple[tuple[str | None, Value], ...]
    identity: Key
    place: Place
    function: Function | None = None


class Handle(Struct, frozen=True):
    """An object of a store: `kind` is its class in the model of `store`, `settings` what it was made with or told since.

    `root` says on the way of which root it was made, 0 where it is kept for longer; no other code can have told it more on that way.
    """

    store: str
    kind: str
    settings: Record
    place: Place
    root: int = 0

    def told(self, settings: Record) -> Handle:
        """The same object with other settings."""
        return Handle(self.store, self.kind, settings, self.place, self.root)


class AccessControl(Struct, frozen=True):
    """An access-control object with the class it was made with."""

    protection: Value
    place: Place


class StatusOf(Struct, frozen=True):
    """The status code of a store call, by event number."""

    event: int
    place: Place | None = None


class Verdict(Struct, frozen=True):
    """A truth value that says something about a store call."""

    event: int
    if_true: frozenset[str]
    if_false: frozenset[str]
    place: Place


class Failure(Struct, frozen=True):
    """One way a promise may be rejected."""

    outcomes: tuple[Outcome, ...]
    error: Value


class Promise(Struct, frozen=True):
    """A promise or coroutine. `event` is the store call whose own promise it is. `chain` names the shared variable it derives from."""

    value: Value
    failures: tuple[Failure, ...] = ()
    event: int | None = None
    outcomes: tuple[Outcome, ...] = ()


class Entry(Struct, frozen=True):
    """A dictionary entry. `places` are where it was set; `conditions` why it is only `may`."""

    value: Value
    presence: str
    places: tuple[Place, ...]
    conditions: tuple[Condition, ...] = ()


class Shape(NamedTuple):
    """Keys that a dictionary has on one path. `macos`: the path is compiled for macOS only."""

    keys: frozenset[Key]
    macos: bool = False


class Record(Struct, frozen=True):
    """A dictionary. `entries` by key; `open` means other keys may be there; `base` is the key of the unknown dictionary it was copied from.

    `shapes` says which keys go together where paths met: one shape a path, none where no paths met, `None` when that is lost.
    """

    entries: dict[Key, Entry]
    open: bool = False
    base: Key | None = None
    place: Place | None = None
    shapes: tuple[Shape, ...] | None = ()

    def ways(self) -> tuple[Shape, ...] | None:
        """The shapes it may have, `None` when they are not known."""
        if self.shapes or self.shapes is None:
            return self.shapes
        if any(entry.presence != MUST for entry in self.entries.values()):
            return None
        return (Shape(frozenset(self.entries)),)

    def with_entry(self, key: Key, entry: Entry) -> Record:
        """A copy in which `key` holds `entry`."""
        shapes = None if entry.presence != MUST else self.shapes and tuple(Shape(way.keys | {key}, way.macos) for way in self.shapes)
        return Record({**self.entries, key: entry}, self.open, self.base, self.place, shapes)

    def without(self, key: Key) -> Record:
        """A copy without `key`."""
        shapes = self.shapes and tuple(Shape(way.keys - {key}, way.macos) for way in self.shapes)
        return Record({k: e for k, e in self.entries.items() if k != key}, self.open, self.base, self.place, shapes)

    def loosened(self, base: Key | None = None) -> Record:
        """A copy that may have other keys; `base` says which, so that dictionaries with the same ones can be told."""
        return Record(self.entries, True, base or self.base, self.place, self.shapes)

    def with_outcomes(self, outcomes: tuple[Outcome, ...]) -> Record:
        """A copy whose values come from a path on which store calls came to `outcomes`."""
        entries = {
            key: Entry(with_outcomes(entry.value, outcomes), entry.presence, entry.places, entry.conditions)
            for key, entry in self.entries.items()
        }
        return Record(entries, self.open, self.base, self.place, self.shapes) if outcomes else self

    def opened(self) -> Record:
        """A copy that may have other keys, and whose keys may have been removed or replaced unseen."""
        return Record({}, True, self.base, self.place)


class Items(Struct, frozen=True):
    """A list or tuple; `exact` when `items` is all there is, in order. `places` are where a literal writes them, `labels` a tuple's."""

    items: tuple[Value, ...]
    exact: bool = True
    places: tuple[Place, ...] = ()
    labels: tuple[str, ...] = ()


class Text(Struct, frozen=True):
    """Text of which some parts are unknown. `filled`: it is not empty, whatever these are."""

    parts: tuple[Value, ...]
    filled: bool = False


class Instance(Struct, frozen=True):
    """An object of a type of the program. `fields` holds what was assigned; other fields come from the type's declarations."""

    info: TypeInfo
    fields: dict[str, Value]
    token: Key


class Ref(Struct, frozen=True):
    """An object in memory: `State.memory[address]` is its `Record`, `Items` or `Instance`."""

    address: int


class Closure(Struct, frozen=True):
    """A function of the program with what it captured."""

    function: Function
    file: File
    scope: Scope | None
    receiver: Value | None = None
    info: TypeInfo | None = None
    identity: int = 0


class TypeValue(Struct, frozen=True):
    """A type of the program, as a value."""

    info: TypeInfo


class ModuleValue(Struct, frozen=True):
    """A file of the program, as a value: `import * as store from './store'`."""

    file: File


class EnumCase(Struct, frozen=True):
    """A case of an enum of the program, or an implicit member `.name` of an unseen type (`info` absent).

    `value` is its raw value, `payload` what goes with it where that was seen.
    """

    name: str
    info: TypeInfo | None
    value: Value | None = None
    place: Place | None = None
    outcomes: tuple[Outcome, ...] = ()
    payload: tuple[Value, ...] = ()


class Partial(Struct, frozen=True):
    """A method of a value, not called yet."""

    receiver: Value
    name: str
    place: Place


class Union(Struct, frozen=True):
    """One of several values."""

    options: tuple[Value, ...]


Value: TypeAlias = (
    Const
    | Unknown
    | External
    | Product
    | Handle
    | AccessControl
    | StatusOf
    | Verdict
    | Promise
    | Record
    | Items
    | Text
    | Instance
    | Ref
    | Closure
    | TypeValue
    | ModuleValue
    | EnumCase
    | Partial
    | Union
)

NIL = Const(None)
VOID = Items(())
"""What a Swift function without a result returns: unlike nil, it is something."""


def key_of(value: Value) -> Key:
    """The identity of `value`, ignoring places."""
    return _KEYS[type(value)](value)


def _key_of_case(value: EnumCase) -> Key:
    kind = value.info.name if value.info else None
    return ("case", kind, value.name, *((tuple([key_of(part) for part in value.payload]),) if value.payload else ()))


def _key_of_record(value: Record) -> Key:
    entries = frozenset([(key, key_of(entry.value), entry.presence) for key, entry in value.entries.items()])
    return ("record", entries, value.open, value.base)


_KEYS: dict[type, Callable[[Any], Key]] = {
    Const: lambda value: ("const", type(value.value).__name__, value.value),
    Unknown: lambda value: ("unknown", value.token),
    External: lambda value: ("external", value.module, value.path),
    EnumCase: _key_of_case,
    Text: lambda value: ("text", tuple([key_of(part) for part in value.parts])),
    Ref: lambda value: ("ref", value.address),
    Product: lambda value: ("product", value.identity),
    Handle: lambda value: ("handle", value.store, value.kind, _key_of_record(value.settings)),
    Union: lambda value: ("union", frozenset([key_of(option) for option in value.options])),
    Items: lambda value: ("items", tuple([key_of(item) for item in value.items]), value.exact),
    StatusOf: lambda value: ("status", value.event),
    Verdict: lambda value: ("verdict", value.event, value.if_true, value.if_false),
    Closure: lambda value: ("closure", value.file.path, value.function.span, value.identity),
    TypeValue: lambda value: ("type", value.info.file.path, value.info.name),
    ModuleValue: lambda value: ("module", value.file.path),
    AccessControl: lambda value: ("access-control", key_of(value.protection), value.place),
    Promise: lambda value: ("promise", key_of(value.value), value.event),
    Partial: lambda value: ("partial", key_of(value.receiver), value.name),
    Record: _key_of_record,
    Instance: lambda value: ("instance", value.token),
}
"""Looked up by type, for nothing is asked more often; a `match` over so many classes takes several times as long."""


def same_value(first: Value, second: Value) -> bool:
    """Whether the two are interchangeable: the same value from the same places, with the same story."""
    if first is second:
        return True
    kind = type(first)
    if kind is not type(second):
        return False
    if kind in _COMPARED_WHOLE:
        return first == second and key_of(first) == key_of(second)
    if key_of(first) != key_of(second):
        return False
    if isinstance(first, Instance) and isinstance(second, Instance):
        return first.fields.keys() == second.fields.keys() and all(same_value(v, second.fields[n]) for n, v in first.fields.items())
    return True


_COMPARED_WHOLE = frozenset((Const, Unknown, External, Record, Union, Promise, Items, EnumCase, Handle))


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values that `value` may be."""
    return value.options if isinstance(value, Union) else (value,)


def union(values: Iterable[Value]) -> Value:
    """One value that may be any of `values`; equal ones with the same place count once, too many are unknown."""
    given = tuple(values)
    if len(given) == 1 and not isinstance(given[0], Union):
        return given[0]
    seen: dict[object, Value] = {}
    for value in given:
        for option in alternatives(value):
            place = getattr(option, "place", None)
            outcomes = getattr(option, "outcomes", ())
            seen.setdefault((key_of(option), place, outcomes), option)
    options = tuple(seen.values())
    if len(options) == 1:
        return options[0]
    if not options:
        return Unknown(("nothing",))
    if len(options) > MAX_ALTERNATIVES:
        nil = next((option for option in options if is_nil(option)), None)
        merged = Unknown(bounded_key(("any", frozenset(key_of(option) for option in options))))
        return merged if nil is None else Union((merged, nil))
    return Union(options)


def is_nil(value: Value) -> bool:
    """`value` is nil and nothing else."""
    return isinstance(value, Const) and value.value is None


def split_nil(value: Value) -> tuple[list[Value], list[Value]]:
    """The alternatives of `value` that are nil, and those that are not. An unknown value counts as not nil; the caller decides."""
    nil: list[Value] = []
    other: list[Value] = []
    for option in alternatives(value):
        (nil if is_nil(option) else other).append(option)
    return nil, other


def truth(value: Value) -> bool | None:
    """Whether `value` is truthy, when that is known whatever the language (an empty dictionary is not decided)."""
    match value:
        case Const():
            return bool(value.value)
        case Closure() | Product() | Handle() | Promise() | AccessControl() | TypeValue() | ModuleValue() | EnumCase():
            return True
        case Text():
            return True if value.filled or any(isinstance(part, Const) and part.value for part in value.parts) else None
        case Union():
            truths = {truth(option) for option in value.options}
            return truths.pop() if len(truths) == 1 else None
    return None


def with_outcomes(value: Value, outcomes: tuple[Outcome, ...]) -> Value:
    """`value` as it comes out of a path on which store calls came to `outcomes`."""
    if not outcomes:
        return value
    match value:
        case Const():
            return Const(value.value, value.place, merge_outcomes(value.outcomes, outcomes), value.why_nil)
        case Unknown():
            return Unknown(value.token, value.type_name, merge_outcomes(value.outcomes, outcomes), value.place, value.parameter)
        case EnumCase():
            return EnumCase(value.name, value.info, value.value, value.place, merge_outcomes(value.outcomes, outcomes), value.payload)
        case Union():
            return Union(tuple(with_outcomes(option, outcomes) for option in value.options))
        case Items():
            return Items(tuple(with_outcomes(item, outcomes) for item in value.items), value.exact, value.places, value.labels)
    return value


def merge_outcomes(inner: tuple[Outcome, ...], outer: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """`inner` where it says something about an event, else `outer`."""
    known = {outcome.event for outcome in inner}
    return inner + tuple(outcome for outcome in outer if outcome.event not in known)
