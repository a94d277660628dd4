"""Xcode projects in a tree: which files each target compiles, and what else a project refers to. Read from `project.pbxproj`
where there is one that can be read; else only that there is a project."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

from keylint.project.swift_package import MANIFEST, module_name
from keylint.project.tree import Tree, at_and_above, inside, join

_LARGEST = 12 << 20
_MOST_OBJECTS = 200_000
_MOST_MEMBERS = 1_000_000
_MOST_PHASES = 200
_DEEPEST = 64
_LONGEST_HEAD = 1000
_KINDS = frozenset(
    {
        "PBXBuildFile",
        "PBXFileReference",
        "PBXFileSystemSynchronizedBuildFileExceptionSet",
        "PBXFileSystemSynchronizedRootGroup",
        "PBXGroup",
        "PBXNativeTarget",
        "PBXProject",
        "PBXSourcesBuildPhase",
        "PBXVariantGroup",
        "XCLocalSwiftPackageReference",
    }
)
_GENERATORS = ("project.yml", "Project.swift")
_GENERATED_PROJECT = re.compile(r"^targets\s*:|\bProjectDescription\b", re.M)
_GENERATED_PATH = re.compile(r"""\bpath:[ \t]*["']?([^\s"'#,}]{1,500})""")
_WORKSPACE_REFERENCE = re.compile(r'location\s*=\s*"(?:group|container):([^"\n]{1,500})"')


class XcodeTarget(Struct, frozen=True):
    """A target and the Swift files that it compiles."""

    name: str
    files: frozenset[str]
    test: bool
    app: bool


class XcodeProject:
    """A directory with an Xcode project or workspace."""

    def __init__(self, tree: Tree, directory: str, names: list[str], generated: bool = False) -> None:
        self._tree = tree
        self.directory = directory
        self._projects = [name for name in names if name.endswith(".xcodeproj")]
        self._workspaces = [name for name in names if name.endswith(".xcworkspace")]
        self._generated = generated
        self.is_workspace = not self._projects and not generated
        """There is no project here, only a workspace that joins others."""
        named = self._projects or self._workspaces
        self.name = named[0].rpartition(".")[0] if named else directory.rpartition("/")[2]

    @cached_property
    def _contents(self) -> list[_Contents]:
        texts = (self._tree.text(join(join(self.directory, name), "project.pbxproj"), _LARGEST) for name in self._projects)
        return [_Contents(self._tree, self.directory, text) for text in texts if text]

    @cached_property
    def targets(self) -> tuple[XcodeTarget, ...]:
        """The targets, as far as a project says what they compile."""
        return tuple(target for contents in self._contents for target in contents.targets)

    @cached_property
    def is_app(self) -> bool:
        """It builds an app, or nothing is known about what it builds."""
        return not self.targets or any(target.app for target in self.targets)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """The directories of other projects and packages that it refers to."""
        found = [place for contents in self._contents for place in contents.references]
        for path in _GENERATED_PATH.findall(self._tree.text(join(self.directory, "project.yml"))) if self._generated else ():
            place = inside(self.directory, path)
            if place is not None and self._tree.has(place, MANIFEST):
                found.append(place)
        return tuple(dict.fromkeys(found))

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """The directories of the projects and packages that the workspaces here join."""
        found: dict[str, None] = {}
        for name in self._workspaces:
            text = self._tree.text(join(join(self.directory, name), "contents.xcworkspacedata"))
            for location in _WORKSPACE_REFERENCE.findall(text):
                place = inside(self.directory, location)
                if place is not None:
                    found[place.rpartition("/")[0] if place.endswith(".xcodeproj") else place] = None
        return tuple(found)

    @cached_property
    def _targets_of(self) -> dict[str, list[XcodeTarget]]:
        found: dict[str, list[XcodeTarget]] = {}
        for target in self.targets:
            for path in target.files:
                found.setdefault(path, []).append(target)
        return found

    def targets_of(self, path: str) -> list[XcodeTarget]:
        """The targets that compile the file at `path`."""
        return self._targets_of.get(path, [])

    @cached_property
    def modules(self) -> dict[str, frozenset[str]]:
        """The files of each target by the name it is imported by; targets that share a name are none."""
        found: dict[str, frozenset[str]] = {}
        for target in self.targets:
            name = module_name(target.name)
            found[name] = target.files if name not in found or found[name] == target.files else frozenset()
        return found


class XcodeProjects:
    """The Xcode projects of a tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._at: dict[str, XcodeProject | None] = {}

    def at(self, directory: str) -> XcodeProject | None:
        """The project in `directory`."""
        if directory not in self._at:
            names = sorted(name for name in self._tree.names(directory) if name.endswith((".xcodeproj", ".xcworkspace")))
            written = any(name.endswith(".xcodeproj") for name in names)
            generated = not written and any(self._generates(directory, name) for name in _GENERATORS)
            self._at[directory] = XcodeProject(self._tree, directory, names, generated) if names or generated else None
        return self._at[directory]

    def _generates(self, directory: str, name: str) -> bool:
        present = join(directory, name) in self._tree.paths or self._tree.has(directory, name)
        return present and _GENERATED_PROJECT.search(self._tree.text(join(directory, name))) is not None


class _Contents:
    """What a `project.pbxproj` says. Its objects are flat, each on lines of its own, and `isa` comes first in each."""

    def __init__(self, tree: Tree, directory: str, text: str) -> None:
        self._tree = tree
        self._objects = _objects(text)
        roots = [_field(body, "projectDirPath") for body in self._of("PBXProject").values()]
        self._root = inside(directory, roots[0] if roots else "") or directory
        self._parents = {
            child: parent
            for kind in ("PBXGroup", "PBXVariantGroup")
            for parent, body in self._of(kind).items()
            for child in _list(body, "children")
        }
        self._places: dict[str, str | None] = {}
        self._phases: dict[str, frozenset[str]] = {}

    def _of(self, kind: str) -> dict[str, str]:
        return self._objects.get(kind, {})

    @cached_property
    def targets(self) -> list[XcodeTarget]:
        found: list[XcodeTarget] = []
        budget = _MOST_MEMBERS
        for identifier, body in self._of("PBXNativeTarget").items():
            found.append(self._target(identifier, body))
            budget -= len(found[-1].files) + 1
            if budget < 0:
                return []
        return found

    def _target(self, identifier: str, body: str) -> XcodeTarget:
        product = _field(body, "productType")
        files: set[str] = set()
        for phase in _list(body, "buildPhases")[:_MOST_PHASES]:
            files |= self._compiled(phase)
        for group in _list(body, "fileSystemSynchronizedGroups")[:_MOST_PHASES]:
            files |= self._synchronized(group, identifier)
        files |= self._lent.get(identifier, set())
        return XcodeTarget(_field(body, "name"), frozenset(files), "-test" in product, product.endswith("product-type.application"))

    def _compiled(self, phase: str) -> frozenset[str]:
        """The files of the project that a build phase compiles."""
        known = self._phases.get(phase)
        if known is None:
            built = _list(self._of("PBXSourcesBuildPhase").get(phase, ""), "files")
            places = (self._place(_field(self._of("PBXBuildFile").get(one, ""), "fileRef")) for one in built)
            known = frozenset(place for place in places if place is not None and place.endswith(".swift") and place in self._tree.paths)
            self._phases[phase] = known
        return known

    def _synchronized(self, group: str, target: str) -> set[str]:
        """The files of a folder that a target compiles as it finds it."""
        place = self._place(group)
        if place is None or group not in self._of("PBXFileSystemSynchronizedRootGroup"):
            return set()
        left_out = {path for owner, paths in self._exceptions(group) if owner == target for path in paths}
        files = self._tree.below(place, ".swift")
        return {path for path in files if left_out.isdisjoint(at_and_above(path))} if left_out else set(files)

    @cached_property
    def _lent(self) -> dict[str, set[str]]:
        """The files that targets compile from folders that are not theirs."""
        owners: dict[str, set[str]] = {}
        for identifier, body in self._of("PBXNativeTarget").items():
            for group in _list(body, "fileSystemSynchronizedGroups"):
                owners.setdefault(group, set()).add(identifier)
        found: dict[str, set[str]] = {}
        for group in self._of("PBXFileSystemSynchronizedRootGroup"):
            for target, paths in self._exceptions(group):
                if target not in owners.get(group, ()):
                    found.setdefault(target, set()).update(path for path in paths if path.endswith(".swift") and path in self._tree.paths)
        return found

    def _exceptions(self, group: str) -> list[tuple[str, list[str]]]:
        """For which targets a folder is not as it is found: with the files that this concerns."""
        place = self._place(group)
        found = []
        for exception in _list(self._of("PBXFileSystemSynchronizedRootGroup").get(group, ""), "exceptions"):
            body = self._of("PBXFileSystemSynchronizedBuildFileExceptionSet").get(exception, "")
            names = _list(body, "membershipExceptions") if place is not None else []
            found.append((_field(body, "target"), [path for name in names if (path := inside(place or "", name)) is not None]))
        return found

    @cached_property
    def references(self) -> list[str]:
        """Directories of local packages and of other projects."""
        paths = [_field(body, "relativePath") for body in self._of("XCLocalSwiftPackageReference").values()]
        found = [place for path in paths if (place := inside(self._root, path)) is not None]
        for identifier, body in self._of("PBXFileReference").items():
            kind = _field(body, "lastKnownFileType")
            if kind in ("folder", "wrapper", "wrapper.pb-project", "text"):
                place = self._place(identifier)
                if place is not None and kind == "wrapper.pb-project":
                    found.append(place.rpartition("/")[0])
                elif place is not None and self._tree.has(place, MANIFEST):
                    found.append(place)
        return found

    def _place(self, identifier: str) -> str | None:
        """Where a file, folder or group is; `None` for what lies out of the project."""
        chain: list[str] = []
        current: str | None = identifier
        while current is not None and current not in self._places and current not in chain:
            if len(chain) >= _DEEPEST:
                return None
            chain.append(current)
            current = self._parents.get(current)
        place: str | None = self._root if current is None else self._places.get(current)
        for one in reversed(chain):
            place = self._places[one] = self._step(one, place)
        return place

    def _step(self, identifier: str, above: str | None) -> str | None:
        for kind in ("PBXFileReference", "PBXGroup", "PBXVariantGroup", "PBXFileSystemSynchronizedRootGroup"):
            body = self._of(kind).get(identifier)
            if body is not None:
                break
        else:
            return None
        tree = _field(body, "sourceTree")
        base = self._root if tree == "SOURCE_ROOT" else above if tree == "<group>" else None
        return None if base is None else inside(base, _field(body, "path"))


def _objects(text: str) -> dict[str, dict[str, str]]:
    """The objects of the kinds that matter: kind to identifier to the text after `isa`."""
    found: dict[str, dict[str, str]] = {}
    at = 0
    closed = 0
    count = 0
    while (at := text.find("isa = ", at)) >= 0 and count < _MOST_OBJECTS:
        end = text.find(";", at, at + 100)
        kind = text[at + 6 : end]
        if end >= 0 and at >= closed and kind in _KINDS:
            opening = text.rfind("{", max(0, at - _LONGEST_HEAD), at)
            line = text.rfind("\n", max(0, opening - _LONGEST_HEAD), opening)
            head = text[line + 1 : opening].split(None, 1)
            closed = text.find("};", end)
            if closed < 0:
                break
            if head and line >= 0:
                found.setdefault(kind, {})[head[0].strip('"')] = text[end + 1 : closed]
                count += 1
        at += 6
    return found


_FIELDS = {
    name: re.compile(rf'\b{name} = (?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))')
    for name in ("fileRef", "lastKnownFileType", "name", "path", "productType", "projectDirPath", "relativePath", "sourceTree", "target")
}


def _field(body: str, name: str) -> str:
    match = _FIELDS[name].search(body)
    return (match[1] or match[2] or "").replace('\\"', '"') if match else ""


def _list(body: str, name: str) -> list[str]:
    """The identifiers or paths of a list."""
    start = body.find(f"{name} = (")
    end = body.find(");", start)
    if start < 0 or end < 0:
        return []
    found = []
    for line in body[start + len(name) + 4 : end].splitlines():
        item = line.strip().rstrip(",")
        if item.startswith('"'):
            found.append(item[1 : item.find('"', 1)])
        elif item:
            found.append(item.split(" /*", 1)[0].strip())
    return found
