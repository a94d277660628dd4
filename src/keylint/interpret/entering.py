"""Entering functions of the program: what they are given, what they may come to, what is back with the caller afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from keylint.interpret import (
    assignment,
    binding,
    conditions,
    conflating,
    entrypoints,
    expressions,
    objects,
    promises,
    regions,
    statements,
    supplying,
    sweeping,
)
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.modules import scope_of
from keylint.interpret.scope import HeldRegion, Scope, State
from keylint.interpret.values import (
    DONE,
    LEFT_OUT,
    NIL,
    VOID,
    Closure,
    Failure,
    Items,
    Outcome,
    Record,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    truth,
    with_outcomes,
)
from keylint.interpret.world import DEPTH, Passed, World
from keylint.program import nodes

if TYPE_CHECKING:
    from keylint.program.module import Function

LONG = 6_000
"""Bytes. A longer function that reaches no store, such as a table of messages, is not run for the value it may supply."""


def _chooses_case(closure: Closure) -> bool:
    return closure.function.kind == "initializer" and closure.info is not None and closure.info.kind == "enum"


def _chosen_case(world: World, inner: Frame, path: State, returned: Value, place: Place) -> Value:
    """What `self` is when an enum's initializer ends: the case assigned to it, nil when it failed before that."""
    chosen = path.memory.get(inner.scope.names["self"], returned)
    value = returned if is_nil(returned) else chosen
    return with_outcomes(value, expressions.narrowed(path, place, "", world))


def may_enter(world: World, function: Function, state: State) -> bool:
    """A function is not entered again from within itself, except once after a delete: saving anew is how many repair a duplicate."""
    return world.stack.count(id(function)) < (2 if state.pending else 1)


def enter(
    world: World, closure: Closure, arguments: Sequence[Passed] | None, state: State, frame: Frame, place: Place, root: bool = False
) -> Value:
    """Runs a function of the program on this path and returns its value. `arguments=None`: whatever a caller may pass."""
    function = closure.function
    if function.body is None or len(world.stack) >= DEPTH or not may_enter(world, function, state):
        return Unknown(("recursion", world.fresh()), function.return_type)
    if function.span.end - function.span.start > LONG and not world.reach(closure.file).can_reach(function):
        return Unknown(("long", world.fresh()), function.return_type)
    if supplying.only_supplies(world, closure, arguments):
        again = partial(enter, world, closure, arguments, state, frame, place, root)
        return supplying.supplied(world, closure, arguments, state, frame, again)
    if closure.identity > 0:
        world.called(closure)
    if closure.identity != -1:
        world.enter_mark(function, closure.file)
    scope_of(world, closure.file, state)
    since, size = world.fresh(), len(state.memory)
    inner = _frame_for(world, closure, frame, place)
    if closure.identity <= 0 and (isinstance(closure.receiver, Record) or _chooses_case(closure)):
        inner.scope.names["self"] = cell = world.fresh()
        state.memory[cell] = closure.receiver or NIL
    for attribute in function.attributes:
        if isinstance(attribute, nodes.CompileCondition):
            conditions.assume(world, attribute, state, inner)
    slots = binding.match_arguments(function, arguments) if arguments is not None else None
    binding.bind_parameters(world, closure, slots, arguments is None or slots is None, state, inner)
    held = regions.isolation(world, function, closure.info, place, state, closure.identity <= 0 or root)
    if held is None and arguments and any(isinstance(option, Closure) for argument in arguments for option in alternatives(argument.value)):
        if regions.name_suggests_lock(function.name, closure.info.name if closure.info is not None else ""):
            held = HeldRegion("unknown", ("program", function.span), world.fresh(), place, function.name, "unknown")
    if held is None and any(regions.name_suggests_lock(entrypoints.decorator_name(attribute)) for attribute in function.attributes):
        held = HeldRegion("unknown", ("decorator", function.span), world.fresh(), place, function.name, "unknown")
    regions.take(world, state, held)
    abroad = closure.file is not world.file
    world.abroad += abroad
    try:
        value = _run_body(world, closure, inner, state, frame, held, slots)
    finally:
        world.abroad -= abroad
    if len(state.memory) > size + sweeping.WORTHWHILE:
        sweeping.sweep(state, since, value, frame.changed_self)
    if held is None:
        frame.entered = place.span
    return value


def _frame_for(world: World, closure: Closure, frame: Frame, place: Place) -> Frame:
    function = closure.function
    scope = Scope(closure.scope, function=True)
    within = frame.within
    if function.name:
        within = f"{closure.info.name}.{function.name}" if closure.info is not None else function.name
    elif function.span in closure.file.named_values:
        within = closure.file.named_values[function.span]
    path = frame.path if place.span == function.span else (*frame.path, place)[-12:]
    inner = Frame(closure.file, function, scope, path, closure.receiver, closure.info, within)
    inner.tries = frame.tries
    inner.confidence = frame.confidence
    return inner


def _run_body(
    world: World, closure: Closure, inner: Frame, state: State, frame: Frame, held: HeldRegion | None, slots: list[list[Passed]] | None
) -> Value:
    function = closure.function
    body = function.body
    if body is None:
        return NIL
    made_before = world.fresh()
    refusals = world.refusals
    world.stack.append(id(function))
    enclosing = world.enclosing(closure, len(inner.path))
    if enclosing is not None:
        world.functions.append(enclosing)
    try:
        ended = statements.execute_statements(world, body.statements, [state.copy()], inner)
    except RecursionError:
        ended = []
        inner.returns.append((state.copy(), Unknown(("too-deep", world.fresh()))))
    finally:
        world.stack.pop()
        if enclosing is not None:
            world.functions.pop()
    cut_short = world.refusals != refusals
    nothing: Value = VOID if closure.file.language == "swift" else NIL
    if cut_short:  # it did not come to its end: what it returns there was not seen
        nothing = Unknown(("budget", world.fresh()))
    exits = inner.returns + [(path, nothing) for path in ended]
    if _chooses_case(closure):
        where = Place(closure.file.path, function.span)
        exits = [(path, _chosen_case(world, inner, path, value, where)) for path, value in exits]
    everywhere = [path for path, _ in exits] + [path for path, _ in inner.raises]
    if held is not None:
        for path in everywhere:
            path.held = tuple(region for region in path.held if region.activation != held.activation)
    world.settle_closures(made_before, [path for path, _ in exits])
    if not cut_short:
        conflating.note(world.recorder, exits)
    promise = function.is_async and (world.platform.promises or world.platform.event_loop)
    failures: tuple[Failure, ...] = ()
    if promise:
        failures = tuple(promises.failure_of(world, path, error) for path, error in inner.raises)[:6]
    else:
        frame.raises += inner.raises
    before = state.outcomes
    if not exits:
        if promise and inner.raises:
            state.become(inner.raises[0][0])
            return promises.of_body(state, before, Unknown(("never", world.fresh())), failures)
        raise Unreachable
    value = expressions.join_forks(state, exits if promise else _telling_deletes(exits, state))
    _write_back(world, closure, slots, state, frame, inner)
    frame.changed_self = state.memory.get(inner.scope.names["self"]) if "self" in inner.scope.names else None
    if promise:
        return promises.of_body(state, before, value, failures)
    if isinstance(value, Items) and not value.labels and function.return_type is not None and function.return_type.startswith("("):
        return Items(value.items, value.exact, value.places, _tuple_labels(function.return_type))
    if isinstance(value, Unknown) and value.type_name is None and function.return_type is not None:
        of_store = objects.declared_as(world, function.return_type, value.token, closure.file, inner.place(function))
        value = of_store or Unknown(value.token, function.return_type, value.outcomes, value.place, value.parameter)
    if isinstance(value, Record) and value.open and value.base is None and slots is not None:
        # Asked the same again, the function puts the same unseen keys in.
        given = tuple(key_of(item.value) for slot in slots for item in slot)
        receiver = key_of(closure.receiver) if closure.receiver is not None else None
        value = value.loosened(("returned", closure.file.path, function.span, receiver, given))
    return value


def _telling_deletes(exits: list[tuple[State, Value]], before: State) -> list[tuple[State, Value]]:
    """Where a function answers nothing on some paths and something on others, the answer tells which deletes it made."""
    known = {item.event for item in before.pending}
    made = {item.event for path, _ in exits for item in path.pending} - known
    if not made or len({is_nil(value) or truth(value) is False for _, value in exits}) < 2:
        return exits
    told: list[tuple[State, Value]] = []
    for path, value in exits:
        own = {item.event for item in path.pending}
        outcomes = tuple(Outcome(event, frozenset((DONE if event in own else LEFT_OUT,))) for event in sorted(made))
        path.outcomes.update((outcome.event, outcome) for outcome in outcomes)
        told.append((path, with_outcomes(value, outcomes)))
    return told


def _tuple_labels(type_name: str) -> tuple[str, ...]:
    """The labels in `(attributes: [String: Any], label: String)`; an empty one where there is none."""
    labels: list[str] = []
    depth, start = 0, 1
    for position, letter in enumerate(type_name):
        depth += (letter in "([<{") - (letter in ")]>}")
        if (letter == "," and depth == 1) or (letter == ")" and depth == 0):
            label, colon, _ = type_name[start:position].partition(":")
            labels.append(label.strip() if colon and label.strip().isidentifier() else "")
            start = position + 1
    return tuple(labels)


def _write_back(world: World, closure: Closure, slots: list[list[Passed]] | None, state: State, frame: Frame, inner: Frame) -> None:
    """`inout`: what the function left in its parameter goes back to the caller's variable."""
    if slots is None:
        return
    for parameter, given in zip(closure.function.parameters, slots, strict=False):
        if given and given[0].inout and given[0].node is not None:
            cell = inner.scope.names.get(parameter.name)
            if cell is not None and cell in state.memory:
                assignment.assign_to(world, given[0].node, state.memory[cell], state, frame)


def enter_with_yield(
    world: World,
    closure: Closure,
    arguments: Sequence[Passed],
    state: State,
    frame: Frame,
    place: Place,
    on_yield: Callable[[State, Value], None],
) -> list[State]:
    """Runs a generator used as a context manager: what is inside the `with` runs where it yields."""
    function = closure.function
    if function.body is None or id(function) in world.stack or len(world.stack) >= DEPTH:
        on_yield(state, Unknown(("yielded", world.fresh())))
        return [state]
    world.enter_mark(function, closure.file)
    inner = _frame_for(world, closure, frame, place)
    inner.on_yield = on_yield
    binding.bind_parameters(world, closure, binding.match_arguments(function, arguments), False, state, inner)
    world.stack.append(id(function))
    try:
        ended = statements.execute_statements(world, function.body.statements, [state], inner)
    finally:
        world.stack.pop()
    frame.raises += inner.raises
    return ended + [path for path, _ in inner.returns]


def enter_root(world: World, closure: Closure, receiver: Value | None, state: State, function: Function) -> None:
    """Runs a function that nobody calls: parameters unknown, nothing held, nothing pending."""
    place = Place(closure.file.path, function.span)
    frame = Frame(closure.file, None, world.module_scope, (), receiver, closure.info)
    if closure.receiver is None and receiver is not None:
        closure = Closure(closure.function, closure.file, closure.scope, receiver, closure.info, closure.identity)
    try:
        value = enter(world, closure, None, state, frame, place, root=True)
        for option in alternatives(value):
            world.recorder.used(option)
            world.recorder.returned(option)
    except Unreachable:
        pass
