"""One suppression comment for one finding, as an edit: what an editor offers to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from keylint.findings import Edit
from keylint.languages import front_end
from keylint.program.nodes import Span
from keylint.settle.removal import applied
from keylint.settle.suppressions import suppressing, suppressions
from keylint.settle.writing import Wish, line_end, suppressed
from keylint.source import Source

if TYPE_CHECKING:
    from keylint.findings import Finding

_PREAMBLE = re.compile(rb"#!|[ \t\f]*#.*?coding[:=]|[ \t]*//[ \t]*swift-tools-version")
"""Lines that mean something only where they stand: at the top."""
_NO_REASON = Wish("")
"""Only who suppresses it knows why, and a made-up reason would satisfy whoever demands one."""


def beside(finding: Finding, source: Source, language: str) -> Edit | None:
    """The edit of `source` that silences `finding` where it is; `None` where no comment can."""
    outcome = suppressed(source, language, [finding], _NO_REASON)
    return None if outcome.left else _difference(source.data, outcome.source.data)


def at_the_top(finding: Finding, source: Source, language: str) -> Edit | None:
    """The edit of `source` that silences the rule of `finding` in the whole file."""
    row = 1
    while row < len(source.line_starts) and _PREAMBLE.match(source.line(row).encode()):
        row += 1
    start = source.line_starts[row - 1]
    opening = "#" if language == "python" else "//"
    edit = Edit(Span(start, start), f"{opening} keylint: ignore-file[{finding.code}]{line_end(source.data)}")
    edited = Source(source.path, applied(source.data, [edit]), source.encoding)
    added = len(edit.content.encode())
    there = replace(finding, span=Span(finding.span.start + added, finding.span.end + added))
    heard = suppressing(there, edited, suppressions(edited, front_end(language).comments(edited), language))
    return None if heard is None else edit


def _difference(old: bytes, new: bytes) -> Edit:
    """The one edit that makes `new` of `old`, no longer than it must be but for whole characters."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    end = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
    while start and start < len(old) and _inside_a_character(old[start]):
        start -= 1
    while end and _inside_a_character(old[len(old) - end]):
        end -= 1
    return Edit(Span(start, len(old) - end), new[start : len(new) - end].decode())


def _inside_a_character(byte: int) -> bool:
    return byte & 0xC0 == 0x80
