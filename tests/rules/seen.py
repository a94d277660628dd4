"""Observations made by hand: what the machine would have seen, for testing rules without it."""

from __future__ import annotations

from functools import cache
from typing import Any

from keylint.findings import Finding
from keylint.interpret.events import (
    ABSENT,
    MUST,
    Accessibility,
    ClassChoice,
    Condition,
    DestructiveCall,
    Fact,
    Observations,
    Options,
    Pending,
    Place,
    Reference,
    Setting,
    StoreEvent,
)
from keylint.program.nodes import Span
from keylint.rules.registry import judge
from keylint.stores import catalogue
from keylint.stores.model import Operation, Store

EXPO = "expo_secure_store"
APPLE = "apple_security"
REACT_NATIVE = "react_native_keychain"
KEYRING = "keyring"
PYOBJC = "apple_security_pyobjc"


@cache
def models() -> catalogue.Catalogue:
    """Every shipped store."""
    return catalogue.load(("swift", "typescript", "python"))


def store(name: str) -> Store:
    """The shipped store called `name`."""
    return next(model for model in models().stores if model.name == name)


def operation(model: Store, function: str) -> Operation:
    """An operation of a store."""
    found = models().operation(model, function)
    assert found is not None
    return found


def place(row: int, path: str = "f") -> Place:
    """A place: row 3 is the bytes from 300 on."""
    return Place(path, Span(row * 100, row * 100 + 10))


def fact(row: int, **known: Any) -> Fact:
    """A value at a row."""
    return Fact(place(row), **known)


def choice(model: Store, constant: str, row: int, via_access_control: bool = False) -> ClassChoice:
    """The class `constant` chosen at a row."""
    return ClassChoice(fact(row, constant=constant), models().access_class(model, constant), place(row), place(row), via_access_control)


def accessibility(presence: str, *choices: ClassChoice, conditions: tuple[Condition, ...] = ()) -> Accessibility:
    """How a call names its class."""
    return Accessibility(presence, choices, tuple(one.entry for one in choices), conditions)


def options(*settings: Setting, given: str = MUST, unseen: bool = False) -> Options:
    """A dictionary at a call."""
    return Options(given, {setting.key: setting for setting in settings}, unseen)


def setting(key: str, presence: str = MUST, row: int = 50, **value: Any) -> Setting:
    """One key with one value."""
    return Setting(key, presence, (fact(row, **value),), (place(row),))


def event(store_name: str, function: str, row: int = 1, **given: Any) -> StoreEvent:
    """A store call at a row. What is not given is what a plain call has: no options, no class, nothing before it."""
    model = store(store_name)
    found = operation(model, function)
    values: dict[str, Any] = {
        "options": options(given=ABSENT),
        "query": None,
        "accessibility": accessibility(ABSENT),
        "item": "account `token`",
        "item_class": "kSecClassGenericPassword" if model.item_class_key else None,
        "outcome": "used",
        "promise": "handled",
        "regions": (),
        "pending": (),
        "lost": (),
        "path": (),
        "within": "Tokens.save",
        "in_type": "Tokens",
        "confidence": "high",
    }
    values.update(given)
    return StoreEvent(store=model, operation=found, verb=found.verb, place=place(row), callee=place(row), spelled=function, **values)


def pending(delete: StoreEvent, verdict: str, **given: Any) -> Pending:
    """A delete that reaches a write."""
    return Pending(delete, verdict, **given)


def judged(
    code: str,
    *events: StoreEvent,
    calls: tuple[DestructiveCall, ...] = (),
    references: tuple[Reference, ...] = (),
) -> list[Finding]:
    """What one rule finds. A rule that raises fails the test."""
    judgement = judge(Observations(events, calls, references), [code])
    for failure in judgement.failures:
        raise failure.error
    return judgement.findings


def rows(findings: list[Finding]) -> list[int]:
    """The rows that findings point at."""
    return [finding.span.start // 100 for finding in findings]


def related_rows(finding: Finding) -> set[int]:
    """The rows of a finding's related places."""
    return {item.span.start // 100 for item in finding.related}
