"""`keylint init`: what it writes is a configuration, changes nothing that is reported, and overwrites nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from keylint.check import check_paths
from keylint.config.applying import Asked, Configuration
from keylint.config.finding import Finder
from keylint.config.reading import read
from keylint.config.starting import file_text, look
from test_cli import ERROR, UNDECODABLE, run

APPS = Path(__file__).parent.parent.parent / "fixtures" / "apps"
KEYRING = b'import keyring\n\n\ndef save(secret):\n    keyring.delete_password("s", "n")\n    keyring.set_password("s", "n", secret)\n'
KEYS = b"""import * as SecureStore from 'expo-secure-store';
const options = { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY };
export const save = (token: string) => SecureStore.setItemAsync(%s, token, options);
"""


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}


def uncommented(text: str) -> str:
    """The file with all that it suggests."""
    return re.sub(r"^# (?=\[\[|[a-z-]+ = |\]|  )", "", text, flags=re.MULTILINE)


def found(root: Path, *options: str) -> tuple[int, str]:
    done = run("check", "--output-format", "json", *options, cwd=root)
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize("app", ["expo-fieldnotes", "python-uploader", "swift-sessionkit"])
@pytest.mark.parametrize("form", ["before", "after"])
@pytest.mark.parametrize("option", ["", "--pyproject", "--keylint-toml"])
def test_what_is_reported_stays_the_same(tmp_path: Path, app: str, form: str, option: str) -> None:
    root = tmp_path / "app"
    shutil.copytree(APPS / app / form, root)
    (root / ".git").mkdir()
    before, files = found(root), snapshot(root)
    done = run("init", *([option] if option else []), cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert found(root) == before
    into = option.removeprefix("--").replace("-", ".").replace("pyproject", "pyproject.toml") or (
        "pyproject.toml" if app == "python-uploader" else "keylint.toml"
    )
    after = snapshot(root)
    assert after.keys() - files.keys() <= {into}
    assert {name for name in files if files[name] != after[name]} <= {into}
    assert after[into].startswith(files.get(into, b""))
    config = Finder().nearest(str(root))
    assert config is not None
    assert config.path == str(root / into)
    # All that it suggests together is a configuration as well, and its policy allows what is there now.
    whole = uncommented(after[into].decode())
    assert whole.count("#") < after[into].decode().count("#")
    (root / into).write_text(whole)
    status, shown = found(root, "--select", "KL117")
    assert (status, shown) == (0, "[]\n")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    for name, text in (("keylint.toml", ""), (".keylint.toml", ""), ("pyproject.toml", "[tool.keylint]\n")):
        root = tmp_path / name.strip(".").partition(".")[0]
        root.mkdir(exist_ok=True)
        (root / name).write_text(text)
        for options in ([], ["--pyproject"], ["--keylint-toml"], ["--dry-run"]):
            done = run("init", *options, cwd=root)
            assert (done.returncode, done.stdout, (root / name).read_text()) == (2, "", text)
            assert f"{name} configures this directory already" in done.stderr
        assert [path.name for path in root.iterdir()] == [name]
        (root / name).unlink()


def test_links_are_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("theirs")
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (root / "keylint.toml").symlink_to("../nowhere")
    assert run("init", cwd=root).returncode == 2
    (root / "keylint.toml").unlink()
    (root / "pyproject.toml").symlink_to("../outside")
    done = run("init", "--pyproject", cwd=root)
    assert (done.returncode, "is a link" in done.stderr) == (2, True)
    assert ((tmp_path / "outside").read_text(), (tmp_path / "nowhere").exists()) == ("theirs", False)


def test_dry_run_prints_the_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.swift").write_bytes(ERROR)
    done = run("init", "--dry-run", cwd=tmp_path)
    assert (done.returncode, [path.name for path in tmp_path.iterdir()]) == (0, ["a.swift"])
    assert "keylint.toml" in done.stderr
    run("init", cwd=tmp_path)
    assert (tmp_path / "keylint.toml").read_text() == done.stdout


@pytest.mark.parametrize(
    ("files", "into"),
    [
        ({"a.py": KEYRING, "pyproject.toml": b"[project]\n"}, "pyproject.toml"),
        ({"a.py": KEYRING, "pyproject.toml": b"[project]\n", "b.ts": b"export {};\n"}, "pyproject.toml"),
        ({"a.py": KEYRING, "pyproject.toml": b"[project]\n", "b.swift": ERROR}, "keylint.toml"),
        ({"a.py": b"", "pyproject.toml": b"[project]\n"}, "pyproject.toml"),
        ({"a.py": b"", "b.ts": b"export {};\n", "pyproject.toml": b"[project]\n"}, "keylint.toml"),
        ({"a.py": KEYRING}, "keylint.toml"),
        ({"pyproject.toml": b""}, "keylint.toml"),
    ],
)
def test_where_it_goes(tmp_path: Path, files: dict[str, bytes], into: str) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert run("init", cwd=tmp_path).returncode == 0
    changed = {name for name, data in snapshot(tmp_path).items() if data != files.get(name)}
    assert changed == {into}


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (b"", b"[tool.keylint]\n"),
        (b"[project]\nname = 'a'", b"\n\n[tool.keylint]\n"),
        (b"[project]\r\nname = 'a'\r\n", b"\r\n[tool.keylint]\r\n"),
        (b"\xef\xbb\xbf[project]\n", b"\n[tool.keylint]\n"),
    ],
)
def test_a_pyproject_keeps_what_it_has(tmp_path: Path, text: bytes, added: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text)
    assert run("init", "--pyproject", cwd=tmp_path).returncode == 0
    data = (tmp_path / "pyproject.toml").read_bytes()
    assert data.startswith(text + added)
    assert not (b"\r\n" in text and re.search(rb"[^\r]\n", data))
    assert read(str(tmp_path / "pyproject.toml"), data, str(tmp_path)).table.select == ("default",)


@pytest.mark.parametrize("text", [b"tool = {}\n", b"[project\n", b"\xff\n"])
def test_a_pyproject_that_no_table_can_be_added_to(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text)
    done = run("init", "--pyproject", cwd=tmp_path)
    assert (done.returncode, done.stdout, (tmp_path / "pyproject.toml").read_bytes()) == (2, "", text)


def test_below_a_configuration_it_extends_that_one(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "keylint.toml").write_text("ignore = ['KL101']\nexclude = ['/app/gen/']\nfail-on = 'error'\n")
    app = tmp_path / "app"
    (app / "gen").mkdir(parents=True)
    (app / "a.swift").write_bytes(ERROR)
    (app / "b.py").write_bytes(KEYRING)
    (app / "gen" / "c.py").write_bytes(KEYRING)
    before = found(app)
    assert "KL201" in before[1]
    assert "KL101" not in before[1]
    assert run("init", "app", cwd=tmp_path).returncode == 0
    assert 'extend = "../keylint.toml"' in (app / "keylint.toml").read_text()
    assert found(app) == before


def test_code_of_others_is_suggested_to_be_left_out_where_it_has_findings(tmp_path: Path) -> None:
    for name in ("vendor/x", "Sources/Generated", "third_party", "Sources/App"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("vendor/x/a.swift", "vendor/b.swift", "Sources/Generated/a.swift", "Sources/App/a.swift"):
        (tmp_path / name).write_bytes(ERROR)
    (tmp_path / "third_party" / "a.swift").write_text("let a = 1\n")
    before = found(tmp_path)
    assert run("init", cwd=tmp_path).returncode == 0
    text = (tmp_path / "keylint.toml").read_text()
    listed = '# exclude = [\n#   "/Sources/Generated/",  # 1 finding\n#   "/vendor/",  # 2 findings\n# ]\n'
    assert listed in text
    assert found(tmp_path) == before
    only = re.sub(r"^# (?=exclude|  |\])", "", text, flags=re.MULTILINE).partition("# Which items")[0]
    (tmp_path / "keylint.toml").write_text(only)
    assert re.findall(r'"filename": ".*?/(\w+/\w+/a\.swift)"', found(tmp_path)[1]) == ["Sources/App/a.swift"]


HOSTILE = [
    r'"a\nselect = []\n"',
    r'"a\"b\'\\"',
    '"# [x]"',
    '"a*b?c[d]"',
    r'"\u2028\u202e\u0000\u007f"',
    r'"\ud83d\ude00é"',
    r'"\r\n]"',
]


@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
def test_what_code_says_stays_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    directory = tmp_path / "a\nselect = []\n#b \x1b[31m!" / "vendor"
    directory.mkdir(parents=True)
    (directory / "[a] *.ts").write_bytes(KEYS % key.encode())
    (directory / "b.swift").write_bytes(ERROR)
    monkeypatch.chdir(tmp_path)
    seen = look(".", Configuration(Asked()), 1)
    assert seen.findings
    for table in ("", "tool.keylint"):
        name = "pyproject.toml" if table else "keylint.toml"
        text = file_text(seen, ".", "", table)
        assert not re.search(r"[^\x09\x0a\x20-\x7e\u00a0-\ud7ff\U0001f600]", text)
        for variant in (text, uncommented(text)):
            config = read(name, variant.encode(), ".")
            assert config.table.select == ("default",)
        (tmp_path / name).write_text(uncommented(text))
        configuration = Configuration(Asked(select=["KL117"]))
        assert configuration.of("a.ts").policies
        everything = Asked(select=["KL117"], exclude=True)
        assert not check_paths(["."], Configuration(everything)).findings
        forbidden = uncommented(text).replace('classes = ["when-unlocked-this-device-only"]', "classes = []")
        (tmp_path / name).write_text(forbidden)
        assert [finding.code for finding in check_paths(["."], Configuration(everything)).findings] == ["KL117"]
        assert configuration.leaves_out(str((directory / "b.swift").relative_to(tmp_path)))
        assert not configuration.leaves_out("b.swift")
        (tmp_path / name).unlink()
    done = run("init", "-q", cwd=tmp_path)
    assert done.returncode == 0
    assert "\x1b" not in run("config", "show", cwd=tmp_path).stdout


def test_what_could_not_be_looked_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.swift").write_bytes(UNDECODABLE)
    done = run("init", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "keylint.toml").exists()) == (3, True)
    assert "could not be analyzed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["nosuch"], 2), (["a.swift"], 2), (["--pyproject", "--keylint-toml"], 2), (["--jobs", "0"], 2), (["--help"], 0)],
)
def test_exit_status(tmp_path: Path, arguments: list[str], status: int) -> None:
    (tmp_path / "a.swift").write_bytes(ERROR)
    assert run("init", *arguments, cwd=tmp_path).returncode == status


def test_a_configuration_further_down_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "keylint.toml").write_text("nonsense")
    (tmp_path / "a" / "b.swift").write_bytes(ERROR)
    done = run("init", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "keylint.toml").exists()) == (2, False)


def test_it_tells_what_it_saw_and_what_is_next(tmp_path: Path) -> None:
    (tmp_path / "a.swift").write_bytes(ERROR)
    (tmp_path / "b.py").write_bytes(KEYRING)
    shown = run("init", cwd=tmp_path).stdout
    for words in (
        "Swift (1 file)",
        "Python (1 file)",
        "keyring (2 calls)",
        "1  KL101  missing-acc",
        "Wrote keylint.toml.",
        "keylint baseline",
    ):
        assert words in shown
    assert shown.splitlines().index("Wrote keylint.toml.") < shown.splitlines().index("Next:")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    os.unlink(tmp_path / "keylint.toml")
    assert run("init", "--quiet", cwd=tmp_path).stdout == ""
