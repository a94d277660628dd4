"""An item is deleted and then stored again, so a store that fails leaves nothing.

## What it does

Reports an add or a write that a delete of the same item comes before on some path, whether or not a lock keeps other callers out.
Deleting many items at once (a sign-out) and then storing one is not replacing it, and is not reported.

## Why is this bad?

A store refuses for everyday reasons: the device is locked, an attribute is invalid, the daemon is not running. When the delete has
succeeded and the add that follows fails, the old secret is gone and the new one is not there. No lock helps against that. An update in
place leaves the old secret alone until the new one is stored.

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

Rewriting to update-or-add is unsafe: an update keeps the class that the item was created with unless its attributes name one.

## References

- Apple, Security-61901: `keychain/securityd/SecItemDb.c` (an update is one transaction)
- Apple, Keychain services: Updating and deleting keychain items
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations
from keylint.rules import wording
from keylint.rules.concurrency.pairs import WRITES, Meeting
from keylint.rules.evidence import callers, related, strongest
from keylint.rules.rule import STRICT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a write, whatever number of deletes reaches it."""
    for call in observations.calls():
        meetings = [
            Meeting(event, pending)
            for event in call
            if event.verb in WRITES
            for pending in event.pending
            if pending.delete.verb == "delete" and not pending.together and not any(key.wide for key in pending.delete.item_keys)
        ]
        if meetings:
            yield _draft(meetings)


def _draft(meetings: Sequence[Meeting]) -> Draft:
    write, delete = meetings[0].write, meetings[0].pending.delete
    item = wording.item(meeting.write for meeting in meetings)
    if write.verb == "write":
        remedy = f"Leave the delete out: {wording.called(write)} overwrites."
    else:
        remedy = "Update the item in place and add it only where there is none."
    return Draft(
        write.place,
        f"When {wording.called(write)} fails after {wording.called(delete)}, {item} is gone: the old secret is deleted and the new one "
        "is not stored",
        remedy,
        strongest(meeting.confidence for meeting in meetings),
        (),
        related((meeting.pending.delete.place for meeting in meetings), "the item is deleted here")
        + callers(meeting.write for meeting in meetings),
    )


RULE = Rule("KL206", "replace-can-lose-item", "info", STRICT, ("swift", "typescript", "python"), check)
