"""An item is written while another thread or task reads or writes it, and nothing lets in one at a time.

## What it does

Reports a read or a write of an item that is started beside a write of the same item: two tasks of a group, two
closures on a concurrent queue, iterations of `concurrentPerform`, jobs of a thread pool. Both must be seen to be started
without waiting for each other, and no actor, lock or serial queue may hold them. Tests count as evidence: a test that
calls a store from many tasks says that the store is meant to bear it.

## Why is this bad?

A call of the store is a step of its own; what the program does with an item is several. A read that falls between a
delete and the add that follows finds nothing and takes the user for signed out. Of two adds one fails as a
duplicate, and its secret is dropped. Of two overwrites, whichever ends last stays.

## Example

```swift
await withTaskGroup(of: Void.self) { group in
    group.addTask { try? store.save(token) }
    group.addTask { _ = store.load() }
}
```

with a `store` that is a class. Use instead an `actor`, a lock around each whole operation, or one serial queue.

## Fix safety

There is no automatic fix: turning a class into an actor makes its callers wait.

## References

- The Swift Programming Language: Concurrency, "Actors"
- Apple, Security-61901: `keychain/securityd/SecItemDb.c` (an item that exists makes an add fail with
  `errSecDuplicateItem`)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from keylint.interpret.events import Beside, Observations, Place, StoreEvent
from keylint.rules import wording
from keylint.rules.concurrency.pairs import INEFFECTIVE, SUSPENDED, UNSERIALIZED
from keylint.rules.evidence import related, strongest, weakest
from keylint.rules.rule import DEFAULT, Draft, Rule

_CHANGES = ("add", "write", "update")


class Race(Struct, frozen=True):
    """A call, and one that runs at the same time on the same item."""

    event: StoreEvent
    beside: Beside
    tested: bool

    @property
    def confidence(self) -> str:
        """That of the less certain of the two."""
        return weakest((self.event.confidence, self.beside.other.confidence))


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a call: the write of two, or the other where the write has a finding that says more."""
    said = {event.place for event in observations.events if any(pending.verdict in _EXPOSED for pending in event.pending)}
    own = {event.place for event in observations.events}
    races: dict[Place, list[Race]] = {}
    for events, tested in ((observations.events, False), (observations.tested, True)):
        for event in events:
            for beside in event.beside if event.place in own else ():
                if beside.other.place in own and _is_told_here(event, beside.other, said):
                    races.setdefault(event.place, []).append(Race(event, beside, tested))
    for place in sorted(races):
        yield _draft(races[place])


_EXPOSED = (UNSERIALIZED, SUSPENDED, INEFFECTIVE)


def _is_told_here(event: StoreEvent, other: StoreEvent, said: set[Place]) -> bool:
    """Whether a pair is reported at `event`: at its write, unless that is said to be exposed already."""
    if event.place in said:
        return False
    if event.verb in _CHANGES:
        return True
    return other.verb in _CHANGES and other.place in said


def _draft(races: Sequence[Race]) -> Draft:
    race = next((race for race in races if not race.tested), races[0])
    event, other = race.event, race.beside.other
    reasons = [f"{wording.called(other)} is started beside it, and no lock, serial queue or actor holds both"]
    if all(race.tested for race in races):
        reasons.append("a test calls both at the same time")
    return Draft(
        event.place,
        f"{wording.called(event)} runs beside {wording.called(other)} for {wording.item([event])}, and nothing lets in one at a time: "
        f"{_happens(race)}",
        "Run each whole operation under one lock that every caller takes, in one actor or on one serial queue.",
        strongest(race.confidence for race in races),
        tuple(reasons),
        related((race.beside.place for race in races), "started beside each other here")
        + related((race.beside.other.place for race in races if race.beside.other.place != event.place), "the other call"),
    )


def _happens(race: Race) -> str:
    event, other = race.event, race.beside.other
    if event.verb not in _CHANGES:
        if race.beside.replaces:
            return "it finds nothing when it comes between the delete and the write"
        return "whether it sees the old secret or the new one is left to chance"
    if other.verb not in _CHANGES:
        return "whether the other call sees the old secret or the new one is left to chance"
    if event.verb == other.verb == "add":
        duplicate = wording.status_name(event.store, event.store.duplicate)
        return f"one of them fails{f' with {duplicate}' if duplicate else ''}, and its secret is dropped"
    return "whichever ends last decides which secret stays"


RULE = Rule("KL203", "unserialized-concurrent-access", "warning", DEFAULT, ("swift", "python"), check)
