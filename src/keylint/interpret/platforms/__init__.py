"""What the machine knows of each language's own library: locks, queues, promises, dictionary methods. Data only.

Names are dotted as code writes them: a global by its name (`DispatchQueue`), a member after its module (`threading.Lock`).
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from msgspec import Struct


class LockMaker(Struct, frozen=True):
    """Something whose result excludes others.

    `kind`: lock, queue, limiter (callable with a closure). `one` is where the number of those let in stands (label, position
    or option key); it must be 1. `concurrent` is a (label, name) argument that makes a queue let several in. `global_` makes a
    queue that serializes nothing by design. `by_name` locks are shared through their argument, wherever they are made.
    """

    kind: str = "lock"
    one: str | int | None = None
    default_one: bool = True
    concurrent: tuple[str, str] | None = None
    global_: bool = False
    by_name: bool = False
    main: bool = False


class Platform(Struct, frozen=True):
    """One language's library.

    - `locks`: makers by dotted name; `lock_types`: type names whose values are locks of an unseen make.
    - `take`, `release`: lock methods. `run_inside`: methods that run a closure inside; `barrier`: the argument that makes a
      concurrent queue exclusive.
    - `take_functions`, `release_functions`: functions that take or release the lock that is their first argument.
    - `now`: functions and methods that run their closure argument at once, once, and return its value; `each`: for every element, in order.
    - `later`: that run it later, alone; `detached`: later, without the caller's isolation.
      `together`: that run all their arguments at the same time.
    - `passes_through`: functions whose result is their first argument (conversions, `useCallback`).
    - `calls_argument`: functions whose result is what their argument returns when called (`useMemo`).
    - `inert`: functions that neither keep nor change their arguments. `test_tools`: names of test
      libraries, whose calls hand nothing over; `test_modules`: their import names, which only test code imports.
    - `protocols`: what types conform to or inherit from that is the platform's own.
    - `main_types`: types that the platform runs on its main actor. `test_types`, `test_attributes`, `test_calls`: how tests look;
    - `broad_errors`: error types that also cover a store that is locked or down.
    - `leave`: calls that never return. `record_makers`, `list_makers`: what makes dictionaries and lists.
    - `process_types`: types whose objects are given a program and its arguments, and then run.
    - `constants`: names with a value on the platform that is analyzed (Apple's);
      `selects`: functions that pick from their argument the first of these keys.
    - `encoders`: functions that spell any value as text, which is never empty.
    - `decoders`: functions that read text or bytes, with what becomes of nothing: `nil` (they give nil back) or the error they raise.
    - `plain_stores`: names that are in scope and keep data somewhere else, where no item of a store is.
    - `main_runners`: functions that run their closure on the main actor. `loggers`: method names that only write a log.
    - `runners`: functions that start a program: `list` (an argument list or words), `shell` (a command string),
      `program` (program first, then list), `words`.
    - `one_thread`: code makes room for other code of the program only where it awaits.
    """

    locks: dict[str, LockMaker]
    lock_types: frozenset[str] = frozenset()
    take: frozenset[str] = frozenset()
    release: frozenset[str] = frozenset()
    run_inside: frozenset[str] = frozenset()
    barrier: str = ""
    take_functions: frozenset[str] = frozenset()
    release_functions: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    each: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    detached: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    passes_through: frozenset[str] = frozenset()
    calls_argument: frozenset[str] = frozenset()
    inert: frozenset[str] = frozenset()
    test_tools: frozenset[str] = frozenset()
    protocols: frozenset[str] = frozenset()
    main_types: frozenset[str] = frozenset()
    test_modules: frozenset[str] = frozenset()
    test_types: frozenset[str] = frozenset()
    test_attributes: frozenset[str] = frozenset()
    test_calls: frozenset[str] = frozenset()
    broad_errors: frozenset[str] = frozenset()
    leave: frozenset[str] = frozenset()
    record_makers: frozenset[str] = frozenset()
    list_makers: frozenset[str] = frozenset()
    runners: dict[str, str] = {}
    process_types: frozenset[str] = frozenset()
    constants: dict[str, str | bool | None] = {}
    selects: dict[str, tuple[str, ...]] = {}
    main_runners: frozenset[str] = frozenset()
    loggers: frozenset[str] = frozenset()
    not_regions: frozenset[str] = frozenset()
    suppressors: frozenset[str] = frozenset()
    encoders: frozenset[str] = frozenset()
    decoders: dict[str, str] = {}
    plain_stores: frozenset[str] = frozenset()
    event_loop: bool = False
    one_thread: bool = False
    value_dictionaries: bool = False
    promises: bool = False


LOCK_WORDS = frozenset(
    [
        "lock",
        "locked",
        "locking",
        "mutex",
        "synchronized",
        "synchronised",
        "synchronize",
        "serialize",
        "serialized",
        "serially",
        "serial",
        "exclusive",
        "exclusively",
        "atomic",
        "atomically",
        "barrier",
        "critical",
        "semaphore",
        "queue",
        "queued",
        "enqueue",
        "withlock",
        "sync",
    ]
)
"""Words that, in the name of what runs a closure, suggest that it lets in one caller at a time. Then nothing is known, and nothing said."""


def platform(language: str) -> Platform:
    """The platform of `language`."""
    return cast(Platform, import_module(f"keylint.interpret.platforms.{language}").PLATFORM)
