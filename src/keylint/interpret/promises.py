"""Promises and coroutines: what awaiting one gives, and what `.then`, `.catch` and `.finally` make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from keylint.interpret import calls
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import State, join_all
from keylint.interpret.values import Failure, Outcome, Promise, Unknown, Value, alternatives, union, with_outcomes

if TYPE_CHECKING:
    from keylint.interpret.world import Passed, World
    from keylint.program.nodes import Node


def settle(world: World, value: Value, state: State, frame: Frame, place: Place) -> Value:
    """The value of `await value`: its rejections become raises of the frame, its fulfilment goes on."""
    if not isinstance(value, Promise):
        return value
    for failure in value.failures:
        path = state.copy()
        if all(path.note(outcome) for outcome in failure.outcomes):
            frame.raises.append((path, failure.error))
    for outcome in value.outcomes:
        state.note(outcome)
    if isinstance(value.value, Unknown) and value.value.token[:1] == ("never",):
        raise Unreachable
    return settle(world, value.value, state, frame, place) if isinstance(value.value, Promise) else value.value


ALIKE = "`.catch` takes every failure alike"


def chain(
    world: World,
    promise: Promise,
    method: str,
    arguments: Sequence[Passed],
    state: State,
    frame: Frame,
    node: Node,
    how: str = ALIKE,
) -> Value:
    """`promise.then(f, g)`, `.catch(g)`, `.finally(f)`. `how` says what becomes of a failure that `g` is given."""
    fulfilled = arguments[0] if arguments and method in ("then", "finally") else None
    rejected = arguments[0] if arguments and method == "catch" else arguments[1] if len(arguments) > 1 and method == "then" else None
    place = frame.place(node)
    inner = frame_for_promise(frame)
    results: list[Value] = []
    paths: list[State] = []
    going = state.copy()
    going.suspend(place)
    if _holds(going, promise.outcomes):
        try:
            result = promise.value
            if fulfilled is not None:
                passed = [world.argument(promise.value, node)] if method == "then" else []  # type: ignore[arg-type]
                called = _flat(world, calls.call(world, fulfilled.value, passed, going, inner, node), going, inner, place)
                result = called if method == "then" else promise.value
            results.append(result)
            paths.append(going)
        except Unreachable:
            pass
    failures: list[Failure] = []
    for failure in promise.failures:
        if rejected is None:
            failures.append(failure)
            continue
        lost = state.copy()
        lost.failed = True
        lost.suspend(place)
        noted = [_lost(outcome, state.outcomes.get(outcome.event), rejected.place, how) for outcome in failure.outcomes]
        if not _holds(lost, noted):
            continue
        try:
            called = calls.call(world, rejected.value, [world.argument(failure.error, node)], lost, inner, node)  # type: ignore[arg-type]
            results.append(with_outcomes(_flat(world, called, lost, inner, place), tuple(noted)))
            paths.append(lost)
        except Unreachable:
            continue
    failures += [failure_of(world, path, error) for path, error in inner.raises]
    joined = join_all(paths)
    if joined is not None:
        if rejected is None:
            _reopen(joined, promise.failures, state.outcomes)
        state.become(joined)
    outcomes = promise.outcomes if rejected is None and results else ()
    return Promise(union(results) if results else Unknown(("never", world.fresh())), tuple(failures[:6]), None, outcomes)


def _lost(outcome: Outcome, known: Outcome | None, place: Place, how: str) -> Outcome:
    """What a handler learns of a store call, `known` before: only where the rejection says more is it the handler that loses the reason."""
    if known is not None and known.possible <= outcome.possible:
        return known
    return Outcome(outcome.event, outcome.possible, place, how)


def of_body(state: State, before: dict[int, Outcome], value: Value, failures: tuple[Failure, ...]) -> Promise:
    """The promise of an asynchronous function whose body ended in `state` with `value`, where `before` was known when it began."""
    options = alternatives(value)
    inner = [option for option in options if isinstance(option, Promise)]
    failures = (failures + tuple(failure for option in inner for failure in option.failures))[:6]
    rejected = {outcome.event for failure in failures for outcome in failure.outcomes}
    known = tuple(outcome for event, outcome in state.outcomes.items() if event in rejected and before.get(event) != outcome)
    _reopen(state, failures, before)
    settled = union(option.value if isinstance(option, Promise) else option for option in options)
    return Promise(settled, failures, None, (*known, *(inner[0].outcomes if len(inner) == len(options) == 1 else ())))


def _reopen(going: State, failures: Sequence[Failure], before: Mapping[int, Outcome]) -> None:
    """Whoever does not wait for a promise does not know that it was fulfilled."""
    for failure in failures:
        for outcome in failure.outcomes:
            known, earlier = going.outcomes.get(outcome.event), before.get(outcome.event)
            possible = outcome.possible if earlier is None else outcome.possible & earlier.possible
            if known is not None and possible:
                going.outcomes[outcome.event] = Outcome(outcome.event, known.possible | possible, known.place, known.how)


def _flat(world: World, value: Value, state: State, frame: Frame, place: Place) -> Value:
    return union(settle(world, option, state, frame, place) for option in alternatives(value))


def frame_for_promise(frame: Frame) -> Frame:
    """A frame whose raises are rejections, not the caller's."""
    inner = Frame(frame.file, frame.function, frame.scope, frame.path, frame.receiver, frame.info, frame.within)
    inner.tries = 1
    inner.confidence = frame.confidence
    return inner


def failure_of(world: World, path: State, error: Value) -> Failure:
    """A raise seen as a rejection."""
    full = world.recorder.full_outcome
    outcomes = tuple(outcome for outcome in path.outcomes.values() if outcome.possible != full(outcome.event))
    return Failure(outcomes, error)


def _holds(state: State, outcomes: Sequence[Outcome]) -> bool:
    """Notes every outcome; whether the path can still be."""
    return not [outcome for outcome in outcomes if not state.note(outcome)]
