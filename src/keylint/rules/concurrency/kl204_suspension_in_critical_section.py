"""A critical section lets others in between a delete and the write that follows it.

## What it does

Reports the suspension point (an `await`) that stands between a delete of an item and the write that stores it again,
where both are in one region that only suspends and does not block: an actor, a global actor, an event loop.

## Why is this bad?

An actor admits one caller at a time, but only until the next `await`: there it takes the next call in, which may
delete, add or read the same item. The code looks serialized and is not, and it behaves like a delete-then-add without
any lock.

## Example

```swift
actor TokenStore {
    func save(_ token: Data) async {
        SecItemDelete(query as CFDictionary)
        let item = await sealed(token)
        SecItemAdd(item as CFDictionary, nil)
    }
}
```

Use instead:

```swift
actor TokenStore {
    func save(_ token: Data) async {
        let item = await sealed(token)
        SecItemDelete(query as CFDictionary)
        SecItemAdd(item as CFDictionary, nil)
    }
}
```

## Fix safety

There is no automatic fix: what is awaited may have to happen where it does.

## References

- The Swift Programming Language: Concurrency, Actors; Swift Evolution SE-0306, "Actor reentrancy"
- Python documentation: asyncio, Synchronization Primitives
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place
from keylint.rules import wording
from keylint.rules.concurrency.pairs import SUSPENDED, Meeting, exposed_pairs
from keylint.rules.evidence import related, strongest
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a suspension point."""
    found: dict[Place, list[Meeting]] = {}
    for pair in exposed_pairs(observations):
        if pair.verdict == SUSPENDED:
            for meeting in pair.meetings:
                found.setdefault(meeting.pending.suspension or meeting.write.place, []).append(meeting)
    for place, meetings in found.items():
        yield _draft(place, meetings)


def _draft(place: Place, meetings: Sequence[Meeting]) -> Draft:
    write = meetings[0].write
    delete = meetings[0].pending.delete
    names = sorted({region.name for meeting in meetings for region in ([meeting.pending.region] if meeting.pending.region else [])})
    region = wording.region(names[0]) if names else "The region around both"
    return Draft(
        place,
        f"{region} lets other callers in here, between {wording.called(delete)} and {wording.called(write)} for "
        f"{wording.item(meeting.write for meeting in meetings)}: a read finds nothing, and a second save interleaves with this one",
        "Await before the delete or after the write, so that nothing suspends between the two.",
        strongest(meeting.confidence for meeting in meetings),
        tuple(dict.fromkeys(wording.short(meeting.pending.why) for meeting in meetings if meeting.pending.why)),
        related((meeting.pending.delete.place for meeting in meetings), "the item is deleted here")
        + related((meeting.write.place for meeting in meetings), "and stored again here"),
    )


RULE = Rule("KL204", "suspension-in-critical-section", "error", DEFAULT, ("swift", "python"), check)
