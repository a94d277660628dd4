"""Which parts of a file can matter, decided on bytes before anything is lowered.

Lowering is the dearest step after parsing. A part of a file (a method, a property, a top-level statement) matters when it
mentions a trigger word or belongs to a type whose head does, when it mentions the name of a part that matters (it may call it), when
a part that matters mentions its name (it may supply a value), when it may change a part that matters (it assigns it, or calls a
method of it), or when it may hold an object of a type with such a part, for other files to use. Mentions are whole words anywhere in
the text, comments included: too many parts cost time, one too few would cost a finding.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from keylint.program.nodes import Span

_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(range(128, 256))

_WORD = re.compile(rb"[\w$\x80-\xff]+")
_CHANGE = re.compile(rb"\s*(?:(?:\?\?|\|\||&&|[-+|])?=(?!=)|\[|[?!]?\.\s*[\w$]+\s*(?:\(|\[|=(?!=)))")
"""What follows a name that may be changed there: an assignment, an element, a member's assignment, a method call."""
_MANY = 100
"""From so many names on, one pass over the words costs less than a search for each name."""


class Unit(NamedTuple):
    """A part of a file that is lowered as a whole. `names` are what others may call it by (none: nobody can). `matters`: it does in any
    case, for what it is a part of. `owner` is the type that it is a member of; `holds`: it is a variable or property, and may hold an
    object of a type that it mentions."""

    span: Span
    names: tuple[bytes, ...]
    matters: bool = False
    owner: bytes = b""
    holds: bool = False


def relevant_units(data: bytes, units: Sequence[Unit], words: Sequence[bytes]) -> set[int]:
    """Indices into `units` (disjoint, in source order) of those that can matter given the trigger `words`.

    The empty word makes all matter.
    """
    if b"" in words:
        return set(range(len(units)))
    starts = [unit.span.start for unit in units]

    def unit_at(offset: int) -> int | None:
        index = bisect_right(starts, offset) - 1
        return index if index >= 0 and offset < units[index].span.end else None

    seeds = {index for word in words for offset in _offsets(data, word) if (index := unit_at(offset)) is not None}
    seeds.update(index for index, unit in enumerate(units) if unit.matters)
    if not seeds:
        return seeds
    names = {name for unit in units for name in unit.names} | {unit.owner for unit in units if unit.owner}
    mentioned_by: dict[bytes, set[int]] = {}
    mentions: dict[int, set[bytes]] = {}
    changed_by: dict[bytes, set[int]] = {}
    for name, offset in _occurrences(data, names):
        if (index := unit_at(offset)) is not None:
            mentioned_by.setdefault(name, set()).add(index)
            mentions.setdefault(index, set()).add(name)
            if _CHANGE.match(data, offset + len(name)):
                changed_by.setdefault(name, set()).add(index)
    named: dict[bytes, set[int]] = {}
    for index, unit in enumerate(units):
        for name in unit.names:
            named.setdefault(name, set()).add(index)

    callers = _closure(seeds, lambda index: units[index].names, mentioned_by)
    callers |= _holders(units, callers, mentioned_by)
    reached = _closure(callers, lambda index: mentions.get(index, ()), named)
    while True:
        changers = {user for index in reached for name in units[index].names for user in changed_by.get(name, ())} - reached
        if not changers:
            return reached
        reached = _closure(reached | changers, lambda index: mentions.get(index, ()), named)


def _holders(units: Sequence[Unit], callers: set[int], mentioned_by: Mapping[bytes, set[int]]) -> set[int]:
    """What may hold an object whose members matter, or an object that holds one: code in other files calls them through it."""
    found: set[int] = set()
    pending = list(callers)
    while pending:
        owner = units[pending.pop()].owner
        more = {index for index in mentioned_by.get(owner, ()) if units[index].holds} - found if owner else set()
        found |= more
        pending.extend(more)
    return found


def _closure(seeds: set[int], names_of: Callable[[int], Iterable[bytes]], units_of: Mapping[bytes, Iterable[int]]) -> set[int]:
    """`seeds` and all that is reached from them, going from a unit to its names and from each name to its units."""
    reached = set(seeds)
    followed: set[bytes] = set()
    pending = list(seeds)
    while pending:
        for name in names_of(pending.pop()):
            if name in followed:
                continue
            followed.add(name)
            for index in units_of.get(name, ()):
                if index not in reached:
                    reached.add(index)
                    pending.append(index)
    return reached


def _occurrences(data: bytes, names: set[bytes]) -> Iterator[tuple[bytes, int]]:
    """Where each of `names` stands as a whole word."""
    if len(names) > _MANY:
        for match in _WORD.finditer(data):
            if match[0] in names:
                yield match[0], match.start()
        names = {name for name in names if not _WORD.fullmatch(name)}
    for name in names:
        for offset in _offsets(data, name):
            if _is_word(data, offset, len(name)):
                yield name, offset


def _offsets(data: bytes, needle: bytes) -> list[int]:
    offsets = []
    offset = data.find(needle)
    while offset >= 0:
        offsets.append(offset)
        offset = data.find(needle, offset + 1)
    return offsets


def _is_word(data: bytes, offset: int, length: int) -> bool:
    before, after = offset - 1, offset + length
    return (before < 0 or data[before] not in _WORD_BYTES) and (after >= len(data) or data[after] not in _WORD_BYTES)
