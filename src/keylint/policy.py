"""A team's policy as a value: which items there are rules for, and what these allow. Configuration states it, rules read it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from keylint.select import Patterns

CLASSES = (
    "when-unlocked",
    "when-unlocked-this-device-only",
    "after-first-unlock",
    "after-first-unlock-this-device-only",
    "when-passcode-set-this-device-only",
    "always",
    "always-this-device-only",
)
"""Neutral names of accessibility classes: when an item is readable, and whether it stays on the device."""


class Policy(Struct, frozen=True):
    """One table of a policy.

    - `stores`, `keys`, `services`: patterns, one of which the store's name and the item's must match; where none is given, any does.
      `paths` are patterns of files in `.gitignore` syntax, seen from `directory`.
    - `classes`: those of `CLASSES` that an item may have; `None` when the table says nothing about the class.
    - `synchronizable`: items may synchronize. `access_control`: items must be under access control.
    - `name` is what people call the table. `place` is where it is stated ("keylint.toml:12").
    """

    name: str
    place: str
    stores: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    directory: str = ""
    classes: tuple[str, ...] | None = None
    synchronizable: bool = True
    access_control: bool = False


def neutral(when: str, device_only: bool) -> str:
    """The neutral name of a class."""
    return f"{when}-this-device-only" if device_only else when


def for_file(policies: Iterable[Policy], path: str) -> tuple[Policy, ...]:
    """Those of `policies` that are about the file at `path`."""
    return tuple(policy for policy in policies if not policy.paths or _is_about(policy, path))


def _is_about(policy: Policy, path: str) -> bool:
    return _patterns(policy.paths, policy.directory).match(path)


@cache
def _patterns(patterns: tuple[str, ...], directory: str) -> Patterns:
    from keylint.select import Patterns

    return Patterns(patterns, directory)
