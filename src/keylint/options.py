"""Command lines: help in our own voice, errors in one line with a way out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NoReturn

from keylint.commands import COMMANDS

if TYPE_CHECKING:
    from keylint.commands import Command

OVERVIEW = f"""\
keylint checks how apps keep secrets at rest: keychain and secure-storage calls
in Swift, TypeScript/JavaScript and Python.

Usage: keylint COMMAND [OPTION...]

Commands:
{"".join(f"  {name:<10}{what}" + chr(10) for name, what in COMMANDS.items())}
Options:
  -h, --help     show this help
  -V, --version  show the version

'keylint COMMAND --help' explains a command. The first thing to try:  keylint check
"""


_CONFIGURATION = """\
Files:
  keylint.toml, .keylint.toml, pyproject.toml with [tool.keylint]
      the configuration of what lies beneath; the nearest counts
  .gitignore
      what it names is not looked at, unless it is named as PATH
"""
_COLOURS = """\
  NO_COLOR, FORCE_COLOR
      if not empty, --color=auto means never, or always
"""
_TRACEBACK = """\
  KEYLINT_TRACEBACK
      if not empty, an internal error shows where it was raised
"""


class _Parser(argparse.ArgumentParser):
    """Errors in one line with a way out, and a suggestion where an option is misspelled."""

    def error(self, message: str) -> NoReturn:
        unknown = message.partition("unrecognized arguments: ")[2].split(" ")[0]
        if unknown.startswith("-"):
            options = [option for action in self._actions for option in action.option_strings]
            message = f"unknown option {_quoted(unknown)}{suggestion(unknown.partition('=')[0], options)}"
        if sys.stderr is None:
            sys.exit(2)  # Python 3.10 would fail on writing to a closed stream
        self.exit(2, f"keylint: error: {message}\nTry '{self.prog} --help'.\n")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=79)  # A width that is asked for costs an import.


def suggestion(word: str, known: Sequence[str]) -> str:
    """`; did you mean …?` for the nearest known word, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def parser_of(name: str, command: Command) -> argparse.ArgumentParser:
    """The parser of the command called `name`."""
    parser = _Parser(
        prog=f"keylint {name}",
        usage=f"keylint {name} {command.USAGE}",
        formatter_class=_Help,
        allow_abbrev=False,
        add_help=False,
        description=command.DESCRIPTION,
    )
    command.add_options(parser)
    parser.epilog = _epilog(getattr(command, "EPILOG", ""), {option for action in parser._actions for option in action.option_strings})
    return parser


def _epilog(said: str, options: Collection[str]) -> str:
    """What a command says at the end of its help, with the files and the environment that count for its options before the examples."""
    before, heading, examples = said.partition("Examples:\n")
    files = f"{_CONFIGURATION}\n" if "--config" in options else ""
    environment = f"Environment:\n{_COLOURS if '--color' in options else ''}{_TRACEBACK}"
    return f"{before}{files}{environment}\n{heading}{examples}".rstrip("\n") + "\n"


def parse(name: str, command: Command, arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command. Exits with status 2 on a mistake, with 0 after help."""
    return parser_of(name, command).parse_args(arguments)


def add_help(parser: argparse.ArgumentParser) -> None:
    """Declares `--help`, which every command has."""
    parser.add_argument("-h", "--help", action="help", help="show this help")


class OneOf:
    """The type of an option that takes one of `values`."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = tuple(values)

    def __call__(self, text: str) -> str:
        if text in self.values:
            return text
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is none of {', '.join(self.values)}{suggestion(text, self.values)}")


one_of = OneOf
"""How options declare it."""


def number_of_processes(text: str) -> int:
    """The type of an option that takes a number of processes."""
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a number of processes")


def _quoted(text: str) -> str:
    from keylint.reports.terminal import printable

    return f"'{printable(text)}'"
