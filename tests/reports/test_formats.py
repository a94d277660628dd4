"""What holds for every format."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import keylint
from keylint.reports.formats import FORMATS, rendered
from report_cases import HOSTILE, LOAD, SAVE, UNDECODABLE, UNREAD, everything, finding, run_of, write
from test_cli import run

COMMAND = re.compile(
    r"^\s*::(?!(?:error|warning|notice) title=KL)|.+##vso\[|##\[|^##vso\[(?!task\.logissue type=)", re.IGNORECASE | re.MULTILINE
)
"""What a CI system takes for a command, but for those that annotate findings: GitHub's at the beginning of a line, or an old one anywhere
in it, Azure's anywhere."""
STORED = """import * as SecureStore from 'expo-secure-store';
export const save = (s: string) => SecureStore.setItemAsync(%s, s); // ##vso[task.setvariable variable=a]b ##[add-matcher]c
"""


@pytest.mark.parametrize("name", FORMATS)
class TestEvery:
    def test_nothing_found(self, name: str, tmp_path: Path) -> None:
        done = run("check", "--output-format", name, "-q", cwd=write(tmp_path, {"a.swift": "let a = 1\n"}))
        assert (done.returncode, done.stderr) == (0, "")

    def test_nothing_steers_a_ci_system(self, name: str, tmp_path: Path) -> None:
        key = json.dumps(HOSTILE.replace("\ufffe", ""))
        file = "::error::##vso[task.complete]##[x]\n::set-env name=A::b.ts"
        done = run("check", "--output-format", name, cwd=write(tmp_path, {file: STORED % key, "seen.ts": STORED % key}))
        assert done.returncode == 1, done.stderr
        for shown in (done.stdout, rendered(name, everything())):
            assert COMMAND.search(shown) is None
            assert not set(shown) & set(map(chr, (*range(9), *range(11, 32), 127))) - {"\t"} or name == "junit"
            assert "\x1b" not in shown

    @pytest.mark.parametrize("arguments", [[], ["--select", "KL101"]])
    def test_an_incomplete_run_says_so(self, name: str, arguments: list[str], tmp_path: Path) -> None:
        tree = write(tmp_path, {"broken.swift": UNDECODABLE, "load.ts": LOAD})
        target = tmp_path / "report"
        done = run("check", ".", *arguments, "--output-file", f"{name}={target}", cwd=tree)
        assert done.returncode == 3
        report = target.read_text(encoding="utf-8")
        assert "KL900" in report
        assert "Not analyzed" in report
        assert "broken.swift" in report

    def test_only_its_own_module_is_imported(self, name: str, tmp_path: Path) -> None:
        code = (
            "import sys; from keylint import cli; cli.run(['check', '.', '--output-format', sys.argv[1]]);"
            "print([m for m in sys.modules if m.startswith('keylint.reports.')], file=sys.stderr)"
        )
        source = str(Path(keylint.__file__).parent.parent)
        command = [sys.executable, "-c", code, name]
        done = subprocess.run(command, cwd=write(tmp_path, {"a.swift": SAVE}), capture_output=True, check=False, env={"PYTHONPATH": source})
        loaded = {item.rpartition(".")[2].replace("_", "-") for item in re.findall(r"'([^']+)'", done.stderr.decode().splitlines()[-1])}
        others = set(FORMATS) - {name}
        allowed = {"json"} if name in ("json-lines", "sarif", "gitlab", "rdjson") else set()
        assert name in loaded
        assert loaded & others <= allowed


def test_the_help_lists_them() -> None:
    shown = run("check", "--help").stdout
    for name, what in FORMATS.items():
        assert re.search(rf"^ +{name} +{re.escape(what)}$", shown, flags=re.MULTILINE)


def test_json_lines() -> None:
    made = everything()
    lines = rendered("json-lines", made).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(rendered("json", made))


def test_what_was_not_selected_is_told_once() -> None:
    told = run_of([UNREAD, finding()], incomplete=[UNREAD]).told
    assert sorted(item.code for item in told) == ["KL101", "KL900"]
