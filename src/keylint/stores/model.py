"""The shape of a store model: what each library does, stated as facts in `stores/*.toml`.

A model states facts only, and every fact cites the library's own source. Adding a library is adding a file.
"""

# Annotations are evaluated here, not left as text: reading models would otherwise spend half its time on compiling them.

from typing import Literal

from msgspec import Struct

Verb = Literal["add", "write", "update", "read", "exists", "delete", "clear", "list"]
Returns = Literal["status", "status-pair", "promise", "value", "value-pair", "nothing"]
Overwrite = Literal["keeps", "replaces", "fails", "none"]
Absence = Literal["status", "nil", "false", "raises"]


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """Part of a model. A key that it does not know is an error, so that a misspelt fact is not a missing one."""


class AccessClass(Fact, frozen=True):
    """An accessibility class of a store.

    `constant` is the canonical name in the store; `raw` other spellings of the same value (`"ak"`, `"AccessibleWhenUnlocked"`, 5).
    `when`: when-unlocked, after-first-unlock, when-passcode-set, always. `twin` is the constant that differs only in `device_only`.
    """

    constant: str
    when: Literal["when-unlocked", "after-first-unlock", "when-passcode-set", "always"]
    device_only: bool
    raw: tuple[str | int, ...] = ()
    deprecated: bool = False
    twin: str | None = None


class IdentityField(Fact, frozen=True):
    """One part of what identifies an item: an argument (by position or label) or a key of the options argument or query dictionary.

    With both `argument` and `option`, the part is the argument itself or, when that argument is a dictionary, its key `option`.
    `default` is its value when left out (`None`: absent means "any" in a search and empty in an add); for a flag it is `"true"`
    or `"false"`. `any_values` are constants that mean "any" in a search. `other_labels` are the argument's keywords on other
    functions of the same name.
    """

    name: str
    argument: int | None = None
    label: str | None = None
    option: str | None = None
    default: str | None = None
    noun: str | None = None
    other_labels: tuple[str, ...] = ()
    any_values: tuple[str, ...] = ()


class ItemClass(Fact, frozen=True):
    """A kind of item, as `Store.item_class_key` names it: what identifies it, and the class it gets when none is named, where that differs.

    `noun` is what people call it ("generic password").
    """

    constant: str
    noun: str
    identity: tuple[IdentityField, ...] = ()
    default_class: str | None = None


class Operation(Fact, frozen=True):
    """What some functions of a library do.

    - `functions`: names inside the module, dotted where nested.
    - `verb`: add (fails if present), write (upsert), update (fails if absent), read, exists, delete, clear (delete of many), list.
    - `identity`: empty where the store's item classes say it, or where it cannot be seen (`Catalogue.identity` decides which).
    - `value` is the argument position of the secret, `value_label` its keyword.
    - `query`, `attributes`, `options`: argument positions (0-based) of the search dictionary, of the dictionary that carries the
      class, of an options argument. `options_label` is the argument's keyword, where it has one. `result` is the position of the
      argument that receives what was read.
    - `item_class`: the item class of what it stores, where the function and not a dictionary says it.
    - `returns`: status, status-pair (a tuple whose first is the status), promise, value, value-pair (a tuple of the value and an
      error), nothing.
    - `overwrite`: what writing over an existing item does to its class: keeps, replaces, fails, none.
    - `absence`: how a read says "no such item": status, nil, false, raises. `hides_failures`: it says the same for every other failure.
    - `raises`: other failures throw, or reject the promise.
    - `options_expected`: every call of this store takes the options argument (KL110).
    - `permanent`: for key generation: the dictionary key that must hold true for the key to be stored at all. It, the class and
      the identity may stand in the dictionary or, before it, in the one under its key `secret_part`; those under `public_part`
      say how the public key is stored.
    - `legacy`: adds to or finds in the file-based keychain. `plaintext_on`: platforms on which it keeps plain text.
    """

    functions: tuple[str, ...]
    verb: Verb
    identity: tuple[IdentityField, ...] = ()
    value: int | None = None
    value_label: str | None = None
    query: int | None = None
    attributes: int | None = None
    options: int | None = None
    options_label: str | None = None
    result: int | None = None
    item_class: str | None = None
    returns: Returns = "value"
    asynchronous: bool = False
    overwrite: Overwrite = "none"
    absence: Absence = "nil"
    hides_failures: bool = False
    raises: bool = False
    options_expected: bool = False
    permanent: str | None = None
    secret_part: str | None = None
    public_part: str | None = None
    legacy: bool = False
    plaintext_on: tuple[str, ...] = ()


class SyncOption(Fact, frozen=True):
    """The option that makes an item synchronizable. `test`: `truthy`, or `presence` when any value at all switches it on."""

    key: str
    test: Literal["truthy", "presence"] = "truthy"
    since: str = ""


class Conflict(Fact, frozen=True):
    """Two option keys that do not go together. `effect`: `rejected` (the call fails with `status`) or `never-syncs`.

    A synchronization key counts when it switches synchronization on. With `device_only` the second key counts when its class
    is this-device-only.
    """

    first: str
    second: str
    effect: Literal["rejected", "never-syncs"]
    status: str = ""
    device_only: bool = False


class Maker(Fact, frozen=True):
    """A function that makes an access-control object; `protection` is the argument position of its class. `returns` as for an operation."""

    function: str
    protection: int
    returns: Literal["value", "value-pair"] = "value"


class Command(Fact, frozen=True):
    """A subcommand of a command-line program.

    `value_flags` are flags that take a value; `secret_flags` those whose value is the secret; `open_flags` let every application
    read the item. `prompts` are secret flags that, last and without a value, ask for the secret instead.
    """

    program: str
    subcommand: str
    verb: Verb
    secret_flags: tuple[str, ...] = ()
    open_flags: tuple[str, ...] = ()
    value_flags: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()


class Plaintext(Fact, frozen=True):
    """A backend that stores secrets unencrypted: dotted name and what it does."""

    name: str
    what: str


class Store(Fact, frozen=True):
    """A library.

    - `name` identifies the model; `title` is what people call it. `languages` it is used from.
    - `base`: the name of a model whose facts hold where this one is silent.
    - `modules`: import names. `in_scope`: its names are in scope without naming a module (Swift's Security).
    - `bindings`: foreign-function libraries through which its C names are reached (`ctypes`).
    - `words`: byte strings one of which every file that uses the store contains.
    - `default_export_lacks`: functions that the module's default export does not have.
    - `class_keys`, `access_control_keys`: option keys that carry the class or an access-control object (which carries one).
      `constraint_keys`: option keys that ask for biometry or a passcode on top of the class, and name none.
    - `class_type`: what a class is at run time. `class_namespace`: where the classes live inside the module (`ACCESSIBLE`), empty
      for top level.
    - `class_in_search`: `filter` when a class in a search restricts it, `ignored` otherwise. `filter_keys`: keys that restrict a
      search without being part of the identity.
    - `default_class`: the constant that applies when none is named; `default_source` proves it. `no_class_note` replaces the
      default's wording where the platform has no classes. `class_needs_on_macos`: the key that must hold true for macOS to heed a
      class and apply the default. `unknown_class_means` says what a value does that is no class.
    - `identity`: parts of every item's identity, whatever its class; `item_classes` adds what each kind of item has.
      `item_class_key` is the dictionary key that names the kind; `public_item_classes` those of its values that are not secrets.
    - `sync_kept_apart`: a synchronizable item and one that is not are two items.
    - `value_keys`: dictionary keys that carry the secret. `return_keys`: keys that ask a search for a result; without one that
      holds true it tests existence only.
    - `keys`: dictionary keys with their raw spellings. `constants`: other names of the library (`kSecClassKey`, …), with raw spellings.
      `truths`: names of true and false.
    - `statuses`: names of status codes; `success`, `absent`, `duplicate`, `unreadable` say what some of them mean.
    - `factories`: functions that return an object whose methods are the store's operations; `instances`: classes (with their
      module) of such objects; `instance_bases`: classes that such classes derive from.
    - `program_value_flags`: flags with a value that stand before the subcommand.
    - `selectors`: functions that choose a backend; `selector_variables`: environment variables that do.
    - `macos_only`: whoever uses it this way runs on macOS.
    - `source`: the library and version that the facts were read from.
    - `declared`: a project's own code, which its configuration declares to be a store: what is inside is not looked into.
      `paths`: endings, without suffix, of the paths of its files ("src/secureStore"), by which relative imports name it.
    """

    name: str
    title: str
    languages: tuple[str, ...]
    words: tuple[str, ...]
    operations: tuple[Operation, ...]
    base: str = ""
    modules: tuple[str, ...] = ()
    in_scope: bool = False
    bindings: tuple[str, ...] = ()
    default_export_lacks: tuple[str, ...] = ()
    classes: tuple[AccessClass, ...] = ()
    class_namespace: str = ""
    class_keys: tuple[str, ...] = ()
    class_type: Literal["constant", "string", "number"] = "constant"
    access_control_keys: tuple[str, ...] = ()
    constraint_keys: tuple[str, ...] = ()
    class_in_search: Literal["filter", "ignored"] = "ignored"
    filter_keys: tuple[str, ...] = ()
    default_class: str | None = None
    default_source: str = ""
    no_class_note: str = ""
    class_needs_on_macos: str = ""
    unknown_class_means: str = ""
    identity: tuple[IdentityField, ...] = ()
    item_class_key: str | None = None
    item_classes: tuple[ItemClass, ...] = ()
    public_item_classes: tuple[str, ...] = ()
    sync: SyncOption | None = None
    sync_kept_apart: bool = False
    conflicts: tuple[Conflict, ...] = ()
    value_keys: tuple[str, ...] = ()
    return_keys: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = {}
    constants: dict[str, tuple[str | int, ...]] = {}
    truths: dict[str, bool] = {}
    statuses: dict[str, int] = {}
    success: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    access_control_makers: tuple[Maker, ...] = ()
    factories: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    instance_bases: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    program_value_flags: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    selector_variables: tuple[str, ...] = ()
    plaintext: tuple[Plaintext, ...] = ()
    macos_only: bool = False
    secret_note: str = ""
    source: str = ""
    declared: bool = False
    paths: tuple[str, ...] = ()
