"""Suppression comments: what the people who own the code have decided not to hear.

`keylint: ignore[KL101] reason` counts for the lines it shares with code or, alone on its line, for the line below it (comment lines, and
lines of decorators, between do not matter). `keylint: ignore-file[KL101]` counts for the file. Python's `noqa: KL101` counts as in flake8.
Codes, prefixes (`KL1`) and rule names may be listed. What a finding relates to has no say: only where it points counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from keylint.findings import COMMENT, Silenced
from keylint.program.nodes import Span
from keylint.settle.covering import covered, lines, rows
from keylint.settle.directives import IGNORE_FILE, Directive, directives

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.languages import Comment
    from keylint.source import Source

NOT_ANALYZED = "KL900"
OWN = ("KL901", "KL902", "KL903")
"""Rules about suppressions. These are suppressed by their own code or name only, so that no comment hides what is wrong with it."""

_CODE_PREFIX = re.compile(r"KL\d*\Z", re.IGNORECASE)


class Suppression(NamedTuple):
    """One directive of one comment.

    `first` to `last` are the lines the comment is on, `covers` those that it is about when it stands alone above them. `span` is the
    directive's. `expired`: its last day is over, so it counts as absent.
    """

    directive: Directive
    comment: Comment
    span: Span
    first: int
    last: int
    covers: tuple[int, ...]
    expired: bool = False

    @property
    def whole_file(self) -> bool:
        """It counts for every line."""
        return self.directive.kind == IGNORE_FILE

    @property
    def reason(self) -> str:
        """What it gives as a reason, or nothing."""
        return self.directive.reason

    def naming(self, finding: Finding) -> list[int]:
        """Which of the listed items name the finding. One that lists none names all: that is item 0."""
        items = self.directive.items
        if items is None:
            return [] if finding.code in OWN else [0]
        return [index for index, item in enumerate(items) if names(item.text, finding.code, finding.name)]

    def reaches(self, first: int, last: int) -> bool:
        """It counts for a finding on the lines `first` to `last`. One that lists no codes does not count from within a construct."""
        if self.whole_file or first in self.covers:
            return True
        if self.directive.items is None:
            return any(self.first <= row <= self.last for row in (first, last))
        return self.first <= last and first <= self.last

    def counts(self, finding: Finding, first: int, last: int) -> list[int]:
        """The items that make it count for `finding` on these lines, whatever day it is.

        That a file was not analyzed at all can be accepted for the file only.
        """
        if self.directive.problem or not self.reaches(first, last) or (finding.code == NOT_ANALYZED and not self.whole_file):
            return []
        return self.naming(finding)


class Uses:
    """Which items of which suppressions were good for something."""

    def __init__(self) -> None:
        self._used: set[tuple[Span, int]] = set()
        self._silenced: dict[Span, set[str]] = {}

    def note(self, suppression: Suppression, items: Iterable[int], code: str) -> None:
        """`items` of `suppression` match a finding of `code`."""
        self._used.update((suppression.span, item) for item in items)
        self._silenced.setdefault(suppression.span, set()).add(code)

    def has(self, suppression: Suppression, item: int) -> bool:
        """That item matched something."""
        return (suppression.span, item) in self._used

    def codes(self, suppression: Suppression) -> list[str]:
        """The codes of what it matched."""
        return sorted(self._silenced.get(suppression.span, ()))


class Demands(NamedTuple):
    """What is asked of suppressions. `ran` are the codes of the rules that were applied to the whole file: what none of them could match
    cannot be told to be unused. `selected` are the codes that are reported. `today` is in ISO form, empty for the day it is.
    """

    ran: frozenset[str] = frozenset()
    selected: frozenset[str] = frozenset()
    noqa: bool = True
    require_reason: bool = False
    today: str = ""


def names(item: str, code: str, name: str) -> bool:
    """`item`, as a comment lists it, means the rule of that code and name."""
    lower = item.lower()
    if lower in (code.lower(), name):
        return True
    return code not in OWN and bool(_CODE_PREFIX.match(lower)) and code.lower().startswith(lower)


def suppressions(source: Source, comments: Sequence[Comment], language: str, noqa: bool = True, today: str = "") -> list[Suppression]:
    """Every suppression among the `comments` of `source`, those that are not understood too.

    Without `noqa`, those comments are left to the caller, as with flake8.
    """
    from keylint.rules.registry import codes

    known = frozenset(codes().values())
    places = [rows(source, comment) for comment in comments]
    found = []
    for comment, covers in zip(comments, covered(source, language, places), strict=True):
        for directive in directives(comment.text, known, noqa and language == "python"):
            start, end = (comment.span.start + len(comment.text[:at].encode()) for at in (directive.start, directive.end))
            about = covers if directive.kind == "ignore" else ()
            expired = bool(directive.until) and directive.until < (today or _today())
            found.append(Suppression(directive, comment, Span(start, end), *lines(source, *comment.span), about, expired))
    return found


def settled(
    findings: Sequence[Finding],
    source: Source,
    comments: Sequence[Comment],
    language: str,
    demands: Demands,
    unheard: Sequence[Finding] = (),
) -> tuple[list[Finding], list[Silenced]]:
    """Which of the `findings` in `source` are heard, and which its `comments` silence. What is wrong with the comments is heard as well.

    `unheard` are findings that are not reported anyway. A comment about one of them is not unused.
    """
    from keylint.settle.complaints import complaints, idle

    found = suppressions(source, comments, language, demands.noqa, demands.today)
    reaching = _ByRow(found)
    uses = Uses()
    kept: list[Finding] = []
    silenced: list[Silenced] = []

    def hear(finding: Finding) -> None:
        suppression = _first(finding, source, reaching, uses)
        if suppression is None:
            kept.append(finding)
        elif suppression.expired:
            row = source.position(suppression.span.start).row
            note = f"The suppression on line {row} expired on {suppression.directive.until}."
            kept.append(replace(finding, reasons=(*finding.reasons, note)))
        else:
            silenced.append(Silenced(finding, COMMENT, suppression.reason))

    for finding in findings:
        hear(finding)
    for finding in unheard:
        _first(finding, source, reaching, uses)
    for finding in complaints(source, found, uses, demands, kept):
        hear(finding)
    kept += idle(source, found, uses, demands)
    return kept, silenced


def suppressing(finding: Finding, source: Source, found: Collection[Suppression]) -> Suppression | None:
    """The first suppression that counts for `finding` today."""
    first, last = lines(source, *finding.span)
    return next((item for item in found if not item.expired and item.counts(finding, first, last)), None)


class _ByRow:
    """Suppressions by the lines that they may count for."""

    def __init__(self, found: Sequence[Suppression]) -> None:
        self._found = found
        self._everywhere = [index for index, item in enumerate(found) if item.whole_file]
        self._by_row: dict[int, list[int]] = {}
        for index, item in enumerate(found):
            for row in () if item.whole_file else {*range(item.first, item.last + 1), *item.covers}:
                self._by_row.setdefault(row, []).append(index)

    def near(self, first: int, last: int) -> list[Suppression]:
        """Those that may count for something on the lines `first` to `last`, in the order of the file."""
        indices = {*self._everywhere}
        for row in range(first, last + 1):
            indices.update(self._by_row.get(row, ()))
        return [self._found[index] for index in sorted(indices)]


def _first(finding: Finding, source: Source, found: _ByRow, uses: Uses) -> Suppression | None:
    """The first suppression that counts for `finding`, else the first that did before it expired. All that do are noted."""
    first, last = lines(source, *finding.span)
    hits = []
    for suppression in found.near(first, last):
        if items := suppression.counts(finding, first, last):
            uses.note(suppression, items, finding.code)
            hits.append(suppression)
    return min(hits, key=lambda suppression: suppression.expired, default=None)


def _today() -> str:
    from time import strftime

    return strftime("%Y-%m-%d")
