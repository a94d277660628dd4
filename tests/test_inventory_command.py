"""`keylint inventory` as people and CI run it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from test_cli import ERROR, UNDECODABLE, run

TOKENS = b"""import * as SecureStore from 'expo-secure-store';
export const save = (token: string) => SecureStore.setItemAsync('auth.token', token);
export const load = () => SecureStore.getItemAsync('auth.token'); // keylint: ignore[KL110] reviewed
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "tokens.ts").write_bytes(TOKENS)
    (tmp_path / "save.swift").write_bytes(ERROR)
    (tmp_path / "undecodable.swift").write_bytes(UNDECODABLE)
    (tmp_path / "README.md").write_text("SecItemAdd")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize("form", ["table", "json", "html"])
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["src"], 0),
        (["empty"], 0),
        (["README.md"], 0),
        (["save.swift", "src"], 0),
        (["."], 3),
        ([], 3),
        (["undecodable.swift"], 3),
        (["--exclude", "undecodable.swift"], 0),
        (["undecodable.swift", "--exclude", "*.swift", "--force-exclude"], 0),
        (["no-such.swift"], 2),
        (["src", "--exclude", "!"], 2),
        (["src", "--jobs", "0"], 2),
        (["src", "--output-file", ""], 2),
        (["src", "--output-file", "empty"], 2),
        (["src", "--output-file", "no-such/file"], 2),
        (["src", "--select", "KL1"], 2),
    ],
)
def test_exit_status(tree: Path, form: str, arguments: list[str], status: int) -> None:
    done = run("inventory", *arguments, "--output-format", form, cwd=tree)
    assert done.returncode == status, done.stdout + done.stderr
    assert bool(done.stdout) is (status != 2)
    if status == 2:
        assert done.stderr.startswith("keylint: error: ")


def test_an_unknown_format(tree: Path) -> None:
    done = run("inventory", "--output-format", "htm", cwd=tree)
    assert (done.returncode, "did you mean 'html'?" in done.stderr) == (2, True)


def test_help() -> None:
    shown = run("inventory", "--help").stdout
    for option in ("--output-format", "--output-file", "--exclude", "Exit status", "CODEOWNERS"):
        assert option in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "inventory" in run("--help").stdout


def test_the_table(tree: Path) -> None:
    done = run("inventory", "src", cwd=tree)
    assert done.stdout.splitlines() == [
        "src",
        "ITEM                                        STORE                          LEAVES DEVICE  SERIALIZED",
        "key `auth.token`                            expo-secure-store              yes            no",
        "  class   WHEN_UNLOCKED: when unlocked (default)",
        "  leaves  migratable",
        "  write   src/tokens.ts:2  save",
        "  read    src/tokens.ts:3  load",
        "",
        "1 entry, of which 1 leaves the device.",
    ]
    assert done.stderr == ""


@pytest.mark.parametrize(("when", "coloured"), [("always", True), ("never", False), ("auto", False)])
def test_colour(tree: Path, when: str, coloured: bool) -> None:
    assert ("\033[" in run("inventory", "src", "--color", when, cwd=tree).stdout) is coloured


def test_quiet(tree: Path) -> None:
    done = run("inventory", "src", "README.md", "-q", cwd=tree)
    assert (done.stdout.endswith("load\n\n"), done.stderr) == (True, "")
    assert "README.md is not Swift" in run("inventory", "src", "README.md", cwd=tree).stderr


def test_json_is_nothing_but_json(tree: Path) -> None:
    done = run("inventory", "--output-format", "json", cwd=tree)
    found = json.loads(done.stdout)
    assert (found["complete"], [note["filename"] for note in found["not_analyzed"]]) == (False, ["undecodable.swift"])
    assert [(item["store"], item["owner"], [use["filename"] for use in item["writes"]]) for item in found["items"]] == [
        ("expo_secure_store", "src", ["src/tokens.ts"]),
        ("apple_security", ".", ["save.swift"]),
    ]
    assert "undecodable.swift: Not analyzed" in done.stderr
    assert json.loads(run("inventory", "empty", "--output-format", "json", cwd=tree).stdout)["items"] == []


@pytest.mark.parametrize("form", ["table", "json", "html"])
def test_a_file_gets_what_standard_output_would(tree: Path, form: str) -> None:
    shown = run("inventory", "src", "--output-format", form, cwd=tree).stdout
    target = tree / "empty" / "inventory"
    target.write_text("old")
    done = run("inventory", "src", "--output-format", form, "--output-file", str(target), cwd=tree)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert target.read_text(encoding="utf-8") == shown
    assert os.listdir(target.parent) == ["inventory"]
    assert stat.S_IMODE(target.stat().st_mode) & stat.S_IRUSR


def test_a_file_that_cannot_be_written(tree: Path) -> None:
    done = run("inventory", "src", "--output-file", "/dev/full/x", cwd=tree)
    assert done.returncode == 2
    done = run("inventory", "src", "--output-file", "/proc/inventory", cwd=tree)
    assert (done.returncode, "cannot be written" in done.stderr) == (3, True)


def test_incomplete_is_said_everywhere(tree: Path) -> None:
    done = run("inventory", cwd=tree)
    assert "Not analyzed, so items may be missing here:\n  undecodable.swift:1: Not analyzed" in done.stdout
    assert "Incomplete: items may be missing here" in run("inventory", "--output-format", "html", cwd=tree).stdout
    done = run("inventory", "--output-file", "list", cwd=tree)
    assert (done.returncode, "undecodable.swift: Not analyzed" in done.stderr) == (3, True)


def test_lines_that_were_skipped_make_it_incomplete(tree: Path) -> None:
    (tree / "src" / "tokens.ts").write_bytes(TOKENS + b"const x = ]]] SecureStore.deleteItemAsync('auth.token' {{{\n")
    found = json.loads(run("inventory", "src", "--output-format", "json", cwd=tree).stdout)
    assert [note["row"] for note in found["not_analyzed"]] == [4]
    assert run("inventory", "src", cwd=tree).returncode == 3


def test_a_projects_owners(tree: Path) -> None:
    (tree / "CODEOWNERS").write_text("* @everyone\nsrc/ @mobile @security\n")
    found = json.loads(run("inventory", ".", "--output-format", "json", cwd=tree).stdout)
    assert [item["owner"] for item in found["items"]] == ["@mobile @security", "@everyone"]
    assert run("inventory", "src", cwd=tree).stdout.startswith("@mobile @security\n")


def test_nothing_depends_on_the_number_of_processes(tree: Path) -> None:
    for number in range(12):
        (tree / "src" / f"{number}.ts").write_bytes(TOKENS)
    one, many = (run("inventory", "--output-format", "json", "--jobs", jobs, cwd=tree) for jobs in ("1", "2"))
    assert one.stdout == many.stdout
    assert len(json.loads(one.stdout)["items"][0]["writes"]) == 13


def test_hostile_names(tree: Path) -> None:
    key = "</script><script>alert(1)</script>\u202e\u2028 ' \" & <b>"
    escaped = json.dumps(key)
    (tree / "src" / "\x1b[2J::x.ts").write_text(
        f"import * as SecureStore from 'expo-secure-store';\nexport const save = (s: string) => SecureStore.setItemAsync({escaped}, s);\n",
        encoding="utf-8",
    )
    table = run("inventory", "src", cwd=tree).stdout
    assert not {"\x1b", "\u202e", "\u2028"} & set(table)
    items = json.loads(run("inventory", "src", "--output-format", "json", cwd=tree).stdout)["items"]
    assert key in [part["value"] for item in items for part in item["identity"]]
    page = run("inventory", "src", "--output-format", "html", cwd=tree).stdout
    assert page.isascii()
    assert page.count("<script") == 2
    assert "<b>" not in page
