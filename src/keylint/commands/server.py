"""`keylint server`."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from keylint.console import CLEAN, UsageError
from keylint.options import add_help

USAGE = "[OPTION...]"
DESCRIPTION = """\
Runs a language server: an editor starts it, and shows what it finds while
you type."""
EPILOG = """\
The server speaks the Language Server Protocol on standard input and output.
It needs more than the other commands:  pip install "keylint[server]"

Exit status:
  0  the editor ended it
  2  a usage error, or what it needs is not installed

Examples:
  keylint server                        started by an editor
  keylint server --tcp 127.0.0.1:7658   one that connects to an address
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--tcp", type=_address, metavar="HOST:PORT", help="wait for one client at this address instead")
    parser.add_argument("--stdio", action="store_true", help="what happens anyway; some editors insist on saying so")
    add_help(parser)


def run(options: argparse.Namespace) -> int:
    """Does it, and returns the exit status."""
    if find_spec("pygls") is None:
        raise UsageError('the server needs more than is installed: pip install "keylint[server]"')
    from keylint.server.serving import over_pipes, over_tcp

    if options.tcp is None:
        over_pipes()
    else:
        over_tcp(*options.tcp)
    return CLEAN


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if colon and host and port.isascii() and port.isdigit() and int(port) < 1 << 16:
        return host.strip("[]"), int(port)
    raise argparse.ArgumentTypeError("it must be HOST:PORT, such as 127.0.0.1:7007")
