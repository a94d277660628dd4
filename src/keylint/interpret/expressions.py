"""Evaluates expressions. Effects go into the state; paths that part inside an expression meet again at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from keylint.interpret import assignment, calls, conditions, members, promises
from keylint.interpret.events import MAY, MUST, Condition, Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import Scope, State, explain, join_all, join_states
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    Entry,
    EnumCase,
    External,
    Items,
    Outcome,
    Record,
    Ref,
    StatusOf,
    Text,
    TypeValue,
    Unknown,
    Value,
    Verdict,
    alternatives,
    is_nil,
    join_records,
    join_values,
    key_of,
    split_nil,
    union,
    with_outcomes,
)
from keylint.interpret.world import World
from keylint.program import nodes
from keylint.program.nodes import Expression


def evaluate(world: World, node: Expression, state: State, frame: Frame) -> Value:
    """The value of `node` on this path. Raises `Unreachable` when no path goes on."""
    if not world.spend():
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
        enclosing = file.types.get(outer)
        if enclosing is not None and (file.property_of(enclosing, name) or file.methods(enclosing, name)):
            return members.member_of(world, TypeValue(enclosing), name, frame.place(node), state, frame)
    return None


def global_name(world: World, name: str, place: Place, state: State, frame: Frame) -> Value:
    """What `name` means at file level."""
    file = frame.file
    info = file.type_named(name, frame.info.name if frame.info is not None else "")
    if info is not None and info.declared:
        return TypeValue(info)
    functions = [function for function in file.functions.get(name, ()) if function.body is not None]
    if functions:
        chosen = functions[-1]
        return world.decorated.get(chosen.span) or Closure(chosen, file, world.module_scope)
    imported = file.imports.get(name)
    if imported is not None:
        return External(imported.module, () if imported.name in ("*",) else (imported.name,), place)
    found = world.catalogue.in_scope(file.language, name)
    if found is not None:
        store, symbol = found
        return External(store.modules[0] if store.modules else store.name, (symbol,), place)
    for module in file.wildcards:
        store_of = world.catalogue.by_module(file.language, module)
        if store_of is not None and (world.catalogue.operation(store_of, name) or world.catalogue.constant(store_of, name)):
            return External(module, (name,), place)
    return External("", (name,), place)


def _member(world: World, node: nodes.Member, state: State, frame: Frame) -> Value:
    place = frame.place(node)
    if node.object is None:
        return EnumCase(node.name, None, None, place)
    if isinstance(node.object, nodes.Name) and node.object.name == "super":
        return Unknown(("super", node.name))
    receiver = evaluate(world, node.object, state, frame)
    return members.member_of(world, receiver, node.name, place, state, frame)


def _index(world: World, node: nodes.Index, state: State, frame: Frame) -> Value:
    receiver = evaluate(world, node.object, state, frame)
    index = evaluate(world, node.index, state, frame)
    return members.index_of(world, receiver, index, frame.place(node), state, frame)


# displays


def _literal(world: World, node: nodes.Literal, state: State, frame: Frame) -> Value:
    return Const(node.value, frame.place(node))


def _dict(world: World, node: nodes.Dict, state: State, frame: Frame) -> Value:
    record = _fill(world, Record({}, place=frame.place(node)), node.items, state, frame)
    return record if world.platform.value_dictionaries else world.allocate(state, record)


def _fill(world: World, record: Record, items: Iterable[Any], state: State, frame: Frame) -> Record:
    for item in items:
        if isinstance(item, nodes.Entry):
            key = evaluate(world, item.key, state, frame)
            value = evaluate(world, item.value, state, frame)
            world.recorder.handed_in_entry(world, value, frame.place(item.value), item.key)
            record = put(world, record, key, value, frame.place(item), state)
        elif isinstance(item, nodes.Spread):
            record = merge(world, record, evaluate(world, item.value, state, frame), state)
        else:
            text = frame.text(item.test)
            evaluate(world, item.test, state, frame)
            filled = [_fill(world, record, branch, state, frame) for branch in item.branches]
            joined = filled[0]
            for other in filled[1:]:
                place = frame.place(item.test)
                joined = join_records(
                    joined, other, (Condition(place, f"under `#if {text}`"),), (Condition(place, f"outside `#if {text}`"),)
                )
            record = joined
    return record


def record_key(world: World, key: Value) -> tuple[object, ...] | None:
    """The identity of a dictionary key, one for all spellings of a store's key; `None` when it cannot be seen."""
    if isinstance(key, External):
        symbol = world.symbol(key)
        if symbol is None:
            return None
        return ("name", world.catalogue.key(symbol.store, symbol.name))
    if isinstance(key, Const):
        if isinstance(key.value, str):
            for store in world.catalogue.stores:
                if store.in_scope:
                    return ("name", world.catalogue.key(store, key.value))
            return ("name", key.value)
        return key_of(key)
    if isinstance(key, EnumCase):
        return key_of(key)
    return None


def put(world: World, record: Record, key: Value, value: Value, place: Place, state: State) -> Record:
    """`record` with `key` set to `value`. A key that cannot be seen may be any key. Setting nil in Swift removes the key."""
    keys = [record_key(world, option) for option in alternatives(key)]
    if any(found is None for found in keys):
        return Record(
            {k: Entry(e.value, e.presence, e.places, e.conditions) for k, e in record.entries.items()}, True, record.base, record.place
        )
    if len(keys) == 1:
        only = keys[0]
        if only is None:
            return record
        if is_nil(value) and world.platform.value_dictionaries:
            return record.without(only)
        return record.with_entry(only, Entry(value, MUST, (place,)))
    for one in keys:
        if one is None:
            continue
        before = record.entries.get(one)
        record = record.with_entry(
            one,
            Entry(
                union((before.value, value)) if before else value,
                before.presence if before else MAY,
                ((*before.places, place) if before else (place,)),
            ),
        )
    return record


def merge(world: World, record: Record, other: Value, state: State, keep: bool = False) -> Record:
    """`record` with everything of `other`; `keep` lets existing keys win."""
    results: list[Record] = []
    conditions: list[tuple[Condition, ...]] = []
    for option in alternatives(other):
        value = state.memory.get(option.address) if isinstance(option, Ref) else option
        if isinstance(value, Record):
            merged = dict(record.entries)
            for key, entry in value.entries.items():
                mine = merged.get(key)
                if mine is not None and keep and mine.presence == MUST:
                    continue
                if entry.presence == MUST or mine is None:
                    merged[key] = entry
                else:
                    merged[key] = Entry(union((mine.value, entry.value)), mine.presence, mine.places + entry.places, mine.conditions)
            base = record.base or (value.base if not record.entries else None)
            results.append(Record(merged, record.open or value.open, base, record.place))
        elif isinstance(value, Const) and not value.value:
            results.append(record)
        else:
            base = key_of(option) if not record.entries else record.base
            results.append(Record(dict(record.entries), True, base, record.place))
        place = getattr(option, "place", None)
        conditions.append((Condition(place, "when it is not nil"),) if place is not None and not is_nil(option) else ())
    joined = results[0]
    for index, result in enumerate(results[1:], 1):
        joined = join_records(joined, result, conditions[0], conditions[index])
    return joined


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
    return join_text([evaluate(world, part, state, frame) for part in node.parts], frame.place(node))


def join_text(parts: Iterable[Value], place: Place | None) -> Value:
    """The text that `parts` make up: a constant when all are known."""
    flat: list[Value] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            previous = flat[-1] if flat else None
            if isinstance(piece, Const) and isinstance(previous, Const) and piece.value is not None:
                flat[-1] = Const(f"{previous.value}{piece.value}", place)
            else:
                flat.append(piece)
    if len(flat) == 1 and isinstance(flat[0], Const):
        return Const(str(flat[0].value), place)
    return Text(tuple(flat)) if flat else Const("", place)


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
    return with_outcomes(value, narrowed(state, place, "", world))


def world_test(world: World, node: Expression, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    """See `conditions.test`."""
    return conditions.test(world, node, state, frame)


def _operation(world: World, node: nodes.Operation, state: State, frame: Frame) -> Value:
    operator = node.operator
    place = frame.place(node)
    if operator in ("and", "or") and len(node.operands) >= 2:
        return _logic(world, node, state, frame)
    if operator == "default":
        return default_to(
            world, evaluate(world, node.operands[0], state, frame), lambda s: evaluate(world, node.operands[1], s, frame), state
        )
    if operator == "void":
        for operand in node.operands:
            evaluate(world, operand, state, frame)
        return NIL
    if operator == "delete":
        for operand in node.operands:
            _remove(world, operand, state, frame)
        return Unknown(("deleted", world.fresh()))
    values = [evaluate(world, operand, state, frame) for operand in node.operands]
    if operator == "not":
        return negate(values[0], place)
    if operator in ("==", "!=", "~=") and len(values) == 2:
        result = equal(world, values[0], values[1], place)
        return negate(result, place) if operator == "!=" else result
    if operator == "+" and len(values) == 2:
        return _plus(world, values[0], values[1], place)
    if operator in ("*", "-") and any(isinstance(value, External) for value in values):
        return External("", ("array",), place)
    if operator == "-" and len(values) == 1 and isinstance(values[0], Const) and isinstance(values[0].value, (int, float)):
        return Const(-values[0].value, place)
    if operator == "%" and isinstance(values[0], Const) and isinstance(values[0].value, str):
        return Text(tuple(values))
    return Unknown(("op", operator, tuple(key_of(value) for value in values)))


def _plus(world: World, left: Value, right: Value, place: Place) -> Value:
    if isinstance(left, Items) and isinstance(right, Items):
        return Items(left.items + right.items, left.exact and right.exact, _all_places(left, right))
    if isinstance(left, Const) and isinstance(right, Const):
        if isinstance(left.value, (int, float)) and isinstance(right.value, (int, float)):
            return Const(left.value + right.value, place)
        if isinstance(left.value, bytes) and isinstance(right.value, bytes):
            return Const(left.value + right.value, place)
    if any(isinstance(value, (Const, Text)) and not is_nil(value) for value in (left, right)):
        return join_text((left, right), place)
    return Unknown(("op", "+", (key_of(left), key_of(right))))


def _all_places(left: Items, right: Items) -> tuple[Place, ...]:
    known = len(left.places) == len(left.items) and len(right.places) == len(right.items)
    return left.places + right.places if known else ()


def negate(value: Value, place: Place) -> Value:
    """`not value`."""
    match value:
        case Verdict():
            return Verdict(value.event, value.if_false, value.if_true, value.place)
        case Const():
            return Const(not value.value, place, value.outcomes)
        case Unknown() if value.token and value.token[0] == "not":
            return Unknown(value.token[1])  # type: ignore[arg-type]
    return Unknown(("not", key_of(value) if not isinstance(value, Unknown) else value.token))


def equal(world: World, left: Value, right: Value, place: Place) -> Value:
    """`left == right`: a verdict when one is a store's status."""
    for status, other in ((left, right), (right, left)):
        if isinstance(status, StatusOf):
            code = world.recorder.status_meaning(world, other)
            if code is not None:
                matches, rest = world.recorder.split_status(status.event, code)
                return Verdict(status.event, matches, rest, place)
            return Unknown(("==", world.fresh()))
    if isinstance(left, Const) and isinstance(right, Const):
        return Const(left.value == right.value, place, left.outcomes + right.outcomes)
    if isinstance(left, EnumCase) and isinstance(right, EnumCase) and (left.info is right.info or None in (left.info, right.info)):
        return Const(left.name == right.name, place)
    first, second = key_of(left), key_of(right)
    return Unknown(("==", *sorted((first, second), key=repr)))


def _logic(world: World, node: nodes.Operation, state: State, frame: Frame) -> Value:
    """`and`/`or` as values: the operand that decides."""
    rest = node.operands[1] if len(node.operands) == 2 else nodes.Operation(node.span, node.operator, node.operands[1:])
    first = evaluate(world, node.operands[0], state, frame)
    if all(isinstance(option, (Verdict, StatusOf)) for option in alternatives(first)):
        return _logic_of_verdicts(world, node, first, rest, state, frame)
    place = frame.place(node.operands[0])
    holds, fails = conditions.split(world, first, state, place, frame.text(node.operands[0]))
    taken, left = (fails, holds) if node.operator == "or" else (holds, fails)
    forks: list[tuple[State, Value]] = list(left)
    joined = join_all([s for s, _ in taken])
    if joined is not None:
        try:
            forks.append((joined, evaluate(world, rest, joined, frame)))
        except Unreachable:
            pass
    return join_forks(state, forks)


def _logic_of_verdicts(world: World, node: nodes.Operation, first: Value, rest: Expression, state: State, frame: Frame) -> Value:
    second = evaluate(world, rest, state, frame)
    if isinstance(first, Verdict) and isinstance(second, Verdict) and first.event == second.event:
        if node.operator == "or":
            return Verdict(first.event, first.if_true | second.if_true, first.if_false & second.if_false, first.place)
        return Verdict(first.event, first.if_true & second.if_true, first.if_false | second.if_false, first.place)
    return Unknown((node.operator, key_of(first), key_of(second)))


def default_to(world: World, value: Value, otherwise: Callable[[State], Value], state: State) -> Value:
    """`value ?? otherwise`."""
    nil, other = split_nil(value)
    maybe_nil = nil or any(isinstance(option, (Unknown, External)) for option in other)
    if not maybe_nil:
        return value
    forks: list[tuple[State, Value]] = []
    if other:
        forks.append((state.copy(), union(other)))
    for option in nil or [Const(None)]:
        path = state.copy()
        outcomes = option.outcomes if isinstance(option, Const) else ()
        if not all(path.note(outcome) for outcome in outcomes):
            continue
        try:
            forks.append((path, with_outcomes(otherwise(path), outcomes)))
        except Unreachable:
            continue
    return join_forks(state, forks)


def _remove(world: World, operand: Expression, state: State, frame: Frame) -> None:
    if isinstance(operand, nodes.Index):
        receiver = evaluate(world, operand.object, state, frame)
        key = record_key(world, evaluate(world, operand.index, state, frame))
    elif isinstance(operand, nodes.Member) and operand.object is not None:
        receiver = evaluate(world, operand.object, state, frame)
        key = ("name", operand.name)
    else:
        return
    if isinstance(receiver, Ref):
        record = state.memory.get(receiver.address)
        if isinstance(record, Record):
            state.memory[receiver.address] = record.without(key) if key is not None else record.opened()


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
    value = evaluate(world, node.value, state, frame)
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
            found.append(Outcome(outcome.event, outcome.possible, outcome.place or place, outcome.how or how))
    return tuple(found)


def _comprehension(world: World, node: nodes.Comprehension, state: State, frame: Frame) -> Value:
    iterable = elements_of(world, evaluate(world, node.iterable, state, frame), state)
    outer, frame.scope = frame.scope, Scope(frame.scope)
    try:
        values: list[Value] = []
        record = Record({}, place=frame.place(node))
        exact = isinstance(iterable, Items) and iterable.exact and len(iterable.items) <= 16 and not node.conditions
        elements = iterable.items if exact and isinstance(iterable, Items) else (Unknown(("element", key_of(iterable), world.fresh())),)
        for element in elements:
            assignment.assign_to(world, node.target, element, state, frame, declare=True)
            for condition in node.conditions:
                evaluate(world, condition, state, frame)
            value = evaluate(world, node.element, state, frame)
            if node.key is not None:
                record = put(world, record, evaluate(world, node.key, state, frame), value, frame.place(node), state)
            values.append(value)
        if node.kind == "dict":
            if not exact:
                record = Record(record.entries, True, None, record.place)
            return world.allocate(state, record)
        return Items(tuple(values), exact)
    finally:
        frame.scope = outer


def elements_of(world: World, iterable: Value, state: State) -> Value:
    """What iterating over a value goes through: a list's items, a Python dictionary's keys."""
    held = state.memory.get(iterable.address, iterable) if isinstance(iterable, Ref) else iterable
    if isinstance(held, Record) and world.file.language == "python":
        keys = tuple(Const(key[1]) for key in held.entries if key[0] == "name" and isinstance(key[1], str))
        return Items(keys, not held.open and len(keys) == len(held.entries))
    return held


def _opaque(world: World, node: nodes.Opaque, state: State, frame: Frame) -> Value:
    value: Value = NIL
    for child in node.children:
        value = evaluate(world, child, state, frame)
    if node.kind == "sequence" and node.children:
        return value
    return Unknown(("opaque", world.fresh()))


def _compile_condition(world: World, node: nodes.CompileCondition, state: State, frame: Frame) -> Value:
    return Unknown(("compile", node.text.strip()))


def _call(world: World, node: nodes.Call, state: State, frame: Frame) -> Value:
    return calls.evaluate_call(world, node, state, frame)


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
