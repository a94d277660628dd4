"""Suppression comments: what the people who own the code have decided not to hear.

`keylint: ignore[KL101] reason` counts for the lines it shares with code or, alone on its line, for the line below it (comment
lines between do not matter). `keylint: ignore-file[KL101]` counts for the file. Python's `noqa: KL101` counts as in flake8.
Codes, prefixes (`KL1`) and rule names may be listed. A malformed comment suppresses nothing: a slip of the pen must not widen it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.findings import COMMENT, Silenced

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.languages import Comment
    from keylint.source import Source

_DIRECTIVE = re.compile(r"(?<![\w-])keylint\s*:\s*(ignore-file|ignore)(?![\w-])[^\S\n]*(?=(.?)([^\n]*))", re.IGNORECASE)
_BARE_CODES = re.compile(r"KL\d*(?:[,\s]+KL\d*)*", re.IGNORECASE)
_NOQA = re.compile(r"# noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_CODE_PREFIX = re.compile(r"KL\d*\Z", re.IGNORECASE)
_NOT_ANALYZED = "KL900"


class Suppression(NamedTuple):
    """One suppression comment.

    `codes` as written, `None` for all. `first` to `last` are the lines it is on, `covers` the line that it is about when it stands
    alone above it, else 0. `whole_file` outranks lines. `reason` is what the comment gives for it.
    """

    codes: tuple[str, ...] | None
    first: int
    last: int
    covers: int
    whole_file: bool
    comment: Comment
    reason: str = ""

    def names(self, finding: Finding) -> bool:
        """The finding's code or name is among those listed."""
        if self.codes is None:
            return True
        code, name = finding.code.lower(), finding.name.lower()
        return any(item in (code, name) or (_CODE_PREFIX.match(item) and code.startswith(item)) for item in map(str.lower, self.codes))

    def reaches(self, first: int, last: int) -> bool:
        """It counts for a finding on the lines `first` to `last`. One that lists no codes does not count from within a construct."""
        if self.whole_file or self.covers == first:
            return True
        if self.codes is None:
            return any(self.first <= row <= self.last for row in (first, last))
        return self.first <= last and first <= self.last


def suppressions(source: Source, comments: Sequence[Comment], language: str, noqa: bool = True) -> list[Suppression]:
    """Every suppression among the `comments` of `source`. Without `noqa`, those comments are left to the caller, as with flake8."""
    rows = [_rows(source, comment.span.start, comment.span.end) for comment in comments]
    alone = [_stands_alone(source, comment, first, last) for comment, (first, last) in zip(comments, rows, strict=True)]
    below = _lines_below(rows, alone)
    found = []
    for comment, (first, last), covers in zip(comments, rows, below, strict=True):
        for match in _DIRECTIVE.finditer(comment.text):
            accepted, codes = _codes(match[2], match[3])
            if accepted:
                found.append(Suppression(codes, first, last, covers, match[1].lower() == "ignore-file", comment))
        if noqa and language == "python" and (foreign := _NOQA.search(comment.text)):
            listed = foreign["codes"]
            found.append(Suppression(None if listed is None else tuple(re.split(r"[,\s]+", listed)), first, last, 0, False, comment))
    return found


def settled(
    findings: Sequence[Finding], source: Source, comments: Sequence[Comment], language: str, noqa: bool = True
) -> tuple[list[Finding], list[Silenced]]:
    """Which of the `findings` in `source` are heard, and which its `comments` silence."""
    found = suppressions(source, comments, language, noqa)
    kept: list[Finding] = []
    silenced: list[Silenced] = []
    for finding in findings:
        suppression = suppressing(finding, source, found)
        if suppression is None:
            kept.append(finding)
        else:
            silenced.append(Silenced(finding, COMMENT, suppression.reason))
    return kept, silenced


def suppressing(finding: Finding, source: Source, found: Collection[Suppression]) -> Suppression | None:
    """The first suppression that counts for `finding`. That a file was not analyzed at all can be accepted for the file only."""
    first, last = _rows(source, finding.span.start, finding.span.end)
    for suppression in found:
        if suppression.names(finding) and suppression.reaches(first, last) and (suppression.whole_file or finding.code != _NOT_ANALYZED):
            return suppression
    return None


def _rows(source: Source, start: int, end: int) -> tuple[int, int]:
    return source.position(start).row, source.position(max(start, end - 1)).row


def _codes(opening: str, rest: str) -> tuple[bool, tuple[str, ...] | None]:
    """What follows `ignore`: whether it makes sense, and the codes listed (`None`: all)."""
    if opening == "[":
        listed, bracket, _ = rest.partition("]")
        codes = tuple(code for code in re.split(r"[,\s]+", listed) if code)
        return bool(bracket and codes), codes
    if opening and not opening.isalnum() and opening not in "-*#/":
        return False, None
    if bare := _BARE_CODES.match(opening + rest):
        return True, tuple(re.split(r"[,\s]+", bare[0]))
    return True, None


def _stands_alone(source: Source, comment: Comment, first: int, last: int) -> bool:
    """Nothing but white space, or JSX's braces, shares the comment's lines."""
    if comment.alone:
        return True
    before = source.data[source.line_starts[first - 1] : comment.span.start].strip()
    end = source.line_starts[last] if last < len(source.line_starts) else len(source.data)
    return before == b"{" and source.data[comment.span.end : end].strip() == b"}"


def _lines_below(rows: Sequence[tuple[int, int]], alone: Sequence[bool]) -> list[int]:
    """For each comment the first line below it and the comment lines under it, or 0 when it shares its line with code."""
    below = [0] * len(rows)
    following: dict[int, int] = {}
    for index in range(len(rows) - 1, -1, -1):
        if alone[index]:
            first, last = rows[index]
            below[index] = following.get(last + 1, last + 1)
            following[first] = below[index]
    return below
