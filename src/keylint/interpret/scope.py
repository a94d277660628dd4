"""Names in scope, and the state of one path through the program."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import is_not

from msgspec import Struct

from keylint.interpret.events import Condition, Place
from keylint.interpret.joining import join_values
from keylint.interpret.values import Key, Outcome, Value, same_value

MACOS: Key = ("unknown", ("compile", "os(macOS)"))
"""The key under which a path remembers how `#if os(macOS)` was decided."""


class Scope:
    """A block's names. Values live in the state's memory, so that paths share scopes and differ in memory only."""

    __slots__ = ("function", "names", "parent")

    def __init__(self, parent: Scope | None, function: bool = False) -> None:
        self.parent = parent
        self.names: dict[str, int] = {}
        self.function = function or parent is None

    def find(self, name: str) -> int | None:
        """The memory cell of `name`, looked up outwards."""
        scope: Scope | None = self
        while scope is not None:
            cell = scope.names.get(name)
            if cell is not None:
                return cell
            scope = scope.parent
        return None

    def function_scope(self) -> Scope:
        """The scope of the enclosing function."""
        scope = self
        while not scope.function and scope.parent is not None:
            scope = scope.parent
        return scope


class HeldRegion(Struct, frozen=True):
    """A region the path is inside. `activation` tells one stay from the next; `key` is the lock's or queue's identity.

    `effective`: yes, no (with `why`), or unknown (it may be a lock). `suspendable`: an `await` inside lets others in.
    """

    kind: str
    key: Key
    activation: int
    entered: Place
    name: str
    effective: str = "yes"
    why: str = ""
    declared: Place | None = None
    suspendable: bool = False


class PendingDelete(Struct, frozen=True):
    """A delete that no write has followed yet on this path. `suspension` is the first await since."""

    event: int
    held: tuple[HeldRegion, ...]
    suspension: Place | None = None


class Decision(Struct, frozen=True):
    """A branch this path took. `forced_by` are the store calls (by event number) whose outcome alone, as the path knows it, chose it."""

    place: Place
    text: str
    taken: bool
    forced_by: frozenset[int] = frozenset()

    @property
    def branch(self) -> tuple[Place, bool]:
        """The branch, however it came to be taken."""
        return (self.place, self.taken)


class State:
    """One path's memory and history. Copied where paths part, joined where there would be too many.

    `failed` is true while an error is being handled: what such a path does is no part of going well.
    `suspended` holds the first await since each store call that `outcomes` knows; it is replaced, never changed.
    """

    __slots__ = ("decided", "failed", "held", "memory", "outcomes", "pending", "spawned", "suspended", "trail")

    def __init__(self) -> None:
        self.memory: dict[int, Value] = {}
        self.held: tuple[HeldRegion, ...] = ()
        self.pending: tuple[PendingDelete, ...] = ()
        self.outcomes: dict[int, Outcome] = {}
        self.decided: dict[Key, bool] = {}
        self.spawned: tuple[tuple[int, int], ...] = ()
        self.trail: tuple[Decision, ...] = ()
        self.suspended: dict[int, Place] = {}
        self.failed = False

    def copy(self) -> State:
        """An independent copy."""
        other = State.__new__(State)
        other.memory = dict(self.memory)
        other.held = self.held
        other.pending = self.pending
        other.outcomes = dict(self.outcomes)
        other.decided = dict(self.decided)
        other.spawned = self.spawned
        other.trail = self.trail
        other.suspended = self.suspended
        other.failed = self.failed
        return other

    def become(self, other: State) -> None:
        """Takes over everything `other` has."""
        self.memory = other.memory
        self.held = other.held
        self.pending = other.pending
        self.outcomes = other.outcomes
        self.decided = other.decided
        self.spawned = other.spawned
        self.trail = other.trail
        self.suspended = other.suspended
        self.failed = other.failed

    def note(self, outcome: Outcome) -> bool:
        """Narrows what a store call came to; false when that contradicts what the path knows."""
        known = self.outcomes.get(outcome.event)
        if known is None:
            self.outcomes[outcome.event] = outcome
            return True
        possible = known.possible & outcome.possible
        if not possible:
            return False
        if possible != known.possible or known.place is None:
            self.outcomes[outcome.event] = Outcome(outcome.event, possible, outcome.place or known.place, outcome.how or known.how)
        return True

    def suspend(self, place: Place) -> None:
        """An await: whoever waits for a suspendable region may come in now."""
        self.pending = tuple(PendingDelete(item.event, item.held, place) if item.suspension is None else item for item in self.pending)
        if self.outcomes.keys() - self.suspended.keys():
            self.suspended = {**dict.fromkeys(self.outcomes, place), **self.suspended}

    def unsuspend(self, before: State) -> None:
        """What ran meanwhile waits its turn elsewhere; this path goes on at once, as it was `before`."""
        waited = {item.event: item.suspension for item in before.pending}
        self.pending = tuple(PendingDelete(item.event, item.held, waited.get(item.event, item.suspension)) for item in self.pending)
        gone_on = before.outcomes.keys() - before.suspended.keys()
        self.suspended = {number: at for number, at in self.suspended.items() if number not in gone_on}

    def decide(self, place: Place, text: str, taken: bool) -> None:
        """Remembers a branch taken."""
        if len(self.trail) < 40:
            self.trail = (*self.trail, Decision(place, text, taken))


def explain(mine: State, other: State) -> tuple[Condition, ...]:
    """Why a path that ends in `mine` is not the one that ends in `other`: the first branch they took differently."""
    apart = 0  # Paths are alike until they part.
    for decision, theirs in zip(mine.trail, other.trail, strict=False):
        if decision is not theirs:
            break
        apart += 1
    others = {decision.branch for decision in other.trail}
    for decision in mine.trail[apart:]:
        if decision.branch not in others:
            why = f"when `{decision.text}` {'holds' if decision.taken else 'does not hold'}"
            return (Condition(decision.place, why, on_macos(mine)),)
    return ()


def on_macos(state: State) -> bool:
    """Whether the path is compiled for macOS only."""
    return state.decided.get(MACOS) is True


def builds(state: State) -> tuple[tuple[str, bool], ...]:
    """The conditions of `#if` that the path decided."""
    found: set[tuple[str, bool]] = set()
    for key, taken in state.decided.items():
        token, holds = (key[1] if len(key) == 2 and key[0] == "unknown" else None), taken
        if isinstance(token, tuple) and len(token) == 2 and token[0] == "not":
            token, holds = token[1], not taken
        if isinstance(token, tuple) and len(token) == 2 and token[0] == "compile":
            found.add((str(token[1]), holds))
    return tuple(sorted(found))


def join_states(first: State, second: State) -> State:
    """A state of which either is true."""
    joined = State.__new__(State)
    memory = dict(first.memory)
    theirs = second.memory
    # Memories have thousands of cells and differ in a few: the search for those must not be a loop in Python.
    differing = list(compress(theirs, map(is_not, map(memory.get, theirs), theirs.values())))
    if differing:
        why, why_not = explain(first, second), explain(second, first)
        for cell in differing:
            mine = memory.get(cell)
            memory[cell] = theirs[cell] if mine is None else join_values(mine, theirs[cell], why, why_not)
    joined.memory = memory
    joined.held = tuple(region for region in first.held if region in second.held)
    joined.pending = first.pending + tuple(item for item in second.pending if item not in first.pending)
    joined.outcomes = {}
    for event in {**first.outcomes, **second.outcomes}:
        a, b = first.outcomes.get(event), second.outcomes.get(event)
        if a is not None and b is not None:
            joined.outcomes[event] = a if a == b else Outcome(event, a.possible | b.possible, a.place or b.place, a.how or b.how)
        elif (only := a or b) is not None:
            joined.outcomes[event] = only
    joined.decided = {key: taken for key, taken in first.decided.items() if second.decided.get(key) is taken}
    joined.spawned = first.spawned + tuple(item for item in second.spawned if item not in first.spawned)
    joined.suspended = first.suspended if first.suspended == second.suspended else {**second.suspended, **first.suspended}
    joined.failed = first.failed and second.failed
    joined.trail = _common(first.trail, second.trail)
    return joined


def join_all(states: Iterable[State]) -> State | None:
    """One state for all, `None` for none."""
    result: State | None = None
    for state in states:
        result = state if result is None else join_states(result, state)
    return result


def reduce_states(states: list[State], limit: int) -> list[State]:
    """At most `limit` states: first those that differ in nothing but their history become one, then the last ones are joined."""
    if len(states) < 2:
        return states
    kept: list[State] = []
    for state in states:
        for index, other in enumerate(kept):
            if _same(state, other):
                kept[index] = _merge_history(other, state)
                break
        else:
            kept.append(state)
    while len(kept) > limit:
        last = kept.pop()
        kept[-1] = join_states(kept[-1], last)
    return kept


def _same(first: State, second: State) -> bool:
    if (
        first.held != second.held
        or first.pending != second.pending
        or first.outcomes != second.outcomes
        or first.failed != second.failed
        or first.spawned != second.spawned
    ):
        return False
    smaller, larger = sorted((first.memory, second.memory), key=len)
    for cell, value in reversed(smaller.items()):  # the newest differ first
        other = larger.get(cell)
        if other is not value and (other is None or not same_value(other, value)):
            return False
    return True


def _merge_history(first: State, second: State) -> State:
    merged = first.copy()
    merged.memory = {**second.memory, **first.memory}
    merged.decided = {key: taken for key, taken in first.decided.items() if second.decided.get(key) is taken}
    merged.trail = _common(first.trail, second.trail)
    return merged


def _common(first: tuple[Decision, ...], second: tuple[Decision, ...]) -> tuple[Decision, ...]:
    if first == second:
        return first
    others = {decision.branch: decision for decision in second}
    return tuple(_either(decision, other) for decision in first if (other := others.get(decision.branch)) is not None)


def _either(first: Decision, second: Decision) -> Decision:
    """One branch taken on two paths: forced where it was on both."""
    if first.forced_by <= second.forced_by:
        return first
    return Decision(first.place, first.text, first.taken, first.forced_by & second.forced_by)
