"""Joins modules into one program: which types there are, what they have, which names a file brings in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from keylint.program.module import Export, Function, Import, Module, Property, TypeDeclaration
from keylint.program.nodes import Assign, Lambda, Name, Span
from keylint.source import Source

_WORD = re.compile(rb"[\w$\x80-\xff]+")


class TypeInfo:
    """A type with all its pieces: its declaration and the extensions of the same name in the file."""

    __slots__ = ("declared", "file", "functions", "inherits", "isolation", "kind", "name", "properties")

    def __init__(self, name: str, file: File) -> None:
        self.name = name
        self.file = file
        self.kind = "extension"
        self.declared = False
        self.inherits: list[str] = []
        self.isolation: str | None = None
        self.functions: dict[str, list[tuple[Function, TypeDeclaration]]] = {}
        self.properties: dict[str, tuple[Property, TypeDeclaration]] = {}

    def add(self, declaration: TypeDeclaration) -> None:
        """Adds a piece."""
        if declaration.kind != "extension":
            self.kind = declaration.kind
            self.isolation = declaration.isolation
            self.declared = True
        self.inherits.extend(name for name in declaration.inherits if name not in self.inherits)
        for function in declaration.functions:
            self.functions.setdefault(function.name, []).append((function, declaration))
        for item in declaration.properties:
            if item.name not in self.properties or item.value is not None or item.getter is not None:
                self.properties[item.name] = (item, declaration)

    def isolation_of(self, function: Function) -> str | None:
        """The global actor of the extension that declares `function`."""
        for declared, piece in self.functions.get(function.name, ()):
            if declared is function:
                return piece.isolation
        return None


class File:
    """A module with its source and tables of its names."""

    __slots__ = ("_ancestry", "_named_values", "_words", "exports", "functions", "imports", "module", "source", "types", "wildcards")

    def __init__(self, source: Source, module: Module) -> None:
        self.source = source
        self.module = module
        self.functions: dict[str, list[Function]] = {}
        for function in module.functions:
            self.functions.setdefault(function.name, []).append(function)
        self.types: dict[str, TypeInfo] = {}
        for declaration in _all_types(module.types):
            self.types.setdefault(declaration.name, TypeInfo(declaration.name, self)).add(declaration)
        self.imports: dict[str, Import] = {item.local: item for item in module.imports if item.local is not None}
        self.wildcards: tuple[str, ...] = tuple(item.module for item in module.imports if item.wildcard)
        self.exports: tuple[Export, ...] = module.exports
        self._words: dict[Span, frozenset[bytes]] = {}
        self._ancestry: dict[str, tuple[TypeInfo, ...]] = {}
        self._named_values: dict[Span, str] | None = None

    @property
    def named_values(self) -> dict[Span, str]:
        """What functions without a name of their own are called, by their spans: the name at the top level that has one as its value."""
        if self._named_values is None:
            assigned = (getattr(statement, "value", None) for statement in self.module.body.statements)
            self._named_values = {
                node.value.function.span: node.target.name
                for node in assigned
                if isinstance(node, Assign) and isinstance(node.target, Name) and isinstance(node.value, Lambda)
            }
        return self._named_values

    def words(self, span: Span) -> frozenset[bytes]:
        """The words of the source between two offsets, as bytes, comments and text included."""
        words = self._words.get(span)
        if words is None:
            words = self._words[span] = frozenset(_WORD.findall(self.source.data, span.start, span.end))
        return words

    @property
    def path(self) -> str:
        """The path of the source."""
        return self.source.path

    @property
    def language(self) -> str:
        """The language of the module."""
        return self.module.language

    def type_named(self, name: str | None, inside: str = "") -> TypeInfo | None:
        """The type `name` as seen from within the type `inside`: nested types first."""
        if not name:
            return None
        while inside:
            if (found := self.types.get(f"{inside}.{name}")) is not None:
                return found
            inside = inside.rpartition(".")[0]
        return self.types.get(name)

    def ancestry(self, info: TypeInfo) -> tuple[TypeInfo, ...]:
        """`info` and the types of this file that it inherits from or conforms to, nearest first."""
        known = self._ancestry.get(info.name)
        if known is None:
            known = self._ancestry[info.name] = tuple(self._ancestors(info))
        return known

    def _ancestors(self, info: TypeInfo) -> Iterator[TypeInfo]:
        seen: set[str] = set()
        pending = [info.name]
        while pending:
            name = pending.pop(0)
            if name in seen:
                continue
            seen.add(name)
            found = self.types.get(name)
            if found is not None:
                yield found
                pending.extend(found.inherits)

    def inherited_names(self, info: TypeInfo) -> list[str]:
        """Every name in the ancestry of `info`, also of types that are not in this file."""
        names: list[str] = []
        for ancestor in self.ancestry(info):
            names.extend(name for name in ancestor.inherits if name not in names)
        return names

    def methods(self, info: TypeInfo, name: str) -> list[tuple[Function, TypeDeclaration, TypeInfo]]:
        """The functions called `name` of the nearest type in the ancestry of `info` that has code for one."""
        for ancestor in self.ancestry(info):
            found = [(function, owner, ancestor) for function, owner in ancestor.functions.get(name, ()) if function.body is not None]
            if found:
                return found
        return []

    def property_of(self, info: TypeInfo, name: str) -> tuple[Property, TypeInfo] | None:
        """The property `name` of `info` or of what it inherits from; a protocol's requirement when nothing fulfils it here."""
        required: tuple[Property, TypeInfo] | None = None
        for ancestor in self.ancestry(info):
            found = ancestor.properties.get(name)
            if found is None:
                continue
            if found[0].value is not None or found[0].getter is not None or ancestor.kind != "protocol":
                return found[0], ancestor
            required = required or (found[0], ancestor)
        return required


class Program:
    """All files of a run that are analyzed together."""

    __slots__ = ("files",)

    def __init__(self, files: Sequence[File]) -> None:
        self.files = tuple(files)


def link(files: Iterable[File]) -> Program:
    """Links files into a program. Names are resolved within a file; other files' names are unknown."""
    return Program(sorted(files, key=lambda file: file.path))


def _all_types(types: Iterable[TypeDeclaration]) -> Iterator[TypeDeclaration]:
    for declaration in types:
        yield declaration
        yield from _all_types(declaration.types)
