"""flake8 and the command as processes of their own, for tests of the plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import keylint

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
SOURCE = Path(keylint.__file__).parent.parent


def install(directory: Path) -> Path:
    """Makes the checkout look installed to whoever has `directory` on the path, with the entry points that `pyproject.toml` declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    metadata = directory / f"keylint-{keylint.__version__}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: keylint\nVersion: {keylint.__version__}\n")
    groups = project["entry-points"].items()
    text = "".join(f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in points.items()) for group, points in groups)
    (metadata / "entry_points.txt").write_text(text)
    return directory


class Flake8:
    """Runs flake8 in a directory of its own."""

    def __init__(self, directory: Path, installed: Path) -> None:
        self.directory = directory
        path = os.pathsep.join([str(installed), str(SOURCE)])
        self.environment = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}

    def write(self, name: str, text: str | bytes) -> None:
        (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
        (self.directory / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def process(self, *arguments: str, stdin: bytes = b"", start: tuple[str, ...] = ("-m", "flake8")) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *start, *arguments],
            cwd=self.directory,
            env=self.environment,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def lines(self, *arguments: str, stdin: bytes = b"") -> list[str]:
        """Output lines with keylint's codes."""
        done = self.process(*arguments, stdin=stdin)
        assert not done.stderr, done.stderr
        return [line for line in done.stdout.splitlines() if ": KL" in line]

    def places(self, *arguments: str, stdin: bytes = b"") -> list[str]:
        """`path:row:col: code` of keylint's findings."""
        return [" ".join(line.split(" ")[:2]).removeprefix("./") for line in self.lines(*arguments, stdin=stdin)]

    def command(self, *arguments: str) -> list[str]:
        """What `keylint check` says in the same directory."""
        done = self.process("check", "--quiet", "--output-format", "concise", *arguments, start=("-m", "keylint"))
        assert not done.stderr, done.stderr
        return done.stdout.splitlines()
