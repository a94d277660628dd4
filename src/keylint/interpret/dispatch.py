"""Calls through a protocol: whoever is given to the code at run time, of the program's own types only one may lead to a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from keylint.interpret.values import Ref, Unknown, Value
from keylint.program.module import PROTOCOLS

if TYPE_CHECKING:
    from keylint.interpret.frame import Frame
    from keylint.interpret.scope import State
    from keylint.interpret.world import World
    from keylint.program.link import TypeInfo

def conforming(world: World, receiver: Value, info: TypeInfo, name: str, state: State) -> TypeInfo | None:
    """The one type of the program that conforms to the protocol `info` and whose `name` leads to a store.

    `None` where there is no such type or several, and where the object is seen.
    """
    target = state.memory.get(receiver.address) if isinstance(receiver, Ref) else receiver
    if info.kind not in PROTOCOLS or not isinstance(target, Unknown):
        return None
    found = [other for other in world.survey.conforming(world.program, info) if _leads(world, other, name)]
    return found[0] if len(found) == 1 else None


def _leads(world: World, info: TypeInfo, name: str) -> bool:
    """Decided on the body alone: the name of a member is the one that leads to a store elsewhere."""
    for function, _, owner in world.file.methods(info, name):
        if function.body is not None and owner.kind not in PROTOCOLS:
            if world.reach(owner.file_of(function)).mentions(function.body.span):
                return True
    declared = info.properties.get(name)
    getter = declared[0].getter if declared is not None else None
    return getter is not None and getter.body is not None and world.reach(info.file).mentions(getter.body.span)


@contextmanager
def assumed(frame: Frame) -> Iterator[None]:
    """What happens inside is assumed: another type may be meant."""
    before, frame.confidence = frame.confidence, "medium" if frame.confidence == "high" else frame.confidence
    try:
        yield
    finally:
        frame.confidence = before
