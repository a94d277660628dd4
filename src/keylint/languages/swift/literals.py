"""Numbers and text as Swift spells them."""

from __future__ import annotations

import re

_ESCAPES = {"0": "\0", "\\": "\\", "t": "\t", "n": "\n", "r": "\r", '"': '"', "'": "'"}
_SPACED_END = re.compile(r"\n[ \t]*$")


def number(text: str) -> int | float | None:
    """The value of a numeric literal, or `None` where it cannot be represented."""
    digits = text.replace("_", "").lower()
    try:
        if digits.startswith("0x"):
            return float.fromhex(digits) if "p" in digits else int(digits, 16)
        if digits.startswith("0o"):
            return int(digits, 8)
        if digits.startswith("0b"):
            return int(digits, 2)
        return float(digits) if "." in digits or "e" in digits else int(digits)
    except (ValueError, OverflowError):
        return None


class StringStyle:
    """How one string literal is written: its number of hashes, and whether it spans lines."""

    __slots__ = ("_escape", "_indentation", "closing", "multi_line", "opening")

    def __init__(self, literal: str) -> None:
        hashes = len(literal) - len(literal.lstrip("#"))
        self.multi_line = literal.startswith('"""', hashes)
        quotes = 3 if self.multi_line else 1
        self.opening = hashes + quotes
        """Length of the delimiter before the text."""
        self.closing = self.opening
        """Length of the delimiter after it."""
        self._escape = re.compile(r"\\" + "#" * hashes + r"(?:u\{([0-9a-fA-F]{1,8})\}|[ \t]*(\r\n|\n)|(.))", re.DOTALL)
        last_line = literal[: len(literal) - self.closing].replace("\r\n", "\n").rpartition("\n")[2]
        self._indentation = last_line if self.multi_line and not last_line.strip() else ""

    def parts(self, segments: list[str]) -> list[str]:
        """The text of the `segments` between interpolations, as it is at run time."""
        texts = [segment.replace("\r\n", "\n") for segment in segments]
        if self.multi_line:
            if texts[0].startswith("\n"):
                # The first line's indentation goes with its line break.
                texts[0] = texts[0].replace("\n" + self._indentation, "\n")[1:]
                texts[1:] = [text.replace("\n" + self._indentation, "\n") for text in texts[1:]]
            if len(texts) == 1 and not segments[0].strip():
                return [""]
            texts[-1] = _SPACED_END.sub("", texts[-1])
        return [self._escape.sub(_unescape, text) for text in texts]


def _unescape(match: re.Match[str]) -> str:
    if match[1] is not None:
        code = int(match[1], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    if match[2] is not None:
        return ""
    return _ESCAPES.get(match[3], match[0])
