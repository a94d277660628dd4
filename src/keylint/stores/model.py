"""The shape of a store model: what each library does, stated as facts in `stores/*.toml`.

A model states facts only, and every fact cites the library's own source. Adding a library is adding a file.
"""

# Annotations are evaluated here, not left as text: reading models would otherwise spend half its time on compiling them.

from typing import Literal

from msgspec import Struct

Verb = Literal["add", "write", "update", "read", "exists", "delete", "clear", "list"]
Returns = Literal["status", "status-pair", "success", "promise", "value", "value-pair", "nothing"]
Overwrite = Literal["keeps", "replaces", "fails", "none"]
Absence = Literal["status", "nil", "false", "raises"]


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """Part of a model. A key that it does not know is an error, so that a misspelt fact is not a missing one."""


class AccessClass(Fact, frozen=True):
    """An accessibility class of a store.

    `constant` is the canonical name in the store; `raw` other spellings of the same value (`"ak"`, `"AccessibleWhenUnlocked"`, 5).
    `when`: when-unlocked, after-first-unlock, when-passcode-set, always. `twin` is the constant that differs only in
    `device_only`. `deprecated`: the platform advises against it.
    """

    constant: str
    when: Literal["when-unlocked", "after-first-unlock", "when-passcode-set", "always"]
    device_only: bool
    raw: tuple[str | int, ...] = ()
    deprecated: bool = False
    twin: str | None = None


class IdentityField(Fact, frozen=True):
    """One part of what identifies an item: an argument (by position or label) or a key of the options argument or query dictionary.

    `name` is what the part is called, the same for all operations; `noun` what people call it. `label` is the argument's keyword.
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
    """A kind of item, as `Store.item_class_key` names it: what identifies it (`identity`), and the class it gets when none is named, where
    that differs (`default_class`).

    `constant` is its name in the store, `noun` what people call it ("generic password").
    """

    constant: str
    noun: str
    identity: tuple[IdentityField, ...] = ()
    default_class: str | None = None


class Given(Fact, frozen=True):
    """A setting that an argument gives, to an object of the store or to one call.

    - `key`: the setting, an option key of the store or one that identities refer to.
    - `label`, `argument`: the argument's keyword, or else its position among those without one. What is nil gives nothing.
    - `options`: the argument is a dictionary, or an object that holds nothing but settings, and gives all of its own. With `replaces`,
      nothing of what the object was told before is left then.
    - `required`: it is always given, so one that is not seen is unknown and not missing.
    """

    key: str = ""
    argument: int | None = None
    label: str | None = None
    options: bool = False
    replaces: bool = False
    required: bool = False


class ObjectMaker(Fact, frozen=True):
    """What gives an object: a constructor (`functions` holds the class's own name), a function, with `property` a static property.

    `fixed` are settings that hold whatever the arguments.
    """

    functions: tuple[str, ...]
    property: bool = False
    gives: tuple[Given, ...] = ()
    fixed: dict[str, str | bool] = {}


class Setter(Fact, frozen=True):
    """Methods of an object that change settings.

    `functions` are their names. `effect`: `copy` (the object stays as it is, and the call returns one with the settings), `object` (the
    object has them from then on), `process` (every object and call of the store has them from then on). `fixed` are settings that hold
    whatever the arguments.
    """

    functions: tuple[str, ...]
    effect: Literal["copy", "object", "process"]
    gives: tuple[Given, ...] = ()
    fixed: dict[str, str | bool] = {}


class ObjectClass(Fact, frozen=True):
    """A class of the library whose objects carry settings, and whose methods are the operations called `name.method`.

    - `name`: the class's name inside the module.
    - `properties`: members that can be assigned, with the setting that each is.
    - `status`: a member that holds the status of the store's last operation.
    - `adopted`: a protocol; types of the program that adopt it are such objects, with their `properties` as settings.
    """

    name: str
    makers: tuple[ObjectMaker, ...] = ()
    setters: tuple[Setter, ...] = ()
    properties: dict[str, str] = {}
    status: str | None = None
    adopted: bool = False


class Operation(Fact, frozen=True):
    """What some functions of a library do.

    - `functions`: names inside the module, dotted where nested, as methods of a class are. `Class.subscript` is reading an element,
      `Class.subscript=` assigning one, `Class.subscript=nil` assigning nil.
    - `verb`: add (fails if present), write (upsert), update (fails if absent), read, exists, delete, clear (delete of many), list.
    - `identity`: empty where the store's item classes say it, or where it cannot be seen (`Catalogue.identity` decides which).
    - `value` is the argument position of the secret, `value_label` its keyword.
    - `query`, `attributes`, `options`: argument positions (0-based) of the search dictionary, of the dictionary that carries the
      class, of an options argument. `options_label` is the argument's keyword, where it has one. `result` is the position of the
      argument that receives what was read.
    - `gives`: settings that the call's own arguments give, over those of the object it is called on. `class_by` says in words how its
      item gets a class, where that is not as everywhere in the store.
    - `item_class`: the item class of what it stores, where the function and not a dictionary says it.
    - `returns`: status, status-pair (a tuple whose first is the status), success (true or false), promise, value, value-pair (a tuple
      of the value and an error), nothing.
    - `asynchronous`: the caller goes on before it is done, and waits with `await`.
    - `overwrite`: what writing over an existing item does to its class: keeps, replaces, fails, none.
    - `absence`: how a read says "no such item": status, nil, false, raises. `hides_failures`: it says the same for every other failure.
    - `raises`: other failures throw, or reject the promise. `throws_with_try`: a function of Objective-C, which throws for every failure
      and returns no status where Swift calls it with `try`.
    - `on_success`, `on_failure`: positions of callbacks, called with what was read and with the error. `callback`: position of one that
      may be passed and takes both; then the call gives no promise.
    - `class_fixed`: neither an argument nor a setting nor a preference chooses the class of what it stores.
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
    gives: tuple[Given, ...] = ()
    class_by: str = ""
    item_class: str | None = None
    returns: Returns = "value"
    asynchronous: bool = False
    overwrite: Overwrite = "none"
    absence: Absence = "nil"
    hides_failures: bool = False
    raises: bool = False
    throws_with_try: bool = False
    on_success: int | None = None
    on_failure: int | None = None
    callback: int | None = None
    class_fixed: bool = False
    options_expected: bool = False
    permanent: str | None = None
    secret_part: str | None = None
    public_part: str | None = None
    legacy: bool = False
    plaintext_on: tuple[str, ...] = ()


class SyncOption(Fact, frozen=True):
    """The option `key` that makes an item synchronizable, from version `since` of the library on. `test`: `truthy`, or `presence` when any
    value at all switches it on."""

    key: str
    test: Literal["truthy", "presence"] = "truthy"
    since: str = ""


class Conflict(Fact, frozen=True):
    """Two option keys, `first` and `second`, that do not go together. `effect`: `rejected` (the call fails with `status`) or `never-syncs`.

    A synchronization key counts when it switches synchronization on, one of `class_overrides` when it holds true. With
    `device_only` the second key counts when its class is this-device-only.
    """

    first: str
    second: str
    effect: Literal["rejected", "never-syncs"]
    status: str = ""
    device_only: bool = False


class Maker(Fact, frozen=True):
    """A `function` that makes an access-control object; `protection` is the argument position of its class. `returns` as for an
    operation."""

    function: str
    protection: int
    returns: Literal["value", "value-pair"] = "value"


class Command(Fact, frozen=True):
    """A `subcommand` of a command-line `program`, and the `verb` of what it does.

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
    """A backend that stores secrets unencrypted: its dotted `name` and `what` it does."""

    name: str
    what: str


class Store(Fact, frozen=True):
    """A library.

    - `name` identifies the model; `title` is what people call it. `languages` it is used from.
    - `base`: the name of a model whose facts hold where this one is silent.
    - `told_by`: options that tell calls of this model from others of its `base`, which has the modules: a version of the library that
      does something else with the same functions.
    - `modules`: import names. `in_scope`: its names are in scope without naming a module (Swift's Security, a script's global);
      `classes_in_scope`: the names of its classes are.
    - `bindings`: foreign-function libraries through which its C names are reached (`ctypes`).
    - `words`: byte strings one of which every file that uses the store contains.
    - `default_export_lacks`: functions that the module's default export does not have.
    - `class_keys`, `access_control_keys`: option keys that carry the class or an access-control object (which carries one).
      `constraint_keys`: option keys that ask for biometry or a passcode on top of the class, and name none.
    - `class_overrides`: option keys that, when they hold true, give the item a class whatever else is named.
    - `class_type`: what a class is at run time; a Swift `case` that is not there does not compile. `class_namespace`: where the classes
      live inside the module (`ACCESSIBLE`), empty for top level; `other_namespaces`: where they live as well. `borrows_classes`:
      they are constants of another store, and no names of this one. `class_by` says in
      words how an item gets a class ("by `.accessibility(…)`"), where that is not by an option of the call.
    - `class_in_search`: `filter` when a class in a search restricts it, `always` when a search without one goes by the default,
      `ignored` otherwise. `filter_keys`: keys that restrict a search without being part of the identity.
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
    - `objects`: classes whose objects carry settings.
    - `program_value_flags`: flags with a value that stand before the subcommand.
    - `selectors`: functions that choose a backend; `selector_variables`: environment variables that do.
    - `macos_only`: whoever uses it this way runs on macOS.
    - `secret_note`: how to keep a secret out of a command's arguments.
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
    told_by: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    in_scope: bool = False
    classes_in_scope: bool = False
    bindings: tuple[str, ...] = ()
    default_export_lacks: tuple[str, ...] = ()
    classes: tuple[AccessClass, ...] = ()
    class_namespace: str = ""
    class_keys: tuple[str, ...] = ()
    class_type: Literal["constant", "string", "number", "case"] = "constant"
    other_namespaces: tuple[str, ...] = ()
    borrows_classes: bool = False
    class_by: str = ""
    access_control_keys: tuple[str, ...] = ()
    constraint_keys: tuple[str, ...] = ()
    class_overrides: dict[str, str] = {}
    class_in_search: Literal["filter", "always", "ignored"] = "ignored"
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
    objects: tuple[ObjectClass, ...] = ()
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
