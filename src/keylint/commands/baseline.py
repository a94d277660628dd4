"""`keylint baseline`."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from keylint.commands.outputs import Target, writable
from keylint.commands.paths import add_configuration, add_files, warn
from keylint.console import CLEAN, INCOMPLETE, UsageError, out, say, write
from keylint.options import add_help
from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from keylint.check import Result
    from keylint.settle.baseline import Baseline
    from keylint.settle.identity import Identity

USAGE = "[OPTION...] [PATH...]"
DESCRIPTION = """\
Writes the findings that there are now into a file, one a line. A check that is
given the file reports what is new."""
EPILOG = """\
An entry names a finding's rule, its file, the code around it and what it points
at: never a line. It holds while the file changes elsewhere. One more finding of
the same kind is new. Entries that match nothing any more are told by a check,
and dropped here; those of files that are not among PATHs stay.

Commit the file, and name it in the configuration for everybody:
  baseline = "keylint-baseline.jsonl"

Exit status:
  0  the baseline was written
  2  a usage error, a path that does not exist or a configuration that is wrong
  3  a file could not be analyzed, so what it holds is not known: nothing was
     written

Examples:
  keylint baseline
  keylint check --baseline keylint-baseline.jsonl
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory)")
    add_files(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-file", metavar="FILE", help="the baseline to write (default: the configuration's, or keylint-baseline.jsonl)"
    )
    output.add_argument("-q", "--quiet", action="store_true", help="print nothing")
    add_configuration(parser)
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    from keylint.check import check_paths
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.progress import Progress
    from keylint.select import BadPattern, MissingPath
    from keylint.settle.baseline import USUAL, BadBaseline, empty, entries_of, load, text
    from keylint.spread import available_cores

    progress = Progress(not options.quiet)
    paths = options.paths or ["."]
    try:
        configuration = Configuration(Asked(exclude=bool(options.exclude), baseline=""), options.config, options.isolated)
        target = options.output_file or configuration.baseline_file() or USUAL
        writable([Target(target)])
        old = load(target) if os.path.exists(target) else empty(target)
        jobs = options.jobs or available_cores()
        result = check_paths(paths, configuration, options.exclude, options.force_exclude, jobs, progress.step)
    except (ConfigError, MissingPath, BadPattern, BadBaseline) as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()
    warn(result, options)
    if result.incomplete:
        for finding in result.incomplete:
            say(f"error: {printable_path(finding.path)}: {printable(finding.message)}")
        return INCOMPLETE
    entries = {*entries_of(result.findings, result.sources, old), *_of_others(old, result)}
    write(target, text(entries))
    if options.quiet:
        return CLEAN
    changes = f"{len(entries - old.entries)} new, {len(old.entries - entries)} dropped"
    return out(f"{printable_path(target)}: {len(entries)} {'entry' if len(entries) == 1 else 'entries'} ({changes}).\n")


def _of_others(old: Baseline, result: Result) -> set[Identity]:
    """The entries about files that were not looked at and are still there."""
    looked_at = {old.place(path) for path in result.looked_at}
    return {entry for entry in old.entries if entry.path not in looked_at and old.names_a_file(entry)}
