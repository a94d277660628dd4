"""One store call on one path, and how all its sightings become one event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from keylint.interpret.deciding import Successes, choices_since
from keylint.interpret.events import (
    ABSENT,
    MAY,
    MUST,
    UNKNOWN,
    Accessibility,
    Beside,
    Check,
    ClassChoice,
    Condition,
    Conflation,
    Enclosing,
    Held,
    ItemKey,
    LostFailure,
    Options,
    Pending,
    Place,
    Root,
    Setting,
    StoreEvent,
)
from keylint.interpret.identity import Identity
from keylint.interpret.scope import Decision, HeldRegion
from keylint.interpret.values import (
    Outcome,
)

if TYPE_CHECKING:
    from keylint.stores.catalogue import Operation, Store


class Sighting:
    """One store call on one path."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.store: Store
        self.operation: Operation
        self.place: Place
        self.callee: Place
        self.spelled = ""
        self.options: Options
        self.query: Options | None = None
        self.accessibility: Accessibility
        self.identity: Identity
        self.item_class: str | None = None
        self.outcome = "none"
        self.promise = "none"
        self.held: tuple[HeldRegion, ...] = ()
        self.trail: tuple[Decision, ...] = ()
        self.pending: list[tuple[int, str, bool, Place | None, HeldRegion | None, str]] = []
        self.lost: list[tuple[int, Outcome]] = []
        self.path: tuple[Place, ...] = ()
        self.within = ""
        self.in_type = ""
        self.confidence = "high"
        self.revealed = False
        self.replaced = False
        self.macos_only = False
        self.origin: Place | None = None
        self.root: Root | None = None
        self.concurrent: Place | None = None
        self.beside: list[tuple[int, Place]] = []
        self.tells_locked = False
        self.builds: tuple[tuple[str, bool], ...] = ()
        self.checks: list[tuple[int, str, Place | None, HeldRegion | None, str]] = []
        self.conflated: dict[Place, str] = {}
        self.tells: set[str] = set()
        self.functions: tuple[Enclosing, ...] = ()

    @property
    def verb(self) -> str:
        return self.operation.verb


class EventBuilder:
    """Makes events of sightings. `numbers` are all sightings; `successes` the calls that also run when a read succeeds; `overwrites` that
    any call then overwrites the item, as if it stood where the read does; `deletes_unseen` the functions that may delete what is not
    seen.
    """

    def __init__(self, numbers: dict[int, Sighting], successes: Successes, overwrites: Successes, deletes_unseen: set[Place]) -> None:
        self._deletes_unseen = deletes_unseen
        self._numbers = numbers
        self._successes = successes
        self._overwrites = overwrites
        self._built: dict[int, StoreEvent] = {}

    def event(self, group: list[Sighting]) -> StoreEvent:
        """One event of all sightings of a call on one path of calls."""
        first = group[0]
        pending: dict[tuple[Place, str], Pending] = {}
        for seen in group:
            for number, verdict, together, suspension, region, why in seen.pending:
                delete = self._simple(number)
                pending.setdefault(
                    (delete.place, verdict),
                    Pending(delete, verdict, together, suspension, _held(region) if region is not None else None, why),
                )
        lost: list[LostFailure] = []
        for seen in group:
            decided = tuple(item for item in seen.lost if not self._runs_anyway(seen, item[0]))
            for failure in self.lost(decided):
                if all(failure.read.place != other.read.place for other in lost):
                    lost.append(failure)
        return StoreEvent(
            store=first.store,
            operation=first.operation,
            verb=first.verb,
            place=first.place,
            callee=first.callee,
            spelled=first.spelled,
            options=_join_options([seen.options for seen in group]),
            query=_join_options([seen.query for seen in group if seen.query is not None]) if first.query is not None else None,
            accessibility=_join_accessibility(group),
            item=first.identity.describe(),
            item_class=first.item_class,
            outcome="discarded" if any(seen.outcome == "discarded" for seen in group) else first.outcome,
            promise="floating" if any(seen.promise == "floating" for seen in group) else first.promise,
            regions=tuple(_held(region) for region in first.held),
            pending=tuple(pending[key] for key in sorted(pending)),
            lost=tuple(lost),
            path=first.path,
            within=first.within,
            in_type=first.in_type,
            confidence="high" if any(seen.confidence == "high" for seen in group) else first.confidence,
            revealed=any(seen.revealed for seen in group),
            macos_only=all(seen.macos_only for seen in group),
            identity_key=first.identity.fingerprint(),
            origin=first.origin,
            symbolic_key=symbols.pop() if len(symbols := {seen.identity.symbolic() for seen in group}) == 1 else None,
            parts=first.identity.visible(),
            item_keys=_items(group),
            root=first.root,
            concurrent=next((seen.concurrent for seen in group if seen.concurrent is not None), None),
            beside=self._beside(group),
            tells_locked=any(seen.tells_locked for seen in group),
            builds=tuple(condition for condition in first.builds if all(condition in seen.builds for seen in group)),
            checks=self._checks(group),
            conflated=tuple(Conflation(place, how) for place, how in sorted({item for seen in group for item in seen.conflated.items()})),
            tells=tuple(sorted({meaning for seen in group for meaning in seen.tells})),
            functions=tuple(self._marked(one) for one in first.functions),
            on_macos=self._on_macos(group),
        )

    def _beside(self, group: list[Sighting]) -> tuple[Beside, ...]:
        found: dict[tuple[Place, Place], Beside] = {}
        for seen in group:
            for number, place in seen.beside:
                other = self._simple(number)
                found.setdefault((other.place, place), Beside(other, place, bool(self._numbers[number].pending)))
        return tuple(found[key] for key in sorted(found))

    def _runs_anyway(self, seen: Sighting, read: int) -> bool:
        """Whether the item would go also when the read succeeds: by this very call, or because a new value replaces it either way."""
        before = self._numbers[read]
        chosen = choices_since(read, before.trail, seen.trail)
        if (seen.verb in ("write", "update") or seen.replaced) and self._overwrites.runs_anyway(read, before.place, chosen):
            return True
        return self._successes.runs_anyway(read, seen.place, chosen)

    def _on_macos(self, group: list[Sighting]) -> StoreEvent | None:
        macos = [seen for seen in group if seen.macos_only]
        return self.event(macos) if 0 < len(macos) < len(group) else None

    def _marked(self, function: Enclosing) -> Enclosing:
        return replace(function, deletes_unseen=True) if function.place in self._deletes_unseen else function

    def _checks(self, group: list[Sighting]) -> tuple[Check, ...]:
        found: dict[tuple[Place, str], Check] = {}
        for seen in group:
            for number, verdict, suspension, region, why in seen.checks:
                before = self._numbers[number]
                if self._successes.runs_anyway(number, seen.place, choices_since(number, before.trail, seen.trail)):
                    continue
                held = _held(region) if region is not None else None
                found.setdefault((before.place, verdict), Check(self._simple(number), verdict, suspension, held, why))
        return tuple(found[key] for key in sorted(found))

    def _simple(self, number: int) -> StoreEvent:
        """The event of one sighting, without what it relates to."""
        if number not in self._built:
            seen = self._numbers[number]
            copy = Sighting(number)
            copy.__dict__.update(seen.__dict__)
            copy.pending, copy.lost, copy.beside, copy.checks = [], [], [], []
            self._built[number] = self.event([copy])
        return self._built[number]

    def lost(self, lost: tuple[tuple[int, Outcome], ...]) -> tuple[LostFailure, ...]:
        """Failures of reads that decide that a call runs."""
        return tuple(
            LostFailure(
                self._simple(number),
                outcome.place or self._numbers[number].place,
                outcome.how or "its failure is not told from absence",
            )
            for number, outcome in lost
        )


def _items(group: list[Sighting]) -> tuple[ItemKey, ...]:
    """The items of all sightings; none when one of them cannot be told."""
    if not all(seen.identity.keys for seen in group):
        return ()
    return tuple(sorted({key for seen in group for key in seen.identity.keys}))


def _held(region: HeldRegion) -> Held:
    return Held(region.kind, region.name, region.entered, region.declared, region.effective)


def _join_options(options: list[Options]) -> Options:
    first = options[0]
    if len(options) == 1:
        return first
    keys = dict.fromkeys(key for one in options for key in one.settings)
    settings = {}
    for key in keys:
        found = [one.get(key) for one in options]
        presence = _join_presence([setting.presence for setting in found])
        values = tuple(dict.fromkeys(fact for setting in found for fact in setting.values))
        entries = tuple(dict.fromkeys(place for setting in found for place in setting.entries))
        conditions = tuple(dict.fromkeys(why for setting in found for why in setting.conditions))
        settings[key] = Setting(key, presence, values, entries, conditions)
    given = {one.given for one in options}
    joined = given.pop() if len(given) == 1 else MAY if ABSENT in given else UNKNOWN if UNKNOWN in given else MUST
    return Options(joined, settings, any(one.open for one in options), first.place)


def _join_presence(presences: list[str]) -> str:
    found = set(presences)
    if len(found) == 1:
        return found.pop()
    if MAY in found or {MUST, ABSENT} <= found:
        return MAY
    return UNKNOWN


def _join_accessibility(group: list[Sighting]) -> Accessibility:
    if not all(seen.macos_only for seen in group):
        group = [seen for seen in group if not _has_no_classes(seen)]
    found = [seen.accessibility for seen in group]
    if len(found) == 1:
        return found[0]
    presence = _join_presence([item.presence for item in found])
    conditions: list[Condition] = [why for item in found for why in item.conditions]
    if presence == MAY and not conditions:
        present = next((seen for seen in group if seen.accessibility.presence in (MUST, MAY)), None)
        absent = next((seen for seen in group if seen.accessibility.presence in (ABSENT, UNKNOWN)), None)
        if present is not None and absent is not None:
            others = {decision.branch for decision in absent.trail}
            conditions = [
                Condition(decision.place, f"when `{decision.text}` {'holds' if decision.taken else 'does not hold'}")
                for decision in present.trail
                if decision.branch not in others
            ][:1]
    choices: dict[tuple[Place, Place], ClassChoice] = {}
    for choice in (choice for item in found for choice in item.choices):
        known = choices.get((choice.place, choice.entry))
        if known is None or known.cls is None:  # one path may choose what another leaves to its callers
            choices[choice.place, choice.entry] = choice
    control = _join_presence([item.access_control for item in found])
    return Accessibility(
        presence,
        tuple(choices[key] for key in sorted(choices)),
        tuple(dict.fromkeys(place for item in found for place in item.entries)),
        tuple(dict.fromkeys(conditions)),
        control,
    )


def _has_no_classes(seen: Sighting) -> bool:
    """A path on which the item goes to macOS's file-based keychain, so that naming no class is no omission."""
    needed = seen.store.class_needs_on_macos
    return seen.macos_only and bool(needed) and seen.accessibility.presence == ABSENT and not seen.options.get(needed).possible
