"""Assignment: where a value goes, through names, members, elements and patterns."""

from __future__ import annotations

from keylint.interpret import calls, entering, expressions, members, objects, operators, properties, records, regions
from keylint.interpret.conflating import calls_told
from keylint.interpret.events import MAY, MUST, Place
from keylint.interpret.frame import Frame
from keylint.interpret.joining import join_records
from keylint.interpret.modules import method_at, scope_of
from keylint.interpret.scope import State
from keylint.interpret.values import (
    Closure,
    Const,
    Entry,
    External,
    Instance,
    Items,
    Product,
    Record,
    Ref,
    Text,
    TypeValue,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World
from keylint.program import nodes
from keylint.program.nodes import Expression


def assign(world: World, node: nodes.Assign, state: State, frame: Frame) -> Value:
    """Runs an assignment; its value is what was assigned."""
    if node.value is None:
        if node.scope != "outer" and isinstance(node.target, nodes.Name):
            _declare(world, node.target.name, Unknown(("unset", world.fresh()), node.type_name), state, frame, node.scope)
        return Const(None)
    if node.operator:
        return _augmented(world, node, state, frame)
    if node.concurrent:
        value = _started(world, node, state, frame)
    else:
        value = expressions.evaluate(world, node.value, state, frame)
    if isinstance(node.target, nodes.Name) and node.target.name == "_":
        world.recorder.discarded(value)
        return value
    if isinstance(value, Unknown) and value.type_name is None and node.type_name is not None:
        value = Unknown(value.token, node.type_name, value.outcomes, value.place, value.parameter)
    if node.type_name is not None and frame.file.language == "swift":
        value = members.implied(
            world, value, frame.file.type_named(node.type_name, frame.info.name if frame.info is not None else ""), state, frame
        )
    value = _copied(world, value, node.value, state)
    if world.platform.promises and isinstance(value, Const) and isinstance(value.value, bool):
        regions.flag(world, node, value.value, state, frame)
    if isinstance(node.target, (nodes.Name, nodes.Member)):
        world.call_closure(value, node.target.name, frame.place(node.target))
    if state.outcomes and _outlives(node, frame):
        world.recorder.reported(calls_told(value, state))
    assign_to(world, node.target, value, state, frame, declare=node.scope != "outer", scope=node.scope)
    return value


def _outlives(node: nodes.Assign, frame: Frame) -> bool:
    """Whether what is assigned stays when the function has ended."""
    target = node.target
    if isinstance(target, nodes.Name):
        return node.scope == "outer" and frame.scope.find(target.name) is None
    return isinstance(target, nodes.Member)


def _started(world: World, node: nodes.Assign, state: State, frame: Frame) -> Value:
    """`async let`: runs beside whatever else was started and not awaited."""
    before = world.recorder.count()
    value = expressions.evaluate(world, node.value, state, frame)  # type: ignore[arg-type]
    regions.spawned(world, state, before, frame.place(node))
    return value


def _copied(world: World, value: Value, source: Expression, state: State) -> Value:
    """A struct is copied when assigned."""
    if world.platform.value_dictionaries and isinstance(value, Ref) and isinstance(source, (nodes.Name, nodes.Member)):
        target = state.memory.get(value.address)
        if isinstance(target, Instance) and target.info.kind == "struct":
            return world.allocate(state, target)
    return value


def _augmented(world: World, node: nodes.Assign, state: State, frame: Frame) -> Value:
    current = expressions.evaluate(world, node.target, state, frame)
    value_node = node.value
    if value_node is None:
        return current
    if node.operator in ("default", "or"):
        value = operators.default_to(world, current, lambda s: expressions.evaluate(world, value_node, s, frame), state)
    else:
        operand = expressions.evaluate(world, value_node, state, frame)
        if node.operator == "+" and isinstance(current, Items) and isinstance(operand, Items):
            value = Items(current.items + operand.items, current.exact and operand.exact, operators.all_places(current, operand))
        elif node.operator == "+" and isinstance(current, Record) and world.platform.value_dictionaries:
            value = records.merge(world, current, operand, state)
        elif node.operator == "+" and isinstance(current, (Const, Text)) and not is_nil(current):
            value = operators.join_text((current, operand), frame.place(node))
        elif node.operator == "or_" or (node.operator == "|" and isinstance(current, Ref)):
            value = current
        else:
            value = Unknown(("op", node.operator, key_of(current), key_of(operand)))
    assign_to(world, node.target, value, state, frame)
    return value


def assign_to(
    world: World, target: Expression, value: Value, state: State, frame: Frame, declare: bool = False, scope: str = "block"
) -> None:
    """Puts `value` into `target`. `declare` makes plain names new ones of the given scope."""
    match target:
        case nodes.Name():
            if target.name == "_":
                return
            if declare:
                _declare(world, target.name, value, state, frame, scope)
            else:
                _update(world, target, value, state, frame)
        case nodes.Member():
            if target.object is not None:
                owner = expressions.evaluate(world, target.object, state, frame)
                _set_member(world, target, owner, target.name, value, state, frame)
        case nodes.Index():
            owner = expressions.evaluate(world, target.object, state, frame)
            index = expressions.evaluate(world, target.index, state, frame)
            _set_item(world, target, owner, index, value, state, frame)
        case nodes.Call():
            _set_labelled_item(world, target, value, state, frame)
        case nodes.ListDisplay():
            _unpack(world, target, value, state, frame, declare, scope)
        case nodes.RecordPattern():
            for item in target.items:
                key = expressions.evaluate(world, item.key, state, frame)
                place = frame.place(item)
                if isinstance(key, Const) and isinstance(key.value, str):
                    part = members.member_of(world, value, key.value, place, state, frame)
                else:
                    part = members.index_of(world, value, key, place, state, frame)
                assign_to(world, item.target, part, state, frame, declare, scope)
            if target.rest is not None:
                assign_to(world, target.rest, _rest(world, target, value, state, frame), state, frame, declare, scope)
        case nodes.WithDefault():
            chosen = operators.default_to(world, value, lambda s: expressions.evaluate(world, target.default, s, frame), state)
            assign_to(world, target.target, chosen, state, frame, declare, scope)


def _rest(world: World, target: nodes.RecordPattern, value: Value, state: State, frame: Frame) -> Value:
    record = state.memory.get(value.address) if isinstance(value, Ref) else value
    if not isinstance(record, Record):
        return Unknown(("rest", key_of(value)))
    taken = {records.record_key(world, expressions.evaluate(world, item.key, state, frame)) for item in target.items}
    entries = {key: entry for key, entry in record.entries.items() if key not in taken}
    return world.allocate(state, Record(entries, record.open, record.base, record.place))


def _declare(world: World, name: str, value: Value, state: State, frame: Frame, scope: str) -> None:
    where = frame.scope.function_scope() if scope == "function" else frame.scope
    cell = where.names.get(name)
    if cell is None:
        cell = world.fresh()
        where.names[name] = cell
    state.memory[cell] = value
    if isinstance(value, Closure):
        world.name_closure(value, name)


def _update(world: World, target: nodes.Name, value: Value, state: State, frame: Frame) -> None:
    cell = frame.scope.find(target.name)
    if cell is not None:
        state.memory[cell] = value
        return
    if frame.receiver is not None and frame.info is not None and frame.file.property_of(frame.info, target.name):
        _set_member(world, target, frame.receiver, target.name, value, state, frame)
        return
    top = scope_of(world, frame.file, state)
    top.names[target.name] = cell = world.fresh()
    state.memory[cell] = value


def _set_member(world: World, target: Expression, owner: Value, name: str, value: Value, state: State, frame: Frame) -> None:
    if isinstance(target, nodes.Member) and target.object is not None and _tell(world, target, owner, name, value, state, frame):
        return
    for option in alternatives(owner):
        if properties.assigned(world, option, name, value, frame.place(target), state, frame):
            continue
        if isinstance(option, Ref):
            held = state.memory.get(option.address)
            if isinstance(held, Instance):
                state.memory[option.address] = Instance(held.info, {**held.fields, name: value}, held.token)
            elif isinstance(held, Record):
                entry = Entry(value, MUST if option is owner else MAY, (frame.place(target),))
                state.memory[option.address] = held.with_entry(("name", name), entry)
        elif isinstance(option, TypeValue):
            declared = world.file.property_of(option.info, name)
            if declared is None or declared[0].getter is None:
                state.memory[world.static_cell(option.info, name)] = value
        elif isinstance(option, Product):
            whole = target.object if isinstance(target, nodes.Member) else None
            if whole is not None and option is owner and regions.sets_width(world, option, name):
                settled = Product(option.maker, (*option.arguments, (name, value)), option.identity, option.place, option.function)
                assign_to(world, whole, settled, state, frame)
        elif isinstance(option, External):
            world.recorder.configured(world, option, name, value, frame.place(target))


def _tell(world: World, target: nodes.Member, owner: Value, name: str, value: Value, state: State, frame: Frame) -> bool:
    """`object.setting = value`, where `object` is or may be one of a store; false when it is none."""
    told: list[Value] = []
    found = False
    for option in alternatives(owner):
        handle = objects.handle_of(world, option, frame.file)
        if handle is not None and (setter := objects.added_setter(world, option, handle, name, state, frame.file)) is not None:
            entering.enter(world, setter, [Passed(value, None, frame.place(target))], state, frame, frame.place(target))
            continue
        changed = objects.assigned(world, handle, name, value, frame.place(target)) if handle is not None else None
        found = found or changed is not None
        told.append(changed or option)
    if found and target.object is not None:
        assign_to(world, target.object, union(told), state, frame)
    return found


def _set_labelled_item(world: World, target: nodes.Call, value: Value, state: State, frame: Frame) -> None:
    """`object[label: index] = value`."""
    callee = target.callee
    if not isinstance(callee, nodes.Member) or callee.name != objects.READ or callee.object is None:
        return
    owner = expressions.evaluate(world, callee.object, state, frame)
    index = calls.arguments_of(world, target, state, frame)
    for option in alternatives(owner):
        if (handle := objects.handle_of(world, option, frame.file)) is not None:
            objects.assign_element(world, handle, index, value, frame.place(target), state, frame)


def _set_item(world: World, target: nodes.Index, owner: Value, index: Value, value: Value, state: State, frame: Frame) -> None:
    place = frame.place(target)
    world.recorder.handed_in_entry(world, value, place, None)
    index = records.resolve_key(world, index, place, state, frame)
    options = alternatives(owner)
    copies: list[Record] = []
    for option in options:
        handle = objects.handle_of(world, option, frame.file)
        if handle is not None and objects.assign_element(world, handle, [Passed(index, None, place)], value, place, state, frame):
            continue
        held = state.memory.get(option.address) if isinstance(option, Ref) else option
        if isinstance(option, External):
            world.recorder.configured(world, option, "[]", value, place, index)
            continue
        if isinstance(held, (Unknown, Text)) or (isinstance(held, External) and not held.path):
            held = Record({}, True, key_of(option), None)
        if isinstance(held, Instance):
            _call_subscript(world, option, held, index, value, place, state, frame)
            continue
        if not isinstance(held, Record):
            continue
        changed = records.put(world, held, index, value, place, state)
        if isinstance(option, Ref):
            state.memory[option.address] = changed if len(options) == 1 else held.opened()
        else:
            copies.append(changed)
    if copies:
        joined = copies[0]
        for other in copies[1:]:
            joined = join_records(joined, other, (), ())
        kept = [option for option in options if is_nil(option) or isinstance(option, Ref)]
        assign_to(world, target.object, union((*kept, joined)) if kept else joined, state, frame)


def _call_subscript(
    world: World, owner: Value, held: Instance, index: Value, value: Value, place: Place, state: State, frame: Frame
) -> None:
    for function, _, info in world.file.methods(held.info, "subscript") + world.file.methods(held.info, "__setitem__"):
        if function.kind == "setter" or function.name == "__setitem__":
            closure = method_at(world, function, info, owner, state)
            entering.enter(world, closure, [Passed(index, None, place), Passed(value, None, place)], state, frame, place)
            return


def _unpack(world: World, target: nodes.ListDisplay, value: Value, state: State, frame: Frame, declare: bool, scope: str) -> None:
    found = state.memory.get(value.address) if isinstance(value, Ref) else value
    for position, item in enumerate(target.items):
        if isinstance(item, nodes.Spread):
            assign_to(world, item.value, Unknown(("rest", key_of(value), position)), state, frame, declare, scope)
            continue
        if isinstance(item, nodes.Name) and item.name == "_" and isinstance(found, Items) and position < len(found.items):
            world.recorder.discarded(found.items[position])
            continue
        part = union(_part(option, position, state) for option in alternatives(value))
        assign_to(world, item, part, state, frame, declare, scope)


def _part(value: Value, position: int, state: State) -> Value:
    found = state.memory.get(value.address) if isinstance(value, Ref) else value
    if isinstance(found, Items) and found.exact and position < len(found.items):
        return found.items[position]
    return Unknown(("part", found.token if isinstance(found, Unknown) else key_of(value), position))
