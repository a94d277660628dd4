"""`keylint config`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keylint.commands.paths import add_configuration, add_selection, listed
from keylint.console import UsageError, out
from keylint.options import add_help, one_of
from keylint.reports.terminal import printable, printable_path

if TYPE_CHECKING:
    from keylint.config.origins import Entry, Told

USAGE = "show [OPTION...] [PATH]  |  keylint config schema"
DESCRIPTION = """\
show: what applies to a file or directory, and from where: each key with its
value and its origin, the configuration files, whether the file is left out and
by what, and the rules that are reported. PATH need not exist.

schema: the JSON schema of keylint.toml, for editors."""
EPILOG = """\
Exit status:
  0  shown
  2  a usage error, or a configuration that is wrong

Examples:
  keylint config show                            this directory
  keylint config show Sources/Login.swift        one file
  keylint config show --select strict a.ts       with options of 'keylint check'
  keylint config schema > keylint.schema.json
"""
ACTIONS = ("show", "schema")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("action", type=one_of(ACTIONS), metavar="ACTION", help="show or schema")
    parser.add_argument("path", nargs="?", metavar="PATH", help="a file or a directory (default: this directory)")
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", type=one_of(("text", "json")), metavar="FORMAT", help="text (default) or json")
    add_selection(parser)
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave out paths, in .gitignore syntax (repeatable)"
    )
    add_configuration(parser)
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    if options.action == "schema":
        given = {name: value for name, value in vars(options).items() if name != "action" and value}
        if given:
            raise UsageError("'keylint config schema' takes nothing else")
        from keylint.config.shipped import schema

        return out(schema())
    from keylint.config.applying import Asked, Configuration
    from keylint.config.finding import ConfigError
    from keylint.config.origins import told
    from keylint.rules.registry import UnknownSelector
    from keylint.select import BadPattern

    # A baseline that has yet to be written is no reason to say nothing.
    asked = Asked(
        listed(options.select), listed(options.ignore), options.min_confidence, options.fail_on, bool(options.exclude), baseline=""
    )
    path = options.path or "."
    if "\0" in path:
        raise UsageError("PATH cannot be a path")
    try:
        found = told(Configuration(asked, options.config, options.isolated), path, options.exclude)
    except (UnknownSelector, ConfigError, BadPattern) as error:
        raise UsageError(printable(str(error))) from None
    if options.output_format == "json":
        from msgspec import to_builtins

        from keylint.reports.json import dumped

        return out(dumped(to_builtins(found)))
    return out("".join(f"{line}\n" for line in _text(found)))


def _text(found: Told) -> Iterator[str]:
    yield printable_path(found.path)
    yield f"  {_left_out(found)}"
    yield ""
    yield "Files, the nearest first:" if found.files else "No configuration file."
    for file in found.files:
        what = f" (extended by {printable(file.extended_by)})" if file.extended_by else ""
        yield f"  {printable_path(file.path)}{what}{' (only what it excludes counts)' if file.counts == 'exclude' else ''}"
    yield ""
    rows = [(_entry(entry), printable(entry.origin)) for entry in found.entries]
    wide = max((len(text) for text, _ in rows if len(text) <= 60), default=0)
    yield from (f"{text:<{wide}}  # {origin}" for text, origin in rows)
    if found.per_file_ignores:
        yield ""
        yield "Not reported here:"
        yield from (f"  {_entry(entry)}  # {printable(entry.origin)}" for entry in found.per_file_ignores)
    yield ""
    yield f"Rules: {len(found.rules)}" if found.rules else "Rules: none"
    named = max((len(rule.name) for rule in found.rules), default=0)
    for rule in found.rules:
        origin = "" if rule.origin == "default" else f"  # {printable(rule.origin)}"
        yield f"  {rule.code}  {rule.name:<{named}}  {rule.severity if not origin else f'{rule.severity:<7}'}{origin}"


def _left_out(found: Told) -> str:
    left = found.left_out
    if left is None:
        return "is not left out"
    if not left.by:
        return f"is left out: {left.reason}"
    return f"is left out by {printable(left.by)} ({printable(left.reason or left.origin)})"


def _entry(entry: Entry) -> str:
    from keylint.config.writing import key, value

    if entry.value is None:
        return f"[[{entry.key[0]}]] {printable(entry.key[1])}"
    return f"{'.'.join(map(key, entry.key))} = {value(entry.value)}"
