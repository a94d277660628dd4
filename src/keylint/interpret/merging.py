"""Joins what the runs of a program's files saw into one set of observations.

A function is run by its own file, with unknown parameters, and by every file that calls it, with what these pass. Where the program
itself calls it, and leaves nothing out that a caller elsewhere could, the first says nothing that the others do not know better.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from keylint.interpret.events import Observations, Place


class Run(Struct, frozen=True):
    """What one file's code was seen to do, and which functions of other files it came to."""

    path: str
    observations: Observations
    entered: frozenset[Place] = frozenset()


def merged(runs: Sequence[Run]) -> Observations:
    """The observations of all `runs`, in a deterministic order."""
    if len(runs) == 1:
        return runs[0].observations
    entered = frozenset(place for run in runs for place in run.entered)
    seen = [run.observations for run in runs]
    events = [event for one in seen for event in one.events if event.origin is None or event.origin not in entered]
    references = {(item.place, item.kind): item for one in seen for item in one.references}
    commands = {(item.place, item.subcommand, tuple(word.text or "" for word in item.words)): item for one in seen for item in one.commands}
    calls = {(item.place, item.spelled, item.lost): item for one in seen for item in one.destructive_calls}
    return Observations(
        tuple(sorted(events, key=lambda event: (event.place, event.path))),
        tuple(sorted(calls.values(), key=lambda item: (item.place, item.spelled))),
        tuple(references[key] for key in sorted(references)),
        tuple(commands[key] for key in sorted(commands)),
        tuple(sorted({place for one in seen for place in one.unreached})),
    )
