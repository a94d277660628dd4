"""Calls: arguments to parameters, values back, what closures share, and how a call came about."""

from __future__ import annotations

import pytest
from observing import Seen, python, swift, typescript


def short(run: Seen, verb: str = "add") -> tuple[str, list[str | None]]:
    """How the only call of its kind names its class, without what the constants begin with."""
    presence, classes = run.classes(verb)
    return presence, [name.removeprefix("kSecAttrAccessible") if name else None for name in classes]


STORE = (
    "func store(_ cls: CFString?) {\nvar q: [String: Any] = [kSecClass as String: kSecClassGenericPassword]\n"
    "if let cls { q[kSecAttrAccessible as String] = cls }\nSecItemAdd(q as CFDictionary, nil)\n}\n"
)


@pytest.mark.parametrize(
    ("declared", "call", "expected"),
    [
        ("func f(_ c: CFString? = nil) { store(c) }", "f()", ("absent", [])),
        ("func f(_ c: CFString? = nil) { store(c) }", "f(kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("func f(_ c: CFString? = kSecAttrAccessibleAlways) { store(c) }", "f()", ("must", ["Always"])),
        ("func f(_ c: CFString? = kSecAttrAccessibleAlways) { store(c) }", "f(nil)", ("absent", [])),
        ("func f(one: Int = 1, c: CFString? = nil) { store(c) }", "f(c: kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("func f(_ one: Int, with c: CFString?) { store(c) }", "f(1, with: kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("func f(_ all: CFString...) { store(all[0]) }", "f(kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("func f(_ c: () -> CFString) { store(c()) }", "f { kSecAttrAccessibleAlways }", ("must", ["Always"])),
        ("func f(a: () -> Void, c: () -> CFString) { store(c()) }", "f { } c: { kSecAttrAccessibleAlways }", ("must", ["Always"])),
        ("func pick() -> CFString { kSecAttrAccessibleAlways }", "store(pick())", ("must", ["Always"])),
        ("func pick() -> (CFString, Int) { (kSecAttrAccessibleAlways, 1) }", "store(pick().0)", ("must", ["Always"])),
        ("func pick() -> (cls: CFString, n: Int) { (kSecAttrAccessibleAlways, 1) }", "store(pick().cls)", ("must", ["Always"])),
        (
            "func pick(_ f: Bool) -> CFString? { if f { return kSecAttrAccessibleAlways }; return nil }",
            "store(pick(true))",
            ("must", ["Always"]),
        ),
        (
            "func pick(_ f: Bool) -> CFString? { if f { return kSecAttrAccessibleAlways }; return nil }",
            "store(pick(false))",
            ("absent", []),
        ),
        ("func pick(_ f: Bool) -> CFString? { f ? kSecAttrAccessibleAlways : nil }", "store(pick(b))", ("may", ["Always"])),
        (
            "func set(_ c: inout CFString?) { c = kSecAttrAccessibleAlways }",
            "var c: CFString? = nil; set(&c); store(c)",
            ("must", ["Always"]),
        ),
        (
            "func set(_ c: inout CFString?) { if b2() { c = kSecAttrAccessibleAlways } }",
            "var c: CFString? = nil; set(&c); store(c)",
            ("may", ["Always"]),
        ),
        (
            "func set(_ c: CFString?) { var c = c; c = kSecAttrAccessibleAlways }",
            "var c: CFString? = nil; set(c); store(c)",
            ("absent", []),
        ),
        ("enum K { static let c = kSecAttrAccessibleAlways }", "store(K.c)", ("must", ["Always"])),
        ("enum K { enum In { static var c: CFString { kSecAttrAccessibleAlways } } }", "store(K.In.c)", ("must", ["Always"])),
        ("struct S { var c: CFString? }", "store(S(c: kSecAttrAccessibleAlways).c)", ("must", ["Always"])),
        ("struct S { var c: CFString? = nil }", "store(S().c)", ("absent", [])),
        ("struct S { var c: CFString? = nil }", "var a = S(); var e = a; e.c = kSecAttrAccessibleAlways; store(a.c)", ("absent", [])),
        ("class S { var c: CFString? = nil }", "let a = S(); let e = a; e.c = kSecAttrAccessibleAlways; store(a.c)", ("must", ["Always"])),
        ("class S { let c: CFString; init(_ x: CFString) { c = x } }", "store(S(kSecAttrAccessibleAlways).c)", ("must", ["Always"])),
        (
            "class B { var c: CFString? { nil } }\nclass S: B { override var c: CFString? { kSecAttrAccessibleAlways } }",
            "store(S().c)",
            ("must", ["Always"]),
        ),
        (
            "protocol P { }\nextension P { func c() -> CFString { kSecAttrAccessibleAlways } }\nstruct S: P { }",
            "store(S().c())",
            ("must", ["Always"]),
        ),
        ("func f(_ c: CFString?) { store(c) }", "let g = f; g(kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("func make() -> (CFString?) -> Void { { store($0) } }", "make()(kSecAttrAccessibleAlways)", ("must", ["Always"])),
        ("func outer(_ c: CFString?) -> () -> Void { { store(c) } }", "outer(kSecAttrAccessibleAlways)()", ("must", ["Always"])),
        ("func f(_ c: CFString?) { store(c) }\nfunc f(other c: CFString?) { store(nil) }", "f(other: b)", ("absent", [])),
    ],
)
def test_swift_values_reach_the_store_through_calls(declared: str, call: str, expected: tuple[str, list[str | None]]) -> None:
    run = swift(f"{STORE}{declared}\nfunc root(_ b: Bool) {{ {call} }}\n")
    from_root = [event for event in run.events("add") if event.path and run.spelled(event.path[0].span) in call]
    assert from_root, [event.path for event in run.events()]
    run.all = type(run.all)(tuple(from_root))
    assert short(run) == expected


WRITE = "const write = (o?: any) => SecureStore.setItemAsync('k', 'v', o);\n"
ALWAYS = "{ keychainAccessible: SecureStore.ALWAYS }"


@pytest.mark.parametrize(
    ("declared", "call", "expected"),
    [
        ("const f = (o = {}) => write(o);", "f()", "absent"),
        (f"const f = (o = {ALWAYS}) => write(o);", "f()", "must"),
        (f"const f = (o = {ALWAYS}) => write(o);", "f(undefined)", "must"),
        (f"const f = (o = {ALWAYS}) => write(o);", "f({})", "absent"),
        ("const f = ({ o }: any) => write(o);", f"f({{ o: {ALWAYS} }})", "must"),
        (f"const f = ({{ o = {ALWAYS} }} = {{}} as any) => write(o);", "f()", "must"),
        ("const f = ([, o]: any) => write(o);", f"f([1, {ALWAYS}])", "must"),
        ("const f = (...all: any[]) => write(all[1]);", f"f(1, {ALWAYS})", "must"),
        ("const f = (a: any, o: any) => write(o);", f"f(...[1, {ALWAYS}])", "must"),
        ("const f = (a?: any, o?: any) => write(o);", "f(1)", "absent"),
        ("const f = (o: any) => () => write(o);", f"f({ALWAYS})()", "must"),
        ("function f(this: any, o: any) { return write(o); }", f"f.call(null, {ALWAYS})", "must"),
        (f"class A {{ o = {ALWAYS}; f() {{ return write(this.o); }} }}", "new A().f()", "must"),
        ("class A { constructor(private o: any) {} f() { return write(this.o); } }", f"new A({ALWAYS}).f()", "must"),
        (f"class B {{ o() {{ return {ALWAYS}; }} }} class A extends B {{ f() {{ return write(this.o()); }} }}", "new A().f()", "must"),
        (
            f"class B {{ o() {{ return {ALWAYS}; }} }} class A extends B {{ o() {{ return {{ ...super.o(), x: 1 }}; }} }}",
            "write(new A().o())",
            "must",
        ),
        (f"class A {{ static o = {ALWAYS}; }}", "write(A.o)", "must"),
        (f"class A {{ get o() {{ return {ALWAYS}; }} }}", "write(new A().o)", "must"),
        ("const a = { f(o: any) { return write(o); } };", f"a.f({ALWAYS})", "must"),
        (f"const a = {{ o: {ALWAYS}, f() {{ return write(this.o); }} }};", "a.f()", "must"),
        ("const f = async (o: any) => { await write(o); };", f"f({ALWAYS})", "must"),
        ("const f = useCallback((o: any) => write(o), []);", f"f({ALWAYS})", "must"),
        (f"const o = useMemo(() => ({ALWAYS}), []);", "write(o)", "must"),
        (
            f"enum M {{ A, B }} const pick = (m: M) => {{ switch (m) {{ case M.A: return {ALWAYS}; default: return {{}}; }} }};",
            "write(pick(M.A))",
            "must",
        ),
    ],
)
def test_typescript_values_reach_the_store_through_calls(declared: str, call: str, expected: str) -> None:
    run = typescript(f"{WRITE}{declared}\nexport function root(b: boolean) {{ return {call}; }}\n")
    found = {event.accessibility.presence for event in run.events("write") if event.path and run.spelled(event.path[0].span) in call}
    assert found == {expected}


@pytest.mark.parametrize(
    ("declared", "call", "expected"),
    [
        ("def f(s, u='a'): w(s, u)", "f('x')", "service `x`, username `a`"),
        ("def f(s, u='a'): w(s, u)", "f('x', 'b')", "service `x`, username `b`"),
        ("def f(s, *, u): w(s, u)", "f(u='b', s='x')", "service `x`, username `b`"),
        ("def f(*a): w(*a)", "f('x', 'b')", "service `x`, username `b`"),
        ("def f(**k): w(k['s'], k['u'])", "f(s='x', u='b')", "service `x`, username `b`"),
        ("def f(**k): w(**k)", "f(s='x', u='b')", "service `x`, username `b`"),
        ("def f(s, *all, **rest): w(s, all[0])", "f('x', 'b', q=1)", "service `x`, username `b`"),
        ("def f(s, u='b', **rest): w(s, u)", "f('x', q=1)", "service `x`, username `b`"),
        ("def f(s, u, /): w(s, u)", "f('x', 'b')", "service `x`, username `b`"),
        ("f = lambda s, u: w(s, u)", "f('x', 'b')", "service `x`, username `b`"),
        ("f = functools.partial(w, 'x')", "f('b')", "service `x`, username `b`"),
        ("class A:\n    S = 'x'\n    def f(self, u): w(self.S, u)", "A().f('b')", "service `x`, username `b`"),
        ("class A:\n    def __init__(self, s): self.s = s\n    def f(self, u): w(self.s, u)", "A('x').f('b')", "service `x`, username `b`"),
        ("class A:\n    @classmethod\n    def f(cls, u): w(cls.S, u)\n    S = 'x'", "A.f('b')", "service `x`, username `b`"),
        ("class A:\n    @staticmethod\n    def f(s, u): w(s, u)", "A.f('x', 'b')", "service `x`, username `b`"),
        (
            "class A:\n    @property\n    def s(self): return 'x'\n    def f(self, u): w(self.s, u)",
            "A().f('b')",
            "service `x`, username `b`",
        ),
        (
            "class B:\n    def s(self): return 'x'\nclass A(B):\n    def f(self, u): w(super().s(), u)",
            "A().f('b')",
            "service `x`, username `b`",
        ),
        ("@dataclass\nclass A:\n    s: str\n    u: str = 'b'", "w(A('x').s, A('x').u)", "service `x`, username `b`"),
        (
            "def deco(g):\n    def inner(u): return g('x', u)\n    return inner\n@deco\ndef f(s, u): w(s, u)",
            "f('b')",
            "service `x`, username `b`",
        ),
        ("def f(u):\n    s = 'x'\n    def inner(): w(s, u)\n    return inner", "f('b')()", "service `x`, username `b`"),
        ("def f(u):\n    s = 'y'\n    def inner(): w(s, u)\n    s = 'x'\n    inner()", "f('b')", "service `x`, username `b`"),
        ("S = 'y'\ndef f(u):\n    global S\n    S = 'x'\n    w(S, u)", "f('b')", "service `x`, username `b`"),
        (
            "def f(u):\n    n = 'y'\n    def inner():\n        nonlocal n\n        n = 'x'\n    inner()\n    w(n, u)",
            "f('b')",
            "service `x`, username `b`",
        ),
        ("async def f(u): w('x', u)", "asyncio.run(f('b'))", "service `x`, username `b`"),
        ("def f(u): w(f'{PRE}.x', u)\nPRE = 'com'", "f('b')", "service `com.x`, username `b`"),
        ("def f(u): w('.'.join(['com', 'x']), u)", "f('b')", "service `com.x`, username `b`"),
        ("def f(u): w('com' + '.x', u)", "f('b')", "service `com.x`, username `b`"),
    ],
)
def test_python_values_reach_the_store_through_calls(declared: str, call: str, expected: str) -> None:
    run = python(
        "import asyncio, functools\nfrom dataclasses import dataclass\n"
        f"def w(s, u): keyring.delete_password(s, u)\n{declared}\ndef root():\n    {call}\n"
    )
    found = {event.item for event in run.events() if event.path and run.spelled(event.path[0].span) in call}
    assert found == {expected}


def test_a_call_path_names_every_call_outermost_first() -> None:
    run = swift(
        """
        func a() { b() }
        func b() { c() }
        func c() { SecItemDelete([:] as CFDictionary) }
        """
    )
    assert [run.spelled(place.span) for place in run.one().path] == ["b()", "c()"]
    assert run.one().within == "c"


def test_a_call_reached_on_two_ways_is_two_events_at_one_place() -> None:
    run = typescript(
        """
        const drop = (key: string) => SecureStore.deleteItemAsync(key);
        export const a = () => drop('a');
        export const b = () => drop('b');
        """
    )
    assert len(run.events()) == 2
    assert len(run.all.calls()) == 1
    assert sorted(event.item.partition(",")[0] for event in run.events()) == ["key `a`", "key `b`"]


@pytest.mark.parametrize(
    "declared",
    [
        "const save = (k: string, o?: any) =>",
        "function save(k: string, o?: any) { return",
        "const save = useCallback((k: string, o?: any) =>",
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_helper_whose_callers_are_seen_is_run_by_them_only(declared: str, nested: bool) -> None:
    end = "}" if "{" in declared else ")" if "useCallback(" in declared else ""
    text = f"{declared} SecureStore.setItemAsync(k, 'v', o) {end};\nconst press = () => save('k', {ALWAYS});"
    run = typescript(f"export function Screen() {{ {text} return {{ press }}; }}" if nested else f"{text}\nexport {{ press }};")
    assert [event.accessibility.presence for event in run.events("write")] == ["must"]


def test_a_helper_that_is_mentioned_and_never_called_runs_all_the_same() -> None:
    run = typescript("const save = (k: string) => SecureStore.setItemAsync(k, 'v');\nexport const names = [save.name];")
    assert len(run.events("write")) == 1


def test_an_exported_helper_runs_for_callers_elsewhere_too() -> None:
    run = typescript(
        f"export const save = (k: string, o?: any) => SecureStore.setItemAsync(k, 'v', o);\nexport const a = () => save('k', {ALWAYS});"
    )
    assert sorted(event.accessibility.presence for event in run.events("write")) == ["may", "must"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [("save('a')", "absent"), (f"save('a', {ALWAYS}, 1, 2)", "must"), ("save('a', undefined)", "absent"), (f"save('a', {ALWAYS})", "must")],
)
def test_javascript_arguments_may_be_missing_or_too_many(call: str, expected: str) -> None:
    run = typescript(f"function save(k: string, o?: any) {{ return SecureStore.setItemAsync(k, 'v', o); }}\nexport const f = () => {call};")
    event = run.one("write")
    assert (event.item.partition(",")[0], event.accessibility.presence) == ("key `a`", expected)


def test_a_method_knows_its_type() -> None:
    event = swift("class Box { func drop() { SecItemDelete([:] as CFDictionary) } }").one()
    assert (event.within, event.in_type, event.path) == ("Box.drop", "Box", ())


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("button.onTap { SecItemDelete([:] as CFDictionary) }", "medium"),
        ("Task { SecItemDelete([:] as CFDictionary) }", "high"),
        ("DispatchQueue.main.async { SecItemDelete([:] as CFDictionary) }", "high"),
        ("[1].forEach { _ in SecItemDelete([:] as CFDictionary) }", "high"),
        ("self.later = { SecItemDelete([:] as CFDictionary) }", "high"),
    ],
)
def test_closures_run_whoever_is_given_them(how: str, expected: str) -> None:
    run = swift(f"class A {{ var later: () -> Void = {{ }}\nfunc f() {{ {how} }} }}")
    assert run.one("delete").confidence == expected


def test_a_closure_called_later_sees_what_its_variables_hold_then() -> None:
    run = typescript(
        """
        export function f() {
          const o: any = {};
          const save = () => SecureStore.setItemAsync('k', 'v', o);
          o.keychainAccessible = SecureStore.ALWAYS;
          return save;
        }
        """
    )
    assert run.classes("write") == ("must", ["ALWAYS"])


def test_what_unseen_code_may_change_is_unknown() -> None:
    run = typescript("export function f(fill: any) { const o: any = {}; fill(o); SecureStore.setItem('k', 'v', o); }")
    assert run.one("write").accessibility.presence == "unknown"


def test_a_parameter_nobody_passes_is_unknown_and_a_default_is_both() -> None:
    run = typescript(f"export function f(a: any, b = {ALWAYS}) {{ SecureStore.setItem('k', 'v', a); SecureStore.setItem('l', 'v', b); }}")
    first, second = run.events("write")
    assert (first.accessibility.presence, first.options.open) == ("unknown", True)
    assert second.options.open
    assert [choice.cls.constant for choice in second.accessibility.choices if choice.cls] == ["ALWAYS"]


def test_an_optional_parameter_that_names_the_class_says_who_must_pass_it() -> None:
    access = (
        typescript("export const f = (o?: any) => SecureStore.setItem('k', 'v', { keychainAccessible: o });").one("write").accessibility
    )
    assert access.presence == "may"
    assert [condition.why for condition in access.conditions] == ["if a caller passes `o`"]


def test_a_function_that_is_the_value_of_a_name_is_called_so() -> None:
    found = typescript("""
        const save = async (s: string) => { await SecureStore.setItemAsync('a', s); };
        export const load = function () { [1].forEach(() => SecureStore.getItem('a')); };
        export function main(s: string) { save(s); }
    """)
    assert [(event.verb, event.within) for event in found.events()] == [("write", "save"), ("read", "load")]
