"""What the machine saw a program do with its stores: the only thing that rules look at.

An event is one store call reached on one path of calls. The same call reached on several paths gives several events with
the same `place`; `Observations.calls` groups them, and a rule reports a call once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.program.nodes import Span

if TYPE_CHECKING:
    from keylint.policy import Policy
    from keylint.stores.catalogue import AccessClass, Operation, Store

MUST = "must"
"""Set on every path that reaches the call."""
MAY = "may"
"""Set on some paths only."""
ABSENT = "absent"
"""Set on none."""
UNKNOWN = "unknown"
"""The origin of the dictionary cannot be seen. Never reported as absent."""


BACKGROUND = "background"
"""Run by the system while the device may be locked, or before it was first unlocked."""
LAUNCH = "launch"
"""Run whenever the program starts, for its user or in the background."""
FOREGROUND = "foreground"
"""Run because somebody uses the program."""
TEST = "test"
"""Run by a test."""


class Place(Struct, frozen=True, order=True):
    """Somewhere in a file."""

    path: str
    span: Span


class Root(Struct, frozen=True, order=True):
    """Where a path of calls starts, when the platform is known to call it: a method, or a call that hands it a closure.

    `kind` is one of the four above; `title` says what it is ("silent push"), `name` how the source calls it.
    """

    place: Place
    kind: str
    title: str
    name: str


class Fact(Struct, frozen=True):
    """A value as a rule sees it.

    - `text` is the value when it is known text; `constant` the canonical name of a known constant of the store or platform
      (`kSecAttrAccessibleWhenUnlocked`, `WHEN_UNLOCKED`, `kSecClassCertificate`).
    - `truth` is `True`/`False` for a value known to be truthy or falsy, else `None`.
    - `known` is false when nothing of the value is known; `nil` when it is nil/undefined.
    - `literal` is true when the source spells the value out (a string or number literal, also through constants).
    """

    place: Place
    text: str | None = None
    constant: str | None = None
    truth: bool | None = None
    known: bool = True
    nil: bool = False
    literal: bool = False


class Setting(Struct, frozen=True):
    """One key of a dictionary at a call.

    `values` are the alternatives seen, without nil ones (a nil value counts as the key not being set); `entries` the places
    that wrote them; `conditions` the tests, defaults or callers that decide when `presence` is `may`.
    """

    key: str
    presence: str
    values: tuple[Fact, ...] = ()
    entries: tuple[Place, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def possible(self) -> bool:
        """The key is set on some path that was seen."""
        return self.presence in (MUST, MAY)


class Condition(Struct, frozen=True):
    """Why a key is set on some paths only. `why` completes "the class is set only …": "when `flag` is true", "if a caller passes it".
    `macos`: the path that this tells from others is compiled for macOS only."""

    place: Place
    why: str
    macos: bool = False


class Options(Struct, frozen=True):
    """A dictionary at a call: `given` says whether there is one at all; `open` that keys not listed may be there unseen."""

    given: str
    settings: dict[str, Setting]
    open: bool = False
    place: Place | None = None

    def get(self, key: str) -> Setting:
        """The setting of `key`: absent when the dictionary is wholly seen (or not given) and lacks it."""
        found = self.settings.get(key)
        if found is not None:
            return found
        return Setting(key, UNKNOWN if self.open or self.given == UNKNOWN else ABSENT)


class ClassChoice(Struct, frozen=True):
    """One class that the item may get. `cls` is `None` when the constant is visible but not a class of the store (`problem` says how), or
    when the value cannot be seen (`problem` is empty then). `place` is the constant; `entry` where it enters the dictionary."""

    fact: Fact
    cls: AccessClass | None
    place: Place
    entry: Place
    via_access_control: bool = False
    problem: str = ""


class Accessibility(Struct, frozen=True):
    """How a call names an accessibility class. An access-control object counts as explicit; `access_control` says if one is there."""

    presence: str
    choices: tuple[ClassChoice, ...] = ()
    entries: tuple[Place, ...] = ()
    conditions: tuple[Condition, ...] = ()
    access_control: str = ABSENT


class Held(Struct, frozen=True):
    """A region that was entered: a lock taken, a serial queue, an actor's isolation.

    `kind`: lock, queue, actor, global-actor, event-loop, promise-chain, unknown. `entered` is the lock call or `queue.sync {`;
    `declared` where the lock or queue was made, when seen. `name` is how people call it (`lock`, `the actor TokenStore`). `effective`:
    whether it lets in one caller at a time: yes, no, or unknown (it may be a lock).
    """

    kind: str
    name: str
    entered: Place
    declared: Place | None = None
    effective: str = "yes"


class Pending(Struct, frozen=True):
    """A delete of the same item that reaches an add or write.

    `verdict`: `unserialized`; `suspended` (KL204: inside one region, but `suspension` lets others in); `ineffective` (KL205: `region`
    around the write serializes nothing, for the reason in `why`); `serialized`; `unknown` (something there may be a lock).
    `together` is true when both were started together rather than one after the other.
    """

    delete: StoreEvent
    verdict: str
    together: bool = False
    suspension: Place | None = None
    region: Held | None = None
    why: str = ""


class Beside(Struct, frozen=True):
    """A store call on the same item that runs at the same time, with nothing that lets in one at a time. `place` is where the later of
    the two is started; `replaces` says that the other call is a write that follows a delete of the item."""

    other: StoreEvent
    place: Place
    replaces: bool = False


class LostFailure(Struct, frozen=True):
    """A read whose failure for other reasons than absence leads here. `place` is where the difference is lost; `how` says what happens
    there ("every status but success is treated alike")."""

    read: StoreEvent
    place: Place
    how: str


class Check(Struct, frozen=True):
    """A read that found nothing, which is why an add or a write runs. `verdict`, `suspension`, `region` and `why` say what keeps others out
    between the two, as in `Pending`."""

    read: StoreEvent
    verdict: str
    suspension: Place | None = None
    region: Held | None = None
    why: str = ""


class Conflation(Struct, frozen=True):
    """Where a function begins to answer alike when there is no item and when it could not be read; `how` says what happens there."""

    place: Place
    how: str


ESCAPES = "escapes"
"""In `StoreEvent.tells`: the status goes to callers that cannot be seen."""


class Enclosing(Struct, frozen=True, order=True):
    """A function that a path runs through: `place` is its name where it is declared, `in_type` the type it belongs to, if any, and `home`
    the file that declares that; an extension may stand elsewhere.

    `depth`: so many of the event's `path` lead to it; the others are calls that it makes, itself or by others. `deletes_unseen`: it also
    calls code that cannot be seen, whose name says that it deletes something.
    """

    place: Place
    name: str
    in_type: str
    depth: int = 0
    deletes_unseen: bool = False
    home: str = ""


class IdentityPart(Struct, frozen=True):
    """One part of what identifies an item, as far as it is seen. `noun` is what people call it, empty for what they need not be told;
    `text` the value, empty when it is left out or nothing of it is known; `known` whether all of it is."""

    name: str
    noun: str
    text: str
    known: bool


class ItemKey(Struct, frozen=True, order=True):
    """What tells one stored item from another, from constants of the source alone: equal for one item in every file and every run.

    - `family`: the model that the store's own is built on, so that two ways to one library mean one item.
    - `kind`: the item class, empty where the store has none.
    - `parts`: what is said, by name; a part left at its default counts as said, an empty one as left out.
    - `wide`: a search that says nothing that names an item: it matches every item of its kind.
    """

    family: str
    kind: str
    parts: tuple[tuple[str, str], ...]
    wide: bool = False


def matches(search: ItemKey, item: ItemKey) -> bool:
    """Whether what `search` looks for includes `item`: a part that a search leaves out may be anything."""
    if search.family != item.family or (search.kind != item.kind and search.kind):
        return False
    have = dict(item.parts)
    return all(have.get(name) == value for name, value in search.parts)


class StoreEvent(Struct, frozen=True, eq=False):
    """One store call reached on one path.

    - `verb`: add, write, update, read, exists, delete, list, clear.
    - `place` is the call expression, `callee` the function's name in it. `spelled` is how the source calls it.
    - `options` is where the class belongs (SecItemAdd's dictionary, SecItemUpdate's second argument, an options argument); `query` the
      search dictionary of a read/update/delete, `None` where the store has none.
    - `item` describes the identity for people ("service `com.app.auth`, account `token`"), empty when unknown. `parts` are what it is made
      of; `item_keys` the items that the call is seen to touch (several where it runs for each of a list), none where one cannot be told.
      `symbolic_key`: equal for calls about one item that parameters choose, which nobody was seen to pass; `None` where more is unseen.
    - `outcome`: `discarded` (a bare statement or `_ =`), `used`, or `none` where the call has no status. `revealed`: a later operation on
      the same item would show that this one failed.
    - `promise`: `floating`, `handled`, or `none` when the call is not asynchronous.
    - `pending`: deletes of the same item that reach this call. `lost`: reads whose failure decides that this call runs.
    - `within`: the function, and the type if any, that the call stands in, for people ("TokenStore.save").
    - `path`: the calls that lead here from the outermost function, outermost first.
    - `in_type`: the name of the type the call stands in, empty outside types.
    - `root`: where the path starts, when the platform is known to call that; `None` when whoever calls it is not seen.
    - `concurrent`: the place on the path that starts it beside other code, in a thread or task of its own; `beside`: store calls on the
      same item that were seen to run at the same time.
    - `tells_locked`: the code asks whether the item can be read now, by the status of the call or before it.
    - `builds`: conditions of `#if` that the path decides, each with whether it holds.
    - `macos_only`: the call is compiled or importable for macOS only (Python's PyObjC, `#if os(macOS)`).
    - `origin`: the function that the path started from, with unknown parameters, where callers that are seen say all that others could.
      `on_macos`: the same call as a build for macOS alone has it, where other builds have it otherwise.
    - `checks`: reads of the same item that found nothing and so decide that this add or write runs. `conflated`: of a read, where its
      failure and its absence become one. `tells`: what the code asks the call's status or error for (missing, duplicate, locked, …).
    - `functions`: the named functions that the path runs through, outermost first.
    """

    store: Store
    operation: Operation
    verb: str
    place: Place
    callee: Place
    spelled: str
    options: Options
    query: Options | None
    accessibility: Accessibility
    item: str
    item_class: str | None
    outcome: str
    promise: str
    regions: tuple[Held, ...]
    pending: tuple[Pending, ...]
    lost: tuple[LostFailure, ...]
    path: tuple[Place, ...]
    within: str
    in_type: str
    confidence: str
    revealed: bool = False
    macos_only: bool = False
    identity_key: object = None
    origin: Place | None = None
    symbolic_key: object = None
    parts: tuple[IdentityPart, ...] = ()
    item_keys: tuple[ItemKey, ...] = ()
    root: Root | None = None
    concurrent: Place | None = None
    beside: tuple[Beside, ...] = ()
    tells_locked: bool = False
    builds: tuple[tuple[str, bool], ...] = ()
    checks: tuple[Check, ...] = ()
    conflated: tuple[Conflation, ...] = ()
    tells: tuple[str, ...] = ()
    functions: tuple[Enclosing, ...] = ()
    on_macos: StoreEvent | None = None

    @property
    def item_key(self) -> ItemKey | None:
        """The one item, or the one search, that the call is about on this path; `None` when it cannot be told from others."""
        return self.item_keys[0] if len(self.item_keys) == 1 and not self.item_keys[0].wide else None


class DestructiveCall(Struct, frozen=True, eq=False):
    """A call that ends the owner's session (sign-out, clear) on a path that a lost read failure decides. It is not a store call itself."""

    place: Place
    spelled: str
    lost: tuple[LostFailure, ...]
    within: str
    confidence: str


class Reference(Struct, frozen=True, eq=False):
    """A mention of a store that matters without a call.

    `kind`: `function` (a store function handed over as a value), `module` (the whole store handed over), `plaintext-backend` (a backend
    that stores secrets unencrypted is selected). `name` is as spelled; `receiver` what it is handed to, for people.
    """

    kind: str
    store: Store
    place: Place
    name: str
    receiver: str = ""
    confidence: str = "high"


class Word(Struct, frozen=True):
    """One argument of a command line: its text when known, else the parts that are."""

    fact: Fact
    text: str | None


class CommandEvent(Struct, frozen=True, eq=False):
    """A store's command line run by the program (`security add-generic-password …`). `words` excludes program and subcommand; `exact` is
    false when words may be missing."""

    store: Store
    verb: str
    subcommand: str
    place: Place
    words: tuple[Word, ...]
    exact: bool = True


class Observations(Struct, frozen=True):
    """Everything seen in one program. Lists are in a deterministic order: by path, then place, then path of calls."""

    events: tuple[StoreEvent, ...] = ()
    destructive_calls: tuple[DestructiveCall, ...] = ()
    references: tuple[Reference, ...] = ()
    commands: tuple[CommandEvent, ...] = ()
    unreached: tuple[Place, ...] = ()
    """Calls that name a store and were never run, because a budget was used up before."""
    roots: tuple[Root, ...] = ()
    """Every way into the program that was seen, whether it leads to a store or not."""
    tested: tuple[StoreEvent, ...] = ()
    """Store calls that tests were seen to start beside each other. They say that the program is used so, and nothing else."""
    apps: dict[str, frozenset[str]] = {}
    """The programs that each file is part of, by its path. A file that is not listed is part of all."""
    policies: dict[str, tuple[Policy, ...]] = {}
    """The policy of each file that has one, by path. Of its tables the first that an item matches decides."""

    def apps_of(self, event: StoreEvent) -> frozenset[str] | None:
        """The programs in which a path of calls can be: those that all its files are part of. `None` for all."""
        found: frozenset[str] | None = None
        for path in {event.place.path, *(place.path for place in event.path)}:
            known = self.apps.get(path)
            if known is not None:
                found = known if found is None else found & known
        return found

    def calls(self) -> list[tuple[StoreEvent, ...]]:
        """Events grouped by call: every group is one store call with all the paths that reach it."""
        groups: dict[Place, list[StoreEvent]] = {}
        for event in self.events:
            groups.setdefault(event.place, []).append(event)
        return [tuple(group) for group in groups.values()]
