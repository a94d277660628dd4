from __future__ import annotations

from swift_program import body, function, module, statement, types, value


def test_statements_of_every_branch() -> None:
    code = "#if DEBUG\na()\n#elseif os(iOS) && swift(>=5)\nb()\n#else\nc()\n#endif\nd()"
    assert body(code) == ["if DEBUG {a()} else {if os(iOS) && swift(>=5) {b()} else {c()}}", "d()"]


def test_nested_groups() -> None:
    code = "#if A\na()\n#if B\nb()\n#endif\n#else\nc()\n#endif"
    assert body(code) == ["if A {a(); if B {b()}} else {c()}"]


def test_a_bare_return_does_not_swallow_the_next_branch() -> None:
    assert body("#if A\nreturn\n#else\nb()\n#endif") == ["if A {return} else {b()}"]


def test_dictionary_entries() -> None:
    assert value("[\na: b,\n#if os(iOS)\nc: d,\n#endif\ne: f\n]") == "[a: b, #if os(iOS) <c: d | >, e: f]"
    assert value("[\na: b,\n#if X\nc: d\n#else\nc: e\n#endif\n]") == "[a: b, #if X <c: d | c: e>]"
    assert value("[\n#if X\nc: d,\n#elseif Y\nc: e,\n#else\nc: f,\n#endif\ng: h]") == "[#if X <c: d | c: e | c: f>, g: h]"


def test_call_chains_take_the_first_branch() -> None:
    assert value("x.foo()\n  #if A\n  .bar()\n  #else\n  .qux()\n  #endif\n  .baz()") == "x.foo().bar().baz()"


def test_arguments_take_the_first_branch() -> None:
    assert value("f(a,\n #if X\n b: 1\n #else\n b: 2\n #endif\n)") == "f(a, b: 1)"


def test_cases_and_fallthrough() -> None:
    code = "switch x {\n case .a:\n  #if D\n  foo()\n  fallthrough\n  #else\n  bar()\n  #endif\n"
    code += " #if E\n case .b: c()\n #endif\n default: d()\n}"
    cases = ["[case .a: {if D {foo()} else {bar(); break}} fallthrough]", "[case .b: {c()}]", "[case _: {d()}]"]
    assert body(code) == ["switch x " + " ".join(cases)]


def test_a_class_around_an_indented_directive_stays() -> None:
    code = "class A {\n  #if os(iOS)\n  func f() {}\n  #else\n  func g() {}\n  #endif\n  let x = 1\n}"
    assert types(code) == ["class A", "  let x = 1", "  @os(iOS) method f() {}", "  @!os(iOS) method g() {}"]


def test_torn_brackets_cost_the_other_branch_only() -> None:
    (only,) = module("func f() {\n#if D\nif x {\n#else\nif y {\n#endif\nz()\n}\n}").functions
    assert function(only) == "function f() {if x {z()}}"


def test_directives_in_text_are_text() -> None:
    assert body('let s = """\n#if A\n"""\n/*\n#if B\n*/\nf()') == ["let s = '#if A'", "f()"]


def test_an_unclosed_group_is_ignored() -> None:
    assert "a()" in body("#if A\na()")


def test_a_file_may_begin_with_a_group() -> None:
    found = module("#if A\na()\n#else\nb()\n#endif\nc()")
    assert [statement(each) for each in found.body.statements] == ["if A {a()} else {b()}", "c()"]
