"""`keylint suppress` and `keylint check --no-suppressions`, as they are run."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import keylint
from keylint.rewriting import NotRewritten, rewrite
from keylint.source import Source

PYTHON = b'import keyring\nkeyring.delete_password("a", "b")\nkeyring.set_password("a", "b", input())\n'
SWIFT = b"""import Security
let item = [kSecClass: kSecClassGenericPassword, kSecValueData: Data()] as CFDictionary
if SecItemAdd(item, nil) != 0 { fatalError() }
"""
COMMENT = "keylint: ignore[KL201] before the linter"
WRITTEN = PYTHON.replace(b"input())", f"input())  # {COMMENT}".encode())


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    source = os.path.dirname(os.path.dirname(keylint.__file__))
    return subprocess.run(
        [sys.executable, "-m", "keylint", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": source},
        timeout=60,
        check=False,
    )


def suppress(cwd: Path, *arguments: str, reason: str = "before the linter") -> subprocess.CompletedProcess[str]:
    return run("suppress", "--reason", reason, *arguments, cwd=cwd)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_bytes(PYTHON)
    (tmp_path / "b.swift").write_bytes(SWIFT)
    return tmp_path


def test_writes_and_is_done(tree: Path) -> None:
    done = suppress(tree)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["a.py:3: ignore[KL201]", "b.swift:3: ignore[KL101]", "Wrote 2 suppressions in 2 files."]
    assert (tree / "a.py").read_bytes() == WRITTEN
    checked = run("check", ".", cwd=tree)
    assert (checked.returncode, checked.stdout) == (0, "No findings (2 suppressed).\n")
    before = {path: path.read_bytes() for path in tree.iterdir()}
    again = suppress(tree)
    assert (again.returncode, again.stdout) == (0, "Wrote nothing.\n")
    assert {path: path.read_bytes() for path in tree.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["suppress"], 'say why: --reason "…"'),
        (["suppress", "--reason", "  "], 'say why: --reason "…"'),
        (["suppress", "--reason", "a */ b"], "a comment cannot say this"),
        (["suppress", "--reason", "keylint: ignore"], "a comment cannot say this"),
        (["suppress", "--reason", "x", "--until", "2099-13-01"], "'2099-13-01' is no date"),
        (["suppress", "--reason", "x", "--until", "tomorrow"], "'tomorrow' is no date"),
        (["suppress", "--reason", "x", "--until", "20990101"], "'20990101' is no date"),
        (["suppress", "--reason", "x", "--until", "2020-01-31"], "2020-01-31 has passed"),
        (["suppress", "--reason", "x", "nosuch.py"], "nosuch.py"),
        (["suppress", "--reason", "x", "--select", "KL777"], "unknown rule 'KL777'"),
        (["suppress", "--reason", "x", "--resaon", "y"], "did you mean '--reason'?"),
    ],
)
def test_mistakes(tree: Path, arguments: list[str], said: str) -> None:
    done = run(*arguments, cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert (tree / "a.py").read_bytes() == PYTHON


@pytest.mark.parametrize("option", ["--diff", "--dry-run"])
def test_shows_and_writes_nothing(tree: Path, option: str) -> None:
    done = suppress(tree, option)
    assert done.returncode == 0
    assert done.stdout.endswith("Would write 2 suppressions in 2 files.\n")
    added = "+if SecItemAdd(item, nil) != 0 { fatalError() } // keylint: ignore[KL101] before the linter\n"
    assert (added in done.stdout) is (option == "--diff")
    assert ((tree / "a.py").read_bytes(), (tree / "b.swift").read_bytes()) == (PYTHON, SWIFT)


def test_only_what_was_asked_for(tree: Path) -> None:
    assert suppress(tree, "--select", "KL101", "--until", "2099-12-31").returncode == 0
    assert (tree / "a.py").read_bytes() == PYTHON
    assert b"// keylint: ignore[KL101] until=2099-12-31 before the linter\n" in (tree / "b.swift").read_bytes()
    assert suppress(tree, "-q", "b.swift").stdout == ""
    assert run("check", ".", cwd=tree).returncode == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: "# coding: latin-1\nname = 'Zoë'\n".encode("latin-1") + text,
        lambda text: b"# -*- coding: cp1252 -*-\r\nname = '\x80'\r\n" + text.replace(b"\n", b"\r\n"),
        lambda text: text.rstrip(b"\n"),
        lambda text: "name = '😀'\n".encode() + text,
    ],
    ids=["CRLF", "CR", "BOM", "latin-1", "cp1252", "no line break at the end", "emoji"],
)
def test_a_file_keeps_its_form(tree: Path, change: object) -> None:
    assert callable(change)
    (tree / "a.py").write_bytes(change(PYTHON))
    assert suppress(tree, "a.py").returncode == 0
    assert (tree / "a.py").read_bytes() == change(PYTHON).replace(b"input())", f"input())  # {COMMENT}".encode())
    assert run("check", "a.py", cwd=tree).stdout == "No findings (1 suppressed).\n"


def test_a_reason_that_the_encoding_cannot_spell(tree: Path) -> None:
    (tree / "a.py").write_bytes(b"# coding: ascii\n" + PYTHON)
    done = suppress(tree, reason="größer")
    assert done.returncode == 3
    assert "a.py: not written: the text cannot be written in the file's encoding, ascii" in done.stderr
    assert (tree / "a.py").read_bytes() == b"# coding: ascii\n" + PYTHON
    assert "größer".encode() in (tree / "b.swift").read_bytes()


def test_what_is_left_is_said(tree: Path) -> None:
    (tree / "a.py").write_bytes(PYTHON + b'keyring.set_password "a"\n')
    (tree / "c.py").write_bytes(b"import keyring  # keylint: ignore[KL201] x\n")
    done = suppress(tree)
    assert done.returncode == 1
    assert [line.split(" ")[:4] for line in done.stderr.splitlines()] == [
        ["keylint:", "left:", "a.py:4:", "KL904"],
        ["keylint:", "left:", "c.py:1:", "KL901"],
    ]
    assert b"# keylint" in (tree / "a.py").read_bytes()


def test_a_run_that_is_incomplete_writes_what_it_found(tree: Path) -> None:
    (tree / "c.swift").write_bytes(b"let a = kSecClass \xff")
    done = suppress(tree)
    assert (done.returncode, "c.swift: Not analyzed" in done.stderr) == (3, True)
    assert (tree / "a.py").read_bytes() == WRITTEN


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written(tree: Path) -> None:
    (tree / "a.py").chmod(0o444)
    done = suppress(tree)
    assert (done.returncode, "a.py: not written: it is read-only" in done.stderr) == (3, True)


def test_permissions_and_links_stay(tree: Path) -> None:
    (tree / "a.py").chmod(0o751)
    (tree / "link.py").symlink_to("a.py")
    assert suppress(tree, "link.py").returncode == 0
    assert (tree / "link.py").is_symlink()
    assert (tree / "a.py").read_bytes() == WRITTEN
    assert stat.S_IMODE((tree / "a.py").stat().st_mode) == 0o751
    assert sorted(path.name for path in tree.iterdir()) == ["a.py", "b.swift", "link.py"]


def test_names_and_code_cannot_steer_the_terminal(tree: Path) -> None:
    (tree / "\x1b[2J.py").write_bytes(PYTHON.replace(b"input()", b'"\xc2\x9b\x1b[2J"'))
    done = suppress(tree, "--diff")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\x9b" not in done.stdout


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"new\n")
    before, after = (Source(str(path), data) for data in (b"old\n", b"mine\n"))
    with pytest.raises(NotRewritten, match="it has changed since it was read"):
        rewrite(before, after)
    assert path.read_bytes() == b"new\n"
    path.unlink()
    with pytest.raises(NotRewritten, match="no longer there"):
        rewrite(before, after)
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_hears_no_comments(tree: Path) -> None:
    suppress(tree)
    with (tree / "a.py").open("ab") as file:
        file.write(b"print()  # keylint: ignore\nprint()  # keylint: ignore(x)\n")
    done = run("check", "--no-suppressions", "--output-format", "concise", ".", cwd=tree)
    assert done.returncode == 1
    assert [line.split(" ")[1] for line in done.stdout.splitlines()] == ["KL201", "KL101", "2"]


def test_an_expired_suppression_says_so(tree: Path) -> None:
    (tree / "a.py").write_bytes(PYTHON.replace(b"input())", b"input())  # keylint: ignore[KL201] until=2020-02-01 moves"))
    done = run("check", "a.py", cwd=tree)
    assert done.returncode == 1
    assert "= note: The suppression on line 3 expired on 2020-02-01." in done.stdout
    assert suppress(tree, "a.py").returncode == 0
    assert (tree / "a.py").read_bytes() == WRITTEN


def test_a_run_without_comments_of_ours_looks_for_none(tree: Path) -> None:
    """What judges comments is imported where there are some."""
    script = (
        "import sys; from keylint.cli import run; "
        "run(['check', '-q', 'a.py']); print('keylint.settle.suppressions' in sys.modules)"
    )
    for data, expected in ((PYTHON, "False"), (WRITTEN, "True")):
        (tree / "a.py").write_bytes(data)
        source = os.path.dirname(os.path.dirname(keylint.__file__))
        environment = {**os.environ, "PYTHONPATH": source}
        done = subprocess.run([sys.executable, "-c", script], cwd=tree, capture_output=True, text=True, env=environment, check=True)
        assert done.stdout.splitlines()[-1].split() == [expected]
