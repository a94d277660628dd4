"""Swift, TypeScript and JavaScript files in real flake8 processes: where patterns ask for them, what the command finds and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_process import Flake8
from keylint.flake8_files import AskedFor, OtherFile, OtherFiles, Project
from keylint.settings import Settings

APPS = Path(__file__).parent.parent / "fixtures" / "apps"
PATTERNS = "--filename=*.py,*.swift,*.ts,*.tsx,*.js"
ALL = ("--isolated", PATTERNS)
SWIFT = """\
import Security

func save(_ secret: Data) {
    let item: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrAccount: "token", kSecValueData: secret]
    let status = SecItemAdd(item as CFDictionary, nil)
    if status != errSecSuccess { print(status) }
}
"""
FOUND = "a.swift:5:18: KL101"
TYPESCRIPT = """\
import * as SecureStore from 'expo-secure-store';

export async function save(token: string): Promise<void> {
  await SecureStore.setItemAsync('token', token);
}
"""
PYTHON = """\
import keyring


def save(name, secret):
    keyring.delete_password("svc", name)
    keyring.set_password("svc", name, secret)
"""
CALLER = """\
import { Kept } from './store';

export async function save(token: string): Promise<void> {
  await Kept.setItemAsync('token', token);
}
"""
WITHOUT_US = (
    "import importlib.metadata as m; found = m.distributions\n"
    "m.distributions = lambda **k: (d for d in found(**k) if d.metadata['Name'] != 'keylint')\n"
)
MAIN = "import sys, flake8.main.cli as f; sys.exit(f.main())"


@pytest.mark.parametrize("app", ["swift-sessionkit", "expo-fieldnotes", "python-uploader"])
@pytest.mark.parametrize("form", ["before", "after"])
@pytest.mark.parametrize("jobs", ["-j1", "-j4"])
def test_same_findings_as_the_command(flake8: Flake8, app: str, form: str, jobs: str) -> None:
    # In a copy: here the app would be part of this project.
    flake8.directory = shutil.copytree(APPS / app / form, flake8.directory / app)
    expected = flake8.command(".")
    assert bool(expected) == (form == "before")
    printed = flake8.process(*ALL, "--max-line-length=200", jobs, ".").stdout.replace("./", "").splitlines()
    assert sorted(printed) == sorted(expected)


class TestPatterns:
    FILES = ("a.swift", "b.ts", "c.tsx", "d.mts", "e.cts", "f.js", "g.jsx", "h.mjs", "i.cjs", "j.py")

    @pytest.mark.parametrize(
        ("patterns", "ours"),
        [
            ("*", "a.swift b.ts c.tsx d.mts e.cts f.js g.jsx h.mjs i.cjs j.py"),
            ("", "a.swift b.ts c.tsx d.mts e.cts f.js g.jsx h.mjs i.cjs j.py"),
            ("*.*", "a.swift b.ts c.tsx d.mts e.cts f.js g.jsx h.mjs i.cjs j.py"),
            ("*.swift", "a.swift"),
            ("*.[jt]s,*.py", "b.ts f.js j.py"),
            ("*.ts*", "b.ts c.tsx"),
            ("*.m?s", "d.mts h.mjs"),
            ("*e.cts,*.cjs", "e.cts i.cjs"),
            ("./g*", "g.jsx"),
        ],
    )
    def test_which_files_are_ours(self, flake8: Flake8, patterns: str, ours: str) -> None:
        for name in self.FILES:
            flake8.write(name, SWIFT if name == "a.swift" else PYTHON if name == "j.py" else TYPESCRIPT)
        done = flake8.process("--isolated", f"--filename={patterns}", ".")
        assert not done.stderr
        assert sorted(line.split(":")[0].removeprefix("./") for line in done.stdout.splitlines()) == ours.split()
        assert all(": KL" in line for line in done.stdout.splitlines())

    @pytest.mark.parametrize("name", [".flake8", "setup.cfg", "tox.ini"])
    def test_a_configuration_file(self, flake8: Flake8, name: str) -> None:
        flake8.write("a.swift", SWIFT)
        flake8.write("b.ts", TYPESCRIPT)
        flake8.write(name, "[flake8]\nfilename =\n    *.py\n    *.swift\n")
        assert [line.split(" ")[0] for line in flake8.process(".").stdout.splitlines()] == ["./a.swift:5:18:"]
        assert flake8.process("--isolated", ".").stdout == ""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["."],
            ["-j1", "."],
            [".", "a.swift", "b.tsx"],
            ["--filename=*.py,*.pyi", ".", "a.swift"],
            ["--filename=*.md,*.py,Makefile", "."],
            ["--stdin-display-name", "a.swift", "-"],
            ["--max-line-length=20", "--show-source", "--statistics", "--count", ".", "a.swift"],
            ["no.swift"],
        ],
        ids=" ".join,
    )
    def test_without_such_patterns_flake8_is_as_it_was(self, flake8: Flake8, arguments: list[str]) -> None:
        flake8.write("a.swift", SWIFT)
        flake8.write("b.tsx", TYPESCRIPT)
        flake8.write("c.py", "import os\nx = 1 \n")
        flake8.write("README.md", "# A\n")
        flake8.write("Makefile", "all:\n\ttrue\n")
        with_us = flake8.process("--isolated", *arguments, stdin=SWIFT.encode())
        without = flake8.process("--isolated", *arguments, stdin=SWIFT.encode(), start=("-c", WITHOUT_US + MAIN))
        assert with_us.stdout
        assert (with_us.stdout, with_us.stderr, with_us.returncode) == (without.stdout, without.stderr, without.returncode)

    def test_it_is_undone_in_the_same_process(self, flake8: Flake8) -> None:
        flake8.write("a.swift", SWIFT)
        start = (
            "-c",
            "import flake8.checker as c, flake8.main.cli as f\n"
            "plain = c.FileChecker\n"
            "for patterns in ('*.swift', '*.swift', '*.py', '*.ts'):\n"
            "    f.main(['--isolated', '-j1', f'--filename={patterns}', 'a.swift'])\n"
            "    print('now', c.FileChecker is plain, len(c.FileChecker.mro()))\n",
        )
        runs = [part.splitlines() for part in re.split(r"^(?=now)", flake8.process(start=start).stdout, flags=re.MULTILINE)]
        states = [run.pop(0) for run in runs[1:]]
        assert states == ["now False 3", "now False 3", "now True 2", "now False 3"]
        assert [" ".join(line.split(" ")[:2]) for line in runs[0] + runs[1]] == [FOUND, FOUND]
        for plain in runs[2:4]:
            assert any(" E999 " in line for line in plain)
            assert not any(" KL" in line for line in plain)

    @pytest.mark.parametrize("missing", ["_make_processor", "run_checks", ""])
    def test_a_flake8_that_cannot_be_taught_is_an_error(self, flake8: Flake8, missing: str) -> None:
        flake8.write("a.swift", SWIFT)
        change = f"del c.FileChecker.{missing}" if missing else "del c.FileChecker"
        start = ("-c", f"import flake8.checker as c; {change}\n{MAIN}")
        done = flake8.process(*ALL, "a.swift", start=start)
        assert done.returncode == 2
        assert "keylint: --filename: flake8" in done.stderr
        assert "Traceback" not in done.stderr


class TestNothingOfOthers:
    PLUGIN = """\
class Tree:
    name, version = "noisy", "1"

    def __init__(self, tree, filename):
        self.filename = filename

    def run(self):
        yield 1, 0, "XT1 tree", type(self)


def physical(physical_line):
    return 0, "XP1 physical"


def logical(logical_line):
    yield 0, "XL1 logical"


def tokens(logical_line, tokens, noqa):
    yield 0, "XK1 tokens"


def lines(tree, lines, total_lines, file_tokens):
    yield 1, 0, "XA1 lines", lines
"""
    CONFIGURATION = """\
[flake8]
filename = *.py *.swift *.tsx
max-line-length = 10
max-complexity = 1
[flake8:local-plugins]
paths = .
extension =
    XT = noisy:Tree
    XP = noisy:physical
    XL = noisy:logical
    XK = noisy:tokens
    XA = noisy:lines
"""

    def test_no_other_check_sees_them(self, flake8: Flake8) -> None:
        flake8.write("plugins/noisy.py", self.PLUGIN)
        flake8.write(".flake8", self.CONFIGURATION.replace("paths = .", "paths = plugins"))
        flake8.write("a.swift", SWIFT + "\t \n\n\n")
        flake8.write("b.tsx", TYPESCRIPT)
        flake8.write("clean.swift", 'let a = """\n\tb \n')
        flake8.write("empty.swift", "")
        flake8.write("c.py", "x = 1\n")
        done = flake8.process("-j1", "a.swift", "b.tsx", "c.py", "clean.swift", "empty.swift")
        found = [line.split(" ")[:2] for line in done.stdout.splitlines()]
        assert [code for place, code in found if not place.startswith("c.py:")] == ["KL101", "KL101"]
        assert {code for place, code in found if place.startswith("c.py:")} == {"XT1", "XP1", "XL1", "XK1", "XA1"}


@pytest.mark.parametrize(
    "text",
    [
        b'\nlet s = "\xf0\x9f\x98\x80\xc3\xa9"; ' + SWIFT.replace("\n", " ; ").encode(),
        SWIFT.replace("\n", "\r\n").encode(),
        SWIFT.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + SWIFT.encode(),
        b"\xef\xbb\xbf" + SWIFT.replace("token", "日本").replace("\n", "\r\n").encode(),
        SWIFT.replace('"token"', '"a\u2028b\u2029c\x85d"').encode(),
        SWIFT.replace("\n", "\n\x0c\x0b\x1c", 1).encode(),
        SWIFT.rstrip("\n").encode(),
        b"// coding: latin-1\n" + SWIFT.replace("token", "é").encode(),
        b'let a = """\n  # one "\n  """\n' + SWIFT.encode(),
        b"\xef\xbb\xbf\xc3\xaf\xc2\xbb\xc2\xbf" + SWIFT.encode(),
    ],
    ids=["emoji", "crlf", "cr", "bom", "bom-crlf", "separators", "controls", "no-newline", "cookie", "multi-line", "bom-twice"],
)
@pytest.mark.parametrize("stdin", [False, True], ids=["file", "stdin"])
def test_places_are_those_of_the_command(flake8: Flake8, text: bytes, stdin: bool) -> None:
    flake8.write("a.swift", text)
    expected = flake8.command("a.swift")
    assert [line for line in expected if ": KL101 " in line]
    arguments = ("--stdin-display-name", "a.swift", "-") if stdin else ("a.swift",)
    assert flake8.process(*ALL, *arguments, stdin=text).stdout.splitlines() == expected


@pytest.mark.parametrize("text", [SWIFT.encode("utf-16"), SWIFT.replace("token", "\xe9").encode("latin-1")], ids=["utf-16", "latin"])
def test_bytes_that_are_not_text_are_not_clean(flake8: Flake8, text: bytes) -> None:
    flake8.write("a.swift", text)
    expected = flake8.command("a.swift")
    assert [line[: len("a.swift:1:1: KL900")] for line in expected] == ["a.swift:1:1: KL900"]
    assert flake8.process(*ALL, "a.swift").stdout.splitlines() == expected
    assert flake8.process(*ALL, "--keylint-select", "KL2", ".").stdout.replace("./", "").splitlines() == expected
    assert flake8.process(*ALL, "--stdin-display-name", "a.swift", "-", stdin=text).stdout.splitlines() == expected
    assert flake8.process(*ALL, "--extend-ignore", "KL9", "a.swift").stdout == ""


def test_what_is_not_there_is_not_clean(flake8: Flake8) -> None:
    flake8.write("a.swift", SWIFT)
    first, second = flake8.process(*ALL, "a.swift", "no.swift").stdout.splitlines()
    assert first.startswith(FOUND)
    assert second.startswith("no.swift:1:1: KL900 Not analyzed")
    assert second.endswith("No such file or directory")


def test_a_pipe_is_not_waited_for(flake8: Flake8) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes")
    os.mkfifo(flake8.directory / "a.swift")
    assert flake8.places(*ALL, "a.swift") == ["a.swift:1:1: KL900"]
    assert flake8.places(*ALL, ".") == []


class TestOptions:
    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            ([], True),
            (["--select", "KL"], True),
            (["--select", "E,W"], False),
            (["--select", "KL2"], False),
            (["--ignore", "KL"], False),
            (["--extend-ignore", "KL101"], False),
            (["--extend-ignore", "KL103"], True),
            (["--per-file-ignores", "*.swift:KL101"], False),
            (["--per-file-ignores", "*.ts:KL101"], True),
            (["--exclude", "*.swift"], False),
            (["--extend-exclude", "a.*"], False),
            (["--extend-exclude", "b.*"], True),
            (["--keylint-select", "KL6"], False),
            (["--keylint-select", "KL6,missing-accessibility"], True),
            (["--keylint-select", "KL6", "--extend-select", "KL101"], True),
            (["--keylint-min-confidence", "low"], True),
            (["--disable-noqa"], True),
            (["--max-line-length", "1", "--max-complexity", "0", "--max-doc-length", "1"], True),
        ],
        ids=str,
    )
    def test_selection(self, flake8: Flake8, arguments: list[str], found: bool) -> None:
        flake8.write("a.swift", SWIFT)
        self.check(flake8, [*arguments, "a.swift"], found)

    @pytest.mark.parametrize(
        "arguments", [["--exclude", "a.swift"], ["--per-file-ignores", "*.swift:KL101"], ["--keylint-select", "KL6"], []], ids=" ".join
    )
    @pytest.mark.parametrize("asked", [["."], ["--stdin-display-name", "a.swift", "-"]], ids=["found", "stdin"])
    def test_however_flake8_comes_to_the_file(self, flake8: Flake8, arguments: list[str], asked: list[str]) -> None:
        flake8.write("a.swift", SWIFT)
        self.check(flake8, [*arguments, *asked], not arguments)

    def check(self, flake8: Flake8, arguments: list[str], found: bool) -> None:
        done = flake8.process(*ALL, *arguments, stdin=SWIFT.encode())
        assert not done.stderr
        assert [" ".join(line.split(" ")[:2]).removeprefix("./") for line in done.stdout.splitlines()] == ([FOUND] if found else [])
        assert done.returncode == (1 if found else 0)

    def test_output(self, flake8: Flake8) -> None:
        flake8.write("a.swift", SWIFT)
        told = flake8.process(*ALL, "a.swift").stdout
        assert flake8.process(*ALL, "--format", "%(row)d|%(code)s", "a.swift").stdout == "5|KL101\n"
        assert flake8.process(*ALL, "--format", "pylint", "a.swift").stdout.startswith("a.swift:5: [KL101] `SecItemAdd` stores")
        assert flake8.process(*ALL, "--count", "--quiet", "a.swift").stdout == "a.swift\n1\n"
        assert flake8.process(*ALL, "--statistics", "-qq", "a.swift").stdout.startswith("1     KL101 `SecItemAdd` stores")
        assert flake8.process(*ALL, "--exit-zero", "a.swift").returncode == 0
        shown = flake8.process(*ALL, "--show-source", "a.swift").stdout
        assert shown == f"{told}{SWIFT.splitlines()[4]}\n{' ' * 17}^\n"
        assert flake8.process(*ALL, "--output-file", "out.txt", "--tee", "a.swift").stdout == told
        assert (flake8.directory / "out.txt").read_text() == told
        benchmark = flake8.process(*ALL, "--benchmark", "--exit-zero", "a.swift").stdout
        assert re.search(r"^7 +total physical lines processed$", benchmark, re.MULTILINE)
        assert re.search(r"^1 +total files processed$", benchmark, re.MULTILINE)

    def test_a_line_of_code_cannot_steer_the_terminal(self, flake8: Flake8) -> None:
        line = "\tlet status = /* \x1b[2J\u202e */ SecItemAdd(item as CFDictionary, nil)"
        flake8.write("a.swift", SWIFT.replace(SWIFT.splitlines()[4], line))
        _, source, caret = flake8.process(*ALL, "--show-source", "a.swift").stdout.splitlines()
        assert source == line.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd")
        assert caret == "\t" + " " * (source.index("SecItemAdd") - 1) + "^"

    def test_a_mistake_is_refused(self, flake8: Flake8) -> None:
        flake8.write("a.swift", SWIFT)
        done = flake8.process(*ALL, "--keylint-select", "KL2O1", "a.swift")
        assert (done.returncode, done.stdout) == (2, "")
        assert "KL201" in done.stderr


class TestSuppression:
    @pytest.mark.parametrize(
        ("comment", "found"),
        [
            ("// keylint: ignore[KL101] read in the foreground only", False),
            ("/* keylint: ignore[missing-accessibility] */", False),
            ("// # noqa", False),
            ("// # noqa: KL101", False),
            ("// # noqa: E501,KL1", False),
            ("// # noqa: KL103", True),
            ("// noqa", True),
            ("// noqa: KL101", True),
        ],
    )
    def test_comments(self, flake8: Flake8, comment: str, found: bool) -> None:
        lines = SWIFT.splitlines()
        lines[4] += f" {comment}"
        text = "\n".join(lines).encode()
        flake8.write("a.swift", text)
        expected = [FOUND] if found else []
        assert flake8.places(*ALL, "a.swift") == expected
        assert flake8.places(*ALL, "--stdin-display-name", "a.swift", "-", stdin=text) == expected
        noqa = "# noqa" in comment
        assert flake8.places(*ALL, "--disable-noqa", "a.swift") == ([FOUND] if found or noqa else [])

    def test_a_comment_that_suppresses_nothing_is_reported_too(self, flake8: Flake8) -> None:
        lines = SWIFT.splitlines()
        lines[4] += " // keylint: ignore[KL103]"
        flake8.write("a.swift", "\n".join(lines))
        assert [place.rpartition(" ")[2] for place in flake8.places(*ALL, "a.swift")] == ["KL101", "KL901"]

    def test_the_line_above_and_whole_files(self, flake8: Flake8) -> None:
        lines = SWIFT.splitlines()
        flake8.write("a.swift", "\n".join([*lines[:4], "    // keylint: ignore[KL101] because", *lines[4:]]))
        flake8.write("b.swift", f"// keylint: ignore-file[KL101]\n{SWIFT}")
        flake8.write("c.swift", f"/*\n# flake8: noqa\n*/\n{SWIFT}")
        flake8.write("d.tsx", TYPESCRIPT.replace("  await", "  /* keylint: ignore[KL101] */\n  await"))
        assert flake8.places(*ALL, "-j1", ".") == []
        assert flake8.places(*ALL, "-j1", "--disable-noqa", ".") == ["c.swift:8:18: KL101"]

    def test_in_jsx(self, flake8: Flake8) -> None:
        view = TYPESCRIPT + "export const View = () => (\n  <Form>\n    {/* keylint: ignore[KL303] */}\n    <Button onPress={() => {\n"
        text = view + "      SecureStore.deleteItemAsync('token');\n    }} />\n  </Form>\n);\n"
        flake8.write("a.tsx", text)
        told = [" ".join(line.split(" ")[:2]) for line in flake8.command("a.tsx")]
        assert flake8.places(*ALL, "a.tsx") == told

    def test_a_noqa_in_the_first_line_is_not_about_the_file(self, flake8: Flake8) -> None:
        flake8.write("a.swift", f"// # noqa \n// \xe9\n{SWIFT}".encode("latin-1"))
        assert flake8.places(*ALL, "a.swift") == ["a.swift:1:1: KL900"]


class TestProcesses:
    def test_many_names_cost_no_more_than_their_files(self, flake8: Flake8) -> None:
        names = [f"m{number}.swift" for number in range(400)]
        for name in names:
            flake8.write(name, "let a = 1\n")
        counted = "def isdir(path): open('asked', 'a').write('.'); return known(path)"
        start = ("-c", f"import os.path as p; known = p.isdir\n{counted}\np.isdir = isdir\n{MAIN}")
        assert flake8.process(*ALL, "-j1", *names, start=start).stdout == ""
        assert (flake8.directory / "asked").stat().st_size < 5 * len(names)

    @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
    def test_every_process_is_taught(self, flake8: Flake8, method: str) -> None:
        names = [f"m{number}.swift" for number in range(4)] + ["n.ts", "o.py"]
        for name in names:
            flake8.write(name, SWIFT if name.startswith("m") else TYPESCRIPT if name == "n.ts" else PYTHON)
        start = ("-c", f"import multiprocessing; multiprocessing.set_start_method({method!r})\n{MAIN}")
        for selected, expected in (("KL101,KL201", [*(f"{name}:5:18:" for name in names[:4]), "n.ts:4:9:", "o.py:6:5:"]), ("KL6", [])):
            for asked in (names, ["."]):
                done = flake8.process(*ALL, "-j", "2", "--keylint-select", selected, *asked, start=start)
                assert not done.stderr
                assert [line.split(" ")[0].removeprefix("./") for line in done.stdout.splitlines()] == expected

    @pytest.mark.parametrize(("jobs", "most"), [("-j1", 1), ("-j2", 2)])
    @pytest.mark.parametrize("asked", ["named", "found"])
    def test_a_project_is_looked_at_once_a_process(self, flake8: Flake8, jobs: str, most: int, asked: str) -> None:
        names = [f"m{number}.swift" for number in range(6)] + ["n.ts"]
        for name in names:
            flake8.write(name, SWIFT if name != "n.ts" else TYPESCRIPT)
        start = (
            "-c",
            "import keylint.check as c, os; whole = c.check_paths\n"
            "def counted(*a): open('calls', 'a').write(f'{os.getpid()}\\n'); return whole(*a)\n"
            f"c.check_paths = counted\n{MAIN}",
        )
        done = flake8.process(*ALL, jobs, *(names if asked == "named" else ["."]), start=start)
        assert done.stdout.count("KL101") == len(names)
        calls = (flake8.directory / "calls").read_text().split()
        assert 1 <= len(calls) <= most
        assert len(set(calls)) == len(calls)

    def test_standard_input(self, flake8: Flake8) -> None:
        # An editor's buffer: the file of that name may hold something else, and may not be there.
        flake8.write("a.swift", b"import Security // \xe9\n")
        for name in ("a.swift", "new.swift", "Sources/../new.swift"):
            found = flake8.places(*ALL, "--stdin-display-name", name, "-", stdin=SWIFT.encode())
            assert found == [FOUND.replace("a.swift", name)]
        assert flake8.places(*ALL, "--stdin-display-name", "a.swift", "-", stdin=b"import Security\n") == []
        assert flake8.process(*ALL, "--stdin-display-name", "a.swift", "-", stdin=b"").stdout == ""
        assert flake8.places(*ALL, "--stdin-display-name", "a.swift", "-", "-", stdin=SWIFT.encode()) == [FOUND, FOUND]
        assert flake8.places(*ALL, "--stdin-display-name", "a.py", "-", stdin=PYTHON.encode()) == ["a.py:6:5: KL201"]

    def test_standard_input_needs_a_pattern_and_a_name(self, flake8: Flake8) -> None:
        other = flake8.process("--isolated", "--filename=*.ts", "--stdin-display-name", "a.swift", "-", stdin=SWIFT.encode()).stdout
        assert "E999" in other
        assert "E999" in flake8.process(*ALL, "-", stdin=SWIFT.encode()).stdout

    def test_standard_input_sees_the_project(self, flake8: Flake8) -> None:
        store = "import Security\n\nenum Kept {\n    static let account = kSecAttrAccessibleAlways\n}\n"
        flake8.write("Package.swift", "// swift-tools-version:5.9\n")
        flake8.write("b.swift", store)
        text = SWIFT.replace("kSecValueData: secret", "kSecValueData: secret, kSecAttrAccessible: Kept.account")
        flake8.write("a.swift", text)
        assert flake8.command("a.swift") == []
        assert flake8.command("b.swift")
        for name, buffer in (("a.swift", text), ("b.swift", store)):
            done = flake8.process(*ALL, "--stdin-display-name", name, "-", stdin=buffer.encode())
            assert done.stdout.splitlines() == flake8.command(name)


class TestWhichFiles:
    """Those that the command would look at when it is given the same paths, of those that flake8 comes to."""

    def test_what_nobody_wants_linted_is_left_out(self, flake8: Flake8) -> None:
        subprocess.run(["git", "init", "-q"], cwd=flake8.directory, check=True)
        flake8.write(".gitignore", "generated/\n")
        names = ["src/a.ts", "generated/b.ts", "node_modules/c/d.js", "e.d.ts", "f.min.js", "build/g.ts"]
        for name in names:
            flake8.write(name, TYPESCRIPT)
        flake8.write("made.ts", f"// @generated\n{TYPESCRIPT}")
        named = (["build"], ["build", "generated"], ["src", "made.ts"], names, [*names, "made.ts"], ["e.d.ts"])
        for asked in ([".", "-j1"], [".", "-j2"], *named):
            found = sorted(line.removeprefix("./") for line in flake8.process(*ALL, *asked).stdout.splitlines())
            assert found == sorted(flake8.command(*(path for path in asked if path[0] != "-"))), asked
            assert found

    def test_links_are_left_out(self, flake8: Flake8) -> None:
        flake8.write("a.swift", SWIFT)
        (flake8.directory / "b.swift").symlink_to("a.swift")
        assert flake8.places(*ALL, ".") == [FOUND]
        assert flake8.places(*ALL, "b.swift") == [FOUND.replace("a.swift", "b.swift")]

    def test_a_directory_with_the_name_of_a_file(self, flake8: Flake8) -> None:
        flake8.write("Auth0.swift/a.swift", SWIFT)
        assert flake8.places(*ALL, "Auth0.swift") == [f"Auth0.swift/{FOUND}"]

    @pytest.mark.parametrize("form", ["./a.swift", "../x/a.swift", "b/../a.swift"])
    def test_however_it_is_spelled(self, flake8: Flake8, form: str) -> None:
        flake8.directory = flake8.directory / "x"
        flake8.write("a.swift", SWIFT)
        flake8.write("b/c.swift", "")
        assert [line.split(" ")[0] for line in flake8.lines(*ALL, form)] == [f"{form}:5:18:"]
        assert len(flake8.lines(*ALL, form, str(flake8.directory / "a.swift"))) == 2

    def test_excluded_files_still_say_what_they_say_of_others(self, flake8: Flake8) -> None:
        flake8.write("package.json", "{}")
        flake8.write("lib/store.ts", "export * as Kept from 'expo-secure-store';\n")
        flake8.write("a.ts", CALLER.replace("./store", "./lib/store"))
        assert flake8.places(*ALL, "--exclude", "lib", ".") == flake8.places(*ALL, ".") == ["a.ts:4:9: KL101"]


class TestFilesWithoutAWord:
    def test_found_in_a_directory_they_are_told_what_others_say_of_them(self, flake8: Flake8) -> None:
        flake8.write("package.json", "{}")
        flake8.write("store.ts", "export * as Kept from 'expo-secure-store';\n")
        flake8.write("a.ts", CALLER)
        assert [line.split(" `")[0] for line in flake8.command(".")] == ["a.ts:4:9: KL101"]
        for jobs in ("-j1", "-j2"):
            assert flake8.places(*ALL, jobs, ".") == ["a.ts:4:9: KL101"]
            assert flake8.places(*ALL, jobs, "a.ts", "store.ts") == []
            assert flake8.places(*ALL, jobs, "store.ts", "a.ts") == []

    def test_named_they_cost_next_to_nothing(self, flake8: Flake8) -> None:
        flake8.write("a.swift", 'import Foundation\nprint("é")\n')
        start = (
            "-c",
            "import sys, flake8.main.cli as f\nassert not f.main()\n"
            "print(*sorted(m for m in sys.modules if m.split('.')[0] in ('keylint', 'msgspec', 'pathspec', 'tree_sitter')))",
        )
        done = flake8.process(*ALL, "a.swift", start=start)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.split() == [
            "keylint",
            "keylint.config",
            "keylint.config.finding",
            "keylint.flake8_files",
            "keylint.flake8_plugin",
            "keylint.git",
            "keylint.languages",
            "keylint.reports",
            "keylint.reports.terminal",
            "keylint.scan",
            "keylint.select",
            "keylint.source",
            "keylint.stores",
            "keylint.stores.words",
        ]


class TestFailures:
    def test_a_failure_is_reported_and_ends_nothing(self, flake8: Flake8) -> None:
        flake8.write("a.swift", SWIFT)
        flake8.write("b.py", "import os\n")
        flake8.write("c.swift", "let a = 1\n")
        flake8.write("d.ts", TYPESCRIPT)
        start = ("-c", f"import keylint.check as c\ndef fail(*_): raise RuntimeError('no\\nluck')\nc.check_paths = fail\n{MAIN}")
        for asked in (["."], ["a.swift", "b.py", "c.swift", "d.ts"]):
            done = flake8.process(*ALL, *asked, start=start)
            first, second, third = done.stdout.replace("./", "").splitlines()
            assert first.startswith("a.swift:1:1: KL900 ")
            assert first.endswith("RuntimeError: no luck")
            assert second.startswith("b.py:1:1: F401")
            assert third.startswith("d.ts:1:1: KL900 ")
            assert (done.returncode, done.stderr) == (1, "")

    def test_lost_models_are_reported(self, flake8: Flake8) -> None:
        flake8.write("a.swift", "let a = 1\n")
        lost = "import keylint.stores.words as w\ndef lost(language): raise FileNotFoundError(language)\nw.trigger_words = lost\n"
        assert flake8.process(*ALL, "a.swift", start=("-c", lost + MAIN)).stdout.startswith("a.swift:1:1: KL900 Not analyzed")

    def test_lines_that_the_parser_skips_are_reported(self, flake8: Flake8) -> None:
        flake8.write("a.swift", SWIFT + "func ((( { SecItemAdd( \n")
        expected = flake8.command("a.swift")
        assert any("KL904" in line for line in expected)
        assert flake8.process(*ALL, "a.swift").stdout.splitlines() == expected


class TestConfiguration:
    WRAPPED = """\
import { put, remove } from '@app/secrets';

export async function save(token: string) {
  await remove('token');
  await put('token', token);
}
"""
    STORE = """
[[stores]]
name = "app_secrets"
languages = ["typescript"]
modules = ["@app/secrets"]

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
    POLICY = '[[policy]]\nclasses = ["when-passcode-set-this-device-only"]\n'

    def test_declared_stores_are_looked_for(self, flake8: Flake8) -> None:
        flake8.write("a.ts", self.WRAPPED)
        flake8.write("inner/b.ts", self.WRAPPED)
        flake8.write("inner/keylint.toml", "")
        assert flake8.process(*ALL, ".").stdout == ""
        flake8.write("keylint.toml", self.STORE)
        for asked in (["."], ["a.ts", "inner/b.ts"], ["--stdin-display-name", "a.ts", "-"]):
            assert flake8.places(*ALL, *asked, stdin=self.WRAPPED.encode()) == ["a.ts:5:9: KL201"]

    def test_the_rest_is_flake8s_own(self, flake8: Flake8) -> None:
        flake8.write("keylint.toml", 'select = ["KL2"]\nignore = ["all"]\nexclude = ["*"]\n')
        flake8.write("a.swift", SWIFT)
        assert flake8.places(*ALL, ".") == flake8.places(*ALL, "a.swift") == [FOUND]

    def test_the_policy_applies(self, flake8: Flake8) -> None:
        text = SWIFT.replace("kSecValueData", "kSecAttrAccessible: kSecAttrAccessibleWhenUnlockedThisDeviceOnly, kSecValueData")
        flake8.write("a.swift", text)
        assert flake8.process(*ALL, "a.swift").stdout == ""
        flake8.write("keylint.toml", self.POLICY)
        expected = flake8.command("a.swift")
        assert ["KL117" in line for line in expected] == [True]
        for asked in (["a.swift"], ["."], ["--stdin-display-name", "a.swift", "-"]):
            assert flake8.process(*ALL, *asked, stdin=text.encode()).stdout.removeprefix("./").splitlines() == expected

    def test_a_wrong_one_further_down_is_a_finding(self, flake8: Flake8) -> None:
        flake8.write("inner/keylint.toml", "slect = 1\n")
        flake8.write("inner/b.swift", "let a = 1\n")
        flake8.write("a.swift", SWIFT)
        for asked in (["."], ["a.swift", "inner/b.swift"]):
            first, second = flake8.process(*ALL, *asked).stdout.replace("./", "").splitlines()
            assert first.startswith(FOUND)
            assert second.startswith("inner/b.swift:1:1: KL900 Not analyzed")
            assert "inner/keylint.toml:1: unknown key `slect`" in second


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=80), st.binary(max_size=80), st.sampled_from(["a.swift", "a.tsx", "a.js"]))
def test_no_bytes_crash_it(before: bytes, after: bytes, name: str) -> None:
    project = Project(lambda directory: None, lambda config: Settings(codes=frozenset({"KL101", "KL900", "KL904"})))
    files = OtherFiles(["*"], project)
    language = "swift" if name == "a.swift" else "typescript"
    data = before + b"\nSecItemAdd(SecureStore)\n" + after
    for line in files.said_of(OtherFile(name, "", language, data, [], AskedFor(("-",), False))):
        assert line.row >= 1
        assert line.column >= 0
        assert re.fullmatch(r"KL\d{3}", line.code)
        assert "internal failure" not in line.message
        assert line.code_line.count("\n") == 1
