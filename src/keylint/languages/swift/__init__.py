"""The Swift front end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.languages import Comment
from keylint.languages.swift.scanning import scan
from keylint.program.nodes import Span

if TYPE_CHECKING:
    from keylint.program.module import Module
    from keylint.source import Source

_GLOBAL_ACTOR = re.compile(rb"@globalActor\b[^{}]{0,200}?\b(?:actor|class|struct|enum)\s+(\w+)")


def lower(source: Source, words: Sequence[bytes]) -> Module:
    """Lowers `source`; declarations that cannot matter given the trigger `words` are left without their bodies."""
    from keylint.languages.swift.context import Context
    from keylint.languages.swift.module import module
    from keylint.languages.swift.parsing import parse
    from keylint.languages.swift.skeleton import skipped
    from keylint.languages.swift.statements import statements

    data = source.data
    parsed = parse(data)
    actors = _GLOBAL_ACTOR.findall(data) if b"@globalActor" in data else []
    context = Context(data, parsed.conditions, frozenset(name.decode("utf-8", "replace") for name in actors), statements)
    context.skipped = skipped(data, parsed.roots, words)
    return module(context, parsed)


def comments(source: Source) -> list[Comment]:
    """Every comment of `source`, in order."""
    data = source.data
    found = []
    for start, end in scan(data).comments:
        line_start = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
        line_end = min((at for at in (data.find(b"\n", end), data.find(b"\r", end)) if at >= 0), default=len(data))
        alone = not data[line_start:start].strip() and not data[end:line_end].strip()
        found.append(Comment(Span(start, end), data[start:end].decode("utf-8", "replace"), alone))
    return found
