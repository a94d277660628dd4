from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from swift_program import body, function, module, types

from keylint.languages.swift import comments, lower
from keylint.source import Source


def test_code_around_what_the_grammar_does_not_know_is_lowered() -> None:
    code = "func f() {\n  a()\n  let ) = 3 §\n  b()\n}\nfunc g() { c() }"
    found = module(code)
    text = " ".join(function(each) for each in found.functions)
    assert "a()" in text
    assert "b()" in text
    assert "c()" in text
    assert found.gaps


def test_a_gap_covers_the_lost_tokens_only() -> None:
    code = "func f() { do { try a() } catch is Q, D.e(let w) { b() } }"
    found = module(code)
    lost = [code[slice(*gap.span)] for gap in found.gaps]
    assert lost
    assert all(len(each) < 12 for each in lost)
    assert "b()" in function(found.functions[0])


def test_an_unclosed_class_still_has_its_methods() -> None:
    found = module("class A {\n func f() { a() }\n func g() { b() }\n")
    text = " ".join([function(each) for each in found.functions] + types("class A {\n func f() { a() }\n func g() { b() }\n"))
    assert "a()" in text
    assert "b()" in text


@pytest.mark.parametrize(
    "code",
    [
        "(" * 5000,
        "let x = " + "(" * 3000 + "1" + ")" * 3000,
        "let x = " + "[" * 3000,
        "f { " * 1500 + " }" * 1500,
        "if a { " * 1500 + " }" * 1500,
        "let x = " + " + ".join(["a"] * 5000),
        "let x = a" + ".b()" * 5000,
        "let x = " + "!" * 3000 + "a",
        "let x = " + "a ? b : " * 2000 + "c",
        "if a { } " + "else if b { } " * 2000,
        "class A { " * 1500,
        "#if A\n" * 1500,
        "#if A\na()\n#endif\n" * 500,
        "#if A\n" * 300 + "a()\n" + "#endif\n" * 300,
        "let x = \"" + "\\(\"" * 1000,
        "/*" * 5000,
        "switch x { case " + "(" * 1000,
        "let x: " + "[" * 2000 + "Int",
        "\x00\x01",
        "",
    ],
)
def test_no_depth_and_no_noise_is_too_much(code: str) -> None:
    lower(Source("a.swift", code.encode()), [b""])
    comments(Source("a.swift", code.encode()))


def test_a_long_chain_keeps_the_calls_in_it() -> None:
    (only,) = body("_ = a" + ".b()" * 200 + ".c { SecItemAdd(q, nil) }")
    assert "SecItemAdd(q, nil)" in only


def test_comments() -> None:
    code = 'let a = "// no" // yes\n/* one\n two */\nlet b = #"/* no"#\n  // alone\nlet c = "\\(f("//no"))" /* last */'
    found = comments(Source("a.swift", code.encode()))
    assert [(each.text, each.alone) for each in found] == [
        ("// yes", False),
        ("/* one\n two */", True),
        ("// alone", True),
        ("/* last */", False),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nonisolated(unsafe) var x = 1\ng(x)", ["var x = 1", "g(x)"]),
        ("self._$id.f()", ["self._$id.f()"]),
        (
            "switch r {\ncase .success(): a()\ncase .failure(let e): b()\n}",
            ["switch r [case .success: {a()}] [case .failure let(e): {b()}]"],
        ),
        ("#error(\"no\")\na()", ["fatalError()", "a()"]),
        ("scope(Store(), action: /Action.child)", ["scope(Store(), action: Action.child)"]),
        ("switch x { default: () }", ["switch x [case _: {[]}]"]),
    ],
)
def test_syntax_that_the_grammar_does_not_know(code: str, expected: list[str]) -> None:
    assert body(code) == expected
    assert not module("func f() {\n" + code + "\n}").gaps


def test_sending_results() -> None:
    (only,) = module("func f<R>(_ g: () async throws -> sending R) { g() }").functions
    assert function(only) == "function f(_ g: () async throws -> R) {g()}"


_PIECES = [
    "func f() ",
    "class A ",
    "let x = ",
    "if let y = z, ",
    "switch q { case .a(let b): ",
    "default: ",
    "guard a else ",
    "#if A\n",
    "\n#else\n",
    "\n#endif\n",
    "fallthrough\n",
    "return ",
    "try? ",
    "await ",
    "a.b",
    "(",
    ")",
    "[k: v, ",
    "]",
    "{ ",
    " }",
    '"t\\(',
    '"',
    '"""\n',
    "/*",
    "*/",
    "$0",
    " ?? ",
    " ? ",
    " : ",
    "!",
    "&",
    "<",
    ">",
    "é",
    "\n",
    ";",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join) | st.text(max_size=60))
def test_anything_is_lowered(code: str) -> None:
    data = code.encode("utf-8", "replace")
    found = lower(Source("a.swift", data), [b""])
    comments(Source("a.swift", data))
    assert all(0 <= gap.span.start < gap.span.end <= len(data) for gap in found.gaps)
