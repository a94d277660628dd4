"""A read finds no item, so one is stored, and nothing keeps a second caller from doing the same in between.

## What it does

Reports an add or a write that runs only because a read, or a test for existence, of the same item found none, when no lock, serial
queue, actor or other region that admits one caller at a time holds both. An add that handles the store's "it is there already" is not
reported, nor is code that nothing can interrupt: on JavaScript's one thread and on an event loop others come in at an `await` only.

## Why is this bad?

Two callers can both find nothing and both store. Where the store has an add of its own, the second add fails as a duplicate and its
secret is dropped. Where a write overwrites, the second replaces what the first has stored and may have handed out already: data that
was encrypted with the first key cannot be read with the second.

## Example

```swift
if SecItemCopyMatching(query as CFDictionary, nil) == errSecSuccess {
    status = SecItemUpdate(query as CFDictionary, changes as CFDictionary)
} else {
    status = SecItemAdd(item as CFDictionary, nil)
}
```

Use instead:

```swift
status = SecItemAdd(item as CFDictionary, nil)
if status == errSecDuplicateItem {
    status = SecItemUpdate(query as CFDictionary, changes as CFDictionary)
}
```

## Fix safety

There is no automatic fix: what to do with a duplicate is a decision.

## References

- Apple, Security-61901: `keychain/securityd/SecItemDb.c` (an item that exists makes an add fail with `errSecDuplicateItem`)
- keyring 25.7.0: `set_password` overwrites
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import ESCAPES, Check, Observations, StoreEvent
from keylint.rules import wording
from keylint.rules.concurrency.pairs import INEFFECTIVE, SUSPENDED, UNSERIALIZED, WRITES, exposed_pairs
from keylint.rules.evidence import callers, related, strongest, weakest
from keylint.rules.rule import STRICT, Draft, Rule

_EXPOSED = (UNSERIALIZED, SUSPENDED, INEFFECTIVE)
_HANDLES = ("duplicate", ESCAPES)
"""What the code asks an add's status for, when it may deal with a duplicate."""


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call, unless it is the write of a delete-then-add, which says the same already."""
    paired = {pair.write.place for pair in exposed_pairs(observations)}
    for call in observations.calls():
        exposed = [
            (event, found)
            for event in call
            if event.verb in WRITES and event.place not in paired and not _handles_duplicate(event)
            for found in event.checks
            if found.verdict in _EXPOSED
        ]
        if exposed:
            yield _draft(exposed)


def _handles_duplicate(event: StoreEvent) -> bool:
    return event.verb == "add" and any(meaning in event.tells for meaning in _HANDLES)


def _draft(exposed: Sequence[tuple[StoreEvent, Check]]) -> Draft:
    act, found = exposed[0]
    events = [event for event, _ in exposed]
    item = wording.item(events)
    read, store = wording.called(found.read), wording.called(act)
    if act.verb == "add":
        duplicate = wording.status_name(act.store, act.store.duplicate)
        fails = f"with {duplicate}" if duplicate else "as a duplicate"
        happens = f"one {store} then fails {fails} and its secret is dropped"
        remedy = f"Add first and update the item where the store says that it is there already{f' ({duplicate})' if duplicate else ''}"
    else:
        happens = f"the later {store} replaces what the earlier caller has just stored and may be using"
        remedy = "Decide who creates the item in one place"
    return Draft(
        act.place,
        f"Two callers can both find nothing with {read} for {item} and both store it: {happens}",
        f"{remedy}, or run the read and what follows it under one lock, serial queue or actor that every caller takes.",
        strongest(weakest((event.confidence, one.read.confidence)) for event, one in exposed),
        tuple(dict.fromkeys(_reason(one) for _, one in exposed)),
        related((one.read.place for _, one in exposed), "this read decides")
        + related((one.suspension for _, one in exposed if one.suspension is not None and one.verdict == SUSPENDED), "others come in here")
        + callers(events),
    )


def _reason(found: Check) -> str:
    if found.verdict == SUSPENDED and found.region is not None:
        return f"{wording.region(found.region.name)} lets other callers in at every `await`"
    if found.why:
        return wording.short(found.why)
    return "no lock, serial queue, actor or other region that admits one caller at a time holds both"


RULE = Rule("KL202", "unserialized-check-then-act", "warning", STRICT, ("swift", "typescript", "python"), check)
