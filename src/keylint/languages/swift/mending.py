"""Syntax that the grammar does not know and that means nothing here, taken out at equal length so that the rest is read.

Applied only to files that the grammar stumbled over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_BLANKED = re.compile(
    rb"^[ \t]*#(?:error|warning|sourceLocation)\b[^\r\n]*"
    rb"|@_\w+\([^()\r\n]*\)"
    rb"|@(?:convention|lifetime|abi)\([^()\r\n]*\)"
    rb"|\bsending[ \t]+(?=[\w(\[])"
    # A prefix operator on a type: `/Action.child`.
    rb"|(?<=[(,: ])/(?=[A-Z][\w.]*[,)\]])",
    re.MULTILINE,
)
_INNER_DOLLAR = re.compile(rb"(?<=\w)\$(?=\w)")
_EMPTY_PAYLOAD = re.compile(rb"^([ \t]*case[ \t][^\r\n:{]*\.\w+)\(\)(?=[ \t]*[:,])", re.MULTILINE)
_CONSTRAINED_ALIAS = re.compile(rb"(\btypealias\b[^\r\n=]*=[^\r\n]*?)(\bwhere\b[^\r\n]*)")
_NONISOLATED = re.compile(rb"\bnonisolated(?:\(unsafe\))?(?=[ \t]+(?:weak[ \t]+)?(?:let|var|func)\b)")


def mended(text: bytes, root: Node) -> bytes:
    """`text`, whose tree is `root`, without what the grammar is known to stumble over."""
    result = _BLANKED.sub(_blank, text)
    result = _INNER_DOLLAR.sub(b"_", result)
    result = _EMPTY_PAYLOAD.sub(rb"\1  ", result)
    result = _CONSTRAINED_ALIAS.sub(lambda match: match[1] + b" " * len(match[2]), result)
    return _NONISOLATED.sub(lambda match: match[0] if _is_modifier(root, match.start()) else _blank(match), result)


def _blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def _is_modifier(root: Node, start: int) -> bool:
    """Whether the grammar took the word at `start` for the modifier that it is, as it does in types but not in bodies."""
    leaf = root.descendant_for_byte_range(start, start + 1)
    return leaf is not None and leaf.parent is not None and leaf.parent.type == "member_modifier"
