"""Logical lines of Python text that need not be valid: what a statement's header or a simple statement takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import monotonic
from typing import NamedTuple

TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
  | (?P<string>
        \"\"\"[^\\"]*(?:(?:\\.|"(?!""))[^\\"]*)*\"\"\" | '''[^\\']*(?:(?:\\.|'(?!''))[^\\']*)*'''
      | "[^"\\\n]*(?:\\.[^"\\\n]*)*" | '[^'\\\n]*(?:\\.[^'\\\n]*)*'
    )
  | (?P<unclosed>["'][^\n]*)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<joined>\\\n)
  | (?P<newline>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Everything that decides where a logical line ends. Prefixes of strings make no difference to that."""

# A line that can only start a statement: an open bracket before it was never closed.
_STATEMENT = re.compile(
    r"""[ \t\f]*(?:
        (?:async[ ]+)?def[ ]+\w+[ ]*[(\[] | class[ ]+\w+[ ]*[(:\[] | import[ ]+\w | from[ ]+[.\w]+[ ]+import\b
      | (?:return|raise|del|global|nonlocal|assert)[ ] | (?:pass|break|continue|return)[ ]*(?:\n|$)
      | (?:try|finally)[ ]*: | except\b[^\n]*: | (?:elif|while|with)[ ][^\n]*:[ ]*(?:\#[^\n]*)?(?:\n|$)
      | (?:if|for|async[ ]+for|else)\b[^\n]*:[ ]*(?:\#[^\n]*)?(?:\n|$)
    )""",
    re.VERBOSE,
)
_DEFINITION = re.compile(r"^[ \t]*(?:@\w|(?:async[ ]+)?def[ ]+\w+[ ]*\(|class[ ]+\w+[ ]*[(:])", re.MULTILINE)
_TRIPLE = ('"""', "'''")
_INDENTATION = re.compile(r"[ \t\f]*")


class OutOfTime(Exception):
    """The text takes too long to repair."""


class LogicalLine(NamedTuple):
    """`row` is the 0-based first line, `indentation` the white space before, `code` the text without a comment at its end."""

    row: int
    indentation: str
    code: str


def logical_lines(text: str, deadline: float) -> Iterator[LogicalLine]:
    """The logical lines of `text`, whose lines end with LF. Raises `OutOfTime` at `deadline` (of `time.monotonic`)."""
    position = row = 0
    length = len(text)
    unbalanced = _unbalanced(text, deadline)
    while position < length:
        if monotonic() > deadline:
            raise OutOfTime
        match = _INDENTATION.match(text, position)
        start = match.end() if match else position
        code_end, end = _end(text, start, unbalanced, deadline)
        if code_end > start:
            yield LogicalLine(row, text[position:start], text[start:code_end])
        row += text.count("\n", position, end)
        position = end


def _unbalanced(text: str, deadline: float) -> bool:
    """Whether a triple quote is left open at the end: then one before it is missing or too many."""
    for token in TOKEN.finditer(text):
        if token.lastgroup == "unclosed" and token[0][:3] in _TRIPLE:
            return True
        if monotonic() > deadline:
            raise OutOfTime
    # An open triple quote also reads as an empty text and a quote.
    return text.count('"""') % 2 == 1 or text.count("'''") % 2 == 1


def _end(text: str, start: int, unbalanced: bool, deadline: float) -> tuple[int, int]:
    """Where the code of the logical line at `start` ends, and where the next line starts.

    Where triple quotes do not pair up, one text that holds a definition is taken to be code between two others.
    """
    depth = 0
    position = start
    code_end = start
    rounds = 0
    while token := TOKEN.search(text, position):
        rounds += 1
        if rounds % 16 == 0 and monotonic() > deadline:
            raise OutOfTime
        kind = token.lastgroup
        if text[position : token.start()].strip():
            code_end = position + len(text[position : token.start()].rstrip())
        position = token.end()
        if kind == "newline":
            if depth == 0 or _STATEMENT.match(text, position):
                return code_end, position
        elif kind == "joined" and _DEFINITION.match(text, position):
            return token.end(), position
        elif kind not in ("comment", "joined"):
            if unbalanced and kind == "string" and token[0][:3] in _TRIPLE:
                definition = _DEFINITION.search(text, token.start(), position)
                if definition is not None:
                    return token.start() + len(text[token.start() : definition.start()].rstrip()), definition.start()
            code_end = position
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(0, depth - 1)
    tail = text[position:].rstrip()
    return (position + len(tail) if tail else code_end), len(text)
