"""Which project named files belong to: always all of it, and nothing of another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from keylint.select import select
from keylint.workspace import Share, in_memory, shares, whole, with_texts

FILES = ("one/package.json", "one/a.ts", "one/in/b.ts", "one/c.py", "two/package.json", "two/d.ts")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}" if name.endswith("json") else "", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def none(path: str) -> bool:
    return False


def shared(*paths: str, leaves_out: Callable[[str], bool] = none) -> list[Share]:
    return shares(paths, select(paths), (), leaves_out)


def names(share: Share) -> tuple[list[str], list[str]]:
    called = [path.replace(os.sep, "/") for path in (candidate.path for candidate in share.project.candidates)]
    return called, [candidate.path.replace(os.sep, "/") for candidate in share.named]


def test_each_project_is_a_share_with_what_was_named(tree: Path) -> None:
    one, two = shared("one/a.ts", "two")
    assert names(one) == (["one/a.ts", "one/c.py", "one/in/b.ts"], ["one/a.ts"])
    assert names(two) == (["two/d.ts"], ["two/d.ts"])


def test_a_named_file_is_called_as_it_was_named(tree: Path) -> None:
    (share,) = shared(str(tree / "one/a.ts"))
    assert names(share)[0] == [str(tree / "one/a.ts").replace(os.sep, "/"), "one/c.py", "one/in/b.ts"]


def test_what_a_configuration_excludes_is_no_part_unless_named(tree: Path) -> None:
    (share,) = shared("one/a.ts", leaves_out=lambda path: path.endswith(".ts"))
    assert names(share) == (["one/a.ts", "one/c.py"], ["one/a.ts"])


def test_a_text_that_stands_for_a_file(tree: Path) -> None:
    share = with_texts({"one/a.ts": b"text"}, "typescript", (), none)
    assert names(share) == (["one/a.ts", "one/in/b.ts"], ["one/a.ts"])
    assert [share.project.read(candidate) for candidate in share.project.candidates] == [b"text", b""]


def test_every_file_of_a_language(tree: Path) -> None:
    assert names(whole(str(tree / "one"), "python")) == (["one/c.py"], ["one/c.py"])


def test_files_that_are_nowhere() -> None:
    sources = [("b/x.ts", "typescript", b"1"), ("a.py", "python", b"2")]
    share = in_memory(sources, {"tsconfig.json": b'{"compilerOptions": {"paths": {"@x": ["./b/x"]}}}'})
    assert names(share) == (["a.py", "b/x.ts"], ["a.py", "b/x.ts"])
    assert [share.project.read(candidate) for candidate in share.named] == [b"2", b"1"]
    assert share.project.modules.module("b/x.ts", "@x") == "b/x.ts"
