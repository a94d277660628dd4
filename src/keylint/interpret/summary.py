"""What other files need to know of a file before any of it runs: the names that lead to a store, and what its own code asks of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.interpret.changes import walk
from keylint.interpret.platforms import platform
from keylint.interpret.reach import WRAPPED
from keylint.program.assigned import assigned_by
from keylint.program.link import DEFAULT
from keylint.program.module import PROTOCOLS
from keylint.program.nodes import Call, Member, Name

if TYPE_CHECKING:
    from keylint.interpret.reach import Reach
    from keylint.program.link import File
    from keylint.program.module import Function


_WORD = re.compile(rb"[\w$\x80-\xff]+")


class Summary(Struct, frozen=True):
    """See the module.

    - `live`: top-level names of the file through which others come to a store, `DEFAULT` for the value of a default export; of an
      extension of a type that the file does not declare, the members that do.
    - `members`: of types, the members through which others come to a store. Whoever names the type and one of these may.
    - `conforms`: of names that such types inherit from or conform to, the same members: whoever has one by its protocol may call it.
    - `passes_on`: it re-exports names of other files.
    - `used`: the words of the code that was lowered.
    - `asked`: (object, member) pairs of names that this code asks for.
    """

    live: frozenset[str]
    members: dict[str, frozenset[str]]
    conforms: dict[str, frozenset[str]]
    passes_on: bool
    used: frozenset[bytes]
    asked: frozenset[tuple[str, str]]


def summarize(file: File, reach: Reach, types: frozenset[bytes] = frozenset()) -> Summary:
    """The summary of `file`, read by itself. `types` are what it calls types of other files with members that lead to a store."""
    live, members = _live(file, reach, types)
    return Summary(
        live | _forwarded(file, reach, types),
        members,
        _conforms(file, members),
        any(export.module is not None for export in file.exports) or (file.language == "python" and bool(file.wildcards)),
        _used(file),
        _asked(file),
    )


def _forwarded(file: File, reach: Reach, types: frozenset[bytes]) -> frozenset[str]:
    """What a module imports and so has to offer itself: in Python whatever it is, elsewhere what it exports."""
    imported = {local for local in file.imports if reach.is_live(local) or local.encode() in types}
    if file.language == "python":
        return frozenset(imported)
    found = (export for export in file.exports if export.module is None and export.local in imported)
    return frozenset(DEFAULT if export.name == "default" else export.name for export in found)


def _conforms(file: File, members: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    known = platform(file.language).protocols
    found: dict[str, frozenset[str]] = {}
    for info in file.types.values():
        leading = members.get(info.name.partition(".")[0], frozenset())
        for name in info.inherits if leading else ():
            if name not in known and (name not in file.types or file.types[name].kind in PROTOCOLS):
                found[name] = found.get(name, frozenset()) | leading
    return found


def _live(file: File, reach: Reach, types: frozenset[bytes]) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    found = {function.name for function in file.module.functions if _leads(file, reach, function)}
    found |= {name for name in file.variables if reach.is_live(name)}
    members: dict[str, set[str]] = {}
    for info in file.types.values():
        name = info.name.partition(".")[0]
        leading = {function.name for function in file.own_functions(info) if _leads(file, reach, function)}
        if leading & _BY_TYPE or any(item.startswith("__") for item in leading):
            found.add(name)
        leading |= {item.name for item in file.own_properties(info) if reach.mentions(item.span)}
        if WRAPPED in leading:
            found.add(name)
        leading -= _BY_TYPE
        if leading:
            members.setdefault(name, set()).update(leading)
            if not info.declared:
                found |= leading
    _carry(file, reach, types, found, members)
    for export in file.exports:
        if export.local is not None and export.module is None:
            name = DEFAULT if export.name == "default" else export.name
            if export.local in found:
                found.add(name)
            if export.local in members:
                members.setdefault(name, set()).update(members[export.local])
    words = {name.encode() for name in (*found, *members)} | types
    for export in file.exports:
        if export.value is not None and (reach.mentions(export.span) or not words.isdisjoint(file.words(export.span))):
            found.add(DEFAULT if export.name == "default" else export.name)
    return frozenset(found), {name: frozenset(leading) for name, leading in members.items()}


_BY_TYPE = {"init", "subscript", "static"}
"""Functions that are called by the name of their type."""
_SHORT = 400
"""Bytes. A function that does not say what it returns, and is no longer, may return any object that it names."""


def _carry(file: File, reach: Reach, types: frozenset[bytes], found: set[str], members: dict[str, set[str]]) -> None:
    """Adds what holds or returns an object of such a type: whoever names that can call the object's members."""
    while True:
        words = {name.encode() for name in members} | types
        before = (len(found), sum(map(len, members.values())))
        for function in file.module.functions:
            if function.name not in found and _returns_one(file, function, words):
                found.add(function.name)
        for statement in file.module.body.statements:
            if not words.isdisjoint(file.words(statement.span)):
                found.update(assigned_by(statement))
        for info in file.types.values():
            holding = {item.name for item in file.own_properties(info) if not words.isdisjoint(file.words(item.span))}
            holding |= {function.name for function in file.own_functions(info) if _returns_one(file, function, words)} - _BY_TYPE
            for base in info.inherits:
                holding |= _passed_on(file, base, types, members)
            if holding:
                members.setdefault(info.name.partition(".")[0], set()).update(holding)
        for alias, target in file.aliases.items():
            name, meant = alias.partition(".")[0], target.partition(".")[0]
            if meant in found or reach.is_live(meant) or reach.is_live(target.rpartition(".")[2]):
                found.add(name)
            if leading := _passed_on(file, meant, types, members):
                members.setdefault(name, set()).update(leading)
        if before == (len(found), sum(map(len, members.values()))):
            return


def _passed_on(file: File, name: str, types: frozenset[bytes], members: dict[str, set[str]]) -> set[str]:
    """Members that lead to a store of the type that `file` calls `name`, in whichever file that is; possibly too many."""
    return members.get(name, set()) | ({word.decode("utf-8", "replace") for word in file.live} if name.encode() in types else set())


def _returns_one(file: File, function: Function, words: set[bytes]) -> bool:
    if function.return_type is not None:
        return any(word in words for word in _WORD.findall(function.return_type.encode()))
    untyped = (file.language != "swift" or function.skipped) and function.span.end - function.span.start <= _SHORT
    return untyped and not words.isdisjoint(file.words(function.span))


def _leads(file: File, reach: Reach, function: Function) -> bool:
    return function.body is not None and reach.can_reach(function)


def _used(file: File) -> frozenset[bytes]:
    spans = [function.span for function in file.module.functions if not function.skipped]
    for info in file.types.values():
        spans += [function.span for function in file.own_functions(info) if not function.skipped]
        spans += [item.span for item in file.own_properties(info)]
    spans += [statement.span for statement in file.module.body.statements]
    spans += [export.span for export in file.exports if export.value is not None]
    found = frozenset[bytes]().union(*(file.words(span) for span in spans))
    found |= {target.partition(".")[0].encode() for target in file.aliases.values()}
    return found | {name.encode() for info in file.types.values() for name in info.inherits}


def _asked(file: File) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in walk((file.module.body, file.module.functions, file.module.types)):
        member = node.callee if isinstance(node, Call) else node
        if isinstance(member, Member) and isinstance(member.object, Name):
            found.add((member.object.name, member.name))
    return frozenset(found)
