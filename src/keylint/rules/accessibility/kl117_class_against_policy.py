"""An item gets a class that the project's policy does not allow for it.

## What it does

Reports a call that stores an item, or the constant that chooses its class, when the configured policy forbids the result. Tables of the
policy (`[[policy]]`) say which items they are about, by patterns for keys, services, stores and files, and what these may have:
accessibility classes, synchronization, access control. The first table that an item matches decides. An item whose class nobody names gets
the store's default, and that is what counts. Without a policy the rule is silent; so it is about an item of which too little is
seen to tell which table is meant.

## Why is this bad?

The policy says how the team has decided to protect this secret. An item that gets another class is readable at other times, or on other
devices, than was decided, and nothing fails that would tell.

## Example

```toml
[[policy]]
keys = ["auth.*"]
classes = ["after-first-unlock-this-device-only"]
```

```ts
await SecureStore.setItemAsync('auth.token', token, { keychainAccessible: SecureStore.WHEN_UNLOCKED });
```

Use instead:

```ts
await SecureStore.setItemAsync('auth.token', token, {
  keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY,
});
```

## Fix safety

Where the policy allows several classes, which one is right depends on when the item is read, so there is no automatic fix. Items that
exist keep their class unless the store replaces it on overwrite.

## References

- Apple, Keychain services: Restricting keychain item accessibility
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.interpret.events import ABSENT, MAY, MUST, Observations, Place, Setting, StoreEvent
from keylint.policy import neutral
from keylint.rules import wording
from keylint.rules.accessibility.classes import CHOOSES, CREATES, is_public, switches_on, synchronization
from keylint.rules.evidence import callers, related, sureness, weakest
from keylint.rules.rule import DEFAULT, Draft, Rule

if TYPE_CHECKING:
    from keylint.policy import Policy
    from keylint.stores.model import AccessClass, Store


class Breach(NamedTuple):
    """A way in which a call breaks a policy, as seen on one path. `what` says what the item gets, `instead` what to do."""

    place: Place
    what: str
    allowed: str
    instead: str
    policy: Policy
    event: StoreEvent
    confidence: str = "high"
    chosen: bool = False
    others: tuple[Place, ...] = ()


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a place and policy, for each demand that it breaks."""
    if not observations.policies:
        return
    from keylint.rules.accessibility.policies import tables

    found: dict[tuple[Place, str, str, str], list[Breach]] = {}
    for event in observations.events:
        policies = observations.policies.get(event.place.path, ())
        if not policies or event.verb not in CHOOSES or is_public(event):
            continue
        for candidates in tables(event, policies):
            for breach in _breaches(event, candidates):
                found.setdefault((breach.place, breach.policy.place, breach.what, breach.allowed), []).append(breach)
    for breaches in found.values():
        yield _draft(breaches)


def _breaches(event: StoreEvent, candidates: Sequence[Policy]) -> Iterator[Breach]:
    """What each of the tables that may decide forbids; what one of them allows is no breach."""
    ways = [
        [breach for policy in candidates if (breach := _class_breach(event, policy, place, access)) is not None]
        for place, access in _classes(event)
    ]
    ways.append([breach for policy in candidates if (breach := _sync_breach(event, policy)) is not None])
    ways.append([breach for policy in candidates if (breach := _control_breach(event, policy)) is not None])
    for way in ways:
        if len(way) == len(candidates):
            yield way[-1]


def _classes(event: StoreEvent) -> Iterator[tuple[Place | None, AccessClass]]:
    """The classes that the item may get, with the constant that chooses, `None` where nobody does."""
    for choice in event.accessibility.choices:
        if choice.cls is not None and not choice.problem:
            yield choice.place, choice.cls
    unnamed = event.verb in CREATES and event.accessibility.presence in (ABSENT, MAY)
    if unnamed and not event.operation.legacy and not wording.in_file_keychain(event):
        default = wording.default_class(event.store, event.item_class)
        if default is not None:
            yield None, default


def _class_breach(event: StoreEvent, policy: Policy, place: Place | None, access: AccessClass) -> Breach | None:
    if policy.classes is None or neutral(access.when, access.device_only) in policy.classes:
        return None
    named = f"`{wording.spelled_class(event.store, access)}`"
    gets = f"the class {named}" if place is not None else f"the store's default class {named}"
    if place is None and event.accessibility.presence == MAY:
        gets += " on some paths"
    allowed = " or ".join(policy.classes) if policy.classes else "no class at all"
    fitting = [other for other in event.store.classes if neutral(other.when, other.device_only) in policy.classes and not other.deprecated]
    return Breach(
        place or event.place,
        f"gets {gets}: {wording.consequence(access)}",
        f"allows {'only ' if policy.classes else ''}{allowed}",
        _use(event.store, fitting),
        policy,
        event,
        "high" if place is not None or event.accessibility.presence == ABSENT else "medium",
        place is not None,
    )


def _use(store: Store, fitting: Sequence[AccessClass]) -> str:
    if not fitting:
        return f"{store.title} has no class that the policy allows: keep the item in another store, or change the policy."
    return f"Use {' or '.join(f'`{wording.spelled_class(store, access)}`' for access in fitting)}."


def _sync_breach(event: StoreEvent, policy: Policy) -> Breach | None:
    if policy.synchronizable:
        return None
    for setting in synchronization(event):
        values = [value for value in setting.values if switches_on(event, value) is True]
        if values and setting.presence in (MUST, MAY):
            return Breach(
                event.place,
                f"is eligible for iCloud Keychain by {wording.code(setting.key)}",
                "allows no synchronization",
                f"Leave `{setting.key}` out.",
                policy,
                event,
                "high" if setting.presence == MUST and len(values) == len(setting.values) else "medium",
                False,
                setting.entries,
            )
    return None


def _control_breach(event: StoreEvent, policy: Policy) -> Breach | None:
    keys = (*event.store.access_control_keys, *event.store.constraint_keys)
    if not policy.access_control or not keys or event.verb not in CREATES or event.accessibility.access_control != ABSENT:
        return None
    if any(_may_ask(event.options.get(key)) for key in keys):
        return None
    return Breach(
        event.place,
        "has no access control, so reading it asks for neither biometry nor a passcode",
        "demands access control",
        f"Ask for it with `{keys[0]}`.",
        policy,
        event,
    )


def _may_ask(setting: Setting) -> bool:
    if setting.presence == MUST and setting.values:
        return any(value.truth is not False for value in setting.values)
    return setting.presence != ABSENT


def _draft(breaches: Sequence[Breach]) -> Draft:
    first = breaches[0]
    events = [breach.event for breach in breaches]
    reached: tuple[Place, ...] = tuple(event.place for event in events) if first.chosen else ()
    others = _flattened(breach.others for breach in breaches)
    return Draft(
        first.place,
        f"{_item(events)} {first.what}; the policy {wording.code(first.policy.name)} {first.allowed}",
        f"{first.instead}{wording.keeps_class(events)}",
        weakest((sureness(events), first.confidence)),
        (f"the policy is stated at {first.policy.place}",),
        related(reached, f"{wording.called(first.event)} stores the item with this class")
        + related(others, "synchronization is asked for here")
        + (() if first.chosen else callers(events)),
    )


def _item(events: Sequence[StoreEvent]) -> str:
    text = wording.item(events)
    return text[0].upper() + text[1:]


def _flattened(places: Iterable[Iterable[Place]]) -> list[Place]:
    return [place for each in places for place in each]


RULE = Rule("KL117", "class-against-policy", "error", DEFAULT, ("swift", "typescript", "python"), check)
