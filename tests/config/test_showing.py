"""`keylint config show`: what applies to a file, and from where."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from keylint.rules.registry import codes, resolve
from test_cli import ERROR, run

BASE = """\
extend-select = ["strict"]
fail-on = "error"
exclude = ["/old/"]

[severity]
KL1 = "warning"
KL103 = "info"

[per-file-ignores]
"Examples/" = ["KL101"]
"""
NEAR = """\
extend = "../ci/base.toml"
ignore = [
  "KL202",
]
require-reason = true
baseline = "accepted.json"

[severity]
KL1 = "error"

[per-file-ignores]
"*Spec.ts" = ["KL1", "KL3"]

[[stores]]
name = "vault"
base = "expo_secure_store"
modules = ["@/vault"]

[[policy]]
name = "tokens"
classes = []
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in (("ci/base.toml", BASE), ("app/keylint.toml", NEAR), ("keylint.toml", 'exclude = ["vendor/", "*.generated.*"]\n')):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def shown(tree: Path, *arguments: str) -> dict[str, Any]:
    done = run("config", "show", *arguments, "--output-format", "json", cwd=tree)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def entries(found: dict[str, Any], part: str = "entries") -> list[tuple[str, Any, str]]:
    return [(".".join(entry["key"]), entry["value"], entry["origin"]) for entry in found[part]]


def test_every_key_with_its_origin(tree: Path) -> None:
    found = shown(tree, "app/src/a.ts")
    assert (found["path"], found["left_out"]) == ("app/src/a.ts", None)
    assert [tuple(file.values()) for file in found["files"]] == [
        ("app/keylint.toml", "all", ""),
        ("ci/base.toml", "all", "app/keylint.toml"),
        ("keylint.toml", "exclude", ""),
    ]
    assert entries(found) == [
        ("select", ["default"], "default"),
        ("extend-select", ["strict"], "ci/base.toml:1"),
        ("ignore", ["KL202"], "app/keylint.toml:2"),
        ("per-file-ignores.Examples/", ["KL101"], "ci/base.toml:10"),
        ("per-file-ignores.*Spec.ts", ["KL1", "KL3"], "app/keylint.toml:12"),
        ("severity.KL1", "error", "app/keylint.toml:9"),
        ("severity.KL103", "info", "ci/base.toml:7"),
        ("min-confidence", "medium", "default"),
        ("fail-on", "error", "ci/base.toml:2"),
        ("require-reason", True, "app/keylint.toml:5"),
        ("baseline", "accepted.json", "app/keylint.toml:6"),
        ("exclude", ["/old/"], "ci/base.toml:3"),
        ("exclude", ["vendor/", "*.generated.*"], "keylint.toml:1"),
        ("stores.vault", None, "app/keylint.toml:14"),
        ("policy.tokens", None, "app/keylint.toml:19"),
    ]
    assert found["per_file_ignores"] == []
    assert {rule["code"] for rule in found["rules"]} == resolve(["default", "strict"], ["KL202"])
    severities = {rule["code"]: (rule["severity"], rule["origin"]) for rule in found["rules"]}
    assert severities["KL102"] == ("error", "app/keylint.toml:9")
    assert severities["KL103"] == ("info", "ci/base.toml:7")
    assert severities["KL301"] == ("warning", "default")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "KL1,KL2"], ("select", ["KL1", "KL2"], "--select")),
        (["--ignore", "KL3"], ("ignore", ["KL3"], "--ignore")),
        (["--fail-on", "info"], ("fail-on", "info", "--fail-on")),
        (["--min-confidence", "low"], ("min-confidence", "low", "--min-confidence")),
        (["--exclude", "x"], ("exclude", ["x"], "--exclude")),
        (["--isolated"], ("fail-on", "warning", "default")),
        (["--config", "ci/base.toml"], ("fail-on", "error", "ci/base.toml:2")),
    ],
)
def test_options_come_first(tree: Path, options: list[str], expected: tuple[str, Any, str]) -> None:
    found = shown(tree, "app/a.ts", *options)
    assert expected in entries(found)
    names = [name for name, _, _ in entries(found)]
    assert ("extend-select" in names) == (options[0] not in ("--select", "--isolated"))
    assert names.count("exclude") == (2 if options[0] in ("--select", "--ignore", "--fail-on", "--min-confidence") else 1)


@pytest.mark.parametrize(
    ("path", "matched"),
    [
        ("app/a.ts", []),
        ("app/aSpec.ts", ["*Spec.ts"]),
        ("app/Examples/a.ts", []),
        ("ci/Examples/a.ts", []),
        ("app/Examples/", []),
    ],
)
def test_the_per_file_ignores_that_match(tree: Path, path: str, matched: list[str]) -> None:
    found = shown(tree, path)
    assert [entry["key"][1] for entry in found["per_file_ignores"]] == matched
    assert ("KL101" in {rule["code"] for rule in found["rules"]}) == (not matched)


def test_a_directory_in_which_some_rules_are_not_reported(tree: Path) -> None:
    (tree / "keylint.toml").write_text('[per-file-ignores]\n"Examples/" = ["KL101"]\n"!Sources/" = ["KL102"]\n"a.ts" = ["KL103"]\n')
    (tree / "Examples").mkdir()
    for path, missing in (
        ("Examples", {"KL101", "KL102"}),
        ("Examples/x/", {"KL101", "KL102"}),
        ("Sources/", set()),
        ("Sources/a.ts", {"KL103"}),
        ("a.ts", {"KL102", "KL103"}),
    ):
        assert resolve([]) - {rule["code"] for rule in shown(tree, path)["rules"]} == missing


@pytest.mark.parametrize(
    ("path", "by", "origin"),
    [
        ("a.swift", None, None),
        ("app/a.swift", None, None),
        ("vendor/x/a.swift", "vendor/", "keylint.toml:1"),
        ("app/vendor/a.swift", "vendor/", "keylint.toml:1"),
        ("app/vendor/", "vendor/", "keylint.toml:1"),
        ("app/a.generated.ts", "*.generated.*", "keylint.toml:1"),
        ("node_modules/a/b.js", "node_modules", "default"),
        ("node_modules", "node_modules", "default"),
        ("a.min.js", ".min.js", "default"),
        ("ignored/a.ts", "", ""),
        ("README.md", "", ""),
        ("not/there/yet.py", None, None),
        ("link.ts", "", ""),
        ("script", None, None),
    ],
)
def test_what_is_left_out_and_by_what(tree: Path, path: str, by: str | None, origin: str | None) -> None:
    (tree / ".gitignore").write_text("ignored/\n")
    for name in ("ignored/a.ts", "a.swift", "app/a.swift", "node_modules/a/b.js"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("")
    (tree / "link.ts").symlink_to("a.swift")
    (tree / "script").write_text("#!/usr/bin/env python3\n")
    (tree / "script").chmod(0o755)
    left = shown(tree, path)["left_out"]
    assert (left and left["by"], left and left["origin"]) == (by, origin)
    if left is not None:
        assert left["by"] or left["reason"]
    absolute = shown(tree, f"{tree}/{path}")["left_out"]
    assert (absolute and absolute["by"]) == by


def test_what_the_command_line_leaves_out(tree: Path) -> None:
    left = shown(tree, "vendor/a.ts", "--exclude", "x", "--exclude", "*.ts")["left_out"]
    assert (left["by"], left["origin"]) == ("*.ts", "--exclude")
    assert shown(tree, "vendor/a.ts", "--exclude", "x")["left_out"] is None


def test_it_says_what_a_run_does(tree: Path) -> None:
    (tree / "app" / "accepted.json").touch()
    (tree / "app" / "vendor").mkdir()
    for name in ("app/a.swift", "app/vendor/b.swift", "app/c.generated.swift", "d.swift"):
        (tree / name).write_bytes(ERROR)
    done = run("check", ".", "--output-format", "json", cwd=tree)
    reported = {(Path(item["filename"]).relative_to(tree).as_posix(), item["code"], item["severity"]) for item in json.loads(done.stdout)}
    assert reported
    for name in ("app/a.swift", "app/vendor/b.swift", "app/c.generated.swift", "d.swift"):
        found = shown(tree, name)
        listed = {(rule["code"], rule["severity"]) for rule in found["rules"]}
        own = {(code, severity) for path, code, severity in reported if path == name}
        assert own <= listed
        assert bool(own) == (found["left_out"] is None)


def test_the_text(tree: Path) -> None:
    lines = run("config", "show", "app/aSpec.ts", cwd=tree).stdout.splitlines()
    assert lines[:6] == [
        "app/aSpec.ts",
        "  is not left out",
        "",
        "Files, the nearest first:",
        "  app/keylint.toml",
        "  ci/base.toml (extended by app/keylint.toml)",
    ]
    assert any(line.split("#") == [line.split("#")[0], " ci/base.toml:2"] and line.startswith('fail-on = "error"') for line in lines)
    assert '  per-file-ignores."*Spec.ts" = ["KL1", "KL3"]  # app/keylint.toml:12' in lines
    assert not any("KL101" in line for line in lines[lines.index("Not reported here:") + 2 :])
    assert "is left out by vendor/ (keylint.toml:1)" in run("config", "show", "vendor/a.ts", cwd=tree).stdout
    assert "No configuration file." in run("config", "show", "--isolated", cwd=tree).stdout
    assert "Rules: none" in run("config", "show", "--select", "KL1", "--ignore", "KL1", cwd=tree).stdout


def test_nothing_reaches_the_terminal_unescaped(tree: Path) -> None:
    (tree / "keylint.toml").write_text(
        'exclude = ["\\u001b[31m]"]\nbaseline = "\\u001b[31m"\n[per-file-ignores]\n"\\u001b*" = ["KL1"]\n'
        '[[policy]]\nname = "\\u001b"\nclasses = []\n'
    )
    directory = tree / "\x1b[2J"
    directory.mkdir()
    (directory / "keylint.toml").write_text('extend = "../keylint.toml"\n')
    done = run("config", "show", "\x1b[2J/\x1b[31m", cwd=tree)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\\u{1b}[2J/keylint.toml:1" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["shw"], 2),
        (["show"], 0),
        (["show", "a", "b"], 2),
        (["show", "--select", "KL999"], 2),
        (["show", "--exclude", "!"], 2),
        (["show", "--config", "nosuch.toml"], 2),
        (["show", "--output-format", "xml"], 2),
        (["show", "broken/a.ts"], 2),
        (["show", "broken/a.ts", "--isolated"], 0),
        (["show", ""], 0),
        (["schema"], 0),
        (["schema", "a"], 2),
        (["schema", "--select", "KL1"], 2),
        (["--help"], 0),
    ],
)
def test_exit_status(tree: Path, arguments: list[str], status: int) -> None:
    (tree / "broken").mkdir()
    (tree / "broken" / "keylint.toml").write_text("slect = 1")
    done = run("config", *arguments, cwd=tree)
    assert done.returncode == status, done.stderr
    if status == 2:
        assert done.stderr.startswith("keylint: error: ")
        assert done.stdout == ""


def test_every_rule_can_be_shown(tree: Path) -> None:
    assert [rule["code"] for rule in shown(tree, "--select", "all")["rules"]] == list(codes())
