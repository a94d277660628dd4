"""What makes a finding the same one after the file has changed elsewhere: never a line number, never the text of a message."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.source import Source


class Identity(Struct, frozen=True, order=True):
    """A finding's rule, where it is, and how many equal ones come before it.

    `path` is relative to whatever its users agree on, with forward slashes. `symbol` is the code around it. `text` is a hash of what it
    points at, without white space, and of a call without its arguments: a call that gets one more is still the same. `occurrence` counts
    from 1 in the order of the file.
    """

    path: str
    code: str
    symbol: str
    text: str
    occurrence: int

    @property
    def digest(self) -> str:
        """All of it in 32 hexadecimal digits."""
        return _hash("\0".join((self.path, self.code, self.symbol, self.text, str(self.occurrence))))


def identities(findings: Iterable[Finding], sources: Mapping[str, Source], place: Callable[[str], str]) -> list[Identity]:
    """The identity of each of the `findings`, which are sorted by place; `place` gives the path that stands for a file's own."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found = []
    for finding in findings:
        key = place(finding.path), finding.code, finding.symbol, _hash(_pointed_at(finding, sources))
        seen[key] += 1
        found.append(Identity(*key, seen[key]))
    return found


def _pointed_at(finding: Finding, sources: Mapping[str, Source]) -> str:
    source = sources.get(finding.path)
    if source is None:
        return ""
    text = "".join(source.text(finding.span.start, finding.span.end).split())
    return text.partition("(")[0] or text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
