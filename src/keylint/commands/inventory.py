"""`keylint inventory`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from keylint.commands.outputs import Target, writable
from keylint.commands.paths import add_color, add_configuration, add_files, warn
from keylint.console import CLEAN, INCOMPLETE, UsageError, colours, out, say, write
from keylint.options import add_help, one_of
from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from keylint.check import Observed

USAGE = "[OPTION...] [PATH...]"
DESCRIPTION = """\
Lists every item that a program keeps in a store: its class, whether it
leaves the device, where it is written, read and deleted."""
EPILOG = """\
An item stands under the owner of the file that writes it: what CODEOWNERS says
(.github/CODEOWNERS, CODEOWNERS or docs/CODEOWNERS), else the folder beneath
PATH. A call whose key cannot be told stands alone, as 'unknown key at ...'.
Suppression comments do not apply: nothing is judged here.

Exit status:
  0  the inventory is complete
  2  a usage error, or a path that does not exist: nothing was looked at
  3  incomplete: something that mentions a store could not be analyzed, and
     the inventory says what; or it could not be written

Examples:
  keylint inventory                              this directory, as a table
  keylint inventory --output-format html --output-file inventory.html
  keylint inventory --output-format json Sources
"""
FORMATS = ("table", "json", "html")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory)")
    add_files(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        type=one_of(FORMATS),
        default="table",
        metavar="FORMAT",
        help="table (default); json: for programs; html: one page that needs nothing else, to search and sort",
    )
    output.add_argument("--output-file", metavar="FILE", help="write there instead of to standard output")
    output.add_argument("-q", "--quiet", action="store_true", help="print the inventory, nothing else")
    add_color(output)
    add_configuration(parser)
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    from keylint.check import observe_paths
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.progress import Progress
    from keylint.select import BadPattern, MissingPath
    from keylint.spread import available_cores

    target = options.output_file
    if target is not None:
        writable([Target(target)])
    progress = Progress(not options.quiet)
    try:
        jobs = options.jobs or available_cores()
        configuration = Configuration(Asked(exclude=bool(options.exclude), baseline=""), options.config, options.isolated)
        observed = observe_paths(
            options.paths or ["."], configuration, options.exclude, options.force_exclude, jobs, progress.step
        )
    except (ConfigError, MissingPath, BadPattern) as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()
    warn(observed, options)
    text = _listing(observed, options)
    if target is None:
        out(text)
    else:
        write(target, text)
    if target is not None or options.output_format != "table":  # else it was just read
        for finding in observed.incomplete:
            say(f"error: {printable_path(finding.path)}: {printable(finding.message)}")
    return INCOMPLETE if observed.incomplete else CLEAN


def _listing(observed: Observed, options: argparse.Namespace) -> str:
    from keylint.inventory import inventory
    from keylint.owners import Owners
    from keylint.reports.inventory.document import document

    seen = observed.observations
    found = document(inventory(seen), seen.references, observed.incomplete, observed.sources, Owners(options.paths or ["."]))
    if options.output_format == "json":
        from keylint.reports.json import dumped

        return dumped(found)
    if options.output_format == "html":
        from keylint import __version__
        from keylint.reports.inventory.page import page

        return page(found, __version__)
    from shutil import get_terminal_size

    from keylint.reports.inventory import table

    on_terminal = options.output_file is None and sys.stdout is not None and sys.stdout.isatty()
    coloured = colours(options.color) and (options.output_file is None or options.color == "always")
    body = table.table(found, get_terminal_size().columns if on_terminal else table.USUAL, coloured)
    return body if options.quiet else body + table.summary(found)
