"""`keylint completion`."""

from __future__ import annotations

import argparse
import os

from keylint.console import out
from keylint.options import add_help, one_of

USAGE = "SHELL"
DESCRIPTION = """\
Prints a script that lets a shell complete commands, options, formats, rules
and file names after 'keylint'."""
EPILOG = """\
Exit status:
  0  the script was printed
  2  a usage error
  3  it could not be written

Examples:
  eval "$(keylint completion bash)"             in ~/.bashrc
  keylint completion zsh > DIRECTORY/_keylint   a directory of zsh's $fpath
  keylint completion fish > ~/.config/fish/completions/keylint.fish
"""
SCRIPTS = {"bash": "keylint.bash", "zsh": "_keylint", "fish": "keylint.fish"}
"""Every shell with its script in `completions/`, which docs/generate.py derives from the options of the commands."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("shell", type=one_of(tuple(SCRIPTS)), metavar="SHELL", help="bash, zsh or fish")
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    folder = os.path.join(os.path.dirname(os.path.dirname(__file__)), "completions")
    with open(os.path.join(folder, SCRIPTS[options.shell]), encoding="utf-8") as file:
        return out(file.read())
