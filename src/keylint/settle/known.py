"""Which findings were there before, by comparing two analyses: of a branch, and of what it began from.

A finding is the same one if its rule, the code around it and what it points at are the same, wherever its lines have moved. Of several
equal ones those are taken for the old ones whose neighbouring lines are unchanged. A file that was renamed is compared with what it was
called, and code that was moved elsewhere as it stands is known too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.settle.identity import identities

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.settle.identity import Identity
    from keylint.source import Source

_NEIGHBOURS = 3
"""Lines above and below a finding that make out where it stands."""
_RENAMED = 0.5
"""The share of its lines that a file has in common with the one that it was before."""


class Findings(Struct, frozen=True):
    """Findings of one analysis, sorted by place. `place` gives the path that stands for a file in both analyses, and `exists` says of
    such a path whether there is a file.
    """

    findings: Sequence[Finding]
    sources: Mapping[str, Source]
    place: Callable[[str], str]
    exists: Callable[[str], bool]


class _Seen(Struct, frozen=True):
    finding: Finding
    identity: Identity
    lines: tuple[str, ...]
    around: tuple[str, ...]

    @property
    def same(self) -> tuple[str, str, str, str]:
        """Equal for findings of which only the order in the file tells one from the other."""
        return self.identity.path, self.identity.code, self.identity.symbol, self.identity.text


Key = Callable[[_Seen], Hashable]


def known(now: Findings, then: Findings) -> list[Finding]:
    """The findings of `now` that are in `then` as well, each of those counting for one."""
    new, old = _seen(now), _seen(then)
    found: list[Finding] = []

    def pair(key: Key, other: Key) -> None:
        """Takes those away of which there is an equal one on the other side."""
        waiting: dict[Hashable, list[int]] = {}
        for index, item in enumerate(old):
            waiting.setdefault(other(item), []).append(index)
        gone: set[int] = set()
        left: list[_Seen] = []
        for item in new:
            if equal := waiting.get(key(item)):
                gone.add(equal.pop(0))
                found.append(item.finding)
            else:
                left.append(item)
        new[:] = left
        old[:] = [item for index, item in enumerate(old) if index not in gone]

    pair(_in_place, _in_place)
    pair(_on_line, _on_line)
    pair(_same, _same)
    renamed = _renamed(new, old, now, then)

    def as_now(item: _Seen) -> Hashable:
        return renamed.get(item.identity.path, item.identity.path), *item.same[1:]

    pair(_in_place, lambda item: (as_now(item), item.around))
    pair(_same, as_now)
    pair(_as_it_stands, _as_it_stands)
    return found


def _same(item: _Seen) -> Hashable:
    return item.same


def _in_place(item: _Seen) -> Hashable:
    return item.same, item.around


def _on_line(item: _Seen) -> Hashable:
    return item.same, item.lines


def _as_it_stands(item: _Seen) -> Hashable:
    """Equal wherever the same lines stand, as far as these tell anything."""
    return (item.identity.code, item.identity.text, item.around) if len(item.around) > _NEIGHBOURS else item.identity


def _seen(of: Findings) -> list[_Seen]:
    places = identities(of.findings, of.sources, of.place)
    return [_Seen(finding, place, *_lines_of(finding, of.sources)) for finding, place in zip(of.findings, places, strict=True)]


def _lines_of(finding: Finding, sources: Mapping[str, Source]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of a finding, and these with the ones next to them; without white space, and without lines that are blank."""
    source = sources.get(finding.path)
    if source is None:
        return (), ()
    first, last = source.position(finding.span.start).row, source.position(finding.span.end).row
    own = _lines(source, range(first, last + 1), last)
    above = _lines(source, range(first - 1, 0, -1))
    below = _lines(source, range(last + 1, len(source.line_starts) + 1))
    return tuple(own), (*reversed(above), *own, *below)


def _lines(source: Source, rows: range, most: int = _NEIGHBOURS) -> list[str]:
    found: list[str] = []
    for row in rows:
        if len(found) == most:
            break
        if line := "".join(source.line(row).split()):
            found.append(line)
    return found


def _renamed(new: Sequence[_Seen], old: Sequence[_Seen], now: Findings, then: Findings) -> dict[str, str]:
    """What files that are gone are called now, as far as they have findings of which nothing is known."""
    gone = {item.identity.path: item.finding.path for item in old if not now.exists(item.identity.path)}
    fresh = {item.identity.path: item.finding.path for item in new if not then.exists(item.identity.path)}
    found: dict[str, str] = {}
    pairs = [(_alike(then.sources[was], now.sources[is_]), old_path, path) for old_path, was in gone.items() for path, is_ in fresh.items()]
    for share, old_path, path in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if share >= _RENAMED and old_path not in found and path not in found.values():
            found[old_path] = path
    return found


def _alike(first: Source, second: Source) -> float:
    """The share of lines that two files have in common, of the longer one's."""
    mine, other = (Counter(source.data.split()) for source in (first, second))
    return (mine & other).total() / max(mine.total(), other.total(), 1)
