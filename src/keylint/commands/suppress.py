"""`keylint suppress`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

from keylint.commands.paths import add_configuration, add_files, listed, warn
from keylint.console import CLEAN, FINDINGS, INCOMPLETE, UsageError, out, say
from keylint.findings import CONFIDENCES
from keylint.options import add_help, one_of
from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from keylint.check import Result
    from keylint.findings import Finding
    from keylint.settle.writing import Outcome, Wish
    from keylint.source import Source

USAGE = "--reason TEXT [OPTION...] [PATH...]"
DESCRIPTION = """\
Writes suppression comments for the findings that there are now, so that only
new ones are reported from here on."""
EPILOG = """\
A comment goes to the end of the line that a finding points at or, where that is
not possible or too long, above it. A suppression that is there already gets the
code added; one that has expired is renewed. Files keep their line ends and
encoding. Findings about the linter itself (KL900 to KL904) are left.

Exit status:
  0  done: the same check reports none of these findings any more
  1  there are findings left that no comment was written for
  2  a usage error, a path that does not exist or a configuration that is wrong:
     nothing was written
  3  incomplete: a file could not be analyzed or written, or a rule failed; what
     was found elsewhere has its comments

Examples:
  keylint suppress --reason "before the linter" --diff     look at it first
  keylint suppress --reason "moves in May" --until 2027-06-01 --select KL103
"""
_OURS = "KL90"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory)")
    parser.add_argument("--reason", metavar="TEXT", help="what the comments give as the reason (required)")
    parser.add_argument("--until", default="", metavar="DATE", help="the last day on which the comments count, as YYYY-MM-DD")
    rules = parser.add_argument_group("which findings")
    rules.add_argument("--select", action="append", default=[], metavar="SELECTORS", help="findings of these rules only")
    rules.add_argument("--ignore", action="append", default=[], metavar="SELECTORS", help="no findings of these rules")
    rules.add_argument("--min-confidence", type=one_of(CONFIDENCES), metavar="LEVEL", help="low, medium (default) or high")
    add_files(parser)
    add_configuration(parser)
    output = parser.add_argument_group("output")
    output.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    output.add_argument("--diff", action="store_true", help="show what would be written as a diff, and write nothing")
    output.add_argument("-q", "--quiet", action="store_true", help="print nothing but the diff and what is left")
    add_help(parser)


class _Done(NamedTuple):
    """What was written for a file, or would be."""

    source: Source
    outcome: Outcome


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    wish = _wish(options)
    result = _checked(options)
    warn(result, options)
    done: list[_Done] = []
    left: list[Finding] = []
    failed = False
    for path in dict.fromkeys(finding.path for finding in result.findings):
        ours = [finding for finding in result.findings if finding.path == path and finding.code.startswith(_OURS)]
        left += [finding for finding in ours if finding not in result.incomplete]
        if findings := [finding for finding in result.findings if finding.path == path and not finding.code.startswith(_OURS)]:
            one = _suppressed(result.sources[path], findings, wish, options)
            failed |= one is None
            if one is not None:
                done.append(one)
                left += one.outcome.left
    _report(done, options)
    for finding in left:
        row = result.sources[finding.path].position(finding.span.start).row if finding.path in result.sources else 1
        say(f"left: {printable_path(finding.path)}:{row}: {finding.code} {printable(finding.message)}")
    for finding in result.incomplete:
        say(f"error: {printable_path(finding.path)}: {printable(finding.message)}")
    if failed or result.incomplete:
        return INCOMPLETE
    return FINDINGS if left else CLEAN


def _wish(options: argparse.Namespace) -> Wish:
    from datetime import date

    from keylint.settle.writing import Wish

    if options.reason is None or not options.reason.strip():
        raise UsageError('say why: --reason "…"')
    today = date.today().isoformat()
    if options.until:
        try:
            fits = date.fromisoformat(options.until).isoformat() == options.until
        except ValueError:
            fits = False
        if not fits:
            raise UsageError(f"--until: '{printable(options.until)}' is no date: YYYY-MM-DD")
        if options.until < today:
            raise UsageError(f"--until: {options.until} has passed")
    wish = Wish(" ".join(options.reason.split()), options.until, today)
    if not wish.can_be_written():
        raise UsageError("--reason: a comment cannot say this; leave out control characters, '*/', 'keylint:', 'until=' and '# noqa'")
    return wish


def _checked(options: argparse.Namespace) -> Result:
    from keylint.check import check_paths
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.progress import Progress
    from keylint.rules.registry import UnknownSelector
    from keylint.select import BadPattern, MissingPath
    from keylint.spread import available_cores

    asked = Asked(listed(options.select), listed(options.ignore), options.min_confidence, exclude=bool(options.exclude))
    progress = Progress(not options.quiet)
    try:
        configuration = Configuration(asked, options.config, options.isolated)
        jobs = options.jobs or available_cores()
        return check_paths(options.paths or ["."], configuration, options.exclude, options.force_exclude, jobs, progress.step)
    except (UnknownSelector, ConfigError, MissingPath, BadPattern) as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()


def _suppressed(source: Source, findings: list[Finding], wish: Wish, options: argparse.Namespace) -> _Done | None:
    """Writes one file. What goes wrong there is said, and hinders no other."""
    from keylint.languages import language_of
    from keylint.lowering import failure
    from keylint.rewriting import NotRewritten, rewrite
    from keylint.settle.writing import suppressed

    try:
        outcome = suppressed(source, language_of(source.path) or "python", findings, wish)
        if outcome.written and not (options.diff or options.dry_run):
            rewrite(source, outcome.source)
    except NotRewritten as error:
        say(f"error: {printable_path(source.path)}: not written: {printable(str(error))}")
        return None
    except Exception as error:
        say(f"error: {printable_path(source.path)}: not written: {printable(failure(error))}")
        return None
    return _Done(source, outcome)


def _report(done: list[_Done], options: argparse.Namespace) -> None:
    written = [(each, comment) for each in done for comment in each.outcome.written]
    if options.diff:
        out("".join(_diff(each) for each in done))
    elif not options.quiet:
        lines = (f"{printable_path(each.source.path)}:{row}: ignore[{', '.join(codes)}]\n" for each, (row, codes) in written)
        out("".join(lines))
    if not options.quiet:
        files = len({each.source.path for each, _ in written})
        comments = f"{_count(len(written), 'suppression')} in {_count(files, 'file')}" if written else "nothing"
        out(f"{'Would write' if options.diff or options.dry_run else 'Wrote'} {comments}.\n")


def _diff(done: _Done) -> str:
    import re
    from difflib import unified_diff

    old, new = ([printable(line) for line in re.split(r"\r\n|\n|\r", each.data.decode())] for each in (done.source, done.outcome.source))
    path = printable(done.source.path)
    return "".join(f"{line}\n" for line in unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
