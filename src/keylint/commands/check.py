"""`keylint check`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from keylint.commands.outputs import add_output_files, deliver, writable
from keylint.commands.paths import add_color, add_configuration, add_files, listed, warn
from keylint.console import CLEAN, FINDINGS, INCOMPLETE, UsageError, colours, say
from keylint.findings import CONFIDENCES, SEVERITIES
from keylint.options import add_help, one_of
from keylint.reports.formats import COUNTED, FOR_PEOPLE, FORMATS
from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from keylint.check import Result
    from keylint.config.applying import Configuration
    from keylint.reports.run import Run

USAGE = "[OPTION...] [PATH...]"
DESCRIPTION = "Checks how files keep secrets at rest."
EPILOG = """\
A selector is a rule's code (KL101), the beginning of one (KL1), a rule's name
(missing-accessibility), a group (default, strict, contracts) or 'all'.
Of --select and --ignore the narrower selector wins.

Configuration is read from keylint.toml, .keylint.toml or [tool.keylint] in
pyproject.toml, the nearest above each file within its work tree. Options given
here win: --select sets aside what the file selects and ignores, --exclude what
it excludes; --ignore adds to it.

Without PATHs that name files, the files checked are those that git knows or
does not ignore; outside a work tree, those that no .gitignore names. Left out
are dependencies (node_modules, Pods, Carthage, site-packages), build products
(.build, DerivedData, build, dist), virtual environments, declaration files
(*.d.ts), minified and generated files. A file named as PATH is always checked.

A comment silences a finding on its line or, alone on its line, on the next:
  // keylint: ignore[KL101] and a reason
and 'keylint: ignore-file[KL101]' in the whole file. In Python '# noqa: KL101'
works too.

Exit status:
  0  no findings at or above --fail-on
  1  findings
  2  a usage error, a path that does not exist or a configuration that is wrong:
     nothing was checked
  3  incomplete: a file could not be analyzed, or a rule failed; there may be
     findings as well, or a report could not be written

Examples:
  keylint check                                  this directory
  keylint check --output-format json Sources     for another program
  keylint check --output-file sarif=keylint.sarif --output-file junit=tests.xml
  keylint check --select strict,KL1 App.swift    more rules, one file
  keylint check --stdin-filename a.ts - < a.ts   an editor's buffer
"""
_STALE_SHOWN = 10
"""Stale entries that are named; of more only the number is told."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory); '-' is standard input")
    rules = parser.add_argument_group("what is reported")
    rules.add_argument(
        "--select", action="append", default=[], metavar="SELECTORS", help="report these rules only (comma-separated, repeatable)"
    )
    rules.add_argument("--ignore", action="append", default=[], metavar="SELECTORS", help="do not report these rules")
    rules.add_argument(
        "--min-confidence",
        type=one_of(CONFIDENCES),
        metavar="LEVEL",
        help="how sure a finding must be: low, medium (default) or high",
    )
    rules.add_argument(
        "--changed-since",
        metavar="REVISION",
        help="report what is new since the branch left REVISION (such as origin/main), wherever it stands",
    )
    rules.add_argument("--baseline", metavar="FILE", help="do not report what is in FILE, which 'keylint baseline' wrote")
    rules.add_argument("--no-suppressions", action="store_true", help="report what comments suppress as well, and nothing about them")
    files = add_files(parser)
    add_configuration(parser)
    files.add_argument("--stdin-filename", metavar="PATH", help="what standard input is called; the suffix tells its language")
    listed_formats = "\n".join(f"  {name:<12}{what}" for name, what in FORMATS.items())
    output = parser.add_argument_group("output", f"FORMAT is one of\n{listed_formats}")
    output.add_argument(
        "--output-format",
        type=one_of(tuple(FORMATS)),
        default="full",
        metavar="FORMAT",
        help="how findings are reported (default: full)",
    )
    add_output_files(output, FORMATS)
    output.add_argument(
        "--statistics", action="store_true", help="show how often each rule reports instead of the findings (full, concise, json)"
    )
    output.add_argument("-q", "--quiet", action="store_true", help="print findings, nothing else")
    add_color(output)
    status = parser.add_argument_group("exit status")
    status.add_argument(
        "--fail-on",
        type=one_of(SEVERITIES),
        metavar="SEVERITY",
        help="least severity that makes the status 1: error, warning (default) or info",
    )
    status.add_argument("--exit-zero", action="store_true", help="status 0 even with findings; 2 and 3 stay")
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    from keylint.check import check_paths
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.git import GitError
    from keylint.progress import Progress
    from keylint.rules.registry import UnknownSelector
    from keylint.select import BadPattern, MissingPath
    from keylint.spread import available_cores

    if options.statistics and options.output_format not in COUNTED:
        raise UsageError(f"--statistics can be shown as {', '.join(COUNTED)}, not as {options.output_format}")
    writable(options.output_file)
    if options.changed_since == "":
        raise UsageError("--changed-since needs a revision")
    if options.baseline == "":
        raise UsageError("--baseline needs a file")
    asked = Asked(
        listed(options.select),
        listed(options.ignore),
        options.min_confidence,
        options.fail_on,
        bool(options.exclude),
        options.baseline,
        suppressions=not options.no_suppressions,
    )
    progress = Progress(not options.quiet)
    try:
        configuration = Configuration(asked, options.config, options.isolated)
        if "-" in options.paths:
            result = _check_stdin(options, configuration)
        elif options.stdin_filename is not None:
            raise UsageError("--stdin-filename needs '-' as PATH")
        else:
            jobs, since = options.jobs or available_cores(), options.changed_since or ""
            paths = options.paths or ["."]
            result = check_paths(paths, configuration, options.exclude, options.force_exclude, jobs, progress.step, since)
    except (UnknownSelector, ConfigError, MissingPath, BadPattern, GitError) as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()
    if not configuration.selects and not options.quiet:
        say("warning: no rule is selected")
    return _report(result, options)


def _check_stdin(options: argparse.Namespace, configuration: Configuration) -> Result:
    from keylint.check import analyze_sources, check_text
    from keylint.select import excluded

    if options.changed_since is not None:
        raise UsageError("--changed-since is about files, not about standard input")
    if len(options.paths) > 1:
        raise UsageError("'-' cannot be checked together with other paths")
    if not options.stdin_filename:
        raise UsageError("standard input needs --stdin-filename, whose suffix tells its language")
    path = options.stdin_filename
    configuration.of(path)
    if options.force_exclude and (excluded(path, options.exclude) or configuration.leaves_out(path)):
        return analyze_sources([], configuration)
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    try:
        data = sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror or error}") from None
    return check_text(path, None, data, configuration, options.exclude)


def _report(result: Result, options: argparse.Namespace) -> int:
    from keylint.reports.formats import warning
    from keylint.reports.places import places
    from keylint.reports.run import Run

    status = INCOMPLETE if result.incomplete else FINDINGS if result.failing and not options.exit_zero else CLEAN
    asked = [options.stdin_filename] if options.stdin_filename is not None else options.paths
    run = Run(result, places(asked), status)
    warn(result, options)
    for name in dict.fromkeys([options.output_format, *(target.format for target in options.output_file if target.format)]):
        if not options.quiet and (note := warning(name, run)):
            say(f"warning: {note}")
    in_file = run._replace(colours=options.color == "always")
    files = [(target.path, _rendered(in_file, options, target.format)) for target in options.output_file]
    if all(target.format for target in options.output_file):
        shown = _rendered(run._replace(colours=colours(options.color), beside=True), options)
    else:
        shown = "" if options.quiet else _summary(run)  # The report is in a file.
    deliver(shown, files)
    if not options.quiet:
        _say_stale(result)
    for finding in result.incomplete:
        if finding not in result.findings:
            say(f"error: {printable_path(finding.path)}: {printable(finding.message)}")
    return status


def _say_stale(result: Result) -> None:
    """Says which entries of baselines can go."""
    for stale in result.stale[:_STALE_SHOWN]:
        inside = f" in {stale.entry.symbol}" if stale.entry.symbol else ""
        say(f"note: stale entry: {printable_path(stale.entry.path)}: {printable(stale.entry.code + inside)}")
    if result.stale:
        more = len(result.stale) - _STALE_SHOWN
        also = f" (and {more} more)" if more > 0 else ""
        say(f"note: {len(result.stale)} in the baseline match nothing any more{also}; 'keylint baseline' drops them")


def _rendered(run: Run, options: argparse.Namespace, name: str | None = None) -> str:
    """The report in the format called `name`, else the one that was asked for as a whole: this may be the statistics."""
    from keylint.reports.formats import rendered

    if name is None and options.statistics:
        from keylint.reports.statistics import report

        body = report(run, options.output_format)
    else:
        body = rendered(name or options.output_format, run)
    return body if options.quiet or (name or options.output_format) not in FOR_PEOPLE else body + _summary(run)


def _summary(run: Run) -> str:
    from keylint.reports import text

    result = run.result
    findings = result.findings if run.beside else run.told
    if result.incomplete and not findings:
        return "Not everything could be analyzed.\n"
    return text.summary(findings, result.silenced, bool(result.files and not result.analyzed))
