"""Serializing regions: taking and leaving locks, running closures inside queues, entering isolation, starting things together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from keylint.interpret import assignment, callbacks, calls, entering, expressions, library, statements
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.platforms import LOCK_WORDS, LockMaker
from keylint.interpret.scope import HeldRegion, State, join_all
from keylint.interpret.values import (
    Const,
    EnumCase,
    External,
    Instance,
    Items,
    Partial,
    Product,
    Promise,
    Record,
    Ref,
    Unknown,
    Value,
    alternatives,
    key_of,
    union,
)
from keylint.interpret.world import Context
from keylint.program import nodes

if TYPE_CHECKING:
    from keylint.interpret.world import Passed, World
    from keylint.program.link import TypeInfo
    from keylint.program.module import Function


def maker_of(world: World, value: External) -> LockMaker | None:
    """What is known of a library name as a maker of locks."""
    locks = world.platform.locks
    dotted = ".".join((value.module, *value.path)) if value.module else value.dotted
    found = locks.get(dotted)
    if found is None and value.module and value.path == ("default",):
        found = locks.get(value.module)
    if found is None and value.path and world.platform.value_dictionaries:
        found = locks.get(value.dotted)
    return found


def lock_of(world: World, value: Value) -> tuple[LockMaker, Product | External] | None:
    """The lock that `value` is, with how it was made."""
    if isinstance(value, Product):
        maker = maker_of(world, value.maker)
        return (maker, value) if maker is not None else None
    if isinstance(value, External):
        maker = maker_of(world, value)
        if maker is not None and (maker.main or maker.global_ or (maker.by_name and not value.module)):
            return maker, value
    return None


def sets_width(world: World, value: Product, name: str) -> bool:
    """Whether setting the member `name` says how many the queue `value` lets in at a time."""
    maker = maker_of(world, value.maker)
    return maker is not None and maker.one == name


def looks_like_lock(world: World, value: Value) -> bool:
    """An unseen value whose declared type is a lock's."""
    return isinstance(value, Unknown) and value.type_name in world.platform.lock_types


def may_serialize(world: World, value: Value) -> bool:
    """Whether unseen code that is given `value` and a closure may run the closure for one caller at a time."""
    found = lock_of(world, value)
    return looks_like_lock(world, value) if found is None else not found[0].global_ and not _lets_several_in(world, *found)


@lru_cache(maxsize=1 << 12)
def name_suggests_lock(*names: str) -> bool:
    """Whether a name says that what it runs is serialized (`withLock`, `synchronized`, `mutex.run`)."""
    for name in names:
        word = ""
        for letter in name + "_":
            if letter.isupper() or not letter.isalnum():
                if word.lower() in LOCK_WORDS:
                    return True
                word = ""
            if letter.isalnum():
                word += letter
    return False


def region(world: World, lock: Value, entered: Place, frame: Frame, name: str, exclusive: bool = False) -> HeldRegion | None:
    """The region that taking `lock` enters; `None` where that serializes nothing by design (a global concurrent queue)."""
    found = lock_of(world, lock)
    activation = world.fresh()
    if found is None:
        effective = (
            "yes"
            if looks_like_lock(world, lock) and getattr(lock, "type_name", "") not in ("DispatchQueue", "OperationQueue", "PQueue")
            else "unknown"
        )
        return HeldRegion("unknown", key_of(lock), activation, entered, name, effective)
    maker, value = found
    if maker.global_:
        return None
    if maker.main:
        return HeldRegion("global-actor", ("global-actor", "MainActor"), activation, entered, "the main queue", suspendable=True)
    declared = value.place if isinstance(value, Product) else None
    kind = "queue" if maker.kind in ("queue", "limiter") else "lock"
    key = key_of(value)
    if isinstance(value, Product) and maker.one is not None and _number(world, maker.one, value.arguments) == 0:
        return None  # a semaphore that starts at zero signals; it excludes nobody
    why = "" if exclusive else _lets_several_in(world, maker, value)
    if why:
        return HeldRegion(kind, key, activation, entered, name, "no", why, declared)
    if isinstance(value, Product) and value.function is not None and not maker.by_name and value.function is frame.function:
        return HeldRegion(kind, key, activation, entered, name, "no", f"{_article(kind)} is made anew in every call", declared)
    return HeldRegion(kind, key, activation, entered, name, declared=declared)


def _article(kind: str) -> str:
    return "the queue" if kind == "queue" else "the lock"


def _lets_several_in(world: World, maker: LockMaker, value: Product | External) -> str:
    if isinstance(value, External):
        return ""
    arguments = value.arguments
    if maker.concurrent is not None:
        label, name = maker.concurrent
        for given, argument in arguments:
            if given == label and any(_mentions(option, name) for option in alternatives(argument)):
                return "the queue is concurrent"
    if maker.one is not None:
        number = _number(world, maker.one, arguments)
        if isinstance(number, int) and number > 1:
            return f"it lets {number} in at a time"
        if number is None and not maker.default_one and maker.kind == "queue":
            return "it lets several in at a time"
    return ""


def _mentions(value: Value, name: str) -> bool:
    if isinstance(value, EnumCase):
        return value.name == name
    if isinstance(value, External):
        return bool(value.path) and value.path[-1] == name
    if isinstance(value, Items):
        return any(_mentions(item, name) for item in value.items)
    return False


def _number(world: World, where: str | int, arguments: Sequence[tuple[str | None, Value]]) -> int | str | None:
    """The number given at a position, under a label or as an option; `"?"` when something unseen is there."""
    positional = [value for label, value in arguments if label is None]
    for label, value in arguments:
        if label == where:
            return value.value if isinstance(value, Const) and isinstance(value.value, int) else "?"
    if isinstance(where, int):
        if where < len(positional):
            value = positional[where]
            return value.value if isinstance(value, Const) and isinstance(value.value, int) else "?"
        return None
    for value in positional:
        if isinstance(value, Record):
            entry = value.entries.get(("name", where))
            if entry is not None:
                return entry.value.value if isinstance(entry.value, Const) and isinstance(entry.value.value, int) else "?"
            return "?" if value.open else None
        if not isinstance(value, (Const, Record)):
            return "?"
    return None


def take(world: World, state: State, held: HeldRegion | None) -> None:
    """Enters a region."""
    if held is not None and len(state.held) < 8:
        state.held = (*state.held, held)


def release(world: World, state: State, lock: Value) -> None:
    """Leaves the innermost region of `lock`."""
    key = key_of(lock)
    for index in range(len(state.held) - 1, -1, -1):
        if state.held[index].key == key:
            state.held = state.held[:index] + state.held[index + 1 :]
            return


def isolation(
    world: World, function: Function, info: TypeInfo | None, place: Place, state: State, inherits: bool = True
) -> HeldRegion | None:
    """The isolation that entering a function of this type adds to what the path already holds.

    `inherits` is false for closures: whoever runs one decides where, unless it says so itself.
    """
    if "nonisolated" in (function.isolation, info.isolation if info is not None and function.isolation is None else None):
        return None
    actor: str | None = function.isolation
    kind = "global-actor"
    if actor is None and inherits and info is not None and function.kind != "initializer":
        actor = info.isolation or info.isolation_of(function)
        if actor is None and info.kind == "actor" and not function.is_static:
            actor, kind = info.name, "actor"
        elif actor is None and any(name in world.platform.main_types for name in world.file.inherited_names(info)):
            actor = "MainActor"
        if actor is None:
            for ancestor in world.file.ancestry(info):
                actor = actor or ancestor.isolation
    key: tuple[object, ...]
    if actor is not None:
        key = (kind, actor)
        name = f"the actor `{actor}`" if kind == "actor" else f"`@{actor}`"
    elif world.platform.event_loop and function.is_async:
        kind, key, name = "event-loop", ("event-loop",), "the event loop"
    else:
        return None
    if any(held.key == key for held in state.held):
        return None
    return HeldRegion(kind, key, world.fresh(), place, name, suspendable=True)


def flag(world: World, node: nodes.Assign, value: bool, state: State, frame: Frame) -> None:
    """`if (busy) return; busy = true; … busy = false`: where one thread runs everything, a shared flag lets one caller in."""
    target = node.target
    if not isinstance(target, (nodes.Name, nodes.Member)) or node.scope != "outer":
        return
    if target.name not in world.survey.changed_members(frame.file):
        return
    key = ("flag", target.name)
    if not value:
        state.held = tuple(held for held in state.held if held.key != key)
    elif any(_words(decision.text) & {target.name} for decision in state.trail):
        take(world, state, HeldRegion("lock", key, world.fresh(), frame.place(node), target.name))


def _words(text: str) -> set[str]:
    return set("".join(letter if letter.isalnum() or letter in "_$" else " " for letter in text).split())


def spawned(world: World, state: State, since: int, place: Place, parallel: bool = True) -> None:
    """Store calls made since event `since` run beside those started earlier and not awaited yet; in `parallel` unless they only wait
    for each other in turns."""
    started = world.fresh()
    now = [(started, event) for event in world.recorder.numbers(since)]
    for _, earlier in state.spawned:
        for _, later in now:
            world.recorder.together(earlier, later)
            if parallel and not world.platform.promises:  # JavaScript runs one thing at a time
                world.recorder.beside(earlier, later, place)
    if len(state.spawned) < 24:
        state.spawned = (*state.spawned, *now)


def repeated(world: World, state: State, before: tuple[tuple[int, int], ...], place: Place) -> None:
    """What was started since `before` may be started any number of times without waiting for the first."""
    if world.platform.promises:
        return
    new = [event for started, event in state.spawned if (started, event) not in before]
    for index, earlier in enumerate(new):
        for later in new[index:]:
            world.recorder.beside(earlier, later, place)


def enter_manager(
    world: World, statement: nodes.Region, state: State, frame: Frame, body: Callable[[list[State]], list[State]]
) -> list[State]:
    """Runs the body of a `with` inside what its manager is: a lock, a context manager of the program, or something else."""
    place = frame.place(statement.manager)
    name = frame.text(statement.manager, 40)
    manager = statement.manager
    if isinstance(manager, nodes.Call):
        callee = calls.callee_of(world, manager, state, frame)
        closure = calls.method_closure(world, callee, state)
        if closure is not None and closure.function.is_generator:
            passed = calls.arguments_of(world, manager, state, frame)
            return entering.enter_with_yield(world, closure, passed, state, frame, place, _with_target(world, statement, frame, body))
        if isinstance(callee, External):
            called = library.dotted_name(callee)
            if called in world.platform.suppressors:
                return _suppressing(world, manager, state, frame, body)
            if called in world.platform.not_regions or callee.path[-1:] == ("TaskGroup",):
                value = expressions.evaluate(world, manager, state, frame)
                if statement.target is not None:
                    assignment.assign_to(world, statement.target, value, state, frame, declare=True, scope="function")
                return body([state])
    value = expressions.evaluate(world, manager, state, frame)
    if statement.target is not None:
        assignment.assign_to(world, statement.target, value, state, frame, declare=True, scope="function")
    held: HeldRegion | None = None
    for option in alternatives(value)[:1]:
        target = state.memory.get(option.address) if isinstance(option, Ref) else option
        if isinstance(target, Instance):
            for method in ("__enter__", "__aenter__"):
                taken = calls.method_closure(world, Partial(option, method, place), state)
                if taken is not None:
                    calls.call(world, taken, [], state, frame, manager)
            break
        if lock_of(world, option) is not None:
            held = region(world, option, place, frame, name)
        elif not isinstance(option, Const):
            held = HeldRegion("unknown", key_of(option), world.fresh(), place, name, "unknown")
    if held is None and len(alternatives(value)) > 1:
        held = HeldRegion("unknown", key_of(value), world.fresh(), place, name, "unknown")
    if len(alternatives(value)) > 1 and held is not None and held.effective == "no":
        held = HeldRegion(held.kind, held.key, held.activation, place, name, "unknown")
    if statement.awaits:
        state.suspend(place)
    take(world, state, held)
    onward = body([state])
    if held is not None:
        for path in onward:
            path.held = tuple(item for item in path.held if item.activation != held.activation)
    return onward


def _with_target(
    world: World, statement: nodes.Region, frame: Frame, body: Callable[[list[State]], list[State]]
) -> Callable[[State, Value], None]:
    outer = frame.scope

    def on_yield(state: State, value: Value) -> None:
        inner, frame.scope = frame.scope, outer
        try:
            if statement.target is not None:
                assignment.assign_to(world, statement.target, value, state, frame, declare=True, scope="function")
            joined = join_all(body([state]))
        finally:
            frame.scope = inner
        if joined is None:
            raise Unreachable
        state.become(joined)

    return on_yield


def _suppressing(world: World, manager: nodes.Call, state: State, frame: Frame, body: Callable[[list[State]], list[State]]) -> list[State]:
    """`with suppress(Error):` is a `try` whose handler does nothing."""
    handler = nodes.Handler(manager.span, tuple(argument.value for argument in manager.arguments), None, nodes.Block(manager.span, ()))
    saved, frame.raises = frame.raises, []
    frame.tries += 1
    onward = body([state])
    frame.tries -= 1
    raised, frame.raises = frame.raises, saved
    for path, error in raised:
        sure, maybe = statements.handles(world, handler, error, path, frame)
        if sure or maybe:
            onward.append(path)
        if not sure:
            frame.raises.append((path, error))
    return onward


def leave_regions(before: tuple[HeldRegion, ...], frame: Frame, marks: tuple[int, int, int, int]) -> None:
    """Paths that left a `with` early hold what was held before it."""
    for state, _ in frame.returns[marks[0] :] + frame.raises[marks[1] :]:
        state.held = tuple(held for held in state.held if held in before)
    for _, state in frame.breaks[marks[2] :] + frame.continues[marks[3] :]:
        state.held = tuple(held for held in state.held if held in before)


_DROPS_RESULTS = ("async", "asyncAfter", "addOperation")
"""Methods that run a closure later: nobody gets what it returns, its only expression included."""


def run_inside(world: World, lock: Value, method: str, arguments: Sequence[Passed], state: State, frame: Frame, node: nodes.Node) -> Value:
    """`lock.withLock { }`, `queue.sync { }`, `mutex.runExclusive(f)`: runs the closures inside the region."""
    place = Place(frame.file.path, node.span)
    exclusive = (
        any(_mentions(option, world.platform.barrier) for argument in arguments for option in alternatives(argument.value))
        if world.platform.barrier
        else False
    )
    name = frame.text(node.callee, 40) if isinstance(node, nodes.Call) else method
    found = lock_of(world, lock)
    held = region(world, lock, place, frame, name, exclusive)
    results: list[Value] = []
    for closure in callbacks.closures_in(arguments):
        if found is not None and found[0].global_:
            before = world.recorder.count()
            with world.within(Context(world.context.root, place if method in _DROPS_RESULTS else world.context.concurrent)):
                value = callbacks.run_later(world, closure, state, frame, node, detached=True)
            if method in _DROPS_RESULTS:
                world.recorder.discarded(value)
            spawned(world, state, before, place, method in _DROPS_RESULTS)
            continue
        outside = state.copy()
        before = world.recorder.count()
        beside = method in _DROPS_RESULTS and held is not None and held.effective == "no"
        if method in _DROPS_RESULTS:
            state.held = ()
            state.suspend(place)
        take(world, state, held)
        with world.within(Context(world.context.root, place) if beside else world.context):
            value = calls.call(world, closure, [], state, frame, node)
        if method in _DROPS_RESULTS:
            world.recorder.discarded(value)
            state.unsuspend(outside)
        results.append(value)
        state.held = outside.held
        if beside:
            spawned(world, state, before, place)
    value = union(results) if results else Unknown(("region", world.fresh()))
    return value if not world.platform.promises or isinstance(value, Promise) else Promise(value)
