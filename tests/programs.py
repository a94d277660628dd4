"""Programs that read reports, from npm: `npm install --prefix tests/node` brings them. Without one a test is skipped, except in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_MODULES = Path(__file__).parent / "node" / "node_modules"


def node(script: str, *arguments: str, given: str = "") -> str:
    """What a script of Node prints, which may `require` or `import` the packages."""
    command = [_needed(shutil.which("node"), "node"), "--input-type=module", "-", *arguments]
    _needed(_MODULES if _MODULES.is_dir() else None, "packages from npm")
    source = f"const given = {_literal(given)};\n{script}"
    done = subprocess.run(command, cwd=_MODULES.parent, input=source.encode(), capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def package(*parts: str) -> Path:
    """A file of a package."""
    path = _MODULES.joinpath(*parts)
    _needed(path if path.exists() else None, "/".join(parts))
    return path


def called(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """A program that has ended, its output decoded."""
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120)


def _needed(found: str | Path | None, name: str) -> str:
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {name}: npm install --prefix tests/node")
        pytest.skip(f"there is no {name}")
    return str(found)


def _literal(text: str) -> str:
    import json

    return json.dumps(text)
