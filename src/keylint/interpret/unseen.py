"""Calls of code that cannot be seen: it may call its closures, change what it is given, throw, and return anything."""

from __future__ import annotations

import re

from keylint.interpret import assignment, callbacks, contexts, expressions, library, regions
from keylint.interpret.conflating import calls_told
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame
from keylint.interpret.scope import State
from keylint.interpret.values import (
    External,
    Items,
    Partial,
    Record,
    Ref,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    with_outcomes,
)
from keylint.interpret.world import Passed, World
from keylint.program.nodes import Call, Node

_LOGS = re.compile(r"(?:^|_)log(?:_|$|[A-Z])|Log$")
"""Names of the program's own loggers."""
RAISES = 16
"""So many places where a function may throw are kept apart."""


def unknown_call(world: World, callee: Value, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls what cannot be seen: it may call its closures, change what it is given, throw, and return anything."""
    place = Place(frame.file.path, node.span)
    name = callee_text(callee)
    inert = (
        name in world.platform.inert
        or name.partition(".")[0] in world.platform.test_tools
        or (isinstance(callee, (Partial, External)) and name.rpartition(".")[2] in world.platform.loggers)
    )
    carries_options = any(_names_class(world, argument.value, state) for argument in arguments)
    last = name.rpartition(".")[2]
    logs = inert or last[:1].isupper() or _LOGS.search(last) is not None  # constructors and conversions hand nothing on
    for argument in arguments:
        world.recorder.used(argument.value)
        if state.outcomes and not logs:
            world.recorder.reported(calls_told(argument.value, state))
        if not inert and not carries_options:
            world.recorder.handed_over(world, argument.value, argument.place, name, frame)
        elif carries_options and isinstance(argument.value, Items):
            for item in argument.value.items:  # `call([store, store.write], …, options)`
                if isinstance(item, External):
                    world.recorder.called_reference(item)
    is_test = isinstance(callee, External) and callee.path[:1] and callee.path[0] in world.platform.test_calls
    hinted = regions.name_suggests_lock(
        name.rpartition(".")[2], library.receiver_name(callee.receiver) if isinstance(callee, Partial) else ""
    ) or any(regions.may_serialize(world, argument.value) for argument in arguments)
    if not is_test:
        spelled = frame.text(node.callee, 40) if isinstance(node, Call) else name
        handed = contexts.Handed(frame.file.language, callee, arguments, node, place, spelled)
        for argument in arguments:
            root = handed.root(argument)
            for closure in callbacks.closures_in([argument]):
                if root is not None:
                    callbacks.run_from(world, root, closure, state, frame, node, handed.provides)
                else:
                    callbacks.run_unknown(world, closure, state, frame, node, hinted, name)
    for argument in arguments:
        for option in alternatives(argument.value):
            if isinstance(option, Ref) and not inert:
                held = state.memory.get(option.address)
                if isinstance(held, Record):
                    callbacks.run_methods(world, held, option, state, frame, node, is_test=bool(is_test))
                    state.memory[option.address] = Record(held.entries, True, held.base, held.place)
        if argument.inout and argument.node is not None:
            assignment.assign_to(world, argument.node, Unknown(("inout", place, world.fresh())), state, frame)
    if _may_be_own(world, callee):
        world.recorder.deletes_unseen(world.functions, name)
    world.recorder.ends_session(world, name, place, state, frame)
    if frame.tries and may_throw(frame, place):
        _note_raise(frame, state, Unknown(("error", world.fresh())))
    return Unknown(("call", callee_key(callee), tuple(key_of(argument.value) for argument in arguments), salt(world, callee, arguments)))


def _may_be_own(world: World, callee: Value) -> bool:
    """Whether what is called may be code of the program: no import of a library says otherwise, and it is no other place for data."""
    receiver = callee.receiver if isinstance(callee, Partial) else callee
    if not isinstance(receiver, External):
        return True
    if receiver.module:
        return receiver.module.startswith((".", "/", "~", "@/", "#"))
    return receiver.path[:1] not in {(name,) for name in world.platform.plain_stores}


def decode(world: World, callee: External, of_nothing: str, arguments: list[Passed], state: State, frame: Frame, node: Node) -> Value:
    """Calls what decodes text, of which it is known what it makes of nothing: nil, or an error of the type `of_nothing`."""
    given = arguments[0]
    options = alternatives(given.value)
    if not any(is_nil(option) for option in options):
        return unknown_call(world, callee, arguments, state, frame, node)
    forks: list[tuple[State, Value]] = []
    for option in options:
        path = state.copy()
        outcomes = getattr(option, "outcomes", ())
        if not all(path.note(outcome) for outcome in outcomes):
            continue
        if not is_nil(option):
            passed = [given._replace(value=option), *arguments[1:]]
            forks.append((path, with_outcomes(unknown_call(world, callee, passed, path, frame, node), outcomes)))
        elif of_nothing == "nil":
            forks.append((path, option))
        else:
            frame.raises.append((path, Unknown(("raised", of_nothing))))
    return expressions.join_forks(state, forks)


def _names_class(world: World, value: Value, state: State) -> bool:
    """Whether a value is an options dictionary that names a class: it travels beside the function it is for."""
    held = state.memory.get(value.address) if isinstance(value, Ref) else value
    if not isinstance(held, Record):
        return False
    return any(("name", key) in held.entries for store in world.catalogue.stores for key in store.class_keys)


def _note_raise(frame: Frame, state: State, error: Value) -> None:
    """A call that may throw. Of very many in one `try`, the last stand for the rest."""
    if len(frame.raises) > RAISES and isinstance(frame.raises[-1][1], Unknown) and frame.raises[-1][0].outcomes == state.outcomes:
        frame.raises.pop()
    frame.raises.append((state.copy(), error))


def may_throw(frame: Frame, place: Place) -> bool:
    """Swift writes `try` before whatever may throw, on the same line as a rule; elsewhere every call may."""
    if frame.file.language != "swift":
        return True
    source = frame.file.source
    start = source.line_starts[source.position(place.span.start).row - 1]
    return b"try" in source.data[start : place.span.start]


def salt(world: World, callee: Value, arguments: list[Passed]) -> int:
    """Calls of methods on one value give one value (`key.lowercased()`); free functions without arguments may give another each time."""
    if isinstance(callee, Partial) or (arguments and isinstance(callee, External)):
        return 0
    return world.fresh()


def callee_key(callee: Value) -> tuple[object, ...]:
    return ("method", key_of(callee.receiver), callee.name) if isinstance(callee, Partial) else key_of(callee)


def callee_text(callee: Value) -> str:
    if isinstance(callee, External):
        return library.dotted_name(callee)
    if isinstance(callee, Partial):
        receiver = callee.receiver
        if isinstance(receiver, External):
            return f"{library.dotted_name(receiver)}.{callee.name}"
        if isinstance(receiver, Unknown) and receiver.token and receiver.token[0] == "call" and len(receiver.token) > 1:
            inner = receiver.token[1]
            if isinstance(inner, tuple) and inner and inner[0] == "external" and inner[2]:
                return f"{inner[2][0]}.{callee.name}"
        return callee.name
    if isinstance(callee, Unknown) and callee.token and isinstance(callee.token[-1], str):
        return callee.token[-1]
    return ""
