"""Properties that are code: what assigning to one runs, and what a property wrapper of the program reads and writes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.interpret import calls, entering, expressions, members
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.modules import scope_of
from keylint.interpret.reach import WRAPPED
from keylint.interpret.scope import Scope, State
from keylint.interpret.values import Closure, TypeValue, Unknown, Value
from keylint.interpret.world import Passed, World
from keylint.program import nodes

if TYPE_CHECKING:
    from keylint.program.link import TypeInfo
    from keylint.program.module import Property
    from keylint.program.nodes import Expression


def assigned(world: World, receiver: Value, name: str, value: Value, place: Place, state: State, frame: Frame) -> bool:
    """Runs what `receiver.name = value` runs; false where that only puts the value there."""
    info = calls.type_of(world, receiver, state, frame)
    declared = world.file.property_of(info, name) if info is not None and info.declared else None
    if declared is None:
        return False
    item, owner = declared
    wrapped = wrapper(world, item, owner, state, frame)
    if wrapped is not None:
        return assigned(world, wrapped, WRAPPED, value, place, state, frame)
    if item.setter is None or item.setter.body is None:
        return False
    file = owner.file_of(item)
    setter = Closure(item.setter, file, scope_of(world, file, state), receiver, owner)
    entering.enter(world, setter, [Passed(value, None, place)], state, frame, place)
    return True


def read(world: World, item: Property, owner: TypeInfo, place: Place, state: State, frame: Frame) -> Value | None:
    """What a property gives that a wrapper of the program keeps; `None` when none does."""
    wrapped = wrapper(world, item, owner, state, frame)
    return members.member_of(world, wrapped, WRAPPED, place, state, frame) if wrapped is not None else None


def wrapper(world: World, item: Property, owner: TypeInfo, state: State, frame: Frame) -> Value | None:
    """The object of the property wrapper, a type of the program, that keeps a property: made once, where the property is declared."""
    for attribute in item.attributes:
        info = _wrapper_type(world, attribute, item, owner)
        if info is None:
            continue
        known = world.initial_values.get(id(attribute))
        if known is None:
            before = set(state.memory)
            value = _made(world, attribute, info, item, owner, state, frame)
            added = {cell: content for cell, content in state.memory.items() if cell not in before}
            known = world.initial_values[id(attribute)] = (value, added)
        for cell, content in known[1].items():
            state.memory.setdefault(cell, content)
        return known[0]
    return None


def _wrapper_type(world: World, attribute: Expression, item: Property, owner: TypeInfo) -> TypeInfo | None:
    named = attribute.callee if isinstance(attribute, nodes.Call) else attribute
    if not isinstance(named, nodes.Name):
        return None
    info = owner.file_of(item).type_named(named.name, owner.name)
    return info if info is not None and info.declared and world.file.property_of(info, WRAPPED) is not None else None


def _made(world: World, attribute: Expression, info: TypeInfo, item: Property, owner: TypeInfo, state: State, frame: Frame) -> Value:
    file = owner.file_of(item)
    inner = Frame(file, None, Scope(scope_of(world, file, state), function=True), frame.path, TypeValue(owner), owner, owner.name)
    try:
        with world.lasting():
            given = calls.arguments_of(world, attribute, state, inner) if isinstance(attribute, nodes.Call) else []
            if item.value is not None:
                initial = expressions.evaluate(world, item.value, state, inner)
                given = [Passed(initial, WRAPPED, inner.place(item.value), item.value), *given]
            return calls.construct(world, info, given, state, inner, inner.place(attribute))
    except Unreachable:
        return Unknown(("wrapper", item.name_span), info.name)
