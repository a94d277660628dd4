"""The Python front end, on the standard library's own parser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.languages.python.files import file
from keylint.languages.python.parsing import parse

if TYPE_CHECKING:
    import ast

    from keylint.languages import Comment
    from keylint.program.module import Module
    from keylint.source import Source


def lower(source: Source, words: Sequence[bytes]) -> Module:
    """Lowers `source`; function bodies that cannot matter given the trigger `words` are skipped. Raises `NotParsed`."""
    parsed = parse(source)
    return file(source.data, parsed.tree, parsed.starts, parsed.ends, parsed.gaps, words)


def lower_tree(source: Source, tree: ast.Module, words: Sequence[bytes]) -> Module:
    """Lowers a tree that somebody parsed from the very text of `source`."""
    return file(source.data, tree, source.line_starts, None, (), words)


def comments(source: Source) -> list[Comment]:
    """Every comment of `source`, in order, also of a file that does not parse."""
    from keylint.languages.python.commentary import found

    return found(source)
