"""What is known of each file before any of it runs: what its code changes, and what of it can reach a store."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keylint.interpret import entrypoints
from keylint.interpret.changes import Changes
from keylint.interpret.reach import Reach
from keylint.program.module import PROTOCOLS

if TYPE_CHECKING:
    from keylint.program.link import File, Program, TypeInfo
    from keylint.stores.catalogue import Catalogue


class Survey:
    """Looks at a file once, however many files' runs come to it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._changes: dict[str, Changes] = {}
        self._reaches: dict[str, Reach] = {}
        self._assigning: dict[str, frozenset[str]] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._reassigned: dict[str, frozenset[str]] = {}
        self._changed: dict[int, tuple[TypeInfo, frozenset[str]]] = {}
        self._conforming: dict[int, tuple[TypeInfo, tuple[TypeInfo, ...]]] = {}

    def changes(self, file: File) -> Changes:
        """What the functions of `file` change."""
        found = self._changes.get(file.path)
        if found is None:
            found = self._changes[file.path] = Changes(entrypoints.all_code(file))
        return found

    def reach(self, file: File) -> Reach:
        """What of `file` can reach a store."""
        found = self._reaches.get(file.path)
        if found is None:
            found = self._reaches[file.path] = Reach(file, self._catalogue, self.changes(file))
        return found

    def changed_members(self, file: File) -> frozenset[str]:
        """Names of members that code of `file` changes after construction."""
        found = self._members.get(file.path)
        if found is None:
            found = self._members[file.path] = self.changes(file).members()
        return found

    def reassigned(self, file: File) -> frozenset[str]:
        """Of `changed_members`, those that are assigned themselves, and not only an element or a member of theirs."""
        found = self._reassigned.get(file.path)
        if found is None:
            found = self._reassigned[file.path] = self.changes(file).reassigned()
        return found

    def reassigns(self, info: TypeInfo, name: str) -> bool:
        """Whether a file that declares or extends `info` assigns its member `name` itself."""
        return any(name in self.reassigned(file) for file in info.files())

    def assigned_outside(self, name: str, file: File, program: Program) -> bool:
        """Whether the text of a file of the program other than `file` assigns a member called `name`."""
        files = self._assigning.get(name)
        if files is None:
            assigns = re.compile(rb"\.\s*%s\s*=(?!=)" % re.escape(name.encode()))
            found = (other.path for other in program.files if assigns.search(other.source.data) is not None)
            files = self._assigning[name] = frozenset(found)
        return bool(files - {file.path})

    def conforming(self, program: Program, protocol: TypeInfo) -> tuple[TypeInfo, ...]:
        """The types of the program, tests left out, that conform to `protocol`."""
        known = self._conforming.get(id(protocol))
        if known is None:
            found = tuple(
                info
                for file in program.files
                if file.language == protocol.file.language and not entrypoints.is_test_file(file)
                for info in file.types.values()
                if info.declared and info.file is file and info.kind not in PROTOCOLS and info.inherits
                if any(ancestor is protocol for ancestor in file.ancestry(info))
            )
            known = self._conforming[id(protocol)] = (protocol, found)  # kept alive, so that its id stays its own
        return known[1]

    def changed_of(self, info: TypeInfo) -> frozenset[str]:
        """Names of members that the files which declare or extend `info` change after construction."""
        known = self._changed.get(id(info))
        if known is None:
            names = frozenset(name for file in info.files() for name in self.changed_members(file))
            known = self._changed[id(info)] = (info, names)  # kept alive, so that its id stays its own
        return known[1]
