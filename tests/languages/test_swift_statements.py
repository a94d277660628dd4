from __future__ import annotations

import pytest
from swift_program import body, function, module, statement


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if a { b() } else if c { } else { d() }", "if a {b()} else {if c {} else {d()}}"),
        ("if let x = e, c { }", "{if ((let x = e) and c) {}}"),
        ("if let x { }", "{if (let x = x) {}}"),
        ("if case .some(let y) = z { }", "{if (z matches .some let(y)) {}}"),
        ("if case let y? = z { }", "{if (let y = z) {}}"),
        ("if #available(iOS 13, *) { }", "if #available(iOS 13, *) {}"),
        ("guard let self else { return }", "if (let self = self) {} else {return}"),
        ("guard let self = self, a == b else { return nil }", "if ((let self = self) and (a == b)) {} else {return nil}"),
        ("while let n = it.next() { f(n) }", "loop while (let n = it.next()) {f(n)}"),
        ("repeat { x += 1 } while x < 3", "loop once while (x < 3) {x += 1}"),
        ("for x in xs where x > 1 { f(x) }", "loop x in xs {if (x > 1) {f(x)}}"),
        ("for (k, v) in d { }", "loop [k, v] in d {}"),
        ("for try await x in xs() { }", "loop x in await xs() {}"),
        ("for case .a(let x) in xs { }", "loop $element in xs {if ($element matches .a let(x)) {}}"),
        ("outer: for x in xs { continue outer }", "outer: loop x in xs {continue outer}"),
        ("do { a() }", "{a()}"),
        ("do { try a() } catch { b(error) }", "try {a()} catch error {b(error)}"),
        ("do { try a() } catch E.x { } catch let e as T where e.c { }", "try {a()} catch error: E.x {} catch e: T where e.c {}"),
        ("do { try a() } catch let E.x(s) { f(s) } catch let e { }", "try {a()} catch error: E.x let(s) {f(s)} catch e {}"),
        ("do { try a() } catch is T { b() }", "try {a()} catch error: T {b()}"),
        ("defer { lock.unlock() }", "defer {lock.unlock()}"),
        ("throw E.x(status)", "raise E.x(status)"),
        ("let (a, b) = f()", "let [a, b] = f()"),
        ("var x: [String: Any]?", "var x: [String: Any]"),
        ("async let x = f()", "async let x = f()"),
        ("let x: Int", "let x: Int"),
        ("func g(_ x: Int = 1) -> Int { x }", "<function g(_ x: Int = 1) -> Int {return x}>"),
        ("var c: Int { 1 }", "<getter c() -> Int {return 1}>"),
        ("struct S { let a = 1 }", "<struct S;   let a = 1>"),
    ],
)
def test_statements(code: str, expected: str) -> None:
    assert body(code) == [expected]


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ("case .a, .b: f()", "[case .a | .b: {f()}]"),
        ("case .a: f(); fallthrough\n default: g()", "[case .a: {f()} fallthrough] [case _: {g()}]"),
        ("case .success(let x) where x > 1: f()", "[case .success let(x) where (x > 1): {f()}]"),
        ("case .success(()): f()", "[case .success: {f()}]"),
        ("case .failure(.lost): f()", "[case .failure(.lost): {f()}]"),
        ("case let .a(p, q): f()", "[case .a let(p, q): {f()}]"),
        ("case let x: f()", "[case _ let(x): {f()}]"),
        ("case _: f()", "[case _: {f()}]"),
        ("case nil: f()", "[case nil: {f()}]"),
        ("case let x?: f()", "[case <optional_pattern> let(x): {f()}]"),
        ("case is T: f()", "[case <cast_pattern>: {f()}]"),
        ("case let y as T: f()", "[case <cast_pattern> let(y): {f()}]"),
        ("case (.a, 1): f()", "[case [.a, 1]: {f()}]"),
        ("case (_, 1): f()", "[case <tuple_pattern <pattern> 1>: {f()}]"),
        ("case errSecSuccess: f()\n @unknown default: break", "[case errSecSuccess: {f()}] [case _: {break}]"),
        ("case 1...3: f()", "[case <... 1 3>: {f()}]"),
    ],
)
def test_switch(cases: str, expected: str) -> None:
    assert body(f"switch s {{ {cases} }}") == [f"switch s {expected}"]


def test_only_a_function_with_a_result_returns_its_lone_expression() -> None:
    first, second, third = module("func f() { g() }\nfunc f() -> Int { g() }\nfunc f() -> Void { g() }").functions
    assert function(first) == "function f() {g()}"
    assert function(second) == "function f() -> Int {return g()}"
    assert function(third) == "function f() -> Void {g()}"


def test_a_lone_if_with_else_is_the_result() -> None:
    (only,) = module("func f() -> Int { if a { 1 } else { return 2 } }").functions
    assert function(only) == "function f() -> Int {if a {return 1} else {return 2}}"


def test_top_level_code_runs_in_order() -> None:
    found = module("let a = 1\nprint(a)\nif a > 0 { exit(1) }")
    assert [statement(each) for each in found.body.statements] == ["let a = 1", "print(a)", "if (a > 0) {exit(1)}"]


def test_carriage_returns_are_line_ends() -> None:
    assert body("a()\r\nlet s = \"\"\"\r\n  x\r\n  y\r\n  \"\"\"\r\nb()") == ["a()", "let s = 'x\\ny'", "b()"]


def test_a_fallthrough_inside_a_branch_marks_its_case() -> None:
    (only,) = body("switch s { case .a:\n if x {\n fallthrough\n }\n default: g() }")
    assert only == "switch s [case .a: {if x {fallthrough}} fallthrough] [case _: {g()}]"
