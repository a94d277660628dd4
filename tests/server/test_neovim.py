"""The recipe for Neovim that the documentation gives, in a real Neovim without a screen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from editor import environment

DOCS = Path(__file__).parents[2] / "docs" / "editors.md"
TEXT = """import Security
func save(_ d: Data) {
  let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: d]
  let s = "😀"; if SecItemAdd(q as CFDictionary, nil) != 0 { fatalError() }
}
"""


def recipe(name: str) -> str:
    """The Lua block that follows a comment with the name of the recipe."""
    found = re.search(rf"<!-- recipe {name} -->\n+```lua\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def nvim() -> str:
    program = shutil.which("nvim")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("there is no nvim")
        pytest.skip("there is no nvim")
    return program


def newer(nvim: str) -> bool:
    """It has `vim.lsp.config`."""
    version = subprocess.run([nvim, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", version)
    assert found is not None
    return (int(found[1]), int(found[2])) >= (0, 11)


def test_neovim_shows_findings_and_applies_actions(nvim: str, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "keylint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keylint "$@"\n')
    command.chmod(0o755)
    project = tmp_path / "my project"
    (project / ".git").mkdir(parents=True)
    file = project / "a.swift"
    file.write_text(TEXT, encoding="utf-8")
    (tmp_path / "recipe.lua").write_text(recipe("neovim" if newer(nvim) else "neovim-before-0.11"))
    variables = {
        **environment(),
        "PATH": os.pathsep.join([str(tools), os.environ["PATH"]]),
        "KEYLINT_RECIPE": str(tmp_path / "recipe.lua"),
        "KEYLINT_FILE": str(file),
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    script = Path(__file__).with_name("neovim.lua")
    done = subprocess.run(
        [nvim, "--headless", "-u", "NONE", "-n", "-i", "NONE", "-c", f"luafile {script}", "-c", "cquit"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=project,
    )
    printed = (done.stdout + done.stderr).replace("\r", "").split("\n")
    assert done.returncode == 0, printed
    lines = [line for line in printed if line]
    # Neovim counts columns in bytes.
    assert lines[0].startswith("4:22 KL101 `SecItemAdd` stores the item with the default class"), lines
    assert lines[1:] == [
        "--",
        "Suppress KL101 here",
        "Suppress KL101 in this file",
        "--",
        '  let s = "😀"; if SecItemAdd(q as CFDictionary, nil) != 0 { fatalError() } // keylint: ignore[KL101]',
    ]
