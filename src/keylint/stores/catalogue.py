"""Store models: what each library does, read from `stores/*.toml`.

A model states facts only; every fact cites the library's own source. Adding a library is adding a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct


class AccessClass(Struct, frozen=True):
    """An accessibility class of a store.

    `constant` is the canonical name in the store; `raw` other spellings of the same value (`"ak"`, `"AccessibleWhenUnlocked"`, 5).
    `when`: when-unlocked, after-first-unlock, when-passcode-set, always. `twin` is the constant that differs only in `device_only`.
    """

    constant: str
    when: str
    device_only: bool
    raw: tuple[str | int, ...] = ()
    deprecated: bool = False
    twin: str | None = None


class IdentityField(Struct, frozen=True):
    """One part of what identifies an item: an argument (by position or label) or a key of the options argument or query dictionary.

    `default` is its value when left out (`None`: absent means "any" in a search and empty in an add).
    """

    name: str
    argument: int | None = None
    label: str | None = None
    option: str | None = None
    default: str | None = None
    noun: str | None = None


class Operation(Struct, frozen=True):
    """What some functions of a library do.

    - `functions`: names inside the module, dotted where nested.
    - `verb`: add (fails if present), write (upsert), update (fails if absent), read, exists, delete, clear (delete of many), list.
    - `query`, `attributes`, `options`: argument positions (0-based) of the search dictionary, of the dictionary that carries the class, of an options argument.
      `options_label` is the argument's keyword, where it has one.
    - `returns`: status, status-pair (a tuple whose first is the status), promise, value, nothing.
    - `overwrite`: what writing over an existing item does to its class: keeps, replaces, fails, none.
    - `absence`: how a read says "no such item": status, nil, raises. `hides_failures`: it says the same for every other failure.
    - `options_expected`: every call of this store takes the options argument (KL110).
    - `permanent`: for key generation: the dictionary key that must hold true for the key to be stored at all.
    - `legacy`: an API of the file-based keychain. `plaintext_on`: platforms on which it keeps plain text.
    """

    functions: tuple[str, ...]
    verb: str
    identity: tuple[IdentityField, ...] = ()
    value: int | None = None
    query: int | None = None
    attributes: int | None = None
    options: int | None = None
    options_label: str | None = None
    returns: str = "value"
    asynchronous: bool = False
    overwrite: str = "none"
    absence: str = "nil"
    hides_failures: bool = False
    raises: bool = False
    options_expected: bool = False
    permanent: str | None = None
    legacy: bool = False
    plaintext_on: tuple[str, ...] = ()


class SyncOption(Struct, frozen=True):
    """The option that makes an item synchronizable. `test`: `truthy`, or `presence` when any value at all switches it on."""

    key: str
    test: str = "truthy"
    since: str = ""


class Maker(Struct, frozen=True):
    """A function that makes an access-control object; `protection` is the argument position of its class."""

    function: str
    protection: int


class Command(Struct, frozen=True):
    """A subcommand of a command-line program. `value_flags` are flags that take a value; `secret_flags` those whose value is the secret."""

    program: str
    subcommand: str
    verb: str
    secret_flags: tuple[str, ...] = ()
    open_flags: tuple[str, ...] = ()
    value_flags: tuple[str, ...] = ()


class Plaintext(Struct, frozen=True):
    """A backend that stores secrets unencrypted: dotted name and what it does."""

    name: str
    what: str


class Store(Struct, frozen=True):
    """A library.

    - `name` identifies the model; `title` is what people call it. `languages` it is used from.
    - `modules`: import names. `globals_`: its names are in scope without naming a module (Swift's Security).
    - `words`: byte strings one of which every file that uses the store contains.
    - `class_keys`, `access_control_keys`: option keys that carry the class or an access-control object.
    - `class_in_search`: `filter` when a class in a search restricts it, `ignored` otherwise.
    - `default_class`: the constant that applies when none is named; `default_source` proves it. `no_class_note` replaces the
      default's wording where the platform has no classes.
    - `constants`: names of the library that are neither functions nor classes (`kSecClass`, …) with raw spellings.
    - `class_namespace`: where the classes live inside the module (`ACCESSIBLE`), empty for top level.
    - `public_item_classes`: values of `item_class_key` that are not secrets.
    """

    name: str
    title: str
    languages: tuple[str, ...]
    words: tuple[str, ...]
    operations: tuple[Operation, ...]
    modules: tuple[str, ...] = ()
    in_scope: bool = False
    bindings: tuple[str, ...] = ()
    default_export_lacks: tuple[str, ...] = ()
    classes: tuple[AccessClass, ...] = ()
    class_namespace: str = ""
    class_keys: tuple[str, ...] = ()
    class_type: str = "constant"
    access_control_keys: tuple[str, ...] = ()
    class_in_search: str = "ignored"
    default_class: str | None = None
    default_source: str = ""
    no_class_note: str = ""
    unknown_class_means: str = ""
    item_class_key: str | None = None
    public_item_classes: tuple[str, ...] = ()
    sync: SyncOption | None = None
    sync_kept_apart: bool = False
    constants: dict[str, tuple[str | int, ...]] = {}
    statuses: dict[str, int] = {}
    access_control_makers: tuple[Maker, ...] = ()
    commands: tuple[Command, ...] = ()
    plaintext: tuple[Plaintext, ...] = ()
    secret_note: str = ""
    source: str = ""
