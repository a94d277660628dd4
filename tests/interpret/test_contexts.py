"""Where code runs: the ways into a program, and what they lead to."""

from __future__ import annotations

import pytest
from observing import python, swift, typescript

from keylint.interpret.events import BACKGROUND, FOREGROUND, LAUNCH, StoreEvent

SEARCH = '[kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: "token"] as CFDictionary'
READ = f"_ = SecItemCopyMatching({SEARCH}, nil)"


def roots(events: list[StoreEvent]) -> list[tuple[str, str, str] | None]:
    """Where each path starts."""
    return [None if event.root is None else (event.root.kind, event.root.title, event.root.name) for event in events]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            f"class D: NSObject {{ func application(_ a: A, performFetchWithCompletionHandler f: F) {{ {READ} }} }}",
            (BACKGROUND, "background fetch", "D.application"),
        ),
        (
            f"class D: Base {{ func application(_ a: A, didReceiveRemoteNotification u: U) async {{ {READ} }} }}",
            (BACKGROUND, "silent push", "D.application"),
        ),
        (
            f"class D: Base {{ func application(_ a: A, didReceiveRemoteNotification u: U) {{ {READ} }} }}",
            None,
        ),
        (
            f"extension D {{ func urlSessionDidFinishEvents(forBackgroundURLSession s: URLSession) {{ {READ} }} }}",
            (BACKGROUND, "background URL session", "D.urlSessionDidFinishEvents"),
        ),
        (
            f"class S: UNNotificationServiceExtension {{ override func didReceive(_ r: R, withContentHandler h: H) {{ {READ} }} }}",
            (BACKGROUND, "notification service extension", "S.didReceive"),
        ),
        (f"class S: Service {{ func didReceive(_ r: R, withContentHandler h: (C) -> Void) {{ {READ} }} }}", None),
        (
            f"class T: NEDNSProxyProvider {{ private func secret() {{ {READ} }} }}",
            (BACKGROUND, "network extension (NEDNSProxyProvider)", "T.secret"),
        ),
        (f"struct I: AppIntent {{ func perform() async throws {{ {READ} }} }}", (BACKGROUND, "App Intent", "I.perform")),
        (f"struct I: AppIntent {{ static let openAppWhenRun = true; func perform() async throws {{ {READ} }} }}", None),
        (f"struct I: AppIntent {{ func perform(twice: Bool) {{ {READ} }} }}", None),
        (f"class L: NSObject {{ func locationManager(_ m: M, didUpdateLocations l: [L]) {{ {READ} }} }}", None),
        (
            f"class L {{ func locationManager(_ m: M, didUpdateLocations: L) {{ m.allowsBackgroundLocationUpdates = on; {READ} }} }}",
            (BACKGROUND, "background location", "L.locationManager"),
        ),
        (f"@main struct A: App {{ init() {{ {READ} }} }}", (LAUNCH, "launch", "A.init")),
        (f"class C: UIViewController {{ @IBAction func tap(_ s: Any) {{ {READ} }} }}", (FOREGROUND, "user action", "C.tap")),
        (
            f"class C: UIViewController {{ override func viewDidAppear(_ a: Bool) {{ {READ} }} }}",
            (FOREGROUND, "view appears", "C.viewDidAppear"),
        ),
        (f"class C: UIViewController {{ override func viewDidLoad() {{ {READ} }} }}", None),
        (f"func f() {{ center.addObserver(forName: n) {{ {READ} }} }}", None),
        (f"func f(v: V) {{ v.refreshable {{ {READ} }} }}", (FOREGROUND, "pull to refresh", "v.refreshable")),
    ],
)
def test_swift_roots(code: str, expected: tuple[str, str, str] | None) -> None:
    assert roots(swift(code).events()) == [expected]


def test_a_method_that_the_platform_calls_starts_a_path_though_others_call_it_too() -> None:
    code = f"""class D: NSObject {{
        func application(_ a: UIApplication, performFetchWithCompletionHandler f: () -> Void) {{ {READ} }}
        func now(_ a: UIApplication) {{ application(a, performFetchWithCompletionHandler: {{}}) }}
    }}"""
    assert sorted(roots(swift(code).events()), key=str) == [(BACKGROUND, "background fetch", "D.application"), None]


def test_unseen_code_called_at_launch_may_run_its_closure_later() -> None:
    code = (
        "class D: NSObject { func application(_ a: UIApplication, didFinishLaunchingWithOptions o: O) { "
        f"center.addObserver(forName: n) {{ {READ} }} }} }}"
    )
    assert roots(swift(code).events()) == [None]


def test_a_handler_holds_nothing_that_is_held_where_it_is_registered() -> None:
    code = f"""let lock = NSLock()
    func f() {{
        lock.lock()
        BGTaskScheduler.shared.register(forTaskWithIdentifier: "x", using: nil) {{ task in {READ} }}
        lock.unlock()
    }}"""
    event = swift(code).one()
    assert event.regions == ()
    assert event.confidence == "high"
    assert len(event.path) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("await SecureStore.getItemAsync('k');", (LAUNCH, "the top level of the module", "the top level of the module")),
        ("export const load = thunk(async () => SecureStore.getItemAsync('k'));", None),
        ("export const load = async () => SecureStore.getItemAsync('k');", None),
        (
            "import { registerRootComponent } from 'expo'; const App = () => { useEffect(() => { SecureStore.getItemAsync('k'); }); };"
            "registerRootComponent(App);",
            (LAUNCH, "root component", "registerRootComponent"),
        ),
        (
            "import { AppRegistry } from 'react-native';"
            "AppRegistry.registerHeadlessTask('t', () => async () => { await SecureStore.getItemAsync('k'); });",
            (BACKGROUND, "headless task", "AppRegistry.registerHeadlessTask"),
        ),
        (
            "import * as TaskManager from './tasks'; TaskManager.defineTask('t', async () => { await SecureStore.getItemAsync('k'); });",
            None,
        ),
    ],
)
def test_typescript_roots(code: str, expected: tuple[str, str, str] | None) -> None:
    assert roots(typescript(code).events()) == [expected]


def test_python_has_no_roots() -> None:
    assert roots(python("keyring.get_password('a', 'b')\n").events()) == [None]


def test_ways_into_the_program_are_seen_without_a_store_call() -> None:
    code = f"class T: NEPacketTunnelProvider {{ func wake() {{ secret() }} }}\nfunc secret() {{ {READ} }}"
    assert [root.name for root in swift(code).all.roots] == ["T.wake"]


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("guard UIApplication.shared.isProtectedDataAvailable else { return }", True),
        ("guard isReady else { return }", False),
    ],
)
def test_asking_first_whether_data_can_be_read(before: str, told: bool) -> None:
    assert swift(f"func f() {{ {before}; {READ} }}").one().tells_locked is told


@pytest.mark.parametrize(
    ("test", "told"),
    [("status == errSecInteractionNotAllowed", True), ("status == -25308", True), ("status == errSecItemNotFound", False)],
)
def test_telling_a_locked_item_by_its_status(test: str, told: bool) -> None:
    code = f"func f() -> Bool {{ let status = SecItemCopyMatching({SEARCH}, nil); if {test} {{ return true }}; return false }}"
    assert swift(code).one().tells_locked is told


def test_builds_are_told_apart() -> None:
    code = f"func f() {{\n#if EXTENSION\n{READ}\n#else\n{READ}\n#endif\n}}"
    assert [event.builds for event in swift(code).events()] == [(("EXTENSION", True),), (("EXTENSION", False),)]


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        ("pool = ThreadPoolExecutor()\n    pool.submit(save)\n    pool.submit(load)", [("write", "read")]),
        ("pool = ThreadPoolExecutor(max_workers=1)\n    pool.submit(save)\n    pool.submit(load)", []),
        ("pool = ThreadPoolExecutor()\n    pool.submit(save).result()\n    pool.submit(load)", []),
        ("pool = ThreadPoolExecutor()\n    [pool.submit(save) for _ in many]", [("write", "write")]),
        ("pool = ThreadPoolExecutor()\n    [pool.submit(load) for _ in many]", []),
        ("pool = ThreadPoolExecutor()\n    pool.submit(save)", []),
    ],
)
def test_what_runs_beside_what(body: str, pairs: list[tuple[str, str]]) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def save():\n    keyring.set_password('a', 'b', 'c')\n"
        "def load():\n    return keyring.get_password('a', 'b')\n"
        f"def f(many):\n    {body}\n"
    )
    found = {tuple(sorted((event.verb, beside.other.verb), reverse=True)) for event in python(code).events() for beside in event.beside}
    assert sorted(found) == pairs


def test_a_test_shows_what_runs_beside_what_and_nothing_else() -> None:
    code = f"""import XCTest
    func put() {{ _ = SecItemUpdate({SEARCH}, [:] as CFDictionary) }}
    class Tests: XCTestCase {{
        func testPut() async {{
            await withTaskGroup(of: Void.self) {{ group in for _ in 0..<3 {{ group.addTask {{ put() }} }} }}
            {READ}
        }}
    }}"""
    seen = swift(code)
    assert [(event.verb, event.path) for event in seen.events()] == [("update", ())]
    assert [event.verb for event in seen.all.tested] == ["update"]
