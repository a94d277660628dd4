"""Which table of a policy an item falls under, as far as the item is seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.interpret.events import StoreEvent
    from keylint.policy import Policy
    from keylint.stores.model import IdentityField

KEYS = ("key", "account", "username", "tag", "application label", "label", "name")
SERVICES = ("service", "server", "identifier", "namespace")
"""What models call the parts of an identity that a policy's `keys` and `services` are about."""

_GAP = "…"
"""Stands for text that is not seen, inside of text that is."""
_CUT = 60
"""Text of this length may go on."""
_WILD = re.compile(r"[*?\[]")

YES, NO, PERHAPS = "yes", "no", "perhaps"

Parts = Mapping[str, str | None]
"""Texts of an item by what people call the part: empty for one left out, `None` for one that cannot be seen."""


def tables(event: StoreEvent, policies: Iterable[Policy]) -> list[tuple[Policy, ...]]:
    """For each item that the call may be about, the tables that may be the first to match it, as soon as one surely is."""
    listed = tuple(policies)
    found = []
    for parts in _items(event):
        candidates = []
        for policy in listed:
            answer = _matches(event, parts, policy)
            if answer != NO:
                candidates.append(policy)
            if answer == YES:
                found.append(tuple(candidates))
                break
    return found


def _items(event: StoreEvent) -> Iterator[Parts]:
    nouns = {field.name: field.noun or field.name for field in _fields(event)}
    if event.item_keys:
        for key in event.item_keys:
            said = dict(key.parts)
            yield {noun: said.get(name, "") for name, noun in nouns.items()}
        return
    seen: dict[str, str | None] = dict.fromkeys(nouns.values())
    for part in event.parts:
        whole = part.known and part.text and len(part.text) < _CUT
        seen[nouns.get(part.name, part.noun)] = part.text if whole or _GAP in part.text else None
    yield seen


def _fields(event: StoreEvent) -> Iterator[IdentityField]:
    yield from event.operation.identity
    yield from event.store.identity
    for kind in event.store.item_classes:
        if kind.constant == event.item_class:
            yield from kind.identity


def _matches(event: StoreEvent, parts: Parts, policy: Policy) -> str:
    if policy.stores and not any(fnmatchcase(event.store.name, pattern) for pattern in policy.stores):
        return NO
    answers = [_among(parts, names, patterns) for names, patterns in ((KEYS, policy.keys), (SERVICES, policy.services)) if patterns]
    return NO if NO in answers else PERHAPS if PERHAPS in answers else YES


def _among(parts: Parts, names: Sequence[str], patterns: Sequence[str]) -> str:
    """Whether one of the parts called `names` matches one of `patterns`."""
    answers = {_text_matches(parts[name], pattern) for name in names if name in parts for pattern in patterns}
    return YES if YES in answers else PERHAPS if PERHAPS in answers else NO


def _text_matches(text: str | None, pattern: str) -> str:
    if text is None:
        return YES if not pattern.strip("*") else PERHAPS
    if _GAP not in text:
        return YES if fnmatchcase(text, pattern) else NO
    # Only a `*` can match a gap here; whatever fills it, the same `*` matches.
    if not re.search(r"[?\[]", pattern) and fnmatchcase(text, pattern):
        return YES
    known, fixed = text.partition(_GAP)[0], _WILD.split(pattern)[0]
    shorter = min(len(known), len(fixed))
    return PERHAPS if known[:shorter] == fixed[:shorter] else NO
