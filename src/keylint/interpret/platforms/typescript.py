"""TypeScript and JavaScript: the language, browsers and Node, React, the mutex libraries people use."""

from __future__ import annotations

from keylint.interpret.platforms import LockMaker, Platform

_LOCK = LockMaker()
_LIMIT = LockMaker("limiter", one=0, default_one=False)
_QUEUE = LockMaker("queue", one="concurrency", default_one=False)

_NATIVESCRIPT = ("@nativescript/core", "@nativescript/core/platform", "tns-core-modules/platform", "global")
"""What says in NativeScript which system it runs on."""
_APPLICATIONS = ("@nativescript/core.Application", "@nativescript/core/application", "tns-core-modules/application")
"""What has, in NativeScript, an object for the system it runs on and none for the other."""

PLATFORM = Platform(
    locks={
        "async-mutex.Mutex": _LOCK,
        "async-mutex.Semaphore": LockMaker(one=0),
        "await-lock.default": _LOCK,
        "await-lock.AwaitLock": _LOCK,
        "async-lock.default": LockMaker(by_name=True),
        "async-lock.AsyncLock": LockMaker(by_name=True),
        "async-lock": LockMaker(by_name=True),
        "async-sema.Sema": LockMaker(one=0),
        "@rocicorp/lock.Lock": _LOCK,
        "es-toolkit.Mutex": _LOCK,
        "es-toolkit.Semaphore": LockMaker(one=0),
        "Mutex": _LOCK,
        "p-limit.default": _LIMIT,
        "p-limit": _LIMIT,
        "p-queue.default": _QUEUE,
        "p-queue": _QUEUE,
        "navigator.locks": LockMaker(by_name=True),
    },
    lock_types=frozenset(["Mutex", "MutexInterface", "Semaphore", "AsyncLock", "Lock", "PQueue"]),
    take=frozenset(["acquire", "acquireAsync", "lock"]),
    release=frozenset(["release", "unlock"]),
    run_inside=frozenset(["runExclusive", "request", "add", "acquire", "withLock", "run", "dispatch", "use", "schedule"]),
    now=frozenset(
        [
            "Promise",
            "Promise.resolve",
            "act",
            "InteractionManager.runAfterInteractions",
            "startTransition",
            "batch",
            "untracked",
            "runInAction",
            "unstable_batchedUpdates",
        ]
    ),
    each=frozenset(["map", "flatMap", "forEach", "filter", "reduce", "some", "every", "find", "findIndex", "sort", "reduceRight"]),
    later=frozenset(
        ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame", "requestIdleCallback", "process.nextTick"]
    ),
    together=frozenset(["Promise.all", "Promise.allSettled", "Promise.race", "Promise.any"]),
    passes_through=frozenset(
        [
            "useCallback",
            "memo",
            "forwardRef",
            "Object.freeze",
            "Object.seal",
            "String",
            "React.useCallback",
            "React.memo",
            "React.forwardRef",
            "structuredClone",
            "encodeURIComponent",
            "useEvent",
            "useEffectEvent",
            "useEventCallback",
            "useMemoizedFn",
            "util.promisify",
            "node:util.promisify",
            "observer",
        ]
    ),
    calls_argument=frozenset(["useMemo", "React.useMemo"]),
    inert=frozenset(
        [
            "console.log",
            "console.warn",
            "console.error",
            "console.info",
            "console.debug",
            "JSON.stringify",
            "Object.keys",
            "Object.values",
            "Object.entries",
            "Boolean",
            "Number",
            "parseInt",
            "isNaN",
            "Array.isArray",
            "expect",
            "jest.mocked",
            "vi.mocked",
            "jest.spyOn",
            "vi.spyOn",
            "jest.fn",
            "vi.fn",
            "sinon.stub",
            "sinon.spy",
        ]
    ),
    test_tools=frozenset(
        [
            "expect",
            "jest",
            "vi",
            "mocked",
            "sinon",
            "describe",
            "it",
            "test",
            "beforeEach",
            "afterEach",
            "beforeAll",
            "afterAll",
            "when",
            "td",
            "assert",
            "chai",
            "cy",
        ]
    ),
    test_modules=frozenset(("vitest", "@jest/globals", "node:test", "mocha", "chai", "sinon", "@testing-library/react-native", "bun:test")),
    test_calls=frozenset(["describe", "it", "test", "beforeEach", "afterEach", "beforeAll", "afterAll", "suite", "specify"]),
    broad_errors=frozenset(),
    leave=frozenset(["process.exit"]),
    record_makers=frozenset(["Object.create", "Object"]),
    list_makers=frozenset(["Array", "Array.from", "Array.of", "Set"]),
    runners={
        "child_process.exec": "shell",
        "child_process.execSync": "shell",
        "child_process.spawn": "program",
        "child_process.spawnSync": "program",
        "child_process.execFile": "program",
        "child_process.execFileSync": "program",
        "node:child_process.exec": "shell",
        "node:child_process.execSync": "shell",
        "node:child_process.spawn": "program",
        "node:child_process.spawnSync": "program",
        "node:child_process.execFile": "program",
        "node:child_process.execFileSync": "program",
        "execa.execa": "program",
        "execa.execaSync": "program",
        "execa.execaCommand": "shell",
        "execa.default": "program",
        "execa": "program",
        "shelljs.exec": "shell",
        "zx.$": "shell",
        "Bun.spawn": "list",
        "Bun.spawnSync": "list",
    },
    constants={
        "react-native.Platform.OS": "ios",
        "__ANDROID__": False,
        "__IOS__": True,
        **{f"{owner}.isAndroid": False for owner in _NATIVESCRIPT},
        **{f"{owner}.isIOS": True for owner in _NATIVESCRIPT},
        **{f"{owner}.android": None for owner in _APPLICATIONS},
        **{f"{owner}.ios": True for owner in _APPLICATIONS},
    },
    selects={"react-native.Platform.select": ("ios", "native", "default")},
    loggers=frozenset(["log", "debug", "info", "notice", "warn", "warning", "error", "exception", "critical", "fault", "trace", "print"]),
    promises=True,
    one_thread=True,
    encoders=frozenset(["JSON.stringify"]),
    decoders={"JSON.parse": "nil"},
    plain_stores=frozenset(["caches", "localStorage", "sessionStorage"]),
)
