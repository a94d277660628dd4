"""What paths in reports are relative to, and how places are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from keylint.program.nodes import Span
from keylint.reports.places import Places, places
from keylint.reports.regions import code_points, code_units, octets, region
from keylint.source import Source
from report_cases import write

LINE = 'x\r\nlet s = "😀é"; f(q)\rlast\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    names = ("one/.git/HEAD", "one/a/b.swift", "one/sub/.git", "one/sub/f.swift", "two/.git", "two/c.swift", "plain/d/e.swift")
    return write(tmp_path, dict.fromkeys(names, ""))


@pytest.mark.parametrize(
    ("here", "asked", "root"),
    [
        ("one", [], "one"),
        ("one/a", [], "one"),
        ("one/a", ["b.swift"], "one"),
        ("one/a", ["../../two"], "two"),
        ("one", ["../two/c.swift"], "two"),
        (".", ["one", "two"], "."),
        (".", ["one/a"], "one"),
        ("plain", ["d"], "plain"),
        ("plain/d", ["../../plain"], "plain"),
        ("one", ["../plain/d/e.swift"], "plain/d"),
        ("plain", ["new.swift"], "plain"),
        ("one", ["sub"], "one"),
        ("one/sub", ["."], "one/sub"),
    ],
)
def test_the_root(tree: Path, monkeypatch: pytest.MonkeyPatch, here: str, asked: list[str], root: str) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tree / here)
    assert Path(places(asked).root) == (tree / root).resolve()


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"])
def test_where_no_git_tells_a_ci_system_does(tree: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, str(tree / "plain"))
    monkeypatch.chdir(tree / "plain" / "d")
    assert places([]).relative("e.swift") == "d/e.swift"
    monkeypatch.chdir(tree / "one" / "a")
    assert places([]).relative("b.swift") == "a/b.swift"


def test_paths(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "one" / "a")
    found = Places(str(tree / "one"))
    assert found.relative("./b.swift") == found.relative(str(tree / "one" / "a" / "b.swift")) == "a/b.swift"
    assert found.relative("../../two/c.swift") == f"{tree}/two/c.swift"
    assert found.from_here(str(tree / "two" / "c.swift")) == "../../two/c.swift"
    (tree / "link").symlink_to("one")
    assert found.relative(str(tree / "link" / "a" / "b.swift")) == "a/b.swift"


def test_separators_of_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keylint.reports.places.os.sep", "\\")
    monkeypatch.setattr("keylint.reports.places.os.path.relpath", lambda *_: "sub\\a.swift")
    assert Places("/").relative("sub/a.swift") == "sub/a.swift"
    assert Places("/").from_here("sub/a.swift") == "sub/a.swift"


@pytest.mark.parametrize(("count", "column"), [(code_points, 15), (code_units, 16), (octets, 19)])
def test_columns(count: object, column: int) -> None:
    source = Source("a.swift", LINE.encode())
    start = LINE.encode().index(b"f(q)")
    found = region(source, Span(start, start + 4), count)  # type: ignore[arg-type]
    assert found is not None
    assert (found.start, found.end) == ((2, column), (2, column + 4))
    last = LINE.encode().index(b"last")
    assert region(source, Span(last, last + 99), count) == ((3, 1), (4, 1))  # type: ignore[arg-type]


def test_no_region() -> None:
    assert region(None, Span(0, 4)) is None
    assert region(Source("a", b"abc"), Span(2, 2)) is None
