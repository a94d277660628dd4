"""Text in XML, which cannot hold every character."""

from __future__ import annotations

import re

from keylint.reports.terminal import printable

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


def legal(text: str) -> str:
    """`text` with what XML does not allow, and what steers whoever shows it, as `\\u{…}`."""
    return _NO_CHARACTERS.sub(lambda match: f"\\u{{{ord(match[0]):x}}}", printable(text))
