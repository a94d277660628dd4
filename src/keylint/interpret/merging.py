"""Joins what the runs of a program's files saw into one set of observations.

A function is run by its own file, with unknown parameters, and by every file that calls it, with what these pass. Where the program
itself calls it, and leaves nothing out that a caller elsewhere could, the first says nothing that the others do not know better; only
of a store call that none of them came to it is all there is.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

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
    return together([run.observations for run in runs], entered)


def together(seen: Sequence[Observations], entered: frozenset[Place] = frozenset()) -> Observations:
    """One set of observations, without what was seen in functions that were `entered` with known arguments."""
    if len(seen) == 1 and not entered:
        return seen[0]
    everything = [event for one in seen for event in one.events]
    known_better = {event.place for event in everything if event.origin is None or event.origin not in entered}
    events = [
        event for event in everything if event.origin is None or event.origin not in entered or event.place not in known_better
    ]
    references = {(item.place, item.kind): item for one in seen for item in one.references}
    commands = {(item.place, item.subcommand, tuple(word.text or "" for word in item.words)): item for one in seen for item in one.commands}
    calls = {(item.place, item.spelled, item.lost): item for one in seen for item in one.destructive_calls}
    return Observations(
        tuple(sorted(events, key=lambda event: (event.place, event.path))),
        tuple(sorted(calls.values(), key=lambda item: (item.place, item.spelled))),
        tuple(references[key] for key in sorted(references)),
        tuple(commands[key] for key in sorted(commands)),
        tuple(sorted({place for one in seen for place in one.unreached})),
        tuple(sorted({root for one in seen for root in one.roots}, key=lambda root: (root.place, root.kind, root.title))),
        tuple(sorted((event for one in seen for event in one.tested), key=lambda event: (event.place, event.path))),
        {path: apps for one in seen for path, apps in one.apps.items()},
    )


def of_file(observations: Observations, path: str) -> Observations:
    """What of `observations` stands in one file."""
    return replace(
        observations,
        events=tuple(event for event in observations.events if event.place.path == path),
        destructive_calls=tuple(call for call in observations.destructive_calls if call.place.path == path),
        references=tuple(item for item in observations.references if item.place.path == path),
        commands=tuple(item for item in observations.commands if item.place.path == path),
        unreached=tuple(place for place in observations.unreached if place.path == path),
    )


def touching(observations: Observations, paths: frozenset[str]) -> Observations:
    """What stands in the files at `paths`, and what touches the items of that elsewhere."""
    keys = {key for event in observations.events if event.place.path in paths for key in event.item_keys}
    events = (event for event in observations.events if event.place.path in paths or not keys.isdisjoint(event.item_keys))
    return replace(
        observations,
        events=tuple(events),
        destructive_calls=tuple(call for call in observations.destructive_calls if call.place.path in paths),
        references=tuple(item for item in observations.references if item.place.path in paths),
        commands=tuple(item for item in observations.commands if item.place.path in paths),
    )
