"""Order and exits: what runs, in which order, on which way out."""

from __future__ import annotations

import pytest
from observing import Seen, python, swift, typescript

from keylint.interpret.events import StoreEvent


def called(run: Seen) -> list[StoreEvent]:
    """Store calls that a call of the program leads to, in the order of those calls. A helper that nobody calls runs too, on its own."""
    return sorted((event for event in run.events() if event.path), key=lambda event: event.path)


def swift_items(body: str) -> list[str]:
    """The accounts deleted, in source order; `d("a")` deletes the account `a`."""
    run = swift(
        "func d(_ a: String) { SecItemDelete([kSecClass: kSecClassGenericPassword, kSecAttrAccount: a] as CFDictionary) }\n"
        f"func run(_ flag: Bool, _ mode: Int, _ list: [Int]) throws {{\n{body}\n}}\n"
    )
    return [event.item.removeprefix("account ").strip("`") for event in called(run)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('return\nd("a")', ""),
        ('if flag { return }\nd("a")', "a"),
        ('guard flag else { d("a"); return }\nd("b")', "ab"),
        ('do { throw E.x } catch { d("a") }', "a"),
        ('do { throw E.x\nd("a") } catch { }', ""),
        ('throw E.x\nd("a")', ""),
        ('defer { d("a") }\nreturn', "a"),
        ('defer { d("a") }\nthrow E.x', "a"),
        ('return\ndefer { d("a") }', ""),
        ('fatalError()\nd("a")', ""),
        ('while true { d("a"); break }\nd("b")', "ab"),
        ('while true { if flag { break }; d("a") }\nd("b")', "ab"),
        ('while true { d("a") }\nd("b")', "a"),
        ('repeat { d("a") } while flag\nd("b")', "ab"),
        ('for _ in list { continue\nd("a") }\nd("b")', "b"),
        ('outer: for _ in list { for _ in list { continue outer }\nd("a") }', "a"),
        ('outer: while true { while true { break outer }\nd("a") }\nd("b")', "b"),
        ('outer: while true { while true { break }\nd("a"); break }\nd("b")', "ab"),
        ('for x in [] { d("a") }', ""),
        ('for x in ["a"] { d(x) }', "a"),
        ('for x in ["a", "b"] { if x == "b" { continue }; d(x) }', "a"),
        ('for x in ["a", "b"] where x == "b" { d(x) }', "b"),
        ('switch mode { case 1: d("a")\ncase 2: d("b")\ndefault: d("c") }', "abc"),
        ('switch 2 { case 1: d("a")\ncase 2: d("b")\ndefault: d("c") }', "b"),
        ('switch 1 { case 1: d("a"); fallthrough\ncase 2: d("b")\ndefault: d("c") }', "ab"),
        ('switch 2 { case 1: d("a"); fallthrough\ncase 2: d("b")\ndefault: d("c") }', "b"),
        ('switch 1 { case 1: break\nd("a")\ndefault: d("c") }', ""),
        ('switch 7 { case 1: d("a")\ndefault: d("c") }', "c"),
        ('switch mode { case let x where x > 3: d("a")\ndefault: d("b") }', "ab"),
    ],
)
def test_swift_control_flow(body: str, expected: str) -> None:
    assert "".join(dict.fromkeys(swift_items(body))) == expected


def typescript_items(body: str) -> str:
    """The keys deleted, in source order; `d('a')` deletes `a`."""
    run = typescript(
        "const d = (k: string) => SecureStore.deleteItemAsync(k);\n"
        f"export function run(flag: boolean, mode: number, list: number[]) {{\n{body}\n}}\n"
    )
    return "".join(dict.fromkeys(event.item.removeprefix("key ").partition(",")[0].strip("`") for event in called(run)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return; d('a');", ""),
        ("if (flag) return d('a'); d('b');", "ab"),
        ("try { throw new Error(); d('a'); } catch { d('b'); } finally { d('c'); }", "bc"),
        ("try { return d('a'); } finally { d('b'); }", "ab"),
        ("try { throw 1; } finally { d('a'); }", "a"),
        ("for (const x of ['a']) d(x);", "a"),
        ("for (const x of ['a', 'b']) { if (x === 'a') continue; d(x); }", "b"),
        ("for (let i = 0; i < mode; i++) { d('a'); }", "a"),
        ("do { d('a'); } while (flag);", "a"),
        ("for (;;) { d('a'); break; } d('b');", "ab"),
        ("outer: while (true) { while (true) { break outer; } d('a'); } d('b');", "b"),
        ("switch (mode) { case 1: d('a'); case 2: d('b'); break; default: d('c'); }", "abc"),
        ("switch (1) { case 1: d('a'); case 2: d('b'); break; case 3: d('c'); }", "ab"),
        ("switch (2) { case 1: d('a'); case 2: d('b'); break; default: d('c'); }", "b"),
        ("switch (9) { case 1: d('a'); break; default: d('c'); }", "c"),
        ("switch (9) { default: d('c'); case 1: d('a'); }", "ca"),
        ("flag && d('a'); flag || d('b'); flag ? d('c') : d('e');", "abce"),
        ("false && d('a'); true || d('b'); true ? d('c') : d('e');", "c"),
        ("null ?? d('a'); 'x' ?? d('b');", "a"),
        ("{ d('a'); } { return; } d('b');", "a"),
    ],
)
def test_typescript_control_flow(body: str, expected: str) -> None:
    assert typescript_items(body) == expected


AROUND = """
@contextlib.contextmanager
def around():
    d('before')
    try:
        yield 'inside'
    finally:
        d('after')
"""


def python_items(body: str) -> str:
    """The users deleted, in source order; `d('a')` deletes `a`."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    run = python(
        "import sys, contextlib\n"
        "def d(u): keyring.delete_password('s', u)\n"
        f"{AROUND if 'around' in body else ''}"
        f"def run(flag, mode, items):\n{lines}\n"
    )
    return " ".join(dict.fromkeys(event.item.rpartition("username ")[2].strip("`") for event in called(run)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return\nd('a')", ""),
        ("raise ValueError\nd('a')", ""),
        ("sys.exit(1)\nd('a')", ""),
        ("try:\n    d('a')\nexcept ValueError:\n    d('b')\nelse:\n    d('c')\nfinally:\n    d('e')", "a b c e"),
        ("try:\n    raise ValueError\nexcept ValueError:\n    d('b')\nelse:\n    d('c')", "b"),
        ("try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    d('c')", "c"),
        ("try:\n    return\nfinally:\n    d('a')", "a"),
        ("for x in ('a',):\n    d(x)\nelse:\n    d('c')", "a c"),
        ("for x in ('a', 'b'):\n    break\nelse:\n    d('c')", ""),
        ("for x in ('a', 'b'):\n    if x == 'a': continue\n    d(x)", "b"),
        ("while True:\n    d('a')\n    break\nd('b')", "a b"),
        ("while True:\n    d('a')\nd('b')", "a"),
        ("match mode:\n    case 1: d('a')\n    case 2 | 3: d('b')\n    case _: d('c')", "a b c"),
        ("match 3:\n    case 1: d('a')\n    case 2 | 3: d('b')\n    case _: d('c')", "b"),
        ("with around() as x:\n    d(x)", "before inside after"),
        ("with contextlib.suppress(ValueError):\n    raise ValueError\nd('a')", "a"),
        ("[d(x) for x in ('a',)]", "a"),
        ("flag and d('a')\nFalse and d('b')\nTrue or d('c')", "a"),
        ("def inner():\n    d('a')\nd('b')\ninner()", "b a"),
    ],
)
def test_python_control_flow(body: str, expected: str) -> None:
    assert set(python_items(body).split()) == set(expected.split())


ADD = 'SecItemAdd([kSecClass: kSecClassGenericPassword, kSecAttrAccount: "a", kSecAttrAccessible: c] as CFDictionary, nil)'


@pytest.mark.parametrize(
    ("body", "classes"),
    [
        (f"var c = kSecAttrAccessibleAlways\ndefer {{ {ADD} }}\nc = kSecAttrAccessibleWhenUnlocked", ["WhenUnlocked"]),
        (f"var c = kSecAttrAccessibleAlways\ndefer {{ c = kSecAttrAccessibleWhenUnlocked }}\n{ADD}", ["Always"]),
        (f"var c = kSecAttrAccessibleAlways\ndefer {{ {ADD} }}\ndefer {{ c = kSecAttrAccessibleWhenUnlocked }}", ["WhenUnlocked"]),
        (f"var c = kSecAttrAccessibleAlways\ndo {{ defer {{ c = kSecAttrAccessibleWhenUnlocked }} }}\n{ADD}", ["WhenUnlocked"]),
        (f"var c = kSecAttrAccessibleAlways\nfor _ in [1] {{ c = kSecAttrAccessibleWhenUnlocked }}\n{ADD}", ["WhenUnlocked"]),
        (f"var c = kSecAttrAccessibleAlways\nfor _ in list {{ c = kSecAttrAccessibleWhenUnlocked }}\n{ADD}", ["Always", "WhenUnlocked"]),
        (f"let c = try? risky()\n{ADD}", [None]),
        (
            f"let c: CFString\nif flag {{ c = kSecAttrAccessibleAlways }} else {{ c = kSecAttrAccessibleWhenUnlocked }}\n{ADD}",
            ["Always", "WhenUnlocked"],
        ),
        (f"let c = if flag {{ kSecAttrAccessibleAlways }} else {{ kSecAttrAccessibleWhenUnlocked }}\n{ADD}", ["Always", "WhenUnlocked"]),
        (f"let c = switch 1 {{ case 1: kSecAttrAccessibleAlways\ndefault: kSecAttrAccessibleWhenUnlocked }}\n{ADD}", ["Always"]),
        (f"let (_, c) = (1, kSecAttrAccessibleAlways)\n{ADD}", ["Always"]),
        (f"var c = kSecAttrAccessibleAlways\nvar e = kSecAttrAccessibleWhenUnlocked\nswap(&c, &e)\n{ADD}", [None]),
    ],
)
def test_what_a_variable_holds_when_the_store_is_called(body: str, classes: list[str | None]) -> None:
    run = swift(f"func save(_ flag: Bool, _ list: [Int]) {{\n{body}\n}}")
    found = [name.removeprefix("kSecAttrAccessible") if name else None for name in run.classes()[1]]
    assert sorted(found, key=str) == classes


@pytest.mark.parametrize(
    ("handlers", "expected"),
    [
        ("catch { d() }", 1),
        ("catch E.a { d() } catch { }", 0),
        ("catch E.b { d() } catch { }", 1),
        ("catch is F { d() } catch { }", 0),
        ("catch let e as E { d() }", 1),
        ("catch E.b where flag { d() }", 1),
    ],
)
def test_a_typed_handler_catches_its_own_errors_only(handlers: str, expected: int) -> None:
    run = swift(
        "enum E: Error { case a, b }\nenum F: Error { case a }\nfunc d() { SecItemDelete([:] as CFDictionary) }\n"
        f"func run(_ flag: Bool) {{ do {{ throw E.b }} {handlers} }}"
    )
    assert len(called(run)) == expected


def test_a_finally_releases_its_lock_on_the_way_out_of_a_raise() -> None:
    run = python(
        """
        import threading
        lock = threading.Lock()
        def wipe():
            lock.acquire()
            try:
                raise ValueError
            finally:
                lock.release()
        def save(secret):
            try:
                wipe()
            except ValueError:
                keyring.delete_password('s', 'u')
                keyring.set_password('s', 'u', secret)
        """
    )
    assert run.one("write").regions == ()
    assert run.verdicts() == ["unserialized"]


def test_a_finally_runs_after_a_raise_of_a_handler() -> None:
    run = python(
        """
        def save(secret):
            try:
                raise ValueError
            except ValueError:
                raise KeyError
            finally:
                keyring.delete_password('s', 'u')
        """
    )
    assert len(run.events("delete")) == 1
