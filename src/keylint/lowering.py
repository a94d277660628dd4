"""Reads and lowers one file: the step that processes share, before the files are linked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.languages import NotParsed, front_end
from keylint.program.link import File
from keylint.scan import NotRead
from keylint.source import Source, UndecodableSource

if TYPE_CHECKING:
    from keylint.interpret.summary import Summary
    from keylint.lost import Lost
    from keylint.program.module import Module
    from keylint.select import Candidate
    from keylint.stores.catalogue import Catalogue

WHOLE = b""
"""The word that makes every part of a file relevant."""
LARGEST_WHOLE = 64 << 10
"""Bytes. Of a larger file only the parts that are named are lowered."""


class Order(Struct, frozen=True):
    """A file to read, and the names beside the stores' own words that make its parts relevant.

    `names` are what it calls other files' code that leads to a store, `types` their types with members that do. `asked` are names of its
    own that other files ask for, `WHOLE` among them where they may ask for anything.
    """

    candidate: Candidate
    names: frozenset[bytes] = frozenset()
    types: frozenset[bytes] = frozenset()
    asked: frozenset[bytes] = frozenset()

    def joined(self, other: Order) -> Order:
        """Both orders of one file as one."""
        return Order(self.candidate, self.names | other.names, self.types | other.types, self.asked | other.asked)

    def adds_to(self, other: Order) -> bool:
        """Whether this makes more of the file relevant than `other`."""
        if WHOLE in other.asked:
            return not (self.names <= other.names and self.types <= other.types)
        return not (self.names <= other.names and self.types <= other.types and self.asked <= other.asked)


class Lowered(Struct, frozen=True):
    """What came of an order. Without a `module`, `problem` says why there is none; it is empty where the file is no longer there.

    `lost` are lines that mention a store and that the parser skipped.
    """

    order: Order
    source: Source | None = None
    module: Module | None = None
    summary: Summary | None = None
    lost: tuple[Lost, ...] = ()
    problem: str = ""

    def file(self) -> File:
        """The file, not linked to any other."""
        assert self.source is not None
        assert self.module is not None
        return File(self.source, self.module, self.order.names)


class Lowerer:
    """Carries orders out. Raises nothing: what goes wrong is a problem of the file."""

    def __init__(self, catalogue: Catalogue, read: Callable[[Candidate], bytes]) -> None:
        self._catalogue = catalogue
        self._read = read

    def __call__(self, order: Order) -> Lowered:
        candidate = order.candidate
        try:
            data = self._read(candidate)
        except FileNotFoundError:
            return Lowered(order, problem="" if candidate.root else "it vanished")
        except NotRead as error:
            return Lowered(order, problem=str(error))
        try:
            source = Source.decode(candidate.path, data, candidate.language)
        except UndecodableSource as error:
            return Lowered(order, problem=str(error))
        try:
            return self._lower(order, source)
        except NotParsed as error:
            return Lowered(order, source, problem=str(error) or "the parser made nothing of it")
        except Exception as error:
            return Lowered(order, source, problem=failure(error))

    def again(self, order: Order, known: Lowered) -> Lowered | None:
        """What comes of `order`, where that is seen from `known`, which came of less of the same file."""
        from keylint.covering import covers

        if known.source is None or known.module is None or known.module.gaps:
            return None
        old = self._words(known.order, known.source)
        if not covers(known.source.data, known.module, old, {*self._words(order, known.source)}.difference(old)):
            return None
        return Lowered(order, known.source, known.module, self._summary(order, known.source, known.module), known.lost)

    def _words(self, order: Order, source: Source) -> tuple[bytes, ...]:
        """What makes parts of a file relevant."""
        asked = order.asked if len(source.data) <= LARGEST_WHOLE else order.asked - {WHOLE}
        return (*self._catalogue.words_in(order.candidate.language, source.data), *sorted(order.names | asked))

    def _summary(self, order: Order, source: Source, module: Module) -> Summary:
        from keylint.interpret.summary import summarize
        from keylint.interpret.survey import Survey

        file = File(source, module, order.names)
        return summarize(file, Survey(self._catalogue).reach(file), order.types)

    def _lower(self, order: Order, source: Source) -> Lowered:
        from keylint.interpret.imports import declared_stores_named

        language = order.candidate.language
        module = front_end(language).lower(source, self._words(order, source))
        module = declared_stores_named(module, source.path, self._catalogue)
        summary = self._summary(order, source, module)
        lost: tuple[Lost, ...] = ()
        if module.gaps:
            from keylint import lost as gaps

            lost = tuple(gaps.lost(source, module, self._catalogue.mentions_in(language, source.data)))
        return Lowered(order, source, module, summary, lost)


def failure(error: Exception) -> str:
    """An internal failure in a few words, with the line of ours that raised it."""
    import os

    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    text = str(error)[:200]
    return f"internal failure{place}: {type(error).__name__}{f': {text}' if text else ''}"
