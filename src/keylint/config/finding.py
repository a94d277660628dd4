"""Which configuration files apply to a file: those in its directory and above, up to the root of its project.

The answer depends on the file alone, not on what was asked for. Files without any are the rule, so next to nothing is
imported here, and each directory is looked into once.
"""

from __future__ import annotations

import os
import re
from stat import S_ISREG, S_ISVTX, S_IWOTH
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.config.reading import Config

NAMES = ("keylint.toml", ".keylint.toml", "pyproject.toml")
"""Of several in one directory, the first counts. A `pyproject.toml` counts only with a table `[tool.keylint]`."""

SHARED = "pyproject.toml"
LARGEST = 1 << 20
"""Bytes. A larger file is no configuration."""

_ROOT_MARKER = ".git"
_TOOL = rb"(?:tool|\"tool\"|'tool')[ \t]*"
_PERHAPS_OURS = re.compile(rb"^[ \t]*(?:\[\[?[ \t]*" + _TOOL + rb"(?:\.[ \t]*[\"']?keylint|\])|" + _TOOL + rb"[.=])", re.MULTILINE)
"""What every spelling of the table begins with: a parser is imported only where it may be there."""
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


class ConfigError(Exception):
    """A configuration is wrong. The message names the file, and the line where there is one."""


class Unreadable(ConfigError):
    """There is no text in a configuration file, for a `reason`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason


class Finder:
    """Finds configuration files and reads those that are asked for, each once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._configs: dict[str, Config] = {}

    def config(self, file: str) -> Config:
        """What the configuration file `file` says. Raises `ConfigError`."""
        known = self._configs.get(file)
        if known is None:
            from keylint.config.reading import read

            known = self._configs[file] = read(file, contents(file), os.path.dirname(file))
        return known

    def nearest(self, directory: str) -> Config | None:
        """The configuration of the files in `directory`. Raises `ConfigError`."""
        files = self.files(os.path.abspath(directory))
        return self.config(files[-1]) if files else None

    def files(self, directory: str) -> tuple[str, ...]:
        """The configuration files above `directory` (absolute) and in it, outermost first: the last is the nearest."""
        pending: list[str] = []
        while directory not in self._known:
            pending.append(directory)
            parent = os.path.dirname(directory)
            if parent == directory or os.access(os.path.join(directory, _ROOT_MARKER), os.F_OK):
                above: tuple[str, ...] = ()
                break
            directory = parent
        else:
            above = self._known[directory]
        for each in reversed(pending):
            own = _configuration_in(each)
            above = self._known[each] = above if own is None else (*above, own)
        return above


def _configuration_in(directory: str) -> str | None:
    for name in NAMES:
        path = os.path.join(directory, name)
        if os.access(path, os.F_OK) and (name != SHARED or _is_shared_with_us(path)) and not _anybodys(directory):
            return path
    return None


def _is_shared_with_us(path: str) -> bool:
    """A `pyproject.toml` has a table of ours."""
    if _leads_out(path) or not os.path.isfile(path):
        return False
    data = contents(path)
    if b"keylint" not in data or not _PERHAPS_OURS.search(data):
        return False
    from keylint.config.reading import has_table

    return has_table(path, data)


def contents(path: str) -> bytes:
    """The bytes of the configuration file `path`. Raises `ConfigError`."""
    if _leads_out(path):
        raise Unreadable(path, "a link that leads out of the project")
    return named_contents(path)


def named_contents(path: str) -> bytes:
    """The bytes of a configuration file that the user named, wherever it leads. Raises `ConfigError`."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            if not S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable(path, "not a regular file")
            data = b""
            while chunk := os.read(descriptor, LARGEST + 1 - len(data)):
                data += chunk
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Unreadable(path, f"cannot be read: {reason}") from None
    if len(data) > LARGEST:
        raise Unreadable(path, f"larger than {LARGEST >> 20} MB")
    return data


def leads_out(path: str, directory: str, otherwise: str | None = None) -> bool:
    """The file at `path` is not in the work tree that `directory` is in, seen through links. Where that is in none, it must be in the
    directory `otherwise`, if there is one.
    """
    top = os.path.abspath(directory)
    while not os.access(os.path.join(top, _ROOT_MARKER), os.F_OK):
        parent = os.path.dirname(top)
        if parent == top:
            if otherwise is None:
                return False
            top = otherwise
            break
        top = parent
    return not os.path.realpath(path).startswith(os.path.join(os.path.realpath(top), ""))


def _leads_out(path: str) -> bool:
    """The file is a symbolic link out of its work tree."""
    return os.path.islink(path) and leads_out(path, os.path.dirname(path))


def _anybodys(directory: str) -> bool:
    """Everybody may put files here, as into a shared temporary directory: nobody's project is configured by them."""
    try:
        mode = os.stat(directory).st_mode
    except OSError:
        return False
    return bool(mode & S_ISVTX and mode & S_IWOTH)
