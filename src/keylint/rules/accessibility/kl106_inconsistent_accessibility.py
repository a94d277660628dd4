"""One item is stored under different accessibility classes, and which one it has depends on who came first or last.

## What it does

Reports the writes of an item that give it another class than most of its writes do (all of them in a tie). An item is
known by the constants that identify it, in files of one program; what a default gives counts like what is named. In
stores where a class in a search is a filter, a read that names another class than the writes is reported too. What one
build has and another does not (`#if`), an update that changes the class, and an access-control object on one of the
ways are taken as meant.

## Why is this bad?

The class decides when a secret is readable and whether it moves to other devices, and here it depends on the order of
calls. Where overwriting keeps the class, the first write decides for good and the stricter one that came later changes
nothing. Where it replaces it, the last one does. Where a second add fails, the new secret is not stored at all.

## Example

```ts
await SecureStore.setItemAsync('token', token, { keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY });
await SecureStore.setItemAsync('token', fresh);
```

Use instead one options value that every write passes.

## Fix safety

There is no automatic fix: which of the classes is meant is a decision. Items that exist keep theirs unless the store
replaces it on overwrite.

## References

- Apple, Security-61901: `keychain/securityd/SecItemSchema.c` (the class is not part of the primary key)
- expo-secure-store 57.0.4: `ios/SecureStoreModule.swift` (a duplicate is updated in its value alone)
- react-native-keychain 10.0.0: `ios/RNKeychainManager/RNKeychainManager.m` (delete, then add)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.effective import Given, given
from keylint.rules.evidence import related, strongest, weakest
from keylint.rules.items import Item, items
from keylint.rules.rule import DEFAULT, Draft, Rule

_READS = ("read", "exists")


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call."""
    drafts: dict[Place, Draft] = {}
    for item in items(observations):
        for draft in (*_writes(item), *_reads(item)):
            drafts.setdefault(draft.place, draft)
    yield from drafts.values()


def _writes(item: Item) -> Iterator[Draft]:
    found = [one for event in item.writes if (one := given(event)) is not None]
    found = [one for one in found if one.event.accessibility.access_control == "absent"]
    calls = {(one.event.place, one.access.constant): one for one in found}
    votes = Counter(constant for _, constant in calls)
    if len(votes) < 2 or not _disagree(found):
        return
    most = max(votes.values())
    usual = [constant for constant, count in votes.items() if count == most]
    for (place, constant), one in sorted(calls.items(), key=lambda pair: pair[0]):
        if len(usual) == 1 and constant == usual[0]:
            continue
        others = [other for other in found if other.access.constant != constant and not _exclusive(one.event, other.event)]
        if others:
            mine = [other for other in found if other.event.place == place and other.access.constant == constant]
            yield _draft(mine, others)


def _disagree(found: Sequence[Given]) -> bool:
    return any(one.access.constant != other.access.constant and not _exclusive(one.event, other.event) for one in found for other in found)


def _exclusive(first: StoreEvent, second: StoreEvent) -> bool:
    """No build of the program has both; or one function has both, and chooses."""
    theirs = dict(second.builds)
    if any(theirs.get(condition) is (not holds) for condition, holds in first.builds) or first.macos_only != second.macos_only:
        return True
    return first.place != second.place and bool(first.within) and first.within == second.within and first.path == second.path


def _draft(mine: Sequence[Given], others: Sequence[Given]) -> Draft:
    one = mine[0]
    event = one.event
    spelled = sorted({_spelled(other) for other in others})
    confidence = weakest((strongest(other.event.confidence for other in mine), strongest(other.event.confidence for other in others)))
    return Draft(
        event.place,
        f"{wording.called(event)} gives {wording.item([event])} the class {_spelled(one)}, and another write of it "
        f"{' or '.join(spelled)}: {_winner(event, [other.event for other in others])}",
        "Name one class wherever the item is stored: one constant that every write uses." + wording.keeps_class([event]),
        confidence,
        tuple(dict.fromkeys(f"{wording.called(other.event)} stores it as {_spelled(other)}" for other in others)),
        related((other.place for other in others), "another class is given here")
        + related((other.place for other in mine if other.place != event.place), "the class is chosen here")
        + related((other.event.place for other in others if other.named and other.event.place != event.place), "the item is stored here"),
    )


def _spelled(one: Given) -> str:
    name = f"`{wording.spelled_class(one.event.store, one.access)}`"
    return name if one.named else f"{name} by default"


def _winner(event: StoreEvent, others: Sequence[StoreEvent]) -> str:
    """Which of two writes decides."""
    ways = {_overwrites(one) for one in (event, *others)}
    if ways == {"replaces"}:
        return "every write replaces the class, so the last one decides"
    if ways == {"keeps"}:
        return "overwriting keeps the class, so the first write decides and the later ones do not change it"
    if ways == {"fails"}:
        duplicate = wording.status_name(event.store, event.store.duplicate)
        fails = f"fails with {duplicate}" if duplicate else "fails as a duplicate"
        return f"the second one {fails}, so the item keeps the class of the first and the new secret is not stored"
    return "which one it has depends on the order of the calls"


def _overwrites(event: StoreEvent) -> str:
    return "replaces" if event.operation.overwrite == "fails" and event.pending else event.operation.overwrite


def _reads(item: Item) -> Iterator[Draft]:
    """Searches for another class than any that the item gets."""
    stored = [given(event) for event in item.writes]
    known = [one for one in stored if one is not None]
    if not known or len(known) < len(stored) or item.updates:
        return
    constants = {one.access.constant for one in known}
    for read in item.reads:
        if read.verb not in _READS or read.store.class_in_search != "filter":
            continue
        asked = {choice.cls.constant for choice in read.accessibility.choices if choice.cls is not None and not choice.via_access_control}
        unseen = any(choice.cls is None for choice in read.accessibility.choices)
        if read.accessibility.presence != "must" or not asked or unseen or asked & constants:
            continue
        if all(_exclusive(read, one.event) for one in known):
            continue
        yield _missed(read, sorted(asked), known)


def _missed(read: StoreEvent, asked: Sequence[str], known: Sequence[Given]) -> Draft:
    absent = wording.status_name(read.store, read.store.absent)
    stored = " or ".join(sorted({_spelled(one) for one in known}))
    return Draft(
        read.place,
        f"{wording.called(read)} looks for {wording.item([read])} under {' or '.join(f'`{name}`' for name in asked)}, and it is stored as "
        f"{stored}: neither wins, the read does not find it{f' and reports {absent}' if absent else ''}",
        "Leave the class out of the search; name it only where the item is stored.",
        weakest((read.confidence, strongest(one.event.confidence for one in known))),
        ("a class in a search is a filter in this store",),
        related((choice.place for choice in read.accessibility.choices), "the read names a class here")
        + related((one.place for one in known), "the item gets its class here"),
    )


RULE = Rule("KL106", "inconsistent-accessibility", "warning", DEFAULT, ("swift", "typescript", "python"), check)
