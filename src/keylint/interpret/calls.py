"""Calls: finding what is called, with which arguments, and making objects of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.interpret import (
    assignment,
    binding,
    dispatch,
    entering,
    expressions,
    library,
    members,
    objects,
    regions,
    unseen,
)
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.modules import method_at
from keylint.interpret.scope import State
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    EnumCase,
    External,
    Handle,
    Instance,
    Items,
    ModuleValue,
    Partial,
    Product,
    Promise,
    Record,
    Ref,
    Text,
    TypeValue,
    Unknown,
    Value,
    alternatives,
    bounded_key,
    is_nil,
    key_of,
    merge_outcomes,
    union,
)
from keylint.interpret.world import Passed, World
from keylint.program import nodes
from keylint.program.nodes import Node, Span

if TYPE_CHECKING:
    from keylint.program.link import TypeInfo
    from keylint.program.module import Function, TypeDeclaration


def evaluate_call(world: World, node: nodes.Call, state: State, frame: Frame) -> Value:
    """The value of a call expression."""
    callee = callee_of(world, node, state, frame)
    if is_nil(callee) or (isinstance(callee, Partial) and is_nil(callee.receiver) and _optional(node)):
        return NIL
    arguments = arguments_of(world, node, state, frame, callee)
    callee = _overload(callee, arguments)
    return call(world, callee, arguments, state, frame, node)


def _overload(callee: Value, arguments: Sequence[Passed]) -> Value:
    """Of several functions of one name, those that `arguments` fit."""
    options = alternatives(callee)
    if len(options) < 2 or not all(isinstance(option, Closure) and option.function.name for option in options):
        return callee
    labels = {argument.label for argument in arguments if argument.label is not None and not argument.trailing}
    fitting = [
        option
        for option in options
        if isinstance(option, Closure)
        and labels <= {parameter.label for parameter in option.function.parameters}
        and binding.accepts(option.function, arguments)
    ]
    return union(fitting) if fitting else callee


def _optional(node: nodes.Call) -> bool:
    return node.optional or (isinstance(node.callee, nodes.Member) and node.callee.optional)


def callee_of(world: World, node: nodes.Call, state: State, frame: Frame) -> Value:
    """What is called. A member of a value comes back as `Partial`, so that the receiver is not lost."""
    callee = node.callee
    if isinstance(callee, nodes.Name) and callee.name == "super":
        return Partial(Unknown(("super",)), "init", frame.place(callee))
    if isinstance(callee, nodes.Member):
        place = frame.place(callee)
        if callee.object is None:
            return EnumCase(callee.name, None, None, place)
        if isinstance(callee.object, nodes.Name) and callee.object.name == "super":
            return Partial(Unknown(("super",)), callee.name, place)
        if isinstance(callee.object, nodes.Call) and isinstance(callee.object.callee, nodes.Name) and callee.object.callee.name == "super":
            return Partial(Unknown(("super",)), "init" if callee.name == "__init__" else callee.name, place)
        receiver = expressions.evaluate(world, callee.object, state, frame)
        return method_of(world, receiver, callee.name, place, state, frame)
    if isinstance(callee, nodes.Name) and frame.info is not None and frame.receiver is not None and frame.file.language == "swift":
        if frame.scope.find(callee.name) is None and callee.name != "self":
            owner: TypeInfo | None = frame.info
            while owner is not None:
                if frame.file.methods(owner, callee.name):
                    receiver = frame.receiver if owner is frame.info else TypeValue(owner)
                    return Partial(receiver, callee.name, frame.place(callee))
                outer = owner.name.rpartition(".")[0]
                owner = frame.file.type_named(outer) if outer else None
            if (method := objects.implicit(world, callee.name, frame.place(callee), frame)) is not None:
                return method
    return expressions.evaluate(world, callee, state, frame)


def method_of(world: World, receiver: Value, name: str, place: Place, state: State, frame: Frame) -> Value:
    """The callee of `receiver.name(…)`."""
    if isinstance(receiver, (External, Product, ModuleValue)) or len(alternatives(receiver)) > 1:
        if len(alternatives(receiver)) > 1:
            return union(method_of(world, option, name, place, state, frame) for option in alternatives(receiver) if not is_nil(option))
        return members.member_of(world, receiver, name, place, state, frame)
    target = state.memory.get(receiver.address) if isinstance(receiver, Ref) else receiver
    if isinstance(target, Record) and world.platform.promises and ("name", name) in target.entries:
        return members.member_of(world, receiver, name, place, state, frame)
    if isinstance(target, Instance):
        if name in target.fields or (world.file.property_of(target.info, name) and not world.file.methods(target.info, name)):
            return members.member_of(world, receiver, name, place, state, frame)
    if isinstance(receiver, TypeValue) and not world.file.methods(receiver.info, name):
        return members.member_of(world, receiver, name, place, state, frame)
    return Partial(receiver, name, place)


def arguments_of(world: World, node: nodes.Call, state: State, frame: Frame, callee: Value | None = None) -> list[Passed]:
    """The evaluated arguments. Elements of a list given to something that starts them together are noted as such."""
    together = callee is not None and library.starts_together(world, callee)
    passed: list[Passed] = []
    outer = state.spawned
    started: tuple[tuple[int, int], ...] = ()
    for argument in node.arguments:
        place = frame.place(argument.value)
        if together:
            items = argument.value.items if isinstance(argument.value, nodes.ListDisplay) else (argument.value,)
            values: list[Value] = []
            for item in items:
                before = world.recorder.count()
                values.append(expressions.evaluate(world, item.value if isinstance(item, nodes.Spread) else item, state, frame))
                state.spawned = started  # an await inside one of them waits for none of the others
                regions.spawned(world, state, before, place)
                started = state.spawned
            value = Items(tuple(values)) if isinstance(argument.value, nodes.ListDisplay) else values[0]
        else:
            value = expressions.evaluate(world, argument.value, state, frame)
        if argument.spread == "*" and isinstance(value, Items) and value.exact:
            passed += [Passed(item, None, place, argument.value) for item in value.items]
            continue
        if argument.spread == "**":
            passed += _keywords(world, value, place, argument, state)
            continue
        passed.append(Passed(value, argument.label, place, argument.value, argument.spread, argument.trailing, argument.inout))
    if together:
        state.spawned = outer
    return passed


def _keywords(world: World, value: Value, place: Place, argument: nodes.Argument, state: State) -> list[Passed]:
    record = state.memory.get(value.address) if isinstance(value, Ref) else value
    if not isinstance(record, Record) or record.open:
        return [Passed(value, None, place, argument.value, "**")]
    return [
        Passed(entry.value, str(key[1]), place, argument.value)
        for key, entry in record.entries.items()
        if len(key) == 2 and key[0] == "name"
    ]


def call(world: World, callee: Value, given: Sequence[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls a value."""
    arguments = list(given)
    options = alternatives(callee)
    if len(options) > 1:
        forks: list[tuple[State, Value]] = []
        for option in options[:4]:
            if is_nil(option):
                continue
            path = state.copy()
            try:
                forks.append((path, call(world, option, arguments, path, frame, node)))
            except Unreachable:
                continue
        return expressions.join_forks(state, forks)
    match callee:
        case Closure():
            return entering.enter(world, callee, arguments, state, frame, Place(frame.file.path, node.span))
        case External():
            return library.call_external(world, callee, arguments, state, frame, node)
        case Product():
            return library.call_product(world, callee, arguments, state, frame, node)
        case TypeValue():
            return construct(world, callee.info, arguments, state, frame, Place(frame.file.path, node.span))
        case Partial():
            return _call_partial(world, callee, arguments, state, frame, node)
        case Promise():
            return unseen.unknown_call(world, callee, arguments, state, frame, node)
        case EnumCase():
            return with_payload(callee, [argument.value for argument in arguments])
    return unseen.unknown_call(world, callee, arguments, state, frame, node)


def _call_partial(world: World, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    receiver = callee.receiver
    place = Place(frame.file.path, node.span)
    if isinstance(receiver, Unknown) and receiver.token == ("super",):
        return _call_super(world, callee.name, arguments, state, frame, place)
    info = type_of(world, receiver, state, frame)
    if info is not None and not info.declared and not world.file.methods(info, callee.name):
        info = _dictionary_with(world, callee.name) if info.name in _DICTIONARIES else None
    if info is not None:
        if isinstance(receiver, TypeValue) and callee.name in ("init", "allocate"):
            return construct(world, info, arguments, state, frame, place)
        candidates = world.file.methods(info, callee.name)
        chosen = _accepting(world, info, callee.name, arguments) if candidates else []
        if not chosen and (handle := _object_of(world, callee, info, state, frame)) is not None:
            done = objects.call(world, handle, callee, arguments, state, frame, node)
            if done is not None:
                return done
        conformer = dispatch.conforming(world, receiver, info, callee.name, state) if not candidates else None
        if conformer is not None:
            receiver = unseen_object(world, conformer, receiver, state, frame)
            chosen = _accepting(world, conformer, callee.name, arguments)
            with dispatch.assumed(frame):
                return _enter_any(world, chosen, receiver, arguments, state, frame, node, callee)
        if not chosen and candidates and world.file.property_of(info, callee.name) is not None:
            # A property that holds a function may share its name with methods that take something else.
            return call(world, members.member_of(world, receiver, callee.name, callee.place, state, frame), arguments, state, frame, node)
        if not chosen and len(candidates) == 1:
            chosen = candidates
        return _enter_any(world, chosen, receiver, arguments, state, frame, node, callee)
    if isinstance(receiver, Closure) and callee.name in ("call", "apply", "bind"):
        if callee.name == "bind":
            return receiver
        rest = arguments[1:] if callee.name == "call" else []
        return call(world, receiver, rest, state, frame, node)
    return library.call_method(world, callee, arguments, state, frame, node)


def unseen_object(world: World, info: TypeInfo, receiver: Value, state: State, frame: Frame) -> Value:
    """An object of `info` that somebody else made."""
    with world.recorder.muted():
        token = ("conforming", key_of(receiver), info.file.path, info.name)
        return construct(world, info, None, state, frame, Place(info.file.path, Span(0, 0)), token)


def _accepting(
    world: World, info: TypeInfo, name: str, arguments: Sequence[Passed]
) -> list[tuple[Function, TypeDeclaration, TypeInfo]]:
    """The methods called `name` that take `arguments`, of the nearest type in the ancestry of `info` that has any: an overload further
    off is not hidden by one that takes something else."""
    for ancestor in world.file.ancestry(info):
        pieces = ancestor.functions.get(name, ())
        found = [(function, piece, ancestor) for function, piece in pieces if function.body is not None]
        fitting = [item for item in found if binding.accepts(item[0], arguments)]
        if fitting:
            return fitting
    return []


def _object_of(world: World, callee: Partial, info: TypeInfo, state: State, frame: Frame) -> Handle | None:
    """The object of a store that a value is whose type the program extends or declares."""
    known = objects.handle_of(world, callee.receiver, frame.file)
    return known or objects.adopter(world, callee.receiver, info, callee.name, callee.place, state, frame)


def type_of(world: World, receiver: Value, state: State, frame: Frame) -> TypeInfo | None:
    """The program's type of a value, when that is known."""
    if isinstance(receiver, TypeValue):
        return receiver.info
    if isinstance(receiver, EnumCase):
        return receiver.info
    target = state.memory.get(receiver.address) if isinstance(receiver, Ref) else receiver
    if isinstance(target, Instance):
        return target.info
    if isinstance(target, Handle):
        return objects.extension(target.kind, frame.file)
    if isinstance(target, Record):
        found = (world.file.type_named(name) for name in _DICTIONARIES) if world.platform.value_dictionaries else ()
        return next((info for info in found if info is not None), None)
    if isinstance(target, Unknown):
        info = frame.file.type_named(target.type_name, frame.info.name if frame.info else "")
        if info is not None and (info.declared or info.functions):
            return info
    if isinstance(target, (Const, Text)) and world.file.language == "swift" and isinstance(getattr(target, "value", ""), str):
        return world.file.type_named("String")
    return None


_DICTIONARIES = ("Dictionary", "NSDictionary", "NSMutableDictionary", "CFDictionary")
"""The types that a dictionary may be seen as, to which a file may add methods."""


def _dictionary_with(world: World, method: str) -> TypeInfo | None:
    for name in _DICTIONARIES:
        info = world.file.type_named(name)
        if info is not None and world.file.methods(info, method):
            return info
    return None


def _enter_any(
    world: World,
    chosen: Sequence[tuple[Function, object, TypeInfo]],
    receiver: Value,
    arguments: list[Passed],
    state: State,
    frame: Frame,
    node: Node,
    callee: Partial,
) -> Value:
    """Enters the method; of several that fit, each in turn, for no more is known."""
    open_ = [item for item in chosen if entering.may_enter(world, item[0], state)]
    if not open_ or len(open_) > 3:
        return unseen.unknown_call(world, callee, arguments, state, frame, node)
    place = Place(frame.file.path, node.span)
    forks: list[tuple[State, Value]] = []
    for function, _, owner in open_:
        path = state.copy() if len(open_) > 1 else state
        decorated = world.decorated.get(id(function))
        # Which overload is meant cannot be seen: callers from outside may still mean each of them.
        identity = -1 if len(open_) > 1 and function.visibility != "private" else 0
        closure = method_at(world, function, owner, receiver, path, identity)
        passed = arguments
        if decorated is not None:
            closure, passed = decorated, [Passed(receiver, None, place), *arguments]
        try:
            forks.append((path, entering.enter(world, closure, passed, path, frame, place)))
        except Unreachable:
            continue
    if len(open_) == 1 and forks:
        _put_self_back(receiver, state, frame, node, world)
        return forks[0][1]
    return expressions.join_forks(state, forks)


def _put_self_back(receiver: Value, state: State, frame: Frame, node: Node, world: World) -> None:
    """A mutating method of a value type leaves its `self` in the variable it was called on."""
    changed, frame.changed_self = frame.changed_self, None
    if isinstance(receiver, Record) and changed is not None and changed is not receiver and isinstance(node, nodes.Call):
        target = node.callee.object if isinstance(node.callee, nodes.Member) else None
        if isinstance(target, (nodes.Name, nodes.Member)):
            assignment.assign_to(world, target, changed, state, frame)


def _call_super(world: World, name: str, arguments: list[Passed], state: State, frame: Frame, place: Place) -> Value:
    if frame.info is None or frame.receiver is None:
        return Unknown(("super", world.fresh()))
    ancestors = list(world.file.ancestry(frame.info))[1:]
    for ancestor in ancestors:
        for function, _ in ancestor.functions.get(name, ()):
            if function.body is not None and binding.accepts(function, arguments) and id(function) not in world.stack:
                closure = method_at(world, function, ancestor, frame.receiver, state)
                return entering.enter(world, closure, arguments, state, frame, place)
    return Unknown(("super", world.fresh()))


def method_closure(world: World, callee: Value, state: State) -> Closure | None:
    """The function of the program that calling `callee` enters, when there is just one."""
    if isinstance(callee, Closure):
        return callee
    if isinstance(callee, Partial):
        receiver = callee.receiver
        target = state.memory.get(receiver.address) if isinstance(receiver, Ref) else receiver
        info = target.info if isinstance(target, (Instance, TypeValue)) else None
        if info is not None:
            found = world.file.methods(info, callee.name)
            if len(found) == 1:
                return method_at(world, found[0][0], found[0][2], receiver, state)
    return None


def construct(
    world: World,
    info: TypeInfo,
    arguments: Sequence[Passed] | None,
    state: State,
    frame: Frame,
    place: Place,
    token: tuple[object, ...] | None = None,
) -> Value:
    """A new object of a type of the program. `arguments=None` stands for whatever a caller may pass."""
    if info.kind == "enum":
        return _construct_case(world, info, arguments, state, frame, place)
    ref = world.allocate(state, Instance(info, {}, token or ("instance", world.fresh())))
    if arguments is not None:
        fields = members.initial_fields(world, info, ref, state, frame)
        state.memory[ref.address] = Instance(info, fields, ("instance", ref.address))
    initializers = world.file.methods(info, "init")
    if arguments is None:
        for function, _, owner in initializers[:1]:
            closure = method_at(world, function, owner, ref, state)
            try:
                entering.enter(world, closure, None, state, frame, place)
            except Unreachable:
                continue
        return ref
    fitting = [item for item in initializers if binding.accepts(item[0], arguments)] or (initializers if len(initializers) == 1 else [])
    if fitting:
        function, _, owner = fitting[0]
        if id(function) not in world.stack and len(fitting) == 1:
            closure = method_at(world, function, owner, ref, state)
            entering.enter(world, closure, list(arguments), state, frame, place)
        return ref
    held = state.memory[ref.address]
    if isinstance(held, Instance) and not initializers:
        given = {argument.label: argument.value for argument in arguments if argument.label is not None}
        state.memory[ref.address] = Instance(info, {**held.fields, **given}, held.token)
    return ref


def _construct_case(world: World, info: TypeInfo, arguments: Sequence[Passed] | None, state: State, frame: Frame, place: Place) -> Value:
    """The case of an enum that an initializer of its own chooses; any case where none of them is seen to."""
    unseen_case = Unknown(("enum", world.fresh()), info.name)
    fitting = [item for item in world.file.methods(info, "init") if binding.accepts(item[0], arguments)] if arguments is not None else []
    if len(fitting) != 1 or id(fitting[0][0]) in world.stack:
        return unseen_case
    function, _, owner = fitting[0]
    value = entering.enter(world, method_at(world, function, owner, unseen_case, state), arguments, state, frame, place)
    return members.implied(world, value, info, state, frame)


def with_payload(case: EnumCase, payload: Sequence[Value]) -> Value:
    """A case with what goes with it. Of a single value that may be several, each makes a case, which knows what it stands for."""
    parts = tuple(payload)
    if any(bounded_key((key_of(part),)) != (key_of(part),) for part in parts):
        return case
    if len(parts) != 1:
        return EnumCase(case.name, case.info, case.value, case.place, case.outcomes, parts)
    return union(
        EnumCase(case.name, case.info, case.value, case.place, merge_outcomes(getattr(part, "outcomes", ()), case.outcomes), (part,))
        for part in alternatives(parts[0])
    )
