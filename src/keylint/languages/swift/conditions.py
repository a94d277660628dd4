"""Conditional compilation: `#if` groups, and a text in which the grammar does not meet them.

The grammar knows directives in a few places only, and stumbles elsewhere: in dictionary literals, argument lists and
call chains, between the cases of a switch, after `fallthrough`. So directives are blanked out at equal length and all branches stand
side by side, which parses wherever branches are statements, declarations, cases or entries. Which branch a node
belongs to is known by its offset. Where branches continue an expression or tear brackets apart, only the first stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

from keylint.languages.swift.scanning import Directive, scan

_NOT_LINE_END = re.compile(rb"[^\r\n]")
_SPACE = b" \t\r\n"
_JOINING_WORDS = (b"return", b"break", b"continue")


class Branch(NamedTuple):
    """One branch: its condition as text (empty for `#else`), where that stands, and the text it governs."""

    condition: str
    condition_start: int
    start: int
    end: int


class Group(NamedTuple):
    """`#if` to `#endif`, with at least one branch."""

    start: int
    end: int
    branches: tuple[Branch, ...]
    bracket: bytes
    torn: bool


class Conditions:
    """The groups of a file, and which of their branches an offset lies in."""

    __slots__ = ("_at", "_paths", "fallthroughs", "groups")

    def __init__(self, groups: list[Group], fallthroughs: list[int]) -> None:
        self.groups = groups
        self.fallthroughs = fallthroughs
        """Where `fallthrough` was blanked out, in order."""
        self._at, self._paths = _index(groups)

    def path(self, offset: int) -> tuple[tuple[Group, int], ...]:
        """The groups around `offset` from the outside in, each with the number of its branch there."""
        index = bisect_right(self._at, offset) - 1
        return self._paths[index] if index >= 0 else ()

    def falls_through(self, start: int, end: int) -> bool:
        """Whether a conditional `fallthrough` stood in a range."""
        index = bisect_right(self.fallthroughs, start)
        return index < len(self.fallthroughs) and self.fallthroughs[index] < end


def _index(groups: list[Group]) -> tuple[list[int], list[tuple[tuple[Group, int], ...]]]:
    """Offsets at which the path changes, and the path from there on."""
    marks: list[tuple[int, int, int, Group, int]] = []
    for order, group in enumerate(groups):
        for number, branch in enumerate(group.branches):
            marks.append((branch.start, 1, order, group, number))
            marks.append((branch.end, 0, -order, group, number))
    marks.sort(key=lambda mark: mark[:3])
    offsets: list[int] = []
    paths: list[tuple[tuple[Group, int], ...]] = []
    path: tuple[tuple[Group, int], ...] = ()
    for offset, opens, _, group, number in marks:
        path = (*path, (group, number)) if opens else tuple(step for step in path if step[0] is not group)
        offsets.append(offset)
        paths.append(path)
    return offsets, paths


def separate(data: bytes) -> tuple[bytes, Conditions | None]:
    """`data` without its directives, at equal length, and what they said; the same `data` where there are none."""
    if b"#if" not in data:
        return data, None
    directives = scan(data).directives
    groups = _groups(data, directives)
    if not groups:
        return data, None
    text = bytearray(data)
    chains: list[Group] = []
    for directive in directives:
        text[directive.start : directive.end] = b" " * (directive.end - directive.start)
    for group in groups:
        if group.torn or _continues_expression(data, text, group):
            chains.append(group)
            for branch in group.branches[1:]:
                text[branch.start : branch.end] = _NOT_LINE_END.sub(b" ", text[branch.start : branch.end])
    fallthroughs: list[int] = []
    lone = {id(group) for group in chains}
    for group in groups:
        if id(group) in lone:
            continue
        for branch in group.branches:
            _mend_end_of_branch(data, text, group, branch.end, fallthroughs)
        if group.bracket in (b"[", b"("):
            _put_comma(text, group.start)
    return bytes(text), Conditions([group for group in groups if id(group) not in lone], sorted(fallthroughs))


def _mend_end_of_branch(data: bytes, text: bytearray, group: Group, end: int, fallthroughs: list[int]) -> None:
    """Keeps what ends a branch from running into what begins the next; `end` is where the closing directive stands."""
    if group.bracket in (b"[", b"("):
        _put_comma(text, end)
        return
    last = _last_significant(text, end)
    word_start = last + 1
    while word_start > 0 and (text[word_start - 1 : word_start].isalpha()):
        word_start -= 1
    word = bytes(text[word_start : last + 1])
    if word == b"fallthrough":
        text[word_start : last + 1] = b" " * len(word)
        fallthroughs.append(word_start)
    elif word in _JOINING_WORDS and text[last + 1 : last + 2].isspace():
        text[last + 1] = ord(";")


def _put_comma(text: bytearray, at: int) -> None:
    """Separates list entries at the directive that stood `at`."""
    before = _last_significant(text, at)
    after = at
    while after < len(text) and text[after] in _SPACE:
        after += 1
    if before >= 0 and text[before] not in b",([:" and after < len(text) and text[after] not in b",)]":
        text[at] = ord(",")


def _last_significant(text: bytearray, before: int) -> int:
    """The offset of the last byte before `before` that is neither space nor in a line comment, or -1."""
    while True:
        index = before - 1
        while index >= 0 and text[index] in _SPACE:
            index -= 1
        line_start = max(text.rfind(b"\n", 0, index + 1), text.rfind(b"\r", 0, index + 1)) + 1
        comment = text.find(b"//", line_start, index + 1)
        # A `//` inside a string literal is preceded by an odd number of quotes.
        if comment < 0 or text.count(b'"', line_start, comment) % 2:
            return index
        before = comment


def _continues_expression(data: bytes, text: bytearray, group: Group) -> bool:
    """Whether a branch goes on with a call chain that began before the group."""
    before = _last_significant(text, group.start)
    if before < 0 or text[before] in b"{([,:;=":
        return False
    if bytes(text[max(before - 5, 0) : before + 1]).endswith((b" in", b"return")):
        return False
    for branch in group.branches:
        index = branch.start
        while index < branch.end:
            while index < branch.end and text[index] in _SPACE:
                index += 1
            if text[index : index + 2] != b"//":
                break
            line_end = data.find(b"\n", index)
            index = line_end if line_end >= 0 else branch.end
        if index < branch.end and (text[index : index + 1] == b"." or text[index : index + 2] == b"?."):
            return True
    return False


def _groups(data: bytes, directives: list[Directive]) -> list[Group]:
    """Groups in order of their `#if`; one that is never closed is none."""
    groups: list[Group] = []
    pending: list[list[Directive]] = []
    for directive in directives:
        if directive.kind == "if":
            pending.append([directive])
        elif pending:
            pending[-1].append(directive)
            if directive.kind == "endif":
                groups.append(_group(data, pending.pop()))
    groups.sort(key=lambda group: group.start)
    return groups


def _group(data: bytes, parts: list[Directive]) -> Group:
    branches = []
    for part, following in pairwise(parts):
        words = data[part.start : part.end].split(None, 1)
        condition = words[1].decode("utf-8", "replace").strip() if len(words) > 1 and part.kind != "else" else ""
        condition_start = part.end - len(words[1]) if condition else part.start
        branches.append(Branch(condition, condition_start, part.end, following.start))
    torn = any(part.opened_at != parts[0].opened_at for part in parts)
    return Group(parts[0].start, parts[-1].end, tuple(branches), parts[0].bracket, torn)
