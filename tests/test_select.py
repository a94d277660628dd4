"""Which files are candidates: with git, without it, and however a tree tries to mislead."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from keylint.select import BadPattern, MissingPath, excluded, select


def grow(root: Path, *paths: str, text: str = "x") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def chosen(root: Path, *excludes: str) -> list[str]:
    return [os.path.relpath(candidate.path, root).replace(os.sep, "/") for candidate in select([str(root)], excludes).candidates]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


class TestEverywhere:
    @pytest.fixture(params=["git", "walk"])
    def tree(self, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
        if request.param == "git":
            git(tmp_path, "init", "-q")
        return tmp_path

    def test_every_suffix_and_its_language(self, tree: Path) -> None:
        names = "a.swift b.ts c.tsx d.mts e.cts f.js g.jsx h.mjs i.cjs j.py k.pyi L.SWIFT"
        grow(tree, *names.split(), "z.md", "z.swift.orig", "swift")
        languages = {candidate.path.rpartition("/")[2]: candidate.language for candidate in select([str(tree)]).candidates}
        assert languages == {
            "a.swift": "swift",
            "L.SWIFT": "swift",
            "j.py": "python",
            "k.pyi": "python",
            **dict.fromkeys(["b.ts", "c.tsx", "d.mts", "e.cts", "f.js", "g.jsx", "h.mjs", "i.cjs"], "typescript"),
        }

    def test_what_nobody_wants_linted(self, tree: Path) -> None:
        unwanted = ["node_modules", "Pods", "Carthage", ".build", "DerivedData", "build", "dist", "venv/lib/site-packages"]
        grow(tree, *(f"sub/{directory}/a/b.swift" for directory in unwanted), "types.d.ts", "app.min.js", "sub/kept.swift")
        grow(tree, "myenv/pyvenv.cfg", "myenv/lib/x.py", "rebuild/kept.swift")
        assert chosen(tree) == ["rebuild/kept.swift", "sub/kept.swift"]

    def test_nested_gitignores(self, tree: Path) -> None:
        grow(tree, ".gitignore", text="*.ts\n/only_top.py\nskipped/\n")
        grow(tree, "in/.gitignore", text="!kept.ts\n")
        grow(tree, "a.ts", "b.py", "only_top.py", "in/only_top.py", "in/kept.ts", "in/other.ts", "in/skipped/x.py")
        assert chosen(tree) == ["b.py", "in/kept.ts", "in/only_top.py"]

    def test_excludes_in_gitignore_syntax(self, tree: Path) -> None:
        grow(tree, "a.ts", "gen/b.ts", "in/gen/c.ts", "in/d.gen.ts", "in/e.ts")
        assert chosen(tree, "gen/") == ["a.ts", "in/d.gen.ts", "in/e.ts"]
        assert chosen(tree, "/gen", "*.gen.ts") == ["a.ts", "in/e.ts", "in/gen/c.ts"]

    def test_excludes_count_from_the_current_directory_too(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(tree, "in/a.ts", "in/gen/b.ts")
        monkeypatch.chdir(tree)
        assert [candidate.path for candidate in select(["in"], ["in/gen"]).candidates] == ["in/a.ts"]

    def test_a_directory_may_be_called_like_a_file(self, tree: Path) -> None:
        grow(tree, "Auth0.swift/Auth0.swift", "Auth0.swift/README.md")
        assert chosen(tree) == ["Auth0.swift/Auth0.swift"]
        assert chosen(tree / "Auth0.swift") == ["Auth0.swift"]

    def test_directories_above_the_root_do_not_count(self, tree: Path) -> None:
        grow(tree, "build/dist/app.swift")
        assert chosen(tree) == []
        assert chosen(tree / "build" / "dist") == ["app.swift"]

    def test_links_are_not_followed(self, tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        outside = tmp_path_factory.mktemp("outside")
        grow(outside, "secret.swift")
        grow(tree, "a/in.swift")
        (tree / "a" / "loop").symlink_to(tree)
        (tree / "a" / "out").symlink_to(outside)
        (tree / "a" / "out.swift").symlink_to(outside / "secret.swift")
        from keylint.scan import relevant

        words = {"swift": (b"x",)}
        kept = relevant(select([str(tree)]).candidates, words)
        assert [os.path.basename(candidate.path) for candidate in kept] == ["in.swift"]

    def test_python_by_shebang_when_executable(self, tree: Path) -> None:
        grow(tree, "tool", "plain", text="#!/usr/bin/env python3\n")
        grow(tree, "shell", text="#!/bin/sh\n")
        (tree / "tool").chmod(0o755)
        (tree / "shell").chmod(0o755)
        from keylint.scan import relevant

        kept = relevant(select([str(tree)]).candidates, {"python": (b"#!",)})
        assert [(os.path.basename(candidate.path), candidate.language) for candidate in kept] == [("tool", "python")]

    def test_paths_are_shown_as_given(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(tree, "in/a.swift")
        monkeypatch.chdir(tree)
        for given, shown in (
            (".", "in/a.swift"),
            ("./in", "in/a.swift"),
            ("in/../in", "in/a.swift"),
            (str(tree), str(tree / "in/a.swift")),
        ):
            assert [candidate.path for candidate in select([given]).candidates] == [shown]

    def test_overlapping_paths_count_once(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(tree, "in/a.swift", "in/b.swift")
        monkeypatch.chdir(tree)
        assert [candidate.path for candidate in select([".", "in", "in/a.swift"]).candidates] == ["in/a.swift", "in/b.swift"]

    def test_odd_names(self, tree: Path) -> None:
        names = ["with space.swift", "tab\there.swift", "line\nbreak.swift", "ünï.swift", "-x.swift", "H 100644 a 0"]
        grow(tree, *names)
        assert chosen(tree) == sorted(name for name in names if name.endswith(".swift"))


def test_an_ignore_file_is_not_trusted(tmp_path: Path) -> None:
    grow(tmp_path, ".gitignore", text="a[z-a]\n!\n" + "*a" * 30 + "b\n" + "**/a/" * 30 + "b\n\xff\nskip.swift\n")
    grow(tmp_path, "a" * 200 + ".swift", "skip.swift", "a/" * 60 + "c.swift")
    assert len(chosen(tmp_path)) == 2


@pytest.mark.parametrize("pattern", ["!", "a[z-a]"])
def test_an_exclude_that_makes_no_sense(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(BadPattern):
        select([str(tmp_path)], ["ok", pattern])


class TestGit:
    def test_tracked_untracked_ignored_and_deleted(self, repository: Path) -> None:
        grow(repository, "tracked.swift", "deleted.swift", "ignored_but_tracked.swift")
        git(repository, "add", ".")
        grow(repository, "untracked.swift", "ignored.swift")
        grow(repository, ".gitignore", text="ignored*\n")
        (repository / "deleted.swift").unlink()
        from keylint.scan import relevant

        kept = relevant(select([str(repository)]).candidates, {"swift": (b"x",)})
        assert [os.path.basename(candidate.path) for candidate in kept] == ["ignored_but_tracked.swift", "tracked.swift", "untracked.swift"]

    def test_a_directory_inside(self, repository: Path) -> None:
        grow(repository, ".gitignore", text="/in/skip.swift\n")
        grow(repository, "in/a.swift", "in/skip.swift", "b.swift")
        assert chosen(repository / "in") == ["a.swift"]

    def test_an_ignored_directory_that_was_asked_for(self, repository: Path) -> None:
        grow(repository, ".gitignore", text="/scratch/\n")
        grow(repository, "scratch/a.swift")
        assert chosen(repository) == []
        assert chosen(repository / "scratch") == ["a.swift"]

    def test_submodules_and_clones_inside(self, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        other = tmp_path_factory.mktemp("other")
        git(other, "init", "-q")
        grow(other, "lib.swift", "ignored.swift")
        grow(other, ".gitignore", text="ignored.swift\n")
        git(other, "add", ".")
        git(other, "commit", "-qm", "x")
        git(repository, "submodule", "add", "-q", str(other), "module.swift")
        git(repository, "clone", "-q", str(other), "clone")
        (repository / "clone" / "ignored.swift").write_text("x")
        assert chosen(repository) == ["clone/lib.swift", "module.swift/lib.swift"]

    def test_a_linked_work_tree(self, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        grow(repository, "a.swift")
        git(repository, "add", ".")
        git(repository, "commit", "-qm", "x")
        linked = tmp_path_factory.mktemp("linked") / "tree"
        git(repository, "worktree", "add", "-q", str(linked))
        assert chosen(linked) == ["a.swift"]

    def test_a_conflict_lists_a_file_once(self, repository: Path) -> None:
        grow(repository, "a.swift", text="1\n")
        git(repository, "add", ".")
        git(repository, "commit", "-qm", "x")
        git(repository, "checkout", "-qb", "other")
        grow(repository, "a.swift", text="2\n")
        git(repository, "commit", "-qam", "x")
        git(repository, "checkout", "-q", "-")
        grow(repository, "a.swift", text="3\n")
        git(repository, "commit", "-qam", "x")
        with pytest.raises(subprocess.CalledProcessError):
            git(repository, "merge", "other")
        assert len(select([str(repository)]).candidates) == 1

    def test_the_repository_cannot_run_programs(self, repository: Path, tmp_path: Path) -> None:
        grow(repository, "a.swift")
        witness = tmp_path / "ran"
        script = tmp_path / "hook.sh"
        script.write_text(f"#!/bin/sh\ntouch {witness}\n")
        script.chmod(0o755)
        git(repository, "config", "core.fsmonitor", str(script))
        assert "a.swift" in chosen(repository)
        assert not witness.exists()

    def test_a_hook_environment_is_not_inherited(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(repository, "in/a.swift", "in/ignored.swift")
        grow(repository, ".gitignore", text="ignored.swift\n")
        monkeypatch.setenv("GIT_DIR", ".git")
        monkeypatch.setenv("GIT_INDEX_FILE", "nowhere/index")
        assert chosen(repository / "in") == ["a.swift"]

    def test_without_a_git_program_the_ignore_files_above_count(self, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(repository, ".gitignore", text="/in/skip.swift\n")
        grow(repository, "in/a.swift", "in/skip.swift")
        monkeypatch.setenv("PATH", "")
        assert chosen(repository / "in") == ["a.swift"]


class TestNamedFiles:
    def test_are_always_candidates(self, tmp_path: Path) -> None:
        grow(tmp_path, "node_modules/a.swift", "x.d.ts")
        named = [str(tmp_path / "node_modules/a.swift"), str(tmp_path / "x.d.ts")]
        assert [candidate.path for candidate in select(named).candidates] == named

    def test_are_left_out_by_force(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(tmp_path, "node_modules/a.swift", "x.d.ts", "b.swift", "gen/c.swift")
        monkeypatch.chdir(tmp_path)
        named = ["node_modules/a.swift", "x.d.ts", "b.swift", "gen/c.swift"]
        assert [candidate.path for candidate in select(named, ["gen"], force_exclude=True).candidates] == ["b.swift"]
        assert excluded("gen/c.swift", ["gen"])
        assert not excluded("gen/c.swift")

    def test_follow_links(self, tmp_path: Path) -> None:
        grow(tmp_path, "a.swift")
        (tmp_path / "link.swift").symlink_to(tmp_path / "a.swift")
        assert len(select([str(tmp_path / "link.swift")]).candidates) == 1

    def test_of_no_language_are_told_apart(self, tmp_path: Path) -> None:
        grow(tmp_path, "README.md")
        grow(tmp_path, "tool", text="#!/usr/bin/python\n")
        selection = select([str(tmp_path / "README.md"), str(tmp_path / "tool")])
        assert selection.unsupported == [str(tmp_path / "README.md")]
        assert [candidate.language for candidate in selection.candidates] == ["python"]

    @pytest.mark.parametrize("path", ["nope.swift", "a\0b.swift"])
    def test_must_exist(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(MissingPath):
            select([str(tmp_path), str(tmp_path / path)])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_directory_that_cannot_be_listed_is_reported(tmp_path: Path) -> None:
    grow(tmp_path, "shut/a.swift")
    (tmp_path / "shut").chmod(0)
    try:
        assert [path for path, _ in select([str(tmp_path)]).unreadable] == [str(tmp_path / "shut")]
    finally:
        (tmp_path / "shut").chmod(0o755)
