"""The store models of a run, and quick answers about names that a program mentions."""

from __future__ import annotations

from collections.abc import Iterable
from os.path import dirname, join

import msgspec

from keylint.stores.model import (
    AccessClass,
    Command,
    Conflict,
    IdentityField,
    ItemClass,
    Maker,
    Operation,
    Plaintext,
    Store,
    SyncOption,
)

__all__ = [
    "AccessClass",
    "Catalogue",
    "Command",
    "Conflict",
    "IdentityField",
    "ItemClass",
    "Maker",
    "Operation",
    "Plaintext",
    "Store",
    "SyncOption",
    "load",
]


def load(languages: Iterable[str], declared: Iterable[Store] = ()) -> Catalogue:
    """The shipped models that are used from any of `languages`, and those that a project declares."""
    wanted = frozenset(languages)
    with open(join(dirname(__file__), "models.json"), "rb") as file:
        stores = msgspec.json.decode(file.read(), type=tuple[Store, ...])
    return Catalogue.of(store for store in (*stores, *declared) if not wanted.isdisjoint(store.languages))


class _Names:
    """What the names inside one store mean. Names are dotted where nested."""

    __slots__ = ("access", "constants", "item_classes", "keys", "makers", "namespaces", "operations", "store", "values")

    def __init__(self, store: Store) -> None:
        self.store = store
        self.operations = {name: operation for operation in store.operations for name in operation.functions}
        self.makers = {maker.function: maker for maker in store.access_control_makers}
        self.item_classes = {kind.constant: kind for kind in store.item_classes}
        self.keys = {raw: key for key, raws in store.keys.items() for raw in raws}
        self.values = {(type(raw), raw): name for name, raws in store.constants.items() for raw in raws}
        self.constants = {name: name for names in (store.keys, store.constants) for name in names}
        self.access: dict[tuple[type, str | int], AccessClass] = {}
        prefix = store.class_namespace + "." if store.class_namespace else ""
        for cls in store.classes:
            self.constants[prefix + cls.constant] = cls.constant
            for raw in (cls.constant, *cls.raw):
                self.access[type(raw), raw] = cls
        dotted = (*self.operations, *self.constants, *self.makers, *store.factories)
        self.namespaces = {name[:dot] for name in dotted for dot in range(len(name)) if name[dot] == "."}

    def all(self) -> Iterable[str]:
        """Every name of the store."""
        yield from self.operations
        yield from self.constants
        yield from self.makers
        yield from self.store.statuses
        yield from self.store.truths


class Catalogue:
    """Models, indexed. Every look-up is one or two dictionary look-ups.

    Methods that take a `Store` take one of `stores`. Dotted names are relative to the store's module unless said otherwise.
    """

    __slots__ = (
        "_by_module",
        "_commands",
        "_declared",
        "_in_scope",
        "_instances",
        "_methods",
        "_names",
        "_native",
        "_plaintext",
        "programs",
        "stores",
        "words",
    )

    stores: tuple[Store, ...]
    words: tuple[bytes, ...]
    """Trigger words of every model: a file without one of its language's cannot use a store."""
    programs: frozenset[str]
    """Names of the command-line programs that a model knows, without directories."""

    def __init__(self, stores: Iterable[Store]) -> None:
        self.stores = tuple({store.name: store for store in stores}.values())
        self.words = _words(self.stores)
        self._names = {store.name: _Names(store) for store in self.stores}
        self._by_module: dict[tuple[str, str], Store] = {}
        self._declared: dict[str, list[Store]] = {}
        self._in_scope: dict[tuple[str, str], Store] = {}
        self._native: dict[str, Store] = {}
        self._instances: dict[str, Store] = {}
        self._methods: dict[tuple[str, str], list[tuple[Store, Operation]]] = {}
        self._commands: dict[tuple[str, str], tuple[Store, Command]] = {}
        self._plaintext: dict[str, tuple[Store, Plaintext]] = {}
        for store in self.stores:
            self._add(store)
        self.programs = frozenset(program for program, _ in self._commands)

    @classmethod
    def of(cls, stores: Iterable[Store]) -> Catalogue:
        """A catalogue of just these models. Where two have a name or claim one, the later wins: a user's models come last."""
        return cls(stores)

    def _add(self, store: Store) -> None:
        names = self._names[store.name]
        for language in store.languages:
            for module in store.modules or (store.name,) * store.in_scope:
                self._by_module[language, module] = store
            if store.declared:
                self._by_module[language, declared_module(store)] = store
                self._declared.setdefault(language, []).append(store)
            if store.in_scope:
                for name in names.all():
                    self._in_scope[language, name] = store
            if store.factories or store.instances:
                for name, operation in names.operations.items():
                    self._methods.setdefault((language, name), []).append((store, operation))
        if store.bindings:
            for name in names.all():
                self._native[name] = store
        for name in (*store.instances, *store.instance_bases):
            self._instances[name] = store
        for command in store.commands:
            self._commands[command.program, command.subcommand] = (store, command)
        for backend in store.plaintext:
            self._plaintext[backend.name] = (store, backend)

    def words_for(self, language: str) -> tuple[bytes, ...]:
        """The trigger words of files in `language`."""
        return _words(store for store in self.stores if language in store.languages)

    def by_module(self, language: str, module: str) -> Store | None:
        """The store that is imported as `module`."""
        return self._by_module.get((language, module))

    def declares(self, language: str) -> bool:
        """Whether any store is code of the project's own."""
        return language in self._declared

    def declared(self, language: str, module: str, path: str = "") -> str | None:
        """The module name of the declared store that is imported as `module`, or whose file is at `path` (without suffix)."""
        found = None
        for store in self._declared.get(language, ()):
            if module in store.modules or any(path == ending or path.endswith(f"/{ending}") for ending in store.paths):
                found = declared_module(store)
        return found

    def operation(self, store: Store, dotted_name: str) -> Operation | None:
        """What the function `dotted_name` of `store` does."""
        return self._names[store.name].operations.get(dotted_name)

    def constant(self, store: Store, dotted_name: str) -> str | None:
        """The canonical name of a constant, dictionary key or class (`ACCESSIBLE.WHEN_UNLOCKED` is `WHEN_UNLOCKED`)."""
        return self._names[store.name].constants.get(dotted_name)

    def access_class(self, store: Store, constant_or_raw: str | int) -> AccessClass | None:
        """The class that a canonical constant or a raw value stands for. `True` is no class, although it equals 1."""
        return self._names[store.name].access.get((type(constant_or_raw), constant_or_raw))

    def has_namespace(self, store: Store, dotted: str) -> bool:
        """Whether names of `store` live below `dotted` (`ACCESSIBLE`)."""
        return dotted in self._names[store.name].namespaces

    def maker(self, store: Store, name: str) -> Maker | None:
        """The maker of access-control objects called `name`."""
        return self._names[store.name].makers.get(name)

    def status(self, store: Store, name: str) -> int | None:
        """The code of the status called `name`."""
        return store.statuses.get(name)

    def truth(self, store: Store, name: str) -> bool | None:
        """What a constant that is true or false holds (`kCFBooleanTrue`)."""
        return store.truths.get(name)

    def key(self, store: Store, raw: str) -> str:
        """The canonical name of a dictionary key; a spelling that the store does not know is its own name."""
        return self._names[store.name].keys.get(raw, raw)

    def value(self, store: Store, raw: str | int) -> str | None:
        """The constant (other than a class or a key) that has the raw value, such as `kSecClassKey` for `"keys"`."""
        return self._names[store.name].values.get((type(raw), raw))

    def item_class(self, store: Store, constant: str) -> ItemClass | None:
        """The kind of item that `constant` names."""
        return self._names[store.name].item_classes.get(constant)

    def identity(self, store: Store, operation: Operation, item_class: str | None = None) -> tuple[IdentityField, ...]:
        """What identifies the item of a call of `operation`; empty when it cannot be seen.

        `item_class` is the kind of item that the call's dictionary names, if any.
        """
        if operation.identity:
            return operation.identity
        if operation.query is None and operation.attributes is None:
            return ()
        kind = self._names[store.name].item_classes.get(operation.item_class or item_class or "")
        return store.identity + kind.identity if kind else ()

    def in_scope(self, language: str, name: str) -> tuple[Store, str] | None:
        """The store whose `name` needs no import, and the name inside it."""
        store = self._in_scope.get((language, name))
        return None if store is None else (store, name)

    def native(self, name: str) -> tuple[Store, str] | None:
        """The store whose C function or constant is called `name`, reached through foreign-function bindings."""
        store = self._native.get(name)
        return None if store is None else (store, name)

    def methods(self, language: str, name: str) -> tuple[tuple[Store, Operation], ...]:
        """Operations that are methods called `name`. They apply only to an object that came from the store (`factory`, `instance`)."""
        return tuple(self._methods.get((language, name), ()))

    def factory(self, store: Store, dotted_name: str) -> bool:
        """Whether the function returns an object whose methods are the store's operations."""
        return dotted_name in store.factories

    def instance(self, dotted: str) -> Store | None:
        """The store whose operations are methods of the class `dotted` (its module included), or of classes that derive from it."""
        return self._instances.get(dotted)

    def command(self, program: str, subcommand: str) -> tuple[Store, Command] | None:
        """The command that `program` (with or without directories) runs for `subcommand`."""
        return self._commands.get((program.rpartition("/")[2], subcommand))

    def plaintext(self, dotted: str) -> tuple[Store, Plaintext] | None:
        """The backend `dotted` (its module included) that stores secrets unencrypted."""
        return self._plaintext.get(dotted)


def declared_module(store: Store) -> str:
    """The module name of a declared store, however it is imported. No import is spelled like this."""
    return f"store:{store.name}"


def _words(stores: Iterable[Store]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(word.encode() for store in stores for word in store.words))
