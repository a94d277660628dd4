"""Control flow of TypeScript and JavaScript in the neutral program."""

from __future__ import annotations

import pytest
from typescript_text import body, lowered

from keylint.program import nodes as n


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if (a) b(); else if (c) { d(); } else e();", "if (a) {b();} else {if (c) {d();} else {e();}}"),
        ("if (a) return;", "if (a) {return;}"),
        ("switch (a) { case 1: case 2: f(); break; default: g(); }", "switch (a) {1: {} 2: {f(); break;} default: {g();}}"),
        ("for (const a of b) c(a);", "loop for a of b {c(a);}"),
        ("for (const [a, { b }] of c) {}", "loop for [a, {b: b}] of c {}"),
        ("for (const a in b) {}", "loop for a of Object.keys(b) {}"),
        ("for await (const a of b) {}", "loop await for a of b {}"),
        ("for (let i = 0, j = 1; i < j; i++, j--) f(i);", "{let i = 0; let j = 1; loop while (< i j) after i += 1, j -= 1 {f(i);}}"),
        ("for (;;) {}", "{loop {}}"),
        ("while (a) b();", "loop while a {b();}"),
        ("do { b(); } while (a);", "loop once while a {b();}"),
        ("out: for (const a of b) { continue out; }", "out: loop for a of b {continue out;}"),
        ("out: { break out; }", "out: loop once while False {break out;}"),
        ("try { a(); } catch (e) { b(e); } finally { c(); }", "try {a();} catch e {b(e);} finally {c();}"),
        ("try { a(); } catch { b(); }", "try {a();} catch {b();}"),
        ("try { a(); } catch ({ code, cause: { message } }) {}", "try {a();} catch code, message {}"),
        ("try { a(); } finally { c(); }", "try {a();} finally {c();}"),
        ("throw new E(a);", "throw new E(a);"),
        ("function f() { return a(), b; }", ""),
        ("{ function f() { return a(), b; } }", "{f() {a(); return b;}}"),
        ("if (a) { class B { c() {} } }", "if (a) {class B {public method c() {}}}"),
        ("f(class A { b() {} });", "f(A);"),
        ("a(), b();", "a(); b();"),
        ("with (a) { b(); }", "a; {b();}"),
        ("debugger; ; a();", "a();"),
        ("interface A { b: string } type C = A; declare const d: C; a();", "a();"),
    ],
)
def test_statements(code: str, expected: str) -> None:
    assert body(code) == expected


def test_a_destructured_catch_parameter_names_no_error() -> None:
    statement = lowered("try { a(); } catch ({ code }) {}").body.statements[0]
    assert isinstance(statement, n.Try)
    assert statement.handlers[0].name is None
    assert [name.name for name in statement.handlers[0].binds] == ["code"]


def test_a_long_else_if_chain_keeps_every_branch() -> None:
    text = body("".join(f"if (a === {i}) f{i}(); else " for i in range(500)) + "g();")
    assert all(f"f{i}();" in text for i in range(500))
    assert "g();" in text


def test_classes_in_expressions_are_declared_before_the_statement() -> None:
    text = body("function mix(b) { return class extends b { m() {} } }\nif (x) { const A = class { m() {} }; new A(); }")
    assert text == "if (x) {class A {public method m() {}} new A();}"
