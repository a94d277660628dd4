"""`--output-file`: which files a run writes, when, and what is left for standard output."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from keylint import cli
from keylint.reports.formats import FORMATS
from test_cli import ERROR, run, tree

__all__ = ["tree"]


def test_several_reports_in_one_run(tree: Path) -> None:
    arguments = ("--output-format", "concise", "--output-file", "sarif=a.sarif", "--output-file", "junit=out put.xml")
    done = run("check", "error.swift", *arguments, cwd=tree)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == run("check", "error.swift", "--output-format", "concise", cwd=tree).stdout
    for name, form in (("a.sarif", "sarif"), ("out put.xml", "junit")):
        assert (tree / name).read_text(encoding="utf-8") == run("check", "error.swift", "--output-format", form, cwd=tree).stdout


@pytest.mark.parametrize("form", ["full", "concise", "json", "sarif"])
def test_without_a_format_the_report_goes_there_and_its_sum_to_standard_output(tree: Path, form: str) -> None:
    shown = run("check", "error.swift", "--output-format", form, cwd=tree).stdout
    done = run("check", "error.swift", "--output-format", form, "--output-file", "report", cwd=tree)
    assert (done.returncode, done.stdout, done.stderr) == (1, "Found 1 error in 1 file.\n", "")
    assert (tree / "report").read_text(encoding="utf-8") == shown
    quiet = run("check", "error.swift", "--output-format", form, "--output-file", "report", "-q", cwd=tree)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", "")


def test_no_file_depends_on_where_it_lies(tree: Path) -> None:
    targets = [part for target in ("sarif=one", "sarif=empty/two", "rdjson=empty/three") for part in ("--output-file", target)]
    run("check", "error.swift", *targets, cwd=tree)
    assert (tree / "one").read_text() == (tree / "empty" / "two").read_text()
    [found] = json.loads((tree / "empty" / "three").read_text())["diagnostics"]
    assert found["location"]["path"] == "error.swift"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("", "cannot be a file"),
        ("empty", "cannot be a file"),
        ("sarif=empty", "cannot be a file"),
        ("no-such/file", "cannot be a file"),
        ("sarif=", "cannot be a file"),
        ("sarif=-", "cannot be a file"),
        ("sarf=x", "did you mean 'sarif'?"),
        ("sarf=x", "./sarf=x"),
    ],
)
def test_what_is_no_target_is_said_before_anything_is_checked(tree: Path, target: str, told: str) -> None:
    done = run("check", "error.swift", "--output-file", target, cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_one_file_cannot_hold_two_reports(tree: Path) -> None:
    done = run("check", "error.swift", "--output-file", "sarif=x", "--output-file", "./x", cwd=tree)
    assert (done.returncode, "'./x' is there twice" in done.stderr, os.path.exists(tree / "x")) == (2, True, False)


def test_a_name_with_an_equals_sign(tree: Path) -> None:
    for target, name in (("./sarf=x", "sarf=x"), ("a.b=c", "a.b=c"), ("json=a=b", "a=b"), ("json=json=x", "json=x")):
        assert run("check", "error.swift", "--output-file", target, cwd=tree).returncode == 1
        assert (tree / name).stat().st_size


def test_a_file_that_cannot_be_written_keeps_no_other(tree: Path) -> None:
    targets = ("--output-file", "json=/proc/report", "--output-file", "json=good.json")
    done = run("check", "clean.swift", *targets, "--exit-zero", cwd=tree)
    assert done.returncode == 3
    assert "the output cannot be written: /proc/report: " in done.stderr
    assert done.stdout.startswith("No findings")
    assert json.loads((tree / "good.json").read_text()) == []


def test_a_report_replaces_an_older_one_whole(tree: Path) -> None:
    (tree / "report").write_text("old" * 100_000)
    (tree / "link").symlink_to("report")
    run("check", "error.swift", "--output-file", "json=link", cwd=tree)
    assert (tree / "link").is_symlink()
    assert len(json.loads((tree / "report").read_text())) == 1
    assert not [name for name in os.listdir(tree) if name.startswith("tmp")]
    assert stat.S_IMODE((tree / "report").stat().st_mode) & stat.S_IRUSR


def test_a_pipe_stays_one(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tree / "pipe").read_text()))
    reader.start()
    done = run("check", "error.swift", "--output-file", "json=pipe", cwd=tree)
    reader.join(30)
    assert done.returncode == 1
    assert stat.S_ISFIFO((tree / "pipe").stat().st_mode)
    assert len(json.loads(read[0])) == 1
    assert run("check", "error.swift", "--output-file", "json=/dev/null", cwd=tree).returncode == 1
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_nothing_is_written_when_nothing_was_checked(tree: Path) -> None:
    assert run("check", "no-such.swift", "--output-file", "json=report", cwd=tree).returncode == 2
    assert not (tree / "report").exists()


def test_an_incomplete_run_writes_its_reports_and_still_ends_with_3(tree: Path) -> None:
    done = run("check", "undecodable.swift", "--select", "KL101", "--output-file", "full=report.txt", "--exit-zero", cwd=tree)
    assert done.returncode == 3
    assert "error KL900 Not analyzed" in (tree / "report.txt").read_text()
    assert "Found 1 error in 1 file." in (tree / "report.txt").read_text()
    assert "KL900" not in done.stdout
    assert "undecodable.swift: Not analyzed" in done.stderr


def test_standard_input(tree: Path) -> None:
    done = run("check", "-", "--stdin-filename", "sub/new.swift", "--output-file", "gitlab=report", "-q", cwd=tree, stdin=ERROR)
    assert done.returncode == 1
    assert [issue["location"]["path"] for issue in json.loads((tree / "report").read_text())] == ["sub/new.swift"]


@pytest.mark.parametrize("form", FORMATS)
def test_statistics(tree: Path, form: str) -> None:
    status = 1 if form in ("full", "concise", "json") else 2
    done = run("check", "error.swift", "--statistics", "--output-format", form, cwd=tree)
    assert done.returncode == status
    assert bool(done.stdout) is (status == 1)
    if status == 2:
        assert f"not as {form}" in done.stderr


def test_statistics_leave_other_reports_alone(tree: Path) -> None:
    done = run("check", "error.swift", "--statistics", "--output-file", "json=found.json", "--output-file", "sum.txt", cwd=tree)
    assert (done.returncode, done.stdout) == (1, "Found 1 error in 1 file.\n")
    assert [item["code"] for item in json.loads((tree / "found.json").read_text())] == ["KL101"]
    assert (tree / "sum.txt").read_text() == "1  KL101  missing-accessibility\nFound 1 error in 1 file.\n"


def test_colour(tree: Path) -> None:
    environment = {"FORCE_COLOR": "1"}
    done = run("check", "error.swift", "--output-file", "full=report", cwd=tree, environment=environment)
    assert "\033[" in done.stdout
    assert "\033[" not in (tree / "report").read_text()
    run("check", "error.swift", "--output-file", "full=report", "--color", "always", cwd=tree)
    assert "\033[" in (tree / "report").read_text()


@pytest.mark.parametrize(("arguments", "said"), [([], True), (["-q"], False)])
def test_what_github_leaves_out_is_said(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: bool
) -> None:
    monkeypatch.setattr("keylint.reports.sarif._KEPT", 0)
    monkeypatch.chdir(tree)
    assert cli.run(["check", "error.swift", "--output-file", "sarif=many.sarif", "--jobs", "1", *arguments]) == 1
    assert ("keylint: warning: 1 results: GitHub keeps 0 of a SARIF file\n" in capsys.readouterr().err) is said
    assert len(json.loads((tree / "many.sarif").read_text())["runs"][0]["results"]) == 1
