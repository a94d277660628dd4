"""Python statements and imports in the neutral program."""

from __future__ import annotations

import sys

import pytest
from python_rendering import body, imports, inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'docstring'\npass", ""),
        ("a = b = c", "var a = var b = c"),
        ("a, (b, *c) = d", "var [a, [b, *c]] = d"),
        ("a.b = c", "a.b = c"),
        ("a['k'] = c", "a['k'] = c"),
        ("a: int = 1", "var a: int = 1"),
        ("a: Optional[int]", "var a: int = -"),
        ("a.b: int", ""),
        ("a += 1", "var a += 1"),
        ("a |= {'k': v}", "var a = {*a, 'k': v}"),
        ("a <<= 1", "var a = ?LShift(a, 1)"),
        ("del a, b['k']", "(delete a); (delete b['k'])"),
        ("global a\na = b = 1", "a = var b = 1"),
        ("nonlocal a\na += 1", "a += 1"),
        ("if a: b()\nelif c: d()\nelse: e()", "if a {b()} else {if c {d()} else {e()}}"),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    b()", "b()"),
        ("while a:\n    break\nelse: b()", "while a {break} else {b()}"),
        ("for a, b in c:\n    continue", "for [a, b] in c {continue}"),
        ("async for a in b: c()", "await for a in b {c()}"),
        ("with a() as b, c: d()", "with a() as b {with c {d()}}"),
        ("async with a as b: c()", "await with a as b {c()}"),
        ("with contextlib.suppress(A, B): c()", "try {c()} except A, B {}"),
        ("with suppress(A): c()", "with suppress(A) {c()}"),
        (
            "try: a()\nexcept (B, C) as e: raise\nexcept D: raise E from e\nexcept: f()\nelse: g()\nfinally: h()",
            "try {a()} except B, C as e {raise -} except D {raise E} except  {f()} else {g()} finally {h()}",
        ),
        ("assert a, b", "if a {} else {raise AssertionError()}"),
        ("return", "return -"),
        ("import a.b as c", "var c = import('a.b')"),
        ("import a.b", "var a = import('a'); import('a.b')"),
        ("from .a import b as c, d", "var c = import('.a').b; var d = import('.a').d"),
        ("def g(): yield a", "generator function g() {yield a}"),
        ("class A(B): x = 1", "class A(B) [static x = 1]"),
    ],
)
def test_statement(text: str, expected: str) -> None:
    assert inside(text) == expected


def test_match() -> None:
    text = (
        "match a:\n"
        "    case 'x' | b.C: d()\n"
        "    case None if e: pass\n"
        "    case [1, *f] | {'k': f, **g}: pass\n"
        "    case H(i=2) as j: pass\n"
        "    case 3 | 4 as k: pass\n"
        "    case m: pass\n"
        "    case _: pass\n"
    )
    assert inside(text) == (
        "switch a {case 'x' | b.C {d()} case None if e {} case ?MatchSequence(1) | ?MatchMapping('k') binding g f {} "
        "case ?MatchClass(H, 2) binding j {} case 3 | 4 binding k {} case _ binding m {} case _ {}}"
    )


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`except*` came with Python 3.11")
def test_exception_groups() -> None:
    assert inside("try: a()\nexcept* B as e: c()") == "try {a()} except B as e {c()}"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type aliases came with Python 3.12")
def test_type_alias_does_nothing() -> None:
    assert inside("type A[T] = list[T]\nb()") == "b()"


@pytest.mark.skipif(sys.version_info < (3, 14), reason="template strings came with Python 3.14")
def test_template_string_is_not_text() -> None:
    assert inside("a = t'x{b}'").startswith("var a = ?TemplateStr(")


def test_assignments_of_the_file() -> None:
    assert body("a = 1\nif b:\n    a = 2\n") == "let a = 1; if b {var a = 2}"


def test_definitions_under_a_condition_stay_in_order() -> None:
    assert body("if a:\n    def f(): return 1\nelse:\n    f = None") == "if a {function f() {return 1}} else {var f = None}"


def test_main_guard_is_a_condition() -> None:
    assert body("if __name__ == '__main__':\n    main()") == "if (== __name__ '__main__') {main()}"


def test_imports() -> None:
    text = (
        "import a\nimport b.c\nimport d.e as f\nfrom g import h, i as j\nfrom . import k\nfrom ..l.m import n\nfrom o import *\n"
        "try:\n    import p\nexcept ImportError:\n    import q as p\n"
        "if typing.TYPE_CHECKING:\n    import r\nelse:\n    import s\n"
        "def f():\n    import t\n"
        "class A:\n    import u\n"
    )
    assert imports(text) == [
        "a:*:a",
        "b:*:b",
        "b.c:*:-",
        "d.e:*:f",
        "g:h:h",
        "g:i:j",
        ".:k:k",
        "..l.m:n:n",
        "o:*:- wildcard",
        "p:*:p",
        "q:*:p",
        "s:*:s",
    ]


def test_import_under_a_condition_is_code_too() -> None:
    text = "try:\n    import a\nexcept ImportError:\n    a = None\n"
    assert body(text) == "try {var a = import('a')} except ImportError {var a = None}"


def test_suppress_is_traced_through_its_import() -> None:
    assert body("from contextlib import suppress as quiet\nwith quiet(A): b()\nwith suppress(A): b()") == (
        "try {b()} except A {}; with suppress(A) {b()}"
    )
