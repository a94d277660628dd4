"""What a team has decided to live with for now: a file of findings that are known, one a line.

An entry holds a finding's identity and nothing else, so that it survives edits elsewhere, and the file merges like any sorted list. A
finding without an entry is new, also one more of a kind. An entry without a finding is stale.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from keylint.settle.identity import Identity, identities

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.source import Source

USUAL = "keylint-baseline.jsonl"
"""What the file is called when nobody says."""


class BadBaseline(Exception):
    """A file that is no baseline. The message names it, and the line where there is one."""


class Baseline(Struct, frozen=True):
    """The entries of the file at `path`, which is absolute. Their own paths are relative to its directory."""

    path: str
    entries: frozenset[Identity]

    def place(self, path: str) -> str:
        """What entries call the file at `path`."""
        return os.path.relpath(path, os.path.dirname(self.path)).replace(os.sep, "/")

    def names_a_file(self, entry: Identity) -> bool:
        """The file that `entry` is about is still there."""
        return os.path.lexists(os.path.join(os.path.dirname(self.path), entry.path))


class Stale(Struct, frozen=True, order=True):
    """An entry that no finding matches, and the path of its baseline."""

    baseline: str
    entry: Identity


def read(path: str, data: bytes) -> Baseline:
    """The baseline that `data`, the bytes of the file at `path`, holds. Raises `BadBaseline`."""
    decoder = msgspec.json.Decoder(_Line)
    entries = set()
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entries.add(decoder.decode(line).identity())
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadBaseline(f"{path}:{number}: not an entry of a baseline: {error}") from None
    return Baseline(os.path.abspath(path), frozenset(entries))


def empty(path: str) -> Baseline:
    """A baseline without entries, for the file at `path`."""
    return Baseline(os.path.abspath(path), frozenset())


def load(path: str) -> Baseline:
    """The baseline in the file at `path`. Raises `BadBaseline`, and `FileNotFoundError`."""
    from keylint.scan import NotRead
    from keylint.scan import read as contents

    try:
        return read(path, contents(path))
    except NotRead as error:
        raise BadBaseline(f"{path}: cannot be read: {error}") from None


def text(entries: Iterable[Identity]) -> str:
    """The file with these entries."""
    return "".join(msgspec.json.encode(_Line.of(entry)).decode() + "\n" for entry in sorted(set(entries)))


def entries_of(findings: Sequence[Finding], sources: Mapping[str, Source], baseline: Baseline) -> list[Identity]:
    """The entries that the `findings`, which are sorted by place, have or would have in `baseline`."""
    return identities(findings, sources, baseline.place)


class Known(Struct, frozen=True):
    """Which findings baselines know, and which of their entries were of use, by the path of the baseline."""

    findings: list[Finding]
    used: dict[str, set[Identity]]


def known(findings: Sequence[Finding], sources: Mapping[str, Source], baseline_of: Callable[[str], Baseline | None]) -> Known:
    """Which of `findings`, all that there are and sorted by place, are known; `baseline_of` gives the baseline that counts for a file.

    Entries about a file that is gone count for the same code in another.
    """
    result = Known([], {})
    groups: dict[str, tuple[Baseline, list[Finding]]] = {}
    for finding in findings:
        if (baseline := baseline_of(finding.path)) is not None:
            groups.setdefault(baseline.path, (baseline, []))[1].append(finding)
    for baseline, group in groups.values():
        pairs = list(zip(group, entries_of(group, sources, baseline), strict=True))
        used = result.used[baseline.path] = {entry for _, entry in pairs if entry in baseline.entries}
        result.findings.extend(finding for finding, entry in pairs if entry in used)
        left = [(finding, entry) for finding, entry in pairs if entry not in used and entry.symbol]
        gone = [entry for entry in sorted(baseline.entries - used) if not baseline.names_a_file(entry)] if left else []
        for finding, entry in left:
            if (moved := next((item for item in gone if _elsewhere(item) == _elsewhere(entry)), None)) is not None:
                gone.remove(moved)
                used.add(moved)
                result.findings.append(finding)
    return result


def stale(
    baseline: Baseline, used: Collection[Identity], looked_at: Iterable[str], could_report: Callable[[str, str], bool]
) -> list[Stale]:
    """The entries without a finding, as far as that is known: their files are gone, or are among those `looked_at`, and `could_report` says
    of such a path and a code that its finding would have been reported.
    """
    seen = {baseline.place(path): path for path in looked_at}
    found = []
    for entry in sorted(baseline.entries.difference(used)):
        path = seen.get(entry.path)
        if could_report(path, entry.code) if path is not None else not baseline.names_a_file(entry):
            found.append(Stale(baseline.path, entry))
    return found


def _elsewhere(entry: Identity) -> tuple[str, str, str]:
    """What is the same for code that was moved to another file."""
    return entry.code, entry.symbol, entry.text


class _Line(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    path: str
    code: str
    symbol: str
    text: str
    occurrence: int = 1

    @classmethod
    def of(cls, entry: Identity) -> _Line:
        return cls(entry.path, entry.code, entry.symbol, entry.text, entry.occurrence)

    def identity(self) -> Identity:
        return Identity(self.path, self.code, self.symbol, self.text, self.occurrence)
