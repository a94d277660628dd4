"""Functions of other files that lead to no store are entered for the values they supply: service names, paths, options.

They get a small budget of their own, so that they cannot use up what the code that does lead to a store needs. One that is not done
within it counts as unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keylint.interpret.frame import Unreachable
from keylint.interpret.values import Closure, External, Handle, Instance, Partial, Ref, Unknown, Value, alternatives, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from keylint.interpret.frame import Frame
    from keylint.interpret.scope import State
    from keylint.interpret.world import Passed, World


def only_supplies(world: World, closure: Closure, arguments: Sequence[Passed] | None) -> bool:
    """Whether a function stands in another file, leads to no store, and is given nothing to call."""
    if closure.file is world.file or world.supplying or world.reach(closure.file).can_reach(closure.function):
        return False
    return not any(
        isinstance(option, (Closure, External, Handle, Partial)) for given in arguments or () for option in alternatives(given.value)
    )


def supplied(
    world: World, closure: Closure, arguments: Sequence[Passed] | None, state: State, frame: Frame, enter: Callable[[], Value]
) -> Value:
    """What the function returns. When its budget is used up, nothing is known of what it did."""
    before, raised = state.copy(), len(frame.raises)
    with world.supplies() as budget:
        try:
            value = enter()
        except Unreachable:
            if not budget.spent:
                raise
            value = None
    if value is not None and not budget.spent:
        return value
    state.become(before)
    del frame.raises[raised:]
    _forget(world, closure, state)
    given = tuple(key_of(argument.value) for argument in arguments or ())
    receiver = key_of(closure.receiver) if closure.receiver is not None else None
    salt = 0 if given or receiver is not None else world.fresh()
    return Unknown(("supplied", closure.file.path, closure.function.span, receiver, given, salt), closure.function.return_type)


def _forget(world: World, closure: Closure, state: State) -> None:
    """The function may have assigned fields of its object; an initializer, any of them."""
    receiver = closure.receiver
    held = state.memory.get(receiver.address) if isinstance(receiver, Ref) else None
    if not isinstance(receiver, Ref) or not isinstance(held, Instance):
        return
    made = closure.function.kind == "initializer"
    names = {*held.fields, *(name for name, (item, _) in held.info.properties.items() if item.getter is None)}
    fields: dict[str, Value] = {
        name: Unknown(("unsettled", receiver.address, name)) for name in names if made or world.changes_member(held.info, name)
    }
    if fields:
        state.memory[receiver.address] = Instance(held.info, {**held.fields, **fields}, held.token)
