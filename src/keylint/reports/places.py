"""What paths in a report are relative to: consumers know the repository, not the machine or the directory that a run was started in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY")
"""Where GitHub, GitLab and Azure Pipelines say that the project lies. They count where no `.git` tells, as in an exported tree."""


class Places(NamedTuple):
    """Paths as reports name them. `root` is the absolute directory of the project."""

    root: str

    def relative(self, path: str) -> str:
        """`path` from the root with forward slashes; a path outside of it stays absolute."""
        full = os.path.abspath(path)
        for place, root in ((full, self.root), (os.path.realpath(full), os.path.realpath(self.root))):
            if within(place, root):
                return _slashed(os.path.relpath(place, root))
        return _slashed(full)

    def from_here(self, path: str) -> str:
        """`path` from the working directory, with forward slashes."""
        try:
            return _slashed(os.path.relpath(path))
        except ValueError:  # another drive
            return _slashed(os.path.abspath(path))


def places(paths: Sequence[str]) -> Places:
    """The places of a run that was asked for `paths`: those of the work tree that holds the working directory if they all lie in it, else
    of the work tree that they lie in.
    """
    here = os.getcwd()
    try:
        common = os.path.commonpath([os.path.abspath(path) for path in paths] or [here])
    except ValueError:  # several drives
        common = here
    if not os.path.isdir(common):
        common = os.path.dirname(common)
    tree = _work_tree(here)
    if tree is not None and within(common, tree):
        return Places(tree)
    told = (os.path.abspath(folder) for name in _CHECKOUTS if (folder := os.environ.get(name)))
    candidates = (_work_tree(common), *told, here)
    return Places(next((folder for folder in candidates if folder is not None and within(common, folder)), common))


def within(path: str, folder: str) -> bool:
    """The absolute `path` is `folder` or lies in it."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def readable(path: str) -> str:
    """`path` without the lone surrogates that stand for bytes which are no text: JSON and XML cannot hold them."""
    return path.encode("utf-8", "replace").decode()


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _work_tree(directory: str) -> str | None:
    """The nearest directory at or above `directory` that holds a `.git`."""
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory
