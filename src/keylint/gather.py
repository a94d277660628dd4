"""Gathers the files that a program is made of, in waves.

1. Files that mention a store.
2. Files that call into those of an earlier wave, which need not mention a store: they are found by the names that the earlier files
   declare. Callers' callers follow, a few rounds far.
3. Files that supply what the code of the others names: constants, base types, extensions.

Each file is read and lowered once, and again only where a later wave finds more of it to matter. How far the waves go is bounded, and
nothing depends on how many processes share the work or in which order files are listed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.lowering import WHOLE, Lowered, Order
from keylint.program.link import Definition, File, Program, link
from keylint.search import Match, Search

if TYPE_CHECKING:
    from keylint.program.link import Modules, TypeInfo
    from keylint.program.module import Import
    from keylint.select import Candidate

CALLERS = 4
"""Rounds of callers at most."""
SUPPLIES = 4
"""Rounds of suppliers at most."""
LEAST_ROOM = 300
"""Files that each of the two later waves may add at least; as many as mention a store, where those are more."""
Lower = Callable[[Sequence[Order]], list[Lowered]]
"""Carries orders out, in their order."""
Find = Callable[[Search], list[Match]]
"""Searches every candidate, in a fixed order."""


class ProjectFiles(NamedTuple):
    """All source files of a project, by path, and what they are to one another."""

    candidates: Mapping[str, Candidate]
    modules: Modules


class Gathered:
    """The files that were read, by path. `roots` are those whose code is started: they mention a store, or lead to one that does."""

    def __init__(self) -> None:
        self.lowered: dict[str, Lowered] = {}
        self.roots: set[str] = set()

    def add(self, lowered: Iterable[Lowered]) -> None:
        """Puts files in, in place of what they were before."""
        for item in lowered:
            self.lowered[item.order.candidate.path] = item

    def understood(self) -> list[Lowered]:
        """What was lowered, by path."""
        return [item for _, item in sorted(self.lowered.items()) if item.module is not None]

    def program(self, modules: Modules) -> Program:
        """The files, linked."""
        program = link([item.file() for item in self.understood()], modules)
        for file in program.files:
            file.live = self._live_names(file, program)
        return program

    def leads(self, path: str) -> frozenset[str]:
        """The names of the file at `path` that lead to a store."""
        item = self.lowered.get(path)
        return item.summary.live if item is not None and item.summary is not None and path in self.roots else frozenset()

    def _live_names(self, file: File, program: Program) -> frozenset[bytes]:
        """Names through which code of `file` may come to a store in another file."""
        ordered = self.lowered[file.path].order.names - {WHOLE}
        if file.language == "swift":
            return ordered
        found = {name for name in ordered if name.decode("utf-8", "replace") not in file.imports}
        for local, item in file.imports.items():
            definition = program.imported(file, item)
            if definition is not None and self._is_live(definition):
                found.add(local.encode())
        return frozenset(found)

    def _is_live(self, definition: Definition) -> bool:
        leads = self.leads(definition.file.path)
        return definition.name in leads if definition.name else bool(leads) or self._passes_on(definition.file.path)

    def _passes_on(self, path: str) -> bool:
        summary = self.lowered[path].summary
        return summary is not None and summary.passes_on and path in self.roots


def gather(relevant: Sequence[Candidate], project: ProjectFiles, lower: Lower, find: Find) -> Gathered:
    """The files of the program whose files that mention a store are `relevant`."""
    gathered = Gathered()
    gathered.add(lower([Order(candidate) for candidate in relevant]))
    gathered.roots.update(candidate.path for candidate in relevant)
    room = max(LEAST_ROOM, len(relevant))
    _add_callers(gathered, project.modules, lower, find, room)
    _add_supplies(gathered, project, lower, find, room)
    return gathered


# callers


def _add_callers(gathered: Gathered, modules: Modules, lower: Lower, find: Find, room: int) -> None:
    fresh = set(gathered.roots)
    for _ in range(CALLERS):
        targets = {path: names for path in sorted(fresh) if (names := gathered.leads(path)) or _forwards(gathered, path)}
        if not targets:
            return
        orders: list[Order] = []
        for match in find(_search(gathered, targets)):
            path = match.candidate.path
            meant = _names_meant(match, targets, modules)
            known = gathered.lowered.get(path)
            if meant is None or (known is not None and meant <= known.order.names):
                continue
            if known is None and room <= 0:
                continue
            room -= known is None
            orders.append(Order(match.candidate, (known.order.names | meant) if known is not None else meant))
        fresh = set()
        for item in lower(orders):
            path = item.order.candidate.path
            led = gathered.leads(path)
            gathered.add([item])
            gathered.roots.add(path)
            if gathered.leads(path) != led or (item.summary is not None and item.summary.passes_on):
                fresh.add(path)


def _forwards(gathered: Gathered, path: str) -> bool:
    item = gathered.lowered[path]
    return item.summary is not None and item.summary.passes_on and path in gathered.roots


def _search(gathered: Gathered, targets: dict[str, frozenset[str]]) -> Search:
    names: set[bytes] = set()
    modules: dict[str, set[bytes] | None] = {}
    for path, live in targets.items():
        item = gathered.lowered[path]
        if item.order.candidate.language == "swift":
            names.update(name.encode() for name in live)
            continue
        anything = any(not name.isidentifier() for name in live) or (item.summary is not None and item.summary.passes_on)
        for segment in segments(path):
            known = modules.setdefault(segment, set())
            if known is not None:
                modules[segment] = None if anything else known | {name.encode() for name in live}
    return Search(frozenset(names), {segment: frozenset(found or ()) for segment, found in modules.items()})


def segments(path: str) -> list[str]:
    """How the last segment of a module specifier may spell the file at `path`."""
    directory, name = os.path.split(path.replace(os.sep, "/"))
    stem = name.partition(".")[0]
    found = [stem]
    while stem in ("index", "__init__", "main", "mod") and directory:
        directory, parent = os.path.split(directory)
        found.append(parent)
        if parent != "src" and parent != "lib":
            break
    return found


def _names_meant(match: Match, targets: dict[str, frozenset[str]], modules: Modules) -> frozenset[bytes] | None:
    """What the matching file calls the names of `targets` that it uses; `None` where its names mean something else."""
    path = match.candidate.path
    if match.candidate.language == "swift":
        scopes = [*modules.scopes(path), *(modules.imported(path, name) for name, _ in match.specifiers)]
        found = frozenset(name for name in match.names if _in_scope(path, name.decode("utf-8", "replace"), targets, scopes))
        return found or None
    names: set[bytes] = set()
    meant = False
    for specifier, locals_ in match.specifiers:
        target = modules.module(path, specifier)
        inner = [name for name in locals_ if modules.submodule(path, specifier, name.decode("utf-8", "replace")) in targets]
        if (target in targets and target != path) or inner:
            meant = True
            names |= locals_
    return frozenset(names) if meant else None


def _in_scope(path: str, name: str, targets: dict[str, frozenset[str]], scopes: Sequence[frozenset[str]]) -> bool:
    owners = {target for target, live in targets.items() if name in live and target != path}
    return any(not owners.isdisjoint(scope) for scope in scopes)


# supplies


def _add_supplies(gathered: Gathered, project: ProjectFiles, lower: Lower, find: Find, room: int) -> None:
    modules = project.modules
    pending = sorted(gathered.lowered)
    asked: dict[bytes, frozenset[bytes]] = {}
    for _ in range(SUPPLIES):
        program = gathered.program(modules)
        users = [file for path in pending if (file := program.file_at(path)) is not None]
        wants = _Wants(gathered, program, modules)
        for file in users:
            wants.of(file)
        wanted = wants.found
        names = {name: members for name, members in _undeclared(gathered, program, users).items() if not members <= asked.get(name, _NEVER)}
        asked.update(names)
        if names:
            scopes = {scope for file in users for scope in program.scopes(file)}
            for match in find(Search(declared=names)):
                path = match.candidate.path
                if path not in gathered.lowered and any(path in scope for scope in scopes):
                    wanted.setdefault(path, set()).add(WHOLE)
        orders: list[Order] = []
        for path in sorted(wanted):
            known = gathered.lowered.get(path)
            candidate = known.order.candidate if known is not None else project.candidates.get(path)
            before = known.order.names if known is not None else frozenset[bytes]()
            if candidate is None or WHOLE in before or wanted[path] <= before or (known is None and room <= 0):
                continue
            room -= known is None
            orders.append(Order(candidate, before | wanted[path]))
        if not orders:
            return
        gathered.add(lower(orders))
        pending = sorted(order.candidate.path for order in orders)


_NEVER: frozenset[bytes] = frozenset((b"never asked",))


class _Wants:
    """What files ask of others that has not been lowered: `found` are names by the path of the file that has them."""

    def __init__(self, gathered: Gathered, program: Program, modules: Modules) -> None:
        self.found: dict[str, set[bytes]] = {}
        self._gathered = gathered
        self._program = program
        self._modules = modules

    def of(self, file: File) -> None:
        """What the lowered code of `file` asks."""
        summary = self._gathered.lowered[file.path].summary
        if summary is None:
            return
        if file.language == "swift":
            for owner, member in summary.members:
                info = file.type_named(owner)
                if info is not None and info.declared and not _has(info, member):
                    self._want(info.file.path, member)
            return
        for local, item in file.imports.items():
            if local.encode() in summary.used:
                members = [member for owner, member in summary.members if owner == local]
                self._import(file, item, members)

    def _import(self, file: File, item: Import, members: Sequence[str]) -> None:
        inner = self._modules.submodule(file.path, item.module, item.name) if item.name != "*" else None
        if inner is not None:
            for member in members:
                self._name(inner, member, 0)
            return
        path = self._modules.module(file.path, item.module)
        if path is not None:
            for name in members if item.name == "*" else (item.name,):
                self._name(path, name, 0)

    def _name(self, path: str, name: str, depth: int) -> None:
        """`name` is asked of the file at `path`."""
        file = self._program.file_at(path)
        if file is None:
            if path not in self._gathered.lowered:
                self._want(path, name, whole=True)
            return
        if depth > CALLERS:
            return
        for export in file.exports:
            if export.module is not None and (export.name == name or (export.name == "*" and export.local is None)):
                source = self._modules.module(path, export.module)
                if source is not None and export.local != "*":
                    self._name(source, name if export.name == "*" else export.local or name, depth + 1)
            elif export.name == name and export.local is not None:
                self._own(file, export.local, depth)
        if file.language == "python":
            self._own(file, name, depth)

    def _own(self, file: File, name: str, depth: int) -> None:
        if name in file.types or name in file.variables:
            return
        functions = file.functions.get(name, ())
        if functions:
            if all(function.skipped for function in functions):
                self._want(file.path, name)
        elif name in file.imports:
            self._import(file, file.imports[name], ())
        elif file.wildcards and file.language == "python":
            for module in file.wildcards:
                if (source := self._modules.module(file.path, module)) is not None:
                    self._name(source, name, depth + 1)
        else:
            self._want(file.path, name)

    def _want(self, path: str, name: str, whole: bool = False) -> None:
        self.found.setdefault(path, set()).update((WHOLE, name.encode()) if whole else (name.encode(),))


def _has(info: TypeInfo, member: str) -> bool:
    functions = info.functions.get(member, ())
    return member in info.properties or (bool(functions) and not all(function.skipped for function, _ in functions))


def _undeclared(gathered: Gathered, program: Program, users: Sequence[File]) -> dict[bytes, frozenset[bytes]]:
    """Names that code without imports uses and that no file read so far declares, each with the members asked of it."""
    found: dict[bytes, set[bytes]] = {}
    for file in users:
        summary = gathered.lowered[file.path].summary
        if summary is None or file.language != "swift":
            continue
        declared = {name.encode() for name in file.declared()}
        for word in summary.used - declared:
            if not program.declaring(file, word.decode("utf-8", "replace")):
                found.setdefault(word, set())
        for owner, member in summary.members:
            if owner.encode() in found:
                found[owner.encode()].add(member.encode())
    return {name: frozenset(members) for name, members in found.items()}
