"""The status of a store call is thrown away, so nobody learns that the secret was not stored, or not deleted.

## What it does

Reports an add, a write or an update whose status is discarded, by a bare call or by assigning it to `_`. A delete is
reported only when no later operation on the item would show that it failed: an add that follows does.

## Why is this bad?

The keychain refuses for everyday reasons: the item exists, the device is locked, an entitlement is missing. The secret
is then not stored, the app goes on as if it were, and the user is asked to sign in again. A delete that failed leaves
the secret behind after a sign-out.

## Fix safety

There is no automatic fix: what to do about a failure is a decision.

## References

- Apple, Security-61901: `base/SecBase.h:326-392` (status codes)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.evidence import callers, sureness
from keylint.rules.rule import DEFAULT, Draft, Rule

_HAPPENS = {
    "add": "may not have been stored, and nobody learns",
    "write": "may not have been stored, and nobody learns",
    "update": "may still hold the old secret, and nobody learns",
    "delete": "may still be there, and nobody learns",
    "clear": "may still be there, and nobody learns",
}
_DELETES = ("delete", "clear")
_STATUS = ("status", "status-pair", "success")


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call whose status nobody looks at."""
    for call in observations.calls():
        events = [event for event in call if event.verb in _HAPPENS and event.operation.returns in _STATUS]
        discarded = [event for event in events if event.outcome == "discarded" and not (event.verb in _DELETES and event.revealed)]
        if discarded:
            yield _draft(discarded)


def _draft(events: Sequence[StoreEvent]) -> Draft:
    first = events[0]
    unreadable = wording.status_name(first.store, first.store.unreadable)
    while_locked = f", {unreadable} while the device is locked among them" if unreadable and first.verb not in _DELETES else ""
    if first.operation.returns == "success":
        return Draft(
            first.place,
            f"The result of {wording.called(first)} is discarded: {wording.item(events)} {_HAPPENS[first.verb]}",
            "Look at the result, and handle `false`.",
            sureness(events),
            ("the call reports failures by returning `false` only",),
            callers(events),
        )
    success = f"`{first.store.success[0]}`" if first.store.success else "success"
    absent = f" or `{first.store.absent[0]}`" if first.store.absent and first.verb in _DELETES else ""
    return Draft(
        first.place,
        f"The status of {wording.called(first)} is discarded: {wording.item(events)} {_HAPPENS[first.verb]}",
        f"Compare the status with {success}{absent} and handle the rest.",
        sureness(events),
        (f"the call reports failures by its status only{while_locked}",),
        callers(events),
    )


RULE = Rule("KL301", "ignored-status", "warning", DEFAULT, ("swift", "python"), check)
