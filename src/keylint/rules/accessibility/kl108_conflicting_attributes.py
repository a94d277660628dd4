"""Two options of one call contradict each other, so the store refuses the secret or ignores one of them.

## What it does

Reports a call that stores or updates an item with options that do not go together: an access-control object beside an
accessibility class, an access-control object on a synchronizable item, a this-device-only class on a synchronizable
item.

## Why is this bad?

The first two are rejected: nothing is stored, and where the status is not looked at nobody learns. The third is
documented as invalid: the item never reaches another device, although the code says that it should.

## Fix safety

There is no automatic fix: which of the two was meant is a decision.

## References

- Apple, Security-61901: `keychain/securityd/SecDbQuery.c` (class and access control), `OSX/sec/Security/SecItem.m`
  (access control and synchronization), `keychain/headers/SecItem.h` (this-device-only and synchronization)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.interpret.events import MUST, Observations, Place, Setting, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.classes import CHOOSES
from keylint.rules.evidence import related, strongest, weakest
from keylint.rules.rule import DEFAULT, Draft, Rule

if TYPE_CHECKING:
    from keylint.stores.model import Conflict


class _Clash(NamedTuple):
    """Two settings of one call that do not go together."""

    conflict: Conflict
    event: StoreEvent
    entries: tuple[Place, ...]
    certain: bool


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call, whatever number of its options clash."""
    for call in observations.calls():
        clashes = [clash for event in call if event.verb in CHOOSES for clash in _clashes(event)]
        if clashes:
            yield _draft(clashes)


def _clashes(event: StoreEvent) -> Iterator[_Clash]:
    for conflict in event.store.conflicts:
        first, second = event.options.get(conflict.first), event.options.get(conflict.second)
        certainty = [_holds(event, first, conflict), _holds(event, second, conflict)]
        if None not in certainty and any(certainty):
            yield _Clash(conflict, event, first.entries + second.entries, all(certainty))


def _holds(event: StoreEvent, setting: Setting, conflict: Conflict) -> bool | None:
    """Whether a setting takes its side in a conflict: on every path (`True`), on some (`False`), or not as far as can be seen (`None`)."""
    if not setting.possible:
        return None
    always = setting.presence == MUST
    sync = event.store.sync
    if (sync is not None and setting.key == sync.key) or setting.key in event.store.class_overrides:
        on = [value.truth for value in setting.values]
        if True not in on:
            return None
        return always and all(on)
    if conflict.device_only and setting.key == conflict.second:
        plain = [choice.cls for choice in event.accessibility.choices if not choice.via_access_control]
        kept = [access is not None and access.device_only for access in plain]
        if not any(kept):
            return None
        return always and all(kept)
    return always


def _draft(clashes: Sequence[_Clash]) -> Draft:
    first = clashes[0]
    conflicts = list(dict.fromkeys((clash.conflict.first, clash.conflict.second) for clash in clashes))
    pair = f"`{first.conflict.first}` and `{first.conflict.second}`"
    subject = f"{wording.called(first.event)} for {wording.item([first.event])}"
    status = wording.status_name(first.event.store, [first.conflict.status]) or first.conflict.status
    if first.conflict.effect == "rejected":
        message = f"{subject} fails{f' with {status}' if status else ''}: {pair} do not go together, so nothing is stored"
    else:
        message = f"{subject} marks it for synchronization, and it never synchronizes: {pair} contradict each other"
    return Draft(
        first.event.place,
        message,
        _remedy(first),
        weakest((strongest(clash.event.confidence for clash in clashes), "high" if any(clash.certain for clash in clashes) else "medium")),
        tuple(f"`{one}` and `{other}` are in one dictionary" for one, other in conflicts),
        related((entry for clash in clashes for entry in clash.entries), "one of the two is set here"),
    )


def _remedy(clash: _Clash) -> str:
    store, conflict = clash.event.store, clash.conflict
    if conflict.device_only:
        return f"Leave `{conflict.first}` out to keep the item on this device, or choose a class that may leave it."
    if conflict.second in store.class_keys:
        return f"Leave `{conflict.second}` out: the access-control object carries the class that it was made with."
    return f"Leave `{conflict.second}` out to keep the access control, or `{conflict.first}` to synchronize."


RULE = Rule("KL108", "conflicting-attributes", "error", DEFAULT, ("swift", "typescript", "python"), check)
