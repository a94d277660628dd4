"""The machine: runs a program on abstract values and hands back what it did with its stores.

A run starts every function nobody calls (parameters unknown, defaults both taken and not), and enters the others from their
callers. Paths part at branches and stay apart while few; see `scope.State`. Budgets on steps and depth make every run end:
when one is used up, what is left is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.interpret.calls import construct
from keylint.interpret.contexts import root_of, roots_in, starts_code, whole
from keylint.interpret.entering import enter_root
from keylint.interpret.entrypoints import is_test_file, is_test_function, roots_first
from keylint.interpret.events import LAUNCH, Observations, Place, Root
from keylint.interpret.expressions import evaluate
from keylint.interpret.frame import Frame
from keylint.interpret.members import initial_value
from keylint.interpret.merging import Run, merged
from keylint.interpret.modules import decorate, function_at, method_at, unsettle
from keylint.interpret.platforms.contexts import contexts
from keylint.interpret.recorder import Recorder
from keylint.interpret.scope import Scope, State, join_all
from keylint.interpret.statements import execute_statements
from keylint.interpret.survey import Survey
from keylint.interpret.values import Ref, TypeValue, Unknown, Value, union
from keylint.interpret.world import Context, World
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from keylint.program.link import File, Program, TypeInfo
    from keylint.program.module import Function, Parameter
    from keylint.stores.catalogue import Catalogue

REPEATS = 4
"""Times that a function made anew on each path, or by each call of what makes it, runs as a root."""


HEIRS = 6
"""Types at most for which a method that they inherit runs as a root."""


def observe(program: Program, catalogue: Catalogue) -> Observations:
    """Runs `program` and returns everything its code was seen to do with the stores of `catalogue`."""
    survey = Survey(catalogue)
    return merged([run(program, catalogue, file, survey) for file in program.files])


def run(program: Program, catalogue: Catalogue, file: File, survey: Survey) -> Run:
    """Runs the code of one file of `program`, and what that calls in others."""
    world = World(program, catalogue, file, Recorder(), survey)
    _FileRun(world).run()
    return Run(file.path, world.recorder.observations(), frozenset(world.entered_elsewhere))


class _FileRun:
    """One file: its top-level code first, then its functions as roots."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.file: File = world.file
        self.reach = world.reach(world.file)

    def run(self) -> None:
        world = self.world
        if is_test_file(self.file):
            if starts_code(self.file, whole(self.file)):
                with world.recorder.testing():
                    self._tests(self._begin())
            return
        for root in roots_in(self.file):
            world.recorder.entered(root)
        base = self._begin()
        inherited = self._inherited()
        for function, info in roots_first(self.file):
            if (
                (id(function) in inherited and info is not None and _is_abstract(info))
                or (world.was_entered(function) and not _callers_may_leave_out(function) and root_of(self.file, function, info) is None)
                or not self.reach.can_reach(function)
                or is_test_function(self.file, function, info)
            ):
                continue
            self._root(function, info, base)
        for function, owner, heirs in inherited.values():
            for heir in heirs[:HEIRS]:
                self._root(function, owner, base, heir)
        self._leftovers(base, helpers=True)
        for call in world.budgeted.lost():
            if self.reach.is_store_call(call):
                world.recorder.unreached(Place(self.file.path, call.callee.span))
        with world.recorder.testing():
            self._tests(base)

    def _begin(self) -> State:
        """Runs the top-level code and what makes the objects of its types; the state that functions start in."""
        world = self.world
        scope = Scope(None, function=True)
        world.module_scope = scope
        state = State()
        world.refill()
        frame = Frame(self.file, None, scope, path=())
        with world.within(self._top_level()):
            states = execute_statements(world, self.file.module.body.statements, [state], frame, top=True)
        states += [ended for ended, _ in frame.returns + frame.raises]
        base = join_all(states) or State()
        base.held, base.pending, base.outcomes, base.trail, base.spawned = (), (), {}, (), ()
        for declared in self.file.types.values():
            self._instantiate(declared, base)
        for declared in self.file.types.values():
            self._initialize(declared, base)
        decorate(world, self.file, base)
        self._unsettle(base)
        self._export_values(frame, base)
        self._leftovers(base)
        return base

    def _tests(self, base: State) -> None:
        """Tests that start code beside each other: they show that the program is used so."""
        everything = is_test_file(self.file)
        for function, info in roots_first(self.file):
            if (
                (everything or is_test_function(self.file, function, info))
                and self.reach.can_reach(function)
                and starts_code(self.file, function.span)
            ):
                self._root(function, info, base)

    def _top_level(self) -> Context:
        """Where top-level code runs."""
        title = contexts(self.file.language).top_level
        return Context(Root(Place(self.file.path, Span(0, 0)), LAUNCH, title, title)) if title else Context()

    def _inherited(self) -> dict[int, tuple[Function, TypeInfo, list[TypeInfo]]]:
        """Methods that do something else in the types that inherit them, because these replace what they use."""
        found: dict[int, tuple[Function, TypeInfo, list[TypeInfo]]] = {}
        for info in self.file.types.values():
            if not info.declared or info.file is not self.file or info.kind in ("protocol", "interface") or not info.inherits:
                continue
            replaced = {name.encode() for name in (*info.functions, *info.properties)} - {b"init"}
            for ancestor in list(self.file.ancestry(info))[1:]:
                for name, pieces in ancestor.functions.items():
                    if not any(owner is ancestor for _, _, owner in self.file.methods(info, name)):
                        continue
                    for function, _ in pieces:
                        home = ancestor.file_of(function)
                        usable = function.body is not None and function.kind == "method" and self.world.reach(home).can_reach(function)
                        if usable and not replaced.isdisjoint(home.words(function.span)):
                            found.setdefault(id(function), (function, ancestor, []))[2].append(info)
        return found

    def _instantiate(self, info: TypeInfo, base: State) -> None:
        """Makes the object that `self` is in a root method, by running the type's initializer on unknown arguments, unheard."""
        world = self.world
        if not info.declared or info.kind in ("protocol", "enum", "interface"):
            return
        with world.recorder.muted():
            world.refill()
            frame = Frame(self.file, None, world.module_scope, path=())
            trial = base.copy()
            value = construct(world, info, None, trial, frame, Place(self.file.path, Span(0, 0)), ("self", info.name))
        base.memory = trial.memory
        world.selves[info.name] = value

    def _initialize(self, info: TypeInfo, base: State) -> None:
        """Evaluates what fields are declared with: functions among them are methods by another name, calls among them are made."""
        world = self.world
        if not info.declared or info.kind in ("protocol", "interface"):
            return
        for item in self.file.own_properties(info):
            if item.value is None or item.getter is not None or item.is_case:
                continue
            world.refill()
            trial = base.copy()
            initial_value(world, item, info, self.receiver(info), trial, Frame(self.file, None, world.module_scope, path=()))
            base.memory = trial.memory

    def _unsettle(self, base: State) -> None:
        """Variables of the file that its functions assign may hold anything when a function starts."""
        for (owner, name), cell in self.world.statics.items():
            if cell in base.memory:
                base.memory[cell] = union((base.memory[cell], Unknown(("static", owner, name))))
        unsettle(self.world, self.file, self.world.module_scope, base)

    def _export_values(self, frame: Frame, base: State) -> None:
        for export in self.file.exports:
            if export.value is not None:
                world = self.world
                world.refill()
                evaluate(world, export.value, base, frame)

    def _root(self, function: Function, info: TypeInfo | None, base: State, heir: TypeInfo | None = None) -> None:
        world = self.world
        world.refill()
        receiver: Value | None = None
        if info is not None:
            own = heir or info
            receiver = TypeValue(own) if function.is_static or function.is_class_method else self.receiver(own)
        state = base.copy()
        bound = function_at(world, function, self.file, state) if info is None else method_at(world, function, info, receiver, state)
        closure = world.decorated.get(id(function), bound)
        with world.starting(self._origin(closure.file, function, info)), world.within(Context(root_of(self.file, function, info))):
            enter_root(world, closure, receiver, state, function)
        self._leftovers(base)

    def receiver(self, info: TypeInfo) -> Value:
        """`self` of a method that is run as a root."""
        value = self.world.selves.get(info.name)
        return value if isinstance(value, Ref) else Unknown(("self", info.name), info.name)

    def _leftovers(self, base: State, helpers: bool = False) -> None:
        """Closures that were made and never called: callbacks, methods of object literals, what a function returns."""
        world = self.world
        for _ in range(200):
            item = world.next_uncalled(helpers)
            if item is None:
                return
            closure, state = item
            if world.tries_of(closure.function) > REPEATS:
                continue
            state = (state or base).copy()
            state.held, state.pending, state.outcomes, state.spawned = (), (), {}, ()
            for cell, value in base.memory.items():
                state.memory.setdefault(cell, value)
            world.refill()
            root = root_of(self.file, closure.function, None)
            with world.starting(self._origin(closure.file, closure.function, None)), world.within(Context(root)):
                enter_root(world, closure, closure.receiver, state, closure.function)

    def _origin(self, file: File, function: Function, info: TypeInfo | None) -> Place | None:
        """`function`, unless code that is not seen may call it otherwise than the program does."""
        if (file.language == "swift" and function.visibility == "public") or root_of(file, function, info) is not None:
            return None
        if any(_may_be_left_out(item, file) for item in function.parameters):
            return None
        return Place(file.path, function.span)


def _callers_may_leave_out(function: Function) -> bool:
    """Whether callers in other files may leave out what the callers seen here pass."""
    return function.visibility == "public" and any(item.optional or item.default is not None for item in function.parameters)


def _may_be_left_out(item: Parameter, file: File) -> bool:
    """Whether a call need not pass an argument for a parameter. Where a type merely admits nil, it must pass that."""
    return item.default is not None or (item.optional and file.language == "typescript")


def _is_abstract(info: TypeInfo) -> bool:
    """Whether there are no objects of a class itself, only of those that inherit from it."""
    missing = any(function.body is None and not function.skipped for pieces in info.functions.values() for function, _ in pieces)
    return info.kind == "class" and (missing or any(name.rpartition(".")[2] == "ABC" for name in info.inherits))
