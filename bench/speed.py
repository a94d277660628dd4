"""Times `keylint check` against what it cannot be faster than, and against tools that do less, and prints ratios.

    python bench/speed.py                              one small file
    python bench/speed.py --files 40000 --relevant 1000 --bytes 250MB --cache DIR
    python bench/speed.py --files 16000 --relevant 600 --bytes 96MB --linked --cache DIR
    python bench/speed.py --tree DIR                   a tree of yours

With `--linked`, the files of the tree use one another (see `linked.py`), and what the later waves add is told: those that look for files
which lead to a store, or supply those that do, and mention none themselves.

Times are medians over rounds in which the commands take turns, so that a busy moment hits all of them: of wall-clock seconds, and of
processor seconds, which suffer less on a busy machine. Memory is the largest resident set among a command's processes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from linked import make_linked_tree
from tree import make_tree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
APP = os.path.join(ROOT, "fixtures", "apps", "swift-sessionkit", "before")
SMALL = os.path.join("Sources", "SessionKit", "TokenStore.swift")

READ_ALL = """
import os, sys
pending = [sys.argv[1]]
while pending:
    with os.scandir(pending.pop()) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif entry.name.endswith((".swift", ".ts", ".tsx", ".js", ".jsx", ".py")):
                descriptor = os.open(entry.path, os.O_RDONLY)
                os.read(descriptor, os.fstat(descriptor).st_size)
                os.close(descriptor)
"""

FIRST_WAVE = """
import sys
import keylint.gather
keylint.gather.CALLERS = keylint.gather.SUPPLIES = 0
from keylint.cli import main
sys.exit(main())
"""
"""The command, if it looked at no file but those that mention a store."""

PATTERN_RULES = """\
id: add
language: Swift
severity: warning
message: an add
rule: { pattern: "SecItemAdd($$$)" }
---
id: set
language: TypeScript
severity: warning
message: a write
rule: { pattern: "SecureStore.setItemAsync($$$)" }
"""


class Timing(NamedTuple):
    """Seconds of wall-clock time (median, least), median seconds of processor time, and peak memory in MB."""

    median: float
    least: float
    processor: float
    memory: float


def environment() -> dict[str, str]:
    """This checkout's keylint first; byte code is kept, as in any installation."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPATH"] = os.path.join(ROOT, "src")
    return kept


def measure(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Timing]:
    """Times the commands in turns, after one round that warms caches. A status above 1 is a failure, for all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    processor: dict[str, list[float]] = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0)
    for turn in range(rounds + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
            _, status, usage = os.wait4(process.pid, 0)
            took = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in (0, 1):
                raise SystemExit(f"{name}: exit status {process.returncode}: {' '.join(command)}")
            if turn:
                seconds[name].append(took)
                processor[name].append(usage.ru_utime + usage.ru_stime)
                memory[name] = max(memory[name], usage.ru_maxrss)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return {
        name: Timing(statistics.median(times), min(times), statistics.median(processor[name]), memory[name] / unit)
        for name, times in seconds.items()
    }


def show(title: str, timings: Mapping[str, Timing]) -> None:
    """A table of what was measured."""
    print(f"\n{title}")
    wide = max(map(len, timings))
    print(f"  {'':<{wide}}    median     least  processor   memory")
    for name, timing in timings.items():
        print(f"  {name:<{wide}}  {timing.median:6.3f} s  {timing.least:6.3f} s   {timing.processor:6.3f} s {timing.memory:5.0f} MB")


def ratio(timings: Mapping[str, Timing], name: str, base: str, target: str) -> None:
    """How many times as long `name` takes as `base`, by the clock and by the processor."""
    if name in timings and base in timings:
        one, other = timings[name], timings[base]
        processor = one.processor / max(other.processor, 1e-6)
        print(f"  {name} = {one.median / other.median:.2f} x {base}, {processor:.2f} x its processor time{target}")


def one_file(rounds: int) -> None:
    """A small Swift file that uses a store, by itself and in its project."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as temporary:
        app = shutil.copytree(APP, os.path.join(temporary, "app"))
        alone = shutil.copy(os.path.join(APP, SMALL), os.path.join(temporary, "alone.swift"))
        timings = measure(
            {
                "python -c pass": [python, "-c", "pass"],
                "import of the parser": [python, "-c", "import tree_sitter, tree_sitter_swift"],
                "keylint check": [python, "-m", "keylint", "check", alone],
                "keylint check in a project": [python, "-m", "keylint", "check", os.path.join(app, SMALL)],
            },
            rounds,
        )
        size = os.path.getsize(alone)
    show(f"one Swift file of {size} bytes, {rounds} rounds", timings)
    ratio(timings, "keylint check", "python -c pass", "")
    ratio(timings, "keylint check", "import of the parser", "   (target: at most 3)")
    ratio(timings, "keylint check in a project", "keylint check", "")


def waves(directory: str, rounds: int) -> None:
    """A large tree whose files use one another: what looking beyond the files that mention a store costs."""
    options = ["check", "--quiet", "--exit-zero", "--output-format", "concise"]
    first, whole = [sys.executable, "-c", FIRST_WAVE, *options], [sys.executable, "-m", "keylint", *options]
    timings = measure(
        {
            "first wave": [*first, directory],
            "all waves": [*whole, directory],
            "first wave --jobs 1": [*first, "--jobs", "1", directory],
            "all waves --jobs 1": [*whole, "--jobs", "1", directory],
        },
        rounds,
    )
    files, size = extent(directory)
    show(f"tree whose files use one another: {files} files, {size / 1e6:.0f} MB, {rounds} rounds", timings)
    ratio(timings, "all waves", "first wave", "   (target: at most 1.5)")
    ratio(timings, "all waves --jobs 1", "first wave --jobs 1", "")
    print(f"  memory of the largest process: {timings['all waves --jobs 1'].memory:.0f} MB   (target: below 200)")


def tree(directory: str, rounds: int, others: bool) -> None:
    """A large tree, and that part of it where no file uses a store, if the tree tells them apart."""
    from keylint.stores.words import trigger_words

    words = dict.fromkeys(word for language in ("swift", "typescript", "python") for word in trigger_words(language))
    listed = [part for word in words for part in ("-e", word)]
    check = [sys.executable, "-m", "keylint", "check", "--quiet", "--exit-zero", "--output-format", "concise"]
    plain = os.path.join(directory, "plain")
    scopes = [(directory, "whole tree")] + ([(plain, "files without a trigger word")] if os.path.isdir(plain) else [])
    for path, title in scopes:
        commands: dict[str, Sequence[str]] = {
            "plain read": [sys.executable, "-c", READ_ALL, path],
            "keylint check": [*check, path],
            "keylint check --jobs 1": [*check, "--jobs", "1", path],
        }
        if others and shutil.which("rg"):
            commands["rg -l"] = ["rg", "-l", "-F", *listed, path]
        timings = measure(commands, rounds)
        if others and path == directory and (program := shutil.which("ast-grep")):
            with tempfile.NamedTemporaryFile("w", suffix=".yml") as rules:
                rules.write(PATTERN_RULES)
                rules.flush()
                timings |= measure({"ast-grep scan": [program, "scan", "--rule", rules.name, path]}, 1)
        files, size = extent(path)
        show(f"{title}: {files} files, {size / 1e6:.0f} MB, {rounds} rounds", timings)
        ratio(timings, "keylint check", "plain read", "")
        ratio(timings, "keylint check", "rg -l", "" if path == directory else "   (target: at most 3)")
        ratio(timings, "keylint check", "ast-grep scan", "   (target: at most 0.1)")
        print(f"  memory of the largest process: {timings['keylint check'].memory:.0f} MB   (target: below 300)")


def extent(directory: str) -> tuple[int, int]:
    """Files and bytes below `directory`."""
    sizes = [os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(directory) for name in names]
    return len(sizes), sum(sizes)


def number_of_bytes(text: str) -> int:
    """`250MB`, `64kB` or a plain number."""
    for unit, factor in (("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("b", 1)):
        if text.lower().endswith(unit):
            return int(float(text[: -len(unit)]) * factor)
    return int(text)


def generated(options: argparse.Namespace, cache: str) -> str:
    """The generated tree, from the cache if it is there whole."""
    name = f"{options.files}-{options.relevant}-{options.bytes}{'-linked' if options.linked else ''}"
    directory = os.path.join(cache, name)
    if not os.path.isdir(directory):
        unfinished = f"{directory}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        make = make_linked_tree if options.linked else make_tree
        make(unfinished, options.files, options.relevant, options.bytes)
        os.rename(unfinished, directory)
    return directory


def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=0, help="generate a tree of so many files (default: none)")
    parser.add_argument("--relevant", type=int, default=1000, help="so many of them use a store")
    parser.add_argument("--bytes", type=number_of_bytes, default=250_000_000, help="size of the tree, such as 250MB")
    parser.add_argument("--linked", action="store_true", help="let the files of the tree use one another")
    parser.add_argument("--cache", help="keep generated trees in this directory (default: a temporary one)")
    parser.add_argument("--tree", help="time this tree instead of a generated one")
    parser.add_argument("--rounds", type=int, default=0, help="rounds (default: 20 for one file, 3 for a tree)")
    parser.add_argument("--alone", action="store_true", help="do not run other tools")
    options = parser.parse_args()
    one_file(options.rounds or 20)
    if options.tree:
        tree(options.tree, options.rounds or 3, not options.alone)
    elif options.files:
        with tempfile.TemporaryDirectory() as temporary:
            directory = generated(options, options.cache or temporary)
            if options.linked:
                waves(directory, options.rounds or 3)
            else:
                tree(directory, options.rounds or 3, not options.alone)


if __name__ == "__main__":
    main()
