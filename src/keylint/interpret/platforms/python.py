"""Python: the standard library's locks, executors, subprocesses, and the file-lock libraries people use."""

from __future__ import annotations

from keylint.interpret.platforms import LockMaker, Platform

_LOCK = LockMaker()
_NAMED = LockMaker(by_name=True)
_ONE = LockMaker(one=0)

PLATFORM = Platform(
    locks={
        "threading.Lock": _LOCK,
        "threading.RLock": _LOCK,
        "threading.Condition": _LOCK,
        "threading.Semaphore": _ONE,
        "threading.BoundedSemaphore": _ONE,
        "asyncio.Lock": _LOCK,
        "asyncio.Condition": _LOCK,
        "asyncio.Semaphore": _ONE,
        "asyncio.BoundedSemaphore": _ONE,
        "multiprocessing.Lock": _LOCK,
        "multiprocessing.RLock": _LOCK,
        "multiprocessing.Semaphore": _ONE,
        "multiprocessing.BoundedSemaphore": _ONE,
        "anyio.Lock": _LOCK,
        "trio.Lock": _LOCK,
        "_thread.allocate_lock": _LOCK,
        "filelock.FileLock": _NAMED,
        "filelock.SoftFileLock": _NAMED,
        "filelock.UnixFileLock": _NAMED,
        "filelock.AsyncFileLock": _NAMED,
        "portalocker.Lock": _NAMED,
        "portalocker.RLock": _NAMED,
        "fasteners.InterProcessLock": _NAMED,
        "fasteners.InterProcessReaderWriterLock": _NAMED,
        "oslo_concurrency.lockutils.lock": _NAMED,
        "zc.lockfile.LockFile": _NAMED,
    },
    lock_types=frozenset("Lock RLock Condition Semaphore BoundedSemaphore FileLock BaseFileLock InterProcessLock".split()),
    take=frozenset("acquire".split()),
    release=frozenset("release".split()),
    now=frozenset("asyncio.run asyncio.wait_for asyncio.shield asyncio.timeout run_until_complete anyio.run trio.run functools.partial".split()),
    each=frozenset("map filter".split()),
    later=frozenset("call_soon call_later call_at add_done_callback atexit.register".split()),
    detached=frozenset(
        "threading.Thread threading.Timer multiprocessing.Process submit asyncio.create_task asyncio.ensure_future create_task start_soon asyncio.run_coroutine_threadsafe "
        "asyncio.to_thread run_in_executor anyio.to_thread.run_sync call_soon_threadsafe apply_async".split()
    ),
    together=frozenset("asyncio.gather asyncio.wait asyncio.as_completed".split()),
    passes_through=frozenset(
        "str bytes typing.cast cast functools.wraps copy.copy copy.deepcopy contextlib.closing functools.lru_cache functools.cache staticmethod classmethod property "
        "Foundation.NSDictionary.dictionaryWithDictionary_ objc.pyobjc_unicode".split()
    ),
    inert=frozenset("print len repr isinstance issubclass hasattr getattr type id json.dumps logging.info logging.debug logging.warning logging.error sorted any all iter".split()),
    test_tools=frozenset("patch mock Mock MagicMock monkeypatch pytest unittest".split()),
    test_types=frozenset("TestCase unittest.TestCase IsolatedAsyncioTestCase unittest.IsolatedAsyncioTestCase".split()),
    broad_errors=frozenset("Exception BaseException KeyringError OSError RuntimeError Error".split()),
    leave=frozenset("sys.exit os._exit exit quit os.abort".split()),
    record_makers=frozenset("dict collections.OrderedDict OrderedDict".split()),
    list_makers=frozenset("list tuple set frozenset".split()),
    runners={
        "subprocess.run": "list",
        "subprocess.call": "list",
        "subprocess.check_call": "list",
        "subprocess.check_output": "list",
        "subprocess.Popen": "list",
        "subprocess.getoutput": "shell",
        "subprocess.getstatusoutput": "shell",
        "os.system": "shell",
        "os.popen": "shell",
        "asyncio.create_subprocess_exec": "words",
        "asyncio.create_subprocess_shell": "shell",
        "pexpect.spawn": "shell",
        "pexpect.run": "shell",
        "sh.security": "words",
        "os.execvp": "program",
        "os.execv": "program",
    },
    not_regions=frozenset(
        "open contextlib.suppress suppress contextlib.closing contextlib.redirect_stdout contextlib.redirect_stderr contextlib.nullcontext tempfile.TemporaryDirectory "
        "tempfile.NamedTemporaryFile asyncio.timeout asyncio.TaskGroup asyncio.timeout_at warnings.catch_warnings concurrent.futures.ThreadPoolExecutor ThreadPoolExecutor ProcessPoolExecutor concurrent.futures.ProcessPoolExecutor "
        "patch mock.patch pytest.raises aiohttp.ClientSession httpx.Client httpx.AsyncClient requests.Session zipfile.ZipFile subprocess.Popen socket.socket anyio.create_task_group".split()
    ),
    suppressors=frozenset("contextlib.suppress suppress".split()),
    event_loop=True,
)
