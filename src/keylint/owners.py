"""Whose a file is: what the project's CODEOWNERS says, else the folder that it is in."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

CODEOWNERS = (os.path.join(".github", "CODEOWNERS"), "CODEOWNERS", os.path.join("docs", "CODEOWNERS"))
"""Where it is looked for, in this order, the first one counts."""

_LARGEST = 1 << 20
_WORDS = re.compile(r"(?:\\.|[^\s\\])+")


class Owners:
    """Answers for the files of a run. `paths` are what was asked for: without CODEOWNERS the first folder beneath them owns a file."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = sorted((os.path.normpath(path) for path in paths), key=len, reverse=True)
        self._projects: dict[str, _Project | None] = {}
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file: never none."""
        if path not in self._known:
            directory = os.path.dirname(os.path.abspath(path))
            project = self._project(directory)
            if project is None:
                self._known[path] = (self._folder(path),)
            else:
                relative = os.path.relpath(os.path.abspath(path), project.root).replace(os.sep, "/")
                self._known[path] = project.owners(relative) or ("no owner",)
        return self._known[path]

    def _project(self, directory: str) -> _Project | None:
        """The nearest project at or above `directory` that has owners; a work tree of git's is looked at as a whole and never left."""
        if directory not in self._projects:
            parent = os.path.dirname(directory)
            found = _project(directory)
            if found is None and parent != directory and not os.path.exists(os.path.join(directory, ".git")):
                found = self._project(parent)
            self._projects[directory] = found
        return self._projects[directory]

    def _folder(self, path: str) -> str:
        path = os.path.normpath(path)
        for asked in self._paths:
            if asked == os.curdir and not os.path.isabs(path) and not path.startswith(os.pardir):
                return path.partition(os.sep)[0] if os.sep in path else "."
            if path.startswith(asked + os.sep):
                first, slash, _ = path[len(asked) + 1 :].partition(os.sep)
                return os.path.join(asked, first) if slash else asked
        return os.path.dirname(path) or "."


class _Project:
    """A CODEOWNERS file. `root` is the directory that its patterns start from."""

    def __init__(self, root: str, text: str) -> None:
        self.root = root
        self._rules = [rule for line in text.splitlines() if (rule := _Rule.of(line)) is not None]

    def owners(self, relative: str) -> tuple[str, ...]:
        """Those of the last pattern that matches."""
        return next((rule.owners for rule in reversed(self._rules) if rule.matches(relative)), ())


class _Rule:
    """A line of a CODEOWNERS file."""

    def __init__(self, spec: GitIgnoreSpec, depth: int | None, owners: tuple[str, ...]) -> None:
        self._spec = spec
        self._depth = depth
        self.owners = owners

    @classmethod
    def of(cls, line: str) -> _Rule | None:
        """The rule on a line, if there is one that can be understood. Section headings of GitLab's (`[Docs]`) are passed over."""
        from keylint.select import ignore_pattern

        words = _WORDS.findall(line)
        if not words or words[0].startswith(("#", "[", "^[", "!")):
            return None
        pattern = words[0]
        spec = ignore_pattern(pattern)
        if spec is None:
            return None
        owners = []
        for word in words[1:]:
            if word.startswith("#"):
                break
            owners.append(word)
        # Unlike in an ignore file, `docs/*` does not reach into the folders in `docs`.
        depth = pattern.strip("/").count("/") if pattern.endswith("/*") and "**" not in pattern else None
        return cls(spec, depth, tuple(owners))

    def matches(self, relative: str) -> bool:
        """Whether the pattern matches a file."""
        return (self._depth is None or relative.count("/") == self._depth) and self._spec.match_file(relative)


def _project(directory: str) -> _Project | None:
    for name in CODEOWNERS:
        path = os.path.join(directory, name)
        if not os.path.isfile(path):
            continue
        try:
            with open(path, "rb") as file:
                return _Project(directory, file.read(_LARGEST).decode("utf-8", "replace"))
        except OSError:
            continue
    return None
