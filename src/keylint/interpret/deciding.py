"""Whether a failed read decides that a call runs, or the call runs whatever the read came to."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from keylint.interpret.events import Place
from keylint.interpret.scope import Decision

Branch = tuple[Place, bool]
Choices = frozenset[Branch]
"""The branches that a path took since a read, and could have taken otherwise with the same outcome of that read."""

_KEPT = 24
"""Ways to one call that are remembered at most."""


def choices_since(read: int, before: Iterable[Decision], trail: Iterable[Decision]) -> Choices:
    """What a path chose after a read (by event number) whose own path had taken the branches `before`."""
    known = {decision.branch for decision in before}
    return frozenset(decision.branch for decision in trail if read not in decision.forced_by and decision.branch not in known)


def went_both_ways(before: Iterable[Decision], trail: Iterable[Decision]) -> bool:
    """Whether a path that had taken the branches `before` has since come to one of these tests again, and gone the other way: a second
    run of exclusive branches, each for something else that is not seen."""
    taken = {decision.branch for decision in before}
    return any(_other(decision.branch) in taken for decision in trail)


class Successes:
    """The ways to each call on which a read had succeeded."""

    def __init__(self) -> None:
        self._ways: dict[tuple[int, Place], set[Choices]] = {}

    def note(self, read: int, call: Place, chosen: Choices) -> None:
        """The call runs on a path on which the read succeeded."""
        ways = self._ways.setdefault((read, call), set())
        if len(ways) < _KEPT:
            ways.add(chosen)

    def certain(self, read: int, call: Place) -> None:
        """If the call runs at all on a path on which the read had succeeded, the choices on it do not count."""
        if (read, call) in self._ways:
            self._ways[read, call].add(frozenset())

    def runs_anyway(self, read: int, call: Place, chosen: Choices) -> bool:
        """Whether a call that runs, after the choices `chosen`, where the read failed would have run had it succeeded too. It would not
        where success leads there only by choices of its own, such as that what was read turns out to be unusable."""
        return _is_certain([way - chosen for way in self._ways.get((read, call), ())])


def _is_certain(ways: Collection[Choices]) -> bool:
    """Whether one of the ways is always taken: one that asks for nothing, or several that leave nothing out between them."""
    found = set(ways)
    while frozenset() not in found:
        shorter = {rest for way in found for branch in way if (rest := way - {branch}) | {_other(branch)} in found}
        if shorter <= found:
            return False
        found |= shorter
    return True


def _other(branch: Branch) -> Branch:
    return (branch[0], not branch[1])
