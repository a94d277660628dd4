"""A configuration that builds on another: what comes of both, and which ones are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from keylint.config.applying import Asked, Configuration
from keylint.config.finding import ConfigError, Finder
from keylint.config.reading import Config
from keylint.rules.registry import resolve
from keylint.settle.baseline import Baseline

STORE = """
[[stores]]
name = "{name}"
languages = ["swift"]
in_scope = true
operations = [{{ functions = ["{function}"], verb = "add" }}]
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "tree"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def config(root: Path, directory: str = "") -> Config:
    found = Finder().nearest(str(root / directory))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("near", "far", "codes"),
    [
        ("", "", resolve([])),
        ("", "select = ['KL1']", resolve(["KL1"])),
        ("select = ['KL2']", "select = ['KL1']", resolve(["KL2"])),
        ("select = []", "select = ['KL1']", frozenset()),
        ("ignore = ['KL101']", "select = ['KL1']", resolve(["KL1"]) - {"KL101"}),
        ("ignore = ['KL101']", "ignore = ['KL103']", resolve([], ["KL101"])),
        ("ignore = []", "ignore = ['KL103']", resolve([])),
        ("", "ignore = ['KL103']", resolve([], ["KL103"])),
        ("extend-select = ['KL202']", "extend-select = ['KL206']", resolve(["default", "KL202", "KL206"])),
        ("extend-select = ['KL202']", "select = ['KL1']\nextend-select = ['KL206']", resolve(["KL1", "KL202", "KL206"])),
        ("select = ['KL2']", "extend-select = ['KL109']\nignore = ['KL201']", resolve(["KL2"])),
        ("select = ['KL2']\nextend-select = ['KL109']", "select = ['KL3']\nextend-select = ['KL113']", resolve(["KL2", "KL109"])),
    ],
)
def test_which_rules(tree: Path, near: str, far: str, codes: frozenset[str]) -> None:
    write(tree, {"base.toml": far, "keylint.toml": f"extend = 'base.toml'\n{near}"})
    assert Configuration(Asked()).of("a.swift").codes == codes


def test_values_of_the_nearer_file_hold(tree: Path) -> None:
    write(
        tree,
        {
            "a.toml": "min-confidence = 'high'\nfail-on = 'error'\nrequire-reason = true\nbaseline = 'a.json'",
            "ci/b.toml": "extend = '../a.toml'\nfail-on = 'info'\nbaseline = 'b.json'",
            "ci/b.json": "",
            "keylint.toml": "extend = 'ci/b.toml'\nrequire-reason = false",
        },
    )
    settings = Configuration(Asked()).of("x.swift")
    assert (settings.confidence, settings.fail_on, settings.require_reason) == ("high", "info", False)
    assert settings.baseline == Baseline(str(tree / "ci/b.json"), frozenset())


def test_tables_are_merged_by_key(tree: Path) -> None:
    write(
        tree,
        {
            "base.toml": "[severity]\nKL1 = 'info'\nKL103 = 'info'\nKL201 = 'warning'\n"
            "[per-file-ignores]\n'in/' = ['KL101']\n'out/' = ['KL103']\n",
            "keylint.toml": "extend = 'base.toml'\n[severity]\nKL1 = 'error'\nunserialized-delete-then-add = 'error'\n"
            "[per-file-ignores]\n'in/' = ['KL201']\n'x/' = ['KL301']\n",
        },
    )
    configuration = Configuration(Asked())
    severities = configuration.of("x.swift").severities
    assert [severities[code] for code in ("KL101", "KL103", "KL201")] == ["error", "info", "error"]
    for path, ignored in (("in/a.swift", "KL201"), ("out/a.swift", "KL103"), ("x/a.swift", "KL301")):
        assert configuration.of(path).codes == resolve([], [ignored])


def test_stores_are_merged_by_name_and_policies_asked_in_order(tree: Path) -> None:
    write(
        tree,
        {
            "base.toml": STORE.format(name="a", function="f")
            + STORE.format(name="b", function="g")
            + "[[policy]]\nname = 'far'\nclasses = []\n",
            "keylint.toml": "extend = 'base.toml'" + STORE.format(name="b", function="h") + "[[policy]]\nname = 'near'\nclasses = []\n",
        },
    )
    found = config(tree)
    assert [(store.name, store.operations[0].functions) for store in found.stores] == [("a", ("f",)), ("b", ("h",))]
    assert [(policy.name, policy.place) for policy in found.policies] == [("near", "keylint.toml:7"), ("far", "base.toml:13")]


def test_patterns_are_about_the_directory_of_the_file_that_states_them(tree: Path) -> None:
    base = "exclude = ['/gen/']\n[per-file-ignores]\n'/lib/' = ['KL101']\n[[policy]]\npaths = ['/lib/']\nclasses = []\n"
    write(tree, {"keylint.toml": base, "app/keylint.toml": "extend = '../keylint.toml'", "ci/strict.toml": "extend = '../keylint.toml'"})
    configuration = Configuration(Asked())
    assert [configuration.leaves_out(path) for path in ("gen/a.swift", "app/gen/a.swift")] == [True, False]
    assert [len(configuration.of(path).codes) for path in ("app/lib/a.swift", "lib/a.swift")] == [
        len(resolve([])),
        len(resolve([], ["KL101"])),
    ]
    [policy] = configuration.of("app/x.swift").policies
    assert policy.directory == str(tree)
    os.chdir(tree / "app")  # A named file is about what it was named for, with all that it extends.
    named = Configuration(Asked(), "../ci/strict.toml")
    assert [named.leaves_out(path) for path in ("gen/a.swift", "../gen/a.swift")] == [True, False]


def test_all_other_files_are_those_below(tree: Path) -> None:
    write(tree, {"ci/base.toml": "[per-file-ignores]\n'!lib/' = ['KL101']", "app/keylint.toml": "extend = '../ci/base.toml'"})
    assert Configuration(Asked()).of("app/x.swift").codes == resolve([])
    write(tree, {"ci/keylint.toml": "extend = 'base.toml'"})
    assert Configuration(Asked()).of("ci/x.swift").codes == resolve([], ["KL101"])


def test_a_nearer_exclude_replaces(tree: Path) -> None:
    write(
        tree, {"ci/base.toml": "exclude = ['a']", "keylint.toml": "extend = 'ci/base.toml'", "x/keylint.toml": "extend = '../ci/base.toml'"}
    )
    assert Configuration(Asked()).leaves_out("ci/a")
    for text, excluded in (("['b']", (False, True)), ("[]", (False, False))):
        write(tree, {"keylint.toml": f"extend = 'ci/base.toml'\nexclude = {text}"})
        configuration = Configuration(Asked())
        assert (configuration.leaves_out("ci/a"), configuration.leaves_out("b")) == excluded


def test_a_pyproject_can_extend_and_be_extended(tree: Path) -> None:
    write(
        tree,
        {
            "pyproject.toml": "[tool.keylint]\nextend = 'base.toml'\n",
            "base.toml": "ignore = ['KL101']",
            "a/keylint.toml": "extend = '../pyproject.toml'\nfail-on = 'error'",
        },
    )
    settings = Configuration(Asked()).of("a/x.swift")
    assert (settings.codes, settings.fail_on) == (resolve([], ["KL101"]), "error")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"keylint.toml": "# x\nextend = 'nosuch.toml'"},
            "keylint.toml:2: `extend`: nosuch.toml: cannot be read: No such file or directory",
        ),
        ({"keylint.toml": "extend = 'a'", "a/b": ""}, "keylint.toml:1: `extend`: a: not a regular file"),
        ({"keylint.toml": "extend = 'keylint.toml'"}, "keylint.toml:1: `extend` goes in a circle: keylint.toml -> keylint.toml"),
        (
            {"keylint.toml": "extend = 'a.toml'", "a.toml": "extend = 'b/b.toml'", "b/b.toml": "\nextend = '../a.toml'"},
            "b/b.toml:2: `extend` goes in a circle: a.toml -> b/b.toml -> a.toml",
        ),
        ({"keylint.toml": "extend = 'a.toml'", "a.toml": "x = 1"}, "a.toml:1: unknown key `x`"),
        ({"keylint.toml": "extend = 'a.toml'", "a.toml": "select = ]"}, "a.toml:1: not TOML: "),
        ({"keylint.toml": "extend = 'a.toml'", "a.toml": "extend = 'b.toml'"}, "a.toml:1: `extend`: b.toml: cannot be read"),
        ({"keylint.toml": "extend = 'pyproject.toml'", "pyproject.toml": ""}, "keylint.toml:1: `extend`: pyproject.toml: has no table "),
        ({"keylint.toml": "extend = '../outside.toml'"}, "keylint.toml:1: `extend`: ../outside.toml leads out of the project"),
        ({"keylint.toml": "extend = '/etc/passwd'"}, "keylint.toml:1: `extend`: /etc/passwd leads out of the project"),
        ({"keylint.toml": "extend = 'link.toml'"}, "keylint.toml:1: `extend`: link.toml leads out of the project"),
        ({"keylint.toml": "extend = 'away/outside.toml'"}, "keylint.toml:1: `extend`: away/outside.toml leads out of the project"),
        ({"keylint.toml": "baseline = '../a.json'"}, "keylint.toml:1: `baseline`: ../a.json leads out of the project"),
        ({"keylint.toml": "baseline = 'away/a.json'"}, "keylint.toml:1: `baseline`: away/a.json leads out of the project"),
    ],
)
def test_what_is_refused(tree: Path, files: dict[str, str], message: str) -> None:
    write(tree.parent, {"outside.toml": ""})
    (tree / "link.toml").symlink_to("../outside.toml")
    (tree / "away").symlink_to("..")
    write(tree, files)
    with pytest.raises(ConfigError) as caught:
        config(tree)
    assert str(caught.value).startswith(message)


def test_a_link_inside_the_work_tree_is_followed_and_no_way_around_a_circle(tree: Path) -> None:
    write(tree, {"ci/base.toml": "fail-on = 'error'", "keylint.toml": "extend = 'link.toml'"})
    (tree / "link.toml").symlink_to("ci/base.toml")
    assert config(tree).table.fail_on == "error"
    write(tree, {"ci/base.toml": "extend = 'keylint.toml'"})
    with pytest.raises(ConfigError, match="goes in a circle"):
        config(tree)
    (tree / "again").symlink_to(".")
    write(tree, {"keylint.toml": "extend = 'again/keylint.toml'"})
    with pytest.raises(ConfigError, match=r"circle: keylint\.toml -> keylint\.toml"):
        config(tree)


def test_an_inner_work_tree_extends_nothing_outside(tree: Path) -> None:
    write(tree, {"base.toml": "", "inner/.git": "gitdir: x", "inner/keylint.toml": "extend = '../base.toml'"})
    with pytest.raises(ConfigError, match="leads out of the project"):
        config(tree, "inner")


def test_outside_of_a_work_tree_a_baseline_stays_below(tmp_path: Path) -> None:
    write(tmp_path, {"base.toml": "", "a/keylint.toml": "extend = '../base.toml'\nbaseline = 'b/c.json'"})
    assert config(tmp_path, "a").baseline == str(tmp_path / "a/b/c.json")
    write(tmp_path, {"a/keylint.toml": "baseline = '../c.json'"})
    with pytest.raises(ConfigError, match="leads out of the project"):
        config(tmp_path, "a")


def test_a_long_chain_is_only_long(tree: Path) -> None:
    write(tree, {f"{number}.toml": f"extend = '{number + 1}.toml'" for number in range(1500)})
    write(tree, {"1500.toml": "fail-on = 'error'", "keylint.toml": "extend = '0.toml'"})
    assert config(tree).table.fail_on == "error"
