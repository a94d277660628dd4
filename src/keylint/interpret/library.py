"""Calls of what is not the program's: stores, the language's own library, and code that cannot be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret import assignment, calls, containers, expressions, promises, regions, store_calls
from keylint.interpret.events import MUST, Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import HeldRegion, State
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    Entry,
    External,
    Failure,
    Items,
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
    join_values,
    key_of,
    union,
)
from keylint.interpret.world import Passed, World
from keylint.program import nodes
from keylint.program.nodes import Node


def dotted_name(value: External) -> str:
    """A library name with its module, as platforms spell it."""
    if value.module and value.path in ((), ("default",)):
        return value.module
    return ".".join((value.module, *value.path)) if value.module else value.dotted


def closures_in(arguments: Sequence[Passed]) -> Iterator[Value]:
    """Functions of the program among the arguments."""
    for argument in arguments:
        for option in alternatives(argument.value):
            if isinstance(option, Closure) or (isinstance(option, Partial) and isinstance(option.receiver, (Ref, TypeValue))):
                yield option


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
    name = dotted_name(callee)
    backend = world.catalogue.plaintext(name)
    if backend is not None:
        world.recorder.plaintext(world, backend[0], callee.place or place, name, frame)
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
        return _native_constant(world, callee, arguments, place)
    if callee.path[-1:] in (("CDLL",), ("LoadLibrary",), ("PyDLL",), ("cdll",)):
        return Product(External("ctypes", ("CDLL",)), (), ("library", world.fresh()), place)
    headless = _headless_static(world, callee)
    if headless is not None:
        return world.call(headless, arguments, state, frame, node)
    container = _make_container(world, callee, name, arguments, state, place)
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
    given = tuple((argument.label, _plain(argument.value, state)) for argument in arguments)
    identity: tuple[object, ...] = ("made", place)
    if maker.by_name:
        identity = ("named", dotted_name(callee), *(key_of(value) for _, value in given[:1]))
    return Product(callee, given, identity, place, _making_function(frame))


def _making_function(frame: Frame):  # type: ignore[no-untyped-def]
    function = frame.function
    if function is None or (function.kind in ("initializer", "getter") and not function.name == ""):
        return None
    return function


def _node_at(place: Place) -> Node:
    return Node(place.span)


def _plain(value: Value, state: State) -> Value:
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


def _native_constant(world: World, callee: External, arguments: list[Passed], place: Place) -> Value:
    """`c_void_p.in_dll(library, "kSecClass")`: the constant of that name."""
    if len(arguments) >= 2:
        results: list[Value] = []
        for option in alternatives(arguments[1].value):
            if isinstance(option, Const) and isinstance(option.value, (str, bytes)):
                name = option.value.decode() if isinstance(option.value, bytes) else option.value
                results.append(
                    External("ctypes", (name,), option.place or place) if world.catalogue.native(name) else External("", (name,), place)
                )
            else:
                results.append(Unknown(("native", key_of(option))))
        return union(results)
    return Unknown(("native", world.fresh()))


def _make_container(world: World, callee: External, name: str, arguments: list[Passed], state: State, place: Place) -> Value | None:
    if name == "CFDictionaryCreate" or callee.path[-1:] == ("CFDictionaryCreate",):
        if len(arguments) >= 3 and isinstance(arguments[1].value, Items) and isinstance(arguments[2].value, Items):
            record = Record({}, not (arguments[1].value.exact and arguments[2].value.exact), None, place)
            for key, value in zip(arguments[1].value.items, arguments[2].value.items, strict=False):
                record = expressions.put(world, record, key, value, place, state)
            return record
        return Record(
            {},
            True,
            ("made", key_of(arguments[1].value) if len(arguments) > 1 else (), key_of(arguments[2].value) if len(arguments) > 2 else ()),
            place,
        )
    if name in world.platform.record_makers:
        record = Record({}, False, None, place)
        for argument in arguments:
            if argument.label in (None, "dictionary", "uniqueKeysWithValues", "_") and argument.spread == "":
                if isinstance(argument.value, Const) and not argument.value.value:
                    continue
                if callee.path[-1:] == ("CFDictionaryCreateMutable",):
                    continue
                record = expressions.merge(world, record, argument.value, state)
            elif argument.spread == "**":
                record = expressions.merge(world, record, argument.value, state)
            elif argument.label in ("objects", "forKeys"):
                record = _zip_labelled(world, record, arguments, state, place)
                break
            elif argument.label in ("capacity", "minimumCapacity"):
                continue
            elif argument.label is not None and world.file.language == "python":
                record = record.with_entry(("name", calls.world_key(world, argument.label)), Entry(argument.value, MUST, (argument.place,)))
            else:
                record = Record(record.entries, True, record.base, place)
        immutable = world.platform.value_dictionaries and "Mutable" not in name
        return record if immutable else world.allocate(state, record)
    if name in world.platform.list_makers or name == "array":
        if len(arguments) == 1 and isinstance(arguments[0].value, Items) and name != "array":
            return arguments[0].value
        return Items(
            tuple(argument.value for argument in arguments), (name == "array" and not any(a.spread for a in arguments)) or not arguments
        )
    return None


def _zip_labelled(world: World, record: Record, arguments: list[Passed], state: State, place: Place) -> Record:
    given = {argument.label: argument.value for argument in arguments}
    values, keys = given.get("objects"), given.get("forKeys")
    if isinstance(values, Items) and isinstance(keys, Items):
        for key, value in zip(keys.items, values.items, strict=False):
            record = expressions.put(world, record, key, value, place, state)
        return record
    return Record(record.entries, True, record.base, place)


def _call_function(world: World, callee: External, name: str, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    platform = world.platform
    last = callee.path[-1] if callee.path else name
    if _named(world, callee, platform.passes_through) and arguments:
        first = next(
            (
                argument
                for argument in arguments
                if argument.label in (None, "format", "string", "data", "array", "utf8", "decoding", "describing", "dictionary")
            ),
            arguments[0],
        )
        return _converted(world, first.value, arguments)
    if name in platform.main_runners:
        return _on_main(world, arguments, state, frame, node)
    if name in platform.selects and arguments:
        return _selected(world, platform.selects[name], arguments[0].value, state)
    if _named(world, callee, platform.calls_argument) and arguments:
        return world.call(arguments[0].value, [], state, frame, node)
    if _named(world, callee, platform.together):
        return _all_of(world, arguments, state)
    if name in ("Promise.resolve", "Promise.reject"):
        value = arguments[0].value if arguments else NIL
        if name == "Promise.reject":
            return Promise(NIL, (Failure((), value),))
        return value if isinstance(value, Promise) else Promise(value)
    if name == "Object.assign" and arguments:
        return _object_assign(world, arguments, state)
    if name in ("Object.fromEntries", "Object.entries", "Object.values"):
        return Unknown(("call", name, key_of(arguments[0].value) if arguments else ()))
    if name in ("map", "filter") and len(arguments) == 2 and frame.file.language == "python":
        return _map(world, arguments[0].value, arguments[1].value, state, frame, node, name)
    if name in ("import", "require", "importlib.import_module", "__import__") and arguments:
        module = arguments[0].value
        if isinstance(module, Const) and isinstance(module.value, str):
            found = External(module.value, (), Place(frame.file.path, node.span))
            return Promise(found) if name == "import" and platform.promises else found
    if name == "len":
        return Unknown(("length", key_of(arguments[0].value) if arguments else ()))
    if name in ("threading.Thread", "threading.Timer", "multiprocessing.Process", "Thread", "functools.partial", "partial"):
        return _with_target(world, name, arguments, state, frame, node)
    if _named(world, callee, platform.detached) or name in platform.detached:
        return _detached(world, arguments, state, frame, node)
    if _named(world, callee, platform.later):
        for closure in closures_in(arguments):
            before = world.recorder.count()
            run_later(world, closure, state, frame, node, detached=False)
            regions.spawned(world, state, before, Place(frame.file.path, node.span))
        return Unknown(("later", world.fresh()))
    if _named(world, callee, platform.now) or last in platform.now:
        return _run_now(world, arguments, state, frame, node)
    return unknown_call(world, callee, arguments, state, frame, node)


def _on_main(world: World, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Runs a closure on the main actor and waits for it."""
    place = Place(frame.file.path, node.span)
    outside = state.held
    regions.take(
        world, state, HeldRegion("global-actor", ("global-actor", "MainActor"), world.fresh(), place, "the main actor", suspendable=True)
    )
    value = _run_now(world, arguments, state, frame, node)
    state.held = outside
    return value


def _selected(world: World, keys: tuple[str, ...], value: Value, state: State) -> Value:
    """The entry that the platform picks."""
    record = _plain(value, state)
    if isinstance(record, Record):
        for key in keys:
            entry = record.entries.get(("name", key))
            if entry is not None:
                return entry.value
        return Unknown(("selected", world.fresh())) if record.open else NIL
    return Unknown(("selected", key_of(value)))


def _converted(world: World, value: Value, arguments: list[Passed]) -> Value:
    if isinstance(value, (Text, Const)) and len(arguments) > 1 and any(argument.label == "format" for argument in arguments):
        return expressions.join_text([argument.value for argument in arguments if argument.label in ("format", None)], arguments[0].place)
    return value


def _with_target(world: World, name: str, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """`Thread(target=f, args=(…))` runs f beside the rest; `partial(f, …)` is f."""
    if name.endswith("partial"):
        return arguments[0].value if arguments else NIL
    target = next((argument.value for argument in arguments if argument.label in ("target", "function", "block")), None)
    if target is None and arguments:
        target = next(closures_in(arguments), None)
    given = next((argument.value for argument in arguments if argument.label == "args"), None)
    passed = [Passed(item, None, Place(frame.file.path, node.span)) for item in given.items] if isinstance(given, Items) else None
    if target is not None:
        before = world.recorder.count()
        run_later(world, target, state, frame, node, detached=True, arguments=passed)
        regions.spawned(world, state, before, Place(frame.file.path, node.span))
    return Unknown(("thread", world.fresh()))


def _detached(world: World, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """`asyncio.to_thread(f, *args)`, `executor.submit(f, *args)`, `create_task(coroutine)`, `Task.detached { }`."""
    closures = [
        argument
        for argument in arguments
        if any(isinstance(option, (Closure, Partial, External)) for option in alternatives(argument.value))
    ]
    if not closures:
        value = arguments[0].value if arguments else NIL
        return value if isinstance(value, Promise) else Unknown(("task", world.fresh()))
    position = arguments.index(closures[0])
    passed = [argument for argument in arguments[position + 1 :] if argument.label is None]
    before = world.recorder.count()
    results = run_later(
        world, closures[0].value, state, frame, node, detached=True, arguments=passed if frame.file.language == "python" else None
    )
    regions.spawned(world, state, before, Place(frame.file.path, node.span))
    return Promise(results) if frame.file.language == "python" else Unknown(("task", world.fresh()))


def _all_of(world: World, arguments: list[Passed], state: State) -> Value:
    """What `Promise.all` gives: the values, or any of the failures."""
    items: list[Value] = []
    exact = True
    for argument in arguments:
        value = argument.value
        if isinstance(value, Items):
            items += value.items
            exact = exact and value.exact
        elif argument.label is None:
            items.append(value)
    failures: list[Failure] = []
    outcomes: list[object] = []
    values: list[Value] = []
    for item in items:
        if isinstance(item, Promise):
            failures += item.failures
            outcomes += item.outcomes
            values.append(item.value)
        else:
            values.append(item)
    return Promise(Items(tuple(values), exact), tuple(failures[:8]), None, tuple(outcomes))  # type: ignore[arg-type]


def _object_assign(world: World, arguments: list[Passed], state: State) -> Value:
    target = arguments[0].value
    held = _plain(target, state)
    record = held if isinstance(held, Record) else Record({}, True, key_of(target))
    for argument in arguments[1:]:
        record = expressions.merge(world, record, argument.value, state)
    if isinstance(target, Ref):
        state.memory[target.address] = record
        return target
    return world.allocate(state, record)


def _map(world: World, function: Value, iterable: Value, state: State, frame: Frame, node: Node, name: str) -> Value:
    items = _plain(iterable, state)
    if not isinstance(items, Items):
        world.call(function, [Passed(Unknown(("element", world.fresh())), None, Place(frame.file.path, node.span))], state, frame, node)
        return Items((), False)
    results: list[Value] = []
    for item in items.items[:24]:
        result = world.call(function, [Passed(item, None, Place(frame.file.path, node.span))], state, frame, node)
        results.append(result if name == "map" else item)
    return Items(tuple(results), items.exact and len(items.items) <= 24 and name == "map")


def _run_now(world: World, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Runs closure arguments at once; the result is theirs."""
    results: list[Value] = []
    for closure in closures_in(arguments):
        results.append(
            world.call(closure, [], state, frame, node) if _takes_nothing(closure) else _with_unknowns(world, closure, state, frame, node)
        )
    if results:
        return results[0] if len(results) == 1 else union(results)
    for argument in arguments:
        if isinstance(argument.value, Promise):
            return argument.value
    return Unknown(("now", world.fresh()))


def _takes_nothing(closure: Value) -> bool:
    return isinstance(closure, Closure) and not closure.function.parameters


def _with_unknowns(world: World, closure: Value, state: State, frame: Frame, node: Node) -> Value:
    count = len(closure.function.parameters) if isinstance(closure, Closure) else 0
    passed = [Passed(Unknown(("given", world.fresh())), None, Place(frame.file.path, node.span)) for _ in range(count)]
    return world.call(closure, passed, state, frame, node)


def run_later(
    world: World, closure: Value, state: State, frame: Frame, node: Node, detached: bool, arguments: list[Passed] | None = None
) -> Value:
    """Runs a closure that somebody else will call: what precedes it has happened, but its regions are not ours, nor its deletes."""
    path = state.copy()
    place = Place(frame.file.path, node.span)
    path.suspend(place)
    path.held = (
        ()
        if detached
        else tuple(
            HeldRegion(
                held.kind, held.key, world.fresh(), held.entered, held.name, held.effective, held.why, held.declared, held.suspendable
            )
            for held in state.held
            if held.suspendable
        )
    )
    inner = Frame(frame.file, frame.function, frame.scope, frame.path, frame.receiver, frame.info, frame.within)
    try:
        if arguments is not None or not isinstance(closure, Closure):
            value = world.call(closure, arguments or [], path, inner, node)
        else:
            value = _with_unknowns(world, closure, path, inner, node)
    except Unreachable:
        return Unknown(("never", world.fresh()))
    _absorb(state, path)
    return value


def _absorb(state: State, path: State) -> None:
    """What a closure may have changed, whenever it runs."""
    for cell, value in state.memory.items():
        theirs = path.memory.get(cell)
        if theirs is not None and theirs is not value:
            state.memory[cell] = join_values(value, theirs, (), ())
    for cell, value in path.memory.items():
        state.memory.setdefault(cell, value)


def call_product(world: World, callee: Product, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls something a library made: `limit(() => …)`, the release function of a mutex."""
    if callee.maker.path == ("release",) and callee.arguments:
        regions.release(world, state, callee.arguments[0][1])
        return NIL
    found = regions.lock_of(world, callee)
    if found is not None and found[0].kind == "limiter":
        return regions.run_inside(world, callee, "", arguments, state, frame, node)
    return unknown_call(world, callee, arguments, state, frame, node)


def call_method(world: World, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls a method of a value whose type is not the program's."""
    receiver, name = callee.receiver, callee.name
    place = Place(frame.file.path, node.span)
    platform = world.platform
    if name == "then" and platform.promises and _is_shared(world, node):
        return _promise_chain(world, callee, arguments, state, frame, node)
    if isinstance(receiver, Promise) and name in ("then", "catch", "finally"):
        return promises.chain(world, receiver, name, arguments, state, frame, node)
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
    has_closure = any(True for _ in closures_in(arguments))
    if (hinted or isinstance(receiver, (Unknown, External))) and name in platform.run_inside and has_closure:
        if hinted or regions.name_suggests_lock(name) or _receiver_suggests(receiver, node, frame):
            return regions.run_inside(world, receiver, name, arguments, state, frame, node)
    if name in platform.release and (hinted or isinstance(receiver, (Unknown, External))):
        regions.release(world, state, receiver)
        return NIL
    if name in platform.take and (hinted or _receiver_suggests(receiver, node, frame)) and not has_closure:
        held = regions.region(world, receiver, place, frame, frame.text(node, 40))
        regions.take(world, state, held)
        if platform.promises:
            return Promise(Product(External("", ("release",)), ((None, receiver),), ("release", world.fresh()), place))
        return Const(True)
    if name == "then" and has_closure and platform.promises:
        return _promise_chain(world, callee, arguments, state, frame, node)
    if name in ("detach", "detached", "addTask", "submit", "run_in_executor", "create_task", "start_soon") or name in platform.detached:
        return _detached(world, arguments, state, frame, node)
    if name in platform.later:
        for closure in closures_in(arguments):
            run_later(world, closure, state, frame, node, detached=False)
        return Unknown(("later", world.fresh()))
    contained = containers.call_container(world, callee, arguments, state, frame, node)
    if contained is not None:
        return contained
    if name in platform.each and has_closure:
        return _each(world, receiver, arguments, state, frame, node)
    if name in platform.now and has_closure:
        return _run_now(world, arguments, state, frame, node)
    if name in platform.now:
        for argument in arguments:
            if isinstance(argument.value, Promise):
                return argument.value
    return unknown_call(world, callee, arguments, state, frame, node)


def _from_store(world: World, product: Product, name: str) -> bool:
    store = world.catalogue.by_module(world.file.language, product.maker.module)
    if product.identity[0] == "instance":
        owner = world.catalogue.instance(dotted_name(product.maker))
        return owner is not None and owner.name == name
    if product.identity[0] == "backend":
        return True
    return store is not None and store.name == name


def _receiver_name(receiver: Value) -> str:
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
    return regions.name_suggests_lock(_receiver_name(receiver), frame.text(target) if target is not None else "")


def _is_shared(world: World, node: Node) -> bool:
    """Whether a call's receiver is a variable or field that the program keeps assigning."""
    target = node.callee.object if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) else None
    return isinstance(target, (nodes.Name, nodes.Member)) and target.name in world.changed_members()


def _promise_chain(world: World, callee: Partial, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """`this.tail.then(f)`: when the program keeps assigning the shared variable, every caller queues behind the one before."""
    place = Place(frame.file.path, node.span)
    key = (
        ("promise-chain", frame.text(node.callee.object))
        if isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Member) and node.callee.object
        else ()
    )
    held = HeldRegion("promise-chain", key, world.fresh(), place, "the promise chain") if _is_shared(world, node) else None
    outside = state.held
    regions.take(world, state, held)
    results = [
        _with_unknowns(world, closure, state, frame, node) if not _takes_nothing(closure) else world.call(closure, [], state, frame, node)
        for closure in closures_in(arguments[:1])
    ]
    state.held = outside
    value = union(results) if results else NIL
    return value if isinstance(value, Promise) else Promise(value)


def _each(world: World, receiver: Value, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """A closure for every element: known elements in order, unknown ones at most once, or not at all."""
    items = _plain(receiver, state)
    place = Place(frame.file.path, node.span)
    closure = next(closures_in(arguments))
    if isinstance(items, Items) and items.exact and len(items.items) <= 16:
        results = []
        for position, item in enumerate(items.items):
            passed = [Passed(item, None, place)]
            if isinstance(closure, Closure) and len(closure.function.parameters) > 1:
                passed.append(Passed(Const(position), None, place))
            results.append(world.call(closure, passed, state, frame, node))
        return Items(tuple(results))
    path = state.copy()
    try:
        result = _with_unknowns(world, closure, path, frame, node)
    except Unreachable:
        return Unknown(("each", world.fresh()))
    nothing = state.copy()
    expressions.join_forks(state, ((path, NIL), (nothing, NIL)))
    if items is not None and not isinstance(items, Items) and callee_name(node) in ("map", "flatMap") and world.platform.value_dictionaries:
        return union((result, Const(None)))
    return Items((result,), False)


def callee_name(node: Node) -> str:
    """The name of the method that a call node calls."""
    callee = getattr(node, "callee", None)
    return getattr(callee, "name", "")


def unknown_call(world: World, callee: Value, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls what cannot be seen: it may call its closures, change what it is given, throw, and return anything."""
    place = Place(frame.file.path, node.span)
    name = _callee_text(callee)
    inert = (
        name in world.platform.inert
        or name.partition(".")[0] in world.platform.test_tools
        or (isinstance(callee, (Partial, External)) and name.rpartition(".")[2] in world.platform.loggers)
    )
    for argument in arguments:
        world.recorder.used(argument.value)
        if not inert:
            world.recorder.handed_over(world, argument.value, argument.place, name, frame)
    is_test = isinstance(callee, External) and callee.path[:1] and callee.path[0] in world.platform.test_calls
    hinted = regions.name_suggests_lock(name.rpartition(".")[2], _receiver_name(callee.receiver) if isinstance(callee, Partial) else "")
    if not is_test:
        for closure in closures_in(arguments):
            _run_unknown(world, closure, state, frame, node, hinted, name)
    for argument in arguments:
        for option in alternatives(argument.value):
            if isinstance(option, Ref) and not inert:
                held = state.memory.get(option.address)
                if isinstance(held, Record):
                    _run_methods(world, held, option, state, frame, node, is_test=bool(is_test))
                    state.memory[option.address] = Record(held.entries, True, held.base, held.place)
        if argument.inout and argument.node is not None:
            assignment.assign_to(world, argument.node, Unknown(("inout", place, world.fresh())), state, frame)
    world.recorder.ends_session(world, name, place, state, frame)
    if frame.tries and _may_throw(frame, place):
        frame.raises.append((state.copy(), Unknown(("error", world.fresh()))))
    return Unknown(("call", _callee_key(callee), tuple(key_of(argument.value) for argument in arguments), _salt(world, callee, arguments)))


def _may_throw(frame: Frame, place: Place) -> bool:
    """Swift writes `try` before whatever may throw, on the same line as a rule; elsewhere every call may."""
    if frame.file.language != "swift":
        return True
    source = frame.file.source
    start = source.line_starts[source.position(place.span.start).row - 1]
    return b"try" in source.data[start : place.span.start]


def _salt(world: World, callee: Value, arguments: list[Passed]) -> int:
    """Calls of methods on one value give one value (`key.lowercased()`); free functions without arguments may give another each time."""
    if isinstance(callee, Partial) or (arguments and isinstance(callee, External)):
        return 0
    return world.fresh()


def _callee_key(callee: Value) -> tuple[object, ...]:
    return ("method", key_of(callee.receiver), callee.name) if isinstance(callee, Partial) else key_of(callee)


def _callee_text(callee: Value) -> str:
    if isinstance(callee, External):
        return dotted_name(callee)
    if isinstance(callee, Partial):
        receiver = callee.receiver
        if isinstance(receiver, External):
            return f"{dotted_name(receiver)}.{callee.name}"
        if isinstance(receiver, Unknown) and receiver.token and receiver.token[0] == "call" and len(receiver.token) > 1:
            inner = receiver.token[1]
            if isinstance(inner, tuple) and inner and inner[0] == "external" and inner[2]:
                return f"{inner[2][0]}.{callee.name}"  # type: ignore[index]
        return callee.name
    if isinstance(callee, Unknown) and callee.token and isinstance(callee.token[-1], str):
        return callee.token[-1]
    return ""


def _run_unknown(world: World, closure: Value, state: State, frame: Frame, node: Node, hinted: bool, name: str) -> Value | None:
    """Runs a closure given to unseen code: it may run now inside whatever is held, later outside, or never."""
    if isinstance(closure, Closure) and closure.function.span in world.stack:
        return None
    path = state.copy()
    place = Place(frame.file.path, node.span)
    path.held = tuple(
        HeldRegion(held.kind, held.key, held.activation, held.entered, held.name, "unknown", held.why, held.declared, held.suspendable)
        for held in state.held
    )
    if hinted:
        regions.take(world, path, HeldRegion("unknown", ("call", place), world.fresh(), place, name, "unknown"))
    inner = Frame(frame.file, frame.function, frame.scope, frame.path, frame.receiver, frame.info, frame.within)
    try:
        value = _with_unknowns(world, closure, path, inner, node)
    except Unreachable:
        value = None
    _absorb(state, path)
    for option in alternatives(value) if value is not None else ():
        world.recorder.used(option)
        if isinstance(option, Ref):
            world.recorder.escaped(world, option, path)
    return value


def _run_methods(world: World, record: Record, receiver: Ref, state: State, frame: Frame, node: Node, is_test: bool) -> None:
    """An object handed to unseen code: its functions may be called. They run as callbacks do, when their turn comes."""
    for entry in list(record.entries.values()):
        for option in alternatives(entry.value):
            if isinstance(option, Closure) and option.receiver is None and option.function.binds_this:
                bound = Closure(option.function, option.file, option.scope, receiver, option.info, option.identity)
                world.register(bound, state)
