"""The accessibility rules on observations made by hand: what several paths to one call amount to."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from seen import (
    APPLE,
    EXPO,
    KEYRING,
    PYOBJC,
    REACT_NATIVE,
    accessibility,
    choice,
    event,
    fact,
    judged,
    options,
    place,
    related_rows,
    rows,
    setting,
    store,
)

from keylint.interpret.events import MAY, MUST, UNKNOWN, ClassChoice, Condition, Reference, Setting

LEAVING = "kSecAttrAccessibleAfterFirstUnlock"
KEPT = "kSecAttrAccessibleWhenUnlockedThisDeviceOnly"


def kept(row: int = 40) -> ClassChoice:
    return choice(store(APPLE), KEPT, row)


def leaving(row: int = 40) -> ClassChoice:
    return choice(store(APPLE), LEAVING, row)


class TestMissing:
    def test_absent_on_every_path(self) -> None:
        (finding,) = judged("KL101", event(APPLE, "SecItemAdd"), event(APPLE, "SecItemAdd"))
        assert rows([finding]) == [1]
        assert finding.confidence == "high"
        assert "`SecItemAdd` stores the item (account `token`) with the default class kSecAttrAccessibleWhenUnlocked" in finding.message
        assert "unreadable while the device is locked, and restored onto other devices from an encrypted backup" in finding.message
        assert "kSecAttrAccessibleWhenUnlockedThisDeviceOnly" in finding.remedy

    @pytest.mark.parametrize("presence", [MUST, MAY, UNKNOWN])
    def test_silent_unless_absent(self, presence: str) -> None:
        assert not judged("KL101", event(APPLE, "SecItemAdd", accessibility=accessibility(presence)))

    def test_absent_here_and_unseen_there_is_less_sure(self) -> None:
        unseen = event(APPLE, "SecItemAdd", accessibility=accessibility(UNKNOWN))
        (finding,) = judged("KL101", event(APPLE, "SecItemAdd"), unseen)
        assert finding.confidence == "medium"

    def test_absent_here_and_set_there_is_the_other_rule(self) -> None:
        calls = event(APPLE, "SecItemAdd"), event(APPLE, "SecItemAdd", accessibility=accessibility(MUST, kept()))
        assert not judged("KL101", *calls)
        assert rows(judged("KL102", *calls)) == [1]

    def test_certificates_are_public(self) -> None:
        assert not judged("KL101", event(APPLE, "SecItemAdd", item_class="kSecClassCertificate"))

    def test_a_kind_that_is_not_seen_may_be_a_certificate(self) -> None:
        (finding,) = judged("KL101", event(APPLE, "SecItemAdd", item_class=None))
        assert finding.confidence == "medium"

    def test_a_key_is_a_secret_although_no_dictionary_says_its_kind(self) -> None:
        (finding,) = judged("KL101", event(APPLE, "SecKeyCreateRandomKey", item_class=None))
        assert finding.confidence == "high"

    @pytest.mark.parametrize("function", ["SecItemUpdate", "SecItemCopyMatching", "SecItemDelete", "SecKeychainAddGenericPassword"])
    def test_calls_that_take_no_class(self, function: str) -> None:
        assert not judged("KL101", event(APPLE, function))

    def test_stores_without_classes(self) -> None:
        assert not judged("KL101", event(KEYRING, "set_password"))

    def test_each_store_has_its_own_default(self) -> None:
        (finding,) = judged("KL101", event(REACT_NATIVE, "setGenericPassword"))
        assert "ACCESSIBLE.AFTER_FIRST_UNLOCK: readable while the device is locked, once it was unlocked" in finding.message
        assert "new items only" not in finding.remedy

    def test_where_overwriting_keeps_the_class_the_remedy_says_so(self) -> None:
        (finding,) = judged("KL101", event(EXPO, "setItemAsync"))
        assert "new items only" in finding.remedy

    def test_the_dictionary_and_the_caller_are_related(self) -> None:
        given = msgspec.structs.replace(options(), place=place(30))
        (finding,) = judged("KL101", event(APPLE, "SecItemAdd", options=given, path=(place(70), place(80))))
        assert related_rows(finding) == {30, 80}

    def test_low_confidence_stays_low(self) -> None:
        (finding,) = judged("KL101", event(APPLE, "SecItemAdd", confidence="low"))
        assert finding.confidence == "low"


class TestConditional:
    def test_may(self) -> None:
        flag = Condition(place(20), "when `protect` is true")
        sometimes = accessibility(MAY, kept(), conditions=(flag,))
        (finding,) = judged("KL102", event(APPLE, "SecItemAdd", accessibility=sometimes))
        assert "only when `protect` is true" in finding.message
        assert related_rows(finding) == {20, 40}

    def test_unseen_elsewhere_changes_nothing(self) -> None:
        unseen = event(APPLE, "SecItemAdd", accessibility=accessibility(UNKNOWN))
        assert rows(judged("KL102", unseen, event(APPLE, "SecItemAdd", accessibility=accessibility(MAY, kept())))) == [1]
        assert not judged("KL102", unseen, event(APPLE, "SecItemAdd", accessibility=accessibility(MUST, kept())))
        assert not judged("KL102", unseen, event(APPLE, "SecItemAdd"))

    def test_the_caller_without_a_class_is_related(self) -> None:
        shared = place(60)
        bare = event(APPLE, "SecItemAdd", path=(place(70), shared))
        protected = event(APPLE, "SecItemAdd", path=(place(80), shared), accessibility=accessibility(MUST, kept()))
        (finding,) = judged("KL102", bare, protected)
        assert related_rows(finding) == {70, 40}

    def test_options_that_a_caller_may_leave_out(self) -> None:
        given = accessibility(UNKNOWN)
        (finding,) = judged("KL102", event(EXPO, "setItemAsync", accessibility=given, options=options(given=MAY, unseen=True)))
        assert "only if a caller passes options" in finding.message
        assert not judged("KL102", event(EXPO, "setItemAsync", accessibility=given, options=options(given=MUST, unseen=True)))


class TestLeavesDevice:
    def add(self, *choices: ClassChoice, row: int = 1, **given: Any) -> list[int]:
        return rows(judged("KL103", event(APPLE, "SecItemAdd", row, accessibility=accessibility(MUST, *choices), **given)))

    def test_points_at_the_constant(self) -> None:
        assert self.add(leaving()) == [40]
        assert self.add(kept()) == []
        assert self.add(leaving(41), kept(42), leaving(43)) == [41, 43]

    def test_one_finding_for_a_constant_that_reaches_two_calls(self) -> None:
        calls = [event(APPLE, "SecItemAdd", row, accessibility=accessibility(MUST, leaving())) for row in (1, 2)]
        (finding,) = judged("KL103", *calls)
        assert related_rows(finding) == {1, 2}

    def test_inside_an_access_control_object(self) -> None:
        assert self.add(choice(store(APPLE), LEAVING, 44, via_access_control=True)) == [44]

    def test_deprecated_classes_are_the_other_rule(self) -> None:
        always = accessibility(MUST, choice(store(APPLE), "kSecAttrAccessibleAlways", 45))
        call = event(APPLE, "SecItemAdd", accessibility=always)
        assert not judged("KL103", call)
        assert rows(judged("KL104", call)) == [45]

    def test_certificates_may_travel(self) -> None:
        assert self.add(leaving(), item_class="kSecClassCertificate") == []

    @pytest.mark.parametrize(
        ("known", "expected"), [({"truth": True}, []), ({"truth": None, "known": False}, []), ({"truth": False}, [40])]
    )
    def test_synchronization_is_a_declared_choice(self, known: dict[str, Any], expected: list[int]) -> None:
        assert self.add(leaving(), options=options(setting("kSecAttrSynchronizable", **known))) == expected

    def test_synchronization_of_an_updated_item_stands_in_the_query(self) -> None:
        changed = accessibility(MUST, leaving())
        query = options(setting("kSecAttrSynchronizable", truth=True))
        assert not judged("KL103", event(APPLE, "SecItemUpdate", accessibility=changed, query=query, options=options()))
        assert rows(judged("KL103", event(APPLE, "SecItemUpdate", accessibility=changed, query=options(), options=options()))) == [40]

    def test_present_means_on_where_the_store_tests_for_presence(self) -> None:
        named = accessibility(MUST, choice(store(REACT_NATIVE), "WHEN_UNLOCKED", 46))
        off = event(REACT_NATIVE, "setGenericPassword", accessibility=named, options=options(setting("cloudSync", truth=False)))
        assert not judged("KL103", off)

    def test_keys_that_cannot_be_seen_may_synchronize(self) -> None:
        call = event(APPLE, "SecItemAdd", accessibility=accessibility(MUST, leaving()), options=options(unseen=True))
        (finding,) = judged("KL103", call)
        assert finding.confidence == "medium"

    def test_a_class_on_a_read_chooses_nothing(self) -> None:
        named = accessibility(MUST, choice(store(EXPO), "WHEN_UNLOCKED", 47))
        assert not judged("KL103", event(EXPO, "getItemAsync", accessibility=named))

    def test_the_remedy_names_the_twin(self) -> None:
        (finding,) = judged("KL103", event(APPLE, "SecItemAdd", accessibility=accessibility(MUST, leaving())))
        assert finding.remedy.startswith(f"Use `{LEAVING}ThisDeviceOnly`")


class TestAlwaysAccessible:
    def test_in_a_search_as_well(self) -> None:
        query = options(setting("kSecAttrAccessible", row=48, constant="kSecAttrAccessibleAlwaysThisDeviceOnly"))
        assert rows(judged("KL104", event(APPLE, "SecItemCopyMatching", query=query))) == [48]

    def test_other_classes(self) -> None:
        assert not judged("KL104", event(APPLE, "SecItemAdd", accessibility=accessibility(MUST, leaving(), kept(41))))


class TestSearch:
    def query(self, presence: str = MUST) -> Setting:
        return setting("kSecAttrAccessible", presence, row=49, constant=LEAVING)

    @pytest.mark.parametrize("function", ["SecItemCopyMatching", "SecItemUpdate", "SecItemDelete"])
    @pytest.mark.parametrize("presence", [MUST, MAY])
    def test_every_search(self, function: str, presence: str) -> None:
        (finding,) = judged("KL105", event(APPLE, function, query=options(self.query(presence))))
        assert rows([finding]) == [1]
        assert related_rows(finding) == {49}
        assert "errSecItemNotFound (-25300)" in finding.message
        assert "errSecDuplicateItem (-25299)" in finding.message

    def test_one_finding_a_call(self) -> None:
        searches = [event(APPLE, "SecItemCopyMatching", query=options(self.query())) for _ in range(3)]
        assert len(judged("KL105", *searches)) == 1

    def test_access_control_is_ignored_in_searches(self) -> None:
        query = options(setting("kSecAttrAccessControl", row=49))
        assert not judged("KL105", event(APPLE, "SecItemCopyMatching", query=query))

    def test_unseen_keys_are_not_there(self) -> None:
        assert not judged("KL105", event(APPLE, "SecItemCopyMatching", query=options(unseen=True)))

    def test_what_is_added_is_no_search(self) -> None:
        assert not judged("KL105", event(APPLE, "SecItemAdd", options=options(self.query())))

    def test_stores_that_ignore_it(self) -> None:
        named = options(setting("keychainAccessible", constant="WHEN_UNLOCKED"))
        assert not judged("KL105", event(EXPO, "getItemAsync", options=named, query=named))


class TestConflicts:
    def found(self, *settings: Setting, choices: tuple[ClassChoice, ...] = (), function: str = "SecItemAdd") -> list[str]:
        call = event(APPLE, function, options=options(*settings), accessibility=accessibility(MUST, *choices))
        return [finding.confidence for finding in judged("KL108", call)]

    def test_class_and_access_control(self) -> None:
        cls, control = setting("kSecAttrAccessible"), setting("kSecAttrAccessControl")
        assert self.found(cls, control) == ["high"]
        assert self.found(cls, control, function="SecItemUpdate") == ["high"]
        assert self.found(cls) == []
        assert self.found(control) == []

    def test_one_of_the_two_on_some_paths(self) -> None:
        cls, control = setting("kSecAttrAccessible", MAY), setting("kSecAttrAccessControl")
        assert self.found(cls, control) == ["medium"]

    def test_both_on_some_paths_may_be_exclusive(self) -> None:
        assert self.found(setting("kSecAttrAccessible", MAY), setting("kSecAttrAccessControl", MAY)) == []

    def test_access_control_and_synchronization(self) -> None:
        control = setting("kSecAttrAccessControl")
        assert self.found(control, setting("kSecAttrSynchronizable", truth=True)) == ["high"]
        assert self.found(control, setting("kSecAttrSynchronizable", truth=False)) == []
        assert self.found(control, setting("kSecAttrSynchronizable", truth=None, known=False)) == []

    def test_device_only_and_synchronization(self) -> None:
        on, cls = setting("kSecAttrSynchronizable", truth=True), setting("kSecAttrAccessible")
        assert self.found(on, cls, choices=(kept(),)) == ["high"]
        assert self.found(on, cls, choices=(leaving(),)) == []
        assert self.found(on, cls, choices=(kept(), leaving(41))) == ["medium"]
        assert self.found(setting("kSecAttrSynchronizable", MAY, truth=True), cls, choices=(kept(), leaving(41))) == []

    def test_a_call_with_every_conflict_is_one_finding(self) -> None:
        keys = setting("kSecAttrAccessible"), setting("kSecAttrAccessControl"), setting("kSecAttrSynchronizable", truth=True)
        assert self.found(*keys, choices=(kept(),)) == ["high"]

    def test_a_device_only_class_never_synchronizes_in_react_native_either(self) -> None:
        named = accessibility(MUST, choice(store(REACT_NATIVE), "WHEN_UNLOCKED_THIS_DEVICE_ONLY", 46))
        for truth, expected in ((True, [1]), (False, [])):
            both = options(setting("accessible"), setting("cloudSync", truth=truth))
            assert rows(judged("KL108", event(REACT_NATIVE, "setGenericPassword", options=both, accessibility=named))) == expected

    def test_where_the_option_only_refines_the_class(self) -> None:
        both = options(setting("accessible"), setting("accessControl"))
        assert not judged("KL108", event(REACT_NATIVE, "setGenericPassword", options=both))


class TestOptions:
    @pytest.mark.parametrize(("function", "expected"), [("getItemAsync", [1]), ("deleteItemAsync", [1]), ("setItemAsync", [])])
    def test_reads_and_deletes_without(self, function: str, expected: list[int]) -> None:
        assert rows(judged("KL110", event(EXPO, function))) == expected

    @pytest.mark.parametrize("given", [MUST, MAY, UNKNOWN])
    def test_given_or_not_seen(self, given: str) -> None:
        assert not judged("KL110", event(EXPO, "getItemAsync", options=options(given=given)))

    def test_absent_on_one_path(self) -> None:
        bare = event(EXPO, "getItemAsync")
        assert rows(judged("KL110", bare, event(EXPO, "getItemAsync", options=options()))) == [1]
        assert not judged("KL110", bare, event(EXPO, "getItemAsync", options=options(given=UNKNOWN)))

    def test_stores_that_expect_none(self) -> None:
        assert not judged("KL110", event(REACT_NATIVE, "getGenericPassword"))


class TestReferences:
    def found(self, store_name: str, kind: str, name: str) -> list[str]:
        reference = Reference(kind, store(store_name), place(5), name, "`createClient`")
        return [finding.message for finding in judged("KL111", references=(reference,))]

    def test_functions_and_modules(self) -> None:
        (message,) = self.found(EXPO, "module", "SecureStore")
        assert "`SecureStore` is handed to `createClient`, which calls it without options: what it stores gets the default" in message
        assert "WHEN_UNLOCKED" in self.found(EXPO, "function", "SecureStore.setItemAsync")[0]
        assert "WHEN_UNLOCKED" not in self.found(EXPO, "function", "SecureStore.getItemAsync")[0]

    def test_what_takes_no_options_argument(self) -> None:
        assert self.found(KEYRING, "module", "keyring") == []
        assert self.found(APPLE, "function", "SecItemAdd") == []

    def test_other_references(self) -> None:
        assert self.found(EXPO, "plaintext-backend", "SecureStore") == []


class TestUnknownClass:
    def test_points_at_the_value(self) -> None:
        wrong = ClassChoice(fact(6, constant="WHEN_UNLOCKED_ONLY"), None, place(6), place(6), problem="a number is no class of it")
        (finding,) = judged("KL112", event(EXPO, "setItemAsync", accessibility=accessibility(MUST, wrong)))
        assert rows([finding]) == [6]
        assert finding.message.startswith("A number is no class of it: a constant that is not there is `undefined`")

    def test_what_cannot_be_seen_is_no_problem(self) -> None:
        unseen = ClassChoice(fact(6, known=False), None, place(6), place(6))
        assert not judged("KL112", event(EXPO, "setItemAsync", accessibility=accessibility(MUST, unseen)))


class TestUnintendedSync:
    def found(self, **known: Any) -> list[int]:
        given = options(setting("cloudSync", row=7, **known))
        return rows(judged("KL114", event(REACT_NATIVE, "setGenericPassword", options=given)))

    def test_false_switches_it_on(self) -> None:
        assert self.found(truth=False) == [7]
        assert self.found(truth=True) == []
        assert self.found(truth=None, known=False) == []

    def test_stores_that_look_at_the_value(self) -> None:
        given = options(setting("kSecAttrSynchronizable", truth=False))
        assert not judged("KL114", event(APPLE, "SecItemAdd", options=given))


class TestMacOS:
    def message(self, *settings: Setting, macos_only: bool = True) -> str:
        (finding,) = judged("KL101", event(PYOBJC, "SecItemAdd", options=options(*settings), macos_only=macos_only))
        return finding.message

    def test_no_default_class_is_claimed_where_macos_has_none(self) -> None:
        assert "file-based keychain unless `kSecUseDataProtectionKeychain`" in self.message()

    def test_the_other_keychain_has_the_default(self) -> None:
        assert "the default class kSecAttrAccessibleWhenUnlocked" in self.message(setting("kSecUseDataProtectionKeychain", truth=True))
        assert "the default class kSecAttrAccessibleWhenUnlocked" in self.message(macos_only=False)
