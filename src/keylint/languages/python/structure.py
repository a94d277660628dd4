"""Makes the indentation and the clauses of repaired lines consistent."""

from __future__ import annotations

_MAX_LEVELS = 90
"""The parser refuses a hundred levels of indentation."""

_MAY_FOLLOW = {
    "elif": frozenset(("if", "elif")),
    "else": frozenset(("if", "elif", "for", "async for", "while", "except")),
    "except": frozenset(("try", "except")),
    "finally": frozenset(("try", "except", "else of try")),
}

CLAUSES = frozenset(_MAY_FOLLOW)
"""Keywords of clauses that continue the statement before them."""


class Line:
    """A logical line being repaired.

    `row` is the 0-based line it starts on, `column` its indentation in columns, `level` in levels. `opens` says that an
    indented suite belongs under it, `lost` that its text was given up. `text` is what is parsed: `code`, completed.
    """

    __slots__ = ("code", "column", "keyword", "level", "lost", "opens", "row", "text")

    def __init__(self, row: int, column: int, code: str, keyword: str, opens: bool, lost: bool) -> None:
        self.row = row
        self.column = column
        self.code = code
        self.keyword = keyword
        self.opens = opens
        self.lost = lost
        self.level = 0
        self.text = code


class _Level:
    """One open suite: where it is indented to, and what its latest statement is."""

    __slots__ = ("column", "line", "state")

    def __init__(self, column: int) -> None:
        self.column = column
        self.state = ""
        self.line: Line | None = None


def arrange(lines: list[Line]) -> None:
    """Sets `level` and `text` of each line so that suites and clauses fit together."""
    stack = [_Level(0)]
    previous: Line | None = None
    for line, following in zip(lines, _following_columns(lines), strict=True):
        line.text = line.code
        column = line.column
        columns = [level.column for level in stack]
        wanted = previous is not None and previous.opens
        stray = (line.lost and not line.opens) or not (column in columns or (wanted and column > columns[-1]))
        if stray and column < following and (following in columns or (wanted and following > columns[-1])):
            # A stray line, such as the mark of a merge conflict, does not end the suites around it.
            column = following
        if previous is not None and previous.opens:
            if column > stack[-1].column and len(stack) < _MAX_LEVELS:
                stack.append(_Level(column))
            else:
                _close(previous)
        while len(stack) > 1 and column < stack[-1].column:
            _leave(stack.pop())
        line.level = len(stack) - 1
        if previous is not None and previous.keyword == "@" and not _decorable(line, previous):
            previous.text, previous.lost = "pass", True
        _follow(stack[-1], line)
        previous = line
    if previous is not None:
        if previous.opens:
            _close(previous)
        if previous.keyword == "@":
            previous.text, previous.lost = "pass", True
    while stack:
        _leave(stack.pop())


def _following_columns(lines: list[Line]) -> list[int]:
    """For each line the column of the next one that is not lost, -1 at the end."""
    columns: list[int] = []
    column = -1
    for line in reversed(lines):
        columns.append(column)
        if not line.lost:
            column = line.column
    columns.reverse()
    return columns


def _close(line: Line) -> None:
    """Gives a header without a suite an empty one."""
    line.lost = True
    line.text += " pass"


def _decorable(line: Line, decorator: Line) -> bool:
    return line.level == decorator.level and line.keyword in ("@", "async def", "class", "def")


def _follow(level: _Level, line: Line) -> None:
    """Checks a line against the statement before it in the same suite."""
    keyword = line.keyword
    allowed = _MAY_FOLLOW.get(keyword)
    if allowed is None:
        _leave(level)
        level.state = keyword
    elif level.state in allowed:
        level.state = "else of try" if keyword == "else" and level.state == "except" else keyword
    else:
        _leave(level)
        line.lost = True
        line.text = "if ...:" if line.opens else "if ...: pass"
        level.state = "if"
    level.line = line


def _leave(level: _Level) -> None:
    """A `try` that is over without a handler was one only in the lines that are lost."""
    if level.state == "try" and level.line is not None:
        level.line.lost = True
        level.line.text = "if 1" + level.line.text[len("try") :]
    level.state, level.line = "", None
