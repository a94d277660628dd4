"""The command line: finds the command that was asked for, and turns whatever goes wrong into a message and an exit status."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from keylint.console import INCOMPLETE, INTERRUPTED, USAGE, NotWritten, UsageError, out, say
from keylint.reports.terminal import printable


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
        say(f"error: {error}")
        return USAGE
    except NotWritten as error:
        say(f"error: the output cannot be written: {error}")
        return INCOMPLETE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # MemoryError and RecursionError are among these.
        say(f"internal error: {type(error).__name__}: {error}")
        if os.environ.get("KEYLINT_TRACEBACK"):
            import traceback

            traceback.print_exc()
            return INCOMPLETE
        say("set KEYLINT_TRACEBACK=1 to see where, and please report it")
        return INCOMPLETE


def _run(arguments: Sequence[str]) -> int:
    from keylint import options
    from keylint.commands import COMMANDS, command

    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help", "help"):
        return out(options.OVERVIEW)
    if name in ("-V", "--version"):
        from keylint import __version__

        return out(f"keylint {__version__}\n")
    if name not in COMMANDS:
        if os.path.exists(name):
            raise UsageError(f"a path needs a command: keylint check {printable(name)}")
        raise UsageError(f"unknown command '{printable(name)}'{options.suggestion(name, list(COMMANDS))}")
    chosen = command(name)
    return chosen.run(options.parse(name, chosen, arguments[1:]))
