"""What a configuration says, and errors that say where it is wrong and what was probably meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylint.config.finding import ConfigError
from keylint.config.reading import Config, read
from keylint.policy import CLASSES, for_file
from keylint.rules.registry import resolve

WHOLE = """\
select = ["default", "KL2"]
extend-select = ["KL109"]
ignore = ["missing-accessibility"]
min-confidence = "high"
fail-on = "error"
exclude = ["vendor/"]
require-reason = true
baseline = "accepted.json"

[per-file-ignores]
"Examples/" = ["KL1", "leaves-device"]
"!src/" = ["KL201"]

[severity]
KL1 = "warning"
missing-accessibility = "info"

[[stores]]
name = "vault"
languages = ["typescript"]
modules = ["my-vault"]

[[stores.operations]]
functions = ["put"]
verb = "write"
value = 1
identity = [{ name = "key", argument = 0 }]

[[policy]]
name = "tokens"
stores = ["vault"]
keys = ["auth.*"]
services = ["com.example.*"]
paths = ["src/"]
classes = ["when-unlocked", "*-this-device-only"]
synchronizable = false
access-control = true
"""


def config(text: str, name: str = "keylint.toml") -> Config:
    return read(name, text.encode(), "")


def test_every_key() -> None:
    found = config(WHOLE.replace("KL109", "KL104"))
    table = found.table
    assert (table.select, table.extend_select, table.ignore) == (("default", "KL2"), ("KL104",), ("missing-accessibility",))
    assert (table.min_confidence, table.fail_on) == ("high", "error")
    assert found.exclude is not None
    assert [found.exclude.match(path) for path in ("vendor/a.ts", "a/vendor/b/c.ts", "a.ts", "vendor.ts")] == [True, True, False, False]
    assert (table.require_reason, found.baseline) == (True, os.path.abspath("accepted.json"))
    assert [(entry.key, entry.others, entry.codes) for entry in found.ignores] == [
        ("Examples/", False, resolve(["KL1"])),
        ("!src/", True, {"KL201"}),
    ]
    assert found.severities == {**dict.fromkeys(resolve(["KL1"]), "warning"), "KL101": "info"}
    [store] = found.stores
    assert (store.name, store.title, store.declared) == ("vault", "vault", True)
    [policy] = found.policies
    assert (policy.name, policy.place, policy.stores, policy.keys, policy.services) == (
        "tokens",
        "keylint.toml:29",
        ("vault",),
        ("auth.*",),
        ("com.example.*",),
    )
    assert policy.classes == tuple(name for name in CLASSES if name == "when-unlocked" or name.endswith("device-only"))
    assert (policy.synchronizable, policy.access_control) == (False, True)
    assert for_file(found.policies, "src/a/b.ts") == (policy,)
    assert for_file(found.policies, "lib/src.ts") == ()


def test_an_empty_file_says_nothing() -> None:
    found = config("")
    assert (found.table.select, found.table.fail_on, found.stores, found.policies, found.exclude) == (None, None, (), (), None)


def test_a_table_of_pyproject() -> None:
    text = '[project]\nname = "a"\n\n[tool.keylint]\nignore = ["KL103"]\n\n[[tool.keylint.policy]]\nclasses = []\n'
    found = config(text, "pyproject.toml")
    assert found.table.ignore == ("KL103",)
    assert [policy.place for policy in found.policies] == ["pyproject.toml:7"]
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:5: `ignore`: unknown rule 'KL1O3'"):
        config(text.replace("KL103", "KL1O3"), "pyproject.toml")
    with pytest.raises(ConfigError, match=r"has no table \[tool\.keylint\]"):
        config("[tool.other]\n", "pyproject.toml")
    with pytest.raises(ConfigError, match="`keylint` must be a table, not a whole number"):
        config("[tool]\nkeylint = 1\n", "pyproject.toml")


STORE = 'name = "v"\nlanguages = ["swift"]\nin_scope = true\n'
OPERATION = '[[stores.operations]]\nfunctions = ["f"]\nverb = "add"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('slect = ["KL1"]', ":1: unknown key `slect`; did you mean 'select'?"),
        ("# x\nmin_confidence = 'low'", ":2: unknown key `min_confidence`; did you mean 'min-confidence'?"),
        ("[selct]", ":1: unknown key `selct`; did you mean 'select'?"),
        ("'a `b` \\ c' = 1", ":1: unknown key `a `b` \\ c`"),
        ("zebra = 1", ":1: unknown key `zebra`"),
        ("select = 'KL1'", ":1: `select` must be an array, not a string"),
        ("\nselect = [\n 'KL1',\n 2,\n]", ":4: each of `select` must be a string, not a whole number"),
        ("select = [\n 'KL1',\n 'KL999',\n]", ":3: `select`: unknown rule 'KL999'"),
        ("exclude = [\n 'a',\n '*a*b*c*d',\n]", ":3: `exclude`: *a*b*c*d: too many wildcards"),
        ("[per-file-ignore]", ":1: unknown key `per-file-ignore`; did you mean 'per-file-ignores'?"),
        ("[per-file-ignores]\n'a' = ['KL1']\n'b/' = 'KL1'", ":3: [per-file-ignores]: `b/` must be an array, not a string"),
        ("[per-file-ignores]\n'a.b[1]/' = [\n'KL1',\n2]", ":4: [per-file-ignores]: each of `a.b[1]/` must be a string, not a whole number"),
        (
            "[per-file-ignores]\na = []\n'b/' = [\n'KL1',\n'leaves-devise']",
            ":5: [per-file-ignores]: `b/`: unknown rule 'leaves-devise'; did you mean 'leaves-device'?",
        ),
        ("per-file-ignores.'a[z-a]' = []", ":1: [per-file-ignores]: a[z-a]: "),
        ("[per-file-ignores]\n'a' = []\n'*a*b*c*d' = []", ":3: [per-file-ignores]: *a*b*c*d: too many wildcards"),
        ("[per-file-ignores]\n'' = []", ":2: [per-file-ignores]: `` matches no path"),
        ("[per-file-ignores]\n'!' = []", ":2: [per-file-ignores]: `!` matches no path"),
        ("[per-file-ignores]\n'# a' = []", ":2: [per-file-ignores]: `# a` matches no path"),
        ("per-file-ignores = ['a']", ":1: `per-file-ignores` must be a table, not an array"),
        (
            "[severity]\nKL1 = 'info'\nKL101 = 'eror'",
            ":3: [severity]: `KL101`: 'eror' is none of error, info, warning; did you mean 'error'?",
        ),
        ("[severity]\nKL1 = 'info'\nKL101 = 1", ":3: [severity]: `KL101` must be a string, not a whole number"),
        ("[severity]\nstirct = 'info'", ":2: [severity]: unknown rule 'stirct'; did you mean 'strict'?"),
        (
            "[severity]\nKL101 = 'info'\nmissing-accessibility = 'error'",
            ":3: [severity]: `missing-accessibility` means the same rules as `KL101`",
        ),
        ("[severity]\nKL9 = 'info'\nnot-analyzed = 'warning'", ":3: [severity]: `not-analyzed` is always an error: "),
        ("require-reason = 'yes'", ":1: `require-reason` must be true or false, not a string"),
        ("require-reasons = true", ":1: unknown key `require-reasons`; did you mean 'require-reason'?"),
        ("baseline = 1", ":1: `baseline` must be a string, not a whole number"),
        ("\nbaseline = ''", ":2: `baseline`: names no file"),
        ("baseline = '.'", ":1: `baseline`: names no file"),
        ("baseline = 'a\\u0000'".replace("'", '"'), ":1: `baseline`: names no file"),
        ("extends = 'a'", ":1: unknown key `extends`; did you mean 'extend'?"),
        ("extend = ['a']", ":1: `extend` must be a string, not an array"),
        ("extend = ''", ":1: `extend`: names no file"),
        ('extend = "\\u0000"', ":1: `extend`: names no file"),
        ("fail-on = 'never'", ":1: `fail-on`: 'never' is none of error, info, warning"),
        ("fail-on = 'eror'", ":1: `fail-on`: 'eror' is none of error, info, warning; did you mean 'error'?"),
        ("fail-on = true", ":1: `fail-on` must be a string, not true or false"),
        ("select = ['KL1', 'leaves-devise']", ":1: `select`: unknown rule 'leaves-devise'; did you mean 'leaves-device'?"),
        ("extend-select = ['x']", ":1: `extend-select`: unknown rule 'x'"),
        ("exclude = ['a[z-a]']", ":1: `exclude`: a[z-a]: "),
        ("exclude = ['a', '*a*b*c*d']", ":1: `exclude`: *a*b*c*d: too many wildcards"),
        ("exclude = 2020-01-01", ":1: `exclude` must be an array, not date"),
        ("select = [", ": not TOML: "),
        ("select = ]", ":1: not TOML: "),
        ("a = 1\na = 2\n", ":2: not TOML: "),
        ("a = " + "[" * 20_000, ": not TOML: "),
        ("a = " + "1" * 20_000, ": not TOML: "),
        ("policy = 1", ":1: `policy` must be an array, not a whole number"),
        ("policy = [1]", ":1: each of `policy` must be a table, not a whole number"),
        ("[[policy]]\nclass = ['always']", ":2: [[policy]] 1: unknown key `class`; did you mean 'classes'?"),
        (
            "[[policy]]\nname = 'p'\nclasses = ['after-first-unlok']",
            ":3: [[policy]] `p`: `classes`: there is no class 'after-first-unlok'; did you mean 'after-first-unlock'?",
        ),
        ("[[policy]]\nclasses = ['*-this']", ":2: [[policy]] 1: `classes`: there is no class '*-this'"),
        ("[[policy]]\nname = 'p'\nkeys = ['a']", ":1: [[policy]] `p`: nothing is demanded: "),
        ("[[policy]]\nclasses = []\n[[policy]]\nsynchronizable = true", ":4: [[policy]] 2: `synchronizable` can only be false"),
        ("[[policy]]\naccess-control = false", ":2: [[policy]] 1: `access-control` can only be true"),
        ("[[policy]]\nclasses = []\npaths = ['!']", ":3: [[policy]] 1: `paths`: !: "),
        ("[[stores]]\nname = 'v'\nlanguages = ['swift']\nin_scope = true", ":1: [[stores]] `v`: the key `operations` is missing"),
        (f"[[stores]]\n{STORE}operations = []", ":5: [[stores]] `v`: `operations`: it has none"),
        (f"[[stores]]\n{STORE}{OPERATION}".replace("swift", "swfit"), ":3: [[stores]] `v`: `languages`: 'swfit' is none of "),
        (f"[[stores]]\n{STORE}{OPERATION}".replace("in_scope = true", ""), ":1: [[stores]] `v`: nothing says how code gets at it: "),
        (
            f"[[stores]]\n{STORE}{OPERATION}".replace('"add"', '"ad"'),
            ":7: [[stores]] `v`: `verb`: 'ad' is none of ",
        ),
        (f"[[stores]]\n{STORE}{OPERATION}valu = 1", ":8: [[stores]] `v`: unknown key `valu`; did you mean 'value'?"),
        (f"[[stores]]\n{STORE}{OPERATION}value = true", ":8: [[stores]] `v`: `value` must be a whole number, not true or false"),
        (f"[[stores]]\n{STORE}{OPERATION}".replace('["f"]', "1"), ":6: [[stores]] `v`: `functions` must be an array"),
        (f"[[stores]]\n{STORE}{OPERATION}identity = [{{ nme = 'k' }}]", ":8: [[stores]] `v`: unknown key `nme`; did you mean 'name'?"),
        (f"[[stores]]\n{STORE}default_class = 'A'\n{OPERATION}", ":5: [[stores]] `v`: `default_class`: no class `A`"),
        (f"[[stores]]\n{STORE}base = 'keyrin'", ":5: [[stores]] `v`: `base`: there is no model 'keyrin'; did you mean 'keyring'?"),
        (f"[[stores]]\n{STORE}{OPERATION}[[stores]]\n{STORE}{OPERATION}", ":9: [[stores]] `v`: `name`: there is another `v`"),
        ("[[stores]]\nlanguages = ['swift']", ":1: [[stores]] 1: the key `name` is missing"),
    ],
)
def test_an_error_names_the_line_and_what_was_meant(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(text)
    assert str(caught.value).startswith("keylint.toml" + message)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(ConfigError, match=r"^keylint\.toml:2: not UTF-8"):
        read("keylint.toml", b"# a\n\xff", "")


def test_a_mark_and_line_ends_of_windows_are_no_mistake() -> None:
    assert read("keylint.toml", b'\xef\xbb\xbfignore = [\r\n"KL1"]\r\n', "").table.ignore == ("KL1",)
    with pytest.raises(ConfigError, match=r"^keylint\.toml:3: unknown key `b`"):
        read("keylint.toml", b"fail-on = 'info'\r\n\r\nb = 1\r\n", "")


def test_the_path_is_shown_as_seen_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    with pytest.raises(ConfigError, match=r"^\.\./keylint\.toml:1: "):
        read(str(tmp_path / "keylint.toml"), b"a = 1", str(tmp_path))


KEYS = st.sampled_from(
    [
        "select",
        "ignore",
        "severity",
        "per-file-ignores",
        "extend",
        "baseline",
        "KL101",
        "exclude",
        "fail-on",
        "stores",
        "policy",
        "name",
        "classes",
        "operations",
        "base",
        "x",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["KL1", "always", "expo_secure_store", "", "**/*", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\x00", "\\u0000") + '"'


def refused(data: bytes) -> str:
    """The error that a configuration is, or nothing."""
    try:
        read("keylint.toml", data, "")
    except ConfigError as error:
        return str(error)
    return ""


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_it_says_it_is_a_configuration_or_an_error(tables: dict[str, object]) -> None:
    text = "".join(f'"{key}" = {toml(value)}\n' for key, value in tables.items())
    assert refused(text.encode())[:13] in ("", "keylint.toml:")


@given(st.binary(max_size=200))
def test_whatever_its_bytes_it_is_a_configuration_or_an_error(data: bytes) -> None:
    assert refused(data)[:13] in ("", "keylint.toml:")
