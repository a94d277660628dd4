"""Which code can reach a store at all: the rest need not run.

Decided on words, as the front ends decide what to lower: code that mentions a store's name, or the name of code that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from keylint.interpret.changes import Changes, reassigns, walk
from keylint.interpret.entrypoints import all_functions
from keylint.interpret.touching import Code, imports_store
from keylint.program.nodes import Assign, ListDisplay, Member, Name, RecordPattern, Span, WithDefault

if TYPE_CHECKING:
    from keylint.program.link import File
    from keylint.program.module import Function
    from keylint.program.nodes import Call, Expression
    from keylint.stores.catalogue import Catalogue


WRAPPED = "wrappedValue"
"""The property of a property wrapper that stands for those it keeps."""


class Reach:
    """What of one file can reach a store."""

    def __init__(self, file: File, catalogue: Catalogue, changes: Changes) -> None:
        self._file = file
        self._data = file.source.data
        self._assigned = changes
        self._triggers = tuple(catalogue.words_for(file.language))
        # Without imports inside a module, every word may be another file's.
        self._code = Code(file, catalogue) if file.language != "swift" else None
        imports = {**file.type_imports, **file.imports}
        self._live = {local.encode() for local, imported in imports.items() if imports_store(imported, file.language, catalogue)}
        adopted: set[bytes] = set()
        for module in file.wildcards:
            store = catalogue.by_module(file.language, module)
            if store is not None:
                self._live.update(catalogue.scoped(store))
                adopted.update(catalogue.hooks(store))
        self._stores = frozenset(self._live)
        self._live |= adopted | file.live
        of_stores = [store for store in catalogue.stores if file.language in store.languages]
        functions = [name for store in of_stores for operation in store.operations for name in operation.functions]
        functions += [name for store in of_stores for name in store.selectors]
        self._operations = frozenset(name.rpartition(".")[2] for name in functions)
        self._known: dict[Span, bool] = {function.span: True for function in self._of_stores()}
        self._changes: dict[Span, bool] = {}
        waiting = [*((names, (span,)) for names, span in _units(file)), *_filled(file, changes)]
        while True:
            reached = [unit for unit in waiting if any(self.mentions(span) for span in unit[1])]
            if not reached:
                break
            waiting = [unit for unit in waiting if unit not in reached]
            self._live.update(name for names, _ in reached for name in names)

    def _of_stores(self) -> Iterator[Function]:
        """The code of types that extend a class of a store, adopt a protocol of one, or derive from either: `self` is the store there."""
        for info in self._file.types.values():
            names = {name.rpartition(".")[2].encode() for name in (info.name, *info.inherits)}
            if not self._stores.isdisjoint(names):
                self._live.update(item.name.encode() for item in self._file.own_properties(info))
                for function, owner in all_functions(self._file):
                    if owner is info:
                        self._live.add(function.name.encode())
                        yield function

    def can_reach(self, function: Function) -> bool:
        """Whether running `function` may come to a store call."""
        known = self._known.get(function.span)
        if known is None:
            start, end = function.name_span  # its own name may be that of another file's code
            found = self.mentions(Span(function.span.start, start)) or self.mentions(Span(max(start, end), function.span.end))
            known = self._known[function.span] = found
        return known

    def is_store_call(self, call: Call) -> bool:
        """Whether `call` reads as an operation of a store, by a name that the store's module or the file's import of it is seen in."""
        callee = call.callee
        if not isinstance(callee, (Name, Member)):
            return False
        if self._stores.isdisjoint(self._file.words(callee.span)) and not self._triggered(callee.span):
            return False
        imported = self._file.imports.get(callee.name) if isinstance(callee, Name) else None
        return (callee.name if imported is None else imported.name) in self._operations

    def matters(self, function: Function) -> bool:
        """Whether running a callback may come to a store call, or change a variable that is not its own."""
        if self.can_reach(function):
            return True
        known = self._changes.get(function.span)
        if known is None:
            known = self._changes[function.span] = any(reassigns(item) for item in self._assigned.of(function))
        return known

    @property
    def mentions_store(self) -> bool:
        """Whether the file itself has something of a store, rather than only of code that leads to one."""
        return bool(self._stores) or self._triggered(Span(0, len(self._data)))

    def is_live(self, name: str) -> bool:
        """Whether what the file calls `name` leads to a store."""
        return name.encode() in self._live

    def mentions(self, span: Span) -> bool:
        """Whether the code between two offsets mentions a store, or what leads to one."""
        if self._code is None:
            return not self._live.isdisjoint(self._file.words(span)) or self._triggered(span)
        if not self._live.isdisjoint(self._code.names(span)) or self._code.touches(span):
            return True
        return not self._stores.isdisjoint(self._file.words(span))

    def _triggered(self, span: Span) -> bool:
        if self._code is not None:
            return self._code.touches(span)
        return any(self._data.find(trigger, span.start, span.end) >= 0 for trigger in self._triggers)


def _units(file: File) -> Iterator[tuple[tuple[bytes, ...], Span]]:
    """Code that has a name, with the names it can be reached by."""
    for function, info in all_functions(file):
        names = [function.name.encode()]
        if info is not None and (
            function.kind == "initializer" or function.name in ("subscript", "static") or function.name.startswith("__")
        ):
            names = [info.name.rpartition(".")[2].encode(), b"super"]
        yield tuple(names), function.span
    for info in file.types.values():
        for declared in file.own_properties(info):
            # A property is kept by a wrapper that it names by its type.
            named = (info.name.rpartition(".")[2],) if declared.name == WRAPPED else ()
            yield tuple(name.encode() for name in (declared.name, *named)), declared.span
    for item in walk(file.module.body.statements):
        if isinstance(item, Assign):
            yield tuple(_targets(item.target)), item.span


def _filled(file: File, changes: Changes) -> Iterator[tuple[tuple[bytes, ...], tuple[Span, ...]]]:
    """Members and outer variables that functions fill, with the code that the values come from: the assignment, and the parameters and
    variables it names."""
    for function, _ in all_functions(file):
        sources: dict[str, list[Span]] = {parameter.name: [parameter.span] for parameter in function.parameters}
        filled: list[tuple[str, Assign]] = []
        for item in changes.of(function):
            if isinstance(item.target, Member) or (isinstance(item.target, Name) and item.scope == "outer"):
                filled.append((item.target.name, item))
            elif isinstance(item.target, Name):
                sources.setdefault(item.target.name, []).append(item.span)
        for name, item in filled:
            words = file.words(item.span)
            named = [span for source, spans in sources.items() if source.encode() in words for span in spans]
            yield (name.encode(),), (item.span, *named)


def _targets(target: Expression) -> Sequence[bytes]:
    if isinstance(target, (Name, Member)):
        return (target.name.encode(),)
    if isinstance(target, WithDefault):
        return _targets(target.target)
    if isinstance(target, ListDisplay):
        return [name for item in target.items if not hasattr(item, "value") for name in _targets(item)]
    if isinstance(target, RecordPattern):
        return [name for item in target.items for name in _targets(item.target)]
    return ()
