"""Store calls: what they are, what their statuses tell, and command lines."""

from __future__ import annotations

import pytest
from observing import python, seen, swift, typescript

from keylint.interpret.events import Place
from keylint.interpret.store_calls import _split_command
from keylint.interpret.values import Const, Text, Unknown
from keylint.program.nodes import Span


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SecItemAdd(q, nil)", "discarded"),
        ("_ = SecItemAdd(q, nil)", "discarded"),
        ("let s = SecItemAdd(q, nil); print(s)", "used"),
        ("return SecItemAdd(q, nil) == errSecSuccess", "used"),
        ("guard SecItemAdd(q, nil) == errSecSuccess else { return false }", "used"),
        ("check(SecItemAdd(q, nil))", "used"),
        ("(SecItemAdd(q, nil) as OSStatus)", "discarded"),
    ],
)
def test_whether_a_status_is_looked_at(statement: str, expected: str) -> None:
    assert swift(f"func f(_ q: CFDictionary) -> Bool {{ {statement}; return true }}").one("add").outcome == expected


@pytest.mark.parametrize(
    ("after", "revealed"),
    [("SecItemAdd(q, nil)", True), ("", False), ("SecItemCopyMatching(q, nil)", True), ("SecItemAdd(other, nil)", False)],
)
def test_what_reveals_a_failed_delete(after: str, revealed: bool) -> None:
    before = 'let q = [kSecAttrAccount: "a"] as CFDictionary; let other = [kSecAttrAccount: "b"] as CFDictionary'
    assert swift(f"func f() {{ {before}; SecItemDelete(q); {after} }}").one("delete").revealed is revealed


@pytest.mark.parametrize(
    ("text", "suffix", "verb"),
    [
        ("import { setItemAsync as put } from 'expo-secure-store'; put('k', 'v');", "ts", "write"),
        ("import { setItemAsync } from 'expo-secure-store'; const save = setItemAsync; save('k', 'v');", "ts", "write"),
        ("const S = require('expo-secure-store'); S.getItem('k');", "js", "read"),
        ("const { getItem } = require('expo-secure-store'); getItem('k');", "js", "read"),
        ("async function f() { const S = await import('expo-secure-store'); S.getItem('k'); } f();", "ts", "read"),
        ("import('expo-secure-store').then((S) => S.getItem('k'));", "ts", "read"),
        ("import * as S from 'expo-secure-store'; const { deleteItemAsync: drop } = S; drop('k');", "ts", "delete"),
        ("import * as S from 'expo-secure-store'; S['getItem']('k');", "ts", "read"),
        ("import * as S from 'expo-secure-store'; class A { s = S; f() { this.s.getItem('k'); } }", "ts", "read"),
        ("import keyring as k\nk.get_password('s', 'u')", "py", "read"),
        ("from keyring import get_password as g\ng('s', 'u')", "py", "read"),
        ("import keyring\nring = keyring.get_keyring()\nring.get_password('s', 'u')", "py", "read"),
        ("import keyring\ngetattr(keyring, 'get_password')('s', 'u')", "py", ""),
        ("def f():\n    import keyring\n    keyring.get_password('s', 'u')", "py", "read"),
    ],
)
def test_a_store_is_known_by_whatever_name(text: str, suffix: str, verb: str) -> None:
    assert [event.verb for event in seen(text, suffix, prelude=False).events()] == ([verb] if verb else [])


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("import type * as S from 'expo-secure-store'; declare const x: any; x.getItem('k');", "ts"),
        ("import * as S from './expo-secure-store-mock'; S.getItem('k');", "ts"),
        ("import * as S from 'expo-secure-store'; function f(S: any) { S.getItem('k'); }", "ts"),
        ("import keyring\ndef f(keyring): keyring.get_password('s', 'u')", "py"),
        ("import keyring\nclass keyring:\n    def get_password(self): pass\nkeyring.get_password('s', 'u')", "py"),
    ],
)
def test_what_only_looks_like_a_store_is_none(text: str, suffix: str) -> None:
    assert seen(text, suffix, prelude=False).events() == []


AT = Place("f", Span(0, 1))
SECRET = Unknown(("secret",))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Const("a b  c"), ["a", "b", "c"]),
        (Const(b"a b"), ["a", "b"]),
        (Const("a 'b c' \"d e\""), ["a", "b c", "d e"]),
        (Const("a'b'c"), ["abc"]),
        (Const("a ; b"), ["a"]),
        (Const("a | b"), ["a"]),
        (Const("a && b"), ["a"]),
        (Const("a 'b ; c'"), ["a", "b ; c"]),
        (Const(""), []),
        (Const("'unclosed words here"), ["unclosed words here"]),
        (Text((Const("a -w "), SECRET, Const(" b"))), ["a", "-w", None, "b"]),
        (Text((Const("a -w'"), SECRET, Const("' b"))), ["a", None, "b"]),
        (SECRET, [None]),
    ],
)
def test_words_of_a_command_string(value: Const | Text | Unknown, words: list[str | None]) -> None:
    assert [word.value if isinstance(word, Const) else None for word, _ in _split_command(value, AT)] == words


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("subprocess.run(['security', 'add-generic-password', '-A', '-w', secret])", ["-A", "-w", None]),
        ("subprocess.run(['/usr/bin/security', 'add-generic-password', '-A'])", ["-A"]),
        ("subprocess.run(['sudo', 'security', 'add-generic-password', '-A'])", ["-A"]),
        ("subprocess.run(args=['security', 'add-generic-password', '-A'])", ["-A"]),
        ("subprocess.check_call(('security', 'add-generic-password', '-A'))", ["-A"]),
        ("subprocess.run('security add-generic-password -A', shell=True)", ["-A"]),
        ("os.system(f'security add-generic-password -w {secret}')", ["-w", None]),
        ("subprocess.run(['security'] + ['add-generic-password', '-A'])", ["-A"]),
        ("c = ['security', 'add-generic-password']; c.append('-A'); subprocess.run(c)", ["-A"]),
        ("c = ['security', 'add-generic-password']; c += ['-A']; subprocess.run(c)", ["-A"]),
        ("subprocess.run(['security', *['add-generic-password', '-A']])", ["-A"]),
        ("subprocess.run(['echo', 'security', 'add-generic-password', '-A'])", None),
        ("subprocess.run(['security', 'unlock-keychain'])", None),
        ("subprocess.run([tool, 'add-generic-password'])", None),
    ],
)
def test_command_lines(call: str, words: list[str | None] | None) -> None:
    body = "\n".join(f"    {line}" for line in call.split("; "))
    run = seen(f"import subprocess, os\ndef f(secret, tool):\n{body}\n", "py", prelude=False)
    assert [[word.text for word in command.words] for command in run.all.commands] == ([] if words is None else [words])


def test_a_function_handed_over_is_a_reference_and_one_called_is_none() -> None:
    run = typescript("export const storage = createStorage({ get: SecureStore.getItemAsync });")
    assert [(item.kind, item.name) for item in run.all.references] == [("function", "getItemAsync")]
    run = typescript("const storage = { get: SecureStore.getItemAsync }; export const f = (o: any) => storage.get('k', o);")
    assert run.all.references == ()


def test_the_whole_store_handed_over_is_a_reference() -> None:
    run = typescript("export const storage = persist({ storage: SecureStore });")
    assert [item.kind for item in run.all.references] == ["module"]


def test_a_plaintext_backend_is_a_reference() -> None:
    run = python("from keyrings.alt.file import PlaintextKeyring\nkeyring.set_keyring(PlaintextKeyring())\n")
    assert [(item.kind, item.name) for item in run.all.references] == [("plaintext-backend", "PlaintextKeyring")]
