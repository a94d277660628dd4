"""What is looked for in a file, wherever that was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from keylint.policy import Policy
    from keylint.settle.baseline import Baseline
    from keylint.stores.model import Store


class Settings(Struct, frozen=True):
    """What is looked for in a file: rule `codes`, and the least `confidence` that is reported. `noqa`: Python's `# noqa` counts as a
    suppression. A finding from severity `fail_on` on fails the run. `stores` and `policies` are what the project declares.
    `severities` replaces those of rules, by code. Without `suppressions`, comments are not heard and nothing is said about them. With
    `require_reason`, each must give one. `today`, in ISO form, is the day that decides which have expired, empty for the day it is.
    Findings of the `baseline` are known; with `narrowed`, the command line hides some of those that it may have been made of.
    """

    codes: frozenset[str]
    confidence: str = "medium"
    noqa: bool = True
    fail_on: str = "warning"
    stores: tuple[Store, ...] = ()
    policies: tuple[Policy, ...] = ()
    severities: Mapping[str, str] = {}
    suppressions: bool = True
    require_reason: bool = False
    today: str = ""
    baseline: Baseline | None = None
    narrowed: bool = False

    def of(self, path: str) -> Settings:
        """These, for every file."""
        return self

    def leaves_out(self, path: str) -> bool:
        """No file is left out."""
        return False


class Configured(Protocol):
    """Settings that depend on the file."""

    def of(self, path: str) -> Settings:
        """The settings of the file at `path`, the same object for files that share a configuration."""

    def leaves_out(self, path: str) -> bool:
        """The configuration excludes the file at `path`, unless it was named."""
