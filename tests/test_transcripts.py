"""The transcripts in the documentation are what happens.

A console block after a line such as `<!-- transcript in fixtures/apps/python-uploader/before -->` is run by bash in a copy of that
folder, which is a git repository with one commit. `needs nvim npm` at the end names commands without which it is skipped, unless `CI` is
set. `continued` instead of a folder goes on in the copy of the block before. A line `...` stands for any lines, `…` for any text in a line.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import keylint

ROOT = Path(__file__).parent.parent
PAGES = (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md")
_BLOCK = re.compile(
    r"<!-- transcript (?:in (?P<folder>\S+)|(?P<more>continued))(?: needs (?P<needs>[^>]+?))? -->\n+"
    r"```console\n(?P<text>.*?)\n```",
    re.DOTALL,
)


class Block(NamedTuple):
    """One console block: the commands, and what each prints."""

    folder: str | None
    needs: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]


def sequences(page: Path) -> Iterator[list[Block]]:
    """The blocks of a page that share a folder, in order."""
    blocks: list[Block] = []
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        parts = re.split(r"^\$ (.*(?:(?<=\\)\n.*)*)\n?", match["text"] + "\n", flags=re.MULTILINE)
        assert not parts[0].strip(), f"{page.name}: output before the first command: {parts[0]}"
        block = Block(match["folder"], tuple((match["needs"] or "").split()), tuple(zip(parts[1::2], parts[2::2], strict=True)))
        if block.folder is not None and blocks:
            yield blocks
            blocks = []
        assert blocks or block.folder, f"{page.name}: nothing to continue"
        blocks.append(block)
    if blocks:
        yield blocks


def cases() -> Iterator[object]:
    for page in PAGES:
        for number, blocks in enumerate(sequences(page), 1):
            yield pytest.param(blocks, id=f"{page.relative_to(ROOT).as_posix()}-{number}")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which `keylint` is the command of this checkout, and nobody's settings count."""
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "keylint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keylint "$@"\n')
    command.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    dropped = ("NO_COLOR", "FORCE_COLOR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GITHUB_ACTIONS", "GITHUB_WORKSPACE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    path = os.pathsep.join([str(tools), os.path.dirname(sys.executable), os.environ["PATH"]])
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"))}
    fixed = {"PYTHONPATH": os.path.dirname(os.path.dirname(keylint.__file__)), "HOME": str(home), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    return {**kept, **who, **fixed, "PATH": path, "GIT_CONFIG_NOSYSTEM": "1"}


@pytest.mark.parametrize("blocks", list(cases()))
def test_transcript(blocks: list[Block], tmp_path: Path, environment: dict[str, str]) -> None:
    missing = [name for block in blocks for name in block.needs if shutil.which(name, path=environment["PATH"]) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"there is no {missing[0]}")
    folder = tmp_path / "project"
    assert blocks[0].folder is not None
    shutil.copytree(ROOT / blocks[0].folder, folder)
    prepare = "git init -q -b main && git add -A && git commit -q -m 'The project so far'"
    subprocess.run(["bash", "-c", prepare], cwd=folder, env=environment, check=True)
    steps = [step for block in blocks for step in block.steps]
    mark = "\036"
    script = "".join(f"{command}\nkeylint_status=$?; printf '{mark}'; (exit $keylint_status)\n" for command, _ in steps)
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=300
    )
    printed = done.stdout.decode().replace(str(folder), "/project").split(mark)
    for (command, expected), actual in zip(steps, printed, strict=False):
        assert re.fullmatch(_pattern(expected), actual.strip("\n")), f"$ {command}\n{actual}"


def _pattern(expected: str) -> str:
    lines = []
    for line in expected.strip("\n").split("\n"):
        lines.append("(?:.*\n)*?.*" if line == "..." else "[^\n]*".join(map(re.escape, line.split("…"))))
    return "\n".join(lines)
