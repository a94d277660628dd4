"""The hooks, by the real pre-commit in scratch repositories. The hooks' environment, which pre-commit makes with pip, is made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
SAVE = """\
import * as SecureStore from 'expo-secure-store';
import { OPTIONS } from './options';
export const save = (secret: string) => SecureStore.setItemAsync('token', secret, OPTIONS);
"""
OPTIONS = """\
import * as SecureStore from 'expo-secure-store';
export const OPTIONS = { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY };
"""
BARE = """\
import * as SecureStore from 'expo-secure-store';
export const save = (secret: string) => SecureStore.setItemAsync('other', secret);
"""


class Done(NamedTuple):
    """What came of a command."""

    status: int
    printed: str


class Hooks(NamedTuple):
    """A repository that provides hooks, at a revision, and where pre-commit keeps environments."""

    repository: Path
    revision: str
    home: Path


def pre_commit() -> str:
    found = shutil.which("pre-commit", path=os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no pre-commit")
        pytest.skip("no pre-commit")
    return found


def ran(command: list[str], folder: Path, home: Path) -> Done:
    dropped = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PYTHONPATH", "PRE_COMMIT_ALLOW_NO_CONFIG")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"))}
    environment = {**kept, **who, "PRE_COMMIT_HOME": str(home), "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    return Done(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    """A repository with the files of this checkout, as they are now."""
    pre_commit()
    repository, home = tmp_path_factory.mktemp("hooks"), tmp_path_factory.mktemp("pre-commit")
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, repository)
    shutil.copytree(ROOT / "src", repository / "src", ignore=shutil.ignore_patterns("__pycache__"))
    assert ran(["bash", "-c", "git init -q && git add -A && git commit -qm Hooks"], repository, home).status == 0
    return Hooks(repository, ran(["git", "rev-parse", "HEAD"], repository, home).printed.strip(), home)


class Project:
    """A repository whose commits are checked."""

    def __init__(self, folder: Path, hooks: Hooks, configuration: str, first: dict[str, str]) -> None:
        self.folder, self.hooks = folder, hooks
        folder.mkdir()
        self.run("git", "init", "-q", "-b", "main")
        self.write({".pre-commit-config.yaml": f"repos:\n- repo: {hooks.repository}\n  rev: {hooks.revision}\n  hooks:\n{configuration}"})
        self.write(first)
        self.run("git", "add", "-A")
        assert self.run("git", "commit", "-qm", "The project so far").status == 0
        installed = self.run(pre_commit(), "install")
        assert installed.status == 0, installed.printed

    def run(self, *command: str) -> Done:
        return ran(list(command), self.folder, self.hooks.home)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    def commit(self, **files: str) -> Done:
        """Commits what is written now; names have `__` where a dot belongs."""
        self.write({name.replace("__", "."): text for name, text in files.items()})
        self.run("git", "add", "-A")
        return self.run("git", "commit", "-m", "A step")

    def all_files(self) -> Done:
        return self.run(pre_commit(), "run", "--all-files")


CLEAN = {"save.ts": SAVE, "options.ts": OPTIONS}
PLAIN = "  - id: keylint\n"
CHANGED = "  - id: keylint-changed\n"


def test_a_commit_is_refused_until_it_is_mended(tmp_path: Path, hooks: Hooks) -> None:
    project = Project(tmp_path / "project", hooks, PLAIN, CLEAN)
    refused = project.commit(bare__ts=BARE)
    assert refused.status == 1, refused.printed
    assert "bare.ts:2:" in refused.printed
    assert "KL101" in refused.printed
    mended = BARE.replace("secret);", "secret, { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY });")
    passed = project.commit(bare__ts=mended)
    assert passed.status == 0, passed.printed
    assert project.run("git", "log", "--oneline").printed.count("\n") == 2


def test_what_is_not_staged_does_not_count(tmp_path: Path, hooks: Hooks) -> None:
    project = Project(tmp_path / "project", hooks, PLAIN, CLEAN)
    project.write({"new.ts": "export const one = 1;\n"})
    project.run("git", "add", "new.ts")
    project.write({"save.ts": BARE, "new.ts": BARE})
    passed = project.run("git", "commit", "-m", "One")
    assert passed.status == 0, passed.printed
    assert (project.folder / "new.ts").read_text() == BARE


def test_other_files_are_none_of_its_business(tmp_path: Path, hooks: Hooks) -> None:
    done = Project(tmp_path / "project", hooks, PLAIN, {"bare.ts": BARE}).commit(notes__md="# Notes\n")
    assert done.status == 0
    assert "Skipped" in done.printed


def test_all_files_with_strange_names_in_several_runs(tmp_path: Path, hooks: Hooks) -> None:
    # More than the 131,072 bytes of arguments that pre-commit passes at once.
    many = {f"many/{'x' * 120} {number:04}.ts": "export const one = 1;\n" for number in range(1200)}
    strange = {"a b/with 'quotes' \"and\" $dollar.ts": BARE, "--config=dash.ts": BARE, "many/zzz.ts": BARE, "many/aaa.ts": BARE}
    done = Project(tmp_path / "project", hooks, PLAIN, {**many, **strange}).all_files()
    assert done.status == 1
    for name in strange:
        assert f"{name}:2:" in done.printed
    assert done.printed.count("KL101") == len(strange)
    assert done.printed.count("Found ") > 1, "this was one run"


def test_excludes(tmp_path: Path, hooks: Hooks) -> None:
    files = {"bare.ts": BARE, "legacy/bare.ts": BARE, "old/bare.ts": BARE, "keylint.toml": 'exclude = ["legacy/"]\n'}
    done = Project(tmp_path / "project", hooks, PLAIN + "    exclude: ^old/\n", files).all_files()
    assert done.status == 1
    assert [line.partition(":")[0] for line in done.printed.splitlines() if "KL101" in line] == ["bare.ts"]


def test_arguments(tmp_path: Path, hooks: Hooks) -> None:
    arguments = "    args: [--ignore=KL101, --quiet]\n"
    assert Project(tmp_path / "project", hooks, PLAIN + arguments, {"bare.ts": BARE, "legacy/a.ts": BARE}).all_files().status == 0


def test_an_old_finding_in_a_file_that_is_touched(tmp_path: Path, hooks: Hooks) -> None:
    touched = BARE + "export const one = 1;\n"
    refused = Project(tmp_path / "one", hooks, PLAIN, {"bare.ts": BARE}).commit(bare__ts=touched)
    assert refused.status == 1
    passed = Project(tmp_path / "two", hooks, CHANGED, {"bare.ts": BARE}).commit(bare__ts=touched)
    assert passed.status == 0, passed.printed


def test_a_change_that_breaks_another_file(tmp_path: Path, hooks: Hooks) -> None:
    broken = "export const OPTIONS = {};\n"
    passed = Project(tmp_path / "one", hooks, PLAIN, CLEAN).commit(options__ts=broken)
    assert passed.status == 0, passed.printed
    refused = Project(tmp_path / "two", hooks, CHANGED, CLEAN).commit(options__ts=broken)
    assert refused.status == 1
    assert "save.ts:3:" in refused.printed


def test_what_cannot_be_analyzed_is_refused(tmp_path: Path, hooks: Hooks) -> None:
    project = Project(tmp_path / "project", hooks, PLAIN, CLEAN)
    (project.folder / "bad.swift").write_bytes(b"import Security\nlet a = kSecClass // \xff\xfe\n")
    refused = project.commit()
    assert refused.status == 1, refused.printed
    assert "KL900" in refused.printed
