"""Whose a file is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from keylint.owners import Owners


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("a.swift", ("@all",)),
        ("Sources/App/a.swift", ("@app", "app@example.com")),
        ("Sources/Free/a.swift", ("no owner",)),
        ("docs/a.py", ("@docs",)),
        ("docs/deep/a.py", ("@all",)),
        ("lib/x/tests/a.ts", ("@tests",)),
        ("with space/a.ts", ("@space",)),
        ("scripts/a.ts", ("@all",)),
    ],
)
def test_the_last_pattern_that_matches(project: Path, path: str, owners: tuple[str, ...]) -> None:
    (project / "CODEOWNERS").write_text(
        "# owners\n* @all\n\n/Sources/App/ @app app@example.com # the app\nSources/Free/\ndocs/* @docs\n"
        "tests/ @tests\nwith\\ space/ @space\n[Section] @nobody\n!scripts/ @nobody\n*" + "**a" * 20 + "b @nobody\n"
    )
    assert Owners(["."]).of(path) == owners
    assert Owners(["."]).of(os.path.join(project, path)) == owners


def test_where_it_is_looked_for(project: Path) -> None:
    for place in ("docs/CODEOWNERS", "CODEOWNERS", ".github/CODEOWNERS"):
        (project / place).parent.mkdir(exist_ok=True)
        (project / place).write_text(f"* @{place.replace('/', '-')}\n")
        assert Owners(["."]).of("a.swift") == (f"@{place.replace('/', '-')}",)


def test_of_a_project_inside_another(project: Path) -> None:
    (project / "CODEOWNERS").write_text("* @outer\n")
    inner = project / "vendor" / "inner"
    (inner / ".git").mkdir(parents=True)
    assert Owners(["vendor"]).of("vendor/inner/a.ts") == ("vendor/inner",)
    (inner / "CODEOWNERS").write_text("/a.ts @inner\n")
    assert Owners(["vendor"]).of("vendor/inner/a.ts") == ("@inner",)
    assert Owners(["vendor"]).of("vendor/a.ts") == ("@outer",)


@pytest.mark.parametrize(
    ("asked", "path", "folder"),
    [
        (["."], "Sources/App/a.swift", "Sources"),
        (["."], "a.swift", "."),
        (["Sources"], "Sources/App/Deep/a.swift", "Sources/App"),
        (["./Sources/"], "Sources/a.swift", "Sources"),
        (["Sources", "Sources/App"], "Sources/App/Deep/a.swift", "Sources/App/Deep"),
        (["Sources/App/a.swift"], "Sources/App/a.swift", "Sources/App"),
        (["a.swift"], "a.swift", "."),
        (["Sources"], "Other/a.swift", "Other"),
    ],
)
def test_without_codeowners_the_folder_beneath_the_path(project: Path, asked: list[str], path: str, folder: str) -> None:
    assert Owners(asked).of(path) == (folder,)


def test_what_is_no_file_is_not_opened(project: Path) -> None:
    os.mkfifo(project / "CODEOWNERS")
    assert Owners(["."]).of("Sources/a.swift") == ("Sources",)
