"""Text for a terminal: what cannot be trusted is escaped, what is wide is measured."""

from __future__ import annotations

import re

COMMAND_MARK = re.compile(r"(?<=#)#(?=(?:vso)?\[)", re.IGNORECASE)
"""What makes GitHub's and Azure's runners take the rest of a line for a command to them, wherever in the line it stands."""

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    f"|{COMMAND_MARK.pattern}",
    re.IGNORECASE,
)

RESET = "\033[0m"
BOLD = "\033[1m"
RED = "\033[1;31m"
YELLOW = "\033[1;33m"
BLUE = "\033[1;34m"
CYAN = "\033[1;36m"


def printable(text: str) -> str:
    """`text` with everything that could steer a terminal or a CI system, hide or reorder what follows it, or break a line, shown as
    `\\u{…}`."""
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"


def printable_path(path: str) -> str:
    """A path that may open a line. CI systems read a line that opens with `::` or `##[` as a command to them."""
    shown = printable(path)
    return f"./{shown}" if shown.lstrip().startswith(("::", "##")) else shown


def width(text: str) -> int:
    """Columns that printable `text` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) or char in "\u200c\u200d\ufe0e\ufe0f" else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def painted(text: str, colour: str, colours: bool) -> str:
    """`text` in a colour, if there are colours."""
    return f"{colour}{text}{RESET}" if colours else text
