"""Where a function gives its callers the same answer for "there is no such item" and for "the item could not be read"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.interpret.scope import State
from keylint.interpret.values import (
    MISSING,
    OTHER,
    SUCCESS,
    Const,
    Instance,
    Key,
    Outcome,
    Promise,
    Ref,
    Value,
    Verdict,
    alternatives,
    key_of,
)

if TYPE_CHECKING:
    from keylint.interpret.recorder import Recorder

_ALIKE = "every status but success is treated alike"


class _Answer(NamedTuple):
    """What a function returns when a read came to `outcome`; `nothing` is the key of a value that says "nothing", else `None`."""

    outcome: Outcome
    nothing: Key | None


def note(recorder: Recorder, exits: Sequence[tuple[State, Value]]) -> None:
    """Looks at everything that a function returns."""
    answers: dict[int, list[_Answer]] = {}
    for path, value in exits:
        for option in _settled(value):
            if isinstance(option, Verdict):
                _note_verdict(recorder, option)
                continue
            known = dict(path.outcomes)
            for outcome in getattr(option, "outcomes", ()):
                before = known.get(outcome.event)
                possible = outcome.possible if before is None else before.possible & outcome.possible
                known[outcome.event] = Outcome(outcome.event, possible, outcome.place, outcome.how)
            if all(outcome.possible for outcome in known.values()):  # else this path never returns this value
                for event, outcome in known.items():
                    if recorder.is_read(event):
                        answers.setdefault(event, []).append(_Answer(outcome, _nothing(option)))
    for event, given in answers.items():
        _note_answers(recorder, event, given)


def _settled(value: Value) -> Iterator[Value]:
    """What callers get, also by waiting for it."""
    for option in alternatives(value):
        if isinstance(option, Promise):
            yield from _settled(option.value)
        else:
            yield option


def _note_answers(recorder: Recorder, event: int, given: Sequence[_Answer]) -> None:
    if not any(SUCCESS in answer.outcome.possible and answer.nothing is None for answer in given):
        return  # it answers nothing when the read succeeds either
    failed = [answer for answer in given if answer.nothing is not None and SUCCESS not in answer.outcome.possible]
    absent = _answers_of_absence(given)
    for outcome, nothing in failed:
        if OTHER not in outcome.possible or not outcome.how or outcome.place is None or nothing not in absent:
            continue
        if MISSING in outcome.possible and nothing == _FALSE and not recorder.only_looks(event):
            continue  # "it did not work" is no answer to whether there is an item
        recorder.conflated(event, outcome.place, outcome.how)


def _answers_of_absence(given: Sequence[_Answer]) -> set[Key | None]:
    """What stands for "there is none". Where that has other answers, what is also answered on success says something else."""
    absent = [answer for answer in given if MISSING in answer.outcome.possible]
    found: set[Key | None] = {answer.nothing for answer in absent if answer.nothing is not None}
    if any(answer.nothing is None for answer in absent):
        found -= {answer.nothing for answer in given if SUCCESS in answer.outcome.possible}
    return found


def _note_verdict(recorder: Recorder, verdict: Verdict) -> None:
    """`return status == errSecSuccess`."""
    answers_absence = verdict.if_true == {SUCCESS} and {MISSING, OTHER} <= verdict.if_false
    if answers_absence and recorder.only_looks(verdict.event):
        recorder.conflated(verdict.event, verdict.place, _ALIKE)


def _nothing(value: Value) -> Key | None:
    """The key of a value that says "there is nothing": nil, false, an empty text."""
    if isinstance(value, Const) and not value.value and (value.value is None or isinstance(value.value, (bool, str, bytes))):
        return key_of(value)
    return None


_FALSE = key_of(Const(False))


def calls_told(value: Value, state: State) -> frozenset[int]:
    """The store calls (by event number) whose status or error `value` is, holds or derives from."""
    target = state.memory.get(value.address) if isinstance(value, Ref) else value
    parts = tuple(target.fields.values()) if isinstance(target, Instance) else (value,)
    return frozenset(calls_in(tuple(key_of(part) for part in parts), "status", "store-failure"))


def calls_in(key: object, *kinds: str) -> set[int]:
    """The store calls that a value's key mentions, in tokens of these kinds."""
    found: set[int] = set()
    pending = [key] if isinstance(key, (tuple, frozenset)) else []
    while pending:
        item = pending.pop()
        if len(item) == 2 and isinstance(item, tuple) and item[0] in kinds and isinstance(item[1], int):
            found.add(item[1])
        for part in item:
            if isinstance(part, (tuple, frozenset)):
                pending.append(part)
    return found
