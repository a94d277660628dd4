"""Each way in which a run can fail to look: none of them may read as clean, whatever the output and however little is asked to fail.

Every row is a process as people and CI run it. Where no file makes the tool fail, the process is started with a part of it broken.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

import keylint
from flake8_process import Flake8
from keylint.commands.inventory import FORMATS as LISTINGS
from keylint.reports.formats import FORMATS
from test_cli import CLEAN, ERROR, UNDECODABLE
from test_flake8_plugin import DEFECT

SKIPPED = b"import * as SecureStore from 'expo-secure-store';\nconst x = ]]] SecureStore.deleteItemAsync('auth.token' {{{\n"
NOT_PYTHON = b"import keyring = (\n"

RULE_CRASHES = """
from keylint.rules import registry
real = registry.load
def load(code):
    if code == "KL201":
        raise ZeroDivisionError("oops")
    return real(code)
registry.load = load
"""
FRONT_END_CRASHES = """
from keylint import check, lowering
class Broken:
    def lower(self, source, words):
        raise RuntimeError("oops")
    comments = lower
check.front_end = lowering.front_end = lambda language: Broken()
"""
PARSER_GIVES_UP = FRONT_END_CRASHES.replace("RuntimeError", "__import__('keylint.languages').languages.NotParsed")
MACHINE_CRASHES = """
from keylint.interpret import machine
def run(*arguments):
    raise RecursionError("oops")
machine.run = run
"""
PROCESS_DIES = """
import os
from keylint.{module} import {name}
real = {name}.__call__
def dies(self, item):
    if (item if isinstance(item, str) else item.candidate.path).endswith("4.swift"):
        os._exit(0)
    return real(self, item)
{name}.__call__ = dies
"""
NOT_LISTED = """
import os
real = os.scandir
def scandir(path="."):
    if os.fspath(path).rstrip("/").endswith("closed"):
        raise PermissionError(13, "Permission denied")
    return real(path)
os.scandir = scandir
"""
VANISHES = """
import os
from keylint import check
real = check.select
def select(*arguments):
    open("error.swift", "w").write("import Security")
    found = real(*arguments)
    os.unlink("error.swift")
    return found
check.select = select
"""
NO_MEMORY = """
from keylint import check
def fails(*arguments):
    raise MemoryError
check.check_paths = check.observe_paths = fails
"""
NO_MEMORY_THERE = NO_MEMORY.replace("check_paths = check.observe_paths", "check_project = check.check_text")
NO_STEPS = """
from keylint.interpret import world
for name in dir(world):
    if name.endswith("STEPS"):
        setattr(world, name, 1)
"""


class Row(NamedTuple):
    """A way to fail. `files` are there besides the usual ones; `broken` is run before the command, `redirection` is the shell's.
    `inventory`: the same holds for `keylint inventory`."""

    arguments: str
    status: int
    files: Mapping[str, str | bytes] = MappingProxyType({})
    broken: str = ""
    redirection: str = ""
    inventory: bool = True


NAMED = {f"many/{number}.swift": ERROR for number in range(10)}
ROWS = {
    "a path that does not exist": Row("no-such.swift", 2),
    "one of several paths that does not exist": Row("clean.swift no-such", 2),
    "a loop of links": Row("loop.swift", 2),
    "no regular file": Row("pipe.swift", 3),
    "a directory that cannot be listed": Row("closed", 3, {"closed/a.swift": CLEAN}, NOT_LISTED),
    "a directory below that cannot be listed": Row("outer", 3, {"outer/closed/a.swift": CLEAN}, NOT_LISTED),
    "a file that vanishes": Row("error.swift", 3, {}, VANISHES),
    "bytes that are no text": Row("undecodable.swift", 3),
    "no text among others": Row("clean.swift undecodable.swift", 3),
    "no text below": Row("below", 3, {"below/a/b.swift": UNDECODABLE}),
    "code that is none": Row("a.py", 3, {"a.py": NOT_PYTHON}),
    "a parser that gives up": Row("clean.swift", 3, {}, PARSER_GIVES_UP),
    "a front end that crashes": Row("clean.swift", 3, {}, FRONT_END_CRASHES),
    "a machine that crashes": Row("error.swift", 3, {}, MACHINE_CRASHES),
    "a rule that crashes": Row("error.swift", 3, {}, RULE_CRASHES, inventory=False),
    "a process that dies reading": Row("many --jobs 2", 3, NAMED, PROCESS_DIES.format(module="lowering", name="Lowerer")),
    "a process that dies running": Row("many --jobs 2", 3, NAMED, PROCESS_DIES.format(module="analysis", name="Runner")),
    "no memory": Row("clean.swift", 3, {}, NO_MEMORY),
    "an unknown rule": Row("clean.swift --select KL999", 2, inventory=False),
    "an unknown rule that is ignored": Row("clean.swift --ignore KL999", 2, inventory=False),
    "an option that is none": Row("clean.swift --selct KL1", 2),
    "a pattern that makes no sense": Row("clean.swift --exclude !", 2),
    "a configuration that is none": Row("clean.swift", 2, {"keylint.toml": "nonsense"}),
    "one with an unknown key": Row("clean.swift", 2, {"keylint.toml": "slect = []"}),
    "one with a wrong type": Row("clean.swift", 2, {"keylint.toml": "select = 1"}),
    "one with an unknown rule": Row("clean.swift", 2, {"keylint.toml": "select = ['KL999']"}),
    "one with an unknown rule for some files": Row("clean.swift", 2, {"keylint.toml": "per-file-ignores = { a = ['KL999'] }"}),
    "one with a severity for an unknown rule": Row("clean.swift", 2, {"keylint.toml": "severity = { KL999 = 'info' }"}),
    "one that excuses what was not analyzed": Row("undecodable.swift", 2, {"keylint.toml": "severity = { KL900 = 'info' }"}),
    "one with a bad pattern": Row("clean.swift", 2, {"keylint.toml": "exclude = ['a[z-a]']"}),
    "one that extends nothing": Row("clean.swift", 2, {"keylint.toml": "extend = 'no-such.toml'"}),
    "one that extends itself": Row("clean.swift", 2, {"keylint.toml": "extend = 'keylint.toml'"}),
    "one that is no text": Row("clean.swift", 2, {"keylint.toml": b"\xff"}),
    "one further down": Row(".", 2, {"below/keylint.toml": "nonsense", "below/a.swift": CLEAN}),
    "one in pyproject.toml": Row("clean.swift", 2, {"pyproject.toml": "[tool.keylint]\nslect = []"}),
    "a named configuration that is not there": Row("clean.swift --config no-such.toml", 2),
    "a named configuration that is no file": Row("clean.swift --config pipe.swift", 2),
    "no standard input": Row("--stdin-filename a.swift -", 2, redirection="<&-", inventory=False),
    "standard input that cannot be read": Row("--stdin-filename a.swift -", 2, redirection="0> /dev/null", inventory=False),
    "standard input that is no text": Row("--stdin-filename a.swift -", 3, redirection="< undecodable.swift", inventory=False),
    "no standard output": Row("clean.swift", 3, redirection=">&-"),
    "a full disk": Row("clean.swift", 3, redirection="> /dev/full"),
    "a full disk, with findings": Row("error.swift", 3, redirection="> /dev/full"),
    "a file that accepts nothing of it": Row("undecodable.swift", 3, {"keylint.toml": "per-file-ignores = { '*' = ['all'] }\nselect = []"}),
    "severities that make everything small": Row("undecodable.swift", 3, {"keylint.toml": "severity = { all = 'info' }"}),
}
MILDEST = "--exit-zero --fail-on error"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Files of every kind, in a directory of their own."""
    root = tmp_path / "tree"
    root.mkdir()
    for name, data in (("clean.swift", CLEAN), ("error.swift", ERROR), ("undecodable.swift", UNDECODABLE), ("skipped.ts", SKIPPED)):
        (root / name).write_bytes(data)
    os.mkfifo(root / "pipe.swift")
    (root / "loop.swift").symlink_to("loop.swift")
    return root


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def started(root: Path, script: str, arguments: str, redirection: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(keylint.__file__)), "SCRIPT": script}
    return subprocess.run(
        ["/bin/sh", "-c", f'"$0" -c "$SCRIPT" {arguments} {redirection}', sys.executable],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


def process(root: Path, command: str, row: Row, more: str = "") -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    script = f"{row.broken}\nimport sys\nfrom keylint.cli import main\nsys.exit(main())"
    return started(root, script, f"{command} {row.arguments} {more}", row.redirection)


def ends(root: Path, command: str, row: Row, variants: Sequence[str]) -> tuple[list[int], bytes, bytes]:
    """What the command ends with, with each of `variants` added, and what all of them print: one process for all, unless a shell has to
    hand something over to each."""
    if row.redirection:
        done = [process(root, command, row, variant) for variant in variants]
        return [each.returncode for each in done], b"".join(each.stdout for each in done), b"".join(each.stderr for each in done)
    script = f"""{row.broken}
import sys
from keylint.cli import run
def status(arguments):
    try:
        return run(arguments)
    except SystemExit as exit:
        return exit.code
listed = [status([*sys.argv[1:], *variant.split()]) for variant in {list(variants)!r}]
open("statuses", "w").write(" ".join(map(str, listed)))
"""
    together = started(root, script, f"{command} {row.arguments}")
    assert together.returncode == 0, together.stderr
    return [int(status) for status in (root / "statuses").read_text().split()], together.stdout, together.stderr


@pytest.mark.parametrize("name", ROWS)
def test_check_is_never_clean(tree: Path, name: str) -> None:
    row = ROWS[name]
    write(tree, row.files)
    variants = ["", "--statistics", "--quiet", *(f"--output-format {form} {MILDEST}" for form in FORMATS)]
    statuses, printed, said = ends(tree, "check", row, variants)
    assert dict(zip(variants, statuses, strict=True)) == dict.fromkeys(variants, row.status), said
    assert b"Traceback" not in said
    assert b"No findings." not in printed
    if row.status == 2:
        assert printed == b""
        assert all(line.startswith((b"keylint: error: ", b"Try 'keylint ")) for line in said.splitlines())


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.inventory])
def test_an_inventory_is_never_complete(tree: Path, name: str) -> None:
    row = ROWS[name]
    write(tree, row.files)
    variants = [f"--output-format {form}" for form in LISTINGS]
    statuses, _, said = ends(tree, "inventory", row, variants)
    assert statuses == [row.status] * len(variants)
    assert b"Traceback" not in said


@pytest.mark.parametrize("command", ["check", "inventory"])
def test_without_anything_broken_all_is_well(tree: Path, command: str) -> None:
    assert process(tree, command, Row("clean.swift", 0)).returncode == 0


@pytest.mark.parametrize(
    "row",
    [Row("skipped.ts", 1), Row("error.swift --select KL904", 1, broken=NO_STEPS)],
    ids=["lines that were skipped", "a budget that was used up"],
)
def test_what_was_looked_at_in_part_is_a_finding(tree: Path, row: Row) -> None:
    formats = [f"--output-format {form}" for form in FORMATS]
    statuses, _, _ = ends(tree, "check", row, formats)
    assert statuses == [1] * len(formats)
    # It is a finding like others, so what says how severe one must be is about it as well. It is said all the same.
    for form in formats:
        [status], printed, _ = ends(tree, "check", row, [f"{form} {MILDEST}"])
        assert (status, b"KL904" in printed) == (0, True)
    assert process(tree, "inventory", row._replace(arguments=row.arguments.partition(" ")[0])).returncode == 3


def test_a_rule_that_crashes_is_named(tree: Path) -> None:
    for form in FORMATS:
        _, printed, _ = ends(tree, "check", ROWS["a rule that crashes"], [f"--output-format {form} {MILDEST}"])
        assert b"KL201 failed" in printed, form


class FlakeRow(NamedTuple):
    """A way to fail within flake8. `shows` is what it says; `status` its own."""

    data: bytes
    shows: str
    files: Mapping[str, str | bytes] = MappingProxyType({})
    broken: str = ""
    arguments: tuple[str, ...] = ()
    status: int = 1


FLAKE_ROWS = {
    "bytes that are no text": FlakeRow(DEFECT.replace("svc", "\xe9").encode("latin-1"), "KL900"),
    "a parser that gives up": FlakeRow(DEFECT.encode(), "KL900", broken=PARSER_GIVES_UP),
    "a front end that crashes": FlakeRow(DEFECT.encode(), "KL900", broken=FRONT_END_CRASHES),
    "a machine that crashes": FlakeRow(DEFECT.encode(), "KL900", broken=MACHINE_CRASHES),
    "a rule that crashes": FlakeRow(DEFECT.encode(), "KL201 failed", broken=RULE_CRASHES),
    "no memory": FlakeRow(DEFECT.encode(), "KL900", broken=NO_MEMORY_THERE),
    "code that is none": FlakeRow(NOT_PYTHON, "E999"),
    "a configuration that is none": FlakeRow(DEFECT.encode(), "keylint.toml: not TOML", {"keylint.toml": "nonsense"}, status=2),
    "one that extends nothing": FlakeRow(DEFECT.encode(), "no-such.toml", {"keylint.toml": "extend = 'no-such.toml'"}, status=2),
    "one further down": FlakeRow(DEFECT.encode(), "KL900", {"below/keylint.toml": "nonsense", "below/b.py": DEFECT}),
    "one further down that extends nothing": FlakeRow(
        DEFECT.encode(), "KL900", {"below/keylint.toml": "extend = '../no-such.toml'", "below/b.py": DEFECT}
    ),
    "an unknown rule": FlakeRow(DEFECT.encode(), "KL999", arguments=("--keylint-select", "KL999"), status=2),
}


@pytest.mark.parametrize(("name", "jobs"), [*((name, "1") for name in FLAKE_ROWS), ("a rule that crashes", "2"), ("one further down", "2")])
def test_flake8_is_never_clean(flake8: Flake8, name: str, jobs: str) -> None:
    row = FLAKE_ROWS[name]
    write(flake8.directory, {"a.py": row.data, "c.py": row.data, **row.files})
    script = f"{row.broken}\nimport sys\nfrom flake8.__main__ import main\nsys.exit(main())"
    done = flake8.process("--isolated", "--select", "KL,E9", "-j", jobs, *row.arguments, ".", start=("-c", script))
    assert done.returncode == row.status, done.stdout + done.stderr
    assert row.shows in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
