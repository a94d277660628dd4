"""Arguments to parameters: which argument goes where, and what a parameter may be when the caller cannot be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.interpret import assignment, expressions, members, objects, operators
from keylint.interpret.events import MUST
from keylint.interpret.frame import Frame
from keylint.interpret.scope import State
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    Entry,
    Items,
    Key,
    Record,
    Unknown,
    Value,
    is_nil,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World

if TYPE_CHECKING:
    from keylint.program.module import Function, Parameter


def accepts(function: Function, arguments: Sequence[Passed]) -> bool:
    """Whether `arguments` can be given to `function`, by number and labels."""
    return match_arguments(function, arguments) is not None


def match_arguments(function: Function, arguments: Sequence[Passed]) -> list[list[Passed]] | None:
    """For each parameter the arguments that go to it; `None` when they do not fit."""
    parameters = [parameter for parameter in function.parameters if parameter.name != function.self_name or function.self_name is None]
    slots: list[list[Passed]] = [[] for _ in parameters]
    if any(argument.spread for argument in arguments):
        return match_loosely(parameters, arguments, slots)
    strict = function.implicit_self or any(parameter.label is not None for parameter in parameters)
    position = 0
    waiting: list[Passed] = []
    for argument in arguments:
        if argument.trailing and argument.label is None:
            waiting.append(argument)
            continue
        placed = False
        if argument.label is not None:
            for index, parameter in enumerate(parameters):
                if parameter.label == argument.label and (not slots[index] or parameter.rest):
                    slots[index].append(argument)
                    position = index + (0 if parameter.rest else 1)
                    placed = True
                    break
            if not placed:
                for index, parameter in enumerate(parameters):
                    if parameter.rest == "**":
                        slots[index].append(argument)
                        placed = True
                        break
        else:
            for index in range(position, len(parameters)):
                parameter = parameters[index]
                if parameter.keyword_only or parameter.rest == "**":
                    continue
                if is_swift(function) and parameter.label is not None and not (argument.trailing):
                    if parameter.default is not None or parameter.rest:
                        continue
                    break
                slots[index].append(argument)
                position = index if parameter.rest == "*" else index + 1
                placed = True
                break
        if not placed:
            return None if strict or is_swift(function) else slots
    for argument in waiting:
        free = [index for index in range(len(parameters)) if not slots[index]]
        if not free:
            return None
        required = [index for index in free if parameters[index].default is None]
        slots[(required or free)[-1]].append(argument)
    for index, parameter in enumerate(parameters):
        if not slots[index] and parameter.default is None and not parameter.rest and is_swift(function):
            return None
    return slots


def is_swift(function: Function) -> bool:
    """Whether calls must fit exactly. A function without any label may be JavaScript's, where arguments may be missing or too many."""
    plain = [parameter for parameter in function.parameters if not parameter.rest]  # Python's `*args` has no label
    labels = {parameter.label for parameter in plain}
    return function.implicit_self or (labels != {None} and any(parameter.label != parameter.name for parameter in plain))


def match_loosely(parameters: Sequence[Parameter], arguments: Sequence[Passed], slots: list[list[Passed]]) -> list[list[Passed]]:
    for argument in arguments:
        for index, parameter in enumerate(parameters):
            if argument.label is not None and parameter.label == argument.label:
                slots[index].append(argument)
                break
            if argument.label is None and not argument.spread and not slots[index] and not parameter.rest:
                slots[index].append(argument)
                break
            if (argument.spread and parameter.rest == argument.spread) or (argument.label is not None and parameter.rest == "**"):
                slots[index].append(argument)
                break
    return slots


def bind_parameters(world: World, closure: Closure, slots: list[list[Passed]] | None, unknown: bool, state: State, inner: Frame) -> None:
    function = closure.function
    index = 0
    for parameter in function.parameters:
        if function.self_name is not None and parameter.name == function.self_name and closure.receiver is not None:
            declare(world, parameter.name, closure.receiver, state, inner)
            continue
        given = slots[index] if slots is not None and index < len(slots) else []
        index += 1
        if parameter.rest == "*":
            value: Value = Items(tuple(item.value for item in given), not unknown and not any(item.spread for item in given))
        elif parameter.rest == "**":
            value = keyword_record(world, given, unknown, state, inner)
        elif given and not given[0].spread:
            value = given[0].value
            if parameter.default is not None and inner.file.language == "typescript":
                default = parameter.default
                value = operators.default_to(world, value, lambda s, d=default: expressions.evaluate(world, d, s, inner), state)  # type: ignore[misc]
            value = typed(value, parameter)
        elif unknown or given:
            value = unknown_parameter(world, closure, parameter, state, inner)
        elif parameter.default is not None:
            value = default_value(world, parameter, state, inner)
        elif parameter.optional and inner.file.language == "typescript":
            value = Const(None, inner.place(parameter), (), f"if a caller leaves out `{parameter.name}`")
        elif inner.file.language == "typescript":
            value = Const(None, inner.place(parameter))
        else:
            value = unknown_parameter(world, closure, parameter, state, inner)
        if inner.file.language == "swift" and parameter.type_name is not None:
            inside = closure.info.name if closure.info is not None else ""
            value = members.implied(world, value, inner.file.type_named(parameter.type_name, inside), state, inner)
            if not parameter.optional:
                _is_there(value, state)
        if parameter.pattern is not None:
            assignment.assign_to(world, parameter.pattern, value, state, inner, declare=True)
        declare(world, parameter.name, value, state, inner)


def typed(value: Value, parameter: Parameter) -> Value:
    if isinstance(value, Unknown) and value.type_name is None and parameter.type_name is not None:
        return Unknown(value.token, parameter.type_name, value.outcomes, value.place, value.parameter)
    return value


def keyword_record(world: World, given: Sequence[Passed], unknown: bool, state: State, inner: Frame) -> Value:
    entries: dict[Key, Entry] = {
        ("name", world_key(world, item.label)): Entry(item.value, MUST, (item.place,)) for item in given if item.label is not None
    }
    return world.allocate(state, Record(entries, unknown or any(item.spread for item in given)))


def world_key(world: World, label: str) -> str:
    """A keyword as a dictionary key, in the store's spelling."""
    for store in world.catalogue.stores:
        if store.keys and (canonical := world.catalogue.key(store, label)) != label:
            return canonical
    return label


def default_value(world: World, parameter: Parameter, state: State, inner: Frame) -> Value:
    if parameter.default is None:
        return NIL
    value = expressions.evaluate(world, parameter.default, state, inner)
    if is_nil(value):
        return Const(None, inner.place(parameter.default), (), f"if a caller passes `{parameter.label or parameter.name}`")
    return value


def unknown_parameter(world: World, closure: Closure, parameter: Parameter, state: State, inner: Frame) -> Value:
    """What a parameter may be when the caller cannot be seen: its default, and anything."""
    token = ("parameter", closure.file.path, closure.function.span, parameter.name)
    place = inner.place(parameter)
    anything = objects.declared_as(world, parameter.type_name, token, inner.file, place) or Unknown(
        token, parameter.type_name, (), place, True
    )
    if parameter.default is not None:
        return union((default_value(world, parameter, state, inner), anything))
    if parameter.optional and inner.file.language == "typescript":
        return union((Const(None, inner.place(parameter), (), f"if a caller passes `{parameter.name}`"), anything))
    return anything


def _is_there(value: Value, state: State) -> None:
    """What a parameter holds whose type does not admit nil."""
    if isinstance(value, Unknown):
        state.decided[("present", key_of(value))] = True


def declare(world: World, name: str, value: Value, state: State, inner: Frame) -> None:
    cell = world.fresh()
    inner.scope.names[name] = cell
    state.memory[cell] = value
