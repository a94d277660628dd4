"""A lock or queue around a delete and the write that follows it keeps nobody out.

## What it does

Reports the line that enters the region around the write when that region serializes nothing: the lock or queue is made
inside the function that takes it, so every caller has its own; the queue is concurrent and used without a barrier; the
delete and the write hold different locks.

## Why is this bad?

The code looks serialized and is not. It behaves like a delete-then-add without any lock: two callers interleave, one
add fails as a duplicate and its secret is dropped, and a reader in between finds nothing.

## Example

```python
def save(token):
    with threading.Lock():
        keyring.delete_password("app", "token")
        keyring.set_password("app", "token", token)
```

Use instead:

```python
_lock = threading.Lock()

def save(token):
    with _lock:
        keyring.delete_password("app", "token")
        keyring.set_password("app", "token", token)
```

## Fix safety

There is no automatic fix: where a lock has to live so that every caller takes the same one depends on the program.

## References

- Apple, Dispatch: `DispatchQueue`, serial and concurrent queues, barriers
- Python documentation: `threading.Lock`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keylint.interpret.events import Observations, Place
from keylint.rules import wording
from keylint.rules.concurrency.pairs import INEFFECTIVE, Meeting, exposed_pairs
from keylint.rules.evidence import related, strongest
from keylint.rules.rule import DEFAULT, Draft, Rule


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a region that is entered for nothing."""
    found: dict[Place, list[Meeting]] = {}
    for pair in exposed_pairs(observations):
        if pair.verdict == INEFFECTIVE:
            for meeting in pair.meetings:
                region = meeting.pending.region
                found.setdefault(region.entered if region else meeting.write.place, []).append(meeting)
    for place, meetings in found.items():
        yield _draft(place, meetings)


def _draft(place: Place, meetings: Sequence[Meeting]) -> Draft:
    write, pending = meetings[0].write, meetings[0].pending
    regions = [meeting.pending.region for meeting in meetings if meeting.pending.region is not None]
    name = wording.region(regions[0].name) if regions else "This region"
    why = f": {wording.short(pending.why)}" if pending.why else ""
    return Draft(
        place,
        f"{name} keeps nobody out between {wording.called(pending.delete)} and {wording.called(write)} for "
        f"{wording.item(meeting.write for meeting in meetings)}{why}",
        "Hold one lock, made once and shared by every caller, around the delete and the write.",
        strongest(meeting.confidence for meeting in meetings),
        ("two callers can interleave as if there were no lock: one of them fails or loses its secret, and a read finds nothing",),
        related((meeting.pending.delete.place for meeting in meetings), "the item is deleted here")
        + related((meeting.write.place for meeting in meetings), "and stored again here")
        + related((region.declared for region in regions if region.declared is not None), "made here"),
    )


RULE = Rule("KL205", "ineffective-serialization", "error", DEFAULT, ("swift", "typescript", "python"), check)
