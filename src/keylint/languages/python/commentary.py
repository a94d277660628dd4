"""Comments."""

from __future__ import annotations

import io
import tokenize
from time import monotonic

from keylint.languages import Comment
from keylint.languages.python.lines import TOKEN
from keylint.program.nodes import Span
from keylint.source import Source

_SECONDS = 2.0


def found(source: Source) -> list[Comment]:
    """Every comment of `source`, in order."""
    if b"#" not in source.data:
        return []
    text = source.data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    try:
        places = _by_tokens(text)
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        places = _by_pattern(text)
    lines = text.split("\n")
    comments = []
    for row, column, comment in places:
        before = lines[row][:column]
        start = source.line_starts[row] + len(before.encode())
        comments.append(Comment(Span(start, start + len(comment.encode())), comment, not before.strip()))
    return comments


def _by_tokens(text: str) -> list[tuple[int, int, str]]:
    return [
        (token.start[0] - 1, token.start[1], token.string)
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
        if token.type == tokenize.COMMENT
    ]


def _by_pattern(text: str) -> list[tuple[int, int, str]]:
    """For text that is not Python all through: strings and comments are told apart as well as can be."""
    deadline = monotonic() + _SECONDS
    places = []
    row, line_start, position = 0, 0, 0
    for token in TOKEN.finditer(text):
        if monotonic() > deadline:
            break
        row += text.count("\n", position, token.start())
        line_start = max(line_start, text.rfind("\n", position, token.start()) + 1)
        position = token.start()
        if token.lastgroup == "comment":
            places.append((row, token.start() - line_start, token[0].rstrip()))
    return places
