"""A project as it was where a branch began: read from git's objects, nothing is checked out.

What has not changed since is read from the work tree. Git is asked twice for lists and once for the contents of what did change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from keylint.git import GitError, git
from keylint.languages import language_of
from keylint.project.modules import ProjectModules
from keylint.project.tree import Disk
from keylint.scan import LARGEST, is_machine_made
from keylint.select import BY_SHEBANG, Candidate, is_python_shebang
from keylint.workspace import Share

_FILTERS = r"^filter\..*\.(clean|process|smudge)$"
_LINK, _REPOSITORY = "120000", "160000"


class NoPast(GitError):
    """What a project was like cannot be found out: it is in no work tree, or there is no such revision."""


class Past:
    """The work tree at `root` at the commit that its head shares with `reference`. Raises `GitError`."""

    def __init__(self, root: str, reference: str) -> None:
        self._root = root
        self._reference = reference
        self.commit = self._merge_base()

    def _merge_base(self) -> str:
        if not os.path.exists(os.path.join(self._root, ".git")):
            raise NoPast(f"{self._root} is not a git work tree, so nothing is known to have changed since {self._reference}")
        if self._reference == "HEAD" and self._is_unborn():
            # A hook before the first commit: all there was is nothing.
            return os.fsdecode(git(self._root, ["hash-object", "-t", "tree", "--stdin"])).strip()
        try:
            commit = git(self._root, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{self._reference}^{{commit}}"])
        except GitError as error:
            reason = "" if str(error).startswith("git ended") else f" ({error})"
            raise NoPast(f"git knows no revision '{self._reference}' in {self._root}{reason}; a shallow clone may lack it") from None
        try:
            return os.fsdecode(git(self._root, ["merge-base", os.fsdecode(commit).strip(), "HEAD"])).strip()
        except GitError:
            raise NoPast(
                f"'{self._reference}' and HEAD have no commit in common in {self._root}; a shallow clone lacks it: fetch more history"
            ) from None

    def _is_unborn(self) -> bool:
        """There is no commit yet on the branch that is checked out."""
        try:
            git(self._root, ["rev-parse", "--verify", "--quiet", "HEAD"])
        except GitError:
            return True
        return False

    @cached_property
    def paths(self) -> frozenset[str]:
        """The files that there were, relative to the root, without links and other repositories."""
        listed = os.fsdecode(git(self._root, ["ls-tree", "-r", "-z", self.commit])).split("\0")
        entries = (line.partition("\t") for line in listed if line)
        return frozenset(path for facts, _, path in entries if not facts.startswith((_LINK, _REPOSITORY)))

    @cached_property
    def changed(self) -> Mapping[str, str]:
        """The files that are not surely as they were, by path, with the name of what they held. Those that are new are not among them."""
        return {path: held for path, held in self._differences.items() if path in self.paths}

    @cached_property
    def _added(self) -> frozenset[str]:
        """The files that git has been told of since. What it does not know of may have been there: a generated project, for one."""
        return frozenset(self._differences.keys() - self.paths)

    @cached_property
    def _differences(self) -> Mapping[str, str]:
        arguments = ["diff-index", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=all", self.commit, "--"]
        parts = os.fsdecode(git(self._root, [*self._without_filters(), *arguments])).split("\0")
        found = {}
        for facts, path in zip(parts[::2], parts[1::2], strict=False):
            mode, _, held, _, _ = facts.removeprefix(":").split(" ")
            if mode not in (_LINK, _REPOSITORY):
                found[path] = held
        return found

    def _without_filters(self) -> list[str]:
        """Options that keep git from running programs on what is in the work tree."""
        try:
            names = os.fsdecode(git(self._root, ["config", "--name-only", "-z", "--get-regexp", _FILTERS])).split("\0")
        except GitError:
            return []  # There are none.
        return [part for name in names if name for part in ("-c", f"{name}=")]

    def _held(self, paths: Sequence[str]) -> dict[str, bytes]:
        """What some of the files that have changed held. One that is too large for any hand to have written is left out."""
        if not paths:
            return {}
        data = git(self._root, ["cat-file", "--batch"], "".join(f"{self.changed[path]}\n" for path in paths).encode())
        found = {}
        at = 0
        for path in paths:
            line = data.index(b"\n", at)
            facts = data[at:line].split(b" ")
            if len(facts) != 3:
                raise NoPast(f"git does not have what {path} held at {self.commit[:12]}: a partial clone lacks it")
            start, size = line + 1, int(facts[2])
            if size <= LARGEST:
                found[path] = data[start : start + size]
            at = start + size + 1
        return found

    def share(self, now: Share, left_out: Callable[[str], bool]) -> Share:
        """The project of `now`, and in it the files that were named now, and those that are gone; `left_out` says which of these are not
        looked at. Raises `GitError`."""
        modules = now.project.modules
        removed = [path for path in sorted(self.changed) if language_of(path) and not self._exists(path)]
        gone = {shown: path for path in removed if not left_out(shown := self._shown(path))}
        left = {shown: place for shown, place in modules.places.items() if place in self.paths and place not in removed}
        places = left | gone
        there = [item for item in now.project.candidates if item.path in left]
        lost = [Candidate(shown, language_of(path) or BY_SHEBANG, self._root) for shown, path in gone.items()]
        held = self._held([place for item in (*there, *lost) if (place := places[item.path]) in self.changed])
        candidates: list[Candidate] = []
        texts: dict[str, bytes] = {}
        for item in (*there, *lost):
            place = places[item.path]
            if place in self.changed:
                text = held.get(place)
                language = item.language or ("python" if text is not None and is_python_shebang(text[:256]) else "")
                if text is None or not language or (item.root and is_machine_made(text, language)):
                    continue
                item = item._replace(language=language)
                texts[item.path] = text
            candidates.append(item)
        same = places.keys() == modules.places.keys() and all(map(language_of, self.changed)) and not self._added
        then = modules if same else ProjectModules(self._root, places, self._read, self._names)
        project = replace(now.project, candidates=tuple(sorted(candidates)), modules=then, texts=texts)
        named = {item.path for item in now.named} | gone.keys()
        return Share(project, tuple(item for item in project.candidates if item.path in named))

    def _exists(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self._root, path))

    def _shown(self, path: str) -> str:
        place = os.path.join(self._root, path)
        here = os.path.join(os.getcwd(), "")
        return place[len(here) :] if place.startswith(here) else place

    @cached_property
    def _disk(self) -> Disk:
        return Disk(self._root)

    def _read(self, path: str) -> bytes | None:
        if path in self.changed:
            return self._held([path]).get(path)
        return None if path in self._added else self._disk.read(path)

    def _names(self, directory: str) -> frozenset[str]:
        there = self._listed.get(directory, frozenset())
        return there.union(self._disk.names(directory)) - (self._listed_new.get(directory, frozenset()) - there)

    @cached_property
    def _listed(self) -> Mapping[str, frozenset[str]]:
        return _by_directory(self.paths)

    @cached_property
    def _listed_new(self) -> Mapping[str, frozenset[str]]:
        return _by_directory(self._added)


def _by_directory(paths: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """What is in each directory, by name."""
    found: dict[str, set[str]] = {}
    for path in paths:
        directory, _, name = path.rpartition("/")
        while name not in (names := found.setdefault(directory, set())):
            names.add(name)
            if not directory:
                break
            directory, _, name = directory.rpartition("/")
    return {directory: frozenset(names) for directory, names in found.items()}
