"""`[[stores]]`: a project's own code as a store model. What such a model may leave out follows here from what it says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from keylint import stores
from keylint.languages import SUFFIXES
from keylint.options import suggestion
from keylint.stores.catalogue import declared_module
from keylint.stores.model import Store
from keylint.stores.reading import ModelError, dangling

_WAYS_IN = (
    "bindings",
    "commands",
    "default_export_lacks",
    "in_scope",
    "instance_bases",
    "instances",
    "modules",
    "paths",
    "plaintext",
    "program_value_flags",
    "selector_variables",
    "selectors",
    "words",
)
"""How code gets at a store, and where it is mentioned: another name for a store is another way in."""

_REACHED_BY = ("modules", "in_scope", "instances", "bindings", "commands", "plaintext")
_SUFFIX = re.compile(r"\.(?:d\.)?[mc]?[jt]sx?$|\.pyi?$")
_ALIAS = re.compile(r"^(?:[@~#]/|\.{1,2}/)+")


def wrapper(data: Mapping[str, Any]) -> Store:
    """The model that a table states. Raises `ModelError` with a text that begins with the key, and with msgspec's error as its cause
    where the form is wrong."""
    base = data.get("base", "")
    merged = {**_from_base(base, data), **data}
    if "name" in merged:
        merged.setdefault("title", merged["name"])
    merged.setdefault("words", ())
    merged["declared"] = True
    try:
        store = msgspec.convert(merged, Store)
    except msgspec.ValidationError as error:
        raise ModelError(str(error)) from error
    _check(store)
    found: dict[str, Any] = {}
    if not store.paths:
        found["paths"] = tuple(dict.fromkeys(_paths(store)))
    if store.instances:
        found["instances"] = tuple(_qualified(store, store.instances))
    if store.instance_bases:
        found["instance_bases"] = tuple(_qualified(store, store.instance_bases))
    if not store.words:
        found["words"] = tuple(dict.fromkeys(_words(store)))
    return msgspec.structs.replace(store, **found)


def _from_base(base: object, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the table builds on: a shipped model's facts, without the ways to get at that model."""
    if not base:
        return {}
    with open(os.path.join(os.path.dirname(stores.__file__), "models.json"), "rb") as file:
        models = {model["name"]: model for model in msgspec.json.decode(file.read())}
    if not isinstance(base, str) or base not in models:
        raise ModelError(f"`base`: there is no model '{base}'{suggestion(str(base), list(models))}")
    facts: dict[str, Any] = models[base]
    return facts if data.get("name") == base else {key: value for key, value in facts.items() if key not in _WAYS_IN}


def _check(store: Store) -> None:
    known = sorted(set(SUFFIXES.values()))
    for language in store.languages:
        if language not in known:
            raise ModelError(f"`languages`: '{language}' is none of {', '.join(known)}{suggestion(language, known)}")
    if not store.languages:
        raise ModelError("`languages`: it is used from none")
    if not any(getattr(store, key) for key in _REACHED_BY):
        raise ModelError(f"nothing says how code gets at it: {', '.join(f'`{key}`' for key in _REACHED_BY[:3])} are missing")
    if not store.operations and not store.commands and not store.plaintext:
        raise ModelError("`operations`: it has none")
    for problem in dangling(store):
        raise ModelError(problem)


def _paths(store: Store) -> Iterator[str]:
    """Endings of the paths that modules mean which name a place in the project: those with more than a bare name."""
    for module in store.modules:
        if "/" in module:
            path = _SUFFIX.sub("", _ALIAS.sub("", module)).removesuffix("/index").strip("/")
        elif "python" in store.languages and "." in module:
            path = module.strip(".").replace(".", "/")
        else:
            continue
        if path and path != "index":
            yield path


def _qualified(store: Store, classes: Iterable[str]) -> Iterator[str]:
    """Classes with every module that they can be imported from."""
    for name in classes:
        within = next((module for module in store.modules if name.startswith(f"{module}.")), None)
        bare = name if within is None else name[len(within) + 1 :]
        if not store.modules or store.in_scope:
            yield bare
        yield from (f"{module}.{bare}" for module in (*store.modules, declared_module(store)))


def _words(store: Store) -> Iterator[str]:
    """Words one of which a file that uses the store holds: what it imports, or what it needs no import for."""
    for module in store.modules:
        path = _SUFFIX.sub("", module) if "/" in module else module
        path = path.removesuffix("/index").rstrip("/")
        yield path.rpartition("/")[2] if "/" in path else path.rpartition(".")[2] or path
    for path in store.paths:
        yield path.rpartition("/")[2]
    if store.in_scope or not store.modules:
        for name in (*store.instances, *store.instance_bases):
            yield name.rpartition(".")[2]
        for operation in store.operations:
            yield from (name.partition(".")[0] for name in operation.functions if store.in_scope)
        yield from (name.partition(".")[0] for name in store.factories)
    yield from (command.program for command in store.commands)
    yield from (backend.name.rpartition(".")[2] for backend in store.plaintext)
