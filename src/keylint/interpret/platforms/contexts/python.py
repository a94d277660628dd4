"""Python: thread and process pools. What launchd or a scheduler starts cannot be seen in the code."""

from __future__ import annotations

from keylint.interpret.platforms.contexts import Contexts

CONTEXTS = Contexts(
    executors=frozenset(
        [
            "concurrent.futures.ThreadPoolExecutor",
            "concurrent.futures.ProcessPoolExecutor",
            "concurrent.futures.thread.ThreadPoolExecutor",
            "concurrent.futures.process.ProcessPoolExecutor",
            "multiprocessing.Pool",
            "multiprocessing.pool.ThreadPool",
            "multiprocessing.pool.Pool",
            "multiprocessing.dummy.Pool",
        ]
    ),
    given_executor=frozenset(["run_in_executor"]),
    waits=frozenset(["result", "join", "wait", "shutdown", "exception", "get"]),
    parallel=frozenset([b"Thread", b"Timer", b"submit", b"map", b"to_thread", b"run_in_executor", b"apply_async", b"Process"]),
)
