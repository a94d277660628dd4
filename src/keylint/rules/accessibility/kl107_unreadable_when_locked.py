"""An item that is readable only while the device is unlocked is read by code that runs while it may be locked.

## What it does

Follows the calls from where the system starts background work (a background task, a silent push, an extension, a headless
task) to a read, and reports the read when every write of that item gives it a class that ends with the lock screen,
by name or by default. The program's launch counts where it has background work, for then the system launches it in the
background as well. A read that asks whether the item can be read now is left alone: by its status, or by asking first
whether protected data is available.

## Why is this bad?

The read works on the desk and fails in the pocket. While the device is locked the store has the item and refuses it;
after a restart it does so until the first unlock. The background work ends without its token, or worse: it takes
the failure for a missing item and signs the user out.

## Example

```swift
BGTaskScheduler.shared.register(forTaskWithIdentifier: "refresh", using: nil) { task in
    let token = TokenStore().load()
}
```

with a `TokenStore` whose item is `kSecAttrAccessibleWhenUnlocked`, named or not. Use instead a class that holds after
the first unlock, such as `kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly`.

## Fix safety

Changing the class is unsafe: it makes the secret readable while the device is locked, which is the purpose. Items
that exist keep theirs unless the store replaces it on overwrite.

## References

- Apple, Security framework: `SecItem.h`, accessibility constants
- Apple, Security-61901: `keychain/securityd/SecKeybagSupport.c` (`errSecInteractionNotAllowed`: the class key is not
  there)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from keylint.findings import Related
from keylint.interpret.events import BACKGROUND, LAUNCH, Observations, Place, Root, StoreEvent
from keylint.rules import wording
from keylint.rules.accessibility.effective import Given, all_given
from keylint.rules.evidence import MOST_RELATED, related, strongest, weakest
from keylint.rules.items import Item, items
from keylint.rules.rule import DEFAULT, Draft, Rule

_LOCKED_OUT = ("when-unlocked", "when-passcode-set")


class Reach(Struct, frozen=True):
    """A read that background code comes to, and the writes that chose the class. `wakes` is why a launch may be one in the background."""

    read: StoreEvent
    writes: tuple[Given, ...]
    wakes: Root | None = None

    @property
    def root(self) -> Root:
        """Where the path starts."""
        assert self.read.root is not None
        return self.read.root

    @property
    def confidence(self) -> str:
        """A launch may be one that the user asked for."""
        own = weakest((self.read.confidence, strongest(one.event.confidence for one in self.writes)))
        return own if self.root.kind == BACKGROUND else weakest((own, "medium" if self.wakes is not None else "low"))


def check(observations: Observations) -> Iterator[Draft]:
    """One draft a read, however many ways lead there."""
    found: dict[Place, list[Reach]] = {}
    wakes = [root for root in observations.roots if root.kind == BACKGROUND]
    for item in items(observations):
        for reach in _reaches(item, _first(observations, item, wakes)):
            found.setdefault(reach.read.place, []).append(reach)
    for reaches in found.values():
        best = strongest(reach.confidence for reach in reaches)
        yield _draft([reach for reach in reaches if reach.confidence == best], best)


def _first(observations: Observations, item: Item, roots: Sequence[Root]) -> Root | None:
    """A background entry point of the item's program."""
    for root in roots:
        apps = observations.apps.get(root.place.path)
        if not item.app or apps is None or item.app in apps:
            return root
    return None


def _reaches(item: Item, wakes: Root | None) -> Iterator[Reach]:
    reads = [
        event
        for event in item.reads
        if event.verb == "read"
        and not event.tells_locked
        and not event.macos_only
        and event.root is not None
        and event.root.kind in (BACKGROUND, LAUNCH)
    ]
    if not reads or not item.writes:
        return
    naming = [event for event in item.updates if event.accessibility.presence != "absent"]
    classes = all_given((*item.writes, *naming))
    if classes is None or any(one.access.when not in _LOCKED_OUT for one in classes):
        return
    for read in reads:
        yield Reach(read, tuple(classes), wakes)


def _draft(reaches: Sequence[Reach], confidence: str) -> Draft:
    first = reaches[0]
    read, root, write = first.read, first.root, first.writes[0]
    store = read.store
    chosen = f"`{wording.spelled_class(write.event.store, write.access)}`"
    named = chosen if write.named else f"{chosen}, the default"
    where = f" in {wording.within(read)}" if read.within and read.within != root.name else ""
    runs = "runs while the device may be locked"
    if root.kind == LAUNCH:
        runs = "also runs when the system launches the program in the background"
    locked = wording.status_name(store, store.unreadable)
    reasons = [f"{_entry(root)} leads here and {runs}", f"{wording.called(write.event)} stores it as {named}"]
    if len(way := _way(read)) > 1:
        reasons.append(f"the way there: {' → '.join(way)}")
    if root.kind == LAUNCH and first.wakes is not None:
        reasons.append(f"{_entry(first.wakes)} lets the system launch the program in the background")
    if locked:
        reasons.append(f"the read then fails with {locked}, although the item is there")
    return Draft(
        read.place,
        f"{wording.called(read)}{where} cannot read {wording.item([read])} while the device is locked: {_entry(root)} {runs}, "
        f"and the item is {named}",
        f"Store it as {_instead(write)}, or wait until protected data is available before reading it."
        f"{wording.keeps_class(one.event for one in first.writes)}",
        confidence,
        tuple(reasons),
        _related(reaches),
    )


def _way(read: StoreEvent) -> list[str]:
    """The functions from the entry point to the read, by name, each once."""
    names = (f"{one.in_type}.{one.name}" if one.in_type else one.name for one in read.functions)
    return [wording.code(name) for name in dict.fromkeys(names)]


def _entry(root: Root) -> str:
    name = wording.code(root.name)
    return f"{name} ({root.title})" if root.title not in root.name else name


def _instead(write: Given) -> str:
    store = write.event.store
    for device_only in (True, False):
        for access in store.classes:
            if access.when == "after-first-unlock" and access.device_only == device_only and not access.deprecated:
                return f"`{wording.spelled_class(store, access)}`"
    return "a class that is readable after the first unlock"


def _related(reaches: Sequence[Reach]) -> tuple[Related, ...]:
    """The way to the read in order, then the writes."""
    first = reaches[0]
    way = [Related(first.root.place.path, first.root.place.span, f"the path starts here: {first.root.title}")]
    steps = [place for place in first.read.path if place != first.root.place][: MOST_RELATED - 1]
    way += [Related(place.path, place.span, "from here it goes on") for place in steps]
    others = {reach.root.place for reach in reaches} - {first.root.place}
    writes = [one for reach in reaches for one in reach.writes]
    return (
        *way,
        *related(others, "another path starts here"),
        *related((one.place for one in writes if one.named), "the class is chosen here"),
        *related((one.event.place for one in writes), "the item is stored here"),
    )


RULE = Rule("KL107", "unreadable-when-locked", "warning", DEFAULT, ("swift", "typescript"), check)
