"""A source file in memory: decoded once, addressed by UTF-8 byte offsets, shown by line and column."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r")
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#|$)")


class Position(NamedTuple):
    """A place as people read it: `row` and `column` are 1-based, `column` counts code points."""

    row: int
    column: int


class UndecodableSource(Exception):
    """The bytes are not text in the encoding they claim."""


class Source:
    """One file's text.

    `path` is shown to people as given. `data` is the text as UTF-8 without a byte-order mark: every `Span` counts bytes of it.
    `encoding` is the file's own encoding (`utf-8-sig` when it has a mark), for whoever writes the file back.
    """

    __slots__ = ("__dict__", "data", "encoding", "path")

    def __init__(self, path: str, data: bytes, encoding: str = "utf-8") -> None:
        self.path = path
        self.data = data
        self.encoding = encoding

    @classmethod
    def decode(cls, path: str, raw: bytes, language: str) -> Source:
        """Decodes `raw`; Python's coding cookies are honoured for `language == "python"`.

        Raises `UndecodableSource` when the bytes do not fit the encoding.
        """
        encoding = "utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8"
        if encoding == "utf-8" and language == "python":
            encoding = _python_encoding(raw)
        try:
            text = raw.decode(encoding)
            # Some encodings (UTF-7, unicode_escape) can produce what UTF-8 cannot hold.
            data = raw if encoding == "utf-8" else text.encode()
        except UnicodeError as error:
            raise UndecodableSource(f"not valid {encoding}: {error}") from error
        except LookupError:
            raise UndecodableSource(f"it claims to be {encoding}, which is no encoding of text that is known") from None
        return cls(path, data, encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """Byte offsets at which lines begin. Lines end with LF, CRLF or CR."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.data))]

    def position(self, offset: int) -> Position:
        """Where the byte at `offset` is; an offset past the end is the end."""
        offset = min(max(offset, 0), len(self.data))
        row = bisect_right(self.line_starts, offset)
        start = self.line_starts[row - 1]
        return Position(row, len(self.data[start:offset].decode("utf-8", "replace")) + 1)

    def line(self, row: int) -> str:
        """The text of the 1-based line `row`, without its line end."""
        start = self.line_starts[row - 1]
        end = self.line_starts[row] if row < len(self.line_starts) else len(self.data)
        return self.data[start:end].rstrip(b"\r\n").decode("utf-8", "replace")

    def text(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.data[start:end].decode("utf-8", "replace")


def _python_encoding(raw: bytes) -> str:
    """The encoding that PEP 263 gives a Python file."""
    for line in raw.split(b"\n", 2)[:2]:
        if match := _CODING.match(line):
            name = match[1].decode("ascii", "replace").lower().replace("_", "-")
            return "utf-8" if name in ("utf-8", "utf8") or name.startswith("utf-8-") else name
        if not _BLANK.match(line):
            break
    return "utf-8"
