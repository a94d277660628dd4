"""Syntax that the grammar does not know and that means nothing here, taken out at equal length so that the rest is read.

Applied only to files that the grammar stumbled over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

# Each with a word that has to be in the text before the expression is tried, and beginning with a literal where it can.
_BLANKED = (
    (b"#", re.compile(rb"#(?:error|warning|sourceLocation)\b[^\r\n]*")),
    (b"@_", re.compile(rb"@_\w+\([^()\r\n]*\)")),
    (b"@", re.compile(rb"@(?:convention|lifetime|abi)\([^()\r\n]*\)")),
    (b"sending ", re.compile(rb"\bsending[ \t]+(?=[\w(\[])")),
)
_PREFIX_SLASH = re.compile(rb"/(?=[A-Z][\w.]*[,)\]])")
_INNER_DOLLAR = re.compile(rb"\$(?=\w)")
_EMPTY_PAYLOAD = re.compile(rb"(\.\w+)\(\)(?=[ \t]*[:,])")
_CASE = re.compile(rb"[ \t]*case\b[^{:]*")
_ALIAS_CONSTRAINT = re.compile(rb"(typealias\b[^\r\n=]*=[^\r\n]*?)(\bwhere\b[^\r\n]*)")
_NONISOLATED = re.compile(rb"nonisolated(?:\(unsafe\))?(?=[ \t]+(?:weak[ \t]+)?(?:let|var|func)\b)")


def mended(text: bytes, root: Node) -> bytes:
    """`text`, whose tree is `root`, without what the grammar is known to stumble over."""
    result = text
    for word, pattern in _BLANKED:
        if word in result:
            result = pattern.sub(_blank, result)
    # A prefix operator on a type, as in `action: /Action.child`.
    result = _PREFIX_SLASH.sub(lambda match: b" " if _before(match) in (b"(", b",", b":", b" ") else b"/", result)
    result = _INNER_DOLLAR.sub(lambda match: b"_" if _before(match).isalnum() or _before(match) == b"_" else b"$", result)
    if b"()" in result:
        result = _EMPTY_PAYLOAD.sub(lambda match: match[1] + b"  " if _in_case(text, match.start()) else match[0], result)
    if b"typealias" in result:
        result = _ALIAS_CONSTRAINT.sub(lambda match: match[1] + b" " * len(match[2]), result)
    return _NONISOLATED.sub(lambda match: match[0] if _is_modifier(root, match.start()) else _blank(match), result)


def _before(match: re.Match[bytes]) -> bytes:
    return match.string[max(match.start() - 1, 0) : match.start()]


def _in_case(text: bytes, offset: int) -> bool:
    """Whether `offset` stands in the pattern of a `case`."""
    line_start = max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1
    return _CASE.fullmatch(text, line_start, offset) is not None


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def _is_modifier(root: Node, start: int) -> bool:
    """Whether the grammar took the word at `start` for the modifier that it is, as it does in types but not in bodies."""
    leaf = root.descendant_for_byte_range(start, start + 1)
    return leaf is not None and leaf.parent is not None and leaf.parent.type == "member_modifier"
