"""Runs statements. Each takes the paths that reach it to the paths that leave it; returns, raises and jumps go to the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keylint.interpret import assignment, conditions, expressions, operators, records, regions
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import Scope, State, join_all, reduce_states
from keylint.interpret.values import (
    DUPLICATE,
    LOCKED,
    MAX_ALTERNATIVES,
    OTHER,
    TOLD,
    VOID,
    Closure,
    Const,
    EnumCase,
    External,
    Instance,
    Items,
    Outcome,
    Promise,
    Record,
    Ref,
    TypeValue,
    Unknown,
    Value,
    alternatives,
    key_of,
    with_outcomes,
)
from keylint.interpret.world import PATHS, World
from keylint.program import nodes
from keylint.program.module import Function
from keylint.program.nodes import Block, Statement


def execute_block(world: World, block: Block, states: list[State], frame: Frame) -> list[State]:
    """Runs a block in a scope of its own."""
    outer, frame.scope = frame.scope, Scope(frame.scope)
    try:
        return execute_statements(world, block.statements, states, frame)
    finally:
        frame.scope = outer


def execute_statements(world: World, statements: Sequence[Statement], states: list[State], frame: Frame, top: bool = False) -> list[State]:
    """Runs statements in order in the current scope, then what they deferred."""
    deferred: list[tuple[nodes.Defer, tuple[int, int, int, int]]] = []
    for statement in statements:
        if isinstance(statement, nodes.Define) and isinstance(statement.declaration, Function):
            states = [state for state in states if _define(world, statement.declaration, state, frame)]
    for statement in statements:
        if not states:
            break
        if isinstance(statement, nodes.Defer):
            deferred.append((statement, (len(frame.returns), len(frame.raises), len(frame.breaks), len(frame.continues))))
            continue
        onward: list[State] = []
        for state in states:
            if top:
                world.steps = 0
            onward += execute(world, statement, state, frame)
        states = reduce_states(onward, PATHS)
    for statement, since in reversed(deferred):
        states = _run_deferred(world, statement, states, frame, since)
    return states


def _run_deferred(world: World, statement: nodes.Defer, states: list[State], frame: Frame, since: tuple[int, int, int, int]) -> list[State]:
    """Runs a `defer` body on every path that leaves the block after it: onwards, by return, by raise, by jump."""
    for exits, mark in ((frame.returns, since[0]), (frame.raises, since[1])):
        for position in range(mark, len(exits)):
            state, value = exits[position]
            ended = execute_block(world, statement.body, [state], frame)
            exits[position] = (join_all(ended) or state, value)
    for jumps, mark in ((frame.breaks, since[2]), (frame.continues, since[3])):
        for position in range(mark, len(jumps)):
            label, state = jumps[position]
            ended = execute_block(world, statement.body, [state], frame)
            jumps[position] = (label, join_all(ended) or state)
    return execute_block(world, statement.body, states, frame)


def execute(world: World, statement: Statement, state: State, frame: Frame) -> list[State]:
    """Runs one statement on one path."""
    if not world.spend():
        if frame.file is world.file:
            world.budgeted.refused(statement)
        return [state]
    try:
        return _STATEMENTS[type(statement)](world, statement, state, frame)
    except Unreachable:
        return []


def _evaluate(world: World, statement: nodes.Evaluate, state: State, frame: Frame) -> list[State]:
    value = expressions.evaluate(world, statement.value, state, frame)
    if not isinstance(statement.value, (nodes.Assign, nodes.Yield)):
        world.recorder.discarded(value)
        for option in alternatives(value):
            if isinstance(option, Promise) and not isinstance(statement.value, nodes.Await):
                world.recorder.floating(option)
    return [state]


def _if(world: World, statement: nodes.If, state: State, frame: Frame) -> list[State]:
    holds, fails = conditions.test(world, statement.test, state, frame)
    onward = execute_block(world, statement.then, holds, frame) if holds else []
    if statement.otherwise is None:
        return onward + fails
    return onward + (execute_block(world, statement.otherwise, fails, frame) if fails else [])


def _switch(world: World, statement: nodes.Switch, state: State, frame: Frame) -> list[State]:
    subject = expressions.evaluate(world, statement.subject, state, frame)
    breaks = len(frame.breaks)
    remaining = [state]
    falling: list[State] = []
    onward: list[State] = []
    outer = frame.scope
    cases = list(statement.cases)
    if not any(case.falls_through and not case.patterns for case in cases):
        cases.sort(key=lambda case: not case.patterns and case.guard is None and not case.binds and case is not statement.cases[-1])
    if isinstance(subject, EnumCase):
        cases = [case for case in cases if not _names_others(case, subject.name)]
    rows = {case.span for case in cases if _is_row(case, subject)}
    if len(rows) > _ROWS:
        # a table of so many values: which one comes out is unknown anyway
        frame.returns.append((state.copy(), Unknown(("row", key_of(subject), statement.span))))
        cases = [case for case in cases if case.span not in rows]
    for case in cases:
        frame.scope = Scope(outer)
        try:
            entering, remaining = _enter_case(world, case, subject, remaining, frame)
            entering += falling
            ended = execute_block(world, case.body, reduce_states(entering, PATHS), frame) if entering else []
        finally:
            frame.scope = outer
        falling = ended if case.falls_through else []
        if not case.falls_through:
            onward += ended
    onward += falling
    if frame.file.language != "swift":  # Swift's switches cover every case
        onward += remaining
    mine = [(label, path) for label, path in frame.breaks[breaks:] if label is None]
    frame.breaks[breaks:] = [(label, path) for label, path in frame.breaks[breaks:] if label is not None]
    return onward + [path for _, path in mine]


_ROWS = 2 * MAX_ALTERNATIVES
"""So many rows of a table are looked up one by one."""


def _names_others(case: nodes.Case, name: str) -> bool:
    """Whether `case` is for cases of an enum by name, and not for the one called `name`."""
    return bool(case.patterns) and all(
        isinstance(pattern, nodes.Member) and pattern.object is None and pattern.name != name for pattern in case.patterns
    )


def _is_row(case: nodes.Case, subject: Value) -> bool:
    """Whether `case` only looks up a value for a subject of which nothing is known, as a table of texts or codes does."""
    if not isinstance(subject, Unknown) or case.guard is not None or case.binds or not case.patterns:
        return False
    if case.falls_through or len(case.body.statements) != 1:
        return False
    only = case.body.statements[0]
    return isinstance(only, nodes.Return) and isinstance(only.value, (nodes.Literal, nodes.Name, nodes.Member))


def _enter_case(world: World, case: nodes.Case, subject: Value, remaining: list[State], frame: Frame) -> tuple[list[State], list[State]]:
    entering: list[State] = []
    for pattern in case.patterns:
        left: list[State] = []
        for path in remaining:
            holds, fails = conditions.match_pattern(world, subject, pattern, case.binds, path, frame)
            entering += holds
            left += fails
        remaining = reduce_states(left, PATHS)
    if not case.patterns:
        for path in remaining:
            for bind in case.binds:
                assignment.assign_to(world, bind, subject, path, frame, declare=True)
        entering, remaining = remaining, []
    if case.guard is not None:
        guarded: list[State] = []
        for path in entering:
            holds, fails = conditions.test(world, case.guard, path, frame)
            guarded += holds
            remaining = remaining + fails
        entering = guarded
    return entering, remaining


def _loop(world: World, statement: nodes.Loop, state: State, frame: Frame) -> list[State]:
    if statement.iterable is not None:
        iterable = expressions.evaluate(world, statement.iterable, state, frame)
        held = records.elements_of(world, iterable, state)
        if statement.awaits:
            state.suspend(frame.place(statement))
        if isinstance(held, Items) and held.exact and len(held.items) <= 12:
            rounds: list[Value | None] = list(held.items)
            return _rounds(world, statement, [state], frame, rounds, exact=True)
        element = held.items[0] if isinstance(held, Items) and len(held.items) == 1 else None
        values: list[Value | None] = [element or Unknown(("element", key_of(iterable), world.fresh())) for _ in range(2)]
        return _rounds(world, statement, [state], frame, values, exact=False)
    return _rounds(world, statement, [state], frame, [None, None], exact=False)


def _rounds(world: World, statement: nodes.Loop, states: list[State], frame: Frame, values: list[Value | None], exact: bool) -> list[State]:
    onward: list[State] = []
    breaks = len(frame.breaks)
    for position, value in enumerate(values):
        if statement.test is not None and not (statement.at_least_once and position == 0):
            outer, frame.scope = frame.scope, Scope(frame.scope)
            entering: list[State] = []
            for state in states:
                holds, fails = conditions.test(world, statement.test, state, frame)
                entering += holds
                onward += fails
            states = reduce_states(entering, PATHS)
        else:
            outer, frame.scope = frame.scope, Scope(frame.scope)
            if not exact and not (statement.at_least_once and position == 0):
                onward += [state.copy() for state in states]
        try:
            continues = len(frame.continues)
            if value is not None and statement.target is not None:
                for state in states:
                    assignment.assign_to(world, statement.target, value, state, frame, declare=True)
            states = execute_block(world, statement.body, states, frame)
            mine = [path for label, path in frame.continues[continues:] if label in (None, statement.label)]
            frame.continues[continues:] = [item for item in frame.continues[continues:] if item[0] not in (None, statement.label)]
            states = reduce_states(states + mine, PATHS)
            for expression in statement.after:
                for state in states:
                    expressions.evaluate(world, expression, state, frame)
        finally:
            frame.scope = outer
        if not states:
            break
    endless = statement.test is not None and isinstance(statement.test, nodes.Literal) and statement.test.value is True
    onward += [] if endless else states
    if statement.otherwise is not None:
        onward = execute_block(world, statement.otherwise, reduce_states(onward, PATHS), frame)
    mine = [path for label, path in frame.breaks[breaks:] if label in (None, statement.label)]
    frame.breaks[breaks:] = [item for item in frame.breaks[breaks:] if item[0] not in (None, statement.label)]
    return onward + mine


def _try(world: World, statement: nodes.Try, state: State, frame: Frame) -> list[State]:
    marks = (len(frame.returns), len(frame.breaks), len(frame.continues))
    saved, frame.raises = frame.raises, []
    frame.tries += 1
    start = state.copy()
    onward = execute_block(world, statement.body, [state], frame)
    frame.tries -= 1
    raised, frame.raises = frame.raises, saved
    raised_since = len(saved)
    if statement.otherwise is not None and onward:
        onward = execute_block(world, statement.otherwise, onward, frame)
    if not raised and statement.handlers:
        raised = [(start, Unknown(("error", world.fresh())))]
    for handler in statement.handlers:
        caught: list[tuple[State, Value]] = []
        left: list[tuple[State, Value]] = []
        for path, error in raised:
            sure, maybe = handles(world, handler, error, path, frame)
            if sure or maybe:
                caught.append((path if sure else path.copy(), error))
            if not sure:
                left.append((path, error))
        raised = left
        onward += _handle(world, handler, _few_raises(caught), frame)
    frame.raises += raised
    if statement.final is not None:
        onward = _finally(world, statement.final, onward, frame, marks, raised_since)
    return onward


def _few_raises(raised: list[tuple[State, Value]], limit: int = PATHS) -> list[tuple[State, Value]]:
    """Raises with what they know about stores kept apart, the rest joined."""
    groups: dict[object, list[tuple[State, Value]]] = {}
    for path, error in raised:
        story = tuple(sorted((event, tuple(sorted(outcome.possible))) for event, outcome in path.outcomes.items()))
        groups.setdefault((story, path.held, path.pending), []).append((path, error))
    few: list[tuple[State, Value]] = []
    for group in groups.values():
        joined = join_all([path for path, _ in group])
        if joined is not None:
            few.append((joined, group[0][1]))
    return few[: limit * 2]


def handles(world: World, handler: nodes.Handler, error: Value, state: State, frame: Frame) -> tuple[bool, bool]:
    """Whether `handler` catches `error`: (surely, maybe)."""
    if not handler.types:
        return (handler.guard is None, True)
    thrown = state.memory.get(error.address, error) if isinstance(error, Ref) else error
    results = [_handles_type(world, conditions.wanted_by(world, kind, state.copy(), frame), thrown, frame) for kind in handler.types]
    if any(result is True for result in results):
        return (handler.guard is None, True)
    return (False, any(result is None for result in results))


def _handles_type(world: World, kind: Value, error: Value, frame: Frame) -> bool | None:
    if isinstance(error, Instance) and isinstance(kind, TypeValue):
        return any(ancestor is kind.info for ancestor in error.info.file.ancestry(error.info))
    if isinstance(error, Instance) and isinstance(kind, EnumCase):
        return False
    if isinstance(kind, Items):
        results = [_handles_type(world, item, error, frame) for item in kind.items]
        return True if True in results else None if None in results else False
    name = _type_name(kind)
    if name in ("Exception", "BaseException", "Error"):
        return True
    if isinstance(error, Instance):
        return True if name in error.info.file.inherited_names(error.info) else None
    if isinstance(error, Unknown) and error.token and error.token[0] == "store-failure":
        return True if name in world.platform.broad_errors and world.recorder.is_read(error.token[1]) else None
    if isinstance(error, Unknown) and error.token[:1] == ("raised",) and name:
        return name == error.token[1]
    if isinstance(error, EnumCase) and isinstance(kind, EnumCase):
        if error.info is kind.info or None in (error.info, kind.info):
            same = operators.equal(world, error, kind, Place("", nodes.Span(0, 0)))
            return bool(same.value) if isinstance(same, Const) else None
        return False
    if isinstance(error, EnumCase) and isinstance(kind, TypeValue):
        return error.info is kind.info
    if isinstance(error, Unknown) and isinstance(error.type_name, str) and isinstance(kind, TypeValue):
        info = frame.file.type_named(error.type_name)
        if info is not None:
            return any(ancestor is kind.info for ancestor in info.file.ancestry(info))
    if isinstance(error, (Const, Unknown, External)) or isinstance(kind, (Unknown, External)):
        return None
    return None if key_of(kind) != key_of(error) else True


def _type_name(kind: Value) -> str:
    if isinstance(kind, External) and kind.path:
        return kind.path[-1]
    return kind.info.name if isinstance(kind, TypeValue) else ""


def _handle(world: World, handler: nodes.Handler, caught: list[tuple[State, Value]], frame: Frame) -> list[State]:
    onward: list[State] = []
    place = Place(frame.file.path, handler.span)
    for path, error in caught:
        outer, frame.scope = frame.scope, Scope(frame.scope)
        raised, known = len(frame.raises), dict(path.outcomes)
        try:
            path.failed = True
            if handler.types:
                _tell_apart(world, handler, error, path, frame)
            for event, outcome in list(path.outcomes.items()):
                alike = "every failure is caught alike"
                if not handler.types and outcome.possible == {LOCKED}:  # told apart before, and here no more
                    path.outcomes[event] = Outcome(event, frozenset((OTHER,)), place, alike)
                elif outcome.possible != world.recorder.full_outcome(event) and (
                    outcome.place is None or (not outcome.how and not handler.types)
                ):
                    path.outcomes[event] = Outcome(event, outcome.possible, place, alike)
            named = handler.binds and len(handler.types) == 1
            wanted = conditions.wanted_by(world, handler.types[0], path.copy(), frame) if named else None
            for position, bind in enumerate(handler.binds):
                part = conditions.part_of_payload(error, wanted, len(handler.binds), position) if wanted is not None else None
                assignment.assign_to(world, bind, part or Unknown(("part", key_of(error), bind.name)), path, frame, declare=True)
            if handler.name is not None:
                assignment.assign_to(world, nodes.Name(handler.span, handler.name), error, path, frame, declare=True)
            states = [path]
            if handler.guard is not None:
                states, _ = conditions.test(world, handler.guard, path, frame)
            onward += execute_block(world, handler.body, states, frame)
            for rethrown, _ in frame.raises[raised:]:
                _not_lost_here(rethrown, known, place)
        finally:
            frame.scope = outer
    return reduce_states(onward, PATHS)


def _not_lost_here(path: State, known: dict[int, Outcome], handler: Place) -> None:
    """A failure that a handler throws on is lost, if at all, where it is caught next."""
    for event, outcome in path.outcomes.items():
        before = known.get(event)
        if outcome.place == handler and before is not None:
            possible = before.possible if before.possible == {LOCKED} else outcome.possible
            path.outcomes[event] = Outcome(event, possible, before.place, before.how)


def _tell_apart(world: World, handler: nodes.Handler, error: Value, path: State, frame: Frame) -> None:
    """A handler for one kind of failure knows which failure it has."""
    if not isinstance(error, Unknown) or error.token[:1] != ("store-failure",) or not isinstance(error.token[1], int):
        return
    kinds = [conditions.wanted_by(world, kind, path.copy(), frame) for kind in handler.types]
    if not any(_handles_type(world, kind, error, frame) is True for kind in kinds):
        event = error.token[1]
        world.recorder.told(event, DUPLICATE)
        outcome = path.outcomes.get(event)
        if outcome is not None:
            path.outcomes[event] = Outcome(event, frozenset((TOLD,)), outcome.place, outcome.how)


def _finally(world: World, final: Block, onward: list[State], frame: Frame, marks: tuple[int, int, int], raised_since: int) -> list[State]:
    """Runs `finally` on every way out of the `try`."""
    for position in range(marks[0], len(frame.returns)):
        state, value = frame.returns[position]
        ended = execute_block(world, final, [state], frame)
        frame.returns[position] = (join_all(ended) or state, value)
    for position in range(raised_since, len(frame.raises)):
        state, value = frame.raises[position]
        known, state.outcomes = state.outcomes, {}  # what runs either way is not decided by the failure
        path = join_all(execute_block(world, final, [state], frame)) or state
        path.outcomes = {**known, **path.outcomes}
        frame.raises[position] = (path, value)
    for jumps, mark in ((frame.breaks, marks[1]), (frame.continues, marks[2])):
        for position in range(mark, len(jumps)):
            label, state = jumps[position]
            ended = execute_block(world, final, [state], frame)
            jumps[position] = (label, join_all(ended) or state)
    return execute_block(world, final, onward, frame) if onward else []


def _return(world: World, statement: nodes.Return, state: State, frame: Frame) -> list[State]:
    place = frame.place(statement)
    nothing = VOID if frame.file.language == "swift" else Const(None, place)
    value = expressions.evaluate(world, statement.value, state, frame) if statement.value is not None else nothing
    for option in alternatives(value):
        world.recorder.used(option)
    outcomes = expressions.narrowed(state, place, "", world)
    if isinstance(statement.value, nodes.Dict) and isinstance(value, Ref) and isinstance(made := state.memory.get(value.address), Record):
        state.memory[value.address] = made.with_outcomes(outcomes)
    frame.returns.append((state, with_outcomes(value, outcomes)))
    return []


def _raise(world: World, statement: nodes.Raise, state: State, frame: Frame) -> list[State]:
    if statement.value is None:
        error: Value = Unknown(("error", world.fresh()))
    else:
        error = expressions.evaluate(world, statement.value, state, frame)
    errors = alternatives(error)
    if len(errors) == 1 or not any(getattr(option, "outcomes", ()) for option in errors):
        frame.raises.append((state, error))
        return []
    for option in errors:
        path = state.copy()
        if all(path.note(outcome) for outcome in getattr(option, "outcomes", ())):
            frame.raises.append((path, option))
    return []


def _break(world: World, statement: nodes.Break, state: State, frame: Frame) -> list[State]:
    frame.breaks.append((statement.label, state))
    return []


def _continue(world: World, statement: nodes.Continue, state: State, frame: Frame) -> list[State]:
    frame.continues.append((statement.label, state))
    return []


def _region(world: World, statement: nodes.Region, state: State, frame: Frame) -> list[State]:
    marks = (len(frame.returns), len(frame.raises), len(frame.breaks), len(frame.continues))
    before = state.held
    onward = regions.enter_manager(world, statement, state, frame, lambda states: execute_block(world, statement.body, states, frame))
    regions.leave_regions(before, frame, marks)
    for path in onward:
        path.held = tuple(region for region in path.held if region in before)
    return onward


def _define(world: World, function: Function, state: State, frame: Frame) -> bool:
    receiver = frame.receiver
    closure = Closure(function, frame.file, frame.scope, receiver, frame.info, world.fresh())
    world.register(closure, state)
    world.name_closure(closure, function.name)
    cell = frame.scope.names.get(function.name)
    if cell is None:
        cell = world.fresh()
        frame.scope.names[function.name] = cell
    state.memory[cell] = closure
    return True


def _define_statement(world: World, statement: nodes.Define, state: State, frame: Frame) -> list[State]:
    return [state]


def _block(world: World, statement: Block, state: State, frame: Frame) -> list[State]:
    return execute_block(world, statement, [state], frame)


def _defer(world: World, statement: nodes.Defer, state: State, frame: Frame) -> list[State]:
    return [state]


_STATEMENTS: dict[type, Callable[[World, Any, State, Frame], list[State]]] = {
    nodes.Evaluate: _evaluate,
    nodes.If: _if,
    nodes.Switch: _switch,
    nodes.Loop: _loop,
    nodes.Try: _try,
    nodes.Return: _return,
    nodes.Raise: _raise,
    nodes.Break: _break,
    nodes.Continue: _continue,
    nodes.Region: _region,
    nodes.Define: _define_statement,
    nodes.Block: _block,
    nodes.Defer: _defer,
}
