"""Evaluates expressions. Effects go into the state; paths that part inside an expression meet again at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from keylint.interpret import assignment, calls, conditions, members, modules, operators, promises, records, regions
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.joining import join_values
from keylint.interpret.scope import Scope, State, explain, join_all, join_states
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    EnumCase,
    External,
    Items,
    ModuleValue,
    Outcome,
    Record,
    Text,
    TypeValue,
    Unknown,
    Value,
    alternatives,
    key_of,
    union,
    with_outcomes,
)
from keylint.interpret.world import World
from keylint.program import nodes
from keylint.program.link import Definition
from keylint.program.nodes import Expression

_NEGATED = re.compile(r"!\w+(?:\(\w+\))?")
"""A negated condition of an `#if`, when that is all it says."""


def evaluate(world: World, node: Expression, state: State, frame: Frame) -> Value:
    """The value of `node` on this path. Raises `Unreachable` when no path goes on."""
    if not world.spend():
        if frame.file is world.file:
            world.budgeted.refused(node)
        return Unknown(("budget", world.fresh()))
    handler = _EXPRESSIONS.get(type(node))
    if handler is None:
        return Unknown(("unmodelled", world.fresh()))
    return handler(world, node, state, frame)


def join_forks(state: State, forks: Sequence[tuple[State, Value]]) -> Value:
    """Lets paths that parted inside an expression meet: `state` becomes any of theirs, the result any of their values."""
    if not forks:
        raise Unreachable
    joined, value = forks[0]
    for other, theirs in forks[1:]:
        value = join_values(value, theirs, explain(joined, other), explain(other, joined))
        joined = join_states(joined, other)
    state.become(joined)
    return value


def fork(world: World, state: State, frame: Frame, branches: Iterable[tuple[list[State], Callable[[State], Value]]]) -> Value:
    """Runs each branch in its states and joins."""
    forks: list[tuple[State, Value]] = []
    for states, run in branches:
        joined = join_all(states)
        if joined is None:
            continue
        try:
            forks.append((joined, run(joined)))
        except Unreachable:
            continue
    return join_forks(state, forks)


# names and members


def _name(world: World, node: nodes.Name, state: State, frame: Frame) -> Value:
    name = node.name
    if name == "self" and frame.receiver is not None:
        cell = frame.scope.find("self")
        return state.memory.get(cell, frame.receiver) if cell is not None else frame.receiver
    cell = frame.scope.find(name)
    if cell is not None:
        value = state.memory.get(cell)
        if value is not None:
            return value
    if frame.info is not None and frame.file.language == "swift" and frame.receiver is not None:
        found = _implicit_member(world, name, node, state, frame)
        if found is not None:
            return found
    return global_name(world, name, frame.place(node), state, frame)


def _implicit_member(world: World, name: str, node: nodes.Name, state: State, frame: Frame) -> Value | None:
    info = frame.info
    if info is None or frame.receiver is None:
        return None
    file = frame.file
    if name == "Self":
        return TypeValue(info)
    if file.property_of(info, name) is not None or file.methods(info, name):
        return members.member_of(world, frame.receiver, name, frame.place(node), state, frame)
    outer = info.name
    while "." in outer:
        outer = outer.rpartition(".")[0]
        enclosing = file.type_named(outer)
        if enclosing is not None and (file.property_of(enclosing, name) or file.methods(enclosing, name)):
            return members.member_of(world, TypeValue(enclosing), name, frame.place(node), state, frame)
    return None


def global_name(world: World, name: str, place: Place, state: State, frame: Frame) -> Value:
    """What `name` means at file level."""
    file = frame.file
    info = file.type_named(name, frame.info.name if frame.info is not None else "")
    if info is not None and info.declared:
        return TypeValue(info)
    functions = [(function, file) for function in file.functions.get(name, ()) if function.body is not None]
    functions += world.program.functions_seen(file, name)
    if functions:
        overloads = functions[-1:] if file.language != "swift" else functions
        return union(modules.function_at(world, function, home, state) for function, home in overloads)
    imported = file.imports.get(name)
    definition = world.program.imported(file, imported) if imported is not None else world.program.wildcard(file, name)
    if definition is None and (home := world.program.variable_seen(file, name)) is not None:
        definition = Definition(home, name)
    if definition is not None:
        value = modules.value_of(world, definition, place, state)
        return value if value is not None else Unknown(("member", ("module", definition.file.path), definition.name))
    if imported is not None:
        return members.known_constant(world, External(imported.module, () if imported.name in ("*",) else (imported.name,), place))
    meant, home = file.unaliased(name)
    if meant != name:
        first, *rest = meant.split(".")
        called = global_name(world, first, place, state, Frame(home, None, modules.scope_of(world, home, state), ()))
        for part in rest:
            called = members.member_of(world, called, part, place, state, frame)
        return called
    found = world.catalogue.in_scope(file.language, name)
    if found is not None:
        store, symbol = found
        return External(store.modules[0] if store.modules else store.name, (symbol,), place)
    for module in file.wildcards:
        store_of = world.catalogue.by_module(file.language, module)
        catalogue = world.catalogue
        if store_of is not None and (
            catalogue.operation(store_of, name) or catalogue.constant(store_of, name) or catalogue.has_namespace(store_of, name)
        ):
            return External(module, (name,), place)
    return members.known_constant(world, External("", (name,), place))


def _member(world: World, node: nodes.Member, state: State, frame: Frame) -> Value:
    place = frame.place(node)
    if node.object is None:
        return EnumCase(node.name, None, None, place)
    if isinstance(node.object, nodes.Name) and node.object.name == "super":
        return Unknown(("super", node.name))
    module = _dotted_module(world, node, frame) if frame.file.dotted else None
    if module is not None:
        return module
    receiver = evaluate(world, node.object, state, frame)
    if frame.file.language == "python" and isinstance(receiver, External) and not receiver.path:
        inner = world.program.submodule(frame.file, node.name, receiver.module)
        if inner is not None:
            return ModuleValue(inner)
    return members.member_of(world, receiver, node.name, place, state, frame)


def _dotted_module(world: World, node: nodes.Member, frame: Frame) -> ModuleValue | None:
    """The module of the program that `package.module` names, after an import of it by that name."""
    names = [node.name]
    inner = node.object
    while isinstance(inner, nodes.Member):
        names.append(inner.name)
        inner = inner.object
    if frame.file.language != "python" or not isinstance(inner, nodes.Name) or frame.scope.find(inner.name) is not None:
        return None
    name = ".".join((inner.name, *reversed(names)))
    file = world.program.module(frame.file, name) if name in frame.file.dotted else None
    return ModuleValue(file) if file is not None else None


def _index(world: World, node: nodes.Index, state: State, frame: Frame) -> Value:
    receiver = evaluate(world, node.object, state, frame)
    index = evaluate(world, node.index, state, frame)
    return members.index_of(world, receiver, index, frame.place(node), state, frame)


# displays


def _literal(world: World, node: nodes.Literal, state: State, frame: Frame) -> Value:
    return Const(node.value, frame.place(node))


def _dict(world: World, node: nodes.Dict, state: State, frame: Frame) -> Value:
    record = records.fill(world, Record({}, place=frame.place(node)), node.items, state, frame)
    return record if world.platform.value_dictionaries else world.allocate(state, record)


def _list(world: World, node: nodes.ListDisplay, state: State, frame: Frame) -> Value:
    items: list[Value] = []
    places: list[Place] = []
    exact = True
    for item in node.items:
        if isinstance(item, nodes.Spread):
            value = evaluate(world, item.value, state, frame)
            if isinstance(value, Items):
                items.extend(value.items)
                places.extend(frame.place(item) for _ in value.items)
                exact = exact and value.exact
            else:
                exact = False
        else:
            value = evaluate(world, item, state, frame)
            world.recorder.handed_in_entry(world, value, frame.place(item), None)
            items.append(value)
            places.append(frame.place(item))
    return Items(tuple(items), exact, tuple(places))


def _template(world: World, node: nodes.Template, state: State, frame: Frame) -> Value:
    return operators.join_text([evaluate(world, part, state, frame) for part in node.parts], frame.place(node))


# operators


def _choice(world: World, node: nodes.Choice, state: State, frame: Frame) -> Value:
    holds, fails = world_test(world, node.test, state, frame)
    return fork(
        world,
        state,
        frame,
        (
            (holds, lambda s: _told(world, evaluate(world, node.then, s, frame), s, frame.place(node))),
            (fails, lambda s: _told(world, evaluate(world, node.otherwise, s, frame), s, frame.place(node))),
        ),
    )


def _told(world: World, value: Value, state: State, place: Place) -> Value:
    """A branch's value with what the branch knows about store calls."""
    return with_outcomes(_possible(value, state), narrowed(state, place, "", world))


def _possible(value: Value, state: State) -> Value:
    """`value` without the alternatives that cannot come up on this path, for the store calls came to something else on it."""
    options = alternatives(value)
    left = [
        option
        for option in options
        if all(
            known is None or known.possible & outcome.possible
            for outcome in getattr(option, "outcomes", ())
            for known in (state.outcomes.get(outcome.event),)
        )
    ]
    return union(left) if 0 < len(left) < len(options) else value


def world_test(world: World, node: Expression, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    """See `conditions.test`."""
    return conditions.test(world, node, state, frame)


# effects and control


def _assign(world: World, node: nodes.Assign, state: State, frame: Frame) -> Value:
    return assignment.assign(world, node, state, frame)


def _bind(world: World, node: nodes.Bind | nodes.Matches, state: State, frame: Frame) -> Value:
    holds, fails = world_test(world, node, state, frame)
    place = frame.place(node)
    forks: list[tuple[State, Value]] = [(s, Const(True, place)) for s in holds]
    forks += [(s, Const(False, place)) for s in fails]
    return join_forks(state, forks)


def _lambda(world: World, node: nodes.Lambda, state: State, frame: Frame) -> Value:
    receiver = None if node.function.binds_this and frame.file.language == "typescript" else frame.receiver
    closure = Closure(node.function, frame.file, frame.scope, receiver, frame.info, world.fresh())
    world.register(closure, state)
    return closure


def _await(world: World, node: nodes.Await, state: State, frame: Frame) -> Value:
    frame.entered, frame.awaiting = None, node.value.span
    value = evaluate(world, node.value, state, frame)
    if frame.entered != node.value.span:  # a function of the program suspends where it awaits itself
        state.suspend(frame.place(node))
    state.spawned = ()
    results = [promises.settle(world, option, state, frame, frame.place(node)) for option in alternatives(value)]
    return union(results)


def _yield(world: World, node: nodes.Yield, state: State, frame: Frame) -> Value:
    value = evaluate(world, node.value, state, frame) if node.value is not None else NIL
    if frame.on_yield is not None:
        frame.on_yield(state, value)
    return Unknown(("sent", world.fresh()))


def _attempt(world: World, node: nodes.Attempt, state: State, frame: Frame) -> Value:
    place = frame.place(node)
    if node.kind == "cast":
        value = evaluate(world, node.value, state, frame)
        if isinstance(value, (Unknown, External, Text)):
            return union((value, Const(None, place)))
        return value
    saved, frame.raises = frame.raises, []
    frame.tries += 1
    forks: list[tuple[State, Value]] = []
    path = state.copy()
    try:
        value = evaluate(world, node.value, path, frame)
        forks.append((path, value))
    except Unreachable:
        pass
    frame.tries -= 1
    failed, frame.raises = frame.raises, saved
    for other, _ in failed:
        outcomes = narrowed(other, place, "`try?` turns every failure into nil", world)
        forks.append((other, Const(None, place, outcomes)))
    if failed and forks and not isinstance(forks[0][1], Const):
        first, value = forks[0]
        forks[0] = (first, with_outcomes(value, narrowed(first, None, "", world)))
    return join_forks(state, forks)


def narrowed(state: State, place: Place | None, how: str, world: World) -> tuple[Any, ...]:
    """What this path knows about store calls beyond what is always known, to hang on the value it produces."""
    found = []
    for outcome in state.outcomes.values():
        if outcome.possible != world.recorder.full_outcome(outcome.event):
            here = bool(how) and not outcome.how and place is not None
            found.append(Outcome(outcome.event, outcome.possible, place if here else outcome.place or place, outcome.how or how))
    return tuple(found)


def _comprehension(world: World, node: nodes.Comprehension, state: State, frame: Frame) -> Value:
    iterable = records.elements_of(world, evaluate(world, node.iterable, state, frame), state)
    outer, frame.scope = frame.scope, Scope(frame.scope)
    try:
        values: list[Value] = []
        record = Record({}, place=frame.place(node))
        exact = isinstance(iterable, Items) and iterable.exact and len(iterable.items) <= 16 and not node.conditions
        elements = iterable.items if exact and isinstance(iterable, Items) else (Unknown(("element", key_of(iterable), world.fresh())),)
        started = state.spawned
        for element in elements:
            assignment.assign_to(world, node.target, element, state, frame, declare=True)
            for condition in node.conditions:
                evaluate(world, condition, state, frame)
            value = evaluate(world, node.element, state, frame)
            if node.key is not None:
                record = records.put(world, record, evaluate(world, node.key, state, frame), value, frame.place(node), state)
            values.append(value)
        if not exact:
            regions.repeated(world, state, started, frame.place(node))
        if node.kind == "dict":
            if not exact:
                record = Record(record.entries, True, None, record.place)
            return world.allocate(state, record)
        return Items(tuple(values), exact)
    finally:
        frame.scope = outer


def _opaque(world: World, node: nodes.Opaque, state: State, frame: Frame) -> Value:
    value: Value = NIL
    for child in node.children:
        value = evaluate(world, child, state, frame)
    if node.kind == "sequence" and node.children:
        return value
    return Unknown(("opaque", world.fresh()))


def _compile_condition(world: World, node: nodes.CompileCondition, state: State, frame: Frame) -> Value:
    text = "".join(node.text.split()).replace("os(OSX)", "os(macOS)")
    if _NEGATED.fullmatch(text):
        return Unknown(("not", ("compile", text[1:])))
    return Unknown(("compile", text))


def _call(world: World, node: nodes.Call, state: State, frame: Frame) -> Value:
    if frame.file is world.file and world.recorder.hears():
        world.budgeted.ran(node)
    return calls.evaluate_call(world, node, state, frame)


def _operation(world: World, node: nodes.Operation, state: State, frame: Frame) -> Value:
    return operators.operation(world, node, state, frame)


def _target(world: World, node: Expression, state: State, frame: Frame) -> Value:
    return Unknown(("pattern", world.fresh()))


_EXPRESSIONS: dict[type, Callable[[World, Any, State, Frame], Value]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Member: _member,
    nodes.Index: _index,
    nodes.Call: _call,
    nodes.Dict: _dict,
    nodes.ListDisplay: _list,
    nodes.Choice: _choice,
    nodes.Operation: _operation,
    nodes.Assign: _assign,
    nodes.Bind: _bind,
    nodes.Matches: _bind,
    nodes.Lambda: _lambda,
    nodes.Await: _await,
    nodes.Yield: _yield,
    nodes.Attempt: _attempt,
    nodes.Template: _template,
    nodes.Comprehension: _comprehension,
    nodes.Opaque: _opaque,
    nodes.CompileCondition: _compile_condition,
    nodes.RecordPattern: _target,
    nodes.WithDefault: _target,
}
