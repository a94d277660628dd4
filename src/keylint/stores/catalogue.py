"""The store models of a run, and quick answers about names that a program mentions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from os.path import dirname, join

import msgspec
from msgspec import structs

from keylint.stores.model import (
    AccessClass,
    Command,
    Conflict,
    IdentityField,
    ItemClass,
    Maker,
    ObjectClass,
    ObjectMaker,
    Operation,
    Plaintext,
    Returns,
    Setter,
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
    "ObjectClass",
    "ObjectMaker",
    "Operation",
    "Plaintext",
    "Setter",
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

    __slots__ = (
        "access",
        "constants",
        "item_classes",
        "keys",
        "makers",
        "namespaces",
        "object_makers",
        "objects",
        "operations",
        "setters",
        "store",
        "values",
    )

    def __init__(self, store: Store) -> None:
        self.store = store
        self.operations = {name: operation for operation in store.operations for name in operation.functions}
        self.makers = {maker.function: maker for maker in store.access_control_makers}
        self.item_classes = {kind.constant: kind for kind in store.item_classes}
        self.keys = {raw: key for key, raws in store.keys.items() for raw in raws}
        self.values = {(type(raw), raw): name for name, raws in store.constants.items() for raw in raws}
        self.constants = {name: name for names in (store.keys, store.constants) for name in names}
        self.access: dict[tuple[type, str | int], AccessClass] = {}
        self.objects = {kind.name: kind for kind in store.objects}
        self.object_makers = {name: (kind, maker) for kind in store.objects for maker in kind.makers for name in maker.functions}
        self.setters = {f"{kind.name}.{name}": setter for kind in store.objects for setter in kind.setters for name in setter.functions}
        prefixes = [name + "." if name else "" for name in (store.class_namespace, *store.other_namespaces)]
        for cls in store.classes:
            self.constants.update({prefix + cls.constant: cls.constant for prefix in prefixes})
            for raw in (cls.constant, *cls.raw):
                self.access[type(raw), raw] = cls
        dotted = (*self.operations, *self.constants, *self.makers, *store.factories, *self.object_makers, *self.setters)
        self.namespaces = {name[:dot] for name in dotted for dot in range(len(name)) if name[dot] == "."}
        self.namespaces.update(self.objects)

    def all(self) -> Iterable[str]:
        """Every name of the store."""
        yield from self.operations
        if not self.store.borrows_classes:
            yield from self.constants
        yield from self.makers
        yield from self.objects
        yield from self.object_makers
        yield from self.setters
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
        "_dialects",
        "_in_scope",
        "_instances",
        "_methods",
        "_names",
        "_native",
        "_plaintext",
        "_throwing",
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
        self._dialects: dict[str, list[Store]] = {}
        self._instances: dict[str, Store] = {}
        self._methods: dict[tuple[str, str], list[tuple[Store, Operation]]] = {}
        self._commands: dict[tuple[str, str], tuple[Store, Command]] = {}
        self._plaintext: dict[str, tuple[Store, Plaintext]] = {}
        self._throwing: dict[tuple[str, ...], Operation] = {}
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
            if store.classes_in_scope:
                for cls in store.classes:
                    self._in_scope[language, cls.constant] = store
            if store.factories or store.instances:
                for name, operation in names.operations.items():
                    self._methods.setdefault((language, name), []).append((store, operation))
        if store.told_by:
            self._dialects.setdefault(store.base, []).append(store)
        if store.bindings:
            for name in names.all():
                self._native[name] = store
        for name in (*store.instances, *store.instance_bases):
            self._instances[name] = store
        for command in store.commands:
            self._commands[command.program, command.subcommand] = (store, command)
        for backend in store.plaintext:
            self._plaintext[backend.name] = (store, backend)

    def named(self, name: str) -> Store:
        """The store whose model is called `name`."""
        return self._names[name].store

    def words_for(self, language: str) -> tuple[bytes, ...]:
        """The trigger words of files in `language`."""
        return _words(store for store in self.stores if language in store.languages)

    def words_in(self, language: str, data: bytes) -> tuple[bytes, ...]:
        """What code of a file, of which `data` are the bytes, has to do with a store by: the names it is mentioned by, and those of the
        program's own types that it calls."""
        hooks = [name for store in self._objects_in(language, data) for name in self.hooks(store)]
        return tuple(dict.fromkeys((*self.mentions_in(language, data), *hooks)))

    def mentions_in(self, language: str, data: bytes) -> tuple[bytes, ...]:
        """What code of a file, of which `data` are the bytes, mentions a store by: the trigger words, and the names of classes that come
        with one of them."""
        scoped = [name for store in self._objects_in(language, data) for name in self.scoped(store)]
        return tuple(dict.fromkeys((*self.words_for(language), *scoped)))

    def _objects_in(self, language: str, data: bytes) -> Iterable[Store]:
        for store in self.stores:
            if store.objects and language in store.languages and any(word.encode() in data for word in store.words):
                yield store

    def scoped(self, store: Store) -> tuple[bytes, ...]:
        """The names of classes that importing all of `store` brings into scope."""
        return tuple(name.encode() for kind in store.objects for name in (kind.name, *_made_by(kind)))

    def hooks(self, store: Store) -> tuple[bytes, ...]:
        """Members of types of the program that adopt a protocol of `store`: what it asks them for, and what it adds to them."""
        adopted = [kind for kind in store.objects if kind.adopted]
        prefixes = tuple(kind.name + "." for kind in adopted)
        added = [name for operation in store.operations for name in operation.functions if prefixes and name.startswith(prefixes)]
        names = [*(name for kind in adopted for name in kind.properties), *(name.rpartition(".")[2] for name in added)]
        return tuple(name.encode() for name in names)

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

    def throwing(self, operation: Operation) -> Operation:
        """What an operation that `throws_with_try` does where it is called with `try`."""
        found = self._throwing.get(operation.functions)
        if found is None:
            returns: Returns = "nothing" if operation.returns == "success" else operation.returns
            found = self._throwing[operation.functions] = structs.replace(
                operation, returns=returns, absence="raises", raises=True, hides_failures=False
            )
        return found

    def dialect(self, store: Store, options: Collection[str]) -> Store | None:
        """The model, built on `store`, whose calls a call with these `options` is told to be one of."""
        built = self._dialects.get(store.name, ())
        return next((other for other in built if not frozenset(other.told_by).isdisjoint(options)), None)

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

    def object_class(self, store: Store, name: str) -> ObjectClass | None:
        """The class of the store called `name` whose objects carry settings."""
        return self._names[store.name].objects.get(name)

    def object_maker(self, store: Store, dotted_name: str) -> tuple[ObjectClass, ObjectMaker] | None:
        """The constructor, function or static property that gives an object, and the object's class."""
        return self._names[store.name].object_makers.get(dotted_name)

    def setter(self, store: Store, dotted_name: str) -> Setter | None:
        """The method `Class.method` of the store that changes settings."""
        return self._names[store.name].setters.get(dotted_name)

    def command(self, program: str, subcommand: str) -> tuple[Store, Command] | None:
        """The command that `program` (with or without directories) runs for `subcommand`."""
        return self._commands.get((program.rpartition("/")[2], subcommand))

    def plaintext(self, dotted: str) -> tuple[Store, Plaintext] | None:
        """The backend `dotted` (its module included) that stores secrets unencrypted."""
        return self._plaintext.get(dotted)


def _made_by(kind: ObjectClass) -> Iterable[str]:
    return (name.partition(".")[0] for maker in kind.makers for name in maker.functions)


def declared_module(store: Store) -> str:
    """The module name of a declared store, however it is imported. No import is spelled like this."""
    return f"store:{store.name}"


def _words(stores: Iterable[Store]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(word.encode() for store in stores for word in store.words))
