"""Which configuration files apply to a file: a matter of where it stands, and of nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import keylint
from keylint.config.finding import LARGEST, ConfigError, Finder, contents

OURS = "[tool.keylint]\n"


def grow(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            (root / name).mkdir()
        else:
            (root / name).write_text(text)


def found(root: Path, directory: str = "") -> list[str]:
    return [os.path.relpath(path, root) for path in Finder().files(str(root / directory)) if path.startswith(str(root))]


@pytest.mark.parametrize(
    ("files", "directory", "expected"),
    [
        ({"keylint.toml": ""}, ".", ["keylint.toml"]),
        ({"keylint.toml": "", "a/b/c.txt": ""}, "a/b", ["keylint.toml"]),
        ({"keylint.toml": "", "a/.keylint.toml": "", "a/b/c.txt": ""}, "a/b", ["keylint.toml", "a/.keylint.toml"]),
        ({"keylint.toml": "", "b/keylint.toml": "", "a/c.txt": ""}, "a", ["keylint.toml"]),
        ({"keylint.toml": "", ".keylint.toml": "", "pyproject.toml": OURS}, ".", ["keylint.toml"]),
        ({".keylint.toml": "", "pyproject.toml": OURS}, ".", [".keylint.toml"]),
        ({"pyproject.toml": OURS}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "tool.keylint = {}\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "[tool]\nkeylint = {}\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "[tool]\nkeylint.ignore = []\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "tool.keylint.ignore = []\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "tool = { keylint = {} }\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "# x\r\n [ tool . 'keylint' ]\r\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": "[[tool.keylint.policy]]\nclasses = []\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": '["tool".keylint]\n'}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": '[project]\nname = "a"\n'}, ".", []),
        ({"pyproject.toml": '[project]\ndependencies = ["keylint"]\n[tool.other]\nkeylint = 1\n'}, ".", []),
        ({"pyproject.toml": "this is no TOML"}, ".", []),
        ({"keylint.toml": "", "a/pyproject.toml": "[tool.x]\n"}, "a", ["keylint.toml"]),
        ({"keylint.toml": "", "a/.git/": "", "a/b/c.txt": ""}, "a/b", []),
        ({"keylint.toml": "", "a/.git": "gitdir: x", "a/keylint.toml": "", "a/b/c.txt": ""}, "a/b", ["a/keylint.toml"]),
        ({"keylint.toml": ""}, "not/there/yet", ["keylint.toml"]),
    ],
)
def test_the_files_above_a_directory(tmp_path: Path, files: dict[str, str], directory: str, expected: list[str]) -> None:
    grow(tmp_path, files)
    directory = "" if directory == "." else directory
    assert found(tmp_path, directory) == expected


def test_what_was_asked_before_changes_nothing(tmp_path: Path) -> None:
    grow(tmp_path, {"keylint.toml": "", "a/b/keylint.toml": "", "a/c/d.txt": "", "e/.git/": "", "e/f/g.txt": ""})
    directories = [str(tmp_path / name) for name in ("a", "a/b", "a/c", "e", "e/f", "")]
    alone = {directory: Finder().files(directory) for directory in directories}
    for order in (directories, directories[::-1]):
        finder = Finder()
        assert {directory: finder.files(directory) for directory in order} == alone


def test_a_pyproject_that_mentions_us_and_is_no_toml_is_an_error(tmp_path: Path) -> None:
    grow(tmp_path, {"pyproject.toml": "[project]\n[tool.keylint\n"})
    with pytest.raises(ConfigError, match=r"pyproject\.toml:2: not TOML"):
        found(tmp_path)


def test_a_shared_temporary_directory_configures_nobody(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    grow(shared, {"keylint.toml": "", "mine/keylint.toml": "", "yours/a.txt": ""})
    shared.chmod(0o1777)
    assert found(tmp_path, "shared/yours") == []
    assert found(tmp_path, "shared/mine") == ["shared/mine/keylint.toml"]
    shared.chmod(0o777)
    assert found(tmp_path, "shared/yours") == ["shared/keylint.toml"]


@pytest.mark.parametrize("name", ["keylint.toml", "pyproject.toml"])
def test_a_link_leads_no_further_than_the_work_tree(tmp_path: Path, name: str) -> None:
    grow(tmp_path, {"outside.toml": OURS, "tree/.git/": "", "tree/inside.toml": OURS, "tree/a/b.txt": "", "tree/c/d.txt": ""})
    (tmp_path / "tree/a" / name).symlink_to("../inside.toml")
    (tmp_path / "tree/c" / name).symlink_to("../../outside.toml")
    assert found(tmp_path, "tree/a") == [f"tree/a/{name}"]
    assert contents(str(tmp_path / "tree/a" / name)) == OURS.encode()
    if name == "pyproject.toml":
        assert found(tmp_path, "tree/c") == []
    with pytest.raises(ConfigError, match="leads out of the project"):
        contents(str(tmp_path / "tree/c" / name))


def test_what_is_no_file_is_an_error_and_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "keylint.toml")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".keylint.toml").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "keylint.toml").write_bytes(b"#" * (LARGEST + 1))
    for name, why in (("keylint.toml", "not a regular file"), ("a/.keylint.toml", "not a regular file"), ("b/keylint.toml", "larger")):
        with pytest.raises(ConfigError, match=why):
            contents(str(tmp_path / name))


def test_a_pyproject_that_is_no_file_is_none_of_ours(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    (tmp_path / "a/pyproject.toml").mkdir(parents=True)
    assert found(tmp_path, "a") == []


@pytest.mark.parametrize("configured", [False, True])
def test_without_a_file_no_parser_is_imported(tmp_path: Path, configured: bool) -> None:
    other = '[project]\nname = "keylint"\n[project.scripts]\nkeylint = "keylint.cli:main"\n[tool.hatch]\npath = "keylint"\n'
    grow(tmp_path, {"a.swift": "import Security\n", "pyproject.toml": other})
    if configured:
        grow(tmp_path, {"keylint.toml": ""})
    code = """
import sys
from keylint import cli
cli.run(["check", "--quiet"])
print(sorted({"tomllib", "tomli", "keylint.config.reading", "keylint.stores.reading"} & set(sys.modules)))
"""
    source = os.path.dirname(os.path.dirname(keylint.__file__))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
        check=True,
    )
    assert ("keylint.config.reading" in done.stdout) == configured
    assert (done.stdout.strip() == "[]") != configured
