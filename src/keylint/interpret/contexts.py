"""Where code runs: which of the platform's ways into the program a path of calls starts from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from keylint.interpret.entrypoints import decorator_name
from keylint.interpret.events import FOREGROUND, LAUNCH, Place, Root
from keylint.interpret.platforms.contexts import Entry, Handler, contexts, entries, handlers
from keylint.interpret.values import Const, External, Partial, Text, Unknown, Value, is_nil
from keylint.program.module import Function
from keylint.program.nodes import Assign, Call, Expression, Lambda, Name, Span

if TYPE_CHECKING:
    from keylint.interpret.frame import Frame
    from keylint.interpret.world import Passed, World
    from keylint.program.link import File, TypeInfo
    from keylint.program.nodes import Node


def root_of(file: File, function: Function, info: TypeInfo | None) -> Root | None:
    """The way into the program that `function` is, when the platform is known to call it."""
    known = entries(file.language)
    for entry in (*known.get(function.name, ()), *known.get("", ())):
        if _is(entry, file, function, info):
            name = f"{info.name}.{function.name}" if info is not None else function.name
            return Root(Place(file.path, function.name_span), entry.kind, entry.title, name)
    if function.span in bootstraps(file):
        return Root(Place(file.path, function.name_span), LAUNCH, "root component", function.name)
    return None


def _is(entry: Entry, file: File, function: Function, info: TypeInfo | None) -> bool:
    if info is None or function.kind not in ("method", "initializer") or (function.kind == "initializer") != (entry.name == "init"):
        return False
    if entry.attribute and not any(decorator_name(attribute) == entry.attribute for attribute in function.attributes):
        return False
    if entry.labels is not None:
        labels = tuple(parameter.label for parameter in function.parameters)
        if labels[: len(entry.labels)] != entry.labels or (not entry.labels and labels):
            return False
    if entry.inherits and not any(name.rpartition(".")[2] in entry.inherits for name in file.inherited_names(info)):
        return False
    if entry.asynchronous and not function.is_async:
        return False
    if any(name in info.properties for name in entry.unless):
        return False
    if entry.needs and file.words(whole(file)).isdisjoint(name.encode() for name in entry.needs):
        return False
    return bool(entry.inherits or entry.labels or entry.attribute)


def whole(file: File) -> Span:
    """All of a file."""
    return Span(0, len(file.source.data))


def roots_in(file: File) -> Iterator[Root]:
    """Every method of a file that the platform calls, whether it touches a store or not."""
    for info in file.types.values():
        for function in file.own_functions(info):
            root = root_of(file, function, info)
            if root is not None:
                yield root


def bootstraps(file: File) -> frozenset[Span]:
    """The functions that a framework mounts as the program starts: the default export of a file of a known name."""
    known = contexts(file.language).bootstraps
    stem = file.path.replace("\\", "/").rpartition(".")[0]
    if not known or not any(f"/{stem}".endswith(f"/{name}") for name in known):
        return frozenset()
    names: set[str] = set()
    found: set[Span] = set()
    for export in file.exports:
        if export.name == "default" and export.module is None:
            names |= {export.local} if export.local is not None else set()
            found |= set(_functions(export.value, names))
    found |= {function.span for name in names for function in file.functions.get(name, ())}
    for statement in file.module.body.statements:
        value = getattr(statement, "value", None)
        if isinstance(value, Assign) and isinstance(value.target, Name) and value.target.name in names:
            found |= set(_functions(value.value, set()))
    return frozenset(found)


def _functions(value: Expression | None, names: set[str]) -> Iterator[Span]:
    """The functions that an exported value is or wraps; of those that it names, the names are added to `names`."""
    if isinstance(value, Lambda):
        yield value.function.span
    elif isinstance(value, Name):
        names.add(value.name)
    elif isinstance(value, Call):
        for argument in value.arguments:
            yield from _functions(argument.value, names)


class Handed:
    """What a call of unseen code does with the closures that it is given."""

    __slots__ = ("_gestures", "_handler", "_place", "_spelled")

    def __init__(self, language: str, callee: Value, arguments: Sequence[Passed], node: Node, place: Place, spelled: str) -> None:
        known = contexts(language)
        self._place = place
        self._spelled = spelled
        self._gestures = known.gestures if isinstance(node, Call) and node.element else frozenset()
        self._handler = _handler(language, callee, arguments)

    def root(self, argument: Passed) -> Root | None:
        """The way into the program that the closure in `argument` is."""
        if argument.label in self._gestures:
            return Root(argument.place, FOREGROUND, f"`{argument.label}`", self._spelled)
        handler = self._handler
        if handler is None:
            return None
        if handler.arguments and (argument.label or "") not in handler.arguments:
            return None
        return Root(self._place, handler.kind, handler.title, self._spelled)

    @property
    def provides(self) -> bool:
        """The closure returns the handler."""
        return self._handler is not None and self._handler.provides


def _handler(language: str, callee: Value, arguments: Sequence[Passed]) -> Handler | None:
    if isinstance(callee, External):
        name, module = (callee.path[-1] if callee.path else ""), callee.module
    elif isinstance(callee, Partial):
        name, module = callee.name, ""
    else:
        return None
    for handler in handlers(language).get(name, ()):
        if handler.modules and module not in handler.modules:
            continue
        if handler.label is not None and not any(argument.label == handler.label for argument in arguments):
            continue
        return handler
    return None


def inherited(root: Root | None, language: str, name: str) -> Root | None:
    """The root that remains for a closure that unseen code may run whenever it likes."""
    if root is None or root.kind not in (LAUNCH, FOREGROUND) or name.rpartition(".")[2] in contexts(language).stays:
        return root
    return None


def starts(world: World, callee: Value, arguments: Sequence[Passed], frame: Frame) -> tuple[bool, bool]:
    """Whether a call that starts a closure lets it run at the same time as the rest, and whether several times at once.

    A pool that is not seen to have room for two runs one after the other.
    """
    known = contexts(frame.file.language)
    if isinstance(callee, External):
        together = callee.dotted in known.together
        return frame.file.language != "python" or callee.path[-1:] not in _COROUTINES, together
    if isinstance(callee, Partial):
        if frame.file.language != "python":
            return True, False
        if callee.name in known.given_executor and arguments:
            given = arguments[0].value
            return is_nil(given) or is_executor(world, given), False
        executor = is_executor(world, callee.receiver)
        return executor, executor and callee.name == "map"
    return False, False


_COROUTINES = (("create_task",), ("ensure_future",), ("run_coroutine_threadsafe",), ("start_soon",), ("call_soon_threadsafe",))
"""What starts coroutines, which take turns on one event loop."""


def is_executor(world: World, value: Value) -> bool:
    """Whether `value` is a pool of threads or processes with room for two."""
    if not isinstance(value, Unknown) or value.token[:1] != ("call",) or len(value.token) < 3:
        return False
    made, given = value.token[1], value.token[2]
    if not isinstance(made, tuple) or made[:1] != ("external",) or not isinstance(given, tuple):
        return False
    name = ".".join((made[1], *made[2])) if made[1] else ".".join(made[2])
    return name in contexts(world.file.language).executors and ("const", "int", 1) not in given


def waits(world: World, callee: Partial) -> bool:
    """Whether calling a method waits for what was started before."""
    return callee.name in contexts(world.file.language).waits and not isinstance(callee.receiver, (Const, Text))


def starts_code(file: File, span: Span) -> bool:
    """Whether code mentions anything that starts code beside itself."""
    return not contexts(file.language).parallel.isdisjoint(file.words(span))
