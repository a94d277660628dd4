"""Gathers the files that a program is made of, in waves.

1. Files that mention a store.
2. Files that call into those of an earlier wave, which need not mention a store: they are found by the names that the earlier files
   declare. Callers' callers follow, a few rounds far.
3. Files that supply what the code of the others names: constants, base types, extensions, and functions that are handed an object which
   leads to a store.

Each file is read and lowered once, and again only where a later wave finds more of it to matter. How far the waves go is bounded, and
nothing depends on how many processes share the work or in which order files are listed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keylint.lowering import WHOLE, Lowered, Order
from keylint.program.link import DEFAULT, Definition, File, Program, link
from keylint.program.module import PROTOCOLS
from keylint.program.nodes import Opaque

if TYPE_CHECKING:
    from keylint.program.link import TypeInfo
    from keylint.program.module import Import
    from keylint.program.modules import Modules
    from keylint.search import Match, Search
    from keylint.select import Candidate

CALLERS = 3
"""Rounds of callers at most."""
SUPPLIES = 4
"""Rounds of suppliers at most."""
LEAST_ROOM = 100
"""Files that each of the two later waves may add at least; as many as mention a store, where those are more."""
Lower = Callable[[Sequence[Order], Mapping[str, Lowered]], list[Lowered]]
"""Carries orders out, in their order, given what was lowered before."""
Find = Callable[["Search"], "list[Match]"]
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

    def members(self, path: str) -> Mapping[str, frozenset[str]]:
        """The types of the file at `path` with members that lead to a store."""
        item = self.lowered.get(path)
        return item.summary.members if item is not None and item.summary is not None and path in self.roots else {}

    def _live_names(self, file: File, program: Program) -> frozenset[bytes]:
        """Names through which code of `file` may come to a store in another file."""
        ordered = self.lowered[file.path].order.names
        if file.language == "swift":
            return ordered
        imports = {**file.type_imports, **file.imports}
        found = {name for name in ordered if name.decode("utf-8", "replace") not in imports}
        for local, item in imports.items():
            definition = program.imported(file, item)
            if definition is None:
                continue
            members = self.members(definition.file.path)
            if local in file.imports and (self._is_live(definition) or definition.name in members):
                found.add(local.encode())
            for name in members if not definition.name else (definition.name,):
                found.update(member.encode() for member in members.get(name, ()))
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
    gathered.add(lower([Order(candidate) for candidate in relevant], {}))
    gathered.roots.update(candidate.path for candidate in relevant)
    room = max(LEAST_ROOM, len(relevant))
    if len(project.candidates) > 1:
        _add_callers(gathered, project.modules, lower, find, room)
    _add_supplies(gathered, project, lower, find, room)
    return gathered


# callers


def _add_callers(gathered: Gathered, modules: Modules, lower: Lower, find: Find, room: int) -> None:
    fresh = set(gathered.roots)
    asked: set[bytes] = set()
    for _ in range(CALLERS):
        protocols = _protocols(gathered, fresh, asked, lower, find)
        targets = {path: _Target(gathered, path, protocols) for path in sorted(fresh)}
        targets = {path: target for path, target in targets.items() if target.live or target.members or target.passes_on}
        if not targets:
            return
        orders: list[Order] = []
        for match in find(_search(targets, modules)):
            path = match.candidate.path
            meant = _meant(match, targets, modules)
            known = gathered.lowered.get(path)
            if meant is None or (known is not None and not meant.adds_to(known.order)):
                continue
            if known is None and room <= 0:
                continue
            room -= known is None
            orders.append(known.order.joined(meant) if known is not None else meant)
        fresh = set()
        for item in lower(orders, gathered.lowered):
            path = item.order.candidate.path
            led = _Target(gathered, path, protocols)
            gathered.add([item])
            gathered.roots.add(path)
            now = _Target(gathered, path, protocols)
            if (now.live, now.members) != (led.live, led.members) or now.passes_on:
                fresh.add(path)


def _protocols(gathered: Gathered, fresh: set[str], asked: set[bytes], lower: Lower, find: Find) -> frozenset[str]:
    """The protocols of the program, those among them that types in `fresh` files conform to: the files that declare these are read."""
    found = [item.summary for path in sorted(fresh) if (item := gathered.lowered.get(path)) is not None and item.summary is not None]
    names = {name.encode(): frozenset[bytes]() for summary in found for name in summary.conforms if name.encode() not in asked}
    if names:
        from keylint.search import Search

        asked.update(names)
        matches = [match for match in find(Search(declared=names)) if match.candidate.path not in gathered.lowered]
        gathered.add(lower([Order(match.candidate, asked=frozenset((WHOLE,))) for match in matches], gathered.lowered))
    modules = (item.module for item in gathered.lowered.values() if item.module is not None)
    return frozenset(declared.name for module in modules for declared in module.types if declared.kind in PROTOCOLS)


class _Target:
    """What a file offers that leads to a store, by its own names and by the names of `protocols`."""

    def __init__(self, gathered: Gathered, path: str, protocols: frozenset[str]) -> None:
        item = gathered.lowered.get(path)
        summary = item.summary if item is not None and path in gathered.roots else None
        self.language = item.order.candidate.language if item is not None else ""
        self.live = gathered.leads(path)
        self.members = dict(gathered.members(path))
        for name, members in summary.conforms.items() if summary is not None else ():
            if name in protocols:
                self.members[name] = self.members.get(name, frozenset()) | members
        self.passes_on = summary is not None and summary.passes_on


def _search(targets: Mapping[str, _Target], modules: Modules) -> Search:
    from keylint.search import Search, last_segment

    names: dict[bytes, set[bytes] | None] = {}
    specifiers: dict[str, set[bytes] | None] = {}
    for path, target in targets.items():
        if target.language == "swift":
            for name, members in target.members.items():
                known = names.setdefault(name.encode(), set())
                if known is not None:
                    known.update(member.encode() for member in members)
            names.update((name.encode(), None) for name in target.live)
            continue
        anything = target.passes_on or DEFAULT in target.live
        for segment in (*segments(path), *map(last_segment, modules.spelled(path))):
            known = specifiers.setdefault(segment, set())
            if known is not None:
                specifiers[segment] = None if anything else known | {name.encode() for name in (*target.live, *target.members)}
    return Search(
        {name: frozenset(found or ()) for name, found in names.items()},
        {segment: frozenset(found or ()) for segment, found in specifiers.items()},
    )


def segments(path: str) -> list[str]:
    """How the last segment of a module specifier may spell the file at `path`; empty where it is one of dots."""
    directory, name = os.path.split(path.replace(os.sep, "/"))
    stem = name.partition(".")[0]
    found = [stem, ""] if stem in ("index", "__init__") else [stem]
    while stem in ("index", "__init__", "main", "mod") and directory:
        directory, parent = os.path.split(directory)
        found.append(parent)
        if parent != "src" and parent != "lib":
            break
    return found


def _meant(match: Match, targets: Mapping[str, _Target], modules: Modules) -> Order | None:
    """What the matching file uses of `targets`, by what it calls that; `None` where its names mean something else."""
    path = match.candidate.path
    names: set[bytes] = set()
    types: set[bytes] = set()
    if match.candidate.language == "swift":
        scopes = [*modules.scopes(path), *(modules.imported(path, name) for name, _ in match.specifiers)]
        for word in match.names:
            name = word.decode("utf-8", "replace")
            owners = [targets[other] for other in _offering(name, targets) if other != path and any(other in scope for scope in scopes)]
            if any(name in owner.live for owner in owners):
                names.add(word)
            called = [member.encode() for owner in owners for member in owner.members.get(name, ())]
            if called:
                names.update(called)
                types.add(word)
        # What a class replaces of its base is run by the base's own code.
        return Order(match.candidate, frozenset(names), frozenset(types), match.bases & types) if names else None
    meant = False
    for specifier, locals_ in match.specifiers:
        target = modules.module(path, specifier)
        inner = [name for name in locals_ if modules.submodule(path, specifier, name.decode("utf-8", "replace")) in targets]
        if target is not None and target in targets and target != path:
            members_of = targets[target].members
            for local in locals_:
                members = members_of.get(local.decode("utf-8", "replace"))
                if members is not None:
                    names.update(member.encode() for member in members)
                    types.add(local)
        elif not inner:
            continue
        meant = True
        names |= locals_
    return Order(match.candidate, frozenset(names), frozenset(types)) if meant else None


def _offering(name: str, targets: Mapping[str, _Target]) -> Iterator[str]:
    return (path for path, target in targets.items() if name in target.live or name in target.members)


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
        missing = _undeclared(gathered, program, users)
        names = {name: members for name, members in missing.items() if name not in asked or not members <= asked[name]}
        asked.update(names)
        if names and len(gathered.lowered) < len(project.candidates):
            from keylint.search import Search

            scopes = {scope for file in users for scope in program.scopes(file)}
            for match in find(Search(declared=names)):
                path = match.candidate.path
                if path not in gathered.lowered and any(path in scope for scope in scopes):
                    wanted.setdefault(path, set()).update(*({name, *names[name]} for name in match.names))
        orders: list[Order] = []
        for path in sorted(wanted):
            known = gathered.lowered.get(path)
            candidate = known.order.candidate if known is not None else project.candidates.get(path)
            if candidate is None or (known is None and room <= 0):
                continue
            order = Order(candidate, frozenset(wants.handed.get(path, ())), asked=frozenset(wanted[path]))
            if known is not None and not order.adds_to(known.order):
                continue
            room -= known is None
            orders.append(known.order.joined(order) if known is not None else order)
        if not orders:
            return
        gathered.add(lower(orders, gathered.lowered))
        # What was asked of a file may turn out to be another's that it passes on.
        asking = (file.path for file in users if file.language != "swift")
        pending = sorted({order.candidate.path for order in orders}.union(asking))


_UNNAMED = frozenset(("default", DEFAULT))
"""Asked for, what is not called so in the file itself."""


class _Wants:
    """What files ask of others that has not been lowered: `found` are names by the path of the file that has them, `handed` the names by
    which that file may come to a store, for objects that lead to one may be handed to it."""

    def __init__(self, gathered: Gathered, program: Program, modules: Modules) -> None:
        self.found: dict[str, set[bytes]] = {}
        self.handed: dict[str, set[bytes]] = {}
        self._hands: frozenset[bytes] = frozenset()
        self._gathered = gathered
        self._program = program
        self._modules = modules

    def of(self, file: File) -> None:
        """What the lowered code of `file` asks."""
        lowered = self._gathered.lowered[file.path]
        summary = lowered.summary
        if summary is None:
            return
        self._hands = _handed(lowered, file.path in self._gathered.roots)
        for owner, member in summary.asked:
            info = file.type_named(owner)
            if info is not None and info.declared and info.file is not file and not _has(info, member):
                self._want(info.file.path, member)
        for local, item in file.imports.items():
            if local.encode() in summary.used:
                members = [member for owner, member in summary.asked if owner == local]
                self._import(file, item, members)
        for module in file.dotted if file.language == "python" else ():
            path = self._modules.module(file.path, module)
            if path is not None and path not in self._gathered.lowered and module.rpartition(".")[2].encode() in summary.used:
                self._want(path, module, whole=True)

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
                self._want(path, name, whole=name in _UNNAMED)
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
        self.handed.setdefault(path, set()).update(self._hands)


def _handed(item: Lowered, root: bool) -> frozenset[bytes]:
    """Members through which objects that `item` has lead to a store, where code that it calls need not say what it is given."""
    if item.order.candidate.language == "swift" or item.summary is None:
        return frozenset()
    own = frozenset(member.encode() for members in item.summary.members.values() for member in members) if root else frozenset()
    return own | item.order.names if item.order.types or own or not root else own


def _has(info: TypeInfo, member: str) -> bool:
    """Whether the member of a type was lowered with its value or code."""
    declared = info.properties.get(member)
    if declared is not None and not declared[0].skipped:
        value = declared[0].value
        return not (isinstance(value, Opaque) and value.kind == "skipped")
    functions = info.functions.get(member, ())
    return bool(functions) and not all(function.skipped for function, _ in functions)


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
        for owner, member in summary.asked:
            if owner.encode() in found:
                found[owner.encode()].add(member.encode())
    return {name: frozenset(members) for name, members in found.items()}
