"""What command line and files mean together, and that the file decides and not what else is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from keylint.check import check_paths
from keylint.config.applying import Asked, Configuration
from keylint.config.finding import ConfigError
from keylint.rules.registry import resolve
from keylint.settle.baseline import Baseline

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
        path = root / name.replace("__", "/").replace("_toml", ".toml").replace("_swift", ".swift").replace("_json", ".json")
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


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("KL103 = 'info'", {"KL103": "info"}),
        ("KL103 = 'info'\nKL1 = 'error'", {**dict.fromkeys(resolve(["KL1"]), "error"), "KL103": "info"}),
        (
            "KL1 = 'error'\nleaves-device = 'info'\nall = 'warning'",
            {
                **dict.fromkeys(resolve(["all"]) - {"KL900"}, "warning"),
                **dict.fromkeys(resolve(["KL1"]), "error"),
                "KL103": "info",
            },
        ),
        ("KL9 = 'info'", dict.fromkeys(resolve(["KL9"]) - {"KL900"}, "info")),
        ("KL900 = 'error'", {}),
    ],
)
def test_severities_are_those_of_the_narrowest_selector(tree: Path, table: str, expected: dict[str, str]) -> None:
    write(tree, keylint_toml=f"[severity]\n{table}")
    assert Configuration(Asked()).of("a.swift").severities == expected


def test_a_severity_counts_for_what_fails_a_run(tree: Path) -> None:
    write(tree, a__keylint_toml="[severity]\nmissing-accessibility = 'info'", a__a_swift=BARE_ADD, b__b_swift=BARE_ADD)
    result = check_paths(["."], Configuration(Asked()))
    assert [(finding.path, finding.severity) for finding in result.findings] == [("a/a.swift", "info"), ("b/b.swift", "error")]
    assert not check_paths(["a"], Configuration(Asked())).failing
    assert check_paths(["a"], Configuration(Asked(fail_on="info"))).failing


def test_no_severity_makes_what_was_not_analyzed_less_than_an_error(tree: Path) -> None:
    (tree / "a.swift").write_bytes(b"// \xff\nimport Security\nlet a = kSecClass\n")
    write(tree, keylint_toml="[severity]\nall = 'info'\nKL9 = 'info'\n[per-file-ignores]\n'b' = ['all']")
    result = check_paths(["."], Configuration(Asked()))
    assert [(finding.code, finding.severity) for finding in result.findings] == [("KL900", "error")]
    assert (result.failing, len(result.incomplete)) == (True, 1)
    write(tree, keylint_toml="[per-file-ignores]\n'a.swift' = ['KL900']")
    result = check_paths(["."], Configuration(Asked()))
    assert (len(result.findings), len(result.incomplete)) == (0, 1)


@pytest.mark.parametrize(
    ("entry", "matched"),
    [
        ("'in/' = ['KL101']", ["in/a.swift", "in/b/c.swift", "x/in/a.swift"]),
        ("'/in/' = ['KL101']", ["in/a.swift", "in/b/c.swift"]),
        ("'a.swift' = ['missing-accessibility']", ["in/a.swift", "x/in/a.swift", "a.swift"]),
        ("'*.swift' = ['KL1']", ["in/a.swift", "in/b/c.swift", "x/in/a.swift", "a.swift", "x/d.swift"]),
        ("'in/b' = ['KL101']\n'/a.swift' = ['KL101']", ["in/b/c.swift", "a.swift"]),
        ("'!in/' = ['KL101']", ["a.swift", "x/d.swift"]),
        ("'in/' = []", []),
        ("'in/' = ['KL2']", []),
        ("'*.ts' = ['all']", []),
    ],
)
def test_per_file_ignores(tree: Path, entry: str, matched: list[str]) -> None:
    files = ["in/a.swift", "in/b/c.swift", "x/in/a.swift", "a.swift", "x/d.swift"]
    for name in files:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(BARE_ADD)
    write(tree, keylint_toml=f"[per-file-ignores]\n{entry}")
    for asked in (Asked(), Asked(select=["KL1"])):
        found = {finding.path for finding in check_paths(["."], Configuration(asked)).findings}
        assert found == set(files) - set(matched)
        assert {finding.path for finding in check_paths(files, Configuration(asked)).findings} == found
        absolute = check_paths([str(tree)], Configuration(asked)).findings
        assert {str(tree / path) for path in found} == {finding.path for finding in absolute}


def test_entries_add_up_and_files_with_the_same_share_their_settings(tree: Path) -> None:
    write(tree, keylint_toml="[per-file-ignores]\n'in/' = ['KL101']\n'a.swift' = ['KL103']\n", out__keylint_toml="")
    configuration = Configuration(Asked())
    both, one, none = (configuration.of(path) for path in ("in/a.swift", "in/b.swift", "b.swift"))
    assert (both.codes, one.codes, none.codes) == (resolve([], ["KL101", "KL103"]), resolve([], ["KL101"]), resolve([]))
    assert configuration.of("in/in/a.swift") is both
    assert configuration.of("in/a.swift") is both
    assert configuration.of("c/d.swift") is none
    assert configuration.of("out/in/a.swift").codes == resolve([])


def test_equal_stores_are_one_object(tree: Path) -> None:
    store = "[[stores]]\nname = 'box'\nlanguages = ['swift']\nin_scope = true\n"
    store += "operations = [{ functions = ['boxed'], verb = 'add', returns = 'status' }]\n"
    write(
        tree,
        base_toml=store,
        a__keylint_toml="extend = '../base.toml'\n[per-file-ignores]\n'c/' = ['KL1']",
        b__keylint_toml="extend = '../base.toml'",
        c__keylint_toml=store,
        d__keylint_toml=store.replace("boxed", "other"),
    )
    configuration = Configuration(Asked())
    first, *others = (configuration.of(path).stores for path in ("a/x.swift", "a/c/x.swift", "b/x.swift", "c/x.swift", "d/x.swift"))
    assert [stores is first for stores in others] == [True, True, True, False]


def test_what_is_said_of_suppressions_and_of_what_is_accepted(tree: Path) -> None:
    write(tree, keylint_toml="require-reason = true\nbaseline = 'ci/accepted.json'", a__keylint_toml="", ci__accepted_json="")
    settings = Configuration(Asked()).of("x.swift")
    assert (settings.require_reason, settings.baseline) == (True, Baseline(str(tree / "ci/accepted.json"), frozenset()))
    settings = Configuration(Asked()).of("a/x.swift")
    assert (settings.require_reason, settings.baseline) == (False, None)
    write(tree, ci__strict_toml="baseline = 'accepted.json'")
    assert Configuration(Asked(), "ci/strict.toml").of("x.swift").baseline == Baseline(str(tree / "ci/accepted.json"), frozenset())
    assert Configuration(Asked(baseline=""), "ci/strict.toml").of("x.swift").baseline is None


def test_a_rule_that_no_file_wants_is_not_selected(tree: Path) -> None:
    write(tree, keylint_toml="select = ['KL101']\n[per-file-ignores]\n'a/' = ['KL101']")
    configuration = Configuration(Asked())
    configuration.of("a/x.swift")
    assert not configuration.selects
    configuration.of("x.swift")
    assert configuration.selects


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
