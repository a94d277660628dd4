"""What a run shares between its parts: the program, the knowledge, the budgets, and the counters that give things identity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from keylint.interpret import entrypoints
from keylint.interpret.budgeted import Budgeted
from keylint.interpret.changes import Changes
from keylint.interpret.events import Enclosing, Place, Root
from keylint.interpret.platforms import Platform, platform
from keylint.interpret.reach import Reach
from keylint.interpret.scope import Scope, State, join_all
from keylint.interpret.values import Closure, External, Record, Ref, Value

if TYPE_CHECKING:
    from keylint.interpret.recorder import Recorder
    from keylint.program.link import File, Program, TypeInfo
    from keylint.program.module import Function
    from keylint.program.nodes import Expression, Span
    from keylint.stores.catalogue import Catalogue, Operation, Store

STEPS = 20000
"""Expressions evaluated and statements run per root, before what is left counts as unknown."""
FILE_STEPS = 120000
"""The same for a whole file."""
DEPTH = 14
"""Calls of program functions nested at most."""
PATHS = 6
"""Paths kept apart at most within a function."""


class Passed(NamedTuple):
    """An evaluated argument. `node` is its expression, for places and for writing `inout` values back."""

    value: Value
    label: str | None
    place: Place
    node: Expression | None = None
    spread: str = ""
    trailing: bool = False
    inout: bool = False


class Symbol(NamedTuple):
    """A store's name: `native` when it is reached through ctypes, whose functions return a bare status."""

    store: Store
    name: str
    native: bool = False


class Context(NamedTuple):
    """Where code runs: the `root` that its path of calls starts from, and the place that starts it beside other code."""

    root: Root | None = None
    concurrent: Place | None = None


class World:
    """Shared by everything that runs one file."""

    def __init__(self, program: Program, catalogue: Catalogue, file: File, recorder: Recorder) -> None:
        self.program = program
        self.catalogue = catalogue
        self.file = file
        self.recorder = recorder
        self.platform: Platform = platform(file.language)
        self.module_scope = Scope(None, function=True)
        self.selves: dict[str, Value] = {}
        self.statics: dict[tuple[str, str], int] = {}
        self.decorated: dict[Span, Closure] = {}
        self.stack: list[Span] = []
        self.functions: list[Enclosing] = []
        self.named: dict[Span, Enclosing] = {}
        self.steps = 0
        self.total = 0
        self.budgeted = Budgeted()
        self.context = Context()
        self._counter = 0
        self._numbered: dict[int, tuple[Record, int]] = {}
        self._entered: set[Span] = set()
        self._tries: dict[Span, int] = {}
        self._uncalled: dict[int, tuple[Closure, State | None]] = {}
        self._helpers: dict[Span, bytes] = {}
        self.changes = Changes(entrypoints.all_code(file))
        self.reach = Reach(file, catalogue, self.changes)
        self.initial_values: dict[Span, tuple[Value, dict[int, Value]]] = {}
        self._changed: frozenset[str] | None = None

    def changed_members(self) -> frozenset[str]:
        """Names of members that code of this file changes after construction."""
        if self._changed is None:
            self._changed = self.changes.members()
        return self._changed

    @contextmanager
    def within(self, context: Context) -> Iterator[None]:
        """What happens inside happens in `context`."""
        outer, self.context = self.context, context
        try:
            yield
        finally:
            self.context = outer

    def refill(self) -> None:
        """A new root: its own budget."""
        self.steps = 0
        self.stack.clear()

    def spend(self) -> bool:
        """Takes one step; false when the budget is used up."""
        self.steps += 1
        self.total += 1
        return self.steps < STEPS and self.total < FILE_STEPS

    def fresh(self) -> int:
        """A number never given before in this file's run."""
        self._counter += 1
        return self._counter

    def number_of(self, record: Record) -> int:
        """A number for this very dictionary, the same each time it is asked for."""
        known = self._numbered.get(id(record))
        if known is None:
            known = self._numbered[id(record)] = (record, self.fresh())  # kept alive, so that its id stays its own
        return known[1]

    def allocate(self, state: State, value: Value) -> Ref:
        """A new object in memory."""
        ref = Ref(self.fresh())
        state.memory[ref.address] = value
        return ref

    def static_cell(self, info: TypeInfo, name: str) -> int:
        """The memory cell of a member that is assigned to a type itself."""
        cell = self.statics.get((info.name, name))
        if cell is None:
            cell = self.statics[info.name, name] = self.fresh()
        return cell

    def static_value(self, info: TypeInfo, name: str, state: State) -> Value | None:
        """What this path assigned to a member of a type or of one it inherits from."""
        if self.statics:
            for ancestor in self.file.ancestry(info):
                cell = self.statics.get((ancestor.name, name))
                if cell is not None and cell in state.memory:
                    return state.memory[cell]
        return None

    def enter_mark(self, function: Function) -> None:
        """Remembers that `function` ran, and was heard."""
        if self.recorder.hears():
            self._entered.add(function.span)

    def was_entered(self, function: Function) -> bool:
        """Whether `function` ran before, called by whomever."""
        return function.span in self._entered

    def tries_of(self, function: Function) -> int:
        """How often `function` was about to run as a root of its own, this time included."""
        self._tries[function.span] = tries = self._tries.get(function.span, 0) + 1
        return tries

    def register(self, closure: Closure, state: State) -> None:
        """A closure was made; unless somebody calls it, it runs as a root later."""
        if self.reach.can_reach(closure.function):
            self._uncalled[closure.identity] = (closure, state)

    def called(self, closure: Closure) -> None:
        """A closure ran."""
        self._uncalled.pop(closure.identity, None)

    def settle_closures(self, since: int, exits: Sequence[State]) -> None:
        """A function ended: closures made since it began see the state it ended in, on whichever of its `exits`."""
        made_inside = [identity for identity in self._uncalled if identity > since]
        state = join_all(exits) if made_inside else None
        for identity in made_inside:
            closure, made = self._uncalled[identity]
            self._uncalled[identity] = (closure, state or made)

    def name_closure(self, closure: Closure, name: str) -> None:
        """A variable of this name holds `closure`. If other code mentions it, that code is likely to call it."""
        at = closure.function.span
        if at not in self._helpers and closure.identity in self._uncalled:
            self._helpers[at] = name.encode() if entrypoints.is_mentioned(self.file, name, at) else b""

    def call_closure(self, value: Value, name: str, place: Place) -> None:
        """A function without a name of its own is the value of a variable, field or entry of this name."""
        if isinstance(value, Closure) and not value.function.name:
            self.named.setdefault(value.function.span, Enclosing(place, name, value.info.name if value.info is not None else ""))

    def enclosing(self, closure: Closure, depth: int) -> Enclosing | None:
        """The function that `closure` is, called through `depth` calls; `None` when it has no name."""
        function = closure.function
        if not function.name:
            named = self.named.get(function.span)
            return Enclosing(named.place, named.name, named.in_type, depth) if named is not None else None
        in_type = closure.info.name if closure.info is not None else ""
        return Enclosing(Place(closure.file.path, function.name_span), function.name, in_type, depth)

    def next_uncalled(self, helpers: bool) -> tuple[Closure, State | None] | None:
        """A closure that nobody called, taken off the list. Those that other code mentions come last and only if `helpers`
        is true: run before their callers, they would be taken for functions that nobody calls."""
        for identity, (closure, _) in self._uncalled.items():
            if not self._helpers.get(closure.function.span):
                return self._uncalled.pop(identity)
        while helpers and self._uncalled:
            closure, state = self._uncalled.pop(self._outermost())
            if not self.was_entered(closure.function):
                return closure, state
        return None

    def _outermost(self) -> int:
        """Of the closures that nobody called, the first that none of the others mentions; where all are, the first."""
        spans = {closure.function.span for closure, _ in self._uncalled.values()}
        for identity, (closure, _) in self._uncalled.items():
            at = closure.function.span
            name = self._helpers.get(at)
            if not any(name in self.file.words(span) for span in spans if span.end <= at.start or at.end <= span.start):
                return identity
        return next(iter(self._uncalled))

    def symbol(self, value: External) -> Symbol | None:
        """The store's name that `value` is, when its module is a store."""
        if value.module == "ctypes":
            found = self.catalogue.native(value.path[-1]) if value.path else None
            return Symbol(found[0], found[1], True) if found else None
        if not value.module:
            found = self.catalogue.in_scope(self.file.language, value.dotted)
            return Symbol(found[0], found[1]) if found else None
        store = self.catalogue.by_module(self.file.language, value.module)
        return Symbol(store, value.dotted) if store is not None else None

    def operation(self, value: External) -> tuple[Store, Operation, bool] | None:
        """The store operation that `value` is; the last is whether it is called through ctypes."""
        symbol = self.symbol(value)
        if symbol is None:
            return None
        operation = self.catalogue.operation(symbol.store, symbol.name)
        return (symbol.store, operation, symbol.native) if operation is not None else None

    def argument(self, value: Value, node: Expression) -> Passed:
        """`value` as a positional argument."""
        return Passed(value, None, Place(self.file.path, node.span), node)
