"""Values as TOML. Names that end up there come from code: nothing of them gets out of its quotes, or off its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from keylint.reports.terminal import printable

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def quoted(text: str) -> str:
    """A string on one line, with everything in it escaped that is no letter to see."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def key(name: str) -> str:
    """A key, with quotes if it needs them."""
    return name if _BARE.fullmatch(name) else quoted(name)


def value(found: object) -> str:
    """A string, a boolean, or a list of them."""
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, str):
        return quoted(found)
    if isinstance(found, Sequence):
        return "[" + ", ".join(map(value, found)) + "]"
    raise TypeError(type(found).__name__)


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if printable(char) == char:
        return char
    if "\ud800" <= char <= "\udfff":
        return "\\uFFFD"  # Half a character has no spelling.
    return f"\\u{ord(char):04X}" if char <= "\uffff" else f"\\U{ord(char):08X}"
