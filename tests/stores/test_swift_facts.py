"""What the models of Swift's keychain libraries say, written down a second time by hand from the libraries' sources."""

from __future__ import annotations

import pytest

from keylint.stores.catalogue import Operation, Store, load

WU, AFU, PST, AL = "when-unlocked", "after-first-unlock", "when-passcode-set", "always"

CATALOGUE = load(["swift"])
STORES = {store.name: store for store in CATALOGUE.stores}
LIBRARIES = (
    "keychain_access",
    "keychain_swift",
    "locksmith",
    "sam_keychain",
    "simple_keychain",
    "swift_keychain_wrapper",
    "uic_key_chain_store",
    "valet",
)


def operation(store: str, function: str) -> Operation:
    found = CATALOGUE.operation(STORES[store], function)
    assert found is not None, function
    return found


FIVE = {
    "whenUnlocked": (WU, False, False),
    "afterFirstUnlock": (AFU, False, False),
    "whenPasscodeSetThisDeviceOnly": (PST, True, False),
    "whenUnlockedThisDeviceOnly": (WU, True, False),
    "afterFirstUnlockThisDeviceOnly": (AFU, True, False),
}
SEVEN = {**FIVE, "always": (AL, False, True), "alwaysThisDeviceOnly": (AL, True, True)}


def prefixed(prefix: str, classes: dict[str, tuple[str, bool, bool]]) -> dict[str, tuple[str, bool, bool]]:
    return {prefix + name[0].upper() + name[1:]: meaning for name, meaning in classes.items()}


@pytest.mark.parametrize(
    ("name", "classes", "namespaces", "default", "search"),
    [
        ("keychain_access", SEVEN, ("Accessibility",), "afterFirstUnlock", "ignored"),
        ("keychain_swift", prefixed("accessible", FIVE), ("KeychainSwiftAccessOptions",), "accessibleWhenUnlocked", "ignored"),
        ("locksmith", SEVEN, ("LocksmithAccessibleOption",), "whenUnlocked", "filter"),
        ("sam_keychain", prefixed("kSecAttrAccessible", SEVEN), ("",), "kSecAttrAccessibleWhenUnlocked", "ignored"),
        ("simple_keychain", FIVE, ("Accessibility",), "afterFirstUnlock", "ignored"),
        ("swift_keychain_wrapper", SEVEN, ("KeychainItemAccessibility",), "whenUnlocked", "filter"),
        ("uic_key_chain_store", SEVEN, ("UICKeyChainStoreAccessibility",), "afterFirstUnlock", "ignored"),
        ("valet", FIVE, ("Accessibility", "CloudAccessibility"), None, "filter"),
    ],
)
def test_classes_defaults_and_searches(
    name: str, classes: dict[str, tuple[str, bool, bool]], namespaces: tuple[str, ...], default: str | None, search: str
) -> None:
    store = STORES[name]
    assert {cls.constant: (cls.when, cls.device_only, cls.deprecated) for cls in store.classes} == classes
    assert (store.class_namespace, *store.other_namespaces) == namespaces
    assert (store.default_class, store.class_in_search) == (default, search)
    assert bool(store.default_source) == (default is not None)
    assert bool(store.no_class_note) == (default is None)


def test_the_numbers_of_valet() -> None:
    assert {cls.constant: cls.raw for cls in STORES["valet"].classes} == {
        "whenUnlocked": (1,),
        "afterFirstUnlock": (2,),
        "whenPasscodeSetThisDeviceOnly": (4,),
        "whenUnlockedThisDeviceOnly": (5,),
        "afterFirstUnlockThisDeviceOnly": (6,),
    }


VERBS = {
    "keychain_access": {
        "Keychain.set": "write",
        "Keychain.subscript=": "write",
        "Keychain.subscript=nil": "delete",
        "Keychain.subscript": "read",
        "Keychain.get": "read",
        "Keychain.getString": "read",
        "Keychain.getData": "read",
        "Keychain.contains": "exists",
        "Keychain.remove": "delete",
        "Keychain.removeAll": "clear",
        "Keychain.allKeys": "list",
        "Keychain.allItems": "list",
    },
    "keychain_swift": {
        "KeychainSwift.set": "write",
        "KeychainSwift.get": "read",
        "KeychainSwift.getData": "read",
        "KeychainSwift.getBool": "read",
        "KeychainSwift.delete": "delete",
        "KeychainSwift.clear": "clear",
    },
    "locksmith": {
        "Locksmith.saveData": "add",
        "Locksmith.updateData": "write",
        "Locksmith.loadDataForUserAccount": "read",
        "Locksmith.deleteDataForUserAccount": "delete",
        "GenericPasswordSecureStorable.createInSecureStore": "add",
        "GenericPasswordSecureStorable.updateInSecureStore": "write",
        "GenericPasswordSecureStorable.readFromSecureStore": "read",
        "GenericPasswordSecureStorable.deleteFromSecureStore": "delete",
    },
    "sam_keychain": {
        **{f"{name}.{function}": "write" for name in ("SAMKeychain", "SSKeychain") for function in ("setPassword", "setPasswordData")},
        **{f"{name}.{function}": "read" for name in ("SAMKeychain", "SSKeychain") for function in ("password", "passwordData")},
        **{f"{name}.{function}": "list" for name in ("SAMKeychain", "SSKeychain") for function in ("accounts", "allAccounts")},
        **{f"{name}.deletePassword": "delete" for name in ("SAMKeychain", "SSKeychain")},
        **{f"{name}KeychainQuery.save": "write" for name in ("SAM", "SS")},
        **{f"{name}KeychainQuery.fetch": "read" for name in ("SAM", "SS")},
        **{f"{name}KeychainQuery.deleteItem": "delete" for name in ("SAM", "SS")},
    },
    "simple_keychain": {
        "SimpleKeychain.set": "write",
        "SimpleKeychain.string": "read",
        "SimpleKeychain.data": "read",
        "SimpleKeychain.hasItem": "exists",
        "SimpleKeychain.deleteItem": "delete",
        "SimpleKeychain.deleteAll": "clear",
        "SimpleKeychain.keys": "list",
    },
    "swift_keychain_wrapper": {
        "KeychainWrapper.set": "write",
        "KeychainWrapper.subscript=": "write",
        **{f"KeychainWrapper.{kind}": "read" for kind in ("string", "data", "integer", "float", "double", "bool", "object", "dataRef")},
        "KeychainWrapper.subscript": "read",
        "KeychainWrapper.hasValue": "exists",
        "KeychainWrapper.removeObject": "delete",
        "KeychainWrapper.remove": "delete",
        "KeychainWrapper.removeAllKeys": "clear",
        "KeychainWrapper.wipeKeychain": "clear",
        "KeychainWrapper.allKeys": "list",
    },
    "uic_key_chain_store": {
        "UICKeyChainStore.setString": "write",
        "UICKeyChainStore.setData": "write",
        "UICKeyChainStore.subscript=": "write",
        "UICKeyChainStore.string": "read",
        "UICKeyChainStore.data": "read",
        "UICKeyChainStore.subscript": "read",
        "UICKeyChainStore.contains": "exists",
        "UICKeyChainStore.removeItem": "delete",
        "UICKeyChainStore.removeAllItems": "clear",
        "UICKeyChainStore.allKeys": "list",
        "UICKeyChainStore.allItems": "list",
    },
}


def verbs(store: Store) -> dict[str, str]:
    return {name: operation.verb for operation in store.operations for name in operation.functions}


@pytest.mark.parametrize("name", VERBS)
def test_verbs(name: str) -> None:
    assert verbs(STORES[name]) == VERBS[name]


def test_verbs_of_the_three_kinds_of_valet() -> None:
    own = {
        "setString": "write",
        "setObject": "write",
        "string": "read",
        "object": "read",
        "containsObject": "exists",
        "removeObject": "delete",
        "removeAllObjects": "clear",
    }
    kinds = ("Valet", "SecureEnclaveValet", "SinglePromptSecureEnclaveValet")
    expected = {f"{kind}.{function}": verb for kind in kinds for function, verb in own.items()}
    assert verbs(STORES["valet"]) == {**expected, "Valet.allKeys": "list", "SinglePromptSecureEnclaveValet.allKeys": "list"}


@pytest.mark.parametrize(
    ("store", "function", "returns", "overwrite", "raises", "hides"),
    [
        ("keychain_access", "Keychain.set", "nothing", "replaces", True, False),
        ("keychain_access", "Keychain.subscript=", "nothing", "replaces", False, True),
        ("keychain_access", "Keychain.subscript=nil", "nothing", "none", False, True),
        ("keychain_access", "Keychain.remove", "nothing", "none", True, False),
        ("keychain_swift", "KeychainSwift.set", "success", "replaces", False, False),
        ("keychain_swift", "KeychainSwift.delete", "success", "none", False, False),
        ("keychain_swift", "KeychainSwift.clear", "success", "none", False, False),
        ("locksmith", "Locksmith.saveData", "nothing", "fails", True, False),
        ("locksmith", "Locksmith.updateData", "nothing", "fails", True, False),
        ("locksmith", "GenericPasswordSecureStorable.updateInSecureStore", "nothing", "fails", True, False),
        ("sam_keychain", "SAMKeychain.setPassword", "success", "replaces", True, False),
        ("sam_keychain", "SAMKeychainQuery.save", "nothing", "replaces", True, False),
        ("simple_keychain", "SimpleKeychain.set", "nothing", "keeps", True, False),
        ("simple_keychain", "SimpleKeychain.deleteItem", "nothing", "none", True, False),
        ("swift_keychain_wrapper", "KeychainWrapper.set", "success", "fails", False, False),
        ("swift_keychain_wrapper", "KeychainWrapper.subscript=", "nothing", "keeps", False, True),
        ("swift_keychain_wrapper", "KeychainWrapper.removeObject", "success", "none", False, False),
        ("uic_key_chain_store", "UICKeyChainStore.setString", "success", "replaces", True, False),
        ("uic_key_chain_store", "UICKeyChainStore.subscript=", "nothing", "replaces", False, True),
        ("valet", "Valet.setString", "nothing", "none", True, False),
        ("valet", "SecureEnclaveValet.setObject", "nothing", "none", True, False),
    ],
)
def test_writing_and_deleting(store: str, function: str, returns: str, overwrite: str, raises: bool, hides: bool) -> None:
    found = operation(store, function)
    assert (found.returns, found.overwrite, found.raises, found.hides_failures) == (returns, overwrite, raises, hides)


@pytest.mark.parametrize(
    ("store", "function", "absence", "raises", "hides"),
    [
        ("keychain_access", "Keychain.get", "nil", True, False),
        ("keychain_access", "Keychain.subscript", "nil", False, True),
        ("keychain_access", "Keychain.contains", "false", True, False),
        ("keychain_swift", "KeychainSwift.get", "nil", False, True),
        ("locksmith", "Locksmith.loadDataForUserAccount", "nil", False, True),
        ("locksmith", "GenericPasswordSecureStorable.readFromSecureStore", "nil", False, True),
        ("sam_keychain", "SAMKeychain.password", "nil", False, True),
        ("sam_keychain", "SAMKeychainQuery.fetch", "raises", True, False),
        ("simple_keychain", "SimpleKeychain.string", "raises", True, False),
        ("simple_keychain", "SimpleKeychain.hasItem", "false", True, False),
        ("swift_keychain_wrapper", "KeychainWrapper.string", "nil", False, True),
        ("swift_keychain_wrapper", "KeychainWrapper.hasValue", "false", False, True),
        ("uic_key_chain_store", "UICKeyChainStore.string", "nil", False, True),
        ("valet", "Valet.string", "raises", True, False),
        ("valet", "Valet.containsObject", "false", True, False),
    ],
)
def test_reading(store: str, function: str, absence: str, raises: bool, hides: bool) -> None:
    found = operation(store, function)
    assert (found.absence, found.raises, found.hides_failures) == (absence, raises, hides)
    assert found.returns == ("nothing" if function == "SAMKeychainQuery.fetch" else "value")


def test_where_a_class_is_given() -> None:
    def keys(store: str, effect: str) -> set[tuple[str, str]]:
        return {
            (function, given.key)
            for kind in STORES[store].objects
            for setter in kind.setters
            if setter.effect == effect
            for function in setter.functions
            for given in setter.gives
        }

    assert keys("keychain_access", "copy") == {
        ("accessibility", "accessibility"),
        ("accessibility", "authenticationPolicy"),
        ("synchronizable", "synchronizable"),
        ("attributes", ""),
    }
    assert keys("uic_key_chain_store", "object") == {("setAccessibility", "accessibility"), ("setAccessibility", "authenticationPolicy")}
    assert keys("sam_keychain", "process") == {("setAccessibilityType", "kSecAttrAccessible")}
    assert [given.label for given in operation("keychain_swift", "KeychainSwift.set").gives] == ["withAccess"]
    for function in ("set", "string", "hasValue", "removeObject"):
        labels = [given.label for given in operation("swift_keychain_wrapper", f"KeychainWrapper.{function}").gives]
        assert labels == ["withAccessibility", "isSynchronizable"]
    makers = {function: maker for kind in STORES["simple_keychain"].objects for maker in kind.makers for function in maker.functions}
    assert "accessibility" in {given.label for given in makers["SimpleKeychain"].gives}
    for kind in STORES["valet"].objects:
        for maker in kind.makers:
            assert ("accessibility" in maker.fixed) != any(given.key == "accessibility" and given.required for given in maker.gives)
    assert [kind.properties["accessible"] for kind in STORES["locksmith"].objects if kind.adopted] == ["accessible"]
    assert all(not operation("locksmith", f"Locksmith.{name}").gives for name in ("saveData", "updateData"))


def test_synchronization() -> None:
    assert {name: store.sync.key for name in LIBRARIES if (store := STORES[name]).sync is not None} == {
        "keychain_access": "synchronizable",
        "keychain_swift": "synchronizable",
        "sam_keychain": "synchronizationMode",
        "simple_keychain": "synchronizable",
        "swift_keychain_wrapper": "isSynchronizable",
        "uic_key_chain_store": "synchronizable",
        "valet": "synchronizable",
    }
    rejected = {name for name in LIBRARIES for conflict in STORES[name].conflicts if conflict.effect == "rejected"}
    assert rejected == {"keychain_access", "simple_keychain", "uic_key_chain_store"}
    never = {name for name in LIBRARIES for conflict in STORES[name].conflicts if conflict.effect == "never-syncs"}
    assert never == {*rejected, "keychain_swift", "swift_keychain_wrapper"}
    fixed = {function: maker.fixed for kind in STORES["valet"].objects for maker in kind.makers for function in maker.functions}
    assert {function for function, settings in fixed.items() if settings.get("synchronizable")} == {
        "Valet.iCloudValet",
        "Valet.iCloudSharedGroupValet",
    }


@pytest.mark.parametrize(
    ("store", "function", "identity"),
    [
        ("keychain_access", "Keychain.set", ["key", "service", "server", "accessGroup"]),
        ("keychain_swift", "KeychainSwift.set", ["key", "keyPrefix", "accessGroup"]),
        ("locksmith", "Locksmith.saveData", ["account", "service", "accessGroup"]),
        ("sam_keychain", "SAMKeychain.setPassword", ["service", "account"]),
        ("simple_keychain", "SimpleKeychain.set", ["key", "service", "accessGroup"]),
        ("swift_keychain_wrapper", "KeychainWrapper.set", ["key", "serviceName", "accessGroup", "isSynchronizable"]),
        ("uic_key_chain_store", "UICKeyChainStore.setString", ["key", "service", "server", "accessGroup"]),
    ],
)
def test_identity(store: str, function: str, identity: list[str]) -> None:
    assert [field.name for field in operation(store, function).identity] == identity


def test_the_last_status_of_keychain_swift() -> None:
    assert [kind.status for kind in STORES["keychain_swift"].objects] == ["lastResultCode"]


def test_what_objective_c_libraries_need_no_import_for() -> None:
    assert {name for name in LIBRARIES if STORES[name].in_scope} == {"sam_keychain", "uic_key_chain_store"}
    assert CATALOGUE.in_scope("swift", "kSecAttrAccessibleAlways") == (STORES["apple_security"], "kSecAttrAccessibleAlways")
