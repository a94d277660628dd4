"""What the models say, written down a second time by hand from the libraries' sources."""

from __future__ import annotations

import pytest

from keylint.stores.catalogue import Operation, Store, load

WU, AFU, PST, AL = "when-unlocked", "after-first-unlock", "when-passcode-set", "always"

CATALOGUE = load(["swift", "typescript", "python"])
STORES = {store.name: store for store in CATALOGUE.stores}


def operation(store: str, function: str) -> Operation:
    found = CATALOGUE.operation(STORES[store], function)
    assert found is not None, function
    return found


def verbs(store: Store) -> dict[str, str]:
    return {name: operation.verb for operation in store.operations for name in operation.functions}


def classes(store: Store) -> dict[str, tuple[object, ...]]:
    return {cls.constant: (*cls.raw, cls.when, cls.device_only, cls.deprecated) for cls in store.classes}


APPLE_CLASSES = {
    "kSecAttrAccessibleWhenUnlocked": ("ak", WU, False, False),
    "kSecAttrAccessibleAfterFirstUnlock": ("ck", AFU, False, False),
    "kSecAttrAccessibleAlways": ("dk", AL, False, True),
    "kSecAttrAccessibleWhenUnlockedThisDeviceOnly": ("aku", WU, True, False),
    "kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly": ("cku", AFU, True, False),
    "kSecAttrAccessibleAlwaysThisDeviceOnly": ("dku", AL, True, True),
    "kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly": ("akpu", PST, True, False),
}

EXPO_CLASSES = {
    "AFTER_FIRST_UNLOCK": (0, AFU, False, False),
    "AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY": (1, AFU, True, False),
    "ALWAYS": (2, AL, False, True),
    "WHEN_PASSCODE_SET_THIS_DEVICE_ONLY": (3, PST, True, False),
    "ALWAYS_THIS_DEVICE_ONLY": (4, AL, True, True),
    "WHEN_UNLOCKED": (5, WU, False, False),
    "WHEN_UNLOCKED_THIS_DEVICE_ONLY": (6, WU, True, False),
}

NATIVE_CLASSES = {
    "WHEN_UNLOCKED": ("AccessibleWhenUnlocked", WU, False, False),
    "AFTER_FIRST_UNLOCK": ("AccessibleAfterFirstUnlock", AFU, False, False),
    "ALWAYS": ("AccessibleAlways", AL, False, True),
    "WHEN_PASSCODE_SET_THIS_DEVICE_ONLY": ("AccessibleWhenPasscodeSetThisDeviceOnly", PST, True, False),
    "WHEN_UNLOCKED_THIS_DEVICE_ONLY": ("AccessibleWhenUnlockedThisDeviceOnly", WU, True, False),
    "AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY": ("AccessibleAfterFirstUnlockThisDeviceOnly", AFU, True, False),
}


KEY_STORE_CLASSES = {**NATIVE_CLASSES, "ALWAYS_THIS_DEVICE_ONLY": ("AccessibleAlwaysThisDeviceOnly", AL, True, True)}

SENSITIVE_CLASSES = {name: (name, *facts[1:]) for name, facts in APPLE_CLASSES.items()}

CAPACITOR_CLASSES = {
    "whenUnlocked": (0, WU, False, False),
    "whenUnlockedThisDeviceOnly": (1, WU, True, False),
    "afterFirstUnlock": (2, AFU, False, False),
    "afterFirstUnlockThisDeviceOnly": (3, AFU, True, False),
    "whenPasscodeSetThisDeviceOnly": (4, PST, True, False),
}

FLET_CLASSES = {
    "PASSCODE": ("passcode", PST, True, False),
    "UNLOCKED": ("unlocked", WU, False, False),
    "UNLOCKED_THIS_DEVICE": ("unlocked_this_device", WU, True, False),
    "FIRST_UNLOCK": ("first_unlock", AFU, False, False),
    "FIRST_UNLOCK_THIS_DEVICE": ("first_unlock_this_device", AFU, True, False),
}

POLICIES = {
    "secureEnclaveBiometry": ("secureEnclaveBiometry", PST, True, False),
    "biometryCurrentSet": ("biometryCurrentSet", PST, True, False),
    "biometryAny": ("biometryAny", PST, True, False),
    "devicePasscode": ("devicePasscode", PST, True, False),
    "none": ("none", AFU, False, False),
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("apple_security", APPLE_CLASSES),
        ("apple_security_pyobjc", APPLE_CLASSES),
        ("apple_security_ctypes", APPLE_CLASSES),
        ("expo_secure_store", EXPO_CLASSES),
        ("react_native_keychain", NATIVE_CLASSES),
        ("react_native_secure_key_store", KEY_STORE_CLASSES),
        ("react_native_sensitive_info", {}),
        ("react_native_sensitive_info_5", SENSITIVE_CLASSES),
        ("react_native_sensitive_info_6", POLICIES),
        ("react_native_encrypted_storage", {"kSecAttrAccessibleWhenUnlocked": (WU, False, False)}),
        ("capacitor_secure_storage_plugin", {"afterFirstUnlock": (AFU, False, False)}),
        (
            "cordova_ios_keychain",
            {
                "kSecAttrAccessibleAfterFirstUnlock": (AFU, False, False),
                "kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly": (PST, True, False),
            },
        ),
        ("nativescript_secure_storage", APPLE_CLASSES),
        ("cordova_secure_storage", {}),
        ("capacitor_secure_storage", CAPACITOR_CLASSES),
        ("flet_secure_storage", FLET_CLASSES),
        ("keytar", {}),
        ("keyring", {}),
        ("plyer", {}),
        ("security_command_line", {}),
    ],
)
def test_classes(name: str, expected: dict[str, tuple[object, ...]]) -> None:
    assert classes(STORES[name]) == expected


def test_a_twin_differs_in_the_device_alone() -> None:
    for store in STORES.values():
        by_name = {cls.constant: cls for cls in store.classes}
        for cls in store.classes:
            pairs: list[str | None] = [
                other.constant for other in store.classes if other.when == cls.when and other.device_only != cls.device_only
            ]
            assert [cls.twin] == (pairs or [None]), cls.constant
            assert cls.twin is None or by_name[cls.twin].twin == cls.constant


def test_the_class_that_left_react_native_keychain_is_unknown() -> None:
    native = STORES["react_native_keychain"]
    assert CATALOGUE.constant(native, "ACCESSIBLE.ALWAYS_THIS_DEVICE_ONLY") is None
    assert CATALOGUE.access_class(native, "AccessibleAlwaysThisDeviceOnly") is None


@pytest.mark.parametrize(
    ("name", "default", "keys", "search"),
    [
        ("apple_security", "kSecAttrAccessibleWhenUnlocked", ("kSecAttrAccessible",), "filter"),
        ("apple_security_pyobjc", "kSecAttrAccessibleWhenUnlocked", ("kSecAttrAccessible",), "filter"),
        ("apple_security_ctypes", "kSecAttrAccessibleWhenUnlocked", ("kSecAttrAccessible",), "filter"),
        ("expo_secure_store", "WHEN_UNLOCKED", ("keychainAccessible",), "ignored"),
        ("react_native_keychain", "AFTER_FIRST_UNLOCK", ("accessible",), "ignored"),
        ("react_native_secure_key_store", "AFTER_FIRST_UNLOCK", ("accessible",), "ignored"),
        ("react_native_sensitive_info_5", "kSecAttrAccessibleWhenUnlocked", ("kSecAttrAccessible",), "ignored"),
        ("react_native_sensitive_info_6", "secureEnclaveBiometry", ("accessControl",), "ignored"),
        ("react_native_encrypted_storage", "kSecAttrAccessibleWhenUnlocked", (), "ignored"),
        ("capacitor_secure_storage_plugin", "afterFirstUnlock", (), "ignored"),
        ("cordova_ios_keychain", "kSecAttrAccessibleAfterFirstUnlock", (), "ignored"),
        ("capacitor_secure_storage", "whenUnlocked", ("access",), "ignored"),
        ("nativescript_secure_storage", "kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly", ("accessibilityType",), "ignored"),
        ("cordova_secure_storage", None, (), "ignored"),
        ("flet_secure_storage", "UNLOCKED", ("accessibility",), "always"),
        ("keytar", None, (), "ignored"),
        ("keyring", None, (), "ignored"),
        ("plyer", None, (), "ignored"),
        ("security_command_line", None, (), "ignored"),
    ],
)
def test_defaults_keys_and_searches(name: str, default: str | None, keys: tuple[str, ...], search: str) -> None:
    store = STORES[name]
    assert (store.default_class, store.class_keys, store.class_in_search) == (default, keys, search)
    assert bool(store.default_source) == (default is not None)
    assert bool(store.no_class_note) == (default is None)


APPLE_VERBS = {
    "SecItemAdd": "add",
    "SecItemUpdate": "update",
    "SecItemCopyMatching": "read",
    "SecItemDelete": "delete",
    "SecKeyCreateRandomKey": "add",
    "SecKeyGeneratePair": "add",
    "SecKeychainAddGenericPassword": "add",
    "SecKeychainAddInternetPassword": "add",
    "SecKeychainFindGenericPassword": "read",
    "SecKeychainFindInternetPassword": "read",
    "SecKeychainItemModifyContent": "update",
    "SecKeychainItemModifyAttributesAndData": "update",
    "SecKeychainItemDelete": "delete",
}


def test_verbs() -> None:
    assert verbs(STORES["apple_security"]) == APPLE_VERBS
    assert verbs(STORES["apple_security_ctypes"]) == APPLE_VERBS
    in_pyobjc = {name: verb for name, verb in APPLE_VERBS.items() if "ItemModify" not in name}
    assert verbs(STORES["apple_security_pyobjc"]) == in_pyobjc
    assert verbs(STORES["expo_secure_store"]) == {
        "setItemAsync": "write",
        "setItem": "write",
        "getItemAsync": "read",
        "getItem": "read",
        "deleteItemAsync": "delete",
    }
    assert verbs(STORES["react_native_keychain"]) == {
        "setGenericPassword": "write",
        "getGenericPassword": "read",
        "hasGenericPassword": "exists",
        "resetGenericPassword": "delete",
        "getAllGenericPasswordServices": "list",
        "setInternetCredentials": "write",
        "getInternetCredentials": "read",
        "hasInternetCredentials": "exists",
        "resetInternetCredentials": "delete",
    }
    sensitive = {
        "setItem": "write",
        "getItem": "read",
        "hasItem": "exists",
        "deleteItem": "delete",
        "getAllItems": "list",
        "clearService": "clear",
    }
    assert verbs(STORES["react_native_sensitive_info"]) == sensitive | {f"SensitiveInfo.{name}": verb for name, verb in sensitive.items()}
    assert verbs(STORES["react_native_sensitive_info_5"]) == {"setItem": "write"}
    assert verbs(STORES["react_native_sensitive_info_6"]) == {"setItem": "write", "SensitiveInfo.setItem": "write"}
    assert verbs(STORES["react_native_encrypted_storage"]) == {
        "setItem": "write",
        "getItem": "read",
        "removeItem": "delete",
        "clear": "clear",
    }
    assert verbs(STORES["react_native_secure_key_store"]) == {"set": "write", "get": "read", "remove": "delete"}
    assert verbs(STORES["capacitor_secure_storage_plugin"]) == {
        "SecureStoragePlugin.set": "write",
        "SecureStoragePlugin.get": "read",
        "SecureStoragePlugin.remove": "delete",
        "SecureStoragePlugin.clear": "clear",
        "SecureStoragePlugin.keys": "list",
    }
    assert verbs(STORES["capacitor_secure_storage"]) == {
        "SecureStorage.set": "write",
        "SecureStorage.setItem": "write",
        "SecureStorage.get": "read",
        "SecureStorage.getItem": "read",
        "SecureStorage.remove": "delete",
        "SecureStorage.removeItem": "delete",
        "SecureStorage.clear": "clear",
        "SecureStorage.keys": "list",
    }
    twice = {"set": "write", "get": "read", "remove": "delete", "removeAll": "clear"}
    assert verbs(STORES["nativescript_secure_storage"]) == {
        f"SecureStorage.{name}{suffix}": verb for name, verb in twice.items() for suffix in ("", "Sync")
    }
    callbacks = {"set": "write", "get": "read", "remove": "delete", "clear": "clear", "keys": "list"}
    assert verbs(STORES["cordova_secure_storage"]) == {f"cordova.plugins.SecureStorage.{name}": verb for name, verb in callbacks.items()}
    assert verbs(STORES["flet_secure_storage"]) == {
        "SecureStorage.set": "write",
        "SecureStorage.get": "read",
        "SecureStorage.contains_key": "exists",
        "SecureStorage.remove": "delete",
        "SecureStorage.clear": "clear",
        "SecureStorage.get_all": "list",
    }
    assert verbs(STORES["keytar"]) == {
        "setPassword": "write",
        "getPassword": "read",
        "deletePassword": "delete",
        "findPassword": "read",
        "findCredentials": "list",
    }
    assert verbs(STORES["cordova_ios_keychain"]) == {
        "window.Keychain.set": "write",
        "window.Keychain.setJson": "write",
        "window.Keychain.get": "read",
        "window.Keychain.getJson": "read",
        "window.Keychain.remove": "delete",
    }
    assert verbs(STORES["keyring"]) == {
        "set_password": "write",
        "get_password": "read",
        "get_credential": "read",
        "delete_password": "delete",
    }
    assert verbs(STORES["plyer"]) == {"keystore.set_key": "write", "keystore.get_key": "read"}


@pytest.mark.parametrize(
    ("store", "function", "value", "query", "attributes", "options", "overwrite"),
    [
        ("apple_security", "SecItemAdd", None, None, 0, None, "fails"),
        ("apple_security", "SecItemUpdate", None, 0, 1, None, "keeps"),
        ("apple_security", "SecItemCopyMatching", None, 0, None, None, "none"),
        ("apple_security", "SecItemDelete", None, 0, None, None, "none"),
        ("apple_security", "SecKeyCreateRandomKey", None, None, 0, None, "fails"),
        ("apple_security", "SecKeychainAddGenericPassword", None, None, None, None, "fails"),
        ("expo_secure_store", "setItemAsync", 1, None, None, 2, "keeps"),
        ("expo_secure_store", "setItem", 1, None, None, 2, "keeps"),
        ("expo_secure_store", "getItemAsync", None, None, None, 1, "none"),
        ("expo_secure_store", "getItem", None, None, None, 1, "none"),
        ("expo_secure_store", "deleteItemAsync", None, None, None, 1, "none"),
        ("react_native_keychain", "setGenericPassword", 1, None, None, 2, "replaces"),
        ("react_native_keychain", "getGenericPassword", None, None, None, 0, "none"),
        ("react_native_keychain", "resetGenericPassword", None, None, None, 0, "none"),
        ("react_native_keychain", "setInternetCredentials", 2, None, None, 3, "replaces"),
        ("react_native_keychain", "getInternetCredentials", None, None, None, 1, "none"),
        ("react_native_keychain", "resetInternetCredentials", None, None, None, 0, "none"),
        ("react_native_sensitive_info", "setItem", 1, None, None, 2, "none"),
        ("react_native_sensitive_info", "getItem", None, None, None, 1, "none"),
        ("react_native_sensitive_info", "clearService", None, None, None, 0, "none"),
        ("react_native_sensitive_info_5", "setItem", 1, None, None, 2, "keeps"),
        ("react_native_sensitive_info_6", "setItem", 1, None, None, 2, "replaces"),
        ("react_native_secure_key_store", "set", 1, None, None, 2, "replaces"),
        ("react_native_secure_key_store", "get", None, None, None, None, "none"),
        ("react_native_encrypted_storage", "setItem", 1, None, None, None, "replaces"),
        ("capacitor_secure_storage_plugin", "SecureStoragePlugin.set", 0, None, None, None, "fails"),
        ("cordova_ios_keychain", "window.Keychain.set", 3, None, None, None, "keeps"),
        ("capacitor_secure_storage", "SecureStorage.set", 1, None, None, None, "replaces"),
        ("nativescript_secure_storage", "SecureStorage.set", 0, None, None, None, "replaces"),
        ("cordova_secure_storage", "cordova.plugins.SecureStorage.set", 3, None, None, None, "none"),
        ("flet_secure_storage", "SecureStorage.set", 1, None, None, None, "fails"),
        ("keytar", "setPassword", 2, None, None, None, "none"),
        ("keyring", "set_password", 2, None, None, None, "replaces"),
        ("plyer", "keystore.set_key", 2, None, None, None, "replaces"),
    ],
)
def test_arguments_and_overwriting(
    store: str, function: str, value: int | None, query: int | None, attributes: int | None, options: int | None, overwrite: str
) -> None:
    found = operation(store, function)
    assert (found.value, found.query, found.attributes, found.options, found.overwrite) == (value, query, attributes, options, overwrite)


@pytest.mark.parametrize(
    ("store", "function", "returns", "absence", "raises"),
    [
        ("apple_security", "SecItemAdd", "status", "status", False),
        ("apple_security", "SecItemUpdate", "status", "status", False),
        ("apple_security", "SecItemCopyMatching", "status", "status", False),
        ("apple_security", "SecItemDelete", "status", "status", False),
        ("apple_security", "SecKeyCreateRandomKey", "value", "nil", False),
        ("apple_security", "SecKeyGeneratePair", "status", "status", False),
        ("apple_security_ctypes", "SecItemAdd", "status", "status", False),
        ("apple_security_ctypes", "SecItemCopyMatching", "status", "status", False),
        ("apple_security_pyobjc", "SecItemAdd", "status-pair", "status", False),
        ("apple_security_pyobjc", "SecItemCopyMatching", "status-pair", "status", False),
        ("apple_security_pyobjc", "SecItemUpdate", "status", "status", False),
        ("apple_security_pyobjc", "SecItemDelete", "status", "status", False),
        ("apple_security_pyobjc", "SecKeyCreateRandomKey", "value-pair", "nil", False),
        ("apple_security_pyobjc", "SecKeychainFindGenericPassword", "status-pair", "status", False),
        ("expo_secure_store", "setItemAsync", "promise", "nil", True),
        ("expo_secure_store", "setItem", "nothing", "nil", True),
        ("expo_secure_store", "getItemAsync", "promise", "nil", True),
        ("expo_secure_store", "getItem", "value", "nil", True),
        ("expo_secure_store", "deleteItemAsync", "promise", "nil", False),
        ("react_native_keychain", "getGenericPassword", "promise", "false", True),
        ("react_native_keychain", "hasInternetCredentials", "promise", "false", True),
        ("react_native_keychain", "resetGenericPassword", "promise", "nil", True),
        ("react_native_sensitive_info", "getItem", "promise", "nil", True),
        ("react_native_sensitive_info", "hasItem", "promise", "false", True),
        ("react_native_encrypted_storage", "getItem", "promise", "nil", True),
        ("react_native_encrypted_storage", "removeItem", "promise", "raises", True),
        ("react_native_encrypted_storage", "clear", "promise", "nil", False),
        ("react_native_secure_key_store", "get", "promise", "raises", True),
        ("react_native_secure_key_store", "remove", "promise", "raises", True),
        ("capacitor_secure_storage_plugin", "SecureStoragePlugin.get", "promise", "raises", True),
        ("capacitor_secure_storage_plugin", "SecureStoragePlugin.remove", "promise", "raises", True),
        ("capacitor_secure_storage", "SecureStorage.get", "promise", "nil", True),
        ("nativescript_secure_storage", "SecureStorage.get", "promise", "nil", False),
        ("nativescript_secure_storage", "SecureStorage.getSync", "value", "nil", False),
        ("flet_secure_storage", "SecureStorage.get", "promise", "nil", True),
        ("flet_secure_storage", "SecureStorage.contains_key", "promise", "false", True),
        ("keytar", "getPassword", "promise", "nil", True),
        ("keytar", "deletePassword", "promise", "false", True),
        ("keyring", "get_password", "value", "nil", True),
        ("keyring", "set_password", "nothing", "nil", True),
        ("keyring", "delete_password", "nothing", "raises", True),
    ],
)
def test_results(store: str, function: str, returns: str, absence: str, raises: bool) -> None:
    found = operation(store, function)
    assert (found.returns, found.absence, found.raises) == (returns, absence, raises)
    assert found.asynchronous == (returns == "promise")


def test_reads_that_say_missing_whatever_happened() -> None:
    hiding = {
        (store.name, function)
        for store in load(["typescript", "python"]).stores
        for operation in store.operations
        if operation.hides_failures and operation.verb in ("read", "exists")
        for function in operation.functions
    }
    assert hiding == {
        ("react_native_secure_key_store", "get"),
        ("capacitor_secure_storage_plugin", "SecureStoragePlugin.get"),
        ("capacitor_secure_storage", "SecureStorage.get"),
        ("capacitor_secure_storage", "SecureStorage.getItem"),
        ("nativescript_secure_storage", "SecureStorage.get"),
        ("nativescript_secure_storage", "SecureStorage.getSync"),
        ("cordova_ios_keychain", "window.Keychain.get"),
        ("cordova_ios_keychain", "window.Keychain.getJson"),
    }


def test_writes_whose_class_nobody_chooses() -> None:
    fixed = {store.name for store in STORES.values() for operation in store.operations if operation.class_fixed}
    assert fixed == {
        "capacitor_secure_storage_plugin",
        "cordova_ios_keychain",
        "keyring",
        "keytar",
        "plyer",
        "react_native_encrypted_storage",
    }
    for store in STORES.values():
        for operation in store.operations:
            assert not operation.class_fixed or (operation.verb == "write" and not store.class_keys and operation.options is None)


def test_callbacks() -> None:
    for name in verbs(STORES["cordova_ios_keychain"]):
        found = operation("cordova_ios_keychain", name)
        assert (found.on_success, found.on_failure, found.returns) == (0, 1, "nothing")
    positions = {name: operation("react_native_encrypted_storage", name).callback for name in ("setItem", "getItem", "removeItem", "clear")}
    assert positions == {"setItem": 2, "getItem": 1, "removeItem": 1, "clear": 0}


def given(store: str, function: str) -> list[tuple[object, ...]]:
    return [(one.key, one.argument, one.label, one.options, one.replaces) for one in operation(store, function).gives]


def test_settings_by_arguments() -> None:
    assert given("capacitor_secure_storage", "SecureStorage.set") == [("sync", 3, None, False, False), ("access", 4, None, False, False)]
    assert given("capacitor_secure_storage", "SecureStorage.setItem") == []
    assert given("cordova_ios_keychain", "window.Keychain.set") == [("useTouchID", 4, None, False, False)]
    for function in verbs(STORES["flet_secure_storage"]):
        assert given("flet_secure_storage", function) == [("", None, "macos", True, True), ("", None, "ios", True, True)]


def test_settings_of_objects_and_of_the_process() -> None:
    made = {
        (kind.name, one.key or one.label, one.argument)
        for name in ("nativescript_secure_storage", "cordova_secure_storage", "flet_secure_storage")
        for kind in STORES[name].objects
        for maker in kind.makers
        for one in maker.gives
        if "Options" not in kind.name
    }
    assert made == {
        ("SecureStorage", "accessibilityType", 0),
        ("cordova.plugins.SecureStorage", "service", 2),
        ("SecureStorage", "ios_options", None),
        ("SecureStorage", "macos_options", None),
    }
    setters = [setter for kind in STORES["capacitor_secure_storage"].objects for setter in kind.setters]
    assert {(setter.functions, setter.effect, setter.gives[0].key) for setter in setters} == {
        (("setDefaultKeychainAccess",), "process", "access"),
        (("setSynchronize",), "process", "sync"),
    }


def test_constants_of_the_system_are_globals_of_nativescript() -> None:
    store = STORES["nativescript_secure_storage"]
    name = "kSecAttrAccessibleWhenUnlockedThisDeviceOnly"
    assert CATALOGUE.in_scope("typescript", name) == (store, name)
    assert CATALOGUE.in_scope("typescript", "SecureStorage") is None


def test_options_that_tell_versions_of_react_native_sensitive_info() -> None:
    common = STORES["react_native_sensitive_info"]
    five, six = STORES["react_native_sensitive_info_5"], STORES["react_native_sensitive_info_6"]
    for option in ("kSecAttrAccessible", "kSecAccessControl", "touchID", "sharedPreferencesName", "kSecAttrSynchronizable", "showModal"):
        assert CATALOGUE.dialect(common, ["keychainService", option]) is five
    assert CATALOGUE.dialect(common, ["service"]) is six
    assert CATALOGUE.dialect(common, ["keychainService", "accessControl", "iosSynchronizable", "authenticationPrompt"]) is None
    assert CATALOGUE.dialect(five, ["service"]) is None
    assert CATALOGUE.by_module("typescript", "react-native-sensitive-info") is common
    assert five.class_overrides == {"touchID": "kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly"}


def test_identity_by_entries_of_the_argument() -> None:
    for name in ("set", "get", "remove"):
        assert identity("capacitor_secure_storage_plugin", f"SecureStoragePlugin.{name}") == [("key", 0, "key", None)]
    for name in ("set", "getSync", "remove"):
        assert identity("nativescript_secure_storage", f"SecureStorage.{name}") == [
            ("key", 0, "key", None),
            ("service", 0, "service", "my_app"),
            ("accessGroup", 0, "accessGroup", None),
        ]
    assert identity("flet_secure_storage", "SecureStorage.get") == [
        ("key", 0, None, None),
        ("account_name", None, "account_name", "flet_secure_storage_service"),
        ("group_id", None, "group_id", None),
    ]
    for name in ("setPassword", "getPassword", "deletePassword"):
        assert identity("keytar", name) == [("service", 0, None, None), ("account", 1, None, None)]
    assert identity("keytar", "findPassword") == [("service", 0, None, None)]


def test_only_expo_takes_its_class_option_on_every_call() -> None:
    expecting = {store.name for store in STORES.values() for operation in store.operations if operation.options_expected}
    assert expecting == {"expo_secure_store"}
    assert all(operation.options_expected for operation in STORES["expo_secure_store"].operations)


APPLE_SHARED = ["kSecAttrAccessGroup", "kSecAttrSynchronizable", "kSecAttrSyncViewHint", "kSecAttrTokenID"]


@pytest.mark.parametrize(
    ("item_class", "own"),
    [
        ("kSecClassGenericPassword", ["kSecAttrService", "kSecAttrAccount"]),
        (
            "kSecClassInternetPassword",
            [
                *("kSecAttrServer", "kSecAttrAccount", "kSecAttrSecurityDomain", "kSecAttrProtocol", "kSecAttrAuthenticationType"),
                *("kSecAttrPort", "kSecAttrPath"),
            ],
        ),
        ("kSecClassCertificate", ["kSecAttrCertificateType", "kSecAttrIssuer", "kSecAttrSerialNumber"]),
        (
            "kSecClassKey",
            [
                *("kSecAttrApplicationTag", "kSecAttrKeyClass", "kSecAttrApplicationLabel", "kSecAttrKeyType", "kSecAttrKeySizeInBits"),
                *("kSecAttrEffectiveKeySize", "kSecAttrKeyCreator", "kSecAttrStartDate", "kSecAttrEndDate"),
            ],
        ),
        ("kSecClassIdentity", []),
    ],
)
def test_identity_of_keychain_items(item_class: str, own: list[str]) -> None:
    for name in ("apple_security", "apple_security_pyobjc", "apple_security_ctypes"):
        for function in ("SecItemAdd", "SecItemDelete"):
            fields = CATALOGUE.identity(STORES[name], operation(name, function), item_class)
            assert [field.option for field in fields] == APPLE_SHARED + own


def test_identity_that_cannot_be_seen() -> None:
    apple = STORES["apple_security"]
    assert CATALOGUE.identity(apple, operation("apple_security", "SecItemAdd")) == ()
    assert CATALOGUE.identity(apple, operation("apple_security", "SecKeychainAddGenericPassword"), "kSecClassGenericPassword") == ()
    key = CATALOGUE.identity(apple, operation("apple_security", "SecKeyCreateRandomKey"))
    assert "kSecAttrApplicationTag" in [field.option for field in key]


def test_the_class_identifies_an_item_in_valet_alone() -> None:
    for store in STORES.values():
        if store.name == "valet":
            assert all("accessibility" in {field.option for field in found.identity} for found in store.operations if found.identity)
            continue
        every = [*store.identity, *(field for kind in store.item_classes for field in kind.identity)]
        every += [field for operation in store.operations for field in operation.identity]
        options = {field.option for field in every}
        assert options.isdisjoint(store.class_keys + store.access_control_keys + store.filter_keys)


def identity(store: str, function: str) -> list[tuple[object, ...]]:
    return [
        (field.name, field.argument, field.option, field.default) for field in CATALOGUE.identity(STORES[store], operation(store, function))
    ]


def test_identity_of_expo_items() -> None:
    expected = [
        ("key", 0, None, None),
        ("keychainService", None, "keychainService", "app"),
        ("accessGroup", None, "accessGroup", None),
    ]
    for function in verbs(STORES["expo_secure_store"]):
        assert identity("expo_secure_store", function) == expected


def test_identity_of_react_native_keychain_items() -> None:
    bundle, sync = "(bundle identifier)", ("cloudSync", None, "cloudSync", "false")
    for function, position in (
        ("setGenericPassword", 2),
        ("getGenericPassword", 0),
        ("hasGenericPassword", 0),
        ("resetGenericPassword", 0),
    ):
        service = ("service", position, "service", bundle)
        assert identity("react_native_keychain", function) == [service, ("accessGroup", None, "accessGroup", None), sync]
    for function, option in (
        *(("setInternetCredentials", None), ("getInternetCredentials", None)),
        *(("hasInternetCredentials", "server"), ("resetInternetCredentials", "server")),
    ):
        assert identity("react_native_keychain", function) == [("server", 0, option, None), sync]


def test_identity_of_keyring_items() -> None:
    for function in verbs(STORES["keyring"]):
        fields = operation("keyring", function).identity
        assert [(field.argument, field.label, field.other_labels) for field in fields] == [
            (0, "service_name", ("service",)),
            (1, "username", ()),
        ]


def test_synchronization() -> None:
    apple, native = STORES["apple_security"], STORES["react_native_keychain"]
    assert apple.sync is not None
    assert native.sync is not None
    assert (apple.sync.key, apple.sync.test) == ("kSecAttrSynchronizable", "truthy")
    assert (native.sync.key, native.sync.test, native.sync.since) == ("cloudSync", "presence", "9.1.0")
    assert STORES["expo_secure_store"].sync is None
    five, six = STORES["react_native_sensitive_info_5"].sync, STORES["react_native_sensitive_info_6"].sync
    assert five is not None
    assert six is not None
    assert (five.key, six.key) == ("kSecAttrSynchronizable", "iosSynchronizable")
    assert {store.name for store in STORES.values() if store.sync_kept_apart} == {
        *("apple_security", "apple_security_pyobjc", "apple_security_ctypes", "react_native_keychain", "swift_keychain_wrapper")
    }


def test_conflicts() -> None:
    found = {(conflict.first, conflict.second): (conflict.effect, conflict.device_only) for conflict in STORES["apple_security"].conflicts}
    assert found == {
        ("kSecAttrAccessControl", "kSecAttrAccessible"): ("rejected", False),
        ("kSecAttrAccessControl", "kSecAttrSynchronizable"): ("rejected", False),
        ("kSecAttrSynchronizable", "kSecAttrAccessible"): ("never-syncs", True),
    }
    native = [(conflict.first, conflict.second, conflict.effect) for conflict in STORES["react_native_keychain"].conflicts]
    assert native == [("accessControl", "cloudSync", "rejected"), ("cloudSync", "accessible", "never-syncs")]


def test_an_access_control_option_that_is_no_object_names_no_class() -> None:
    assert STORES["apple_security"].access_control_keys == ("kSecAttrAccessControl",)
    for name, key in (("react_native_keychain", "accessControl"), ("expo_secure_store", "requireAuthentication")):
        assert STORES[name].access_control_keys == ()
        assert STORES[name].constraint_keys == (key,)


def test_statuses() -> None:
    apple = STORES["apple_security"]
    expected = {
        "errSecSuccess": 0,
        "noErr": 0,
        "errSecParam": -50,
        "errSecUserCanceled": -128,
        "errSecNotAvailable": -25291,
        "errSecAuthFailed": -25293,
        "errSecDuplicateItem": -25299,
        "errSecItemNotFound": -25300,
        "errSecNoSuchAttr": -25303,
        "errSecInteractionNotAllowed": -25308,
        "errSecInteractionRequired": -25315,
        "errSecDecode": -26275,
        "errSecMissingEntitlement": -34018,
        "errSecRestrictedAPI": -34020,
    }
    assert {name: apple.statuses[name] for name in expected} == expected
    assert (apple.success, apple.absent, apple.duplicate, apple.unreadable) == (
        ("errSecSuccess", "noErr"),
        ("errSecItemNotFound",),
        ("errSecDuplicateItem",),
        ("errSecInteractionNotAllowed",),
    )


def test_certificates_are_public_and_readable_always() -> None:
    apple = STORES["apple_security"]
    assert apple.public_item_classes == ("kSecClassCertificate",)
    defaults = {kind.constant: kind.default_class for kind in apple.item_classes if kind.default_class}
    assert defaults == {"kSecClassCertificate": "kSecAttrAccessibleAlways"}


def test_keys_are_stored_only_when_permanent() -> None:
    for name in ("SecKeyCreateRandomKey", "SecKeyGeneratePair"):
        found = operation("apple_security", name)
        assert (found.permanent, found.secret_part, found.public_part) == (
            "kSecAttrIsPermanent",
            "kSecPrivateKeyAttrs",
            "kSecPublicKeyAttrs",
        )
        assert found.item_class == "kSecClassKey"


def test_the_legacy_functions() -> None:
    legacy = {name for operation in STORES["apple_security"].operations if operation.legacy for name in operation.functions}
    assert legacy == {f"SecKeychain{verb}{kind}Password" for verb in ("Add", "Find") for kind in ("Generic", "Internet")}


def test_no_raw_spelling_has_two_meanings() -> None:
    for store in STORES.values():
        raws = [raw for spellings in store.keys.values() for raw in spellings]
        assert len(raws) == len(set(raws))
        values = [raw for spellings in store.constants.values() for raw in spellings] + [raw for cls in store.classes for raw in cls.raw]
        assert len(values) == len(set(values))


def test_the_default_export_of_react_native_keychain() -> None:
    assert STORES["react_native_keychain"].default_export_lacks == ("hasGenericPassword", "hasInternetCredentials")


GETOPT = {
    "add-generic-password": ":a:c:C:D:G:j:l:s:p:w:X:UAT:h",
    "add-internet-password": ":a:c:C:d:D:j:l:p:P:r:s:t:w:X:UAT:h",
    "find-generic-password": "ha:c:C:D:G:j:l:s:wg",
    "find-internet-password": "ha:c:C:d:D:hgj:l:p:P:r:s:wt:",
    "delete-generic-password": "ha:c:C:D:G:j:l:s:g",
    "delete-internet-password": "ha:c:C:d:D:hgj:l:p:P:r:s:t:",
    "set-generic-password-partition-list": ":a:c:C:D:G:j:l:s:S:k:",
    "set-internet-password-partition-list": "a:c:C:d:D:j:l:p:P:r:s:S:t:k:",
}
"""The option strings of the program's own getopt calls."""


def test_flags_of_security() -> None:
    commands = {command.subcommand: command for command in STORES["security_command_line"].commands}
    assert commands.keys() == GETOPT.keys()
    for name, command in commands.items():
        options = GETOPT[name].removeprefix(":")
        valued = {f"-{flag}" for flag, after in zip(options, options[1:] + " ", strict=True) if after == ":" and flag != ":"}
        assert set(command.value_flags) == valued, name
        assert set(command.secret_flags) <= valued
        assert command.open_flags == (("-A",) if name.startswith("add-") else ())
    secrets = {name: set(command.secret_flags) for name, command in commands.items() if command.secret_flags}
    assert secrets == {
        "add-generic-password": {"-w", "-p", "-X"},
        "add-internet-password": {"-w", "-X"},
        "set-generic-password-partition-list": {"-k"},
        "set-internet-password-partition-list": {"-k"},
    }


def test_plaintext() -> None:
    assert {operation.plaintext_on for operation in STORES["plyer"].operations} == {("iOS", "Android")}
    assert {backend.name for backend in STORES["keyring"].plaintext} == {
        "keyrings.alt.file.PlaintextKeyring",
        "keyring.backends.file.PlaintextKeyring",
    }


def test_how_python_reaches_the_keychain_says_that_it_runs_on_macos() -> None:
    assert {store.name for store in STORES.values() if store.macos_only} == {"apple_security_ctypes", "apple_security_pyobjc"}
