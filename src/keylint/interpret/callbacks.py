"""When closures run: at once, for each element, later, beside the rest, or whenever unseen code likes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret import calls, contexts, expressions, library, records, regions
from keylint.interpret.events import FOREGROUND, Place, Root
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.joining import join_values
from keylint.interpret.scope import HeldRegion, State
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    External,
    Items,
    Partial,
    Product,
    Promise,
    Record,
    Ref,
    TypeValue,
    Unknown,
    Value,
    alternatives,
    key_of,
    union,
)
from keylint.interpret.world import Context, Passed, World
from keylint.program.nodes import Node


def closures_in(arguments: Sequence[Passed]) -> Iterator[Value]:
    """Functions of the program among the arguments."""
    for argument in arguments:
        for option in alternatives(argument.value):
            if (
                isinstance(option, Closure)
                or (isinstance(option, Partial) and _is_of_program(option.receiver))
                or is_bound(option)
            ):
                yield option


def _is_of_program(receiver: Value) -> bool:
    """Whether a method's receiver is seen to be an object of the program; `self` in an extension of a protocol is one."""
    return isinstance(receiver, (Ref, TypeValue)) or (isinstance(receiver, Unknown) and receiver.token[:1] == ("self",))


def detached(world: World, callee: Value, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """`asyncio.to_thread(f, *args)`, `executor.submit(f, *args)`, `create_task(coroutine)`, `Task.detached { }`."""
    closures = [
        argument
        for argument in arguments
        if any(isinstance(option, (Closure, Partial, External)) or is_bound(option) for option in alternatives(argument.value))
    ]
    if not closures:
        value = arguments[0].value if arguments else NIL
        return value if isinstance(value, Promise) else Unknown(("task", world.fresh()))
    position = arguments.index(closures[0])
    passed = [argument for argument in arguments[position + 1 :] if argument.label is None]
    if frame.awaiting == node.span and frame.file.language == "python":
        return Promise(_elsewhere(world, closures[0].value, passed, state, frame, node))
    place = Place(frame.file.path, node.span)
    parallel, several = contexts.starts(world, callee, arguments, frame)
    before, started = world.recorder.count(), state.spawned
    with world.within(Context(world.context.root, place) if parallel else world.context):
        results = run_later(
            world, closures[0].value, state, frame, node, detached=True, arguments=passed if frame.file.language == "python" else None
        )
    regions.spawned(world, state, before, place, parallel)
    if several:
        regions.repeated(world, state, started, place)
    return Promise(results) if frame.file.language == "python" else Unknown(("task", world.fresh()))


def _elsewhere(world: World, closure: Value, passed: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Waits for `closure` to run in a thread: in order with the rest, but no step of the event loop."""
    held, raised = state.held, len(frame.raises)
    state.held = tuple(region for region in held if region.kind != "event-loop")
    try:
        return calls.call(world, closure, passed, state, frame, node)
    finally:
        state.held = held
        for path, _ in frame.raises[raised:]:
            path.held = held
        frame.entered = None


def with_target(world: World, name: str, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """`Thread(target=f, args=(…))` runs f beside the rest; `partial(f, …)` is f."""
    if name.endswith("partial"):
        return _bound(arguments, Place(frame.file.path, node.span))
    target = next((argument.value for argument in arguments if argument.label in ("target", "function", "block")), None)
    if target is None and arguments:
        target = next(closures_in(arguments), None)
    given = next((argument.value for argument in arguments if argument.label == "args"), None)
    passed = [Passed(item, None, Place(frame.file.path, node.span)) for item in given.items] if isinstance(given, Items) else None
    if target is not None:
        before, place = world.recorder.count(), Place(frame.file.path, node.span)
        with world.within(Context(world.context.root, place)):
            run_later(world, target, state, frame, node, detached=True, arguments=passed)
        regions.spawned(world, state, before, place)
    return Unknown(("thread", world.fresh()))


PARTIAL = External("functools", ("partial",))


def _bound(arguments: list[Passed], place: Place) -> Value:
    """A function some of whose arguments are given already; see `library.call_product`."""
    if len(arguments) < 2:
        return arguments[0].value if arguments else NIL
    given = tuple((argument.label, argument.value) for argument in arguments)
    return Product(PARTIAL, given, ("partial", tuple((label, key_of(value)) for label, value in given)), place)


def is_bound(value: Value) -> bool:
    """Whether `value` is a function with arguments given already."""
    return isinstance(value, Product) and value.maker == PARTIAL


def run_now(world: World, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Runs closure arguments at once; the result is theirs."""
    results: list[Value] = []
    for closure in closures_in(arguments):
        results.append(
            calls.call(world, closure, [], state, frame, node)
            if takes_nothing(closure)
            else with_unknowns(world, closure, state, frame, node)
        )
    if results:
        return results[0] if len(results) == 1 else union(results)
    for argument in arguments:
        if isinstance(argument.value, Promise):
            return argument.value
    return Unknown(("now", world.fresh()))


def takes_nothing(closure: Value) -> bool:
    return isinstance(closure, Closure) and not closure.function.parameters


def with_unknowns(world: World, closure: Value, state: State, frame: Frame, node: Node) -> Value:
    count = len(closure.function.parameters) if isinstance(closure, Closure) else 0
    passed = [Passed(Unknown(("given", world.fresh())), None, Place(frame.file.path, node.span)) for _ in range(count)]
    return calls.call(world, closure, passed, state, frame, node)


def run_later(
    world: World, closure: Value, state: State, frame: Frame, node: Node, detached: bool, arguments: list[Passed] | None = None
) -> Value:
    """Runs a closure that somebody else will call: what precedes it has happened, but its regions are not ours, nor its deletes."""
    path = state.copy()
    place = Place(frame.file.path, node.span)
    path.suspend(place)
    path.held = () if detached else _entered_again(world, state)
    inner = Frame(frame.file, frame.function, frame.scope, frame.path, frame.receiver, frame.info, frame.within)
    inner.confidence = frame.confidence
    try:
        if arguments is not None or not isinstance(closure, Closure):
            value = calls.call(world, closure, arguments or [], path, inner, node)
        else:
            value = with_unknowns(world, closure, path, inner, node)
    except Unreachable:
        return Unknown(("never", world.fresh()))
    absorb(state, path)
    return value


def _entered_again(world: World, state: State) -> tuple[HeldRegion, ...]:
    """The isolation that code made here has when it runs later."""
    return tuple(
        HeldRegion(held.kind, held.key, world.fresh(), held.entered, held.name, held.effective, held.why, held.declared, held.suspendable)
        for held in state.held
        if held.suspendable
    )


def absorb(state: State, path: State) -> None:
    """What a closure may have changed, whenever it runs."""
    for cell, value in state.memory.items():
        theirs = path.memory.get(cell)
        if theirs is not None and theirs is not value:
            state.memory[cell] = join_values(value, theirs, (), ())
    for cell, value in path.memory.items():
        state.memory.setdefault(cell, value)


def each(world: World, receiver: Value, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """A closure for every element: known elements in order, unknown ones at most once, or not at all."""
    items = library.plain(receiver, state)
    if callee_name(node) == "forEach":  # `map` may as well be that of an optional
        items = records.elements_of(world, items, state)
    place = Place(frame.file.path, node.span)
    closure = next(closures_in(arguments))
    if isinstance(items, Items) and items.exact and len(items.items) <= 16:
        results = []
        for position, item in enumerate(items.items):
            passed = [Passed(item, None, place)]
            if isinstance(closure, Closure) and len(closure.function.parameters) > 1:
                passed.append(Passed(Const(position), None, place))
            results.append(calls.call(world, closure, passed, state, frame, node))
        return Items(tuple(results))
    path = state.copy()
    try:
        result = with_unknowns(world, closure, path, frame, node)
    except Unreachable:
        return Unknown(("each", world.fresh()))
    regions.repeated(world, path, state.spawned, place)
    nothing = state.copy()
    expressions.join_forks(state, ((path, NIL), (nothing, NIL)))
    if items is not None and not isinstance(items, Items) and callee_name(node) in ("map", "flatMap") and world.platform.value_dictionaries:
        return union((result, Const(None)))
    return Items((result,), False)


def callee_name(node: Node) -> str:
    """The name of the method that a call node calls."""
    callee = getattr(node, "callee", None)
    return getattr(callee, "name", "")


def run_from(world: World, root: Root, closure: Value, state: State, frame: Frame, node: Node, provides: bool) -> None:
    """Runs a closure that the platform will call: a path of its own starts there. If it `provides` the handler, that is what it returns."""
    path = state.copy()
    path.held = _entered_again(world, state) if root.kind == FOREGROUND else ()
    path.pending, path.outcomes, path.spawned = (), {}, ()
    inner = Frame(frame.file, frame.function, frame.scope, (), frame.receiver, frame.info, frame.within)
    inner.tries = 1
    world.recorder.entered(root)
    with world.within(Context(root)):
        try:
            value = with_unknowns(world, closure, path, inner, node)
            for option in alternatives(value) if provides else ():
                if isinstance(option, Closure):
                    with_unknowns(world, option, path, inner, node)
        except Unreachable:
            pass
    absorb(state, path)


def run_unknown(world: World, closure: Value, state: State, frame: Frame, node: Node, hinted: bool, name: str) -> Value | None:
    """Runs a closure given to unseen code: it may run now inside whatever is held, later outside, or never."""
    if isinstance(closure, Closure) and (id(closure.function) in world.stack or not world.reach(closure.file).matters(closure.function)):
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
    inner.confidence = "medium"
    with world.within(Context(contexts.inherited(world.context.root, frame.file.language, name), world.context.concurrent)):
        try:
            value = with_unknowns(world, closure, path, inner, node)
        except Unreachable:
            value = None
    absorb(state, path)
    for option in alternatives(value) if value is not None else ():
        world.recorder.used(option)
    return value


def run_methods(world: World, record: Record, receiver: Ref, state: State, frame: Frame, node: Node, is_test: bool) -> None:
    """An object handed to unseen code: its functions may be called. They run as callbacks do, when their turn comes."""
    for entry in list(record.entries.values()):
        for option in alternatives(entry.value):
            if isinstance(option, Closure) and option.receiver is None and option.function.binds_this:
                bound = Closure(option.function, option.file, option.scope, receiver, option.info, option.identity)
                world.register(bound, state)


def map_items(world: World, function: Value, iterable: Value, state: State, frame: Frame, node: Node, name: str) -> Value:
    items = library.plain(iterable, state)
    if not isinstance(items, Items):
        calls.call(
            world, function, [Passed(Unknown(("element", world.fresh())), None, Place(frame.file.path, node.span))], state, frame, node
        )
        return Items((), False)
    results: list[Value] = []
    for item in items.items[:24]:
        result = calls.call(world, function, [Passed(item, None, Place(frame.file.path, node.span))], state, frame, node)
        results.append(result if name == "map" else item)
    return Items(tuple(results), items.exact and len(items.items) <= 24 and name == "map")


def on_main(world: World, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Runs a closure on the main actor and waits for it."""
    place = Place(frame.file.path, node.span)
    outside = state.held
    regions.take(
        world, state, HeldRegion("global-actor", ("global-actor", "MainActor"), world.fresh(), place, "the main actor", suspendable=True)
    )
    value = run_now(world, arguments, state, frame, node)
    state.held = outside
    return value
