"""TypeScript and JavaScript: the language, browsers and Node, React, the mutex libraries people use."""

from __future__ import annotations

from keylint.interpret.platforms import LockMaker, Platform

_LOCK = LockMaker()
_LIMIT = LockMaker("limiter", one=0, default_one=False)
_QUEUE = LockMaker("queue", one="concurrency", default_one=False)

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
    lock_types=frozenset("Mutex MutexInterface Semaphore AsyncLock Lock PQueue".split()),
    take=frozenset("acquire acquireAsync lock".split()),
    release=frozenset("release unlock".split()),
    run_inside=frozenset("runExclusive request add acquire withLock run dispatch use schedule".split()),
    now=frozenset("Promise Promise.resolve act InteractionManager.runAfterInteractions startTransition batch untracked runInAction unstable_batchedUpdates".split()),
    each=frozenset("map flatMap forEach filter reduce some every find findIndex sort reduceRight".split()),
    later=frozenset("setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame requestIdleCallback process.nextTick".split()),
    together=frozenset("Promise.all Promise.allSettled Promise.race Promise.any".split()),
    passes_through=frozenset(
        "useCallback memo forwardRef Object.freeze Object.seal String React.useCallback React.memo React.forwardRef structuredClone encodeURIComponent useEvent useEffectEvent "
        "useEventCallback useMemoizedFn observer".split()
    ),
    calls_argument=frozenset("useMemo React.useMemo".split()),
    inert=frozenset(
        "console.log console.warn console.error console.info console.debug JSON.stringify Object.keys Object.values Object.entries Boolean Number parseInt isNaN Array.isArray "
        "expect jest.mocked vi.mocked jest.spyOn vi.spyOn jest.fn vi.fn sinon.stub sinon.spy".split()
    ),
    test_tools=frozenset("expect jest vi mocked sinon describe it test beforeEach afterEach beforeAll afterAll when td assert chai cy".split()),
    test_calls=frozenset("describe it test beforeEach afterEach beforeAll afterAll suite specify".split()),
    broad_errors=frozenset(),
    leave=frozenset("process.exit".split()),
    record_makers=frozenset("Object.create Object".split()),
    list_makers=frozenset("Array Array.from Array.of Set".split()),
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
    promises=True,
)
