"""Runs end, whatever the program; what a run did not get to is unknown; and two runs see the same."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from observing import Seen, file_of, models, python, seen, swift, typescript

from keylint.interpret.machine import observe
from keylint.languages import NotParsed
from keylint.program.link import File, link

SECONDS = 6.0
"""Processor time that one small program may take. On an idle machine each takes a tenth of it or less."""

ADD = "SecItemAdd([kSecAttrAccessible: kSecAttrAccessibleAlways] as CFDictionary, nil)"


def nested(open_: str, inner: str, close: str, times: int) -> str:
    return open_ * times + inner + close * times


ENDLESS: list[tuple[str, str]] = [
    ("swift", f"func f(_ n: Int) {{ f(n + 1); {ADD} }}"),
    ("swift", f"func f(_ n: Int) {{ if n > 0 {{ f(n - 1) }}; {ADD} }}"),
    ("swift", f"func f() {{ g() }}\nfunc g() {{ h() }}\nfunc h() {{ f(); g(); {ADD} }}"),
    ("swift", f"func f() {{ while true {{ {ADD} }} }}"),
    ("swift", f"class A {{ lazy var a: A = A()\ninit() {{ _ = A() }}\nfunc f() {{ a.f(); {ADD} }} }}"),
    ("swift", "class A { var x: Int { y }\nvar y: Int { x }\nfunc f() { " + ADD + "; _ = x } }"),
    ("swift", f"let f: () -> Void = {{ f(); {ADD} }}\nf()"),
    ("swift", "func f(_ a: Bool) {\n" + "\n".join(f"if t{n}() {{ x{n} = 1 }}" for n in range(200)) + f"\n{ADD} }}"),
    (
        "swift",
        "func f() {\nvar q: [String: Any] = [:]\n" + "\n".join(f'if t{n}() {{ q["k{n}"] = {n} }}' for n in range(120)) + f"\n{ADD} }}",
    ),
    ("swift", f"func f(_ m: Int) {{ switch m {{ {' '.join(f'case {n}: x = {n}' for n in range(300))} default: {ADD} }} }}"),
    ("swift", f"func f() {{ {nested('if t() { ', ADD, ' }', 60)} }}"),
    ("swift", f"func f() {{ {nested('run { ', ADD, ' }', 10)} }}"),
    ("swift", f"func f() {{ {nested('for _ in xs { ', ADD, ' }', 12)} }}"),
    ("swift", f"func f() {{ {nested('do { try x(); ', ADD, ' } catch { y() }', 25)} }}"),
    ("swift", f"func f() {{ {'; '.join(f'defer {{ t{n}() }}' for n in range(150))}; {ADD} }}"),
    ("swift", "".join(f"func f{n}() {{ f{n + 1}(); f{n + 1}() }}\n" for n in range(40)) + f"func f40() {{ {ADD} }}"),
    ("swift", "func f() { var x = a\n" + "\n".join("x = g(x, x)" for _ in range(200)) + f"\n{ADD} }}"),
    ("swift", 'func f() { var x = "a"\n' + "\n".join("x = x + x" for _ in range(200)) + f"\n{ADD} }}"),
    ("swift", "func f() { let x = [" + ", ".join(str(n) for n in range(5_000)) + f"]\nfor y in x {{ {ADD} }} }}"),
    ("ts", "function f() { f(); f(); SecureStore.getItem('k'); } f();"),
    ("ts", "const f = (g: any) => g(g); f((x: any) => { SecureStore.getItem('k'); x(x); });"),
    ("ts", "const y = (f: any) => ((x: any) => f((v: any) => x(x)(v)))((x: any) => f((v: any) => x(x)(v))); y(SecureStore.getItem);"),
    ("ts", "const o: any = {}; o.o = o; o.f = () => { o.o.o.f(); SecureStore.getItem('k', o); }; o.f();"),
    ("ts", f"async function f() {{ await {'Promise.resolve().then(() => ' * 40}SecureStore.getItemAsync('k'){')' * 40}; }}"),
    ("ts", "SecureStore.getItem('k')" + ".then((x) => x)" * 300 + ";"),
    ("ts", "let x: any = 1;\n" + "x = { ...x, ...x };\n" * 60 + "SecureStore.getItem('k', x);"),
    ("ts", "let x: any = 1;\n" + "x = [...x, ...x];\n" * 40 + "SecureStore.getItem('k', x);"),
    ("ts", "let x = 'a';\n" + "x = `${x}${x}`;\n" * 60 + "SecureStore.getItem(x);"),
    ("ts", "const f = () => { " + "[1, 2, 3].map(() => " * 10 + "SecureStore.getItem('k')" + ")" * 10 + "; };"),
    ("ts", "SecureStore.getItem(" + "a ? b : " * 300 + "c);"),
    ("ts", "SecureStore.getItem(" + "a && b || " * 200 + "c);"),
    ("py", "def f(n):\n    f(n + 1)\n    keyring.get_password('s', 'u')\n    f(n)\n"),
    ("py", "def d(f): return d(f)\n@d\n@d\ndef f(): keyring.get_password('s', 'u')\n"),
    ("py", "x = 2\n" + "x = x * x\n" * 60 + "keyring.get_password('s', str(x))\n"),
    ("py", "x = 'a'\n" + "x = x * 1000\n" * 10 + "keyring.get_password('s', x)\n"),
    ("py", "def f(x):\n" + "".join(f"    x = {{**x, 'k{n}': x}}\n" for n in range(100)) + "    keyring.get_password('s', x)\n"),
    ("py", "class A(A):\n    def f(self):\n        super().f()\n        keyring.get_password('s', 'u')\n"),
    ("py", "class A(B): pass\nclass B(A):\n    def f(self):\n        self.g()\n        keyring.get_password('s', 'u')\n"),
    ("py", "def f(a):\n" + "".join(f"{'    ' * n}with a:\n" for n in range(1, 18)) + "    " * 18 + "keyring.get_password('s', 'u')\n"),
    ("py", f"keyring.get_password('s', {'[' * 80}1{']' * 80})\n"),
]


@pytest.mark.parametrize(("suffix", "text"), ENDLESS)
def test_a_run_ends_and_still_sees_the_call(suffix: str, text: str) -> None:
    started = time.process_time()
    run = seen(text, suffix)
    assert time.process_time() - started < SECONDS
    assert run.events()


def deep(suffix: str, times: int) -> Seen:
    texts = {
        "swift": "func f() { let x = " + "(" * times + "1" + ")" * times + "\n" + "x" + ".a()" * times + f"\n{ADD} }}",
        "ts": "SecureStore.getItem(" + "f(" * times + "1" + ")" * times + ");",
        "py": "x = " + "-" * times + "1\nkeyring.get_password('s', 'u')\n",
    }
    return seen(texts[suffix], suffix)


@pytest.mark.parametrize("suffix", ["swift", "ts", "py"])
@pytest.mark.parametrize("times", [50, 400, 3_000])
def test_deep_nesting_neither_crashes_nor_hangs(suffix: str, times: int) -> None:
    started = time.process_time()
    with suppress(NotParsed):
        deep(suffix, times)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("branches", [3, 8, 30, 100])
def test_a_class_set_on_all_of_many_branches_is_never_missing(branches: int) -> None:
    """However many paths there are: joining them may lose which class it is, not that there is one."""
    cases = "\n".join(
        f'case {n}: q[kSecAttrAccessible as String] = kSecAttrAccessibleWhenUnlocked; q[kSecAttrLabel as String] = "{n}"'
        for n in range(branches)
    )
    run = swift(
        "func f(_ m: Int) {\nvar q: [String: Any] = [kSecClass as String: kSecClassGenericPassword]\n"
        f"switch m {{\n{cases}\ndefault: return\n}}\nSecItemAdd(q as CFDictionary, nil)\n}}"
    )
    assert run.one("add").accessibility.presence == "must"


@pytest.mark.parametrize("tests", [2, 8, 40])
def test_a_class_set_before_many_branches_stays(tests: int) -> None:
    lines = "\n".join(f'if t{n}() {{ q["k{n}"] = {n} }}' for n in range(tests))
    run = swift(
        f"func f() {{\nvar q: [String: Any] = [kSecAttrAccessible as String: kSecAttrAccessibleAlways]\n"
        f"{lines}\nSecItemAdd(q as CFDictionary, nil)\n}}"
    )
    assert run.classes() == ("must", ["kSecAttrAccessibleAlways"])


def test_beyond_the_depth_of_calls_a_dictionary_is_unknown_not_empty() -> None:
    chain = "".join(f"func f{n}() -> [String: Any] {{ f{n + 1}() }}\n" for n in range(40))
    run = swift(
        f"{chain}func f40() -> [String: Any] {{ [kSecAttrAccessible as String: kSecAttrAccessibleAlways] }}\n"
        "func save() { SecItemAdd(f0() as CFDictionary, nil) }"
    )
    assert run.one("add").accessibility.presence == "unknown"


def test_beyond_the_budget_of_steps_a_dictionary_is_not_taken_for_seen() -> None:
    work = "\n".join(f"let x{n} = [a, b, c, d, e, f, g, h, i, j, k, l].map {{ $0 + {n} }}" for n in range(3_000))
    run = swift(
        f"func save() {{\nvar q: [String: Any] = [:]\n{work}\nq[kSecAttrAccessible as String] = kSecAttrAccessibleAlways\n"
        "SecItemAdd(q as CFDictionary, nil)\n}"
    )
    assert all(event.accessibility.presence != "absent" for event in run.events("add"))


SAVES_CHANGES = """
func save(_ data: Data) throws {
    let query = [kSecClass: kSecClassGenericPassword, kSecAttrAccount: "a"]
    do {
        var found: AnyObject?
        if SecItemCopyMatching(query as CFDictionary, &found) != errSecSuccess { throw Failure.changed }
        guard let item = found as? [String: Any], let old = item["data"] as? Data, old == data else { throw Failure.changed }
    } catch {
        SecItemDelete(query as CFDictionary)
    }
}
"""


@pytest.mark.parametrize("steps", range(10, 120, 2))
def test_a_run_that_is_cut_short_says_of_no_failed_read_that_it_decides(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keylint.interpret.world.STEPS", steps)
    assert not any(event.lost for event in swift(SAVES_CHANGES).events("delete"))


def test_beyond_the_budget_a_function_does_not_seem_to_return_nothing() -> None:
    work = "\n".join(f"log([a, b, c, d, e, f, g, h, i, j, k, l, {n}]);" for n in range(3_000))
    run = typescript(
        "import * as SecureStore from 'expo-secure-store';\n"
        "export async function load() {\ntry { return await SecureStore.getItemAsync('k'); }\n"
        f"catch (error) {{\n{work}\nthrow error;\n}}\n}}"
    )
    assert run.one("read").conflated == ()


PROGRAMS = [
    (
        "a.swift",
        f"import Security\nclass A {{ let lock = NSLock()\nfunc f(_ x: Bool) {{ lock.lock(); if x {{ {ADD} }}\nlock.unlock() }} }}",
    ),
    ("b.swift", f"import Security\nfunc f(_ q: [String: Any]) {{ SecItemDelete(q as CFDictionary); {ADD} }}"),
    ("c.swift", f"import Security\nstruct B {{ func f() {{ Task {{ {ADD} }} }} }}"),
]


def described(files: list[File]) -> list[str]:
    observations = observe(link(files), models("swift"))
    return [repr((event.verb, event.place, event.path, event.item, event.accessibility, event.options)) for event in observations.events]


def test_two_runs_see_the_same_and_the_order_of_files_does_not_matter() -> None:
    files = [file_of(path, text) for path, text in PROGRAMS]
    first = described(files)
    assert len(first) == 4
    assert described([file_of(path, text) for path, text in PROGRAMS]) == first
    assert described(files[::-1]) == first


def test_a_file_is_not_changed_by_its_neighbours() -> None:
    together = described([file_of(path, text) for path, text in PROGRAMS])
    alone = [line for path, text in PROGRAMS for line in described([file_of(path, text)])]
    assert together == alone


@pytest.mark.parametrize(
    ("text", "presences"),
    [
        ("let o: any = {}; export const set = () => { o = { keychainAccessible: SecureStore.ALWAYS }; };", ["unknown"]),
        ("const o: any = {}; export const set = (k: string) => { o[k] = SecureStore.ALWAYS; };", ["unknown"]),
        ("const o: any = {}; export const look = () => o.x;", ["absent"]),
        ("const o = { keychainAccessible: SecureStore.ALWAYS };", ["must"]),
    ],
)
def test_a_variable_of_the_file_that_functions_change_is_unsettled(text: str, presences: list[str]) -> None:
    run = typescript(f"{text}\nexport function save() {{ SecureStore.setItem('k', 'v', o); }}")
    assert [event.accessibility.presence for event in run.events("write")] == presences


def test_top_level_code_runs_once() -> None:
    assert len(python("keyring.delete_password('s', 'u')\n").events()) == 1
    assert len(typescript("SecureStore.deleteItemAsync('k');").events()) == 1
    assert len(swift("SecItemDelete([:] as CFDictionary)").events()) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.test.ts", "import * as S from 'expo-secure-store'; S.getItem('k');"),
        ("test_a.py", "import keyring\nkeyring.get_password('s', 'u')\n"),
        ("a.py", "import unittest, keyring\nclass T(unittest.TestCase):\n    def test(self): keyring.get_password('s', 'u')\n"),
    ],
)
def test_what_tests_do_is_no_users_data(path: str, text: str) -> None:
    file = file_of(path, text)
    assert observe(link([file]), models(file.language)).events == ()
