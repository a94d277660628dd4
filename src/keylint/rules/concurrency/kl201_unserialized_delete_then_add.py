"""An item is deleted and stored again, and nothing keeps a second caller out in between.

## What it does

Reports an add or a write when, on some path, a delete of the same item comes before it and no lock, serial queue, actor
or other region that admits one caller at a time holds both; also a delete and a write of one item that are started
together.

## Why is this bad?

Two callers interleave. Both delete, both add, and one add fails because the item is there again, so its secret is
dropped. A reader that comes in between finds nothing and takes the user for signed out. If the second step fails, the
secret is gone.

## Example

```swift
SecItemDelete(query as CFDictionary)
let status = SecItemAdd(item as CFDictionary, nil)
```

Use instead:

```swift
var status = SecItemUpdate(query as CFDictionary, attributes as CFDictionary)
if status == errSecItemNotFound {
    status = SecItemAdd(item as CFDictionary, nil)
}
```

## Fix safety

Rewriting to update-or-add is unsafe: an update keeps the class that the item was created with unless its attributes
name one.

## References

- Apple, Security-61901: `keychain/securityd/SecItemDb.c` (an item that exists makes an add fail with
  `errSecDuplicateItem`)
- keyring 25.7.0: `keyring/backends/macOS/api.py:161-173` (delete, then add)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place
from keylint.rules import wording
from keylint.rules.concurrency.pairs import UNSERIALIZED, Meeting, Pair, exposed_pairs, grouped
from keylint.rules.evidence import callers, related, strongest
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a write, whatever number of deletes reaches it."""
    for pairs in grouped(exposed_pairs(observations), UNSERIALIZED):
        yield _draft(pairs)


def _draft(pairs: Sequence[Pair]) -> Draft:
    write = pairs[0].write
    meetings = [meeting for pair in pairs for meeting in pair.meetings]
    writes = [meeting.write for meeting in meetings]
    together = all(meeting.pending.together for meeting in meetings)
    return Draft(
        write.place,
        _together(pairs[0]) if together else _apart(pairs[0]),
        _remedy(pairs[0], together),
        strongest(pair.confidence for pair in pairs),
        _reasons(pairs, together),
        related((pair.delete for pair in pairs), "the item is deleted here")
        + related(_leading_to_delete(meetings), "the delete is reached from here")
        + callers(writes),
    )


def _leading_to_delete(meetings: Sequence[Meeting]) -> Iterator[Place]:
    """The calls to the delete, in the functions from which the write is reached by other calls."""
    for meeting in meetings:
        delete, write = meeting.pending.delete.path, meeting.write.path
        shared = next((index for index, (one, other) in enumerate(zip(delete, write, strict=False)) if one != other), len(write))
        if shared < len(delete):
            yield delete[shared]


def _apart(pair: Pair) -> str:
    write = pair.write
    delete = wording.called(pair.meetings[0].pending.delete)
    second = "one store then fails as a duplicate" if write.verb == "add" else "one deletes what the other has just stored"
    duplicate = wording.status_name(write.store, write.store.duplicate)
    if write.verb == "add" and duplicate:
        second = f"one add then fails with {duplicate} and its secret is dropped"
    between = f"Another caller can come between {delete} and {wording.called(write)} for {wording.item([write])}: "
    if write.verb == "add" and "duplicate" in write.tells:
        return f"{between}a read then finds nothing, and the item looks as if nobody had stored it"
    return f"{between}{second}, and a read in between finds nothing"


def _together(pair: Pair) -> str:
    write = pair.write
    delete = wording.called(pair.meetings[0].pending.delete)
    return (
        f"{delete} and {wording.called(write)} for {wording.item([write])} are started together: "
        "when the delete comes last, the new secret is gone"
    )


def _remedy(pair: Pair, together: bool) -> str:
    if together:
        return "Wait for the delete before the write starts, or leave it out."
    if pair.write.verb == "write":
        return f"Leave the delete out ({wording.called(pair.write)} overwrites), or run both under one lock that every caller takes."
    return "Update the item and add it only where there is none, or run both in one actor, serial queue or lock that every caller takes."


def _reasons(pairs: Sequence[Pair], together: bool) -> tuple[str, ...]:
    why = list(dict.fromkeys(meeting.pending.why for pair in pairs for meeting in pair.meetings if meeting.pending.why))
    if not together and not why:
        regions = (region for pair in pairs for meeting in pair.meetings for region in meeting.write.regions)
        held = {region.name for region in regions if region.effective == "yes"}
        if held:
            why.append(f"{wording.region(min(held))} is held at the write and does not cover the delete")
        else:
            why.append("no lock, serial queue, actor or other region that admits one caller at a time holds both")
    return tuple(wording.short(reason) for reason in why)


RULE = Rule("KL201", "unserialized-delete-then-add", "error", DEFAULT, ("swift", "typescript", "python"), check)
