"""What a rule is: a predicate over observations, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.findings import Finding, Fix, Related

if TYPE_CHECKING:
    from keylint.interpret.events import Observations, Place

DEFAULT, STRICT, CONTRACTS = "default", "strict", "contracts"
GROUPS = (DEFAULT, STRICT, CONTRACTS)
"""Rule groups: on by default; on request; a team's own conventions."""


class Draft(Struct, frozen=True):
    """A finding as a rule states it; code, name and severity are added from the rule."""

    place: Place
    message: str
    remedy: str
    confidence: str = "high"
    reasons: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


class Rule(Struct, frozen=True):
    """A rule module's `RULE`. `check` yields one draft a defect.

    `code` and `name` repeat the module's file name, and `group` its folder, which a test holds them to. The module's docstring is
    the rule's page: a one-line summary, then `## What it does`, `## Why is this bad?`, `## Fix safety`, `## References`.
    """

    code: str
    name: str
    severity: str
    group: str
    languages: tuple[str, ...]
    check: Callable[[Observations], Iterable[Draft]]

    def findings(self, observations: Observations) -> list[Finding]:
        """What this rule finds."""
        return [
            Finding(
                self.code,
                self.name,
                self.severity,
                draft.confidence,
                draft.place.path,
                draft.place.span,
                draft.message,
                draft.remedy,
                draft.reasons,
                draft.related,
                draft.fix,
            )
            for draft in self.check(observations)
        ]
