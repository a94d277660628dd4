"""Joins modules into one program: which types there are, what they have, which names a file sees, its own and other files'."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from keylint.program.assigned import assigned_by
from keylint.program.module import Export, Function, Import, Module, Property, TypeDeclaration
from keylint.program.modules import Alone, Modules
from keylint.program.nodes import (
    Assign,
    Lambda,
    Name,
    Span,
)
from keylint.program.passing import Passing
from keylint.source import Source

_WORD = re.compile(rb"[\w$\x80-\xff]+")
_CHAIN = 24
"""Re-exports of re-exports are followed so far."""


class Definition(NamedTuple):
    """A name at the top level of a file: an empty name stands for the file as a module, `DEFAULT` for the value of its default export."""

    file: File
    name: str


DEFAULT = "export default"
"""What the value of `export default expression` is called, which has no name in its file."""


class TypeInfo:
    """A type with all its pieces: its declaration and the extensions of the same name, in whichever files they stand.

    `file` is where it is declared, or first extended.
    """

    __slots__ = ("_homes", "declared", "file", "functions", "inherits", "isolation", "kind", "name", "properties", "visibility")

    def __init__(self, name: str, file: File) -> None:
        self.name = name
        self.file = file
        self.kind = "extension"
        self.declared = False
        self.inherits: list[str] = []
        self.isolation: str | None = None
        self.visibility = "internal"
        self.functions: dict[str, list[tuple[Function, TypeDeclaration]]] = {}
        self.properties: dict[str, tuple[Property, TypeDeclaration]] = {}
        self._homes: dict[int, File] = {}

    def add(self, declaration: TypeDeclaration, file: File | None = None) -> None:
        """Adds a piece that stands in `file`."""
        if declaration.kind != "extension":
            self.kind = declaration.kind
            self.isolation = declaration.isolation
            self.visibility = declaration.visibility
            self.declared = True
        self.inherits.extend(name for name in declaration.inherits if name not in self.inherits)
        for function in declaration.functions:
            self.functions.setdefault(function.name, []).append((function, declaration))
        for item in declaration.properties:
            if item.name not in self.properties or item.value is not None or item.getter is not None:
                self.properties[item.name] = (item, declaration)
        if file is not None and file is not self.file:
            for member in (*declaration.functions, *declaration.properties):
                self._homes[id(member)] = file

    def file_of(self, member: Function | Property) -> File:
        """The file in which a function or property of this type stands."""
        return self._homes.get(id(member), self.file)

    def files(self) -> Iterator[File]:
        """The files that its pieces stand in."""
        yield self.file
        yield from {file.path: file for file in self._homes.values()}.values()

    def isolation_of(self, function: Function) -> str | None:
        """The global actor of the extension that declares `function`."""
        for declared, piece in self.functions.get(function.name, ()):
            if declared is function:
                return piece.isolation
        return None


class File:
    """A module with its source and tables of its names.

    `types` are those that it declares or extends. `dotted` are modules that it imports and calls by their whole name. `live` are the names
    through which its code may come to a store in another file.
    """

    __slots__ = (
        "_ancestry",
        "_named_values",
        "_words",
        "aliases",
        "dotted",
        "exports",
        "functions",
        "imports",
        "live",
        "module",
        "program",
        "source",
        "type_imports",
        "types",
        "variables",
        "wildcards",
    )

    def __init__(self, source: Source, module: Module, live: frozenset[bytes] = frozenset()) -> None:
        self.source = source
        self.module = module
        self.live = live
        self.functions: dict[str, list[Function]] = {}
        for function in module.functions:
            self.functions.setdefault(function.name, []).append(function)
        self.types: dict[str, TypeInfo] = {}
        self.aliases: dict[str, str] = {}
        for declaration in _all_types(module.types):
            if declaration.kind == "alias":
                self.aliases[declaration.name] = declaration.inherits[0]
            else:
                self.types.setdefault(declaration.name, TypeInfo(declaration.name, self)).add(declaration)
        self.imports: dict[str, Import] = {item.local: item for item in module.imports if item.local is not None}
        self.type_imports: dict[str, Import] = {item.local: item for item in module.type_imports if item.local is not None}
        self.wildcards: tuple[str, ...] = tuple(item.module for item in module.imports if item.wildcard)
        self.dotted = frozenset(item.module for item in module.imports if item.local is None and "." in item.module.strip("."))
        self.exports: tuple[Export, ...] = module.exports
        self.variables: frozenset[str] = frozenset(name for statement in module.body.statements for name in assigned_by(statement))
        self.program = _ALONE
        self._words: dict[Span, frozenset[bytes]] = {}
        self._ancestry: dict[int, tuple[TypeInfo, ...]] = {}
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
        """The type `name` as seen from within the type `inside` of this file: nested types first, then this file's, then other files'."""
        if not name:
            return None
        while inside:
            nested = f"{inside}.{name}"
            if (found := self.types.get(nested) or self.program.type_seen(self, nested)) is not None:
                return found
            if nested in self.aliases:
                return self._meant_by(nested)
            inside = inside.rpartition(".")[0]
        if (found := self.types.get(name) or self.program.type_seen(self, name)) is not None:
            return found
        return self._meant_by(name)

    def _meant_by(self, alias: str) -> TypeInfo | None:
        """The type that a chain of type aliases of this file ends at."""
        seen = {alias}
        while (name := self.aliases.get(alias)) is not None:
            for called in _called(name, alias.rpartition(".")[0]):
                if called in seen:
                    continue
                if (found := self.types.get(called) or self.program.type_seen(self, called)) is not None:
                    return found
                if called in self.aliases:
                    alias = called
                    break
            else:
                return None
            seen.add(alias)
        return None

    def unaliased(self, name: str) -> tuple[str, File]:
        """What type aliases make of a name, and the file in which that is said; itself when it is no alias."""
        file = self
        seen: set[tuple[str, str]] = set()
        while (home := file if name in file.aliases else file.program.alias_seen(file, name)) is not None:
            if (home.path, name) in seen:
                break
            seen.add((home.path, name))
            name, file = home.aliases[name], home
        return name, file

    def declared(self) -> Iterator[str]:
        """The names that this file's top-level code declares; of types also the nested ones."""
        yield from self.functions
        yield from self.variables
        yield from self.aliases
        yield from (name for name, info in self.types.items() if info.declared and info.file is self)

    def offered(self) -> Iterator[str]:
        """Those of the names it declares that other files see without an import."""
        private = {item.name for item in _all_types(self.module.types) if item.visibility == "private" and item.kind != "extension"}
        private.update(name for name, known in self.functions.items() if all(item.visibility == "private" for item in known))
        for name in self.declared():
            if name not in private and not any(name.startswith(f"{outer}.") for outer in private):
                yield name

    def own_functions(self, info: TypeInfo) -> Iterator[Function]:
        """The functions of `info` that stand in this file, those with code and those without."""
        for pieces in info.functions.values():
            for function, _ in pieces:
                if info.file_of(function) is self:
                    yield function

    def own_properties(self, info: TypeInfo) -> Iterator[Property]:
        """The properties of `info` that stand in this file."""
        for item, _ in info.properties.values():
            if info.file_of(item) is self:
                yield item

    def ancestry(self, info: TypeInfo) -> tuple[TypeInfo, ...]:
        """`info` and the types of the program that it inherits from or conforms to, nearest first."""
        known = self._ancestry.get(id(info))
        if known is None:
            known = self._ancestry[id(info)] = tuple(_ancestors(info))
        return known

    def inherited_names(self, info: TypeInfo) -> list[str]:
        """Every name in the ancestry of `info`, also of types that are not in the program."""
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


def _ancestors(info: TypeInfo) -> Iterator[TypeInfo]:
    seen: set[int] = set()
    pending = [info]
    while pending:
        found = pending.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        pending.extend(base for name in found.inherits if (base := found.file.type_named(name)) is not None)


def _called(name: str, inside: str) -> Iterator[str]:
    """What `name`, written within the type `inside`, may be the name of, nearest first."""
    while inside:
        yield f"{inside}.{name}"
        inside = inside.rpartition(".")[0]
    yield name


class Program:
    """All files of a run that are analyzed together."""

    __slots__ = ("_by_path", "_exported", "_extended", "_indices", "_modules", "_scopes", "_types_seen", "files")

    def __init__(self, files: Sequence[File], modules: Modules | None = None) -> None:
        self.files = tuple(files)
        self._modules: Modules = modules or Alone()
        self._by_path = {file.path: file for file in files}
        self._exported: dict[tuple[str, str], Definition | None] = {}
        self._indices: dict[frozenset[str], dict[str, list[File]]] = {}
        self._scopes: dict[str, tuple[frozenset[str], ...]] = {}
        self._types_seen: dict[tuple[str, str], TypeInfo | None] = {}
        self._extended: dict[tuple[frozenset[str], str], TypeInfo] = {}

    def file_at(self, path: str | None) -> File | None:
        """The file at `path`, if it is one of the program's."""
        return self._by_path.get(path) if path is not None else None

    # names that a file sees without importing them one by one

    def scopes(self, file: File) -> tuple[frozenset[str], ...]:
        """Groups of files whose top-level names `file` sees, nearest first: those of its own module, then those of modules it imports."""
        known = self._scopes.get(file.path)
        if known is None:
            imported = (self._modules.imported(file.path, name) for name in file.wildcards) if file.language == "swift" else ()
            known = (*self._modules.scopes(file.path), *(scope for scope in imported if scope))
            self._scopes[file.path] = known
        return known

    def declaring(self, file: File, name: str) -> list[File]:
        """The other files, of the nearest scope that has any, whose top-level code declares `name`."""
        for scope in self.scopes(file):
            found = [other for other in self._index(scope).get(name, ()) if other is not file]
            if found:
                return found
        return []

    def _index(self, scope: frozenset[str]) -> dict[str, list[File]]:
        """What the files of a scope declare at their top level, by name."""
        index = self._indices.get(scope)
        if index is None:
            index = self._indices[scope] = {}
            for file in self.files:
                if file.path in scope:
                    for name in file.offered():
                        index.setdefault(name, []).append(file)
        return index

    def type_seen(self, file: File, name: str) -> TypeInfo | None:
        """The type that `file` calls `name` and does not declare: an import, or a type of its scope. `None` where it could be several."""
        key = (file.path, name)
        if key not in self._types_seen:
            self._types_seen[key] = None  # A cycle of aliases means nothing.
            self._types_seen[key] = self._find_type(file, name)
        return self._types_seen[key]

    def _find_type(self, file: File, name: str) -> TypeInfo | None:
        first, _, rest = name.partition(".")
        item = file.imports.get(first) or file.type_imports.get(first)
        if item is not None:
            found = self.imported(file, item)
            nested = ".".join(part for part in (found.name, rest) if part) if found is not None else ""
            return found.file.types.get(nested) if found is not None and nested else None
        others = [other for other in self.declaring(file, name) if name in other.types or name in other.aliases]
        if len(others) == 1:
            other = others[0]
            return other.types.get(name) or other.type_named(name)
        if others:
            return None
        found_in = (self._extended.get((scope, name)) for scope in self.scopes(file)) if self._extended else ()
        return next((info for info in found_in if info is not None), None)

    def forget_types(self) -> None:
        """Types have been joined: what was seen before may be part of one now."""
        self._types_seen.clear()

    def functions_seen(self, file: File, name: str) -> list[tuple[Function, File]]:
        """The top-level functions that `file` calls `name` and that stand in other files of its scope."""
        return [
            (function, other)
            for other in self.declaring(file, name)
            for function in other.functions.get(name, ())
            if function.body is not None and function.visibility != "private"
        ]

    def variable_seen(self, file: File, name: str) -> File | None:
        """The other file of the scope of `file` whose top-level variable is called `name`."""
        found = [other for other in self.declaring(file, name) if name in other.variables]
        return found[0] if len(found) == 1 else None

    def alias_seen(self, file: File, name: str) -> File | None:
        """The other file of the scope of `file` that makes `name` an alias."""
        found = [other for other in self.declaring(file, name) if name in other.aliases]
        return found[0] if len(found) == 1 else None

    def extension_of(self, file: File, name: str) -> TypeInfo:
        """A library's type as the files extend it that see one another."""
        key = (self._modules.scopes(file.path)[-1], name)
        info = self._extended.get(key)
        if info is None:
            info = self._extended[key] = TypeInfo(name, file)
        return info

    # imports

    def module(self, file: File, specifier: str) -> File | None:
        """The file of the program that `specifier` means in `file`."""
        return self.file_at(self._modules.module(file.path, specifier))

    def imported(self, file: File, item: Import) -> Definition | None:
        """What an import brings in, when that is in a file of the program."""
        target = self.module(file, item.module)
        if item.name == "*":
            return Definition(target, "") if target is not None else None
        if target is not None:
            found = self.exported(target, item.name)
            if found is not None:
                return found
        inner = self.file_at(self._modules.submodule(file.path, item.module, item.name))
        return Definition(inner, "") if inner is not None else None

    def submodule(self, file: File, name: str, package: str = ".") -> File | None:
        """The module `name` inside what `file` calls `package`, by default itself."""
        return self.file_at(self._modules.submodule(file.path, package, name))

    def exported(self, file: File, name: str) -> Definition | None:
        """Where the name that `file` exports is defined; re-exports are followed. `None` where it could be several things."""
        key = (file.path, name)
        if key not in self._exported:
            self._exported[key] = None  # A cycle of re-exports defines nothing.
            self._exported[key] = self._find_exported(file, name)
        return self._exported[key]

    def _find_exported(self, file: File, name: str) -> Definition | None:
        if file.language == "python":
            return self._at_top_level(file, name)
        for export in file.exports:
            if export.name != name or (name == "*" and export.local is None):
                continue
            if export.module is not None:
                source = self.module(file, export.module)
                if source is None:
                    return None
                return Definition(source, "") if export.local == "*" else self.exported(source, export.local or name)
            if export.local is not None:
                return self._at_top_level(file, export.local)
            return Definition(file, DEFAULT if name == "default" else name)
        found: set[Definition] = set()
        for export in file.exports:
            if export.name == "*" and export.module is not None and name != "default":
                source = self.module(file, export.module)
                definition = self.exported(source, name) if source is not None else None
                if definition is not None:
                    found.add(definition)
        return found.pop() if len(found) == 1 else None

    def _at_top_level(self, file: File, name: str) -> Definition | None:
        """What `name` means at the top level of `file`."""
        if name in file.functions or name in file.types or name in file.variables:
            return Definition(file, name)
        item = file.imports.get(name)
        if item is not None:
            return self.imported(file, item)
        if file.language != "python":
            return None
        found: set[Definition] = set()
        for wildcard in file.wildcards:
            source = self.module(file, wildcard)
            definition = self.exported(source, name) if source is not None and not name.startswith("_") else None
            if definition is not None:
                found.add(definition)
        return found.pop() if len(found) == 1 else None

    def wildcard(self, file: File, name: str) -> Definition | None:
        """What `name` means in `file` by `from module import *`."""
        return self._at_top_level(file, name) if file.wildcards and file.language == "python" else None


_ALONE = Program(())


def link(files: Iterable[File], modules: Modules | None = None) -> Program:
    """Links files into a program. Without `modules`, names are resolved within a file and other files' names are unknown."""
    program = Program(sorted(files, key=lambda file: file.path), modules)
    for file in program.files:
        file.program = program
    if modules is not None:
        _join_extensions(program, modules)
        passing = Passing(program, modules)
        for file in program.files:
            passing.name_libraries(file)
        program.forget_types()
    return program


def _join_extensions(program: Program, modules: Modules) -> None:
    """Adds each extension to the type that its file sees under that name, so that a type has its members whichever files they are in."""
    for file in program.files:
        extended = [name for name, info in file.types.items() if not info.declared]
        if not extended or not modules.scopes(file.path):
            continue
        for name in extended:
            joined = program.type_seen(file, name)
            if joined is None or not joined.declared:
                joined = program.extension_of(file, name)
            for declaration in _all_types(file.module.types):
                if declaration.name == name:
                    joined.add(declaration, file)
            file.types[name] = joined


def _all_types(types: Iterable[TypeDeclaration]) -> Iterator[TypeDeclaration]:
    for declaration in types:
        yield declaration
        yield from _all_types(declaration.types)
