"""What commands write: output that someone reads or pipes on, notes on standard error, files written whole or not at all."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from keylint.reports.terminal import printable

CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses."""


class UsageError(Exception):
    """What was asked for cannot be done; nothing was."""


class NotWritten(Exception):
    """The output could not be written, so whoever reads it knows nothing."""


def out(text: str) -> int:
    """Writes to standard output. A reader that has gone away is no failure of ours."""
    if sys.stdout is None:
        raise NotWritten("standard output is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Nothing more may be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise NotWritten(error.strerror or str(error)) from None
    return CLEAN


def say(text: str) -> None:
    """A line on standard error, after the name of the tool."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        sys.stderr.write(f"keylint: {printable(text)}\n")


def write(target: str, text: str) -> None:
    """Writes a file whole or not at all. What is no regular file, such as a pipe or a device, is written to and not replaced."""
    from tempfile import NamedTemporaryFile

    place = os.path.realpath(target)  # A link stays one.
    try:
        if os.path.exists(place) and not os.path.isfile(place):
            with open(place, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            return
        with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=os.path.dirname(place), delete=False) as temporary:
            try:
                temporary.write(text)
                temporary.close()
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(temporary.name, 0o666 & ~mask)
                os.replace(temporary.name, place)
            except BaseException:
                os.unlink(temporary.name)
                raise
    except OSError as error:
        raise NotWritten(f"{printable(target)}: {error.strerror or error}") from None


def colours(when: str) -> bool:
    """Whether output is coloured: `always`, `never`, or `auto`."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
