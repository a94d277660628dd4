"""Looking names up."""

from __future__ import annotations

import pytest

from keylint.stores.catalogue import Catalogue, Store, load
from keylint.stores.model import AccessClass, Operation, Plaintext


@pytest.fixture(scope="module")
def everything() -> Catalogue:
    return load(["swift", "typescript", "python"])


def store(catalogue: Catalogue, name: str) -> Store:
    return next(store for store in catalogue.stores if store.name == name)


def names(catalogue: Catalogue) -> set[str]:
    return {store.name for store in catalogue.stores}


def test_only_the_models_of_the_languages_are_there() -> None:
    assert names(load(["swift"])) == {
        "apple_security",
        "keychain_access",
        "keychain_swift",
        "locksmith",
        "sam_keychain",
        "security_command_line",
        "simple_keychain",
        "swift_keychain_wrapper",
        "uic_key_chain_store",
        "valet",
    }
    assert names(load(["typescript"])) == {
        "capacitor_secure_storage",
        "capacitor_secure_storage_plugin",
        "cordova_ios_keychain",
        "cordova_secure_storage",
        "expo_secure_store",
        "keytar",
        "nativescript_secure_storage",
        "react_native_encrypted_storage",
        "react_native_keychain",
        "react_native_secure_key_store",
        "react_native_sensitive_info",
        "react_native_sensitive_info_5",
        "react_native_sensitive_info_6",
        "security_command_line",
    }
    assert names(load(["python"])) == {
        "apple_security_ctypes",
        "apple_security_pyobjc",
        "flet_secure_storage",
        "keyring",
        "plyer",
        "security_command_line",
    }
    assert names(load([])) == set()


def test_trigger_words(everything: Catalogue) -> None:
    command_line = {b"generic-password", b"internet-password"}
    wrappers = {b"KeychainAccess", b"KeychainSwift", b"SimpleKeychain", b"SwiftKeychainWrapper"}
    wrappers |= {b"Locksmith", b"SAMKeychain", b"SSKeychain", b"UICKeyChainStore", b"Valet"}
    assert set(everything.words_for("swift")) == {b"SecItem", b"SecKey", b"kSec"} | wrappers | command_line
    packages = {
        b"aparajita/capacitor-secure-storage",
        b"nativescript/secure-storage",
        b"nativescript-secure-storage",
        b"capacitor-secure-storage-plugin",
        b"expo-secure-store",
        b"keytar",
        b"react-native-encrypted-storage",
        b"react-native-keychain",
        b"react-native-secure-key-store",
        b"react-native-sensitive-info",
    }
    assert set(everything.words_for("typescript")) == {*packages, b"window.Keychain", b"plugins.SecureStorage"} | command_line
    assert set(everything.words_for("python")) == {b"SecItem", b"SecKey", b"keyring", b"plyer", b"flet_secure_storage"} | command_line
    assert set(everything.words) == {word for language in ("swift", "typescript", "python") for word in everything.words_for(language)}


def test_every_operation_and_command_holds_a_trigger_word_or_needs_an_import(everything: Catalogue) -> None:
    for model in everything.stores:
        if model.told_by:
            continue  # reached by the model that it is built on
        imported = [module for module in model.modules if not model.in_scope]
        mentions = [command.subcommand for command in model.commands]
        if not imported or "Security" in imported:
            mentions += [name for operation in model.operations for name in operation.functions]
        else:
            mentions += imported
        for mention in mentions:
            assert any(word in mention for word in model.words), mention


def test_modules(everything: Catalogue) -> None:
    found = {
        (language, module): match.name if (match := everything.by_module(language, module)) else None
        for language in ("swift", "typescript", "python")
        for module in ("Security", "expo-secure-store", "react-native-keychain", "keyring", "keyring.core", "keyring.util", "plyer")
    }
    assert {key: name for key, name in found.items() if name} == {
        ("swift", "Security"): "apple_security",
        ("python", "Security"): "apple_security_pyobjc",
        ("typescript", "expo-secure-store"): "expo_secure_store",
        ("typescript", "react-native-keychain"): "react_native_keychain",
        ("python", "keyring"): "keyring",
        ("python", "keyring.core"): "keyring",
        ("python", "plyer"): "plyer",
    }


def test_names_in_scope_are_swifts_only(everything: Catalogue) -> None:
    apple = store(everything, "apple_security")
    for name in (
        *("SecItemAdd", "SecKeychainFindGenericPassword", "SecAccessControlCreateWithFlags", "kSecClass", "kSecClassKey"),
        *("kSecAttrAccessibleWhenUnlocked", "errSecItemNotFound", "noErr", "kCFBooleanTrue"),
    ):
        assert everything.in_scope("swift", name) == (apple, name)
        assert everything.in_scope("python", name) is None
    assert everything.in_scope("swift", "kSecClassOfMine") is None
    assert everything.in_scope("typescript", "setItemAsync") is None


def test_names_through_ctypes(everything: Catalogue) -> None:
    ctypes = store(everything, "apple_security_ctypes")
    assert everything.native("SecItemAdd") == (ctypes, "SecItemAdd")
    assert everything.native("kSecAttrAccessible") == (ctypes, "kSecAttrAccessible")
    assert everything.native("printf") is None
    assert load(["swift"]).native("SecItemAdd") is None


def test_operations(everything: Catalogue) -> None:
    plyer = store(everything, "plyer")
    operation = everything.operation(plyer, "keystore.set_key")
    assert operation is not None
    assert operation.verb == "write"
    assert everything.operation(plyer, "set_key") is None
    assert everything.has_namespace(plyer, "keystore")


def test_namespaces_of_classes(everything: Catalogue) -> None:
    native, expo = store(everything, "react_native_keychain"), store(everything, "expo_secure_store")
    assert everything.has_namespace(native, "ACCESSIBLE")
    assert not everything.has_namespace(native, "ACCESSIBLE.WHEN_UNLOCKED")
    assert not everything.has_namespace(expo, "ACCESSIBLE")
    assert everything.constant(native, "ACCESSIBLE.WHEN_UNLOCKED") == "WHEN_UNLOCKED"
    assert everything.constant(native, "WHEN_UNLOCKED") is None
    assert everything.constant(native, "ACCESS_CONTROL.BIOMETRY_ANY") == "ACCESS_CONTROL.BIOMETRY_ANY"
    assert everything.constant(expo, "WHEN_UNLOCKED") == "WHEN_UNLOCKED"
    assert everything.constant(expo, "WHEN_UNLOCKD") is None


def test_classes_by_constant_and_raw_value(everything: Catalogue) -> None:
    expo, apple = store(everything, "expo_secure_store"), store(everything, "apple_security")
    by_name = everything.access_class(expo, "AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY")
    assert by_name is not None
    assert everything.access_class(expo, 1) == by_name
    assert everything.access_class(expo, True) is None
    assert everything.access_class(expo, "1") is None
    assert everything.access_class(expo, 7) is None
    aku = everything.access_class(apple, "aku")
    assert aku is not None
    assert aku.constant == "kSecAttrAccessibleWhenUnlockedThisDeviceOnly"


def test_raw_spellings_of_keys_and_values(everything: Catalogue) -> None:
    apple, expo = store(everything, "apple_security"), store(everything, "expo_secure_store")
    spelled = {
        raw: everything.key(apple, raw) for raw in ("class", "pdmn", "accc", "svce", "acct", "agrp", "sync", "v_Data", "srvr", "atag")
    }
    assert spelled == {
        "class": "kSecClass",
        "pdmn": "kSecAttrAccessible",
        "accc": "kSecAttrAccessControl",
        "svce": "kSecAttrService",
        "acct": "kSecAttrAccount",
        "agrp": "kSecAttrAccessGroup",
        "sync": "kSecAttrSynchronizable",
        "v_Data": "kSecValueData",
        "srvr": "kSecAttrServer",
        "atag": "kSecAttrApplicationTag",
    }
    assert everything.key(apple, "kSecAttrService") == "kSecAttrService"
    assert everything.key(apple, "type") == "type"
    assert everything.key(expo, "class") == "class"
    assert everything.value(apple, "genp") == "kSecClassGenericPassword"
    assert everything.value(apple, "pdmn") is None


def test_statuses_truths_and_makers(everything: Catalogue) -> None:
    apple = store(everything, "apple_security")
    assert everything.status(apple, "errSecItemNotFound") == -25300
    assert everything.status(apple, "errSecNoSuchThing") is None
    assert everything.truth(apple, "kCFBooleanTrue") is True
    assert everything.truth(apple, "kCFBooleanFalse") is False
    assert everything.truth(apple, "kCFNull") is None
    maker = everything.maker(apple, "SecAccessControlCreateWithFlags")
    assert maker is not None
    assert (maker.protection, maker.returns) == (1, "value")
    assert everything.maker(apple, "SecItemAdd") is None


def test_methods_of_objects_from_the_library(everything: Catalogue) -> None:
    keyring = store(everything, "keyring")
    assert [(found.name, operation.verb) for found, operation in everything.methods("python", "set_password")] == [("keyring", "write")]
    assert everything.methods("typescript", "set_password") == ()
    assert everything.methods("python", "SecItemAdd") == ()
    assert everything.factory(keyring, "get_keyring")
    assert not everything.factory(keyring, "get_password")
    assert everything.instance("keyring.backends.macOS.Keyring") is keyring
    assert everything.instance("keyring.backend.KeyringBackend") is keyring
    assert everything.instance("keyring.backends.null.Keyring") is None


def test_commands(everything: Catalogue) -> None:
    assert everything.programs == {"security"}
    for program in ("security", "/usr/bin/security"):
        found = everything.command(program, "add-generic-password")
        assert found is not None
        assert (found[0].name, found[1].verb) == ("security_command_line", "add")
    assert everything.command("security2", "add-generic-password") is None
    assert everything.command("security", "list-keychains") is None


def test_plaintext_backends(everything: Catalogue) -> None:
    found = everything.plaintext("keyrings.alt.file.PlaintextKeyring")
    assert found is not None
    assert found[0].name == "keyring"
    assert everything.plaintext("keyrings.alt.file.EncryptedKeyring") is None
    assert everything.plaintext("keyring.backends.null.Keyring") is None


def vault(title: str, **facts: object) -> Store:
    return Store("vault", title, ("python",), ("vault",), (Operation(("put",), "write"),), modules=("vault",), **facts)  # type: ignore[arg-type]


def test_a_later_model_replaces_one_of_its_name_and_takes_what_both_claim() -> None:
    old = vault("Old", plaintext=(Plaintext("vault.Plain", "old"),))
    new = vault("New", classes=(AccessClass("A", "always", False),))
    catalogue = Catalogue.of([old, new])
    assert catalogue.stores == (new,)
    assert catalogue.by_module("python", "vault") is new
    assert catalogue.access_class(new, "A") == new.classes[0]
    assert catalogue.plaintext("vault.Plain") is None
    other = Store("other", "Other", ("python",), ("vault",), (), modules=("vault",))
    assert Catalogue.of([new, other]).by_module("python", "vault") is other
    assert Catalogue.of([new, other]).words == (b"vault",)
