"""Whether a file that was lowered for some words would be lowered no further for a few more: parsing it again then tells nothing new.

Which parts of a file matter follows from those that mention one of the words (see `languages.relevance`). A new word makes no difference
where each of its mentions stands in a function that mentions an old word, too. An import that mentions it hands it on to whatever mentions
a name of that import; the same must hold of these. Where this cannot be told, the file is lowered again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.program.module import Function, Module, TypeDeclaration
    from keylint.program.nodes import Span

_WORD = re.compile(rb"[\w$\x80-\xff]+")


def covers(data: bytes, module: Module, old: Sequence[bytes], new: Iterable[bytes]) -> bool:
    """Whether `module`, lowered from `data` for the words `old`, is what it would be for the words `new` as well."""
    spans = sorted(function.span for function in _functions(module) if not function.skipped and _mentions(data, function.span, old))
    starts = [span.start for span in spans]
    pending = list(new)
    asked = set(pending)
    while pending:
        word = pending.pop()
        inside = False
        bound: set[bytes] = set()
        for offset in _offsets(data, word):
            index = bisect_right(starts, offset) - 1
            if index >= 0 and offset < spans[index].end:
                inside = True
                continue
            importing = next((item for item in module.imports if item.span.start <= offset < item.span.end), None)
            if importing is None or importing.local is None or importing.name == "*":
                return False
            bound |= _named_beside(data, offset, module.language)
        if bound and not inside:
            return False
        pending += bound - asked
        asked |= bound
    return True


def _named_beside(data: bytes, offset: int, language: str) -> set[bytes]:
    """The words of the list of names, in an import, that has one at `offset`."""
    start = data.rfind(b"import", 0, offset) + len(b"import")
    closing = b"from" if language == "typescript" else b")" if b"(" in data[start:offset] else b"\n"
    end = data.find(closing, offset)
    return {word for word in _WORD.findall(data, start, end if end >= 0 else len(data)) if word not in (b"as", b"type")}


def _mentions(data: bytes, span: Span, words: Sequence[bytes]) -> bool:
    return any(data.find(word, span.start, span.end) >= 0 for word in words)


def _offsets(data: bytes, word: bytes) -> Iterator[int]:
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)


def _functions(module: Module) -> Iterator[Function]:
    yield from module.functions
    pending: list[TypeDeclaration] = list(module.types)
    while pending:
        declaration = pending.pop()
        yield from declaration.functions
        pending += declaration.types
