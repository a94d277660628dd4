"""Asking git, about repositories that are not trusted.

Settings of a repository that make git run programs are switched off, and so are bare repositories planted in it. A hook's environment,
which points at another repository, is not inherited.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

_HARMLESS = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")


class GitError(Exception):
    """Git is missing, or refused. The message is git's own, in one line."""


def git(directory: str, arguments: Sequence[str], stdin: bytes = b"") -> bytes:
    """What git prints, run in `directory`. Raises `GitError`."""
    import subprocess

    program = _program()
    if program is None:
        raise GitError("git is not installed")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    # A repository that lacks objects on purpose would fetch them.
    environment["GIT_NO_LAZY_FETCH"] = "1"
    try:
        done = subprocess.run([program, *_HARMLESS, *arguments], cwd=directory, env=environment, input=stdin, capture_output=True)  # noqa: S603
    except (OSError, ValueError) as error:
        raise GitError(str(error)) from None
    if done.returncode:
        raise GitError(" ".join(os.fsdecode(done.stderr).split()) or f"git ended with status {done.returncode}")
    return done.stdout


def work_tree_above(directory: str) -> str | None:
    """The nearest directory at or above `directory` that holds a `.git`, absolute."""
    current = os.path.abspath(directory)
    while not os.path.exists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent
    return current


def _program() -> str | None:
    """Where git is. The current directory is never searched, as some platforms would: it may be the repository under analysis."""
    name = "git.exe" if os.name == "nt" else "git"
    for directory in os.get_exec_path():
        path = os.path.join(directory, name)
        if os.path.isabs(directory) and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None
