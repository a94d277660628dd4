"""The plugin inside real flake8 processes: the same findings as the command, under flake8's own rules of selection."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import keylint
from flake8_process import Flake8
from keylint import flake8_plugin
from keylint.flake8_plugin import Plugin

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
APP = ROOT / "fixtures" / "apps" / "python-uploader"
DEFECT = """\
import keyring


def save(name, secret):
    keyring.delete_password("svc", name)
    keyring.set_password("svc", name, secret)
"""
FOUND = "a.py:6:5: KL201"


def test_the_code_is_one_that_flake8_accepts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["flake8.extension"] == {"KL": f"{Plugin.__module__}:{Plugin.__name__}"}
    assert re.fullmatch("[A-Z]{1,3}[0-9]{0,3}", "KL")


def test_flake8_knows_the_plugin(flake8: Flake8) -> None:
    assert f"keylint: {keylint.__version__}" in flake8.process("--version").stdout


@pytest.mark.parametrize("form", ["before", "after"])
def test_same_findings_as_the_command(flake8: Flake8, form: str) -> None:
    flake8.directory = APP / form
    expected = flake8.command("src")
    assert bool(expected) == (form == "before")
    assert sorted(flake8.lines("--isolated", "--select", "KL", "src")) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        'import keyring; keyring.delete_password("s", "😀é"); keyring.set_password("s", "😀é", input())\n'.encode(),
        DEFECT.replace("svc", "é").encode(),
        DEFECT.replace("\n", "\r\n").encode(),
        DEFECT.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + DEFECT.replace("\n\n", "").replace("svc", "日本").encode(),
        b"\xef\xbb\xbf" + DEFECT.replace("svc", "é").replace("\n", "\r\n").encode(),
        b"# coding: latin-1\n" + DEFECT.replace('"svc"', 'b"".decode() or "\xe9"').encode("latin-1"),
        b"# coding: cp1252\n" + DEFECT.replace("svc", "€").encode("cp1252"),
        DEFECT.rstrip("\n").encode(),
        DEFECT.replace("\n", "\n\f", 1).encode(),
    ],
    ids=["emoji", "latin", "crlf", "cr", "bom", "bom-crlf", "cookie-latin", "cookie-other", "no-newline", "form-feed"],
)
def test_places_are_those_of_the_command(flake8: Flake8, text: bytes) -> None:
    flake8.write("a.py", text)
    expected = flake8.command("a.py")
    assert [line for line in expected if ": KL201 " in line]
    assert flake8.lines("--isolated", "a.py") == expected


def test_bytes_that_are_not_text_are_not_clean(flake8: Flake8) -> None:
    # flake8 reads such a file as Latin-1 and goes on.
    flake8.write("a.py", DEFECT.replace("svc", "\xe9").encode("latin-1"))
    expected = flake8.command("a.py")
    assert [line[: len("a.py:1:1: KL900")] for line in expected] == ["a.py:1:1: KL900"]
    assert flake8.lines("--isolated", "a.py") == expected
    assert flake8.lines("--isolated", "--keylint-select", "KL2", "a.py") == expected


class TestSelection:
    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            ([], True),
            (["--select", "KL"], True),
            (["--select", "KL2"], True),
            (["--select", "E,W"], False),
            (["--select", "KL1"], False),
            (["--extend-ignore", "KL201"], False),
            (["--extend-ignore", "KL2"], False),
            (["--extend-ignore", "KL103"], True),
            (["--per-file-ignores", "a.py:KL201"], False),
            (["--per-file-ignores", "b.py:KL201"], True),
            (["--keylint-select", "KL6"], False),
            (["--keylint-select", "KL6,unserialized-delete-then-add"], True),
            (["--keylint-select", "KL6", "--extend-select", "KL201"], True),
            (["--keylint-min-confidence", "low"], True),
        ],
        ids=str,
    )
    def test_options(self, flake8: Flake8, arguments: list[str], found: bool) -> None:
        flake8.write("a.py", DEFECT)
        assert flake8.places("--isolated", *arguments, "a.py") == ([FOUND] if found else [])

    def test_a_configuration_file(self, flake8: Flake8) -> None:
        flake8.write("a.py", DEFECT)
        flake8.write(".flake8", "[flake8]\nkeylint-select =\n  KL6\n  KL3\nkeylint-min-confidence = high\n")
        assert flake8.places("a.py") == []
        flake8.write(".flake8", "[flake8]\nkeylint-select = KL201\nkeylint-min-confidence = low\n")
        assert flake8.places("a.py") == [FOUND]

    @pytest.mark.parametrize(
        ("option", "value", "hint"),
        [("--keylint-select", "KL2O1", "KL201"), ("--keylint-min-confidence", "hihg", "high"), ("--keylint-selct", "KL1", "unrecognized")],
    )
    def test_a_mistake_is_refused(self, flake8: Flake8, option: str, value: str, hint: str) -> None:
        flake8.write("a.py", DEFECT)
        done = flake8.process("--isolated", option, value, "a.py")
        assert done.returncode == 2
        assert hint in done.stderr
        assert "Traceback" not in done.stderr

    def test_confidence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Which findings a level hides is the command's affair; here only the way of the option counts.
        monkeypatch.setattr(Plugin, "confidence", "high")
        monkeypatch.setattr(Plugin, "_settings", {})
        assert Plugin._with_options(None).of("a.py").confidence == "high"


class TestSuppression:
    @pytest.mark.parametrize(
        ("comment", "found"),
        [
            ("# noqa", False),
            ("# noqa: KL201", False),
            ("# noqa: E501,KL201", False),
            ("# noqa: KL101", True),
            ("# keylint: ignore[KL201] one process only", False),
            ("# keylint: ignore[unserialized-delete-then-add]", False),
        ],
    )
    def test_comments(self, flake8: Flake8, comment: str, found: bool) -> None:
        flake8.write("a.py", DEFECT.rstrip("\n") + f"  {comment}\n")
        assert flake8.places("--isolated", "a.py") == ([FOUND] if found else [])

    @pytest.mark.parametrize(
        ("comment", "complaints"),
        [
            ("# keylint: ignore[KL101]", ["a.py:6:50: KL901"]),
            ("# keylint: ignore[KL101] x  # noqa: KL901", []),
            ("# keylint: ignore(KL201)", ["a.py:6:50: KL901"]),
            ("# keylint: ignore[KL777]", ["a.py:6:66: KL903"]),
            ("# noqa: KL101", []),
            ("# noqa: KL777", []),
        ],
    )
    def test_comments_that_are_wrong_are_reported_and_noqa_is_left_to_flake8(
        self, flake8: Flake8, comment: str, complaints: list[str]
    ) -> None:
        flake8.write("a.py", DEFECT.rstrip("\n") + f"  {comment}\n")
        assert flake8.places("--isolated", "a.py") == [FOUND, *complaints]

    def test_noqa_is_flake8s_to_disable(self, flake8: Flake8) -> None:
        flake8.write("a.py", DEFECT.rstrip("\n") + "  # noqa\n")
        assert flake8.places("--isolated", "--disable-noqa", "a.py") == [FOUND]

    def test_whole_files(self, flake8: Flake8) -> None:
        flake8.write("a.py", f"# keylint: ignore-file[KL201]\n{DEFECT}")
        flake8.write("b.py", f"# flake8: noqa: KL201\n{DEFECT}")
        assert flake8.places("--isolated", "a.py", "b.py") == []


class TestProcesses:
    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_options_reach_every_process(self, flake8: Flake8, method: str) -> None:
        names = [f"m{number}.py" for number in range(6)]
        for name in names:
            flake8.write(name, DEFECT)
        start = (
            "-c",
            f"import multiprocessing, sys; multiprocessing.set_start_method({method!r}); import flake8.main.cli as f; sys.exit(f.main())",
        )
        for selected, expected in (("KL201", [f"{name}:6:5:" for name in names]), ("KL6", [])):
            done = flake8.process("--isolated", "-j", "2", "--keylint-select", selected, "--select", "KL", *names, start=start)
            assert not done.stderr
            assert [line.split(" ")[0] for line in done.stdout.splitlines()] == expected

    def test_standard_input(self, flake8: Flake8) -> None:
        # An editor's buffer: the file of that name may hold something else.
        flake8.write("a.py", "import keyring  # \xe9\n".encode("latin-1"))
        stdin = DEFECT.replace("svc", "\xe9").encode()
        assert flake8.places("--isolated", "--stdin-display-name", "a.py", "-", stdin=stdin) == [FOUND]
        assert flake8.places("--isolated", "-", stdin=stdin) == [FOUND.replace("a.py", "stdin")]
        assert flake8.places("--isolated", "-", stdin=DEFECT.replace("\n", "\r\n").encode()) == [FOUND.replace("a.py", "stdin")]


class TestFailures:
    def test_a_failure_is_reported_and_ends_nothing(self, flake8: Flake8) -> None:
        flake8.write("a.py", DEFECT)
        flake8.write("b.py", "import os\n")
        start = (
            "-c",
            "import sys, keylint.check as c\n"
            "def fail(*_): raise RuntimeError('no\\nluck')\n"
            "c.check_project = fail\n"
            "import flake8.main.cli as f; sys.exit(f.main())",
        )
        done = flake8.process("--isolated", "a.py", "b.py", start=start)
        first, second = done.stdout.splitlines()
        assert first.startswith("a.py:1:1: KL900 ")
        assert first.endswith("RuntimeError: no luck")
        assert second.startswith("b.py:1:1: F401")
        assert done.returncode == 1
        assert not done.stderr

    def test_lost_models_are_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def lost(language: str) -> tuple[str, ...]:
            raise FileNotFoundError(language)

        monkeypatch.setattr("keylint.stores.words.trigger_words", lost)
        monkeypatch.setattr(Plugin, "_words", ())
        [(row, column, text, plugin)] = reports("import os\n")
        assert (row, column, plugin) == (1, 0, Plugin)
        assert text.startswith("KL900 ")

    def test_a_syntax_error_is_flake8s(self, flake8: Flake8) -> None:
        flake8.write("a.py", DEFECT + "def\n")
        done = flake8.process("--isolated", "a.py")
        assert "E999" in done.stdout
        assert done.returncode == 1


def reports(text: str) -> list[tuple[int, int, str, type]]:
    import ast

    return list(Plugin(ast.Module([], []), "never-written.py", text.splitlines(keepends=True)).run())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_crashes_it(before: str, after: str) -> None:
    for row, column, text, plugin in reports(f"{before}\nimport keyring\n{after}\nkeyring.set_password(1, 2, 3)"):
        assert row >= 1
        assert column >= 0
        assert re.match(r"KL\d{3} \S", text)
        assert "internal failure" not in text
        assert plugin is Plugin


@pytest.fixture
def imported(flake8: Flake8) -> list[str]:
    """Modules that one file without a trigger word makes flake8 import."""
    flake8.write("a.py", 'import os\n\nprint(os.name, "é")\n')
    start = (
        "-c",
        "import sys, flake8.main.cli as f\nassert not f.main()\n"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] in ('keylint', 'msgspec', 'pathspec', 'tree_sitter')))",
    )
    done = flake8.process("--isolated", "a.py", start=start)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()


def test_a_file_without_a_trigger_word_costs_next_to_nothing(imported: list[str]) -> None:
    found = {"keylint.config", "keylint.config.finding"}
    assert imported == sorted({"keylint", "keylint.flake8_plugin", "keylint.stores", "keylint.stores.words", *found})


def test_the_scan_is_for_the_python_stores() -> None:
    assert reports("print('SecureStore')\n") == []
    assert flake8_plugin.Plugin._words


class TestConfiguration:
    WRAPPED = "from app.secrets import put, remove\n\n\ndef save(name, secret):\n    remove(name)\n    put(name, secret)\n"
    STORE = """
[[stores]]
name = "app_secrets"
languages = ["python"]
modules = ["app.secrets"]

[[stores.operations]]
functions = ["put"]
verb = "write"
value = 1
raises = true
returns = "nothing"
identity = [{ name = "key", argument = 0 }]

[[stores.operations]]
functions = ["remove"]
verb = "delete"
raises = true
returns = "nothing"
identity = [{ name = "key", argument = 0 }]
"""
    POLICY = '[[policy]]\nclasses = ["always"]\n'
    ITEM = """\
import Security


def save(secret):
    item = {
        Security.kSecClass: Security.kSecClassGenericPassword,
        Security.kSecAttrAccount: "token",
        Security.kSecAttrAccessible: Security.kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
        Security.kSecUseDataProtectionKeychain: True,
        Security.kSecValueData: secret,
    }
    status, _ = Security.SecItemAdd(item, None)
    return status
"""

    def test_declared_stores_and_the_policy_apply(self, flake8: Flake8) -> None:
        flake8.write("a.py", self.WRAPPED)
        flake8.write("b.py", self.ITEM)
        assert flake8.process("--select", "KL", "a.py", "b.py").stdout == ""
        flake8.write("keylint.toml", self.STORE + self.POLICY)
        lines = flake8.process("--select", "KL", "-j2", "a.py", "b.py").stdout.splitlines()
        assert [line[:13] for line in lines] == ["a.py:6:5: KL2", "b.py:8:38: KL"]
        assert [re.findall(r"KL\d+", line)[0] for line in lines] == ["KL201", "KL117"]

    def test_the_nearest_file_counts(self, flake8: Flake8) -> None:
        flake8.write("keylint.toml", self.STORE)
        (flake8.directory / "inner").mkdir()
        flake8.write("inner/keylint.toml", "")
        flake8.write("inner/a.py", self.WRAPPED)
        flake8.write("a.py", self.WRAPPED)
        found = flake8.process("--select", "KL", ".").stdout.splitlines()
        assert [line.partition(":")[0] for line in found] == ["./a.py"]

    def test_the_rest_is_flake8s_own(self, flake8: Flake8) -> None:
        flake8.write("keylint.toml", 'select = ["KL1"]\nignore = ["all"]\nexclude = ["*"]\n')
        flake8.write("a.py", DEFECT)
        assert FOUND in flake8.process("--select", "KL", "a.py").stdout

    def test_a_wrong_one_is_refused(self, flake8: Flake8) -> None:
        flake8.write("keylint.toml", "slect = 1\n")
        flake8.write("a.py", DEFECT)
        done = flake8.process("a.py")
        assert (done.returncode, done.stdout) == (2, "")
        assert "keylint.toml:1: unknown key `slect`; did you mean 'select'?" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_wrong_one_further_down_is_a_finding(self, flake8: Flake8) -> None:
        (flake8.directory / "inner").mkdir()
        flake8.write("inner/pyproject.toml", "[tool.keylint]\nslect = 1\n")
        flake8.write("inner/a.py", "x = 1\n")
        done = flake8.process("--select", "KL", ".")
        assert "./inner/a.py:1:1: KL900 Not analyzed" in done.stdout
        assert "inner/pyproject.toml:2: unknown key `slect`" in done.stdout
