"""The command: turns arguments into one call of `check`, and its result into output and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from argparse import Namespace

    from keylint.check import Observed, Result
    from keylint.config.applying import Configuration

CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130


class UsageError(Exception):
    """What was asked for cannot be done; nothing was."""


class NotWritten(Exception):
    """The output could not be written, so whoever reads it knows nothing."""


def main() -> int:
    """Runs the command that the process was started for, and returns its exit status."""
    # Nearly nothing here is cyclic, and looking for what is would cost a tenth of a short run, most of it at the very end.
    gc.set_threshold(50_000, 50, 50)
    try:
        return run(sys.argv[1:])
    finally:
        gc.freeze()


def run(arguments: Sequence[str]) -> int:
    """Runs the command with `arguments` and returns its exit status. A failure of the tool itself never looks like a clean run."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(arguments)
    except UsageError as error:
        _say(f"error: {error}")
        return USAGE
    except NotWritten as error:
        _say(f"error: the output cannot be written: {error}")
        return INCOMPLETE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # MemoryError and RecursionError are among these.
        _say(f"internal error: {type(error).__name__}: {error}")
        if os.environ.get("KEYLINT_TRACEBACK"):
            import traceback

            traceback.print_exc()
            return INCOMPLETE
        _say("set KEYLINT_TRACEBACK=1 to see where, and please report it")
        return INCOMPLETE


def _run(arguments: Sequence[str]) -> int:
    from keylint import options

    command = arguments[0] if arguments else "--help"
    if command in ("-h", "--help", "help"):
        return _out(options.OVERVIEW)
    if command in ("-V", "--version"):
        from keylint import __version__

        return _out(f"keylint {__version__}\n")
    if command not in options.COMMANDS:
        if os.path.exists(command):
            raise UsageError(f"a path needs a command: keylint check {printable(command)}")
        raise UsageError(f"unknown command '{printable(command)}'{options.suggestion(command, list(options.COMMANDS))}")
    chosen = options.parse(command, arguments[1:])
    return {"check": _check, "inventory": _inventory, "rules": _rules, "explain": _explain}[command](chosen)


def _check(options: Namespace) -> int:
    from keylint.check import check_paths
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.progress import Progress
    from keylint.rules.registry import UnknownSelector
    from keylint.select import BadPattern, MissingPath
    from keylint.spread import available_cores

    asked = Asked(_listed(options.select), _listed(options.ignore), options.min_confidence, options.fail_on, bool(options.exclude))
    progress = Progress(not options.quiet)
    try:
        configuration = Configuration(asked, options.config, options.isolated)
        if "-" in options.paths:
            result = _check_stdin(options, configuration)
        elif options.stdin_filename is not None:
            raise UsageError("--stdin-filename needs '-' as PATH")
        else:
            jobs = options.jobs or available_cores()
            result = check_paths(options.paths or ["."], configuration, options.exclude, options.force_exclude, jobs, progress.step)
    except (UnknownSelector, ConfigError, MissingPath, BadPattern) as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()
    if not configuration.selects and not options.quiet:
        _say("warning: no rule is selected")
    return _report(result, options)


def _check_stdin(options: Namespace, configuration: Configuration) -> Result:
    from keylint.check import analyze_sources, check_text
    from keylint.select import excluded

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
    return check_text(path, None, sys.stdin.buffer.read(), configuration, options.exclude)


def _listed(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _inventory(options: Namespace) -> int:
    from keylint.check import observe_paths
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.progress import Progress
    from keylint.select import BadPattern, MissingPath
    from keylint.spread import available_cores

    target = options.output_file
    if target is not None and (not target or os.path.isdir(target) or not os.path.isdir(os.path.dirname(target) or os.curdir)):
        raise UsageError(f"--output-file: '{printable(target)}' cannot be a file")
    progress = Progress(not options.quiet)
    try:
        jobs = options.jobs or available_cores()
        configuration = Configuration(Asked(exclude=bool(options.exclude)), options.config, options.isolated)
        observed = observe_paths(
            options.paths or ["."], configuration, options.exclude, options.force_exclude, jobs, progress.step
        )
    except (ConfigError, MissingPath, BadPattern) as error:
        raise UsageError(printable(str(error))) from None
    finally:
        progress.clear()
    _warn(observed, options)
    text = _listing(observed, options)
    if target is None:
        _out(text)
    else:
        _write(target, text)
    if target is not None or options.output_format != "table":  # else it was just read
        for finding in observed.incomplete:
            _say(f"error: {printable_path(finding.path)}: {printable(finding.message)}")
    return INCOMPLETE if observed.incomplete else CLEAN


def _listing(observed: Observed, options: Namespace) -> str:
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
    colours = _colours(options.color) and (options.output_file is None or options.color == "always")
    body = table.table(found, get_terminal_size().columns if on_terminal else table.USUAL, colours)
    return body if options.quiet else body + table.summary(found)


def _write(target: str, text: str) -> None:
    """Writes a file whole or not at all."""
    from tempfile import NamedTemporaryFile

    try:
        with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=os.path.dirname(target) or os.curdir, delete=False) as file:
            try:
                file.write(text)
                file.close()
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(file.name, 0o666 & ~mask)
                os.replace(file.name, target)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from None


def _warn(result: Result | Observed, options: Namespace) -> None:
    """Says what of the paths was not looked at."""
    if options.quiet:
        return
    for path in result.unsupported:
        _say(f"warning: {printable_path(path)} is not Swift, TypeScript, JavaScript or Python: skipped")
    if not result.files and not result.unsupported:
        left = " that are not excluded" if options.exclude or options.force_exclude else ""
        _say(f"warning: no Swift, TypeScript, JavaScript or Python files to check{left}")


def _report(result: Result, options: Namespace) -> int:
    _warn(result, options)
    _out(_rendered(result, options))
    for finding in result.incomplete:
        if finding not in result.findings:
            _say(f"error: {printable_path(finding.path)}: {printable(finding.message)}")
    if result.incomplete:
        return INCOMPLETE
    return FINDINGS if result.failing and not options.exit_zero else CLEAN


def _rendered(result: Result, options: Namespace) -> str:
    findings, sources = result.findings, result.sources
    if options.output_format == "json":
        from keylint.reports import json

        if options.statistics:
            from keylint.reports.text import counted

            return json.dumped([{"code": code, "name": name, "count": count} for code, name, count in counted(findings)])
        return json.diagnostics(findings, sources)
    from keylint.reports import text

    if options.statistics:
        body = text.statistics(findings)
    elif options.output_format == "concise":
        body = text.concise(findings, sources, _colours(options.color))
    else:
        body = text.full(findings, sources, _colours(options.color))
    return body if options.quiet else body + text.summary(findings, result.suppressed, bool(result.files and not result.analyzed))


def _colours(when: str) -> bool:
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _rules(options: Namespace) -> int:
    from keylint.rules.registry import codes, groups, load

    names, of = codes(), groups()
    rules = [(code, name, load(code).severity, of[code]) for code, name in names.items()]
    if options.output_format == "json":
        from keylint.reports.json import dumped

        return _out(dumped([dict(zip(("code", "name", "severity", "group"), rule, strict=True)) for rule in rules]))
    wide = max(map(len, names.values()), default=0)
    return _out("".join(f"{code}  {name:<{wide}}  {severity:<7}  {group}\n" for code, name, severity, group in rules))


def _explain(options: Namespace) -> int:
    from keylint.rules.registry import UnknownSelector, code_of, groups, load, page

    try:
        code = code_of(options.rule)
    except UnknownSelector as error:
        raise UsageError(printable(str(error))) from None
    rule = load(code)
    return _out(f"{code} {rule.name} ({rule.severity}, group {groups()[code]})\n\n{page(code)}")


def _out(text: str) -> int:
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


def _say(text: str) -> None:
    if sys.stderr is None:
        return
    with suppress(OSError):
        sys.stderr.write(f"keylint: {printable(text)}\n")
