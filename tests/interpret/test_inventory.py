"""Which items a program has, seen in small programs."""

from __future__ import annotations

import random
from textwrap import dedent

import pytest
from observing import PRELUDES, file_of, models, python, seen, swift, typescript

from keylint.interpret.events import CommandEvent, Fact, Observations, Place, Word
from keylint.interpret.machine import observe
from keylint.inventory import InventoryItem, inventory
from keylint.program.link import link
from keylint.program.nodes import Span
from keylint.stores import catalogue

ITEM = "[kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: {}{}] as CFDictionary"


def add(account: str = '"token"', more: str = "") -> str:
    """A call that adds an item."""
    return f"SecItemAdd({ITEM.format(account, f', kSecValueData as String: d{more}')}, nil)"


def search(call: str, account: str = '"token"') -> str:
    """A call on the items of an account."""
    return f"{call}({ITEM.format(account, '')}{'' if call == 'SecItemDelete' else ', nil'})"


def items(observations: Observations) -> list[InventoryItem]:
    return list(inventory(observations))


def one(observations: Observations) -> InventoryItem:
    [item] = inventory(observations)
    return item


def verbs(item: InventoryItem) -> list[str]:
    return [use.verb for use in item.uses]


class TestIdentity:
    def test_calls_on_one_item_stand_together(self) -> None:
        item = one(
            swift(f"""
                func save(_ d: Data) {{ {add()} }}
                func load() {{ {search("SecItemCopyMatching")} }}
                func forget() {{ {search("SecItemDelete")} }}
            """).all
        )
        assert (item.store, item.noun, item.description, item.known) == (
            "apple_security",
            "generic password",
            "account `token`",
            True,
        )
        assert [(use.verb, use.within) for use in item.uses] == [("add", "save"), ("read", "load"), ("delete", "forget")]

    def test_different_items_stand_apart(self) -> None:
        found = items(
            typescript("""
                export async function save(s: string) {
                  await SecureStore.setItemAsync('a', s);
                  await SecureStore.setItemAsync('b', s);
                  await SecureStore.setItemAsync('a', s, { keychainService: 'other' });
                }
            """).all
        )
        assert [item.description for item in found] == ["key `a`", "key `a`, service `other`", "key `b`"]

    def test_a_part_left_at_its_default_is_the_default(self) -> None:
        item = one(
            typescript("""
                export async function save(s: string) { await SecureStore.setItemAsync('a', s, { keychainService: 'app' }); }
                export async function load() { return await SecureStore.getItemAsync('a'); }
            """).all
        )
        assert verbs(item) == ["write", "read"]

    def test_an_item_that_is_never_named(self) -> None:
        text = "import * as Keychain from 'react-native-keychain';\nexport const save = (p: string) => Keychain.setGenericPassword('u', p);"
        assert one(seen(text, "ts", prelude=False).all).description == "service `(bundle identifier)`"

    def test_a_clear_stands_with_every_item_of_its_kind(self) -> None:
        found = items(
            swift(f"""
                func save(_ d: Data) {{ {add()}; {add('"other"')} }}
                func wipe() {{ SecItemDelete([kSecClass as String: kSecClassGenericPassword] as CFDictionary) }}
            """).all
        )
        assert [(item.description, verbs(item)) for item in found] == [
            ("account `other`", ["add", "delete"]),
            ("account `token`", ["add", "delete"]),
        ]

    def test_a_clear_without_items_stands_alone(self) -> None:
        item = one(swift("func wipe() { SecItemDelete([kSecClass as String: kSecClassInternetPassword] as CFDictionary) }").all)
        assert (item.description, item.known, verbs(item)) == ("every item", True, ["delete"])

    def test_a_search_that_says_less_stands_with_what_it_certainly_matches(self) -> None:
        found = items(
            swift("""
                func save(_ d: Data) {
                  SecItemAdd([kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: "a",
                              kSecAttrAccount as String: "one", kSecValueData as String: d] as CFDictionary, nil)
                  SecItemAdd([kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: "b",
                              kSecAttrAccount as String: "two", kSecValueData as String: d] as CFDictionary, nil)
                }
                func wipe() {
                  SecItemDelete([kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: "a"] as CFDictionary)
                }
            """).all
        )
        assert [(item.description, verbs(item)) for item in found] == [
            ("account `one`, service `a`", ["add", "delete"]),
            ("account `two`, service `b`", ["add"]),
        ]

    def test_a_call_for_each_of_several_items_stands_with_each(self) -> None:
        found = items(
            python("""
                def wipe():
                    for name in ("a", "b"):
                        keyring.delete_password("app", name)
                def save(s):
                    keyring.set_password("app", "a", s)
            """).all
        )
        assert [(item.description, verbs(item)) for item in found] == [
            ("service `app`, username `a`", ["write", "delete"]),
            ("service `app`, username `b`", ["delete"]),
        ]


class TestUnknownKeys:
    def test_are_listed_and_never_merged_by_name(self) -> None:
        found = items(
            typescript("""
                export async function save(key: string, s: string) { await SecureStore.setItemAsync(key, s); }
                export async function load(key: string) { return await SecureStore.getItemAsync(key); }
            """).all
        )
        assert [(item.known, item.description, verbs(item)) for item in found] == [
            (False, "key from `key`", ["write"]),
            (False, "key from `key`", ["read"]),
        ]

    def test_do_not_stand_with_known_items(self) -> None:
        found = items(
            typescript("""
                export async function save(s: string) { await SecureStore.setItemAsync('a', s); }
                export async function load(key: string) { return await SecureStore.getItemAsync(key); }
            """).all
        )
        assert [(item.known, verbs(item)) for item in found] == [(True, ["write"]), (False, ["read"])]

    def test_stand_together_where_one_parameter_is_the_key(self) -> None:
        item = one(
            swift(f"""
                final class Vault {{
                  let name: String
                  init(name: String) {{ self.name = name }}
                  func save(_ d: Data) {{ {search("SecItemDelete", "name")}; {add("name")} }}
                  func load() {{ {search("SecItemCopyMatching", "name")} }}
                }}
            """).all
        )
        assert (item.known, item.description, verbs(item)) == (False, "account from `name`", ["add", "read", "delete"])

    def test_stand_apart_where_their_origin_is_unseen(self) -> None:
        found = items(
            typescript("""
                export async function save(s: string) { await SecureStore.setItemAsync(nextKey(), s); }
                export async function load() { return await SecureStore.getItemAsync(nextKey()); }
            """).all
        )
        assert [verbs(item) for item in found] == [["write"], ["read"]]

    def test_a_key_known_in_part(self) -> None:
        item = one(typescript("export const save = (u: string, s: string) => SecureStore.setItemAsync(`token.${u}`, s);").all)
        assert (item.known, item.description) == (False, "key `token.…`")

    def test_a_clear_stands_with_items_that_it_certainly_matches(self) -> None:
        item = one(
            swift(f"""
                func save(_ d: Data, account: String) {{ {add("account")} }}
                func wipe() {{ SecItemDelete([kSecClass as String: kSecClassGenericPassword] as CFDictionary) }}
            """).all
        )
        assert (item.known, verbs(item)) == (False, ["add", "delete"])


    def test_a_search_stands_with_an_item_of_which_it_says_all_that_is_known(self) -> None:
        text = """
            import * as Keychain from 'react-native-keychain';
            export const save = (p: string, group: string) => Keychain.setGenericPassword('u', p, { accessGroup: group });
            export const load = () => Keychain.getGenericPassword();
        """
        item = one(seen(text, "ts", prelude=False).all)
        assert (item.known, item.description, verbs(item)) == (False, "access group from `group`", ["write", "read"])


CLASS = ", kSecAttrAccessible as String: kSecAttrAccessible"


class TestClasses:
    @pytest.mark.parametrize(
        ("more", "expected", "leaves"),
        [
            ("", [("kSecAttrAccessibleWhenUnlocked", "when-unlocked", False, "default")], ("yes", ("migratable",))),
            (
                f"{CLASS}AfterFirstUnlock",
                [("kSecAttrAccessibleAfterFirstUnlock", "after-first-unlock", False, "explicit")],
                ("yes", ("migratable",)),
            ),
            (
                f"{CLASS}WhenUnlockedThisDeviceOnly",
                [("kSecAttrAccessibleWhenUnlockedThisDeviceOnly", "when-unlocked", True, "explicit")],
                ("no", ()),
            ),
            (
                ", kSecAttrSynchronizable as String: true",
                [("kSecAttrAccessibleWhenUnlocked", "when-unlocked", False, "default")],
                ("yes", ("migratable", "synchronizable")),
            ),
            (
                f", kSecAttrSynchronizable as String: true{CLASS}WhenUnlockedThisDeviceOnly",
                [("kSecAttrAccessibleWhenUnlockedThisDeviceOnly", "when-unlocked", True, "explicit")],
                ("no", ()),
            ),
            (", kSecAttrAccessible as String: chosen()", [("", None, None, "unknown")], ("unknown", ())),
        ],
        ids=["default", "migratable", "device-only", "synchronizable", "never-syncs", "unseen"],
    )
    def test_of_a_write(self, more: str, expected: list[object], leaves: tuple[object, ...]) -> None:
        item = one(swift(f"func save(_ d: Data) {{ {add(more=more)} }}").all)
        assert [(seen.constant, seen.when, seen.device_only, seen.origin) for seen in item.classes] == expected
        assert (item.leaves_device, item.why) == leaves

    def test_set_on_some_paths_only(self) -> None:
        item = one(
            swift("""
                func save(_ d: Data, background: Bool = false) {
                  var q: [String: Any] = [kSecClass as String: kSecClassGenericPassword,
                                          kSecAttrAccount as String: "token", kSecValueData as String: d]
                  if background { q[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly }
                  SecItemAdd(q as CFDictionary, nil)
                }
            """).all
        )
        assert [(seen.constant, seen.origin) for seen in item.classes] == [
            ("kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly", "explicit"),
            ("kSecAttrAccessibleWhenUnlocked", "default"),
        ]
        assert item.leaves_device == "yes"

    def test_a_constant_that_the_store_does_not_have(self) -> None:
        item = one(
            typescript(
                "export const save = (s: string) =>"
                " SecureStore.setItemAsync('a', s, { keychainAccessible: SecureStore.WHEN_UNLOCKED_DEVICE_ONLY });"
            ).all
        )
        assert [(seen.constant, seen.when, seen.origin) for seen in item.classes] == [("", None, "explicit")]
        assert item.classes[0].problem == "`WHEN_UNLOCKED_DEVICE_ONLY` is not an accessibility class of expo-secure-store 57.0.4"
        assert item.leaves_device == "unknown"

    def test_a_store_without_classes(self) -> None:
        item = one(python("def save(s):\n    keyring.set_password('app', 'a', s)").all)
        assert [seen.origin for seen in item.classes] == ["none"]
        assert item.leaves_device == "unknown"

    def test_no_write_was_seen(self) -> None:
        item = one(swift(f"func load() {{ {search('SecItemCopyMatching')} }}").all)
        assert (item.classes, item.leaves_device) == ((), "unknown")


class TestSerialized:
    @pytest.mark.parametrize(
        ("save", "load", "verdict", "each"),
        [
            ("{}", "{}", "no", ["no", "no"]),
            ("lock.withLock {{ {} }}", "lock.withLock {{ {} }}", "yes", ["yes", "yes"]),
            ("lock.withLock {{ {} }}", "{}", "partly", ["yes", "no"]),
            ("lock.withLock {{ {} }}", "other.withLock {{ {} }}", "partly", ["yes", "yes"]),
            ("let mine = NSLock(); mine.withLock {{ {} }}", "{}", "no", ["no", "no"]),
        ],
        ids=["no", "yes", "partly", "two-locks", "ineffective"],
    )
    def test_by_locks(self, save: str, load: str, verdict: str, each: list[str]) -> None:
        item = one(
            swift(f"""
                final class Tokens {{
                  let lock = NSLock()
                  let other = NSLock()
                  func save(_ d: Data) {{ {save.format(add())} }}
                  func load() {{ {load.format(search("SecItemCopyMatching"))} }}
                }}
            """).all
        )
        assert (item.serialized, [use.serialized for use in item.uses]) == (verdict, each)

    def test_by_an_actor(self) -> None:
        text = f"actor Tokens {{ func save(_ d: Data) {{ {add()} }}\n func load() {{ {search('SecItemCopyMatching')} }} }}"
        assert one(swift(text).all).serialized == "yes"

    def test_what_may_be_a_lock(self) -> None:
        text = "def save(s, guard):\n    with guard:\n        keyring.set_password('app', 'a', s)"
        assert one(python(text).all).serialized == "unknown"


class TestCommandLines:
    def test_a_secret_is_not_shown(self) -> None:
        item = one(
            python("""
                import subprocess
                def save():
                    subprocess.run(["security", "add-generic-password", "-a", "me", "-s", "app", "-w", "hunter2"], check=True)
                def load():
                    return subprocess.run(["security", "find-generic-password", "-s", "app", "-a", "me", "-w"], check=True)
            """).all
        )
        assert (item.known, item.noun, item.description, verbs(item)) == (
            True,
            "generic password",
            "-a `me`, -s `app`",
            ["add", "read"],
        )
        assert "hunter2" not in str(item)

    @pytest.mark.parametrize(
        ("words", "known"),
        [(("-a", "me"), True), (("-a", None), False), (("-ame", "-s", "app"), False), ((None, "-s", "app"), False), ((), False)],
    )
    def test_what_is_not_seen_is_not_merged(self, words: tuple[str | None, ...], known: bool) -> None:
        store = next(store for store in catalogue.load(["python"]).stores if store.commands)
        commands = [
            CommandEvent(
                store,
                "add",
                "add-generic-password",
                Place("a.py", Span(start, start + 1)),
                tuple(Word(Fact(Place("a.py", Span(start, start))), text) for text in words),
            )
            for start in (0, 10)
        ]
        found = items(Observations(commands=tuple(commands)))
        assert [item.known for item in found] == ([True] if known else [False, False])


def test_two_programs_have_an_item_each() -> None:
    events = typescript("""
        export async function save(s: string) { await SecureStore.setItemAsync('a', s); }
        export async function load() { return await SecureStore.getItemAsync('a'); }
    """).all.events
    apps = {"case.ts": frozenset(("one", "two"))}
    assert [(item.app, verbs(item)) for item in inventory(Observations(events, apps=apps))] == [
        ("one", ["write", "read"]),
        ("two", ["write", "read"]),
    ]


def test_the_order_of_what_was_seen_changes_nothing() -> None:
    texts = {
        "a.swift": f"{PRELUDES['swift']}func save(_ d: Data) {{ {add()}; {add('d')} }}",
        "b.swift": f"{PRELUDES['swift']}func load(k: String) {{ {search('SecItemCopyMatching')}; {search('SecItemCopyMatching', 'k')} }}",
        "c.swift": f"{PRELUDES['swift']}func wipe() {{ {search('SecItemDelete')} }}",
    }
    events = [
        event
        for path, text in texts.items()
        for event in observe(link([file_of(path, dedent(text))]), models("swift")).events
    ]  # fmt: skip
    expected = inventory(Observations(tuple(events)))
    for seed in range(5):
        random.Random(seed).shuffle(events)
        assert inventory(Observations(tuple(events))) == expected
