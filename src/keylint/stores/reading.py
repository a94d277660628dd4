"""Store models as text: TOML, which people write, into `Store`, and into the one JSON file that a run reads.

Importing a TOML parser takes longer than the whole of a run's share for reading models, so `models.json` is derived from
the TOML files. `python -m keylint.stores.reading` writes it; a test fails when it lags.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from keylint.stores.model import Store

HERE = os.path.dirname(os.path.abspath(__file__))
DERIVED = os.path.join(HERE, "models.json")


class ModelError(Exception):
    """A store model is wrong. The message names the file (or the place in a configuration) and the key."""


def toml(text: str, where: str) -> dict[str, Any]:
    """The tables of a TOML text; `where` is named in the `ModelError` that a syntax error raises."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Besides what is not TOML, numbers that are too long are among these.
        raise ModelError(f"{where}: not TOML: {error}") from error


def store_from(data: Mapping[str, Any], where: str, bases: Mapping[str, Mapping[str, Any]] | None = None) -> Store:
    """The model that `data` states. `bases` are the tables of models that it may build on, by name.

    Raises `ModelError` for unknown keys, wrong types, and references to what the model does not define.
    """
    merged = dict(data)
    if base := data.get("base"):
        if base not in (bases or {}):
            raise ModelError(f"{where}: `base`: there is no model `{base}`")
        merged = {**(bases or {})[base], **data}
    try:
        store = msgspec.convert(merged, Store)
    except msgspec.ValidationError as error:
        raise ModelError(f"{where}: {error}") from error
    for problem in dangling(store):
        raise ModelError(f"{where}: {problem}")
    return store


def stores_from(models: Mapping[str, Mapping[str, Any]]) -> list[Store]:
    """The models stated by `models`, tables by the place they come from. One may build on another of them."""
    bases = {str(data.get("name")): data for data in models.values()}
    return [store_from(data, where, bases) for where, data in models.items()]


def shipped() -> list[Store]:
    """The models of this package, read from their TOML files."""
    models = {}
    for name in sorted(os.listdir(HERE)):
        if name.endswith(".toml"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                models[name] = toml(file.read(), name)
    return stores_from(models)


def derived(stores: Iterable[Store]) -> bytes:
    """What `models.json` holds for `stores`: one line a model, facts at their defaults left out."""
    lines = [msgspec.json.encode(_brief(store)) for store in stores]
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def _brief(value: object) -> Any:
    """`value` as JSON can hold it, without fields that are at their defaults."""
    if isinstance(value, tuple):
        return [_brief(item) for item in value]
    if not isinstance(value, msgspec.Struct):
        return value
    fields = ((field.name, getattr(value, field.name), field) for field in msgspec.structs.fields(value))
    return {name: _brief(item) for name, item, field in fields if item != _default(field)}


def _default(field: msgspec.structs.FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def dangling(store: Store) -> Iterable[str]:
    """References of a model to classes, statuses or item classes that it does not define."""
    classes = {cls.constant for cls in store.classes}
    kinds = {kind.constant for kind in store.item_classes}
    yield from (f"`default_class`: no class `{name}`" for name in (store.default_class,) if name is not None and name not in classes)
    for cls in store.classes:
        if cls.twin is not None and cls.twin not in classes:
            yield f"`twin` of `{cls.constant}`: no class `{cls.twin}`"
    for kind in store.item_classes:
        if kind.default_class is not None and kind.default_class not in classes:
            yield f"`default_class` of `{kind.constant}`: no class `{kind.default_class}`"
    for option, name in store.class_overrides.items():
        if name not in classes:
            yield f"`class_overrides`: `{option}`: no class `{name}`"
    yield from (f"`public_item_classes`: no item class `{name}`" for name in store.public_item_classes if name not in kinds)
    for name in (*store.success, *store.absent, *store.duplicate, *store.unreadable):
        if name not in store.statuses:
            yield f"`statuses`: no status `{name}`"


def main() -> None:
    """Writes `models.json`."""
    content = derived(shipped())
    with open(DERIVED, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    main()
