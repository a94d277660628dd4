"""Other files of the program: their top-level code runs, unheard, when the first of their names is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.interpret import calls, expressions, statements
from keylint.interpret.events import Place
from keylint.interpret.frame import Frame, Unreachable
from keylint.interpret.scope import Scope, State, join_all
from keylint.interpret.sweeping import sweep
from keylint.interpret.values import Closure, Handle, ModuleValue, Record, Ref, TypeValue, Unknown, Value, alternatives, union
from keylint.program.link import DEFAULT, Definition

if TYPE_CHECKING:
    from keylint.interpret.world import World
    from keylint.program.link import File, TypeInfo
    from keylint.program.module import Function


class Loaded(Struct):
    """A file whose top-level code has run: where its names are, and what they hold. `marker` is a cell of states that have that."""

    scope: Scope
    marker: int
    memory: dict[int, Value]


def scope_of(world: World, file: File, state: State) -> Scope:
    """The top-level names of `file`. What they hold is put into `state`."""
    if file is world.file:
        return world.module_scope
    loaded = world.loaded.get(file.path) or _load(world, file)
    if loaded.marker not in state.memory:
        for cell, value in loaded.memory.items():
            state.memory.setdefault(cell, value)
    return loaded.scope


def _load(world: World, file: File) -> Loaded:
    """Runs the top-level code of `file` by itself, on a budget of its own."""
    loaded = world.loaded[file.path] = Loaded(Scope(None, function=True), world.fresh(), {})
    frame = Frame(file, None, loaded.scope, ())
    outer = (world.steps, world.stack, world.origin, world.abroad, world.supply)
    world.steps, world.stack, world.origin, world.supply = 0, [], None, None
    try:
        with world.recorder.muted(), world.lasting():
            states = statements.execute_statements(world, file.module.body.statements, [State()], frame, top=True)
            base = join_all([*states, *(ended for ended, _ in frame.returns + frame.raises)]) or State()
            for export in file.exports:
                if export.value is not None:
                    cell = world.fresh()
                    try:
                        base.memory[cell] = expressions.evaluate(world, export.value, base, frame)
                    except Unreachable:
                        continue
                    loaded.scope.names[DEFAULT if export.name == "default" else export.name] = cell
            decorate(world, file, base)
    finally:
        world.steps, world.stack, world.origin, world.abroad, world.supply = outer
    unsettle(world, file, loaded.scope, base)
    sweep(base, 0, names=loaded.scope.names.values())
    loaded.memory = base.memory
    loaded.memory[loaded.marker] = Unknown(("loaded", file.path))
    return loaded


def decorate(world: World, file: File, base: State) -> None:
    """Applies the decorators of a file that are functions of the program."""
    if file.language != "python":
        return
    functions: list[tuple[Function, TypeInfo | None]] = [(function, None) for function in file.module.functions]
    functions += [(function, info) for info in file.types.values() for function in file.own_functions(info)]
    for function, info in functions:
        if not function.attributes or function.body is None:
            continue
        with world.recorder.muted():
            world.refill()
            scope = scope_of(world, file, base)
            frame = Frame(file, None, scope, ())
            value: Value = Closure(function, file, scope, None, info, -1)
            changed = False
            for attribute in reversed(function.attributes):
                decorator = expressions.evaluate(world, attribute, base, frame)
                if isinstance(decorator, Closure):
                    value = calls.call(world, decorator, [world.argument(value, attribute)], base, frame, attribute)
                    changed = True
        if changed and isinstance(value, Closure):
            world.decorated[id(function)] = value
            world.enter_mark(value.function, value.file)


def unsettle(world: World, file: File, scope: Scope, base: State) -> None:
    """Variables of a file that its functions assign may hold anything when a function starts."""
    changed = world.survey.changed_members(file)
    mutated = world.survey.changes(file).filled_variables()
    for name, cell in scope.names.items():
        value = base.memory.get(cell)
        fixed = isinstance(value, (Closure, TypeValue)) or (isinstance(value, Handle) and name not in world.survey.reassigned(file))
        if name in changed and value is not None and not fixed:
            base.memory[cell] = value = union((value, Unknown(("global", file.path, name))))
        if name in mutated and value is not None:
            for option in alternatives(value):
                held = base.memory.get(option.address) if isinstance(option, Ref) else option
                if isinstance(held, Record):
                    opened = Record(held.entries, True, held.base, held.place)
                    base.memory[option.address if isinstance(option, Ref) else cell] = opened


def method_at(world: World, function: Function, owner: TypeInfo, receiver: Value | None, state: State, identity: int = 0) -> Closure:
    """A method of `owner`, bound to `receiver`, in the file that it stands in."""
    file = owner.file_of(function)
    return Closure(function, file, scope_of(world, file, state), receiver, owner, identity)


def function_at(world: World, function: Function, file: File, state: State) -> Closure:
    """A top-level function of `file`."""
    return world.decorated.get(id(function)) or Closure(function, file, scope_of(world, file, state))


def value_of(world: World, definition: Definition, place: Place, state: State) -> Value | None:
    """What a name at the top level of a file holds; `None` when that was not seen."""
    file, name = definition
    if not name:
        return ModuleValue(file)
    info = file.types.get(name)
    if info is not None and info.declared:
        return TypeValue(info)
    functions = [function for function in file.functions.get(name, ()) if function.body is not None]
    if functions:
        return function_at(world, functions[-1], file, state)
    cell = scope_of(world, file, state).names.get(name)
    return state.memory.get(cell) if cell is not None else None


def member(world: World, module: ModuleValue, name: str, place: Place, state: State) -> Value:
    """`module.name`, where `module` is a file of the program."""
    program, file = world.program, module.file
    definition = program.exported(file, name)
    if definition is None and (inner := program.submodule(file, name)) is not None:
        definition = Definition(inner, "")
    value = value_of(world, definition, place, state) if definition is not None else None
    return value if value is not None else Unknown(("member", ("module", file.path), name))

