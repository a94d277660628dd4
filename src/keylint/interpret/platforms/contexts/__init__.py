"""Where each platform runs a program's code: in the background, while it starts, when its user acts. Data only.

`BACKGROUND` code may run while the device is locked, or before it was unlocked for the first time since it started. `LAUNCH` code runs
whenever the process starts, which the system does in the background for a program that has background code. `FOREGROUND` code runs
because somebody touched the screen.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from msgspec import Struct

from keylint.interpret.events import BACKGROUND


class Entry(Struct, frozen=True):
    """A method that the platform calls.

    - `name`: the method's, empty for every method of the type. `labels`: its first argument labels, `None` for whatever they are.
    - `inherits`: names of types one of which the method's own type inherits from; none where name and labels say enough.
    - `attribute`: one that the method carries. `asynchronous`: it must be async.
    - `needs`: names one of which the file must mention. `unless`: members of the type that say that it does not run so.
    - `title`: what people call it.
    """

    title: str
    name: str = ""
    labels: tuple[str | None, ...] | None = None
    inherits: tuple[str, ...] = ()
    attribute: str = ""
    asynchronous: bool = False
    kind: str = BACKGROUND
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Handler(Struct, frozen=True):
    """A call that hands a closure to the platform.

    - `function`: the last name of what is called; `modules` the libraries it comes from, none where the name says enough.
    - `label`: an argument that the call must have. `arguments`: labels of those that are the handler, none where every closure is.
    - `provides`: the closure is asked for the handler, and returns it.
    """

    title: str
    function: str
    modules: tuple[str, ...] = ()
    label: str | None = None
    arguments: tuple[str, ...] = ()
    provides: bool = False
    kind: str = BACKGROUND


class Contexts(Struct, frozen=True):
    """What is known of one language.

    - `gestures`: attributes of an element on the screen whose closures run when the user acts.
    - `stays`: functions whose closures run where the call does, though nobody sees when.
    - `bootstraps`: names of files, without suffix, whose default export a framework mounts as the program starts; `top_level`: what
      people call code outside functions, where that runs as the program starts.
    - `guards`: names that, in a test, ask whether protected data can be read now.
    - `executors`: what makes pools of threads or processes. `together`: functions that run their closure several times at once.
      `waits`: methods that wait for what was started. `given_executor`: methods whose first argument is the pool, nothing for one with
      room for several.
    - `parallel`: words one of which code that starts code beside itself mentions; none where nothing runs at the same time.
    """

    entries: tuple[Entry, ...] = ()
    handlers: tuple[Handler, ...] = ()
    gestures: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()
    bootstraps: tuple[str, ...] = ()
    top_level: str = ""
    guards: frozenset[str] = frozenset()
    executors: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    waits: frozenset[str] = frozenset()
    parallel: frozenset[bytes] = frozenset()
    given_executor: frozenset[str] = frozenset()


@cache
def contexts(language: str) -> Contexts:
    """The contexts of `language`."""
    return cast(Contexts, import_module(f"keylint.interpret.platforms.contexts.{language}").CONTEXTS)


@cache
def entries(language: str) -> dict[str, tuple[Entry, ...]]:
    """The methods that the platform calls, by name."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in contexts(language).entries:
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return found


@cache
def handlers(language: str) -> dict[str, tuple[Handler, ...]]:
    """The calls that hand closures to the platform, by the last name of what is called."""
    found: dict[str, tuple[Handler, ...]] = {}
    for handler in contexts(language).handlers:
        found[handler.function] = (*found.get(handler.function, ()), handler)
    return found
