"""`keylint rules`."""

from __future__ import annotations

import argparse

from keylint.console import out
from keylint.options import add_help, one_of

USAGE = "[OPTION...]"
DESCRIPTION = "Lists the rules with code, name, severity and group."
EPILOG = """\
Exit status:
  0  the rules were listed
  2  a usage error
  3  the list could not be written

Examples:
  keylint rules
  keylint rules --output-format json
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--output-format", type=one_of(("text", "json")), default="text", metavar="FORMAT", help="text (default) or json")
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    from keylint.rules.registry import codes, groups, load

    names, of = codes(), groups()
    rules = [(code, name, load(code).severity, of[code]) for code, name in names.items()]
    if options.output_format == "json":
        from keylint.reports.json import dumped

        return out(dumped([dict(zip(("code", "name", "severity", "group"), rule, strict=True)) for rule in rules]))
    wide = max(map(len, names.values()), default=0)
    return out("".join(f"{code}  {name:<{wide}}  {severity:<7}  {group}\n" for code, name, severity, group in rules))
