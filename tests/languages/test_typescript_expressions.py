"""Values of TypeScript and JavaScript in the neutral program."""

from __future__ import annotations

import inspect
import sys
from contextlib import suppress

import pytest
from typescript_text import body, lowered, value

from keylint.languages import NotParsed
from keylint.program import nodes as n


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "'a\\n\\x41\\u0042\\u{1F600}\\ud83d\\ude00\\q'",
            repr("a\nAB\U0001f600\U0001f600q"),
        ),
        ("'\\ud800!'", repr("\ufffd!")),
        ("0x1f", "31"),
        ("1_000", "1000"),
        ("1.5e3", "1500.0"),
        ("10n", "10"),
        ("-7", "-7"),
        ("undefined", "None"),
        ("null", "None"),
        ("true", "True"),
        ("`plain\\t${'x'}`", "`'plain\\t' 'x'`"),
        ("`plain`", "'plain'"),
        ("``", "''"),
        ("`${a}`", "`a`"),
        ("tag`x${y}`", "tag('x', y)"),
        ("/a+/g", "?regex()"),
    ],
)
def test_literals(code: str, expected: str) -> None:
    assert value(code) == expected


@pytest.mark.parametrize(
    "code",
    ["(k)", "k!", "k as const", "k satisfies T", "(k as unknown as T)!", "Object.freeze(k)", "Object.freeze(k as const)"],
)
def test_wrappers_that_change_nothing_are_gone(code: str) -> None:
    assert value(code) == "k"


def test_a_type_assertion_is_transparent() -> None:
    assert value("<any>k", "a.ts") == "k"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a ?? b", "(default a b)"),
        ("a || b && c", "(or a (and b c))"),
        ("!a", "(not a)"),
        ("a === b", "(== a b)"),
        ("a !== b", "(!= a b)"),
        ("a instanceof B", "(is a B)"),
        ("'k' in o", "(in 'k' o)"),
        ("delete o.k", "(delete o.k)"),
        ("void f()", "(void f())"),
        ("a << b", "?binary <<(a, b)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("(a(), b)", "?sequence(a(), b)"),
        ("(0, a.b)(c)", "a.b(c)"),
        ("await f()", "(await f())"),
        ("this.a", "self.a"),
        ("this.#a", "self.#a"),
        ("a?.b", "a?.b"),
        ("a?.[b]", "a?.[b]"),
        ("a?.(b)", "a?.(b)"),
        ("a[b]", "a[b]"),
        ("new A", "new A()"),
        ("new A.B(c)", "new A.B(c)"),
        ("f<T>(...a, b)", "f(*a, b)"),
        ("await import('x')", "(await import('x'))"),
        ("require('x').y", "require('x').y"),
        ("i++", "?update(i += 1)"),
        ("--i", "i -= 1"),
        ("[a, , ...b]", "[a, None, ...b]"),
    ],
)
def test_operators_and_calls(code: str, expected: str) -> None:
    assert value(code) == expected


def test_objects_keep_keys_spreads_and_methods() -> None:
    code = "{ a, b: 1, 'c-d': 2, [e]: 3, 4: 5, ...f, undefined, async g() { h(); }, get i() { return 1; }, j: () => k }"
    assert value(f"({code})") == (
        "{a: a, b: 1, c-d: 2, [e]: 3, 4: 5, ...f, undefined: None, g: async method g() {h();}, "
        "i: ?getter(getter i() {return 1;}), j: () => {return k;}}"
    )


def test_promise_chains() -> None:
    code = "get(k).then(v => use(v)).catch(() => null).finally(done)"
    assert value(code) == "get(k).then((v) => {return use(v);}).catch(() => {return None;}).finally(done)"


def test_arrows_do_not_bind_this_and_function_expressions_do() -> None:
    assert value("async ({ a }) => { await a; }") == "async({a: a}) => {(await a);}"
    assert value("function* named(a) { yield a; yield; }") == "*(a) {(yield a); (yield);}"


def test_jsx_elements_are_calls() -> None:
    code = '<A.B s="x &amp; y\\n" on={f} flag {...rest}> text {child} {/* nothing */}<div/> {...more}</A.B>'
    assert value(code) == "#A.B(s='x & y\\\\n', on=f, flag=True, **rest, child, #div(), *more)"
    assert value("<><a/>{b}</>") == "[#a(), b]"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const a = 1, b = 2;", "const a = 1; const b = 2;"),
        ("let a: string | undefined;", "let a: string;"),
        ("var a = 1;", "var a = 1;"),
        ("a = b = c;", "a = b = c;"),
        ("a ??= b;", "a default= b;"),
        ("a ||= b; a &&= c; a += d;", "a or= b; a and= c; a += d;"),
        ("a <<= b;", "a = ?binary <<(a, b);"),
        ("using a = f();", "const a = f();"),
        ("await using a = f();", "const a = f();"),
        ("const { a, b: c, d = 1, e: { f = 2 }, [g]: h, ...i } = j;", "const {a: a, b: c, d: d ?= 1, e: {f: f ?= 2}, [g]: h, ...i} = j;"),
        ("const [a, , b = 1, ...c] = d;", "const [a, _, b ?= 1, ...c] = d;"),
        ("({ a, b: c.d } = e);", "{a: a, b: c.d} = e;"),
        ("[a, b] = [b, a];", "[a, b] = [b, a];"),
    ],
)
def test_assignments(code: str, expected: str) -> None:
    assert body(code) == expected


def test_spans_count_bytes_after_emoji_and_byte_order_mark() -> None:
    module = lowered("\ufeff// 🔑\r\nconst k = '🔑' + f(1);\r\n")
    statement = module.body.statements[0]
    assert isinstance(statement, n.Evaluate)
    assert isinstance(statement.value, n.Assign)
    assert isinstance(statement.value.value, n.Operation)
    data = "// 🔑\r\nconst k = '🔑' + f(1);\r\n".encode()
    assert [data[slice(*operand.span)] for operand in statement.value.value.operands] == ["'🔑'".encode(), b"f(1)"]


@pytest.mark.parametrize(
    "code",
    [
        "x = " + " + ".join(["a()"] * 5000) + ";",
        "x = f()" + ".then(g)" * 5000 + ";",
        "x = " + "(" * 5000 + "a()" + ")" * 5000 + ";",
        "x = " + "[" * 3000 + "]" * 3000 + ";",
        "x = " + "{a:" * 3000 + "1" + "}" * 3000 + ";",
        "x = " + "!" * 3000 + "a();",
        "x = " + "a ? b : " * 3000 + "c;",
        "x = " + "() => " * 3000 + "1;",
        "x = " + "a = " * 3000 + "1;",
        "{" * 3000 + "a();" + "}" * 3000,
        "if (a) b(); else " * 3000 + "c();",
        "if (a) " * 3000 + "c();",
        "<a>" * 1000 + "</a>" * 1000,
        "var " + "[" * 2000 + "a" + "]" * 2000 + " = b;",
        "class A { m() {" * 500 + "}}" * 500,
        "namespace A {" * 500 + "}" * 500,
        "(a" * 3000,
        "f({" * 3000,
    ],
    ids=lambda code: code[:20].strip(),
)
def test_depth_is_bounded(code: str) -> None:
    with suppress(NotParsed):
        lowered(code, words=(b"a",))


def test_depth_needs_a_bounded_part_of_the_stack() -> None:
    limit = sys.getrecursionlimit()
    depth = len(inspect.stack())
    sys.setrecursionlimit(depth + 700)
    try:
        for code in (
            "[" * 3000 + "]" * 3000,
            "() => {" * 900 + "}" * 900,
            "f(" * 2000 + ")" * 2000,
            "{a(){return " * 500 + "1" + "}}" * 500,
        ):
            lowered(f"x = {code};", words=(b"x",))
    finally:
        sys.setrecursionlimit(limit)


def test_the_start_of_a_long_chain_is_still_called() -> None:
    text = value("set(k, v)" + ".then(f)" * 500)
    assert "set(k, v)" in text
    assert text.count("f") > 490
