"""Keeps what the machine sees: store calls path by path, joined at the end into one event for each call and way to reach it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from keylint.interpret.conflating import calls_in
from keylint.interpret.deciding import Choices, Successes, choices_since, went_both_ways
from keylint.interpret.events import (
    ABSENT,
    ESCAPES,
    Accessibility,
    CommandEvent,
    DestructiveCall,
    Enclosing,
    Observations,
    Options,
    Place,
    Reference,
    Root,
    Word,
)
from keylint.interpret.identity import SAME, UNSEEN, Identity, compare
from keylint.interpret.platforms.contexts import contexts
from keylint.interpret.scope import HeldRegion, PendingDelete, State, builds, on_macos
from keylint.interpret.sightings import EventBuilder, Sighting
from keylint.interpret.values import (
    DUPLICATE,
    LEFT_OUT,
    LOCKED,
    MISSING,
    OTHER,
    SUCCESS,
    TOLD,
    Const,
    External,
    Items,
    Outcome,
    Promise,
    StatusOf,
    Value,
    Verdict,
    alternatives,
    key_of,
)

if TYPE_CHECKING:
    from keylint.interpret.frame import Frame
    from keylint.interpret.world import World
    from keylint.program.nodes import Expression
    from keylint.stores.catalogue import Command, Operation, Store

_ENDS_SESSION = re.compile(
    r"^(?:force|do|handle|perform|request|auto)?_?(?:sign|log)_?out(?:_?(?:user|current_?user|everywhere|locally))?$"
    r"|^(?:clear|end|reset|destroy|kill)_?(?:session|credentials|user_?session|auth_?session)$",
    re.IGNORECASE,
)
_DELETES = re.compile(
    r"_*(?:delete|remove|clear|reset|wipe|purge|erase|destroy|forget|revoke|sign_?out|log_?out|unset|drop|dispose|invalidate)",
    re.IGNORECASE,
)
_READS = ("read", "exists", "list")
_WRITES = ("add", "write")
_CHANGES = ("add", "write", "update")


class Recorder:
    """See the module. While muted it forgets what it is told."""

    def __init__(self) -> None:
        self._sightings: list[Sighting] = []
        self._numbers: dict[int, Sighting] = {}
        self._muted = 0
        self._testing = False
        self._tested: list[Sighting] = []
        self._roots: set[Root] = set()
        self._unreached: set[Place] = set()
        self._next = 0
        self._calls: list[tuple[Place, str, int, Outcome, Choices, str]] = []
        self._references: dict[tuple[Place, str], Reference] = {}
        self._candidates: dict[Place, Reference] = {}
        self._called: set[Place] = set()
        self._commands: dict[tuple[Place, str, tuple[str, ...]], CommandEvent] = {}
        self._successes = Successes()
        self._overwrites = Successes()
        self._compared: set[int] = set()
        self._saves_changes: set[tuple[int, Place]] = set()
        self._reported: set[int] = set()
        self._deletes_unseen: set[Place] = set()

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Nothing that happens inside is kept."""
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1

    @contextmanager
    def testing(self) -> Iterator[None]:
        """What happens inside is a test's: of it is kept only which store calls of the program it starts beside each other."""
        self._testing = True
        try:
            with self.muted():
                yield
        finally:
            self._testing = False

    def entered(self, root: Root) -> None:
        """A way into the program was seen."""
        if not self._muted:
            self._roots.add(root)

    def hears(self) -> bool:
        """Whether what happens now is kept."""
        return not self._muted

    # store calls

    def sight(
        self,
        world: World,
        store: Store,
        operation: Operation,
        place: Place,
        callee: Place,
        spelled: str,
        options: Options,
        query: Options | None,
        accessibility: Accessibility,
        identity: Identity,
        item_class: str | None,
        state: State,
        frame: Frame,
    ) -> int:
        """Notes a store call; returns its event number."""
        self._next += 1
        seen = Sighting(self._next)
        self._numbers[seen.number] = seen
        seen.store, seen.operation, seen.place, seen.callee, seen.spelled = store, operation, place, callee, spelled
        seen.options, seen.query, seen.accessibility = options, query, accessibility
        seen.identity, seen.item_class = identity, item_class
        seen.held, seen.trail, seen.path = state.held, state.trail, frame.path
        seen.within = frame.within
        seen.functions = tuple(world.functions)
        assumed = store.told_by and frame.confidence == "high"  # the version of the library
        seen.confidence = "medium" if assumed else frame.confidence
        seen.in_type = frame.info.name if frame.info is not None else ""
        seen.outcome = "used" if operation.returns in ("status", "status-pair", "success") else "none"
        seen.macos_only = store.macos_only or on_macos(state)
        seen.origin = world.origin
        seen.root, seen.concurrent = world.context
        seen.builds = builds(state)
        seen.tells_locked = _asks_first(world, state)
        self._relate(seen, state, world.platform.one_thread)
        if not self._muted:
            self._sightings.append(seen)
        elif self._testing:
            self._tested.append(seen)
        return seen.number

    def _relate(self, seen: Sighting, state: State, one_thread: bool) -> None:
        """Deletes that this call follows, and reads whose failure or absence led to it."""
        verb = seen.verb
        if verb in _READS:
            for number in [number for number in state.outcomes if compare(self._numbers[number].identity, seen.identity) == SAME]:
                del state.outcomes[number]  # the item is looked at again: what an earlier look came to no longer matters
        kept: list[PendingDelete] = []
        for item in state.pending:
            told = state.outcomes.get(item.event)
            if told is not None and told.possible == {LEFT_OUT}:
                continue
            delete = self._numbers[item.event]
            if went_both_ways(delete.trail, state.trail):
                kept.append(item)
                continue
            comparison = compare(delete.identity, seen.identity)
            related = comparison == SAME
            if related or (comparison == UNSEEN and verb in _WRITES):
                delete.revealed = True
            if related and verb in _WRITES:
                if _apart(delete, seen):
                    continue
                delete.replaced = True
                seen.pending.append((item.event, *self._verdict_of_delete(item, state, one_thread)))
                continue
            kept.append(item)
        state.pending = tuple(kept)
        if verb in ("delete", "clear"):
            if not any(item.event == seen.number for item in state.pending) and len(state.pending) < 16:
                state.pending = (*state.pending, PendingDelete(seen.number, state.held))
        if verb in ("delete", "clear", "add", "write", "update"):
            readable = self._just_read(seen, state)
            for number, outcome in state.outcomes.items():
                read = self._numbers.get(number)
                if read is None or read.verb not in _READS:
                    continue
                if compare(read.identity, seen.identity) != SAME and compare(seen.identity, read.identity) != SAME:
                    continue
                if SUCCESS not in outcome.possible:
                    if OTHER in outcome.possible and verb != "add" and not readable:
                        seen.lost.append((number, outcome))
                    if MISSING in outcome.possible and verb in _WRITES:
                        self._note_check(seen, read, state, one_thread)
                elif state.failed:
                    self._saves_changes.add((number, seen.place))
                else:
                    chosen = choices_since(number, read.trail, state.trail)
                    self._successes.note(number, seen.place, chosen)
                    if outcome.possible == {SUCCESS} and verb != "add":
                        self._overwrites.note(number, read.place, chosen)

    def _just_read(self, seen: Sighting, state: State) -> bool:
        """Whether the path read one of the items that a call destroys: what another read did not give is not there, and not locked."""
        done = (self._numbers.get(number) for number, outcome in state.outcomes.items() if outcome.possible == {SUCCESS})
        return any(read is not None and read.verb == "read" and compare(seen.identity, read.identity) == SAME for read in done)

    def _note_check(self, seen: Sighting, read: Sighting, state: State, one_thread: bool) -> None:
        """A read that found nothing leads to a write. Where one thread runs everything, others come in at an await only."""
        suspension = state.suspended.get(read.number)
        if one_thread and suspension is None:
            return
        verdict, _, at, region, why = self._verdict(read.held, suspension, state, "the read")
        seen.checks.append((read.number, verdict, at, region, why))

    def _verdict_of_delete(
        self, delete: PendingDelete, state: State, one_thread: bool
    ) -> tuple[str, bool, Place | None, HeldRegion | None, str]:
        """Whether something serializes a pending delete with a write that happens now."""
        if one_thread and delete.suspension is None and not self._numbers[delete.event].operation.asynchronous:
            return ("serialized", False, None, None, "")
        return self._verdict(delete.held, delete.suspension, state)

    def _verdict(
        self, earlier: tuple[HeldRegion, ...], suspension: Place | None, state: State, what: str = "the delete"
    ) -> tuple[str, bool, Place | None, HeldRegion | None, str]:
        """Whether something serializes a write that happens now with what happened under `earlier` regions, `suspension` in between."""
        before = {held.activation: held for held in earlier}
        common = [held for held in state.held if held.activation in before]
        for held in common:
            if held.effective == "yes" and (not held.suspendable or suspension is None):
                return ("serialized", False, None, held, "")
        if any(held.effective == "unknown" or before[held.activation].effective == "unknown" for held in common):
            return ("unknown", False, None, None, "")
        for held in state.held:
            if held.effective == "no":
                return ("ineffective", False, None, held, held.why)
        for held in common:
            if held.suspendable and suspension is not None:
                return ("suspended", False, suspension, held, "")
        mine = [held for held in state.held if held.kind in ("lock", "queue") and held.effective == "yes"]
        theirs = [held for held in earlier if held.kind in ("lock", "queue") and held.effective == "yes"]
        if mine and theirs and not {held.key for held in mine} & {held.key for held in theirs}:
            return ("ineffective", False, None, mine[-1], f"{what} runs under `{theirs[-1].name}`, which is another one")
        return ("unserialized", False, None, None, "")

    def count(self) -> int:
        """The number of the last event."""
        return self._next

    def numbers(self, since: int) -> list[int]:
        """Events after number `since`."""
        return [number for number in range(since + 1, self._next + 1) if number in self._numbers]

    def cut_short(self, since: int) -> None:
        """What came after event `since` was not run to its end: of a read before it, it is not known what follows where that succeeds."""
        for number in self.numbers(since):
            self._numbers[number].lost.clear()
            self._numbers[number].checks.clear()
        self._calls = [call for call in self._calls if call[2] <= since]

    def together(self, earlier: int, later: int) -> None:
        """Two store calls run at the same time; an earlier write and a later delete of one item race like the reverse."""
        first, second = self._numbers[earlier], self._numbers[later]
        for write, delete in ((first, second), (second, first)):
            if write.verb in _WRITES and delete.verb in ("delete", "clear") and compare(delete.identity, write.identity) == SAME:
                shared = {held.key for held in write.held if held.effective == "yes"} & {
                    held.key for held in delete.held if held.effective == "yes"
                }
                if shared and all(not held.suspendable for held in write.held):
                    continue
                write.pending = [item for item in write.pending if item[0] != delete.number]
                write.pending.append((delete.number, "unserialized", True, None, None, ""))

    def beside(self, earlier: int, later: int, place: Place) -> None:
        """Two store calls run in threads of their own: noted where they touch one item and nothing lets in one at a time."""
        first, second = self._numbers[earlier], self._numbers[later]
        if first.verb not in _CHANGES and second.verb not in _CHANGES:
            return
        if "delete" in (first.verb, second.verb) or "clear" in (first.verb, second.verb):
            return
        if SAME not in (compare(first.identity, second.identity), compare(second.identity, first.identity)):
            return
        held = (*first.held, *second.held)
        if any(region.effective == "unknown" for region in held):
            return
        if {region.key for region in first.held if region.effective == "yes"} & {
            region.key for region in second.held if region.effective == "yes"
        }:
            return
        for mine, theirs in ((first, second), (second, first)):
            if len(mine.beside) < 8:
                mine.beside.append((theirs.number, place))

    # statuses

    def full_outcome(self, event: int) -> frozenset[str]:
        """Everything a store call may come to."""
        seen = self._numbers.get(event)
        if seen is None:
            return frozenset((SUCCESS, MISSING, DUPLICATE, OTHER, LOCKED, TOLD))
        if seen.verb == "add":
            return frozenset((SUCCESS, DUPLICATE, OTHER, LOCKED, TOLD))
        return frozenset((SUCCESS, MISSING, OTHER, LOCKED, TOLD))

    def status_meaning(self, world: World, value: Value) -> str | None:
        """What a value that a status is compared with stands for."""
        if isinstance(value, Const) and isinstance(value.value, int) and not isinstance(value.value, bool):
            for store in world.catalogue.stores:
                for name, code in store.statuses.items():
                    if code == value.value:
                        return _meaning(store, name)
            return SUCCESS if value.value == 0 else TOLD
        if isinstance(value, External):
            symbol = world.symbol(value)
            if symbol is not None and world.catalogue.status(symbol.store, symbol.name) is not None:
                return _meaning(symbol.store, symbol.name)
        return None

    def split_status(self, event: int, meaning: str) -> tuple[frozenset[str], frozenset[str]]:
        """What a call came to when its status equals one with this meaning, and when not."""
        full = self.full_outcome(event)
        if meaning == OTHER:
            if event in self._numbers:
                self._numbers[event].tells_locked = True
            return frozenset((LOCKED,)), full - {OTHER, LOCKED}
        if meaning == TOLD:
            return frozenset((TOLD,)), full
        if meaning not in full:
            return frozenset((TOLD,)), full
        return frozenset((meaning,)), full - {meaning}

    def told(self, event: int, meaning: str) -> None:
        """The status or error of a store call is asked whether it means this."""
        if event in self._numbers:
            self._numbers[event].tells.add(meaning)

    def compared(self, first: Value, second: Value) -> None:
        """Two values that are not known are compared. Where one is what a read gave, code looks whether it has changed."""
        if not isinstance(first, Const) and not isinstance(second, Const):
            self._compared |= calls_in(key_of(first), "read") ^ calls_in(key_of(second), "read")

    def returned(self, value: Value) -> None:
        """A value goes to callers that cannot be seen."""
        status = value.items[0] if isinstance(value, Items) and value.items else value
        if isinstance(status, StatusOf):
            self.told(status.event, ESCAPES)

    def reported(self, events: Collection[int]) -> None:
        """What store calls came to is given to somebody who may deal with it."""
        self._reported.update(events)

    def conflated(self, event: int, place: Place, how: str) -> None:
        """A function answers alike, from here on, when a read found nothing and when it failed."""
        self._numbers[event].conflated.setdefault(place, how)

    def only_looks(self, event: int) -> bool:
        """Whether a store call asks for an item's existence and not for what it holds."""
        seen = self._numbers[event]
        keys, query = seen.store.return_keys, seen.query
        if seen.verb != "read" or query is None or not keys:
            return seen.verb == "exists"
        return all(query.get(key).presence == ABSENT for key in keys)

    def is_read(self, event: object) -> bool:
        """Whether an event only looks."""
        seen = self._numbers.get(event) if isinstance(event, int) else None
        return seen is not None and seen.verb in _READS

    def discarded(self, value: Value) -> None:
        """A value was dropped."""
        for option in alternatives(value):
            status = option.items[0] if isinstance(option, Items) and option.items else option
            if isinstance(status, (StatusOf, Verdict)) and status.event in self._numbers:
                seen = self._numbers[status.event]
                if isinstance(status, StatusOf) or seen.operation.returns == "success":
                    seen.outcome = "discarded"

    def used(self, value: Value) -> None:
        """A value went somewhere that can look at it."""
        for option in alternatives(value):
            if isinstance(option, Promise) and option.event is not None and option.event in self._numbers:
                self._numbers[option.event].promise = "handled"

    def promised(self, event: int) -> None:
        """A store call returned a promise; nothing is wrong with that yet."""
        self._numbers[event].promise = "handled"

    def floating(self, value: Promise) -> None:
        """A promise was dropped."""
        if value.event is not None and value.event in self._numbers:
            self._numbers[value.event].promise = "floating"

    # what is not a store call

    def ends_session(self, world: World, name: str, place: Place, state: State, frame: Frame) -> None:
        """An unseen function is called whose name says that it ends the session."""
        last = name.rpartition(".")[2]
        if self._muted or not _ENDS_SESSION.match(last):
            return
        for number, outcome in state.outcomes.items():
            read = self._numbers[number]
            if read.verb not in _READS:
                continue
            chosen = choices_since(number, read.trail, state.trail)
            if SUCCESS not in outcome.possible:
                if OTHER in outcome.possible:
                    self._calls.append((place, last, number, outcome, chosen, frame.within))
            elif not state.failed:
                self._successes.note(number, place, chosen)

    def deletes_unseen(self, functions: Iterable[Enclosing], name: str) -> None:
        """Code that cannot be seen is called, by these functions, under a name that may say that it deletes something."""
        if _DELETES.match(name.rpartition(".")[2]):
            self._deletes_unseen.update(function.place for function in functions)

    def handed_in_entry(self, world: World, value: Value, place: Place, key: Expression | None) -> None:
        """A store's function or module became part of an object. Unless it is called through that, it is handed over."""
        if self._muted:
            return
        for option in alternatives(value):
            reference = self._reference(world, option, place)
            if reference is not None:
                self._candidates.setdefault(reference.place, reference)

    def handed_over(self, world: World, value: Value, place: Place, receiver: str, frame: Frame) -> None:
        """A value was given to code that cannot be seen."""
        if self._muted:
            return
        for option in alternatives(value):
            reference = self._reference(world, option, place, receiver)
            if reference is not None:
                self._references.setdefault((reference.place, reference.kind), reference)
            if isinstance(option, Const) and isinstance(option.value, str):
                name = option.value
            elif isinstance(option, External):
                name = ".".join((option.module, *option.path))
            else:
                continue
            backend = world.catalogue.plaintext(name)
            if backend is not None and receiver.rpartition(".")[2] in backend[0].selectors:
                self.plaintext(world, backend[0], option.place or place, name, frame)

    def _reference(self, world: World, value: Value, place: Place, receiver: str = "") -> Reference | None:
        if not isinstance(value, External) or not value.module:
            return None
        symbol = world.symbol(value)
        if symbol is None or not symbol.store.class_keys:
            return None
        where = value.place or place
        if value.path in ((), ("default",)):
            if any(operation.options is not None for operation in symbol.store.operations):
                return Reference("module", symbol.store, where, symbol.store.title, receiver)
            return None
        operation = world.catalogue.operation(symbol.store, symbol.name)
        if operation is not None and operation.options is not None:
            return Reference("function", symbol.store, where, symbol.name, receiver)
        return None

    def called_reference(self, callee: External) -> None:
        """A store's function was called by the program itself, whatever object it came through."""
        if callee.place is not None:
            self._called.add(callee.place)

    def plaintext(self, world: World, store: Store, place: Place, name: str, frame: Frame) -> None:
        """A backend that keeps plain text was selected."""
        if not self._muted:
            self._references.setdefault((place, "plaintext-backend"), Reference("plaintext-backend", store, place, name.rpartition(".")[2]))

    def configured(self, world: World, target: External, name: str, value: Value, place: Place, index: Value | None = None) -> None:
        """Something of a library was set: an environment variable that selects a backend, for one."""
        if self._muted or target.path[-1:] != ("environ",):
            return
        for option in alternatives(value):
            if (
                isinstance(option, Const)
                and isinstance(option.value, str)
                and (found := world.catalogue.plaintext(option.value)) is not None
                and not (isinstance(index, Const) and index.value not in found[0].selector_variables)
            ):
                where = option.place or place
                self._references.setdefault(
                    (where, "plaintext-backend"), Reference("plaintext-backend", found[0], where, option.value.rpartition(".")[2])
                )

    def command(self, store: Store, command: Command, place: Place, words: tuple[Word, ...], exact: bool) -> None:
        """A store's command line was run."""
        if not self._muted:
            spelled = (place, command.subcommand, tuple(word.text or "" for word in words))
            self._commands.setdefault(spelled, CommandEvent(store, command.verb, command.subcommand, place, words, exact))

    def unreached(self, place: Place) -> None:
        """A call that names a store was never run, because a budget was used up before."""
        self._unreached.add(place)

    # the result

    def observations(self) -> Observations:
        """All of it, in a deterministic order."""
        groups = _grouped(self._sightings)
        for number in self._reported & self._numbers.keys():
            self._numbers[number].conflated.clear()
        for number in self._compared:  # who overwrites what has changed overwrites it whatever there was
            self._overwrites.certain(number, self._numbers[number].place)
        for number, place in self._saves_changes:
            if number in self._compared:
                self._successes.note(number, place, frozenset())
        build = EventBuilder(self._numbers, self._successes, self._overwrites, self._deletes_unseen)
        events = [build.event(groups[key]) for key in sorted(groups, key=_order)]
        tested = _grouped(seen for seen in self._tested if seen.beside)
        decided: dict[tuple[Place, str, str], dict[int, Outcome]] = {}
        for place, name, number, outcome, chosen, within in self._calls:
            if not self._successes.runs_anyway(number, place, chosen):
                decided.setdefault((place, name, within), {})[number] = outcome
        calls = [
            DestructiveCall(place, name, build.lost(tuple(lost.items())), within, "medium")
            for (place, name, within), lost in decided.items()
        ]
        references = {
            **{(ref.place, ref.kind): ref for ref in self._candidates.values() if ref.place not in self._called},
            **self._references,
        }
        return Observations(
            tuple(events),
            tuple(sorted(calls, key=lambda call: (call.place, call.spelled))),
            tuple(references[key] for key in sorted(references)),
            tuple(self._commands[key] for key in sorted(self._commands)),
            tuple(sorted(self._unreached)),
            tuple(sorted(self._roots)),
            tuple(build.event(tested[key]) for key in sorted(tested, key=_order)),
        )


def _apart(delete: Sighting, write: Sighting) -> bool:
    """Whether the two are made by two calls of one function, the first of which chose to delete what it was to save.

    What the second call saves does not replace that. Where the caller says that the first is to delete, there is nothing to choose.
    """
    twice = any(
        mine.place == theirs.place and delete.path[: mine.depth] != write.path[: theirs.depth]
        for mine in delete.functions
        for theirs in write.functions
    )
    if not twice:
        return False
    taken = {decision.branch for decision in write.trail}
    return any(decision.branch not in taken for decision in delete.trail)


def _asks_first(world: World, state: State) -> bool:
    """Whether the path asked if protected data can be read."""
    guards = contexts(world.file.language).guards
    return bool(guards) and any(guards & set(_WORDS.findall(decision.text)) for decision in state.trail)


_WORDS = re.compile(r"\w+")

_Way = tuple[Place, tuple[Place, ...], Root | None]


def _grouped(sightings: Iterable[Sighting]) -> dict[_Way, list[Sighting]]:
    """Sightings of one call reached in one way."""
    groups: dict[_Way, list[Sighting]] = {}
    for seen in sightings:
        groups.setdefault((seen.place, seen.path, seen.root), []).append(seen)
    return groups


def _order(way: _Way) -> tuple[Place, tuple[Place, ...], tuple[Root, ...]]:
    place, path, root = way
    return place, path, (() if root is None else (root,))


def _meaning(store: Store, name: str) -> str:
    if name in store.success:
        return SUCCESS
    if name in store.absent:
        return MISSING
    if name in store.duplicate:
        return DUPLICATE
    return OTHER if name in store.unreadable else TOLD
