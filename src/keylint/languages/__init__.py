"""Front ends: source text to the neutral program, one package or module a language.

Each language module offers `lower(source, words) -> Module` and `comments(source) -> list[Comment]`, and raises nothing for any
input that decoded: what it cannot parse becomes a `Gap`, and a file without any parse tree raises `NotParsed`.
Parsers are imported when their language is first met.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from keylint.program.module import Module
    from keylint.program.nodes import Span
    from keylint.source import Source

SUFFIXES = {
    ".swift": "swift",
    ".ts": "typescript",
    ".tsx": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".js": "typescript",
    ".jsx": "typescript",
    ".mjs": "typescript",
    ".cjs": "typescript",
    ".py": "python",
    ".pyi": "python",
}
"""File suffix to language. JavaScript is read with the TypeScript front end."""


class NotParsed(Exception):
    """Nothing of the file could be parsed."""


class Comment(NamedTuple):
    """A comment with its delimiters. `alone` is true when nothing but white space shares its line(s).

    `holder` are the braces of JSX that are there for this comment and hold nothing else.
    """

    span: Span
    text: str
    alone: bool
    holder: Span | None = None


class Language(Protocol):
    """What a front end offers."""

    def lower(self, source: Source, words: Sequence[bytes]) -> Module:
        """Lowers `source`; function bodies that cannot matter given the trigger `words` are skipped."""

    def comments(self, source: Source) -> list[Comment]:
        """Every comment of `source`, in order."""


def language_of(path: str) -> str | None:
    """The language that the suffix of `path` names, or `None`."""
    dot = path.rfind(".")
    return SUFFIXES.get(path[dot:].lower()) if dot >= 0 else None


def front_end(language: str) -> Language:
    """The front end of `language`, imported now if it was not."""
    return cast(Language, import_module(f"keylint.languages.{language}"))
