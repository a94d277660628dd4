"""What the lowered code of a file names, and where it touches a store by itself: by a module that it imports, a name that needs no
import, a command that it runs.

Comments, documentation, messages and annotations only talk about a store; they lead nowhere.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from keylint.interpret.changes import walk
from keylint.program.nodes import Call, Literal, Member, Name, RecordPatternItem

if TYPE_CHECKING:
    from keylint.program.link import File
    from keylint.program.module import Import
    from keylint.program.nodes import Span
    from keylint.stores.catalogue import Catalogue

_LOADERS = frozenset(("import", "require", "import_module", "__import__"))
_BY_TEXT = frozenset(("getattr", "hasattr", "attrgetter", "methodcaller"))


def imports_store(item: Import, language: str, catalogue: Catalogue) -> bool:
    """Whether an import brings in a store, a name of one, or something of a package called after one."""
    return _is_store(item.module, language, catalogue) or catalogue.instance(f"{item.module}.{item.name}") is not None


class Code:
    """What the code of `file` says, by where it says it."""

    def __init__(self, file: File, catalogue: Catalogue) -> None:
        self._language = file.language
        self._catalogue = catalogue
        self._data = file.source.data
        of_language = [store for store in catalogue.stores if self._language in store.languages]
        named = [word for store in of_language if store.in_scope or store.bindings or store.declared for word in store.words]
        self._named = tuple(word.encode() for word in named)
        self._said = (*named, *(word for store in of_language if store.commands for word in store.words))
        touched: set[int] = set()
        names: list[tuple[int, bytes]] = []
        for node in walk((file.module.body, file.module.functions, file.module.types, file.module.exports)):
            if isinstance(node, (Name, Member)):
                names.append(((node.name_span if isinstance(node, Member) else node.span).start, node.name.encode()))
                if any(self._data.find(word, node.span.start, node.span.end) >= 0 for word in self._named):
                    touched.add(node.span.start)
            elif isinstance(node, RecordPatternItem):
                if isinstance(node.key, Literal) and isinstance(node.key.value, str):
                    names.append((node.span.start, node.key.value.encode()))
            elif isinstance(node, Literal):
                if isinstance(node.value, str) and any(word in node.value for word in self._said):
                    touched.add(node.span.start)
            elif isinstance(node, Call) and isinstance(node.callee, (Name, Member)) and node.arguments:
                names += [(node.span.start, text.encode()) for text in _texts(node)] if node.callee.name in _BY_TEXT else ()
                if node.callee.name in _LOADERS and any(_is_store(text, self._language, catalogue) for text in _texts(node)):
                    touched.add(node.span.start)
        names.sort()
        self._touched = sorted(touched)
        self._offsets = [offset for offset, _ in names]
        self._names = [name for _, name in names]
        self._between: dict[Span, frozenset[bytes]] = {}

    def touches(self, span: Span) -> bool:
        """Whether the code between two offsets touches a store."""
        first = bisect_left(self._touched, span.start)
        return first < len(self._touched) and self._touched[first] < span.end

    def names(self, span: Span) -> frozenset[bytes]:
        """The names that the code between two offsets has, its own declarations aside."""
        found = self._between.get(span)
        if found is None:
            first, last = bisect_left(self._offsets, span.start), bisect_left(self._offsets, span.end)
            found = self._between[span] = frozenset(self._names[first:last])
        return found


def _texts(call: Call) -> list[str]:
    values = [argument.value for argument in call.arguments]
    return [value.value for value in values if isinstance(value, Literal) and isinstance(value.value, str)]


def _is_store(module: str, language: str, catalogue: Catalogue) -> bool:
    if catalogue.by_module(language, module) is not None:
        return True
    package = module.partition(".")[0]
    return any(word.decode() in package for word in catalogue.words_for(language))
