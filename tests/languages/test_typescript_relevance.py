"""Which parts of a file are lowered at all."""

from __future__ import annotations

import pytest
from typescript_text import function, lowered, statements, type_declaration

STORE = (b"expo-secure-store",)


def kept(code: str) -> str:
    """Everything of `code` that was lowered, given that it uses the store `S`."""
    module = lowered("import * as S from 'expo-secure-store';\n" + code, "a.ts", STORE)
    return " ".join([statements(module.body), *map(function, module.functions), *map(type_declaration, module.types)]).strip()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("function f() { S.a(); } function g() { h(); }", "f() {S.a();} g() {skipped}"),
        ("function f() { S.a(); } function g() { f(); } function h() { g(); }", "f() {S.a();} g() {f();} h() {g();}"),
        ("const K = 'k'; const L = 'l'; function f() { S.a(K); }", "const K = 'k'; f() {S.a(K);}"),
        ("const { a: [K] } = x; function f() { S.a(K); }", "const {a: [K]} = x; f() {S.a(K);}"),
        ("let o; if (x) { o = 1; } function f() { S.a(o); }", "let o; if (x) {o = 1;} f() {S.a(o);}"),
        (
            "const o = {}; o.k = 1; Object.assign(o, p); q.r(); function f() { S.a(o); }",
            "const o = {}; o.k = 1; Object.assign(o, p); f() {S.a(o);}",
        ),
        ("let s; function set(v) { s = v; } function f() { S.a(s); }", "let s; set(v) {s = v;} f() {S.a(s);}"),
        (
            "class A { b() { S.a(); } c() { d(); } e = () => 1; }",
            "class A {public e = ?skipped(); public method b() {S.a();}; public method c() {skipped}}",
        ),
        (
            "class A { constructor() { this.s = S; } b() { this.s.a(); } c() {} }",
            "class A {public initializer init() {self.s = S;}; public method b() {self.s.a();}; public method c() {skipped}}",
        ),
        (
            "class A { constructor(private s = S) {} b() { this.s.a(); } }",
            "class A {public initializer init(s = S) {self.s = s;}; public method b() {self.s.a();}}",
        ),
        (
            "class B { x() {} } class A extends S.T {} function f() { new A(); }",
            "f() {new A();} class B {public method x() {skipped}} class A(S.T) {}",
        ),
        ("describe('x', () => { it('y', () => { f(); }); }); it('z', () => { S.a(); });", "it('z', () => {S.a();});"),
    ],
)
def test_what_can_matter_is_lowered(code: str, expected: str) -> None:
    assert kept(code) == expected


def test_a_file_without_a_trigger_word_keeps_only_its_declarations() -> None:
    module = lowered("export const a = f(); export function b(c = 1) { g(); } export default h({});", "a.ts", STORE)
    assert module.body.statements == ()
    assert [function(declared) for declared in module.functions] == ["b(c = 1) {skipped}"]
    assert [made.name for made in module.exports] == ["a", "b", "default"]


def test_imported_local_names_are_what_a_store_is_called_by() -> None:
    module = lowered("import { set as put } from 'expo-secure-store'; function f() { put(); } function g() { set(); }", "a.ts", STORE)
    assert [function(declared) for declared in module.functions] == ["f() {put();}", "g() {skipped}"]


def test_many_names_are_followed_as_few_are() -> None:
    code = "".join(f"function f{index}() {{ f{index + 1}(); }} " for index in range(300)) + "function f300() { S.a(); } function g() {}"
    texts = kept(code)
    assert "f0() {f1();}" in texts
    assert "g() {skipped}" in texts
