"""What keylint says: a finding, the places it relates to, and how sure it is."""

from __future__ import annotations

from msgspec import Struct

from keylint.program.nodes import Span

SEVERITIES = ("info", "warning", "error")
"""From least to most severe."""

CONFIDENCES = ("low", "medium", "high")
"""From least to most sure: `high` when every fact was seen, `medium` when one was assumed, `low` when the origin is unknown."""


class Related(Struct, frozen=True):
    """A place that explains a finding, and what it has to do with it. `path` is that of a `Source`."""

    path: str
    span: Span
    message: str


class Edit(Struct, frozen=True):
    """Replaces the bytes of `span` by `content` in the file that carries the finding."""

    span: Span
    content: str


class Fix(Struct, frozen=True):
    """A mechanical repair. `applicability`: `safe` keeps behaviour, `unsafe` changes it on purpose."""

    message: str
    applicability: str
    edits: tuple[Edit, ...]


class Finding(Struct, frozen=True):
    """One thing wrong at one place.

    `message` says what happens to the user's data; `remedy` what to do, in words; `reasons` are the facts that led here, one
    sentence each, shown by the `full` format. `name` and `code` are the rule's, `severity` too unless a configuration changes it.
    `symbol` are the types and functions around it (`TokenStore.save`), empty at the top level.
    """

    code: str
    name: str
    severity: str
    confidence: str
    path: str
    span: Span
    message: str
    remedy: str = ""
    reasons: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    symbol: str = ""


COMMENT, BASELINE, BASE = "comment", "baseline", "base"


class Silenced(Struct, frozen=True):
    """A finding that is not reported, and why: a suppression `COMMENT` with its `reason`, an entry of a `BASELINE` file, or that it was
    there already in the `BASE` which a branch is compared with.
    """

    finding: Finding
    kind: str
    reason: str = ""
