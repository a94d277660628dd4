"""Reading manifests from the disk, and where a project begins."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keylint.project import Project, project_root
from keylint.project.formats import parse_json, yaml_list
from keylint.project.python import PythonModules
from keylint.project.swift import SwiftModules
from keylint.project.tree import Tree, inside
from keylint.project.typescript import TypeScriptModules


def grow(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


ALIAS = '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}'


class TestDisk:
    def test_manifests_are_read(self, tmp_path: Path) -> None:
        grow(tmp_path, {"tsconfig.json": ALIAS, "src/a.ts": "", "ios/App.xcodeproj/project.pbxproj": "", "ios/A.swift": ""})
        project = Project(str(tmp_path), ["src/a.ts", "ios/A.swift"])
        assert TypeScriptModules(project).resolve("src/b.ts", "@/a") == "src/a.ts"
        assert project.unit_of("ios/A.swift").name == "App"

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        root = grow(tmp_path / "project", {"src/a.ts": "", "app/x.ts": ""})
        outside = grow(tmp_path / "outside", {"tsconfig.json": ALIAS, "package.json": '{"name": "secret", "version": "1"}'})
        (root / "tsconfig.json").symlink_to(outside / "tsconfig.json")
        (root / "linked").symlink_to(outside)
        (root / "app" / "tsconfig.json").write_text('{"extends": "../linked/tsconfig.json"}')
        project = Project(str(root), ["src/a.ts", "app/x.ts", "linked/y.ts"])
        modules = TypeScriptModules(project)
        assert modules.resolve("src/b.ts", "@/a") is None
        assert modules.resolve("app/x.ts", "@/a") is None
        assert project.unit_of("linked/y.ts").kind == "folder"

    @pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
    def test_what_is_no_file_is_not_read(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "tsconfig.json")
        (tmp_path / "package.json").mkdir()
        assert TypeScriptModules(Project(str(tmp_path), ["a.ts"])).resolve("b.ts", "@/a") is None

    def test_a_root_that_is_not_there(self, tmp_path: Path) -> None:
        project = Project(str(tmp_path / "gone"), ["a.ts", "b.swift", "c.py"])
        assert TypeScriptModules(project).resolve("b.ts", "./a") == "a.ts"
        assert PythonModules(project).resolve("b.py", "c") == "c.py"
        assert SwiftModules(project).scopes("b.swift") == [frozenset({"b.swift"})]

    def test_paths_that_no_disk_holds(self, tmp_path: Path) -> None:
        tree = Tree(str(tmp_path), [])
        for path in ("\0", "a\0/b", "\ud800", "x" * 10_000, "a/" * 3000 + "b"):
            assert tree.read(path) is None
            assert tree.names(path) == frozenset()


@pytest.mark.parametrize(
    ("base", "relative", "expected"),
    [
        ("", "a", "a"),
        ("a/b", "../c", "a/c"),
        ("a/b", "./c//d/.", "a/b/c/d"),
        ("a", "..", ""),
        ("a", "../..", None),
        ("", "..", None),
        ("a", "/b", None),
        ("a", "../../a/b", None),
    ],
)
def test_inside(base: str, relative: str, expected: str | None) -> None:
    assert inside(base, relative) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ('// x\n{"a": /* y */ [1, 2,],}', {"a": [1, 2]}),
        ('{"a": "// no comment, }", "b": "/* nor */", "c": "\\"//",}', {"a": "// no comment, }", "b": "/* nor */", "c": '"//'}),
        ('{"a": 1 /* open', None),
        ("{,}", {}),
        ("", None),
        ("{" * 100_000, None),
        ('{"a": ' + "9" * 10_000 + "}", None),
    ],
)
def test_json(text: str, expected: object) -> None:
    if sys.version_info >= (3, 11) or "999" not in text:
        assert parse_json(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("packages:\n  - a\n  - 'b/*' # c\n  - \"d\"\n", ["a", "b/*", "d"]),
        ("packages:\n- a\n\n# x\n- b\nother:\n- c\n", ["a", "b"]),
        ("packages: [a, 'b']\n", ["a", "b"]),
        ("other:\n  packages:\n    - a\n", []),
        ("packages:\n  - 'open\n  -\n  - \n", []),
        ("", []),
    ],
)
def test_yaml(text: str, expected: list[str]) -> None:
    assert yaml_list(text, "packages") == expected


class TestProjectRoot:
    def test_the_top_of_the_work_tree(self, tmp_path: Path) -> None:
        grow(tmp_path, {"package.json": "{}", "repo/a/package.json": "{}", "repo/a/b/c.ts": ""})
        subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
        assert project_root(str(tmp_path / "repo/a/b/c.ts")) == str(tmp_path / "repo")
        assert project_root(str(tmp_path / "repo/a/b")) == str(tmp_path / "repo")
        assert project_root(str(tmp_path / "repo")) == str(tmp_path / "repo")

    def test_a_submodule_is_its_own(self, tmp_path: Path) -> None:
        grow(tmp_path, {".git/HEAD": "", "sub/.git": "gitdir: x", "sub/a/b.ts": ""})
        assert project_root(str(tmp_path / "sub/a/b.ts")) == str(tmp_path / "sub")

    def test_the_outermost_manifest(self, tmp_path: Path) -> None:
        grow(tmp_path, {"x/package.json": "{}", "x/y/z/pyproject.toml": "", "x/y/z/a/b.ts": "", "x/y/c.ts": "", "o/d.ts": ""})
        assert project_root(str(tmp_path / "x/y/z/a/b.ts")) == str(tmp_path / "x")
        assert project_root(str(tmp_path / "x/y/c.ts")) == str(tmp_path / "x")
        assert project_root(str(tmp_path / "o/d.ts")) == str(tmp_path / "o")
        assert project_root(str(tmp_path / "o")) == str(tmp_path / "o")
        (tmp_path / "o" / "App.xcodeproj").mkdir()
        (tmp_path / "o" / "in").mkdir()
        assert project_root(str(tmp_path / "o/in")) == str(tmp_path / "o")

    def test_a_python_package_is_no_project_of_its_own(self, tmp_path: Path) -> None:
        grow(tmp_path, {"x/app/__init__.py": "", "x/app/in/__init__.py": "", "x/app/in/a.py": "", "x/tests/b.py": ""})
        assert project_root(str(tmp_path / "x/app/in/a.py")) == str(tmp_path / "x")
        assert project_root(str(tmp_path / "x/app")) == str(tmp_path / "x")
        assert project_root(str(tmp_path / "x/tests/b.py")) == str(tmp_path / "x/tests")

    def test_the_search_ends_at_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        grow(tmp_path, {"package.json": "{}", ".git/HEAD": "", "app/a/b.ts": "", "package/__init__.py": ""})
        assert project_root(str(tmp_path / "package")) == str(tmp_path / "package")
        assert project_root(str(tmp_path / "app/a/b.ts")) == str(tmp_path / "app/a")

    @pytest.mark.skipif(os.name == "nt", reason="needs modes")
    def test_and_where_everybody_may_write(self, tmp_path: Path) -> None:
        grow(tmp_path, {"package.json": "{}", "app/a/b.ts": ""})
        tmp_path.chmod(0o1777)
        assert project_root(str(tmp_path / "app/a/b.ts")) == str(tmp_path / "app/a")

    def test_what_is_not_there_is_a_file(self, tmp_path: Path) -> None:
        assert project_root(str(tmp_path / "gone.ts")) == str(tmp_path)
        assert project_root("/") == os.path.abspath("/")

    def test_it_is_absolute(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        grow(tmp_path, {"a/b.ts": ""})
        monkeypatch.chdir(tmp_path)
        assert project_root("a/b.ts") == str(tmp_path / "a")


def test_the_order_of_paths_changes_nothing() -> None:
    paths = [f"p{number}/{name}" for number in range(20) for name in ("a.ts", "b/index.ts", "c.swift", "d/__init__.py", "d/e.py")]
    answers = []
    for seed in range(3):
        random.Random(seed).shuffle(paths)
        project = Project("/x", paths, lambda path: b'{"name": "p", "version": "1"}' if path.endswith("package.json") else None)
        swift, python, typescript = SwiftModules(project), PythonModules(project), TypeScriptModules(project)
        answers.append(
            [
                [swift.scopes(path) for path in sorted(paths) if path.endswith(".swift")],
                [python.resolve(path, "d.e") for path in sorted(paths)],
                [typescript.resolve(path, "./b") for path in sorted(paths)],
                project.units,
            ]
        )
    assert answers[0] == answers[1] == answers[2]


def test_a_large_project_costs_little() -> None:
    paths = [f"p{number // 400}/src/d{number // 5 % 80}/f{number}.ts" for number in range(40_000)]
    start = time.process_time()
    project = Project("/x", paths, lambda path: None)
    assert time.process_time() - start < 0.3
    start = time.process_time()
    assert TypeScriptModules(project).resolve(paths[0], "./f1") == "p0/src/d0/f1.ts"
    assert TypeScriptModules(project).resolve(paths[0], "react") is None
    assert time.process_time() - start < 1


def test_nothing_heavy_is_imported() -> None:
    modules = "keylint.project, keylint.project.typescript, keylint.project.python, keylint.project.swift, keylint.project.imports"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; print(sorted(sys.modules))"], capture_output=True, text=True, check=True
    ).stdout
    assert not any(f"'{name}'" in found for name in ("tomllib", "tomli", "pathspec", "tree_sitter", "subprocess", "keylint.check"))
