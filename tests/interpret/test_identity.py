"""Whether two operations touch one item: yes, no, or not to be seen."""

from __future__ import annotations

import pytest
from observing import python, swift, typescript

from keylint.interpret.events import ItemKey, matches
from keylint.interpret.identity import DIFFERENT, SAME, UNSEEN, Identity, Part, compare, part_of
from keylint.interpret.values import Const, External, Text, Unknown, Value


def item(kind: str | None = "kind", origin: str | None = None, **parts: Value | None) -> Identity:
    """An item of a store; a part given as `None` is left out of a search."""
    return Identity("store", kind, {name: part_of(name, value, name, None) for name, value in parts.items()}, (origin,) if origin else None)


A, B = Const("a"), Const("b")
X, Y = Unknown(("x",)), Unknown(("y",))


@pytest.mark.parametrize(
    ("search", "found", "expected"),
    [
        (item(account=A), item(account=A), SAME),
        (item(account=A), item(account=B), DIFFERENT),
        (item(account=X), item(account=X), SAME),
        (item(account=X), item(account=Y), UNSEEN),
        (item(account=X), item(account=A), UNSEEN),
        (item(account=None), item(account=A), SAME),
        (item(), item(account=A), SAME),
        (item(account=A), item(), DIFFERENT),
        (item(account=A), item(origin="rest"), UNSEEN),
        (item(origin="rest"), item(origin="rest"), SAME),
        (item(origin="rest"), item(origin="other"), UNSEEN),
        (item(origin="rest"), item(account=A), UNSEEN),
        (item(account=A, service=X), item(account=B, service=Y), DIFFERENT),
        (item(kind="key", account=A), item(kind="password", account=A), DIFFERENT),
        (item(kind=None, account=A), item(kind="password", account=A), SAME),
        (item(kind=None), item(kind=None), UNSEEN),
    ],
)
def test_compare(search: Identity, found: Identity, expected: str) -> None:
    assert compare(search, found) == expected


def test_items_of_two_stores_are_different() -> None:
    assert compare(item(account=A), Identity("elsewhere", "kind", item(account=A).parts)) == DIFFERENT


@pytest.mark.parametrize(
    ("value", "default", "expected"),
    [
        (Const("a"), None, ("a", True)),
        (Const(True), None, ("true", True)),
        (External("Security", ("kCFBooleanTrue",)), None, ("true", True)),
        (None, "app", ("app", True)),
        (Const(None), "app", ("app", True)),
        (Text((Const("a."), X, Y, Const(".b"))), None, ("a.….b", False)),
        (Text((X, Const("."), Y)), None, ("", False)),
        (X, None, ("", False)),
        (Unknown(("parameter", "f", "key"), parameter=True), None, ("key", False)),
    ],
)
def test_a_part_in_words(value: Value | None, default: str | None, expected: tuple[str, bool]) -> None:
    truths = {"kCFBooleanTrue": True, "kCFBooleanFalse": False}
    part: Part = part_of("account", value, "account", default, truths=truths)
    assert (part.text, part.known) == expected


def test_any_value_widens_a_search() -> None:
    part = part_of("sync", External("Security", ("kSecAttrSynchronizableAny",)), "", None, ("kSecAttrSynchronizableAny",))
    assert part.key is None


def swift_pairs(first: str, second: str, before: str = "") -> int:
    """How many deletes of `first` reach the add of `second`."""
    return len(
        swift(
            f"{before}\nfunc f(_ a: String, _ b: String, _ given: [String: Any], _ more: [String: Any]) {{\n"
            f"SecItemDelete({first} as CFDictionary)\nSecItemAdd({second} as CFDictionary, nil)\n}}"
        ).verdicts()
    )


def entry(**fields: str) -> str:
    names = {
        "account": "kSecAttrAccount",
        "service": "kSecAttrService",
        "cls": "kSecClass",
        "sync": "kSecAttrSynchronizable",
        "data": "kSecValueData",
    }
    return (
        "[" + ", ".join(f"{names[name]} as String: {value}" for name, value in {"cls": "kSecClassGenericPassword", **fields}.items()) + "]"
    )


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        (entry(account='"x"'), entry(account='"x"', data="b"), 1),
        (entry(account='"x"'), entry(account='"y"'), 0),
        (entry(account="a"), entry(account="a"), 1),
        (entry(account="a"), entry(account="b"), 0),
        (entry(service='"s"'), entry(service='"s"', account="a"), 1),
        (entry(service='"s"', account="a"), entry(service='"s"'), 0),
        (entry(), entry(account="a"), 1),
        (entry(cls="kSecClassKey"), entry(account="a"), 0),
        (entry(account='"p." + a'), entry(account='"p." + a'), 1),
        (entry(account='"p.\\(a)"'), entry(account='"p.\\(a)"'), 1),
        (entry(account='"p.\\(a)"'), entry(account='"q.\\(a)"'), 0),
        (entry(account="a.lowercased()"), entry(account="a.lowercased()"), 1),
        (entry(account="make()"), entry(account="make()"), 0),
        (entry(account="a", sync="true"), entry(account="a"), 0),
        (entry(account="a", sync="false"), entry(account="a"), 1),
        (entry(account="a", sync="kSecAttrSynchronizableAny"), entry(account="a"), 1),
        ("given", "given", 1),
        ("given", "more", 0),
        ("given", entry(account="a"), 0),
    ],
)
def test_swift_items(first: str, second: str, pairs: int) -> None:
    assert swift_pairs(first, second) == pairs


def test_dictionaries_of_one_helper_are_one_item() -> None:
    helper = f"func base(_ account: String) -> [String: Any] {{ {entry(account='account')} }}"
    assert swift_pairs("base(a)", "base(a).merging([kSecValueData as String: b]) { $1 }", helper) == 1
    assert swift_pairs("base(a)", "base(b)", helper) == 0


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("'k'", "'k', 'v'", 1),
        ("'k'", "'l', 'v'", 0),
        ("key", "key, 'v'", 1),
        ("key", "other, 'v'", 0),
        ("'k', { keychainService: 's' }", "'k', 'v', { keychainService: 's' }", 1),
        ("'k', { keychainService: 's' }", "'k', 'v'", 0),
        ("'k', { keychainService: 'app' }", "'k', 'v'", 1),
        ("`p.${key}`", "`p.${key}`, 'v'", 1),
        ("KEYS.a", "KEYS.a, 'v'", 1),
        ("KEYS.a", "KEYS.b, 'v'", 0),
        ("KEYS[key]", "KEYS[key], 'v'", 1),
    ],
)
def test_typescript_items(first: str, second: str, pairs: int) -> None:
    run = typescript(
        "const KEYS = { a: 'x', b: 'y' };\n"
        f"export function f(key: string, other: string) {{ SecureStore.deleteItemAsync({first}); SecureStore.setItem({second}); }}"
    )
    assert len(run.verdicts()) == pairs


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("'s', 'u'", "'s', 'u', p", 1),
        ("'s', 'u'", "'s', 'w', p", 0),
        ("'s', user", "'s', user, p", 1),
        ("service_name='s', username=user", "'s', user, p", 1),
        ("'s', user.strip()", "'s', user.strip(), p", 1),
        ("'s', user", "'s', user.strip(), p", 0),
    ],
)
def test_python_items(first: str, second: str, pairs: int) -> None:
    run = python(f"def f(user, p):\n    keyring.delete_password({first})\n    keyring.set_password({second})\n")
    assert len(run.verdicts()) == pairs


def test_an_item_is_described_by_what_is_known() -> None:
    event = swift(
        f"func f(_ a: String) {{ SecItemDelete({entry(service=chr(34) + 'com.app' + chr(34), account='a')} as CFDictionary) }}"
    ).one()
    assert sorted(event.item.split(", ")) == ["account from `a`", "service `com.app`"]
    assert event.item_class == "kSecClassGenericPassword"


def keys(text: str, verb: str = "") -> list[tuple[str, str, tuple[tuple[str, str], ...], bool]]:
    """The items that Swift code touches."""
    found = [key for event in swift(text).events(verb) for key in event.item_keys]
    return [(key.family, key.kind, key.parts, key.wide) for key in found]


PASSWORD = "kSecClass as String: kSecClassGenericPassword"
NOT_SYNCHRONIZED = ("synchronizable", "false")


@pytest.mark.parametrize(
    ("entries", "parts"),
    [
        ('kSecAttrService as String: "s", kSecAttrAccount as String: "a"', (("account", "a"), ("service", "s"), NOT_SYNCHRONIZED)),
        ('kSecAttrService as String: "s", kSecAttrAccount as String: ""', (("service", "s"), NOT_SYNCHRONIZED)),
        (
            'kSecAttrService as String: "s", kSecAttrSynchronizable as String: kCFBooleanTrue!',
            (("service", "s"), ("synchronizable", "true")),
        ),
        ('kSecAttrAccount as String: "a", kSecAttrLabel as String: label', (("account", "a"), NOT_SYNCHRONIZED)),
        ('kSecAttrAccount as String: Data("a".utf8)', (("account", "a"), NOT_SYNCHRONIZED)),
        ('kSecAttrService as String: "s", kSecAttrAccount as String: account', None),
        ('kSecAttrLabel as String: "l"', None),
        ("kSecAttrService as String: Names.service", None),
    ],
)
def test_an_item_is_told_by_constants_of_the_source(entries: str, parts: tuple[tuple[str, str], ...] | None) -> None:
    code = f"func put(account: String, label: String) {{ SecItemAdd([{PASSWORD}, {entries}] as CFDictionary, nil) }}"
    assert keys(code) == ([] if parts is None else [("apple_security", "kSecClassGenericPassword", parts, False)])


def test_a_search_says_what_it_looks_for_and_may_match_everything_of_a_kind() -> None:
    code = (
        f"func clear() {{ SecItemDelete([{PASSWORD}] as CFDictionary) }}\n"
        f'func drop() {{ SecItemDelete([{PASSWORD}, kSecAttrService as String: "s"] as CFDictionary) }}'
    )
    family = ("apple_security", "kSecClassGenericPassword")
    assert keys(code) == [(*family, (NOT_SYNCHRONIZED,), True), (*family, (("service", "s"), NOT_SYNCHRONIZED), False)]
    assert [event.item_key is None for event in swift(code).events()] == [True, False]


def test_an_item_of_unseen_kind_is_not_told() -> None:
    assert (
        keys('func put(kind: CFString) { SecItemAdd([kSecClass as String: kind, kSecAttrAccount as String: "a"] as CFDictionary, nil) }')
        == []
    )


def test_a_loop_touches_several_items() -> None:
    seen = typescript("for (const key of ['a', 'b']) { await SecureStore.deleteItemAsync(key); }").one("delete")
    assert [dict(key.parts)["key"] for key in seen.item_keys] == ["a", "b"]
    assert seen.item_key is None


def test_one_unseen_item_hides_all() -> None:
    seen = typescript("export async function f(key: string) { for (const k of ['a', key]) { await SecureStore.deleteItemAsync(k); } }")
    assert seen.one("delete").item_keys == ()


def test_a_default_is_said() -> None:
    spelled = ("'k'", "'k', { keychainService: 'app' }", "'k', { keychainService: 'x' }")
    text = "".join(f"SecureStore.getItemAsync({arguments});" for arguments in spelled)
    first, second, third = (event.item_key for event in typescript(text).events())
    assert first == second != third
    assert first is not None
    assert dict(first.parts) == {"key": "k", "keychainService": "app"}


def test_parts_are_described_whether_known_or_not() -> None:
    seen = python("def f(user):\n    keyring.set_password('app', user, 'x')\n").one("write")
    assert [(part.name, part.text, part.known) for part in seen.parts] == [("service", "app", True), ("username", "user", False)]
    assert seen.item_key is None


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (ItemKey("f", "k", (("a", "1"),)), True),
        (ItemKey("f", "k", (("a", "1"), ("b", "2"))), True),
        (ItemKey("f", "k", (), True), True),
        (ItemKey("f", "", (), True), True),
        (ItemKey("f", "k", (("a", "2"),)), False),
        (ItemKey("f", "k", (("c", "1"),)), False),
        (ItemKey("f", "other", (("a", "1"),)), False),
        (ItemKey("g", "k", (("a", "1"),)), False),
    ],
)
def test_a_search_matches_what_it_does_not_contradict(search: ItemKey, found: bool) -> None:
    assert matches(search, ItemKey("f", "k", (("a", "1"), ("b", "2")))) is found
