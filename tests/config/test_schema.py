"""The schema of the configuration, for editors: it is one, and says of files what reading them says, as far as a schema can."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import test_reading
from hypothesis import given
from hypothesis import strategies as st

from keylint.config.finding import ConfigError
from keylint.config.reading import read
from keylint.config.schema import text as derived
from keylint.config.shipped import WRITTEN
from keylint.config.shipped import schema as shipped
from keylint.rules.registry import UnknownSelector, codes, resolve

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent.parent
WHOLE = json.loads(shipped())
VALIDATOR = jsonschema.Draft7Validator(WHOLE)


def valid(text: str) -> bool:
    """An editor finds nothing wrong."""
    return bool(VALIDATOR.is_valid(tomllib.loads(text)))


def accepted(text: str) -> bool:
    """keylint finds nothing wrong."""
    try:
        read("keylint.toml", text.encode(), "")
    except ConfigError:
        return False
    return True


def tables(part: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every table of the schema with the keys that it describes."""
    if isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part:
            yield part, part["properties"]
        for value in part.values():
            yield from tables(value)
    elif isinstance(part, list):
        for value in part:
            yield from tables(value)


def test_what_is_shipped_does_not_lag_and_is_a_schema() -> None:
    assert derived() == shipped()
    jsonschema.Draft7Validator.check_schema(WHOLE)
    assert "null" not in json.dumps(WHOLE)


def test_every_key_is_described_and_no_other_is_allowed() -> None:
    found = list(tables(WHOLE))
    assert len(found) > 15
    for table, keys in found:
        assert table["additionalProperties"] is False
        assert [key for key, part in keys.items() if len(part.get("description", "")) < 10] == []


def test_every_example_is_one() -> None:
    count = 0
    for _, keys in tables(WHOLE):
        for key, part in keys.items():
            for example in part.get("examples", ()):
                jsonschema.validate(example, {**part, "definitions": WHOLE["definitions"]})
                count += 1
                if part in WHOLE["properties"].values():
                    assert VALIDATOR.is_valid({key: example})
    assert count > 12


@pytest.mark.parametrize("page", ["configuration.md", "writing-a-store-model.md"])
def test_every_file_that_the_documentation_writes_is_valid(page: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        if page != "configuration.md":  # a model is the same without its header
            known = block.replace('base = "example_vault"', 'base = "keyring"')
            block = f"[[stores]]\n{known.replace('[[', '[[stores.')}"
        assert valid(block), block


CASES = [mark.args[1] for mark in test_reading.test_an_error_names_the_line_and_what_was_meant.pytestmark]  # type: ignore[attr-defined]
REFUSED = [text for text, _ in CASES[0]]


def test_what_reading_accepts_is_valid() -> None:
    for text in ("", test_reading.WHOLE, "select = ['KL101', ' kl101 ', 'Missing-Accessibility', 'STRICT', 'all', 'kl', 'KL10']"):
        assert accepted(text)
        assert valid(text)
    base = f"[[stores]]\n{test_reading.STORE}"
    for text in (
        f"{base}{test_reading.OPERATION}",
        "[[stores]]\nname = 'v'\nbase = 'keyring'\nmodules = ['v']",
        f"{base}base = ''\noperations = []",
    ):
        assert valid(text)


@pytest.mark.parametrize("text", [text for text in REFUSED if "unknown key" in dict(CASES[0])[text]])
def test_an_unknown_key_is_not_valid(text: str) -> None:
    assert not valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "select = ['KL999']",
        "select = ['KL1', 'leaves-devise']",
        "select = 'KL1'",
        "fail-on = 'eror'",
        "require-reason = 1",
        "[severity]\nKL101 = 'eror'",
        "[severity]\nKL1O1 = 'error'",
        "[severity]\nKL900 = 'info'",
        "[per-file-ignores]\na = 'KL1'",
        "[per-file-ignores]\na = ['KL1O1']",
        "[[policy]]\nclasses = ['alway']",
        "[[policy]]\nsynchronizable = true",
        "[[stores]]\nname = 'v'",
        "[[stores]]\nname = 'v'\nbase = 'keyrin'",
        "[[stores]]\nname = 'v'\nlanguages = ['swfit']\noperations = []",
        "[[stores]]\nname = 'v'\nbase = 'keyring'\n[[stores.operations]]\nfunctions = ['f']\nverb = 'ad'",
    ],
)
def test_what_is_wrong_is_wrong_in_an_editor_too(text: str) -> None:
    assert not accepted(text)
    assert not valid(text)


SELECTORS = st.sampled_from(
    ["KL101", "kl101", " KL1 ", "leaves-device", "Leaves-Device", "strict", "ALL", "KL", "K", "KL999", "nothing", ""]
)
SEVERITIES = st.sampled_from(["error", "warning", "info"])
LISTS = st.lists(SELECTORS, max_size=3)
WORDS = st.sampled_from(["a", "*", "auth.*", "src/", "!src/", "x y", "é", '"'])
POLICIES = st.fixed_dictionaries(
    {"classes": st.lists(st.sampled_from(["always", "*-this-device-only", "when-[up]*", "alway", "?"]), max_size=2)},
    optional={"name": WORDS, "keys": st.lists(WORDS), "paths": st.lists(WORDS), "synchronizable": st.booleans(), "x": st.just(1)},
)
STORES = st.fixed_dictionaries(
    {"name": st.sampled_from(["v", "keyring"])},
    optional={
        "base": st.sampled_from(["keyring", "expo_secure_store", "", "none"]),
        "languages": st.lists(st.sampled_from(["swift", "python", "typescript", "c"]), max_size=2),
        "modules": st.lists(WORDS, min_size=1, max_size=2),
        "operations": st.lists(
            st.fixed_dictionaries(
                {"functions": st.just(["f"]), "verb": st.sampled_from(["add", "read", "ad"])},
                optional={"value": st.integers(0, 2), "raises": st.booleans(), "raise": st.booleans()},
            ),
            max_size=2,
        ),
        "declared": st.booleans(),
    },
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "select": LISTS,
        "extend-select": LISTS,
        "ignore": LISTS,
        "per-file-ignores": st.dictionaries(WORDS, LISTS, max_size=2),
        "severity": st.dictionaries(SELECTORS, SEVERITIES, max_size=2),
        "min-confidence": st.sampled_from(["low", "medium", "high", "no"]),
        "fail-on": SEVERITIES,
        "require-reason": st.booleans(),
        "baseline": WORDS,
        "exclude": st.lists(WORDS, max_size=2),
        "policy": st.lists(POLICIES, max_size=2),
        "stores": st.lists(STORES, max_size=2),
    },
)


@given(FILES)
def test_whatever_reading_accepts_is_valid(file: dict[str, Any]) -> None:
    text = "".join(f'"{key}" = {written(value)}\n' for key, value in file.items())
    if accepted(text):
        assert valid(text), text


@given(FILES, st.sampled_from(["selects", "kind", "Select", "tool"]))
def test_no_file_with_an_unknown_key_is_valid(file: dict[str, Any], key: str) -> None:
    assert not VALIDATOR.is_valid({**file, key: 1})


@given(st.sampled_from([*codes(), *codes().values(), "strict", "all", "KL9"]), st.integers(0, 1000))
def test_a_selector_is_valid_if_it_is_known(word: str, number: int) -> None:
    spelled = "".join(char.upper() if number >> place & 1 else char.lower() for place, char in enumerate(word))
    cut = spelled[: len(spelled) - number % 3]
    try:
        resolve([cut])
    except UnknownSelector:
        assert not VALIDATOR.is_valid({"select": [cut]})
    else:
        assert VALIDATOR.is_valid({"select": [cut]})


def written(value: object) -> str:
    return test_reading.toml(value) if not isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (test_reading.WHOLE, ""),
        ('slect = ["KL1"]\n', "slect"),
        ('[severity]\nKL101 = "eror"\n', "KL101"),
        ('[per-file-ignores]\n"a/" = ["KL1", "leaves-devise"]\n', "leaves-devise"),
        ('[[stores]]\nname = "v"\nbase = "keyring"\ncolour = 1\n', "colour"),
    ],
)
def test_the_language_server_that_editors_use_takes_it(tmp_path: Path, content: str, wrong: str) -> None:
    taplo = shutil.which("taplo", path=os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    if taplo is None:
        if os.environ.get("CI"):
            pytest.fail("there is no taplo")
        pytest.skip("there is no taplo")
    (tmp_path / "keylint.schema.json").write_text(shipped(), encoding="utf-8")
    file = tmp_path / "keylint.toml"
    file.write_text(f"#:schema ./keylint.schema.json\n{content}")
    done = subprocess.run([taplo, "check", str(file)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode != 0) == bool(wrong), done.stderr
    assert wrong in done.stderr


def test_the_command_prints_what_is_shipped() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-m", "keylint", "config", "schema"], capture_output=True, env=environment, check=True)
    assert done.stdout.decode() == Path(WRITTEN).read_text(encoding="utf-8")
