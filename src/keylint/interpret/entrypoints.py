"""Which functions of a file are run as roots, in which order, and which are tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keylint.interpret.changes import walk
from keylint.interpret.platforms import platform
from keylint.program.module import Function
from keylint.program.nodes import Call, Expression, Member, Name

if TYPE_CHECKING:
    from keylint.program.link import File, TypeInfo
    from keylint.program.nodes import Span


def all_functions(file: File) -> Iterator[tuple[Function, TypeInfo | None]]:
    """Every function with code that is declared at the top level or in a type, accessors included."""
    for function in file.module.functions:
        if function.body is not None:
            yield function, None
    for info in file.types.values():
        for function in file.own_functions(info):
            if function.body is not None:
                yield function, info
        for item in file.own_properties(info):
            for accessor in (item.getter, item.setter):
                if accessor is not None and accessor.body is not None:
                    yield accessor, info


def all_code(file: File) -> Iterator[Function]:
    """Every function as above, and the outermost of those that top-level code makes: `const save = () => …`."""
    for function, _ in all_functions(file):
        yield function
    end = 0
    for made in sorted((item for item in walk(file.module.body) if isinstance(item, Function)), key=lambda item: item.span):
        if made.span.start >= end and made.body is not None:
            end = made.span.end
            yield made


def roots_first(file: File) -> list[tuple[Function, TypeInfo | None]]:
    """All functions: those whose name no other function mentions first, then the rest in source order."""
    functions = sorted(all_functions(file), key=lambda pair: pair[0].span)
    mentioned: dict[bytes, set[int]] = {}
    for statement in file.module.body.statements:
        for word in file.words(statement.span):
            mentioned.setdefault(word, set()).add(-1)
    for index, (function, _) in enumerate(functions):
        if function.body is not None:
            for word in file.words(function.body.span):
                mentioned.setdefault(word, set()).add(index)

    def called(index: int) -> bool:
        function, info = functions[index]
        names = {function.name}
        if function.kind == "initializer" and info is not None:
            names = {info.name.rpartition(".")[2], "init"}
        return any(mentioned.get(name.encode(), set()) - {index} for name in names)

    order = sorted(range(len(functions)), key=lambda index: (called(index), index))
    return [functions[index] for index in order]


def is_mentioned(file: File, name: str, declared: Span) -> bool:
    """Whether code outside the function at `declared` mentions the variable `name` that holds it, and no other file can."""
    if not name or any(name in (item.local, item.name) for item in file.exports):
        return False
    before = 0
    for match in re.finditer(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", file.source.data):
        if match.start() >= declared.end:
            return True
        if match.start() < declared.start:
            before += 1
            if before > 1:
                return True
    return False


_TEST_FOLDERS = ("Test", "Tests", "Spec", "Specs")
"""How the folder of a Swift test target is called, as Xcode and the package manager name it."""


def is_test_file(file: File) -> bool:
    """Test files by the conventions of their language: what they do is no user's data."""
    modules = platform(file.language).test_modules
    imports_tests = any(item.module in modules for item in file.module.imports)
    path = file.path.replace("\\", "/")
    name = path.rpartition("/")[2].lower()
    if file.language == "python":
        return name == "conftest.py" or ((name.startswith("test_") or name.endswith("_test.py")) and name.endswith(".py"))
    if file.language == "typescript":
        parts = name.split(".")
        named_so = any(part in ("test", "spec") for part in parts[1:-1])
        return imports_tests or named_so or "/__tests__/" in f"/{path}" or "/__mocks__/" in f"/{path}"
    if file.language == "swift":
        return imports_tests and any(part.endswith(_TEST_FOLDERS) for part in path.split("/")[:-1])
    return False


def is_test_function(file: File, function: Function, info: TypeInfo | None) -> bool:
    """A test by its type or attribute."""
    known = platform(file.language)
    if info is not None:
        if any(name in known.test_types for name in file.inherited_names(info)):
            return True
    return any(decorator_name(attribute) in known.test_attributes for attribute in function.attributes)


def decorator_name(attribute: Expression) -> str:
    """The last name of a decorator or attribute."""
    target = attribute.callee if isinstance(attribute, Call) else attribute
    return target.name if isinstance(target, (Name, Member)) else ""
