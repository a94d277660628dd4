"""The commands, one module each: `USAGE`, `DESCRIPTION`, `EPILOG` if there is more to say, `add_options` and `run`.

A module is imported when its command is asked for.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import Protocol, cast

COMMANDS = {
    "check": "check files and directories",
    "suppress": "write suppression comments for what is found now",
    "baseline": "accept the findings that there are now",
    "inventory": "list the items that are stored, and where",
    "rules": "list the rules",
    "explain": "explain a rule",
    "config": "show what a file's configuration is, and from where",
    "init": "write a configuration to start with",
    "completion": "print a script that completes command lines in a shell",
    "server": "show findings in an editor, as a language server",
}
"""Every command with what it does."""


class Command(Protocol):
    """What a module here offers. `USAGE` is what follows the command's name."""

    USAGE: str
    DESCRIPTION: str

    def add_options(self, parser: ArgumentParser) -> None:
        """Declares the options."""

    def run(self, options: Namespace) -> int:
        """Does it, and returns the exit status."""


def command(name: str) -> Command:
    """The command of that name."""
    return cast(Command, import_module(f"keylint.commands.{name}"))
