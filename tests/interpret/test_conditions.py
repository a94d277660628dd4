"""Which path a test sends where, what it teaches, and how a key that only some paths set is explained."""

from __future__ import annotations

import pytest
from observing import Seen, python, swift, typescript


def swift_save(body: str, declarations: str = "") -> Seen:
    return swift(
        f"{declarations}\nfunc save(_ flag: Bool, _ mode: Int, _ value: CFString?) {{\n"
        "var q: [String: Any] = [kSecClass as String: kSecClassGenericPassword]\n"
        f"{body}\nSecItemAdd(q as CFDictionary, nil)\n}}\n"
    )


SET = "q[kSecAttrAccessible as String] = kSecAttrAccessibleWhenUnlocked"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (f"if flag {{ {SET} }}", "when `flag` holds"),
        (f"if !flag {{ {SET} }}", "when `flag` does not hold"),
        (f"if mode > 3 {{ {SET} }}", "when `mode > 3` holds"),
        (f"if let value {{ {SET} }}", "when `let value` holds"),
        (f"guard flag else {{ return }}\nif mode == 1 {{ {SET} }}", "when `mode == 1` holds"),
        (f"if flag {{ }} else {{ {SET} }}", "when `flag` does not hold"),
        (f"#if DEBUG\n{SET}\n#endif", "when `DEBUG` holds"),
        (f"switch mode {{ case 1: {SET}\ndefault: break }}", "when `1` holds"),
    ],
)
def test_a_key_set_on_some_paths_says_when(body: str, why: str) -> None:
    access = swift_save(body).one("add").accessibility
    assert access.presence == "may"
    assert [condition.why for condition in access.conditions] == [why]


@pytest.mark.parametrize(
    "body",
    [
        f"if flag {{ {SET} }}\nif !flag {{ {SET} }}",
        f"if flag {{ {SET} }} else {{ return }}",
        f"guard flag else {{ return }}\n{SET}",
        f"guard let value else {{ fatalError() }}\n{SET}",
        f"switch mode {{ case 1: {SET}\ncase 2: {SET}\ndefault: return }}",
        f"switch flag {{ case true: {SET}\ncase false: {SET} }}",
        f"if flag {{ {SET} }}\nif flag {{ SecItemDelete(q as CFDictionary) }} else {{ {SET} }}",
        f"let same = flag\nif same {{ {SET} }}\nif !flag {{ {SET} }}",
        f"if true {{ {SET} }}",
        f"if false {{ return }} else {{ {SET} }}",
        f"#if os(iOS)\n{SET}\n#else\n{SET}\n#endif",
        f"if #available(iOS 13, *) {{ {SET} }} else {{ {SET} }}",
    ],
)
def test_a_key_set_on_every_path_that_gets_here_is_there(body: str) -> None:
    assert swift_save(body).classes()[0] == "must"


@pytest.mark.parametrize(
    "body", [f"if false {{ {SET} }}", f"if flag {{ {SET}; return }}", f"if flag {{ if !flag {{ {SET} }} }}", f"while false {{ {SET} }}"]
)
def test_a_key_set_only_on_paths_that_do_not_get_here_is_absent(body: str) -> None:
    assert swift_save(body).classes()[0] == "absent"


def test_a_path_that_tests_contradict_never_calls_the_store() -> None:
    assert swift("func f(_ x: Bool) { if x { if !x { SecItemDelete([:] as CFDictionary) } } }").events() == []
    assert len(swift("func f(_ x: Bool) { if x { if x { SecItemDelete([:] as CFDictionary) } } }").events()) == 1


def test_an_assignment_between_two_tests_makes_the_second_an_open_question() -> None:
    text = "func f(_ x: Bool) { var y = x; if y { y = other(); if !y { SecItemDelete([:] as CFDictionary) } } }"
    assert len(swift(text).events()) == 1


@pytest.mark.parametrize(
    ("value", "presence"),
    [
        ("flag && mode == 1 ? kSecAttrAccessibleAlways : nil", "may"),
        ("flag ? nil : nil", "absent"),
        ("flag ? nil : kSecAttrAccessibleAlways", "may"),
        ("nil ?? kSecAttrAccessibleAlways", "must"),
    ],
)
def test_a_value_that_may_be_nil_sets_its_key_on_some_paths(value: str, presence: str) -> None:
    assert swift_save(f"let c: CFString? = {value}\nif let c {{ q[kSecAttrAccessible as String] = c }}").classes()[0] == presence


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("status == errSecItemNotFound", []),
        ("status == -25300", []),
        ("errSecItemNotFound == status", []),
        ("status != errSecSuccess", ["every status but success is treated alike"]),
        ("status != noErr", ["every status but success is treated alike"]),
        ("status != 0", ["every status but success is treated alike"]),
        ("!(status == errSecSuccess)", ["every status but success is treated alike"]),
        ("status != errSecSuccess && status != errSecInteractionNotAllowed", []),
        ("status == errSecItemNotFound || status == errSecDecode", []),
        ("status == errSecSuccess", []),
    ],
)
def test_what_a_status_says_of_a_read_reaches_the_delete(test: str, expected: list[str]) -> None:
    run = swift(
        "func load(_ q: [String: Any]) {\nvar out: AnyObject?\n"
        f"let status = SecItemCopyMatching(q as CFDictionary, &out)\nif {test} {{ SecItemDelete(q as CFDictionary) }}\n}}"
    )
    assert [item.how for item in run.one("delete").lost] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("switch s { case errSecSuccess: break\ncase errSecItemNotFound: SecItemDelete(q as CFDictionary)\ndefault: break }", 0),
        ("switch s { case errSecSuccess: break\ndefault: SecItemDelete(q as CFDictionary) }", 1),
        ("switch s { case errSecSuccess, errSecInteractionNotAllowed: break\ndefault: SecItemDelete(q as CFDictionary) }", 0),
        ("guard s == errSecSuccess else { SecItemDelete(q as CFDictionary); return }", 1),
        (
            "guard s == errSecSuccess || s == errSecItemNotFound else { return }\n"
            "if s != errSecSuccess { SecItemDelete(q as CFDictionary) }",
            0,
        ),
        ("let ok = s == errSecSuccess\nif !ok { SecItemDelete(q as CFDictionary) }", 1),
        ("if out == nil { SecItemDelete(q as CFDictionary) }", 1),
        ("guard let found = out as? Data else { SecItemDelete(q as CFDictionary); return }", 1),
    ],
)
def test_a_read_taken_for_absent_on_any_failure_is_lost(body: str, expected: int) -> None:
    run = swift(f"func load(_ q: [String: Any]) {{\nvar out: AnyObject?\nlet s = SecItemCopyMatching(q as CFDictionary, &out)\n{body}\n}}")
    assert len(run.one("delete").lost) == expected


def test_conditions_of_typescript_and_python_read_alike() -> None:
    script = typescript(
        "export function f(flag: boolean) { const o: any = {}; "
        "if (flag) { o.keychainAccessible = SecureStore.ALWAYS; } SecureStore.setItem('k', 'v', o); }"
    )
    snake = python(
        "from Security import *\ndef f(flag):\n    q = {}\n    if flag:\n        q[kSecAttrAccessible] = kSecAttrAccessibleAlways\n"
        "    SecItemAdd(q, None)\n"
    )
    for run, verb in ((script, "write"), (snake, "add")):
        access = run.one(verb).accessibility
        assert (access.presence, [condition.why for condition in access.conditions]) == ("may", ["when `flag` holds"])


@pytest.mark.parametrize(
    ("test", "calls"),
    [
        ("value is None and value is not None", 0),
        ("not value and value", 0),
        ("value == 'a' and value == 'a'", 1),
        ("1 == 2", 0),
        ("'a' == 'a'", 1),
        ("flag or not flag", 1),
        ("isinstance(value, str)", 1),
        ("(n := value) is not None and n", 1),
    ],
)
def test_python_tests(test: str, calls: int) -> None:
    run = python(f"def f(value, flag):\n    if {test}:\n        keyring.delete_password('s', 'u')\n")
    assert len(run.events()) == calls
