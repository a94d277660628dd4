"""What a dictionary holds when it reaches a store: keys set, removed, merged, copied, shared."""

from __future__ import annotations

import pytest
from observing import python, swift, typescript

Expected = tuple[str, list[str | None]]


def swift_class(body: str) -> Expected:
    """How the dictionary `q` that `body` makes names its class, without the constants' common beginning."""
    presence, classes = swift(
        "let kClass = kSecAttrAccessible as String\n"
        "func helper(_ d: inout [String: Any]) { d[kSecAttrAccessible as String] = kSecAttrAccessibleAlways }\n"
        "func seen(_ d: [String: Any]) { var d = d; d[kSecAttrAccessible as String] = kSecAttrAccessibleAlways }\n"
        "func base() -> [String: Any] { [kSecClass as String: kSecClassGenericPassword] }\n"
        f"func save(_ flag: Bool, _ value: CFString?, _ given: [String: Any]) {{\n{body}\nSecItemAdd(q as CFDictionary, nil)\n}}\n"
    ).classes()
    return presence, [name.removeprefix("kSecAttrAccessible") if name else None for name in classes]


SET = "q[kSecAttrAccessible as String] = kSecAttrAccessibleWhenUnlocked"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("let q = base()", ("absent", [])),
        ("let q = [kSecAttrAccessible: kSecAttrAccessibleWhenUnlocked]", ("must", ["WhenUnlocked"])),
        ("let q: [String: Any] = [kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlocked as Any]", ("must", ["WhenUnlocked"])),
        (f"var q = base(); {SET}", ("must", ["WhenUnlocked"])),
        (f"var q = base(); {SET}; q[kClass] = kSecAttrAccessibleAlways", ("must", ["Always"])),
        (f"var q = base(); {SET}; q[kClass] = nil", ("absent", [])),
        (f"var q = base(); {SET}; q.removeValue(forKey: kClass)", ("absent", [])),
        (f"var q = base(); {SET}; q.removeAll()", ("absent", [])),
        ("var q = base(); q.updateValue(kSecAttrAccessibleAlways, forKey: kClass)", ("must", ["Always"])),
        ('var q = base(); q["pdmn"] = kSecAttrAccessibleAlways', ("must", ["Always"])),
        ("let q = base().merging([kClass: kSecAttrAccessibleAlways]) { $1 }", ("must", ["Always"])),
        (f"var q = base(); {SET}; q.merge([kClass: kSecAttrAccessibleAlways]) {{ _, new in new }}", ("must", ["Always"])),
        (f"var q = base(); {SET}; q.merge([kClass: kSecAttrAccessibleAlways]) {{ old, _ in old }}", ("must", ["WhenUnlocked"])),
        ("let q = given", ("unknown", [])),
        ("var q = given; q[kSecValueData as String] = flag", ("unknown", [])),
        ("let q = given.merging([kClass: kSecAttrAccessibleAlways]) { $1 }", ("must", ["Always"])),
        (f"var q = base(); {SET}; q.merge(given) {{ $1 }}", ("must", ["WhenUnlocked"])),
        ("var q = base(); q[kClass] = value", ("must", [None])),
        ("var q = base(); if let value { q[kClass] = value }", ("may", [None])),
        (f"var q = base(); if flag {{ {SET} }}", ("may", ["WhenUnlocked"])),
        (f"var q = base(); if flag {{ {SET} }} else {{ q[kClass] = kSecAttrAccessibleAlways }}", ("must", ["WhenUnlocked", "Always"])),
        (
            "var q = base(); q[kClass] = flag ? kSecAttrAccessibleAlways : kSecAttrAccessibleWhenUnlocked",
            ("must", ["Always", "WhenUnlocked"]),
        ),
        ("var q = base(); q[kClass] = value ?? kSecAttrAccessibleAlways", ("must", [None, "Always"])),
        ("var q = base(); for key in [kClass] { q[key] = kSecAttrAccessibleAlways }", ("must", ["Always"])),
        ("var q = base(); let keys = [kClass]; keys.forEach { q[$0] = kSecAttrAccessibleAlways }", ("must", ["Always"])),
    ],
)
def test_swift_dictionaries(body: str, expected: Expected) -> None:
    assert swift_class(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("var q = base(); var copy = q; copy[kClass] = kSecAttrAccessibleAlways", ("absent", [])),
        ("var first = base(); var q = first; first[kClass] = kSecAttrAccessibleAlways", ("absent", [])),
        ("var q = base(); seen(q)", ("absent", [])),
        ("var q = base(); helper(&q)", ("must", ["Always"])),
        ("var q = base(); let add = { q[kClass] = kSecAttrAccessibleAlways }; add()", ("must", ["Always"])),
        ("var q = base(); func add() { q[kClass] = kSecAttrAccessibleAlways }; add()", ("must", ["Always"])),
        ("let q = NSMutableDictionary(); let same = q; same[kClass] = kSecAttrAccessibleAlways", ("must", ["Always"])),
        (
            "let q = NSMutableDictionary(dictionary: base()); q.setObject(kSecAttrAccessibleAlways, forKey: kClass as NSString)",
            ("must", ["Always"]),
        ),
        (
            "let first = NSMutableDictionary(); "
            "let q = first.mutableCopy() as! NSMutableDictionary; first[kClass] = kSecAttrAccessibleAlways",
            ("absent", []),
        ),
        ("var q = base(); lookUp(&q)", ("unknown", [])),
        ("var q = base(); lookAt(q)", ("absent", [])),
        ("let q = NSMutableDictionary(); lookAt(q)", ("unknown", [])),
    ],
)
def test_swift_dictionaries_are_values_and_mutable_ones_are_shared(body: str, expected: Expected) -> None:
    assert swift_class(body) == expected


def typescript_class(body: str) -> Expected:
    """How the options `o` that `body` makes name their class."""
    return typescript(
        "const A = SecureStore.ALWAYS, W = SecureStore.WHEN_UNLOCKED, base = () => ({ keychainService: 's' });\n"
        "const KEY = 'keychainAccessible';\n"
        "function fill(d: any) { d.keychainAccessible = A; }\n"
        f"export function save(flag: boolean, given: any, maybe?: any) {{\n{body}\nSecureStore.setItem('k', 'v', o);\n}}\n"
    ).classes("write")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("const o = base();", ("absent", [])),
        ("const o = undefined;", ("absent", [])),
        ("const o = { keychainAccessible: A };", ("must", ["ALWAYS"])),
        ("const o = { keychainAccessible: undefined };", ("absent", [])),
        ("const keychainAccessible = A; const o = { keychainAccessible };", ("must", ["ALWAYS"])),
        ("const o = { [KEY]: A };", ("must", ["ALWAYS"])),
        ("const o = { [given]: A };", ("unknown", [])),
        ("const o: any = {}; o.keychainAccessible = A;", ("must", ["ALWAYS"])),
        ("const o: any = {}; o['keychainAccessible'] = A;", ("must", ["ALWAYS"])),
        ("const o: any = { keychainAccessible: A }; delete o.keychainAccessible;", ("absent", [])),
        ("const o = { keychainAccessible: W, ...{ keychainAccessible: A } };", ("must", ["ALWAYS"])),
        ("const o = { ...{ keychainAccessible: A }, keychainAccessible: W };", ("must", ["WHEN_UNLOCKED"])),
        ("const o = { ...base(), ...(flag ? { keychainAccessible: A } : {}) };", ("may", ["ALWAYS"])),
        ("const o = { ...base(), ...(flag && { keychainAccessible: A }) };", ("may", ["ALWAYS"])),
        ("const o = { ...given };", ("unknown", [])),
        ("const o = { ...given, keychainAccessible: A };", ("must", ["ALWAYS"])),
        ("const o = Object.assign({}, base(), { keychainAccessible: A });", ("must", ["ALWAYS"])),
        ("const o: any = base(); Object.assign(o, { keychainAccessible: A });", ("must", ["ALWAYS"])),
        ("const o = given ?? { keychainAccessible: A };", ("unknown", ["ALWAYS"])),
        ("const o = flag ? { keychainAccessible: A } : { keychainAccessible: W };", ("must", ["ALWAYS", "WHEN_UNLOCKED"])),
        ("const o: any = base(); if (flag) o.keychainAccessible = A;", ("may", ["ALWAYS"])),
        ("const o: any = base(); o.keychainAccessible ??= A;", ("must", ["ALWAYS"])),
        ("const { a: o } = { a: { keychainAccessible: A } };", ("must", ["ALWAYS"])),
        ("const { a: o = { keychainAccessible: A } } = {} as any;", ("must", ["ALWAYS"])),
        ("const [, o] = [1, { keychainAccessible: A }];", ("must", ["ALWAYS"])),
        ("const { keychainService, ...o } = { keychainService: 's', keychainAccessible: A };", ("must", ["ALWAYS"])),
        ("const { keychainAccessible, ...o } = { keychainService: 's', keychainAccessible: A };", ("absent", [])),
        ("let o: any; ({ o } = { o: { keychainAccessible: A } });", ("must", ["ALWAYS"])),
    ],
)
def test_typescript_objects(body: str, expected: Expected) -> None:
    assert typescript_class(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("const o: any = base(); const same = o; same.keychainAccessible = A;", ("must", ["ALWAYS"])),
        ("const first: any = base(); const o = { ...first }; first.keychainAccessible = A;", ("absent", [])),
        ("const o: any = base(); fill(o);", ("must", ["ALWAYS"])),
        ("const o: any = base(); [o].forEach(fill);", ("must", ["ALWAYS"])),
        ("const box = { inner: base() as any }; const o = box.inner; box.inner.keychainAccessible = A;", ("must", ["ALWAYS"])),
        ("const o: any = base(); given(o);", ("unknown", [])),
        ("const o: any = base(); console.log(o);", ("absent", [])),
        ("const o: any = base(); const add = () => { o.keychainAccessible = A; }; add();", ("must", ["ALWAYS"])),
    ],
)
def test_typescript_objects_are_shared(body: str, expected: Expected) -> None:
    assert typescript_class(body) == expected


def python_class(body: str) -> Expected:
    """How the dictionary `q` that `body` makes names its class."""
    lines = "\n".join(f"    {line}" for line in body.split("; "))
    presence, classes = python(
        "from Security import *\n"
        "def fill(d): d[kSecAttrAccessible] = kSecAttrAccessibleAlways\n"
        "def keywords(**given): return given\n"
        "def base(): return {kSecClass: kSecClassGenericPassword}\n"
        "NAMES = {'pdmn': kSecAttrAccessibleAlways}\n"
        f"def save(flag, given):\n{lines}\n    SecItemAdd(q, None)\n"
    ).classes()
    return presence, [name.removeprefix("kSecAttrAccessible") if name else None for name in classes]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("q = base()", ("absent", [])),
        ("q = {kSecAttrAccessible: kSecAttrAccessibleAlways}", ("must", ["Always"])),
        ("q = base(); q[kSecAttrAccessible] = kSecAttrAccessibleAlways", ("must", ["Always"])),
        ("q = {kSecAttrAccessible: kSecAttrAccessibleAlways}; del q[kSecAttrAccessible]", ("absent", [])),
        ("q = {kSecAttrAccessible: kSecAttrAccessibleAlways}; q.pop(kSecAttrAccessible)", ("absent", [])),
        ("q = {kSecAttrAccessible: kSecAttrAccessibleAlways}; q.clear()", ("absent", [])),
        ("q = base(); q.update({kSecAttrAccessible: kSecAttrAccessibleAlways})", ("must", ["Always"])),
        ("q = base(); q.setdefault(kSecAttrAccessible, kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("q = {**base(), kSecAttrAccessible: kSecAttrAccessibleAlways}", ("must", ["Always"])),
        ("q = {**base(), **given}", ("unknown", [])),
        ("q = dict(base()); q[kSecAttrAccessible] = kSecAttrAccessibleAlways", ("must", ["Always"])),
        ("q = {k: v for k, v in given.items()}", ("unknown", [])),
        ("q = base() | {kSecAttrAccessible: kSecAttrAccessibleAlways}", ("must", ["Always"])),
        ("q = base(); q |= {kSecAttrAccessible: kSecAttrAccessibleAlways}", ("must", ["Always"])),
        (
            "q = base(); q[kSecAttrAccessible] = kSecAttrAccessibleAlways if flag else kSecAttrAccessibleWhenUnlocked",
            ("must", ["Always", "WhenUnlocked"]),
        ),
        ("q = base(); same = q; same[kSecAttrAccessible] = kSecAttrAccessibleAlways", ("must", ["Always"])),
        ("q = base(); fill(q)", ("must", ["Always"])),
        ("first = base(); q = first.copy(); fill(first)", ("absent", [])),
        ("first = base(); q = dict(first); fill(first)", ("absent", [])),
        ("q = base(); given(q)", ("unknown", [])),
        ("q = base(); print(q)", ("absent", [])),
        ("first, q = 1, {kSecAttrAccessible: kSecAttrAccessibleAlways}", ("must", ["Always"])),
        ("if (q := {kSecAttrAccessible: kSecAttrAccessibleAlways}): pass", ("must", ["Always"])),
    ],
)
def test_python_dictionaries(body: str, expected: Expected) -> None:
    assert python_class(body) == expected
