"""What command line and files mean together, and that the file decides and not what else is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from keylint.check import check_paths
from keylint.config.applying import Asked, Configuration
from keylint.config.finding import ConfigError
from keylint.rules.registry import resolve

BARE_ADD = """\
import Security

func save(_ d: Data) {
    let q: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrAccount: "token", kSecValueData: d]
    if SecItemAdd(q as CFDictionary, nil) != errSecSuccess { fatalError() }
}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_toml", ".toml").replace("_swift", ".swift")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("text", "asked", "codes"),
    [
        ("", Asked(), resolve([])),
        ("select = ['KL1']", Asked(), resolve(["KL1"])),
        ("select = ['KL1']\nextend-select = ['KL201']", Asked(), resolve(["KL1", "KL201"])),
        ("extend-select = ['KL9']", Asked(), resolve(["default", "KL9"])),
        ("ignore = ['KL1']", Asked(), resolve([], ["KL1"])),
        ("select = ['KL101']\nignore = ['KL1']", Asked(), resolve(["KL101"])),
        ("select = []", Asked(), frozenset()),
        ("select = []\nextend-select = ['KL101']", Asked(), resolve(["KL101"])),
        ("select = ['KL1']\nignore = ['KL201']", Asked(select=["KL201"]), resolve(["KL201"])),
        ("extend-select = ['KL9']", Asked(select=["KL201"]), resolve(["KL201"])),
        ("select = ['KL101', 'KL103']", Asked(ignore=["KL1"]), frozenset()),
        ("ignore = ['KL103']", Asked(ignore=["KL101"]), resolve([], ["KL101", "KL103"])),
    ],
)
def test_which_rules(tree: Path, text: str, asked: Asked, codes: frozenset[str]) -> None:
    write(tree, keylint_toml=text)
    assert Configuration(asked).of("a.swift").codes == codes


def test_levels(tree: Path) -> None:
    write(tree, keylint_toml="min-confidence = 'high'\nfail-on = 'error'")
    settings = Configuration(Asked()).of("a.swift")
    assert (settings.confidence, settings.fail_on) == ("high", "error")
    settings = Configuration(Asked(min_confidence="low", fail_on="info")).of("a.swift")
    assert (settings.confidence, settings.fail_on) == ("low", "info")
    settings = Configuration(Asked(), isolated=True).of("a.swift")
    assert (settings.confidence, settings.fail_on) == ("medium", "warning")


def test_the_nearest_file_replaces_the_others(tree: Path) -> None:
    write(tree, keylint_toml="ignore = ['KL101']\nfail-on = 'error'", a__keylint_toml="", a__b__c_swift="")
    configuration = Configuration(Asked())
    assert configuration.of("x.swift").codes == resolve([], ["KL101"])
    for path in ("a/x.swift", "a/b/x.swift", str(tree / "a/b/x.swift")):
        assert (configuration.of(path).codes, configuration.of(path).fail_on) == (resolve([]), "warning")
    assert configuration.of("a/b/x.swift") is configuration.of("a/y.swift")


def test_what_an_outer_file_excludes_no_inner_one_brings_back(tree: Path) -> None:
    write(tree, keylint_toml="exclude = ['/vendor/', '*Mock.swift']", a__keylint_toml="exclude = ['/b']")
    write(tree, vendor__keylint_toml="this is no TOML")
    configuration = Configuration(Asked())
    paths = ["vendor/a.swift", "vendor/b/c.swift", "a/b/c.swift", "a/VaultMock.swift", "b/c.swift", "a/vendor/c.swift"]
    assert [configuration.leaves_out(path) for path in paths] == [True, True, True, True, False, False]
    assert not Configuration(Asked(exclude=True)).leaves_out("vendor/a.swift")
    with pytest.raises(ConfigError, match="vendor/keylint"):
        configuration.of("vendor/a.swift")


def test_a_file_that_is_named_is_the_only_one_and_about_paths_from_here(tree: Path) -> None:
    write(tree, keylint_toml="ignore = ['KL1']", ci__strict_toml="select = ['KL2']\nexclude = ['/gen/']", a__keylint_toml="nonsense")
    configuration = Configuration(Asked(), str(tree / "ci/strict.toml"))
    for path in ("x.swift", "a/x.swift", "/elsewhere/x.swift"):
        assert configuration.of(path).codes == resolve(["KL2"])
    assert configuration.leaves_out("gen/a.swift")
    assert not configuration.leaves_out("ci/gen/a.swift")
    assert not configuration.leaves_out("/gen/a.swift")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_finding_depends_on_its_file_alone(tree: Path, jobs: int) -> None:
    store = "[[stores]]\nname = 'box'\nlanguages = ['swift']\nin_scope = true\n"
    store += "operations = [{ functions = ['boxed'], verb = 'add', returns = 'status' }]\n"
    boxed = "func f(_ d: Data) {\n    _ = boxed(d)\n}\n"
    write(
        tree,
        keylint_toml="ignore = ['KL101']",
        a_swift=BARE_ADD,
        a__keylint_toml=store,
        a__b_swift=boxed + BARE_ADD,
        b__b_swift=boxed + BARE_ADD,
        c__keylint_toml="[[policy]]\npaths = ['/in/']\nclasses = ['always']",
        c__in__a_swift=BARE_ADD,
        c__out__a_swift=BARE_ADD,
    )
    for number in range(8):
        write(tree, **{f"c__in__more{number}_swift": ""})

    def found(*paths: str) -> set[tuple[str, str]]:
        return {(finding.path, finding.code) for finding in check_paths(paths, Configuration(Asked()), jobs=jobs).findings}

    expected = {
        "a.swift": set(),
        "a/b.swift": {"KL101", "KL301"},
        "b/b.swift": set(),
        "c/in/a.swift": {"KL101", "KL117"},
        "c/out/a.swift": {"KL101"},
    }
    for path, codes in expected.items():
        assert found(path) == {(path, code) for code in codes}
    assert found(".") == {(path, code) for path, codes in expected.items() for code in codes}


def test_each_file_says_what_fails_a_run(tree: Path) -> None:
    warning = BARE_ADD.replace("kSecValueData", "kSecAttrAccessible: kSecAttrAccessibleWhenUnlocked, kSecValueData")
    write(tree, a__keylint_toml="fail-on = 'error'", a__a_swift=warning, b__b_swift=warning)
    for paths, failing in (("a", False), ("b", True), (".", True)):
        result = check_paths([paths], Configuration(Asked()))
        assert (bool(result.findings), result.failing) == (True, failing)
    assert not check_paths(["."], Configuration(Asked(fail_on="error"))).failing


def test_excluded_files_are_checked_when_they_are_named(tree: Path) -> None:
    write(tree, keylint_toml="exclude = ['a.swift']", a_swift=BARE_ADD)
    assert check_paths(["."], Configuration(Asked())).files == 0
    assert check_paths(["a.swift"], Configuration(Asked())).failing
    assert check_paths(["a.swift"], Configuration(Asked()), force_exclude=True).files == 0
