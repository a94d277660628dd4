"""Which line of a TOML text a key stands on. The standard parser does not say, and an error without a line sends people searching."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Path = tuple["str | int", ...]

_KEY = r"""(?:[\w-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]")
_ENTRY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_NAMES = re.compile(_KEY)
_SKIPPED = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'" r"|#[^\n]*", re.DOTALL
)
"""What brackets and line ends inside of mean nothing."""


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line (from 1) on which the value at `path` begins, or else the nearest table or array around it."""
    lines = dict(_lines(text))
    for length in range(len(path), 0, -1):
        if (line := lines.get(tuple(path[:length]))) is not None:
            return line
    return None


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    """Every table and key that stands at the beginning of a line; of one that is stated in pieces, the last piece comes last."""
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            names = _unquoted(header[2])
            table = _place(names[:-1], counts)
            if header[1] == "[[":
                array = (*table, names[-1])
                counts[array] = counts.get(array, -1) + 1
                if not counts[array]:
                    yield array, number
                table = (*array, counts[array])
            else:
                table = _place(names, counts)
            yield table, number
        elif entry := _ENTRY.match(line):
            path = table
            for name in _unquoted(entry[1]):
                path = (*path, name)
                yield path, number


def _place(names: Sequence[str], counts: dict[Path, int]) -> Path:
    """The path that a header's names mean: of an array of tables, its last."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines on which something begins, not those on which a text or an array goes on, with their numbers."""
    masked = _SKIPPED.sub(lambda found: re.sub(r"[^\n]", "_", found[0]).replace("\n", "\v"), text)
    depth = 0
    begins = True
    originals = text.split("\n")
    number = 0
    for part in re.split(r"([\n\v])", masked):
        if part in ("\n", "\v"):
            begins = part == "\n" and depth <= 0
            continue
        if begins:
            yield number + 1, originals[number]
        depth += sum(map(part.count, "[{")) - sum(map(part.count, "]}"))
        number += 1


def _unquoted(dotted: str) -> list[str]:
    return [name[1:-1] if name[0] in "\"'" else name for name in _NAMES.findall(dotted)]
