"""The JSON schema of `keylint.toml`, for editors, derived from what reads the file: `shape`, the store model, the rules, the classes.

`docs/generate.py` writes it to `schema.json` beside this module, which `shipped` reads. It says no more than JSON schema can: what it
refuses keylint refuses, and keylint refuses more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from keylint.config.shape import ConfigTable
from keylint.languages import SUFFIXES
from keylint.policy import CLASSES
from keylint.rules.registry import ALL, codes, groups, load, page
from keylint.rules.rule import GROUPS
from keylint.stores import model
from keylint.stores.catalogue import load as load_stores

_DIALECT = "http://json-schema.org/draft-07/schema#"
"""The one that editors of TOML know."""
_GROUP_NOTES = {"default": "The rules that are on by default.", "strict": "Stricter rules.", "contracts": "A team's own conventions."}
_VAULT = {
    "name": "vault",
    "base": "expo_secure_store",
    "modules": ["@/lib/vault"],
    "operations": [{"functions": ["put"], "verb": "write", "value": 1, "identity": [{"name": "key", "argument": 0}]}],
}


def schema() -> dict[str, Any]:
    """The schema as JSON has it."""
    [root, store], definitions = msgspec.json.schema_components([ConfigTable, model.Store], ref_template="#/definitions/{name}")
    definitions = {name: _without_null(part) for name, part in definitions.items()}
    for name, part in definitions.items():
        if name != "ConfigTable" and hasattr(model, name):
            _describe(part, getattr(model, name))
    table = definitions.pop(_name(root))
    definitions["Policy"] = definitions.pop("PolicyTable")
    table["properties"]["policy"]["items"] = {"$ref": "#/definitions/Policy"}
    table["properties"]["stores"] |= {"items": store, "examples": [[_VAULT]]}
    table["properties"]["severity"] |= _severities(table["properties"]["severity"]["additionalProperties"])
    policy = definitions["Policy"]["properties"]
    policy["synchronizable"]["const"], policy["access-control"]["const"] = False, True
    _loosen_store(definitions["Store"])
    named = {"Selector": _selector(), "Pattern": _titled("Pattern", table), "Class": _class(_titled("Class", policy))}
    whole = _with_references({**table, "definitions": definitions}, frozenset(named))
    whole["definitions"] |= named
    whole["definitions"] = dict(sorted(whole["definitions"].items()))
    return {"$schema": _DIALECT, **whole, "title": "keylint.toml"}


def text() -> str:
    """The schema as `schema.json` has it."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _without_null(part: Any) -> Any:
    """TOML has no null: a key is left out instead."""
    if isinstance(part, list):
        return [_without_null(item) for item in part]
    if not isinstance(part, dict):
        return part
    found = {key: _without_null(value) for key, value in part.items() if not (key == "default" and value is None)}
    options = found.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        del found["anyOf"]
        return {**found, **rest[0]} if len(rest) == 1 else {**found, "anyOf": rest}
    return found


def _with_references(part: Any, titles: frozenset[str]) -> Any:
    """`part` with references to definitions where a type is that is called like one."""
    if isinstance(part, list):
        return [_with_references(item, titles) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "string" and part.get("title") in titles:
        return {"$ref": f"#/definitions/{part['title']}"}
    return {key: _with_references(value, titles) for key, value in part.items()}


def _titled(title: str, part: Any) -> dict[str, Any]:
    """The type called `title`, wherever it is used in `part`."""

    def found(part: Any) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict):
            if part.get("title") == title:
                yield part
            for value in part.values():
                yield from found(value)

    return dict(next(found(part)))


def _describe(definition: dict[str, Any], kind: type) -> None:
    """Adds what the model's own words say of each key, or else of what the key holds."""
    said = dict(_clauses(kind.__doc__ or ""))
    for name, part in definition["properties"].items():
        if name in said:
            part["description"] = said[name]
        elif inner := re.search(r"#/definitions/(\w+)", str(part)):
            part["description"] = _summary(getattr(model, inner[1]))
    definition["description"] = _summary(kind)


def _summary(kind: type) -> str:
    return " ".join((kind.__doc__ or "").strip().split("\n\n")[0].split())


def _clauses(documentation: str) -> Iterator[tuple[str, str]]:
    """The keys that a docstring explains, each with the clause that begins with it, or else with the first that mentions it."""
    paragraphs = re.split(r"\n\s*- |\n\s*\n(?!\s*- )", documentation.strip())
    clauses = [clause for paragraph in paragraphs for clause in re.split(r"(?<=[.;])\s+(?=`)", " ".join(paragraph.split()))]
    for clause in reversed(clauses):
        for key in re.findall(r"`(\w+)`", clause):
            yield key, clause
    for clause in reversed(clauses):
        subject = re.match(r"(?:With )?((?:`\w+`(?:, | and )?)+)", clause)
        for key in re.findall(r"`(\w+)`", subject[1]) if subject else ():
            yield key, clause.rstrip(";:")


def _loosen_store(store: dict[str, Any]) -> None:
    """What a table in a configuration may leave out (see `wrappers`), and what it chooses from."""
    store["required"] = ["name"]
    store["anyOf"] = [{"required": ["base"]}, {"required": ["languages", "operations"]}]
    keys = store["properties"]
    languages = sorted(set(SUFFIXES.values()))
    keys["languages"]["items"] = {"enum": languages}
    keys["base"] |= {"anyOf": [{"enum": sorted(each.name for each in load_stores(languages).stores)}, {"maxLength": 0}]}
    keys["declared"]["description"] = "Always so here."


def _selector() -> dict[str, Any]:
    """Every selector with what it means; spelled in other cases, a pattern."""
    pages = {code: f"{page(code).splitlines()[0]} ({load(code).severity}, group {groups()[code]})" for code in codes()}
    listed = {ALL: "Every rule.", **{group: _GROUP_NOTES.get(group, "") for group in GROUPS}}
    prefixes = sorted({code[:length] for code in codes() for length in range(2, 5)})
    listed |= {prefix: f"The rules whose code begins so: {_first_codes(prefix)}." for prefix in prefixes}
    listed |= {code: f"{name}: {pages[code]}" for code, name in codes().items()}
    listed |= {name: f"{code}: {pages[code]}" for code, name in codes().items()}
    return {
        "description": "A rule's code, the beginning of one, a rule's name, a group, or all.",
        "type": "string",
        "anyOf": [{"enum": list(listed)}, {"pattern": _any_case(listed)}],
        "x-taplo": {"docs": {"enumValues": list(listed.values())}},
    }


def _first_codes(prefix: str) -> str:
    found = [code for code in codes() if code.startswith(prefix)]
    return ", ".join(found) if len(found) <= 3 else f"{found[0]} to {found[-1]}"


def _any_case(words: dict[str, str]) -> str:
    """A regular expression for any of `words`, however they are spelled. JSON schema has no way to ignore case."""
    spelled = ("".join(f"[{char.upper()}{char.lower()}]" if char.isalpha() else re.escape(char) for char in word) for word in words)
    return rf"^\s*(?:{'|'.join(spelled)})\s*$"


def _severities(one: dict[str, Any]) -> dict[str, Any]:
    """A table from selectors to severities: rules as keys that an editor completes, the other selectors as a pattern."""
    own = {code: f"{name}: {page(code).splitlines()[0]} It is {_article(load(code).severity)} by itself." for code, name in codes().items()}
    properties = {code: {"description": text, **one} for code, text in own.items()}
    properties["KL900"] = {"description": f"{own['KL900']} It cannot be less.", "enum": ["error"]}
    return {"properties": properties, "patternProperties": {_selector()["anyOf"][1]["pattern"]: one}, "additionalProperties": False}


def _article(severity: str) -> str:
    return {"error": "an error", "warning": "a warning"}.get(severity, severity)


def _class(part: dict[str, Any]) -> dict[str, Any]:
    """A class by its name, or a pattern of names."""
    return {**part, "anyOf": [{"enum": list(CLASSES)}, {"pattern": r"[*?\[]"}]}
