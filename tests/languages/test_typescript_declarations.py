"""Functions, classes, enums, namespaces, imports and exports of TypeScript and JavaScript."""

from __future__ import annotations

import pytest
from typescript_text import body, expression, function, lowered, type_declaration


def functions(code: str) -> list[str]:
    return [f"{declared.visibility} {function(declared)}" for declared in lowered(code, "a.ts").functions]


def types(code: str) -> list[str]:
    return [f"{declared.visibility} {type_declaration(declared)}" for declared in lowered(code, "a.ts").types]


def imports(code: str) -> list[tuple[str, str, str | None]]:
    return [(bound.module, bound.name, bound.local) for bound in lowered(code, "a.ts").imports]


def exports(code: str, path: str = "a.ts") -> list[tuple[str, str | None, str | None, str]]:
    return [
        (made.name, made.local, made.module, "" if made.value is None else expression(made.value)) for made in lowered(code, path).exports
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("function f(a: string, b?: number, c = 1, ...d: X[]): void {}", "private f(a: string, b?: number, c = 1, *d: X[]): void {}"),
        ("function f(a: string | undefined, b: A.B<C> | null) {}", "private f(a?: string, b?: A.B) {}"),
        ("function f({ a, b = 1 }: P = {}, [c]: Q) {}", "private f({a: a, b: b ?= 1}: P = {}, [c]: Q) {}"),
        ("function f(this: Window, a: string) {}", "private f(a: string) {}"),
        ("async function f(): Promise<void> { await g(); }", "private async f(): Promise {(await g());}"),
        ("function* f() { yield 1; }", "private f*() {(yield 1);}"),
        ("export function f() {}", "public f() {}"),
        ("export default function () {}", "public default() {}"),
        ("export default async () => { g(); };", "public async default() => {g();}"),
        ("function f() {} export { f as g };", "public f() {}"),
        ("function f() {} export default f;", "public f() {}"),
        ("function f() {} module.exports = { f };", "public f() {}"),
        ("function f() {} exports.g = f;", "public f() {}"),
        ("function f(a: string): void; function f(a: any) { g(a); }", "private f(a: any) {g(a);}"),
        ("function f() { g(); function g() {} }", "private f() {g(); g() {}}"),
    ],
)
def test_functions(code: str, expected: str) -> None:
    assert functions(code) == [expected]


def test_a_destructured_parameter_has_a_made_up_name() -> None:
    first, second = lowered("function f({ a }, { b }) {}").functions[0].parameters
    assert first.name != second.name
    assert not first.name.isidentifier()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A extends B<T> implements C, D.E {}", "private class A(B, C, D.E) {}"),
        (
            "class A { constructor(private readonly key: string, public n = 1, x) { super(x); } }",
            "private class A {public initializer init(key: string, n = 1, x) {self.key = key; self.n = n; super(x);}}",
        ),
        (
            "class A { static #a = 1; private readonly b?: string = 'x'; protected c; d = () => this.b; }",
            "private class A {private static #a = 1; private const b: string = 'x'; internal c; public d = () => {return self.b;}}",
        ),
        (
            "class A { get a() { return 1; } set a(v) { f(v); } static get b() { return 2; } }",
            "private class A {public a {getter a() {return 1;}} {setter a(v) {f(v);}}; "
            "public static const b {static getter b() {return 2;}}}",
        ),
        ("class A { static { f(); } }", "private class A {private static method static() {f();}}"),
        ("class A { async *#m() {} }", "private class A {private async method #m*() {}}"),
        ("export const A = class extends B { m() {} };", "public class A(B) {public method m() {}}"),
        (
            "enum E { A = 'a', B, 'C-D' = 1 << 2 }",
            "private enum E {public static case A = 'a'; public static case B; public static case C-D = ?binary <<(1, 2)}",
        ),
        ("export const enum E { A }", "public enum E {public static case A}"),
        ("declare enum E { A = 1 }", "private enum E {public static case A = 1}"),
        ("namespace A.B { export const c = 1; }", "private enum A {enum A.B {public static const c = 1}}"),
    ],
)
def test_types(code: str, expected: str) -> None:
    assert types(code) == [expected]


def test_abstract_methods_have_no_body_and_overloads_are_gone() -> None:
    assert types("abstract class A { abstract f(): void; g(a: string): void; g(a: any) { super.g(a); } }") == [
        "private class A {public method f(): void {;}; public method g(a: any) {super.g(a);}}"
    ]


def test_decorators_are_attributes() -> None:
    assert types("@d({ a: 1 }) export class A { @p() b; @q async c() {} }") == [
        "public @d({a: 1}) class A {@p() public b; public @q async method c() {}}"
    ]


def test_computed_and_quoted_member_names() -> None:
    assert types("export default class { 'm-n'() {} ['o']() {} [p]() {} }") == [
        "public class default {public method m-n() {}; public method o() {}; public method [p]() {}}"
    ]


def test_members_of_a_namespace_are_static_and_see_each_other() -> None:
    code = "export namespace N { const a = 1; export function f() { return a; } class C {} enum E { X } g(); }"
    assert types(code) == [
        "public enum N {private static const a = 1; public static f() {return a;}; internal static method static() {g();}; "
        "class N.C {}; enum N.E {public static case X}}"
    ]
    assert lowered(code).types[0].functions[0].implicit_self


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import * as S from 'm';", [("m", "*", "S")]),
        ("import d, { a, b as c } from 'm';", [("m", "default", "d"), ("m", "a", "a"), ("m", "b", "c")]),
        ("import { default as d, 'x-y' as e } from 'm';", [("m", "default", "d"), ("m", "x-y", "e")]),
        ("import 'm';", [("m", "*", None)]),
        ("import type { A } from 'm'; import type B from 'm'; import type * as C from 'm';", []),
        ("import { type A, b } from 'm';", [("m", "b", "b")]),
        ("import { type as t } from 'm';", [("m", "type", "t")]),
        ("import type from 'm';", [("m", "default", "type")]),
        ("import r = require('m');", [("m", "*", "r")]),
        ("import j from './j.json' with { type: 'json' };", [("./j.json", "default", "j")]),
    ],
)
def test_imports(code: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert imports(code) == expected


def test_require_and_dynamic_import_stay_in_the_code() -> None:
    assert body("const { a } = require('m'); const b = await import('n');") == "const {a: a} = require('m'); const b = (await import('n'));"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("export const a = 1, { b, c: [d] } = e;", [("a", "a", None, ""), ("b", "b", None, ""), ("d", "d", None, "")]),
        ("export function f() {} export class C {}", [("f", "f", None, ""), ("C", "C", None, "")]),
        ("export default function f() {}", [("default", "f", None, "")]),
        ("export default class {}", [("default", "default", None, "")]),
        ("export default memo(A);", [("default", None, None, "memo(A)")]),
        ("export default a as B;", [("default", "a", None, "")]),
        ("export { a, b as c, d as default, type E };", [("a", "a", None, ""), ("c", "b", None, ""), ("default", "d", None, "")]),
        ("export { a, default as b } from 'm';", [("a", "a", "m", ""), ("b", "default", "m", "")]),
        ("export * from 'm'; export * as n from 'm';", [("*", None, "m", ""), ("n", "*", "m", "")]),
        ("export type { A } from 'm'; export type B = C; export interface D {} export type * from 'm';", []),
        ("export = a;", [("default", "a", None, "")]),
        ("export enum E { A }", [("E", "E", None, "")]),
        ("export import a = b.c;", [("a", "a", None, "")]),
        (
            "module.exports = { a, b: c, d() {}, ...require('m') };",
            [
                ("default", None, None, "{a: a, b: c, d: method d() {}, ...require('m')}"),
                ("a", "a", None, ""),
                ("b", "c", None, ""),
                ("d", None, None, "method d() {}"),
                ("*", None, "m", ""),
            ],
        ),
        ("module.exports = a;", [("default", "a", None, "")]),
        ("module.exports.a = exports.b = () => 1;", [("a", None, None, "() => {return 1;}"), ("b", None, None, "() => {return 1;}")]),
        ("module.exports = require('m');", [("default", None, None, "require('m')"), ("*", None, "m", "")]),
    ],
)
def test_exports(code: str, expected: list[tuple[str, str | None, str | None, str]]) -> None:
    assert exports(code) == expected


def test_what_is_exported_also_stays_in_the_code() -> None:
    assert body("export const a = 1; exports.b = a;") == "const a = 1; exports.b = a;"
