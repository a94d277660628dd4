"""Members and elements: what `object.name` and `object[index]` are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.interpret import calls, dispatch, entering, expressions, modules, objects, properties, records
from keylint.interpret.events import MUST, Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.modules import method_at, scope_of
from keylint.interpret.scope import Scope, State
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
    TypeValue,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World

if TYPE_CHECKING:
    from keylint.program.link import TypeInfo
    from keylint.program.module import Property


def member_of(world: World, receiver: Value, name: str, place: Place, state: State, frame: Frame) -> Value:
    """The value of `receiver.name`. Methods come back as something to call."""
    options = alternatives(receiver)
    if len(options) > 1:
        return union(member_of(world, option, name, place, state, frame) for option in options if not is_nil(option) or len(options) == 1)
    match receiver:
        case External():
            extended = _extended(world, receiver, name, place, state, frame) if world.symbol(receiver) is not None else None
            if extended is not None:
                return extended
            found = _external_member(world, receiver, name, place)
            return objects.standing(world, found, place, state) or found if isinstance(found, External) else found
        case Ref():
            target = state.memory.get(receiver.address)
            if isinstance(target, Instance):
                return _instance_member(world, receiver, target, name, place, state, frame)
            if isinstance(target, Record):
                return _record_member(world, receiver, target, name, place)
            return Unknown(("member", receiver.address, name))
        case Record():
            return Partial(receiver, name, place)
        case TypeValue():
            return _static_member(world, receiver.info, name, place, state, frame)
        case ModuleValue():
            return modules.member(world, receiver, name, place, state)
        case Unknown():
            return _unknown_member(world, receiver, name, place, state, frame)
        case EnumCase():
            if name == "rawValue":
                return (
                    receiver.value if receiver.value is not None else Const(receiver.name, place) if receiver.info else _of(receiver, name)
                )
            if receiver.info is not None:
                return _declared_member(world, receiver, receiver.info, name, place, state, frame) or _of(receiver, name)
            return _of(receiver, name)
        case Items():
            position = int(name) if name.isdigit() else receiver.labels.index(name) if name in receiver.labels else -1
            if receiver.exact and 0 <= position < len(receiver.items):
                return receiver.items[position]
            return Partial(receiver, name, place)
        case Const() if receiver.value is None:
            return NIL
        case Handle():
            return _object_member(world, receiver, receiver, name, place, state, frame) or Partial(receiver, name, place)
        case Product():
            if receiver.maker.module == "ctypes" and receiver.maker.path == ("CDLL",):
                return External("ctypes", (name,), place)
            return Partial(receiver, name, place)
        case Promise() | Closure() | Partial():
            return Partial(receiver, name, place)
    return Partial(receiver, name, place)


def implied(world: World, value: Value, info: TypeInfo | None, state: State, frame: Frame) -> Value:
    """`value`, in which `.name` is a member of the type that is asked for."""
    if info is None or not info.declared:
        return value
    options = alternatives(value)
    if not any(isinstance(option, EnumCase) and option.info is None for option in options):
        return value
    return union(_implied(world, option, info, state, frame) for option in options)


def _implied(world: World, value: Value, info: TypeInfo, state: State, frame: Frame) -> Value:
    if not isinstance(value, EnumCase) or value.info is not None:
        return value
    declared = world.file.property_of(info, value.name)
    if declared is None:
        return value
    if not declared[0].is_case:
        return value if value.payload else _static_member(world, info, value.name, value.place or frame.place(declared[0]), state, frame)
    found = _static_member(world, info, value.name, value.place or frame.place(declared[0]), state, frame)
    raw = found.value if isinstance(found, EnumCase) else None
    return EnumCase(value.name, info, raw, value.place, value.outcomes, value.payload)


def _of(receiver: Value, name: str) -> Unknown:
    return Unknown(("member", key_of(receiver), name))


def _object_member(world: World, receiver: Value, handle: Handle, name: str, place: Place, state: State, frame: Frame) -> Value | None:
    """A property of an object of a store, one that an extension in this file adds included."""
    info = objects.extension(handle.kind, frame.file)
    if info is not None and world.file.property_of(info, name) is not None:
        return _declared_member(world, receiver, info, name, place, state, frame)
    return objects.member(world, handle, name, place, state)


def _extended(world: World, receiver: External, name: str, place: Place, state: State, frame: Frame) -> Value | None:
    """A member that this file adds by an extension to a type of a store, to the type of its constants, or to text."""
    own = objects.extension(receiver.path[-1], frame.file) if receiver.path else None
    if own is not None:
        declared = world.file.property_of(own, name)
        if (declared is not None and declared[0].is_static) or any(item[0].is_static for item in world.file.methods(own, name)):
            return _static_member(world, own, name, place, state, frame)
    for type_name in ("CFString", "String", "CFTypeRef", "AnyObject"):
        info = world.file.type_named(type_name)
        if info is not None and (world.file.property_of(info, name) is not None or world.file.methods(info, name)):
            return _declared_member(world, receiver, info, name, place, state, frame)
    return None


def _external_member(world: World, receiver: External, name: str, place: Place) -> Value:
    if not receiver.module and len(receiver.path) == 1 and world.catalogue.by_module(world.file.language, receiver.path[0]) is not None:
        return External(receiver.path[0], (name,), place)
    if receiver.path and receiver.path[-1] == "default" and receiver.module:
        store = world.catalogue.by_module(world.file.language, receiver.module)
        if store is not None:
            return External(receiver.module, (*receiver.path[:-1], name), place)
    if receiver.module and world.catalogue.by_module(world.file.language, receiver.module) is None:
        submodule = ".".join((receiver.module, *receiver.path, name))
        if world.catalogue.by_module(world.file.language, submodule) is not None:
            return External(submodule, (), place)
    return known_constant(world, External(receiver.module, (*receiver.path, name), place))


def known_constant(world: World, name: External) -> Value:
    """What a library's name holds on the platform that is analyzed; the name itself where that is not known."""
    dotted = ".".join((name.module, *name.path) if name.module else name.path)
    constants = world.platform.constants
    return Const(constants[dotted], name.place) if dotted in constants else name


def _instance_member(world: World, ref: Ref, target: Instance, name: str, place: Place, state: State, frame: Frame) -> Value:
    if name in target.fields:
        value = target.fields[name]
        declared = world.file.property_of(target.info, name)
        if declared is not None and declared[0].attributes:
            kept = properties.read(world, *declared, place, state, frame)
            if kept is not None:
                return kept
        settable = declared is not None and _settable_outside(declared[0]) and world.file.language == "swift"
        if settable or world.may_change(target.info, name, value):
            if not isinstance(target.token[0], str) or target.token[0] == "self":
                return union((value, Unknown(("field", target.token, name), _type_of(declared))))
        return value
    return _declared_member(world, ref, target.info, name, place, state, frame) or Unknown(("field", target.token, name))


def _type_of(declared: tuple[Property, TypeInfo] | None) -> str | None:
    return declared[0].type_name if declared is not None else None


def _settable_outside(item: Property) -> bool:
    return item.mutable and item.visibility != "private" and not item.is_static and item.getter is None


def _unknown_member(world: World, receiver: Unknown, name: str, place: Place, state: State, frame: Frame) -> Value:
    info = frame.file.type_named(receiver.type_name, frame.info.name if frame.info is not None else "")
    if info is not None and info.declared:
        found = _declared_member(world, receiver, info, name, place, state, frame)
        if found is not None:
            return found
    handle = objects.handle_of(world, receiver, frame.file)
    if handle is not None and (found := _object_member(world, receiver, handle, name, place, state, frame)) is not None:
        return found
    return Unknown(("member", ("unknown", receiver.token), name))


def _declared_member(world: World, receiver: Value, info: TypeInfo, name: str, place: Place, state: State, frame: Frame) -> Value | None:
    """A property's value or a method, as declared; `None` when the type has no such member."""
    declared = world.file.property_of(info, name)
    if declared is not None:
        item, owner = declared
        if item.attributes and (kept := properties.read(world, item, owner, place, state, frame)) is not None:
            return kept
        if item.getter is not None and item.getter.body is not None:
            return _read_property(world, item, owner, receiver, place, state, frame)
        token = ("field", key_of(receiver), name)
        conformer = dispatch.conforming(world, receiver, info, name, state) if item.value is None else None
        if conformer is not None:
            whole = calls.unseen_object(world, conformer, receiver, state, frame)
            with dispatch.assumed(frame):
                return member_of(world, whole, name, place, state, frame)
        if item.value is None:
            file = owner.file_of(item)
            of_store = objects.declared_as(world, item.type_name, token, file, Place(file.path, item.span))
            return of_store or Unknown(token, item.type_name)
        value = initial_value(world, item, owner, receiver, state, frame)
        if item.mutable and (world.may_change(info, name, value) or (_settable_outside(item) and world.file.language == "swift")):
            return union((value, Unknown(token, item.type_name)))
        return value
    if world.file.methods(info, name):
        return Partial(receiver, name, place)
    return None


def _read_property(world: World, item: Property, owner: TypeInfo, receiver: Value, place: Place, state: State, frame: Frame) -> Value:
    if item.getter is None:
        return NIL
    file = owner.file_of(item)
    closure = Closure(item.getter, file, scope_of(world, file, state), receiver, owner)
    return entering.enter(world, closure, [], state, frame, place)


def initial_value(world: World, item: Property, owner: TypeInfo, receiver: Value, state: State, frame: Frame) -> Value:
    """A declared initial value, evaluated where it is declared."""
    if item.value is None or id(item) in world.stack or len(world.stack) > 12:
        return Unknown(("initial", item.name_span))
    known = world.initial_values.get(id(item))
    if known is not None:
        value, memory = known
        for cell, content in memory.items():
            state.memory.setdefault(cell, content)
        return value
    file = owner.file_of(item)
    scope = Scope(scope_of(world, file, state), function=True)
    inner = Frame(file, None, scope, frame.path, TypeValue(owner) if item.is_static else receiver, owner, owner.name)
    world.stack.append(id(item))
    before = set(state.memory)
    try:
        with world.lasting():
            value = expressions.evaluate(world, item.value, state, inner)
        if item.type_name is not None and file.language == "swift":
            value = implied(world, value, file.type_named(item.type_name, owner.name), state, inner)
    except Unreachable:
        return Unknown(("initial", item.name_span))
    finally:
        world.stack.pop()
    world.call_closure(value, item.name, Place(file.path, item.name_span))
    world.initial_values[id(item)] = (value, {cell: content for cell, content in state.memory.items() if cell not in before})
    return value


def initial_fields(world: World, info: TypeInfo, receiver: Value, state: State, frame: Frame) -> dict[str, Value]:
    """The stored properties of a new object that are declared with a value."""
    fields: dict[str, Value] = {}
    for ancestor in reversed(list(world.file.ancestry(info))):
        for name, (item, _) in ancestor.properties.items():
            if item.value is not None and item.getter is None and not item.is_static and not item.is_lazy and not item.is_case:
                fields[name] = initial_value(world, item, ancestor, receiver, state, frame)
    return fields


def _static_member(world: World, info: TypeInfo, name: str, place: Place, state: State, frame: Frame) -> Value:
    if name == "self":
        return TypeValue(info)
    nested = info.file.type_named(f"{info.name}.{name}")
    if nested is not None:
        return TypeValue(nested)
    assigned = world.static_value(info, name, state)
    if assigned is not None:
        return assigned
    declared = world.file.property_of(info, name)
    if declared is not None:
        item, owner = declared
        if item.is_case:
            raw = initial_value(world, item, owner, TypeValue(info), state, frame) if item.value is not None else None
            return (raw or Const(name, place)) if world.file.language == "typescript" else EnumCase(name, info, raw, place)
        found = _declared_member(world, TypeValue(info), info, name, place, state, frame)
        if found is not None:
            return found
    if world.file.methods(info, name) or name in ("init", "allocate"):
        return Partial(TypeValue(info), name, place)
    return Unknown(("static", info.name, name))


def _record_member(world: World, ref: Ref, record: Record, name: str, place: Place) -> Value:
    if world.file.language != "typescript":
        return Partial(ref, name, place)
    entry = record.entries.get(("name", name))
    if entry is None:
        return Unknown(("item", key_of(ref), name)) if record.open else Const(None, place)
    value = _bound(entry.value, ref)
    return value if entry.presence == MUST else union((value, Const(None, place)))


def _bound(value: Value, receiver: Value) -> Value:
    if isinstance(value, Closure) and value.function.binds_this and value.receiver is None:
        return Closure(value.function, value.file, value.scope, receiver, value.info, value.identity)
    return value


def index_of(world: World, receiver: Value, index: Value, place: Place, state: State, frame: Frame) -> Value:
    """The value of `receiver[index]`."""
    options = alternatives(receiver)
    if len(options) > 1:
        return union(index_of(world, option, index, place, state, frame) for option in options if not is_nil(option))
    handle = objects.handle_of(world, receiver, frame.file)
    if handle is not None and (element := objects.read_element(world, handle, index, place, state, frame)) is not None:
        return element
    target = state.memory.get(receiver.address) if isinstance(receiver, Ref) else receiver
    if isinstance(target, Record):
        results: list[Value] = []
        for option in alternatives(index):
            key = records.record_key(world, option)
            if key is None:
                values = [entry.value for entry in target.entries.values()]
                results += values if values and not target.open else [Unknown(("item", target.base or key_of(receiver), key_of(option)))]
                continue
            entry = target.entries.get(key)
            if entry is None:
                results.append(Unknown(("item", target.base or key_of(receiver), key)) if target.open else Const(None, place))
            else:
                results.append(_bound(entry.value, receiver))
                if entry.presence != MUST:
                    results.append(Const(None, place))
        return union(results)
    if isinstance(target, Items):
        if (
            isinstance(index, Const)
            and isinstance(index.value, int)
            and target.exact
            and -len(target.items) <= index.value < len(target.items)
        ):
            return target.items[index.value]
        return union(target.items) if target.items and target.exact else Unknown(("element", key_of(target), key_of(index)))
    if isinstance(target, Instance):
        for function, _, owner in world.file.methods(target.info, "subscript") + world.file.methods(target.info, "__getitem__"):
            if function.kind in ("getter", "method"):
                closure = method_at(world, function, owner, receiver, state)
                return entering.enter(world, closure, [_passed(index, place)], state, frame, place)
    if isinstance(receiver, TypeValue) and isinstance(index, Const) and isinstance(index.value, str):
        return _static_member(world, receiver.info, index.value, place, state, frame)
    if isinstance(receiver, External) and isinstance(index, Const) and isinstance(index.value, str):
        return _external_member(world, receiver, index.value, place)
    if is_nil(receiver):
        return NIL
    return Unknown(("item", key_of(receiver), key_of(index)))


def _passed(value: Value, place: Place):  # type: ignore[no-untyped-def]
    return Passed(value, None, place)
