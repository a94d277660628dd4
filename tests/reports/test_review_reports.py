"""What reviewdog and GitLab read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from keylint.findings import COMMENT, Silenced
from keylint.reports import gitlab, rdjson
from programs import called, package
from report_cases import CODE, SAVE, UNDECODABLE, everything, finding, run_of, span, write
from test_cli import run


def at(text: str, position: dict[str, int]) -> int:
    """The byte offset of a position that counts bytes."""
    lines = text.encode().split(b"\n")
    return sum(len(line) + 1 for line in lines[: position["line"] - 1]) + position["column"] - 1


class TestReviewdog:
    def test_the_validator_accepts_it(self, tmp_path: Path) -> None:
        validator = package("@umbrelladocs", "rdformat-validator", "bin", "rdformat-validator.js")
        tree = write(tmp_path / "tree", {"a b.swift": SAVE, "broken.swift": UNDECODABLE})
        run("check", ".", "--output-file", f"rdjson={tmp_path / 'tree.json'}", cwd=tree)
        (tmp_path / "all.json").write_text(rdjson.report(everything()), encoding="utf-8")
        (tmp_path / "none.json").write_text(rdjson.report(run_of([])), encoding="utf-8")
        (tmp_path / "bad.json").write_text(rdjson.report(everything()).replace('"ERROR"', '"FATAL"'), encoding="utf-8")
        for name, valid in (("tree", True), ("all", True), ("none", True), ("bad", False)):
            done = called("node", validator, "--strict", "--no-extra-fields", tmp_path / f"{name}.json")
            assert (done.returncode == 0) is valid, done.stdout + done.stderr

    def test_columns_count_bytes(self, tmp_path: Path) -> None:
        report = json.loads(run("check", "--output-format", "rdjson", cwd=write(tmp_path, {"save.swift": SAVE})).stdout)
        [found] = report["diagnostics"]
        where = found["location"]["range"]
        assert SAVE.encode()[at(SAVE, where["start"]) : at(SAVE, where["end"])] == b"SecItemAdd(q as CFDictionary, nil)"
        assert (found["severity"], found["code"]) == ("ERROR", {"value": "KL101"})

    def test_paths_are_from_the_working_directory(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"a/save.swift": SAVE, "b/x": "", ".git/HEAD": ""})
        for cwd, asked, expected in ((".", ".", "a/save.swift"), ("a", ".", "save.swift"), ("b", "../a", "../a/save.swift")):
            report = json.loads(run("check", asked, "--output-format", "rdjson", cwd=tree / cwd).stdout)
            assert [item["location"]["path"] for item in report["diagnostics"]] == [expected]

    def test_related_places_and_suggestions(self) -> None:
        first, *_ = json.loads(rdjson.report(everything()))["diagnostics"]
        assert [(item["message"], item["location"]["path"]) for item in first["related_locations"]] == [
            ("deleted here", "a.swift"),
            ("called [here](9) with \\", "b c/é%#.swift"),
        ]
        assert "suggestions" not in first
        fix = everything().told[0].fix
        assert fix is not None
        from msgspec.structs import replace

        [only] = json.loads(rdjson.report(run_of([finding(fix=replace(fix, edits=fix.edits[1:]))])))["diagnostics"]
        [suggestion] = only["suggestions"]
        assert suggestion["text"] == ""
        where = suggestion["range"]
        assert CODE.encode()[at(CODE, where["start"]) : at(CODE, where["end"])] == b"nil)\n"


class TestGitLab:
    def test_an_issue(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"sub/é .swift": SAVE, ".git/HEAD": ""})
        [issue] = json.loads(run("check", "--output-format", "gitlab", cwd=tree / "sub").stdout)
        assert issue["location"] == {"path": "sub/é .swift", "lines": {"begin": 4, "end": 4}}
        assert (issue["check_name"], issue["severity"]) == ("KL101", "major")
        assert issue["description"].startswith("KL101: `SecItemAdd` stores ")

    def test_severities_are_gitlabs(self) -> None:
        issues = json.loads(gitlab.report(everything()))
        assert [issue["severity"] for issue in issues] == ["major", "minor", "info", "blocker"]

    def test_fingerprints_are_unique_and_stay_when_the_file_changes_elsewhere(self) -> None:
        several = run_of([finding(), finding(where=span("SecItemDelete")), finding(where=span("nil)\n"))], [Silenced(finding(), COMMENT)])
        issues = json.loads(gitlab.report(several))
        assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 3

    def test_every_key_of_ruff_is_there(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text("import os\n")
        command = [os.path.join(os.path.dirname(sys.executable), "ruff"), "check", "--isolated", "--output-format", "gitlab", "a.py"]
        [theirs] = json.loads(subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout)
        [ours] = json.loads(gitlab.report(run_of([finding()])))
        assert set(theirs) == set(ours)
        assert theirs["severity"] == ours["severity"] == "major"
