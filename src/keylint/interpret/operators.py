"""Operators on abstract values."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from keylint.interpret import conditions, expressions, records
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import State, join_all
from keylint.interpret.values import (
    NIL,
    Closure,
    Const,
    EnumCase,
    External,
    Instance,
    Items,
    ModuleValue,
    Promise,
    Record,
    Ref,
    StatusOf,
    Text,
    TypeValue,
    Unknown,
    Value,
    Verdict,
    alternatives,
    is_nil,
    key_of,
    split_nil,
    truth,
    union,
    with_outcomes,
)
from keylint.interpret.world import World
from keylint.program import nodes
from keylint.program.nodes import Expression

TEXT_PARTS, TEXT_LENGTH = 40, 10_000
"""Pieces and characters of a text that is followed; a longer one is unknown, since text may double with every line."""


def operation(world: World, node: nodes.Operation, state: State, frame: Frame) -> Value:
    operator = node.operator
    place = frame.place(node)
    if operator in ("and", "or") and len(node.operands) >= 2:
        return logic(world, node, state, frame)
    if operator == "default":
        return default_to(
            world,
            expressions.evaluate(world, node.operands[0], state, frame),
            lambda s: expressions.evaluate(world, node.operands[1], s, frame),
            state,
        )
    if operator == "void":
        for operand in node.operands:
            expressions.evaluate(world, operand, state, frame)
        return NIL
    if operator == "delete":
        for operand in node.operands:
            remove(world, operand, state, frame)
        return Unknown(("deleted", world.fresh()))
    if operator in ("==", "!=") and any(isinstance(operand, nodes.Literal) and operand.value is None for operand in node.operands):
        holds, fails = conditions.test(world, node, state, frame)
        return as_value(world, holds, fails, state, place)
    values = [expressions.evaluate(world, operand, state, frame) for operand in node.operands]
    if operator == "typeof":
        return union(_type_of(option, place) for option in alternatives(values[0]))
    if operator == "not" and any(getattr(option, "outcomes", ()) for option in alternatives(values[0])):
        holding, failing = conditions.split(world, values[0], state, place, frame.text(node))
        return as_value(world, [path for path, _ in failing], [path for path, _ in holding], state, place)
    if operator == "not":
        return negate(values[0], place)
    if operator in ("==", "!=", "~=") and len(values) == 2:
        result = equal(world, values[0], values[1], place)
        return negate(result, place) if operator == "!=" else result
    if operator == "+" and len(values) == 2:
        if isinstance(values[0], Record) and world.platform.value_dictionaries:
            return records.merge(world, values[0], values[1], state)  # Swift has no such operator: the program's own one merges
        return plus(world, values[0], values[1], place)
    if operator in ("*", "-") and any(isinstance(value, External) for value in values):
        return External("", ("array",), place)
    if operator == "-" and len(values) == 1 and isinstance(values[0], Const) and isinstance(values[0].value, (int, float)):
        return Const(-values[0].value, place)
    if operator == "%" and isinstance(values[0], Const) and isinstance(values[0].value, str):
        return Text(tuple(values))
    return Unknown(("op", operator, tuple(key_of(value) for value in values)))


def _type_of(value: Value, place: Place) -> Value:
    """`typeof value`."""
    match value:
        case Const(value=None):
            return union(Const(kind, place, value.outcomes) for kind in ("undefined", "object"))
        case Const():
            kinds = ((bool, "boolean"), (str, "string"), (int, "number"), (float, "number"))
            found = next((kind for python, kind in kinds if isinstance(value.value, python)), None)
            if found is not None:
                return Const(found, place, value.outcomes)
        case Text():
            return Const("string", place)
        case Closure() | TypeValue():
            return Const("function", place)
        case Ref() | Record() | Items() | Instance() | Promise() | ModuleValue():
            return Const("object", place)
    return Unknown(("op", "typeof", key_of(value)), None, getattr(value, "outcomes", ()))


def as_value(world: World, holds: Iterable[State], fails: Iterable[State], state: State, place: Place) -> Value:
    """True on the paths on which a test holds and false on the others, with what each knows of store calls."""
    forks: list[tuple[State, Value]] = []
    for paths, taken in ((holds, True), (fails, False)):
        forks += [(path, Const(taken, place, expressions.narrowed(path, place, "", world))) for path in paths]
    return expressions.join_forks(state, forks)


def plus(world: World, left: Value, right: Value, place: Place) -> Value:
    if isinstance(left, Items) and isinstance(right, Items):
        return Items(left.items + right.items, left.exact and right.exact, all_places(left, right))
    if isinstance(left, Const) and isinstance(right, Const):
        if isinstance(left.value, (int, float)) and isinstance(right.value, (int, float)):
            return Const(left.value + right.value, place)
        if isinstance(left.value, bytes) and isinstance(right.value, bytes):
            return Const(left.value + right.value, place)
    if any(isinstance(value, (Const, Text)) and not is_nil(value) for value in (left, right)):
        return join_text((left, right), place)
    return Unknown(("op", "+", (key_of(left), key_of(right))))


def all_places(left: Items, right: Items) -> tuple[Place, ...]:
    known = len(left.places) == len(left.items) and len(right.places) == len(right.items)
    return left.places + right.places if known else ()


def negate(value: Value, place: Place) -> Value:
    """`not value`."""
    match value:
        case Verdict():
            return Verdict(value.event, value.if_false, value.if_true, value.place)
        case Const():
            return Const(not value.value, place, value.outcomes)
        case Unknown() if value.token and value.token[0] == "not":
            return Unknown(value.token[1])  # type: ignore[arg-type]
    return Unknown(("not", key_of(value) if not isinstance(value, Unknown) else value.token))


def equal(world: World, left: Value, right: Value, place: Place) -> Value:
    """`left == right`: a verdict when one is a store's status."""
    for status, other in ((left, right), (right, left)):
        if isinstance(status, StatusOf):
            code = world.recorder.status_meaning(world, other)
            if code is not None:
                world.recorder.told(status.event, code)
                matches, rest = world.recorder.split_status(status.event, code)
                return Verdict(status.event, matches, rest, place)
            return Unknown(("==", world.fresh()))
    if isinstance(left, Const) and isinstance(right, Const):
        return Const(left.value == right.value, place, left.outcomes + right.outcomes)
    for text, other in ((left, right), (right, left)):
        if isinstance(text, Text) and truth(text) and isinstance(other, Const) and not other.value:
            return Const(False, place, other.outcomes)
    if isinstance(left, EnumCase) and isinstance(right, EnumCase) and (left.info is right.info or None in (left.info, right.info)):
        return _equal_cases(world, left, right, place)
    world.recorder.compared(left, right)
    return Unknown(("==", frozenset((key_of(left), key_of(right)))))


def _equal_cases(world: World, left: EnumCase, right: EnumCase, place: Place) -> Value:
    """Whether `left` is the case `right`, whose payload decides when it has one."""
    if left.name != right.name or not right.payload:
        return Const(left.name == right.name, place)
    if len(left.payload) != len(right.payload):
        return Unknown(("==", frozenset((key_of(left), key_of(right)))))
    parts = [equal(world, mine, theirs, place) for mine, theirs in zip(left.payload, right.payload, strict=True)]
    undecided = [part for part in parts if not isinstance(part, Const)]
    if any(isinstance(part, Const) and not part.value for part in parts):
        return Const(False, place)
    return undecided[0] if len(undecided) == 1 else Unknown(("cases", world.fresh())) if undecided else Const(True, place)


def logic(world: World, node: nodes.Operation, state: State, frame: Frame) -> Value:
    """`and`/`or` as values: the operand that decides."""
    rest = node.operands[1] if len(node.operands) == 2 else nodes.Operation(node.span, node.operator, node.operands[1:])
    first = expressions.evaluate(world, node.operands[0], state, frame)
    if all(isinstance(option, (Verdict, StatusOf)) for option in alternatives(first)):
        return logic_of_verdicts(world, node, first, rest, state, frame)
    place = frame.place(node.operands[0])
    holds, fails = conditions.split(world, first, state, place, frame.text(node.operands[0]))
    taken, left = (fails, holds) if node.operator == "or" else (holds, fails)
    forks: list[tuple[State, Value]] = list(left)
    joined = join_all([s for s, _ in taken])
    if joined is not None:
        try:
            value = expressions.evaluate(world, rest, joined, frame)
            forks.append((joined, with_outcomes(value, expressions.narrowed(joined, place, "", world))))
        except Unreachable:
            pass
    return expressions.join_forks(state, forks)


def logic_of_verdicts(world: World, node: nodes.Operation, first: Value, rest: Expression, state: State, frame: Frame) -> Value:
    second = expressions.evaluate(world, rest, state, frame)
    if isinstance(first, Verdict) and isinstance(second, Verdict) and first.event == second.event:
        if node.operator == "or":
            return Verdict(first.event, first.if_true | second.if_true, first.if_false & second.if_false, first.place)
        return Verdict(first.event, first.if_true & second.if_true, first.if_false | second.if_false, first.place)
    return Unknown((node.operator, key_of(first), key_of(second)))


def default_to(world: World, value: Value, otherwise: Callable[[State], Value], state: State) -> Value:
    """`value ?? otherwise`."""
    nil, other = split_nil(value)
    maybe_nil = nil or any(isinstance(option, (Unknown, External)) for option in other)
    if not maybe_nil:
        return value
    forks: list[tuple[State, Value]] = []
    if other:
        forks.append((state.copy(), union(other)))
    for option in nil or [Const(None)]:
        path = state.copy()
        outcomes = option.outcomes if isinstance(option, Const) else ()
        if not all(path.note(outcome) for outcome in outcomes):
            continue
        try:
            forks.append((path, with_outcomes(otherwise(path), outcomes)))
        except Unreachable:
            continue
    return expressions.join_forks(state, forks)


def remove(world: World, operand: Expression, state: State, frame: Frame) -> None:
    if isinstance(operand, nodes.Index):
        receiver = expressions.evaluate(world, operand.object, state, frame)
        key = records.record_key(world, expressions.evaluate(world, operand.index, state, frame))
    elif isinstance(operand, nodes.Member) and operand.object is not None:
        receiver = expressions.evaluate(world, operand.object, state, frame)
        key = ("name", operand.name)
    else:
        return
    if isinstance(receiver, Ref):
        record = state.memory.get(receiver.address)
        if isinstance(record, Record):
            state.memory[receiver.address] = record.without(key) if key is not None else record.opened()


def _spelled(piece: Const) -> str:
    return piece.value.decode("utf-8", "replace") if isinstance(piece.value, bytes) else str(piece.value)


def join_text(parts: Iterable[Value], place: Place | None) -> Value:
    """The text that `parts` make up: a constant when all are known."""
    flat: list[Value] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            previous = flat[-1] if flat else None
            if isinstance(piece, Const) and isinstance(previous, Const) and piece.value is not None:
                flat[-1] = Const(_spelled(previous) + _spelled(piece), place)
            else:
                flat.append(piece)
    if len(flat) > TEXT_PARTS or any(isinstance(piece, Const) and len(_spelled(piece)) > TEXT_LENGTH for piece in flat):
        return Unknown(("long-text", tuple(key_of(piece) for piece in flat)))
    if len(flat) == 1 and isinstance(flat[0], Const):
        return Const(_spelled(flat[0]), place)
    return Text(tuple(flat)) if flat else Const("", place)
