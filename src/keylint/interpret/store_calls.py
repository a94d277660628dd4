"""Store calls: from evaluated arguments to what the recorder notes and what the call returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.interpret import assignment, objects, promises, records, unseen
from keylint.interpret.events import ABSENT, ItemKey, Place, Word
from keylint.interpret.frame import Frame
from keylint.interpret.identity import SEARCHES, Identity, item_keys, of_dictionary, part_of
from keylint.interpret.options import Seen, accessibility, choices_of, fact_of, look
from keylint.interpret.scope import State
from keylint.interpret.values import (
    LOCKED,
    MISSING,
    NIL,
    OTHER,
    SUCCESS,
    TOLD,
    AccessControl,
    Const,
    Entry,
    External,
    Failure,
    Handle,
    Items,
    Key,
    Outcome,
    Promise,
    Record,
    Ref,
    StatusOf,
    Text,
    Unknown,
    Value,
    Verdict,
    alternatives,
    union,
)
from keylint.interpret.world import Passed, World
from keylint.program import nodes
from keylint.program.nodes import Node, Span

if TYPE_CHECKING:
    from keylint.stores.catalogue import Maker, Operation, Store


def call_store(
    world: World,
    store: Store,
    operation: Operation,
    callee: External,
    arguments: list[Passed],
    state: State,
    frame: Frame,
    node: Node,
    native: bool,
    handle: Handle | None = None,
) -> Value:
    """Notes a store call and returns what it gives. `handle` is the object of the store whose method is called."""
    place = Place(frame.file.path, node.span)
    if operation.throws_with_try and unseen.may_throw(frame, place):
        operation = world.catalogue.throwing(operation)
    for argument in arguments:
        world.recorder.used(argument.value)
    spread = any(argument.spread for argument in arguments)
    carrier = operation.attributes if operation.attributes is not None else operation.options
    options = _look(
        world, store, arguments, carrier, operation.options_label if operation.attributes is None else None, state, place, spread
    )
    dialect = world.catalogue.dialect(store, [name for name, setting in options.options.settings.items() if setting.possible])
    if dialect is not None:
        meant = world.catalogue.operation(dialect, callee.dotted) or operation
        return call_store(world, dialect, meant, callee, arguments, state, frame, node, native)
    query = _look(world, store, arguments, operation.query, None, state, place, spread) if operation.query is not None else None
    named = options if query is None or operation.attributes is not None else query
    if store.objects or operation.gives:
        settings, own = objects.settings_of_call(world, store, operation, handle, arguments, state, place, frame)
        if carrier is not None and options.options.given != ABSENT:
            given = argument_of(arguments, carrier, operation.options_label)
            settings = records.merge(world, settings, given.value if given is not None else Unknown(("spread", world.fresh())), state)
        options = named = look(world, store, settings, state, place)
        if operation.gives and operation.verb not in ("add", "write"):
            query = look(world, store, own, state, place)
    if operation.permanent is not None and not _is_permanent(world, store, operation, options, state):
        return _result_of_generation(world, operation, place)
    if operation.permanent is not None:
        options = named = _with_secret_part(world, store, operation, options, state, place)
    source = options if store.objects or operation.gives else query or options
    item_class = operation.item_class or _item_class(world, store, source)
    identity = _identity(world, store, operation, arguments, source, options, item_class, state)
    event = world.recorder.sight(
        world,
        store,
        operation,
        place,
        callee.place or place,
        _spelled(node, frame, callee),
        options.options,
        query.options if query is not None else None,
        accessibility(world, store, named),
        identity,
        item_class,
        state,
        frame,
    )
    if any(kind.status for kind in store.objects):
        state.memory[world.store_cell(store, "status")] = StatusOf(event, place)
    result = _result(world, store, operation, event, arguments, state, frame, place)
    return _called_back(world, operation, result, arguments, state, frame, node)


def _called_back(
    world: World, operation: Operation, result: Value, arguments: Sequence[Passed], state: State, frame: Frame, node: Node
) -> Value:
    """What a call gives, where its callbacks are told the outcome instead."""
    if operation.callback is not None and argument_of(arguments, operation.callback, None) is not None:
        return NIL
    if operation.on_success is None or not isinstance(result, Promise):
        return result
    told = [argument_of(arguments, position, None) for position in (operation.on_success, operation.on_failure)]
    given = [found or Passed(NIL, None, frame.place(node)) for found in told]
    promises.chain(world, result, "then", given, state, frame, node, "the error callback takes every failure alike")
    return NIL


def _spelled(node: Node, frame: Frame, callee: External) -> str:
    if callee.path[-1].startswith(objects.READ):
        text = frame.text(node, 60)
        return text if len(text) < 50 else text.partition("[")[0] + "[…]"
    if isinstance(node, nodes.Call):
        text = frame.text(node.callee, 60)
        named, called = callee.place, node.callee.span
        if named is not None and called.end <= named.span.start and named.span.end <= node.span.end and named.path == frame.file.path:
            # `to_thread(keyring.set_password, …)`: the function is an argument of what calls it.
            text = frame.file.source.text(named.span.start, named.span.end)
        return text if len(text) < 50 else callee.dotted
    return callee.dotted


def argument_of(arguments: Sequence[Passed], position: int | None, label: str | None, others: tuple[str, ...] = ()) -> Passed | None:
    """The argument with the label, or one of the others; else the one at the position among those without a label."""
    if label is not None or others:
        for argument in arguments:
            if argument.label is not None and argument.label in (label, *others):
                return argument
    positional = [argument for argument in arguments if argument.label is None]
    if position is not None and position < len(positional) and not any(argument.spread for argument in positional[: position + 1]):
        return positional[position]
    return None


def _look(
    world: World,
    store: Store,
    arguments: Sequence[Passed],
    position: int | None,
    label: str | None,
    state: State,
    place: Place,
    spread: bool,
) -> Seen:
    found = argument_of(arguments, position, label)
    if found is None and spread:
        return look(world, store, Unknown(("spread", world.fresh())), state, place)
    return look(world, store, found.value if found is not None else None, state, found.place if found is not None else place)


def _is_permanent(world: World, store: Store, operation: Operation, seen: Seen, state: State) -> bool:
    """Whether the key is stored at all: only when that is seen."""
    for record in (seen.record, _part(seen, operation.secret_part, state)):
        entry = record.entries.get(("name", operation.permanent)) if record is not None else None
        if entry is None:
            continue
        for option in alternatives(entry.value):
            if fact_of(world, store, option, entry.places[0]).truth is True:
                return True
            if isinstance(option, External) and (symbol := world.symbol(option)) and world.catalogue.truth(symbol.store, symbol.name):
                return True
    return False


def _part(seen: Seen, name: str | None, state: State) -> Record | None:
    entry = seen.record.entries.get(("name", name)) if seen.record is not None and name is not None else None
    if entry is None:
        return None
    held = state.memory.get(entry.value.address) if isinstance(entry.value, Ref) else entry.value
    return held if isinstance(held, Record) else Record({}, True)


def _with_secret_part(world: World, store: Store, operation: Operation, seen: Seen, state: State, place: Place) -> Seen:
    part = _part(seen, operation.secret_part, state)
    if part is None or seen.record is None:
        return seen
    shapes = records.merged_shapes(seen.record, part)
    merged = Record({**seen.record.entries, **part.entries}, seen.record.open or part.open, seen.record.base, seen.record.place, shapes)
    return look(world, store, merged, state, place)


def _result_of_generation(world: World, operation: Operation, place: Place) -> Value:
    return Unknown(("key", world.fresh()))


def _item_class(world: World, store: Store, seen: Seen) -> str | None:
    if store.item_class_key is None:
        return None
    setting = seen.options.settings.get(store.item_class_key)
    constants = {fact.constant for fact in setting.values} if setting is not None else set()
    return constants.pop() if len(constants) == 1 else None


def _identity(
    world: World,
    store: Store,
    operation: Operation,
    arguments: Sequence[Passed],
    source: Seen,
    options: Seen,
    item_class: str | None,
    state: State,
) -> Identity:
    if not operation.identity:
        record = source.record
        if record is None and source.origin is None and source.options.settings:
            record = _joined_record(source)
        return of_dictionary(world, store, record, source.origin, item_class, operation.verb)
    parts = {}
    origin = None
    for field in operation.identity:
        value: Value | None = None
        given = argument_of(arguments, field.argument, field.label, field.other_labels)
        if given is not None:
            value = given.value
            target = state.memory.get(value.address) if isinstance(value, Ref) else value
            if field.option is not None and isinstance(target, Record):
                value = _entry(target, field.option)
        elif field.option is not None and field.argument is None:
            if options.options.given == "unknown" or (options.record is None and options.origin is not None):
                setting = None
                value = Unknown(("option", options.origin or ("?",), field.option))
                del setting
            elif options.record is not None:
                value = _entry(options.record, field.option)
        if field.option in store.class_keys and value is not None:
            value = _class_named(world, store, value, source.options.place)
        parts[field.name] = part_of(field.name, value, field.noun or "", field.default, field.any_values, store.truths, store.constants)
    keys: tuple[ItemKey, ...] = ()
    if not any(argument.spread for argument in arguments):
        keys = item_keys(store.base or store.name, None, parts.values(), parts, operation.verb in SEARCHES)
    return Identity(store.base or store.name, None, parts, origin, wide=operation.verb == "clear", keys=keys)


def _class_named(world: World, store: Store, value: Value, place: Place | None) -> Value:
    """A class that tells items apart, however it is spelled."""
    found = choices_of(world, store, value, place or Place("", Span(0, 0)), False)
    cls = found[0].cls if len(found) == 1 else None
    return Const(cls.constant) if cls is not None else value


def _entry(record: Record, name: str) -> Value | None:
    entry = record.entries.get(("name", name))
    if entry is None:
        return Unknown(("item", record.base or ("?",), name)) if record.open else None
    return entry.value if entry.presence == "must" else union((entry.value, Const(None)))


def _joined_record(seen: Seen) -> Record | None:
    entries: dict[Key, Entry] = {}
    for name, values in seen.raw.items():
        if values:
            entries[("name", name)] = values[0][1]
    return Record(entries, seen.options.open)


def _result(
    world: World, store: Store, operation: Operation, event: int, arguments: Sequence[Passed], state: State, frame: Frame, place: Place
) -> Value:
    """What the call gives: a status, a promise, a value that may be absent."""
    reads = operation.verb in ("read", "exists")
    if reads:
        state.outcomes[event] = Outcome(event, world.recorder.full_outcome(event))
    result = _read_value(operation, event, place) if reads else Unknown(("stored", event))
    for argument in arguments:
        if argument.inout and argument.node is not None:
            failed = Outcome(event, frozenset((MISSING, OTHER, LOCKED, TOLD)), place, "a failed read leaves its result nil")
            value = (
                union((Const(None, place, (failed,)), Unknown(("read", event), None, (Outcome(event, frozenset((SUCCESS,))),))))
                if reads
                else result
            )
            assignment.assign_to(world, argument.node, value, state, frame)
    if operation.returns == "status":
        return StatusOf(event, place)
    if operation.returns == "success":
        succeeded = frozenset((SUCCESS,))
        return Verdict(event, succeeded, world.recorder.full_outcome(event) - succeeded, place)
    if operation.returns == "status-pair":
        return Items((StatusOf(event, place), Unknown(("read", event))))
    failure = Unknown(("store-failure", event))
    failures = _failures(operation, event, failure, reads)
    if operation.returns == "promise" or operation.asynchronous:
        world.recorder.promised(event)
        known = (Outcome(event, frozenset((SUCCESS, MISSING))),) if reads and not operation.hides_failures else ()
        told = event if world.platform.promises else None  # a coroutine that nobody awaits is another matter: it never runs
        return Promise(result if reads else Unknown(("result", event)), failures, told, known)
    for one in failures:
        path = state.copy()
        if all(path.note(outcome) for outcome in one.outcomes):
            frame.raises.append((path, failure))
    if reads and failures:
        state.note(Outcome(event, frozenset((SUCCESS, MISSING)) if operation.absence != "raises" else frozenset((SUCCESS,))))
    if operation.returns == "value-pair":
        return Items((result, Unknown(("error", event))))
    return result if reads else Const(None) if operation.returns == "nothing" else Unknown(("result", event))


def _failures(operation: Operation, event: int, error: Value, reads: bool) -> tuple[Failure, ...]:
    if not operation.raises and not operation.asynchronous and operation.returns != "promise":
        return ()
    if not reads:
        return (Failure((), error),)
    failures = [] if operation.hides_failures else [Failure((Outcome(event, frozenset((OTHER,))),), error)]
    if operation.absence == "raises":
        failures.append(
            Failure((Outcome(event, frozenset((MISSING, OTHER)) if operation.hides_failures else frozenset((MISSING,))),), error)
        )
    return tuple(failures)


def _read_value(operation: Operation, event: int, place: Place) -> Value:
    found = (Outcome(event, frozenset((SUCCESS,))),)
    gone = frozenset((MISSING, OTHER)) if operation.hides_failures else frozenset((MISSING,))
    absent = (
        Outcome(
            event,
            gone,
            place if operation.hides_failures else None,
            "the store answers every failure as if nothing were there" if operation.hides_failures else "",
        ),
    )
    if operation.verb == "exists":
        return union((Const(True, place, found), Const(False, place, absent)))
    value = Unknown(("read", event), None, found)
    if operation.absence == "nil":
        return union((Const(None, place, absent), value))
    if operation.absence == "false":
        return union((Const(False, place, absent), value))
    return value


def make_access_control(world: World, maker: Maker, arguments: list[Passed], place: Place) -> Value:
    """An access-control object and the class it carries."""
    given = argument_of(arguments, maker.protection, None)
    control = AccessControl(given.value if given is not None else Unknown(("protection", world.fresh())), place)
    return Items((control, Unknown(("error", world.fresh())))) if maker.returns == "value-pair" else control


def run_command(world: World, kind: str, arguments: list[Passed], state: State, frame: Frame, place: Place) -> None:
    """A program is started: if it is a store's command line, notes its words."""
    words, exact = _words(world, kind, arguments, state)
    while words and isinstance(words[0][0], Const) and words[0][0].value in ("sudo", "/usr/bin/env", "env", "xcrun", "/usr/bin/sudo", "-n"):
        words = words[1:]
    if not words or not isinstance(words[0][0], Const):
        return
    program = str(words[0][0].value).rpartition("/")[2]
    if program not in world.catalogue.programs:
        return
    rest = words[1:]
    for position, (word, _) in enumerate(rest):
        if isinstance(word, Const) and (found := world.catalogue.command(program, str(word.value))) is not None:
            store, command = found
            facts = []
            for value, where in rest[position + 1 :]:
                fact = fact_of(world, store, value, where)
                facts.append(Word(fact, fact.text if isinstance(value, Const) else _beginning(value)))
            world.recorder.command(store, command, place, tuple(facts), exact)
            return


def _beginning(value: Value) -> str | None:
    """What is known of the beginning of a word: `-w` of `-w{secret}`."""
    first = value.parts[0] if isinstance(value, Text) and value.parts else None
    return str(first.value) if isinstance(first, Const) and first.value else None


_COMMAND_LABELS = (None, "args", "command", "launchPath", "executableURL", "arguments")
"""Labels of the arguments that hold a program or its words."""


def _words(world: World, kind: str, arguments: list[Passed], state: State) -> tuple[list[tuple[Value, Place]], bool]:
    positional = [argument for argument in arguments if argument.label in _COMMAND_LABELS]
    if not positional:
        return [], False
    first = positional[0]
    value = state.memory.get(first.value.address, first.value) if isinstance(first.value, Ref) else first.value
    if kind == "words":
        return [(argument.value, argument.place) for argument in positional], True
    if kind == "program":
        items = positional[1].value if len(positional) > 1 else Items(())
        found = [(value, first.place)]
        return (found + _placed(items, positional[1].place), items.exact) if isinstance(items, Items) else (found, False)
    if kind == "list" and isinstance(value, Items):
        return _placed(value, first.place), value.exact
    return _split_command(value, first.place), True


def _placed(items: Items, default: Place) -> list[tuple[Value, Place]]:
    places = items.places if len(items.places) == len(items.items) else tuple(default for _ in items.items)
    return list(zip(items.items, places, strict=True))


def _split_command(value: Value, place: Place) -> list[tuple[Value, Place]]:
    """The words of a command string; a word with an unknown part is unknown."""
    parts = value.parts if isinstance(value, Text) else (value,)
    words: list[tuple[Value, Place]] = []
    current = ""
    unseen: Value | None = None
    quote = ""

    def finish() -> None:
        nonlocal current, unseen
        if unseen is not None:
            words.append((unseen, place))
        elif current:
            words.append((Const(current, place), place))
        current, unseen = "", None

    for part in parts:
        if isinstance(part, Const) and isinstance(part.value, (str, bytes)):
            text = part.value.decode("utf-8", "replace") if isinstance(part.value, bytes) else part.value
            for letter in text:
                if quote:
                    if letter == quote:
                        quote = ""
                    else:
                        current += letter
                elif letter in "\"'":
                    quote = letter
                elif letter.isspace():
                    finish()
                elif letter in ";|&":
                    finish()
                    return words
                else:
                    current += letter
        else:
            unseen = part
    finish()
    return words
