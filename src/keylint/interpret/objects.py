"""Objects of stores: what they were made with, what they were told since, and what a call of theirs goes by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from keylint.interpret import assignment, expressions, members, modules, records, store_calls
from keylint.interpret.events import MAY, MUST, UNKNOWN, Place
from keylint.interpret.frame import Frame
from keylint.interpret.scope import State
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    Entry,
    EnumCase,
    External,
    Handle,
    Key,
    Partial,
    Product,
    Record,
    Unknown,
    Value,
    key_of,
    split_nil,
    union,
)
from keylint.interpret.world import Passed, Symbol, World
from keylint.program import nodes
from keylint.program.nodes import Node, Span

if TYPE_CHECKING:
    from keylint.program.link import File, TypeInfo
    from keylint.stores.catalogue import ObjectClass, Operation, Setter, Store
    from keylint.stores.model import Given

READ, ASSIGN, REMOVE = "subscript", "subscript=", "subscript=nil"


def class_named(world: World, name: str | None, file: File) -> tuple[Store, ObjectClass] | None:
    """The class of a store that a type's name means in `file`. A type of the program wins over a store's of the same name."""
    if not name:
        return None
    catalogue = world.catalogue
    info = file.type_named(name)
    if info is not None and info.declared:
        return None
    name, file = file.unaliased(name)
    head, _, rest = name.partition(".")
    imported = file.imports.get(head)
    if imported is not None:
        path = () if imported.name == "*" else (imported.name,)
        symbol = world.symbol(External(imported.module, (*path, *(rest.split(".") if rest else ()))))
        return _class(world, symbol.store, symbol.name) if symbol is not None else None
    for module in file.wildcards:
        store = catalogue.by_module(file.language, module)
        if store is not None and (found := _class(world, store, rest if head == module and rest else name)) is not None:
            return found
    scoped = catalogue.in_scope(file.language, name)
    return _class(world, scoped[0], name) if scoped is not None else None


def _class(world: World, store: Store, name: str) -> tuple[Store, ObjectClass] | None:
    kind = world.catalogue.object_class(store, name)
    return (store, kind) if kind is not None else None


def extension(name: str, file: File) -> TypeInfo | None:
    """What the program, as `file` sees it, adds to the class `name` of a store."""
    info = file.type_named(name)
    return info if info is not None and not info.declared else None


def handle_of(world: World, value: Value, file: File) -> Handle | None:
    """The object of a store that `value` is in code of `file`. Of one known by its type alone, no setting can be seen."""
    if isinstance(value, Handle):
        return value
    if isinstance(value, Unknown) and value.type_name is not None:
        found = class_named(world, value.type_name, file)
        if found is not None and not found[1].adopted:
            place = value.place or Place(file.path, Span(0, 0))
            return Handle(found[0].name, found[1].name, Record({}, True, key_of(value)), place)
    return None


def declared_as(world: World, type_name: str | None, token: Key, file: File, place: Place) -> Product | None:
    """The object of a store's own class, which has the store's operations as methods, where code of `file` declares a value to be one."""
    first, _, rest = (type_name or "").partition(".")
    imported = file.imports.get(first) or file.type_imports.get(first)
    if imported is None:
        return None
    path = (*(() if imported.name in ("*",) else (imported.name,)), *(rest.split(".") if rest else ()))
    if world.catalogue.instance(".".join((imported.module, *path))) is None:
        return None
    return Product(External(imported.module, path, place), (), ("instance", token), place)


def made(world: World, symbol: Symbol, arguments: list[Passed], state: State, place: Place) -> Handle | None:
    """The object that a call of a store's name gives."""
    found = world.catalogue.object_maker(symbol.store, symbol.name.removesuffix(".init"))
    if found is None:
        return None
    kind, maker = found
    settings = _with_given(world, _fixed(symbol.store, maker.fixed, place), maker.gives, arguments, state)
    return Handle(symbol.store.name, kind.name, settings, place, world.root)


def standing(world: World, name: External, place: Place, state: State) -> Handle | None:
    """The object that a static property is (`KeychainWrapper.standard`)."""
    symbol = world.symbol(name) if len(name.path) > 1 else None
    found = world.catalogue.object_maker(symbol.store, symbol.name) if symbol is not None else None
    if symbol is None or found is None or not found[1].property:
        return None
    with world.lasting():
        return made(world, symbol, [], state, place)


def _fixed(store: Store, fixed: dict[str, str | bool], place: Place) -> Record:
    entries = {}
    for key, value in fixed.items():
        of_class = key in store.class_keys and isinstance(value, str)
        given: Value = EnumCase(str(value), None, None, place) if of_class else Const(value, place)
        entries["name", key] = Entry(given, MUST, (place,))
    return Record(entries, place=place)  # type: ignore[arg-type]


def _with_given(world: World, settings: Record, gives: Iterable[Given], arguments: list[Passed], state: State) -> Record:
    """`settings` with those that the arguments of a call give."""
    given = tuple(gives)
    if given and any(argument.spread for argument in arguments):
        settings = settings.loosened(tuple(key_of(argument.value) for argument in arguments))
    for one in given:
        argument = store_calls.argument_of(arguments, one.argument, one.label)
        if argument is None:
            settings = settings.loosened(("not-seen", one.key)) if one.required else settings
        elif one.options:
            settings = _with_options(world, settings, argument, one.replaces, state)
        else:
            settings = _with_setting(settings, one.key, argument)
    return settings


def _with_options(world: World, settings: Record, argument: Passed, replaces: bool, state: State) -> Record:
    value = argument.value.settings if isinstance(argument.value, Handle) else argument.value
    nils, others = split_nil(value)
    if not others:
        return settings
    return records.merge(world, Record({}, place=argument.place) if replaces and not nils else settings, value, state)


def _with_setting(settings: Record, key: str, argument: Passed) -> Record:
    """What is nil leaves a setting as it is."""
    name = ("name", key)
    known = settings.entries.get(name)
    nils, others = split_nil(argument.value)
    if nils and known is not None:
        if not others:
            return settings
        value = union((*others, known.value))
        return settings.with_entry(name, Entry(value, known.presence, (argument.place, *known.places), known.conditions))
    return settings.with_entry(name, Entry(argument.value, MUST, (argument.place,)))


def settings_of_call(
    world: World,
    store: Store,
    operation: Operation,
    handle: Handle | None,
    arguments: list[Passed],
    state: State,
    place: Place,
    frame: Frame,
) -> tuple[Record, Record]:
    """What a call goes by (its own arguments over the object's settings over those of the process), and what it gives itself."""
    own = _with_given(world, Record({}, place=place), operation.gives, arguments, state)
    settings = _of_process(world, store, state, place)
    if handle is not None:
        settings = records.merge(world, settings, _settled(world, store, handle, frame), state)
    return _with_given(world, settings, operation.gives, arguments, state), own


def _settled(world: World, store: Store, handle: Handle, frame: Frame) -> Record:
    """The settings of an object, where other code may have told it more."""
    kind = world.catalogue.object_class(store, handle.kind)
    settings = handle.settings
    if kind is None or settings.open or (handle.root and handle.root == world.root):
        return settings
    for name, key in kind.properties.items():
        if ("name", key) not in settings.entries and world.told_elsewhere(name, frame.file):
            presence = UNKNOWN if key in store.class_keys else MAY
            told = Unknown(("told", key, key_of(handle.settings)))
            settings = settings.with_entry(("name", key), Entry(told, presence, (handle.place,)))
    return settings


def _of_process(world: World, store: Store, state: State, place: Place) -> Record:
    """What the process has been told for every call of a store."""
    setters = [name for kind in store.objects for setter in kind.setters if setter.effect == "process" for name in setter.functions]
    if not setters:
        return Record({}, place=place)
    known = state.memory.get(world.store_cell(store, "process"))
    if isinstance(known, Record):
        return known
    if known is None and not any(world.program_mentions(name) for name in setters):
        return Record({}, place=place)
    return Record({}, True, ("process", store.name), place)


def call(world: World, handle: Handle, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value | None:
    """Calls a method of an object; `None` when the store's model knows none of that name."""
    store = world.catalogue.named(handle.store)
    name = f"{handle.kind}.{callee.name}"
    setter = world.catalogue.setter(store, name)
    if setter is not None:
        return _tell(world, store, setter, handle, arguments, state, frame, node)
    operation = world.catalogue.operation(store, name)
    if operation is None:
        return None
    return _operate(world, store, operation, handle, callee.name, callee.place, arguments, state, frame, node)


def _operate(
    world: World,
    store: Store,
    operation: Operation,
    handle: Handle,
    name: str,
    place: Place,
    arguments: list[Passed],
    state: State,
    frame: Frame,
    node: Node,
) -> Value:
    function = External(store.modules[0] if store.modules else store.name, (handle.kind, name), place)
    return store_calls.call_store(world, store, operation, function, arguments, state, frame, node, False, handle)


def _tell(
    world: World, store: Store, setter: Setter, handle: Handle, arguments: list[Passed], state: State, frame: Frame, node: Node
) -> Value:
    place = Place(frame.file.path, node.span)
    fixed = _fixed(store, setter.fixed, place)
    told = handle.told(_with_given(world, records.merge(world, handle.settings, fixed, state), setter.gives, arguments, state))
    if setter.effect == "copy":
        return told
    if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) and node.callee.object is not None:
        assignment.assign_to(world, node.callee.object, told, state, frame)
    return NIL


def tell_process(world: World, symbol: Symbol, arguments: list[Passed], state: State, place: Place) -> bool:
    """Runs a static function that changes settings of the whole process; false when `symbol` is none."""
    setter = world.catalogue.setter(symbol.store, symbol.name)
    if setter is None or setter.effect != "process":
        return False
    cell = world.store_cell(symbol.store, "process")
    settings = records.merge(world, _of_process(world, symbol.store, state, place), _fixed(symbol.store, setter.fixed, place), state)
    state.memory[cell] = _with_given(world, settings, setter.gives, arguments, state)
    return True


def member(world: World, handle: Handle, name: str, place: Place, state: State) -> Value | None:
    """What a property of an object holds; `None` when it is no property that the model knows."""
    kind = world.catalogue.object_class(world.catalogue.named(handle.store), handle.kind)
    if kind is None:
        return None
    if name == kind.status:
        return state.memory.get(world.store_cell(world.catalogue.named(handle.store), "status"), Unknown(("status", world.fresh())))
    if name in kind.properties:
        entry = handle.settings.entries.get(("name", kind.properties[name]))
        return entry.value if entry is not None and entry.presence == MUST else Unknown(("setting", key_of(handle), name))
    return None


def assigned(world: World, handle: Handle, name: str, value: Value, place: Place) -> Handle | None:
    """The object after `handle.name = value`; `None` when that is no setting."""
    kind = world.catalogue.object_class(world.catalogue.named(handle.store), handle.kind)
    key = kind.properties.get(name) if kind is not None else None
    if key is None:
        return None
    return handle.told(handle.settings.with_entry(("name", key), Entry(value, MUST, (place,))))


def added_setter(world: World, receiver: Value, handle: Handle, name: str, state: State, file: File) -> Closure | None:
    """The setter of a property that an extension in the program adds to the class of an object."""
    info = extension(handle.kind, file)
    declared = file.property_of(info, name) if info is not None else None
    if declared is None or declared[0].setter is None:
        return None
    home = declared[1].file_of(declared[0])
    return Closure(declared[0].setter, home, modules.scope_of(world, home, state), receiver, declared[1])


def read_element(world: World, handle: Handle, index: Value, place: Place, state: State, frame: Frame) -> Value | None:
    """`handle[index]`."""
    store = world.catalogue.named(handle.store)
    operation = world.catalogue.operation(store, f"{handle.kind}.{READ}")
    if operation is None:
        return None
    given = [Passed(index, None, place)]
    return _operate(world, store, operation, handle, READ, place, given, state, frame, Node(place.span))


def assign_element(world: World, handle: Handle, index: list[Passed], value: Value, place: Place, state: State, frame: Frame) -> bool:
    """`handle[index] = value`; false when the class has no such subscript. Nil deletes, or does nothing where the model says nothing."""
    store = world.catalogue.named(handle.store)
    write = world.catalogue.operation(store, f"{handle.kind}.{ASSIGN}")
    if write is None:
        return False
    nils, others = split_nil(value)
    remove = world.catalogue.operation(store, f"{handle.kind}.{REMOVE}") if nils else None
    forks: list[tuple[State, Value]] = []
    if others:
        path = state.copy()
        given = [*index, Passed(union(others), "=", place)]
        forks.append((path, _operate(world, store, write, handle, ASSIGN, place, given, path, frame, Node(place.span))))
    if remove is not None:
        path = state.copy()
        forks.append((path, _operate(world, store, remove, handle, REMOVE, place, index, path, frame, Node(place.span))))
    if forks:
        expressions.join_forks(state, forks)
    return True


def adopter(world: World, receiver: Value, info: TypeInfo | None, name: str, place: Place, state: State, frame: Frame) -> Handle | None:
    """An object of a type of the program as the store sees it, when the type adopts a protocol of the store that has a method `name`, or
    derives from a class that has."""
    if info is None:
        return None
    for adopted in world.file.inherited_names(info):
        found = class_named(world, adopted, info.file)
        if found is None or world.catalogue.operation(found[0], f"{found[1].name}.{name}") is None:
            continue
        store, kind = found
        if not kind.adopted:
            return Handle(store.name, kind.name, Record({}, True, key_of(receiver)), place)
        entries = {}
        for member_name, key in kind.properties.items():
            declared = world.file.property_of(info, member_name)
            if declared is not None:
                value = members.member_of(world, receiver, member_name, place, state, frame)
                entries["name", key] = Entry(value, MUST, (Place(info.file.path, declared[0].span),))
        return Handle(store.name, kind.name, Record(entries, place=place), place)  # type: ignore[arg-type]
    return None


def implicit(world: World, name: str, place: Place, frame: Frame) -> Partial | None:
    """The method of `self` that a bare name means in code that extends a class of a store, or in a type that derives from one or adopts
    a protocol of one."""
    info = frame.info
    if info is None or frame.receiver is None:
        return None
    owners = world.file.inherited_names(info) if info.declared else [info.name]
    for owner in owners:
        found = class_named(world, owner, frame.file)
        if found is not None:
            dotted = f"{found[1].name}.{name}"
            if world.catalogue.operation(found[0], dotted) is not None or world.catalogue.setter(found[0], dotted) is not None:
                return Partial(frame.receiver, name, place)
    return None
