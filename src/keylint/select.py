"""Which files are candidates: decided from names alone, before anything is read.

Inside a git work tree these are the files that git knows or does not ignore; elsewhere a walk that honours `.gitignore`
files. What nobody wants linted (dependencies, build products, virtual environments, minified bundles) is left out by default.
A directory's own name, and those above it, never count: who names `build/` wants it looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from keylint.git import work_tree_above
from keylint.languages import language_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

BY_SHEBANG = ""
"""The language of a candidate whose first line has yet to name it."""

_EXCLUDED_DIRECTORIES = frozenset(
    {".build", ".git", ".hg", ".svn", "Carthage", "DerivedData", "Pods", "build", "dist", "node_modules", "site-packages"}
)
_EXCLUDED_SUFFIXES = (".d.ts", ".d.mts", ".d.cts", ".min.js", ".min.mjs", ".min.cjs")
_LARGEST_IGNORE_FILE = 1 << 18
_MOST_WILDCARDS = 3
_MOST_DEEP_WILDCARDS = 2
_ENVIRONMENT_MARKER = "pyvenv.cfg"


class MissingPath(Exception):
    """A path that was asked for does not exist."""


class BadPattern(Exception):
    """An exclude pattern that makes no sense."""


class Candidate(NamedTuple):
    """A file that may be analyzed.

    `path` is opened and shown. `language` is the front end's name, or `BY_SHEBANG`. `root` is the directory that was asked for,
    empty when the file itself was.
    """

    path: str
    language: str
    root: str


class Selection(NamedTuple):
    """`candidates` sorted by path; `unreadable` are directories that could not be listed, with the reason; `unsupported`
    are files that were named but are in no language of ours."""

    candidates: list[Candidate]
    unreadable: list[tuple[str, str]]
    unsupported: list[str]


def select(paths: Sequence[str], excludes: Sequence[str] = (), force_exclude: bool = False) -> Selection:
    """The candidates among `paths` (files and directories).

    `excludes` are patterns in `.gitignore` syntax, matched against paths relative to the directory asked for and to the current one.
    A file that is named is always a candidate, unless `force_exclude`. Raises `MissingPath` and `BadPattern`.
    """
    spec = _exclusion(excludes)
    found: dict[str, Candidate] = {}
    unreadable: list[tuple[str, str]] = []
    unsupported: list[str] = []
    kinds = [_kind(path) for path in paths]
    several = len(paths) > 1
    for path, kind in zip(paths, kinds, strict=True):
        if S_ISDIR(kind):
            root = os.path.normpath(path)
            for candidate in _in_directory(root, _Rejected(root, spec), unreadable):
                found.setdefault(os.path.abspath(candidate.path) if several else candidate.path, candidate)
            continue
        shown = os.path.normpath(path)
        if force_exclude and _rejected_itself(shown, spec):
            continue
        language = language_of(shown)
        if language is None and not (S_ISREG(kind) and _has_python_shebang(shown)):
            unsupported.append(shown)
            continue
        found[os.path.abspath(shown)] = Candidate(shown, "python" if language is None else language, "")
    return Selection(sorted(found.values()), unreadable, unsupported)


def _kind(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise MissingPath(f"{path}: {reason}") from None


class _Rejected:
    """What is left out by name below one root. Answers for directories are remembered: a tree has far fewer of them than files."""

    def __init__(self, root: str, spec: GitIgnoreSpec | None) -> None:
        self._root = root
        self._spec = spec
        self._directories: dict[str, bool] = {"": False}

    def file(self, relative: str) -> bool:
        """The file at `relative` (with forward slashes) is left out, whatever its directories."""
        return relative.endswith(_EXCLUDED_SUFFIXES) or (self._spec is not None and self._matches(relative, self._spec))

    def directory(self, relative: str) -> bool:
        """The directory at `relative` is left out, or one between it and the root."""
        known = self._directories.get(relative)
        if known is None:
            known = not _EXCLUDED_DIRECTORIES.isdisjoint(relative.split("/"))
            if self._spec is not None and not known:
                known = any(self._matches(f"{parent}/", self._spec) for parent in _with_parents(relative))
            self._directories[relative] = known
        return known

    def _matches(self, relative: str, spec: GitIgnoreSpec) -> bool:
        if spec.match_file(relative):
            return True
        from_here = os.path.relpath(os.path.join(self._root, relative)).replace(os.sep, "/")
        if from_here.startswith("../"):
            return False
        return spec.match_file(from_here + "/" if relative.endswith("/") else from_here)


def excluded(path: str, excludes: Sequence[str] = ()) -> bool:
    """A file called `path`, seen from the current directory, would be left out if it were not named. Raises `BadPattern`."""
    return _rejected_itself(os.path.normpath(path), _exclusion(excludes))


def excluding(path: str, excludes: Sequence[str] = ()) -> str | None:
    """What leaves out a file called `path`, as `excluded` has it: the name or the ending that always does, or one of `excludes`."""
    directories, _, name = _from_here(os.path.normpath(path)).rpartition("/")
    always = (*(part for part in directories.split("/") if part in _EXCLUDED_DIRECTORIES), *filter(name.endswith, _EXCLUDED_SUFFIXES))
    return next(iter((*always, *(pattern for pattern in excludes if excluded(path, (pattern,))))), None)


def rejected_in(root: str, path: str) -> bool:
    """The file at `path` would never be found by looking for files below `root`: it is a dependency, a build product, or minified."""
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    if relative.startswith("../"):
        return False
    rejected = _Rejected(root, None)
    return rejected.directory(relative.rpartition("/")[0]) or rejected.file(relative)


class Patterns:
    """Patterns in `.gitignore` syntax that a file states about paths below its directory. They are not trusted: `BadPattern` is raised
    also for one that would take long to match."""

    def __init__(self, patterns: Sequence[str], directory: str) -> None:
        for pattern in patterns:
            if not _affordable(pattern):
                raise BadPattern(f"{pattern}: too many wildcards")
        self._spec = _exclusion(patterns)
        self._directory = directory
        self._directories: dict[str, bool] = {"": False}

    @property
    def empty(self) -> bool:
        """Nothing can match: there are only comments, and lines with nothing on them."""
        return self._spec is None or all(pattern.include is None for pattern in self._spec.patterns)

    def match(self, path: str) -> bool:
        """The file at `path`, or a directory that it is in, matches. Nothing outside the directory does. A path that ends in a separator is
        that of a directory."""
        relative = self._relative(path)
        if self._spec is None or relative.startswith("../"):
            return False
        if path.endswith(("/", os.sep)):
            return self._inside(relative, self._spec)
        return self._inside(relative.rpartition("/")[0], self._spec) or bool(self._spec.match_file(relative))

    def has_below(self, path: str) -> bool:
        """The file at `path` is in the directory or below."""
        return not f"{self._relative(path)}/".startswith("../")

    def which(self, path: str) -> int | None:
        """The index of the pattern by which `match` is true, or `None`."""
        relative = self._relative(path)
        if self._spec is None or f"{relative}/".startswith("../"):
            return None
        names = relative.split("/")
        parents = ["/".join(names[:number]) + "/" for number in range(1, len(names))]
        for each in (*parents, relative + "/" if path.endswith(("/", os.sep)) else relative):
            verdict = self._spec.check_file(each)
            if verdict.include:
                return verdict.index
        return None

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self._directory or os.curdir).replace(os.sep, "/")

    def _inside(self, directory: str, spec: GitIgnoreSpec) -> bool:
        known = self._directories.get(directory)
        if known is None:
            known = any(spec.match_file(f"{parent}/") for parent in _with_parents(directory))
            self._directories[directory] = known
        return known


def _exclusion(excludes: Sequence[str]) -> GitIgnoreSpec | None:
    for pattern in excludes:
        if (problem := _problem(pattern)) is not None:
            raise BadPattern(f"{pattern}: {problem}")
    return _spec(excludes) if excludes else None


def _rejected_itself(path: str, spec: GitIgnoreSpec | None) -> bool:
    """A file that was named is left out, as seen from the current directory."""
    relative = _from_here(path)
    rejected = _Rejected(os.curdir, spec)
    return rejected.directory(relative.rpartition("/")[0]) or rejected.file(relative)


def _from_here(path: str) -> str:
    relative = os.path.relpath(path).replace(os.sep, "/")
    return os.path.basename(path) if relative.startswith("../") else relative


def _with_parents(relative: str) -> Iterator[str]:
    while relative:
        yield relative
        relative = relative.rpartition("/")[0]


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _problem(pattern: str) -> str | None:
    """Why `pattern` makes no sense, if it makes none."""
    import re

    try:
        _spec([pattern])
    except (ValueError, re.error) as error:
        return str(error)
    return None


def ignore_pattern(pattern: str) -> GitIgnoreSpec | None:
    """A matcher for one pattern in .gitignore syntax, if it makes sense and is no trap."""
    return _spec([pattern]) if _affordable(pattern) and _problem(pattern) is None else None


def _affordable(pattern: str) -> bool:
    """Matching takes no more than quadratic time or so. An ignore file is not trusted, and backtracking is exponential in wildcards."""
    deep = pattern.count("**")
    return deep <= _MOST_DEEP_WILDCARDS and pattern.count("*") - 2 * deep <= _MOST_WILDCARDS


def _in_directory(root: str, rejected: _Rejected, unreadable: list[tuple[str, str]]) -> Iterator[Candidate]:
    """Candidates under `root`. Repositories inside it (submodules, clones) are listed by their own git."""
    pending = [""]
    while pending:
        below = pending.pop()
        listed = _git_listing(os.path.join(root, below)) if work_tree_above(os.path.join(root, below)) else None
        if listed:
            yield from _from_git(root, below, listed, rejected, pending)
        else:
            yield from _walk(root, below, rejected, unreadable, honour_parents=listed is None)


def _git_listing(directory: str) -> list[str] | None:
    """What git says about `directory`, as `TAG MODE …<tab>PATH` for tracked and `? PATH` for other files; `None` when git will not say."""
    from keylint.git import GitError, git

    try:
        listed = git(directory, ["ls-files", "-z", "-s", "-t", "--cached", "--others", "--exclude-standard"])
    except GitError:
        return None
    return os.fsdecode(listed).split("\0")[:-1]


def _from_git(root: str, below: str, listed: Sequence[str], rejected: _Rejected, pending: list[str]) -> Iterator[Candidate]:
    prefix = below + "/" if below else ""
    at = "" if root == os.curdir else os.path.join(root, "")
    environments = _environments(prefix, listed)
    seen = set()
    for line in listed:
        if line.startswith("? "):
            mode, name = "", line[2:]
        else:
            facts, _, name = line.partition("\t")
            mode = facts[2:8]
        relative = prefix + name
        directory, _, base = relative.rpartition("/")
        if mode == "160000" or not base:
            inner = relative.rstrip("/")
            if not rejected.directory(inner) and os.path.exists(os.path.join(root, inner, ".git")):
                pending.append(inner)
            continue
        language = language_of(base)
        if language is None:
            if "." in base or not (mode == "100755" or (not mode and _is_executable(at + relative))):
                continue
            language = BY_SHEBANG
        if mode == "120000" or rejected.directory(directory) or rejected.file(relative):
            continue
        if (environments and relative.startswith(environments)) or relative in seen:
            continue
        if mode and facts[-1] != "0":
            seen.add(relative)  # An unmerged file is listed once a side.
        yield Candidate(at + relative, language, root)


def _environments(prefix: str, listed: Sequence[str]) -> tuple[str, ...]:
    """Virtual environments that git does not ignore."""
    names = (line.partition("\t")[2] or line[2:] for line in listed if line.endswith("/" + _ENVIRONMENT_MARKER))
    return tuple(prefix + name[: -len(_ENVIRONMENT_MARKER)] for name in names)


def _walk(root: str, start: str, rejected: _Rejected, unreadable: list[tuple[str, str]], honour_parents: bool) -> Iterator[Candidate]:
    """Candidates under `start` of `root`, by the `.gitignore` files met; with `honour_parents` also by those above, up to the work tree."""
    at = "" if root == os.curdir else os.path.join(root, "")
    ignores = _ignores_above(os.path.join(root, start)) if honour_parents else ()
    pending: list[tuple[str, tuple[_Ignore, ...]]] = [(start, ignores)]
    while pending:
        below, ignores = pending.pop()
        directory = at + below
        try:
            with os.scandir(directory or os.curdir) as listing:
                entries = list(listing)
        except OSError as error:
            unreadable.append((directory or root, error.strerror or str(error)))
            continue
        names = {entry.name for entry in entries}
        if _ENVIRONMENT_MARKER in names and below != start:
            continue
        if ".gitignore" in names:
            ignores = _with_ignore_file(ignores, directory)
        for entry in entries:
            relative = f"{below}/{entry.name}" if below else entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if not rejected.directory(relative) and not (ignores and _ignored(ignores, entry.path, True)):
                    pending.append((relative, ignores))
                continue
            language = language_of(entry.name)
            if language is None:
                if "." in entry.name or not _is_executable(entry.path):
                    continue
                language = BY_SHEBANG
            if entry.is_file(follow_symlinks=False) and not rejected.file(relative):
                if ignores and _ignored(ignores, entry.path, False):
                    continue
                yield Candidate(at + relative, language, root)


class _Ignore(NamedTuple):
    """A `.gitignore` and where it stands. `directory` is absolute with a trailing separator."""

    directory: str
    spec: GitIgnoreSpec


def _with_ignore_file(ignores: tuple[_Ignore, ...], directory: str) -> tuple[_Ignore, ...]:
    path = os.path.join(directory, ".gitignore")
    try:
        with open(path, "rb") as file:
            lines = file.read(_LARGEST_IGNORE_FILE).decode("utf-8", "replace").splitlines()
    except OSError:
        return ignores
    lines = [line for line in lines if _affordable(line) and _problem(line) is None]
    return (_Ignore(os.path.join(os.path.abspath(directory), ""), _spec(lines)), *ignores)


def _ignores_above(directory: str) -> tuple[_Ignore, ...]:
    top = work_tree_above(directory)
    current = os.path.abspath(directory)
    above: list[str] = []
    while top is not None and current != top:
        current = os.path.dirname(current)
        above.append(current)
    ignores: tuple[_Ignore, ...] = ()
    for parent in reversed(above):
        if os.path.exists(os.path.join(parent, ".gitignore")):
            ignores = _with_ignore_file(ignores, parent)
    return ignores


def _ignored(ignores: tuple[_Ignore, ...], path: str, is_directory: bool) -> bool:
    """The innermost `.gitignore` that has an opinion decides."""
    path = os.path.abspath(path)
    for ignore in ignores:
        relative = path[len(ignore.directory) :].replace(os.sep, "/")
        verdict = ignore.spec.check_file(relative + "/" if is_directory else relative).include
        if verdict is not None:
            return verdict
    return False


def _is_executable(path: str) -> bool:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False
    return S_ISREG(mode) and bool(mode & 0o111)


def _has_python_shebang(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return is_python_shebang(file.read(256))
    except OSError:
        return False


def is_python_shebang(head: bytes) -> bool:
    """The first line hands the file to Python."""
    return head.startswith(b"#!") and b"python" in head.split(b"\n", 1)[0]
