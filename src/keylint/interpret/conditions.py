"""Tests: which paths go on when a condition holds, which when it does not, and what each then knows."""

from __future__ import annotations

from collections.abc import Sequence

from keylint.interpret import assignment, expressions, operators
from keylint.interpret.conflating import calls_in
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import Decision, State, reduce_states
from keylint.interpret.values import (
    DUPLICATE,
    LOCKED,
    MISSING,
    OTHER,
    SUCCESS,
    TOLD,
    Const,
    EnumCase,
    External,
    Outcome,
    StatusOf,
    Unknown,
    Value,
    Verdict,
    alternatives,
    is_nil,
    key_of,
    truth,
    union,
)
from keylint.interpret.world import World
from keylint.program import nodes
from keylint.program.nodes import Expression

_Paths = list[tuple[State, Value]]


def test(world: World, node: Expression, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    """The paths on which `node` holds and those on which it does not. `state` itself must not be used afterwards."""
    if isinstance(node, nodes.Operation):
        if node.operator == "not":
            holds, fails = test(world, node.operands[0], state, frame)
            return fails, holds
        if node.operator in ("and", "or"):
            return _connective(world, node, state, frame)
        if node.operator in ("==", "!=") and len(node.operands) == 2:
            holds, fails = _comparison(world, node, state, frame)
            return (fails, holds) if node.operator == "!=" else (holds, fails)
    if isinstance(node, nodes.Bind):
        return _binding(world, node, state, frame)
    if isinstance(node, nodes.Matches):
        return _matching(world, node, state, frame)
    try:
        value = expressions.evaluate(world, node, state, frame)
    except Unreachable:
        return [], []
    holds_with, fails_with = split(world, value, state, frame.place(node), frame.text(node))
    looked_at(world, value, holds_with + fails_with)
    return _refined(world, node, holds_with, frame), _refined(world, node, fails_with, frame)


def looked_at(world: World, value: Value, paths: _Paths) -> None:
    """A test that looks at a store's error tells that failure from others."""
    events = calls_in(key_of(value), "store-failure")
    for event in events:
        world.recorder.told(event, DUPLICATE)
    for path, _ in paths:
        for event in events:
            outcome = path.outcomes.get(event)
            if outcome is not None and SUCCESS not in outcome.possible:
                path.outcomes[event] = Outcome(event, frozenset((TOLD,)), outcome.place, outcome.how)


def _asks_for_status(world: World, first: Value, second: Value) -> bool:
    """Whether a value of unseen origin is compared with a store's status: an error may have carried the status there."""
    for value, status in ((first, second), (second, first)):
        if isinstance(value, Unknown) and isinstance(status, External):
            symbol = world.symbol(status)
            if symbol is not None and symbol.name in symbol.store.statuses:
                return True
    return False


def _told(world: World, paths: _Paths) -> None:
    """Which failure it was has been looked at on these paths."""
    for path, _ in paths:
        for event, outcome in tuple(path.outcomes.items()):
            if OTHER in outcome.possible and SUCCESS not in outcome.possible:
                world.recorder.told(event, DUPLICATE)
                path.outcomes[event] = Outcome(event, frozenset((TOLD,)), outcome.place, outcome.how)


def _connective(world: World, node: nodes.Operation, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    conjunction = node.operator == "and"
    going, settled = [state], []
    before = dict(state.outcomes)
    place = frame.place(node)
    for position, operand in enumerate(node.operands):
        onward: list[State] = []
        for path in going:
            holds, fails = test(world, operand, path, frame)
            onward += holds if conjunction else fails
            left = fails if conjunction else holds
            if position:
                for other in left:
                    _untold(other, before, place)
            settled += left
        going = _few(onward)
    return (going, _few(settled)) if conjunction else (_few(settled), going)


def _untold(path: State, before: dict[int, Outcome], place: Place) -> None:
    """`locked && attempt < 3`: where the second part decides, a failure that the first told apart ends up with all others."""
    for event, outcome in path.outcomes.items():
        known = before.get(event)
        if outcome.possible == {LOCKED} and known is not None and OTHER in known.possible:
            path.outcomes[event] = Outcome(event, frozenset((OTHER,)), place, "a failure told apart falls in with all others")


def _few(states: list[State], limit: int = 4) -> list[State]:
    return reduce_states(states, limit)


def _comparison(world: World, node: nodes.Operation, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    try:
        left = expressions.evaluate(world, node.operands[0], state, frame)
        right = expressions.evaluate(world, node.operands[1], state, frame)
    except Unreachable:
        return [], []
    for value, other, operand in ((left, right, node.operands[0]), (right, left, node.operands[1])):
        if is_nil(other) and not isinstance(value, StatusOf):
            something, nothing = split_presence(world, value, state, frame.place(node), frame.text(node))
            return _refined(world, operand, nothing, frame), _refined(world, operand, something, frame)
        if isinstance(other, Const) and isinstance(other.value, bool):
            holds, fails = split(world, value, state, frame.place(node), frame.text(node))
            if not other.value:
                holds, fails = fails, holds
            return _refined(world, operand, holds, frame), _refined(world, operand, fails, frame)
    holds, fails = [], []
    place, text = frame.place(node), frame.text(node)
    failures = calls_in((key_of(left), key_of(right)), "store-failure")
    pairs = [(a, b) for a in alternatives(left) for b in alternatives(right)]
    for a, b in pairs[:9]:
        path = state.copy()
        outcomes = getattr(a, "outcomes", ()) + getattr(b, "outcomes", ())
        if not all(path.note(outcome) for outcome in outcomes):
            continue
        if _known_otherwise(path, a, b):
            fails.append((path, a))
            continue
        yes, no = split(world, operators.equal(world, a, b, place), path, place, text)
        if failures:
            looked_at(world, a, yes + no)
            looked_at(world, b, yes + no)
        if _asks_for_status(world, a, b):
            _told(world, yes + no)
        if isinstance(a, Unknown) and a.outcomes and truth(b) is False:
            yes = [(_forgetting(s, a), v) for s, v in yes]
        holds += [(s, a) for s, _ in yes]
        fails += [(s, a) for s, _ in no]
    for paths, others, taken in ((holds, fails, True), (fails, holds, False)):
        for path, _ in paths:
            if others and not (path.trail and path.trail[-1].place == place):  # this alternative decides it, others may not
                path.decide(place, text, taken)
    refine = node.operands[0]
    return _few(_refined(world, refine, holds, frame)), _few(_refined(world, refine, fails, frame))


def _known_otherwise(state: State, first: Value, second: Value) -> bool:
    """Whether one is empty, zero or false, and the path knows that the other is not."""
    return any(
        isinstance(empty, Const) and not empty.value and isinstance(value, Unknown) and state.decided.get(key_of(value)) is True
        for value, empty in ((first, second), (second, first))
    )


def _forgetting(state: State, value: Unknown) -> State:
    """An empty value stands for absence: having read it is no success."""
    for outcome in value.outcomes:
        state.outcomes[outcome.event] = Outcome(outcome.event, outcome.possible | {MISSING}, outcome.place, outcome.how)
    return state


def split(world: World, value: Value, state: State, place: Place, text: str) -> tuple[_Paths, _Paths]:
    """Splits by truthiness: the paths, each with what `value` then is."""
    holds: _Paths = []
    fails: _Paths = []
    plain_true: list[Value] = []
    plain_false: list[Value] = []
    options = alternatives(value)
    for option in options:
        match option:
            case Verdict():
                for possible, paths, taken in ((option.if_true, holds, True), (option.if_false, fails, False)):
                    path = state.copy()
                    before = path.outcomes.get(option.event)
                    left = possible if before is None else possible & before.possible
                    how = "every status but success is treated alike" if {MISSING, OTHER} <= left else ""
                    if path.note(Outcome(option.event, possible, option.place, how)):
                        path.decide(place, text, taken)
                        paths.append((path, Const(taken)))
                continue
            case StatusOf():
                failed = frozenset((MISSING, DUPLICATE, OTHER, LOCKED, TOLD))
                for possible, paths, taken in ((failed, holds, True), (frozenset((SUCCESS,)), fails, False)):
                    path = state.copy()
                    how = "every status but success is treated alike" if taken else ""
                    if path.note(Outcome(option.event, possible, place, how)):
                        path.decide(place, text, taken)
                        paths.append((path, option))
                continue
        outcomes = getattr(option, "outcomes", ())
        known = truth(option)
        if outcomes:
            for taken, paths in ((True, holds), (False, fails)):
                if known is None and not taken and _is_something(option, options):
                    continue
                if known in (None, taken):
                    path = state.copy()
                    if all(path.note(outcome) for outcome in outcomes):
                        path.decide(place, text, taken)
                        if known is None:
                            _decide_fact(path, option, taken)
                        paths.append((path, option))
            continue
        if known is True:
            plain_true.append(option)
        elif known is False:
            plain_false.append(option)
        else:
            decided = state.decided.get(key_of(option))
            if decided is None and isinstance(option, Unknown) and option.token and option.token[0] == "not":
                inner = state.decided.get(("unknown", option.token[1]))
                decided = None if inner is None else not inner
            if decided is not False:
                plain_true.append(option)
            if decided is not True:
                plain_false.append(option)
    for taken, plain, paths in ((True, plain_true, holds), (False, plain_false, fails)):
        if plain:
            path = state.copy()
            if len(plain) == 1 and truth(plain[0]) is None:
                _decide_fact(path, plain[0], taken)
            if (plain_true and plain_false) or holds or fails:
                path.decide(place, text, taken)
            paths.append((path, union(plain)))
    _mark_forced(place, holds, fails)
    return holds, fails


def _is_something(option: Value, options: Sequence[Value]) -> bool:
    """Whether an unseen value, what a read gave for one, is taken to be something because another alternative is what stands for nothing:
    a known one, or what takes its place when the read comes to nothing."""
    if len(options) > 1 and any(truth(other) is False for other in options):
        return True
    return any(stands_in(other, option) for other in options)


def stands_in(value: Value, read: Value) -> bool:
    """Whether `value` comes up where the store call that gave `read` did not succeed."""
    succeeded = {outcome.event for outcome in getattr(read, "outcomes", ()) if outcome.possible == {SUCCESS}}
    return any(outcome.event in succeeded and SUCCESS not in outcome.possible for outcome in getattr(value, "outcomes", ()))


def _mark_forced(place: Place, holds: _Paths, fails: _Paths) -> None:
    """Tells the paths that parted which store calls left them no choice: no path on the other side has the same outcome."""
    for mine, others in ((holds, fails), (fails, holds)):
        for path, _ in mine:
            if path.outcomes and path.trail and path.trail[-1].place == place:
                last = path.trail[-1]
                forced = frozenset(
                    event
                    for event, outcome in path.outcomes.items()
                    if not any(event not in other.outcomes or other.outcomes[event].possible & outcome.possible for other, _ in others)
                )
                if forced:
                    path.trail = (*path.trail[:-1], Decision(last.place, last.text, last.taken, forced))


def assume(world: World, node: Expression, state: State, frame: Frame) -> None:
    """Runs on where `node` is known to hold."""
    value = expressions.evaluate(world, node, state, frame)
    if truth(value) is None:
        _decide_fact(state, value, True)


def _decide_fact(path: State, value: Value, taken: bool) -> None:
    path.decided[key_of(value)] = taken
    if isinstance(value, Unknown) and value.token and value.token[0] == "not":
        path.decided[("unknown", value.token[1])] = not taken


def split_presence(world: World, value: Value, state: State, place: Place, text: str) -> tuple[_Paths, _Paths]:
    """Splits by being there: (not nil, nil), each with what `value` then is. An unknown value alone may be either."""
    something: _Paths = []
    nothing: _Paths = []
    options = alternatives(value)
    has_nil = any(is_nil(option) for option in options)
    plain: list[Value] = []
    for option in options:
        nil = is_nil(option)
        outcomes = getattr(option, "outcomes", ())
        if nil or outcomes:
            may_be_nil = not has_nil and isinstance(option, Unknown) and any(stands_in(option, other) for other in options)
            for absent in (False, True) if may_be_nil else (nil,):
                path = state.copy()
                if all(path.note(outcome) for outcome in outcomes):
                    path.decide(place, text, not absent)
                    (nothing if absent else something).append((path, Const(None, None, outcomes) if absent and not nil else option))
            continue
        plain.append(option)
    if plain:
        presence = ("present", key_of(union(plain)))
        decided = True if state.decided.get(key_of(union(plain))) else state.decided.get(presence)
        open_question = not has_nil and any(isinstance(option, (Unknown,)) or _unresolved(option) for option in plain)
        if decided is not False:
            path = state.copy()
            path.decided[presence] = True
            if has_nil or open_question:
                path.decide(place, text, True)
            something.append((path, union(plain)))
        if open_question and decided is not True:
            path = state.copy()
            path.decided[presence] = False
            path.decide(place, text, False)
            nothing.append((path, Const(None)))
    if not something or not nothing:
        for path, _ in (*something, *nothing):
            if path.trail and path.trail[-1].place == place:
                path.trail = path.trail[:-1]  # there was nothing to decide
    _mark_forced(place, something, nothing)
    return something, nothing


def _unresolved(value: Value) -> bool:
    return isinstance(value, External) and not value.module


def _refined(world: World, node: Expression, paths: _Paths, frame: Frame) -> list[State]:
    """Writes what a test taught about a variable back into it."""
    cell = frame.scope.find(node.name) if isinstance(node, nodes.Name) else None
    if cell is not None:
        for path, value in paths:
            held = path.memory.get(cell)
            if held is not None and not isinstance(held, (StatusOf, Verdict)) and not isinstance(value, (Verdict, StatusOf)):
                path.memory[cell] = value
    return [path for path, _ in paths]


def _binding(world: World, node: nodes.Bind, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    try:
        value = expressions.evaluate(world, node.value, state, frame)
    except Unreachable:
        return [], []
    something, nothing = split_presence(world, value, state, frame.place(node), frame.text(node))
    holds = []
    for path, found in something:
        assignment.assign_to(world, node.target, found, path, frame, declare=True)
        holds.append(path)
    return _few(holds), _few([path for path, _ in nothing], 3)


def _matching(world: World, node: nodes.Matches, state: State, frame: Frame) -> tuple[list[State], list[State]]:
    try:
        value = expressions.evaluate(world, node.value, state, frame)
    except Unreachable:
        return [], []
    return match_pattern(world, value, node.pattern, node.binds, state, frame)


def wanted_by(world: World, pattern: Expression, state: State, frame: Frame) -> Value:
    """What a pattern compares its subject with."""
    if isinstance(pattern, nodes.Opaque):
        return Unknown(("pattern", world.fresh()))
    if isinstance(pattern, nodes.Call) and isinstance(pattern.callee, nodes.Member):
        case = wanted_by(world, pattern.callee, state, frame)
        if not isinstance(case, EnumCase):
            return Unknown(("pattern", world.fresh()))
        payload = tuple(wanted_by(world, argument.value, state, frame) for argument in pattern.arguments)
        return EnumCase(case.name, case.info, case.value, case.place, case.outcomes, payload)
    return expressions.evaluate(world, pattern, state, frame)


def part_of_payload(found: Value, wanted: Value, count: int, position: int) -> Value | None:
    """What the bind at `position` of `count` takes from a case's payload, when that is seen."""
    while isinstance(wanted, EnumCase) and isinstance(found, EnumCase) and len(wanted.payload) == len(found.payload) == 1:
        wanted, found = wanted.payload[0], found.payload[0]
    if isinstance(found, EnumCase) and isinstance(wanted, EnumCase) and not wanted.payload and len(found.payload) == count:
        return found.payload[position]
    return None


def match_pattern(
    world: World, value: Value, pattern: Expression, binds: tuple[nodes.Name, ...], state: State, frame: Frame
) -> tuple[list[State], list[State]]:
    """Paths on which `value` matches `pattern` and those on which it does not."""
    place, text = frame.place(pattern), frame.text(pattern)
    wanted = wanted_by(world, pattern, state, frame)
    holds: list[State] = []
    fails: list[State] = []
    for option in alternatives(value):
        if is_nil(wanted) or (isinstance(wanted, EnumCase) and wanted.name in ("none", "some") and wanted.info is None):
            something, nothing = split_presence(world, option, state, place, text)
            wants_nil = is_nil(wanted) or (isinstance(wanted, EnumCase) and wanted.name == "none")
            yes, no = (nothing, something) if wants_nil else (something, nothing)
        else:
            told = state.copy()
            if not all(told.note(outcome) for outcome in getattr(option, "outcomes", ())):
                continue
            yes, no = split(world, operators.equal(world, option, wanted, place), told, place, text)
            if _asks_for_status(world, option, wanted):
                _told(world, yes + no)
            yes = [(path, option) for path, _ in yes]
        for path, found in yes:
            for bind in binds:
                single = isinstance(wanted, EnumCase) and wanted.name == "some"
                part = found if single else part_of_payload(found, wanted, len(binds), binds.index(bind))
                assignment.assign_to(world, bind, part or Unknown(("part", key_of(found), bind.name)), path, frame, declare=True)
            holds.append(path)
        fails += [path for path, _ in no]
    return _few(holds), _few(fails)
