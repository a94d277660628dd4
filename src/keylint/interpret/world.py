"""What a run shares between its parts: the program, the knowledge, the budgets, and the counters that give things identity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from keylint.interpret import entrypoints
from keylint.interpret.budgeted import Budgeted
from keylint.interpret.events import Enclosing, Place, Root
from keylint.interpret.platforms import Platform, platform
from keylint.interpret.scope import Scope, State, join_all
from keylint.interpret.values import Closure, External, Handle, Record, Ref, Value
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from keylint.interpret.modules import Loaded
    from keylint.interpret.reach import Reach
    from keylint.interpret.recorder import Recorder
    from keylint.interpret.survey import Survey
    from keylint.program.link import File, Program, TypeInfo
    from keylint.program.module import Function
    from keylint.program.nodes import Expression
    from keylint.stores.catalogue import Catalogue, Operation, Store

STEPS = 20000
"""Expressions evaluated and statements run per root, before what is left counts as unknown."""
FILE_STEPS = 120000
"""The same for a whole file."""
CALLER_STEPS = 3000
CALLER_FILE_STEPS = 12000
"""The same for a file that mentions no store and only leads to one."""
ABROAD_STEPS = 3000
ABROAD_FILE_STEPS = 20000
"""How much of these may be spent in other files."""
SUPPLY_STEPS = 300
SUPPLY_FILE_STEPS = 6000
CALLER_SUPPLY_FILE_STEPS = 2000
"""How much of those in a function that leads to no store, and in all such functions."""
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


class Budget:
    """Steps that a function may take; `spent` when it was refused one."""

    __slots__ = ("left", "spent")

    def __init__(self, left: int) -> None:
        self.left = left
        self.spent = False


class World:
    """Shared by everything that runs one file: its own code, and what that calls in other files of the program.

    Functions and declarations are told apart by their `id`: two files can have different ones at the same span.
    """

    def __init__(self, program: Program, catalogue: Catalogue, file: File, recorder: Recorder, survey: Survey) -> None:
        self.program = program
        self.catalogue = catalogue
        self.file = file
        self.recorder = recorder
        self.survey = survey
        self.platform: Platform = platform(file.language)
        self.module_scope = Scope(None, function=True)
        self.loaded: dict[str, Loaded] = {}
        self.selves: dict[str, Value] = {}
        self.statics: dict[tuple[int, str], int] = {}
        self.decorated: dict[int, Closure] = {}
        self.stack: list[int] = []
        self.functions: list[Enclosing] = []
        self.named: dict[int, Enclosing] = {}
        self.steps = 0
        self.total = 0
        self.origin: Place | None = None
        own = self.reach(file).mentions_store
        self._most, self._most_in_all = (STEPS, FILE_STEPS) if own else (CALLER_STEPS, CALLER_FILE_STEPS)
        self._cut_short = False
        self.refusals = 0
        """How often a step was asked for and not given."""
        self.abroad = 0
        self._abroad_steps = 0
        self._abroad_total = 0
        self.supply: Budget | None = None
        self._supply_left = SUPPLY_FILE_STEPS if own else CALLER_SUPPLY_FILE_STEPS
        self.budgeted = Budgeted()
        self.context = Context()
        self.root = 0
        self._counter = 0
        self._numbered: dict[int, tuple[Record, int]] = {}
        self._entered: set[int] = set()
        self.entered_elsewhere: set[Place] = set()
        self._tries: dict[int, int] = {}
        self._uncalled: dict[int, tuple[Closure, State | None]] = {}
        self._helpers: dict[Span, bytes] = {}
        self.initial_values: dict[int, tuple[Value, dict[int, Value]]] = {}
        self._store_cells: dict[tuple[str, str], int] = {}
        self._mentioned: dict[str, bool] = {}

    def reach(self, file: File) -> Reach:
        """What of `file` can reach a store."""
        return self.survey.reach(file)

    def changes_member(self, info: TypeInfo, name: str) -> bool:
        """Whether code that is seen changes the member `name` of `info` after construction."""
        return name in self.survey.changed_of(info) or name in self.survey.changed_members(self.file)

    @contextmanager
    def within(self, context: Context) -> Iterator[None]:
        """What happens inside happens in `context`."""
        outer, self.context = self.context, context
        try:
            yield
        finally:
            self.context = outer
    def may_change(self, info: TypeInfo, name: str, value: Value) -> bool:
        """Whether the member `name` of `info` that was given `value` may hold something else by now."""
        if not self.changes_member(info, name):
            return False
        # What is assigned to an element of a store's object goes into the store and leaves the object as it is.
        return not isinstance(value, Handle) or self.survey.reassigns(info, name) or name in self.survey.reassigned(self.file)

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """What is made inside is kept for other roots too."""
        outer, self.root = self.root, 0
        try:
            yield
        finally:
            self.root = outer

    def told_elsewhere(self, name: str, file: File) -> bool:
        """Whether code of `file`, or what is written in any other file of the program, assigns a member called `name`."""
        return name in self.survey.changed_members(file) or self.survey.assigned_outside(name, file, self.program)

    def refill(self) -> None:
        """A new root: its own budget."""
        self.root = self.fresh()
        self.steps = 0
        self.stack.clear()
        self._abroad_steps = 0
        self.abroad = 0

    def spend(self) -> bool:
        """Takes one step; false when the budget is used up."""
        supply = self.supply
        if supply is not None:
            if supply.left <= 0:
                supply.spent = True
                return False
            supply.left -= 1
        self.steps += 1
        self.total += 1
        if self.abroad:
            self._abroad_steps += 1
            self._abroad_total += 1
            if self._abroad_steps >= ABROAD_STEPS or self._abroad_total >= ABROAD_FILE_STEPS:
                self._cut_short = True
                self.refusals += 1
                return False
        if self.steps < self._most and self.total < self._most_in_all:
            return True
        self._cut_short = True
        self.refusals += 1
        return False

    @property
    def supplying(self) -> bool:
        """Whether the code that runs is only run for the values it supplies."""
        return self.supply is not None

    @contextmanager
    def supplies(self) -> Iterator[Budget]:
        """What runs inside is only run for the values it supplies."""
        budget = self.supply = Budget(min(SUPPLY_STEPS, self._supply_left))
        given = budget.left
        try:
            yield budget
        finally:
            self.supply = None
            self._supply_left -= given - budget.left

    @contextmanager
    def starting(self, origin: Place | None) -> Iterator[None]:
        """A function is run by itself, as nobody is seen to call it. What it comes to in other files counts if it was not cut short."""
        self.refill()
        self.origin, self._cut_short = origin, False
        known, before = set(self.entered_elsewhere), self.recorder.count()
        try:
            yield
        finally:
            self.origin = None
            if self._cut_short:
                self.entered_elsewhere = known
                self.recorder.cut_short(before)

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
        cell = self.statics.get((id(info), name))
        if cell is None:
            cell = self.statics[id(info), name] = self.fresh()
        return cell

    def store_cell(self, store: Store, what: str) -> int:
        """The memory cell of something that all calls of a store share."""
        cell = self._store_cells.get((store.name, what))
        if cell is None:
            cell = self._store_cells[store.name, what] = self.fresh()
        return cell

    def program_mentions(self, name: str) -> bool:
        """Whether any file of the program has the word `name`."""
        known = self._mentioned.get(name)
        if known is None:
            word = name.encode()
            known = self._mentioned[name] = any(
                word in file.source.data and word in file.words(Span(0, len(file.source.data))) for file in self.program.files
            )
        return known

    def static_value(self, info: TypeInfo, name: str, state: State) -> Value | None:
        """What this path assigned to a member of a type or of one it inherits from."""
        if self.statics:
            for ancestor in self.file.ancestry(info):
                cell = self.statics.get((id(ancestor), name))
                if cell is not None and cell in state.memory:
                    return state.memory[cell]
        return None

    def enter_mark(self, function: Function, file: File) -> None:
        """Remembers that `function`, which stands in `file`, ran and was heard."""
        if self.recorder.hears():
            self._entered.add(id(function))
            if file is not self.file:
                self.entered_elsewhere.add(Place(file.path, function.span))

    def was_entered(self, function: Function) -> bool:
        """Whether `function` ran before, called by whomever."""
        return id(function) in self._entered

    def tries_of(self, function: Function) -> int:
        """How often `function` was about to run as a root of its own, this time included."""
        self._tries[id(function)] = tries = self._tries.get(id(function), 0) + 1
        return tries

    def register(self, closure: Closure, state: State) -> None:
        """A closure was made; unless somebody calls it, it runs as a root later, in the run of the file that it stands in."""
        if closure.file is self.file and self.reach(closure.file).can_reach(closure.function):
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
            in_type, home = _home(value)
            self.named.setdefault(id(value.function), Enclosing(place, name, in_type, home=home))

    def enclosing(self, closure: Closure, depth: int) -> Enclosing | None:
        """The function that `closure` is, called through `depth` calls; `None` when it has no name."""
        function = closure.function
        if not function.name:
            named = self.named.get(id(function))
            return replace(named, depth=depth) if named is not None else None
        in_type, home = _home(closure)
        return Enclosing(Place(closure.file.path, function.name_span), function.name, in_type, depth, home=home)

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


def _home(closure: Closure) -> tuple[str, str]:
    """The type that a function belongs to, and the file that declares it; empty when it belongs to none."""
    info = closure.info
    return (info.name, info.file.path) if info is not None else ("", "")
