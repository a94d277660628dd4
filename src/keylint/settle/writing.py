"""Writing suppression comments for findings: where each goes, so that it counts, is a comment, and reads as if a person had put it there.

A place is tried, never trusted: the text with the comment in it is read again, and must hold the same comments and this one, lose nothing
to the parser, and suppress the finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.findings import Edit
from keylint.languages import front_end
from keylint.program.nodes import Span
from keylint.settle.covering import lines
from keylint.settle.directives import IGNORE, NOQA, directives
from keylint.settle.removal import applied
from keylint.settle.suppressions import Suppression, suppressing, suppressions
from keylint.source import Source

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.languages import Comment

WIDEST = 100
"""Columns of a line that gets a comment at its end. A longer one has it above."""

_TAB = 4
_INNER = 20
"""Lines within a construct that are tried."""
_EVERYTHING = (b"",)
_LINE_END = re.compile(rb"\r\n|\n|\r")
_CLOSES = re.compile(r"[)\]}]")


class Wish(NamedTuple):
    """What the comments say: why, and until which day (ISO form) if they are to expire. `today` decides which have."""

    reason: str
    until: str = ""
    today: str = ""

    def text(self, codes: Sequence[str], kind: str = IGNORE) -> str:
        """The directive for `codes`."""
        return " ".join(filter(None, (f"keylint: {kind}[{', '.join(codes)}]", self.until and f"until={self.until}", self.reason)))

    def can_be_written(self) -> bool:
        """A comment with it reads back as what was meant."""
        if not self.reason or not self.reason.isprintable() or "*/" in self.reason or "-->" in self.reason:
            return False
        text = f"# {self.text(['KL101'])}"
        found = list(directives(text, (), noqa=True))
        return [(each.reason, each.until, each.problem, each.end) for each in found] == [(self.reason, self.until, "", len(text))]


class Comments(NamedTuple):
    """One suppression comment of a file and the codes of the findings that it was written for. `row` is its line."""

    row: int
    codes: tuple[str, ...]


class Outcome(NamedTuple):
    """A file with its comments. `left` are the findings for which no place was found."""

    source: Source
    written: tuple[Comments, ...]
    left: tuple[Finding, ...]


def suppressed(source: Source, language: str, findings: Sequence[Finding], wish: Wish) -> Outcome:
    """`source` with comments that suppress `findings`, all of which point into it and are reported now."""
    return _Writer(source, language, findings, wish).outcome()


class _Writer:
    """Writes into one file, comment after comment."""

    def __init__(self, source: Source, language: str, findings: Sequence[Finding], wish: Wish) -> None:
        self._language = language
        self._front_end = front_end(language)
        self._wish = wish
        self._findings = list(findings)
        self._spans = [finding.span for finding in findings]
        self._read(source)
        self._gaps = self._gaps_of(source)

    def outcome(self) -> Outcome:
        renewed = self._renew()
        rows: dict[int, list[int]] = {}
        for index in range(len(self._findings)):
            if index not in renewed:
                rows.setdefault(self._rows(index)[0], []).append(index)
        for row in sorted(rows, reverse=True):  # so that what is left to do does not move
            self._suppress(rows[row])
        written: dict[Suppression, set[str]] = {}
        left = []
        for index, finding in enumerate(self._findings):
            suppression = suppressing(self._placed(index), self._source, self._suppressions)
            if suppression is None:
                left.append(finding)
            else:
                written.setdefault(suppression, set()).add(finding.code)
        found = [Comments(self._source.position(each.span.start).row, tuple(sorted(codes))) for each, codes in written.items()]
        return Outcome(self._source, tuple(sorted(found)), tuple(left))

    def _read(self, source: Source) -> None:
        self._source = source
        self._comments = self._front_end.comments(source)
        self._suppressions = suppressions(source, self._comments, self._language, today=self._wish.today)

    def _gaps_of(self, source: Source) -> int:
        return len(self._front_end.lower(source, _EVERYTHING).gaps)

    def _rows(self, index: int) -> tuple[int, int]:
        return lines(self._source, *self._spans[index])

    def _placed(self, index: int) -> Finding:
        from msgspec.structs import replace

        return replace(self._findings[index], span=self._spans[index])

    def _renew(self) -> set[int]:
        """Replaces suppressions that have expired by what is wished for now. Which findings that takes care of."""
        renewals: dict[int, list[int]] = {}
        for index in range(len(self._findings)):
            finding = self._placed(index)
            for number, suppression in enumerate(self._suppressions):
                if suppression.expired and suppression.directive.kind != NOQA and suppression.counts(finding, *self._rows(index)):
                    renewals.setdefault(number, []).append(index)
                    break
        old = self._suppressions
        done: set[int] = set()
        for number in sorted(renewals, reverse=True):  # so that the earlier ones do not move
            suppression, indices = old[number], renewals[number]
            items = suppression.directive.items
            if items is None:
                codes = sorted({self._findings[index].code for index in indices})
            else:
                named = {at for index in indices for at in suppression.naming(self._findings[index])}
                codes = [item.text for at, item in enumerate(items) if at in named]
            edit = Edit(suppression.span, self._wish.text(codes, suppression.directive.kind))
            if self._try([edit], indices, added=0):
                done.update(indices)
        return done

    def _suppress(self, indices: Sequence[int]) -> None:
        """Suppresses findings that begin on one line."""
        codes = sorted({self._findings[index].code for index in indices})
        for suppression in self._suppressions:
            if self._can_take(suppression, indices) and self._try(self._longer(suppression, codes), indices, added=0):
                return
        for edit in self._places(indices, self._wish.text(codes)):
            if self._try([edit], indices, added=1):
                return
        if len(indices) > 1:
            for index in indices:
                self._suppress([index])

    def _can_take(self, suppression: Suppression, indices: Sequence[int]) -> bool:
        directive = suppression.directive
        usable = directive.kind == IGNORE and directive.items and not directive.problem and not suppression.expired
        return bool(usable) and directive.until == self._wish.until and all(suppression.reaches(*self._rows(index)) for index in indices)

    def _longer(self, suppression: Suppression, codes: Sequence[str]) -> list[Edit]:
        """Adds `codes` to those that a suppression lists, and the reason to its own."""
        directive, comment = suppression.directive, suppression.comment
        assert directive.items
        first, last, end = (
            comment.span.start + len(comment.text[:at].encode())
            for at in (directive.items[0].start, directive.items[-1].end, directive.end)
        )
        listed = [item.text for item in directive.items]
        together = sorted((*listed, *codes)) if listed == sorted(listed) else [*listed, *codes]
        reason = "" if self._wish.reason in directive.reason else f"{';' if directive.reason else ''} {self._wish.reason}"
        if last == end:
            return [Edit(Span(first, last), ", ".join(together) + reason)]
        return [Edit(Span(first, last), ", ".join(together)), Edit(Span(end, end), reason)]

    def _places(self, indices: Sequence[int], text: str) -> Iterator[Edit]:
        """Ways to write a new comment, the best first."""
        first, last = self._rows(indices[0])
        line = self._source.line(first)
        behind = self._behind(first, text)
        width = len(line.rstrip().expandtabs(_TAB)) + len(behind.content)
        commented = any(row <= first <= end for row, end in (lines(self._source, *comment.span) for comment in self._comments))
        # Above a line that begins with a bracket, a comment would belong to what that closes; behind one, to what that opens.
        closes, opens = _CLOSES.match(line.lstrip()), line.rstrip().endswith(("(", "[", "{"))
        if not commented and (closes or (width <= WIDEST and not opens)):
            yield behind
        yield from self._above(first, text)
        yield behind
        if last > first:
            yield self._behind(last, text)
        if self._language != "python":
            start = self._spans[indices[0]].start
            yield Edit(Span(start, start), f"/* {text} */ ")
        for row in range(first + 1, min(last, first + _INNER)):
            yield self._behind(row, text)

    def _behind(self, row: int, text: str) -> Edit:
        start = self._source.line_starts[row - 1]
        line = self._source.line(row)
        mark = "  #" if self._language == "python" else " //"
        return Edit(Span(start + len(line.rstrip().encode()), start + len(line.encode())), f"{mark} {text}")

    def _above(self, row: int, text: str) -> Iterator[Edit]:
        start = self._source.line_starts[row - 1]
        line = self._source.line(row)
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        ends = line_end(self._source.data, start)
        for comment in (f"# {text}",) if self._language == "python" else (f"// {text}", f"{{/* {text} */}}"):
            yield Edit(Span(start, start), f"{indent}{comment}{ends}")

    def _try(self, edits: Sequence[Edit], indices: Sequence[int], added: int) -> bool:
        """Makes the edits if they do what they should and nothing else."""
        spans = [_moved(span, edits) for span in self._spans]
        source = Source(self._source.path, applied(self._source.data, edits), self._source.encoding)
        before = self._source, self._comments, self._suppressions, self._spans
        self._read(source)
        self._spans = spans
        if (
            self._holds_the_same_comments(before[1], edits, added)
            and all(suppressing(self._placed(index), source, self._suppressions) is not None for index in indices)
            and self._gaps_of(source) <= self._gaps
        ):
            return True
        self._source, self._comments, self._suppressions, self._spans = before
        return False

    def _holds_the_same_comments(self, before: Sequence[Comment], edits: Sequence[Edit], added: int) -> bool:
        if len(self._comments) != len(before) + added:
            return False
        if added:
            (edit,) = edits
            start, end = edit.span.start, edit.span.start + len(edit.content.encode())
            kept = [comment.text for comment in self._comments if not start <= comment.span.start < end]
            return kept == [comment.text for comment in before]
        touched = sum(any(old.span.start <= edit.span.start <= old.span.end for edit in edits) for old in before)
        same = sum(old.text == new.text for old, new in zip(before, self._comments, strict=True))
        return same >= len(before) - touched


def line_end(data: bytes, start: int = 0) -> str:
    """The line end that a text uses at `start` or after it, else anywhere."""
    found = _LINE_END.search(data, start) or _LINE_END.search(data)
    return found[0].decode() if found else "\n"


def _moved(span: Span, edits: Sequence[Edit]) -> Span:
    """Where `span` is after `edits`: what is put at its edges is not part of it."""
    start, end = span
    for edit in edits:
        growth = len(edit.content.encode()) - (edit.span.end - edit.span.start)
        start += growth if edit.span.end <= span.start else 0
        end += growth if edit.span.start < span.end else 0
    return Span(start, end)
