"""Repairs text that the parser refuses, so that what is wrong costs its own lines and no others.

Text is taken apart into logical lines. Each is parsed alone; one that fails is brought into the running syntax if it is another Python's,
and otherwise replaced by a stand-in that keeps the shape: a header keeps its keyword with an unknown test, an assignment
its target with an unknown value. Then the indentation is made consistent, with clauses that lost their statement turned
into unknown conditions. What is replaced becomes a gap; a loss of order or of a binding is never invented away.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from time import monotonic

from keylint.languages import NotParsed
from keylint.languages.python.dialects import translated
from keylint.languages.python.lines import LogicalLine, OutOfTime, logical_lines
from keylint.languages.python.parsing import REFUSALS, Parsed
from keylint.languages.python.structure import CLAUSES, Line, arrange
from keylint.program.module import Gap
from keylint.program.nodes import Span

_SECONDS = 2.0
_ROUNDS = 40
_KEYWORD = re.compile(r"(?:async[ \t]+)?[A-Za-z]+\b|@")
_NAMED = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+([^\W\d]\w*)")
_ASSIGNMENT = re.compile(r"([^\W\d][\w.]*)[ \t]*(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)")
_TEXT_BEFORE = {"elif": "if 1: pass\n", "else": "if 1: pass\n", "except": "try: pass\n", "finally": "try: pass\n", "case": "match 1:\n "}
_TEXT_AFTER = {"match": "\n case _: pass", "@": "\ndef _(): pass", "case": "\n  pass", "try": "\n pass\nfinally: pass"}
_SIMPLE_HEADERS = ("case", "class", "def", "elif", "else", "except", "finally", "for", "if", "match", "try", "while", "with")
_HEADERS = frozenset((*_SIMPLE_HEADERS, "async def", "async for", "async with"))
_SUITE = "\n pass"
_STAND_INS = {
    "async for": "async for _ in ...:",
    "async with": "async with ...:",
    "case": "case _ if ...:",
    "else": "else:",
    "except": "except:",
    "finally": "finally:",
    "for": "for _ in ...:",
    "match": "if ...:",
    "try": "try:",
    "with": "with ...:",
}


def recover(text: str, starts: list[int], size: int) -> Parsed:
    """Parses what can be parsed of `text`; `starts` and `size` are the byte offsets of its lines and its length. Raises `NotParsed`."""
    deadline = monotonic() + _SECONDS
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        logical = list(logical_lines(text, deadline))
        known: dict[str, tuple[str, bool | None]] = {}
        lines = [_line(item, known, deadline) for item in logical]
    except OutOfTime:
        raise NotParsed("too much of the file does not parse") from None
    for index, (line, item) in enumerate(zip(lines, logical, strict=True)):
        if line.lost:
            _replace(line, item, follows_deeper=index + 1 < len(lines) and lines[index + 1].column > line.column)
    if not lines or all(line.lost for line in lines):
        raise NotParsed("no line of the file parses")
    repaired = _Repaired(text, logical, lines, starts, size)
    return repaired.parse(deadline)


def _line(item: LogicalLine, known: dict[str, tuple[str, bool | None]], deadline: float) -> Line:
    """Tries one line; `known` remembers what became of lines that say the same."""
    if monotonic() > deadline:
        raise OutOfTime
    if item.code not in known:
        known[item.code] = _tried(item.code)
    code, opens = known[item.code]
    column = len(item.indentation.rpartition("\f")[2].expandtabs(8))
    return Line(item.row, column, code, _keyword(item.code), opens is True, opens is None)


def _tried(code: str) -> tuple[str, bool | None]:
    """`code`, in the running Python's syntax if need be, and what `_parses` says of it."""
    keyword = _keyword(code)
    opens = _parses(code, keyword)
    if opens is None:
        for candidate in translated(code):
            opens = _parses(candidate, keyword)
            if opens is not None:
                return candidate, opens
    return code, opens


def _keyword(code: str) -> str:
    match = _KEYWORD.match(code)
    return " ".join(match[0].split()) if match else ""


def _parses(code: str, keyword: str) -> bool | None:
    """Whether `code` is a header that wants a suite (true) or is complete (false); `None` when it is neither."""
    before = _TEXT_BEFORE.get(keyword, "")
    if keyword in _HEADERS and _accepted(f"{before}{code}{_TEXT_AFTER.get(keyword, _SUITE)}"):
        return True
    after = _TEXT_AFTER["@"] if keyword == "@" else "\nfinally: pass" if keyword == "try" else ""
    return False if _accepted(f"{before}{code}{after}") else None


def _accepted(text: str) -> bool:
    try:
        ast.parse(text)
    except REFUSALS:
        return False
    return True


def _replace(line: Line, item: LogicalLine, follows_deeper: bool) -> None:
    """Gives a lost line a stand-in of the same shape."""
    keyword = line.keyword
    is_header = keyword in _HEADERS and (item.code.endswith(":") or follows_deeper or keyword not in ("case", "match"))
    if not is_header:
        assigned = _ASSIGNMENT.match(item.code)
        if keyword in ("return", "raise"):
            line.code = f"{keyword} ..."
        elif assigned and _accepted(f"{assigned[1]} = ..."):
            line.code = f"{item.code[: assigned.end(1)]} = ..."
        elif follows_deeper and item.code.endswith(":"):
            line.code, line.opens, line.keyword = "if ...:", True, "if"
        else:
            line.code, line.keyword = "pass", "pass"
        return
    named = _NAMED.match(item.code)
    definition = "" if named is None else f"{named[0]}:" if keyword == "class" else f"{named[0]}(*_, **__):"
    if keyword in ("async def", "class", "def") and definition and _accepted(f"{definition} pass"):
        code = definition
    elif keyword in ("elif", "while"):
        code = f"{keyword} ...:"
    else:
        code = _STAND_INS.get(keyword, "if ...:")
    line.keyword = _keyword(code)
    line.opens = item.code.endswith(":") or follows_deeper
    line.code = code if line.opens else f"{code} pass"


class _Repaired:
    """Lines on their way to text that parses."""

    def __init__(self, text: str, logical: list[LogicalLine], lines: list[Line], starts: list[int], size: int) -> None:
        self.physical = text.split("\n")
        self.logical = logical
        self.lines = lines
        self.starts = starts
        self.size = size

    def parse(self, deadline: float) -> Parsed:
        arrange(self.lines)
        rows = [line.row for line in self.lines]
        for _ in range(_ROUNDS):
            try:
                tree = ast.parse(self._text())
            except REFUSALS as error:
                row = getattr(error, "lineno", None)
                if row is None:
                    # A limit of the parser, which does not say where.
                    self._give_up_unparsable(deadline)
                else:
                    self._give_up(max(0, bisect_right(rows, row - 1) - 1))
            else:
                return Parsed(tree, self._starts(), self._ends(), self._gaps())
            if monotonic() > deadline or all(line.lost for line in self.lines):
                break
            arrange(self.lines)
        raise NotParsed("the file does not parse, even without the lines that do not")

    def _give_up(self, index: int) -> None:
        """Replaces one more line; where that was done already, the whole stretch between two lines at the margin."""
        line = self.lines[index]
        if not line.lost:
            line.lost = True
            _replace(line, self.logical[index], index + 1 < len(self.lines) and self.lines[index + 1].column > line.column)
            return
        first, last = index, index + 1
        while first > 0 and self.lines[first].column > 0:
            first -= 1
        while last < len(self.lines) and self.lines[last].column > 0:
            last += 1
        self._drop(first, last)

    def _give_up_unparsable(self, deadline: float) -> None:
        """Drops every top-level statement that does not parse alone."""
        heads = [index for index, line in enumerate(self.lines) if line.level == 0 and line.keyword not in CLAUSES]
        for first, last in zip(heads, [*heads[1:], len(self.lines)], strict=True):
            if monotonic() > deadline:
                return
            if not _accepted(self._text(first, last)):
                self._drop(first, last)

    def _drop(self, first: int, last: int) -> None:
        for part in self.lines[first:last]:
            part.lost, part.code, part.keyword, part.opens, part.column = True, "pass", "pass", False, 0

    def _text(self, first: int = 0, last: int | None = None) -> str:
        lines = self.lines[first:last]
        start = lines[0].row if first else 0
        end = len(self.physical) if last is None or last >= len(self.lines) else self.lines[last].row
        output = [""] * (end - start)
        for line in lines:
            for offset, part in enumerate(line.text.split("\n")):
                if line.row + offset < end:
                    output[line.row + offset - start] = part if offset else " " * line.level + part
        return "\n".join(output)

    def _starts(self) -> list[int]:
        starts = list(self.starts)
        for line, item in zip(self.lines, self.logical, strict=True):
            starts[line.row] += len(item.indentation) - line.level
        return starts

    def _ends(self) -> list[int]:
        return [start + len(text.encode()) for start, text in zip(self.starts, self.physical, strict=True)]

    def _gaps(self) -> tuple[Gap, ...]:
        return tuple([Gap(self._span(item)) for line, item in zip(self.lines, self.logical, strict=True) if line.lost])

    def _span(self, item: LogicalLine) -> Span:
        start = self.starts[item.row] + len(item.indentation)
        rows = item.code.count("\n")
        last = item.code.rpartition("\n")[2]
        end = (self.starts[item.row + rows] if rows else start) + len(last.encode())
        return Span(start, min(end, self.size))
