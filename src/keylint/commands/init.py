"""`keylint init`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keylint.console import CLEAN, INCOMPLETE, UsageError, out, say, write
from keylint.options import add_help, number_of_processes
from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from keylint.config.starting import Seen

USAGE = "[OPTION...] [DIRECTORY]"
DESCRIPTION = """\
Looks at a project and writes a configuration to start with: what there is, and
as comments what may fit. What is reported stays the same."""
EPILOG = """\
The configuration is written to keylint.toml. Where there is a pyproject.toml
and stores are used from Python only, it becomes the table [tool.keylint] there.
Below a directory that has a configuration, it extends that one. What is there
already is never overwritten.

Exit status:
  0  written (with --dry-run: printed)
  2  a usage error, a configuration that is there already or is wrong
  3  written, but something could not be analyzed, so it may lack something;
     or it could not be written

Examples:
  keylint init --dry-run     only look
  keylint init               write keylint.toml or a table of pyproject.toml
"""
OURS, SHARED = "keylint.toml", "pyproject.toml"
TABLE = "tool.keylint"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("directory", nargs="?", default=".", metavar="DIRECTORY", help="where the project is (default: this directory)")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--pyproject", action="store_true", help="write to pyproject.toml, whatever the languages")
    target.add_argument("--keylint-toml", action="store_true", help="write to keylint.toml, whatever the languages")
    parser.add_argument("--dry-run", action="store_true", help="print what would be written, and nothing else")
    parser.add_argument("--jobs", type=number_of_processes, metavar="N", help="processes to use (default: one a core)")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing of what was seen")
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError, Finder
    from keylint.config.starting import file_text, look
    from keylint.progress import Progress
    from keylint.spread import available_cores

    directory = options.directory
    if not os.path.isdir(directory):
        raise UsageError(f"'{printable(directory)}' is no directory")
    progress = Progress(not options.quiet)
    try:
        above = Finder().files(os.path.abspath(directory))
        _refuse_another(directory, above)
        seen = look(directory, Configuration(Asked()), options.jobs or available_cores(), progress.step)
    except ConfigError as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()
    shared = os.path.join(directory, SHARED)
    to_shared = options.pyproject or (not options.keylint_toml and os.path.lexists(shared) and _python_only(seen))
    target = shared if to_shared else os.path.join(directory, OURS)
    outer = os.path.relpath(above[-1], directory).replace(os.sep, "/") if above else ""
    text = file_text(seen, directory, outer, TABLE if to_shared else "")
    whole = _with_table(target, text) if to_shared else text
    _try(target, whole)
    if options.dry_run:
        out(text)
        say(f"this would be {'added to' if to_shared else 'written to'} {printable_path(os.path.normpath(target))}")
    else:
        write(target, whole)
        if not options.quiet:
            out("".join(f"{line}\n" for line in _told(seen, os.path.normpath(target), to_shared)))
    if seen.incomplete:
        say("error: something could not be analyzed, so more may be there than was seen; 'keylint check' says what")
        return INCOMPLETE
    return CLEAN


def _refuse_another(directory: str, above: tuple[str, ...]) -> None:
    """A directory has one configuration."""
    from keylint.config.finding import NAMES

    here = os.path.abspath(directory)
    for name in NAMES:
        path = os.path.join(here, name)
        if (name != SHARED and os.path.lexists(path)) or path in above:
            raise UsageError(f"{printable_path(os.path.normpath(os.path.join(directory, name)))} configures this directory already")


def _python_only(seen: Seen) -> bool:
    return (seen.using or frozenset(seen.languages)) == {"python"}


def _with_table(path: str, table: str) -> str:
    """The text of a `pyproject.toml` with another table at its end."""
    from keylint.config.finding import Unreadable, contents

    shown = printable_path(os.path.normpath(path))
    if os.path.islink(path):
        raise UsageError(f"{shown} is a link; add a table [{TABLE}] where it leads, or use --keylint-toml")
    try:
        old = contents(path).decode() if os.path.lexists(path) else ""
    except Unreadable as error:
        raise UsageError(f"{shown}: {error.reason}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{shown}: not UTF-8") from None
    end = "\r\n" if "\r\n" in old else "\n"
    between = "" if not old else end if old.endswith("\n") else end * 2
    return old + between + table.replace("\n", end)


def _try(path: str, text: str) -> None:
    """Reads what would be written, before it is."""
    from keylint.config.finding import ConfigError
    from keylint.config.reading import read

    try:
        read(path, text.encode("utf-8", "surrogateescape"), os.path.dirname(path))
    except ConfigError as error:
        raise UsageError(f"a table [{TABLE}] cannot be added: {printable(str(error))}") from None


def _told(seen: Seen, target: str, added: bool) -> Iterator[str]:
    from keylint.config.starting import LANGUAGES, number

    files = [f"{LANGUAGES[language]} ({number(count, 'file')})" for language, count in seen.languages.items()]
    yield f"Languages: {', '.join(files) or 'none'}"
    calls = [f"{title} ({number(count, 'call')})" for title, count in seen.stores.items()]
    yield f"Stores: {printable(', '.join(calls)) or 'none'}"
    known = [item for item in seen.items if item.known]
    untold = len(seen.items) - len(known)
    more = f", and {number(untold, 'call')} whose item cannot be told" if untold else ""
    yield f"Items: {len(known)}{more}"
    yield from _statistics(seen)
    yield ""
    yield f"{'Added [tool.keylint] to' if added else 'Wrote'} {printable_path(target)}."
    yield ""
    yield "Next:"
    yield "  keylint check      what is found, and what to do about it"
    yield "  keylint baseline   note what is found now, so that only new findings are reported"
    yield "  keylint inventory  every item that is stored, and how"
    yield "  pre-commit         check each commit: the hook is called keylint"


def _statistics(seen: Seen) -> Iterator[str]:
    from keylint.reports.text import counted

    if not seen.findings:
        yield "Findings: none"
        return
    yield f"Findings: {len(seen.findings)}"
    counts = counted(seen.findings)
    digits = len(str(counts[0][2]))
    yield from (f"  {count:>{digits}}  {code}  {name}" for code, name, count in counts)
