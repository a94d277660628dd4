"""What commands over files have in common: options, and what they say of paths that they did not look at."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.console import say
from keylint.findings import CONFIDENCES, SEVERITIES
from keylint.options import number_of_processes, one_of
from keylint.reports.terminal import printable_path

if TYPE_CHECKING:
    from keylint.check import Observed, Result


def add_files(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The options that every command over files has."""
    files = parser.add_argument_group("which files")
    files.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave out paths, in .gitignore syntax (repeatable)"
    )
    files.add_argument("--force-exclude", action="store_true", help="leave excluded files out even if they are named as PATH")
    files.add_argument("--jobs", type=number_of_processes, metavar="N", help="processes to use (default: one a core)")
    return files


def add_selection(parser: argparse.ArgumentParser) -> None:
    """The options of 'keylint check' that say which findings count, for commands that tell what they come to."""
    rules = parser.add_argument_group("as 'keylint check' would have it with")
    rules.add_argument("--select", action="append", default=[], metavar="SELECTORS", help="these rules only")
    rules.add_argument("--ignore", action="append", default=[], metavar="SELECTORS", help="without these rules")
    rules.add_argument("--min-confidence", type=one_of(CONFIDENCES), metavar="LEVEL", help="low, medium or high")
    rules.add_argument("--fail-on", type=one_of(SEVERITIES), metavar="SEVERITY", help="error, warning or info")


def add_color(output: argparse._ArgumentGroup) -> None:
    output.add_argument(
        "--color",
        type=one_of(("auto", "always", "never")),
        default="auto",
        metavar="WHEN",
        help="auto (default), always or never; auto heeds NO_COLOR and FORCE_COLOR",
    )


def add_configuration(parser: argparse.ArgumentParser) -> None:
    """The options that say which configuration counts."""
    group = parser.add_argument_group("configuration").add_mutually_exclusive_group()
    group.add_argument("--config", metavar="FILE", help="use this configuration file and no other")
    group.add_argument("--isolated", action="store_true", help="use no configuration file")


def warn(result: Result | Observed, options: argparse.Namespace) -> None:
    """Says what of the paths was not looked at."""
    if options.quiet:
        return
    for path in result.unsupported:
        say(f"warning: {printable_path(path)} is not Swift, TypeScript, JavaScript or Python: skipped")
    if not result.files and not result.unsupported:
        left = " that are not excluded" if options.exclude or options.force_exclude else ""
        say(f"warning: no Swift, TypeScript, JavaScript or Python files to check{left}")


def listed(values: Sequence[str]) -> list[str]:
    """The parts of comma-separated values."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
