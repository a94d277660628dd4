"""Files that a command writes its output to: named with `--output-file`, checked before the work, written after all of it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from keylint.console import NotWritten, UsageError, out, write
from keylint.reports.terminal import printable


class Target(NamedTuple):
    """A file to write, and the format that its name was given with, if it was."""

    path: str
    format: str | None = None


def add_output_files(output: argparse._ArgumentGroup, formats: Iterable[str]) -> None:
    """Declares `--output-file [FORMAT=]FILE`, repeatable; its values are `Target`s."""

    def value(text: str) -> Target:
        return _target(text, list(formats))

    output.add_argument(
        "--output-file",
        action="append",
        type=value,
        default=[],
        metavar="[FORMAT=]FILE",
        help="write the report there instead of to standard output; with FORMAT=, write one in that format as well (repeatable)",
    )


def writable(targets: Sequence[Target]) -> None:
    """Raises `UsageError` for a target that cannot be a file, or that is one twice. `-` elsewhere means a stream, so it is no name here."""
    seen = set()
    for path, _ in targets:
        if path in ("", "-") or os.path.isdir(path) or not os.path.isdir(os.path.dirname(path) or os.curdir):
            raise UsageError(f"--output-file: '{printable(path)}' cannot be a file")
        if os.path.realpath(path) in seen:
            raise UsageError(f"--output-file: '{printable(path)}' is there twice")
        seen.add(os.path.realpath(path))


def deliver(shown: str, files: Iterable[tuple[str, str]]) -> None:
    """Writes `shown` to standard output and each of the `files`, given as path and text. One that fails keeps no other from being
    written; then `NotWritten` is raised."""
    failure: NotWritten | None = None
    for path, text in files:
        try:
            write(path, text)
        except NotWritten as error:
            failure = failure or error
    try:
        out(shown)
    except NotWritten as error:
        failure = failure or error
    if failure is not None:
        raise failure


def _target(text: str, formats: Sequence[str]) -> Target:
    from keylint.options import suggestion

    name, equals, path = text.partition("=")
    if equals and name in formats:
        return Target(path, name)
    if equals and name.replace("-", "").isalpha():
        hint = suggestion(name, formats)
        raise argparse.ArgumentTypeError(f"'{printable(name)}' is no format{hint}; a file of that name is './{printable(text)}'")
    return Target(text)
