"""Which project a file belongs to, from its path alone."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISVTX

_MANIFESTS = ("package.json", "Package.swift", "pyproject.toml", "setup.py", "setup.cfg", "pnpm-workspace.yaml")
_PROJECT_SUFFIXES = (".xcodeproj", ".xcworkspace")


def project_root(path: str) -> str:
    """The directory of the project that the file or directory `path` belongs to, absolute.

    It is the top of its git work tree; else the outermost directory above that has a manifest or a Python package; else the directory
    itself, a file's own.
    The search ends below the user's home and below directories that everybody may write to: what lies there is not one project.
    """
    start = os.path.abspath(path)
    if not os.path.isdir(start):
        start = os.path.dirname(start)
    outermost = start
    current = start
    home = os.path.abspath(os.path.expanduser("~"))
    while True:
        if os.path.exists(os.path.join(current, ".git")):
            return current
        if _has_manifest(current):
            outermost = current
        parent = os.path.dirname(current)
        if parent in (current, home) or os.path.dirname(parent) == parent or _is_shared(parent):
            return outermost
        if os.path.exists(os.path.join(current, "__init__.py")):
            outermost = parent
        current = parent


def _has_manifest(directory: str) -> bool:
    try:
        names = os.listdir(directory)
    except OSError:
        return False
    return any(name in _MANIFESTS or name.endswith(_PROJECT_SUFFIXES) for name in names)


def _is_shared(directory: str) -> bool:
    try:
        mode = os.stat(directory).st_mode
    except OSError:
        return True
    return S_ISDIR(mode) and bool(mode & S_ISVTX)
