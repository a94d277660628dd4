"""The shipped models as files: current, whole, cited, and read without surprises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from keylint.stores import reading
from keylint.stores.catalogue import load
from keylint.stores.model import Store

MODELS = sorted(Path(reading.HERE).glob("*.toml"))
CITED = re.compile(r"Security-61901|CFNumber\.h|[a-zA-Z.-]+ (?:\d+\.\d+\.\d+|[0-9a-f]{7})\b|keyring's NEWS, \d+\.\d+")
TABLE = re.compile(r"\[\[?([a-z_]+)\]\]?$")
KEY = re.compile(r"([a-z_]+) = ")
DESCRIBES = {
    "name",
    "title",
    "languages",
    "base",
    "words",
    "modules",
    "in_scope",
    "bindings",
    "source",
    "operations",
    "macos_only",
    "secret_note",
}
"""Top-level keys that say which model this is, or how it is reached, and claim nothing about what the library does."""


def minimal(**facts: Any) -> dict[str, Any]:
    return {"name": "vault", "title": "Vault", "languages": ["python"], "words": ["vault"], "operations": [], **facts}


def uncited(text: str) -> list[str]:
    """Tables and top-level facts of a model that no comment with a source stands above."""
    found = []
    comment, in_table, in_value = "", False, False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            comment = ""
        elif line.startswith("#"):
            comment += line
        elif match := TABLE.match(line):
            in_table = True
            # The comment over the many keys of a table of names may stand apart from its header.
            above = comment or "".join(re.findall(r"^#.*", "\n".join(text.splitlines()[max(0, number - 3) : number]), re.M))
            if not CITED.search(above):
                found.append(f"{number}: {match[1]}")
        elif not in_table and not in_value and (match := KEY.match(line)) and match[1] not in DESCRIBES and not CITED.search(comment):
            found.append(f"{number}: {match[1]}")
        in_value = not in_table and (in_value or line.rstrip().endswith("[")) and line.strip() != "]"
    return found


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_fact_cites_its_source(path: Path) -> None:
    assert uncited(path.read_text("utf-8")) == []


def test_a_fact_without_a_source_is_noticed() -> None:
    assert uncited('name = "x"\n\n[[operations]]\nverb = "add"\n') == ["3: operations"]
    assert uncited('# because\ndefault_class = "A"\n') == ["2: default_class"]
    assert uncited('# vault 1.0.0, a.c:1\ndefault_class = "A"\n\n# vault 1.0.0, a.c:2\n[[operations]]\nverb = "add"\n') == []


def test_models_cite_libraries_and_not_our_notes() -> None:
    for path in MODELS:
        assert "STORES" not in path.read_text("utf-8")


def test_the_derived_file_is_current() -> None:
    assert Path(reading.DERIVED).read_bytes() == reading.derived(reading.shipped()), "run: python -m keylint.stores.reading"


def test_the_derived_file_says_what_the_models_say() -> None:
    shipped = reading.shipped()
    assert load(["swift", "typescript", "python"]).stores == tuple(shipped)
    assert [store.name for store in shipped] == [path.stem for path in MODELS]


def test_loading_imports_no_toml_parser() -> None:
    code = """
import sys
from keylint.stores.catalogue import load
load(["swift"])
print(sorted({"tomllib", "tomli", "keylint.stores.reading"} & set(sys.modules)))
"""
    source = str(Path(reading.HERE).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": source}, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_model_needs_little() -> None:
    assert reading.store_from(minimal(), "config") == Store("vault", "Vault", ("python",), ("vault",), ())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"operation": []}, "unknown field `operation`"),
        ({"title": 3}, r"Expected `str`, got `int` - at `\$\.title`"),
        ({"operations": [{"functions": ["f"], "verb": "store"}]}, r"Invalid enum value 'store' - at `\$\.operations\[0\]\.verb`"),
        ({"operations": [{"functions": ["f"], "verb": "add", "valu": 1}]}, r"unknown field `valu` - at `\$\.operations\[0\]`"),
        ({"operations": [{"functions": ["f"], "verb": "add", "value": True}]}, r"Expected `int \| null`, got `bool`"),
        ({"default_class": "NEVER"}, "`default_class`: no class `NEVER`"),
        ({"classes": [{"constant": "A", "when": "always", "device_only": True, "twin": "B"}]}, "`twin` of `A`: no class `B`"),
        ({"public_item_classes": ["C"]}, "`public_item_classes`: no item class `C`"),
        ({"absent": ["gone"]}, "`statuses`: no status `gone`"),
        ({"base": "other"}, "`base`: there is no model `other`"),
    ],
)
def test_a_wrong_model_is_an_error_that_names_place_and_key(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(reading.ModelError, match="^config: .*" + message):
        reading.store_from(minimal(**facts), "config")


def test_text_that_is_not_toml_is_an_error_that_names_the_file() -> None:
    with pytest.raises(reading.ModelError, match=r"^vault\.toml: not TOML: "):
        reading.toml("name = ", "vault.toml")


def test_a_model_builds_on_another() -> None:
    base = minimal(source="Vault 1", in_scope=True)
    built = {"name": "vault_c", "base": "vault", "in_scope": False}
    stores = reading.stores_from({"a": base, "b": built})
    assert (stores[1].name, stores[1].source, stores[1].in_scope) == ("vault_c", "Vault 1", False)
