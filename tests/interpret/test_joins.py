"""Values and paths that meet, arguments that are matched, presences that combine: the functions that everything else stands on."""

from __future__ import annotations

from itertools import product

import pytest

from keylint.interpret.binding import match_arguments
from keylint.interpret.events import ABSENT, MAY, MUST, UNKNOWN, Condition, Place
from keylint.interpret.joining import join_values
from keylint.interpret.options import combine
from keylint.interpret.regions import name_suggests_lock
from keylint.interpret.scope import Decision, HeldRegion, PendingDelete, Scope, State, join_all, join_states, reduce_states
from keylint.interpret.values import (
    MAX_ALTERNATIVES,
    MISSING,
    NIL,
    OTHER,
    SUCCESS,
    Const,
    Entry,
    Outcome,
    Record,
    Union,
    Unknown,
    Value,
    alternatives,
    is_nil,
    key_of,
    merge_outcomes,
    split_nil,
    truth,
    union,
    with_outcomes,
)
from keylint.interpret.world import Passed
from keylint.program.module import Function, Parameter
from keylint.program.nodes import Block, Span

AT = Place("f", Span(0, 1))
ELSEWHERE = Place("f", Span(5, 6))
A, B = Const("a"), Const("b")
KEY = ("name", "k")
WHY, WHY_NOT = (Condition(AT, "when it holds"),), (Condition(AT, "when it does not"),)


def record(value: Value | None = None, presence: str = MUST, open_: bool = False) -> Record:
    return Record({} if value is None else {KEY: Entry(value, presence, (AT,))}, open_)


def test_a_union_holds_each_value_once() -> None:
    assert union([A, A]) == A
    assert alternatives(union([A, B, A])) == (A, B)
    assert alternatives(union([union([A, B]), NIL])) == (A, B, NIL)
    assert len(alternatives(union([Const("a", AT), Const("a", ELSEWHERE)]))) == 2
    assert isinstance(union([]), Unknown)


def test_a_union_of_too_many_is_unknown_but_still_tells_nil() -> None:
    many = [Const(number) for number in range(MAX_ALTERNATIVES + 1)]
    assert isinstance(union(many), Unknown)
    assert isinstance(union(many[:-1]), Union)
    forgotten, nil = alternatives(union([*many, NIL]))
    assert isinstance(forgotten, Unknown)
    assert is_nil(nil)
    assert union(many) == union(reversed(many))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Const(0), False),
        (Const(""), False),
        (NIL, False),
        (A, True),
        (Unknown(("x",)), None),
        (union([A, B]), True),
        (union([A, NIL]), None),
    ],
)
def test_truth(value: Value, expected: bool | None) -> None:
    assert truth(value) is expected


def test_what_a_value_keys_on() -> None:
    assert key_of(Const("a", AT)) == key_of(Const("a", ELSEWHERE))
    assert key_of(Const(1)) != key_of(Const(True))
    assert key_of(Const("1")) != key_of(Const(1))
    assert key_of(Unknown(("x",))) != key_of(Unknown(("y",)))
    assert key_of(union([A, B])) == key_of(union([B, A]))
    assert key_of(record(A)) != key_of(record(A, MAY)) != key_of(record(B))


def test_splitting_by_nil() -> None:
    assert split_nil(union([A, NIL])) == ([NIL], [A])
    assert split_nil(Unknown(("x",))) == ([], [Unknown(("x",))])


@pytest.mark.parametrize(
    ("first", "second", "presence", "values", "whys"),
    [
        (record(A), record(A), MUST, [A], []),
        (record(A), record(B), MUST, [A, B], []),
        (record(A), record(), MAY, [A], ["when it holds"]),
        (record(), record(A), MAY, [A], ["when it does not"]),
        (record(A, MAY), record(A, MAY), MAY, [A], []),
    ],
)
def test_dictionaries_that_meet(first: Record, second: Record, presence: str, values: list[Value], whys: list[str]) -> None:
    joined = join_values(first, second, WHY, WHY_NOT)
    assert isinstance(joined, Record)
    entry = joined.entries[KEY]
    assert (entry.presence, list(alternatives(entry.value)), [why.why for why in entry.conditions]) == (presence, values, whys)


def test_a_dictionary_that_meets_an_open_one_is_open() -> None:
    joined = join_values(record(A), record(open_=True), WHY, WHY_NOT)
    assert isinstance(joined, Record)
    assert joined.open
    assert joined.entries[KEY].presence == MAY


def test_a_dictionary_that_meets_something_else_is_either() -> None:
    assert alternatives(join_values(record(A), NIL, WHY, WHY_NOT)) == (record(A), NIL)


def test_outcomes_of_a_value_yield_to_what_it_knows_itself() -> None:
    inner, outer = Outcome(1, frozenset((SUCCESS,))), Outcome(1, frozenset((OTHER,)))
    assert merge_outcomes((inner,), (outer, Outcome(2, frozenset((OTHER,))))) == (inner, Outcome(2, frozenset((OTHER,))))
    told = with_outcomes(union([A, NIL]), (outer,))
    assert [option.outcomes for option in alternatives(told) if isinstance(option, Const)] == [(outer,), (outer,)]


def state(**given: object) -> State:
    made = State()
    for name, value in given.items():
        setattr(made, name, value)
    return made


def held(key: str, activation: int = 1) -> HeldRegion:
    return HeldRegion("lock", (key,), activation, AT, key)


def test_paths_that_meet_hold_only_what_both_hold() -> None:
    joined = join_states(state(held=(held("a"), held("b", 2))), state(held=(held("a"),)))
    assert joined.held == (held("a"),)


def test_paths_that_meet_keep_every_pending_delete_once() -> None:
    first, second = PendingDelete(1, ()), PendingDelete(2, ())
    assert join_states(state(pending=(first,)), state(pending=(second, first))).pending == (first, second)


def test_paths_that_meet_know_of_a_call_what_either_knows() -> None:
    success, missing = Outcome(1, frozenset((SUCCESS,))), Outcome(1, frozenset((MISSING,)))
    assert join_states(state(outcomes={1: success}), state(outcomes={1: missing})).outcomes[1].possible == {SUCCESS, MISSING}


def test_paths_that_meet_forget_what_they_decided_differently() -> None:
    joined = join_states(state(decided={("x",): True, ("y",): True}), state(decided={("x",): False, ("y",): True}))
    assert joined.decided == {("y",): True}


def test_a_path_that_is_handling_an_error_stays_so_only_with_its_like() -> None:
    assert join_states(state(failed=True), state(failed=True)).failed
    assert not join_states(state(failed=True), state()).failed


def test_joining_explains_a_key_by_the_first_branch_taken_differently() -> None:
    first = state(memory={1: record(A)}, trail=(Decision(AT, "ready", True), Decision(ELSEWHERE, "x", True)))
    second = state(memory={1: record()}, trail=(Decision(AT, "ready", False),))
    value = join_states(first, second).memory[1]
    assert isinstance(value, Record)
    assert [why.why for why in value.entries[KEY].conditions] == ["when `ready` holds"]


def test_no_paths_join_to_none() -> None:
    assert join_all([]) is None


def test_reducing_first_merges_paths_that_do_not_differ() -> None:
    same = [state(memory={1: A}, decided={("x",): bool(number % 2)}) for number in range(10)]
    assert len(reduce_states(same, 6)) == 1
    different = [state(memory={1: Const(number)}) for number in range(10)]
    reduced = reduce_states(different, 3)
    assert len(reduced) == 3
    assert {key_of(option) for path in reduced for option in alternatives(path.memory[1])} == {
        key_of(Const(number)) for number in range(10)
    }


def test_reducing_keeps_paths_with_other_regions_apart() -> None:
    assert len(reduce_states([state(held=(held("a"),)), state()], 6)) == 2


def test_noting_narrows_and_notices_contradictions() -> None:
    path = State()
    assert path.note(Outcome(1, frozenset((SUCCESS, MISSING))))
    assert path.note(Outcome(1, frozenset((MISSING, OTHER))))
    assert path.outcomes[1].possible == {MISSING}
    assert not path.note(Outcome(1, frozenset((SUCCESS,))))


def test_a_copy_is_independent() -> None:
    path = state(memory={1: A})
    other = path.copy()
    other.memory[1] = B
    other.decided[("x",)] = True
    assert (path.memory, path.decided) == ({1: A}, {})


def test_the_first_suspension_counts() -> None:
    path = state(pending=(PendingDelete(1, ()),))
    path.suspend(AT)
    path.suspend(ELSEWHERE)
    assert path.pending[0].suspension == AT


def test_names_are_found_outwards() -> None:
    outer = Scope(None)
    outer.names["x"] = 1
    function = Scope(outer, function=True)
    inner = Scope(function)
    inner.names["y"] = 2
    assert (inner.find("x"), inner.find("y"), outer.find("y")) == (1, 2, None)
    assert inner.function_scope() is function


@pytest.mark.parametrize(
    ("presences", "expected"),
    [
        ([MUST], MUST),
        ([MUST, MUST], MUST),
        ([MUST, ABSENT], MAY),
        ([ABSENT, ABSENT], ABSENT),
        ([MAY, UNKNOWN], MAY),
        ([MUST, UNKNOWN], UNKNOWN),
        ([ABSENT, UNKNOWN], UNKNOWN),
        ([MUST, ABSENT, UNKNOWN], MAY),
    ],
)
def test_presence_over_alternatives(presences: list[str], expected: str) -> None:
    assert combine(presences) == expected
    assert combine(presences[::-1]) == expected


def test_what_is_unknown_is_never_absent_nor_certain() -> None:
    for presences in product((MUST, MAY, ABSENT, UNKNOWN), repeat=3):
        if UNKNOWN in presences:
            assert combine(presences) in (UNKNOWN, MAY)
        if combine(presences) == ABSENT:
            assert set(presences) == {ABSENT}


SPAN = Span(0, 1)


def function(*parameters: Parameter, implicit_self: bool = False) -> Function:
    return Function(SPAN, "f", SPAN, parameters, Block(SPAN, ()), implicit_self=implicit_self)


def parameter(name: str, label: str | None = None, default: bool = False, rest: str = "", keyword_only: bool = False) -> Parameter:
    from keylint.program.nodes import Literal

    return Parameter(SPAN, name, label, Literal(SPAN, 1) if default else None, rest, keyword_only=keyword_only)


def passed(text: str) -> Passed:
    """`x` positional, `l:x` labelled, `{x` trailing, `l:{x` trailing with a label, `*x` and `**x` spread."""
    label, _, value = text.rpartition(":")
    spread = "**" if value.startswith("**") else "*" if value.startswith("*") else ""
    return Passed(Const(value.lstrip("*{")), label or None, AT, None, spread, value.startswith("{"))


SWIFT = function(parameter("a"), parameter("b", "with"), parameter("c", "c", default=True))
CLOSURES = function(parameter("a", "a"), parameter("then"), parameter("failed", "failed"))
SCRIPT = function(parameter("a"), parameter("b"), parameter("rest", rest="*"))
PLAIN = function(parameter("a"), parameter("b"))
SNAKE = function(parameter("a", "a"), parameter("b", "b", default=True), parameter("k", "k", default=True, keyword_only=True))
OPEN = function(parameter("a", "a"), parameter("all", rest="*"), parameter("rest", rest="**"))


@pytest.mark.parametrize(
    ("called", "arguments", "expected"),
    [
        (SWIFT, "x with:y", "x|y|"),
        (SWIFT, "x with:y c:z", "x|y|z"),
        (SWIFT, "x y", None),
        (SWIFT, "x", None),
        (SWIFT, "x other:y", None),
        (CLOSURES, "a:x {y failed:{z", "x|y|z"),
        (SCRIPT, "x", "x||"),
        (SCRIPT, "x y z w", "x|y|z w"),
        (PLAIN, "x y z", "x|y"),
        (PLAIN, "", "|"),
        (SNAKE, "x", "x||"),
        (SNAKE, "b:y a:x", "x|y|"),
        (SNAKE, "x k:z", "x||z"),
        (SNAKE, "x y z", None),
        (SNAKE, "x q:z", None),
        (OPEN, "x y z", "x|y z|"),
        (OPEN, "x q:w", "x||w"),
        (OPEN, "x **w", "x||w"),
    ],
)
def test_which_argument_goes_where(called: Function, arguments: str, expected: str | None) -> None:
    slots = match_arguments(called, [passed(item) for item in arguments.split()])
    found = (
        None
        if slots is None
        else "|".join(" ".join(str(item.value.value) for item in slot if isinstance(item.value, Const)) for slot in slots)
    )
    assert found == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("withLock", True),
        ("synchronized", True),
        ("runExclusive", True),
        ("my_mutex", True),
        ("serialQueue", True),
        ("block", False),
        ("unlocked", False),
        ("clock", False),
        ("blockchain", False),
        ("run", False),
        ("", False),
    ],
)
def test_names_that_suggest_a_lock(name: str, expected: bool) -> None:
    assert name_suggests_lock(name) is expected
