"""What other files need to know of a file before any of it runs: the names that lead to a store, and what its own code asks of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.interpret.changes import walk
from keylint.program.link import DEFAULT, assigned_by
from keylint.program.nodes import Call, Member, Name

if TYPE_CHECKING:
    from keylint.interpret.reach import Reach
    from keylint.program.link import File
    from keylint.program.module import Function


class Summary(Struct, frozen=True):
    """See the module.

    - `live`: top-level names of the file through which others come to a store, `DEFAULT` for the value of a default export; of an
      extension of a type that the file does not declare, the functions that do.
    - `passes_on`: it re-exports names of other files.
    - `used`: the words of the code that was lowered.
    - `members`: (object, member) pairs of names that this code asks for.
    """

    live: frozenset[str]
    passes_on: bool
    used: frozenset[bytes]
    members: frozenset[tuple[str, str]]


def summarize(file: File, reach: Reach) -> Summary:
    """The summary of `file`, read by itself."""
    return Summary(
        _live(file, reach),
        any(export.module is not None for export in file.exports) or (file.language == "python" and bool(file.wildcards)),
        _used(file),
        _members(file),
    )


def _live(file: File, reach: Reach) -> frozenset[str]:
    functions = {function.name for function in file.module.functions if _leads(file, reach, function)}
    types: set[str] = set()
    added: set[str] = set()
    for info in file.types.values():
        leading = [function.name for function in file.own_functions(info) if _leads(file, reach, function)]
        leading += [item.name for item in file.own_properties(info) if reach.mentions(item.span)]
        if leading and info.declared:
            types.add(info.name.partition(".")[0])
        elif leading:
            added.update(leading)
    found = functions | types | {name for name in file.variables if reach.is_live(name)}
    while True:  # What makes an object of such a type, or takes it apart, leads there too.
        words = {name.encode() for name in found}
        more = {
            function.name
            for function in file.module.functions
            if function.name not in found and not words.isdisjoint(file.words(function.span))
        }
        more |= {
            name
            for statement in file.module.body.statements
            if not words.isdisjoint(file.words(statement.span))
            for name in assigned_by(statement)
            if name not in found
        }
        if not more:
            break
        found |= more
    words = {name.encode() for name in found}
    for export in file.exports:
        if export.value is not None and (reach.mentions(export.span) or not words.isdisjoint(file.words(export.span))):
            found.add(DEFAULT if export.name == "default" else export.name)
    return frozenset(found | added)


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
    return found | {name.encode() for info in file.types.values() for name in info.inherits}


def _members(file: File) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in walk((file.module.body, file.module.functions, file.module.types)):
        member = node.callee if isinstance(node, Call) else node
        if isinstance(member, Member) and isinstance(member.object, Name):
            found.add((member.object.name, member.name))
    return frozenset(found)
