"""Calls of what is not the program's: stores, the language's own library, and code that cannot be seen."""

from __future__ import annotations

from keylint.interpret import (
    assignment,
    callbacks,
    calls,
    containers,
    contexts,
    making,
    objects,
    operators,
    promises,
    regions,
    store_calls,
    unseen,
)
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.imports import store_module
from keylint.interpret.scope import HeldRegion, State
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    External,
    Failure,
    ModuleValue,
    Partial,
    Product,
    Promise,
    Record,
    Ref,
    Text,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World
from keylint.program import nodes
from keylint.program.module import Function
from keylint.program.nodes import Node

_PURE = frozenset("map forEach filter contains first count isEmpty description reduce sorted compactMap flatMap keys values".split())
"""Methods of dictionaries that change nothing."""


_CONVERTED = (None, "format", "string", "data", "array", "utf8", "decoding", "describing", "dictionary", "fileURLWithPath", "filePath")
"""Labels of the argument that a conversion keeps."""


def dotted_name(value: External) -> str:
    """A library name with its module, as platforms spell it."""
    if value.module and value.path in ((), ("default",)):
        return value.module
    return ".".join((value.module, *value.path)) if value.module else value.dotted


def starts_together(world: World, callee: Value) -> bool:
    """Whether a call of `callee` runs all its arguments at the same time."""
    return isinstance(callee, External) and _named(world, callee, world.platform.together)


def _named(world: World, value: External, names: frozenset[str]) -> bool:
    dotted = dotted_name(value)
    return (
        dotted in names
        or (not value.module and value.dotted in names)
        or (len(value.path) > 0 and value.path[-1] in names and bool(value.module))
    )


def call_external(world: World, callee: External, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls a library name."""
    place = Place(frame.file.path, node.span)
    world.recorder.called_reference(callee)
    known = world.operation(callee)
    if known is not None:
        store, operation, native = known
        return store_calls.call_store(world, store, operation, callee, arguments, state, frame, node, native)
    symbol = world.symbol(callee)
    if symbol is not None:
        maker = world.catalogue.maker(symbol.store, symbol.name)
        if maker is not None:
            return store_calls.make_access_control(world, maker, arguments, place)
        if world.catalogue.factory(symbol.store, symbol.name):
            return Product(callee, (), ("factory", symbol.store.name), place)
        if symbol.store.objects:
            handle = objects.made(world, symbol, arguments, state, place)
            if handle is not None:
                return handle
            if objects.tell_process(world, symbol, arguments, state, place):
                return NIL
    name = dotted_name(callee)
    backend = world.catalogue.plaintext(name)
    if backend is not None:
        world.recorder.plaintext(world, backend[0], frame.place(node.callee) if isinstance(node, nodes.Call) else place, name, frame)
        return Product(callee, (), ("backend", name), place)
    if world.catalogue.instance(name) is not None:
        return Product(callee, (), ("instance", name), place)
    platform = world.platform
    if name in platform.leave:
        raise Unreachable
    if name in platform.runners or (callee.path and f"{callee.module}.{callee.path[-1]}" in platform.runners):
        store_calls.run_command(
            world, platform.runners.get(name) or platform.runners[f"{callee.module}.{callee.path[-1]}"], arguments, state, frame, place
        )
        return Unknown(("process", world.fresh()))
    made = _make_lock(world, callee, arguments, state, frame, place)
    if made is not None:
        return made
    if callee.module in ("", "Foundation") and callee.path and callee.path[-1] in platform.take_functions | platform.release_functions:
        return _lock_function(world, callee.path[-1], arguments, state, frame, place)
    if callee.path[-1:] == ("in_dll",):
        return making.native_constant(world, callee, arguments, place)
    if callee.path[-1:] in (("CDLL",), ("LoadLibrary",), ("PyDLL",), ("cdll",)):
        return Product(External("ctypes", ("CDLL",)), (), ("library", world.fresh()), place)
    headless = _headless_static(world, callee)
    if headless is not None:
        return calls.call(world, headless, arguments, state, frame, node)
    container = making.make_container(world, callee, name, arguments, state, place)
    if container is not None:
        return container
    return _call_function(world, callee, name, arguments, state, frame, node)


def _headless_static(world: World, callee: External) -> Closure | None:
    """`Type.function` where a static function of that name stands at the top level: the file is a piece of that type's body."""
    if callee.module or len(callee.path) != 2:
        return None
    found = [function for function in world.file.functions.get(callee.path[1], ()) if function.is_static and function.body is not None]
    return Closure(found[0], world.file, world.module_scope) if len(found) == 1 else None


def _make_lock(world: World, callee: External, arguments: list[Passed], state: State, frame: Frame, place: Place) -> Value | None:
    maker = regions.maker_of(world, callee)
    if maker is None:
        if callee.path and callee.path[0] == "navigator" and callee.path[-1] == "request":
            lock = External("", ("navigator", "locks"))
            return regions.run_inside(world, lock, "request", arguments, state, frame, _node_at(place))
        owner = External(callee.module, callee.path[:-1], callee.place) if len(callee.path) > 1 else None
        if owner is not None and regions.lock_of(world, owner) is not None:
            return call_method(world, Partial(owner, callee.path[-1], place), arguments, state, frame, _node_at(place))
        return None
    given = tuple((argument.label, plain(argument.value, state)) for argument in arguments)
    identity: tuple[object, ...] = ("made", place)
    if maker.by_name:
        identity = ("named", dotted_name(callee), *(key_of(value) for _, value in given[:1]))
    return Product(callee, given, identity, place, _making_function(frame))


def _making_function(frame: Frame) -> Function | None:
    """The function whose every call makes another; an initializer's makes one for the object."""
    function = frame.function
    return None if function is not None and function.kind in ("initializer", "getter") and function.name else function


def _node_at(place: Place) -> Node:
    return Node(place.span)


def plain(value: Value, state: State) -> Value:
    return state.memory.get(value.address, value) if isinstance(value, Ref) else value


def _lock_function(world: World, name: str, arguments: list[Passed], state: State, frame: Frame, place: Place) -> Value:
    lock = arguments[0].value if arguments else NIL
    if name in world.platform.release_functions:
        regions.release(world, state, lock)
        return Const(0)
    if regions.lock_of(world, lock) is not None:
        regions.take(world, state, regions.region(world, lock, place, frame, name))
    else:
        regions.take(world, state, HeldRegion("lock", key_of(lock), world.fresh(), place, name))
    return Const(0)


def _call_function(world: World, callee: External, name: str, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    platform = world.platform
    last = callee.path[-1] if callee.path else name
    for argument in arguments:
        if argument.inout and argument.node is not None:
            assignment.assign_to(world, argument.node, Unknown(("inout", argument.place, world.fresh())), state, frame)
    if _named(world, callee, platform.passes_through) and arguments:
        first = next(
            (argument for argument in arguments if argument.label in _CONVERTED),
            arguments[0],
        )
        return _converted(world, first.value, arguments)
    if name in platform.main_runners:
        return callbacks.on_main(world, arguments, state, frame, node)
    if name in platform.selects and arguments:
        return making.selected(world, platform.selects[name], arguments[0].value, state)
    if _named(world, callee, platform.calls_argument) and arguments:
        return calls.call(world, arguments[0].value, [], state, frame, node)
    if _named(world, callee, platform.together):
        return making.all_of(world, arguments, state)
    if name in ("Promise.resolve", "Promise.reject"):
        value = arguments[0].value if arguments else NIL
        if name == "Promise.reject":
            return Promise(NIL, (Failure((), value),))
        return value if isinstance(value, Promise) else Promise(value)
    if name == "Object.assign" and arguments:
        return making.object_assign(world, arguments, state)
    if name in ("Object.fromEntries", "Object.entries", "Object.values"):
        return Unknown(("call", name, key_of(arguments[0].value) if arguments else ()))
    if name in ("map", "filter") and len(arguments) == 2 and frame.file.language == "python":
        return callbacks.map_items(world, arguments[0].value, arguments[1].value, state, frame, node, name)
    if name in ("import", "require", "importlib.import_module", "__import__") and arguments:
        module = arguments[0].value
        if isinstance(module, Const) and isinstance(module.value, str):
            declared = store_module(world.catalogue, frame.file.language, frame.file.path, module.value)
            file = world.program.module(frame.file, module.value) if declared is None else None
            found: Value = External(declared or module.value, (), Place(frame.file.path, node.span)) if file is None else ModuleValue(file)
            return Promise(found) if name == "import" and platform.promises else found
    if name in platform.decoders and arguments:
        return unseen.decode(world, callee, platform.decoders[name], arguments, state, frame, node)
    if name in platform.encoders and arguments:
        result = unseen.unknown_call(world, callee, arguments, state, frame, node)
        return result if any(is_nil(option) for option in alternatives(arguments[0].value)) else Text((result,), filled=True)
    if name == "len":
        return Unknown(("length", key_of(arguments[0].value) if arguments else ()))
    if name in ("threading.Thread", "threading.Timer", "multiprocessing.Process", "Thread", "functools.partial", "partial"):
        return callbacks.with_target(world, name, arguments, state, frame, node)
    if _named(world, callee, platform.detached) or name in platform.detached:
        return callbacks.detached(world, callee, arguments, state, frame, node)
    if _named(world, callee, platform.later):
        for closure in callbacks.closures_in(arguments):
            before = world.recorder.count()
            callbacks.run_later(world, closure, state, frame, node, detached=False)
            regions.spawned(world, state, before, Place(frame.file.path, node.span))
        return Unknown(("later", world.fresh()))
    if _named(world, callee, platform.now) or last in platform.now:
        return callbacks.run_now(world, arguments, state, frame, node)
    return unseen.unknown_call(world, callee, arguments, state, frame, node)


def _converted(world: World, value: Value, arguments: list[Passed]) -> Value:
    if isinstance(value, (Text, Const)) and len(arguments) > 1 and any(argument.label == "format" for argument in arguments):
        return operators.join_text([argument.value for argument in arguments if argument.label in ("format", None)], arguments[0].place)
    return value


def call_product(world: World, callee: Product, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls something a library made: `limit(() => …)`, the release function of a mutex."""
    if callee.maker.path == ("release",) and callee.arguments:
        regions.release(world, state, callee.arguments[0][1])
        return NIL
    if callbacks.is_bound(callee):
        (_, function), *bound = callee.arguments
        given = [Passed(value, label, callee.place) for label, value in bound]
        return calls.call(world, function, [*given, *arguments], state, frame, node)
    found = regions.lock_of(world, callee)
    if found is not None and found[0].kind == "limiter":
        return regions.run_inside(world, callee, "", arguments, state, frame, node)
    return unseen.unknown_call(world, callee, arguments, state, frame, node)


def call_method(world: World, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls a method of a value whose type is not the program's."""
    receiver, name = callee.receiver, callee.name
    place = Place(frame.file.path, node.span)
    platform = world.platform
    if name == "then" and platform.promises and _is_shared(world, node, frame):
        return _promise_chain(world, callee, arguments, state, frame, node)
    if isinstance(receiver, Promise) and name in ("then", "catch", "finally"):
        return promises.chain(world, receiver, name, arguments, state, frame, node)
    handle = objects.handle_of(world, receiver, frame.file)
    if handle is not None and (done := objects.call(world, handle, callee, arguments, state, frame, node)) is not None:
        return done
    for store, operation in world.catalogue.methods(frame.file.language, name):
        if isinstance(receiver, Product) and (
            receiver.identity[0] in ("factory", "instance", "backend") and _from_store(world, receiver, store.name)
        ):
            return store_calls.call_store(
                world,
                store,
                operation,
                External(store.modules[0] if store.modules else store.name, (name,), callee.place),
                arguments,
                state,
                frame,
                node,
                False,
            )
    lock = regions.lock_of(world, receiver)
    hinted = lock is not None or regions.looks_like_lock(world, receiver)
    has_closure = any(True for _ in callbacks.closures_in(arguments))
    if (hinted or isinstance(receiver, (Unknown, External))) and name in platform.run_inside and has_closure:
        if hinted or regions.name_suggests_lock(name) or _receiver_suggests(receiver, node, frame):
            return regions.run_inside(world, receiver, name, arguments, state, frame, node)
    if name in platform.release and (hinted or isinstance(receiver, (Unknown, External))):
        regions.release(world, state, receiver)
        return NIL
    if name in platform.take and (hinted or _suggests_lock(receiver, name, node, frame)) and not has_closure:
        held = regions.region(world, receiver, place, frame, frame.text(node, 40))
        regions.take(world, state, held)
        if platform.promises:
            return Promise(Product(External("", ("release",)), ((None, receiver),), ("release", world.fresh()), place))
        return Const(True)
    if name == "then" and has_closure and platform.promises:
        return _promise_chain(world, callee, arguments, state, frame, node)
    if contexts.waits(world, callee):
        state.spawned = ()
    if name in ("detach", "detached", "addTask", "submit", "run_in_executor", "create_task", "start_soon") or name in platform.detached:
        return callbacks.detached(world, callee, arguments, state, frame, node)
    if name == "map" and has_closure and contexts.is_executor(world, receiver):
        return callbacks.detached(world, callee, arguments[:1], state, frame, node)
    if name in platform.later:
        for closure in callbacks.closures_in(arguments):
            callbacks.run_later(world, closure, state, frame, node, detached=False)
        return Unknown(("later", world.fresh()))
    contained = containers.call_container(world, callee, arguments, state, frame, node)
    if contained is not None:
        return contained
    if isinstance(receiver, Record) and isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) and name not in _PURE:
        target = node.callee.object
        if isinstance(target, (nodes.Name, nodes.Member)):
            assignment.assign_to(world, target, Record(receiver.entries, True, receiver.base, receiver.place), state, frame)
    if name in platform.each and has_closure:
        return callbacks.each(world, receiver, arguments, state, frame, node)
    if name in platform.now and has_closure:
        return callbacks.run_now(world, arguments, state, frame, node)
    if name in platform.now:
        for argument in arguments:
            if isinstance(argument.value, Promise):
                return argument.value
    return unseen.unknown_call(world, callee, arguments, state, frame, node)


def _from_store(world: World, product: Product, name: str) -> bool:
    store = world.catalogue.by_module(world.file.language, product.maker.module)
    if product.identity[0] == "instance":
        owner = world.catalogue.instance(dotted_name(product.maker))
        return owner is not None and owner.name == name
    if product.identity[0] == "backend":
        return True
    return store is not None and store.name == name


def receiver_name(receiver: Value) -> str:
    if isinstance(receiver, External) and receiver.path:
        return receiver.path[-1]
    if isinstance(receiver, Unknown):
        last = receiver.token[-1] if receiver.token else ""
        return f"{last if isinstance(last, str) else ''}_{receiver.type_name or ''}"
    return ""


def _receiver_suggests(receiver: Value, node: Node, frame: Frame) -> bool:
    if not isinstance(receiver, (Unknown, External)):
        return False
    target = node.callee.object if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) else None
    return regions.name_suggests_lock(receiver_name(receiver), frame.text(target) if target is not None else "")


def _suggests_lock(receiver: Value, name: str, node: Node, frame: Frame) -> bool:
    """Whether an unseen value is likely to be a lock, by its own name or by what is called on it (`door.lock()`)."""
    return _receiver_suggests(receiver, node, frame) or (isinstance(receiver, (Unknown, External)) and regions.name_suggests_lock(name))


def _is_shared(world: World, node: Node, frame: Frame) -> bool:
    """Whether a call's receiver is a variable or field that the program keeps assigning."""
    target = node.callee.object if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) else None
    return isinstance(target, (nodes.Name, nodes.Member)) and target.name in world.survey.changed_members(frame.file)


def _promise_chain(world: World, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """`this.tail.then(f)`: when the program keeps assigning the shared variable, every caller queues behind the one before."""
    place = Place(frame.file.path, node.span)
    key = (
        ("promise-chain", frame.text(node.callee.object))
        if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) and node.callee.object
        else ()
    )
    held = HeldRegion("promise-chain", key, world.fresh(), place, "the promise chain") if _is_shared(world, node, frame) else None
    outside = state.held
    regions.take(world, state, held)
    results = [
        callbacks.with_unknowns(world, closure, state, frame, node)
        if not callbacks.takes_nothing(closure)
        else calls.call(world, closure, [], state, frame, node)
        for closure in callbacks.closures_in(arguments[:1])
    ]
    state.held = outside
    value = union(results) if results else NIL
    return value if isinstance(value, Promise) else Promise(value)
