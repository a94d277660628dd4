"""A helper's clear leaves a key that its save writes, so a secret outlives the sign-out.

## What it does

Looks at a type, or at a module's functions, as one helper. Reports a function that clears the helper (`clear`, `reset`, `signOut`,
`logout`, `removeAll`, `deleteTokens`, …) when it deletes some of the keys that one function of the helper writes and not all of them.

It is silent where

- a key is deleted anywhere else in the program, a delete that only makes room for a new value aside;
- the clear deletes keys that cannot be told, or everything, or calls code out of sight that may delete more;
- the key is written by a function that writes none of the cleared keys: an installation's id or a preference may survive on purpose, and
  nothing says that it belongs to what is cleared;
- the clear's name speaks of one thing (`clearAccessToken`).

## Why is this bad?

Whoever signs out takes the secrets for gone. The key that was forgotten, often added later, is still there: the next user of the device,
a backup, or code that only asks "is there one?" finds it.

## Example

```ts
export async function save(access: string, refresh: string) {
  await SecureStore.setItemAsync('access', access, OPTIONS);
  await SecureStore.setItemAsync('refresh', refresh, OPTIONS);
}

export async function clear() {
  await SecureStore.deleteItemAsync('access', OPTIONS);
}
```

Use instead:

```ts
export async function clear() {
  await SecureStore.deleteItemAsync('access', OPTIONS);
  await SecureStore.deleteItemAsync('refresh', OPTIONS);
}
```

## Fix safety

There is no automatic fix: whether the key belongs to what is cleared is for people to say.

## References

- expo-secure-store 57.0.4: `deleteItemAsync` deletes the one key that it is given
- keyring 25.7.0: `delete_password` deletes one pair of service and username
- OWASP MASVS, MASVS-STORAGE
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from keylint.interpret.events import Enclosing, ItemKey, Observations, Place, StoreEvent, matches
from keylint.rules import wording
from keylint.rules.evidence import related, strongest, weakest
from keylint.rules.items import DELETES, WRITES
from keylint.rules.rule import DEFAULT, Draft, Rule

_LONGEST_PATH = 12
"""Paths are cut to so many calls: of a longer one it is not known which call stands in which function."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ENDS = frozenset(["logout", "signout", "logoff", "signoff"])
_CLEARS = frozenset(["clear", "reset", "wipe", "purge", "erase", "forget", "remove", "delete", "destroy", "unset", "empty"])
_WHOLE = frozenset("all everything auth session data storage store keychain keyring vault credential state".split())
"""What a clear is of when it is of more than one key. A plural is, too."""

_Signature = tuple[Place, tuple[Place, ...], Place]


class _Unit(NamedTuple):
    """A helper: a type that a file declares, or the file's functions outside types."""

    path: str
    in_type: str


class _Clear(NamedTuple):
    """A function that clears its helper, and the deletes that it comes to."""

    function: Enclosing
    deletes: list[StoreEvent]

    def covers(self, key: ItemKey) -> bool:
        """Whether it deletes this item."""
        return any(matches(search, key) for event in self.deletes for search in event.item_keys)


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a clear."""
    events = [event for event in observations.events if event.functions and len(event.path) < _LONGEST_PATH]
    replaced = {pending.delete.place for event in observations.events for pending in event.pending}
    deletes = [event for event in observations.events if event.verb in DELETES]
    kept = [event for event in deletes if event.place not in replaced]
    unfinished = {place.path for place in observations.unreached}
    saves = _saves(event for event in events if event.verb in WRITES)
    for clear in _clears([event for event in events if event.verb in DELETES]):
        unit = _unit(clear.function)
        paths = (unit.path, clear.function.place.path)
        if not unfinished.isdisjoint(paths) or any(not event.item_keys and _belongs(event, unit) for event in deletes):
            continue
        missed: list[StoreEvent] = []
        for save, written in saves.items():
            if save[0] == unit and any(clear.covers(key) for key in written):
                missed += [event for key, event in written.items() if not clear.covers(key) and not _deleted(key, kept)]
        if missed:
            yield _draft(clear, missed)


def _unit(function: Enclosing) -> _Unit:
    return _Unit(function.home or function.place.path, function.in_type)


def _belongs(event: StoreEvent, unit: _Unit) -> bool:
    return any(_unit(function) == unit for function in event.functions)


def _deleted(key: ItemKey, deletes: Iterable[StoreEvent]) -> bool:
    return any(matches(search, key) for event in deletes for search in event.item_keys)


def _signature(event: StoreEvent, function: Enclosing) -> _Signature:
    """One way from a function to a store call."""
    return (function.place, event.path[function.depth :], event.place)


def _spelled(events: Sequence[StoreEvent]) -> dict[_Signature, set[tuple[ItemKey, ...]]]:
    """The keys that each way comes to. Of a way that comes to several, the caller says which."""
    found: dict[_Signature, set[tuple[ItemKey, ...]]] = {}
    for event in events:
        for function in event.functions:
            found.setdefault(_signature(event, function), set()).add(event.item_keys)
    return found


def _saves(writes: Iterable[StoreEvent]) -> dict[tuple[_Unit, Place], dict[ItemKey, StoreEvent]]:
    """The keys that each function writes, where it is that function which says so, and no caller of it."""
    events = list(writes)
    spelled = _spelled(events)
    found: dict[tuple[_Unit, Place], dict[ItemKey, StoreEvent]] = {}
    for event in events:
        for function in reversed(event.functions):
            if len(spelled[_signature(event, function)]) == 1:
                for key in event.item_keys:
                    found.setdefault((_unit(function), function.place), {}).setdefault(key, event)
                break
    return found


def _clears(deletes: Sequence[StoreEvent]) -> list[_Clear]:
    """Functions that clear their helper, all of whose deletes are seen. One that does so by calling another is left to that one."""
    spelled = _spelled(deletes)
    found: dict[Place, _Clear] = {}
    for event in deletes:
        for function in event.functions:
            if _is_clear(function.name):
                found.setdefault(function.place, _Clear(function, []))[1].append(event)
    seen = [
        clear
        for clear in found.values()
        if not clear.function.deletes_unseen
        and all(event.item_keys and not any(key.wide for key in event.item_keys) for event in clear.deletes)
        and all(len(spelled[_signature(event, one)]) == 1 for event in clear.deletes for one in event.functions if _is(one, clear))
    ]
    return [clear for clear in seen if not any(_only_calls(clear, other) for other in seen)]


def _is(function: Enclosing, clear: _Clear) -> bool:
    return function.place == clear.function.place


def _only_calls(clear: _Clear, other: _Clear) -> bool:
    """Whether all that `clear` deletes it deletes by calling `other`."""
    return not _is(other.function, clear) and all(
        any(_is(function, other) and function.depth > own.depth for function in event.functions)
        for event in clear.deletes
        for own in event.functions
        if _is(own, clear)
    )


def _is_clear(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    joined = [first + second for first, second in pairwise(words)]
    if not _ENDS.isdisjoint(words + joined):
        return True
    if not words or words[0] not in _CLEARS:
        return False
    last = words[-1]
    return len(words) == 1 or last in _WHOLE or "all" in words or (last.endswith("s") and not last.endswith("ss"))


def _draft(clear: _Clear, missed: Sequence[StoreEvent]) -> Draft:
    first = missed[0]
    name = wording.code(clear.function.name)
    return Draft(
        clear.function.place,
        f"{name} leaves {wording.item([first])}, which {wording.called(first)} stores together with what it deletes: the secret outlives "
        "the sign-out",
        "Delete it here too, or, if it is meant to stay, write it in a function of its own.",
        strongest(weakest((event.confidence, strongest(one.confidence for one in clear.deletes))) for event in missed),
        (f"no other code that can be seen deletes {'it' if len({event.item_keys for event in missed}) == 1 else 'them'}",),
        related((event.place for event in missed), "stored here, and deleted nowhere")
        + related((event.place for event in clear.deletes), "deleted by the clear"),
    )


RULE = Rule("KL406", "clear-misses-key", "warning", DEFAULT, ("swift", "typescript", "python"), check)
