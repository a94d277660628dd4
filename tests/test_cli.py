"""The command as people and CI run it: a process, its output and its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import keylint
from keylint import cli
from keylint.commands import COMMANDS
from keylint.rules import registry

CLEAN = b"import Security\nlet a = kSecClass\n"
ERROR = (
    b"import Security\nfunc save(_ d: Data) {\n"
    b"  let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: d]\n"
    b"  if SecItemAdd(q as CFDictionary, nil) != errSecSuccess { fatalError() }\n}\n"
)
WARNING = b"import * as SecureStore from 'expo-secure-store';\nexport const load = async () => await SecureStore.getItemAsync('k');\n"
UNDECODABLE = b"// \xff\nimport Security\nlet a = kSecClass\n"


def run(
    *arguments: str, cwd: Path | None = None, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    source = os.path.dirname(os.path.dirname(keylint.__file__))
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "keylint", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**clean, "PYTHONPATH": source, **(environment or {})},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "clean.swift").write_bytes(CLEAN)
    (tmp_path / "error.swift").write_bytes(ERROR)
    (tmp_path / "warning.ts").write_bytes(WARNING)
    (tmp_path / "undecodable.swift").write_bytes(UNDECODABLE)
    (tmp_path / "README.md").write_text("SecItemAdd")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.swift")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["clean.swift"], 0),
        (["empty"], 0),
        (["README.md"], 0),
        (["error.swift"], 1),
        (["warning.ts"], 1),
        (["warning.ts", "--fail-on", "error"], 0),
        (["error.swift", "--fail-on", "error"], 1),
        (["error.swift", "--exit-zero"], 0),
        (["error.swift", "--select", "KL2"], 0),
        (["error.swift", "--ignore", "missing-accessibility"], 0),
        (["error.swift", "--output-format", "json"], 1),
        (["error.swift", "--statistics"], 1),
        (["error.swift", "--exclude", "*.swift"], 1),
        (["error.swift", "--exclude", "*.swift", "--force-exclude"], 0),
        (["."], 3),
        ([], 3),
        (["undecodable.swift"], 3),
        (["undecodable.swift", "--exit-zero"], 3),
        (["undecodable.swift", "--select", "KL101"], 3),
        (["undecodable.swift", "--ignore", "KL900"], 3),
        (["undecodable.swift", "error.swift"], 3),
        (["pipe.swift"], 3),
        (["no-such.swift"], 2),
        (["no-such.swift", "error.swift"], 2),
        (["no-such.swift", "--exit-zero"], 2),
        (["--select", "KL999"], 2),
        (["--ignore", "nonsense"], 2),
        (["--output-format", "jsn"], 2),
        (["--fail-on", "never"], 2),
        (["--min-confidence", "hgih"], 2),
        (["--jobs", "0"], 2),
        (["--exclude", "a[z-a]"], 2),
        (["--exclude", "!"], 2),
        (["--no-such-option"], 2),
        (["--stdin-filename", "a.ts"], 2),
        (["-"], 2),
        (["-", "error.swift", "--stdin-filename", "a.ts"], 2),
    ],
)
def test_exit_status(tree: Path, arguments: list[str], status: int) -> None:
    done = run("check", *arguments, cwd=tree)
    assert done.returncode == status, done.stdout + done.stderr
    if status == 2:
        assert done.stdout == ""
        assert done.stderr.startswith("keylint: error: ")


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "hint"),
        [
            (["chekc"], "did you mean 'check'?"),
            (["check", "--selct", "KL1"], "did you mean '--select'?"),
            (["check", "--output-format=concse"], "did you mean 'concise'?"),
            (["check", "--select", "mising-accessibility"], "did you mean 'missing-accessibility'?"),
            (["explain", "leaves-devise"], "did you mean 'leaves-device'?"),
        ],
    )
    def test_a_slip_is_answered_with_a_suggestion(self, arguments: list[str], hint: str) -> None:
        done = run(*arguments)
        assert done.returncode == 2
        assert hint in done.stderr

    def test_a_path_without_a_command(self, tree: Path) -> None:
        done = run("error.swift", cwd=tree)
        assert (done.returncode, "keylint check error.swift" in done.stderr) == (2, True)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_help_of_every_command(self, command: str) -> None:
        done = run(command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        headings = [line for line in done.stdout.splitlines() if line in ("Exit status:", "Files:", "Environment:", "Examples:")]
        files = ["Files:"] if "--config " in done.stdout else []
        assert headings == ["Exit status:", *files, "Environment:", "Examples:"]
        assert ("NO_COLOR" in done.stdout) == ("--color " in done.stdout)
        assert done.stdout.startswith(f"usage: keylint {command} ")
        assert max(map(len, done.stdout.splitlines())) <= 80
        assert f"keylint {command}" in done.stdout.partition("Examples:\n")[2]

    def test_help_and_version(self) -> None:
        assert run("--version").stdout == f"keylint {keylint.__version__}\n"
        assert "keylint COMMAND" in run().stdout
        shown = run("check", "--help").stdout
        for option in ("--select", "--fail-on", "--stdin-filename", "Exit status", "keylint: ignore[KL101]"):
            assert option in shown
        assert max(map(len, shown.splitlines())) <= 80


class TestOutput:
    def test_full(self, tree: Path) -> None:
        done = run("check", "error.swift", cwd=tree)
        assert done.stdout.startswith("error.swift:4:6: error KL101 ")
        assert "4 |   if SecItemAdd(q as CFDictionary, nil) != errSecSuccess { fatalError() }\n  |      ^^^" in done.stdout
        assert "= help: " in done.stdout
        assert done.stdout.endswith("\nFound 1 error in 1 file.\n")
        assert done.stderr == ""

    def test_concise(self, tree: Path) -> None:
        lines = run("check", "error.swift", "warning.ts", "--output-format", "concise", cwd=tree).stdout.splitlines()
        assert [line.split(" ")[:2] for line in lines[:2]] == [["error.swift:4:6:", "KL101"], ["warning.ts:2:39:", "KL110"]]
        assert lines[2:] == ["Found 1 error and 1 warning in 2 files."]

    def test_json_is_nothing_but_json(self, tree: Path) -> None:
        done = run("check", ".", "--output-format", "json", cwd=tree)
        assert {item["code"]: os.path.basename(item["filename"]) for item in json.loads(done.stdout)} == {
            "KL101": "error.swift",
            "KL110": "warning.ts",
            "KL900": "undecodable.swift",
        }
        assert json.loads(run("check", "empty", "--output-format", "json", cwd=tree).stdout) == []

    def test_statistics(self, tree: Path) -> None:
        assert run("check", "error.swift", "--statistics", cwd=tree).stdout.splitlines()[0] == "1  KL101  missing-accessibility"
        shown = json.loads(run("check", "error.swift", "--statistics", "--output-format", "json", cwd=tree).stdout)
        assert shown == [{"code": "KL101", "name": "missing-accessibility", "count": 1}]

    def test_quiet_prints_findings_only(self, tree: Path) -> None:
        done = run("check", "error.swift", "README.md", "-q", "--output-format", "concise", cwd=tree)
        assert (done.stdout.count("\n"), done.stderr) == (1, "")

    def test_what_was_not_looked_at_is_said(self, tree: Path) -> None:
        assert "README.md is not Swift" in run("check", "README.md", cwd=tree).stderr
        assert "no Swift, TypeScript, JavaScript or Python files" in run("check", "empty", cwd=tree).stderr
        hidden = run("check", "undecodable.swift", "--select", "KL101", cwd=tree)
        assert "undecodable.swift: Not analyzed" in hidden.stderr

    def test_suppressed_findings_are_counted(self, tree: Path) -> None:
        (tree / "error.swift").write_bytes(ERROR.replace(b"fatalError() }", b"fatalError() } // keylint: ignore[KL101] ok"))
        done = run("check", "error.swift", cwd=tree)
        assert (done.returncode, done.stdout) == (0, "No findings (1 suppressed).\n")

    @pytest.mark.parametrize(
        ("option", "environment", "coloured"),
        [
            ("auto", {}, False),
            ("always", {}, True),
            ("always", {"NO_COLOR": "1"}, True),
            ("auto", {"FORCE_COLOR": "1"}, True),
            ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            ("never", {"FORCE_COLOR": "1"}, False),
        ],
    )
    def test_colour(self, tree: Path, option: str, environment: dict[str, str], coloured: bool) -> None:
        assert ("\033[" in run("check", "error.swift", "--color", option, cwd=tree, environment=environment).stdout) is coloured

    def test_a_path_cannot_steer_the_terminal(self, tree: Path) -> None:
        (tree / "\x1b[2Jx\n::error::.swift").write_bytes(ERROR)
        done = run("check", ".", "--output-format", "concise", cwd=tree)
        assert "\x1b" not in done.stdout
        assert "\\u{1b}[2Jx\\u{a}::error::.swift:4:6: KL101" in done.stdout

    def test_output_that_the_terminal_cannot_spell(self, tree: Path) -> None:
        (tree / "é.swift").write_bytes(ERROR)
        done = run("check", "é.swift", cwd=tree, environment={"PYTHONIOENCODING": "ascii"})
        assert done.returncode == 1
        assert done.stdout.startswith("\\xe9.swift:4:6: error KL101")


class TestStandardInput:
    def test_is_checked_under_the_name_given(self, tree: Path) -> None:
        done = run("check", "-", "--stdin-filename", "Sources/new.swift", "--output-format", "concise", cwd=tree, stdin=ERROR)
        assert done.returncode == 1
        assert done.stdout.startswith("Sources/new.swift:4:6: KL101")

    def test_can_be_excluded(self, tree: Path) -> None:
        done = run("check", "--force-exclude", "--stdin-filename", "node_modules/a.swift", "-", cwd=tree, stdin=ERROR)
        assert done.returncode == 0

    def test_in_no_language_of_ours(self, tree: Path) -> None:
        done = run("check", "--stdin-filename", "a.kt", "-", cwd=tree, stdin=ERROR)
        assert (done.returncode, "a.kt is not Swift" in done.stderr) == (0, True)


class TestFailures:
    def test_a_rule_that_fails_is_named(self, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        real = registry.load

        def load(code: str) -> object:
            if code == "KL201":
                raise ZeroDivisionError("oops")
            return real(code)

        monkeypatch.setattr(registry, "load", load)
        monkeypatch.chdir(tree)
        assert cli.run(["check", "error.swift", "--output-format", "concise"]) == 3
        shown = capsys.readouterr().out
        assert "KL201 failed" in shown
        assert "error.swift:4:6: KL101" in shown

    @pytest.mark.parametrize("error", [RuntimeError("boom"), MemoryError(), RecursionError()])
    def test_a_failure_of_the_tool_is_never_clean(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
    ) -> None:
        def fail(*_arguments: object) -> None:
            raise error

        monkeypatch.setattr("keylint.commands.check.run", fail)
        assert cli.run(["check"]) == 3
        assert type(error).__name__ in capsys.readouterr().err
        monkeypatch.setenv("KEYLINT_TRACEBACK", "1")
        assert cli.run(["check"]) == 3

    def test_an_interruption(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_arguments: object) -> None:
            os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr("keylint.commands.check.run", interrupt)
        # What runs in the background is started with the signal ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            assert cli.run(["check"]) == 130
        finally:
            signal.signal(signal.SIGINT, before)

    def test_a_reader_that_leaves_early(self, tree: Path) -> None:
        for number in range(200):
            (tree / f"{number}.swift").write_bytes(ERROR)
        source = os.path.dirname(os.path.dirname(keylint.__file__))
        process = subprocess.Popen(
            [sys.executable, "-m", "keylint", "check", "."],
            cwd=tree,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": source},
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
        assert process.wait(60) == 3  # The tree has an undecodable file.
        assert errors == b""


class TestRules:
    def test_table_and_json_agree(self) -> None:
        rules = json.loads(run("rules", "--output-format", "json").stdout)
        assert {"code": "KL101", "name": "missing-accessibility", "severity": "error", "group": "default"} in rules
        lines = run("rules").stdout.splitlines()
        assert [line.split()[:2] for line in lines] == [[rule["code"], rule["name"]] for rule in rules]

    @pytest.mark.parametrize("rule", ["KL101", "kl101", "missing-accessibility"])
    def test_explain(self, rule: str) -> None:
        done = run("explain", rule)
        assert done.returncode == 0
        assert done.stdout.startswith("KL101 missing-accessibility (error, group default)\n\n")
        assert "## Why is this bad?" in done.stdout


def test_a_check_of_one_file_imports_little(tree: Path) -> None:
    alone = tree / "alone"  # what else a project has is read as well
    alone.mkdir()
    (tree / "clean.swift").rename(alone / "clean.swift")
    # What msgspec imports for itself differs between its versions, and between Pythons.
    script = (
        "import sys, msgspec; theirs = set(sys.modules); "
        "from keylint.cli import run; run(['check', 'clean.swift', '-q']); print(*sorted(set(sys.modules) - theirs))"
    )
    source = os.path.dirname(os.path.dirname(keylint.__file__))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=alone, capture_output=True, env={**os.environ, "PYTHONPATH": source}, check=True
    )
    unwanted = {
        "json",
        "subprocess",
        "multiprocessing",
        "pathspec",
        "tree_sitter_typescript",
        "unicodedata",
    }
    assert not unwanted & set(done.stdout.decode().split())


class TestStreamsThatAreNotThere:
    """A daemon or a full disk must not turn one status into another."""

    @pytest.mark.parametrize(
        ("redirection", "arguments", "status"),
        [
            ("2>&-", "check nosuch", 2),
            ("2>&-", "check --nosuch", 2),
            ("2>&-", "check error.swift", 1),
            ("2>&-", "check undecodable.swift", 3),
            (">&-", "check clean.swift", 3),
            (">&-", "rules", 3),
            (">/dev/full", "check clean.swift", 3),
            (">/dev/full", "check --exit-zero error.swift", 3),
            ("<&-", "check --stdin-filename a.ts -", 2),
        ],
    )
    def test_status(self, tree: Path, redirection: str, arguments: str, status: int) -> None:
        source = os.path.dirname(os.path.dirname(keylint.__file__))
        command = f'"$0" -m keylint {arguments} {redirection}'
        done = subprocess.run(
            ["/bin/sh", "-c", command, sys.executable],
            cwd=tree,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": source},
            timeout=60,
        )
        assert done.returncode == status, done.stderr
        assert b"internal error" not in done.stderr
        assert b"Traceback" not in done.stderr


def test_a_run_without_rules_says_so(tree: Path) -> None:
    done = run("check", "--select", "KL201", "--ignore", "KL201", "error.swift", cwd=tree)
    assert (done.returncode, "no rule is selected" in done.stderr) == (0, True)


def test_files_that_are_all_excluded_are_not_said_to_be_missing(tree: Path) -> None:
    done = run("check", "--force-exclude", "--exclude", "error.swift", "error.swift", cwd=tree)
    assert (done.returncode, "not excluded" in done.stderr) == (0, True)


def test_an_empty_name_for_standard_input_is_none() -> None:
    assert run("check", "--stdin-filename", "", "-", stdin=WARNING).returncode == 2


class TestConfiguration:
    @pytest.mark.parametrize(
        ("files", "arguments", "status"),
        [
            ({"keylint.toml": 'ignore = ["KL101"]'}, ["error.swift"], 0),
            ({".keylint.toml": 'ignore = ["KL101"]'}, ["error.swift"], 0),
            ({"pyproject.toml": '[tool.keylint]\nignore = ["KL101"]'}, ["error.swift"], 0),
            ({"pyproject.toml": '[tool.keylint]\nignore = ["KL101"]', "keylint.toml": ""}, ["error.swift"], 1),
            ({"keylint.toml": 'ignore = ["KL101"]'}, ["error.swift", "--isolated"], 1),
            ({"keylint.toml": 'ignore = ["KL101"]'}, ["error.swift", "--select", "KL101"], 1),
            ({"keylint.toml": 'fail-on = "error"'}, ["warning.ts"], 0),
            ({"keylint.toml": 'fail-on = "error"'}, ["warning.ts", "--fail-on", "warning"], 1),
            ({"keylint.toml": 'exclude = ["undecodable.swift", "pipe.swift"]'}, ["."], 1),
            ({"keylint.toml": 'exclude = ["undecodable.swift", "pipe.swift"]'}, [".", "--exclude", "error.swift"], 3),
            ({"keylint.toml": 'exclude = ["*.swift"]'}, ["error.swift"], 1),
            ({"keylint.toml": 'exclude = ["*.swift"]'}, ["error.swift", "--force-exclude"], 0),
            ({"keylint.toml": "[[policy]]\nclasses = ['*-this-device-only']"}, ["error.swift", "--select", "KL117"], 1),
            ({"other.toml": 'ignore = ["KL101"]'}, ["error.swift", "--config", "other.toml"], 0),
            ({"other.toml": "", "keylint.toml": "nonsense"}, ["error.swift", "--config", "other.toml"], 1),
            ({"keylint.toml": "nonsense"}, ["clean.swift", "--isolated"], 0),
            ({"keylint.toml": "nonsense"}, ["clean.swift"], 2),
            ({"keylint.toml": "nonsense"}, ["."], 2),
            ({"keylint.toml": "nonsense"}, ["clean.swift", "--exit-zero"], 2),
            ({"keylint.toml": "select = ['KL999']"}, ["clean.swift"], 2),
            ({"keylint.toml": "[[policy]]"}, ["clean.swift"], 2),
            ({"keylint.toml": "[[stores]]"}, ["clean.swift"], 2),
            ({"pyproject.toml": "[tool.keylint]\nslect = 1"}, ["clean.swift"], 2),
            ({"pyproject.toml": "[tool.keylint"}, ["clean.swift"], 2),
            ({"pyproject.toml": "[tool.other"}, ["clean.swift"], 0),
            ({"a/keylint.toml": "nonsense", "a/b.swift": "import Security\n"}, ["."], 2),
            ({"a/keylint.toml": "nonsense"}, ["clean.swift"], 0),
            ({}, ["clean.swift", "--config", "no-such.toml"], 2),
            ({}, ["clean.swift", "--config", "empty"], 2),
            ({}, ["clean.swift", "--config", "keylint.toml", "--isolated"], 2),
        ],
    )
    def test_exit_status(self, tree: Path, files: dict[str, str], arguments: list[str], status: int) -> None:
        for name, text in files.items():
            (tree / name).parent.mkdir(exist_ok=True)
            (tree / name).write_text(text)
        done = run("check", *arguments, cwd=tree)
        assert done.returncode == status, done.stdout + done.stderr
        if status == 2:
            assert done.stdout == ""
            assert done.stderr.startswith("keylint: error: ")

    def test_the_error_names_file_line_and_suggestion(self, tree: Path) -> None:
        (tree / "keylint.toml").write_text('# ours\nslect = ["KL1"]\n')
        done = run("check", "clean.swift", cwd=tree)
        assert done.stderr == "keylint: error: keylint.toml:2: unknown key `slect`; did you mean 'select'?\n"
        done = run("check", str(tree / "clean.swift"), cwd=tree / "empty")
        assert done.stderr == "keylint: error: ../keylint.toml:2: unknown key `slect`; did you mean 'select'?\n"

    def test_nothing_of_it_reaches_the_terminal_unescaped(self, tree: Path) -> None:
        (tree / "keylint.toml").write_text('"\\u001b[31m" = 1\n')
        done = run("check", "clean.swift", cwd=tree)
        assert done.returncode == 2
        assert "\x1b" not in done.stderr
        (tree / "keylint.toml").write_text('[[policy]]\nname = "\\u001b[31m"\nclasses = []\n')
        done = run("check", "error.swift", cwd=tree)
        assert done.returncode == 1
        assert "\x1b" not in done.stdout

    def test_standard_input_is_configured_by_the_name_it_has(self, tree: Path) -> None:
        (tree / "keylint.toml").write_text('ignore = ["KL101"]\nexclude = ["error.swift"]\n')
        for directory, name, status in ((tree, "error.swift", 0), (tree / "empty", "../error.swift", 0)):
            assert run("check", "--stdin-filename", name, "-", cwd=directory, stdin=ERROR).returncode == status
        (tree / "keylint.toml").write_text('exclude = ["error.swift"]\n')
        assert run("check", "--stdin-filename", "error.swift", "-", cwd=tree, stdin=ERROR).returncode == 1
        assert run("check", "--stdin-filename", "error.swift", "--force-exclude", "-", cwd=tree, stdin=ERROR).returncode == 0
        (tree / "keylint.toml").write_text("nonsense")
        assert run("check", "--stdin-filename", "error.swift", "-", cwd=tree, stdin=ERROR).returncode == 2

    def test_that_no_rule_is_selected_is_said(self, tree: Path) -> None:
        (tree / "keylint.toml").write_text("select = []\n")
        assert "warning: no rule is selected" in run("check", "error.swift", cwd=tree).stderr
