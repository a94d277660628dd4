"""`keylint explain`."""

from __future__ import annotations

import argparse

from keylint.console import UsageError, out
from keylint.options import add_help
from keylint.reports.terminal import printable

USAGE = "RULE"
DESCRIPTION = "Explains a rule: what it finds, why that is bad, and what to do."
EPILOG = """\
Exit status:
  0  the page was printed
  2  a usage error, or a rule that does not exist
  3  the page could not be written

Examples:
  keylint explain KL201
  keylint explain missing-accessibility
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("rule", metavar="RULE", help="a code or a name, such as KL101 or missing-accessibility")
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    from keylint.rules.registry import UnknownSelector, code_of, groups, load, page

    try:
        code = code_of(options.rule)
    except UnknownSelector as error:
        raise UsageError(printable(str(error))) from None
    rule = load(code)
    return out(f"{code} {rule.name} ({rule.severity}, group {groups()[code]})\n\n{page(code)}")
