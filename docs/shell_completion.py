"""What shells complete after `keylint`, told by shtab from the parsers of the commands.

shtab is asked when the documentation is made; the scripts are part of the package, and `keylint completion` prints them.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import Any

FILES = ("PATH", "FILE", "[FORMAT=]FILE")
"""How options and arguments that are files are called in the help."""


def scripts() -> dict[str, str]:
    """Every script, by file name."""
    import shtab

    from keylint.commands.completion import SCRIPTS

    parser = whole()
    return {name: shtab.complete(parser, shell).rstrip() + "\n" for shell, name in SCRIPTS.items()}


def whole() -> argparse.ArgumentParser:
    """All commands as one parser that knows what may follow each option."""
    from keylint.commands import COMMANDS, command

    # What is said of each option differs between versions of Python where argparse says it.
    parser = argparse.ArgumentParser(prog="keylint", add_help=False)
    parser.add_argument("-h", "--help", action="help", help="show this help")
    parser.add_argument("-V", "--version", action="version", version="", help="show the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, what in COMMANDS.items():
        command(name).add_options(commands.add_parser(name, help=what, add_help=False))
    _tell(parser)
    return parser


def _tell(parser: argparse.ArgumentParser) -> None:
    from keylint.options import OneOf
    from keylint.rules.registry import codes

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _tell(inner)
        elif isinstance(action.type, OneOf):
            action.choices = action.type.values
        elif action.metavar in FILES:
            _complete(action, _files())
        elif action.metavar == "SELECTORS":
            _complete(action, _selectors())
        elif action.metavar == "RULE":
            action.choices = [*codes(), *codes().values()]


def _complete(action: argparse.Action, how: dict[str, Any]) -> None:
    action.complete = how  # type: ignore[attr-defined]


def _files() -> dict[str, Any]:
    import shtab

    return shtab.FILE


def _selectors() -> dict[str, Any]:
    """Selectors, also after those that stand before a comma."""
    from keylint.rules.registry import ALL, codes
    from keylint.rules.rule import GROUPS

    words = _words([*codes(), *sorted({code[:3] for code in codes()}), *codes().values(), *GROUPS, ALL])
    bash = f"""\
_keylint_selectors() {{
  local before=""
  [[ $1 == *,* ]] && before="${{1%,*}},"
  compgen -P "$before" -W "{words}" -- "${{1##*,}}"
}}
"""
    return {
        "bash": "_keylint_selectors",
        "zsh": f"_sequence compadd - {words}",
        "fish": "(__fish_complete_list , _keylint_selectors)",
        "preamble": {"bash": bash, "fish": f"function _keylint_selectors\n  printf '%s\\n' {words}\nend\n"},
    }


def _words(words: Sequence[str]) -> str:
    """Words that mean themselves to every shell, with blanks between them."""
    assert shlex.join(words) == " ".join(words)
    return " ".join(words)
