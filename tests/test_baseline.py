"""A baseline as a team uses it: written once, committed, heard by every check."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from test_changed_since import FREE, SAVE, UNSAFE, Repository
from test_cli import UNDECODABLE, run

FILE = "keylint-baseline.jsonl"
CALL = "        let status = SecItemAdd(query as CFDictionary, nil)\n"
TWICE = UNSAFE.replace(CALL, CALL + "        let again = SecItemAdd(query as CFDictionary, nil)\n        print(again)\n")
OTHER = UNSAFE.replace("TokenStore", "Other").replace('"token"', '"other"')


class Project:
    """A project with a baseline of what it has."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, path: str, text: str | bytes) -> None:
        target = self.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())

    def accept(self, *paths: str) -> str:
        done = run("baseline", *paths, cwd=self.directory)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run("check", "--baseline", FILE, "--output-format", "concise", *arguments, cwd=self.directory)

    def new(self, *arguments: str) -> list[str]:
        done = self.check("-q", *arguments)
        found = [" ".join(line.split(" ")[:2]) for line in done.stdout.splitlines()]
        assert (done.returncode, done.stderr) == (int(bool(found)), "")
        return found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = Project(tmp_path)
    found.write("app/a.swift", UNSAFE)
    return found


class TestIdentity:
    def test_what_there_was_is_known(self, project: Project) -> None:
        assert project.accept() == f"{FILE}: 1 entry (1 new, 0 dropped).\n"
        done = project.check()
        assert (done.returncode, done.stdout, done.stderr) == (0, "No findings (1 in the baseline).\n", "")

    @pytest.mark.parametrize(
        "text",
        [
            "// One.\n// Two.\n\n" + UNSAFE,
            UNSAFE.replace(CALL, "\n        // More.\n" + CALL),
            FREE.partition("\n")[0] + " 0 }\n" + UNSAFE,
            UNSAFE.replace("\n", "\r\n"),
            UNSAFE.replace("SecItemAdd(query as CFDictionary, nil)", "SecItemAdd(\n            query as CFDictionary, nil\n        )"),
            UNSAFE.replace("(query as CFDictionary, nil)", "(query as NSDictionary, nil)"),
            UNSAFE.replace("kSecAttrAccount", "kSecAttrLabel"),
        ],
        ids=["lines-above", "lines-inside", "function-above", "line-ends", "wrapped", "argument", "item"],
    )
    def test_edits_elsewhere_change_nothing(self, project: Project, text: str) -> None:
        project.accept()
        project.write("app/a.swift", text)
        assert project.new() == []

    def test_functions_may_change_places(self, project: Project) -> None:
        start, body = UNSAFE.partition("\n")[::2]
        project.write("app/a.swift", f"{start}\n{FREE}{body}")
        assert "2 entries" in project.accept()
        project.write("app/a.swift", f"{start}\n{body}{FREE}")
        assert project.new() == []

    def test_one_more_of_a_kind_is_new(self, project: Project) -> None:
        project.accept()
        project.write("app/a.swift", TWICE)
        assert project.new() == ["app/a.swift:12:21: KL101"]

    def test_one_of_two_mended(self, project: Project) -> None:
        project.write("app/a.swift", TWICE)
        assert "2 entries" in project.accept()
        project.write("app/a.swift", UNSAFE)
        assert project.new() == []
        assert "1 in the baseline match nothing any more" in project.check().stderr

    def test_another_function_with_the_same_fault_is_new(self, project: Project) -> None:
        project.accept()
        project.write("app/a.swift", UNSAFE.replace("func save", "func store"))
        assert project.new() == ["app/a.swift:11:22: KL101"]

    def test_a_file_that_moves(self, project: Project) -> None:
        project.write("app/b.swift", OTHER)
        project.accept()
        (project.directory / "app/a.swift").unlink()
        project.write("lib/c.swift", UNSAFE)
        assert project.new() == []
        assert project.check().stderr == ""
        (project.directory / "lib/c.swift").unlink()
        project.write("lib/c.swift", UNSAFE.replace("TokenStore", "Third"))
        assert project.new() == ["lib/c.swift:11:22: KL101"]

    def test_a_file_that_cannot_be_analyzed_is_never_known(self, project: Project) -> None:
        project.accept()
        project.write("app/a.swift", UNDECODABLE)
        entry = {"path": "app/a.swift", "code": "KL900", "symbol": "", "text": ""}
        project.write(FILE, (project.directory / FILE).read_text() + json.dumps(entry) + "\n")
        done = project.check("-q")
        assert (done.returncode, "KL900" in done.stdout) == (3, True)
        before = (project.directory / FILE).read_bytes()
        refused = run("baseline", cwd=project.directory)
        assert (refused.returncode, refused.stdout) == (3, "")
        assert "app/a.swift: Not analyzed" in refused.stderr
        assert (project.directory / FILE).read_bytes() == before


class TestFile:
    def test_one_sorted_entry_a_line_without_lines_or_messages(self, project: Project) -> None:
        project.write("app/b.swift", OTHER + FREE)
        project.accept()
        lines = (project.directory / FILE).read_text().splitlines()
        entries = [json.loads(line) for line in lines]
        assert [(entry["path"], entry["code"], entry["symbol"]) for entry in entries] == [
            ("app/a.swift", "KL101", "TokenStore.save"),
            ("app/b.swift", "KL101", "Other.save"),
            ("app/b.swift", "KL101", "other"),
        ]
        assert {key for entry in entries for key in entry} == {"path", "code", "symbol", "text"}
        assert lines == sorted(lines)

    def test_branches_merge(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path)
        project = Project(tmp_path)
        for name in "bdfh":
            project.write(f"{name}.swift", UNSAFE.replace("TokenStore", name.upper()).replace('"token"', f'"{name}"'))
        project.accept()
        repository.commit()
        for branch, name in (("one", "c"), ("two", "g")):
            repository.git("checkout", "-q", "-b", branch, "main")
            project.write(f"{name}.swift", UNSAFE.replace("TokenStore", name.upper()).replace('"token"', f'"{name}"'))
            project.accept()
            repository.commit()
        repository.git("merge", "-q", "--no-edit", "one")
        assert project.new() == []
        assert len((tmp_path / FILE).read_text().splitlines()) == 6

    @pytest.mark.parametrize(
        "line",
        ["{", "[]", '{"path": "a"}', '{"path":"a","code":"KL101","symbol":"","text":"","line":3}', "<<<<<<< HEAD", "\xff"],
    )
    def test_what_is_no_entry_is_an_error_with_its_line(self, project: Project, line: str) -> None:
        project.accept()
        project.write(FILE, (project.directory / FILE).read_bytes() + line.encode("latin-1") + b"\n")
        done = project.check()
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{FILE}:2: not an entry of a baseline" in done.stderr
        assert run("baseline", cwd=project.directory).returncode == 2

    def test_a_missing_one_is_an_error(self, project: Project) -> None:
        done = project.check()
        assert (done.returncode, done.stdout) == (2, "")
        assert "'keylint baseline' writes one" in done.stderr
        assert run("check", "--baseline=", cwd=project.directory).returncode == 2

    def test_paths_are_seen_from_the_file(self, project: Project) -> None:
        run("baseline", "--output-file", "lint/known.jsonl", cwd=project.directory)
        (project.directory / "lint").mkdir()
        assert run("baseline", "--output-file", "lint/known.jsonl", cwd=project.directory).returncode == 0
        absolute = str(project.directory / "lint/known.jsonl")
        for cwd, path in (("", "lint/known.jsonl"), ("app", "../lint/known.jsonl"), ("lint", absolute)):
            done = run("check", "--baseline", path, str(project.directory / "app"), cwd=project.directory / cwd)
            assert (done.returncode, done.stdout) == (0, "No findings (1 in the baseline).\n")


class TestStale:
    def test_only_what_was_looked_at(self, project: Project) -> None:
        project.write("app/b.swift", OTHER)
        project.accept()
        project.write("app/a.swift", SAVE)
        assert project.check("app/b.swift").stderr == ""
        done = project.check("app/a.swift")
        assert done.returncode == 0
        assert "stale entry: app/a.swift: KL101 in TokenStore.save" in done.stderr
        assert "stale" not in project.check("--select", "KL2").stderr
        assert project.check("-q").stderr == ""

    def test_a_file_that_no_longer_mentions_a_store(self, project: Project) -> None:
        project.accept()
        project.write("app/a.swift", "let a = 1\n")
        assert "stale entry: app/a.swift" in project.check().stderr

    def test_a_file_that_is_gone(self, project: Project) -> None:
        project.write("app/b.swift", OTHER)
        project.accept()
        (project.directory / "app/a.swift").unlink()
        assert "stale entry: app/a.swift" in project.check("app/b.swift").stderr

    def test_writing_again_drops_them_and_keeps_the_others(self, project: Project) -> None:
        project.write("app/b.swift", OTHER)
        project.write("app/c.swift", FREE.replace("func", "import Security\nfunc", 1))
        project.accept()
        project.write("app/a.swift", SAVE)
        project.write("app/b.swift", SAVE.replace("TokenStore", "Other").replace('"token"', '"other"'))
        assert project.accept("app/a.swift") == f"{FILE}: 2 entries (0 new, 1 dropped).\n"
        (project.directory / "app/c.swift").unlink()
        assert project.accept("app/a.swift") == f"{FILE}: 1 entry (0 new, 1 dropped).\n"

    def test_a_suppressed_finding_needs_no_entry(self, project: Project) -> None:
        project.accept()
        project.write("app/a.swift", UNSAFE.replace("nil)\n", "nil) // keylint: ignore[KL101] in the foreground only\n"))
        done = project.check()
        assert done.stdout == "No findings (1 suppressed).\n"
        assert "stale entry" in done.stderr


def test_the_configuration_names_it(project: Project) -> None:
    project.write("keylint.toml", 'baseline = "lint/known.jsonl"\n')
    assert "no such baseline" in run("check", cwd=project.directory).stderr
    (project.directory / "lint").mkdir()
    assert run("baseline", cwd=project.directory).stdout == "lint/known.jsonl: 1 entry (1 new, 0 dropped).\n"
    for cwd in ("", "app", "lint"):
        done = run("check", str(project.directory), cwd=project.directory / cwd)
        assert (done.returncode, done.stdout) == (0, "No findings (1 in the baseline).\n")
    assert run("baseline", "a.swift", cwd=project.directory / "app").stdout == "../lint/known.jsonl: 1 entry (0 new, 0 dropped).\n"
    assert run("check", "--isolated", cwd=project.directory).returncode == 1
    project.write("keylint.toml", 'baseline = "../known.jsonl"\n')
    assert run("check", cwd=project.directory).returncode == 2


def test_standard_input_is_compared_too(project: Project) -> None:
    project.accept()
    arguments = ("check", "--baseline", FILE, "--stdin-filename", "app/a.swift", "-q", "-")
    assert run(*arguments, cwd=project.directory, stdin=UNSAFE.encode()).returncode == 0
    assert run(*arguments, cwd=project.directory, stdin=TWICE.encode()).returncode == 1


def test_with_changed_since(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    project = Project(tmp_path)
    repository.commit(a__swift=UNSAFE)
    repository.branch()
    repository.write("a.swift", TWICE)
    # The baseline knows one of the two, the base has one of the two, and it is the same one: the other is new by either.
    project.write(FILE, "")
    repository.write("a.swift", UNSAFE)
    project.accept()
    repository.write("a.swift", TWICE)
    assert project.new("--changed-since", "main") == ["a.swift:12:21: KL101"]
    assert project.new() == ["a.swift:12:21: KL101"]
