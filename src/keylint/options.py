"""The command's options, and the help that explains them. Only the parser of the command at hand is built."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from keylint.findings import CONFIDENCES, SEVERITIES

COMMANDS = {
    "check": "check files and directories",
    "inventory": "list the items that are stored, and where",
    "rules": "list the rules",
    "explain": "explain a rule",
}
"""Every command with what it does."""

FORMATS = ("full", "concise", "json")
INVENTORY_FORMATS = ("table", "json", "html")

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

_CHECK_EPILOG = """\
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
     findings as well

Examples:
  keylint check                                  this directory
  keylint check --output-format json Sources     for another program
  keylint check --select strict,KL1 App.swift    more rules, one file
  keylint check --stdin-filename a.ts - < a.ts   an editor's buffer
"""


_INVENTORY_EPILOG = """\
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


def parse(command: str, arguments: Sequence[str]) -> argparse.Namespace:
    """The options of `command`. Exits with status 2 on a mistake, with 0 after help."""
    parser = _Parser(
        prog=f"keylint {command}",
        usage=f"keylint {command} {_USAGE[command]}",
        formatter_class=_Help,
        allow_abbrev=False,
        add_help=False,
        description=_DESCRIPTIONS[command],
        epilog=_EPILOGS.get(command),
    )
    _BUILDERS[command](parser)
    return parser.parse_args(arguments)


_USAGE = {
    "check": "[OPTION...] [PATH...]",
    "inventory": "[OPTION...] [PATH...]",
    "rules": "[OPTION...]",
    "explain": "RULE",
}

_DESCRIPTIONS = {
    "check": "Checks how files keep secrets at rest.",
    "inventory": "Lists every item that a program keeps in a store: its class, whether it\n"
    "leaves the device, where it is written, read and deleted.",
    "rules": "Lists the rules with code, name, severity and group.",
    "explain": "Explains a rule: what it finds, why that is bad, and what to do.",
}

_EPILOGS = {"check": _CHECK_EPILOG, "inventory": _INVENTORY_EPILOG}


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory); '-' is standard input")
    rules = parser.add_argument_group("what is reported")
    rules.add_argument(
        "--select", action="append", default=[], metavar="SELECTORS", help="report these rules only (comma-separated, repeatable)"
    )
    rules.add_argument("--ignore", action="append", default=[], metavar="SELECTORS", help="do not report these rules")
    rules.add_argument(
        "--min-confidence",
        type=_one_of(CONFIDENCES),
        metavar="LEVEL",
        help="how sure a finding must be: low, medium (default) or high",
    )
    files = _which_files(parser)
    add_configuration(parser)
    files.add_argument("--stdin-filename", metavar="PATH", help="what standard input is called; the suffix tells its language")
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        type=_one_of(FORMATS),
        default="full",
        metavar="FORMAT",
        help="full (default): source, reasons and remedy; concise: one line a finding; json: ruff's shape and more",
    )
    output.add_argument("--statistics", action="store_true", help="show how often each rule reports instead of the findings")
    output.add_argument("-q", "--quiet", action="store_true", help="print findings, nothing else")
    _add_color(output)
    status = parser.add_argument_group("exit status")
    status.add_argument(
        "--fail-on",
        type=_one_of(SEVERITIES),
        metavar="SEVERITY",
        help="least severity that makes the status 1: error, warning (default) or info",
    )
    status.add_argument("--exit-zero", action="store_true", help="status 0 even with findings; 2 and 3 stay")
    _add_help(parser)


def _which_files(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The options that every command over files has."""
    files = parser.add_argument_group("which files")
    files.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave out paths, in .gitignore syntax (repeatable)"
    )
    files.add_argument("--force-exclude", action="store_true", help="leave excluded files out even if they are named as PATH")
    files.add_argument("--jobs", type=_jobs, metavar="N", help="processes to use (default: one a core)")
    return files


def _add_color(output: argparse._ArgumentGroup) -> None:
    output.add_argument(
        "--color",
        type=_one_of(("auto", "always", "never")),
        default="auto",
        metavar="WHEN",
        help="auto (default), always or never; auto heeds NO_COLOR and FORCE_COLOR",
    )


def add_configuration(parser: argparse.ArgumentParser) -> None:
    """The options that say which configuration counts."""
    group = parser.add_argument_group("configuration").add_mutually_exclusive_group()
    group.add_argument("--config", metavar="FILE", help="use this configuration file and no other")
    group.add_argument("--isolated", action="store_true", help="use no configuration file")


def _inventory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory)")
    _which_files(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        type=_one_of(INVENTORY_FORMATS),
        default="table",
        metavar="FORMAT",
        help="table (default); json: for programs; html: one page that needs nothing else, to search and sort",
    )
    output.add_argument("--output-file", metavar="FILE", help="write there instead of to standard output")
    output.add_argument("-q", "--quiet", action="store_true", help="print the inventory, nothing else")
    _add_color(output)
    add_configuration(parser)
    _add_help(parser)


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-format", type=_one_of(("text", "json")), default="text", metavar="FORMAT", help="text (default) or json")
    _add_help(parser)


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help="a code or a name, such as KL101 or missing-accessibility")
    _add_help(parser)


def _add_help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-h", "--help", action="help", help="show this help")


_BUILDERS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "check": _check,
    "inventory": _inventory,
    "rules": _rules,
    "explain": _explain,
}


def _one_of(values: Sequence[str]) -> Callable[[str], str]:
    def value(text: str) -> str:
        if text in values:
            return text
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is none of {', '.join(values)}{suggestion(text, values)}")

    return value


def _jobs(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a number of processes")


def _quoted(text: str) -> str:
    from keylint.reports.terminal import printable

    return f"'{printable(text)}'"
