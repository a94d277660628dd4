"""What serializes a delete and the add that follows it, what does not, and where the analysis does not know."""

from __future__ import annotations

import pytest
from observing import python, swift, typescript

DELETE = "SecItemDelete(q as CFDictionary)"
ADD = "SecItemAdd(q as CFDictionary, nil)"
BOTH = f"{DELETE}; {ADD}"


def swift_verdicts(members: str, body: str, kind: str = "class", before: str = "") -> list[str]:
    return swift(
        f"{before}\n{kind} Store {{\n{members}\nlet q: [String: Any] = [kSecClass as String: kSecClassGenericPassword]\n"
        f"func put(_ flag: Bool) async {{\n{body}\n}}\n}}\n"
    ).verdicts()


@pytest.mark.parametrize(
    ("members", "body", "expected"),
    [
        ("", BOTH, ["unserialized"]),
        ("let lock = NSLock()", f"lock.lock(); {BOTH}; lock.unlock()", ["serialized"]),
        ("let lock = NSLock()", f"lock.lock(); defer {{ lock.unlock() }}; {BOTH}", ["serialized"]),
        ("let lock = NSLock()", f"lock.withLock {{ {BOTH} }}", ["serialized"]),
        ("let lock = NSLock()", f"lock.lock(); {DELETE}; lock.unlock(); {ADD}", ["unserialized"]),
        ("let lock = NSLock()", f"lock.lock(); {DELETE}; lock.unlock(); lock.lock(); {ADD}; lock.unlock()", ["unserialized"]),
        ("let lock = NSLock()", f"lock.lock(); lock.unlock(); {BOTH}", ["unserialized"]),
        ("let lock = NSLock()", f"if flag {{ lock.lock() }}; {BOTH}; if flag {{ lock.unlock() }}", ["serialized", "unserialized"]),
        ("let lock = NSLock()", f"if flag {{ lock.lock(); lock.unlock(); return }}; {BOTH}", ["unserialized"]),
        ("", f"let lock = NSLock(); lock.lock(); {BOTH}; lock.unlock()", ["ineffective"]),
        ("let a = NSLock(), b = NSLock()", f"a.lock(); {DELETE}; a.unlock(); b.lock(); {ADD}; b.unlock()", ["ineffective"]),
        ("let a = NSLock(), b = NSLock()", f"a.lock(); b.lock(); {BOTH}; b.unlock(); a.unlock()", ["serialized"]),
        ('let q1 = DispatchQueue(label: "a")', f"q1.sync {{ {BOTH} }}", ["serialized"]),
        ('let q1 = DispatchQueue(label: "a")', f"q1.async {{ {BOTH} }}", ["serialized"]),
        ('let q1 = DispatchQueue(label: "a", attributes: .concurrent)', f"q1.async {{ {BOTH} }}", ["ineffective"]),
        ('let q1 = DispatchQueue(label: "a", attributes: .concurrent)', f"q1.async(flags: .barrier) {{ {BOTH} }}", ["serialized"]),
        ('let q1 = DispatchQueue(label: "a", attributes: [.concurrent])', f"q1.sync {{ {BOTH} }}", ["ineffective"]),
        ("", f"DispatchQueue.global().async {{ {BOTH} }}", ["unserialized"]),
        ("", f"DispatchQueue.main.async {{ {BOTH} }}", ["serialized"]),
        ("let s = DispatchSemaphore(value: 1)", f"s.wait(); {BOTH}; s.signal()", ["serialized"]),
        ("let s = DispatchSemaphore(value: 2)", f"s.wait(); {BOTH}; s.signal()", ["ineffective"]),
        ("let s = DispatchSemaphore(value: 0)", f"s.wait(); {BOTH}; s.signal()", ["unserialized"]),
        ("", f"objc_sync_enter(self); {BOTH}; objc_sync_exit(self)", ["serialized"]),
        ("var l = os_unfair_lock()", f"os_unfair_lock_lock(&l); {BOTH}; os_unfair_lock_unlock(&l)", ["serialized"]),
        ("let box: Mystery", f"box.synchronized {{ {BOTH} }}", ["unknown"]),
        ("let box: Mystery", f"box.lock(); {BOTH}; box.unlock()", ["unknown"]),
        ("let box: NSLock", f"box.lock(); {BOTH}; box.unlock()", ["serialized"]),
        ("let box: Mystery", f"box.each {{ {BOTH} }}", ["unserialized"]),
        ("let l = NSLock()\nfunc inside(_ f: () -> Void) { l.lock(); f(); l.unlock() }", f"inside {{ {BOTH} }}", ["serialized"]),
        (f"let l = NSLock()\nprivate func add() {{ {ADD} }}", f"l.lock(); {DELETE}; add(); l.unlock()", ["serialized"]),
    ],
)
def test_locks_and_queues_in_swift(members: str, body: str, expected: list[str]) -> None:
    assert sorted(swift_verdicts(members, body)) == expected


@pytest.mark.parametrize(
    ("kind", "attribute", "body", "expected"),
    [
        ("actor", "", BOTH, ["serialized"]),
        ("actor", "", f"{DELETE}; await other(); {ADD}", ["suspended"]),
        ("actor", "", f"await other(); {BOTH}; await other()", ["serialized"]),
        ("actor", "", f"{DELETE}; await own(); {ADD}", ["serialized"]),
        ("@MainActor class", "", BOTH, ["serialized"]),
        ("@MainActor class", "", f"{DELETE}; await other(); {ADD}", ["suspended"]),
        ("class", "", f"await MainActor.run {{ {BOTH} }}", ["serialized"]),
        ("class", "", f"Task {{ @MainActor in {BOTH} }}", ["serialized"]),
        ("class", "", f"Task.detached {{ {BOTH} }}", ["unserialized"]),
        ("class", "", f"{DELETE}; await other(); {ADD}", ["unserialized"]),
    ],
)
def test_isolation_in_swift(kind: str, attribute: str, body: str, expected: list[str]) -> None:
    assert swift_verdicts("func own() { }", body, kind) == expected


def test_what_opts_out_of_isolation_is_not_serialized() -> None:
    run = swift(
        f"actor A {{ let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword]\nnonisolated func put() {{ {BOTH} }} }}"
    )
    assert run.verdicts() == ["unserialized"]


def test_a_suspension_is_where_it_stands() -> None:
    run = swift(f"actor A {{ func put(_ q: [String: Any]) async {{ {DELETE}\nawait other()\n{ADD} }} }}")
    place = run.one("add").pending[0].suspension
    assert place is not None
    assert run.spelled(place.span) == "await other()"


def test_an_ineffective_region_says_why_and_where() -> None:
    pending = swift(f"func put(_ q: [String: Any]) {{ let lock = NSLock()\nlock.lock(); {BOTH}; lock.unlock() }}").one("add").pending[0]
    assert pending.region is not None
    assert pending.why == "the lock is made anew in every call"
    assert pending.region.declared is not None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{DELETE}; return", []),
        (f"if flag {{ {DELETE} }} else {{ {ADD} }}", []),
        (f"{ADD}; {DELETE}", []),
        (f"if flag {{ {DELETE} }}; {ADD}", ["unserialized"]),
        (f"{DELETE}; {ADD}; {ADD}", ["unserialized"]),
        (f"guard {DELETE} == errSecSuccess else {{ return }}; {ADD}", ["unserialized"]),
        (f"for _ in [1, 2] {{ {DELETE}; {ADD} }}", ["unserialized"]),
        (f"if {ADD} == errSecDuplicateItem {{ {DELETE}; {ADD} }}", ["unserialized"]),
    ],
)
def test_which_deletes_reach_an_add(body: str, expected: list[str]) -> None:
    assert swift_verdicts("", body) == expected


def python_verdicts(before: str, body: str, function: str = "def") -> list[str]:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    run = python(
        f"import threading, asyncio, contextlib\n{before}\ndef d(): keyring.delete_password('s', 'u')\n"
        f"def w(): keyring.set_password('s', 'u', 'x')\n{function} put(flag):\n{lines}\n"
    )
    return run.verdicts()


@pytest.mark.parametrize(
    ("before", "body", "expected"),
    [
        ("", "d()\nw()", ["unserialized"]),
        ("lock = threading.Lock()", "with lock:\n    d()\n    w()", ["serialized"]),
        ("lock = threading.Lock()", "with lock:\n    d()\nwith lock:\n    w()", ["unserialized"]),
        ("lock = threading.Lock()", "lock.acquire()\ntry:\n    d()\n    w()\nfinally:\n    lock.release()", ["serialized"]),
        ("", "with threading.Lock():\n    d()\n    w()", ["ineffective"]),
        ("", "lock = threading.Lock()\nwith lock:\n    d()\n    w()", ["ineffective"]),
        ("a = threading.Lock()\nb = threading.Lock()", "with a:\n    d()\nwith b:\n    w()", ["ineffective"]),
        ("a = threading.Lock()\nb = open('x')", "with a, b:\n    d()\n    w()", ["serialized"]),
        ("from filelock import FileLock", "with FileLock('/tmp/x'):\n    d()\n    w()", ["serialized"]),
        ("", "with open('x'):\n    d()\n    w()", ["unserialized"]),
        ("from mine import guard", "with guard():\n    d()\n    w()", ["unknown"]),
        ("lock = threading.Semaphore(3)", "with lock:\n    d()\n    w()", ["ineffective"]),
        (
            "lock = threading.Lock()\n@contextlib.contextmanager\ndef held():\n    with lock:\n        yield",
            "with held():\n    d()\n    w()",
            ["serialized"],
        ),
        (
            "lock = threading.Lock()\ndef held(f):\n    def inner(*a):\n        with lock:\n            return f(*a)\n    return inner\n"
            "@held\ndef both():\n    d()\n    w()",
            "both()",
            ["serialized"],
        ),
    ],
)
def test_locks_in_python(before: str, body: str, expected: list[str]) -> None:
    assert sorted(set(python_verdicts(before, body))) == expected


@pytest.mark.parametrize(
    ("before", "body", "expected"),
    [
        ("", "d()\nw()", ["serialized"]),
        ("", "d()\nawait asyncio.sleep(0)\nw()", ["suspended"]),
        ("lock = asyncio.Lock()", "async with lock:\n    d()\n    await asyncio.sleep(0)\n    w()", ["serialized"]),
    ],
)
def test_the_event_loop_in_python(before: str, body: str, expected: list[str]) -> None:
    assert python_verdicts(before, body, "async def") == expected


@pytest.mark.parametrize(
    ("imports", "body", "expected"),
    [
        ("", "await d(); await w();", ["unserialized"]),
        (
            "import { Mutex } from 'async-mutex'; const m = new Mutex();",
            "await m.runExclusive(async () => { await d(); await w(); });",
            ["serialized"],
        ),
        (
            "import { Mutex } from 'async-mutex'; const m = new Mutex();",
            "const release = await m.acquire(); try { await d(); await w(); } finally { release(); }",
            ["serialized"],
        ),
        (
            "import { Mutex } from 'async-mutex';",
            "const m = new Mutex(); await m.runExclusive(async () => { await d(); await w(); });",
            ["ineffective"],
        ),
        ("import pLimit from 'p-limit'; const limit = pLimit(1);", "await limit(async () => { await d(); await w(); });", ["serialized"]),
        ("import pLimit from 'p-limit'; const limit = pLimit(3);", "await limit(async () => { await d(); await w(); });", ["ineffective"]),
        ("", "await navigator.locks.request('x', async () => { await d(); await w(); });", ["serialized"]),
        ("import { withLock } from './mine';", "await withLock(async () => { await d(); await w(); });", ["unknown"]),
        ("import { each } from './mine';", "await each(async () => { await d(); await w(); });", ["unserialized"]),
        ("let busy = false;", "if (busy) return; busy = true; await d(); await w(); busy = false;", ["serialized"]),
    ],
)
def test_mutual_exclusion_in_typescript(imports: str, body: str, expected: list[str]) -> None:
    run = typescript(
        f"{imports}\nconst d = () => SecureStore.deleteItemAsync('k');\nconst w = () => SecureStore.setItemAsync('k', 'v');\n"
        f"export async function put() {{ {body} }}"
    )
    assert run.verdicts() == expected


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("await Promise.all([SecureStore.deleteItemAsync('k'), SecureStore.setItemAsync('k', 'v')]);", [True]),
        ("await Promise.all([SecureStore.setItemAsync('k', 'v'), SecureStore.deleteItemAsync('k')]);", [True]),
        ("await Promise.all([SecureStore.deleteItemAsync('k'), SecureStore.setItemAsync('l', 'v')]);", []),
        ("await SecureStore.deleteItemAsync('k'); await SecureStore.setItemAsync('k', 'v');", [False]),
    ],
)
def test_what_is_started_together(text: str, together: list[bool]) -> None:
    run = typescript(f"export async function f() {{ {text} }}")
    assert [item.together for event in run.events() for item in event.pending] == together
