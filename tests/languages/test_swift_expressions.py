from __future__ import annotations

import pytest
from swift_program import body, value

from keylint.program import nodes as n


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a == b && c || d", "(((a == b) and c) or d)"),
        ("a == x || a == y", "((a == x) or (a == y))"),
        ("a ?? b != c", "((a default b) != c)"),
        ("a ?? b ?? c", "(a default (b default c))"),
        ("a - b - c * d", "((a - b) - (c * d))"),
        ("!a.b()", "(not a.b())"),
        ("!(a && b)", "(not (a and b))"),
        ("q ? .a : .b ?? c", "(q ? .a : (.b default c))"),
        ("p ? a : q ? b : c", "(p ? a : (q ? b : c))"),
        ("a === b", "(a == b)"),
        ("x is T", "(x is T)"),
        ("a <> b", "<<> a b>"),
        ("0..<n", "<..< 0 n>"),
    ],
)
def test_operators_bind_as_in_swift(code: str, expected: str) -> None:
    assert value(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("query as CFDictionary", "query"),
        ("x as! [String: Any]", "x"),
        ("x!.y!", "x.y"),
        ("try f()", "f()"),
        ("try! f()", "f()"),
        ("(a)", "a"),
        ("consume x", "x"),
        ("try? f() as? T", "try?(cast?(f()))"),
        ("try? f().g ?? h", "try?((f().g default h))"),
        ("(try? f()) ?? h", "(try?(f()) default h)"),
        ("try await f()!", "await f()"),
        ("a as? B ?? c", "(cast?(a) default c)"),
    ],
)
def test_wrappers_vanish_and_failures_stay(code: str, expected: str) -> None:
    assert value(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("[:]", "[:]"),
        ("[String: Any]()", "[:]"),
        ("Dictionary<K, V>()", "[:]"),
        ("[T]()", "[]"),
        ("Array<T>()", "[]"),
        ("Set<T>()", "[]"),
        ("[Int](xs)", "Array(xs)"),
        ("[kA: 1, b as String: kX!]", "[kA: 1, b: kX]"),
        ("[1, [2]]", "[1, [2]]"),
        ("(a: 1, 2)", "[1, 2]"),
        ("t.0", "t.0"),
        ("a.b?.c?[0]", "a.b?.c?[0]"),
        ("a?.b?(c)", "a?.b?(c)"),
        ("d[k, default: 0]", "d.subscript(k, default: 0)"),
        (".whenUnlocked", ".whenUnlocked"),
        (".init(rawValue: 1)", ".init(rawValue: 1)"),
        ("Foo<Int>.bar(1)", "Foo.bar(1)"),
        ("A.B<Int>(x)", "A.B(x)"),
        ("f(a:b:)", "f"),
        ("[String: Int].self", "Dictionary.self"),
        ("f(&x, y: &z.w)", "f(&x, y: &z.w)"),
        ("a.map(\\.name)", "a.map(<key_path_expression>)"),
    ],
)
def test_calls_collections_and_members(code: str, expected: str) -> None:
    assert value(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nil", None),
        ("true", True),
        ("-25_300", -25300),
        ("0xFF", 255),
        ("0b11", 3),
        ("1.5e2", 150.0),
        (r'"a\n\u{41}\"\\"', 'a\nA"\\'),
        (r'#"raw \n "x" \#n"#', 'raw \\n "x" \n'),
        ('"""\n  a\n    b\\\n  c\n  """', "a\n  bc"),
        ('"""\n  """', ""),
        ('"é😀"', "é😀"),
    ],
)
def test_literals(code: str, expected: object) -> None:
    from swift_program import module

    (statement,) = module(f"let x = {code}").body.statements
    assert isinstance(statement, n.Evaluate)
    assert isinstance(statement.value, n.Assign)
    assert isinstance(statement.value.value, n.Literal)
    assert statement.value.value.value == expected
    assert type(statement.value.value.value) is type(expected)


def test_interpolation_keeps_the_text_around_it() -> None:
    assert value(r'"a \(x) b\(f("c")) "') == "`a {x} b{f('c')} `"
    assert value(r'#"a \(x) \#(y)"#') == r"`a \(x) {y}`"
    assert value(r'"\(x, privacy: .public)!"') == "`{x}{.public}!`"


def test_closures() -> None:
    assert value("xs.map { $0 + $1 }") == "xs.map(~($0, $1) => {return ($0 + $1)})"
    assert value("xs.map { a, b in a }") == "xs.map(~(a, b) => {return a})"
    assert value("f { x = 1 }") == "f(~() => {x = 1})"
    assert value("f { a(); b() }") == "f(~() => {a(); b()})"
    assert value("f { if a { b() } else { c() } }") == "f(~() => {if a {b()} else {c()}})"
    assert value("f { () -> Int in if a { 1 } else { 2 } }") == "f(~() => {if a {return 1} else {return 2}})"
    assert value("f(1) { a() } then: { b() }") == "f(1, ~() => {return a()}, ~then: () => {return b()})"
    assert value("f { g { $1 } }") == "f(~() => {return g(~($0, $1) => {return $1})})"
    assert value("Task { @MainActor [weak self] in await self?.x() }") == "Task(~MainActor [self] () => {return await self?.x()})"
    assert value("{ [q = p] () async in q.run() }") == "async [q] () => {let q = p; return q.run()}"


def test_assignments() -> None:
    assert body("x += y ?? z") == ["x += (y default z)"]
    assert body('d["a"] = nil') == ["d['a'] = nil"]
    assert body("(a, b) = (b, a)") == ["[a, b] = [b, a]"]
    assert body("foo.bar! = 3") == ["foo.bar = 3"]
    assert body("_ = try? f()") == ["_ = try?(f())"]


def test_if_and_switch_expressions() -> None:
    assert value("if x { 1 } else if y { 2 } else { 3 }") == "(x ? 1 : (y ? 2 : 3))"
    assert value("switch y { case .a, .b: 1\n case .c: 2\n default: 3 }") == "(((y == .a) or (y == .b)) ? 1 : ((y == .c) ? 2 : 3))"
    assert value("if let x { x } else { 3 }") == "() => {{if (let x = x) {return x} else {return 3}}}()"
    assert value("switch f() { case .a: 1\n default: 3 }") == "() => {switch f() [case .a: {return 1}] [case _: {return 3}]}()"


def test_spans_are_bytes_of_the_source() -> None:
    from swift_program import module

    code = 'let x = "é" + foo.bar(1)'
    (statement,) = module(code).body.statements
    assert isinstance(statement, n.Evaluate)
    assert isinstance(statement.value, n.Assign)
    operation = statement.value.value
    assert isinstance(operation, n.Operation)
    call = operation.operands[1]
    assert code.encode()[call.span.start : call.span.end] == b"foo.bar(1)"
    assert isinstance(call, n.Call)
    assert isinstance(call.callee, n.Member)
    assert code.encode()[slice(*call.callee.name_span)] == b"bar"
