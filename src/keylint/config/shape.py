"""The shape of a configuration file. A key that it does not know is an error, so that a misspelled one is not a missing one."""

# Annotations are evaluated here, not left as text: msgspec reads them.

from typing import Any, Literal

from msgspec import Struct


class Table(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the file."""


class PolicyTable(Table, frozen=True):
    """`[[policy]]`: `name` is what people call it; `stores`, `keys`, `services` and `paths` say which items it is about, the rest what
    it allows."""

    name: str = ""
    stores: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    classes: tuple[str, ...] | None = None
    synchronizable: bool | None = None
    access_control: bool | None = None


class ConfigTable(Table, frozen=True):
    """The file, or `[tool.keylint]`. A key that is `None` was left out. `stores` are in the form of `stores.model.Store`, and may leave out
    what follows from the rest."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: Literal["low", "medium", "high"] | None = None
    fail_on: Literal["info", "warning", "error"] | None = None
    exclude: tuple[str, ...] = ()
    stores: tuple[dict[str, Any], ...] = ()
    policy: tuple[PolicyTable, ...] = ()
